//! The real server on a free port, and what a test needs to speak to it.

use std::{net::SocketAddr, time::Duration};

use duplex::server::app;
use leptos::config::LeptosOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Longer than anything may take; a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Starts a server, which ends with the test.
pub(crate) async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("just bound");
    let (router, _io) = app(LeptosOptions::builder().output_name("duplex").build());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Sends `GET path` and returns the whole answer, head and body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("the server reads");
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("the server answers in time")
        .expect("the server answers");
    String::from_utf8(answer).expect("a page is text")
}

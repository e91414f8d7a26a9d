//! The real server on a free port, and what a test needs to speak to it.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

pub(crate) mod client;
pub(crate) mod installation;
pub(crate) mod polling;
pub(crate) mod process;
pub(crate) mod stage;

use std::{net::SocketAddr, time::Duration};

use duplex::{
    server::{Application, IceServers, app},
    settings::Settings,
    signaling::Signer,
};
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
    start_with(Settings::default()).await.0
}

/// Starts a server with other settings.
pub(crate) async fn start_with(settings: Settings) -> (SocketAddr, Application) {
    start_on("127.0.0.1:0", settings).await
}

/// Starts a server on this address.
pub(crate) async fn start_on(address: &str, settings: Settings) -> (SocketAddr, Application) {
    let listener = TcpListener::bind(address).await.expect("a free port");
    let address = listener.local_addr().expect("just bound");
    let options = LeptosOptions::builder().output_name("duplex").build();
    let signer = Signer::new(b"a key for tests, the same on every node");
    let application = app(options, settings, signer, IceServers::default())
        .await
        .expect("the settings are good");
    let service = application
        .router
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (address, application)
}

/// Sends `GET path` and returns the whole answer, head and body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> String {
    request(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    )
    .await
}

/// Sends a whole request and returns the whole answer; the request asks to close the connection.
pub(crate) async fn request(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
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

//! The program at its ports: who says nothing, who is served, and where others are led.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::common::{
    PATIENCE,
    client::Client,
    get,
    installation::{Installation, closed_port},
    polling::Polling,
};

/// So many silent connections one address may have.
const OF_ONE: usize = 256;

/// A connection from another address of this machine.
async fn connect_from(client: Ipv4Addr, server: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((client, 0).into()).expect("it is ours");
    socket.connect(server).await.expect("the server listens")
}

async fn is_served(mut stream: TcpStream) -> bool {
    let request = b"GET /healthz HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.ok();
    let mut answer = String::new();
    let read = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.is_ok() && answer.starts_with("HTTP/1.1 200")
}

#[tokio::test]
async fn whoever_says_nothing_takes_no_place_of_others() {
    let installation = Installation::new("silent", "trusted-proxies = [\"127.0.0.3\"]");
    let _server = installation.serve();
    let server = SocketAddr::from(([127, 0, 0, 1], installation.port));
    let (one, other, proxy) = (
        Ipv4Addr::new(127, 0, 0, 1),
        Ipv4Addr::new(127, 0, 0, 2),
        Ipv4Addr::new(127, 0, 0, 3),
    );
    for client in [one, proxy] {
        let mut silent = Vec::new();
        for _ in 0..OF_ONE + 20 {
            silent.push(connect_from(client, server).await);
        }
        assert_eq!(
            is_served(connect_from(client, server).await).await,
            client == proxy
        );
        assert!(is_served(connect_from(other, server).await).await);
        let mut closed = 0;
        for stream in &mut silent {
            let read = timeout(Duration::from_millis(1), stream.read_u8()).await;
            closed += usize::from(read.is_ok());
        }
        assert_eq!(closed, if client == proxy { 0 } else { 20 });
        drop(silent);
    }
    // The places are free again.
    assert!(is_served(connect_from(one, server).await).await);
}

#[tokio::test]
async fn both_transports_go_through_the_port() {
    let installation = Installation::new("transports", "");
    let _server = installation.serve();
    let server = SocketAddr::from(([127, 0, 0, 1], installation.port));
    let mut a = Client::connect(server).await;
    a.join("r").await;
    let mut b = Polling::connect(server).await;
    let b_id = b.join("r", json!({})).await;
    assert_eq!(a.event().await, json!(["otherjoin", "r", b_id, {}]));
    b.emit(json!(["message", "r", "hello"])).await;
    assert_eq!(a.event().await[2], "hello");
    a.emit(json!(["message", "r", "you too"])).await;
    assert_eq!(b.event().await[2], "you too");
}

#[tokio::test]
async fn plain_http_leads_to_the_public_url_or_to_a_guess_that_nobody_keeps() {
    let http = closed_port();
    let address = SocketAddr::from(([127, 0, 0, 1], http));
    for (name, url, status, location, kept) in [
        (
            "redirect-public",
            "https://call.example.org/call/",
            308,
            "https://call.example.org/call/room/a?b=c".to_owned(),
            true,
        ),
        (
            "redirect-guess",
            "",
            307,
            "https://127.0.0.1:PORT/room/a?b=c".to_owned(),
            false,
        ),
    ] {
        let settings =
            format!("https = \"self-signed\"\npublic-url = \"{url}\"\nhttp-addr = \"{address}\"");
        let installation = Installation::new(name, &settings);
        let _server = installation.serve();
        let answer = get(address, "/room/a?b=c").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        let location = location.replace("PORT", &installation.port.to_string());
        assert!(
            answer.contains(&format!("location: {location}\r\n")),
            "{answer}"
        );
        assert_eq!(
            !answer.contains("cache-control: no-store\r\n"),
            kept,
            "{answer}"
        );
        assert!(get(address, "/healthz").await.starts_with("HTTP/1.1 200"));
    }
}

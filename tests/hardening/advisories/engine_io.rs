//! Advisories on engine.io: the transports.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::Scene;
use crate::common::{PATIENCE, polling};

/// engine.io before 3.6.0 and 4.0.0 took bodies of 100 MB on long-polling, and copied the rest of
/// the body for each packet in it: one POST of tiny or falsely measured packets took all of the
/// processor and the memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2020_36048_a_huge_polling_body() {
    let mut scene = Scene::start("cve-2020-36048").await;
    let server = scene.server.address;
    let million = 1_000_000;
    for (name, body) in [
        ("many short packets", "1:2".repeat(30 * million)),
        ("a length without end", "9".repeat(90 * million)),
        (
            "a packet that ends too early",
            format!("{}:4{}", 99_999_991, "x".repeat(90 * million)),
        ),
        ("many separators", "\u{1e}".repeat(90 * million)),
        ("many events", "42[\"a\"]\u{1e}".repeat(10 * million)),
    ] {
        for version in [3, 4] {
            let query = format!("EIO={version}&transport=polling");
            let (_, open) = polling::get(server, &query).await;
            let sid = open
                .split_once(r#""sid":""#)
                .and_then(|(_, rest)| rest.split_once('"'));
            let sid = sid.expect("the session opens").0;
            let head = format!(
                "POST /socket.io/?{query}&sid={sid} HTTP/1.1\r\nHost: {server}\r\n\
                 Content-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let request = [head.as_bytes(), body.as_bytes()].concat();
            let (status, _) = polling::exchange(server, &request).await;
            assert!(
                status == 0 || (400..500).contains(&status),
                "{name}: {status}"
            );
        }
        scene.is_unharmed(name).await;
    }
}

/// engine.io 4.0.0 to 6.1.0 listened for errors of a WebSocket too late: a frame with reserved
/// bits right behind the request to upgrade ended the process ("RSV2 and RSV3 must be clear").
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2022_21676_a_bad_frame_behind_the_handshake() {
    let mut scene = Scene::start("cve-2022-21676").await;
    let server = scene.server.address;
    for query in [
        "EIO=4&transport=websocket",
        "EIO=3&transport=websocket",
        "EIO=2&transport=websocket",
    ] {
        for frame in [
            &[0xa2, 0x00][..],
            &[0xf1, 0x80, 0, 0, 0, 0],
            &[0x81, 0xff],
            &[0xff; 200],
        ] {
            let request = upgrade(&server.to_string(), query, "websocket");
            let mut stream = TcpStream::connect(server).await.expect("it listens");
            let bytes = [request.as_bytes(), frame].concat();
            stream.write_all(&bytes).await.expect("the server reads");
            // It has read the request when it answers; it may wait for the rest of a frame.
            let mut head = [0; 12];
            let read = timeout(PATIENCE, stream.read_exact(&mut head)).await;
            read.expect("in time").expect("an answer");
            scene.is_unharmed(query).await;
        }
    }
}

fn upgrade(host: &str, query: &str, protocol: &str) -> String {
    format!(
        "GET /socket.io/?{query} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n\
         Upgrade: {protocol}\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// engine.io before 3.6.1 and 6.2.1 did not listen for errors of a connection whose upgrade it had
/// turned down: a client that asked for one (HTTP/2, say) and reset the connection ended the
/// process ("read ECONNRESET").
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2022_41940_a_reset_after_a_bad_upgrade() {
    let mut scene = Scene::start("cve-2022-41940").await;
    let server = scene.server.address;
    for (query, protocol) in [
        ("EIO=4&transport=websocket", "h2c"),
        ("EIO=4&transport=websocket&sid=nobody", "websocket"),
        ("EIO=4&transport=polling", "websocket"),
        ("EIO=4&transport=websocket", "websocket"),
        ("", "websocket"),
    ] {
        for wait in [0, 20] {
            let mut stream = TcpStream::connect(server)
                .await
                .expect("the server listens");
            // What is closed with a linger time of zero is reset.
            stream.set_zero_linger().expect("a socket option");
            let request = upgrade(&server.to_string(), query, protocol);
            stream
                .write_all(request.as_bytes())
                .await
                .expect("the server reads");
            // Not a wait for anything: one reset comes at once, one in the middle of the answer.
            sleep(Duration::from_millis(wait)).await;
            drop(stream);
            scene.is_unharmed(query).await;
        }
    }
}

/// engine.io 5.1.0 to 6.4.1 looked a transport up by the name in the query: `__proto__` is a
/// property of every object, and no transport ("Cannot read properties of undefined").
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cve_2023_31125_a_transport_called_proto() {
    let mut scene = Scene::start("cve-2023-31125").await;
    let server = scene.server.address;
    for transport in [
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "webtransport",
        "",
    ] {
        let query = format!("EIO=4&transport={transport}");
        let (status, _) = polling::get(server, &query).await;
        assert_eq!(status, 400, "{transport}");
        let request = upgrade(&server.to_string(), &query, "websocket");
        let request = request.replace("Connection: Upgrade", "Connection: Upgrade, close");
        let (status, _) = polling::exchange(server, request.as_bytes()).await;
        assert_eq!(status, 400, "{transport}");
        scene.is_unharmed(transport).await;
    }
}

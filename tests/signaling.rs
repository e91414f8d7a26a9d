//! What every server does, wherever its rooms are: transports, limits, who may connect, the older
//! dialect, and how it ends.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::time::Duration;

use common::{
    PATIENCE,
    client::{Client, pair},
    get, request, start, start_on, start_with,
};
use duplex::{
    server::{Application, metrics},
    settings::Settings,
};
use futures::SinkExt;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_binary_attachment_is_refused() {
    let mut a = Client::connect(start().await).await;
    a.join("r").await;
    a.send(r#"451-["message","r",{"_placeholder":true,"num":0}]"#)
        .await;
    a.stream
        .send(Message::binary(vec![1, 2, 3]))
        .await
        .expect("the server reads");
    let refused = a.event().await;
    assert_eq!(
        (&refused[0], &refused[2]["code"]),
        (&json!("refused"), &json!("invalid-message"))
    );
}

#[tokio::test]
async fn the_room_never_learns_a_session_id() {
    let [(a, a_id), (b, b_id)] = pair(start().await).await;
    for (client, id) in [(a, a_id), (b, b_id)] {
        assert!(!client.session.contains(&id) && !id.contains(&client.session));
        assert!(id.len() >= 22, "{id} could be guessed");
    }
}

/// The older protocol of socket.io-client 2, with which most tutorial pages begin: there, a
/// server without it answers `404` and prints nothing.
#[tokio::test]
async fn engine_io_3_is_spoken_too() {
    let server = start().await;
    let answer = get(server, "/socket.io/?EIO=3&transport=polling").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut old = Client::open(server, 3).await;
    assert_eq!(
        old.receive().await,
        "40",
        "the namespace is granted unasked"
    );
    let old_id = old.join("r").await;
    let mut new = Client::connect(server).await;
    let new_id = new.join("r").await;
    assert_eq!(old.event().await, json!(["otherjoin", "r", new_id, {}]));
    new.emit(json!(["message", "r", "hello"])).await;
    assert_eq!(
        old.event().await,
        json!(["message", "r", "hello", {"from": new_id}])
    );
    drop(new);
    assert_eq!(old.event().await, json!(["away", "r", new_id]));
    assert_ne!(old_id, new_id);
}

#[tokio::test]
async fn the_older_dialect_is_spoken_and_meets_the_core() {
    let server = start().await;
    let mut first = Client::connect(server).await;
    first.emit(json!(["create or join", "r"])).await;
    let created = first.event().await;
    assert_eq!((&created[0], &created[1]), (&json!("created"), &json!("r")));
    let mut core = Client::connect(server).await;
    let core_id = core.join("r").await;
    assert_eq!(first.event().await, json!(["join", "r"]));
    assert_eq!(first.event().await, json!(["ready", "r"]));

    first.emit(json!(["message", {"type": "offer"}])).await;
    let from = json!({"from": created[2]});
    assert_eq!(
        core.event().await,
        json!(["message", "r", {"type": "offer"}, from])
    );
    core.emit(json!(["message", "r", "got it"])).await;
    assert_eq!(first.event().await, json!(["message", "got it"]));

    let mut third = Client::connect(server).await;
    third.emit(json!(["create or join", "r"])).await;
    assert_eq!(third.event().await, json!(["full", "r"]));

    core.emit(json!(["leave", "r"])).await;
    assert_eq!(
        first.event().await,
        json!(["bye", "r", core_id, {"reason": "left"}])
    );
    assert_eq!(first.event().await, json!(["message", "bye"]));
    third.emit(json!(["create or join", "r"])).await;
    let joined = third.event().await;
    assert_eq!((&joined[0], &joined[1]), (&json!("joined"), &json!("r")));
    assert_eq!(first.event().await[0], "join");
    assert_eq!(first.event().await[0], "ready");
    // It could not come back into its seat, so it is gone at once.
    drop(third);
    assert_eq!(first.event().await[0], "bye");
    first.event().await;
    first.emit(json!(["bye", "r"])).await;
    assert_eq!(first.event().await[0], "leaved");
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_before_anything_opens() {
    let settings = Settings {
        allowed_origins: vec!["https://friends.example".to_owned()],
        ..Settings::default()
    };
    let (server, _application) = start_with(settings).await;
    let ask = async |origin: &str, path: &str| {
        let origin = if origin.is_empty() {
            String::new()
        } else {
            format!("Origin: {origin}\r\n")
        };
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: {server}\r\n{origin}Connection: close\r\n\r\n");
        request(server, &head).await
    };
    let polling = "/socket.io/?EIO=4&transport=polling";
    for origin in [
        String::new(),
        format!("http://{server}"),
        "https://friends.example".to_owned(),
    ] {
        let answer = ask(&origin, polling).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{origin}: {answer}");
        let cors = "access-control-allow-origin: https://friends.example\r\n";
        assert_eq!(
            answer.contains(cors),
            origin.contains("friends"),
            "{answer}"
        );
    }
    for origin in ["https://evil.example", "http://127.0.0.1:1", "null"] {
        for path in [polling, "/socket.io/?EIO=4&transport=websocket"] {
            let answer = ask(origin, path).await;
            assert!(answer.starts_with("HTTP/1.1 403"), "{origin}: {answer}");
            assert!(
                answer.contains("allowed-origins"),
                "it says what to do: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn an_address_has_its_share_of_connections() {
    let settings = Settings {
        sockets_per_address: 2,
        ..Settings::default()
    };
    let (server, _application) = start_with(settings).await;
    let (a, _b) = (Client::connect(server).await, Client::connect(server).await);
    let mut c = Client::open(server, 4).await;
    c.send("40").await;
    let refused = c.receive().await;
    assert!(
        refused.starts_with("44") && refused.contains("Too many"),
        "{refused}"
    );
    drop(a);
    let again = async {
        loop {
            let mut c = Client::open(server, 4).await;
            c.send("40").await;
            if c.receive().await.starts_with("40") {
                return;
            }
        }
    };
    timeout(PATIENCE, again)
        .await
        .expect("there is a place again");
}

#[tokio::test]
async fn a_socket_may_send_and_join_only_so_much() {
    let server = start().await;
    let mut a = Client::connect(server).await;
    // 20 joins a minute, 8 rooms at once.
    for n in 0..8 {
        a.join(&format!("r{n}")).await;
    }
    a.emit(json!(["join", "r8"])).await;
    assert_eq!(a.event().await[2]["code"], "rate-limited");
    a.emit(json!(["leave", "r0"])).await;
    assert_eq!(a.event().await[0], "leaved");
    a.join("r8").await;
    a.emit(json!(["leave", "r1"])).await;
    assert_eq!(a.event().await[0], "leaved");
    for _ in 10..20 {
        a.emit(json!(["join", "r8"])).await;
        assert_eq!(a.event().await[2]["code"], "already-in-room");
    }
    a.emit(json!(["join", "r9"])).await;
    assert_eq!(a.event().await[2]["code"], "rate-limited");
}

#[tokio::test]
async fn a_flood_is_limited_and_told_and_ended_and_nobody_else_notices() {
    let [(mut a, a_id), (mut b, _)] = pair(start().await).await;
    for n in 0..300 {
        a.feed(Message::text(format!(
            "42{n}{}",
            json!(["message", "r", n])
        )))
        .await;
    }
    a.flush().await;
    let (mut done, mut refused, mut told) = (0, 0, 0);
    while done + refused < 300 {
        let frame = a.receive().await;
        done += usize::from(frame.contains(r#"{"ok":true}"#));
        refused += usize::from(frame.starts_with("43") && frame.contains("rate-limited"));
        told +=
            usize::from(frame.starts_with(r#"42["refused","""#) && frame.contains("rate-limited"));
    }
    assert!(
        (240..260).contains(&done),
        "a burst of 240 goes through: {done}"
    );
    assert!((1..=20).contains(&told), "told, but not for each: {told}");
    // On a slow machine the allowance grows in the meantime, so that a later one goes through.
    let mut next = 0;
    for _ in 0..done {
        let event = b.event().await;
        let n = event[2].as_u64().expect("a number");
        assert!(n >= next, "{n} came after {next}");
        assert_eq!(event, json!(["message", "r", n, {"from": a_id}]));
        next = n + 1;
    }
    // Whoever goes on is disconnected.
    let flood = async {
        while a
            .stream
            .send(Message::text(r#"42["message","r",1]"#))
            .await
            .is_ok()
        {}
    };
    let away = async {
        loop {
            let event = b.event().await;
            if event[0] == "away" {
                return event;
            }
        }
    };
    let (_, away) = timeout(PATIENCE, futures::future::join(flood, away))
        .await
        .expect("in time");
    assert_eq!(away, json!(["away", "r", a_id]));
}

#[tokio::test]
async fn too_large_a_message_is_refused_and_far_too_large_a_one_ends_the_connection() {
    let [(mut a, a_id), (mut b, _)] = pair(start().await).await;
    a.emit(json!(["message", "r", "x".repeat(65_536)])).await;
    assert_eq!(a.event().await[2]["code"], "too-large");
    a.emit(json!(["message", "r", "x".repeat(65_000)])).await;
    assert_eq!(b.event().await[2].as_str().map(str::len), Some(65_000));
    a.emit(json!(["message", "r", "x".repeat(1_000_000)])).await;
    assert_eq!(b.event().await, json!(["away", "r", a_id]));
}

/// A server that starts anew knows nothing but its key; within the grace time the tokens of before
/// are good.
#[tokio::test]
async fn seats_survive_a_restart() {
    let (server, _application) = start_with(Settings::default()).await;
    let [(a, a_id), (b, b_id)] = pair(server).await;
    let (a_token, b_token) = (a.token, b.token);
    let short = Settings {
        grace_seconds: 1.0,
        ..Settings::default()
    };
    let (server, _application) = start_with(short).await;
    let (mut a, mut b) = (Client::connect(server).await, Client::connect(server).await);
    b.emit(json!(["join", "r", {"resume": b_token}])).await;
    let joined = b.event().await;
    assert_eq!((&joined[0], &joined[2]), (&json!("joined"), &json!(b_id)));
    assert_eq!(
        (&joined[3]["peers"], &joined[3]["restored"]),
        (&json!([]), &json!(true))
    );
    a.emit(json!(["join", "r", {"resume": a_token.clone()}]))
        .await;
    let joined = a.event().await;
    assert_eq!(joined[2], json!(a_id));
    assert_eq!(
        (&joined[3]["peers"], &joined[3]["host"]),
        (&json!([{"id": b_id}]), &json!(a_id))
    );
    assert_eq!(b.event().await, json!(["back", "r", a_id]));
    assert_eq!(b.event().await, json!(["host", "r", a_id]));
    a.emit(json!(["leave", "r"])).await;
    b.event().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    a.event().await;
    a.emit(json!(["join", "r", {"resume": a_token}])).await;
    assert_eq!(
        a.event().await[2]["code"],
        "bad-resume",
        "the grace time is over"
    );
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let (server, application) = start_with(Settings::default()).await;
    assert!(get(server, "/healthz").await.ends_with("ok\n"));
    assert!(get(server, "/readyz").await.starts_with("HTTP/1.1 200"));
    let [(mut a, _), (b, _)] = pair(server).await;
    let Application { signaling, .. } = application;
    let closing = tokio::spawn(async move { signaling.close(Duration::from_secs(5)).await });
    let told = a.event().await;
    assert_eq!(
        (&told[0], &told[2]["code"]),
        (&json!("refused"), &json!("server-closing"))
    );
    a.emit(json!(["join", "another"])).await;
    assert_eq!(a.event().await[2]["code"], "server-closing");
    let ready = get(server, "/readyz").await;
    assert!(
        ready.starts_with("HTTP/1.1 503") && ready.ends_with("stopping\n"),
        "{ready}"
    );
    timeout(Duration::from_secs(5), closing)
        .await
        .expect("in time")
        .expect("no panic");
    drop(b);
}

#[tokio::test]
async fn what_happens_is_counted() {
    let (server, application) = start_with(Settings::default()).await;
    let [(mut a, _), (mut b, _)] = pair(server).await;
    let mut c = Client::connect(server).await;
    c.emit(json!(["join", "r"])).await;
    c.event().await;
    c.emit(json!(["leave", "r"])).await;
    c.event().await;
    a.emit(json!(["message", "r", "12345678"])).await;
    b.event().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("just bound");
    let router = metrics(application.registry);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let text = get(address, "/metrics").await;
    for line in [
        "duplex_connections 3",
        "duplex_rooms 1",
        "duplex_peers 2",
        "duplex_joins_total{outcome=\"Joined\"} 2",
        "duplex_joins_total{outcome=\"Full\"} 1",
        "duplex_relayed_messages_total 1",
        "duplex_relayed_bytes_total 10",
        "duplex_refusals_total{code=\"not-in-room\"} 1",
        "duplex_handling_seconds_count 5",
    ] {
        assert!(text.contains(line), "{line} is missing:\n{text}");
    }
}

#[tokio::test]
async fn a_second_server_cannot_be_mistaken_for_the_first() {
    let (server, _application) = start_on("127.0.0.1:0", Settings::default()).await;
    let answer = get(
        server,
        "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAAAA",
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("Session ID unknown"),
        "{answer}"
    );
}

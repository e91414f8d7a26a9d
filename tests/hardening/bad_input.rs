//! Tables of bad input, over both transports. Each line gets its code or closes that one
//! connection, and nobody else notices.

use futures::SinkExt;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;

use super::{Bystanders, Client, Fate, PROBE, PROBES, is_answer, packets::packets, settings};
use crate::common::{
    get,
    polling::{self, Polling},
    start_with,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_packets_on_a_websocket_are_refused_or_close_it() {
    let (server, _application) = start_with(settings()).await;
    let mut bystanders = Bystanders::join(server).await;
    let mut wrong = Vec::new();
    for (packet, expected) in packets() {
        let shown: String = packet.chars().take(70).collect();
        let mut bad = Client::connect(server).await;
        bad.join("r").await;
        bad.send(&packet).await;
        let fate = bad.fate().await;
        if fate != expected {
            wrong.push((shown.clone(), fate, expected));
        }
        bad.stream
            .send(Message::text(r#"42["leave","r"]"#))
            .await
            .ok();
        bystanders.are_undisturbed(&shown).await;
        free(&mut bad, server).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Waits until the seat of a connection that was closed is free: the next one joins the same room.
async fn free(bad: &mut Client, server: std::net::SocketAddr) {
    if bad.fate().await == Fate::Closed {
        let mut next = Client::connect(server).await;
        let token = bad.token.clone();
        next.emit(serde_json::json!(["join", "r", {"resume": token}]))
            .await;
        assert_eq!(next.event().await[0], "joined");
        next.emit(serde_json::json!(["leave", "r"])).await;
        assert_eq!(next.event().await[0], "leaved");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_packets_on_long_polling_are_refused_or_close_it() {
    let (server, _application) = start_with(settings()).await;
    let mut bystanders = Bystanders::join(server).await;
    let mut wrong = Vec::new();
    for (n, (packet, expected)) in packets().into_iter().enumerate() {
        let shown: String = packet.chars().take(70).collect();
        let mut bad = Polling::connect(server).await;
        let room = format!("r{n}");
        bad.join(&room, serde_json::json!({})).await;
        let packet = packet.replace(r#""r""#, &format!(r#""{room}""#));
        let is_answered = bad.post(packet).await != 200;
        let fate = polling_fate(&mut bad).await;
        // A request can be refused where a WebSocket has to be closed.
        if fate != expected && !(is_answered && expected == Fate::Closed) {
            wrong.push((shown.clone(), fate, expected));
        }
        bystanders.are_undisturbed(&shown).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn polling_fate(bad: &mut Polling) -> Fate {
    let mut refused = None;
    for _ in 0..PROBES {
        if bad.post(PROBE).await != 200 {
            return Fate::Closed;
        }
        loop {
            let Some(packet) = bad.receive().await else {
                return Fate::Closed;
            };
            if is_answer(&packet, &mut refused) {
                break;
            }
        }
    }
    refused.map_or(Fate::Ignored, Fate::Refused)
}

/// Nothing is heard before the namespace is joined.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_before_the_namespace_close_the_connection() {
    let (server, _application) = start_with(settings()).await;
    let mut bystanders = Bystanders::join(server).await;
    for packet in [
        r#"42["join","r"]"#,
        "41",
        "430[]",
        r#"451-["message","r",1]"#,
    ] {
        let mut early = Client::open(server, 4).await;
        early.send(packet).await;
        assert_eq!(early.fate().await, Fate::Closed, "{packet}");
        let mut early = Polling::open(server).await;
        early.post(packet).await;
        assert_eq!(polling_fate(&mut early).await, Fate::Closed, "{packet}");
        bystanders.are_undisturbed(packet).await;
    }
}

/// The frames themselves, as no library sends them. A client masks with zeros here, which changes
/// nothing (RFC 6455 section 5.3).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_frames_close_the_connection() {
    let (server, _application) = start_with(settings()).await;
    let mut bystanders = Bystanders::join(server).await;
    let frame = |head: u8, payload: &[u8]| {
        let length = 0x80 | u8::try_from(payload.len()).expect("a short one");
        [&[head, length, 0, 0, 0, 0], payload].concat()
    };
    let mut wrong = Vec::new();
    for (name, bytes, expected) in [
        (
            "text that is not UTF-8",
            frame(0x81, b"42[\"\xff\"]"),
            Fate::Closed,
        ),
        (
            "a surrogate in UTF-8",
            frame(0x81, b"42[\"\xed\xa0\x80\"]"),
            Fate::Closed,
        ),
        (
            "bytes that nobody announced",
            frame(0x82, &[1, 2, 3]),
            Fate::Closed,
        ),
        ("no bytes", frame(0x82, &[]), Fate::Closed),
        ("an unknown kind of frame", frame(0x83, b"x"), Fate::Closed),
        ("reserved bits", frame(0xf1, b"x"), Fate::Closed),
        ("a continuation of nothing", frame(0x80, b"x"), Fate::Closed),
        ("a ping in two parts", frame(0x09, b"x"), Fate::Closed),
        ("not masked", vec![0x81, 0x01, b'2'], Fate::Closed),
        (
            "an event in three parts, with a ping between them",
            [
                frame(0x01, b"42[\"app"),
                frame(0x89, b"?"),
                frame(0x00, b"lause"),
                frame(0x80, b"\"]"),
            ]
            .concat(),
            Fate::Refused("invalid-message".to_owned()),
        ),
        (
            "a second message within the first",
            [frame(0x01, b"42["), frame(0x81, b"2")].concat(),
            Fate::Closed,
        ),
        (
            "a length of 2^63",
            vec![0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Fate::Closed,
        ),
        (
            "a length beyond what is allowed",
            vec![0x81, 0xff, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0],
            Fate::Closed,
        ),
    ] {
        let mut bad = Client::connect(server).await;
        let stream = bad.stream.get_mut();
        stream.write_all(&bytes).await.expect("the server reads");
        let fate = bad.fate().await;
        if fate != expected {
            wrong.push((name, fate, expected));
        }
        bystanders.are_undisturbed(name).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_bodies_on_long_polling_harm_that_session_only() {
    let (server, _application) = start_with(settings()).await;
    let mut bystanders = Bystanders::join(server).await;
    let many = vec!["42[\"applause\"]"; 2_000].join("\u{1e}");
    for (name, body) in [
        ("nothing", &b""[..]),
        ("separators", "\u{1e}\u{1e}\u{1e}".as_bytes()),
        ("not UTF-8", b"42[\"\xff\xfe\"]"),
        ("no base64", b"b!!!!"),
        ("bytes that nobody announced", b"bAQID"),
        ("thousands of packets", many.as_bytes()),
        ("a body beyond what is allowed", &vec![b'4'; 1_000_000]),
    ] {
        let bad = Polling::connect(server).await;
        bad.post(body).await;
        bystanders.are_undisturbed(name).await;
    }
    for query in [
        "",
        "EIO=4",
        "EIO=9&transport=polling",
        "EIO=4&transport=carrier-pigeon",
        "EIO=4&transport=polling&sid=",
        "EIO=4&transport=polling&sid=%00",
        "EIO=4&transport=polling&sid=../../etc/passwd",
        "EIO=&transport=&sid=&b64=&j=",
        "EIO=4&transport=websocket",
    ] {
        let (status, _) = polling::get(server, query).await;
        assert!((400..500).contains(&status), "{query}: {status}");
        bystanders.are_undisturbed(query).await;
    }
}

#[tokio::test]
async fn no_path_leads_to_another_host() {
    let (server, _application) = start_with(settings()).await;
    // There is a folder `src` where the tests run, as there is one for the official client.
    for path in [
        "//src",
        "//src/",
        "//src/..",
        "/src",
        "//evil.example",
        "//evil.example/",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/%5cevil.example/",
        "/join?room=//evil.example",
        "/join?room=https://evil.example",
        "//join?room=a",
        "//room/a/",
        "//new",
    ] {
        let answer = get(server, path).await;
        let location = answer
            .lines()
            .find_map(|line| line.strip_prefix("location: "));
        let is_ours = |to: &str| to.starts_with('/') && !to.starts_with("//");
        assert!(location.is_none_or(is_ours), "{path}: {answer}");
    }
}

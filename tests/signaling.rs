//! The contract, spoken to the real server in raw Socket.IO frames, as a foreign client would.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::{
    PATIENCE,
    client::{Client, pair, parse},
    get, start, start_with,
};
use duplex::settings::Settings;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn join_tells_the_newcomer_who_is_there_and_the_others_who_came() {
    let server = start().await;
    let (mut a, mut b) = (Client::connect(server).await, Client::connect(server).await);
    a.emit(json!(["join", "r"])).await;
    let joined = a.event().await;
    let a_id = joined[2].clone();
    assert_eq!(
        joined,
        json!(["joined", "r", a_id, {"protocol": 1, "peers": [], "capacity": 2}])
    );
    b.emit(json!(["join", "r"])).await;
    let joined = b.event().await;
    let b_id = joined[2].clone();
    assert_eq!(
        joined,
        json!(["joined", "r", b_id, {"protocol": 1, "peers": [{"id": a_id}], "capacity": 2}])
    );
    assert_eq!(a.event().await, json!(["otherjoin", "r", b_id, {}]));
    assert_ne!(a_id, b_id);
}

#[tokio::test]
async fn the_third_reads_that_the_room_is_full_and_the_two_hear_nothing() {
    let server = start().await;
    let [(mut a, _), (mut b, _)] = pair(server).await;
    let mut c = Client::connect(server).await;
    c.emit(json!(["join", "r"])).await;
    let full = c.event().await;
    assert_eq!((&full[0], &full[1]), (&json!("full"), &json!("r")));
    assert!(full[2].is_string(), "tutorial pages expect an id: {full}");
    assert_eq!(a.events_until_settled().await, [] as [Value; 0]);
    assert_eq!(b.events_until_settled().await, [] as [Value; 0]);
}

#[tokio::test]
async fn messages_reach_the_others_unchanged_and_say_who_sent_them() {
    let [(mut a, a_id), (mut b, b_id)] = pair(start().await).await;
    // Key order, number spelling and unknown fields all stay as they were.
    let data = r#"{"z":1.0,"a":[12345678901234567890,1e2],"type":"offer","ü":"\u00fc"}"#;
    a.send(&format!(r#"42["message","r",{data}]"#)).await;
    assert_eq!(
        b.receive().await,
        format!(r#"42["message","r",{data},{{"from":"{a_id}"}}]"#)
    );
    b.emit(json!(["message", "r", null, {"to": a_id}])).await;
    assert_eq!(
        a.event().await,
        json!(["message", "r", null, {"from": b_id}])
    );
    assert_eq!(
        a.events_until_settled().await,
        [] as [Value; 0],
        "nobody hears himself"
    );
}

#[tokio::test]
async fn a_message_from_outside_the_room_reaches_nobody() {
    let server = start().await;
    let [(mut a, a_id), (mut b, b_id)] = pair(server).await;
    let mut c = Client::connect(server).await;
    c.join("elsewhere").await;
    c.emit(json!(["message", "r", "psst"])).await;
    c.emit(json!(["message", "r", "psst", {"to": a_id}])).await;
    for _ in 0..2 {
        let refused = c.event().await;
        assert_eq!((&refused[0], &refused[1]), (&json!("refused"), &json!("r")));
        assert_eq!(refused[2]["code"], "not-in-room");
    }
    // What c said was dealt with; had it been relayed, it would be here before this.
    a.emit(json!(["message", "r", 1])).await;
    assert_eq!(b.event().await, json!(["message", "r", 1, {"from": a_id}]));
    b.emit(json!(["message", "r", 2])).await;
    assert_eq!(a.event().await, json!(["message", "r", 2, {"from": b_id}]));
}

#[tokio::test]
async fn who_leaves_is_told_so_and_missed() {
    let server = start().await;
    let [(mut a, a_id), (mut b, _)] = pair(server).await;
    a.emit(json!(["leave", "r"])).await;
    assert_eq!(
        a.event().await,
        json!(["leaved", "r", a_id, {"reason": "left"}])
    );
    assert_eq!(
        b.event().await,
        json!(["bye", "r", a_id, {"reason": "left"}])
    );
    a.emit(json!(["message", "r", "still here?"])).await;
    assert_eq!(a.event().await[2]["code"], "not-in-room");
    let mut c = Client::connect(server).await;
    c.join("r").await;
    assert_eq!(b.event().await[0], "otherjoin", "the seat is free again");
}

#[tokio::test]
async fn whoever_loses_the_connection_is_missed() {
    let server = start().await;
    let [(a, a_id), (mut b, _)] = pair(server).await;
    drop(a);
    assert_eq!(
        b.event().await,
        json!(["bye", "r", a_id, {"reason": "timeout"}])
    );
    let mut c = Client::connect(server).await;
    c.join("r").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_messages_stay_in_order() {
    let [(mut a, _), (mut b, _)] = pair(start().await).await;
    // As many at once as wait for a receiver who is not that quick.
    for burst in 0..40 {
        for n in 0..100 {
            let frame = format!("42{}", json!(["message", "r", burst * 100 + n]));
            a.stream
                .feed(Message::text(frame))
                .await
                .expect("the server reads");
        }
        a.stream.flush().await.expect("the server reads");
        for n in 0..100 {
            assert_eq!(b.event().await[2], burst * 100 + n);
        }
    }
}

#[tokio::test]
async fn whoever_asks_for_an_acknowledgement_gets_one() {
    let mut a = Client::connect(start().await).await;
    a.send(r#"427["join","r"]"#).await;
    assert_eq!(a.event().await[0], "joined");
    assert_eq!(a.receive().await, r#"437[{"ok":true}]"#);
    a.send(r#"428["message","elsewhere",1]"#).await;
    assert_eq!(a.event().await[0], "refused");
    let ack = a.receive().await;
    let ack = parse(ack.strip_prefix("438").expect("the acknowledgement"));
    assert_eq!(
        (&ack[0]["ok"], &ack[0]["error"]["code"]),
        (&json!(false), &json!("not-in-room"))
    );
}

#[tokio::test]
async fn malformed_events_are_refused_and_change_nothing() {
    let [(mut a, a_id), (mut b, _)] = pair(start().await).await;
    for (frame, room, code) in [
        (r#"["join"]"#, "", "invalid-message"),
        (r#"["join",null]"#, "", "invalid-message"),
        (r#"["join",{"room":"r"}]"#, "", "invalid-message"),
        (r#"["join","a b"]"#, "a b", "invalid-room"),
        (r#"["join",".."]"#, "..", "invalid-room"),
        (r#"["join","r"]"#, "r", "already-in-room"),
        (r#"["message"]"#, "", "invalid-message"),
        (r#"["message","r"]"#, "r", "invalid-message"),
        (r#"["message","r",1,"b"]"#, "r", "invalid-message"),
        (r#"["message","r",1,{"to":7}]"#, "r", "invalid-message"),
        (r#"["message","r",1,{"to":"nobody"}]"#, "r", "no-such-peer"),
        (r#"["leave",7]"#, "", "invalid-message"),
        (r#"["leave","elsewhere"]"#, "elsewhere", "not-in-room"),
    ] {
        a.send(&format!("42{frame}")).await;
        let refused = a.event().await;
        assert_eq!(refused[0], "refused", "{frame}");
        assert_eq!(
            (&refused[1], &refused[2]["code"]),
            (&json!(room), &json!(code)),
            "{frame}"
        );
        let sentence = refused[2]["message"].as_str().expect("a sentence");
        assert!(sentence.ends_with('.'), "{frame}: {sentence}");
    }
    a.emit(json!(["message", "r", "fine"])).await;
    assert_eq!(
        b.event().await,
        json!(["message", "r", "fine", {"from": a_id}])
    );
}

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

/// The server cannot wait for somebody who does not read, and must not skip an event either.
#[tokio::test]
async fn whoever_does_not_read_is_disconnected_and_missed() {
    let [(a, _), (b, b_id)] = pair(start().await).await;
    let message = format!("42{}", json!(["message", "r", "x".repeat(60_000)]));
    let (mut sending, mut receiving) = a.stream.split();
    let flood = async {
        // More than 128 packets and what the system itself keeps for a receiver.
        for _ in 0..1_000 {
            sending
                .send(Message::text(message.clone()))
                .await
                .expect("the server reads");
        }
    };
    let bye = async {
        loop {
            let frame = receiving
                .next()
                .await
                .expect("the connection stands")
                .expect("and is sound");
            if let Some(event) = frame.to_text().expect("frames are text").strip_prefix("42") {
                return parse(event);
            }
        }
    };
    let both = futures::future::join(flood, bye);
    let ((), bye) = timeout(PATIENCE, both)
        .await
        .expect("the server gives up in time");
    assert_eq!(bye, json!(["bye", "r", b_id, {"reason": "timeout"}]));
    drop(b);
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
    assert_eq!(
        old.event().await,
        json!(["bye", "r", new_id, {"reason": "timeout"}])
    );
    assert_ne!(old_id, new_id);
}

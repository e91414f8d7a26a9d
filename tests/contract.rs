//! The behaviour of rooms, spoken to real servers: with rooms in memory, in a real Redis, and on
//! two nodes that share one.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::stage::Stage;
use duplex::settings::Settings;
use futures::future::join_all;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// As many connections and events as these tests need, and a short grace time.
fn settings() -> Settings {
    Settings {
        sockets_per_address: 1_000,
        messages_per_second: 100_000,
        message_burst: 100_000,
        joins_per_minute: 1_000,
        max_capacity: 8,
        grace_seconds: 1.0,
        ..Settings::default()
    }
}

macro_rules! on_every_stage {
    ($($test:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(super::Stage::memory(super::settings()).await).await; })*
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(super::Stage::redis(super::settings()).await).await; })*
        }
        mod two_nodes {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() { super::$test(super::Stage::two_nodes(super::settings()).await).await; })*
        }
    };
}

on_every_stage!(
    two_meet_and_part,
    a_message_goes_to_the_others_or_to_one,
    of_200_at_once_as_many_come_in_as_there_are_seats,
    a_seat_outlives_its_connection_and_its_messages_are_kept,
    a_seat_is_free_when_nobody_comes_back,
    a_second_connection_takes_over,
    a_connection_that_joins_and_goes_at_once_leaves_nothing_behind,
    the_host_locks_admits_denies_and_removes,
    the_next_host_is_who_sat_there_longest,
    thousands_of_messages_stay_in_order,
    a_visitor_and_the_peer_inside_speak_before_the_join,
    what_cannot_be_done_is_refused_with_its_code,
    whoever_does_not_read_is_disconnected_and_missed,
);

async fn two_meet_and_part(stage: Stage) {
    let (mut a, mut b) = (stage.connect().await, stage.connect().await);
    a.emit(json!(["join", "r", {"name": "Ann"}])).await;
    let joined = a.event().await;
    let a_id = joined[2].clone();
    let extras = &joined[3];
    assert!(
        extras["resume"]
            .as_str()
            .is_some_and(|token| token.len() > 40)
    );
    assert_eq!(
        joined,
        json!(["joined", "r", a_id, {
            "protocol": 1, "peers": [], "host": a_id, "capacity": 2, "locked": false,
            "resume": extras["resume"], "ice": {"iceServers": [], "expires": null},
        }])
    );
    b.send(r#"421["join","r",{"name":"Bob","offer":{"sdp":1.0}}]"#)
        .await;
    let joined = b.event().await;
    let b_id = joined[2].clone();
    assert_ne!(a_id, b_id);
    assert_eq!(joined[3]["peers"], json!([{"id": a_id, "name": "Ann"}]));
    assert_eq!(joined[3]["host"], a_id);
    assert_eq!(b.receive().await, r#"431[{"ok":true}]"#);
    assert_eq!(
        a.event().await,
        json!(["otherjoin", "r", b_id, {"name": "Bob", "offer": {"sdp": 1.0}}])
    );
    let mut c = stage.connect().await;
    c.emit(json!(["join", "r"])).await;
    let full = c.event().await;
    assert_eq!((&full[0], &full[1]), (&json!("full"), &json!("r")));
    assert!(full[2].is_string(), "tutorial pages expect an id: {full}");
    b.emit(json!(["leave", "r"])).await;
    assert_eq!(
        b.event().await,
        json!(["leaved", "r", b_id, {"reason": "left"}])
    );
    // Nobody heard of the third.
    assert_eq!(
        a.event().await,
        json!(["bye", "r", b_id, {"reason": "left"}])
    );
    c.join("r").await;
    assert_eq!(a.event().await[0], "otherjoin");
}

async fn a_message_goes_to_the_others_or_to_one(stage: Stage) {
    let mut peers = Vec::new();
    for _ in 0..3 {
        let mut client = stage.connect().await;
        client.emit(json!(["join", "r", {"capacity": 3}])).await;
        let id = client.event().await[2].clone();
        peers.push((client, id));
    }
    let [(mut a, a_id), (mut b, b_id), (mut c, _)] = peers.try_into().ok().expect("three");
    a.event().await;
    a.event().await;
    b.event().await;
    // Key order, number spelling and unknown fields all stay as they were.
    let data = r#"{"z":1.0,"a":[12345678901234567890,1e2],"type":"offer","ü":"\u00fc"}"#;
    a.send(&format!(r#"42["message","r",{data}]"#)).await;
    let heard = format!(r#"42["message","r",{data},{{"from":{a_id}}}]"#);
    assert_eq!(b.receive().await, heard);
    assert_eq!(c.receive().await, heard);
    c.emit(json!(["message", "r", 1, {"to": b_id}])).await;
    c.emit(json!(["message", "r", 2])).await;
    assert_eq!(b.event().await[2], 1);
    assert_eq!(b.event().await[2], 2);
    assert_eq!(
        a.event().await[2],
        2,
        "the first was not for a, and nobody hears himself"
    );
    // What somebody outside says reaches nobody.
    let mut d = stage.connect().await;
    d.join("elsewhere").await;
    d.emit(json!(["message", "r", 3, {"to": b_id}])).await;
    assert_eq!(d.event().await[2]["code"], "not-in-room");
    a.emit(json!(["message", "r", 4])).await;
    assert_eq!(b.event().await[2], 4);
}

async fn of_200_at_once_as_many_come_in_as_there_are_seats(stage: Stage) {
    for capacity in [2, 5] {
        let room = format!("rush-{capacity}");
        let clients = join_all((0..200).map(|_| stage.connect())).await;
        let join = json!(["join", room, {"capacity": capacity}]);
        let answers = join_all(clients.into_iter().map(async |mut client| {
            client.emit(join.clone()).await;
            (client.event().await, client)
        }))
        .await;
        let count = |name| answers.iter().filter(|(event, _)| event[0] == name).count();
        assert_eq!((count("joined"), count("full")), (capacity, 200 - capacity));
    }
}

async fn a_seat_outlives_its_connection_and_its_messages_are_kept(stage: Stage) {
    let [(a, a_id), (mut b, b_id)] = stage.pair().await;
    let token = a.token.clone();
    drop(a);
    assert_eq!(b.event().await, json!(["away", "r", a_id]));
    for n in 0..5 {
        b.emit(json!(["message", "r", n])).await;
    }
    b.settle("r").await;
    let mut c = stage.connect().await;
    c.emit(json!(["join", "r"])).await;
    assert_eq!(c.event().await[0], "full", "the seat counts still");
    let mut a = stage.connect().await;
    a.emit(json!(["join", "r", {"resume": token}])).await;
    let joined = a.event().await;
    assert_eq!((&joined[0], &joined[2]), (&json!("joined"), &json!(a_id)));
    assert_eq!(joined[3]["peers"], json!([{"id": b_id}]));
    for n in 0..5 {
        assert_eq!(a.event().await, json!(["message", "r", n, {"from": b_id}]));
    }
    assert_eq!(b.event().await, json!(["back", "r", a_id]));
    a.emit(json!(["message", "r", "again"])).await;
    assert_eq!(
        b.event().await,
        json!(["message", "r", "again", {"from": a_id}])
    );
}

async fn a_seat_is_free_when_nobody_comes_back(stage: Stage) {
    let [(a, a_id), (mut b, b_id)] = stage.pair().await;
    let token = a.token.clone();
    drop(a);
    assert_eq!(b.event().await, json!(["away", "r", a_id]));
    assert_eq!(
        b.event().await,
        json!(["bye", "r", a_id, {"reason": "timeout"}])
    );
    assert_eq!(b.event().await, json!(["host", "r", b_id]));
    let mut c = stage.connect().await;
    c.emit(json!(["join", "r", {"resume": token.clone()}]))
        .await;
    assert_eq!(c.event().await[2]["code"], "bad-resume");
    c.emit(json!(["join", "elsewhere", {"resume": token}]))
        .await;
    assert_eq!(c.event().await[2]["code"], "bad-resume");
    c.join("r").await;
}

async fn a_second_connection_takes_over(stage: Stage) {
    let [(mut a, a_id), (mut b, _)] = stage.pair().await;
    let mut second = stage.connect().await;
    second.emit(json!(["join", "r", {"resume": a.token}])).await;
    assert_eq!(second.event().await[2], json!(a_id));
    assert_eq!(
        a.event().await,
        json!(["leaved", "r", a_id, {"reason": "replaced"}])
    );
    assert_eq!(b.event().await, json!(["back", "r", a_id]));
    a.emit(json!(["message", "r", 1])).await;
    assert_eq!(a.event().await[2]["code"], "not-in-room");
    drop(a);
    second.emit(json!(["message", "r", 2])).await;
    assert_eq!(b.event().await, json!(["message", "r", 2, {"from": a_id}]));
}

async fn a_connection_that_joins_and_goes_at_once_leaves_nothing_behind(stage: Stage) {
    for _ in 0..20 {
        let mut client = stage.connect().await;
        client.emit(json!(["join", "r"])).await;
    }
    // All seats are free after the grace time, whatever was faster.
    let mut client = stage.connect().await;
    client.eventually_joined("r").await;
    let mut other = stage.connect().await;
    other.eventually_joined("r").await;
}

async fn the_host_locks_admits_denies_and_removes(stage: Stage) {
    let (mut a, mut b) = (stage.connect().await, stage.connect().await);
    let a_id = a.join("r").await;
    b.emit(json!(["lock", "r"])).await;
    assert_eq!(b.event().await[2]["code"], "not-in-room");
    a.emit(json!(["lock", "r"])).await;
    assert_eq!(a.event().await, json!(["locked", "r"]));

    b.emit(json!(["join", "r", {"name": "Bob"}])).await;
    let waiting = b.event().await;
    assert_eq!((&waiting[0], &waiting[1]), (&json!("waiting"), &json!("r")));
    let knock = a.event().await;
    assert_eq!(knock, json!(["knock", "r", waiting[2], {"name": "Bob"}]));
    b.emit(json!(["message", "r", "psst"])).await;
    assert_eq!(b.event().await[2]["code"], "not-in-room");
    a.emit(json!(["deny", "r", waiting[2]])).await;
    let refused = b.event().await;
    assert_eq!(
        (&refused[0], &refused[2]["code"]),
        (&json!("refused"), &json!("denied"))
    );

    b.emit(json!(["join", "r"])).await;
    let b_id = b.event().await[2].clone();
    a.event().await;
    a.emit(json!(["admit", "r", b_id])).await;
    let joined = b.event().await;
    assert_eq!(
        (&joined[0], &joined[2], &joined[3]["locked"]),
        (&json!("joined"), &b_id, &json!(true))
    );
    assert_eq!(a.event().await, json!(["otherjoin", "r", b_id, {}]));
    b.emit(json!(["remove", "r", a_id])).await;
    assert_eq!(b.event().await[2]["code"], "not-host");

    a.emit(json!(["unlock", "r"])).await;
    for client in [&mut a, &mut b] {
        assert_eq!(client.event().await, json!(["unlocked", "r"]));
    }
    a.emit(json!(["remove", "r", b_id])).await;
    assert_eq!(
        b.event().await,
        json!(["leaved", "r", b_id, {"reason": "removed"}])
    );
    assert_eq!(
        a.event().await,
        json!(["bye", "r", b_id, {"reason": "removed"}])
    );
    assert_eq!(a.event().await, json!(["locked", "r"]));
    b.emit(json!(["join", "r", {"resume": joined[3]["resume"]}]))
        .await;
    assert_eq!(b.event().await[2]["code"], "bad-resume");

    // A knock ends with its connection.
    let mut c = stage.connect().await;
    c.emit(json!(["join", "r"])).await;
    let c_id = c.event().await[2].clone();
    assert_eq!(a.event().await[0], "knock");
    drop(c);
    assert_eq!(a.event().await, json!(["unknock", "r", c_id]));
}

async fn the_next_host_is_who_sat_there_longest(stage: Stage) {
    let mut a = stage.connect().await;
    a.emit(json!(["join", "r", {"capacity": 3, "passcode": "open"}]))
        .await;
    a.event().await;
    let mut others = Vec::new();
    for (code, expected) in [("", "passcode-required"), ("Open", "wrong-passcode")] {
        let mut client = stage.connect().await;
        let options = if code.is_empty() {
            json!({})
        } else {
            json!({"passcode": code})
        };
        client.emit(json!(["join", "r", options])).await;
        assert_eq!(client.event().await[2]["code"], expected);
        client
            .emit(json!(["join", "r", {"passcode": "open"}]))
            .await;
        let id = client.event().await[2].clone();
        others.push((client, id));
    }
    let [(mut b, b_id), (mut c, _)] = others.try_into().ok().expect("two");
    assert_eq!(b.event().await[0], "otherjoin");
    a.emit(json!(["leave", "r"])).await;
    for client in [&mut b, &mut c] {
        assert_eq!(client.event().await[0], "bye");
        assert_eq!(client.event().await, json!(["host", "r", b_id]));
    }
    b.emit(json!(["lock", "r"])).await;
    assert_eq!(c.event().await, json!(["locked", "r"]));
}

/// 4,000 as fast as the receiver reads, with somebody who goes away for a moment in between.
async fn thousands_of_messages_stay_in_order(stage: Stage) {
    let [(mut a, _), (mut b, _)] = stage.pair().await;
    for burst in 0..50 {
        for n in 0..80 {
            let frame = format!("42{}", json!(["message", "r", burst * 80 + n]));
            a.feed(Message::text(frame)).await;
        }
        a.flush().await;
        for n in 0..80 {
            assert_eq!(b.event().await[2], burst * 80 + n);
        }
        if burst % 10 == 9 {
            // The next ones are said while b is away, and after.
            let token = b.token.clone();
            drop(b);
            assert_eq!(a.event().await[0], "away");
            for n in 0..20 {
                a.emit(json!(["message", "r", n])).await;
            }
            b = stage.connect().await;
            b.emit(json!(["join", "r", {"resume": token}])).await;
            for n in 20..60 {
                a.emit(json!(["message", "r", n])).await;
            }
            let joined = b.event().await;
            assert_eq!(joined[0], "joined");
            b.token = joined[3]["resume"].clone();
            for n in 0..60 {
                assert_eq!(b.event().await[2], n);
            }
            assert_eq!(a.event().await[0], "back");
        }
    }
}

async fn a_visitor_and_the_peer_inside_speak_before_the_join(stage: Stage) {
    let (mut a, mut b) = (stage.connect().await, stage.connect().await);
    // Nobody is there: that makes no room, and is no error.
    b.send(r#"421["visit","r"]"#).await;
    assert_eq!(b.receive().await, r#"431[{"ok":true}]"#);
    let a_id = a.join("r").await;
    b.emit(json!(["visit", "r"])).await;
    let ice = json!({"ice": {"iceServers": [], "expires": null}});
    assert_eq!(b.event().await, json!(["visit", "r", a_id, ice]));
    let visit = a.event().await;
    let b_id = visit[2].clone();
    assert_eq!(visit, json!(["visit", "r", b_id, ice]));
    b.emit(json!(["message", "r", "too early", {"to": a_id}]))
        .await;
    let refused = b.event().await;
    assert_eq!(refused[2]["code"], "not-in-room", "{refused}");
    a.emit(json!(["message", "r", "an offer", {"to": b_id}]))
        .await;
    assert_eq!(
        b.event().await,
        json!(["message", "r", "an offer", {"from": a_id}])
    );
    b.emit(json!(["message", "r", "an answer", {"to": a_id}]))
        .await;
    assert_eq!(
        a.event().await,
        json!(["message", "r", "an answer", {"from": b_id}])
    );
    assert_eq!(
        json!(b.join("r").await),
        b_id,
        "the id that the other knows"
    );
    assert_eq!(a.event().await, json!(["otherjoin", "r", b_id, {}]));
    // A visitor whose connection is gone is told of, too.
    b.emit(json!(["leave", "r"])).await;
    assert_eq!(a.event().await[0], "bye");
    let mut c = stage.connect().await;
    c.emit(json!(["visit", "r"])).await;
    let c_id = a.event().await[2].clone();
    drop(c);
    assert_eq!(a.event().await, json!(["unvisit", "r", c_id]));
}

async fn what_cannot_be_done_is_refused_with_its_code(stage: Stage) {
    let [(mut a, a_id), (mut b, _)] = stage.pair().await;
    for (frame, room, code) in [
        (r#"["join"]"#, "", "invalid-message"),
        (r#"["join",null]"#, "", "invalid-message"),
        (r#"["join",{"room":"r"}]"#, "", "invalid-message"),
        (r#"["join","x","y"]"#, "x", "invalid-message"),
        (r#"["join","x",{"capacity":0}]"#, "x", "invalid-message"),
        (r#"["join","x",{"resume":"made-up"}]"#, "x", "bad-resume"),
        (r#"["join","a b"]"#, "a b", "invalid-room"),
        (r#"["join",".."]"#, "..", "invalid-room"),
        (r#"["join","r"]"#, "r", "already-in-room"),
        (r#"["message"]"#, "", "invalid-message"),
        (r#"["message","r"]"#, "r", "invalid-message"),
        (r#"["message","r",1,"b"]"#, "r", "invalid-message"),
        (r#"["message","r",1,{"to":7}]"#, "r", "invalid-message"),
        (r#"["message","r",1,{"to":"nobody"}]"#, "r", "no-such-peer"),
        (r#"["message","x",1]"#, "x", "not-in-room"),
        (r#"["leave",7]"#, "", "invalid-message"),
        (r#"["leave","x"]"#, "x", "not-in-room"),
        (r#"["lock","x"]"#, "x", "not-in-room"),
        (r#"["admit","r"]"#, "r", "invalid-message"),
        (r#"["admit","r","nobody"]"#, "r", "no-such-peer"),
        (r#"["deny","r","nobody"]"#, "r", "no-such-peer"),
        (r#"["remove","r","nobody"]"#, "r", "no-such-peer"),
        (r#"["applause","r"]"#, "r", "invalid-message"),
        (r#"["applause"]"#, "", "invalid-message"),
        (
            r#"["constructor","__proto__"]"#,
            "__proto__",
            "invalid-message",
        ),
    ] {
        a.send(&format!("427{frame}")).await;
        let refused = a.event().await;
        assert_eq!(refused[0], "refused", "{frame}");
        assert_eq!(
            (&refused[1], &refused[2]["code"]),
            (&json!(room), &json!(code)),
            "{frame}"
        );
        let sentence = refused[2]["message"].as_str().expect("a sentence");
        assert!(sentence.ends_with('.'), "{frame}: {sentence}");
        let ack = a.receive().await;
        let ack: Value =
            serde_json::from_str(ack.strip_prefix("437").expect("the answer")).expect("JSON");
        assert_eq!(ack, json!([{"ok": false, "error": refused[2]}]), "{frame}");
    }
    b.emit(json!(["unlock", "r"])).await;
    assert_eq!(b.event().await[2]["code"], "not-host");
    a.emit(json!(["message", "r", "fine"])).await;
    assert_eq!(
        b.event().await,
        json!(["message", "r", "fine", {"from": a_id}])
    );
}

/// The server cannot wait for somebody who does not read, and must not skip an event either.
async fn whoever_does_not_read_is_disconnected_and_missed(stage: Stage) {
    let [(mut a, _), (b, b_id)] = stage.pair().await;
    let message = format!("42{}", json!(["message", "r", "x".repeat(60_000)]));
    // More than 128 packets and what the system itself keeps for a receiver.
    for _ in 0..1_000 {
        a.feed(Message::text(message.clone())).await;
    }
    a.flush().await;
    // What is said after that is kept for b, up to a limit.
    let away = loop {
        let event = a.event().await;
        if event[0] != "refused" {
            break event;
        }
        assert_eq!(event[2]["code"], "no-such-peer", "{event}");
    };
    assert_eq!(away, json!(["away", "r", b_id]));
    drop(b);
}

/// Order must not depend on how many threads carry the work.
#[test]
fn messages_stay_in_order_with_any_number_of_workers() {
    for workers in [1, 2, 4] {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder
            .worker_threads(workers)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            thousands_of_messages_stay_in_order(Stage::memory(settings()).await).await;
            thousands_of_messages_stay_in_order(Stage::redis(settings()).await).await;
            thousands_of_messages_stay_in_order(Stage::two_nodes(settings()).await).await;
        });
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    }
}

//! Whoever knows all that a room is told about a peer still is not that peer.

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use futures::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::{Client, settings};
use crate::common::{
    PATIENCE,
    polling::{self, Polling},
    start_with,
};

/// The key of the servers in these tests.
const KEY: &[u8] = b"a key for tests, the same on every node";

/// A token as the server makes it, if the key is the server's.
fn forge(key: &[u8], ticket: &str) -> String {
    let text = BASE64.encode(ticket);
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length does");
    mac.update(b"resume");
    mac.update(&(text.len() as u64).to_be_bytes());
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

fn ticket(token: &str) -> String {
    let text = token.split_once('.').expect("two parts").0;
    String::from_utf8(BASE64.decode(text).expect("base64")).expect("JSON")
}

/// Host, victim and attacker, in the order in which they came.
async fn three(server: SocketAddr) -> [(Client, String); 3] {
    let mut all = Vec::new();
    for name in ["Host", "Victim", "Attacker"] {
        let mut client = Client::connect(server).await;
        let options = json!({"name": name, "capacity": 4, "offer": {"sdp": name}});
        client.emit(json!(["join", "r", options])).await;
        let joined = client.event().await;
        client.token = joined[3]["resume"].clone();
        let id = joined[2].as_str().expect("an id").to_owned();
        all.push((client, id));
    }
    all.try_into().ok().expect("three")
}

/// Adds all that comes up to the next event of this name.
async fn hear(client: &mut Client, heard: &mut Vec<String>, name: &str) -> Value {
    loop {
        let event = client.event().await;
        heard.push(event.to_string());
        if event[0] == name {
            return event;
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_room_learns_neither_session_ids_nor_tokens() {
    let (server, _application) = start_with(settings()).await;
    let [(mut host, _), (mut victim, _), (mut other, _)] = three(server).await;
    let (mut secrets, mut heard) = (vec![victim.session.clone()], Vec::new());
    let token = text(&victim.token);
    // All that makes the others hear of somebody: to speak, drop, come back, take over, leave.
    victim.emit(json!(["message", "r", "hello"])).await;
    hear(&mut other, &mut heard, "message").await;
    drop(victim);
    hear(&mut other, &mut heard, "away").await;
    let resume = json!(["join", "r", {"resume": token}]);
    let mut connections = Vec::new();
    for _ in 0..2 {
        let mut next = Client::connect(server).await;
        next.emit(resume.clone()).await;
        let joined = next.event().await;
        assert_eq!(joined[0], "joined");
        secrets.extend([next.session.clone(), text(&joined[3]["resume"])]);
        connections.push(next);
    }
    let mut victim = connections.pop().expect("the second");
    victim.emit(json!(["leave", "r"])).await;
    hear(&mut other, &mut heard, "bye").await;
    // To knock, give up, knock again, be let in, and be removed.
    host.emit(json!(["lock", "r"])).await;
    hear(&mut other, &mut heard, "locked").await;
    let knock = json!(["join", "r", {"name": "Victim"}]);
    let mut gives_up = Client::connect(server).await;
    secrets.push(gives_up.session.clone());
    gives_up.emit(knock.clone()).await;
    hear(&mut host, &mut heard, "knock").await;
    drop(gives_up);
    hear(&mut host, &mut heard, "unknock").await;
    victim.emit(knock).await;
    let id = hear(&mut host, &mut heard, "knock").await[2].clone();
    host.emit(json!(["admit", "r", id])).await;
    let joined = loop {
        let event = victim.event().await;
        if event[0] == "joined" {
            break event;
        }
    };
    secrets.push(text(&joined[3]["resume"]));
    host.emit(json!(["remove", "r", id])).await;
    hear(&mut other, &mut heard, "bye").await;
    for client in [&mut host, &mut other] {
        heard.extend(
            client
                .events_until_settled()
                .await
                .iter()
                .map(Value::to_string),
        );
    }
    assert!(heard.len() > 12, "{heard:?}");
    secrets.push(token);
    for secret in secrets {
        // A token has two parts; neither shall be heard alone.
        for part in secret.split('.') {
            assert!(
                part.len() > 10 && !heard.iter().any(|event| event.contains(part)),
                "{part}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_can_speak_or_act_as_another() {
    let (server, _application) = start_with(settings()).await;
    let [(mut host, host_id), (mut victim, id), (mut attacker, own)] = three(server).await;
    for (client, newcomers) in [(&mut host, 2), (&mut victim, 1)] {
        for _ in 0..newcomers {
            assert_eq!(client.event().await[0], "otherjoin");
        }
    }
    // Names himself in every place that there is; all of it is heard as his own.
    let names = json!({"from": id, "id": id, "sid": id, "sender": {"from": id}});
    attacker
        .emit(json!(["message", "r", 1, names, {"from": id}, id]))
        .await;
    attacker
        .emit(json!(["message", "r", 2, {"to": host_id, "from": id}]))
        .await;
    assert_eq!(
        host.event().await,
        json!(["message", "r", 1, {"from": own}])
    );
    assert_eq!(
        host.event().await,
        json!(["message", "r", 2, {"from": own}])
    );
    assert_eq!(
        victim.event().await,
        json!(["message", "r", 1, {"from": own}])
    );
    // What only the host may do.
    for event in [
        json!(["lock", "r", {"from": host_id}]),
        json!(["unlock", "r", host_id]),
        json!(["remove", "r", id]),
        json!(["remove", "r", host_id]),
        json!(["admit", "r", id]),
        json!(["deny", "r", id]),
    ] {
        attacker.emit(event.clone()).await;
        assert_eq!(attacker.event().await[2]["code"], "not-host", "{event}");
    }
    assert_tokens_are_no_help(server, &attacker.token, &own, &id).await;
    assert_ids_are_no_sessions(server, &id).await;
    // To leave in another's name is to leave.
    attacker
        .emit(json!(["leave", "r", {"id": id, "from": id}, id]))
        .await;
    let bye = json!(["bye", "r", own, {"reason": "left"}]);
    assert_eq!(victim.event().await, bye);
    victim.emit(json!(["message", "r", "still here"])).await;
    assert_eq!(host.event().await, bye);
    let heard = json!(["message", "r", "still here", {"from": id}]);
    assert_eq!(host.event().await, heard);
}

/// From another connection, so that it is not refused for sitting in the room already.
async fn assert_tokens_are_no_help(server: SocketAddr, token: &Value, own: &str, victim: &str) {
    let token = text(token);
    let (payload, signature) = token.split_once('.').expect("two parts");
    let altered = ticket(&token).replace(own, victim);
    assert!(altered.contains(victim));
    let encoded = BASE64.encode(&altered);
    // Where the room is another one, the attempt must not end in that room either.
    let elsewhere = ticket(&token).replace(r#""room":"r""#, r#""room":"x""#);
    for attempt in [
        victim.to_owned(),
        BASE64.encode(victim),
        format!("{victim}.{signature}"),
        format!("{encoded}.{signature}"),
        format!("{encoded}."),
        encoded.clone(),
        format!("{encoded}.{payload}"),
        forge(b"another key", &altered),
        forge(b"", &altered),
        forge(KEY, &elsewhere),
        format!("{token}="),
        format!(" {token}"),
    ] {
        let mut stranger = Client::connect(server).await;
        stranger
            .emit(json!(["join", "r", {"resume": attempt}]))
            .await;
        let refused = stranger.event().await;
        assert_eq!(refused[2]["code"], "bad-resume", "{attempt}: {refused}");
        let mut stranger = Polling::connect(server).await;
        stranger
            .emit(json!(["join", "r", {"resume": attempt}]))
            .await;
        let refused = stranger.event().await;
        assert_eq!(refused[2]["code"], "bad-resume", "{attempt}: {refused}");
    }
}

/// Every way to name a session, with a peer's id in its place.
async fn assert_ids_are_no_sessions(server: SocketAddr, id: &str) {
    let body = br#"42["message","r","I am somebody else"]"#;
    for sid in [
        id,
        &id[..20],
        &id[..22],
        &BASE64.encode(&id[..16]),
        &BASE64.encode(id),
    ] {
        assert_eq!(polling::post(server, sid, body).await.0, 400, "{sid}");
        let query = format!("EIO=4&transport=polling&sid={sid}");
        assert_eq!(polling::get(server, &query).await.0, 400, "{sid}");
        // An upgrade of the victim's session to a WebSocket of the attacker's.
        let url = format!("ws://{server}/socket.io/?EIO=4&transport=websocket&sid={sid}");
        if let Ok((mut stream, _)) = tokio_tungstenite::connect_async(url).await {
            let end = timeout(PATIENCE, stream.next()).await.expect("in time");
            let is_open = matches!(end, Some(Ok(Message::Text(_) | Message::Binary(_))));
            assert!(!is_open, "{sid}: {end:?}");
        }
    }
}

/// The tests above mean something only if a forged token would be good with the right key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_the_key_that_a_forger_lacks() {
    let (server, _application) = start_with(settings()).await;
    let [_, (_victim, id), (attacker, own)] = three(server).await;
    let altered = ticket(&text(&attacker.token)).replace(&own, &id);
    let mut stranger = Client::connect(server).await;
    let join = json!(["join", "r", {"resume": forge(KEY, &altered)}]);
    stranger.emit(join).await;
    let joined = stranger.event().await;
    assert_eq!((&joined[0], &joined[2]), (&json!("joined"), &json!(id)));
}

/// A victim on long-polling, where who knows the session id speaks as the victim.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_on_long_polling_cannot_be_spoken_for() {
    let (server, _application) = start_with(settings()).await;
    let mut host = Client::connect(server).await;
    host.emit(json!(["join", "r", {"capacity": 3}])).await;
    host.event().await;
    let mut victim = Polling::connect(server).await;
    let id = victim.join("r", json!({"name": "Victim"})).await;
    let mut attacker = Polling::connect(server).await;
    let own = attacker.join("r", json!({"name": "Attacker"})).await;
    let mut heard = Vec::new();
    victim.emit(json!(["message", "r", "hello"])).await;
    hear(&mut host, &mut heard, "message").await;
    assert_ids_are_no_sessions(server, &id).await;
    assert_tokens_are_no_help(server, &attacker.token, &own, &id).await;
    attacker
        .emit(json!(["message", "r", "hi", {"from": id}]))
        .await;
    let event = hear(&mut host, &mut heard, "message").await;
    assert_eq!(event, json!(["message", "r", "hi", {"from": own}]));
    victim.emit(json!(["message", "r", "still here"])).await;
    let event = hear(&mut host, &mut heard, "message").await;
    assert_eq!(event, json!(["message", "r", "still here", {"from": id}]));
    let secrets = [&victim.session, &text(&victim.token)].map(ToOwned::to_owned);
    for part in secrets.iter().flat_map(|secret| secret.split('.')) {
        assert!(!heard.iter().any(|event| event.contains(part)), "{part}");
    }
}

//! Several nodes and one Redis: what happens when one of them goes away.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::time::{Duration, Instant};

use common::{
    PATIENCE,
    client::Client,
    get,
    stage::{Redis, Stage},
    start_with,
};
use duplex::settings::Settings;
use serde_json::json;
use tokio::time::{sleep, timeout};

/// Waits until the node says whether it can take calls.
async fn until_ready(node: std::net::SocketAddr, expected: bool) {
    let asking = async {
        while get(node, "/readyz").await.starts_with("HTTP/1.1 200") != expected {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, asking)
        .await
        .expect("the node notices in time");
}

/// Two calls run, one on one node and one over two, while Redis goes away and loses everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_go_away_and_come_back_empty() {
    let mut stage = Stage::two_nodes(Settings::default()).await;
    let [(mut a, a_id), (mut b, b_id)] = stage.pair().await;
    let node = stage.nodes[0];
    let (mut c, mut d) = (Client::connect(node).await, Client::connect(node).await);
    let c_id = c.join("near").await;
    d.join("near").await;
    c.event().await;

    stage.redis.as_mut().expect("it has one").kill();
    until_ready(node, false).await;
    // The call on one node does not notice.
    c.emit(json!(["message", "near", 1])).await;
    assert_eq!(
        d.event().await,
        json!(["message", "near", 1, {"from": c_id}])
    );
    // Nobody can join, and is told so at once.
    let mut e = Client::connect(node).await;
    let start = Instant::now();
    for _ in 0..5 {
        e.emit(json!(["join", "r"])).await;
        assert_eq!(e.event().await[2]["code"], "unavailable");
    }
    assert!(start.elapsed() < Duration::from_secs(2), "it does not hang");
    // Somebody goes while Redis cannot take note of it.
    drop(d);

    stage
        .redis
        .as_mut()
        .expect("it has one")
        .start_again()
        .await;
    for node in &stage.nodes {
        until_ready(*node, true).await;
    }
    // All is as it was: the rooms are full, and both calls go on.
    assert_eq!(c.event().await[0], "away");
    let full = async {
        loop {
            e.emit(json!(["join", "r"])).await;
            if e.event().await[0] == "full" {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(PATIENCE, full).await.expect("the room is back");
    a.emit(json!(["message", "r", "far"])).await;
    assert_eq!(
        b.event().await,
        json!(["message", "r", "far", {"from": a_id}])
    );
    b.emit(json!(["leave", "r"])).await;
    assert_eq!(
        a.event().await,
        json!(["bye", "r", b_id, {"reason": "left"}])
    );
    e.join("r").await;
    assert_eq!(a.event().await[0], "otherjoin");
}

/// A node that dies says nothing; its peers keep their seats for the grace time and no longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_may_die() {
    let redis = Redis::start().await;
    let settings = Settings {
        redis: redis.url(),
        grace_seconds: 3.0,
        ..Settings::default()
    };
    let (survivor, _application) = start_with(settings.clone()).await;
    // The other node has a runtime of its own, which can be ended like a process.
    let (tell, told) = std::sync::mpsc::channel();
    let (kill, killed) = tokio::sync::oneshot::channel::<()>();
    let node = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let (address, application) = start_with(settings).await;
            tell.send(address).expect("the test waits for it");
            killed.await.ok();
            drop(application);
        });
        // Not before this returns is nobody left who could take note of the closed connections: a
        // node that is still dying says `away`, and then this is another test.
        runtime.shutdown_timeout(PATIENCE);
    });
    let other = told.recv_timeout(PATIENCE).expect("the node starts");
    let (mut a, mut b) = (
        Client::connect(survivor).await,
        Client::connect(other).await,
    );
    let mut c = Client::connect(other).await;
    a.emit(json!(["join", "r", {"capacity": 3}])).await;
    a.event().await;
    let b_id = b.join("r").await;
    let c_id = c.join("r").await;
    a.event().await;
    a.event().await;
    let token = b.token.clone();

    kill.send(()).expect("the node runs");
    node.join().expect("it ends");
    drop((b, c));
    // Whoever comes back goes on at once, on another node, whether or not the death was noticed.
    let mut b = Client::connect(survivor).await;
    b.emit(json!(["join", "r", {"resume": token}])).await;
    assert_eq!(b.event().await[2], json!(b_id));
    assert_eq!(a.event().await, json!(["back", "r", b_id]));
    // Both at once: who is not listened to does not answer heartbeats, and is away itself before
    // long. The death is noticed after a lease, or two when Redis stood still for a moment.
    (a.patience, b.patience) = (2 * PATIENCE, 2 * PATIENCE);
    let away = json!(["away", "r", c_id]);
    assert_eq!(tokio::join!(a.event(), b.event()), (away.clone(), away));
    assert_eq!(
        a.event().await,
        json!(["bye", "r", c_id, {"reason": "timeout"}])
    );
}

/// Redis is asked nothing for a message between two connections of one node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_within_a_node_do_not_touch_redis() {
    let stage = Stage::redis(Settings::default()).await;
    let [(mut a, _), (mut b, _)] = stage.pair().await;
    let redis = stage.redis.as_ref().expect("it has one");
    let before = redis.commands().await;
    for n in 0..200 {
        a.emit(json!(["message", "r", n])).await;
        assert_eq!(b.event().await[2], n);
    }
    let asked = redis.commands().await - before;
    // What the node does by itself: a sign of life twice a second.
    assert!(asked < 50, "{asked} commands for 200 messages");
}

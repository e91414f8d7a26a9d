//! What the server makes of whoever means it harm: bad input, stolen names, old exploits, floods.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

#[path = "../common/mod.rs"]
mod common;

mod advisories;
mod bad_input;
mod floods;
mod packets;
mod ports;
mod takeover;

use std::net::SocketAddr;

use common::{PATIENCE, client::Client};
use duplex::settings::Settings;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// The defaults, with as many connections as these tests need.
fn settings() -> Settings {
    Settings {
        sockets_per_address: 1_000,
        ..Settings::default()
    }
}

/// Two who mind their own business in a room of theirs.
struct Bystanders {
    a: (Client, String),
    b: (Client, String),
    said: u32,
}

impl Bystanders {
    async fn join(server: SocketAddr) -> Self {
        let mut a = Client::connect(server).await;
        let mut b = Client::connect(server).await;
        let room = "bystanders";
        let (a_id, b_id) = (a.join(room).await, b.join(room).await);
        assert_eq!(a.event().await[0], "otherjoin");
        Self {
            a: (a, a_id),
            b: (b, b_id),
            said: 0,
        }
    }

    /// Each says something to the other, and both hear that and nothing else.
    async fn are_undisturbed(&mut self, after: &str) {
        self.said += 1;
        let (a, b) = (&mut self.a, &mut self.b);
        for turn in 0..2 {
            let (from, to) = if turn == 0 {
                (&mut *a, &mut *b)
            } else {
                (&mut *b, &mut *a)
            };
            let event = json!(["message", "bystanders", self.said]);
            from.0.emit(event).await;
            let heard = json!(["message", "bystanders", self.said, {"from": from.1}]);
            assert_eq!(to.0.event().await, heard, "after {after}");
        }
    }
}

/// What became of a connection that sent something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It was told no, with this code.
    Refused(String),
    /// It goes on, and heard nothing of it.
    Ignored,
    /// It was closed.
    Closed,
}

/// Asks for something that is always refused, so that there is an answer to wait for.
const PROBE: &str = r#"42999["leave","probe"]"#;

/// So often it is asked.
const PROBES: usize = 3;

/// Whether a packet is the answer to the probe. When it is the refusal of what was sent before, its
/// code is noted.
fn is_answer(packet: &str, refused: &mut Option<String>) -> bool {
    let event = packet.strip_prefix("42").unwrap_or("null");
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    if event[0] == "refused" && event[1] != "probe" {
        *refused = event[2]["code"].as_str().map(ToOwned::to_owned);
    }
    packet.starts_with("43999")
}

impl Client {
    /// The next text, heartbeats included; `None` when the connection has ended.
    async fn next(&mut self) -> Option<String> {
        loop {
            let next = timeout(PATIENCE, self.stream.next()).await;
            match next.expect("the server answers or closes in time")?.ok()? {
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// What became of this connection after all that it sent.
    async fn fate(&mut self) -> Fate {
        use futures::SinkExt;
        let mut refused = None;
        // What closes a connection does so a moment later: one or two more packets may be heard.
        for _ in 0..PROBES {
            self.stream.send(Message::text(PROBE)).await.ok();
            loop {
                let Some(packet) = self.next().await else {
                    return Fate::Closed;
                };
                if packet == "2" {
                    self.stream.send(Message::text("3")).await.ok();
                } else if is_answer(&packet, &mut refused) {
                    break;
                }
            }
        }
        refused.map_or(Fate::Ignored, Fate::Refused)
    }
}

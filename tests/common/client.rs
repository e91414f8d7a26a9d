//! A client that knows the wire and nothing of our code.

use std::{net::SocketAddr, time::Duration};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::PATIENCE;

/// A client that knows the wire and nothing of our code.
pub(crate) struct Client {
    pub(crate) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the server calls this connection. The room must never learn it.
    pub(crate) session: String,
    /// The resume token of the room joined last.
    pub(crate) token: Value,
    /// How long anything may take.
    pub(crate) patience: Duration,
}

impl Client {
    /// Engine.IO 4: the client asks for the namespace.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let mut client = Self::open(server, 4).await;
        client.send("40").await;
        let granted = client.receive().await;
        let sid = &parse(
            granted
                .strip_prefix("40")
                .expect("the namespace is granted"),
        )["sid"];
        client.session.push_str(sid.as_str().expect("with an id"));
        client
    }

    pub(crate) async fn open(server: SocketAddr, engine_io: u8) -> Self {
        let url = format!("ws://{server}/socket.io/?EIO={engine_io}&transport=websocket");
        let (stream, _) = connect_async(url).await.expect("the server accepts");
        let mut client = Self {
            stream,
            session: String::new(),
            token: Value::Null,
            patience: PATIENCE,
        };
        let open = client.receive().await;
        let sid = &parse(open.strip_prefix('0').expect("the session opens"))["sid"];
        client.session = sid.as_str().expect("with an id").to_owned();
        client
    }

    pub(crate) async fn send(&mut self, frame: &str) {
        self.stream
            .send(Message::text(frame))
            .await
            .expect("the server reads");
    }

    pub(crate) async fn emit(&mut self, event: Value) {
        self.send(&format!("42{event}")).await;
    }

    /// The next frame that is no heartbeat.
    pub(crate) async fn receive(&mut self) -> String {
        let patience = self.patience;
        let next = async {
            loop {
                let frame = self.stream.next().await.expect("the connection stands");
                match frame
                    .expect("and is sound")
                    .to_text()
                    .expect("frames are text")
                {
                    "2" => self.send("3").await,
                    text => return text.to_owned(),
                }
            }
        };
        timeout(patience, next)
            .await
            .expect("the server has something to say")
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Value {
        let frame = self.receive().await;
        parse(
            frame
                .strip_prefix("42")
                .unwrap_or_else(|| panic!("{frame} is no event")),
        )
    }

    /// Joins a room that has a place, and returns the own peer id.
    pub(crate) async fn join(&mut self, room: &str) -> String {
        self.emit(json!(["join", room])).await;
        let event = self.event().await;
        assert_eq!(
            (&event[0], &event[1]),
            (&json!("joined"), &json!(room)),
            "{event}"
        );
        self.token = event[3]["resume"].clone();
        event[2].as_str().expect("the id is text").to_owned()
    }

    /// Joins a room as soon as it has a place.
    pub(crate) async fn eventually_joined(&mut self, room: &str) {
        let joined = async {
            loop {
                self.emit(json!(["join", room])).await;
                if self.event().await[0] == "joined" {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, joined).await.expect("a place in time");
    }

    pub(crate) async fn feed(&mut self, frame: Message) {
        self.stream.feed(frame).await.expect("the server reads");
    }

    pub(crate) async fn flush(&mut self) {
        self.stream.flush().await.expect("the server reads");
    }

    /// Waits until the server has dealt with all that this client asked of a room it is in.
    pub(crate) async fn settle(&mut self, room: &str) {
        self.send(&format!(r#"42998["admit","{room}","nobody"]"#))
            .await;
        let refused = self.event().await;
        assert_eq!(refused[0], "refused", "{refused}");
        let ack = self.receive().await;
        assert!(ack.starts_with("43998"), "{ack}");
    }

    /// Everything that comes until the server has dealt with all that this client sent.
    pub(crate) async fn events_until_settled(&mut self) -> Vec<Value> {
        self.send(r#"42999["leave","no-such-room"]"#).await;
        let mut events = Vec::new();
        loop {
            let frame = self.receive().await;
            if frame.starts_with("43999") {
                // The refusal of that `leave` came before its acknowledgement.
                events.pop();
                return events;
            }
            events.push(parse(frame.strip_prefix("42").expect("an event")));
        }
    }
}

pub(crate) fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// Two who joined "r", after each has heard of the other.
pub(crate) async fn pair(server: SocketAddr) -> [(Client, String); 2] {
    let (mut a, mut b) = (Client::connect(server).await, Client::connect(server).await);
    let a_id = a.join("r").await;
    let b_id = b.join("r").await;
    assert_eq!(a.event().await, json!(["otherjoin", "r", b_id, {}]));
    [(a, a_id), (b, b_id)]
}

//! A client on HTTP long-polling that knows the wire and nothing of our code.

use std::{collections::VecDeque, net::SocketAddr};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{PATIENCE, client::parse};

/// What stands between two packets in one body (Engine.IO 4).
const SEPARATOR: char = '\u{1e}';

/// A session on HTTP long-polling, Engine.IO 4. Each request has a connection of its own.
pub(crate) struct Polling {
    server: SocketAddr,
    /// What the server calls this session. The room must never learn it.
    pub(crate) session: String,
    /// The resume token of the room joined last.
    pub(crate) token: Value,
    waiting: VecDeque<String>,
}

impl Polling {
    /// Opens a session and asks for the namespace.
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let mut client = Self::open(server).await;
        assert_eq!(client.post("40").await, 200);
        let granted = client.receive().await.expect("the session stands");
        assert!(granted.starts_with("40"), "{granted}");
        client
    }

    /// Opens a session.
    pub(crate) async fn open(server: SocketAddr) -> Self {
        let (status, body) = get(server, "EIO=4&transport=polling").await;
        assert_eq!(status, 200, "{body}");
        let open = parse(body.strip_prefix('0').expect("the session opens"));
        Self {
            server,
            session: open["sid"].as_str().expect("with an id").to_owned(),
            token: Value::Null,
            waiting: VecDeque::new(),
        }
    }

    /// Posts a body and returns the status of the answer.
    pub(crate) async fn post(&self, body: impl AsRef<[u8]>) -> u16 {
        post(self.server, &self.session, body.as_ref()).await.0
    }

    pub(crate) async fn emit(&self, event: Value) -> u16 {
        self.post(format!("42{event}")).await
    }

    /// The next packet that is no heartbeat; `None` when the session has ended.
    pub(crate) async fn receive(&mut self) -> Option<String> {
        loop {
            if let Some(packet) = self.waiting.pop_front() {
                match packet.as_str() {
                    "2" => _ = self.post("3").await,
                    "1" => return None,
                    "6" => {}
                    _ => return Some(packet),
                }
                continue;
            }
            let query = format!("EIO=4&transport=polling&sid={}", self.session);
            let (status, body) = get(self.server, &query).await;
            if status != 200 {
                return None;
            }
            self.waiting
                .extend(body.split(SEPARATOR).map(ToOwned::to_owned));
        }
    }

    pub(crate) async fn event(&mut self) -> Value {
        let packet = self.receive().await.expect("the session stands");
        parse(packet.strip_prefix("42").expect("an event"))
    }

    /// Joins a room that has a place, and returns the own peer id.
    pub(crate) async fn join(&mut self, room: &str, options: Value) -> String {
        self.emit(json!(["join", room, options])).await;
        let joined = self.event().await;
        assert_eq!(joined[0], "joined", "{joined}");
        self.token = joined[3]["resume"].clone();
        joined[2].as_str().expect("the id is text").to_owned()
    }
}

/// `GET /socket.io/?query`: the status and the body of the answer.
pub(crate) async fn get(server: SocketAddr, query: &str) -> (u16, String) {
    let head =
        format!("GET /socket.io/?{query} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    exchange(server, head.as_bytes()).await
}

/// Posts a body into a session: the status and the body of the answer.
pub(crate) async fn post(server: SocketAddr, session: &str, body: &[u8]) -> (u16, String) {
    let head = format!(
        "POST /socket.io/?EIO=4&transport=polling&sid={session} HTTP/1.1\r\nHost: {server}\r\n\
         Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    exchange(server, &[head.as_bytes(), body].concat()).await
}

/// Sends the bytes of a request, well-formed or not, and reads until the server closes. The status
/// is 0 when it closes without an answer.
pub(crate) async fn exchange(server: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(server)
        .await
        .expect("the server listens");
    // A server that refuses a large body does not read it to its end.
    stream.write_all(request).await.ok();
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("the server answers in time").ok();
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    (status.unwrap_or_default(), body.to_owned())
}

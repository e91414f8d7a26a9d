//! A seat in a room of its own, taken as a browser takes one: over a WebSocket.

use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};
use axum::http::{HeaderValue, StatusCode, header::ORIGIN};
use futures::{SinkExt, StreamExt};
use tokio::{sync::oneshot, task::JoinHandle, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use super::{
    Outcome,
    target::{PATIENCE, Stream, Target, Unreached},
};
use crate::{
    protocol::{IceServer, RoomName, ServerEvent},
    random::random,
    socket::Packet,
};

/// A seat that is kept until it is left.
pub(super) struct Seat {
    /// What the peer in it may use.
    pub(super) ice_servers: Vec<IceServer>,
    leave: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Why there is none.
enum Refusal {
    /// The request for a WebSocket was answered with something else, with this status unless it is
    /// that of an upgrade.
    NoUpgrade(Option<StatusCode>),
    /// There is no connection.
    Unreached(Unreached),
    /// It was opened, and something was wrong then.
    Other(String),
}

/// Takes a seat, and tells how that went.
pub(super) async fn take(target: &Target, is_proxied: bool) -> (Outcome, Option<Seat>) {
    let start = Instant::now();
    let address = shown(target);
    match join(target).await {
        Ok(seat) => {
            let millis = start.elapsed().as_millis();
            let servers: usize = seat
                .ice_servers
                .iter()
                .map(|server| server.urls.len())
                .sum();
            let found = format!(
                "joined a room over {address} in {millis} ms, and was handed {servers} addresses of STUN \
                 and TURN servers"
            );
            (Outcome::fine(found), Some(seat))
        }
        Err(Refusal::NoUpgrade(status)) => {
            let said = status.map(|status| format!(": it answers with status {status}"));
            let found = format!("{address} opens no WebSocket{}", said.unwrap_or_default());
            (Outcome::failed(found, advice(status, is_proxied)), None)
        }
        Err(Refusal::Unreached(error)) => {
            let advice = "See what stands above about the address.";
            (Outcome::failed(format!("{address}: {error}"), advice), None)
        }
        Err(Refusal::Other(reason)) => {
            let advice = if is_proxied {
                "A proxy before Duplex must not cut quiet connections, and has to hand on the upgrade of \
                 WebSockets: HTTP/1.1, and the headers Upgrade and Connection; see deploy/nginx.conf."
            } else {
                "Look into the log of the server."
            };
            (
                Outcome::failed(format!("{address}: {reason}"), advice),
                None,
            )
        }
    }
}

fn advice(status: Option<StatusCode>, is_proxied: bool) -> &'static str {
    match status {
        Some(StatusCode::FORBIDDEN) => {
            "If Duplex says so, it takes the page for one of another origin: the proxy has to hand on \
             the host that the browser asked for, with its port (Host, or X-Forwarded-Host and \
             trusted-proxies); see deploy/nginx.conf."
        }
        Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            "Too many connections come from here, or the server is about to stop: ask again later."
        }
        Some(StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT) => {
            "The proxy does not reach Duplex: see its log."
        }
        _ if is_proxied => {
            "A proxy before Duplex has to hand on the upgrade of WebSockets: HTTP/1.1, and the headers \
             Upgrade and Connection; see deploy/nginx.conf."
        }
        _ => "Look into the log of the server.",
    }
}

impl Seat {
    /// Leaves the room.
    pub(super) async fn leave(self) {
        self.leave.send(()).ok();
        timeout(PATIENCE, self.task).await.ok();
    }
}

/// The address as a person may want to read it.
fn shown(target: &Target) -> String {
    // The schemes differ in their beginning alone.
    format!("{target}/socket.io/").replacen("http", "ws", 1)
}

async fn join(target: &Target) -> Result<Seat, Refusal> {
    let other = |error: anyhow::Error| Refusal::Other(format!("{error:#}"));
    let request = request(target).map_err(other)?;
    let stream = target.connect().await.map_err(Refusal::Unreached)?;
    let socket = match timeout(PATIENCE, client_async(request, stream)).await {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(tungstenite::Error::Http(answer))) => {
            return Err(Refusal::NoUpgrade(Some(answer.status())));
        }
        // Some servers upgrade although nothing asks them to any more, and the answer shows it.
        Ok(Err(tungstenite::Error::Protocol(_))) => return Err(Refusal::NoUpgrade(None)),
        Ok(Err(error)) => return Err(Refusal::Other(format!("no WebSocket: {error}"))),
        Err(_) => return Err(Refusal::Other("no answer".to_owned())),
    };
    let mut conversation = Conversation { socket };
    let joined = timeout(PATIENCE, conversation.join()).await;
    let (room, ice_servers) = joined
        .map_err(|_| Refusal::Other("the server does not let this peer join in time".to_owned()))?
        .map_err(other)?;
    let (leave, told) = oneshot::channel();
    Ok(Seat {
        ice_servers,
        leave,
        task: tokio::spawn(conversation.keep(room, told)),
    })
}

fn request(target: &Target) -> Result<tungstenite::handshake::client::Request> {
    let url = format!("{}?EIO=4&transport=websocket", shown(target));
    let mut request = url.into_client_request()?;
    // The server takes no pages of others.
    let origin = HeaderValue::from_str(&target.origin())?;
    request.headers_mut().insert(ORIGIN, origin);
    Ok(request)
}

/// Engine.IO 4 and Socket.IO 5 over one WebSocket.
struct Conversation {
    socket: WebSocketStream<Stream>,
}

impl Conversation {
    async fn join(&mut self) -> Result<(RoomName, Vec<IceServer>)> {
        match self.packet().await? {
            Packet::Open { .. } => {}
            other => bail!("the session begins with {other}"),
        }
        self.send(&Packet::Connect).await?;
        match self.packet().await? {
            Packet::Connect => {}
            other => bail!("the namespace is not granted: {other}"),
        }
        let room = RoomName::from_random(random());
        let join = Packet::event("join", &(&room,)).context("no event")?;
        self.send(&join.asking(1)).await?;
        let mut joined: Option<Vec<IceServer>> = None;
        loop {
            match self.packet().await? {
                Packet::Event { name, args, .. } => match ServerEvent::decode(&name, &args) {
                    Ok(ServerEvent::Joined { extras, .. }) => joined = Some(extras.ice.ice_servers),
                    Ok(ServerEvent::Refused { error, .. }) => {
                        bail!("not let in: {}", error.message)
                    }
                    Ok(event) => bail!("not let in, but {}", event.name()),
                    Err(error) => bail!("an event that no Duplex sends: {error}"),
                },
                Packet::Ack { id: 1, .. } => {
                    let servers =
                        joined.ok_or_else(|| anyhow!("join is acknowledged, but not done"))?;
                    return Ok((room, servers));
                }
                Packet::Disconnect | Packet::Close => bail!("the server ends the connection"),
                _ => {}
            }
        }
    }

    /// Answers what keeps the connection, until the room is to be left.
    async fn keep(mut self, room: RoomName, told: oneshot::Receiver<()>) {
        tokio::select! {
            _ = told => {}
            // The connection is lost, and the seat with it.
            () = async { while self.packet().await.is_ok() {} } => return,
        }
        let leave = async {
            let leave = Packet::event("leave", &(&room,)).context("no event")?;
            self.send(&leave.asking(2)).await?;
            while !matches!(self.packet().await?, Packet::Ack { id: 2, .. }) {}
            self.socket.close(None).await?;
            anyhow::Ok(())
        };
        timeout(PATIENCE, leave).await.ok();
    }

    async fn send(&mut self, packet: &Packet) -> Result<()> {
        self.socket.send(Message::text(packet.to_string())).await?;
        Ok(())
    }

    /// The next packet that is no heartbeat.
    async fn packet(&mut self) -> Result<Packet> {
        loop {
            let message = self.socket.next().await;
            let message = message.context("the connection ends")?;
            let message = message.map_err(|error| anyhow!("the connection breaks: {error}"))?;
            let Message::Text(text) = message else {
                continue;
            };
            match Packet::parse(&text)? {
                Packet::Ping => self.send(&Packet::Pong).await?,
                Packet::Noop => {}
                packet => return Ok(packet),
            }
        }
    }
}

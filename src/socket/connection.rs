//! The task that keeps one connection to the server.

use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{logging, task::spawn_local};
use serde_json::value::RawValue;
use wasm_bindgen::JsValue;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

use super::{backoff::Backoff, packet::Packet};
use crate::{
    dom::{Listener, window},
    protocol::ClientEvent,
};

/// How long the server may take to open the session, in milliseconds.
const OPEN_TIMEOUT: u32 = 10_000;

/// What happens on the connection.
#[derive(Debug)]
pub enum SocketEvent {
    /// The server is there; events can be sent.
    Connected,
    /// The server said something.
    Event {
        /// The name of the event.
        name: String,
        /// Its arguments.
        args: Vec<Box<RawValue>>,
    },
    /// The connection is lost, or could not be made. The next attempt follows by itself; what
    /// was sent and had not left is dropped.
    Disconnected,
}

/// A connection that comes back by itself, until this handle is dropped.
pub struct Socket {
    outgoing: UnboundedSender<Packet>,
}

impl Socket {
    /// Sends an event, if the server is there; otherwise it is dropped.
    pub fn send(&self, event: &ClientEvent) {
        match Packet::event(event.name(), event) {
            Ok(packet) => drop(self.outgoing.unbounded_send(packet)),
            Err(error) => logging::warn!("{} not sent: {error}", event.name()),
        }
    }
}

/// Starts to connect to `url` (`ws:` or `wss:`, with the Engine.IO query) and tells `events`
/// what happens.
pub fn connect(url: String, events: UnboundedSender<SocketEvent>) -> Socket {
    let (outgoing, packets) = unbounded();
    spawn_local(keep_connected(url, packets, events));
    Socket { outgoing }
}

/// How a connection ended.
enum End {
    /// The handle was dropped: nobody needs it any more.
    Dropped,
    /// It broke, or was never there.
    Lost { was_connected: bool },
}

async fn keep_connected(
    url: String,
    mut outgoing: UnboundedReceiver<Packet>,
    events: UnboundedSender<SocketEvent>,
) {
    let mut backoff = Backoff::default();
    // The browser's word that the network is back makes the wait pointless.
    let (online, mut came_online) = unbounded();
    let _listener = Listener::new(&window(), "online", move |_: Event| {
        online.unbounded_send(()).ok();
    });
    loop {
        let End::Lost { was_connected } = run_once(&url, &mut outgoing, &events).await else {
            return;
        };
        if was_connected {
            backoff.reset();
        }
        events.unbounded_send(SocketEvent::Disconnected).ok();
        while came_online.try_recv().is_ok() {}
        let wait = u32::try_from(backoff.next(js_sys::Math::random()).as_millis());
        let mut wait = TimeoutFuture::new(wait.unwrap_or(u32::MAX)).fuse();
        loop {
            select_biased! {
                packet = outgoing.next() => if packet.is_none() { return },
                _ = came_online.next() => break,
                () = wait => break,
            }
        }
    }
}

/// What the browser's WebSocket tells.
enum Incoming {
    Text(String),
    Closed,
}

async fn run_once(
    url: &str,
    outgoing: &mut UnboundedReceiver<Packet>,
    events: &UnboundedSender<SocketEvent>,
) -> End {
    let mut was_connected = false;
    let Ok(browser) = WebSocket::new(url) else {
        return End::Lost { was_connected };
    };
    let (sender, mut incoming) = unbounded();
    let closed = sender.clone();
    let connection = Connection {
        _listeners: [
            Listener::new(&browser, "message", move |event: MessageEvent| {
                // Binary messages have no text and belong to no packet that we read.
                if let Some(text) = event.data().as_string() {
                    sender.unbounded_send(Incoming::Text(text)).ok();
                }
            }),
            Listener::new(&browser, "close", move |_: CloseEvent| {
                closed.unbounded_send(Incoming::Closed).ok();
            }),
        ],
        browser,
    };
    let mut patience = OPEN_TIMEOUT;
    let mut silence = TimeoutFuture::new(patience).fuse();
    loop {
        select_biased! {
            message = incoming.next() => {
                let Some(Incoming::Text(text)) = message else { break };
                silence = TimeoutFuture::new(patience).fuse();
                match Packet::parse(&text) {
                    Ok(Packet::Open { ping_interval, ping_timeout }) => {
                        patience = ping_interval.saturating_add(ping_timeout);
                        connection.send(&Packet::Connect);
                    }
                    Ok(Packet::Connect) => {
                        was_connected = true;
                        events.unbounded_send(SocketEvent::Connected).ok();
                    }
                    Ok(Packet::Event { name, args, .. }) => {
                        events.unbounded_send(SocketEvent::Event { name, args }).ok();
                    }
                    Ok(Packet::Ping) => connection.send(&Packet::Pong),
                    Ok(Packet::Close | Packet::Disconnect | Packet::ConnectError(_)) => break,
                    Ok(Packet::Pong | Packet::Noop | Packet::Ack { .. }) => {}
                    Err(error) => logging::warn!("skipped what the server sent: {error}"),
                }
            }
            packet = outgoing.next() => match packet {
                Some(packet) if was_connected => connection.send(&packet),
                Some(_) => {}
                None => {
                    connection.send(&Packet::Disconnect);
                    return End::Dropped;
                }
            },
            () = silence => break,
        }
    }
    End::Lost { was_connected }
}

/// The browser's WebSocket, closed when it is dropped.
struct Connection {
    _listeners: [Listener; 2],
    browser: WebSocket,
}

impl Connection {
    fn send(&self, packet: &Packet) {
        // An error means that the connection is not open; its `close` event is on the way.
        let _: Result<(), JsValue> = self.browser.send_with_str(&packet.to_string());
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.browser.close().ok();
    }
}

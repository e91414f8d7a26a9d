//! The task that keeps one connection to the server.

use std::time::Duration;

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
    dom::{Listener, now, window},
    protocol::ClientEvent,
};

/// How long the server may take to open the session, in milliseconds.
const OPEN_TIMEOUT: u32 = 10_000;

/// In a hurry the server gets three times as long as it took the last time, and not less than
/// this: an attempt that began while the network was away would hang for seconds more. Chromium
/// holds back whoever has many attempts fail (more than 13 for each that did not, in some minutes,
/// and it is seconds), so that shorter ones would all run into the void.
const SHORTEST_OPEN_TIMEOUT: u32 = 2_000;

/// So much more after each attempt that failed, for the same reason.
const MORE_EACH_TIME: u32 = 100;

/// The answer to [`Socket::check`] gets twice as long as opening took, and not less than this.
const SHORTEST_ANSWER_TIMEOUT: u32 = 500;

/// What happens on the connection.
#[derive(Debug)]
pub enum SocketEvent {
    /// The server is there; events can be sent.
    Connected,
    /// The server answers, and does not let this connection in. `Disconnected` follows.
    Refused,
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

/// How soon a lost connection is wanted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Nobody needs it now.
    Calm,
    /// There is a call, and it goes on without.
    Brisk,
    /// There is a call that does not get on without.
    Hurry,
}

impl Pace {
    /// The longest wait between two attempts.
    fn longest_wait(self) -> Duration {
        Duration::from_millis(match self {
            Self::Calm => 10_000,
            Self::Brisk => 2_000,
            Self::Hurry => 250,
        })
    }
}

/// A connection that comes back by itself, until this handle is dropped.
pub struct Socket {
    orders: UnboundedSender<Order>,
}

/// What the task is told.
enum Order {
    Send(Packet),
    Check(Packet),
    Pace(Pace),
    Renew,
}

impl Socket {
    /// Sends an event, if the server is there; otherwise it is dropped.
    pub fn send(&self, event: &ClientEvent) {
        self.order(event, Order::Send);
    }

    /// Sends an event that the server has to acknowledge soon; the connection is taken to be lost
    /// otherwise, long before the heartbeat would notice.
    pub fn check(&self, event: &ClientEvent) {
        self.order(event, |packet| Order::Check(packet.asking(0)));
    }

    /// Says how soon a lost connection is wanted back, from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.orders.unbounded_send(Order::Pace(pace)).ok();
    }

    /// Connects anew, although nothing is wrong with the connection.
    pub fn renew(&self) {
        self.orders.unbounded_send(Order::Renew).ok();
    }

    fn order(&self, event: &ClientEvent, order: fn(Packet) -> Order) {
        match Packet::event(event.name(), event) {
            Ok(packet) => drop(self.orders.unbounded_send(order(packet))),
            Err(error) => logging::warn!("{} not sent: {error}", event.name()),
        }
    }
}

/// Starts to connect to `url` (`ws:` or `wss:`, with the Engine.IO query) and tells `events`
/// what happens.
pub fn connect(url: String, events: UnboundedSender<SocketEvent>) -> Socket {
    let (orders, ordered) = unbounded();
    spawn_local(keep_connected(url, ordered, events));
    Socket { orders }
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
    mut orders: UnboundedReceiver<Order>,
    events: UnboundedSender<SocketEvent>,
) {
    let mut backoff = Backoff::default();
    let mut habits = Habits {
        pace: Pace::Calm,
        opening: None,
        failures: 0,
    };
    // The browser's word that the network is back makes the wait pointless.
    let (online, mut came_online) = unbounded();
    let _listener = Listener::new(&window(), "online", move |_: Event| {
        online.unbounded_send(()).ok();
    });
    loop {
        let End::Lost { was_connected } = run_once(&url, &mut orders, &events, &mut habits).await
        else {
            return;
        };
        if was_connected {
            backoff.reset();
            habits.failures = 0;
        } else {
            habits.failures = habits.failures.saturating_add(1);
        }
        events.unbounded_send(SocketEvent::Disconnected).ok();
        while came_online.try_recv().is_ok() {}
        // Without any network each attempt fails at once; the browser says when there is one.
        let pace = if window().navigator().on_line() {
            habits.pace
        } else {
            Pace::Calm
        };
        let wait = backoff.next(js_sys::Math::random(), pace.longest_wait());
        let wait = u32::try_from(wait.as_millis());
        let mut wait = TimeoutFuture::new(wait.unwrap_or(u32::MAX)).fuse();
        loop {
            select_biased! {
                order = orders.next() => match order {
                    None => return,
                    Some(Order::Pace(pace)) => {
                        let was_slower = habits.pace.longest_wait() > pace.longest_wait();
                        habits.pace = pace;
                        if was_slower {
                            break;
                        }
                    }
                    Some(_) => {}
                },
                _ = came_online.next() => break,
                () = wait => break,
            }
        }
    }
}

/// What outlives one connection.
struct Habits {
    pace: Pace,
    /// How long the last connection took to open, in milliseconds.
    opening: Option<u32>,
    /// How many attempts have failed since.
    failures: u32,
}

impl Habits {
    /// How long the next one may take.
    fn open_timeout(&self) -> u32 {
        match self.opening {
            Some(opening) if self.pace == Pace::Hurry => opening
                .saturating_mul(3)
                .max(SHORTEST_OPEN_TIMEOUT)
                .saturating_add(self.failures.saturating_mul(MORE_EACH_TIME))
                .min(OPEN_TIMEOUT),
            _ => OPEN_TIMEOUT,
        }
    }

    /// How long an answer may take.
    fn answer_timeout(&self) -> u32 {
        // Opening takes two trips at least.
        let usual = self.opening.unwrap_or(OPEN_TIMEOUT).saturating_mul(2);
        usual.clamp(SHORTEST_ANSWER_TIMEOUT, OPEN_TIMEOUT)
    }
}

/// What the browser's WebSocket tells.
enum Incoming {
    Text(String),
    Closed,
}

async fn run_once(
    url: &str,
    orders: &mut UnboundedReceiver<Order>,
    events: &UnboundedSender<SocketEvent>,
    habits: &mut Habits,
) -> End {
    let mut was_connected = false;
    let start = now();
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
    let mut is_open = false;
    let mut patience = habits.open_timeout();
    let mut silence = TimeoutFuture::new(patience).fuse();
    loop {
        select_biased! {
            message = incoming.next() => {
                let Some(Incoming::Text(text)) = message else { break };
                silence = TimeoutFuture::new(patience).fuse();
                match Packet::parse(&text) {
                    Ok(Packet::Open { ping_interval, ping_timeout }) => {
                        patience = ping_interval.saturating_add(ping_timeout);
                        silence = TimeoutFuture::new(patience).fuse();
                        is_open = true;
                        habits.opening = u32::try_from(now() - start).ok();
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
                    Ok(Packet::ConnectError(_)) => {
                        events.unbounded_send(SocketEvent::Refused).ok();
                        break;
                    }
                    Ok(Packet::Close | Packet::Disconnect) => break,
                    Ok(Packet::Pong | Packet::Noop | Packet::Ack { .. }) => {}
                    Err(error) => logging::warn!("skipped what the server sent: {error}"),
                }
            }
            order = orders.next() => match order {
                Some(Order::Send(packet)) if was_connected => connection.send(&packet),
                Some(Order::Check(packet)) if was_connected => {
                    connection.send(&packet);
                    silence = TimeoutFuture::new(habits.answer_timeout()).fuse();
                }
                Some(Order::Pace(pace)) => {
                    habits.pace = pace;
                    if !is_open {
                        silence = TimeoutFuture::new(habits.open_timeout()).fuse();
                    }
                }
                Some(Order::Renew) if was_connected => break,
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

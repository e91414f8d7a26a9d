//! A TURN server (RFC 8656) that relays only between its own clients.
//!
//! Both sides of a call can use it as their only way to each other, and nothing else can be reached
//! through it: a relayed address is a label in a table, no socket is ever opened for it, and what is
//! sent to an address that is not in the table is dropped. It also answers STUN (RFC 8489).
//!
//! The protocol is that of `turn-server-proto`; everything that says who may have what is here.

mod addresses;
mod attributes;
mod bucket;
mod credentials;
mod frames;
pub(crate) mod fuzz;
mod relay;
mod request;
mod session;
mod stream;
mod udp;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, SocketAddr},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{
    net::UdpSocket,
    time::{MissedTickBehavior, interval},
};
use tracing::error;
use turn_types::Instant;

pub(super) use self::{addresses::relayed, credentials::Secret};
pub use self::{credentials::Credentials, frames::is_turn};
use self::{
    relay::{Client, Now, Relay},
    stream::Queue,
};

/// What the host can set.
#[derive(Clone)]
pub struct Settings {
    /// Signs credentials; at least 128 random bits, the same on every node.
    pub secret: Vec<u8>,
    /// Clients are told that their password is for this (RFC 8489, section 14.9): any short text.
    pub realm: String,
    /// Relayed addresses have one of these IPs, at most one per family. Nothing is sent to them; a
    /// public IP of the server is what clients expect.
    pub relayed: Vec<IpAddr>,
    /// So many allocations a peer may have at once (then 486 Allocation Quota Reached). ICE makes
    /// one for every transport, network and connection.
    pub per_user: usize,
    /// So many allocations there may be at once (then 508 Insufficient Capacity); at most 16,384 of
    /// a family find a port.
    pub allocations: usize,
    /// So much an allocation may send, in the long run; a second's worth may come at once. The rest
    /// is dropped. 0: no limit.
    pub bits_per_second: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secret: Vec::new(),
            realm: "duplex".to_owned(),
            relayed: Vec::new(),
            per_user: 12,
            allocations: 1_000,
            bits_per_second: 8_000_000,
        }
    }
}

/// Hides the secret.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("realm", &self.realm)
            .field("relayed", &self.relayed)
            .field("per_user", &self.per_user)
            .field("allocations", &self.allocations)
            .field("bits_per_second", &self.bits_per_second)
            .finish_non_exhaustive()
    }
}

/// For metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Allocations there are.
    pub allocations: usize,
    /// Clients there are, with an allocation or, for a few seconds, without one.
    pub clients: usize,
    /// Bytes that were relayed since the start, without headers.
    pub relayed_bytes: u64,
    /// Packets that were relayed since the start.
    pub relayed_packets: u64,
    /// Signed requests that were answered with an error since the start.
    pub refused: u64,
}

/// The server. Clones are the same one.
#[derive(Clone)]
pub struct Turn(Arc<Shared>);

struct Shared {
    relay: Mutex<Relay>,
    /// Our sockets and streams, by [`Client::link`].
    links: RwLock<HashMap<u64, Link>>,
    next_link: AtomicU64,
    start: std::time::Instant,
    is_ticking: AtomicBool,
}

/// A way to clients.
#[derive(Clone)]
enum Link {
    Udp(Arc<UdpSocket>),
    Stream(Arc<Queue>),
}

impl Turn {
    /// A server without any sockets yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Shared {
            relay: Mutex::new(Relay::new(settings)),
            links: RwLock::default(),
            next_link: AtomicU64::new(0),
            start: std::time::Instant::now(),
            is_ticking: AtomicBool::new(false),
        }))
    }

    /// Credentials for a peer, good until `expires` (seconds since 1970).
    #[must_use]
    pub fn credentials(&self, peer: &str, expires: u64) -> Credentials {
        self.relay().credentials(peer, expires)
    }

    /// Ends the allocations of a peer and refuses its credentials until they expire. Those that are
    /// made for it afterwards are good if they expire later than all made before.
    pub fn revoke(&self, peer: &str) {
        self.relay().revoke(peer);
    }

    /// For metrics.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.relay().counts()
    }

    /// The state. It is sound also after a panic: see [`Turn::receive`].
    fn relay(&self) -> MutexGuard<'_, Relay> {
        self.0.relay.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Now {
            instant: Instant::ZERO + self.0.start.elapsed(),
            unix: since_1970.unwrap_or_default().as_secs(),
        }
    }

    /// Takes a message from a client, and sends what has to be sent because of it. `out` is memory
    /// for it.
    fn receive(&self, from: Client, message: &[u8], now: Now, out: &mut Vec<u8>) {
        let mut relay = self.relay();
        // No panic is known of. One in the library would cost the client that causes it its
        // allocation, and nobody else anything.
        let receive = AssertUnwindSafe(|| relay.receive(from, message, now, out));
        let to = catch_unwind(receive).unwrap_or_else(|_| {
            error!("a message to the relay was too much for it");
            relay.close(from);
            None
        });
        drop(relay);
        if let Some(to) = to {
            self.send(to, out);
        }
    }

    /// Sends a message, or loses it: nothing waits for a slow client.
    fn send(&self, to: Client, message: &[u8]) {
        let links = self.0.links.read().unwrap_or_else(PoisonError::into_inner);
        match links.get(&to.link) {
            Some(Link::Udp(socket)) => udp::send(socket, to.address, message),
            Some(Link::Stream(queue)) => queue.push(message),
            None => {}
        }
    }

    fn add_link(&self, link: Link) -> u64 {
        let id = self.0.next_link.fetch_add(1, Ordering::Relaxed);
        let mut links = self.0.links.write().unwrap_or_else(PoisonError::into_inner);
        links.insert(id, link);
        drop(links);
        self.tick();
        id
    }

    fn remove_link(&self, id: u64) {
        let mut links = self.0.links.write().unwrap_or_else(PoisonError::into_inner);
        links.remove(&id);
    }

    /// Starts the clock, once.
    fn tick(&self) {
        if self.0.is_ticking.swap(true, Ordering::Relaxed) {
            return;
        }
        let shared = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut seconds = interval(Duration::from_secs(1));
            seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                seconds.tick().await;
                let Some(turn) = Weak::upgrade(&shared).map(Self) else {
                    return;
                };
                let now = turn.now();
                turn.relay().tick(now);
            }
        });
    }
}

/// Says nothing of what is inside.
impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn")
    }
}

/// The address as it is meant: `::ffff:a.b.c.d`, which a socket for both families says for IPv4, is
/// `a.b.c.d`.
fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        IpAddr::V4(ip) => SocketAddr::new(ip.into(), address.port()),
        // With its scope.
        IpAddr::V6(_) => address,
    }
}

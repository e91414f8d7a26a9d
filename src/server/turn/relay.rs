//! The relay itself, without any I/O: packets go in, packets come out.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::SocketAddr,
    time::Duration,
};

use turn_types::{
    Instant,
    message::SEND,
    stun::message::{BINDING, Message, MessageClass, MessageHeader},
};

use super::{
    Counts, Settings,
    credentials::{Credentials, Secret},
    request::binding,
    session::Session,
};

/// So many clients may be without an allocation: the addresses of UDP packets can be forged.
pub(super) const MAX_WAITING: usize = 4096;

/// As long as a client may be without an allocation.
pub(super) const WAITING_TIME: Duration = Duration::from_secs(10);

/// Where a packet comes from or goes to: the 5-tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client {
    /// Which of our sockets or streams.
    pub(super) link: u64,
    /// The other end; never an IPv4-mapped IPv6 address.
    pub(super) address: SocketAddr,
}

/// The time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// For what lasts.
    pub(super) instant: Instant,
    /// For what expires: seconds since 1970.
    pub(super) unix: u64,
}

/// All clients, and who has which relayed address.
pub(super) struct Relay {
    pub(super) settings: Settings,
    pub(super) secret: Secret,
    pub(super) sessions: HashMap<Client, Session>,
    /// The clients without an allocation, the oldest first, and since when.
    waiting: BTreeMap<u64, (Client, Instant)>,
    next_place: u64,
    pub(super) relayed: HashMap<SocketAddr, Client>,
    /// Which allocations a peer has.
    pub(super) held: HashMap<String, HashSet<Client>>,
    /// Peers whose credentials are refused, if they expire at this time or before.
    pub(super) revoked: HashMap<String, u64>,
    /// No credentials that were ever seen are good for longer.
    pub(super) latest: u64,
    relayed_bytes: u64,
    relayed_packets: u64,
    pub(super) refused: u64,
}

impl Relay {
    pub(super) fn new(mut settings: Settings) -> Self {
        let secret = Secret::new(&std::mem::take(&mut settings.secret));
        Self {
            settings,
            secret,
            sessions: HashMap::new(),
            waiting: BTreeMap::new(),
            next_place: 0,
            relayed: HashMap::new(),
            held: HashMap::new(),
            revoked: HashMap::new(),
            latest: 0,
            relayed_bytes: 0,
            relayed_packets: 0,
            refused: 0,
        }
    }

    /// Takes a message from a client. If one has to be sent because of it, it stands in `out`
    /// afterwards and its receiver is returned.
    pub(super) fn receive(
        &mut self,
        from: Client,
        message: &[u8],
        now: Now,
        out: &mut Vec<u8>,
    ) -> Option<Client> {
        out.clear();
        // The two top bits tell STUN from ChannelData (RFC 8656, section 12).
        match message.first()? >> 6 {
            0 => self.stun(from, message, now, out),
            1 => self.relay(from, message, now.instant, out),
            _ => None,
        }
    }

    fn stun(&mut self, from: Client, bytes: &[u8], now: Now, out: &mut Vec<u8>) -> Option<Client> {
        let header = MessageHeader::from_bytes(bytes).ok()?;
        // The library lets something stand behind the message, and reads on there.
        if MessageHeader::LENGTH + usize::from(header.data_length()) != bytes.len() {
            return None;
        }
        let kind = header.get_type();
        match (kind.class(), kind.method()) {
            (MessageClass::Request, BINDING) => {
                out.extend(binding(&Message::from_bytes(bytes).ok()?, from.address)?);
                Some(from)
            }
            (MessageClass::Request, _) => {
                out.extend(self.request(from, bytes, now)?);
                Some(from)
            }
            (MessageClass::Indication, SEND) => self.relay(from, bytes, now.instant, out),
            _ => None,
        }
    }

    /// Relays ChannelData or a Send indication.
    fn relay(
        &mut self,
        from: Client,
        message: &[u8],
        now: Instant,
        out: &mut Vec<u8>,
    ) -> Option<Client> {
        let sender = self.sessions.get_mut(&from)?;
        if sender.relayed.is_empty() {
            return None;
        }
        let (source, target, data) = sender.send(message, now)?;
        let data = message.get(data)?;
        if !sender.bucket.take(message.len(), now) {
            return None;
        }
        let to = *self.relayed.get(&target)?;
        sender.sends_to(target);
        let receiver = self.sessions.get_mut(&to)?;
        if !receiver.wants(source) {
            return None;
        }
        receiver.deliver(data, (source, target), now, out)?;
        self.relayed_packets += 1;
        self.relayed_bytes += data.len() as u64;
        Some(to)
    }

    /// Makes room for a client, and a session if it has none.
    pub(super) fn open(&mut self, client: Client, now: Instant) {
        if self.sessions.contains_key(&client) {
            return;
        }
        let Settings {
            realm,
            bits_per_second,
            ..
        } = &self.settings;
        let session = Session::new(client.address, realm, *bits_per_second, now);
        self.sessions.insert(client, session);
        self.wait(client, now);
    }

    /// Puts a client among those without an allocation; the oldest goes when they are too many.
    fn wait(&mut self, client: Client, now: Instant) {
        if self.waiting.len() >= MAX_WAITING
            && let Some((_, (oldest, _))) = self.waiting.pop_first()
        {
            self.sessions.remove(&oldest);
        }
        let place = self.next_place;
        self.next_place += 1;
        self.waiting.insert(place, (client, now));
        if let Some(session) = self.sessions.get_mut(&client) {
            session.waiting = Some(place);
        }
    }

    /// Puts a client where it belongs after something may have changed: among those with an
    /// allocation or among the others.
    pub(super) fn settle(&mut self, client: Client, closed: &[SocketAddr], now: Instant) {
        for address in closed {
            self.relayed.remove(address);
        }
        let Some(session) = self.sessions.get_mut(&client) else {
            return;
        };
        match (session.relayed.is_empty(), session.waiting) {
            (false, Some(place)) => {
                session.waiting = None;
                self.waiting.remove(&place);
                for address in &session.relayed {
                    self.relayed.insert(*address, client);
                }
                if let Some(peer) = session.owner() {
                    let held = self.held.entry(peer.to_owned()).or_default();
                    held.insert(client);
                }
            }
            (true, None) => {
                let_go(&mut self.held, session, client);
                session.ended();
                self.wait(client, now);
            }
            _ => {}
        }
    }

    /// Forgets a client and ends its allocation.
    pub(super) fn close(&mut self, client: Client) {
        let Some(session) = self.sessions.remove(&client) else {
            return;
        };
        for address in &session.relayed {
            self.relayed.remove(address);
        }
        if let Some(place) = session.waiting {
            self.waiting.remove(&place);
        }
        let_go(&mut self.held, &session, client);
    }

    /// Ends what has lived for too long. To be called about once a second.
    pub(super) fn tick(&mut self, now: Now) {
        let mut changed = Vec::new();
        for (client, session) in &mut self.sessions {
            if !session.relayed.is_empty() {
                let events = session.events(now.instant);
                if !events.closed.is_empty() {
                    changed.push((*client, events.closed));
                }
            }
        }
        for (client, closed) in changed {
            self.settle(client, &closed, now.instant);
        }
        while let Some(first) = self.waiting.first_entry()
            && first.get().1 + WAITING_TIME <= now.instant
        {
            let (client, _) = first.remove();
            self.sessions.remove(&client);
        }
        self.revoked.retain(|_, until| *until > now.unix);
    }

    pub(super) fn credentials(&mut self, peer: &str, expires: u64) -> Credentials {
        self.latest = self.latest.max(expires);
        self.secret.credentials(peer, expires)
    }

    pub(super) fn revoke(&mut self, peer: &str) {
        self.revoked.insert(peer.to_owned(), self.latest);
        let clients = self.held.get(peer).cloned().unwrap_or_default();
        for client in clients {
            self.close(client);
        }
    }

    /// Whether a client has an allocation.
    pub(super) fn has_allocation(&self, client: Client) -> bool {
        let session = self.sessions.get(&client);
        session.is_some_and(|session| !session.relayed.is_empty())
    }

    pub(super) fn allocations(&self) -> usize {
        self.sessions.len() - self.waiting.len()
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            allocations: self.allocations(),
            clients: self.sessions.len(),
            relayed_bytes: self.relayed_bytes,
            relayed_packets: self.relayed_packets,
            refused: self.refused,
        }
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

/// An allocation is no longer its owner's.
fn let_go(held: &mut HashMap<String, HashSet<Client>>, session: &Session, client: Client) {
    let Some(peer) = session.owner() else { return };
    if let Some(clients) = held.get_mut(peer) {
        clients.remove(&client);
        if clients.is_empty() {
            held.remove(peer);
        }
    }
}

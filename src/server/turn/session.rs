//! What is known of one client: its allocation, and the library's view of it.

use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use turn_server_proto::{
    api::{
        DelayedMessageOrChannelSend as Payload, SocketAllocateError, Transmit, TurnServerApi,
        TurnServerPollRet,
    },
    server::TurnServer,
};
use turn_types::{
    AddressFamily, Instant, TransportType,
    message::{CHANNEL_BIND, CREATE_PERMISSION, DATA},
    prelude::DelayedTransmitBuild,
    stun::{
        attribute::ErrorCode,
        message::{Message, MessageClass, MessageType, MessageWriteVec},
        prelude::MessageWrite,
    },
    transmit::TransmitBuild,
};

use super::{
    attributes::{binding, peers},
    bucket::Bucket,
    credentials::Asker,
};

/// The address that the library takes for the server's own. It only has to differ from every
/// relayed address, whose ports are high.
const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 3478);

/// So many peers an allocation may ask for. ICE has one for every relayed candidate of the other
/// side: a handful, and some more for each restart.
pub(super) const MAX_PEERS: usize = 64;

/// So many users may show their password on one 5-tuple. All but one are told 441.
const MAX_USERS: usize = 4;

/// As long as a channel lives (RFC 8656, section 12).
const CHANNEL_TIME: Duration = Duration::from_secs(600);

/// What the library believes that every client came over.
const UDP: TransportType = TransportType::Udp;

/// A client, with a server of the library all to itself: there nothing is searched for, nobody
/// else's state is in reach, and all of it is gone at the end.
pub(super) struct Session {
    /// Believes that its client came over UDP, so that there are no TCP allocations (RFC 6062).
    server: TurnServer,
    client: SocketAddr,
    /// Whose passwords the library knows. They have all been shown: nobody fills this by guessing.
    users: Vec<String>,
    /// Who made the allocation.
    owner: Option<(String, String)>,
    /// The relayed addresses of the allocation, one per family; without one there is none.
    pub(super) relayed: Vec<SocketAddr>,
    /// From whom the client wants packets. The library lets a whole IP in (RFC 8656, section 9),
    /// and all peers here have the same.
    peers: HashSet<SocketAddr>,
    /// Which channel is whose, and until when.
    channels: HashMap<u16, (SocketAddr, Instant)>,
    /// What the client may send.
    pub(super) bucket: Bucket,
    /// Its place among those that have no allocation.
    pub(super) waiting: Option<u64>,
}

/// What the library wants done.
#[derive(Default)]
pub(super) struct Events {
    /// Relayed addresses of these families.
    pub(super) wanted: Vec<AddressFamily>,
    /// These relayed addresses are free again.
    pub(super) closed: Vec<SocketAddr>,
}

impl Session {
    pub(super) fn new(client: SocketAddr, realm: &str, bits_per_second: u64, now: Instant) -> Self {
        Self {
            server: TurnServer::new(UDP, SERVER, realm.to_owned()),
            client,
            users: Vec::new(),
            owner: None,
            relayed: Vec::new(),
            peers: HashSet::new(),
            channels: HashMap::new(),
            bucket: Bucket::new(bits_per_second, now),
            waiting: None,
        }
    }

    /// The peer that made the allocation (the part of its username after the colon).
    pub(super) fn owner(&self) -> Option<&str> {
        self.owner.as_ref().map(|(_, peer)| peer.as_str())
    }

    /// Whether there is an allocation, made with these credentials.
    pub(super) fn is_of(&self, asker: &Asker) -> bool {
        let mut owner = self.owner.iter();
        !self.relayed.is_empty() && owner.any(|(username, _)| *username == asker.username)
    }

    /// Makes the library know who asks, unless too many did already.
    pub(super) fn admit(&mut self, asker: &Asker) -> bool {
        if self.users.contains(&asker.username) {
            return true;
        }
        let may = self.users.len() < MAX_USERS;
        if may {
            self.users.push(asker.username.clone());
            let (username, password) = (asker.username.clone(), asker.password.clone());
            self.server.add_user(username, password);
        }
        may
    }

    /// 401 with a realm and a nonce (RFC 8489, section 9.2.4), whatever the request says: the
    /// library is shown a request of the same name with nothing in it.
    pub(super) fn challenge(&mut self, message: &Message<'_>, now: Instant) -> Option<Vec<u8>> {
        let bare = MessageWriteVec::with_capacity(20);
        let bare = Message::builder(message.get_type(), message.transaction_id(), bare).finish();
        self.ask(&bare, now)
    }

    /// What the library answers to a request.
    pub(super) fn ask(&mut self, request: &[u8], now: Instant) -> Option<Vec<u8>> {
        let request = Transmit::new(request, UDP, self.client, SERVER);
        match self.server.recv(request, now)?.data {
            Payload::Owned(answer) => Some(answer),
            _ => None,
        }
    }

    /// What is wrong with a request that the library would grant, as a STUN error code.
    pub(super) fn objection(
        &self,
        message: &Message<'_>,
        asker: &Asker,
        relayed: &[IpAddr],
        now: Instant,
    ) -> Option<u16> {
        if !self.is_of(asker) {
            // The library says 437 or 441.
            return None;
        }
        let method = message.method();
        if method != CREATE_PERMISSION && method != CHANNEL_BIND {
            return None;
        }
        // Nothing but relayed addresses of this server is a peer, in no way to write them.
        if !peers(message).all(|peer| relayed.contains(&peer.ip())) {
            return Some(ErrorCode::FORBIDDEN);
        }
        let new: HashSet<_> = peers(message)
            .filter(|peer| !self.peers.contains(peer))
            .collect();
        if self.peers.len() + new.len() > MAX_PEERS {
            return Some(ErrorCode::INSUFFICIENT_CAPACITY);
        }
        // The library lets one channel have several peers (RFC 8656, section 12.2, does not).
        let (channel, peer) = binding(message)?;
        let (other, until) = self.channels.get(&channel)?;
        (method == CHANNEL_BIND && peer != *other && now <= *until)
            .then_some(ErrorCode::BAD_REQUEST)
    }

    /// Notes whom the client asked for, once the library said yes.
    pub(super) fn granted(&mut self, message: &Message<'_>, now: Instant) {
        let method = message.method();
        if method != CREATE_PERMISSION && method != CHANNEL_BIND {
            return;
        }
        self.peers.extend(peers(message));
        if let (CHANNEL_BIND, Some((channel, peer))) = (method, binding(message)) {
            self.channels.retain(|_, (_, until)| now <= *until);
            self.channels.insert(channel, (peer, now + CHANNEL_TIME));
        }
    }

    /// Notes a peer to whom the client sends. Firefox asks for a permission once per IP, whatever
    /// the ports (`nr_turn_permission_find` in nICEr), and here all peers have the same IP.
    pub(super) fn sends_to(&mut self, peer: SocketAddr) {
        if self.peers.len() < MAX_PEERS {
            self.peers.insert(peer);
        }
    }

    /// Whether the client wants packets of this peer.
    pub(super) fn wants(&self, peer: SocketAddr) -> bool {
        self.peers.contains(&peer)
    }

    /// What there is to do, because of a request or because time went by.
    pub(super) fn events(&mut self, now: Instant) -> Events {
        let mut events = Events::default();
        loop {
            match self.server.poll(now) {
                TurnServerPollRet::AllocateSocket { family, .. } => events.wanted.push(family),
                TurnServerPollRet::SocketClose { listen_addr, .. } => {
                    events.closed.push(listen_addr);
                }
                // TCP allocations: the library never hears of a request that leads to one.
                TurnServerPollRet::TcpConnect { .. } | TurnServerPollRet::TcpClose { .. } => {}
                TurnServerPollRet::WaitUntil(_) => break,
            }
        }
        self.relayed
            .retain(|relayed| !events.closed.contains(relayed));
        events
    }

    /// Gives the library what it wanted, or not, and returns its answer to the client.
    pub(super) fn allocated(
        &mut self,
        mut results: Vec<(AddressFamily, Result<SocketAddr, SocketAllocateError>)>,
        asker: &Asker,
        now: Instant,
    ) -> Option<Vec<u8>> {
        // The library forgets the client if the last one is an error.
        results.sort_by_key(|(_, result)| result.is_ok());
        for (family, result) in results {
            let (from, to) = (self.client, SERVER);
            self.server
                .allocated_socket(UDP, to, from, UDP, family, result, now);
            self.relayed.extend(result);
        }
        if !self.relayed.is_empty() {
            self.owner = Some((asker.username.clone(), asker.peer.clone()));
        }
        Some(self.server.poll_transmit(now)?.data)
    }

    /// The allocation has ended.
    pub(super) fn ended(&mut self) {
        self.owner = None;
        self.peers.clear();
        self.channels.clear();
    }

    /// How much is kept for the client.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.users.len() + self.peers.len() + self.channels.len()
    }

    /// Reads what the client sends to a peer: from which relayed address, to which peer, and where
    /// in the message the data is.
    pub(super) fn send(
        &mut self,
        message: &[u8],
        now: Instant,
    ) -> Option<(SocketAddr, SocketAddr, std::ops::Range<usize>)> {
        let message = Transmit::new(message, UDP, self.client, SERVER);
        let packet = self.server.recv(message, now)?;
        match packet.data {
            Payload::Range(_, range) => Some((packet.from, packet.to, range)),
            _ => None,
        }
    }

    /// Wraps what a peer sends to the client: ChannelData if it has a channel, else a Data
    /// indication. Nothing without a permission.
    pub(super) fn deliver(
        &mut self,
        data: &[u8],
        (from, to): (SocketAddr, SocketAddr),
        now: Instant,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let packet = self.server.recv(Transmit::new(data, UDP, from, to), now)?;
        let is_message = matches!(packet.data, Payload::Message(_));
        out.resize(packet.data.len(), 0);
        TransmitBuild::write_into(packet, out);
        if is_message {
            // `write_into` of turn-types 0.7.3 says Send (0x0016) where `build` says Data (0x0017).
            MessageType::from_class_method(MessageClass::Indication, DATA)
                .write_into(out.get_mut(..2)?);
        }
        Some(())
    }
}

//! A client of the relay, and the relay it talks to.

use std::{net::SocketAddr, time::Duration};

use turn_types::{
    AddressFamily, Instant,
    attribute::{
        AdditionalAddressFamily, ChannelNumber, Data, Lifetime, RequestedAddressFamily,
        RequestedTransport, XorPeerAddress, XorRelayedAddress,
    },
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH, SEND},
    stun::{
        attribute::{ErrorCode, Nonce, Realm, Username},
        message::{
            IntegrityAlgorithm, IntegrityKey, LongTermCredentials, Message, MessageClass,
            MessageType, MessageWriteVec, Method, TransactionId,
        },
        prelude::{MessageWrite, MessageWriteExt},
    },
};

use crate::server::turn::{
    Credentials, Settings,
    relay::{Client, Now, Relay},
};

pub(super) const REALM: &str = "duplex";
/// The time at which the tests begin, in seconds since 1970.
pub(super) const START: u64 = 1_700_000_000;

pub(super) struct World {
    pub(super) relay: Relay,
    pub(super) now: Now,
    clients: u16,
}

/// What the relay answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Success(Vec<SocketAddr>),
    /// And whether it is signed with the password of whoever asked.
    Error(u16, bool),
    Nothing,
}
use Answer::{Error, Nothing, Success};

#[derive(Clone)]
pub(super) struct Peer {
    pub(super) client: Client,
    pub(super) credentials: Credentials,
    pub(super) nonce: String,
}

pub(super) fn settings() -> Settings {
    Settings {
        secret: b"secret".to_vec(),
        realm: REALM.to_owned(),
        relayed: vec![[192, 0, 2, 1].into(), "2001:db8::1".parse().expect("an IP")],
        bits_per_second: 0,
        ..Settings::default()
    }
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        let instant = Instant::ZERO;
        Self {
            relay: Relay::new(settings),
            now: Now {
                instant,
                unix: START,
            },
            clients: 0,
        }
    }

    /// A client of this name, which has asked for nothing yet; its credentials are good for an hour.
    pub(super) fn peer(&mut self, name: &str) -> Peer {
        self.clients += 1;
        let address = SocketAddr::from(([198, 51, 100, 1], self.clients));
        Peer {
            client: Client { link: 0, address },
            credentials: self.relay.credentials(name, START + 3_600),
            nonce: String::new(),
        }
    }

    /// A client with an allocation, and its relayed address.
    pub(super) fn allocated(&mut self, name: &str) -> (Peer, SocketAddr) {
        let mut peer = self.peer(name);
        match peer.allocate(self) {
            Success(relayed) => (peer, relayed[0]),
            other => panic!("{other:?}"),
        }
    }

    /// Two clients with an allocation each, who want packets of each other.
    pub(super) fn pair(&mut self) -> [(Peer, SocketAddr); 2] {
        let mut a = self.allocated("a");
        let mut b = self.allocated("b");
        assert_eq!(a.0.permit(self, b.1), Success(vec![]));
        assert_eq!(b.0.permit(self, a.1), Success(vec![]));
        [a, b]
    }

    pub(super) fn receive(&mut self, from: Client, message: &[u8]) -> Option<(Client, Vec<u8>)> {
        let mut out = Vec::new();
        let to = self.relay.receive(from, message, self.now, &mut out)?;
        Some((to, out))
    }

    /// Lets time go by, second by second.
    pub(super) fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now.instant += Duration::from_secs(1);
            self.now.unix += 1;
            self.relay.tick(self.now);
        }
    }
}

pub(super) fn message(
    class: MessageClass,
    method: Method,
    add: impl FnOnce(&mut MessageWriteVec, TransactionId),
) -> MessageWriteVec {
    let transaction = TransactionId::generate();
    let kind = MessageType::from_class_method(class, method);
    let mut message = Message::builder(kind, transaction, MessageWriteVec::new());
    add(&mut message, transaction);
    message
}

impl Peer {
    fn key(&self) -> IntegrityKey {
        let Credentials { username, password } = self.credentials.clone();
        let credentials = LongTermCredentials::new(username, password);
        credentials
            .to_key(REALM.to_owned())
            .make_key(IntegrityAlgorithm::Sha1)
    }

    /// A signed request.
    pub(super) fn request(
        &self,
        method: Method,
        add: impl FnOnce(&mut MessageWriteVec, TransactionId),
    ) -> Vec<u8> {
        let mut message = message(MessageClass::Request, method, add);
        let username = Username::new(&self.credentials.username).expect("short");
        message.add_attribute(&username).expect("it fits");
        message
            .add_attribute(&Realm::new(REALM).expect("short"))
            .expect("it fits");
        message
            .add_attribute(&Nonce::new(&self.nonce).expect("short"))
            .expect("it fits");
        let signed = message.add_message_integrity_with_key(&self.key(), IntegrityAlgorithm::Sha1);
        signed.expect("it fits");
        message.finish()
    }

    /// Sends a request as it is.
    pub(super) fn send_request(&mut self, world: &mut World, request: &[u8]) -> Answer {
        let Some((to, answer)) = world.receive(self.client, request) else {
            return Nothing;
        };
        assert_eq!(to, self.client);
        let answer = Message::from_bytes(&answer).expect("STUN");
        let request = Message::from_bytes(request).expect("STUN");
        assert_eq!(answer.transaction_id(), request.transaction_id());
        assert_eq!(answer.method(), request.method());
        if let Ok(nonce) = answer.attribute::<Nonce>() {
            nonce.nonce().clone_into(&mut self.nonce);
        }
        let is_signed = answer.validate_integrity_with_key(&self.key()).is_ok();
        match answer.class() {
            MessageClass::Success => {
                assert!(is_signed);
                let relayed =
                    (0..).map_while(|n| answer.nth_attribute::<XorRelayedAddress>(n).ok());
                Success(
                    relayed
                        .map(|relayed| relayed.addr(answer.transaction_id()))
                        .collect(),
                )
            }
            MessageClass::Error => {
                let code = answer.attribute::<ErrorCode>().expect("a code");
                Error(code.code(), is_signed)
            }
            class => panic!("{class:?}"),
        }
    }

    /// Sends a request, and again with the nonce of the answer, as clients do.
    pub(super) fn ask(
        &mut self,
        world: &mut World,
        method: Method,
        add: impl Fn(&mut MessageWriteVec, TransactionId),
    ) -> Answer {
        if self.nonce.is_empty() {
            let bare = message(MessageClass::Request, method, &add).finish();
            assert_eq!(self.send_request(world, &bare), Error(401, false));
        }
        match self.send_request(world, &self.request(method, &add)) {
            Error(438, _) => self.send_request(world, &self.request(method, &add)),
            answer => answer,
        }
    }

    pub(super) fn allocate(&mut self, world: &mut World) -> Answer {
        self.ask(world, ALLOCATE, |message, _| {
            add(message, &RequestedTransport::new(RequestedTransport::UDP));
        })
    }

    pub(super) fn allocate_family(&mut self, world: &mut World, family: AddressFamily) -> Answer {
        self.ask(world, ALLOCATE, |message, _| {
            add(message, &RequestedTransport::new(RequestedTransport::UDP));
            add(message, &RequestedAddressFamily::new(family));
        })
    }

    pub(super) fn allocate_both(&mut self, world: &mut World) -> Answer {
        self.ask(world, ALLOCATE, |message, _| {
            add(message, &RequestedTransport::new(RequestedTransport::UDP));
            add(message, &AdditionalAddressFamily::new(AddressFamily::IPV6));
        })
    }

    pub(super) fn refresh(&mut self, world: &mut World, seconds: u32) -> Answer {
        self.ask(world, REFRESH, |message, _| {
            add(message, &Lifetime::new(seconds));
        })
    }

    pub(super) fn permit(&mut self, world: &mut World, peer: SocketAddr) -> Answer {
        self.ask(world, CREATE_PERMISSION, |message, transaction| {
            add(message, &XorPeerAddress::new(peer, transaction));
        })
    }

    pub(super) fn bind(&mut self, world: &mut World, channel: u16, peer: SocketAddr) -> Answer {
        self.ask(world, CHANNEL_BIND, |message, transaction| {
            add(message, &ChannelNumber::new(channel));
            add(message, &XorPeerAddress::new(peer, transaction));
        })
    }

    /// Sends data to a peer in an indication; what comes out, and for whom.
    pub(super) fn send(
        &self,
        world: &mut World,
        to: SocketAddr,
        data: &[u8],
    ) -> Option<(Client, Received)> {
        let indication = indication(to, data);
        let (to, message) = world.receive(self.client, &indication)?;
        Some((to, Received::read(&message)))
    }

    /// Sends data over a channel.
    pub(super) fn send_channel(
        &self,
        world: &mut World,
        channel: u16,
        data: &[u8],
    ) -> Option<(Client, Received)> {
        let (to, message) = world.receive(self.client, &channel_data(channel, data))?;
        Some((to, Received::read(&message)))
    }
}

pub(super) fn add(
    message: &mut MessageWriteVec,
    attribute: &dyn turn_types::stun::prelude::AttributeWrite,
) {
    message.add_attribute(attribute).expect("it fits");
}

pub(super) fn indication(to: SocketAddr, data: &[u8]) -> Vec<u8> {
    message(MessageClass::Indication, SEND, |message, transaction| {
        add(message, &XorPeerAddress::new(to, transaction));
        add(message, &Data::new(data));
    })
    .finish()
}

pub(super) fn channel_data(channel: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("short");
    let mut message = channel.to_be_bytes().to_vec();
    message.extend(length.to_be_bytes());
    message.extend(data);
    message
}

/// What a client gets from a peer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    Indication(SocketAddr, Vec<u8>),
    Channel(u16, Vec<u8>),
}

impl Received {
    pub(super) fn read(message: &[u8]) -> Self {
        if message[0] >> 6 == 1 {
            let channel = u16::from_be_bytes([message[0], message[1]]);
            let length = u16::from_be_bytes([message[2], message[3]]);
            let data = &message[4..];
            assert_eq!(data.len(), usize::from(length));
            return Self::Channel(channel, data.to_vec());
        }
        // A Data indication (RFC 8656, section 17).
        assert_eq!(message[..2], [0x00, 0x17]);
        let message = Message::from_bytes(message).expect("STUN");
        let peer = message.attribute::<XorPeerAddress>().expect("a peer");
        let data = message.attribute::<Data>().expect("data");
        Self::Indication(peer.addr(message.transaction_id()), data.data().to_vec())
    }
}

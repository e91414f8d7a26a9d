//! A client over a real socket.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::timeout,
};
use turn_types::{
    attribute::{ChannelNumber, RequestedTransport, XorPeerAddress, XorRelayedAddress},
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION},
    stun::{
        attribute::{Nonce, XorMappedAddress},
        message::{Message, MessageClass, MessageWriteVec, Method, TransactionId},
        prelude::MessageWrite,
    },
};

use super::peer::{
    Peer,
    Received::{self, Indication},
    add, message,
};
use crate::server::turn::{Turn, relay::Client};

pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A way to the server.
pub(super) enum Wire {
    Udp(UdpSocket),
    /// And into how many bytes at once what is written is cut.
    Tcp(TcpStream, usize),
}

impl Wire {
    pub(super) async fn udp(server: SocketAddr) -> Self {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let socket = UdpSocket::bind(local).await.expect("a free port");
        socket.connect(server).await.expect("a route");
        Self::Udp(socket)
    }

    pub(super) async fn tcp(server: SocketAddr, chunk: usize) -> Self {
        let stream = TcpStream::connect(server).await.expect("a server");
        stream.set_nodelay(true).expect("TCP");
        Self::Tcp(stream, chunk)
    }

    pub(super) fn local(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp(stream, _) => stream.local_addr(),
        }
        .expect("an address")
    }

    pub(super) async fn write(&mut self, message: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send(message).await.expect("sent");
            }
            Self::Tcp(stream, chunk) => {
                let mut message = message.to_vec();
                message.resize(message.len().next_multiple_of(4), 0);
                for chunk in message.chunks(*chunk) {
                    stream.write_all(chunk).await.expect("written");
                    // So that they arrive one by one.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        }
    }

    pub(super) async fn read(&mut self) -> Vec<u8> {
        timeout(PATIENCE, self.read_at_last())
            .await
            .expect("a message in time")
    }

    pub(super) async fn read_at_last(&mut self) -> Vec<u8> {
        match self {
            Self::Udp(socket) => {
                let mut buffer = vec![0; 2_000];
                let length = socket.recv(&mut buffer).await.expect("received");
                buffer.truncate(length);
                buffer
            }
            Self::Tcp(stream, _) => {
                let mut message = vec![0; 4];
                stream.read_exact(&mut message).await.expect("read");
                let length = usize::from(u16::from_be_bytes([message[2], message[3]]));
                let whole = if message[0] < 0x40 {
                    20 + length
                } else {
                    4 + length
                };
                message.resize(whole.next_multiple_of(4), 0);
                stream.read_exact(&mut message[4..]).await.expect("read");
                message.truncate(whole);
                message
            }
        }
    }
}

/// A client with a way to the server.
pub(super) struct Caller {
    pub(super) peer: Peer,
    pub(super) wire: Wire,
}

impl Caller {
    pub(super) fn new(turn: &Turn, wire: Wire, name: &str) -> Self {
        let peer = Peer {
            client: Client {
                link: 0,
                address: wire.local(),
            },
            credentials: turn.credentials(name, u64::MAX),
            nonce: String::new(),
        };
        Self { peer, wire }
    }

    pub(super) async fn ask(
        &mut self,
        method: Method,
        add: impl Fn(&mut MessageWriteVec, TransactionId),
    ) -> Vec<u8> {
        let request = self.peer.request(method, add);
        self.wire.write(&request).await;
        let answer = self.wire.read().await;
        let parsed = Message::from_bytes(&answer).expect("STUN");
        assert!(parsed.has_class(MessageClass::Success), "{parsed}");
        answer
    }

    pub(super) async fn allocate(&mut self) -> SocketAddr {
        let bare = message(MessageClass::Request, ALLOCATE, |_, _| {}).finish();
        self.wire.write(&bare).await;
        let answer = self.wire.read().await;
        let answer = Message::from_bytes(&answer).expect("STUN");
        let nonce = answer.attribute::<Nonce>().expect("a nonce");
        nonce.nonce().clone_into(&mut self.peer.nonce);
        let answer = self
            .ask(ALLOCATE, |message, _| {
                add(message, &RequestedTransport::new(17));
            })
            .await;
        let answer = Message::from_bytes(&answer).expect("STUN");
        let mapped = answer.attribute::<XorMappedAddress>().expect("an address");
        assert_eq!(mapped.addr(answer.transaction_id()), self.wire.local());
        let relayed = answer.attribute::<XorRelayedAddress>().expect("an address");
        relayed.addr(answer.transaction_id())
    }

    pub(super) async fn permit(&mut self, peer: SocketAddr) {
        let add = |message: &mut _, id| add(message, &XorPeerAddress::new(peer, id));
        self.ask(CREATE_PERMISSION, add).await;
    }

    pub(super) async fn bind(&mut self, channel: u16, peer: SocketAddr) {
        let add = |message: &mut _, id| {
            add(message, &ChannelNumber::new(channel));
            add(message, &XorPeerAddress::new(peer, id));
        };
        self.ask(CHANNEL_BIND, add).await;
    }
}

impl Caller {
    /// Asks for something, and reads what relayed packets come first.
    pub(super) async fn permit_while_reading(&mut self, peer: SocketAddr, sent: u32) {
        let add = |message: &mut _, id| add(message, &XorPeerAddress::new(peer, id));
        let (mut last, mut received) = (None, 0);
        let request = self.peer.request(CREATE_PERMISSION, add);
        self.wire.write(&request).await;
        let mut is_answered = false;
        while let Ok(message) = timeout(Duration::from_millis(300), self.wire.read_at_last()).await
        {
            if message[..2] == [0x00, 0x17] {
                let Indication(_, data) = Received::read(&message) else {
                    unreachable!()
                };
                let number = u32::from_be_bytes(*data.first_chunk().expect("a number"));
                assert!(last < Some(number), "{last:?} {number}");
                last = Some(number);
                received += 1;
            } else if message[4..20] == request[4..20] {
                is_answered = true;
            }
        }
        assert!(received > 0 && received < sent, "{received}");
        if !is_answered {
            // It was lost with the rest; now there is room.
            self.wire.write(&request).await;
            assert_eq!(self.wire.read().await[4..20], request[4..20]);
        }
    }
}

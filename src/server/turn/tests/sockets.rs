//! The same over real sockets.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncWriteExt, duplex},
    net::{TcpListener, UdpSocket},
    time::timeout,
};
use turn_types::{
    attribute::{ChannelNumber, XorPeerAddress},
    message::{CHANNEL_BIND, CREATE_PERMISSION},
    stun::{
        message::{BINDING, Message, MessageClass},
        prelude::MessageWrite,
    },
};

use super::{
    peer::{
        Received::{self, Channel, Indication},
        add, channel_data, indication, message, settings,
    },
    wire::{Caller, PATIENCE, Wire},
};
use crate::server::turn::Turn;

async fn udp(turn: &Turn, local: &str) -> SocketAddr {
    let socket = UdpSocket::bind(local).await.expect("a free port");
    let port = socket.local_addr().expect("an address").port();
    turn.serve_udp(socket);
    SocketAddr::from(([127, 0, 0, 1], port))
}

async fn tcp(turn: &Turn) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let local = listener.local_addr().expect("an address");
    let turn = turn.clone();
    tokio::spawn(async move {
        while let Ok((stream, client)) = listener.accept().await {
            let turn = turn.clone();
            tokio::spawn(async move { turn.serve_stream(stream, client, local).await });
        }
    });
    local
}

/// `a` has a channel, `b` has none.
async fn talk(mut a: Caller, mut b: Caller) -> (Caller, Caller) {
    let (at_a, at_b) = (a.allocate().await, b.allocate().await);
    a.bind(0x4001, at_b).await;
    b.permit(at_a).await;
    for length in [0, 1, 2, 3, 4, 5, 1_199, 1_200] {
        let data: Vec<u8> = (0..length).map(|byte| byte as u8 | 1).collect();
        a.wire.write(&channel_data(0x4001, &data)).await;
        let received = Received::read(&b.wire.read().await);
        assert_eq!(received, Indication(at_a, data.clone()));
        b.wire.write(&indication(at_a, &data)).await;
        let received = Received::read(&a.wire.read().await);
        assert_eq!(received, Channel(0x4001, data));
    }
    (a, b)
}

#[tokio::test]
async fn calls_over_udp() {
    // Of both families, where an IPv4 client has a mapped address, and of IPv4 only.
    for local in ["0.0.0.0:0", "[::]:0"] {
        let turn = Turn::new(settings());
        let server = udp(&turn, local).await;
        let a = Caller::new(&turn, Wire::udp(server).await, "a");
        let b = Caller::new(&turn, Wire::udp(server).await, "b");
        talk(a, b).await;
        let counts = turn.counts();
        assert_eq!((counts.allocations, counts.relayed_packets), (2, 16));
    }
}

#[tokio::test]
async fn calls_over_tcp() {
    let turn = Turn::new(settings());
    let server = tcp(&turn).await;
    for (one, other) in [(1_500, 1_500), (3, 7), (21, 1_199)] {
        let a = Caller::new(&turn, Wire::tcp(server, one).await, "a");
        let b = Caller::new(&turn, Wire::tcp(server, other).await, "b");
        let (a, b) = talk(a, b).await;
        assert_eq!(turn.counts().allocations, 2);
        drop((a, b));
        let closed = async {
            while turn.counts().clients > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, closed)
            .await
            .expect("allocations end with their connections");
    }
}

#[tokio::test]
async fn nothing_arrives_at_a_socket_inside() {
    let turn = Turn::new(settings());
    let server = udp(&turn, "[::]:0").await;
    // What a host would not want to be reached, on every address of this machine.
    let inside = UdpSocket::bind("[::]:0").await.expect("a free port");
    let port = inside.local_addr().expect("an address").port();
    let listener = TcpListener::bind(("::", port))
        .await
        .expect("the same port");
    let mut a = Caller::new(&turn, Wire::udp(server).await, "a");
    let mut b = Caller::new(&turn, Wire::udp(server).await, "b");
    let (at_a, at_b) = (a.allocate().await, b.allocate().await);
    for ip in [
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
    ] {
        let peer = SocketAddr::new(ip.parse().expect("an IP"), port);
        let add_peer = |message: &mut _, id| add(message, &XorPeerAddress::new(peer, id));
        for request in [
            a.peer.request(CREATE_PERMISSION, add_peer),
            a.peer.request(CHANNEL_BIND, |message, id| {
                add(message, &ChannelNumber::new(0x4100));
                add_peer(message, id);
            }),
        ] {
            a.wire.write(&request).await;
            let answer = a.wire.read().await;
            let answer = Message::from_bytes(&answer).expect("STUN");
            assert!(answer.has_class(MessageClass::Error), "{peer}: {answer}");
        }
        a.wire.write(&indication(peer, b"let me in")).await;
        a.wire.write(&channel_data(0x4100, b"let me in")).await;
    }
    // What comes after all that has arrived, so whatever could have arrived before has.
    a.permit(at_b).await;
    b.permit(at_a).await;
    a.wire.write(&indication(at_b, b"last")).await;
    let received = Received::read(&b.wire.read().await);
    assert_eq!(received, Indication(at_a, b"last".to_vec()));
    let error = inside
        .try_recv_from(&mut [0; 100])
        .expect_err("nothing came");
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    let connection = timeout(Duration::from_millis(1), listener.accept()).await;
    assert!(connection.is_err(), "nobody connected");
    // It would have been seen.
    let probe = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let sent = probe.send_to(b"x", ("127.0.0.1", port)).await;
    sent.expect("sent");
    inside.recv_from(&mut [0; 100]).await.expect("received");
}

#[tokio::test]
async fn calls_between_tcp_and_udp() {
    let turn = Turn::new(settings());
    let (over_tcp, over_udp) = (tcp(&turn).await, udp(&turn, "127.0.0.1:0").await);
    let a = Caller::new(&turn, Wire::tcp(over_tcp, 5).await, "a");
    let b = Caller::new(&turn, Wire::udp(over_udp).await, "b");
    talk(a, b).await;
    let a = Caller::new(&turn, Wire::udp(over_udp).await, "a");
    let b = Caller::new(&turn, Wire::tcp(over_tcp, 5).await, "b");
    talk(a, b).await;
}

#[tokio::test]
async fn messages_may_come_together() {
    let turn = Turn::new(settings());
    let mut wire = Wire::tcp(tcp(&turn).await, usize::MAX).await;
    let one = message(MessageClass::Request, BINDING, |_, _| {}).finish();
    let other = message(MessageClass::Request, BINDING, |_, _| {}).finish();
    wire.write(
        &[
            one.clone(),
            channel_data(0x4000, b"nobody's"),
            other.clone(),
        ]
        .concat(),
    )
    .await;
    for request in [one, other] {
        assert_eq!(wire.read().await[4..20], request[4..20]);
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_loses_packets() {
    let turn = Turn::new(settings());
    let (over_tcp, over_udp) = (tcp(&turn).await, udp(&turn, "127.0.0.1:0").await);
    let mut a = Caller::new(&turn, Wire::udp(over_udp).await, "a");
    let mut b = Caller::new(&turn, Wire::tcp(over_tcp, 1_500).await, "b");
    let (at_a, at_b) = (a.allocate().await, b.allocate().await);
    a.bind(0x4001, at_b).await;
    b.permit(at_a).await;
    // More than the system's buffers and ours hold.
    let (packets, size) = (20_000_u32, 1_200);
    for number in 0..packets {
        let mut data = vec![0; size];
        data[..4].copy_from_slice(&number.to_be_bytes());
        a.wire.write(&channel_data(0x4001, &data)).await;
        if number % 16 == 0 {
            tokio::task::yield_now().await;
        }
    }
    // What was kept is whole and in order, and the connection still works.
    b.permit_while_reading(at_a, packets).await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_an_allocation_ends() {
    let client = SocketAddr::from(([198, 51, 100, 1], 1));
    for first in [&b""[..], b"\x00", b"GET / HTTP/1.1\r\n\r\n"] {
        let turn = Turn::new(settings());
        let (mut ours, theirs) = duplex(1_000);
        ours.write_all(first).await.expect("written");
        let start = tokio::time::Instant::now();
        turn.serve_stream(theirs, client, client).await;
        let expected = if first.len() > 1 { 0 } else { 10 };
        assert_eq!(start.elapsed().as_secs(), expected);
        assert!(turn.0.links.read().expect("links").is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_only_asks_for_its_address_ends() {
    let client = SocketAddr::from(([198, 51, 100, 1], 1));
    let turn = Turn::new(settings());
    let (mut ours, theirs) = duplex(10_000);
    let served = tokio::spawn(async move { turn.serve_stream(theirs, client, client).await });
    let request = message(MessageClass::Request, BINDING, |_, _| {}).finish();
    let mut seconds = 0;
    while ours.write_all(&request).await.is_ok() && !served.is_finished() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        seconds += 1;
        assert!(seconds < 20);
    }
    assert!(seconds >= 9);
}

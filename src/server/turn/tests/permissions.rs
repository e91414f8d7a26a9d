use std::net::{IpAddr, SocketAddr};

use turn_types::message::SEND;
use turn_types::stun::message::MessageClass;

use super::peer::{
    Answer::{Error, Success},
    Received::Indication,
    World, add, indication, message, settings,
};
use crate::server::turn::session::MAX_PEERS;

#[test]
fn nothing_is_delivered_to_whoever_did_not_ask() {
    let mut world = World::new(settings());
    let ((mut a, at_a), (mut b, at_b)) = (world.allocated("a"), world.allocated("b"));
    let (mut c, at_c) = world.allocated("c");
    assert_eq!(
        a.send(&mut world, at_b, b"x"),
        None,
        "the sender asked for nothing"
    );
    assert_eq!(a.permit(&mut world, at_b), Success(vec![]));
    assert_eq!(
        a.send(&mut world, at_b, b"x"),
        None,
        "the receiver asked for nothing"
    );
    // A permission is for an IP (RFC 8656, section 9), and all have the same: the port counts.
    assert_eq!(b.permit(&mut world, at_c), Success(vec![]));
    assert_eq!(
        a.send(&mut world, at_b, b"x"),
        None,
        "the receiver asked for another"
    );
    assert_eq!(c.permit(&mut world, at_b), Success(vec![]));
    assert!(c.send(&mut world, at_b, b"x").is_some());
    assert_eq!(b.permit(&mut world, at_a), Success(vec![]));
    assert!(a.send(&mut world, at_b, b"x").is_some());
    assert_eq!(world.relay.counts().relayed_packets, 2);
}

#[test]
fn sending_is_asking() {
    // Firefox asks for one port of an IP only.
    let mut world = World::new(settings());
    let ((mut a, at_a), (mut b, at_b)) = (world.allocated("a"), world.allocated("b"));
    let (mut c, at_c) = world.allocated("c");
    assert_eq!(a.permit(&mut world, at_b), Success(vec![]));
    assert_eq!(b.permit(&mut world, at_a), Success(vec![]));
    assert_eq!(c.permit(&mut world, at_a), Success(vec![]));
    assert_eq!(c.send(&mut world, at_a, b"x"), None);
    assert!(a.send(&mut world, at_c, b"x").is_some());
    let to_a = c.send(&mut world, at_a, b"x");
    assert_eq!(to_a, Some((a.client, Indication(at_c, b"x".to_vec()))));
}

#[test]
fn nothing_but_relayed_addresses_can_be_reached() {
    let mut world = World::new(settings());
    let [(mut a, at_a), (_, at_b)] = world.pair();
    let (mut six, _) = {
        let mut peer = world.peer("six");
        let Success(relayed) = peer.allocate_both(&mut world) else {
            panic!()
        };
        (peer, relayed)
    };
    for ip in [
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "::",
        "10.1.1.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "100.64.0.1",
        "fc00::1",
        "fe80::1",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "192.0.2.2",
        "2001:db8::2",
        // The server's own in other words.
        "::ffff:192.0.2.1",
        "::192.0.2.1",
        "64:ff9b::c000:201",
        "198.51.100.1",
    ] {
        let ip: IpAddr = ip.parse().expect("an IP");
        for port in [0, 1, 80, 3478, at_b.port()] {
            let peer = SocketAddr::new(ip, port);
            for client in [&mut a, &mut six] {
                let refused = world.relay.counts().refused;
                assert_eq!(client.permit(&mut world, peer), Error(403, true), "{peer}");
                assert_eq!(
                    client.bind(&mut world, 0x4100, peer),
                    Error(403, true),
                    "{peer}"
                );
                assert_eq!(world.relay.counts().refused, refused + 2);
                assert_eq!(client.send(&mut world, peer, b"x"), None, "{peer}");
                assert_eq!(
                    client.send_channel(&mut world, 0x4100, b"x"),
                    None,
                    "{peer}"
                );
            }
        }
        // One good peer does not help a bad one.
        let answer = a.ask(
            &mut world,
            turn_types::message::CREATE_PERMISSION,
            |message, id| {
                for peer in [at_b, SocketAddr::new(ip, 80), at_a] {
                    add(
                        message,
                        &turn_types::attribute::XorPeerAddress::new(peer, id),
                    );
                }
            },
        );
        assert_eq!(answer, Error(403, true));
    }
    assert_eq!(world.relay.counts().relayed_packets, 0);
}

#[test]
fn a_port_that_is_nobodys_reaches_nobody() {
    let mut world = World::new(settings());
    let [(mut a, at_a), (_, at_b)] = world.pair();
    for port in (0..=u16::MAX).step_by(97) {
        let peer = SocketAddr::new(at_b.ip(), port);
        if peer != at_a && peer != at_b {
            assert_eq!(a.send(&mut world, peer, b"x"), None);
        }
    }
    let nobody = SocketAddr::new(at_b.ip(), 1);
    assert_eq!(a.bind(&mut world, 0x4000, nobody), Success(vec![]));
    assert_eq!(a.send_channel(&mut world, 0x4000, b"x"), None);
    assert_eq!(world.relay.counts().relayed_packets, 0);
}

#[test]
fn only_so_many_peers_can_be_asked_for() {
    let mut world = World::new(settings());
    let [(mut a, _), (_, at_b)] = world.pair();
    for port in 1..MAX_PEERS as u16 {
        let peer = SocketAddr::new(at_b.ip(), port);
        assert_eq!(a.permit(&mut world, peer), Success(vec![]));
    }
    let more = SocketAddr::new(at_b.ip(), 1_000);
    assert_eq!(a.permit(&mut world, more), Error(508, true));
    assert_eq!(a.bind(&mut world, 0x4000, more), Error(508, true));
    assert_eq!(a.permit(&mut world, at_b), Success(vec![]), "known already");
}

#[test]
fn other_indications_and_other_sources_do_nothing() {
    let mut world = World::new(settings());
    let [(a, _), (mut b, at_b)] = world.pair();
    b.client.address.set_port(9);
    assert_eq!(b.send(&mut world, at_b, b"x"), None);
    let mut elsewhere = a.client;
    elsewhere.link += 1;
    assert_eq!(world.receive(elsewhere, &indication(at_b, b"x")), None);
    let empty = message(MessageClass::Indication, SEND, |_, _| {});
    let empty = turn_types::stun::prelude::MessageWrite::finish(empty);
    assert_eq!(world.receive(a.client, &empty), None);
    let mut longer = indication(at_b, b"x");
    assert!(world.receive(a.client, &longer).is_some());
    // An empty SOFTWARE, which would do no harm.
    longer.extend([0x80, 0x22, 0, 0]);
    assert_eq!(
        world.receive(a.client, &longer),
        None,
        "a length that is wrong"
    );
}

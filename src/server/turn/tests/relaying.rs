use turn_types::{
    message::{CONNECT, CONNECTION_BIND},
    stun::{
        attribute::{Username, XorMappedAddress},
        message::{BINDING, Message, MessageClass},
        prelude::MessageWrite,
    },
};

use super::peer::{
    Answer::{Error, Nothing, Success},
    Received::{Channel, Indication},
    World, add, message, settings,
};
use crate::server::turn::Settings;

#[test]
fn a_client_is_told_its_address() {
    let mut world = World::new(settings());
    let peer = world.peer("a");
    let request = message(MessageClass::Request, BINDING, |_, _| {}).finish();
    let (to, answer) = world.receive(peer.client, &request).expect("an answer");
    assert_eq!(to, peer.client);
    let answer = Message::from_bytes(&answer).expect("STUN");
    let mapped = answer.attribute::<XorMappedAddress>().expect("an address");
    assert_eq!(mapped.addr(answer.transaction_id()), peer.client.address);
    assert_eq!(world.relay.counts().clients, 0);

    let mut peer = peer;
    let odd = message(MessageClass::Request, BINDING, |message, _| {
        add(message, &Username::new("a").expect("short"));
    });
    assert_eq!(
        peer.send_request(&mut world, &odd.finish()),
        Error(420, false)
    );
}

#[test]
fn indications_go_both_ways() {
    let mut world = World::new(settings());
    let [(a, at_a), (b, at_b)] = world.pair();
    for data in [&b"x"[..], b"four", b"", &[7; 1_500]] {
        let to_b = a.send(&mut world, at_b, data);
        assert_eq!(to_b, Some((b.client, Indication(at_a, data.to_vec()))));
        let to_a = b.send(&mut world, at_a, data);
        assert_eq!(to_a, Some((a.client, Indication(at_b, data.to_vec()))));
    }
    let counts = world.relay.counts();
    assert_eq!((counts.allocations, counts.clients), (2, 2));
    assert_eq!(
        (counts.relayed_packets, counts.relayed_bytes),
        (8, 2 * 1_505)
    );
    assert_eq!(counts.refused, 0);
}

#[test]
fn channels_go_both_ways() {
    let mut world = World::new(settings());
    let ((mut a, at_a), (mut b, at_b)) = (world.allocated("a"), world.allocated("b"));
    assert_eq!(a.bind(&mut world, 0x4000, at_b), Success(vec![]));
    assert_eq!(b.bind(&mut world, 0x4fff, at_a), Success(vec![]));
    for data in [&b"x"[..], b"four", b"", &[7; 1_500]] {
        let to_b = a.send_channel(&mut world, 0x4000, data);
        assert_eq!(to_b, Some((b.client, Channel(0x4fff, data.to_vec()))));
        let to_a = b.send_channel(&mut world, 0x4fff, data);
        assert_eq!(to_a, Some((a.client, Channel(0x4000, data.to_vec()))));
    }
    assert_eq!(a.send_channel(&mut world, 0x4001, b"x"), None);
}

#[test]
fn one_side_may_have_a_channel_and_the_other_not() {
    let mut world = World::new(settings());
    let [(mut a, at_a), (b, at_b)] = world.pair();
    assert_eq!(a.bind(&mut world, 0x4000, at_b), Success(vec![]));
    let to_b = a.send_channel(&mut world, 0x4000, b"one");
    assert_eq!(to_b, Some((b.client, Indication(at_a, b"one".to_vec()))));
    let to_a = b.send(&mut world, at_a, b"two");
    assert_eq!(to_a, Some((a.client, Channel(0x4000, b"two".to_vec()))));
}

#[test]
fn a_channel_has_one_peer() {
    let mut world = World::new(settings());
    let [(mut a, _), (b, at_b)] = world.pair();
    let (_, at_c) = world.allocated("c");
    assert_eq!(a.bind(&mut world, 0x4000, at_b), Success(vec![]));
    assert_eq!(a.bind(&mut world, 0x4000, at_b), Success(vec![]));
    assert_eq!(a.bind(&mut world, 0x4000, at_c), Error(400, true));
    assert_eq!(a.bind(&mut world, 0x4001, at_b), Error(400, true));
    assert_eq!(a.bind(&mut world, 0x3fff, at_c), Error(400, true));
    assert_eq!(a.bind(&mut world, 0x4001, at_c), Success(vec![]));
    let to_b = a.send_channel(&mut world, 0x4000, b"x").map(|(to, _)| to);
    assert_eq!(to_b, Some(b.client));
    // It ends after ten minutes, and may then have another.
    assert_eq!(a.refresh(&mut world, 3_600), Success(vec![]));
    world.pass(602);
    assert_eq!(a.send_channel(&mut world, 0x4000, b"x"), None);
    assert_eq!(a.bind(&mut world, 0x4000, at_c), Success(vec![]));
}

#[test]
fn permissions_end_unless_they_are_renewed() {
    let mut world = World::new(settings());
    let [(a, at_a), (mut b, at_b)] = world.pair();
    world.pass(301);
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    let mut a = a;
    assert_eq!(a.permit(&mut world, at_b), Success(vec![]));
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    assert_eq!(b.permit(&mut world, at_a), Success(vec![]));
    assert!(a.send(&mut world, at_b, b"x").is_some());
}

#[test]
fn what_exceeds_the_rate_is_dropped() {
    let bits_per_second = 80_000;
    let mut world = World::new(Settings {
        bits_per_second,
        ..settings()
    });
    let [(a, at_a), (b, at_b)] = world.pair();
    let sent = |world: &mut World| {
        let sent = (0..30).filter(|_| a.send(world, at_b, &[0; 964]).is_some());
        sent.count()
    };
    // A kilobyte each, with the header.
    assert_eq!(sent(&mut world), 10);
    assert!(
        b.send(&mut world, at_a, &[0; 964]).is_some(),
        "the other one may"
    );
    world.pass(1);
    assert_eq!(sent(&mut world), 10);
}

#[test]
fn there_is_no_way_to_tcp_allocations() {
    let mut world = World::new(settings());
    let [(mut a, _), (_, at_b)] = world.pair();
    for method in [CONNECT, CONNECTION_BIND] {
        let answer = a.ask(&mut world, method, |message, transaction| {
            let peer = turn_types::attribute::XorPeerAddress::new(at_b, transaction);
            add(message, &peer);
        });
        assert_eq!(answer, Nothing);
    }
    let mut c = world.peer("c");
    let answer = c.ask(&mut world, turn_types::message::ALLOCATE, |message, _| {
        add(message, &turn_types::attribute::RequestedTransport::new(6));
    });
    assert_eq!(answer, Error(400, true));
    assert_eq!(world.relay.counts().allocations, 2);
}

use std::net::SocketAddr;

use proptest::prelude::*;
use turn_types::{message::ALLOCATE, stun::message::MessageClass, stun::prelude::MessageWrite};

use super::peer::{
    Answer::{Error, Success},
    Peer, START, World, channel_data, indication, message, settings,
};
use crate::server::turn::{
    credentials::Secret,
    relay::{Client, MAX_WAITING},
    session::MAX_PEERS,
};

fn source(number: u32) -> Client {
    let address = SocketAddr::new(number.to_be_bytes().into(), 1);
    Client { link: 0, address }
}

#[test]
fn forged_sources_cost_little() {
    let mut world = World::new(settings());
    let [(mut a, _), (b, at_b)] = world.pair();
    let bare = message(MessageClass::Request, ALLOCATE, |_, _| {}).finish();
    let flood = MAX_WAITING as u32 + 500;
    for number in 0..flood {
        assert!(world.receive(source(number), &bare).is_some());
    }
    assert_eq!(world.relay.waiting(), MAX_WAITING);
    assert_eq!(world.relay.counts().clients, MAX_WAITING + 2);
    assert!(
        !world.relay.sessions.contains_key(&source(499)),
        "the oldest go"
    );
    assert!(world.relay.sessions.contains_key(&source(500)));
    // Those with an allocation stay, and new ones get in.
    let to_b = a.send(&mut world, at_b, b"x").map(|(to, _)| to);
    assert_eq!(to_b, Some(b.client));
    assert_eq!(a.refresh(&mut world, 600), Success(vec![]));
    world.allocated("c");
    world.pass(9);
    assert!(world.relay.waiting() > 0);
    world.pass(1);
    assert_eq!(world.relay.waiting(), 0);
    assert_eq!(world.relay.counts().clients, 3);
}

#[test]
fn guessed_names_cost_nothing() {
    let mut world = World::new(settings());
    let mut peer = world.peer("a");
    for number in 0..100 {
        peer.credentials = Secret::new(b"guess").credentials(&number.to_string(), START + 10);
        assert!(matches!(peer.allocate(&mut world), Error(401, _)));
    }
    peer.credentials = world.relay.credentials("a", START + 10);
    assert!(matches!(peer.allocate(&mut world), Success(_)));
}

#[test]
fn only_so_many_show_their_password_on_one_address() {
    let mut world = World::new(settings());
    let (mut peer, _) = world.allocated("a");
    let own = peer.credentials.clone();
    let answers: Vec<_> = (0..5)
        .map(|number| {
            peer.credentials = world.relay.credentials(&number.to_string(), START + 10);
            match peer.refresh(&mut world, 600) {
                Error(code, _) => code,
                answer => panic!("{answer:?}"),
            }
        })
        .collect();
    assert_eq!(answers, [441, 441, 441, 401, 401]);
    peer.credentials = own;
    assert_eq!(peer.refresh(&mut world, 600), Success(vec![]));
}

/// What clients send: of every kind one.
fn packets(peer: &Peer, other: SocketAddr) -> Vec<Vec<u8>> {
    use turn_types::{
        attribute::{ChannelNumber, Lifetime, RequestedTransport, XorPeerAddress},
        message::{CHANNEL_BIND, CREATE_PERMISSION, REFRESH},
        stun::message::BINDING,
    };

    use super::peer::add;
    vec![
        message(MessageClass::Request, BINDING, |_, _| {}).finish(),
        message(MessageClass::Request, ALLOCATE, |_, _| {}).finish(),
        peer.request(ALLOCATE, |message, _| {
            add(message, &RequestedTransport::new(17));
        }),
        peer.request(REFRESH, |message, _| add(message, &Lifetime::new(600))),
        peer.request(CREATE_PERMISSION, |message, id| {
            add(message, &XorPeerAddress::new(other, id));
        }),
        peer.request(CHANNEL_BIND, |message, id| {
            add(message, &ChannelNumber::new(0x4000));
            add(message, &XorPeerAddress::new(other, id));
        }),
        indication(other, b"data"),
        channel_data(0x4000, b"data"),
    ]
}

/// A change to a packet.
#[derive(Debug, Clone)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Add(Vec<u8>),
    Remove(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, to)| Change::Set(at, to)),
        1 => any::<prop::sample::Index>().prop_map(Change::Cut),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Change::Add),
        1 => any::<prop::sample::Index>().prop_map(Change::Remove),
    ]
}

impl Change {
    fn apply(&self, packet: &mut Vec<u8>) {
        if packet.is_empty() {
            return;
        }
        let length = packet.len();
        match self {
            Self::Set(at, to) => packet[at.index(length)] = *to,
            Self::Cut(at) => packet.truncate(at.index(length)),
            Self::Add(bytes) => packet.extend(bytes),
            Self::Remove(at) => {
                packet.remove(at.index(length));
            }
        }
    }
}

/// Nothing has more than it may have, and the tables agree.
fn check(world: &World) {
    let relay = &world.relay;
    let counts = relay.counts();
    assert!(relay.waiting() <= MAX_WAITING);
    assert_eq!(counts.clients, relay.waiting() + counts.allocations);
    for (client, session) in &relay.sessions {
        assert_eq!(session.relayed.is_empty(), session.waiting.is_some());
        assert!(session.size() <= 2 * MAX_PEERS + 4);
        for address in &session.relayed {
            assert_eq!(relay.relayed.get(address), Some(client));
        }
    }
    let relayed = relay.sessions.values().map(|session| session.relayed.len());
    assert_eq!(relay.relayed.len(), relayed.sum::<usize>());
    let held = relay.held.values().map(|held| held.len());
    assert_eq!(counts.allocations, held.sum::<usize>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_do_no_harm(
        packets in prop::collection::vec((0..8_u32, prop::collection::vec(any::<u8>(), 0..200)), 1..30),
    ) {
        let mut world = World::new(settings());
        let [(a, _), _] = world.pair();
        for (from, packet) in packets {
            world.receive(source(from), &packet);
            world.receive(a.client, &packet);
        }
        check(&world);
        prop_assert!(world.relay.counts().clients <= 10);
        prop_assert_eq!(world.relay.counts().allocations, 2);
    }

    /// As [`any_bytes_do_no_harm`], but bytes that look like STUN.
    #[test]
    fn any_attributes_do_no_harm(
        packets in prop::collection::vec((0..12_u16, prop::collection::vec((0..0x40_u16, prop::collection::vec(any::<u8>(), 0..24)), 0..6)), 1..20),
    ) {
        let mut world = World::new(settings());
        let [(a, _), _] = world.pair();
        for (kind, attributes) in packets {
            let mut body = Vec::new();
            for (attribute, value) in attributes {
                body.extend(attribute.to_be_bytes());
                body.extend((value.len() as u16).to_be_bytes());
                body.extend(&value);
                body.resize(body.len().next_multiple_of(4), 0);
            }
            for class in [0, 0x10] {
                let mut packet = (kind | class).to_be_bytes().to_vec();
                packet.extend((body.len() as u16).to_be_bytes());
                packet.extend([0x21, 0x12, 0xa4, 0x42, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
                packet.extend(&body);
                world.receive(source(1), &packet);
                world.receive(a.client, &packet);
            }
        }
        check(&world);
        prop_assert_eq!(world.relay.counts().allocations, 2);
    }

    #[test]
    fn changed_packets_do_no_harm(
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(change(), 0..4), 0..3_u64), 1..40),
    ) {
        let mut world = World::new(settings());
        let [(a, _), (b, at_b)] = world.pair();
        let packets = packets(&a, at_b);
        for (packet, changes, seconds) in changes {
            let mut packet = packets[packet.index(packets.len())].clone();
            for change in &changes {
                change.apply(&mut packet);
            }
            if let Some((to, _)) = world.receive(a.client, &packet) {
                prop_assert!(to == a.client || to == b.client);
            }
            world.receive(source(1), &packet);
            world.pass(seconds);
        }
        check(&world);
        prop_assert_eq!(world.relay.counts().allocations, 2);
    }

    /// Whatever is in a request, once it is signed.
    #[test]
    fn signed_requests_do_no_harm(
        requests in prop::collection::vec(
            (prop::sample::select(vec![3_u16, 4, 8, 9]),
             prop::collection::vec((prop::sample::select(vec![0x0c_u16, 0x0d, 0x12, 0x17, 0x18, 0x19, 0x1a, 0x22, 0x8000, 0x1d, 0x7777]),
                prop::collection::vec(any::<u8>(), 0..24)), 0..6),
             0..200_u64), 1..20),
    ) {
        use turn_types::stun::{attribute::RawAttribute, message::Method};
        let mut world = World::new(settings());
        let [(mut a, _), (b, at_b)] = world.pair();
        for (method, attributes, seconds) in requests {
            let answer = a.ask(&mut world, Method::new(method), |message, id| {
                super::peer::add(message, &turn_types::attribute::XorPeerAddress::new(at_b, id));
                for (attribute, value) in &attributes {
                    let raw = RawAttribute::new((*attribute).into(), value);
                    super::peer::add(message, &raw);
                }
            });
            prop_assert!(answer != super::peer::Answer::Nothing);
            world.pass(seconds);
            check(&world);
        }
        let _ = b;
    }
}

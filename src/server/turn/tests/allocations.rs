use std::collections::HashSet;

use turn_types::{
    AddressFamily,
    attribute::{EvenPort, RequestedTransport, ReservationToken},
    message::ALLOCATE,
    stun::message::{Message, MessageClass},
    stun::prelude::MessageWrite,
};

use super::peer::{
    Answer::{Error, Success},
    START, World, add, message, settings,
};
use crate::server::turn::{Credentials, Settings, credentials::Secret};

#[test]
fn an_allocation_has_an_address_of_the_family_asked_for() {
    let mut world = World::new(settings());
    let [v4, v6] = [settings().relayed[0], settings().relayed[1]];
    let Success(default) = world.peer("a").allocate(&mut world) else {
        panic!()
    };
    assert_eq!(default.iter().map(|a| a.ip()).collect::<Vec<_>>(), [v4]);
    for (family, ip) in [(AddressFamily::IPV4, v4), (AddressFamily::IPV6, v6)] {
        let answer = world.peer("a").allocate_family(&mut world, family);
        let Success(relayed) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(relayed.iter().map(|a| a.ip()).collect::<Vec<_>>(), [ip]);
        assert!(relayed[0].port() >= 49_152);
    }
    let mut both = world.peer("a");
    let Success(relayed) = both.allocate_both(&mut world) else {
        panic!()
    };
    assert_eq!(
        relayed.iter().map(|a| a.ip()).collect::<HashSet<_>>(),
        HashSet::from([v4, v6])
    );

    // It relays in both.
    for at_a in relayed {
        let mut peer = world.peer("b");
        let family = if at_a.is_ipv4() {
            AddressFamily::IPV4
        } else {
            AddressFamily::IPV6
        };
        let Success(at_b) = peer.allocate_family(&mut world, family) else {
            panic!()
        };
        assert_eq!(peer.permit(&mut world, at_a), Success(vec![]));
        assert_eq!(both.permit(&mut world, at_b[0]), Success(vec![]));
        assert!(both.send(&mut world, at_b[0], b"x").is_some());
        assert!(peer.send(&mut world, at_a, b"x").is_some());
    }
}

#[test]
fn a_family_without_an_address_is_refused() {
    for (index, missing) in [(0, AddressFamily::IPV6), (1, AddressFamily::IPV4)] {
        let relayed = vec![settings().relayed[index]];
        let mut world = World::new(Settings {
            relayed: relayed.clone(),
            ..settings()
        });
        let mut peer = world.peer("a");
        assert_eq!(peer.allocate_family(&mut world, missing), Error(440, true));
        // Who asks for both gets the other one, and it is of use.
        let Success(got) = peer.allocate_both(&mut world) else {
            panic!()
        };
        assert_eq!(got.iter().map(|a| a.ip()).collect::<Vec<_>>(), relayed);
        assert_eq!(peer.permit(&mut world, got[0]), Success(vec![]));
        assert!(peer.send(&mut world, got[0], b"x").is_some(), "to itself");
        assert_eq!(peer.refresh(&mut world, 0), Success(vec![]));
        assert_eq!(world.relay.counts().allocations, 0);
    }
}

#[test]
fn a_client_has_one_allocation() {
    let mut world = World::new(settings());
    let (mut peer, _) = world.allocated("a");
    assert_eq!(peer.allocate(&mut world), Error(437, true));
    peer.credentials = world.relay.credentials("b", START + 3_600);
    assert_eq!(
        peer.refresh(&mut world, 600),
        Error(441, true),
        "it is somebody else's"
    );
    assert_eq!(world.relay.counts().allocations, 1);
}

#[test]
fn ports_are_not_reserved() {
    let mut world = World::new(settings());
    for reserve in [true, false] {
        let answer = world.peer("a").ask(&mut world, ALLOCATE, |message, _| {
            add(message, &RequestedTransport::new(RequestedTransport::UDP));
            if reserve {
                add(message, &EvenPort::new(true));
            } else {
                add(message, &ReservationToken::new(1));
            }
        });
        assert_eq!(answer, Error(508, true));
    }
}

#[test]
fn only_good_credentials_are_good() {
    let mut world = World::new(settings());
    let good = world.relay.credentials("a", START + 10);
    let sign = |username: String| {
        let (expires, peer) = username.split_once(':').unwrap_or_default();
        let expires = expires.parse().unwrap_or_default();
        let Credentials { password, .. } = Secret::new(b"secret").credentials(peer, expires);
        Credentials { username, password }
    };
    let forged = Secret::new(b"terces").credentials("a", START + 10);
    let mut later = good.clone();
    later.username = format!("{}:a", START + 11);
    let empty = Credentials {
        password: String::new(),
        ..good.clone()
    };
    let bad = [
        forged,
        later,
        empty,
        sign(format!("{START}:a")),
        sign("0:a".to_owned()),
        sign(format!("{}:", START + 10)),
        sign(format!("+{}:a", START + 10)),
        sign(String::new()),
        sign("a".to_owned()),
        sign(":a".to_owned()),
    ];
    for credentials in bad {
        let mut peer = world.peer("a");
        let name = credentials.username.clone();
        peer.credentials = credentials;
        let answer = peer.allocate(&mut world);
        assert!(matches!(answer, Error(401, _)), "{name}: {answer:?}");
        // Nor is there anything else to learn.
        let answer = peer.permit(&mut world, ([10, 0, 0, 1], 1).into());
        assert!(matches!(answer, Error(401, _)), "{name}: {answer:?}");
    }
    assert_eq!(world.relay.counts().allocations, 0);
    assert_eq!(world.relay.counts().refused, 20);
    let mut peer = world.peer("a");
    peer.credentials = good.clone();
    assert!(matches!(peer.allocate(&mut world), Success(_)));
    world.pass(10);
    // An allocation that there is goes on; another one is not made.
    assert_eq!(peer.refresh(&mut world, 600), Success(vec![]));
    let mut late = world.peer("a");
    late.credentials = good;
    assert!(matches!(late.allocate(&mut world), Error(401, _)));
    assert!(matches!(late.refresh(&mut world, 600), Error(401, _)));
    world.relay.revoke("a");
    assert!(matches!(peer.refresh(&mut world, 600), Error(401, _)));
}

#[test]
fn a_request_without_a_password_is_told_how() {
    let mut world = World::new(settings());
    let mut peer = world.peer("a");
    let bare = message(MessageClass::Request, ALLOCATE, |_, _| {}).finish();
    let (_, answer) = world.receive(peer.client, &bare).expect("an answer");
    let answer = Message::from_bytes(&answer).expect("STUN");
    let realm = answer
        .attribute::<turn_types::stun::attribute::Realm>()
        .expect("a realm");
    assert_eq!(realm.realm(), "duplex");
    // Neither it nor an old nonce is a refusal.
    peer.nonce = "old".to_owned();
    let request = peer.request(ALLOCATE, |message, _| {
        add(message, &RequestedTransport::new(17));
    });
    assert_eq!(peer.send_request(&mut world, &request), Error(438, false));
    assert!(matches!(peer.allocate(&mut world), Success(_)));
    assert_eq!(world.relay.counts().refused, 0);
}

#[test]
fn a_user_has_so_many_allocations() {
    let mut world = World::new(settings());
    let mut mine: Vec<_> = (0..12).map(|_| world.allocated("a").0).collect();
    let mut peer = world.peer("a");
    assert_eq!(peer.allocate(&mut world), Error(486, true));
    // Other credentials of the same user do not help.
    peer.credentials = world.relay.credentials("a", START + 7_200);
    assert_eq!(peer.allocate(&mut world), Error(486, true));
    assert_eq!(world.relay.counts().allocations, 12);
    world.allocated("b");
    assert_eq!(mine[3].refresh(&mut world, 0), Success(vec![]));
    assert!(matches!(peer.allocate(&mut world), Success(_)));
}

#[test]
fn the_server_has_so_many_allocations() {
    let mut world = World::new(Settings {
        allocations: 2,
        ..settings()
    });
    let (mut a, _) = world.allocated("a");
    world.allocated("b");
    let mut peer = world.peer("c");
    assert_eq!(peer.allocate(&mut world), Error(508, true));
    assert_eq!(peer.allocate_both(&mut world), Error(508, true));
    assert_eq!(a.refresh(&mut world, 0), Success(vec![]));
    assert!(matches!(peer.allocate(&mut world), Success(_)));
}

#[test]
fn every_port_is_given_once() {
    let all = 16_384;
    let mut world = World::new(Settings {
        allocations: usize::MAX,
        per_user: usize::MAX,
        ..settings()
    });
    let ip = settings().relayed[0];
    let (peer, _) = world.allocated("a");
    for port in 49_152..=u16::MAX {
        world.relay.relayed.insert((ip, port).into(), peer.client);
    }
    assert_eq!(world.relay.relayed.len(), all);
    assert_eq!(world.peer("a").allocate(&mut world), Error(508, true));
    world.relay.relayed.remove(&(ip, 60_000).into());
    assert_eq!(world.allocated("a").1, (ip, 60_000).into());
}

#[test]
fn an_allocation_ends_with_its_lifetime() {
    let mut world = World::new(settings());
    let [(mut a, _), (b, at_b)] = world.pair();
    world.pass(599);
    assert_eq!(world.relay.counts().allocations, 2);
    assert_eq!(a.refresh(&mut world, 600), Success(vec![]));
    world.pass(2);
    assert_eq!(world.relay.counts().allocations, 1);
    assert_eq!(world.relay.relayed.len(), 1);
    assert_eq!(world.relay.held.len(), 1);
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    // What is left of it is forgotten soon.
    let mut b = b;
    assert_eq!(b.refresh(&mut world, 600), Error(437, true));
    world.pass(11);
    assert_eq!(world.relay.counts().clients, 1);
}

#[test]
fn a_lifetime_of_nothing_ends_an_allocation() {
    let mut world = World::new(settings());
    let [(a, at_a), (mut b, at_b)] = world.pair();
    assert_eq!(b.refresh(&mut world, 0), Success(vec![]));
    assert_eq!(world.relay.relayed.keys().collect::<Vec<_>>(), [&at_a]);
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    assert_eq!(b.refresh(&mut world, 0), Error(437, true));
    // Another one begins from nothing: whom the first one asked for is no matter.
    let Success(at_b) = b.allocate(&mut world) else {
        panic!()
    };
    assert_eq!(b.send(&mut world, at_a, b"x"), None);
    let (_, at_c) = world.allocated("c");
    assert_eq!(b.permit(&mut world, at_c), Success(vec![]));
    assert_eq!(a.send(&mut world, at_b[0], b"x"), None);
    assert_eq!(b.permit(&mut world, at_a), Success(vec![]));
    assert!(a.send(&mut world, at_b[0], b"x").is_some());
}

#[test]
fn a_closed_connection_ends_an_allocation() {
    let mut world = World::new(settings());
    let [(a, at_a), (b, at_b)] = world.pair();
    world.relay.close(b.client);
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    assert_eq!(world.relay.relayed.keys().collect::<Vec<_>>(), [&at_a]);
    assert_eq!(
        (world.relay.counts().clients, world.relay.held.len()),
        (1, 1)
    );
}

#[test]
fn nothing_flows_after_revoke() {
    let mut world = World::new(settings());
    let [(a, at_a), (mut b, at_b)] = world.pair();
    world.relay.revoke("b");
    assert_eq!(a.send(&mut world, at_b, b"x"), None);
    assert_eq!(b.send(&mut world, at_a, b"x"), None);
    assert!(matches!(b.refresh(&mut world, 600), Error(401, _)));
    assert!(matches!(b.allocate(&mut world), Error(401, _)));
    assert_eq!(world.relay.counts().allocations, 1);
    world.allocated("a");
    // Later credentials are good; and what is expired need not be remembered.
    b.credentials = world.relay.credentials("b", START + 3_601);
    assert!(matches!(b.allocate(&mut world), Success(_)));
    assert_eq!(world.relay.revoked.len(), 1);
    world.now.unix += 3_600;
    world.pass(1);
    assert_eq!(world.relay.revoked.len(), 0);
}

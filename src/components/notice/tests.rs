use std::collections::HashSet;

use super::*;

const READY: MediaState = MediaState {
    asking: false,
    microphone: Device::On,
    camera: Device::On,
};

fn before(microphone: Device, camera: Device) -> String {
    let media = MediaState {
        asking: false,
        microphone,
        camera,
    };
    sentence(media, &Membership::Outside, Server::Connected, &[], false).text
}

fn inside(links: &[Link], deserted: bool) -> String {
    sentence(
        READY,
        &Membership::Inside,
        Server::Connected,
        links,
        deserted,
    )
    .text
}

#[test]
fn every_state_has_a_sentence_of_its_own() {
    use Device::{On, Unavailable};
    let at = |membership, server| sentence(READY, &membership, server, &[], false).text;
    let asking = MediaState {
        asking: true,
        ..MediaState::default()
    };
    let sentences = [
        at(Membership::Loading, Server::Connecting),
        sentence(asking, &Membership::Outside, Server::Connected, &[], false).text,
        before(On, On),
        before(On, Unavailable(Problem::NotFound)),
        before(On, Unavailable(Problem::InUse)),
        before(Unavailable(Problem::NotFound), On),
        before(Unavailable(Problem::NotFound), Device::Off),
        before(
            Unavailable(Problem::NotFound),
            Unavailable(Problem::NotFound),
        ),
        before(Unavailable(Problem::Denied), Unavailable(Problem::Denied)),
        before(Unavailable(Problem::InUse), Unavailable(Problem::InUse)),
        before(
            Unavailable(Problem::Insecure),
            Unavailable(Problem::Insecure),
        ),
        at(Membership::Joining, Server::Connected),
        inside(&[], false),
        inside(&[], true),
        inside(&[Link::Connecting], false),
        inside(&[Link::Connected], false),
        inside(&[Link::Interrupted], false),
        inside(&[Link::Unheard], false),
        inside(&[Link::Blocked(Obstacle::NoRelay)], false),
        at(Membership::Unsupported, Server::Connected),
        at(Membership::Inside, Server::Lost),
        at(Membership::Full, Server::Connected),
        at(Membership::Left, Server::Connected),
        at(Membership::Refused("No.".to_owned()), Server::Connected),
    ];
    let different: HashSet<_> = sentences.iter().collect();
    assert_eq!(different.len(), sentences.len(), "{sentences:#?}");
}

#[test]
fn who_is_not_heard_or_seen_is_told_so_during_the_call() {
    let hint = |microphone, camera| {
        let media = MediaState {
            asking: false,
            microphone,
            camera,
        };
        sentence(
            media,
            &Membership::Inside,
            Server::Connected,
            &[Link::Connected],
            false,
        )
        .hint
    };
    let gone = Device::Unavailable(Problem::InUse);
    assert_eq!(
        hint(gone, Device::On),
        "The other person will not hear you."
    );
    assert_eq!(
        hint(Device::Off, gone),
        "The other person will not see you."
    );
    assert_eq!(hint(Device::Off, Device::Off), "", "of one's own choice");
}

#[test]
fn of_several_links_the_worst_is_spoken_of() {
    let (bad, good) = (Link::Interrupted, Link::Connected);
    assert_eq!(
        inside(&[good, bad, Link::Connecting], false),
        inside(&[bad], false)
    );
    assert_eq!(
        inside(&[good, Link::Connecting], false),
        inside(&[Link::Connecting], false)
    );
}

#[test]
fn who_left_does_not_hear_that_the_server_is_gone() {
    let lost = sentence(READY, &Membership::Left, Server::Lost, &[], false);
    assert_eq!(lost.text, "You left the call");
}

#[test]
fn who_finds_no_way_is_told_what_is_in_it() {
    let hints = [
        (false, false, false),
        (true, false, true),
        (true, true, false),
        (true, true, true),
    ]
    .map(|(named, here, there)| {
        let link = Link::Blocked(Obstacle::between(named, here, there));
        let inside = Membership::Inside;
        sentence(READY, &inside, Server::Connected, &[link], false).hint
    });
    for (hint, part) in hints.iter().zip([
        "this server has no relay",
        "Your network keeps you",
        "The other person's network",
        "duplex doctor",
    ]) {
        assert!(hint.contains(part), "{hint}");
    }
}

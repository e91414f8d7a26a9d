use std::collections::HashSet;

use super::*;
use crate::{
    call::{Device, Problem},
    language::Language,
};

const READY: MediaState = MediaState {
    asking: false,
    microphone: Device::On,
    camera: Device::On,
};

/// What is said in English, as the tests that look for words expect it.
fn sentence(
    media: MediaState,
    membership: &Membership,
    server: Server,
    links: &[Link],
    deserted: bool,
) -> Sentence {
    let language = Language::English;
    super::sentence(
        (language.words(), language.inside()),
        media,
        membership,
        server,
        links,
        deserted,
    )
}

fn inside(links: &[Link], deserted: bool) -> Text {
    sentence(
        READY,
        &Membership::Inside,
        Server::Connected,
        links,
        deserted,
    )
    .text
}

/// What one is in, as a page can show it: devices, membership, server, links, whether somebody left.
type State = (MediaState, Membership, Server, &'static [Link], bool);

/// States that call for different sentences.
fn states() -> Vec<State> {
    use Device::{Off, On, Unavailable};
    use Problem::{Denied, InUse, Insecure, NotFound};
    let before = |microphone, camera| {
        let media = MediaState {
            asking: false,
            microphone,
            camera,
        };
        (
            media,
            Membership::Outside,
            Server::Connected,
            &[][..],
            false,
        )
    };
    let both = |problem| before(Unavailable(problem), Unavailable(problem));
    let at = |membership: Membership| (READY, membership, Server::Connected, &[][..], false);
    let inside =
        |links: &'static [Link]| (READY, Membership::Inside, Server::Connected, links, false);
    let asking = MediaState {
        asking: true,
        ..MediaState::default()
    };
    vec![
        (asking, Membership::Outside, Server::Connected, &[], false),
        before(On, On),
        before(On, Unavailable(NotFound)),
        before(On, Unavailable(InUse)),
        before(Unavailable(NotFound), On),
        before(Unavailable(NotFound), Off),
        both(NotFound),
        both(Denied),
        both(InUse),
        both(Insecure),
        at(Membership::Loading),
        at(Membership::Joining),
        at(Membership::Waiting),
        at(Membership::Unsupported),
        at(Membership::Full),
        at(Membership::Left),
        at(Membership::Elsewhere),
        at(Membership::Refused(ErrorCode::Removed)),
        at(Membership::Refused(ErrorCode::Denied)),
        at(Membership::Refused(ErrorCode::PasscodeRequired)),
        at(Membership::Refused(ErrorCode::RateLimited)),
        at(Membership::Refused(ErrorCode::Unknown)),
        inside(&[]),
        (READY, Membership::Inside, Server::Connected, &[], true),
        (READY, Membership::Inside, Server::Lost, &[], false),
        inside(&[Link::Connecting]),
        inside(&[Link::Connected]),
        inside(&[Link::Interrupted]),
        inside(&[Link::Unheard]),
        inside(&[Link::Away]),
        inside(&[Link::Blocked(Obstacle::NoRelay)]),
    ]
}

#[test]
fn every_state_has_a_sentence_of_its_own() {
    for language in Language::ALL {
        let words = (language.words(), language.inside());
        let sentences: Vec<_> = states()
            .into_iter()
            .map(|(media, membership, server, links, deserted)| {
                super::sentence(words, media, &membership, server, links, deserted).text
            })
            .collect();
        let different: HashSet<_> = sentences.iter().collect();
        assert_eq!(different.len(), sentences.len(), "{sentences:#?}");
    }
}

#[test]
fn every_verdict_has_words_of_its_own() {
    let verdicts = [
        Verdict::Good,
        Verdict::Frozen,
        Verdict::UploadLoss(10),
        Verdict::DownloadLoss(10),
        Verdict::SlowUpload(150),
        Verdict::Late,
        Verdict::Far(700),
        Verdict::SlowDevice,
        Verdict::Limited,
        Verdict::RelayedOverTcp,
    ];
    for language in Language::ALL {
        let remarks = verdicts.map(|verdict| remark(&language.inside().verdict, verdict));
        let different: HashSet<_> = remarks.iter().collect();
        assert_eq!(different.len(), remarks.len(), "{remarks:#?}");
    }
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

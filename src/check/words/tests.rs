mod progress;
mod said;

use said::{lines, microphone, verdict, way};

use super::*;
use crate::check::{Cause, Device, Kind};

const PAGE: Page = Page {
    is_secure: true,
    has_webrtc: true,
    frame: Frame::None,
};

fn tried(kind: Kind, outcome: Result<Millis, Cause>) -> Way {
    Way {
        kind,
        address: "a.example:3478".to_owned(),
        trial: Trial::Done(outcome),
    }
}

/// A page and a server with which all is well, and these ways.
fn found(ways: Vec<Way>) -> Findings {
    Findings {
        page: Trial::Done(PAGE),
        server: Trial::Done(Ok(20)),
        seat: Trial::Done(Ok(5)),
        ways: Some(ways),
        microphone: Trial::Done(Device::Unasked),
        camera: Trial::Done(Device::Works("Front".to_owned())),
    }
}

/// Relays over these, of which those that are `true` work.
fn relays(outcomes: &[(Kind, bool)]) -> Vec<Way> {
    let outcome = |works: bool| if works { Ok(3) } else { Err(Cause::Unreached) };
    let outcomes = outcomes.iter();
    outcomes
        .map(|&(kind, works)| tried(kind, outcome(works)))
        .collect()
}

fn worst(findings: &Findings) -> Tone {
    let tones = lines(findings).into_iter().map(|line| line.tone);
    tones.max().expect("there are lines")
}

#[test]
fn before_anything_is_checked_each_line_says_what_it_will_be() {
    let lines = lines(&Findings::default());
    for line in &lines {
        assert_eq!(line.tone, Waiting, "{}", line.title);
        assert!(line.text.starts_with("Whether "), "{}", line.text);
    }
    assert_eq!(lines.len(), 7);
    assert_eq!(verdict(&Findings::default()).tone, Waiting);
}

#[test]
fn where_all_works_nothing_is_to_be_done() {
    use Kind::{Stun, Tcp, Tls, Udp};
    let findings = found(relays(&[
        (Stun, true),
        (Udp, true),
        (Tcp, true),
        (Tls, true),
    ]));
    assert_eq!(worst(&findings), Good);
    let last = verdict(&findings);
    assert_eq!((last.tone, last.text), (Good, "A call will work from here"));
    assert_eq!((last.hint, last.missing), ("", ""));
}

#[test]
fn the_verdict_says_in_which_networks_calls_work() {
    use Kind::{Stun, Tcp, Tls, Udp};
    for (ways, tone, text) in [
        (
            &[(Udp, true), (Tcp, true)][..],
            Good,
            "A call will work from here",
        ),
        (
            &[(Udp, true), (Tls, true)],
            Good,
            "A call will work from here",
        ),
        (
            &[(Udp, true), (Tcp, false)],
            Warning,
            "Calls work from here, but not in networks that block UDP",
        ),
        (
            &[(Udp, true)],
            Warning,
            "Calls work from here, but not in networks that block UDP",
        ),
        (
            &[(Udp, true), (Tcp, true), (Tls, false)],
            Warning,
            "Calls work from here, but not in networks that let only websites through",
        ),
        // Two servers, of which one is down.
        (
            &[(Udp, true), (Tcp, true), (Udp, false)],
            Warning,
            "A call will work from here",
        ),
        (
            &[(Udp, false), (Tcp, true)],
            Warning,
            "A call will work from here, perhaps not smoothly",
        ),
        (
            &[(Udp, false), (Tcp, false), (Tls, true)],
            Warning,
            "A call will work from here, perhaps not smoothly",
        ),
        (
            &[(Stun, true), (Udp, false), (Tcp, false)],
            Wrong,
            "Calls work only where nothing keeps the two apart, as within one network",
        ),
        (
            &[(Stun, true)],
            Warning,
            "Most calls will work from here, but not all",
        ),
        (
            &[(Stun, false)],
            Warning,
            "Calls within your own network work, others perhaps not",
        ),
        (
            &[],
            Warning,
            "Calls within your own network work, others perhaps not",
        ),
    ] {
        let last = verdict(&found(relays(ways)));
        assert_eq!((last.tone, last.text), (tone, text), "{ways:?}");
    }
}

#[test]
fn there_is_no_verdict_before_the_last_way_was_tried() {
    let mut findings = found(relays(&[(Kind::Udp, true), (Kind::Tcp, true)]));
    if let Some(ways) = &mut findings.ways {
        ways[1].trial = Trial::Busy;
    }
    assert_eq!(verdict(&findings).tone, Busy);
    findings.ways = None;
    assert_eq!(verdict(&findings).tone, Busy);
}

#[test]
fn what_is_in_the_way_from_the_beginning_is_the_verdict() {
    let ways = || relays(&[(Kind::Udp, true), (Kind::Tcp, true)]);
    let mut findings = found(ways());
    findings.page = Trial::Done(Page {
        has_webrtc: false,
        ..PAGE
    });
    assert_eq!(verdict(&findings).text, "This browser cannot make calls");
    for unreached in [
        Unreached::Silent,
        Unreached::NoUpgrade,
        Unreached::Origin,
        Unreached::TooMany,
        Unreached::Proxy,
    ] {
        let mut findings = found(ways());
        findings.server = Trial::Done(Err(unreached));
        assert_eq!(worst(&findings), Wrong);
        assert!(verdict(&findings).text.contains("not reached"));
    }
    for refusal in [
        Refusal::Silent,
        Refusal::Said(ErrorCode::RateLimited),
        Refusal::Said(ErrorCode::ServerClosing),
        Refusal::Said(ErrorCode::Unavailable),
        Refusal::Said(ErrorCode::Unknown),
    ] {
        let mut findings = found(ways());
        findings.seat = Trial::Done(Err(refusal));
        assert_eq!(worst(&findings), Wrong);
        assert!(verdict(&findings).text.contains("lets nobody in"));
    }
}

#[test]
fn what_does_not_work_comes_with_what_to_do() {
    use Cause::{Credentials, Full, Invalid, NoName, Silent, Unclear, Unreached};
    for cause in [
        Unreached,
        Unclear,
        NoName,
        Credentials,
        Full,
        Silent,
        Invalid,
    ] {
        for kind in [Kind::Stun, Kind::Udp, Kind::Tcp, Kind::Tls] {
            let line = way(&tried(kind, Err(cause)));
            assert_eq!(line.tone, Wrong);
            assert!(line.text.starts_with("a.example:3478: "), "{}", line.text);
            assert!(line.advice.ends_with('.'), "{}", line.advice);
        }
    }
    let udp = way(&tried(Kind::Udp, Err(Unreached)));
    assert!(
        udp.advice.contains("open port 3478 over UDP"),
        "{}",
        udp.advice
    );
    let tls = way(&tried(Kind::Tls, Err(Unreached)));
    assert!(
        tls.advice.contains("open port 3478 over TCP"),
        "{}",
        tls.advice
    );
}

#[test]
fn a_device_that_is_kept_comes_with_what_to_do() {
    use Device::{Allowed, Denied, Dismissed, Framed, InUse, Insecure, Missing, System, Unasked};
    let line = |device| microphone(&Trial::Done(device));
    for device in [Missing, Insecure, Framed, Denied, Dismissed, System, InUse] {
        assert!(device.is_kept());
        let line = line(device);
        assert!(line.tone >= Warning, "{}", line.text);
        assert!(!line.advice.is_empty(), "{}", line.text);
    }
    for device in [Allowed, Unasked] {
        assert!(!device.is_kept());
        assert_eq!(line(device).tone, Good);
    }
    assert_eq!(line(Device::Works(String::new())).text, "It works.");
}

#[test]
fn what_the_other_person_misses_is_part_of_the_verdict() {
    let ways = || relays(&[(Kind::Udp, true), (Kind::Tcp, true)]);
    let of = |microphone, camera| {
        let mut findings = found(ways());
        findings.microphone = Trial::Done(microphone);
        findings.camera = Trial::Done(camera);
        let last = verdict(&findings);
        (last.tone, last.missing)
    };
    let no_sound = "The other person will not hear you: see above.";
    assert_eq!(of(Device::Denied, Device::Unasked), (Warning, no_sound));
    let no_picture = "The other person will not see you: see above.";
    assert_eq!(of(Device::Allowed, Device::Missing), (Warning, no_picture));
    let neither = "The other person will neither hear nor see you: see above.";
    assert_eq!(of(Device::Insecure, Device::Insecure), (Warning, neither));
    assert_eq!(of(Device::Allowed, Device::Unasked), (Good, ""));
}

#[test]
fn only_a_page_in_a_frame_is_told_about_frames() {
    let of = |frame| {
        let findings = Findings {
            page: Trial::Done(Page { frame, ..PAGE }),
            ..Findings::default()
        };
        let mut lines = lines(&findings).into_iter();
        lines
            .find(|line| line.title == "Frame")
            .map(|line| line.tone)
    };
    assert_eq!(of(Frame::None), None);
    assert_eq!(of(Frame::Open), Some(Good));
    assert_eq!(of(Frame::Closed), Some(Wrong));
}

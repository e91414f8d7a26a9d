//! What is said while the checks go on, and of what they begin with.

use super::{said::said, *};

#[test]
fn whatever_is_under_way_is_said() {
    for kind in [Kind::Stun, Kind::Udp, Kind::Tcp, Kind::Tls] {
        for trial in [Trial::Waiting, Trial::Busy, Trial::Done(Ok(7))] {
            let works = trial.outcome().is_some();
            let address = "a.example:3478".to_owned();
            let line = way(&Way {
                kind,
                address,
                trial,
            });
            assert!(line.text.starts_with("a.example:3478: "), "{}", line.text);
            assert_eq!(line.text.contains(" 7 ms"), works, "{}", line.text);
        }
    }
    let is_busy = |findings: &Findings| lines(findings).iter().any(|line| line.tone == Busy);
    let mut findings = Findings {
        page: Trial::Done(PAGE),
        server: Trial::Busy,
        ..Findings::default()
    };
    assert!(is_busy(&findings));
    findings.server = Trial::Done(Ok(20));
    assert!(!is_busy(&findings));
    findings.seat = Trial::Busy;
    assert!(is_busy(&findings));
    assert_eq!(microphone(&Trial::Busy).tone, Busy);
    for (ways, text) in [
        (vec![], "The server gave a seat in one after 5 ms."),
        (
            relays(&[(Kind::Udp, true)]),
            "The server gave a seat in one after 5 ms. With it came one way for calls to try.",
        ),
        (
            relays(&[(Kind::Udp, true), (Kind::Tcp, true)]),
            "The server gave a seat in one after 5 ms. With it came 2 ways for calls to try.",
        ),
    ] {
        let lines = lines(&found(ways)).into_iter();
        let texts: Vec<_> = lines.map(|line| line.text).collect();
        assert!(texts.contains(&text.to_owned()), "{texts:?}");
    }
}

#[test]
fn an_address_or_a_browser_that_will_not_do_is_told_so() {
    for page in [
        Page {
            is_secure: false,
            ..PAGE
        },
        Page {
            has_webrtc: false,
            ..PAGE
        },
    ] {
        let findings = Findings {
            page: Trial::Done(page),
            ..Findings::default()
        };
        assert_eq!(worst(&findings), Wrong);
    }
}

#[test]
fn every_sign_has_a_word() {
    let tones = [Waiting, Busy, Good, Warning, Wrong];
    for tone in tones {
        let word = said(|words| tone.word(words), |word| vec![(*word).to_owned()]);
        assert!(word.ends_with(':'), "{word}");
    }
}

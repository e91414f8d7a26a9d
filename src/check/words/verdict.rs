//! What all of it comes to.

use super::Tone::{self, Busy, Good, Waiting, Warning, Wrong};
use crate::check::{Device, Findings, Kind, Way};

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How good it is.
    pub tone: Tone,
    /// Whether a call will work from here.
    pub text: &'static str,
    /// What that means; may be empty.
    pub hint: &'static str,
    /// What the other person misses; empty when it is nothing.
    pub missing: &'static str,
}

/// Says whether a call will work from here.
pub fn verdict(findings: &Findings) -> Verdict {
    let Some(page) = findings.page.outcome() else {
        return say(
            Waiting,
            "Nothing has been checked yet",
            "The checks begin by themselves. If nothing moves here after some seconds, something keeps WebAssembly from this page: a setting of the browser, an extension, or the network.",
        );
    };
    if !page.has_webrtc {
        return say(Wrong, "This browser cannot make calls", "");
    }
    if let Some(Err(_)) = findings.server.outcome() {
        return say(
            Wrong,
            "No call can begin from here: the server is not reached",
            "",
        );
    }
    if let Some(Err(_)) = findings.seat.outcome() {
        return say(
            Wrong,
            "No call can begin from here now: the server lets nobody in",
            "",
        );
    }
    let ways = findings.ways.as_deref().unwrap_or_default();
    let is_busy = findings.ways.is_none() || ways.iter().any(|way| way.trial.outcome().is_none());
    if is_busy {
        return say(Busy, "Still checking…", "");
    }
    let mut verdict = about(ways);
    verdict.missing = missing(findings);
    if !verdict.missing.is_empty() {
        verdict.tone = verdict.tone.max(Warning);
    }
    verdict
}

/// How the ways of one kind did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Result {
    /// There are none.
    None,
    /// One of them works.
    Works,
    /// None of them works.
    Fails,
}

fn result(ways: &[Way], is_of_kind: impl Fn(Kind) -> bool) -> Result {
    let mut result = Result::None;
    for way in ways.iter().filter(|way| is_of_kind(way.kind)) {
        match way.trial.outcome() {
            Some(Ok(_)) => return Result::Works,
            _ => result = Result::Fails,
        }
    }
    result
}

/// What the ways that were tried come to.
fn about(ways: &[Way]) -> Verdict {
    use self::Result::{Fails, None, Works};
    let of = |kind| result(ways, |other| other == kind);
    match result(ways, |kind| kind != Kind::Stun) {
        None if of(Kind::Stun) == Works => {
            return say(
                Warning,
                "Most calls will work from here, but not all",
                "There is no relay: two people whose networks are both strict, such as those of companies and phones, find no way to each other.",
            );
        }
        None => {
            return say(
                Warning,
                "Calls within your own network work, others perhaps not",
                "Two people whose networks keep them apart need a relay, and there is none.",
            );
        }
        Fails => {
            return say(
                Wrong,
                "Calls work only where nothing keeps the two apart, as within one network",
                "For all others a relay is needed, and none works from here.",
            );
        }
        Works => {}
    }
    let all_work = ways
        .iter()
        .all(|way| matches!(way.trial.outcome(), Some(Ok(_))));
    match (of(Kind::Udp), of(Kind::Tcp), of(Kind::Tls)) {
        (Works, Works, Fails) => say(
            Warning,
            "Calls work from here, but not in networks that let only websites through",
            "For these the relay over TLS is needed.",
        ),
        (Works, Works, _) | (Works, _, Works) if all_work => {
            say(Good, "A call will work from here", "")
        }
        (Works, Works, _) | (Works, _, Works) => say(
            Warning,
            "A call will work from here",
            "Not everything that this server offers for it is reached, though: see above.",
        ),
        (Works, _, _) => say(
            Warning,
            "Calls work from here, but not in networks that block UDP",
            "For these the relay is needed over TCP or TLS.",
        ),
        (_, _, _) => say(
            Warning,
            "A call will work from here, perhaps not smoothly",
            "The relay is not reached over UDP. Over TCP whatever is lost on the way holds up the rest, so that sound and picture may falter.",
        ),
    }
}

fn missing(findings: &Findings) -> &'static str {
    let is_kept = |device: Option<&Device>| device.is_some_and(Device::is_kept);
    let microphone = is_kept(findings.microphone.outcome());
    let camera = is_kept(findings.camera.outcome());
    match (microphone, camera) {
        (true, true) => "The other person will neither hear nor see you: see above.",
        (true, false) => "The other person will not hear you: see above.",
        (false, true) => "The other person will not see you: see above.",
        (false, false) => "",
    }
}

fn say(tone: Tone, text: &'static str, hint: &'static str) -> Verdict {
    Verdict {
        tone,
        text,
        hint,
        missing: "",
    }
}

//! What all of it comes to.

use super::Tone::{self, Busy, Good, Waiting, Warning, Wrong};
use crate::{
    check::{Device, Findings, Kind, Way},
    language::{Advice, CheckVerdictWords, CheckWords, Text},
};

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How good it is.
    pub tone: Tone,
    /// Whether a call will work from here.
    pub text: Text,
    /// What that means; may be empty.
    pub hint: Text,
    /// What the other person misses; empty when it is nothing.
    pub missing: Text,
}

/// Says whether a call will work from here.
pub fn verdict(words: &CheckWords, findings: &Findings) -> Verdict {
    let words = &words.verdict;
    let Some(page) = findings.page.outcome() else {
        return say(Waiting, words.unchecked);
    };
    if !page.has_webrtc {
        return say(Wrong, (words.no_webrtc, ""));
    }
    if let Some(Err(_)) = findings.server.outcome() {
        return say(Wrong, (words.no_server, ""));
    }
    if let Some(Err(_)) = findings.seat.outcome() {
        return say(Wrong, (words.no_seat, ""));
    }
    let ways = findings.ways.as_deref().unwrap_or_default();
    let is_busy = findings.ways.is_none() || ways.iter().any(|way| way.trial.outcome().is_none());
    if is_busy {
        return say(Busy, (words.busy, ""));
    }
    let mut verdict = about(words, ways);
    verdict.missing = missing(words, findings);
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
fn about(words: &CheckVerdictWords, ways: &[Way]) -> Verdict {
    use self::Result::{Fails, None, Works};
    let of = |kind| result(ways, |other| other == kind);
    match result(ways, |kind| kind != Kind::Stun) {
        None if of(Kind::Stun) == Works => return say(Warning, words.no_relay),
        None => return say(Warning, words.neither_stun_nor_relay),
        Fails => return say(Wrong, words.relay_fails),
        Works => {}
    }
    let all_work = ways
        .iter()
        .all(|way| matches!(way.trial.outcome(), Some(Ok(_))));
    match (of(Kind::Udp), of(Kind::Tcp), of(Kind::Tls)) {
        (Works, Works, Fails) => say(Warning, words.only_websites),
        (Works, Works, _) | (Works, _, Works) if all_work => say(Good, (words.works, "")),
        (Works, Works, _) | (Works, _, Works) => say(Warning, (words.works, words.not_all)),
        (Works, _, _) => say(Warning, words.blocks_udp),
        (_, _, _) => say(Warning, words.only_tcp),
    }
}

fn missing(words: &CheckVerdictWords, findings: &Findings) -> Text {
    let is_kept = |device: Option<&Device>| device.is_some_and(Device::is_kept);
    let microphone = is_kept(findings.microphone.outcome());
    let camera = is_kept(findings.camera.outcome());
    match (microphone, camera) {
        (true, true) => words.neither_heard_nor_seen,
        (true, false) => words.not_heard,
        (false, true) => words.not_seen,
        (false, false) => "",
    }
}

fn say(tone: Tone, (text, hint): Advice) -> Verdict {
    Verdict {
        tone,
        text,
        hint,
        missing: "",
    }
}

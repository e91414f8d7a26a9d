//! What was found, in words: one line for each part of the check, and a verdict. It knows no browser.

mod devices;
mod verdict;
mod ways;

use super::{Findings, Frame, Millis, Page, Refusal, Trial, Unreached, Way};
use crate::{
    language::{
        AddressWords, Advice, BrowserWords, CheckWords, FrameWords, RoomWords, ServerWords, Text,
    },
    protocol::ErrorCode,
};
use Tone::{Busy, Good, Waiting, Warning, Wrong};

pub use verdict::{Verdict, verdict};

/// One part of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it stands.
    pub tone: Tone,
    /// What is looked at.
    pub title: Text,
    /// What was found.
    pub text: String,
    /// What to do about it; may be empty.
    pub advice: String,
}

/// How a part of the check stands; the worse ones come later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// It is not its turn yet.
    Waiting,
    /// It is being tried.
    Busy,
    /// It is as it should be.
    Good,
    /// A call goes without it, but not as well or not everywhere.
    Warning,
    /// It does not work.
    Wrong,
}

impl Tone {
    /// For the style sheet.
    pub fn as_str(self) -> &'static str {
        match self {
            Waiting => "waiting",
            Busy => "busy",
            Good => "good",
            Warning => "warning",
            Wrong => "wrong",
        }
    }

    /// For whoever does not see the sign.
    pub fn word(self, words: &CheckWords) -> Text {
        let words = &words.tone;
        match self {
            Waiting => words.waiting,
            Busy => words.busy,
            Good => words.good,
            Warning => words.warning,
            Wrong => words.wrong,
        }
    }
}

/// All lines but the verdict, in the order of the checks.
pub fn lines(words: &CheckWords, findings: &Findings) -> Vec<Line> {
    let page = &findings.page;
    let mut lines = vec![browser(&words.browser, page), address(&words.address, page)];
    lines.extend(frame(&words.frame, page));
    lines.push(server(&words.server, &findings.server));
    let ways = findings.ways.as_deref();
    lines.push(seat(&words.room, &findings.seat, ways));
    let relay = &words.relay;
    match ways {
        None => lines.push(waiting(relay.title, relay.question)),
        Some([]) => lines.push(advise(Warning, relay.title, relay.none)),
        Some(ways) => lines.extend(ways.iter().map(|way| ways::way(relay, way))),
    }
    let device = &words.device;
    lines.push(devices::device(
        device,
        device.microphone,
        &findings.microphone,
    ));
    lines.push(devices::device(device, device.camera, &findings.camera));
    lines
}

fn browser(words: &BrowserWords, page: &Trial<Page>) -> Line {
    match page.outcome() {
        None => waiting(words.title, words.question),
        Some(page) if page.has_webrtc => good(words.title, words.good),
        Some(_) => advise(Wrong, words.title, words.no_webrtc),
    }
}

fn address(words: &AddressWords, page: &Trial<Page>) -> Line {
    match page.outcome() {
        None => waiting(words.title, words.question),
        Some(page) if page.is_secure => good(words.title, words.secure),
        Some(_) => advise(Wrong, words.title, words.insecure),
    }
}

/// Says nothing to those who have a tab of their own, as nearly everybody has.
fn frame(words: &FrameWords, page: &Trial<Page>) -> Option<Line> {
    match page.outcome()?.frame {
        Frame::None => None,
        Frame::Open => Some(good(words.title, words.open)),
        Frame::Closed => Some(advise(Wrong, words.title, words.closed)),
    }
}

fn server(words: &ServerWords, server: &Trial<Result<Millis, Unreached>>) -> Line {
    let title = words.title;
    let unreached = match server {
        Trial::Waiting => return waiting(title, words.question),
        Trial::Busy => return busy(title, words.connecting),
        Trial::Done(Ok(millis)) => return good(title, words.reached.with(millis)),
        Trial::Done(Err(unreached)) => unreached,
    };
    let advice = match unreached {
        Unreached::Silent => words.silent,
        Unreached::NoUpgrade => words.no_upgrade,
        Unreached::Origin => words.origin,
        Unreached::TooMany => words.too_many,
        Unreached::Proxy => words.proxy,
    };
    advise(Wrong, title, advice)
}

fn seat(words: &RoomWords, seat: &Trial<Result<Millis, Refusal>>, ways: Option<&[Way]>) -> Line {
    let title = words.title;
    let refusal = match seat {
        Trial::Waiting => return waiting(title, words.question),
        Trial::Busy => return busy(title, words.joining),
        Trial::Done(Ok(millis)) => {
            let handed = match ways.map_or(0, <[Way]>::len) {
                0 => String::new(),
                1 => words.one_way.to_owned(),
                count => words.several_ways.with(count),
            };
            return good(title, words.seated.with(millis) + &handed);
        }
        Trial::Done(Err(refusal)) => refusal,
    };
    let advice = match refusal {
        Refusal::Silent => words.silent,
        Refusal::Said(ErrorCode::RateLimited) => words.too_fast,
        Refusal::Said(ErrorCode::ServerClosing) => words.closing,
        Refusal::Said(ErrorCode::Unavailable) => words.unavailable,
        // Nothing that a page of the server's own version is told.
        Refusal::Said(_) => words.refused,
    };
    advise(Wrong, title, advice)
}

fn line(tone: Tone, title: Text, text: impl Into<String>, advice: impl Into<String>) -> Line {
    Line {
        tone,
        title,
        text: text.into(),
        advice: advice.into(),
    }
}

fn advise(tone: Tone, title: Text, (text, advice): Advice) -> Line {
    line(tone, title, text, advice)
}

fn waiting(title: Text, text: impl Into<String>) -> Line {
    line(Waiting, title, text, "")
}

fn busy(title: Text, text: impl Into<String>) -> Line {
    line(Busy, title, text, "")
}

fn good(title: Text, text: impl Into<String>) -> Line {
    line(Good, title, text, "")
}

#[cfg(test)]
mod tests;

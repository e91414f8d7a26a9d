//! What was found, in words: one line for each part of the check, and a verdict. It knows no browser.

mod devices;
mod verdict;
mod ways;

use super::{Findings, Frame, Millis, Page, Refusal, Trial, Unreached, Way};
use crate::protocol::ErrorCode;
use Tone::{Busy, Good, Waiting, Warning, Wrong};

pub use verdict::{Verdict, verdict};

/// One part of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How it stands.
    pub tone: Tone,
    /// What is looked at.
    pub title: &'static str,
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
    pub fn word(self) -> &'static str {
        match self {
            Waiting => "Not checked yet:",
            Busy => "Checking:",
            Good => "OK:",
            Warning => "Warning:",
            Wrong => "Wrong:",
        }
    }
}

/// All lines but the verdict, in the order of the checks.
pub fn lines(findings: &Findings) -> Vec<Line> {
    let mut lines = vec![browser(&findings.page), address(&findings.page)];
    lines.extend(frame(&findings.page));
    lines.push(server(&findings.server));
    lines.push(seat(&findings.seat, findings.ways.as_deref()));
    match findings.ways.as_deref() {
        None => lines.push(waiting(
            "Relay",
            "Whether the server's relay is reached, for two networks that do not reach each other.",
        )),
        Some([]) => lines.push(line(
            Warning,
            "Relay",
            "This server has none, and names no STUN or TURN server.",
            "Calls within one network work without. For others, whoever runs this server can switch its relay on: turn = true.",
        )),
        Some(ways) => lines.extend(ways.iter().map(ways::way)),
    }
    lines.push(devices::microphone(&findings.microphone));
    lines.push(devices::camera(&findings.camera));
    lines
}

fn browser(page: &Trial<Page>) -> Line {
    let title = "Browser";
    match page.outcome() {
        None => waiting(title, "Whether this browser can make calls."),
        Some(page) if page.has_webrtc => {
            good(title, "It has what calls need: WebRTC and WebAssembly.")
        }
        Some(_) => line(
            Wrong,
            title,
            "It has no WebRTC, or it is switched off.",
            "Use a current Firefox, Chrome, Edge or Safari, and look for extensions and settings that switch WebRTC off.",
        ),
    }
}

fn address(page: &Trial<Page>) -> Line {
    let title = "Address";
    match page.outcome() {
        None => waiting(
            title,
            "Whether browsers hand out camera and microphone at this address.",
        ),
        Some(page) if page.is_secure => good(
            title,
            "It is secure: browsers hand out camera and microphone here.",
        ),
        Some(_) => line(
            Wrong,
            title,
            "It is not secure: browsers hand out no camera and no microphone here.",
            "Open this page with https:// at the front, or on the server itself as http://localhost. Whoever runs this server can switch HTTPS on.",
        ),
    }
}

/// Says nothing to those who have a tab of their own, as nearly everybody has.
fn frame(page: &Trial<Page>) -> Option<Line> {
    let title = "Frame";
    match page.outcome()?.frame {
        Frame::None => None,
        Frame::Open => Some(good(
            title,
            "This page stands in another one, which lets it use camera and microphone.",
        )),
        Frame::Closed => Some(line(
            Wrong,
            title,
            "This page stands in another one, which keeps camera or microphone from it.",
            "Open it in a tab of its own. Whoever made the page around it can write: <iframe allow=\"camera; microphone; display-capture; autoplay\">.",
        )),
    }
}

fn server(server: &Trial<Result<Millis, Unreached>>) -> Line {
    let title = "Server";
    let (text, advice) = match server {
        Trial::Waiting => return waiting(title, "Whether the server can be reached from here."),
        Trial::Busy => return busy(title, "Connecting…"),
        Trial::Done(Ok(millis)) => {
            return good(
                title,
                format!("It is reached: a WebSocket to it was open after {millis} ms."),
            );
        }
        Trial::Done(Err(Unreached::Silent)) => (
            "It does not answer.",
            "Is this device online? Otherwise the server is stopped, or something between it and you keeps it away: try another network.",
        ),
        Trial::Done(Err(Unreached::NoUpgrade)) => (
            "It answers, but opens no WebSocket.",
            "A proxy has to hand on the upgrade of WebSockets (the headers Upgrade and Connection, over HTTP/1.1), be it one before the server or one of your network: try another one. Whoever runs this server can ask it: duplex doctor.",
        ),
        Trial::Done(Err(Unreached::Origin)) => (
            "It takes this page for one of another server.",
            "The proxy before the server has to hand on the host that the browser asked for, with its port. Whoever runs this server can ask it: duplex doctor.",
        ),
        Trial::Done(Err(Unreached::TooMany)) => (
            "It takes no more connections from here now.",
            "Close other tabs with calls, and check again in a minute. Where many people share one address, whoever runs this server can raise sockets-per-address.",
        ),
        Trial::Done(Err(Unreached::Proxy)) => (
            "A proxy answers in its place.",
            "The proxy does not reach the server: whoever runs it finds more in the log of the proxy.",
        ),
    };
    line(Wrong, title, text, advice)
}

fn seat(seat: &Trial<Result<Millis, Refusal>>, ways: Option<&[Way]>) -> Line {
    let title = "Room";
    match seat {
        Trial::Waiting => waiting(title, "Whether the server lets you into a room."),
        Trial::Busy => busy(title, "Joining a room that is for this check only…"),
        Trial::Done(Ok(millis)) => {
            let handed = match ways.map_or(0, <[Way]>::len) {
                0 => String::new(),
                1 => ", with one way for calls to try".to_owned(),
                count => format!(", with {count} ways for calls to try"),
            };
            good(
                title,
                format!("The server gave a seat in one after {millis} ms{handed}."),
            )
        }
        Trial::Done(Err(Refusal::Silent)) => line(
            Wrong,
            title,
            "The server does not answer.",
            "Something cuts the connection, or the server is overloaded. Check again; whoever runs it can ask it: duplex doctor.",
        ),
        Trial::Done(Err(Refusal::Said(error))) => line(
            Wrong,
            title,
            format!("The server gives no seat: {}", error.message),
            match error.code {
                ErrorCode::RateLimited | ErrorCode::ServerClosing => "Check again in a minute.",
                _ => "Check again; if it stays, whoever runs this server finds more in its log.",
            },
        ),
    }
}

fn line(
    tone: Tone,
    title: &'static str,
    text: impl Into<String>,
    advice: impl Into<String>,
) -> Line {
    Line {
        tone,
        title,
        text: text.into(),
        advice: advice.into(),
    }
}

fn waiting(title: &'static str, text: impl Into<String>) -> Line {
    line(Waiting, title, text, "")
}

fn busy(title: &'static str, text: impl Into<String>) -> Line {
    line(Busy, title, text, "")
}

fn good(title: &'static str, text: impl Into<String>) -> Line {
    line(Good, title, text, "")
}

#[cfg(test)]
mod tests;

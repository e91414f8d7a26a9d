//! What a check found, and what the answers of browsers and servers stand for. It knows no browser.

use crate::protocol::{ErrorCode, IceServer};

/// Milliseconds that something took.
pub type Millis = u64;

/// How far a part of the check has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Trial<T> {
    /// It is not its turn yet.
    #[default]
    Waiting,
    /// It is being tried.
    Busy,
    /// This came of it.
    Done(T),
}

/// All that is known by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What this page and its browser have to offer.
    pub page: Trial<Page>,
    /// A WebSocket to the server, and how long it took to open.
    pub server: Trial<Result<Millis, Unreached>>,
    /// A seat in a room, and how long the server took to give it.
    pub seat: Trial<Result<Millis, Refusal>>,
    /// The STUN and TURN servers that came with the seat; `None` before it.
    pub ways: Option<Vec<Way>>,
    /// The microphone.
    pub microphone: Trial<Device>,
    /// The camera.
    pub camera: Trial<Device>,
}

/// What a page and its browser have to offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Browsers hand out devices on HTTPS addresses and on localhost only.
    pub is_secure: bool,
    /// There is `RTCPeerConnection`.
    pub has_webrtc: bool,
    /// Whether it stands in a page of somebody else's.
    pub frame: Frame,
}

/// Whether a page stands in another one, and what that one lets it use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Frame {
    /// It has a tab of its own.
    #[default]
    None,
    /// Camera and microphone, or the browser does not say.
    Open,
    /// One of the two is kept from it.
    Closed,
}

/// Why the server is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreached {
    /// It does not answer at all.
    Silent,
    /// It answers, and opens no WebSocket.
    NoUpgrade,
    /// It takes this page for one of another origin.
    Origin,
    /// Too many connections come from here, or it is about to stop.
    TooMany,
    /// A proxy answers in its place.
    Proxy,
}

/// Why there is no seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The server says no, and why.
    Said(ErrorCode),
    /// It does not answer.
    Silent,
}

/// A STUN or TURN server under one of its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What it is and what it is spoken to over.
    pub kind: Kind,
    /// Its name or address, with the port.
    pub address: String,
    /// How long a message took there and back.
    pub trial: Trial<Result<Millis, Cause>>,
}

/// What a way is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It says what one's address looks like from outside.
    Stun,
    /// It relays, over UDP.
    Udp,
    /// It relays, over TCP.
    Tcp,
    /// It relays, over what looks like a connection to a web server.
    Tls,
}

/// Why a way does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Nothing comes back.
    Unreached,
    /// Nothing comes back, or a refusal: this browser does not say which.
    Unclear,
    /// Its name leads nowhere.
    NoName,
    /// It refuses the credentials.
    Credentials,
    /// It has no place left.
    Full,
    /// It gives out addresses, and what is sent to them does not arrive.
    Silent,
    /// The browser does not take its address.
    Invalid,
}

/// A microphone or a camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// There is one, and the browser asks before it hands it out.
    Unasked,
    /// There is one, and this page may use it.
    Allowed,
    /// It was tried, and this is its name.
    Works(String),
    /// There is none.
    Missing,
    /// Browsers hand out devices on HTTPS addresses and on localhost only.
    Insecure,
    /// The page around this one keeps it.
    Framed,
    /// The person, or the browser's settings, say no.
    Denied,
    /// The browser's question was closed without an answer.
    Dismissed,
    /// The system keeps it from the browser.
    System,
    /// Another program has it, or it is broken.
    InUse,
}

/// What the browser says about a device that it does not hand out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The `name` of its error.
    pub name: String,
    /// The `message` of it.
    pub message: String,
    /// The state of the permission afterwards; empty when the browser does not tell.
    pub permission: String,
}

impl<T> Trial<T> {
    /// What came of it.
    pub fn outcome(&self) -> Option<&T> {
        match self {
            Self::Done(outcome) => Some(outcome),
            Self::Waiting | Self::Busy => None,
        }
    }
}

impl Unreached {
    /// What it means that a plain request in place of the WebSocket is answered with this status;
    /// `None` when it is not answered.
    pub fn from_status(status: Option<u16>) -> Self {
        match status {
            None => Self::Silent,
            Some(403) => Self::Origin,
            Some(429 | 503) => Self::TooMany,
            Some(502 | 504) => Self::Proxy,
            Some(_) => Self::NoUpgrade,
        }
    }
}

impl Cause {
    /// What an `icecandidateerror` means, with its code and its text.
    pub fn from_error(code: u16, text: &str) -> Self {
        match code {
            401 | 403 | 431 | 438 | 441 => Self::Credentials,
            486 | 508 => Self::Full,
            // So Chromium calls all that has no code of the protocol, and says in words which it was.
            701 if text.contains("lookup") => Self::NoName,
            _ => Self::Unreached,
        }
    }

    /// Of several, the one that says most: a server has more than one address, and a browser more
    /// than one network to try it from.
    pub fn or(self, other: Self) -> Self {
        if self == Self::Unreached { other } else { self }
    }
}

impl Way {
    /// One for each address of a server.
    pub fn of(server: &IceServer) -> Vec<Self> {
        let way = |url: &String| Self {
            kind: Kind::of(url),
            address: address(url),
            trial: Trial::Waiting,
        };
        server.urls.iter().map(way).collect()
    }
}

impl Kind {
    fn of(url: &str) -> Self {
        if url.starts_with("stun") {
            Self::Stun
        } else if url.starts_with("turns:") {
            Self::Tls
        } else if url.ends_with("transport=tcp") {
            Self::Tcp
        } else {
            Self::Udp
        }
    }
}

/// Name and port out of an address such as `turn:example.org:3478?transport=udp`.
fn address(url: &str) -> String {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let (host, _) = rest.split_once('?').unwrap_or((rest, ""));
    // A colon inside of brackets belongs to an address of IPv6.
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.contains(']'));
    match scheme {
        _ if has_port => host.to_owned(),
        "stuns" | "turns" => format!("{host}:5349"),
        _ => format!("{host}:3478"),
    }
}

impl Device {
    /// What is known of a device before it was asked for. `permission` is the state that the
    /// browser tells, empty when it does not.
    pub fn before(is_secure: bool, is_framed: bool, is_there: bool, permission: &str) -> Self {
        match permission {
            _ if !is_secure => Self::Insecure,
            // A browser does not even list what the page around this one keeps.
            _ if is_framed => Self::Framed,
            _ if !is_there => Self::Missing,
            "denied" => Self::Denied,
            "granted" => Self::Allowed,
            _ => Self::Unasked,
        }
    }

    /// Why it was not handed out.
    pub fn refused(answer: &Answer) -> Self {
        match &*answer.name {
            "NotAllowedError" | "SecurityError" => {
                // The person said yes, or Chromium says it in so many words.
                if answer.permission == "granted" || answer.message.contains("system") {
                    Self::System
                } else if answer.message.contains("dismissed") {
                    Self::Dismissed
                } else {
                    Self::Denied
                }
            }
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            _ => Self::InUse,
        }
    }

    /// Whether asking for it, perhaps once more, can change anything.
    pub fn can_ask(&self) -> bool {
        !matches!(self, Self::Insecure | Self::Framed)
    }

    /// Whether the others would miss it in a call now.
    pub fn is_kept(&self) -> bool {
        !matches!(self, Self::Unasked | Self::Allowed | Self::Works(_))
    }
}

#[cfg(test)]
mod tests;

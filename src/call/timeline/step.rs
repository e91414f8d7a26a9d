//! What a step is for.

use serde::Deserialize;

/// What a step is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The connection to the server is there, or lost.
    Server,
    /// Somebody asks for a seat.
    Join,
    /// This page has a seat.
    Joined,
    /// Somebody else came.
    OtherJoin,
    /// Somebody looks at the room's page.
    Visit,
    /// Somebody goes, or is gone.
    Leave,
    /// Somebody lost the connection to the server, or has it again.
    Away,
    /// All else that the server carries.
    Event,
    /// The first half of an exchange.
    Offer,
    /// The second half.
    Answer,
    /// A way that may work.
    Candidate,
    /// There are no more of them.
    LastCandidate,
    /// What is sent now.
    Media,
    /// A connection is over.
    Hangup,
    /// What people tell each other.
    Talk,
    /// `connectionState`
    Connection,
    /// `iceConnectionState`
    Ice,
    /// `signalingState`
    Signaling,
    /// The search for a way begins anew.
    Restart,
}

/// What kind of step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The room, as the server tells it.
    Room,
    /// Offers and answers.
    Descriptions,
    /// Ways.
    Candidates,
    /// What the browser makes of it.
    States,
    /// All else that the pages tell each other.
    Talk,
}

impl Group {
    /// In the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Room,
        Self::Descriptions,
        Self::Candidates,
        Self::States,
        Self::Talk,
    ];
}

impl Step {
    /// How many there are.
    pub const COUNT: usize = 19;

    /// What kind it is.
    pub fn group(self) -> Group {
        match self {
            Self::Server
            | Self::Join
            | Self::Joined
            | Self::OtherJoin
            | Self::Visit
            | Self::Leave
            | Self::Away
            | Self::Event => Group::Room,
            Self::Offer | Self::Answer => Group::Descriptions,
            Self::Candidate | Self::LastCandidate => Group::Candidates,
            Self::Connection | Self::Ice | Self::Signaling | Self::Restart => Group::States,
            Self::Media | Self::Hangup | Self::Talk => Group::Talk,
        }
    }

    /// An event between page and server, in either direction.
    pub(in crate::call) fn of_event(name: &str) -> Self {
        match name {
            "join" => Self::Join,
            "joined" => Self::Joined,
            "otherjoin" => Self::OtherJoin,
            "visit" | "unvisit" => Self::Visit,
            "leave" | "leaved" | "bye" => Self::Leave,
            "away" | "back" => Self::Away,
            _ => Self::Event,
        }
    }

    /// What one page tells another, and its name; `None` for what comes once a second.
    pub(in crate::call) fn of_signal(data: &str) -> Option<(Self, String)> {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "type")]
            kind: Option<String>,
            candidate: Option<String>,
        }
        let Ok(Kind { kind, candidate }) = serde_json::from_str(data) else {
            return Some((Self::Talk, "message".to_owned()));
        };
        // As `RTCIceCandidate.toJSON()` spells it there is no type.
        let kind = kind.unwrap_or_else(|| "candidate".to_owned());
        let step = match &*kind {
            "beat" | "report" => return None,
            "offer" => Self::Offer,
            "answer" => Self::Answer,
            "candidate" if candidate.as_deref().is_none_or(str::is_empty) => Self::LastCandidate,
            "candidate" => Self::Candidate,
            "media" => Self::Media,
            "hangup" => Self::Hangup,
            _ => Self::Talk,
        };
        // A name is a word: whatever else comes from the other page is in the content.
        let name = kind.chars().take(32).collect();
        Some((step, name))
    }
}

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What went wrong, for programs. The spelling on the wire is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The room name breaks the rules of [`RoomName`](super::RoomName).
    InvalidRoom,
    /// The display name breaks the rules of [`DisplayName`](super::DisplayName).
    InvalidName,
    /// The event has the wrong arguments.
    InvalidMessage,
    /// The sender does not sit in the room it names.
    NotInRoom,
    /// Nobody in the room, or waiting for it, has that id, or too much waits for them already.
    NoSuchPeer,
    /// The connection sits in that room already, or waits for it.
    AlreadyInRoom,
    /// The message is larger than the server allows.
    TooLarge,
    /// Too many events in too short a time; try again more slowly.
    RateLimited,
    /// The room has a passcode and none was given.
    PasscodeRequired,
    /// The room has another passcode.
    WrongPasscode,
    /// The host did not let the peer in.
    Denied,
    /// The host removed the peer.
    Removed,
    /// Only the host of the room can do that.
    NotHost,
    /// The resume token is no good, or its seat is gone; join without it.
    BadResume,
    /// The server is about to stop.
    ServerClosing,
    /// The server cannot reach what it keeps its rooms in; try again in a moment.
    Unavailable,
    /// A code that this version does not know.
    #[serde(other)]
    #[schemars(skip)]
    Unknown,
}

/// An error as it travels: a code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// Stable and machine-readable.
    pub code: ErrorCode,
    /// Says what is wrong and, where that helps, what to do.
    pub message: String,
}

impl ErrorBody {
    /// An error with its sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

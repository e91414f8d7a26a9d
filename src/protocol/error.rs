use serde::{Deserialize, Serialize};

/// What went wrong, for programs. The spelling on the wire is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The room name breaks the rules of [`RoomName`](super::RoomName).
    InvalidRoom,
    /// The event has the wrong arguments.
    InvalidMessage,
    /// The sender does not sit in the room it names.
    NotInRoom,
    /// The peer named in `to` does not sit in the room.
    NoSuchPeer,
    /// The connection sits in that room already.
    AlreadyInRoom,
    /// A code that this version does not know.
    #[serde(other)]
    Unknown,
}

/// An error as it travels: a code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

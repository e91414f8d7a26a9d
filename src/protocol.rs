//! What travels on the wire between a page and the signaling server: names, shapes and rules that both sides share.
//!
//! Nothing here knows a socket, a browser or a clock. The contract itself is described in `docs/protocol.md`.

mod error;
mod event;
mod name;
mod peer;
mod room;
mod signal;
mod talk;

pub use error::{ErrorBody, ErrorCode};
pub use event::{
    ClientEvent, DecodeError, Departure, IceConfiguration, IceServer, JoinOptions, JoinedExtras,
    KnockExtras, OtherJoinExtras, PeerInfo, Reason, Rejection, SendOptions, Sender, ServerEvent,
    VisitExtras, text,
};
pub use name::{DisplayName, NameTooLong};
pub use peer::PeerId;
pub use room::{InvalidRoomName, RoomName};
pub use signal::{About, Candidate, Description, DescriptionKind, MediaSending, Report, Signal};
pub use talk::{ChatMessage, FileEnd, Reaction, Talk};

/// The version of the wire contract, told to every peer in `joined`.
pub const VERSION: u32 = 1;

/// How many peers a room holds unless something else was agreed on.
pub const DEFAULT_CAPACITY: usize = 2;

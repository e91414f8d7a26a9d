//! Every event of the contract, in both directions. On the wire an event is a JSON array: its
//! name, then its arguments, in the order in which the fields stand here.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{ErrorBody, ErrorCode, PeerId, RoomName};

/// What a page tells the server.
#[derive(Debug, Clone)]
pub enum ClientEvent {
    /// Asks for a place in the room. Answered with `joined`, `full` or `refused`.
    Join {
        /// The room; made when nobody is in it.
        room: RoomName,
    },
    /// For the others in the room, or for one of them. The server does not look into `data`.
    Message {
        /// A room in which the sender sits.
        room: RoomName,
        /// Any JSON value; our own page sends a [`Signal`](super::Signal).
        data: Box<RawValue>,
        /// Whom it is for.
        options: SendOptions,
    },
    /// Gives the place up. Answered with `leaved`.
    Leave {
        /// The room to leave.
        room: RoomName,
    },
}

/// The last argument of `message`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOptions {
    /// The one peer who gets the message; everyone else in the room without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PeerId>,
}

/// What the server tells a page.
#[derive(Debug, Clone)]
pub enum ServerEvent {
    /// To the one who asked: you are in.
    Joined {
        /// The room, in the spelling that the server uses from now on.
        room: RoomName,
        /// The id under which the others know you.
        id: PeerId,
        /// What there is to know about the room.
        extras: JoinedExtras,
    },
    /// To the one who asked: every place is taken.
    Full {
        /// The room.
        room: RoomName,
        /// An id for this attempt only; tutorial pages expect one.
        id: PeerId,
    },
    /// To the one who asked: that cannot be done, and nothing was changed.
    Refused {
        /// The room as it was asked for; empty when none could be read.
        room: String,
        /// Why.
        error: ErrorBody,
    },
    /// To the others: somebody came in. Whoever receives it makes the offer.
    OtherJoin {
        /// The room.
        room: RoomName,
        /// The newcomer.
        id: PeerId,
        /// What there is to know about them.
        extras: OtherJoinExtras,
    },
    /// To the others, or to one of them: what a peer said.
    Message {
        /// The room.
        room: RoomName,
        /// Unread and unchanged.
        data: Box<RawValue>,
        /// Who said it.
        sender: Sender,
    },
    /// To the one who left.
    Leaved {
        /// The room.
        room: RoomName,
        /// The id that is free now.
        id: PeerId,
        /// Why.
        departure: Departure,
    },
    /// To the others: somebody is gone.
    Bye {
        /// The room.
        room: RoomName,
        /// Who.
        id: PeerId,
        /// Why.
        departure: Departure,
    },
}

/// The last argument of `joined`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedExtras {
    /// [`VERSION`](super::VERSION) of the server.
    pub protocol: u32,
    /// The others in the room, in the order in which they came.
    pub peers: Vec<PeerInfo>,
    /// How many peers the room holds, yourself included.
    pub capacity: usize,
}

/// The last argument of `otherjoin`; empty in this version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherJoinExtras {}

/// What a newcomer learns about somebody who is there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerInfo {
    /// Who.
    pub id: PeerId,
}

/// The last argument of a relayed `message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Who sent it. Put there by the server, so that nobody can speak in another's name.
    pub from: PeerId,
}

/// The last argument of `leaved` and `bye`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Why the peer is gone.
    pub reason: Reason,
}

/// Why a peer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// It said `leave`.
    Left,
    /// Its connection dropped.
    Timeout,
    /// A reason that this version does not know.
    #[serde(other)]
    Unknown,
}

/// An event that could not be read, with all that is needed to answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The first argument when it is text; empty otherwise.
    pub room: String,
    /// What is wrong with the event.
    pub error: ErrorBody,
}

/// Why an event of the server could not be read.
#[derive(Debug)]
pub enum DecodeError {
    /// No event of this version has that name.
    UnknownEvent,
    /// There is no argument at this place, counted from 0.
    Missing(usize),
    /// The argument at this place has another shape.
    Argument(usize, serde_json::Error),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEvent => f.write_str("no event of this version has that name"),
            Self::Missing(index) => write!(f, "argument {index} is missing"),
            Self::Argument(index, error) => write!(f, "argument {index}: {error}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl ClientEvent {
    /// The name of the `join` event.
    pub const JOIN: &'static str = "join";
    /// The name of the `message` event, in both directions.
    pub const MESSAGE: &'static str = "message";
    /// The name of the `leave` event.
    pub const LEAVE: &'static str = "leave";

    /// The first element of the array on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Join { .. } => Self::JOIN,
            Self::Message { .. } => Self::MESSAGE,
            Self::Leave { .. } => Self::LEAVE,
        }
    }

    /// Reads what a page sent; arguments that this version does not know are passed over.
    ///
    /// # Errors
    /// When the room is missing or its name is not allowed, when `message` has no data, or when
    /// its options are not what they should be.
    pub fn decode(name: &str, args: &[Box<RawValue>]) -> Result<Self, Rejection> {
        let Ok(room_text) = arg::<String>(args, 0) else {
            return Err(Rejection::new(
                String::new(),
                ErrorCode::InvalidMessage,
                format!("“{name}” needs the room name as its first argument, a string."),
            ));
        };
        let room = match RoomName::parse(&room_text) {
            Ok(room) => room,
            Err(reason) => {
                return Err(Rejection::new(
                    room_text,
                    ErrorCode::InvalidRoom,
                    reason.to_string(),
                ));
            }
        };
        let malformed = |what: &str| {
            Err(Rejection::new(
                room_text.clone(),
                ErrorCode::InvalidMessage,
                what,
            ))
        };
        match name {
            Self::JOIN => Ok(Self::Join { room }),
            Self::LEAVE => Ok(Self::Leave { room }),
            Self::MESSAGE => {
                let Some(data) = args.get(1) else {
                    return malformed("“message” needs its data as the second argument.");
                };
                let options = if args.len() > 2 {
                    arg(args, 2)
                } else {
                    Ok(None)
                };
                let Ok(options) = options.map(Option::unwrap_or_default) else {
                    return malformed(
                        "The third argument of “message” is an object like {\"to\": id}.",
                    );
                };
                Ok(Self::Message {
                    room,
                    data: data.clone(),
                    options,
                })
            }
            _ => malformed("There is no such event; see the protocol's documentation."),
        }
    }
}

impl Rejection {
    fn new(room: String, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            room,
            error: ErrorBody::new(code, message),
        }
    }
}

/// The arguments of the event, without its name.
impl Serialize for ClientEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Join { room } | Self::Leave { room } => (room,).serialize(serializer),
            Self::Message {
                room,
                data,
                options,
            } => (room, data, options).serialize(serializer),
        }
    }
}

impl ServerEvent {
    /// The first element of the array on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Joined { .. } => "joined",
            Self::Full { .. } => "full",
            Self::Refused { .. } => "refused",
            Self::OtherJoin { .. } => "otherjoin",
            Self::Message { .. } => ClientEvent::MESSAGE,
            Self::Leaved { .. } => "leaved",
            Self::Bye { .. } => "bye",
        }
    }

    /// Reads what the server sent; arguments that this version does not know are passed over.
    ///
    /// # Errors
    /// For a name that this version does not know and for arguments of another shape.
    pub fn decode(name: &str, args: &[Box<RawValue>]) -> Result<Self, DecodeError> {
        let room = || arg(args, 0);
        let id = || arg(args, 1);
        Ok(match name {
            "joined" => Self::Joined {
                room: room()?,
                id: id()?,
                extras: arg(args, 2)?,
            },
            "full" => Self::Full {
                room: room()?,
                id: id()?,
            },
            "refused" => Self::Refused {
                room: arg(args, 0)?,
                error: arg(args, 1)?,
            },
            "otherjoin" => Self::OtherJoin {
                room: room()?,
                id: id()?,
                extras: arg(args, 2)?,
            },
            "message" => Self::Message {
                room: room()?,
                data: arg(args, 1)?,
                sender: arg(args, 2)?,
            },
            "leaved" => Self::Leaved {
                room: room()?,
                id: id()?,
                departure: arg(args, 2)?,
            },
            "bye" => Self::Bye {
                room: room()?,
                id: id()?,
                departure: arg(args, 2)?,
            },
            _ => return Err(DecodeError::UnknownEvent),
        })
    }
}

/// The arguments of the event, without its name.
impl Serialize for ServerEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Joined { room, id, extras } => (room, id, extras).serialize(serializer),
            Self::Full { room, id } => (room, id).serialize(serializer),
            Self::Refused { room, error } => (room, error).serialize(serializer),
            Self::OtherJoin { room, id, extras } => (room, id, extras).serialize(serializer),
            Self::Message { room, data, sender } => (room, data, sender).serialize(serializer),
            Self::Leaved {
                room,
                id,
                departure,
            }
            | Self::Bye {
                room,
                id,
                departure,
            } => (room, id, departure).serialize(serializer),
        }
    }
}

fn arg<T: DeserializeOwned>(args: &[Box<RawValue>], index: usize) -> Result<T, DecodeError> {
    let arg = args.get(index).ok_or(DecodeError::Missing(index))?;
    serde_json::from_str(arg.get()).map_err(|error| DecodeError::Argument(index, error))
}

#[cfg(test)]
mod tests;

use std::borrow::Borrow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{arg, optional_arg, text};
use crate::protocol::{DisplayName, ErrorBody, ErrorCode, PeerId, RoomName};

/// What a page tells the server.
#[derive(Debug, Clone)]
pub enum ClientEvent {
    /// Asks for a place in the room. Answered with `joined`, `full`, `waiting` or `refused`.
    Join {
        /// The room; made when nobody is in it.
        room: RoomName,
        /// Who wants to come in, and how.
        options: JoinOptions,
    },
    /// Somebody looks at the page of the room and is about to join it, perhaps. Where that is allowed, a
    /// peer who is alone there is told, and the two may connect before the `join`. Answered with `visit`,
    /// or with nothing.
    Visit {
        /// The room; never made by this.
        room: RoomName,
    },
    /// For the others in the room, or for one of them. The server does not look into `data`.
    Message {
        /// A room in which the sender sits.
        room: RoomName,
        /// Any JSON value; our own page sends a [`Signal`](crate::protocol::Signal).
        data: Box<RawValue>,
        /// Whom it is for.
        options: SendOptions,
    },
    /// Gives the place up. Answered with `leaved`.
    Leave {
        /// The room to leave.
        room: RoomName,
    },
    /// From now on newcomers have to knock. Host only.
    Lock {
        /// The room.
        room: RoomName,
    },
    /// Anyone may come in again, and those who wait do. Host only.
    Unlock {
        /// The room.
        room: RoomName,
    },
    /// Lets somebody in who waits. Host only.
    Admit {
        /// The room.
        room: RoomName,
        /// Who waits.
        id: PeerId,
    },
    /// Sends somebody away who waits. Host only.
    Deny {
        /// The room.
        room: RoomName,
        /// Who waits.
        id: PeerId,
    },
    /// Takes a peer's seat away and locks the room. Host only.
    Remove {
        /// The room.
        room: RoomName,
        /// Who has to go.
        id: PeerId,
    },
}

/// The last argument of `join`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct JoinOptions {
    /// How the person wants to be called; see [`DisplayName`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
    /// The token of the seat to go on in, from the extras of `joined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
    /// What the one who made the room asks newcomers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passcode: Option<String>,
    /// How many peers the room shall hold, when this `join` makes it; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub capacity: Option<usize>,
    /// A description made in advance, handed on in `otherjoin` when exactly one other is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Value>")]
    pub offer: Option<Box<RawValue>>,
}

/// The last argument of `message`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SendOptions {
    /// The one peer who gets the message; everyone else in the room without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<PeerId>,
}

/// An event that was not done, with all that is needed to answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The first argument when it is text; empty otherwise.
    pub room: String,
    /// Why not.
    pub error: ErrorBody,
}

impl ClientEvent {
    /// The name of the `message` event, in both directions.
    pub const MESSAGE: &'static str = "message";

    /// The name of the `visit` event, in both directions.
    pub const VISIT: &'static str = "visit";

    /// Every event that a page may send.
    pub const NAMES: [&'static str; 9] = [
        "join",
        Self::VISIT,
        Self::MESSAGE,
        "leave",
        "lock",
        "unlock",
        "admit",
        "deny",
        "remove",
    ];

    /// The first element of the array on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Join { .. } => "join",
            Self::Visit { .. } => Self::VISIT,
            Self::Message { .. } => Self::MESSAGE,
            Self::Leave { .. } => "leave",
            Self::Lock { .. } => "lock",
            Self::Unlock { .. } => "unlock",
            Self::Admit { .. } => "admit",
            Self::Deny { .. } => "deny",
            Self::Remove { .. } => "remove",
        }
    }

    /// Reads what a page sent; arguments and options that this version does not know are passed
    /// over.
    ///
    /// # Errors
    /// When the room is missing or its name is not allowed, or when another argument is missing
    /// or not what it should be.
    pub fn decode(name: &str, args: &[impl Borrow<RawValue>]) -> Result<Self, Rejection> {
        let Some(room_text) = args.first().and_then(|room| text(room.borrow())) else {
            return Err(Rejection::malformed(
                "",
                format!("“{name}” needs the room name as its first argument, a string."),
            ));
        };
        let room = RoomName::parse(&room_text).map_err(|reason| {
            Rejection::new(&*room_text, ErrorCode::InvalidRoom, reason.to_string())
        })?;
        let id = || {
            arg(args, 1).map_err(|_| {
                let message = format!("“{name}” needs a peer id as its second argument, a string.");
                Rejection::malformed(&room_text, message)
            })
        };
        Ok(match name {
            "join" => {
                let options = optional_arg(args, 1).ok().filter(JoinOptions::is_sound);
                let Some(mut options) = options else {
                    return Err(Rejection::malformed(
                        &room_text,
                        "The second argument of “join” is an object with any of name, resume, \
                         passcode (strings) and capacity (a number from 1).",
                    ));
                };
                if let Some(name) = options.name {
                    options.name = DisplayName::parse(name.as_str()).map_err(|reason| {
                        Rejection::new(&*room_text, ErrorCode::InvalidName, reason.to_string())
                    })?;
                }
                Self::Join { room, options }
            }
            Self::MESSAGE => {
                let Some(data) = args.get(1) else {
                    return Err(Rejection::malformed(
                        &room_text,
                        "“message” needs its data as the second argument.",
                    ));
                };
                let options = optional_arg(args, 2).map_err(|_| {
                    Rejection::malformed(
                        &room_text,
                        "The third argument of “message” is an object like {\"to\": id}.",
                    )
                })?;
                Self::Message {
                    room,
                    data: data.borrow().to_owned(),
                    options,
                }
            }
            Self::VISIT => Self::Visit { room },
            "leave" => Self::Leave { room },
            "lock" => Self::Lock { room },
            "unlock" => Self::Unlock { room },
            "admit" => Self::Admit { room, id: id()? },
            "deny" => Self::Deny { room, id: id()? },
            "remove" => Self::Remove { room, id: id()? },
            _ => {
                return Err(Rejection::malformed(
                    &room_text,
                    format!("There is no event “{name}”; see the protocol's documentation."),
                ));
            }
        })
    }
}

impl JoinOptions {
    fn is_sound(&self) -> bool {
        self.capacity != Some(0)
    }

    fn is_empty(&self) -> bool {
        let Self {
            name,
            resume,
            passcode,
            capacity,
            offer,
        } = self;
        name.is_none()
            && resume.is_none()
            && passcode.is_none()
            && capacity.is_none()
            && offer.is_none()
    }
}

impl Rejection {
    /// An event that was not done.
    pub fn new(room: impl Into<String>, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            room: room.into(),
            error: ErrorBody::new(code, message),
        }
    }

    fn malformed(room: &str, message: impl Into<String>) -> Self {
        Self::new(room, ErrorCode::InvalidMessage, message)
    }
}

/// The arguments of the event, without its name.
impl Serialize for ClientEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Join { room, options } if options.is_empty() => (room,).serialize(serializer),
            Self::Join { room, options } => (room, options).serialize(serializer),
            Self::Message {
                room,
                data,
                options,
            } => (room, data, options).serialize(serializer),
            Self::Visit { room }
            | Self::Leave { room }
            | Self::Lock { room }
            | Self::Unlock { room } => (room,).serialize(serializer),
            Self::Admit { room, id } | Self::Deny { room, id } | Self::Remove { room, id } => {
                (room, id).serialize(serializer)
            }
        }
    }
}

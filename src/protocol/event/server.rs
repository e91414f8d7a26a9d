use std::borrow::Borrow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{ClientEvent, DecodeError, arg, optional_arg};
use crate::protocol::{DisplayName, ErrorBody, PeerId, RoomName};

/// Writes the enum, and from the one list of its events their names, how they are written and
/// read, and their schema. Each field says how it is read.
macro_rules! server_events {
    (
        $(#[$attribute:meta])*
        pub enum $Event:ident {$(
            $(#[$doc:meta])*
            $Variant:ident = $name:tt {
                $($(#[$field_doc:meta])* $field:ident: $Type:ty $(as $Schema:ty)? = $read:ident),* $(,)?
            }
        ),* $(,)?}
    ) => {
        $(#[$attribute])*
        pub enum $Event {$(
            $(#[$doc])*
            $Variant { $($(#[$field_doc])* $field: $Type),* }
        ),*}

        impl $Event {
            /// The name of the `message` event.
            pub const MESSAGE: &'static str = ClientEvent::MESSAGE;

            /// The first element of the array on the wire.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$Variant { .. } => $name),* }
            }

            /// Reads what the server sent; arguments that this version does not know are passed over.
            ///
            /// # Errors
            /// For a name that this version does not know and for arguments of another shape.
            #[expect(unused_assignments, reason = "the last count is for nobody")]
            pub fn decode(name: &str, args: &[impl Borrow<RawValue>]) -> Result<Self, DecodeError> {
                let mut next = 0;
                Ok(match name {
                    $($name => Self::$Variant {
                        $($field: { let at = next; next += 1; $read(args, at)? }),*
                    },)*
                    _ => return Err(DecodeError::UnknownEvent),
                })
            }

            /// The arguments of each event as a JSON Schema, by name.
            pub fn schemas(generator: &mut SchemaGenerator) -> Vec<(&'static str, Schema)> {
                vec![$(($name, generator.subschema_for::<($(server_events!(@schema $Type $(, $Schema)?),)*)>())),*]
            }
        }

        /// The arguments of the event, without its name.
        impl Serialize for $Event {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$Variant { $($field),* } => ($($field,)*).serialize(serializer)),* }
            }
        }
    };
    (@schema $Type:ty, $Schema:ty) => { $Schema };
    (@schema $Type:ty) => { $Type };
}

server_events! {
    /// What the server tells a page.
    #[derive(Debug, Clone)]
    pub enum ServerEvent {
        /// To the one who asked: you are in.
        Joined = "joined" {
            /// The room, in the spelling that the server uses from now on.
            room: RoomName = arg,
            /// The id under which the others know you.
            id: PeerId = arg,
            /// What there is to know about the room.
            extras: JoinedExtras = arg,
        },
        /// To the one who asked: every place is taken.
        Full = "full" {
            /// The room.
            room: RoomName = arg,
            /// An id for this attempt only; tutorial pages expect one.
            id: PeerId = arg,
        },
        /// To the one who asked: the room is locked, and its host was asked to let you in.
        Waiting = "waiting" {
            /// The room.
            room: RoomName = arg,
            /// The id under which the host knows you.
            id: PeerId = arg,
        },
        /// To the one who asked: that was not done, and nothing was changed.
        Refused = "refused" {
            /// The room as it was asked for; empty when none could be read.
            room: String = arg,
            /// Why.
            error: ErrorBody = arg,
        },
        /// To the others: somebody came in. Whoever receives it makes the offer.
        OtherJoin = "otherjoin" {
            /// The room.
            room: RoomName = arg,
            /// The newcomer.
            id: PeerId = arg,
            /// What there is to know about them.
            extras: OtherJoinExtras = optional_arg,
        },
        /// To the others, or to one of them: what a peer said.
        Message = "message" {
            /// The room.
            room: RoomName = arg,
            /// Unread and unchanged.
            data: Box<RawValue> as serde_json::Value = arg,
            /// Who said it.
            sender: Sender = arg,
        },
        /// To the one who is not in the room any more.
        Leaved = "leaved" {
            /// The room.
            room: RoomName = arg,
            /// The id that is free now.
            id: PeerId = arg,
            /// Why.
            departure: Departure = arg,
        },
        /// To the others: somebody is gone.
        Bye = "bye" {
            /// The room.
            room: RoomName = arg,
            /// Who.
            id: PeerId = arg,
            /// Why.
            departure: Departure = arg,
        },
        /// To the others: somebody's connection dropped; the seat is kept for the grace time.
        Away = "away" {
            /// The room.
            room: RoomName = arg,
            /// Who.
            id: PeerId = arg,
        },
        /// To the others: somebody goes on in the seat that they had.
        Back = "back" {
            /// The room.
            room: RoomName = arg,
            /// Who.
            id: PeerId = arg,
        },
        /// To all: the room has another host.
        Host = "host" {
            /// The room.
            room: RoomName = arg,
            /// The new host.
            id: PeerId = arg,
        },
        /// To all: newcomers have to knock from now on.
        Locked = "locked" {
            /// The room.
            room: RoomName = arg,
        },
        /// To all: anyone may come in again.
        Unlocked = "unlocked" {
            /// The room.
            room: RoomName = arg,
        },
        /// To the visitor and to the peer who is alone in the room: you may connect to each other now, and
        /// send nothing else before the `join`. The peer in the room makes the offer.
        Visit = "visit" {
            /// The room.
            room: RoomName = arg,
            /// The other one: the visitor, under the id that it will have in the room, or the peer.
            id: PeerId = arg,
            /// What to connect with.
            extras: VisitExtras = optional_arg,
        },
        /// To both: the visit is over, and the visitor did not join.
        Unvisit = "unvisit" {
            /// The room.
            room: RoomName = arg,
            /// The other one.
            id: PeerId = arg,
        },
        /// To the host: somebody wants to come in.
        Knock = "knock" {
            /// The room.
            room: RoomName = arg,
            /// Who waits.
            id: PeerId = arg,
            /// What there is to know about them.
            extras: KnockExtras = optional_arg,
        },
        /// To the host: somebody who waited is gone.
        Unknock = "unknock" {
            /// The room.
            room: RoomName = arg,
            /// Who waited.
            id: PeerId = arg,
        },
    }
}

/// The last argument of `joined`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedExtras {
    /// [`VERSION`](crate::protocol::VERSION) of the server.
    pub protocol: u32,
    /// The others in the room, in the order in which they came.
    pub peers: Vec<PeerInfo>,
    /// Who may lock, admit and remove.
    pub host: PeerId,
    /// How many peers the room holds, yourself included.
    pub capacity: usize,
    /// Whether newcomers have to knock.
    pub locked: bool,
    /// Signed; whoever has it can go on in this seat. Not to be told to anybody.
    pub resume: String,
    /// The server was started anew and has this seat from the token only: whoever else was in
    /// the room and is not in `peers` may still come back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
    /// What to give to `RTCPeerConnection`.
    #[serde(default)]
    pub ice: IceConfiguration,
}

/// The ICE servers for this peer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IceConfiguration {
    /// As `RTCConfiguration` of WebRTC has them.
    pub ice_servers: Vec<IceServer>,
    /// When their credentials end, in seconds since 1970; `null` when they do not.
    pub expires: Option<u64>,
}

/// A STUN or TURN server, as `RTCIceServer` of WebRTC has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IceServer {
    /// Addresses such as `stun:example.org:3478` (RFC 7064, RFC 7065).
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// The last argument of `otherjoin`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct OtherJoinExtras {
    /// How the person wants to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
    /// The description that came with their `join`, when you are the only other one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Value>")]
    pub offer: Option<Box<RawValue>>,
}

/// The last argument of `visit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VisitExtras {
    /// What to give to `RTCPeerConnection`: servers that need no credentials.
    #[serde(default)]
    pub ice: IceConfiguration,
}

/// The last argument of `knock`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnockExtras {
    /// How the person wants to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
}

/// What a newcomer learns about somebody who is there already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeerInfo {
    /// Who.
    pub id: PeerId,
    /// How they want to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
    /// Their connection dropped and they may come back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
}

/// The last argument of a relayed `message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sender {
    /// Who sent it. Put there by the server, so that nobody can speak in another's name.
    pub from: PeerId,
}

/// The last argument of `leaved` and `bye`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Departure {
    /// Why the peer is gone.
    pub reason: Reason,
}

/// Why a peer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// It said `leave`.
    Left,
    /// Its connection dropped, and it did not come back in time.
    Timeout,
    /// The host removed it.
    Removed,
    /// Another connection goes on in its seat.
    Replaced,
    /// A reason that this version does not know.
    #[serde(other)]
    #[schemars(skip)]
    Unknown,
}

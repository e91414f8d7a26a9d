//! What nodes write into Redis and tell each other.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use socketioxide::socket::Sid;

use crate::{
    protocol::{DecodeError, PeerId, RoomName, ServerEvent},
    random::random,
    signaling::rooms::Room,
};

/// One running server; a new one after each start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Node(u64);

impl Node {
    pub(super) fn new() -> Self {
        Self(u64::from_be_bytes(random()))
    }

    /// Where the node listens.
    pub(super) fn channel(self) -> String {
        format!("duplex:node:{:016x}", self.0)
    }

    /// The set of the rooms that have to do with the node.
    pub(super) fn rooms_key(self) -> String {
        format!("duplex:rooms:{:016x}", self.0)
    }

    pub(super) fn name(self) -> String {
        format!("{:016x}", self.0)
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        u64::from_str_radix(name, 16).ok().map(Self)
    }
}

/// A connection, on whichever node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Address {
    pub(super) node: Node,
    pub(super) sid: Sid,
}

/// A room as it is kept. The version grows with each change, also when the room ends and a new
/// one of that name begins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) version: u64,
    pub(super) room: Room<Address>,
}

/// What a node is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Notice {
    /// A room changed.
    Change(Change),
    /// A message for a connection of the node.
    Relay {
        room: RoomName,
        to: Sid,
        from: PeerId,
        data: Box<RawValue>,
    },
}

/// A change of a room, as one node is told of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) room: RoomName,
    /// The version before, 0 for none.
    pub(super) from: u64,
    pub(super) to: u64,
    /// The room from now on, without the messages that are kept; `None`: it ended.
    pub(super) state: Option<Room<Address>>,
    /// What the connections of the node are to be told, in this order.
    pub(super) effects: Vec<Effect>,
    /// Which request of the node this is the answer to.
    pub(super) request: Option<u64>,
}

/// An event for one connection.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Effect {
    pub(super) to: Sid,
    name: String,
    args: Box<RawValue>,
}

impl Effect {
    pub(super) fn new(to: Sid, event: &ServerEvent) -> serde_json::Result<Self> {
        Ok(Self {
            to,
            name: event.name().to_owned(),
            args: serde_json::value::to_raw_value(event)?,
        })
    }

    pub(super) fn event(&self) -> Result<ServerEvent, DecodeError> {
        let args: Vec<Box<RawValue>> = serde_json::from_str(self.args.get())
            .map_err(|error| DecodeError::Argument(0, error))?;
        ServerEvent::decode(&self.name, &args)
    }
}

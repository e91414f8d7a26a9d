//! Where the rooms live.
//!
//! Both stores keep the same promises. Admission is atomic, on however many nodes. Whatever
//! follows from two changes of one room is sent to everyone in the order of the changes, and
//! messages from one sender to one receiver stay in the order in which they were said.

mod memory;

use std::sync::Arc;

use serde_json::value::RawValue;
use socketioxide::socket::Sid;

pub(super) use memory::Memory;

use super::{
    outlet::Outlet,
    rooms::{Action, Rules},
};
use crate::protocol::{ErrorBody, PeerId, RoomName};

/// Takes the answer to a request, when everything that follows from it has been queued.
pub(super) type Done = Box<dyn FnOnce(Result<(), ErrorBody>) + Send>;

/// The rooms of one server, or of several that share them.
#[derive(Clone)]
pub(super) enum Store {
    /// In memory, for one node.
    Memory(Arc<Memory>),
}

impl Store {
    pub(super) fn memory(rules: Rules, outlet: Arc<Outlet>) -> Self {
        Self::Memory(Arc::new(Memory::new(rules, outlet)))
    }

    /// Does what a connection of this node asks for.
    pub(super) fn submit(&self, room: RoomName, by: Sid, action: Action<Sid>, done: Done) {
        match self {
            Self::Memory(memory) => done(memory.apply(&room, by, action)),
        }
    }

    /// Relays a message at once, where that can be done; `None` where it has to be submitted.
    pub(super) fn relay(
        &self,
        room: &RoomName,
        by: Sid,
        to: Option<&PeerId>,
        data: &RawValue,
    ) -> Option<Result<(), ErrorBody>> {
        match self {
            Self::Memory(memory) => memory.relay(room, by, to, data),
        }
    }

    /// A connection of this node is gone.
    pub(super) fn disconnected(&self, sid: Sid) {
        match self {
            Self::Memory(memory) => memory.disconnected(sid),
        }
    }

    /// In how many rooms a connection is, or waits.
    pub(super) fn rooms_of(&self, sid: Sid) -> usize {
        match self {
            Self::Memory(memory) => memory.rooms_of(sid),
        }
    }

    /// Says why the store cannot be used now.
    pub(super) async fn ready(&self) -> Result<(), String> {
        match self {
            Self::Memory(_) => Ok(()),
        }
    }
}

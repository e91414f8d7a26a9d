//! Where the rooms live.
//!
//! Both stores keep the same promises. Admission is atomic, on however many nodes. Whatever
//! follows from two changes of one room is sent to everyone in the order of the changes, and
//! messages from one sender to one receiver stay in the order in which they were said.

mod memory;
mod redis;

use std::sync::Arc;

use serde_json::value::RawValue;
use socketioxide::socket::Sid;

pub(super) use memory::Memory;
pub(super) use redis::Redis;

use super::{
    outlet::Outlet,
    rooms::{Action, Glimpse, Rules},
};
use crate::protocol::{ErrorBody, PeerId, RoomName};

/// Takes the answer to a request, when everything that follows from it has been queued.
pub(super) type Done = Box<dyn FnOnce(Result<(), ErrorBody>) + Send>;

/// The rooms of one server, or of several that share them.
#[derive(Clone)]
pub(super) enum Store {
    /// In memory, for one node.
    Memory(Arc<Memory>),
    /// In Redis, for several nodes.
    Redis(Arc<Redis>),
}

impl Store {
    /// Opens the store at the address of a Redis server, or in memory when that is empty.
    pub(super) async fn open(
        redis: &str,
        rules: Rules,
        outlet: Arc<Outlet>,
    ) -> anyhow::Result<Self> {
        Ok(if redis.is_empty() {
            Self::Memory(Arc::new(Memory::new(rules, outlet)))
        } else {
            Self::Redis(Redis::connect(redis, rules, outlet).await?)
        })
    }

    /// Does what a connection of this node asks for.
    pub(super) fn submit(&self, room: RoomName, by: Sid, action: Action, done: Done) {
        match self {
            Self::Memory(memory) => done(memory.apply(&room, by, action)),
            Self::Redis(redis) => redis.submit(room, by, action, done),
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
            Self::Redis(redis) => redis.relay(room, by, to, data),
        }
    }

    /// A connection of this node is gone.
    pub(super) fn disconnected(&self, sid: Sid) {
        match self {
            Self::Memory(memory) => memory.disconnected(sid),
            Self::Redis(redis) => redis.disconnected(sid),
        }
    }

    /// In how many rooms besides this one a connection is, waits or visits.
    pub(super) fn other_rooms_of(&self, sid: Sid, room: &RoomName) -> usize {
        match self {
            Self::Memory(memory) => memory.other_rooms_of(sid, room),
            Self::Redis(redis) => redis.other_rooms_of(sid, room),
        }
    }

    /// What a room shows to whoever has its link; changes nothing. `None`: it cannot be asked now.
    pub(super) async fn glimpse(&self, room: &RoomName) -> Option<Glimpse> {
        match self {
            Self::Memory(memory) => Some(memory.glimpse(room)),
            Self::Redis(redis) => redis.glimpse(room).await,
        }
    }

    /// Says why the store cannot be used now.
    pub(super) fn ready(&self) -> Result<(), &'static str> {
        match self {
            Self::Redis(redis) if !redis.is_available() => Err("Redis cannot be reached"),
            _ => Ok(()),
        }
    }
}

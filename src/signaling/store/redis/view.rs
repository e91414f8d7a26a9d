//! What this node knows of the rooms that have to do with it: the last state of each, as the
//! changes that were published told it, one after the other.

use std::collections::HashMap;

use socketioxide::socket::Sid;
use tracing::warn;

use super::wire::{Address, Change, Node};
use crate::{
    protocol::{Departure, Reason, RoomName, ServerEvent},
    signaling::{places::Places, rooms::Room},
};

/// The rooms that have to do with this node.
#[derive(Debug)]
pub(super) struct Views {
    node: Node,
    rooms: HashMap<RoomName, View>,
    places: Places<Sid>,
    /// Requests of this node that are under way, by room: what comes after them has to wait.
    pending: HashMap<RoomName, usize>,
}

#[derive(Debug)]
pub(super) struct View {
    pub(super) version: u64,
    pub(super) room: Room<Address>,
}

impl Views {
    pub(super) fn new(node: Node) -> Self {
        Self {
            node,
            rooms: HashMap::new(),
            places: Places::default(),
            pending: HashMap::new(),
        }
    }

    pub(super) fn get(&self, room: &RoomName) -> Option<&View> {
        self.rooms.get(room)
    }

    pub(super) fn names(&self) -> Vec<RoomName> {
        self.rooms.keys().cloned().collect()
    }

    /// How many rooms there are, and how many of their places are this node's.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.rooms.len(), self.places.count())
    }

    pub(super) fn rooms_of(&self, sid: Sid) -> &[RoomName] {
        self.places.of(&sid)
    }

    pub(super) fn begin(&mut self, room: &RoomName) {
        *self.pending.entry(room.clone()).or_default() += 1;
    }

    pub(super) fn end(&mut self, room: &RoomName) {
        if let Some(count) = self.pending.get_mut(room) {
            *count -= 1;
            if *count == 0 {
                self.pending.remove(room);
            }
        }
    }

    pub(super) fn is_busy(&self, room: &RoomName) -> bool {
        self.pending.contains_key(room)
    }

    /// The connections of this node that have to do with a room.
    pub(super) fn connections(&self, room: &RoomName) -> Vec<Sid> {
        self.rooms
            .get(room)
            .map(|view| self.own(&view.room))
            .unwrap_or_default()
    }

    fn own(&self, room: &Room<Address>) -> Vec<Sid> {
        let all = room.connections();
        let own = all.iter().filter(|address| address.node == self.node);
        own.map(|address| address.sid).collect()
    }

    /// Takes a change in, and returns what connections of this node are to be told.
    pub(super) fn apply(&mut self, change: Change) -> Vec<(Sid, ServerEvent)> {
        let Change {
            room: name,
            from,
            to,
            state,
            effects,
            ..
        } = change;
        let before = self.rooms.remove(&name);
        if let Some(view) = &before
            && view.version >= to
        {
            self.rooms.extend(before.map(|view| (name, view)));
            return Vec::new();
        }
        let events = effects.iter().filter_map(|effect| match effect.event() {
            Ok(event) => Some((effect.to, event)),
            Err(error) => {
                warn!(%error, "another node said something that this version does not know");
                None
            }
        });
        let own_before = before.as_ref().map(|view| self.own(&view.room));
        let own_after = state.as_ref().map(|room| self.own(room));
        let (own_before, own_after) = (
            own_before.unwrap_or_default(),
            own_after.unwrap_or_default(),
        );
        let mut told = Vec::new();
        match before {
            // Changes were missed, while Redis was away: what follows from them is made up for.
            Some(view) if view.version != from => {
                let empty = Room::new();
                let now = state.as_ref().unwrap_or(&empty);
                let missed = view.room.differences(&name, now).into_iter();
                let missed = missed.filter(|(to, _)| to.node == self.node);
                told.extend(missed.map(|(to, event)| (to.sid, event)));
                told.extend(
                    events.filter(|(to, event)| is_personal(event) || !own_before.contains(to)),
                );
                // Whoever is told anew that it is in, or not, knows.
                let lost = own_before.iter().filter(|sid| !own_after.contains(sid));
                for sid in lost {
                    let has_word = told.iter().any(|(to, event)| {
                        to == sid
                            && matches!(
                                event,
                                ServerEvent::Leaved { .. } | ServerEvent::Refused { .. }
                            )
                    });
                    let address = Address {
                        node: self.node,
                        sid: *sid,
                    };
                    if let (false, Some(id)) = (has_word, view.room.peer_at(&address)) {
                        let (room, id) = (name.clone(), id.clone());
                        let reason = Reason::Timeout;
                        let departure = Departure { reason };
                        told.push((
                            *sid,
                            ServerEvent::Leaved {
                                room,
                                id,
                                departure,
                            },
                        ));
                    }
                }
            }
            _ => told.extend(events),
        }
        self.places.update(&name, own_before, &own_after);
        if let Some(room) = state.filter(|_| !own_after.is_empty()) {
            self.rooms.insert(name, View { version: to, room });
        }
        told
    }
}

/// Whether an event tells its receiver what no state of the room says.
fn is_personal(event: &ServerEvent) -> bool {
    matches!(
        event,
        ServerEvent::Joined { .. }
            | ServerEvent::Leaved { .. }
            | ServerEvent::Full { .. }
            | ServerEvent::Waiting { .. }
            | ServerEvent::Refused { .. }
            | ServerEvent::Message { .. }
            | ServerEvent::Knock { .. }
            | ServerEvent::Unknock { .. }
            | ServerEvent::Visit { .. }
            | ServerEvent::Unvisit { .. }
    )
}

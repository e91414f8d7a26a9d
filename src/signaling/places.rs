//! In which rooms each connection is.

use std::{collections::HashMap, hash::Hash};

use crate::protocol::RoomName;

/// The rooms of each connection, kept in step with the rooms themselves.
#[derive(Debug)]
pub(super) struct Places<C>(HashMap<C, Vec<RoomName>>);

impl<C> Default for Places<C> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<C: Copy + Eq + Hash> Places<C> {
    /// Takes note that a room had the connections `before`, and has those `after` now.
    pub(super) fn update(&mut self, room: &RoomName, before: Vec<C>, after: &[C]) {
        for connection in after {
            if !before.contains(connection) {
                self.0.entry(*connection).or_default().push(room.clone());
            }
        }
        for connection in before {
            if !after.contains(&connection) {
                self.forget(room, connection);
            }
        }
    }

    fn forget(&mut self, room: &RoomName, connection: C) {
        if let Some(rooms) = self.0.get_mut(&connection) {
            rooms.retain(|other| other != room);
            if rooms.is_empty() {
                self.0.remove(&connection);
            }
        }
    }

    /// The rooms of a connection.
    pub(super) fn of(&self, connection: &C) -> &[RoomName] {
        self.0.get(connection).map_or(&[], Vec::as_slice)
    }
}

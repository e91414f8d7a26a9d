//! In which rooms each connection is.

use std::{collections::HashMap, hash::Hash};

use crate::protocol::RoomName;

/// The rooms of each connection, kept in step with the rooms themselves.
#[derive(Debug)]
pub(super) struct Places<C> {
    rooms: HashMap<C, Vec<RoomName>>,
    count: usize,
}

impl<C> Default for Places<C> {
    fn default() -> Self {
        Self {
            rooms: HashMap::new(),
            count: 0,
        }
    }
}

impl<C: Copy + Eq + Hash> Places<C> {
    /// Takes note that a room had the connections `before`, and has those `after` now.
    pub(super) fn update(&mut self, room: &RoomName, before: Vec<C>, after: &[C]) {
        for connection in after {
            if !before.contains(connection) {
                self.rooms
                    .entry(*connection)
                    .or_default()
                    .push(room.clone());
                self.count += 1;
            }
        }
        for connection in before {
            if !after.contains(&connection) {
                self.forget(room, connection);
            }
        }
    }

    fn forget(&mut self, room: &RoomName, connection: C) {
        if let Some(rooms) = self.rooms.get_mut(&connection) {
            let before = rooms.len();
            rooms.retain(|other| other != room);
            self.count -= before - rooms.len();
            if rooms.is_empty() {
                self.rooms.remove(&connection);
            }
        }
    }

    /// The rooms of a connection.
    pub(super) fn of(&self, connection: &C) -> &[RoomName] {
        self.rooms.get(connection).map_or(&[], Vec::as_slice)
    }

    /// How many places all connections have together.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}

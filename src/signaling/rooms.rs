//! Who sits where: plain rules without sockets, clocks or randomness of their own.
//!
//! Rooms are kept in the order in which their peers came. A room exists while somebody sits in
//! it. `C` is whatever names a connection.

use std::{collections::HashMap, hash::Hash};

use crate::protocol::{PeerId, RoomName};

/// All rooms of a server and the connections that sit in them.
#[derive(Debug)]
pub(super) struct Rooms<C> {
    capacity: usize,
    rooms: HashMap<RoomName, Vec<Seat<C>>>,
    /// Where each connection sits; an entry is never empty.
    places: HashMap<C, Vec<RoomName>>,
}

/// One place in a room and who sits there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seat<C> {
    /// The id that the room knows.
    pub(super) id: PeerId,
    /// The connection through which the peer is reached.
    pub(super) connection: C,
}

/// Why a connection was not let in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotJoined {
    /// Every seat is taken.
    Full,
    /// It sits there already.
    AlreadyInRoom,
}

/// Why a connection cannot do something in a room.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoSeat {
    /// It does not sit there itself.
    NotInRoom,
    /// The peer it names does not sit there.
    NoSuchPeer,
}

/// Somebody who gave a seat up, and those who stay.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Departed<C> {
    pub(super) room: RoomName,
    pub(super) id: PeerId,
    pub(super) others: Vec<Seat<C>>,
}

impl<C: Clone + Eq + Hash> Rooms<C> {
    /// No rooms yet; each will hold `capacity` peers.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            rooms: HashMap::new(),
            places: HashMap::new(),
        }
    }

    /// How many peers a room holds.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Gives the connection a seat under this id, and tells who was there before it.
    pub(super) fn join(
        &mut self,
        room: &RoomName,
        connection: C,
        id: PeerId,
    ) -> Result<Vec<Seat<C>>, NotJoined> {
        let seats = self.rooms.get(room).map_or(&[][..], Vec::as_slice);
        if seats.iter().any(|seat| seat.connection == connection) {
            return Err(NotJoined::AlreadyInRoom);
        }
        if seats.len() >= self.capacity {
            return Err(NotJoined::Full);
        }
        let others = seats.to_vec();
        self.places
            .entry(connection.clone())
            .or_default()
            .push(room.clone());
        self.rooms
            .entry(room.clone())
            .or_default()
            .push(Seat { id, connection });
        Ok(others)
    }

    /// Who gets what this connection says in the room, and under which id it speaks there.
    pub(super) fn route(
        &self,
        room: &RoomName,
        connection: &C,
        to: Option<&PeerId>,
    ) -> Result<(PeerId, Vec<Seat<C>>), NoSeat> {
        let seats = self.rooms.get(room).ok_or(NoSeat::NotInRoom)?;
        let (own, others): (Vec<_>, Vec<_>) = seats
            .iter()
            .cloned()
            .partition(|seat| seat.connection == *connection);
        let from = own.into_iter().next().ok_or(NoSeat::NotInRoom)?.id;
        match to {
            None => Ok((from, others)),
            Some(to) => {
                let receiver = others.into_iter().find(|seat| seat.id == *to);
                Ok((from, vec![receiver.ok_or(NoSeat::NoSuchPeer)?]))
            }
        }
    }

    /// Frees the seat of the connection in this room.
    pub(super) fn leave(&mut self, room: &RoomName, connection: &C) -> Result<Departed<C>, NoSeat> {
        let seats = self.rooms.get_mut(room).ok_or(NoSeat::NotInRoom)?;
        let place = seats.iter().position(|seat| seat.connection == *connection);
        let id = seats.remove(place.ok_or(NoSeat::NotInRoom)?).id;
        let others = seats.clone();
        if others.is_empty() {
            self.rooms.remove(room);
        }
        if let Some(places) = self.places.get_mut(connection) {
            places.retain(|place| place != room);
            if places.is_empty() {
                self.places.remove(connection);
            }
        }
        Ok(Departed {
            room: room.clone(),
            id,
            others,
        })
    }

    /// Frees every seat of a connection that is gone.
    pub(super) fn disconnect(&mut self, connection: &C) -> Vec<Departed<C>> {
        let places = self.places.get(connection).cloned().unwrap_or_default();
        places
            .iter()
            .filter_map(|room| self.leave(room, connection).ok())
            .collect()
    }
}

#[cfg(test)]
mod tests;

//! Whoever looks at a room's page and has not joined yet: the two may connect to each other before
//! the `join`, so that the picture is there at once after it.
//!
//! The peer in the room speaks first. Until then nothing a visitor says is passed on: a page that
//! knows nothing of visitors hears nothing of them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Newcomer, PeerId, Reason, Room, Seat, ServerEvent, VisitExtras, effects::Turn};
use crate::protocol::ErrorBody;

/// The visitor of a room, one at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Visitor<C> {
    /// The id that it will have in the room.
    pub(super) id: PeerId,
    pub(super) connection: C,
    /// The peer that it visits.
    host: PeerId,
    /// The host has said something to it.
    is_answered: bool,
}

impl<C: Clone + Eq> Room<C> {
    /// Whether there is somebody whose messages take another way (see [`Room::say`]).
    pub(in crate::signaling) fn has_visitor(&self) -> bool {
        self.visitor.is_some()
    }

    /// The peer who can be visited: alone in a room that anybody may join at this moment.
    fn host_to_visit(&self) -> Option<(&PeerId, &C)> {
        match &self.seats[..] {
            [seat] if !self.locked && self.passcode.is_none() && !self.is_full() => {
                seat.connection().map(|connection| (&seat.id, connection))
            }
            _ => None,
        }
    }

    pub(super) fn visit(
        &mut self,
        by: &C,
        id: PeerId,
        turn: &mut Turn<'_, C>,
    ) -> Result<(), ErrorBody> {
        self.not_inside(by)?;
        if !turn.rules.connect_early || self.has_visitor() {
            return Ok(());
        }
        let Some((host, connection)) = self.host_to_visit() else {
            return Ok(());
        };
        for (whom, other) in [(connection, &id), (by, host)] {
            let (id, extras) = (other.clone(), VisitExtras::default());
            let event = turn.event(|room| ServerEvent::Visit { room, id, extras });
            turn.tell(whom, event);
        }
        self.visitor = Some(Visitor {
            host: host.clone(),
            id,
            connection: by.clone(),
            is_answered: false,
        });
        Ok(())
    }

    /// The visitor joins. It goes on under the id that the host knows, unless it brings an offer: that
    /// begins anew, and what is still on its way to the visitor must not be taken for a part of it.
    pub(super) fn join_from_visit(
        &mut self,
        by: &C,
        newcomer: &mut Newcomer,
        turn: &mut Turn<'_, C>,
    ) {
        if newcomer.offer.is_some() {
            self.end_visit_of(by, turn);
        } else if let Some(visitor) = self.visitor.take_if(|visitor| visitor.connection == *by) {
            newcomer.id = visitor.id;
        }
    }

    /// The visitor goes without joining; `None` when `by` is not the visitor.
    pub(super) fn end_visit_of(&mut self, by: &C, turn: &mut Turn<'_, C>) -> Option<PeerId> {
        let visitor = self.visitor.take_if(|visitor| visitor.connection == *by)?;
        self.tell_host_of(&visitor, turn);
        Some(visitor.id)
    }

    /// Ends the visit to a peer who is not there any more, or not alone, or not open to everybody.
    pub(super) fn settle_visit(&mut self, turn: &mut Turn<'_, C>) {
        let host = self.host_to_visit().map(|(host, _)| host.clone());
        let ended = |visitor: &mut Visitor<C>| Some(&visitor.host) != host.as_ref();
        if let Some(visitor) = self.visitor.take_if(ended) {
            self.end(visitor, turn);
        }
    }

    /// The page of this peer is another one from now on, and knows of no visit.
    pub(super) fn forget_visit_to(&mut self, host: &PeerId, turn: &mut Turn<'_, C>) {
        if let Some(visitor) = self.visitor.take_if(|visitor| visitor.host == *host) {
            self.end(visitor, turn);
        }
    }

    fn end(&self, visitor: Visitor<C>, turn: &mut Turn<'_, C>) {
        self.tell_host_of(&visitor, turn);
        let id = visitor.host;
        let event = turn.event(|room| ServerEvent::Unvisit { room, id });
        turn.tell(&visitor.connection, event);
    }

    fn tell_host_of(&self, visitor: &Visitor<C>, turn: &mut Turn<'_, C>) {
        let host = self.seats.iter().find(|seat| seat.id == visitor.host);
        if let Some(connection) = host.and_then(Seat::connection) {
            let id = visitor.id.clone();
            let event = turn.event(|room| ServerEvent::Unvisit { room, id });
            turn.tell(connection, event);
        }
    }

    /// What the visitor and its host say to each other; `false` when the message is no such one.
    pub(super) fn say_in_visit(
        &mut self,
        by: &C,
        to: Option<&PeerId>,
        data: &RawValue,
        turn: &mut Turn<'_, C>,
    ) -> bool {
        let host = self
            .host_to_visit()
            .map(|(_, connection)| connection.clone());
        let (Some(visitor), Some(host)) = (&mut self.visitor, host) else {
            return false;
        };
        if visitor.connection == *by && visitor.is_answered && to == Some(&visitor.host) {
            turn.message(&host, visitor.id.clone(), data.to_owned());
            true
        } else if host == *by && to == Some(&visitor.id) {
            visitor.is_answered = true;
            turn.message(&visitor.connection, visitor.host.clone(), data.to_owned());
            true
        } else {
            false
        }
    }

    /// Gives up the place of a visitor that asks for it.
    pub(super) fn leave_visit(&mut self, by: &C, turn: &mut Turn<'_, C>) -> bool {
        let visitor = self.end_visit_of(by, turn);
        if let Some(id) = &visitor {
            turn.leaved(by, id, Reason::Left);
        }
        visitor.is_some()
    }
}

//! What follows from a change of a room: who is to be told what.

use serde_json::value::RawValue;

use super::{
    Departure, IceConfiguration, JoinedExtras, PeerId, PeerInfo, Reason, Room, RoomName, Rules,
    Seat, Sender, ServerEvent, Ticket, Time, VERSION,
};

/// Events to send, in this order.
pub(crate) type Effects<C> = Vec<(C, ServerEvent)>;

/// One change of a room under way.
pub(super) struct Turn<'a, C> {
    room: &'a RoomName,
    pub(super) now: Time,
    pub(super) rules: &'a Rules,
    pub(super) effects: Effects<C>,
}

impl<'a, C: Clone + Eq> Turn<'a, C> {
    pub(super) fn new(room: &'a RoomName, now: Time, rules: &'a Rules) -> Self {
        Self {
            room,
            now,
            rules,
            effects: Vec::new(),
        }
    }

    pub(super) fn event(&self, event: impl FnOnce(RoomName) -> ServerEvent) -> ServerEvent {
        event(self.room.clone())
    }

    pub(super) fn tell(&mut self, whom: &C, event: ServerEvent) {
        self.effects.push((whom.clone(), event));
    }

    /// Tells everyone who is here.
    pub(super) fn tell_all(&mut self, seats: &[Seat<C>], event: impl Fn(RoomName) -> ServerEvent) {
        for connection in seats.iter().filter_map(Seat::connection) {
            self.tell(connection, self.event(&event));
        }
    }

    /// Tells everyone who is here except the peer `id`.
    pub(super) fn tell_others(
        &mut self,
        seats: &[Seat<C>],
        id: &PeerId,
        event: impl Fn(RoomName) -> ServerEvent,
    ) {
        for seat in seats.iter().filter(|seat| seat.id != *id) {
            if let Some(connection) = seat.connection() {
                self.tell(connection, self.event(&event));
            }
        }
    }

    pub(super) fn full(&mut self, whom: &C, id: PeerId) {
        self.tell(whom, self.event(|room| ServerEvent::Full { room, id }));
    }

    pub(super) fn leaved(&mut self, whom: &C, id: &PeerId, reason: Reason) {
        let (id, departure) = (id.clone(), Departure { reason });
        let event = self.event(|room| ServerEvent::Leaved {
            room,
            id,
            departure,
        });
        self.tell(whom, event);
    }

    pub(super) fn message(&mut self, whom: &C, from: PeerId, data: Box<RawValue>) {
        let sender = Sender { from };
        self.tell(
            whom,
            self.event(|room| ServerEvent::Message { room, data, sender }),
        );
    }

    /// Tells the peer in this seat that it is in, and what there is to know.
    pub(super) fn joined(&mut self, room: &Room<C>, index: usize, restored: bool) {
        let seat = &room.seats[index];
        let Some(connection) = seat.connection() else {
            return;
        };
        let others = room.seats.iter().filter(|other| other.id != seat.id);
        let extras = JoinedExtras {
            protocol: VERSION,
            peers: others
                .map(|other| PeerInfo {
                    id: other.id.clone(),
                    name: other.name.clone(),
                    away: other.connection().is_none(),
                })
                .collect(),
            host: room.seats[0].id.clone(),
            capacity: room.capacity,
            locked: room.locked,
            resume: self.rules.signer.sign(&Ticket {
                room: self.room.clone(),
                id: seat.id.clone(),
                name: seat.name.clone(),
                since: seat.since,
                capacity: room.capacity,
            }),
            restored,
            ice: IceConfiguration::default(),
        };
        let id = seat.id.clone();
        let event = self.event(|room| ServerEvent::Joined { room, id, extras });
        self.tell(connection, event);
    }
}

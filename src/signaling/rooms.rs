//! Who sits where: the rules of one room, without sockets, clocks, randomness or I/O of their own.
//!
//! A [`Room`] is a plain value. [`Room::apply`] takes what somebody wants and the time, changes
//! the room or refuses and leaves it as it was, and says who is to be told what, in which order.
//! The stores keep rooms; the rules stand here once for all of them. `C` is whatever names a
//! connection.

mod effects;
mod glimpse;
mod visitor;

use std::{ops::Add, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::token::{Passcode, Signer, Ticket};
use crate::protocol::{
    DEFAULT_CAPACITY, Departure, DisplayName, ErrorBody, ErrorCode, IceConfiguration, JoinedExtras,
    KnockExtras, OtherJoinExtras, PeerId, PeerInfo, Reason, RoomName, Sender, ServerEvent, VERSION,
    VisitExtras,
};
pub(super) use effects::Effects;
use effects::Turn;
pub(crate) use glimpse::Glimpse;
use visitor::Visitor;

/// A point in time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Time(u64);

/// What is the same for all rooms.
#[derive(Debug, Clone)]
pub struct Rules {
    /// How long a seat is kept for whoever lost the connection.
    pub grace: Duration,
    /// How many peers a room holds unless its creator says otherwise.
    pub capacity: usize,
    /// How many peers a creator can ask for.
    pub max_capacity: usize,
    /// How many messages are kept for somebody who is away …
    pub kept_messages: usize,
    /// … and how many bytes of them.
    pub kept_bytes: usize,
    /// How many may wait before a locked room.
    pub max_waiting: usize,
    /// Whether whoever looks at the page of a room may connect to the one in it before joining.
    pub connect_early: bool,
    /// Signs the resume tokens.
    pub signer: Signer,
}

/// One room: its seats in the order in which they were taken, and who waits before it.
///
/// Whoever has sat there the longest is the host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Room<C> {
    capacity: usize,
    locked: bool,
    passcode: Option<Passcode>,
    seats: Vec<Seat<C>>,
    knocks: Vec<Knock<C>>,
    #[serde(default = "Option::default")]
    visitor: Option<Visitor<C>>,
}

/// One place in a room and whose it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Seat<C> {
    /// The id that the room knows.
    pub(super) id: PeerId,
    name: Option<DisplayName>,
    since: Time,
    /// Can be gone on in after a lost connection.
    keeps: bool,
    pub(super) place: Place<C>,
}

/// How a peer is reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Place<C> {
    /// Through this connection.
    Here(C),
    /// Not now; the seat is free when the time comes.
    Away { until: Time, kept: Vec<Kept> },
}

/// A message for somebody who is away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    from: PeerId,
    data: Box<RawValue>,
}

/// Somebody who waits before a locked room.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Knock<C> {
    newcomer: Newcomer,
    connection: C,
}

/// Somebody who wants to come in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Newcomer {
    /// A new random id, for the seat that they may get.
    pub(super) id: PeerId,
    pub(super) name: Option<DisplayName>,
    /// What they gave; what everyone after them must give, when they make the room.
    pub(super) passcode: Option<Passcode>,
    /// How many the room shall hold, when they make it.
    pub(super) capacity: Option<usize>,
    pub(super) offer: Option<Box<RawValue>>,
    /// Whether the seat outlives its connection.
    pub(super) keeps: bool,
}

/// What somebody wants of a room, or what happened to them.
#[derive(Debug, Clone)]
pub(super) enum Action {
    Join(Newcomer),
    /// Look at the page before a `Join`, perhaps; under this new random id.
    Visit(PeerId),
    /// Go on in a seat. `restore` makes the seat anew when it is not there: the server was started
    /// a moment ago, and the token is all that is left of it.
    Resume {
        ticket: Ticket,
        restore: bool,
    },
    Leave,
    Lock,
    Unlock,
    Admit(PeerId),
    Deny(PeerId),
    Remove(PeerId),
    /// Say something; for rooms in which somebody is away (see [`Room::audience`]).
    Say {
        to: Option<PeerId>,
        data: Box<RawValue>,
    },
    /// The connection is gone.
    Drop,
    /// Time went by.
    Expire,
}

impl<C: Clone + Eq> Room<C> {
    /// A room in which nobody sits yet.
    pub(super) fn new() -> Self {
        Self {
            capacity: DEFAULT_CAPACITY,
            locked: false,
            passcode: None,
            seats: Vec::new(),
            knocks: Vec::new(),
            visitor: None,
        }
    }

    /// Whether there is nothing left of it.
    pub(super) fn is_empty(&self) -> bool {
        // Those who wait get the seats of a room that the last peer has left.
        self.seats.is_empty()
    }

    /// How many sit there, those who are away included.
    pub(super) fn peers(&self) -> usize {
        self.seats.len()
    }

    /// Every connection that has to do with the room.
    pub(super) fn connections(&self) -> Vec<C> {
        let seated = self.seats.iter().filter_map(Seat::connection);
        let waiting = self.knocks.iter().map(|knock| &knock.connection);
        let visiting = self.visitor.iter().map(|visitor| &visitor.connection);
        seated.chain(waiting).chain(visiting).cloned().collect()
    }

    /// When the next seat is to be freed, if nobody comes back.
    pub(super) fn next_expiry(&self) -> Option<Time> {
        let times = self.seats.iter().filter_map(|seat| match seat.place {
            Place::Away { until, .. } => Some(until),
            Place::Here(_) => None,
        });
        times.min()
    }

    /// Whose seat it is that a connection has.
    pub(super) fn peer_at(&self, connection: &C) -> Option<&PeerId> {
        let seat = self
            .seats
            .iter()
            .find(|seat| seat.connection() == Some(connection));
        seat.map(|seat| &seat.id)
    }

    /// What those who were in the room, and still are, are to be told when they missed how it
    /// became what it is `now`.
    pub(super) fn differences(&self, name: &RoomName, now: &Self) -> Effects<C> {
        let mut effects = Vec::new();
        for seat in &now.seats {
            let Some(connection) = seat.connection() else {
                continue;
            };
            if self.peer_at(connection) != Some(&seat.id) {
                continue;
            }
            let mut tell = |event| effects.push((connection.clone(), event));
            for before in self.seats.iter().filter(|before| before.id != seat.id) {
                let (room, id) = (name.clone(), before.id.clone());
                let after = now.seats.iter().find(|after| after.id == id);
                match (before.connection().is_some(), after.map(Seat::connection)) {
                    (_, None) => {
                        let reason = Reason::Timeout;
                        let departure = Departure { reason };
                        tell(ServerEvent::Bye {
                            room,
                            id,
                            departure,
                        });
                    }
                    (true, Some(None)) => tell(ServerEvent::Away { room, id }),
                    (false, Some(Some(_))) => tell(ServerEvent::Back { room, id }),
                    _ => {}
                }
            }
            for after in now.seats.iter().filter(|after| after.id != seat.id) {
                if !self.seats.iter().any(|before| before.id == after.id) {
                    let extras = OtherJoinExtras {
                        name: after.name.clone(),
                        offer: None,
                    };
                    let (room, id) = (name.clone(), after.id.clone());
                    tell(ServerEvent::OtherJoin { room, id, extras });
                    if after.connection().is_none() {
                        let (room, id) = (name.clone(), after.id.clone());
                        tell(ServerEvent::Away { room, id });
                    }
                }
            }
            let room = name.clone();
            match (self.locked, now.locked) {
                (false, true) => tell(ServerEvent::Locked { room }),
                (true, false) => tell(ServerEvent::Unlocked { room }),
                _ => {}
            }
            let host = now.seats[0].id.clone();
            if self.seats[0].id != host {
                let room = name.clone();
                tell(ServerEvent::Host { room, id: host });
            }
        }
        effects
    }

    /// The same room without the messages that are kept.
    pub(super) fn without_messages(mut self) -> Self {
        for seat in &mut self.seats {
            if let Place::Away { kept, .. } = &mut seat.place {
                kept.clear();
            }
        }
        self
    }

    /// Under which id the connection speaks, and who hears it: the one seat named in `to`, or all
    /// others.
    pub(super) fn audience<'a>(
        &'a self,
        by: &C,
        to: Option<&'a PeerId>,
    ) -> Result<(&'a PeerId, impl Iterator<Item = &'a Seat<C>> + Clone), ErrorBody> {
        let from = &self.seats[self.seat_of(by)?].id;
        let others = self.seats.iter().filter(move |seat| seat.id != *from);
        let receivers = others.filter(move |seat| to.is_none_or(|to| seat.id == *to));
        if to.is_some() && receivers.clone().next().is_none() {
            return Err(no_such_peer());
        }
        Ok((from, receivers))
    }

    /// Does what `action` says on behalf of the connection `by`, and returns who is to be told
    /// what; or refuses and changes nothing.
    pub(super) fn apply(
        &mut self,
        name: &RoomName,
        by: &C,
        action: Action,
        now: Time,
        rules: &Rules,
    ) -> Result<Effects<C>, ErrorBody> {
        let mut turn = Turn::new(name, now, rules);
        match action {
            Action::Join(newcomer) => self.join(by, newcomer, &mut turn)?,
            Action::Visit(id) => self.visit(by, id, &mut turn)?,
            Action::Resume { ticket, restore } => self.resume(by, &ticket, restore, &mut turn)?,
            Action::Leave => self.leave(by, &mut turn)?,
            Action::Lock => {
                self.host(by)?;
                self.lock(&mut turn);
            }
            Action::Unlock => {
                self.host(by)?;
                if std::mem::take(&mut self.locked) {
                    turn.tell_all(&self.seats, |room| ServerEvent::Unlocked { room });
                }
            }
            Action::Admit(id) => {
                self.host(by)?;
                let knock = self.take_knock(&id)?;
                self.seat_or_full(knock, &mut turn);
            }
            Action::Deny(id) => {
                self.host(by)?;
                let knock = self.take_knock(&id)?;
                let error = ErrorBody::new(ErrorCode::Denied, "The host did not let you in.");
                let room = name.to_string();
                turn.tell(&knock.connection, ServerEvent::Refused { room, error });
            }
            Action::Remove(id) => self.remove(by, &id, &mut turn)?,
            Action::Say { to, data } => self.say(by, to.as_ref(), &data, &mut turn)?,
            Action::Drop => self.drop_connection(by, &mut turn),
            Action::Expire => {}
        }
        self.expire(&mut turn);
        self.settle(&mut turn);
        Ok(turn.effects)
    }

    fn join(
        &mut self,
        by: &C,
        mut newcomer: Newcomer,
        turn: &mut Turn<'_, C>,
    ) -> Result<(), ErrorBody> {
        self.join_from_visit(by, &mut newcomer, turn);
        self.not_inside(by)?;
        if self.seats.is_empty() {
            let capacity = newcomer.capacity.unwrap_or(turn.rules.capacity);
            self.capacity = capacity.min(turn.rules.max_capacity);
            self.passcode.clone_from(&newcomer.passcode);
        }
        match (&self.passcode, &newcomer.passcode) {
            (Some(_), None) => {
                return Err(ErrorBody::new(
                    ErrorCode::PasscodeRequired,
                    "This room has a passcode. Ask whoever invited you for it.",
                ));
            }
            (Some(right), Some(given)) if right != given => {
                return Err(ErrorBody::new(
                    ErrorCode::WrongPasscode,
                    "That is not the passcode of this room.",
                ));
            }
            _ => {}
        }
        let knock = Knock {
            newcomer,
            connection: by.clone(),
        };
        if !self.locked {
            self.seat_or_full(knock, turn);
        } else if self.is_full() || self.knocks.len() >= turn.rules.max_waiting {
            turn.full(by, knock.newcomer.id);
        } else {
            let id = knock.newcomer.id.clone();
            turn.tell(by, turn.event(|room| ServerEvent::Waiting { room, id }));
            self.announce(&knock, turn);
            self.knocks.push(knock);
        }
        Ok(())
    }

    fn resume(
        &mut self,
        by: &C,
        ticket: &Ticket,
        restore: bool,
        turn: &mut Turn<'_, C>,
    ) -> Result<(), ErrorBody> {
        self.not_inside(by)?;
        let place = self.seats.iter().position(|seat| seat.id == ticket.id);
        let index = match place {
            Some(index) => index,
            None if !restore || self.locked => {
                return Err(ErrorBody::new(
                    ErrorCode::BadResume,
                    "This seat is not there any more. Join the room without the token.",
                ));
            }
            None => match self.restore(ticket, turn) {
                Some(index) => index,
                None => {
                    turn.full(by, ticket.id.clone());
                    return Ok(());
                }
            },
        };
        self.end_visit_of(by, turn);
        self.forget_visit_to(&ticket.id, turn);
        let before = std::mem::replace(&mut self.seats[index].place, Place::Here(by.clone()));
        if let Place::Here(old) = &before {
            turn.leaved(old, &ticket.id, Reason::Replaced);
        }
        turn.joined(self, index, place.is_none());
        if let Place::Away { kept, .. } = before {
            for Kept { from, data } in kept {
                turn.message(by, from, data);
            }
        }
        let id = ticket.id.clone();
        turn.tell_others(&self.seats, &ticket.id, |room| ServerEvent::Back {
            room,
            id: id.clone(),
        });
        if index == 0 {
            if place.is_none() {
                self.tell_host(&ticket.id, turn);
            }
            for knock in &self.knocks {
                self.announce(knock, turn);
            }
        }
        Ok(())
    }

    /// Makes a seat from its token, in its old order; `None` when the room is full.
    fn restore(&mut self, ticket: &Ticket, turn: &Turn<'_, C>) -> Option<usize> {
        if self.seats.is_empty() {
            self.capacity = ticket.capacity.clamp(1, turn.rules.max_capacity);
        }
        if self.is_full() {
            return None;
        }
        let index = self
            .seats
            .partition_point(|seat| seat.since <= ticket.since);
        let seat = Seat {
            id: ticket.id.clone(),
            name: ticket.name.clone(),
            since: ticket.since,
            keeps: true,
            place: Place::Away {
                until: turn.now,
                kept: Vec::new(),
            },
        };
        self.seats.insert(index, seat);
        Some(index)
    }

    fn leave(&mut self, by: &C, turn: &mut Turn<'_, C>) -> Result<(), ErrorBody> {
        if let Some(knock) = self.drop_knock(by, turn) {
            turn.leaved(by, &knock.newcomer.id, Reason::Left);
            return Ok(());
        }
        if self.leave_visit(by, turn) {
            return Ok(());
        }
        let index = self.seat_of(by)?;
        turn.leaved(by, &self.seats[index].id, Reason::Left);
        self.free(index, Reason::Left, turn);
        Ok(())
    }

    fn remove(&mut self, by: &C, id: &PeerId, turn: &mut Turn<'_, C>) -> Result<(), ErrorBody> {
        self.host(by)?;
        let Some(index) = self.seats.iter().position(|seat| seat.id == *id) else {
            return Err(no_such_peer());
        };
        if self.seats[index].connection() == Some(by) {
            return Err(ErrorBody::new(
                ErrorCode::InvalidMessage,
                "To go yourself, use “leave”.",
            ));
        }
        if let Place::Here(connection) = &self.seats[index].place {
            turn.leaved(connection, id, Reason::Removed);
        }
        self.free(index, Reason::Removed, turn);
        self.lock(turn);
        Ok(())
    }

    fn lock(&mut self, turn: &mut Turn<'_, C>) {
        if !std::mem::replace(&mut self.locked, true) {
            turn.tell_all(&self.seats, |room| ServerEvent::Locked { room });
        }
    }

    fn say(
        &mut self,
        by: &C,
        to: Option<&PeerId>,
        data: &RawValue,
        turn: &mut Turn<'_, C>,
    ) -> Result<(), ErrorBody> {
        if self.say_in_visit(by, to, data, turn) {
            return Ok(());
        }
        let (from, receivers) = self.audience(by, to)?;
        let from = from.clone();
        let (mut heard, mut all) = (0, 0);
        for seat in receivers {
            all += 1;
            heard += usize::from(seat.takes(data, turn.rules));
        }
        if heard == 0 && all > 0 {
            return Err(ErrorBody::new(
                ErrorCode::NoSuchPeer,
                "That peer is away, and too many messages wait for it already.",
            ));
        }
        for seat in &mut self.seats {
            if seat.id == from || to.is_some_and(|to| seat.id != *to) {
                continue;
            }
            let takes = seat.takes(data, turn.rules);
            match &mut seat.place {
                Place::Here(connection) => turn.message(connection, from.clone(), data.to_owned()),
                Place::Away { kept, .. } if takes => kept.push(Kept {
                    from: from.clone(),
                    data: data.to_owned(),
                }),
                Place::Away { .. } => {}
            }
        }
        Ok(())
    }

    fn drop_connection(&mut self, by: &C, turn: &mut Turn<'_, C>) {
        self.drop_knock(by, turn);
        self.end_visit_of(by, turn);
        let Ok(index) = self.seat_of(by) else { return };
        let seat = &mut self.seats[index];
        if !seat.keeps || turn.rules.grace.is_zero() {
            return self.free(index, Reason::Timeout, turn);
        }
        let until = turn.now + turn.rules.grace;
        seat.place = Place::Away {
            until,
            kept: Vec::new(),
        };
        let id = seat.id.clone();
        turn.tell_others(&self.seats, &id, |room| ServerEvent::Away {
            room,
            id: id.clone(),
        });
    }

    fn expire(&mut self, turn: &mut Turn<'_, C>) {
        let now = turn.now;
        let over = |seat: &Seat<C>| matches!(seat.place, Place::Away { until, .. } if until <= now);
        while let Some(index) = self.seats.iter().position(over) {
            self.free(index, Reason::Timeout, turn);
        }
    }

    /// Takes a seat out of the room and tells those who stay.
    fn free(&mut self, index: usize, reason: Reason, turn: &mut Turn<'_, C>) {
        let Seat { id, .. } = self.seats.remove(index);
        let departure = Departure { reason };
        turn.tell_all(&self.seats, |room| ServerEvent::Bye {
            room,
            id: id.clone(),
            departure,
        });
        if let (0, Some(host)) = (index, self.seats.first()) {
            let host = host.id.clone();
            turn.tell_all(&self.seats, |room| ServerEvent::Host {
                room,
                id: host.clone(),
            });
            for knock in &self.knocks {
                self.announce(knock, turn);
            }
        }
    }

    /// Seats those who wait when nothing keeps them out any more: the room is open, or the last
    /// one in it has left and it is a new room.
    fn settle(&mut self, turn: &mut Turn<'_, C>) {
        if self.seats.is_empty() {
            self.locked = false;
            self.passcode = None;
        }
        if !self.locked {
            for knock in std::mem::take(&mut self.knocks) {
                self.seat_or_full(knock, turn);
            }
        }
        self.settle_visit(turn);
    }

    fn seat_or_full(&mut self, knock: Knock<C>, turn: &mut Turn<'_, C>) {
        let Knock {
            newcomer,
            connection,
        } = knock;
        if self.is_full() {
            return turn.full(&connection, newcomer.id);
        }
        let (id, name) = (newcomer.id, newcomer.name);
        // No two seats are equally old: after a restart their order is in their tokens only.
        let after_last = |last: &Seat<C>| turn.now.max(last.since + Duration::from_millis(1));
        let since = self.seats.last().map_or(turn.now, after_last);
        // Nobody knows which of several offers would be meant.
        let offer = newcomer.offer.filter(|_| self.seats.len() == 1);
        self.seats.push(Seat {
            id: id.clone(),
            name: name.clone(),
            since,
            keeps: newcomer.keeps,
            place: Place::Here(connection),
        });
        turn.joined(self, self.seats.len() - 1, false);
        turn.tell_others(&self.seats, &id, |room| ServerEvent::OtherJoin {
            room,
            id: id.clone(),
            extras: OtherJoinExtras {
                name: name.clone(),
                offer: offer.clone(),
            },
        });
    }

    /// Tells the host that somebody waits.
    fn announce(&self, knock: &Knock<C>, turn: &mut Turn<'_, C>) {
        if let Some(host) = self.seats.first().and_then(Seat::connection) {
            let id = knock.newcomer.id.clone();
            let extras = KnockExtras {
                name: knock.newcomer.name.clone(),
            };
            turn.tell(
                host,
                turn.event(|room| ServerEvent::Knock { room, id, extras }),
            );
        }
    }

    fn tell_host(&self, host: &PeerId, turn: &mut Turn<'_, C>) {
        turn.tell_others(&self.seats, host, |room| ServerEvent::Host {
            room,
            id: host.clone(),
        });
    }

    fn drop_knock(&mut self, by: &C, turn: &mut Turn<'_, C>) -> Option<Knock<C>> {
        let index = self
            .knocks
            .iter()
            .position(|knock| knock.connection == *by)?;
        let knock = self.knocks.remove(index);
        if let Some(host) = self.seats.first().and_then(Seat::connection) {
            let id = knock.newcomer.id.clone();
            turn.tell(host, turn.event(|room| ServerEvent::Unknock { room, id }));
        }
        Some(knock)
    }

    fn take_knock(&mut self, id: &PeerId) -> Result<Knock<C>, ErrorBody> {
        let index = self
            .knocks
            .iter()
            .position(|knock| knock.newcomer.id == *id);
        index
            .map(|index| self.knocks.remove(index))
            .ok_or_else(no_such_peer)
    }

    fn is_full(&self) -> bool {
        self.seats.len() >= self.capacity
    }

    fn seat_of(&self, by: &C) -> Result<usize, ErrorBody> {
        let seat = self
            .seats
            .iter()
            .position(|seat| seat.connection() == Some(by));
        seat.ok_or_else(|| {
            ErrorBody::new(
                ErrorCode::NotInRoom,
                "Join the room first: this connection is not in it.",
            )
        })
    }

    fn not_inside(&self, by: &C) -> Result<(), ErrorBody> {
        let has_knocked = self.knocks.iter().any(|knock| knock.connection == *by);
        if has_knocked || self.seat_of(by).is_ok() {
            return Err(ErrorBody::new(
                ErrorCode::AlreadyInRoom,
                "This connection is in that room already.",
            ));
        }
        Ok(())
    }

    fn host(&self, by: &C) -> Result<(), ErrorBody> {
        if self.seat_of(by)? != 0 {
            return Err(ErrorBody::new(
                ErrorCode::NotHost,
                "Only the host of the room can do that.",
            ));
        }
        Ok(())
    }
}

impl<C> Seat<C> {
    /// Through which connection the peer is reached now.
    pub(super) fn connection(&self) -> Option<&C> {
        match &self.place {
            Place::Here(connection) => Some(connection),
            Place::Away { .. } => None,
        }
    }

    /// Whether one more message reaches the peer, now or later.
    fn takes(&self, data: &RawValue, rules: &Rules) -> bool {
        match &self.place {
            Place::Here(_) => true,
            Place::Away { kept, .. } => {
                let bytes: usize = kept.iter().map(|kept| kept.data.get().len()).sum();
                kept.len() < rules.kept_messages && bytes + data.get().len() <= rules.kept_bytes
            }
        }
    }
}

fn no_such_peer() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NoSuchPeer,
        "Nobody with that id is in the room now.",
    )
}

impl Time {
    /// A point in time.
    pub(super) fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub(super) fn as_millis(self) -> u64 {
        self.0
    }
}

impl Add<Duration> for Time {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

#[cfg(test)]
mod tests;

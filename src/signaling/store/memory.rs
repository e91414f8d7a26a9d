//! Rooms in memory, behind one lock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::value::RawValue;
use socketioxide::socket::Sid;
use tokio::time::{Instant, sleep};
use tracing::debug;

use crate::{
    protocol::{ErrorBody, PeerId, RoomName},
    signaling::{
        outlet::{Outlet, Slow},
        places::Places,
        rooms::{Action, Glimpse, Place, Room, Rules, Time},
    },
};

/// The rooms of a server that is the only one.
#[derive(Debug)]
pub(in crate::signaling) struct Memory {
    rules: Rules,
    outlet: Arc<Outlet>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    rooms: HashMap<RoomName, Room<Sid>>,
    places: Places<Sid>,
}

/// The time of day at the start, and how long ago that was: nobody's grace time jumps when the
/// system's clock is set.
#[derive(Debug)]
struct Clock {
    epoch: Duration,
    start: Instant,
}

impl Clock {
    fn now(&self) -> Time {
        let millis = (self.epoch + self.start.elapsed()).as_millis();
        Time::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }
}

impl Memory {
    pub(super) fn new(rules: Rules, outlet: Arc<Outlet>) -> Self {
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            rules,
            outlet,
            clock: Clock {
                epoch: epoch.unwrap_or_default(),
                start: Instant::now(),
            },
            state: Mutex::default(),
        }
    }

    pub(super) fn apply(
        self: &Arc<Self>,
        name: &RoomName,
        by: Sid,
        mut action: Action,
    ) -> Result<(), ErrorBody> {
        if let Action::Resume { restore, .. } = &mut action {
            *restore = self.clock.start.elapsed() < self.rules.grace;
        }
        let drops = matches!(action, Action::Drop);
        let enters = matches!(
            action,
            Action::Join(_) | Action::Resume { .. } | Action::Visit(_)
        );
        let mut state = self.state();
        if enters && !self.outlet.is_connected(by) {
            // Its disconnect handler may have run already; nobody would free the seat.
            return Ok(());
        }
        let State { rooms, places } = &mut *state;
        let room = rooms.entry(name.clone()).or_insert_with(Room::new);
        let (peers, before) = (room.peers(), room.connections());
        let result = room.apply(name, &by, action, self.clock.now(), &self.rules);
        places.update(name, before, &room.connections());
        let metrics = &self.outlet.metrics;
        metrics.peers.inc_by(room.peers() as i64 - peers as i64);
        if drops && room.next_expiry().is_some() {
            self.expire_later(name.clone());
        }
        if room.is_empty() {
            rooms.remove(name);
        }
        metrics.rooms.set(rooms.len() as i64);
        // Sent while the rooms are locked, so that everyone hears of two changes in their order.
        let effects = result?;
        let sent = effects
            .iter()
            .map(|(to, event)| self.outlet.send(*to, event));
        let slow = sent.filter_map(Result::err).collect();
        drop(state);
        self.end(slow);
        Ok(())
    }

    pub(super) fn relay(
        self: &Arc<Self>,
        name: &RoomName,
        by: Sid,
        to: Option<&PeerId>,
        data: &RawValue,
    ) -> Option<Result<(), ErrorBody>> {
        let state = self.state();
        let nowhere = Room::new();
        let room = state.rooms.get(name).unwrap_or(&nowhere);
        if room.has_visitor() {
            return None;
        }
        let (from, audience) = match room.audience(&by, to) {
            Ok(route) => route,
            Err(error) => return Some(Err(error)),
        };
        let mut slow = Vec::new();
        for seat in audience.clone() {
            // Somebody is away: what they miss has to be kept.
            seat.connection()?;
        }
        for seat in audience {
            if let Place::Here(connection) = seat.place {
                slow.extend(self.outlet.relay(connection, name, data, from).err());
            }
        }
        drop(state);
        self.end(slow);
        Some(Ok(()))
    }

    pub(super) fn disconnected(self: &Arc<Self>, sid: Sid) {
        let rooms = self.state().places.of(&sid).to_vec();
        for room in rooms {
            // Whoever is gone cannot be refused anything.
            self.apply(&room, sid, Action::Drop).ok();
        }
    }

    pub(super) fn other_rooms_of(&self, sid: Sid, room: &RoomName) -> usize {
        let state = self.state();
        let rooms = state.places.of(&sid).iter();
        rooms.filter(|other| *other != room).count()
    }

    pub(super) fn glimpse(&self, room: &RoomName) -> Glimpse {
        let state = self.state();
        let room = state.rooms.get(room);
        room.map_or(Glimpse::Nobody, Room::glimpse)
    }

    /// The seats of whoever does not read are given up at once, the connection ends when it can.
    fn end(self: &Arc<Self>, slow: Vec<Slow>) {
        for slow in slow {
            self.disconnected(slow.0);
            self.outlet.end_slow(slow);
        }
    }

    fn expire_later(self: &Arc<Self>, room: RoomName) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            // A little more, for the rounding of the times to milliseconds.
            sleep(this.rules.grace + Duration::from_millis(2)).await;
            debug!("grace time over");
            this.apply(&room, Sid::new(), Action::Expire).ok();
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete or not begun when something panics.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

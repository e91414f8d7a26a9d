//! Rooms in Redis, shared by several nodes.
//!
//! A room is one value under one key. A node that is asked for something reads the room, lets the
//! rules of [`Room`] decide, and has a script put the result in place if nobody else changed the
//! room meanwhile; otherwise it begins again. The same step publishes the change to every node that
//! has to do with the room. Each node takes the changes in one after the other, its own among
//! them, and tells its connections: so everyone hears of the changes in their order.
//!
//! Messages between two connections of one node touch nothing but this node. Those for another
//! node are published for that node alone.

mod keeper;
mod link;
mod view;
mod wire;

use std::{
    collections::HashMap,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use anyhow::Context;
use redis::{PushInfo, PushKind};
use serde_json::value::RawValue;
use socketioxide::socket::Sid;
use tokio::{
    sync::{
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
        oneshot,
    },
    time::{sleep, timeout},
};
use tracing::{debug, warn};

use super::Done;
use crate::{
    protocol::{ErrorBody, ErrorCode, PeerId, RoomName, ServerEvent},
    settings::without_password,
    signaling::{
        outlet::{Outlet, Slow},
        rooms::{Action, Effects, Glimpse, Place, Room, Rules},
    },
};
use link::{Copy, Link, Loaded, TIMEOUT};
use view::Views;
use wire::{Address, Change, Effect, Node, Notice, Stored};

/// Requests for different rooms are dealt with at the same time, up to so many; those for one
/// room one after the other.
const WORKERS: u64 = 32;

/// How often a change is tried anew when another node is faster each time.
const ATTEMPTS: usize = 64;

/// The rooms of several servers.
pub(in crate::signaling) struct Redis {
    node: Node,
    rules: Rules,
    outlet: Arc<Outlet>,
    link: Link,
    views: Mutex<Views>,
    workers: Vec<UnboundedSender<Job>>,
    relays: UnboundedSender<Outgoing>,
    /// Requests whose change was not taken in yet.
    waiting: Mutex<HashMap<u64, oneshot::Sender<()>>>,
    next_request: AtomicU64,
    available: AtomicBool,
}

/// What is asked of a room.
struct Job {
    room: RoomName,
    by: Address,
    task: Task,
    done: Option<Done>,
}

/// What a worker does.
enum Task {
    Act(Action),
    /// Makes up for what was missed while Redis was away.
    CatchUp,
}

/// What waits to be published.
enum Outgoing {
    Notice(Node, String),
    /// Everything before it was published.
    Barrier(oneshot::Sender<()>),
}

impl Redis {
    pub(super) async fn connect(
        url: &str,
        rules: Rules,
        outlet: Arc<Outlet>,
    ) -> anyhow::Result<Arc<Self>> {
        let node = Node::new();
        let (pushes, pushed) = unbounded_channel();
        let link = timeout(2 * TIMEOUT, Link::connect(url, node, pushes)).await;
        let link = link
            .map_err(anyhow::Error::from)
            .and_then(|link| link.map_err(anyhow::Error::from))
            .with_context(|| {
                format!(
                    "Cannot use Redis at {}. Is it running, version 7 or newer? \
                     The address is redis in Leptos.toml, or DUPLEX_REDIS.",
                    without_password(url)
                )
            })?;
        let (relays, outgoing) = unbounded_channel();
        let (workers, jobs): (_, Vec<_>) = (0..WORKERS).map(|_| unbounded_channel()).unzip();
        let this = Arc::new(Self {
            node,
            rules,
            outlet,
            link,
            views: Mutex::new(Views::new(node)),
            workers,
            relays,
            waiting: Mutex::default(),
            next_request: AtomicU64::new(0),
            available: AtomicBool::new(true),
        });
        for jobs in jobs {
            tokio::spawn(Arc::clone(&this).work(jobs));
        }
        tokio::spawn(Arc::clone(&this).publish(outgoing));
        tokio::spawn(Arc::clone(&this).listen(pushed));
        tokio::spawn(Arc::clone(&this).keep());
        Ok(this)
    }

    pub(super) fn submit(&self, room: RoomName, by: Sid, action: Action, done: Done) {
        self.enqueue(room, self.address(by), Task::Act(action), Some(done));
    }

    fn enqueue(&self, room: RoomName, by: Address, task: Task, done: Option<Done>) {
        let mut hasher = DefaultHasher::new();
        room.hash(&mut hasher);
        let worker = usize::try_from(hasher.finish() % WORKERS).unwrap_or_default();
        self.views().begin(&room);
        let job = Job {
            room,
            by,
            task,
            done,
        };
        // The workers live as long as the process.
        self.workers[worker].send(job).ok();
    }

    pub(super) fn relay(
        &self,
        name: &RoomName,
        by: Sid,
        to: Option<&PeerId>,
        data: &RawValue,
    ) -> Option<Result<(), ErrorBody>> {
        let views = self.views();
        if views.is_busy(name) {
            return None;
        }
        let (result, slow) = self.relay_now(&views, name, self.address(by), to, data)?;
        drop(views);
        self.end(slow);
        Some(result)
    }

    /// Relays a message to receivers who are all here, on whichever node; `None` when somebody is
    /// away.
    fn relay_now(
        &self,
        views: &Views,
        name: &RoomName,
        by: Address,
        to: Option<&PeerId>,
        data: &RawValue,
    ) -> Option<(Result<(), ErrorBody>, Vec<Slow>)> {
        let nowhere = Room::new();
        let room = views.get(name).map_or(&nowhere, |view| &view.room);
        if room.has_visitor() {
            return None;
        }
        let (from, audience) = match room.audience(&by, to) {
            Ok(route) => route,
            Err(error) => return Some((Err(error), Vec::new())),
        };
        let mut is_remote = false;
        for seat in audience.clone() {
            is_remote |= seat.connection()?.node != self.node;
        }
        if is_remote && !self.is_available() {
            return Some((Err(unavailable()), Vec::new()));
        }
        let mut slow = Vec::new();
        for seat in audience {
            let Place::Here(Address { node, sid }) = seat.place else {
                continue;
            };
            if node == self.node {
                slow.extend(self.outlet.relay(sid, name, data, from).err());
                continue;
            }
            let address = Address { node, sid };
            self.relay_to(address, name, from.clone(), data.to_owned());
        }
        Some((Ok(()), slow))
    }

    /// Hands a message to the node that has the connection.
    fn relay_to(&self, to: Address, room: &RoomName, from: PeerId, data: Box<RawValue>) {
        let notice = serde_json::to_string(&Notice::Relay {
            room: room.clone(),
            to: to.sid,
            from,
            data,
        });
        match notice {
            Ok(notice) => drop(self.relays.send(Outgoing::Notice(to.node, notice))),
            Err(error) => warn!(%error, "a message could not be written"),
        }
    }

    pub(super) fn disconnected(&self, sid: Sid) {
        let rooms = self.views().rooms_of(sid).to_vec();
        for room in rooms {
            self.enqueue(room, self.address(sid), Task::Act(Action::Drop), None);
        }
    }

    pub(super) fn other_rooms_of(&self, sid: Sid, room: &RoomName) -> usize {
        let views = self.views();
        let rooms = views.rooms_of(sid).iter();
        rooms.filter(|other| *other != room).count()
    }

    pub(super) async fn glimpse(&self, room: &RoomName) -> Option<Glimpse> {
        if !self.is_available() {
            return None;
        }
        let text = self.link.peek(room).await.map_err(failed).ok()?;
        let stored = parse(&text);
        Some(stored.map_or(Glimpse::Nobody, |stored| stored.room.glimpse()))
    }

    pub(super) fn is_available(&self) -> bool {
        self.available.load(Ordering::Relaxed)
    }

    async fn work(self: Arc<Self>, mut jobs: UnboundedReceiver<Job>) {
        while let Some(job) = jobs.recv().await {
            let Job {
                room,
                by,
                task,
                done,
            } = job;
            let is_drop = matches!(task, Task::Act(Action::Drop));
            let result = match task {
                Task::Act(action) => self.decide(&room, by, action).await,
                Task::CatchUp => self.catch_up_on(&room).await,
            };
            self.views().end(&room);
            if is_drop && result.is_err() {
                self.drop_later(room, by);
            }
            if let Some(done) = done {
                done(result);
            }
        }
    }

    /// Nobody else will free the seat of a connection that is gone.
    fn drop_later(self: &Arc<Self>, room: RoomName, by: Address) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            sleep(TIMEOUT).await;
            this.enqueue(room, by, Task::Act(Action::Drop), None);
        });
    }

    async fn decide(
        &self,
        name: &RoomName,
        by: Address,
        mut action: Action,
    ) -> Result<(), ErrorBody> {
        if let Action::Say { to, data } = &action {
            let relayed = self.relay_now(&self.views(), name, by, to.as_ref(), data);
            if let Some((result, slow)) = relayed {
                self.end(slow);
                return result;
            }
        }
        if !self.is_available() {
            return Err(unavailable());
        }
        let enters = matches!(
            action,
            Action::Join(_) | Action::Resume { .. } | Action::Visit(_)
        );
        if enters && !self.outlet.is_connected(by.sid) {
            return Ok(());
        }
        self.published().await;
        for _ in 0..ATTEMPTS {
            let loaded = self.link.load(name).await.map_err(failed)?;
            if let Action::Resume { restore, .. } = &mut action {
                *restore = loaded.age() < self.rules.grace;
            }
            let before = parse(&loaded.text);
            let (version, mut room) = match &before {
                Some(stored) => (stored.version, stored.room.clone()),
                None => (0, Room::new()),
            };
            let effects = room.apply(name, &by, action.clone(), loaded.now(), &self.rules)?;
            let next = Stored { version, room };
            if write(&next)? == loaded.text {
                self.answer(name, effects);
                if matches!(action, Action::Expire) {
                    // Somebody came back in time: the list of what is due is behind.
                    let (text, due) = (&loaded.text, next.room.next_expiry());
                    self.link
                        .swap(name, text, text, due, &[])
                        .await
                        .map_err(failed)?;
                }
                return Ok(());
            }
            let gone = before.map_or_else(Vec::new, |stored| stored.room.connections());
            if self
                .commit(name, &loaded, version, next.room, &gone, &effects)
                .await?
            {
                return Ok(());
            }
        }
        Err(unavailable())
    }

    /// Tells what follows when the room stays as it is: an answer to a connection of this node,
    /// or a message to somebody who was away when it was said and is back by now.
    fn answer(&self, name: &RoomName, effects: Effects<Address>) {
        let mut slow = Vec::new();
        for (to, event) in effects {
            match event {
                _ if to.node == self.node => slow.extend(self.outlet.send(to.sid, &event).err()),
                ServerEvent::Message { data, sender, .. } => {
                    self.relay_to(to, name, sender.from, data);
                }
                event => warn!(event = event.name(), "for another node, with no change"),
            }
        }
        self.end(slow);
    }

    /// Puts the next state of a room in place and waits until this node has taken it in; false
    /// when another node was faster.
    async fn commit(
        &self,
        name: &RoomName,
        loaded: &Loaded,
        from: u64,
        room: Room<Address>,
        gone: &[Address],
        effects: &[(Address, ServerEvent)],
    ) -> Result<bool, ErrorBody> {
        let next = Stored {
            version: from.max(loaded.micros) + 1,
            room,
        };
        let after = write(&next)?;
        let due = next.room.next_expiry();
        let request = self.next_request.fetch_add(1, Ordering::Relaxed);
        let copies = self.copies(name, from, &next, gone, effects, request);
        let copies = copies.map_err(failed)?;
        let (told, heard) = oneshot::channel();
        self.waiting().insert(request, told);
        let swapped = self
            .link
            .swap(name, &loaded.text, &after, due, &copies)
            .await;
        let result = match swapped {
            // This node takes the change in as all others do, in its turn.
            Ok(true) => match timeout(2 * TIMEOUT, heard).await {
                Ok(_) => Ok(true),
                Err(_) => Err(unavailable()),
            },
            Ok(false) => Ok(false),
            Err(error) => Err(failed(error)),
        };
        self.waiting().remove(&request);
        result
    }

    /// Puts a room back that Redis has lost, or takes in what this node has missed.
    async fn catch_up_on(&self, name: &RoomName) -> Result<(), ErrorBody> {
        for _ in 0..ATTEMPTS {
            let loaded = self.link.load(name).await.map_err(failed)?;
            let stored = parse(&loaded.text);
            let known = self
                .views()
                .get(name)
                .map(|view| (view.version, view.room.clone()));
            let Some((version, room)) = known else {
                return Ok(());
            };
            let (from, room) = match stored {
                Some(stored) if stored.version == version => return Ok(()),
                Some(stored) if stored.version > version => (stored.version, stored.room),
                _ => (version, room),
            };
            if self.commit(name, &loaded, from, room, &[], &[]).await? {
                return Ok(());
            }
        }
        Err(unavailable())
    }

    /// What each node that has to do with a change is told of it; this node always.
    fn copies(
        &self,
        name: &RoomName,
        from: u64,
        next: &Stored,
        gone: &[Address],
        effects: &[(Address, ServerEvent)],
        request: u64,
    ) -> serde_json::Result<Vec<Copy>> {
        let stays = next.room.connections();
        let told = effects.iter().map(|(to, _)| to.node);
        let mut nodes: Vec<Node> = stays
            .iter()
            .chain(gone)
            .map(|address| address.node)
            .collect();
        nodes.extend(told);
        nodes.push(self.node);
        nodes.sort_unstable();
        nodes.dedup();
        let state = (!next.room.is_empty()).then(|| next.room.clone().without_messages());
        nodes
            .into_iter()
            .map(|node| {
                let own = effects.iter().filter(|(to, _)| to.node == node);
                let effects = own.map(|(to, event)| Effect::new(to.sid, event));
                let notice = Notice::Change(Change {
                    room: name.clone(),
                    from,
                    to: next.version,
                    state: state.clone(),
                    effects: effects.collect::<Result<_, _>>()?,
                    request: (node == self.node).then_some(request),
                });
                Ok(Copy {
                    node,
                    member: stays.iter().any(|address| address.node == node),
                    notice: serde_json::to_string(&notice)?,
                })
            })
            .collect()
    }

    /// Takes in what is published for this node, in its order.
    async fn listen(self: Arc<Self>, mut pushed: UnboundedReceiver<PushInfo>) {
        while let Some(PushInfo { kind, data }) = pushed.recv().await {
            match kind {
                PushKind::Message => {
                    let text = data.into_iter().nth(1).unwrap_or(redis::Value::Nil);
                    let notice = redis::from_redis_value::<String>(text)
                        .map_err(anyhow::Error::from)
                        .and_then(|text| Ok(serde_json::from_str(&text)?));
                    match notice {
                        Ok(notice) => self.take_in(notice),
                        Err(error) => warn!(%error, "another node runs another version"),
                    }
                }
                PushKind::Disconnection => {
                    warn!("Redis is away: nobody can join, running calls go on");
                    self.available.store(false, Ordering::Relaxed);
                }
                _ => debug!(?kind, "Redis"),
            }
        }
    }

    fn take_in(&self, notice: Notice) {
        match notice {
            Notice::Relay {
                room,
                to,
                from,
                data,
            } => {
                if let Err(slow) = self.outlet.relay(to, &room, &data, &from) {
                    self.end(vec![slow]);
                }
            }
            Notice::Change(change) => {
                let (name, request) = (change.room.clone(), change.request);
                let mut views = self.views();
                let told = views.apply(change);
                // Sent while the rooms are locked, so that no message overtakes it.
                let sent = told.iter().map(|(to, event)| self.outlet.send(*to, event));
                let slow = sent.filter_map(Result::err).collect();
                let connections = views.connections(&name);
                let (rooms, peers) = views.count();
                self.outlet
                    .metrics
                    .rooms
                    .set(i64::try_from(rooms).unwrap_or(i64::MAX));
                self.outlet
                    .metrics
                    .peers
                    .set(i64::try_from(peers).unwrap_or(i64::MAX));
                drop(views);
                self.end(slow);
                if let Some(told) = request.and_then(|request| self.waiting().remove(&request)) {
                    told.send(()).ok();
                }
                for sid in connections {
                    // It went while it was coming in.
                    if !self.outlet.is_connected(sid) {
                        self.enqueue(
                            name.clone(),
                            self.address(sid),
                            Task::Act(Action::Drop),
                            None,
                        );
                    }
                }
            }
        }
    }

    async fn publish(self: Arc<Self>, mut outgoing: UnboundedReceiver<Outgoing>) {
        let mut batch = Vec::new();
        while outgoing.recv_many(&mut batch, 256).await > 0 {
            let mut notices = Vec::new();
            let mut barriers = Vec::new();
            for item in batch.drain(..) {
                match item {
                    Outgoing::Notice(node, notice) => notices.push((node, notice)),
                    Outgoing::Barrier(told) => barriers.push(told),
                }
            }
            if !notices.is_empty()
                && let Err(error) = self.link.publish(&notices).await
            {
                warn!(%error, lost = notices.len(), "messages to other nodes are lost");
            }
            for told in barriers {
                told.send(()).ok();
            }
        }
    }

    /// Waits until what was said before was published.
    async fn published(&self) {
        let (told, heard) = oneshot::channel();
        self.relays.send(Outgoing::Barrier(told)).ok();
        heard.await.ok();
    }

    /// The seats of whoever does not read are given up at once, the connection ends when it can.
    fn end(&self, slow: Vec<Slow>) {
        for slow in slow {
            self.disconnected(slow.0);
            self.outlet.end_slow(slow);
        }
    }

    fn address(&self, sid: Sid) -> Address {
        Address {
            node: self.node,
            sid,
        }
    }

    fn views(&self) -> MutexGuard<'_, Views> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<()>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(text: &str) -> Option<Stored> {
    if text.is_empty() {
        return None;
    }
    let stored = serde_json::from_str(text);
    // As good as no room: whatever wrote it was another version.
    stored
        .map_err(|error| warn!(%error, "a room in Redis cannot be read"))
        .ok()
}

/// The text of a room; empty for one that has ended.
fn write(stored: &Stored) -> Result<String, ErrorBody> {
    if stored.room.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(stored).map_err(failed)
}

fn unavailable() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unavailable,
        "The server cannot reach its store of rooms. Try again in a moment.",
    )
}

fn failed(error: impl fmt::Display) -> ErrorBody {
    warn!(%error, "the store cannot be used");
    unavailable()
}

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use super::*;

fn rules() -> Rules {
    Rules {
        grace: Duration::from_secs(15),
        capacity: 2,
        max_capacity: 4,
        kept_messages: 3,
        kept_bytes: 20,
        max_waiting: 2,
        connect_early: true,
        signer: Signer::new(b"a key for tests"),
    }
}

fn id(n: u8) -> PeerId {
    PeerId::from_random([n; 16])
}

fn newcomer(n: u8) -> Newcomer {
    Newcomer {
        id: id(n),
        name: None,
        passcode: None,
        capacity: None,
        offer: None,
        keeps: true,
    }
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("a test writes JSON")
}

/// A page as simple as can be: it believes what it is told, and complains when that makes no sense.
#[derive(Debug, Clone, Default, PartialEq)]
struct Page {
    id: Option<PeerId>,
    /// The others, and whether they are away.
    others: BTreeMap<PeerId, bool>,
    host: Option<PeerId>,
    locked: bool,
    /// Who wants to come in, as the host is told.
    knocks: Vec<PeerId>,
    /// Who visits, as the host is told; or whom this page visits.
    visit: Option<PeerId>,
    token: Option<String>,
    /// Answers and messages that change nothing here.
    heard: Vec<String>,
    last_from: HashMap<PeerId, u64>,
}

impl Page {
    fn hear(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Joined { id, extras, .. } => {
                assert_eq!(self.id, None, "joined twice");
                self.others = extras.peers.into_iter().map(|p| (p.id, p.away)).collect();
                assert!(!self.others.contains_key(&id));
                self.id = Some(id);
                self.host = Some(extras.host);
                self.locked = extras.locked;
                self.visit = None;
                self.token = Some(extras.resume);
                self.heard.push("joined".to_owned());
            }
            ServerEvent::Leaved { id, departure, .. } => {
                let known = self.id.as_ref().is_none_or(|own| *own == id);
                assert!(known, "told to leave another's seat");
                self.leave();
                self.heard.push(format!("leaved {:?}", departure.reason));
            }
            ServerEvent::OtherJoin { id, .. } => {
                self.inside();
                self.visit.take_if(|visitor| *visitor == id);
                assert_eq!(self.others.insert(id, false), None, "came twice");
            }
            ServerEvent::Bye { id, .. } => {
                self.inside();
                assert!(
                    self.others.remove(&id).is_some(),
                    "said bye twice, or never came"
                );
            }
            ServerEvent::Away { id, .. } => {
                assert_eq!(
                    self.others.insert(id, true),
                    Some(false),
                    "away twice, or never came"
                );
            }
            ServerEvent::Back { id, .. } => {
                self.inside();
                self.others.insert(id, false);
            }
            ServerEvent::Host { id, .. } => {
                self.inside();
                self.host = Some(id);
                self.knocks.clear();
            }
            ServerEvent::Locked { .. } => {
                self.inside();
                assert!(!std::mem::replace(&mut self.locked, true), "locked twice");
            }
            ServerEvent::Unlocked { .. } => {
                self.inside();
                assert!(std::mem::replace(&mut self.locked, false), "was not locked");
            }
            ServerEvent::Knock { id, .. } => {
                assert_eq!(self.id, self.host, "only the host is asked");
                self.knocks.push(id);
            }
            ServerEvent::Unknock { id, .. } => {
                assert_eq!(self.id, self.host, "only the host is told");
                self.knocks.retain(|knock| *knock != id);
            }
            ServerEvent::Visit { id, .. } => {
                assert!(
                    self.others.is_empty() && !self.locked,
                    "not a moment for a visit"
                );
                assert_eq!(self.visit.replace(id), None, "visited twice");
            }
            ServerEvent::Unvisit { id, .. } => {
                assert_eq!(self.visit.take(), Some(id), "no visit to end");
            }
            ServerEvent::Message { data, sender, .. } => {
                assert!(self.id.is_some() || self.visit.as_ref() == Some(&sender.from));
                assert_ne!(Some(&sender.from), self.id.as_ref(), "nobody hears himself");
                if let Ok(n) = data.get().parse() {
                    let last = self.last_from.insert(sender.from, n);
                    assert!(last.is_none_or(|last| last < n), "out of order");
                }
                self.heard.push(format!("message {data}"));
            }
            ServerEvent::Full { .. } => self.heard.push("full".to_owned()),
            ServerEvent::Waiting { .. } => self.heard.push("waiting".to_owned()),
            ServerEvent::Refused { error, .. } => self.heard.push(format!("{:?}", error.code)),
        }
    }

    fn inside(&self) {
        assert!(self.id.is_some(), "told something of a room it is not in");
    }

    /// Keeps only the token, as a page that is loaded again.
    fn leave(&mut self) {
        *self = Self {
            token: self.token.take(),
            heard: std::mem::take(&mut self.heard),
            ..Self::default()
        };
    }
}

/// A room, and a page at each of its connections.
struct World {
    rules: Rules,
    name: RoomName,
    room: Room<u8>,
    now: u64,
    pages: BTreeMap<u8, Page>,
}

impl World {
    fn new(rules: Rules) -> Self {
        Self {
            rules,
            name: RoomName::parse("r").expect("a name"),
            room: Room::new(),
            now: 1_000_000,
            pages: BTreeMap::new(),
        }
    }

    fn act(&mut self, by: u8, action: Action) -> Result<(), ErrorCode> {
        let before = serde_json::to_string(&self.room).ok();
        let now = Time::from_millis(self.now);
        let result = self.room.apply(&self.name, &by, action, now, &self.rules);
        match result {
            Ok(effects) => {
                for (to, event) in effects {
                    self.pages.entry(to).or_default().hear(event);
                }
                Ok(())
            }
            Err(error) => {
                assert_eq!(
                    serde_json::to_string(&self.room).ok(),
                    before,
                    "refused, and changed"
                );
                Err(error.code)
            }
        }
    }

    fn join(&mut self, by: u8) {
        self.act(by, Action::Join(newcomer(by)))
            .expect("there is a way in");
    }

    fn drop_connection(&mut self, by: u8) {
        self.act(by, Action::Drop).expect("nobody is refused that");
        self.pages.entry(by).or_default().leave();
    }

    fn resume(&mut self, by: u8, token: &str, restore: bool) -> Result<(), ErrorCode> {
        let ticket = self.rules.signer.verify(token).expect("our own token");
        self.act(by, Action::Resume { ticket, restore })
    }

    fn say(&mut self, by: u8, to: Option<u8>, text: &str) -> Result<(), ErrorCode> {
        let (to, data) = (to.map(id), raw(text));
        self.act(by, Action::Say { to, data })
    }

    fn token(&self, of: u8) -> String {
        self.pages[&of].token.clone().expect("it joined")
    }

    fn heard(&mut self, by: u8) -> Vec<String> {
        std::mem::take(&mut self.pages.entry(by).or_default().heard)
    }

    /// What everyone was told is what is.
    fn check(&self) {
        let room = &self.room;
        assert!(room.seats.len() <= room.capacity && room.capacity <= self.rules.max_capacity);
        assert!(room.knocks.len() <= self.rules.max_waiting);
        assert!(
            room.knocks.is_empty() || room.locked,
            "nobody waits before an open room"
        );
        for seat in &room.seats {
            assert_eq!(
                room.seats
                    .iter()
                    .filter(|other| other.id == seat.id)
                    .count(),
                1
            );
        }
        assert!(room.seats.is_sorted_by_key(|seat| seat.since));
        if let Some(visitor) = &room.visitor {
            assert!(room.seats.len() == 1 && room.capacity > 1 && !room.locked);
            assert_eq!(
                self.pages[&visitor.connection].visit.as_ref(),
                Some(&room.seats[0].id)
            );
        }
        for (connection, page) in &self.pages {
            let seat = room
                .seats
                .iter()
                .find(|seat| seat.connection() == Some(connection));
            assert_eq!(seat.map(|seat| &seat.id), page.id.as_ref());
            let Some(seat) = seat else { continue };
            let others = room.seats.iter().filter(|other| other.id != seat.id);
            let others: BTreeMap<_, _> = others
                .map(|o| (o.id.clone(), o.connection().is_none()))
                .collect();
            assert_eq!(page.others, others);
            assert_eq!(page.host.as_ref(), room.seats.first().map(|seat| &seat.id));
            assert_eq!(page.locked, room.locked);
            let visitor = room.visitor.as_ref().map(|visitor| &visitor.id);
            assert_eq!(page.visit.as_ref(), visitor);
        }
    }
}

#[test]
fn a_room_is_full_when_its_seats_are_taken_and_has_room_again_when_one_is_free() {
    let mut world = World::new(rules());
    for n in 1..=3 {
        world.join(n);
    }
    assert_eq!(world.heard(3), ["full"]);
    assert_eq!(
        world.act(2, Action::Join(newcomer(9))),
        Err(ErrorCode::AlreadyInRoom)
    );
    world.act(1, Action::Leave).expect("it is in the room");
    assert_eq!(world.heard(1), ["joined", "leaved Left"]);
    world.join(3);
    assert_eq!(world.heard(3), ["joined"]);
    world.check();
}

#[test]
fn the_creator_says_how_many_within_the_limit() {
    for (asked, seats) in [(1, 1), (3, 3), (100, 4)] {
        let mut world = World::new(rules());
        let capacity = Some(asked);
        let creator = Newcomer {
            capacity,
            ..newcomer(1)
        };
        world
            .act(1, Action::Join(creator))
            .expect("the room is new");
        for n in 2..=9 {
            let late = Newcomer {
                capacity: Some(9),
                ..newcomer(n)
            };
            world.act(n, Action::Join(late)).expect("an answer");
        }
        assert_eq!(world.room.peers(), seats, "{asked}");
    }
}

#[test]
fn only_those_in_the_room_speak_there_and_only_they_hear_it() {
    let mut world = World::new(Rules {
        capacity: 3,
        ..rules()
    });
    for n in 1..=3 {
        world.join(n);
        world.heard(n);
    }
    world.say(1, None, "1").expect("all are here");
    world.say(1, Some(3), "2").expect("3 is here");
    assert_eq!(world.heard(2), ["message 1"]);
    assert_eq!(world.heard(3), ["message 1", "message 2"]);
    assert_eq!(world.say(1, Some(4), "3"), Err(ErrorCode::NoSuchPeer));
    assert_eq!(world.say(1, Some(1), "3"), Err(ErrorCode::NoSuchPeer));
    assert_eq!(world.say(4, None, "3"), Err(ErrorCode::NotInRoom));
}

#[test]
fn a_seat_outlives_its_connection_for_the_grace_time() {
    let mut world = World::new(rules());
    world.join(1);
    world.join(2);
    let token = world.token(1);
    world.drop_connection(1);
    assert_eq!(world.pages[&2].others, BTreeMap::from([(id(1), true)]));
    world.join(3);
    assert_eq!(world.heard(3), ["full"], "the seat counts still");
    world.now += 14_999;
    world.act(0, Action::Expire).expect("time goes by");
    world.resume(4, &token, false).expect("the seat is there");
    assert_eq!(world.pages[&4].id, Some(id(1)));
    world.check();

    world.drop_connection(4);
    world.now += 15_000;
    world.act(0, Action::Expire).expect("time goes by");
    assert_eq!(world.pages[&2].others, BTreeMap::new());
    assert_eq!(world.resume(5, &token, false), Err(ErrorCode::BadResume));
    world.check();
}

#[test]
fn what_was_said_meanwhile_is_kept_in_order_up_to_a_limit() {
    let mut world = World::new(rules());
    world.join(1);
    world.join(2);
    world.heard(2);
    let token = world.token(2);
    world.drop_connection(2);
    world.say(1, None, "1").expect("it is kept");
    world.say(1, Some(2), "2").expect("it is kept");
    assert_eq!(
        world.say(1, None, "\"more than twenty bytes\""),
        Err(ErrorCode::NoSuchPeer)
    );
    world.say(1, None, "3").expect("it is kept");
    assert_eq!(world.say(1, None, "4"), Err(ErrorCode::NoSuchPeer));
    world.resume(3, &token, false).expect("the seat is there");
    assert_eq!(
        world.heard(3),
        ["joined", "message 1", "message 2", "message 3"]
    );
    world.say(1, None, "5").expect("it is here");
    assert_eq!(world.heard(3), ["message 5"]);
}

#[test]
fn a_second_connection_takes_over_and_the_first_is_told() {
    let mut world = World::new(rules());
    world.join(1);
    world.join(2);
    world.heard(1);
    let token = world.token(1);
    world.resume(3, &token, false).expect("the seat is there");
    assert_eq!(world.heard(1), ["leaved Replaced"]);
    assert_eq!(world.pages[&3].id, Some(id(1)));
    assert_eq!(
        world.resume(3, &token, false),
        Err(ErrorCode::AlreadyInRoom)
    );
    world.drop_connection(1);
    assert_eq!(world.pages[&2].others, BTreeMap::from([(id(1), false)]));
    world.check();
}

#[test]
fn after_a_restart_seats_come_back_in_their_old_order() {
    let mut world = World::new(rules());
    for n in [1, 2] {
        world.now += 1;
        world.join(n);
    }
    let tokens = [1, 2].map(|n| world.token(n));
    let mut world = World::new(rules());
    assert_eq!(
        world.resume(4, &tokens[1], false),
        Err(ErrorCode::BadResume)
    );
    world
        .resume(4, &tokens[1], true)
        .expect("the server has just started");
    assert_eq!(world.pages[&4].host, Some(id(2)));
    world
        .resume(3, &tokens[0], true)
        .expect("the server has just started");
    assert_eq!(
        world.pages[&4].host,
        Some(id(1)),
        "the host is the host again"
    );
    world.join(5);
    assert_eq!(world.heard(5), ["full"]);
    world.check();
}

#[test]
fn a_restored_room_is_never_too_full() {
    let mut world = World::new(rules());
    world.join(1);
    let token = world.token(1);
    let mut world = World::new(rules());
    world.join(2);
    world.join(3);
    world.resume(4, &token, true).expect("an answer");
    assert_eq!(world.heard(4), ["full"]);
    world.check();
}

#[test]
fn whoever_sat_there_longest_is_the_host() {
    let mut world = World::new(Rules {
        capacity: 3,
        ..rules()
    });
    for n in 1..=3 {
        world.join(n);
    }
    assert_eq!(world.act(2, Action::Lock), Err(ErrorCode::NotHost));
    assert_eq!(world.act(9, Action::Lock), Err(ErrorCode::NotInRoom));
    world.act(1, Action::Leave).expect("it is in the room");
    assert_eq!(world.pages[&3].host, Some(id(2)));
    world.act(2, Action::Lock).expect("2 is the host now");
    world
        .act(2, Action::Lock)
        .expect("once more changes nothing");
    assert!(world.pages[&3].locked);
}

#[test]
fn a_locked_room_is_entered_through_its_host() {
    let mut world = World::new(Rules {
        capacity: 3,
        ..rules()
    });
    world.join(1);
    world.act(1, Action::Lock).expect("1 is the host");
    for n in [2, 3] {
        world.join(n);
        assert_eq!(world.heard(n), ["waiting"]);
    }
    world.join(4);
    assert_eq!(world.heard(4), ["full"], "no more may wait");
    assert_eq!(world.pages[&1].knocks, [id(2), id(3)]);
    assert_eq!(
        world.act(2, Action::Join(newcomer(9))),
        Err(ErrorCode::AlreadyInRoom)
    );
    assert_eq!(
        world.act(2, Action::Admit(id(2))),
        Err(ErrorCode::NotInRoom)
    );
    world.act(1, Action::Deny(id(2))).expect("2 waits");
    assert_eq!(world.heard(2), ["Denied"]);
    assert_eq!(
        world.act(1, Action::Admit(id(2))),
        Err(ErrorCode::NoSuchPeer)
    );
    world.act(1, Action::Admit(id(3))).expect("3 waits");
    assert_eq!(world.heard(3), ["joined"]);
    world.join(5);
    world.drop_connection(5);
    assert!(
        !world.pages[&1].knocks.contains(&id(5)),
        "a knock ends with its connection"
    );
    world.join(6);
    world.act(1, Action::Unlock).expect("1 is the host");
    assert_eq!(world.heard(6), ["waiting", "joined"]);
    world.check();
}

#[test]
fn a_new_host_learns_who_waits_and_an_empty_room_is_a_new_one() {
    let mut world = World::new(rules());
    world.join(1);
    world.join(2);
    world.act(1, Action::Lock).expect("1 is the host");
    world.act(2, Action::Leave).expect("2 is in the room");
    world.join(3);
    assert_eq!(world.heard(3), ["waiting"]);
    let token = world.token(1);
    world.drop_connection(1);
    world.resume(4, &token, false).expect("the seat is there");
    assert_eq!(world.pages[&4].knocks, [id(3)], "asked again");
    world.act(4, Action::Leave).expect("4 has the seat");
    assert_eq!(world.heard(3), ["joined"]);
    assert_eq!(world.pages[&3].host, Some(id(3)));
    world.check();
}

#[test]
fn whoever_is_removed_can_only_come_back_by_knocking() {
    let mut world = World::new(rules());
    world.join(1);
    world.join(2);
    let token = world.token(2);
    assert_eq!(world.act(2, Action::Remove(id(1))), Err(ErrorCode::NotHost));
    assert_eq!(
        world.act(1, Action::Remove(id(1))),
        Err(ErrorCode::InvalidMessage)
    );
    assert_eq!(
        world.act(1, Action::Remove(id(7))),
        Err(ErrorCode::NoSuchPeer)
    );
    world.act(1, Action::Remove(id(2))).expect("1 is the host");
    assert_eq!(world.heard(2), ["joined", "leaved Removed"]);
    assert!(world.pages[&1].locked);
    for restore in [false, true] {
        assert_eq!(world.resume(3, &token, restore), Err(ErrorCode::BadResume));
    }
    world.join(2);
    assert_eq!(world.heard(2), ["waiting"]);
    world.check();
}

#[test]
fn a_passcode_keeps_others_out() {
    let mut world = World::new(rules());
    let with = |n: u8, code: &str| Newcomer {
        passcode: Some(
            rules()
                .signer
                .passcode(&RoomName::parse("r").expect("a name"), code),
        ),
        ..newcomer(n)
    };
    world
        .act(1, Action::Join(with(1, "open")))
        .expect("the room is new");
    assert_eq!(
        world.act(2, Action::Join(newcomer(2))),
        Err(ErrorCode::PasscodeRequired)
    );
    assert_eq!(
        world.act(2, Action::Join(with(2, "Open"))),
        Err(ErrorCode::WrongPasscode)
    );
    world
        .act(2, Action::Join(with(2, "open")))
        .expect("that is the passcode");
    assert_eq!(world.room.peers(), 2);
}

#[test]
fn an_offer_is_handed_on_when_there_is_one_to_take_it() {
    let mut room = Room::new();
    let rules = Rules {
        capacity: 3,
        ..rules()
    };
    let name = RoomName::parse("r").expect("a name");
    let mut offers = Vec::new();
    for n in 1..=3_u8 {
        let offer = Some(raw("{\"sdp\":1}"));
        let join = Action::Join(Newcomer {
            offer,
            ..newcomer(n)
        });
        let effects = room.apply(&name, &n, join, Time::from_millis(0), &rules);
        for (_, event) in effects.expect("there is room") {
            if let ServerEvent::OtherJoin { id, extras, .. } = event {
                offers.push((id, extras.offer.is_some()));
            }
        }
    }
    assert_eq!(offers, [(id(2), true), (id(3), false), (id(3), false)]);
}

#[test]
fn a_visitor_and_the_one_inside_speak_to_each_other_and_nobody_hears_who_was_not_answered() {
    let mut world = World::new(rules());
    world.join(1);
    world.heard(1);
    world.act(2, Action::Visit(id(2))).expect("anybody may");
    world.act(3, Action::Visit(id(3))).expect("anybody may");
    assert_eq!(world.pages[&1].visit, Some(id(2)), "one at a time");
    assert_eq!(world.say(2, Some(1), "1"), Err(ErrorCode::NotInRoom));
    world.say(1, None, "2").expect("it is in the room");
    world.say(1, Some(2), "3").expect("2 is there");
    world.say(2, Some(1), "4").expect("it was spoken to");
    assert_eq!(world.say(2, None, "5"), Err(ErrorCode::NotInRoom));
    assert_eq!(world.say(3, Some(1), "6"), Err(ErrorCode::NotInRoom));
    assert_eq!(world.heard(1), ["message 4"]);
    assert_eq!(world.heard(2), ["message 3"]);
    world.check();
    let join = Action::Join(newcomer(9));
    world.act(2, join).expect("there is room");
    assert_eq!(world.pages[&2].id, Some(id(2)), "the id that 1 knows");
    assert_eq!(world.pages[&1].others, BTreeMap::from([(id(2), false)]));
    world.check();
}

#[test]
fn a_visitor_who_brings_an_offer_begins_anew() {
    let mut world = World::new(rules());
    world.join(1);
    world.act(2, Action::Visit(id(2))).expect("anybody may");
    let join = Action::Join(Newcomer {
        offer: Some(raw("{}")),
        ..newcomer(9)
    });
    world.act(2, join).expect("there is room");
    assert_eq!(world.pages[&2].id, Some(id(9)));
    assert_eq!(world.pages[&1].visit, None);
    assert_eq!(world.say(1, Some(2), "1"), Err(ErrorCode::NoSuchPeer));
    world.check();
}

#[test]
fn a_visitor_can_go_on_in_a_seat() {
    let mut world = World::new(rules());
    world.join(1);
    let token = world.token(1);
    // The page was loaded again, and its old connection is not known to be gone.
    world.act(2, Action::Visit(id(2))).expect("anybody may");
    world.resume(2, &token, false).expect("the seat is there");
    assert_eq!(world.pages[&2].id, Some(id(1)));
    assert!(!world.room.has_visitor());
    world.check();
}

#[test]
fn a_visit_ends_with_what_made_it_possible() {
    type End = fn(&mut World);
    let ends: [(&str, End); 6] = [
        ("it goes", |world| world.drop_connection(2)),
        ("it says so", |world| {
            world.act(2, Action::Leave).expect("it visits");
        }),
        ("another joins", |world| world.join(3)),
        ("the room is locked", |world| {
            world.act(1, Action::Lock).expect("1 is the host");
        }),
        ("the host goes", |world| {
            world.act(1, Action::Leave).expect("it is inside");
        }),
        ("the host's connection is gone", |world| {
            world.drop_connection(1);
        }),
    ];
    for (what, end) in ends {
        let mut world = World::new(rules());
        world.join(1);
        world.act(2, Action::Visit(id(2))).expect("anybody may");
        end(&mut world);
        let visits = |n: u8| world.pages.get(&n).and_then(|page| page.visit.clone());
        assert_eq!((visits(1), visits(2)), (None, None), "{what}");
        assert!(!world.room.has_visitor(), "{what}");
        assert_eq!(world.say(2, Some(1), "1"), Err(ErrorCode::NotInRoom));
    }
}

#[test]
fn nobody_visits_a_room_that_is_not_open_to_everybody() {
    let visited = |rules: Rules, prepare: fn(&mut World)| {
        let mut world = World::new(rules);
        prepare(&mut world);
        world.act(2, Action::Visit(id(2))).expect("it is no error");
        world.room.has_visitor()
    };
    let alone: fn(&mut World) = |world| world.join(1);
    assert!(visited(rules(), alone));
    assert!(!visited(rules(), |_| {}), "nobody is there");
    let off = Rules {
        connect_early: false,
        ..rules()
    };
    assert!(!visited(off, alone));
    assert!(!visited(rules(), |world| {
        world.join(1);
        world.act(1, Action::Lock).expect("1 is the host");
    }));
    assert!(!visited(rules(), |world| {
        let passcode = world.rules.signer.passcode(&world.name, "open");
        let creator = Newcomer {
            passcode: Some(passcode),
            ..newcomer(1)
        };
        world.act(1, Action::Join(creator)).expect("it is new");
    }));
    assert!(!visited(rules(), |world| {
        let creator = Newcomer {
            capacity: Some(1),
            ..newcomer(1)
        };
        world.act(1, Action::Join(creator)).expect("it is new");
    }));
}

#[test]
fn a_seat_that_cannot_be_gone_on_in_ends_with_its_connection() {
    let mut world = World::new(rules());
    world.join(1);
    let dialect = Newcomer {
        keeps: false,
        ..newcomer(2)
    };
    world.act(2, Action::Join(dialect)).expect("there is room");
    world.drop_connection(2);
    assert_eq!(world.pages[&1].others, BTreeMap::new());
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Join(u8),
    Visit(u8),
    /// From the visitor to the host, or back.
    SayInVisit(bool),
    Leave(u8),
    Drop(u8),
    /// Whose token, and at which connection.
    Resume(u8, u8, bool),
    Lock(u8),
    Unlock(u8),
    Admit(u8, usize),
    Deny(u8, usize),
    Remove(u8, usize),
    Say(u8, Option<usize>),
    Wait(u64),
}

const CONNECTIONS: u8 = 7;

fn step() -> impl Strategy<Value = Step> {
    let c = 0..CONNECTIONS;
    prop_oneof![
        6 => c.clone().prop_map(Step::Join),
        3 => c.clone().prop_map(Step::Visit),
        2 => any::<bool>().prop_map(Step::SayInVisit),
        1 => c.clone().prop_map(Step::Leave),
        3 => c.clone().prop_map(Step::Drop),
        4 => (c.clone(), c.clone(), any::<bool>()).prop_map(|(a, b, r)| Step::Resume(a, b, r)),
        2 => c.clone().prop_map(Step::Lock),
        1 => c.clone().prop_map(Step::Unlock),
        2 => (c.clone(), 0..4_usize).prop_map(|(a, b)| Step::Admit(a, b)),
        1 => (c.clone(), 0..4_usize).prop_map(|(a, b)| Step::Deny(a, b)),
        1 => (c.clone(), 0..4_usize).prop_map(|(a, b)| Step::Remove(a, b)),
        6 => (c, prop::option::of(0..4_usize)).prop_map(|(a, b)| Step::Say(a, b)),
        2 => (0..20_000_u64).prop_map(Step::Wait),
    ]
}

impl World {
    fn step(&mut self, n: u64, step: Step) {
        // Refusals are answers too; act() checks that they change nothing.
        match step {
            Step::Join(by) => {
                let id = PeerId::from_random(u128::from(n).to_be_bytes());
                self.act(by, Action::Join(Newcomer { id, ..newcomer(0) }))
                    .ok();
            }
            Step::Visit(by) => {
                let id = PeerId::from_random(u128::from(n).to_be_bytes());
                self.act(by, Action::Visit(id)).ok();
            }
            Step::SayInVisit(is_host) => {
                let Some(visitor) = self.room.visitor.clone() else {
                    return;
                };
                let host = self.room.seats[0].clone();
                let connections = [visitor.connection, *host.connection().expect("it is here")];
                let to = Some([host.id, visitor.id][usize::from(is_host)].clone());
                let data = raw(&n.to_string());
                self.act(connections[usize::from(is_host)], Action::Say { to, data })
                    .ok();
            }
            Step::Leave(by) => drop(self.act(by, Action::Leave)),
            Step::Drop(by) => self.drop_connection(by),
            Step::Resume(of, by, restore) => {
                if let Some(token) = self.pages.get(&of).and_then(|page| page.token.clone()) {
                    self.resume(by, &token, restore).ok();
                }
            }
            Step::Lock(by) => drop(self.act(by, Action::Lock)),
            Step::Unlock(by) => drop(self.act(by, Action::Unlock)),
            Step::Admit(by, k) => {
                if let Some(knock) = self.room.knocks.get(k) {
                    let id = knock.newcomer.id.clone();
                    self.act(by, Action::Admit(id)).ok();
                }
            }
            Step::Deny(by, k) => {
                if let Some(knock) = self.room.knocks.get(k) {
                    let id = knock.newcomer.id.clone();
                    self.act(by, Action::Deny(id)).ok();
                }
            }
            Step::Remove(by, k) => {
                if let Some(seat) = self.room.seats.get(k) {
                    let id = seat.id.clone();
                    self.act(by, Action::Remove(id)).ok();
                }
            }
            Step::Say(by, to) => {
                let to = to
                    .and_then(|k| self.room.seats.get(k))
                    .map(|seat| seat.id.clone());
                let data = raw(&n.to_string());
                self.act(by, Action::Say { to, data }).ok();
            }
            Step::Wait(millis) => {
                self.now += millis;
                self.act(0, Action::Expire).expect("time goes by");
            }
        }
    }
}

/// Pages that were told nothing for a while, and then the differences.
fn catch_up(world: &mut World, before: &Room<u8>, slept: BTreeMap<u8, Page>) {
    let fresh = std::mem::take(&mut world.pages);
    for (connection, page) in slept {
        let was = before.peer_at(&connection);
        if was.is_some() && was == world.room.peer_at(&connection) {
            world.pages.insert(connection, page);
        }
    }
    let effects = before.differences(&world.name, &world.room);
    for (to, event) in effects {
        world.pages.get_mut(&to).expect("it stayed").hear(event);
    }
    // A visit that was missed is of no use, and does no harm.
    let visitor = world.room.visitor.take();
    for page in world.pages.values_mut() {
        page.visit = None;
    }
    world.check();
    world.room.visitor = visitor;
    world.pages = fresh;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Never too full; everyone who came goes exactly once; nobody outside hears anything; the
    /// order is kept; refusals change nothing; and what everyone was told is what is.
    #[test]
    fn whatever_happens_everyone_knows_the_room_as_it_is(
        steps in prop::collection::vec(step(), 0..120), capacity in 1..4_usize,
    ) {
        let mut world = World::new(Rules { capacity, ..rules() });
        let (mut before, mut slept) = (world.room.clone(), BTreeMap::new());
        for (n, step) in steps.into_iter().enumerate() {
            world.step(n as u64, step);
            world.check();
            if n % 5 == 0 {
                catch_up(&mut world, &before, slept);
                (before, slept) = (world.room.clone(), world.pages.clone());
            }
        }
        // When all connections are gone, nothing is left after the grace time.
        for by in 0..CONNECTIONS {
            world.drop_connection(by);
        }
        world.now += 15_000;
        world.act(0, Action::Expire).expect("time goes by");
        prop_assert!(world.room.is_empty() && world.room.connections().is_empty());
        world.check();
    }
}

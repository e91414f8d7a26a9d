//! Two negotiations with two pretended peer connections between them, in every order of events.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::{Action, Input, Negotiation, Role, Start};
use crate::protocol::{About, Candidate, Description, DescriptionKind};

fn numbered(number: u32, answers: Option<u32>) -> About {
    About {
        session: None,
        number: Some(number),
        answers,
    }
}

/// Whoever came first offers first.
fn first_start(role: Role) -> Start {
    match role {
        Role::Polite => Start::Wait,
        Role::Impolite => Start::Offer,
    }
}

/// What travels between the two.
#[derive(Debug, Clone)]
enum Signal {
    Description(Description, About),
    Candidate(Candidate),
}

/// As much of a peer connection as negotiation touches. It answers wrong use with a panic.
#[derive(Debug, Clone, Default)]
struct FakeConnection {
    name: char,
    made: usize,
    pending_local: Option<Description>,
    pending_remote: Option<Description>,
    agreed: Option<(Description, Description)>,
    added: Vec<Candidate>,
    /// Something changed that no description of ours has told yet.
    changed: bool,
}

impl FakeConnection {
    fn describe(&mut self, kind: DescriptionKind) -> Description {
        self.made += 1;
        // An answer says which offer it answers; a browser would find out from the rest of it.
        let offer = self
            .pending_remote
            .as_ref()
            .map_or("", |offer| ufrag(offer));
        let (name, made) = (self.name, self.made);
        Description {
            kind,
            sdp: format!("v=0\r\na=re:{offer}\r\na=ice-ufrag:{name}{made}\r\n"),
        }
    }

    fn set_local(&mut self) -> Description {
        assert!(self.pending_local.is_none(), "an offer is out already");
        match self.pending_remote.clone() {
            None => {
                let offer = self.describe(DescriptionKind::Offer);
                self.pending_local = Some(offer.clone());
                offer
            }
            Some(offer) => {
                let answer = self.describe(DescriptionKind::Answer);
                self.pending_remote = None;
                self.agreed = Some((answer.clone(), offer));
                self.changed = false;
                answer
            }
        }
    }

    fn set_remote(&mut self, description: Description) {
        match description.kind {
            DescriptionKind::Offer => {
                self.pending_local = None; // an implicit rollback
                self.pending_remote = Some(description);
            }
            DescriptionKind::Answer => {
                let offer = self.pending_local.take().expect("an answer needs an offer");
                let question = format!("a=re:{}\r\n", ufrag(&offer));
                assert!(
                    description.sdp.contains(&question),
                    "the answer to another offer"
                );
                self.agreed = Some((offer, description));
                self.changed = false;
            }
        }
    }

    fn add(&mut self, candidate: Candidate) {
        let remote = self
            .pending_remote
            .as_ref()
            .or(self.agreed.as_ref().map(|(_, remote)| remote));
        let ufrag = candidate
            .ufrag()
            .expect("every candidate of these tests has one");
        assert!(
            remote.is_some_and(|remote| remote.has_ufrag(ufrag)),
            "{candidate:?} is too early"
        );
        self.added.push(candidate);
    }

    fn is_stable(&self) -> bool {
        self.pending_local.is_none() && self.pending_remote.is_none()
    }
}

fn ufrag(description: &Description) -> &str {
    let end = description.sdp.trim_end().rsplit(':').next();
    end.expect("it has a colon")
}

fn candidate_of(description: &Description) -> Candidate {
    let ufrag = ufrag(description);
    Candidate {
        label: Some(0),
        id: None,
        candidate: format!("candidate:1 1 udp 1 127.0.0.1 9 typ host ufrag {ufrag}"),
    }
}

#[derive(Debug, Clone)]
struct Side {
    negotiation: Negotiation,
    connection: FakeConnection,
    /// What the browser is busy with.
    operation: Option<Action>,
    /// `negotiationneeded` will fire.
    needed: bool,
}

impl Side {
    fn new(name: char, role: Role) -> Self {
        Self::starting(name, role, first_start(role))
    }

    fn starting(name: char, role: Role, start: Start) -> Self {
        Self {
            negotiation: Negotiation::new(role, start),
            connection: FakeConnection {
                name,
                ..FakeConnection::default()
            },
            operation: None,
            needed: false,
        }
    }

    /// Something changes here that the other side must be told.
    fn change(mut self) -> Self {
        self.connection.changed = true;
        self.needed = true;
        self
    }
}

/// Two sides and what is under way between them. Cloned for each branch.
#[derive(Debug, Clone)]
struct World {
    sides: [Side; 2],
    /// `wires[n]` leads to side n.
    wires: [VecDeque<Signal>; 2],
    /// Candidates travel on a wire of their own and may overtake descriptions.
    shortcuts: Option<[VecDeque<Signal>; 2]>,
    /// An offer that was made ahead, for a page that does not see it.
    unseen: Option<Description>,
}

#[derive(Debug, Clone, Copy)]
enum Choice {
    Fire(usize),
    Complete(usize),
    Deliver(usize),
    DeliverCandidate(usize),
}

impl World {
    fn new(sides: [Side; 2]) -> Self {
        Self {
            sides,
            wires: Default::default(),
            shortcuts: None,
            unseen: None,
        }
    }

    fn is_unseen(&self, candidate: &Candidate) -> bool {
        let ufrag = candidate.ufrag().unwrap_or_default();
        self.unseen
            .as_ref()
            .is_some_and(|offer| offer.has_ufrag(ufrag))
    }

    fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for n in 0..2 {
            let Side {
                connection,
                operation,
                needed,
                ..
            } = &self.sides[n];
            if *needed && connection.is_stable() {
                choices.push(Choice::Fire(n));
            }
            if operation.is_some() {
                choices.push(Choice::Complete(n));
            }
            if !self.wires[n].is_empty() {
                choices.push(Choice::Deliver(n));
            }
            if self
                .shortcuts
                .as_ref()
                .is_some_and(|shortcuts| !shortcuts[n].is_empty())
            {
                choices.push(Choice::DeliverCandidate(n));
            }
        }
        choices
    }

    fn take(&mut self, choice: Choice) {
        match choice {
            Choice::Fire(n) => {
                self.sides[n].needed = false;
                self.input(n, Input::Needed);
            }
            Choice::Complete(n) => self.complete(n),
            Choice::Deliver(n) => {
                let signal = self.wires[n].pop_front().expect("just looked");
                self.deliver(n, signal);
            }
            Choice::DeliverCandidate(n) => {
                let shortcuts = self.shortcuts.as_mut().expect("just looked");
                let signal = shortcuts[n].pop_front().expect("just looked");
                self.deliver(n, signal);
            }
        }
    }

    fn deliver(&mut self, n: usize, signal: Signal) {
        self.input(
            n,
            match signal {
                Signal::Description(description, about) => Input::Description(description, about),
                Signal::Candidate(candidate) => Input::Candidate(candidate),
            },
        );
    }

    fn complete(&mut self, n: usize) {
        let connection = &mut self.sides[n].connection;
        let before = connection.is_stable();
        let input = match self.sides[n].operation.take().expect("just looked") {
            Action::SetLocal => Input::LocalSet(self.sides[n].connection.set_local()),
            Action::SetRemote(description) => {
                self.sides[n].connection.set_remote(description);
                Input::RemoteSet
            }
            other => panic!("{other:?} is not an operation"),
        };
        // The browser looks again whether negotiation is needed each time it gets stable.
        let Side {
            connection, needed, ..
        } = &mut self.sides[n];
        if !before && connection.is_stable() {
            *needed = connection.changed;
        }
        self.input(n, input);
    }

    fn input(&mut self, n: usize, input: Input) {
        for action in self.sides[n].negotiation.handle(input) {
            match action {
                Action::SetLocal | Action::SetRemote(_) => {
                    let busy = self.sides[n].operation.replace(action);
                    assert!(busy.is_none(), "one operation at a time");
                }
                Action::AddCandidate(candidate) => {
                    // Behind a `SetLocal` that was just started: the browser's queue keeps order.
                    self.sides[n].connection.add(candidate);
                }
                Action::SendDescription(description, about) => {
                    let candidate = candidate_of(&description);
                    let wire = &mut self.wires[1 - n];
                    wire.push_back(Signal::Description(description, about));
                    match &mut self.shortcuts {
                        None => wire.push_back(Signal::Candidate(candidate)),
                        Some(shortcuts) => {
                            shortcuts[1 - n].push_back(Signal::Candidate(candidate));
                        }
                    }
                }
                Action::Rollback => unreachable!("no description is refused here"),
                Action::SendCandidate(candidate) => {
                    assert!(
                        !self.is_unseen(&candidate),
                        "a candidate of an offer that nobody saw"
                    );
                    self.wires[1 - n].push_back(Signal::Candidate(candidate));
                }
            }
        }
    }

    /// What must hold when nothing is under way any more.
    fn check(&self) {
        let [a, b] = self.sides.each_ref().map(|side| {
            assert!(side.connection.is_stable(), "{side:?} hangs");
            assert!(
                !side.connection.changed,
                "{side:?} has changes that nobody was told"
            );
            side.connection
                .agreed
                .as_ref()
                .expect("something was agreed on")
        });
        assert_eq!(
            (&a.0, &a.1),
            (&b.1, &b.0),
            "one agreement, seen from two sides"
        );
        for side in &self.sides {
            let remote = &side.connection.agreed.as_ref().expect("checked above").1;
            let of_remote =
                |candidate: &&Candidate| remote.has_ufrag(candidate.ufrag().unwrap_or(""));
            let added = side.connection.added.iter().filter(of_remote).count();
            assert_eq!(
                added, 1,
                "the candidate of the agreed description was lost: {side:?}"
            );
        }
    }

    /// Whatever is out and unanswered is said again, until nothing is.
    fn come_to_rest(&mut self) {
        for _ in 0..1_000 {
            if let Some(choice) = self.choices().first() {
                self.take(*choice);
                continue;
            }
            let mut is_quiet = true;
            for n in 0..2 {
                let side = &self.sides[n];
                if let (Some(about), Some(offer)) = (
                    side.negotiation.unanswered_offer(),
                    &side.connection.pending_local,
                ) {
                    is_quiet = false;
                    let again = Signal::Description(offer.clone(), about);
                    self.wires[1 - n].push_back(again);
                }
            }
            if is_quiet {
                return;
            }
        }
        panic!("they never agree: {self:?}");
    }

    /// Walks through every order of events and returns how many there were.
    fn explore(self) -> usize {
        let choices = self.choices();
        if choices.is_empty() {
            self.check();
            return 1;
        }
        choices
            .into_iter()
            .map(|choice| {
                let mut world = self.clone();
                world.take(choice);
                world.explore()
            })
            .sum()
    }
}

/// Two sides that have agreed once, so that both may offer.
fn connected() -> World {
    let mut world = World::new([
        Side::new('i', Role::Impolite).change(),
        Side::new('p', Role::Polite),
    ]);
    while let Some(choice) = world.choices().first() {
        world.take(*choice);
    }
    world.check();
    world
}

#[test]
fn the_first_call_ends_in_one_agreement_in_every_order() {
    let world = World::new([
        Side::new('i', Role::Impolite).change(),
        Side::new('p', Role::Polite).change(),
    ]);
    assert!(world.explore() > 10);
}

#[test]
fn glare_ends_in_one_agreement_in_every_order() {
    let World {
        sides: [impolite, polite],
        ..
    } = connected();
    let orders = World::new([impolite.change(), polite.change()]).explore();
    println!("{orders} orders of events");
    assert!(orders > 1_000, "only {orders} orders were tried");
}

#[test]
fn glare_ends_in_one_agreement_even_when_candidates_overtake_descriptions() {
    let World {
        sides: [impolite, polite],
        ..
    } = connected();
    let mut world = World::new([impolite.change(), polite.change()]);
    world.shortcuts = Some(Default::default());
    let orders = world.explore();
    println!("{orders} orders of events");
    assert!(orders > 1_000, "only {orders} orders were tried");
}

/// The polite side has made its offer before it came in, and finds a candidate too late for it.
fn ahead_of(host: Side) -> (World, Description, About) {
    let newcomer = Side::starting('p', Role::Polite, Start::Ahead).change();
    let mut world = World::new([host.change(), newcomer]);
    world.take(Choice::Fire(1));
    world.take(Choice::Complete(1));
    assert!(world.wires[0].is_empty(), "there is nobody to send it to");
    let offer = world.sides[1].connection.pending_local.clone();
    let offer = offer.expect("it was made");
    let about = world.sides[1].negotiation.offer_ahead();
    world.input(1, Input::Found(candidate_of(&offer)));
    (world, offer, about.expect("it is out"))
}

#[test]
fn an_offer_that_was_made_ahead_is_answered_in_every_order() {
    let host = Side::starting('i', Role::Impolite, Start::Wait);
    let (mut world, offer, about) = ahead_of(host);
    world.wires[0].push_back(Signal::Description(offer.clone(), about));
    assert!(world.clone().explore() > 1);
    while let Some(choice) = world.choices().first() {
        world.take(*choice);
    }
    let agreed = world.sides[1].connection.agreed.as_ref();
    assert_eq!(
        agreed.map(|(local, _)| local),
        Some(&offer),
        "another offer was made in its place"
    );
}

#[test]
fn an_offer_that_was_made_ahead_and_not_seen_is_taken_back_in_every_order() {
    let (mut world, offer, _) = ahead_of(Side::new('i', Role::Impolite));
    world.unseen = Some(offer);
    assert!(world.explore() > 1);
}

#[test]
fn candidates_that_leave_with_the_offer_made_ahead_are_not_sent_again() {
    let describe = |kind, sdp: &str| Description {
        kind,
        sdp: sdp.to_owned(),
    };
    let mut newcomer = Negotiation::new(Role::Polite, Start::Ahead);
    assert!(newcomer.offer_ahead().is_none(), "it is not made yet");
    assert_eq!(newcomer.handle(Input::Needed), [Action::SetLocal]);
    assert!(newcomer.offer_ahead().is_none(), "it is being made");
    let offer = describe(DescriptionKind::Offer, "v=0\r\na=ice-ufrag:o\r\n");
    let (early, late) = (
        candidate_of(&offer),
        Candidate {
            label: Some(1),
            ..candidate_of(&offer)
        },
    );
    assert_eq!(newcomer.handle(Input::LocalSet(offer)), []);
    assert_eq!(newcomer.handle(Input::Found(early)), []);
    assert_eq!(newcomer.offer_ahead(), Some(numbered(1, None)));
    assert_eq!(newcomer.handle(Input::Found(late.clone())), []);
    let answer = describe(DescriptionKind::Answer, "v=0\r\n");
    assert_eq!(
        newcomer.handle(Input::Description(answer.clone(), numbered(1, Some(1)))),
        [Action::SendCandidate(late), Action::SetRemote(answer)]
    );
}

#[test]
fn after_an_answer_to_the_offer_made_ahead_that_cannot_be_used_offers_are_sent_as_usual() {
    let describe = |kind| Description {
        kind,
        sdp: "v=0\r\n".to_owned(),
    };
    let mut newcomer = Negotiation::new(Role::Polite, Start::Ahead);
    newcomer.handle(Input::Needed);
    newcomer.handle(Input::LocalSet(describe(DescriptionKind::Offer)));
    let broken = describe(DescriptionKind::Answer);
    newcomer.handle(Input::Description(broken, numbered(1, Some(1))));
    assert_eq!(newcomer.handle(Input::Failed), [Action::Rollback]);
    newcomer.handle(Input::RolledBack);
    assert_eq!(newcomer.handle(Input::Needed), [Action::SetLocal]);
    let offer = describe(DescriptionKind::Offer);
    assert_eq!(
        newcomer.handle(Input::LocalSet(offer.clone())),
        [Action::SendDescription(offer, numbered(2, None))]
    );
}

#[test]
fn the_newcomer_waits_for_the_first_offer() {
    let mut newcomer = Negotiation::new(Role::Polite, Start::Wait);
    assert_eq!(newcomer.handle(Input::Needed), []);
    let offer = Description {
        kind: DescriptionKind::Offer,
        sdp: "v=0\r\n".to_owned(),
    };
    let actions = newcomer.handle(Input::Description(offer.clone(), About::default()));
    assert_eq!(actions, [Action::SetRemote(offer)]);
}

#[test]
fn own_candidates_follow_their_description() {
    let mut negotiation = Negotiation::new(Role::Impolite, Start::Offer);
    assert_eq!(negotiation.handle(Input::Needed), [Action::SetLocal]);
    let candidate = Candidate {
        label: None,
        id: None,
        candidate: "candidate:1".to_owned(),
    };
    assert_eq!(negotiation.handle(Input::Found(candidate.clone())), []);
    let offer = Description {
        kind: DescriptionKind::Offer,
        sdp: "v=0\r\n".to_owned(),
    };
    assert_eq!(
        negotiation.handle(Input::LocalSet(offer.clone())),
        [
            Action::SendDescription(offer, numbered(1, None)),
            Action::SendCandidate(candidate)
        ]
    );
}

#[test]
fn a_candidate_that_comes_first_waits_for_its_description() {
    let mut negotiation = Negotiation::new(Role::Polite, Start::Wait);
    // One as a browser writes it, one without user name fragment, and the end of candidates.
    let candidates = [
        "candidate:1 1 udp 1 127.0.0.1 9 typ host ufrag x",
        "candidate:2",
        "",
    ]
    .map(|text| Candidate {
        label: Some(0),
        id: None,
        candidate: text.to_owned(),
    });
    for candidate in &candidates {
        assert_eq!(negotiation.handle(Input::Candidate(candidate.clone())), []);
    }
    let offer = Description {
        kind: DescriptionKind::Offer,
        sdp: "v=0\r\na=ice-ufrag:x\r\n".to_owned(),
    };
    negotiation.handle(Input::Description(offer, About::default()));
    let mut expected: Vec<_> = candidates.map(Action::AddCandidate).into();
    expected.push(Action::SetLocal);
    assert_eq!(negotiation.handle(Input::RemoteSet), expected);
}

#[test]
fn a_candidate_that_does_not_say_where_it_belongs_goes_to_the_description_before_it() {
    let mut negotiation = Negotiation::new(Role::Polite, Start::Wait);
    for n in 1..=2 {
        let offer = Description {
            kind: DescriptionKind::Offer,
            sdp: format!("v=0\r\na=ice-ufrag:{n}\r\n"),
        };
        negotiation.handle(Input::Description(offer, About::default()));
        let candidate = Candidate {
            label: Some(0),
            id: None,
            candidate: format!("candidate:{n}"),
        };
        assert_eq!(negotiation.handle(Input::Candidate(candidate.clone())), []);
        assert_eq!(
            negotiation.handle(Input::RemoteSet),
            [Action::AddCandidate(candidate), Action::SetLocal]
        );
        let answer = Description {
            kind: DescriptionKind::Answer,
            sdp: "v=0\r\n".to_owned(),
        };
        negotiation.handle(Input::LocalSet(answer));
    }
}

#[test]
fn after_an_answer_that_cannot_be_used_both_may_offer_again() {
    let describe = |kind, sdp: &str| Description {
        kind,
        sdp: sdp.to_owned(),
    };
    let offer = describe(DescriptionKind::Offer, "v=0\r\n");
    let mut negotiation = Negotiation::new(Role::Impolite, Start::Offer);
    negotiation.handle(Input::Needed);
    negotiation.handle(Input::LocalSet(offer.clone()));
    let broken = describe(DescriptionKind::Answer, "broken");
    negotiation.handle(Input::Description(broken, About::default()));
    assert_eq!(negotiation.handle(Input::Failed), [Action::Rollback]);
    // What comes meanwhile waits, and is not taken for glare.
    assert_eq!(
        negotiation.handle(Input::Description(offer.clone(), About::default())),
        []
    );
    assert_eq!(
        negotiation.handle(Input::RolledBack),
        [Action::SetRemote(offer)]
    );
}

#[test]
fn an_offer_that_cannot_be_used_does_not_keep_the_next_one_out() {
    let offer = |sdp: &str| Description {
        kind: DescriptionKind::Offer,
        sdp: sdp.to_owned(),
    };
    let mut negotiation = Negotiation::new(Role::Polite, Start::Wait);
    negotiation.handle(Input::Description(offer("broken"), About::default()));
    assert_eq!(negotiation.handle(Input::Failed), []);
    let next = offer("v=0\r\n");
    assert_eq!(
        negotiation.handle(Input::Description(next.clone(), About::default())),
        [Action::SetRemote(next)]
    );
}

#[test]
fn a_flood_of_early_candidates_is_bounded() {
    let mut negotiation = Negotiation::new(Role::Polite, Start::Wait);
    for n in 0..10_000 {
        let candidate = Candidate {
            label: None,
            id: None,
            candidate: format!("candidate:{n}"),
        };
        negotiation.handle(Input::Candidate(candidate));
    }
    assert_eq!(negotiation.early.len(), super::MAX_EARLY);
}

/// An offer that might have been lost is sent once more; who got it before has answered it.
#[test]
fn an_offer_that_was_taken_is_not_taken_twice() {
    let offer = Description {
        kind: DescriptionKind::Offer,
        sdp: "v=0\r\na=ice-ufrag:a\r\n".to_owned(),
    };
    let mut negotiation = Negotiation::new(Role::Polite, Start::Wait);
    assert!(negotiation.is_unanswered());
    let taken = negotiation.handle(Input::Description(offer.clone(), About::default()));
    assert_eq!(taken, [Action::SetRemote(offer.clone())]);
    assert_eq!(
        negotiation.handle(Input::Description(offer.clone(), About::default())),
        []
    );
    assert_eq!(negotiation.handle(Input::RemoteSet), [Action::SetLocal]);
    assert!(!negotiation.is_unanswered());
    assert_eq!(
        negotiation.handle(Input::Description(offer, About::default())),
        []
    );
}

/// The answer to an offer that comes twice is said twice, as the one description that it is.
#[test]
fn an_answer_that_was_lost_is_said_again() {
    let offer = Description {
        kind: DescriptionKind::Offer,
        sdp: "v=0\r\n".to_owned(),
    };
    let answer = Description {
        kind: DescriptionKind::Answer,
        sdp: "v=0\r\n".to_owned(),
    };
    let mut negotiation = Negotiation::new(Role::Impolite, Start::Wait);
    negotiation.handle(Input::Description(offer.clone(), numbered(4, None)));
    negotiation.handle(Input::RemoteSet);
    let said = [Action::SendDescription(
        answer.clone(),
        numbered(1, Some(4)),
    )];
    assert_eq!(negotiation.handle(Input::LocalSet(answer)), said);
    assert_eq!(
        negotiation.handle(Input::Description(offer.clone(), numbered(4, None))),
        said
    );
    // What is older was overtaken.
    assert_eq!(
        negotiation.handle(Input::Description(offer, numbered(3, None))),
        []
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Two ways lead to the other side, and a link may be cut: signals get lost, come late, twice,
    /// or in another order. In the end both agree.
    #[test]
    fn both_agree_whatever_happens_on_the_way(
        steps in proptest::collection::vec((0_u8..6, 0_usize..2, 0_usize..8), 0..80)
    ) {
        let mut world = connected();
        let mut late: [Vec<Signal>; 2] = Default::default();
        for (step, n, which) in steps {
            match step {
                0 => world.sides[n] = world.sides[n].clone().change(),
                1 => late[n].extend(world.wires[n].pop_front()),
                2 if !late[n].is_empty() => {
                    let at = which % late[n].len();
                    let signal = late[n].remove(at);
                    world.deliver(n, signal);
                }
                3 if !late[n].is_empty() => {
                    let at = which % late[n].len();
                    let signal = late[n][at].clone();
                    world.deliver(n, signal);
                }
                _ => {
                    let choices = world.choices();
                    if !choices.is_empty() {
                        world.take(choices[which % choices.len()]);
                    }
                }
            }
        }
        world.come_to_rest();
        let [a, b] = world.sides.each_ref().map(|side| {
            assert!(side.connection.is_stable() && !side.connection.changed, "{side:?}");
            side.connection.agreed.as_ref().expect("they agreed before")
        });
        prop_assert_eq!((&a.0, &a.1), (&b.1, &b.0));
    }
}

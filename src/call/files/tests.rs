//! A sender and a receiver with two ways between them, which break now and then.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

const PIECE: u64 = 300 * 1024;

fn key() -> FileKey {
    FileKey {
        peer: PeerId::from_random([1; 16]),
        file: 7,
    }
}

struct World {
    sender: Transfer,
    receiver: Transfer,
    /// What is said, to the sender and to the receiver.
    said: [VecDeque<Talk>; 2],
    /// Pieces on their way: turn, offset, length; the sum has none.
    pieces: VecDeque<(u32, u64, u64)>,
    /// Pieces that were taken and are not written yet.
    queue: VecDeque<(u64, u64)>,
    /// What was written: up to here without a hole.
    end: u64,
    now: Millis,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Send,
    Piece,
    Hear(usize),
    Write,
    Break,
    Hold(usize, bool),
    Wait(Millis),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Send),
        6 => Just(Step::Piece),
        4 => (0..2_usize).prop_map(Step::Hear),
        6 => Just(Step::Write),
        1 => Just(Step::Break),
        1 => (0..2_usize, any::<bool>()).prop_map(|(who, hold)| Step::Hold(who, hold)),
        1 => (0..6_000_u64).prop_map(Step::Wait),
    ]
}

impl World {
    fn new(size: u64) -> Self {
        let mut receiver = Transfer::incoming(key(), "a/b", size);
        let want = receiver.accept(0);
        Self {
            sender: Transfer::outgoing(key(), "b".to_owned(), size),
            receiver,
            said: [want.into_iter().collect(), VecDeque::new()],
            pieces: VecDeque::new(),
            queue: VecDeque::new(),
            end: 0,
            now: 0,
        }
    }

    fn side(&mut self, who: usize) -> &mut Transfer {
        [&mut self.sender, &mut self.receiver][who]
    }

    fn tell(&mut self, to: usize, talks: impl IntoIterator<Item = Talk>) {
        self.said[to].extend(talks);
    }

    fn go(&mut self, step: Step) {
        let now = self.now;
        match step {
            Step::Send => {
                if let Some((turn, offset, length)) = self.sender.next(PIECE) {
                    assert!(self.sender.sent(turn, offset, length));
                    self.pieces.push_back((turn, offset, length));
                }
                if let Some(turn) = self.sender.owes_sum() {
                    self.sender.sum_sent();
                    self.pieces.push_back((turn, self.sender.size, 0));
                }
            }
            Step::Piece => {
                let Some((turn, offset, length)) = self.pieces.pop_front() else {
                    return;
                };
                if length == 0 {
                    self.receiver.take_sum(turn, offset);
                } else if self.receiver.take(turn, offset, length, now) {
                    self.queue.push_back((offset, length));
                }
            }
            Step::Hear(who) => {
                if let Some(talk) = self.said[who].pop_front() {
                    let answer = self.side(who).hear(&talk, now);
                    self.tell(1 - who, answer);
                }
            }
            Step::Write => {
                if let Some((offset, length)) = self.queue.pop_front() {
                    assert_eq!(offset, self.end, "without a hole or a repeat");
                    self.end += length;
                    let want = self.receiver.written(length, now);
                    self.tell(0, want);
                }
                if self.queue.is_empty() && self.receiver.stage == Stage::Checking {
                    let over = self.receiver.end(FileEnd::Received);
                    self.tell(0, over);
                }
            }
            Step::Break => {
                self.pieces.clear();
                self.said = Default::default();
                for who in 0..2 {
                    let talks = self.side(who).reconnected(now);
                    self.tell(1 - who, talks);
                }
            }
            Step::Hold(who, hold) => {
                let talks = self.side(who).hold(hold, now);
                self.tell(1 - who, talks);
            }
            Step::Wait(time) => {
                self.now += time;
                let want = self.receiver.look(self.now);
                self.tell(0, want);
            }
        }
    }
}

proptest! {
    #[test]
    fn all_of_it_arrives_in_order_and_little_is_held(
        size in prop_oneof![Just(0), 1..30_000_000_u64],
        steps in prop::collection::vec(step(), 0..300),
    ) {
        let mut world = World::new(size);
        for step in steps {
            world.go(step);
            let held: u64 = world.queue.iter().map(|(_, length)| length).sum();
            prop_assert!(held <= WINDOW);
            prop_assert!(world.receiver.done == world.end);
        }
        world.go(Step::Hold(0, false));
        world.go(Step::Hold(1, false));
        for round in 0..2_000 {
            for step in [Step::Send, Step::Piece, Step::Write, Step::Hear(0), Step::Hear(1)] {
                world.go(step);
            }
            if round % 100 == 99 {
                world.go(Step::Wait(PATIENCE));
            }
        }
        prop_assert_eq!(world.receiver.stage, Stage::Over(FileEnd::Received));
        prop_assert_eq!(world.sender.stage, Stage::Over(FileEnd::Received));
        prop_assert_eq!(world.end, size);
    }

    #[test]
    fn nothing_that_a_peer_says_breaks_a_transfer(
        size: u64,
        is_own: bool,
        said in prop::collection::vec(any::<(u8, u32, u64, u64, bool)>(), 0..40),
    ) {
        let mut transfer = if is_own {
            Transfer::outgoing(key(), "x".to_owned(), size)
        } else {
            Transfer::incoming(key(), "x", size)
        };
        transfer.accept(0);
        for (now, (kind, turn, from, until, hold)) in (0..).zip(said) {
            let file = 7;
            let talk = match kind % 4 {
                0 => Talk::FileWant { file, turn, from, until },
                1 => Talk::FileHold { file, hold },
                2 => Talk::FileOffer { file, name: String::new(), size: from },
                _ => Talk::FileOver { file, how: FileEnd::Failed },
            };
            transfer.hear(&talk, now);
            if let Some((turn, offset, length)) = transfer.next(PIECE) {
                prop_assert!(offset + length <= size);
                transfer.sent(turn, offset, length);
            }
            if transfer.take(turn, from, until, now) {
                prop_assert!(from + until <= size);
            }
            transfer.take_sum(turn, from);
            transfer.look(now);
            prop_assert!(transfer.done <= size);
        }
    }
}

#[test]
fn what_is_over_says_so_to_whoever_asks() {
    let mut world = World::new(1_000);
    let over = world.sender.end(FileEnd::Cancelled);
    // It is lost on the way, and the receiver asks again.
    drop(over);
    world.said[1].clear();
    world.go(Step::Wait(PATIENCE));
    world.go(Step::Hear(0));
    world.go(Step::Hear(1));
    assert_eq!(world.receiver.stage, Stage::Over(FileEnd::Cancelled));
    assert_eq!(world.receiver.end(FileEnd::Refused), None);
}

#[test]
fn only_the_receiver_knows_that_it_has_it() {
    let mut receiver = World::new(10).receiver;
    let how = FileEnd::Received;
    receiver.hear(&Talk::FileOver { file: 7, how }, 0);
    assert_eq!(receiver.stage, Stage::Over(FileEnd::Failed));
}

#[test]
fn the_speed_tells_how_long_it_takes() {
    let mut receiver = World::new(100_000_000).receiver;
    let mut now = 0;
    while receiver.done < 20_000_000 {
        now += 100;
        let (turn, offset) = (receiver.turn, receiver.position);
        assert!(receiver.take(turn, offset, 200_000, now));
        receiver.written(200_000, now);
    }
    assert!(
        (receiver.speed - 2_000_000.0).abs() < 100_000.0,
        "{}",
        receiver.speed
    );
    assert!((receiver.seconds_left().unwrap_or_default() - 40.0).abs() < 3.0);
}

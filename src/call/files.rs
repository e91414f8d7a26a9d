//! A file on its way, as a state machine: offered, asked for piece by piece by whoever gets it, held by
//! either side, and gone on with where it was after a broken connection.
//!
//! The receiver asks for everything from one place up to another, which moves as it writes; so neither side
//! holds much. A question that makes the sender go back begins a new turn, and pieces of an older turn are
//! passed over.

pub(crate) mod name;

use crate::protocol::{FileEnd, PeerId, Talk};

/// The receiver asks for so much more than it has written.
pub(super) const WINDOW: u64 = 4 * 1024 * 1024;

/// It asks again when so much of that is used.
const STEP: u64 = 1024 * 1024;

/// Nothing came for so long: the question may be lost, in milliseconds.
const PATIENCE: Millis = 4_000;

/// The speed is that of about so many milliseconds.
const SPAN: f64 = 3_000.0;

/// Milliseconds of a clock that only goes forward.
type Millis = u64;

/// So many offers may wait for an answer.
pub(crate) const MOST_OFFERS: usize = 16;

/// Names a transfer in this page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileKey {
    /// The other side of it.
    pub peer: PeerId,
    /// The name that the two have for it.
    pub file: u32,
}

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The receiver has not said whether it wants it.
    Offered,
    /// It is on the way.
    Moving,
    /// All of it is there, and its sum is looked at.
    Checking,
    /// It is there as it was sent, or it is not to come; nothing happens any more.
    Over(FileEnd),
}

/// One file on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// Which one.
    pub key: FileKey,
    /// It goes out.
    pub is_own: bool,
    /// What the file is called; of a file that comes in it is harmless.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// So many of them the receiver has.
    pub done: u64,
    /// How far it is.
    pub stage: Stage,
    /// This side holds it.
    pub is_held: bool,
    /// The other side does.
    pub is_held_there: bool,
    /// Bytes in a second, lately.
    pub speed: f64,
    /// Where the finished file can be had.
    pub link: Option<String>,
    turn: u32,
    /// What was sent, or has come, of this turn: up to here.
    position: u64,
    /// What may be sent, or was asked for: up to here.
    until: u64,
    /// The turn in which the sum was sent.
    summed: Option<u32>,
    /// When something came, or was asked for, last.
    moved: Millis,
    /// When `done` changed last.
    measured: Option<Millis>,
}

impl Transfer {
    fn new(key: FileKey, is_own: bool, name: String, size: u64) -> Self {
        Self {
            key,
            is_own,
            name,
            size,
            done: 0,
            stage: Stage::Offered,
            is_held: false,
            is_held_there: false,
            speed: 0.0,
            link: None,
            turn: 0,
            position: 0,
            until: 0,
            summed: None,
            moved: 0,
            measured: None,
        }
    }

    /// A file of this page.
    pub(super) fn outgoing(key: FileKey, name: String, size: u64) -> Self {
        Self::new(key, true, name, size)
    }

    /// A file that somebody offers.
    pub(super) fn incoming(key: FileKey, name: &str, size: u64) -> Self {
        Self::new(key, false, name::harmless(name), size)
    }

    /// Whether nothing happens any more.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over(_))
    }

    /// Whether bytes can move now.
    pub fn is_moving(&self) -> bool {
        self.stage == Stage::Moving && !self.is_held && !self.is_held_there
    }

    /// How many seconds it will take, as far as the speed tells.
    pub fn seconds_left(&self) -> Option<f64> {
        let left = (self.size - self.done.min(self.size)) as f64;
        (self.is_moving() && self.speed > 0.0).then(|| left / self.speed)
    }

    /// What offers it.
    pub(super) fn offer(&self) -> Talk {
        Talk::FileOffer {
            file: self.key.file,
            name: self.name.clone(),
            size: self.size,
        }
    }

    fn want(&self) -> Talk {
        Talk::FileWant {
            file: self.key.file,
            turn: self.turn,
            from: self.position,
            until: self.until,
        }
    }

    fn hold_text(&self) -> Talk {
        Talk::FileHold {
            file: self.key.file,
            hold: self.is_held,
        }
    }

    fn over_text(&self, how: FileEnd) -> Talk {
        Talk::FileOver {
            file: self.key.file,
            how,
        }
    }

    /// The receiver asks for all that it has not got yet, in a new turn.
    fn ask(&mut self, now: Millis) -> Talk {
        self.turn = self.turn.wrapping_add(1);
        self.until = self.done.max(self.position) + WINDOW;
        self.moved = now;
        self.want()
    }

    /// The person wants the file.
    pub(super) fn accept(&mut self, now: Millis) -> Option<Talk> {
        let is_new = !self.is_own && self.stage == Stage::Offered;
        is_new.then(|| {
            self.stage = Stage::Moving;
            self.ask(now)
        })
    }

    /// Ends it, and says so to the other side. What is over stays as it is.
    pub(super) fn end(&mut self, how: FileEnd) -> Option<Talk> {
        let is_new = !self.is_over();
        is_new.then(|| {
            self.stage = Stage::Over(how);
            self.over_text(how)
        })
    }

    /// Holds it, or goes on.
    pub(super) fn hold(&mut self, hold: bool, now: Millis) -> Vec<Talk> {
        if self.stage != Stage::Moving || self.is_held == hold {
            return Vec::new();
        }
        self.is_held = hold;
        self.speed = 0.0;
        self.measured = None;
        let mut talks = vec![self.hold_text()];
        if !hold && !self.is_own {
            talks.push(self.ask(now));
        }
        talks
    }

    /// There is a new way to the peer: what was on the old one is lost.
    pub(super) fn reconnected(&mut self, now: Millis) -> Vec<Talk> {
        match self.stage {
            Stage::Offered if self.is_own => vec![self.offer()],
            Stage::Moving if self.is_own || self.is_held => vec![self.hold_text()],
            Stage::Moving => vec![self.ask(now)],
            _ => Vec::new(),
        }
    }

    /// To be called now and then.
    pub(super) fn look(&mut self, now: Millis) -> Option<Talk> {
        if self.measured.is_some_and(|at| now > at + PATIENCE) {
            self.speed = 0.0;
        }
        let is_stuck = !self.is_own && self.is_moving() && now >= self.moved + PATIENCE;
        // What was asked for is here, and is being written.
        let is_here = self.position == self.until && self.position > self.done;
        (is_stuck && !is_here).then(|| self.ask(now))
    }

    /// Takes in what the other side says, and tells what to answer.
    pub(super) fn hear(&mut self, talk: &Talk, now: Millis) -> Option<Talk> {
        if let Stage::Over(how) = self.stage {
            // Said again to whoever has not heard it.
            let is_heard = matches!(talk, Talk::FileOver { .. });
            return (!is_heard).then(|| self.over_text(how));
        }
        match talk {
            Talk::FileWant {
                turn, from, until, ..
            } if self.is_own => self.wanted(*turn, *from, *until, now),
            // It was offered again: the answer was lost.
            Talk::FileOffer { .. } if !self.is_own => self.reconnected(now).pop(),
            Talk::FileHold { hold, .. } => {
                if self.is_held_there != *hold {
                    self.is_held_there = *hold;
                    self.speed = 0.0;
                    self.measured = None;
                    self.moved = now;
                }
                None
            }
            Talk::FileOver { how, .. } => {
                let is_unknowable = *how == FileEnd::Received && !self.is_own;
                // Only the receiver knows that it has it.
                let how = if is_unknowable { FileEnd::Failed } else { *how };
                self.stage = Stage::Over(how);
                None
            }
            _ => None,
        }
    }

    fn wanted(&mut self, turn: u32, from: u64, until: u64, now: Millis) -> Option<Talk> {
        if from > self.size {
            return self.end(FileEnd::Failed);
        }
        self.stage = Stage::Moving;
        // Whoever asks does not hold it any more.
        self.is_held_there = false;
        if turn != self.turn {
            self.turn = turn;
            self.position = from;
        }
        self.until = until.min(self.size);
        self.progress(from.max(self.done), now);
        self.is_held.then(|| self.hold_text())
    }

    /// What the sender sends next: from where, and how much at most. Nothing when it has to wait.
    pub(super) fn next(&self, most: u64) -> Option<(u32, u64, u64)> {
        let length = self.until.saturating_sub(self.position).min(most);
        (self.is_own && self.is_moving() && length > 0).then_some((
            self.turn,
            self.position,
            length,
        ))
    }

    /// Whether all of it was sent, so that the sum is due: that of its turn, once.
    pub(super) fn owes_sum(&self) -> Option<u32> {
        let is_sent = self.is_own && self.is_moving() && self.position == self.size;
        (is_sent && self.summed != Some(self.turn)).then_some(self.turn)
    }

    /// The sum was sent.
    pub(super) fn sum_sent(&mut self) {
        self.summed = Some(self.turn);
    }

    /// Whether this is the sum that comes behind the last byte.
    pub(super) fn take_sum(&mut self, turn: u32, offset: u64) -> bool {
        let is_all = offset == self.size && self.position == self.size && turn == self.turn;
        let is_it = is_all && !self.is_own && self.stage == Stage::Moving;
        if is_it {
            self.stage = Stage::Checking;
        }
        is_it
    }

    /// Whether what begins there comes next.
    pub(super) fn is_next(&self, turn: u32, offset: u64) -> bool {
        self.is_moving() && turn == self.turn && offset == self.position
    }

    /// So much was sent.
    pub(super) fn sent(&mut self, turn: u32, offset: u64, length: u64) -> bool {
        let is_it = turn == self.turn && offset == self.position;
        if is_it {
            self.position += length;
        }
        is_it
    }

    /// Whether the receiver takes this piece.
    pub(super) fn take(&mut self, turn: u32, offset: u64, length: u64, now: Millis) -> bool {
        let is_next = !self.is_own && turn == self.turn && offset == self.position;
        let end = offset.saturating_add(length);
        if !is_next || self.stage != Stage::Moving || end > self.size.min(self.until) {
            return false;
        }
        self.position = end;
        self.moved = now;
        true
    }

    /// The receiver has written so much more.
    pub(super) fn written(&mut self, length: u64, now: Millis) -> Option<Talk> {
        self.progress(self.done + length, now);
        self.moved = now;
        let is_due = self.done + WINDOW >= self.until + STEP && self.until < self.size;
        (is_due && self.is_moving()).then(|| {
            self.until = self.done + WINDOW;
            Talk::FileWant {
                file: self.key.file,
                turn: self.turn,
                from: self.done,
                until: self.until,
            }
        })
    }

    fn progress(&mut self, done: u64, now: Millis) {
        let done = done.min(self.size);
        let more = done.saturating_sub(self.done) as f64;
        match self.measured {
            None => self.measured = Some(now),
            Some(at) if now > at => {
                let time = (now - at) as f64;
                // What is older counts less and less.
                let weight = (time / SPAN).min(1.0);
                self.speed += weight * (more * 1_000.0 / time - self.speed);
                self.measured = Some(now);
            }
            // Several in one moment count with the next.
            Some(_) => return self.done = done,
        }
        self.done = done;
    }
}

#[cfg(test)]
mod tests;

//! How much of a picture a bad network gets: sound comes before pictures. A plain state machine with
//! the time as an argument.
//!
//! The browser fits its bit rate to the network by itself. But it gives every loss the same share of
//! sound and picture, and goes on sending pictures where only sound has room.

use super::recovery::Millis;

/// So long it has to be bad before the picture gets worse …
const BAD: Millis = 2_500;

/// … and good before it is tried whether there is room for a better one.
const GOOD: Millis = 5_000;

/// Each attempt that fails doubles the wait for the next one, up to this.
const LONGEST: Millis = 60_000;

/// What gets worse so soon after it got better was a failed attempt.
const TRIAL: Millis = 8_000;

/// The browser begins carefully and takes so long to find out how much there is room for.
const SETTLING: Millis = 8_000;

/// Sound takes so much, with what repairs it, in bits per second.
const SOUND: f64 = 80_000.0;

/// A rung of the ladder, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    /// No picture of the camera.
    AudioOnly,
    /// A quarter of its width and height.
    Low,
    /// Half of them.
    Half,
    /// All that the camera gives.
    Full,
}

/// Why the picture is not the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Packets are lost on the way.
    Loss,
    /// There is not enough room.
    Bandwidth,
    /// Packets pile up somewhere: they come late.
    Delay,
    /// The person, or the peer, does not want more.
    Limit,
}

/// What one second on the way to the peer was like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Conditions {
    /// The part of what is sent that is lost, 0 to 1.
    pub(super) loss: f64,
    /// In milliseconds.
    pub(super) round_trip: f64,
    /// What the browser believes that can be sent, in bits per second.
    pub(super) available: Option<f64>,
    /// The browser sends less than it wants because of the network.
    pub(super) is_held_back: bool,
    /// The most that may be sent, in bits per second.
    pub(super) most: Option<f64>,
}

/// What the sender of the camera's picture is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) active: bool,
    /// Width and height are divided by it.
    pub(super) scale: f64,
    /// In bits per second.
    pub(super) bits: u32,
    /// The most pictures per second.
    pub(super) frames: f64,
}

/// On which rung one link is.
#[derive(Debug, Clone)]
pub(super) struct Ladder {
    rung: Rung,
    cause: Option<Cause>,
    /// Since when it is bad, and since when it is good.
    bad: Option<Millis>,
    good: Option<Millis>,
    /// When the browser knows how much there is room for.
    settled: Option<Millis>,
    /// When it went up last.
    rose: Option<Millis>,
    patience: Millis,
    /// The least round trip seen: the way itself.
    nearest: f64,
}

impl Rung {
    fn below(self) -> Self {
        match self {
            Self::Full => Self::Half,
            Self::Half => Self::Low,
            Self::Low | Self::AudioOnly => Self::AudioOnly,
        }
    }

    fn above(self) -> Self {
        match self {
            Self::AudioOnly => Self::Low,
            Self::Low => Self::Half,
            Self::Half | Self::Full => Self::Full,
        }
    }

    /// The least bits per second with which its picture is worth looking at.
    fn needs(self) -> f64 {
        match self {
            Self::AudioOnly => 0.0,
            Self::Low => 50_000.0,
            Self::Half => 200_000.0,
            Self::Full => 500_000.0,
        }
    }

    fn shape(self) -> Shape {
        let (scale, bits, frames) = match self {
            Self::AudioOnly | Self::Low => (4.0, 120_000, 15.0),
            Self::Half => (2.0, 500_000, 30.0),
            Self::Full => (1.0, 2_500_000, 30.0),
        };
        Shape {
            active: self != Self::AudioOnly,
            scale,
            bits,
            frames,
        }
    }
}

impl Ladder {
    pub(super) fn new() -> Self {
        Self {
            rung: Rung::Full,
            cause: None,
            bad: None,
            good: None,
            settled: None,
            rose: None,
            patience: GOOD,
            nearest: f64::INFINITY,
        }
    }

    /// Where it stands, and why not higher.
    pub(super) fn standing(&self) -> (Rung, Option<Cause>) {
        (self.rung, self.cause)
    }

    /// What the camera's sender is told, if at most so many bits per second may be sent in all.
    pub(super) fn shape(&self, most: Option<f64>) -> Shape {
        let mut shape = self.rung.shape();
        if let Some(most) = most {
            // A positive number of bits below 2.5 million.
            shape.bits = shape.bits.min((most - SOUND).max(20_000.0) as u32);
        }
        shape
    }

    /// Takes in another second. True when the rung is another one now.
    pub(super) fn step(&mut self, now: Millis, conditions: Conditions) -> bool {
        self.nearest = self.nearest.min(conditions.round_trip);
        let before = self.rung;
        let settled = now >= *self.settled.get_or_insert(now + SETTLING);
        let complaint = self.complaint(conditions);
        let complaint = complaint.filter(|cause| settled || *cause != Cause::Bandwidth);
        if let Some(cause) = complaint {
            self.good = None;
            let since = *self.bad.get_or_insert(now);
            // What a person does not want needs no second look.
            if cause == Cause::Limit || now >= since + BAD {
                self.fall(now, cause);
            }
        } else {
            self.bad = None;
            let since = *self.good.get_or_insert(now);
            if self.rung < Rung::Full
                && now >= since + self.patience
                && self.has_room_above(conditions)
            {
                self.rise(now);
            } else if self.rung == Rung::Full && self.rose.is_none_or(|at| now > at + TRIAL) {
                self.patience = GOOD;
                self.cause = None;
            }
        }
        self.rung != before
    }

    /// What is wrong with the rung where it stands.
    fn complaint(&self, conditions: Conditions) -> Option<Cause> {
        let Conditions {
            loss,
            round_trip,
            available,
            is_held_back,
            most,
        } = conditions;
        let needs = self.rung.needs();
        if self.rung == Rung::AudioOnly {
            return None;
        }
        if most.is_some_and(|most| most < needs + SOUND) {
            return Some(Cause::Limit);
        }
        // Less of a picture does not help against losses that are there whatever is sent: the lowest
        // one stays.
        if loss > 0.1 && self.rung > Rung::Low {
            return Some(Cause::Loss);
        }
        if is_held_back && available.is_some_and(|available| available < needs + SOUND) {
            return Some(Cause::Bandwidth);
        }
        if round_trip > 500.0 + 2.0 * self.nearest && self.rung > Rung::Low {
            return Some(Cause::Delay);
        }
        None
    }

    fn has_room_above(&self, conditions: Conditions) -> bool {
        let needs = self.rung.above().needs() + SOUND;
        // What was never sent the browser cannot estimate: it has to be tried.
        conditions.loss < 0.05 && conditions.most.is_none_or(|most| most >= needs)
    }

    fn fall(&mut self, now: Millis, cause: Cause) {
        if self.rose.take().is_some_and(|at| now < at + TRIAL) {
            self.patience = (2 * self.patience).min(LONGEST);
        }
        self.rung = self.rung.below();
        self.cause = Some(cause);
        self.bad = None;
    }

    fn rise(&mut self, now: Millis) {
        self.rung = self.rung.above();
        self.rose = Some(now);
        self.good = None;
    }

    /// The way is another one: what was learnt of the one before does not count.
    pub(super) fn forget(&mut self) {
        self.patience = GOOD;
        self.nearest = f64::INFINITY;
        self.bad = None;
        self.settled = None;
    }
}

#[cfg(test)]
mod tests;

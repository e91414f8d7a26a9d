//! Reactions: short-lived, and not too many of them. Pure.

use std::collections::VecDeque;

use crate::protocol::{PeerId, Reaction};

/// One is on its picture for so long, in milliseconds.
pub(super) const LASTS: u64 = 4_000;

/// So many of one person may be there at once; what is more is passed over.
const MOST: usize = 5;

/// A reaction that is shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Tells it from the others.
    pub number: u64,
    /// Whose it is; `None` is oneself.
    pub from: Option<PeerId>,
    /// What it is.
    pub reaction: Reaction,
    until: u64,
}

/// Those that are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reactions {
    shown: VecDeque<Shown>,
    count: u64,
}

impl Reactions {
    /// Shows one from now on, in milliseconds, unless there are too many of this person already.
    pub(super) fn add(&mut self, now: u64, from: Option<&PeerId>, reaction: Reaction) -> bool {
        self.forget(now);
        let of_them = self
            .shown
            .iter()
            .filter(|shown| shown.from.as_ref() == from);
        if of_them.count() >= MOST {
            return false;
        }
        self.count += 1;
        self.shown.push_back(Shown {
            number: self.count,
            from: from.cloned(),
            reaction,
            until: now + LASTS,
        });
        true
    }

    /// Nothing is shown longer than it lasts.
    pub(super) fn forget(&mut self, now: u64) {
        self.shown.retain(|shown| now < shown.until);
    }

    /// Those that are shown, the oldest first.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = &Shown> {
        self.shown.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> PeerId {
        PeerId::from_random([n; 16])
    }

    #[test]
    fn one_is_there_for_a_while() {
        let mut reactions = Reactions::default();
        assert!(reactions.add(0, None, Reaction::Heart));
        reactions.forget(LASTS - 1);
        assert_eq!(reactions.shown().count(), 1);
        reactions.forget(LASTS);
        assert_eq!(reactions.shown().count(), 0);
    }

    #[test]
    fn nobody_can_fill_the_page_with_them() {
        let mut reactions = Reactions::default();
        for now in 0..1_000 {
            reactions.add(now, Some(&id(1)), Reaction::Clap);
        }
        assert_eq!(reactions.shown().count(), MOST);
        assert!(
            reactions.add(1_000, Some(&id(2)), Reaction::Clap),
            "another one may"
        );
        assert!(reactions.add(LASTS + 1_000, Some(&id(1)), Reaction::Clap));
    }

    #[test]
    fn each_has_a_number_of_its_own() {
        let mut reactions = Reactions::default();
        reactions.add(0, None, Reaction::Heart);
        reactions.add(LASTS, None, Reaction::Heart);
        reactions.add(LASTS, None, Reaction::Heart);
        let numbers: Vec<_> = reactions.shown().map(|shown| shown.number).collect();
        assert_eq!(numbers, [2, 3]);
    }
}

//! What a room shows to somebody who has its link, before they come in.

use super::{Place, Room};
use crate::protocol::DisplayName;

/// A look at a room from outside. Where the link alone lets nobody in, it shows nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Glimpse {
    /// There is no such room; a `join` makes it.
    Nobody,
    /// These are there, in the order in which they came, with the names that they gave. None of them:
    /// the connections of all are lost.
    Open(Vec<Option<DisplayName>>),
    /// All of so many places are taken.
    Full(usize),
    /// The host is asked whether one may come in.
    Locked,
    /// It asks for a passcode.
    Passcode,
}

impl<C: Clone + Eq> Room<C> {
    /// The room as it is seen from outside.
    pub(in crate::signaling) fn glimpse(&self) -> Glimpse {
        if self.is_empty() {
            return Glimpse::Nobody;
        }
        if self.passcode.is_some() {
            return Glimpse::Passcode;
        }
        if self.locked {
            return Glimpse::Locked;
        }
        if self.is_full() {
            return Glimpse::Full(self.capacity);
        }
        let is_here = |place: &Place<C>| matches!(place, Place::Here(_));
        let here = self.seats.iter().filter(|seat| is_here(&seat.place));
        Glimpse::Open(here.map(|seat| seat.name.clone()).collect())
    }
}

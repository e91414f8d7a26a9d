//! Who may say who comes in, and who wants to: what this page knows of it. Pure.

use crate::protocol::{DisplayName, PeerId};

/// So many who knock are kept, whatever the server says.
const MOST_KNOCKS: usize = 32;

/// The rules of the room as they are now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosting {
    /// Oneself.
    own: Option<PeerId>,
    /// Who may lock, admit and remove.
    host: Option<PeerId>,
    /// Whether newcomers have to knock.
    pub is_locked: bool,
    /// Who wants to come in, in the order in which they came. Only the host is told.
    pub knocks: Vec<Knock>,
}

/// Somebody wants to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knock {
    /// Who.
    pub id: PeerId,
    /// How they want to be called.
    pub name: Option<DisplayName>,
}

/// What a host wants to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Newcomers have to knock from now on, or not any more.
    Lock(bool),
    /// Somebody who knocked may come in.
    Admit(PeerId),
    /// Somebody who knocked may not.
    Deny(PeerId),
    /// Somebody has to go.
    Remove(PeerId),
}

impl Hosting {
    /// This page came in, or came back. Those who knock are told again.
    pub(super) fn joined(own: PeerId, host: PeerId, is_locked: bool) -> Self {
        Self {
            own: Some(own),
            host: Some(host),
            is_locked,
            knocks: Vec::new(),
        }
    }

    /// Whether the server has let this page in.
    pub fn is_inside(&self) -> bool {
        self.own.is_some()
    }

    /// Whether it is oneself who may say so.
    pub fn is_host(&self) -> bool {
        self.own.is_some() && self.own == self.host
    }

    /// Who it is.
    pub fn host(&self) -> Option<&PeerId> {
        self.host.as_ref()
    }

    /// The room has another host.
    pub(super) fn host_is(&mut self, id: PeerId) {
        self.host = Some(id);
        if !self.is_host() {
            self.knocks.clear();
        }
    }

    /// Somebody wants to come in.
    pub(super) fn knocked(&mut self, id: PeerId, name: Option<DisplayName>) {
        self.answered(&id);
        if self.knocks.len() < MOST_KNOCKS {
            self.knocks.push(Knock { id, name });
        }
    }

    /// They were let in or sent away, or are gone.
    pub(super) fn answered(&mut self, id: &PeerId) {
        self.knocks.retain(|knock| knock.id != *id);
    }

    /// Anybody may come in, or nobody without knocking.
    pub(super) fn locked(&mut self, is_locked: bool) {
        self.is_locked = is_locked;
        if !is_locked {
            self.knocks.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> PeerId {
        PeerId::from_random([n; 16])
    }

    fn of_host() -> Hosting {
        Hosting::joined(id(1), id(1), true)
    }

    #[test]
    fn the_host_is_who_the_server_says() {
        let mut hosting = Hosting::joined(id(1), id(2), false);
        assert!(!hosting.is_host());
        assert_eq!(hosting.host(), Some(&id(2)));
        hosting.host_is(id(1));
        assert!(hosting.is_host());
        assert!(!Hosting::default().is_host(), "nobody is inside");
    }

    #[test]
    fn a_knock_is_there_once_until_it_is_answered() {
        let mut hosting = of_host();
        hosting.knocked(id(3), None);
        hosting.knocked(id(4), None);
        hosting.knocked(id(3), DisplayName::parse("Ann").unwrap_or_default());
        let who: Vec<_> = hosting.knocks.iter().map(|knock| &knock.id).collect();
        assert_eq!(who, [&id(4), &id(3)]);
        hosting.answered(&id(4));
        assert_eq!(hosting.knocks.len(), 1);
        hosting.locked(false);
        assert_eq!(hosting.knocks, [], "those who waited came in");
    }

    #[test]
    fn who_is_not_the_host_any_more_has_nobody_to_admit() {
        let mut hosting = of_host();
        hosting.knocked(id(3), None);
        hosting.host_is(id(2));
        assert_eq!(hosting.knocks, []);
    }

    #[test]
    fn knocks_are_bounded() {
        let mut hosting = of_host();
        for n in 0..=u8::MAX {
            hosting.knocked(id(n), None);
        }
        assert_eq!(hosting.knocks.len(), MOST_KNOCKS);
    }
}

//! With whom this tab has compared, and over which certificates.

use serde::{Deserialize, Serialize};

use crate::{
    call::Pair,
    dom::{Store, remember, remembered},
    protocol::PeerId,
};

/// Under this key the tab remembers it: as long as its seat.
const KEY: &str = "duplex-compared";

/// So many are remembered, the newest ones.
const MOST: usize = 16;

/// Where a comparison stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody has compared yet.
    Open,
    /// The two have compared.
    Compared,
    /// They have, and the certificates are other ones now.
    Changed,
}

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    own: String,
    peer: String,
    fingerprints: String,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    /// What this tab remembers.
    pub(super) fn remembered() -> Self {
        let text = remembered(Store::Tab, KEY);
        let marks = text.and_then(|text| serde_json::from_str(&text).ok());
        Self(marks.unwrap_or_default())
    }

    pub(super) fn standing(&self, pair: &Pair) -> Standing {
        let is_of = |mark: &&Mark| mark.own == pair.own.as_str() && mark.peer == pair.peer.as_str();
        match self.0.iter().find(is_of) {
            None => Standing::Open,
            Some(mark) if mark.fingerprints == pair.fingerprints => Standing::Compared,
            Some(_) => Standing::Changed,
        }
    }

    /// They have compared.
    pub(super) fn set(&mut self, pair: &Pair) {
        self.drop_peer(&pair.peer);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Mark {
            own: pair.own.as_str().to_owned(),
            peer: pair.peer.as_str().to_owned(),
            fingerprints: pair.fingerprints.clone(),
        });
        self.remember();
    }

    /// They have not.
    pub(super) fn forget(&mut self, peer: &PeerId) {
        self.drop_peer(peer);
        self.remember();
    }

    fn drop_peer(&mut self, peer: &PeerId) {
        self.0.retain(|mark| mark.peer != peer.as_str());
    }

    fn remember(&self) {
        let text = serde_json::to_string(&self.0).ok();
        remember(Store::Tab, KEY, text.as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(own: u8, peer: u8, fingerprints: &str) -> Pair {
        Pair {
            own: PeerId::from_random([own; 16]),
            peer: PeerId::from_random([peer; 16]),
            fingerprints: fingerprints.to_owned(),
        }
    }

    #[test]
    fn other_certificates_are_a_change_and_another_seat_is_not() {
        let mut marks = Marks::default();
        assert_eq!(marks.standing(&pair(1, 2, "a")), Standing::Open);
        let Pair {
            own,
            peer,
            fingerprints,
        } = pair(1, 2, "a");
        marks.0.push(Mark {
            own: own.as_str().to_owned(),
            peer: peer.as_str().to_owned(),
            fingerprints,
        });
        assert_eq!(marks.standing(&pair(1, 2, "a")), Standing::Compared);
        assert_eq!(marks.standing(&pair(1, 2, "b")), Standing::Changed);
        assert_eq!(marks.standing(&pair(1, 3, "b")), Standing::Open);
        assert_eq!(marks.standing(&pair(4, 2, "b")), Standing::Open);
        marks.drop_peer(&peer);
        assert_eq!(marks.standing(&pair(1, 2, "b")), Standing::Open);
    }
}

//! Who speaks, and whose picture that makes the large one. Pure.

use std::collections::HashSet;

use crate::protocol::PeerId;

/// Speaking, as a part of the full scale: about -34 dB.
const LOUD: f64 = 0.02;

/// Whoever was loud a moment ago still speaks, in milliseconds: between two words.
const PAUSE: u64 = 1_000;

/// The large picture changes when somebody else has spoken for so long and the last speaker is quiet, in milliseconds: "yes" and a cough
/// are too short.
const TURN: u64 = 1_200;

/// Listens to the peers.
#[derive(Debug, Default)]
pub(super) struct Speaking {
    peers: Vec<Heard>,
    speaker: Option<PeerId>,
}

#[derive(Debug)]
struct Heard {
    id: PeerId,
    /// Since when they speak, with pauses.
    since: u64,
    /// When they were loud for the last time.
    loud_at: u64,
}

impl Heard {
    fn speaks(&self, now: u64) -> bool {
        now < self.loud_at + PAUSE
    }
}

impl Speaking {
    /// Takes in how loud (0 to 1) each peer is at a time in milliseconds; who is not named is gone.
    pub(super) fn hear(&mut self, now: u64, levels: &[(PeerId, f64)]) {
        self.peers
            .retain(|heard| levels.iter().any(|(id, _)| *id == heard.id));
        for (id, level) in levels {
            if *level < LOUD {
                continue;
            }
            match self.peers.iter_mut().find(|heard| heard.id == *id) {
                Some(heard) => {
                    if !heard.speaks(now) {
                        heard.since = now;
                    }
                    heard.loud_at = now;
                }
                None => self.peers.push(Heard {
                    id: id.clone(),
                    since: now,
                    loud_at: now,
                }),
            }
        }
        let speaks = |id: &PeerId| {
            let mut peers = self.peers.iter();
            peers.any(|heard| heard.id == *id && heard.speaks(now))
        };
        if self.speaker.as_ref().is_some_and(speaks) {
            return;
        }
        let patient = self.speaker.is_some();
        let mut others = self.peers.iter();
        let next =
            others.find(|heard| heard.speaks(now) && (!patient || now >= heard.since + TURN));
        if let Some(next) = next {
            self.speaker = Some(next.id.clone());
        } else if let Some(gone) = &self.speaker
            && !levels.iter().any(|(id, _)| id == gone)
        {
            self.speaker = None;
        }
    }

    /// Who speaks at that time.
    pub(super) fn talking(&self, now: u64) -> HashSet<PeerId> {
        let talking = self.peers.iter().filter(|heard| heard.speaks(now));
        talking.map(|heard| heard.id.clone()).collect()
    }

    /// Who spoke last, and is there.
    pub(super) fn speaker(&self) -> Option<&PeerId> {
        self.speaker.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: f64 = 0.001;
    const VOICE: f64 = 0.2;

    fn id(n: u8) -> PeerId {
        PeerId::from_random([n; 16])
    }

    /// Two peers with these levels, at each look from `from` on.
    fn after(speaking: &mut Speaking, from: u64, levels: &[(f64, f64)]) -> u64 {
        let mut now = from;
        for (a, b) in levels {
            speaking.hear(now, &[(id(1), *a), (id(2), *b)]);
            now += 400;
        }
        now
    }

    #[test]
    fn whoever_is_loud_speaks_until_a_pause_is_long() {
        let mut speaking = Speaking::default();
        let now = after(&mut speaking, 0, &[(VOICE, QUIET), (QUIET, QUIET)]);
        assert_eq!(speaking.talking(now), HashSet::from([id(1)]));
        let now = after(&mut speaking, now, &[(QUIET, QUIET); 2]);
        assert_eq!(speaking.talking(now), HashSet::new());
        assert_eq!(speaking.speaker(), Some(&id(1)), "nobody else has spoken");
    }

    #[test]
    fn a_word_between_is_not_a_turn() {
        let mut speaking = Speaking::default();
        let now = after(&mut speaking, 0, &[(VOICE, QUIET); 4]);
        let now = after(&mut speaking, now, &[(QUIET, QUIET); 3]);
        let now = after(&mut speaking, now, &[(QUIET, VOICE), (QUIET, QUIET)]);
        assert_eq!(speaking.speaker(), Some(&id(1)));
        after(&mut speaking, now, &[(QUIET, VOICE); 4]);
        assert_eq!(speaking.speaker(), Some(&id(2)));
    }

    #[test]
    fn whoever_speaks_is_not_interrupted() {
        let mut speaking = Speaking::default();
        let now = after(&mut speaking, 0, &[(VOICE, QUIET)]);
        after(&mut speaking, now, &[(VOICE, VOICE); 20]);
        assert_eq!(speaking.speaker(), Some(&id(1)));
    }

    #[test]
    fn whoever_is_gone_is_not_the_speaker() {
        let mut speaking = Speaking::default();
        speaking.hear(0, &[(id(1), VOICE)]);
        speaking.hear(400, &[(id(2), QUIET)]);
        assert_eq!(speaking.speaker(), None);
        assert_eq!(speaking.talking(400), HashSet::new());
    }
}

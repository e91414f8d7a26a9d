//! What the level of the own microphone says: somebody talks while muted, or the microphone is
//! dead. Pure.

use super::state::Warning;

/// Talking, as a root mean square of the full scale: about -34 dB. A room is quieter than that,
/// and a voice at arm's length louder.
const LOUD: f32 = 0.02;

/// Talking is when so many of the last [`u8::BITS`] looks were loud: a cough is not.
const ENOUGH: u32 = 4;

/// How long somebody must be quiet until they are not talking any more, in milliseconds.
const PAUSE: f64 = 4_000.0;

/// Below this there is not even noise, as of a microphone whose own switch is off.
const NOTHING: f32 = 1e-5;

/// How long nothing must come from a microphone until it is said, in milliseconds.
const DEAD: f64 = 6_000.0;

/// Listens to one microphone.
#[derive(Debug, Clone, Default)]
pub(super) struct Voice {
    is_muted: bool,
    /// The last looks, the newest in the lowest bit: whether they were loud.
    looks: u8,
    /// When it was loud for the last time.
    loud_at: f64,
    /// Since when nothing comes.
    nothing_since: Option<f64>,
    warning: Option<Warning>,
}

impl Voice {
    /// Takes in the level (root mean square, 0 to 1) at a time in milliseconds, and says what
    /// the person should know now.
    pub(super) fn hear(&mut self, now: f64, level: f32, is_muted: bool) -> Option<Warning> {
        if self.is_muted != is_muted {
            // What was said before the button was pressed counts for nothing.
            *self = Self {
                is_muted,
                ..Self::default()
            };
        }
        let is_loud = level >= LOUD;
        self.looks = self.looks << 1 | u8::from(is_loud);
        if is_loud {
            self.loud_at = now;
        }
        if level > NOTHING {
            self.nothing_since = None;
        }
        let nothing_since = *self.nothing_since.get_or_insert(now);
        let is_dead = level <= NOTHING && now - nothing_since >= DEAD;
        let is_talking = match self.warning {
            Some(Warning::TalkingWhileMuted) => now - self.loud_at < PAUSE,
            _ => self.looks.count_ones() >= ENOUGH,
        };
        self.warning = match is_muted {
            true if is_talking => Some(Warning::TalkingWhileMuted),
            false if is_dead => Some(Warning::SilentMicrophone),
            _ => None,
        };
        self.warning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Time between two looks, in milliseconds.
    const LOOK: f64 = 200.0;

    /// What is said after these levels, one a look, from this time on.
    fn after(voice: &mut Voice, from: f64, levels: &[f32], is_muted: bool) -> Option<Warning> {
        let mut now = from;
        let mut said = None;
        for level in levels {
            said = voice.hear(now, *level, is_muted);
            now += LOOK;
        }
        said
    }

    const TALK: [f32; 10] = [0.1, 0.02, 0.001, 0.2, 0.1, 0.003, 0.1, 0.1, 0.02, 0.1];
    const NOISE: [f32; 10] = [0.001; 10];
    const ZERO: [f32; 10] = [0.0; 10];

    #[test]
    fn who_talks_while_muted_is_told_until_they_stop() {
        let mut voice = Voice::default();
        let talking = Some(Warning::TalkingWhileMuted);
        assert_eq!(after(&mut voice, 0.0, &TALK, true), talking);
        assert_eq!(
            after(&mut voice, 2_000.0, &NOISE, true),
            talking,
            "a breath"
        );
        assert_eq!(after(&mut voice, 4_000.0, &NOISE, true), None);
    }

    #[test]
    fn who_is_not_muted_may_talk() {
        assert_eq!(after(&mut Voice::default(), 0.0, &TALK, false), None);
    }

    #[test]
    fn a_cough_and_a_noisy_room_are_no_talking() {
        let mut voice = Voice::default();
        let mut cough = NOISE;
        cough[8] = 0.5;
        cough[9] = 0.5;
        assert_eq!(after(&mut voice, 0.0, &cough, true), None);
        assert_eq!(after(&mut voice, 2_000.0, &NOISE, true), None);
    }

    #[test]
    fn the_last_word_before_muting_does_not_count() {
        let mut voice = Voice::default();
        after(&mut voice, 0.0, &TALK, false);
        assert_eq!(after(&mut voice, 2_000.0, &[0.1; 3], true), None);
    }

    #[test]
    fn unmuting_ends_what_was_said_about_talking() {
        let mut voice = Voice::default();
        after(&mut voice, 0.0, &TALK, true);
        assert_eq!(after(&mut voice, 2_000.0, &TALK[..1], false), None);
    }

    #[test]
    fn a_microphone_from_which_nothing_comes_is_noticed_until_something_does() {
        let mut voice = Voice::default();
        let mut said = Vec::new();
        for i in 0..4 {
            said.push(after(&mut voice, f64::from(i) * 2_000.0, &ZERO, false));
        }
        let dead = Some(Warning::SilentMicrophone);
        assert_eq!(
            said,
            [None, None, None, dead],
            "after {DEAD} ms, not before"
        );
        assert_eq!(after(&mut voice, 8_000.0, &NOISE[..1], false), None);
    }

    #[test]
    fn a_muted_microphone_may_be_silent() {
        let mut voice = Voice::default();
        for i in 0..10 {
            let from = f64::from(i) * 2_000.0;
            assert_eq!(after(&mut voice, from, &ZERO, true), None);
        }
    }
}

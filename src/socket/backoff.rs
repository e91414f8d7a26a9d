//! How long to wait before the next attempt to connect.

use std::time::Duration;

/// Waits that double from one attempt to the next, with jitter, so that all pages of a server
/// that comes back do not knock at the same instant.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    attempts: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_millis(500);

    /// The wait before the next attempt: between half and all of 0.5 s, 1 s, 2 s … `longest`.
    /// `random` is between 0 and 1.
    pub(super) fn next(&mut self, random: f64, longest: Duration) -> Duration {
        let ceiling = Self::FIRST
            .saturating_mul(1 << self.attempts.min(16))
            .min(longest);
        self.attempts = self.attempts.saturating_add(1);
        ceiling.mul_f64(0.5 + 0.5 * random.clamp(0.0, 1.0))
    }

    /// Starts over, after an attempt that worked.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(backoff: &mut Backoff, random: f64, n: usize) -> Vec<u128> {
        let longest = Duration::from_secs(10);
        let next = |_| backoff.next(random, longest).as_millis();
        (0..n).map(next).collect()
    }

    #[test]
    fn waits_double_up_to_the_longest_and_start_over() {
        let mut backoff = Backoff::default();
        assert_eq!(
            waits(&mut backoff, 1.0, 7),
            [500, 1000, 2000, 4000, 8000, 10_000, 10_000]
        );
        backoff.reset();
        assert_eq!(waits(&mut backoff, 0.0, 3), [250, 500, 1000]);
    }

    #[test]
    fn an_outage_of_a_year_is_no_overflow() {
        let mut backoff = Backoff { attempts: u32::MAX };
        let longest = Duration::from_secs(10);
        assert_eq!(backoff.next(2.0, longest), longest);
    }

    #[test]
    fn whoever_is_in_a_hurry_does_not_wait_longer() {
        let mut backoff = Backoff { attempts: 9 };
        let longest = Duration::from_millis(300);
        assert_eq!(backoff.next(1.0, longest), longest);
    }
}

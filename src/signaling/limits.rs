//! How much one socket may ask for.

use tokio::time::Instant;

use crate::settings::Settings;

/// Lets `rate` things through a second, and up to `burst` at once (a token bucket).
#[derive(Debug)]
pub(super) struct Bucket {
    rate: f64,
    burst: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    pub(super) fn new(rate: f64, burst: f64, now: Instant) -> Self {
        Self {
            rate,
            burst,
            level: burst,
            at: now,
        }
    }

    /// Whether one more goes through now.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let gone = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + gone * self.rate).min(self.burst);
        self.at = now;
        let enough = self.level >= 1.0;
        if enough {
            self.level -= 1.0;
        }
        enough
    }
}

/// What one socket has left.
#[derive(Debug)]
pub(super) struct Allowance {
    events: Bucket,
    joins: Bucket,
    refusals: Bucket,
    told: Bucket,
}

/// What to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    /// Refuse it and say so.
    Refuse,
    /// Refuse it; the sender was told a moment ago.
    Ignore,
    /// The sender does not listen: end the connection.
    Disconnect,
}

impl Allowance {
    pub(super) fn new(settings: &Settings, now: Instant) -> Self {
        let (rate, burst) = (
            f64::from(settings.messages_per_second),
            f64::from(settings.message_burst),
        );
        let joins = f64::from(settings.joins_per_minute);
        Self {
            events: Bucket::new(rate, burst, now),
            joins: Bucket::new(joins / 60.0, joins, now),
            // Whoever goes on long after being told costs more than a new connection.
            refusals: Bucket::new(rate, 4.0 * burst, now),
            // Telling a flood of each of its events would be a flood as well.
            told: Bucket::new(2.0, 16.0, now),
        }
    }

    pub(super) fn judge(&mut self, is_join: bool, now: Instant) -> Verdict {
        let bucket = if is_join {
            &mut self.joins
        } else {
            &mut self.events
        };
        if bucket.take(now) {
            Verdict::Allow
        } else if !self.refusals.take(now) {
            Verdict::Disconnect
        } else if self.told.take(now) {
            Verdict::Refuse
        } else {
            Verdict::Ignore
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_lets_a_burst_through_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(10.0, 3.0, start);
        let take = |bucket: &mut Bucket, n: usize, at| (0..n).filter(|_| bucket.take(at)).count();
        assert_eq!(take(&mut bucket, 9, start), 3);
        assert_eq!(take(&mut bucket, 9, start + Duration::from_millis(250)), 2);
        assert_eq!(take(&mut bucket, 9, start + Duration::from_secs(3600)), 3);
    }

    #[test]
    fn a_flood_is_told_then_ignored_then_ended() {
        let now = Instant::now();
        let settings = Settings::default();
        let mut allowance = Allowance::new(&settings, now);
        let verdicts: Vec<_> = (0..2_000).map(|_| allowance.judge(false, now)).collect();
        let count = |verdict| verdicts.iter().filter(|v| **v == verdict).count();
        assert_eq!(count(Verdict::Allow), 240);
        assert_eq!(count(Verdict::Refuse), 16);
        assert_eq!(count(Verdict::Ignore), 4 * 240 - 16);
        assert_eq!(verdicts.last(), Some(&Verdict::Disconnect));
        // Joins have an allowance of their own.
        assert_eq!(allowance.judge(true, now), Verdict::Allow);
    }
}

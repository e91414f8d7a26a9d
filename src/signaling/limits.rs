//! How much one socket may ask for.

use tokio::time::Instant;

use crate::settings::Settings;

/// Lets `rate` things through a second, and up to `burst` at once (a token bucket).
#[derive(Debug, Clone, Copy)]
struct Rate {
    rate: f64,
    burst: f64,
}

/// The limits of every socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    events: Rate,
    joins: Rate,
    refusals: Rate,
    told: Rate,
}

/// What one socket has left. There is one for each connection: it holds no more than it must.
#[derive(Debug)]
pub(super) struct Allowance {
    at: Instant,
    events: f64,
    joins: f64,
    visits: f64,
    refusals: f64,
    told: f64,
}

/// What an event counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Event,
    Join,
    /// As often as a join, and none of them less for it.
    Visit,
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

impl Rate {
    /// What there is of `level` after so many seconds.
    fn refill(self, level: &mut f64, seconds: f64) {
        *level = (*level + seconds * self.rate).min(self.burst);
    }
}

/// Whether one more goes through.
fn take(level: &mut f64) -> bool {
    let enough = *level >= 1.0;
    if enough {
        *level -= 1.0;
    }
    enough
}

impl Limits {
    pub(super) fn new(settings: &Settings) -> Self {
        let (rate, burst) = (
            f64::from(settings.messages_per_second),
            f64::from(settings.message_burst),
        );
        let joins = f64::from(settings.joins_per_minute);
        Self {
            events: Rate { rate, burst },
            joins: Rate {
                rate: joins / 60.0,
                burst: joins,
            },
            // Whoever goes on long after being told costs more than a new connection.
            refusals: Rate {
                rate,
                burst: 4.0 * burst,
            },
            // Telling a flood of each of its events would be a flood as well.
            told: Rate {
                rate: 2.0,
                burst: 16.0,
            },
        }
    }

    /// What a new socket may do.
    pub(super) fn allowance(&self, now: Instant) -> Allowance {
        Allowance {
            at: now,
            events: self.events.burst,
            joins: self.joins.burst,
            visits: self.joins.burst,
            refusals: self.refusals.burst,
            told: self.told.burst,
        }
    }

    pub(super) fn judge(&self, left: &mut Allowance, count: Count, now: Instant) -> Verdict {
        let seconds = now.saturating_duration_since(left.at).as_secs_f64();
        left.at = now;
        self.events.refill(&mut left.events, seconds);
        self.joins.refill(&mut left.joins, seconds);
        self.joins.refill(&mut left.visits, seconds);
        self.refusals.refill(&mut left.refusals, seconds);
        self.told.refill(&mut left.told, seconds);
        let level = match count {
            Count::Event => &mut left.events,
            Count::Join => &mut left.joins,
            Count::Visit => &mut left.visits,
        };
        if take(level) {
            Verdict::Allow
        } else if !take(&mut left.refusals) {
            Verdict::Disconnect
        } else if take(&mut left.told) {
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
    fn a_burst_goes_through_and_then_the_rate() {
        let start = Instant::now();
        let settings = Settings {
            messages_per_second: 10,
            message_burst: 3,
            ..Settings::default()
        };
        let limits = Limits::new(&settings);
        let mut left = limits.allowance(start);
        let mut allowed = |n: usize, at| {
            let judged = (0..n).map(|_| limits.judge(&mut left, Count::Event, at));
            judged.filter(|verdict| *verdict == Verdict::Allow).count()
        };
        assert_eq!(allowed(9, start), 3);
        assert_eq!(allowed(9, start + Duration::from_millis(250)), 2);
        assert_eq!(allowed(9, start + Duration::from_secs(3600)), 3);
    }

    #[test]
    fn a_flood_is_told_then_ignored_then_ended() {
        let now = Instant::now();
        let limits = Limits::new(&Settings::default());
        let mut left = limits.allowance(now);
        let verdicts: Vec<_> = (0..2_000)
            .map(|_| limits.judge(&mut left, Count::Event, now))
            .collect();
        let count = |verdict| verdicts.iter().filter(|v| **v == verdict).count();
        assert_eq!(count(Verdict::Allow), 240);
        assert_eq!(count(Verdict::Refuse), 16);
        assert_eq!(count(Verdict::Ignore), 4 * 240 - 16);
        assert_eq!(verdicts.last(), Some(&Verdict::Disconnect));
        // Joins have an allowance of their own.
        assert_eq!(limits.judge(&mut left, Count::Join, now), Verdict::Allow);
    }

    #[test]
    fn a_visit_takes_no_join_away() {
        let now = Instant::now();
        let limits = Limits::new(&Settings {
            joins_per_minute: 1,
            ..Settings::default()
        });
        let mut left = limits.allowance(now);
        assert_eq!(limits.judge(&mut left, Count::Visit, now), Verdict::Allow);
        assert_eq!(limits.judge(&mut left, Count::Visit, now), Verdict::Refuse);
        assert_eq!(limits.judge(&mut left, Count::Join, now), Verdict::Allow);
    }
}

//! How much an allocation may send.

use std::time::Duration;

use turn_types::Instant;

/// A token bucket: it holds what may be sent at once, and fills as time goes by.
pub(super) struct Bucket {
    /// Bytes per second; 0: no limit.
    rate: f64,
    /// Bytes that may be sent now.
    level: f64,
    filled: Instant,
}

/// As long as the limit may be exceeded: a key frame of a video comes at once.
const BURST: Duration = Duration::from_secs(1);

impl Bucket {
    /// Full. `bits_per_second` of 0 is no limit.
    pub(super) fn new(bits_per_second: u64, now: Instant) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a limit need not be exact")]
        let rate = bits_per_second as f64 / 8.0;
        Self {
            rate,
            level: rate * BURST.as_secs_f64(),
            filled: now,
        }
    }

    /// Whether so many bytes may be sent now; then they are counted.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) -> bool {
        if self.rate == 0.0 {
            return true;
        }
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = now;
        let full = self.rate * BURST.as_secs_f64();
        self.level = passed.mul_add(self.rate, self.level).min(full);
        #[expect(clippy::cast_precision_loss, reason = "no packet is that long")]
        let bytes = bytes as f64;
        let may = bytes <= self.level;
        if may {
            self.level -= bytes;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_again() {
        let start = Instant::ZERO;
        let mut bucket = Bucket::new(8_000, start);
        assert!(bucket.take(600, start));
        assert!(!bucket.take(600, start));
        assert!(bucket.take(400, start));
        let later = start + Duration::from_millis(500);
        assert!(!bucket.take(501, later));
        assert!(bucket.take(500, later));
        // It never holds more than a second's worth.
        let later = start + Duration::from_secs(100);
        assert!(!bucket.take(1_001, later));
        assert!(bucket.take(1_000, later));
    }

    #[test]
    fn without_a_rate_there_is_no_limit() {
        let mut bucket = Bucket::new(0, Instant::ZERO);
        assert!((0..1_000).all(|_| bucket.take(1 << 20, Instant::ZERO)));
    }
}

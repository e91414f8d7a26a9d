//! Amounts of bytes and of time, for people.

/// Bytes with the unit that suits them, such as 1.2 MB.
pub(super) fn bytes(bytes: f64) -> String {
    let mut amount = bytes.max(0.0);
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if amount < 999.5 {
            break;
        }
        amount /= 1_000.0;
        unit = next;
    }
    let digits = usize::from(unit != "B" && amount < 9.95);
    format!("{amount:.digits$} {unit}")
}

/// How long it takes, in whole seconds or minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Seconds(u64),
    Minutes(u64),
}

impl Left {
    pub(super) fn new(seconds: f64) -> Self {
        // The cast cuts off what nobody waits for.
        let seconds = seconds.ceil().clamp(1.0, 1e9) as u64;
        if seconds < 90 {
            Self::Seconds(seconds)
        } else {
            Self::Minutes(seconds.div_ceil(60))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        for (amount, expected) in [
            (0.0, "0 B"),
            (999.0, "999 B"),
            (1_000.0, "1.0 kB"),
            (9_960.0, "10 kB"),
            (209_715_200.0, "210 MB"),
            (999_600.0, "1.0 MB"),
            (5e15, "5000 TB"),
            (f64::NAN, "0 B"),
        ] {
            assert_eq!(bytes(amount), expected);
        }
        assert_eq!(Left::new(0.2), Left::Seconds(1));
        assert_eq!(Left::new(89.5), Left::Minutes(2));
        assert_eq!(Left::new(f64::INFINITY), Left::Minutes(16_666_667));
    }
}

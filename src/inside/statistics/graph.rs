//! The lines of a graph, and what there is to say about them.

/// The size of a graph, in its own units: one for each second, five minutes.
pub(super) const WIDTH: f64 = 300.0;
pub(super) const HEIGHT: f64 = 60.0;

/// Between two readings there is about a second; after so many there is a gap.
const GAP: f64 = 5.0;

/// A value at a time, in seconds before now.
pub(super) type Point = (f64, f64);

/// What is said of a line: its newest, its least and its greatest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    pub(super) now: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

/// The newest point last.
pub(super) fn summary(points: &[Point]) -> Option<Summary> {
    let values = points.iter().map(|(_, value)| *value);
    Some(Summary {
        now: points.last()?.1,
        least: values.clone().fold(f64::INFINITY, f64::min),
        most: values.fold(0.0, f64::max),
    })
}

/// A round number that no value is above, and at least `least`.
pub(super) fn top(most: f64, least: f64) -> f64 {
    let most = most.max(least);
    if !most.is_finite() || most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let fits = |step: &&f64| *step * power >= most;
    steps.iter().find(fits).copied().unwrap_or(10.0) * power
}

/// The line as the `d` of an SVG path: now is at the right, `top` at the top.
pub(super) fn line(points: &[Point], top: f64) -> String {
    let mut out = String::new();
    let mut before = None;
    for (ago, value) in points.iter().copied() {
        if ago > WIDTH || !ago.is_finite() || !value.is_finite() {
            continue;
        }
        let x = WIDTH - ago.max(0.0);
        let y = HEIGHT - HEIGHT * (value / top).clamp(0.0, 1.0);
        let is_near = before.is_some_and(|before| x - before <= GAP);
        let command = if is_near { 'L' } else { 'M' };
        out += &format!("{command}{x:.1} {y:.1}");
        before = Some(x);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_ends_at_the_right_and_has_gaps() {
        let points = [(20.0, 0.0), (2.0, 50.0), (1.0, 100.0), (0.0, 200.0)];
        assert_eq!(
            line(&points, 100.0),
            "M280.0 60.0M298.0 30.0L299.0 0.0L300.0 0.0"
        );
        assert_eq!(line(&[], 1.0), "");
    }

    #[test]
    fn the_top_is_a_round_number() {
        for (most, least, expected) in [
            (0.0, 10.0, 10.0),
            (11.0, 10.0, 20.0),
            (499.0, 1.0, 500.0),
            (1_000.0, 1.0, 1_000.0),
            (5_100.0, 1.0, 10_000.0),
            (f64::NAN, 0.0, 1.0),
        ] {
            assert!((top(most, least) - expected).abs() < 0.001, "{most}");
        }
    }

    #[test]
    fn it_is_said_in_numbers() {
        let said = summary(&[(2.0, 3.0), (1.0, 1.0), (0.0, 2.0)]);
        let expected = Summary {
            now: 2.0,
            least: 1.0,
            most: 3.0,
        };
        assert_eq!(said, Some(expected));
        assert_eq!(summary(&[]), None);
    }

    proptest! {
        #[test]
        fn no_value_is_above_the_top(most in 0.0..1e12_f64, least in 0.001..1e6_f64) {
            prop_assert!(top(most, least) >= most * 0.999_999);
        }

        #[test]
        fn any_numbers_can_be_drawn(points: Vec<(f64, f64)>, top: f64) {
            line(&points, top);
            summary(&points);
        }
    }
}

//! Many measurements → one table.

use crate::{
    options::Load,
    scenario::{Metric, Results},
};

/// What was measured of one server, one entry a round.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) rounds: Vec<Results>,
}

impl Column {
    /// No measurements yet.
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rounds: Vec::new(),
        }
    }

    fn values(&self, metric: Metric) -> Vec<f64> {
        let rounds = self.rounds.iter();
        rounds.filter_map(|results| find(results, metric)).collect()
    }
}

fn find(results: &Results, metric: Metric) -> Option<f64> {
    results
        .iter()
        .find_map(|&(found, value)| (found == metric).then_some(value))
}

/// A markdown table: medians, and in brackets the least and the most of all rounds. A ratio is the median of the ratios of
/// each round, and above 1 when the server is better than the first.
pub(crate) fn table(columns: &[Column], load: &Load) -> String {
    let Some((first, others)) = columns.split_first() else {
        return String::new();
    };
    let mut head = format!("| | {} |", first.name);
    let mut rule = "|---|---|".to_owned();
    for other in others {
        head += &format!(" {} | times better |", other.name);
        rule += "---|---|";
    }
    let mut lines = vec![head, rule];
    for metric in Metric::ALL {
        if columns
            .iter()
            .all(|column| column.values(metric).is_empty())
        {
            continue;
        }
        let mut line = format!(
            "| {} | {} |",
            metric.label(load),
            cell(first.values(metric))
        );
        for other in others {
            let ratios = first.rounds.iter().zip(&other.rounds);
            let ratios = ratios.filter_map(|(first, other)| {
                let ratio = find(other, metric)? / find(first, metric)?;
                Some(if metric.is_rate() { ratio } else { 1.0 / ratio })
            });
            let ratio = median(ratios.collect())
                .map_or_else(|| "–".to_owned(), |ratio| format!("**{ratio:.2}**"));
            line += &format!(" {} | {ratio} |", cell(other.values(metric)));
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn cell(values: Vec<f64>) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let rounds = values.len();
    match median(values) {
        None => "–".to_owned(),
        Some(median) if rounds == 1 => number(median),
        Some(median) => format!("{} ({}–{})", number(median), number(least), number(most)),
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let (lower, upper) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some(f64::midpoint(values[lower], values[upper]))
}

/// Three digits that count, thousands apart.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let whole = text.find('.').unwrap_or(text.len());
    let mut spaced = String::new();
    for (at, digit) in text.chars().enumerate() {
        if at > 0 && at < whole && (whole - at) % 3 == 0 && !spaced.ends_with('-') {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.384, "0.38"),
            (14.62, "14.6"),
            (999.6, "1,000"),
            (16_203.4, "16,203"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0]), Some(2.5));
    }
}

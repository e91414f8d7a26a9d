//! What a check found, and how it is told.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It works.
    Fine(String),
    /// It does not.
    Failed {
        /// What was found.
        found: String,
        /// What to do about it.
        advice: String,
    },
    /// It was not tried.
    Skipped(String),
}

impl Outcome {
    pub(super) fn fine(found: impl Into<String>) -> Self {
        Self::Fine(found.into())
    }

    pub(super) fn failed(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::Failed {
            found: found.into(),
            advice: advice.into(),
        }
    }

    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped(why.into())
    }

    pub(super) fn has_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    /// One line, and one more with the advice if it failed.
    fn lines(&self, check: &str) -> String {
        let (word, found) = match self {
            Self::Fine(found) => ("ok", found),
            Self::Failed { found, .. } => ("FAILED", found),
            Self::Skipped(why) => ("skipped", why),
        };
        let mut lines = format!("{word:<8} {check}: {}\n", in_one_line(found));
        if let Self::Failed { advice, .. } = self {
            _ = writeln!(lines, "         {}", in_one_line(advice));
        }
        lines
    }
}

/// Tells each outcome at once, and keeps count.
#[derive(Debug, Default)]
pub(super) struct Report {
    fine: usize,
    skipped: usize,
    failed: Vec<String>,
}

impl Report {
    pub(super) fn add(&mut self, check: &str, outcome: &Outcome) {
        match outcome {
            Outcome::Fine(_) => self.fine += 1,
            Outcome::Skipped(_) => self.skipped += 1,
            Outcome::Failed { .. } => self.failed.push(check.to_owned()),
        }
        say(&outcome.lines(check));
    }

    /// Tells the end of it: whether nothing failed.
    pub(super) fn end(&self) -> bool {
        say(&format!("\n{}\n", self.summary()));
        self.failed.is_empty()
    }

    fn summary(&self) -> String {
        let Self {
            fine,
            skipped,
            failed,
        } = self;
        let rest = format!("{fine} ok, {skipped} skipped");
        match &failed[..] {
            [] => format!("Nothing is wrong: {rest}."),
            failed => format!("{} FAILED ({}), {rest}.", failed.len(), failed.join(", ")),
        }
    }
}

/// The exit code tells as well, should nobody read this.
fn say(text: &str) {
    io::stdout().write_all(text.as_bytes()).ok();
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_line_and_a_failure_says_what_to_do() {
        let fine = Outcome::fine("state can be written to");
        assert_eq!(
            fine.lines("state directory"),
            "ok       state directory: state can be written to\n"
        );
        let failed = Outcome::failed("none in\n  target/site", "Build them.\nOr not.");
        assert_eq!(
            failed.lines("files"),
            "FAILED   files: none in target/site\n         Build them. Or not.\n"
        );
        let skipped = Outcome::skipped("public-url is not set");
        assert_eq!(
            skipped.lines("public address"),
            "skipped  public address: public-url is not set\n"
        );
    }

    #[test]
    fn the_summary_names_what_failed() {
        let mut report = Report::default();
        report.add("a", &Outcome::fine(""));
        report.add("b", &Outcome::skipped(""));
        assert_eq!(report.summary(), "Nothing is wrong: 1 ok, 1 skipped.");
        assert!(report.end());
        report.add("c", &Outcome::failed("", ""));
        report.add("d", &Outcome::failed("", ""));
        assert_eq!(report.summary(), "2 FAILED (c, d), 1 ok, 1 skipped.");
        assert!(!report.end());
    }
}

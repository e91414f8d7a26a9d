//! What happened in a call, step by step, for whoever wants to understand it. It stays in the page.

mod masked;
mod step;

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

pub use self::step::{Group, Step};
use crate::protocol::PeerId;

/// So many steps are kept, the newest ones, …
const KEPT: usize = 500;

/// … and so many bytes of what is in them: some fifteen exchanges of descriptions.
const MOST_KEPT: usize = 256 * 1024;

/// So many bytes of one step are kept: a description with four people's tracks has half of it.
const MOST: usize = 20_000;

/// The steps of a call.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    entries: VecDeque<Entry>,
    /// Bytes of what is in them.
    bytes: usize,
    /// When the person came into the room.
    joined: Option<u64>,
    /// How many there were by now.
    count: u64,
}

/// Where a step came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// This page told it.
    Sent,
    /// This page was told it.
    Received,
    /// It happened in this browser.
    Here,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Counts them.
    pub number: u64,
    /// When, in milliseconds on the page's clock.
    pub at: u64,
    /// Where from.
    pub way: Way,
    /// Through the data channel, and not through the server.
    pub is_direct: bool,
    /// Which peer it concerns, where it is one.
    pub peer: Option<PeerId>,
    /// What it is for.
    pub step: Step,
    /// As it is called on the wire, or in the browser.
    pub name: String,
    pub(super) content: String,
}

impl Timeline {
    /// Takes in a step.
    pub(super) fn push(&mut self, mut entry: Entry) {
        if entry.step == Step::Joined && self.joined.is_none() {
            self.joined = Some(entry.at);
        }
        if entry.content.len() > MOST {
            let end = (0..=MOST)
                .rev()
                .find(|i| entry.content.is_char_boundary(*i));
            entry.content.truncate(end.unwrap_or_default());
        }
        entry.content.shrink_to_fit();
        entry.number = self.count;
        self.count += 1;
        self.bytes += entry.content.len();
        self.entries.push_back(entry);
        while self.entries.len() > KEPT || self.bytes > MOST_KEPT {
            let oldest = self.entries.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.content.len());
        }
    }

    /// The steps, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The step with this number, if it is still kept.
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    /// When it was, in milliseconds from the time of coming in, which may be later.
    pub fn since_join(&self, entry: &Entry) -> i64 {
        let from = self
            .joined
            .or_else(|| self.entries.front().map(|first| first.at));
        // Times of a page are far from what does not fit.
        entry.at as i64 - from.unwrap_or_default() as i64
    }

    /// All of it as JSON, without what is secret.
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Told<'a> {
            milliseconds: i64,
            way: Way,
            direct: bool,
            peer: Option<&'a PeerId>,
            name: &'a str,
            content: Value,
        }
        let told: Vec<_> = self
            .entries()
            .map(|entry| Told {
                milliseconds: self.since_join(entry),
                way: entry.way,
                direct: entry.is_direct,
                peer: entry.peer.as_ref(),
                name: &entry.name,
                content: masked::value(&entry.content),
            })
            .collect();
        serde_json::to_string_pretty(&told).unwrap_or_default()
    }
}

impl Entry {
    pub(super) fn new(at: u64, way: Way, step: Step, name: String, content: String) -> Self {
        Self {
            number: 0,
            at,
            way,
            is_direct: false,
            peer: None,
            step,
            name,
            content,
        }
    }

    /// Its content for a person, without what is secret; empty when there is none.
    pub fn readable(&self) -> String {
        masked::readable(&self.content)
    }
}

#[cfg(test)]
mod tests;

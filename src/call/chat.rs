//! The chat as a state machine: whatever is lost, repeated or overtaken on the way, and whichever page is
//! loaded again, each message reaches everybody who was there exactly once and in order.
//!
//! Every page numbers what it says. For each reader it knows up to which number they have it, and sends
//! what follows, one batch at a time, until it hears of a greater number. A reader takes only what follows
//! what it has, and always answers with the last number that it has. Numbers grow with the clock, so a page
//! whose memory is old does not use one twice.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::protocol::{ChatMessage, PeerId, Talk};

/// The longest message, in characters.
pub(crate) const MOST_CHARS: usize = 8_000;

/// So many bytes go into one batch, or one message if that has more: less than the server takes.
const BATCH: usize = 32 * 1024;

/// Nothing was heard of a batch for so long: it is lost, in milliseconds.
const PATIENCE: Millis = 4_000;

/// Batches to one reader are so far apart, in milliseconds, so that no server finds them too many.
const PAUSE: Millis = 250;

/// So many lines are kept, and so many bytes of them; the oldest go first.
const MOST_LINES: usize = 5_000;
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// So many logs of one peer are told apart. Whoever begins more is not read.
const MOST_LOGS: usize = 64;

/// So many stretches of undelivered messages are remembered.
const MOST_LOST: usize = 64;

/// No honest page has a number above this one, the greatest whole number that JavaScript is sure of.
const MOST_NUMBER: u64 = 1 << 53;

/// Milliseconds: of a clock that only goes forward for `now`, since 1970 for `date`.
type Millis = u64;

/// A message as it is shown and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Counts the lines of this page.
    pub index: u64,
    /// Whose it is; `None` is one's own.
    pub from: Option<PeerId>,
    /// When it was said, in milliseconds since 1970.
    pub date: Millis,
    /// What was said.
    pub text: Arc<str>,
    /// Its place in its log.
    pub number: u64,
    log: u32,
}

/// What became of one's own messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Everybody who is there has them up to this number, …
    delivered: u64,
    /// … but for these, after the first number and up to the second, whose readers are gone.
    lost: VecDeque<(u64, u64)>,
}

/// What became of a message of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is on the way.
    Sending,
    /// All who are there have it.
    Delivered,
    /// Nobody is there any more who could get it.
    Lost,
}

impl Marks {
    /// The mark of the message with this number.
    pub fn of(&self, number: u64) -> Mark {
        let is_in = |(after, last): &(u64, u64)| (*after + 1..=*last).contains(&number);
        if self.lost.iter().any(is_in) {
            Mark::Lost
        } else if number <= self.delivered {
            Mark::Delivered
        } else {
            Mark::Sending
        }
    }

    fn lose(&mut self, after: u64, last: u64) {
        self.lost.push_back((after, last));
        if self.lost.len() > MOST_LOST {
            self.lost.pop_front();
        }
        self.delivered = self.delivered.max(last);
    }
}

/// Somebody who is told what is said here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Reader {
    /// What came before is not for them.
    since: u64,
    /// They have the messages up to here.
    has: u64,
    /// When a batch went out.
    #[serde(skip)]
    sent: Option<Millis>,
    /// Nothing was heard of it yet.
    #[serde(skip)]
    is_waiting: bool,
    /// They may have been loaded again, and may have forgotten some.
    #[serde(skip)]
    is_asked: bool,
}

/// What is kept of a chat besides its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outline {
    log: u32,
    last: u64,
    /// The index of the first line that there is.
    pub(super) first: u64,
    readers: BTreeMap<PeerId, Reader>,
    marks: Marks,
}

/// One page's part in the chat.
#[derive(Debug, Default)]
pub(super) struct Chat {
    outline: Outline,
    lines: VecDeque<Line>,
    bytes: usize,
    /// The last number that is here of each log of a peer.
    heard: BTreeMap<PeerId, BTreeMap<u32, u64>>,
}

impl Chat {
    /// A chat in which nothing was said.
    pub(super) fn new(log: u32) -> Self {
        Self {
            outline: Outline {
                log,
                ..Outline::default()
            },
            ..Self::default()
        }
    }

    /// Goes on where a page that was loaded again was.
    pub(super) fn restore(outline: Outline, lines: Vec<Line>) -> Self {
        let mut chat = Self {
            outline,
            ..Self::default()
        };
        chat.outline.first = lines.first().map_or(0, |line| line.index);
        for line in lines {
            match &line.from {
                None => chat.outline.last = chat.outline.last.max(line.number),
                Some(peer) => {
                    let logs = chat.heard.entry(peer.clone()).or_default();
                    logs.insert(line.log, line.number);
                }
            }
            chat.bytes += line.text.len();
            chat.lines.push_back(line);
        }
        chat
    }

    pub(super) fn outline(&self) -> &Outline {
        &self.outline
    }

    pub(super) fn lines(&self) -> &VecDeque<Line> {
        &self.lines
    }

    pub(super) fn marks(&self) -> &Marks {
        &self.outline.marks
    }

    pub(super) fn readers(&self) -> impl Iterator<Item = &PeerId> {
        self.outline.readers.keys()
    }

    /// Says something to all who are there.
    pub(super) fn say(&mut self, text: &str, date: Millis) {
        let before = self.outline.last;
        let number = date.min(MOST_NUMBER).max(before + 1);
        self.outline.last = number;
        self.push(None, self.outline.log, number, date, text);
        if self.outline.readers.is_empty() {
            self.outline.marks.lose(before, number);
        }
    }

    fn push(&mut self, from: Option<PeerId>, log: u32, number: u64, date: Millis, text: &str) {
        let end = text.char_indices().nth(MOST_CHARS);
        let text = end.map_or(text, |(end, _)| &text[..end]);
        self.bytes += text.len();
        self.lines.push_back(Line {
            index: self.outline.first + self.lines.len() as u64,
            from,
            date,
            text: text.into(),
            number,
            log,
        });
        while self.lines.len() > MOST_LINES || self.bytes > MOST_BYTES {
            let Some(oldest) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= oldest.text.len();
            self.outline.first += 1;
        }
    }

    /// Somebody is there from now on, or still.
    pub(super) fn came(&mut self, peer: &PeerId) {
        let last = self.outline.last;
        let reader = Reader {
            since: last,
            has: last,
            sent: None,
            is_waiting: false,
            is_asked: false,
        };
        self.outline.readers.entry(peer.clone()).or_insert(reader);
    }

    /// Somebody is gone for good.
    pub(super) fn left(&mut self, peer: &PeerId) {
        self.heard.remove(peer);
        let Some(reader) = self.outline.readers.remove(peer) else {
            return;
        };
        let last = self.outline.last;
        if self.outline.readers.is_empty() && reader.has < last {
            self.outline.marks.lose(reader.has, last);
        }
        self.mark();
    }

    fn mark(&mut self) {
        let readers = self.outline.readers.values();
        if let Some(has) = readers.map(|reader| reader.has).min() {
            let marks = &mut self.outline.marks;
            marks.delivered = marks.delivered.max(has);
        }
    }

    /// What was sent to this peer may be lost, or there is a way to them again.
    pub(super) fn hurry(&mut self, peer: &PeerId) {
        let Outline { last, readers, .. } = &mut self.outline;
        if let Some(reader) = readers.get_mut(peer) {
            reader.is_waiting = false;
            reader.is_asked = *last > reader.since;
        }
    }

    /// What is to be sent to this peer now.
    pub(super) fn due(&mut self, peer: &PeerId, now: Millis, date: Millis) -> Option<Talk> {
        let Outline {
            log, last, readers, ..
        } = &mut self.outline;
        let reader = readers.get_mut(peer)?;
        let pause = if reader.is_waiting { PATIENCE } else { PAUSE };
        let is_done = reader.has >= *last && !reader.is_asked;
        if is_done || reader.sent.is_some_and(|sent| now < sent + pause) {
            return None;
        }
        let own = |line: &&Line| line.from.is_none();
        let unheard = self.lines.iter().rev().filter(own);
        let unheard: Vec<_> = unheard
            .take_while(|line| line.number > reader.has)
            .collect();
        if unheard.is_empty() && !reader.is_asked {
            // They are too old to be here still.
            reader.has = *last;
            return None;
        }
        reader.sent = Some(now);
        reader.is_waiting = true;
        let mut room = BATCH;
        let messages = unheard.into_iter().rev().map_while(|line| {
            let size = size(&line.text);
            let fits = room == BATCH || size <= room;
            room = room.saturating_sub(size);
            fits.then(|| ChatMessage {
                number: line.number,
                ago: u32::try_from(date.saturating_sub(line.date)).unwrap_or(u32::MAX),
                text: line.text.to_string(),
            })
        });
        Some(Talk::Chat {
            log: *log,
            since: reader.since,
            after: reader.has,
            messages: messages.collect(),
        })
    }

    /// Takes in what a peer says, and tells what to answer.
    pub(super) fn take(
        &mut self,
        from: &PeerId,
        log: u32,
        (since, after): (u64, u64),
        messages: Vec<ChatMessage>,
        date: Millis,
    ) -> Option<Talk> {
        let logs = self.heard.entry(from.clone()).or_default();
        if logs.len() >= MOST_LOGS && !logs.contains_key(&log) {
            return None;
        }
        let last = logs.entry(log).or_insert(since);
        *last = since.max(*last);
        let mut last = *last;
        // Otherwise something is missing in between.
        if after <= last {
            for ChatMessage { number, ago, text } in messages {
                if number > last {
                    last = number;
                    let said = date.saturating_sub(u64::from(ago));
                    self.push(Some(from.clone()), log, number, said, &text);
                }
            }
        }
        self.heard
            .entry(from.clone())
            .or_default()
            .insert(log, last);
        Some(Talk::ChatHeard { log, last })
    }

    /// Takes in what a peer has.
    pub(super) fn heard(&mut self, from: &PeerId, log: u32, last: u64) {
        let Outline {
            log: own,
            last: newest,
            readers,
            ..
        } = &mut self.outline;
        let Some(reader) = readers.get_mut(from) else {
            return;
        };
        if log != *own || last > MOST_NUMBER.max(*newest) {
            return;
        }
        // They have what this page does not remember that it said.
        *newest = last.max(*newest);
        reader.has = last.max(reader.since);
        // What was on its way before the question is no answer to it.
        reader.is_asked &= !reader.is_waiting;
        reader.is_waiting = false;
        self.mark();
    }
}

/// What a text takes on the wire, all in all.
fn size(text: &str) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' => 2,
        c if c.is_ascii_control() => 6,
        c => c.len_utf8(),
    };
    64 + text.chars().map(escaped).sum::<usize>()
}

#[cfg(test)]
mod tests;

//! When a link counts as interrupted, and what to do about it: a plain state machine with the
//! time as an argument.
//!
//! The browser's own states come late: after a silent cut `connectionState` is `disconnected` after
//! 6 to 7 seconds and `failed` after 16. So what counts here is whether anything arrives.

/// Milliseconds on a clock that only goes forward.
pub(super) type Millis = u64;

/// How often [`Input::Received`] is expected.
pub(super) const PERIOD: Millis = 400;

/// So long nothing comes where media came before, and the link is interrupted.
const SILENCE: Millis = 1_200;

/// The same where next to nothing came before: both have everything switched off, and a page in
/// the background says only once a second that it is there.
const LONG_SILENCE: Millis = 3_500;

/// More packets a second than this are media.
const MEDIA: u64 = 10;

/// A sample that is so late was not taken late because of the network: the page slept.
const SLEPT: Millis = 2_000;

/// A link gets so long to come back by itself before the first restart.
const FIRST_WAIT: Millis = 3_000;

/// A first way is found within this time or, most likely, never. Browsers go on looking for it without
/// a word for a minute and more.
const SEARCH: Millis = 10_000;

/// Waits double from this one …
const WAIT: Millis = 2_000;

/// … to this one.
const LONGEST_WAIT: Millis = 10_000;

/// So many restarts without success, and it is a new connection's turn: Firefox, once it has given a
/// connection up, does not always find the way with any number of them.
const RESTARTS: u32 = 2;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// The browser's `connectionState`.
    State(State),
    /// So many packets and messages have come by now, over the whole life of the connection.
    Received(u64),
    /// Trying now is worth it: the system says that the network is back or another one, the server
    /// is there again, or the person asks for it.
    Hint,
    /// The other side came back and is about to try.
    TheirTurn,
}

/// The states of a connection that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// New, or being found.
    Other,
    /// There is a way.
    Connected,
    /// There was one, and nothing comes back.
    Disconnected,
    /// The browser has given up.
    Failed,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Restart ICE, and say the last offer again if it is unanswered.
    Restart,
    /// Begin anew with a connection of its own.
    Rebuild,
}

/// The recovery of one link.
#[derive(Debug, Clone)]
pub(super) struct Recovery {
    /// Added to each wait, so that the two sides do not try at the same instant.
    courtesy: Millis,
    /// Since when a first way is looked for.
    begun: Option<Millis>,
    was_connected: bool,
    state: State,
    received: u64,
    sampled: Option<Millis>,
    /// When something came last.
    heard: Millis,
    /// When media came last.
    media: Option<Millis>,
    is_silent: bool,
    /// Since when nothing comes through.
    since: Option<Millis>,
    attempts: u32,
    next: Option<Millis>,
    hinted: Option<Millis>,
}

impl Recovery {
    /// A link that was never there yet. `gives_way`: the other side may try first.
    pub(super) fn new(gives_way: bool) -> Self {
        Self {
            courtesy: if gives_way { 700 } else { 0 },
            begun: None,
            was_connected: false,
            state: State::Other,
            received: 0,
            sampled: None,
            heard: 0,
            media: None,
            is_silent: false,
            since: None,
            attempts: 0,
            next: None,
            hinted: None,
        }
    }

    /// Since when nothing comes through, if that is so.
    pub(super) fn interrupted_since(&self) -> Option<Millis> {
        self.since
    }

    /// Whether there was a way at any time.
    pub(super) fn was_connected(&self) -> bool {
        self.was_connected
    }

    /// Takes in what happened. `can_signal`: the other side can be told of an attempt now; without
    /// that none is made. `random` is between 0 and 1.
    pub(super) fn handle(
        &mut self,
        input: Input,
        now: Millis,
        can_signal: bool,
        random: f64,
    ) -> Option<Action> {
        match input {
            Input::State(state) => self.state = state,
            Input::Received(count) => self.sample(count, now),
            Input::Hint => {
                self.attempts = 0;
                self.next = Some(now);
                self.hinted = Some(now);
            }
            Input::TheirTurn => self.next = Some(now + WAIT),
        }
        self.was_connected |= self.state == State::Connected;
        let is_over = match self.state {
            State::Failed => true,
            // Packets that come prove the browser's doubt wrong.
            State::Disconnected => self.is_silent || now >= self.heard + SILENCE,
            State::Connected => self.is_silent,
            State::Other if self.was_connected => self.is_silent,
            State::Other => now >= *self.begun.get_or_insert(now) + SEARCH,
        };
        if !is_over {
            self.since = None;
            self.next = None;
            self.attempts = 0;
            return None;
        }
        if self.since.is_none() {
            let since = if self.is_silent { self.heard } else { now };
            self.since = Some(since);
            // After a change of the network it will not come back by itself.
            let is_hinted = self.hinted.is_some_and(|at| now < at + FIRST_WAIT);
            let wait = if is_hinted { 0 } else { FIRST_WAIT };
            self.next = self.next.or(Some(now + wait + self.courtesy));
        }
        if self.state == State::Failed && input == Input::State(State::Failed) {
            // The browser does not try any more by itself.
            self.next = self.next.map(|next| next.min(now + self.courtesy));
        }
        if !can_signal || self.next.is_none_or(|next| now < next) {
            return None;
        }
        self.attempts += 1;
        let wait = (WAIT << (self.attempts - 1).min(8)).min(LONGEST_WAIT);
        // Whole milliseconds are enough.
        let jitter = (wait as f64 * 0.25 * random.clamp(0.0, 1.0)) as Millis;
        self.next = Some(now + wait + jitter + self.courtesy);
        Some(if self.attempts.is_multiple_of(RESTARTS + 1) {
            Action::Rebuild
        } else {
            Action::Restart
        })
    }

    fn sample(&mut self, count: u64, now: Millis) {
        let slept = self
            .sampled
            .is_some_and(|before| now > before + PERIOD + SLEPT);
        let gap = now.saturating_sub(self.sampled.unwrap_or(now));
        self.sampled = Some(now);
        if count > self.received {
            if (count - self.received) * 1_000 > MEDIA * gap {
                self.media = Some(now);
            }
            self.received = count;
            self.heard = now;
            self.is_silent = false;
            return;
        }
        // The last packets before a cut may be few.
        let was_media = self.media.is_some_and(|at| self.heard <= at + 2 * PERIOD);
        if slept {
            // Nobody listened in between.
            self.heard = self.heard.max(now.saturating_sub(PERIOD));
            self.media = was_media.then_some(self.heard);
        }
        let limit = if was_media { SILENCE } else { LONG_SILENCE };
        self.is_silent = self.received > 0 && now >= self.heard + limit;
    }
}

#[cfg(test)]
mod tests;

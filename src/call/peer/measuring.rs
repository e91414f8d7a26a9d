//! The part of a peer that measures its way, fits the picture to it, and tells the other side.

use js_sys::Date;

use super::{Outcome, Peer};
use crate::{
    call::{
        quality::{Conditions, Ladder, Rung},
        recovery::Millis,
        statistics::{Limitation, Reading, Sampler},
        verdict::{Evidence, judge},
    },
    dom::now,
    protocol::{MediaSending, Report, Signal},
};

/// So many seconds are judged together: what is over sooner is not worth a word.
const JUDGED: usize = 5;

/// What the peer said is true for so long, in milliseconds.
const FRESH: u64 = 5_000;

/// What a peer knows of its way.
pub(super) struct Measured {
    sampler: Sampler,
    pub(super) ladder: Ladder,
    /// The last seconds, the newest last.
    recent: Vec<Reading>,
    /// What the peer said last that it receives, and when.
    there: Option<(Report, u64)>,
    /// Until then the picture stays as small as it was made after an interruption.
    small_until: Millis,
    /// The most that may go either way, in bits per second.
    most: Option<u32>,
    /// The microphone is on here, the camera is on here.
    sends: (bool, bool),
}

/// After an interruption the picture is small for so long, in milliseconds.
const SMALL: Millis = 1_500;

/// So long everything may stay without an answer, in milliseconds.
const UNANSWERED: Millis = 2_000;

impl Measured {
    pub(super) fn new() -> Self {
        Self {
            sampler: Sampler::default(),
            ladder: Ladder::new(),
            recent: Vec::new(),
            there: None,
            small_until: 0,
            most: None,
            sends: (false, false),
        }
    }

    fn there(&self) -> Option<Report> {
        let (report, at) = self.there?;
        (now() < at + FRESH).then_some(report)
    }

    /// The most that may be sent: the less of what either side wants.
    fn most(&self) -> Option<f64> {
        // It holds until they say otherwise, also while nothing is heard from them.
        let theirs = self.there.and_then(|(report, _)| report.most);
        [self.most, theirs]
            .into_iter()
            .flatten()
            .min()
            .map(f64::from)
    }
}

impl Peer {
    /// Sends and asks for at most so many bits per second, and knows what is on.
    pub(in crate::call) fn allow(&mut self, most: Option<u32>, sending: &MediaSending) {
        self.measured.most = most;
        self.measured.sends = (sending.audio, sending.video);
    }

    /// Whether pictures are sent to this peer at all.
    pub(in crate::call) fn has_room_for_picture(&self) -> bool {
        self.measured.ladder.standing().0 > Rung::AudioOnly
    }

    /// Whether there is a page of ours at the other end.
    pub(in crate::call) fn reads_reports(&self) -> bool {
        self.messages > 0
    }

    pub(super) fn reported(&mut self, report: Report) {
        self.measured.there = Some((report, now()));
    }

    /// Whether the peer's media comes and neither its browser nor its page answers: then nothing of
    /// this side arrives. A page says something at least once a second.
    fn is_answered_by_nobody(&self, reading: &Reading) -> bool {
        let is_silent = self.reads_reports() && now() > self.said + UNANSWERED;
        is_silent && reading.unanswered > UNANSWERED as f64
    }

    /// Something comes through again. The other side sees nothing before there is a picture that
    /// needs none before it, asks for one after a second only, and asks for all that was lost until
    /// then: what comes of that is so late that it would expect lateness from then on.
    pub(in crate::call) fn refresh_picture(&mut self) {
        let measured = &mut self.measured;
        measured.small_until = now() + SMALL;
        self.senders.refresh(measured.ladder.shape(measured.most()));
    }

    /// Takes in what the browser counted, about once a second.
    pub(super) fn measure(&mut self, report: &str, outcome: &mut Outcome) {
        let Some(mut reading) = self.measured.sampler.read(report, Date::now()) else {
            return;
        };
        reading.there = self.measured.there();
        if self.is_answered_by_nobody(&reading) {
            reading.there = Some(Report::NOTHING);
        }
        let had_picture = self.has_room_for_picture();
        let is_interrupted = self.is_interrupted();
        let measured = &mut self.measured;
        if measured.recent.len() >= JUDGED {
            measured.recent.remove(0);
        }
        measured.recent.push(reading);
        let most = measured.most();
        // Where nothing gets through there is nothing to fit to.
        if self.recovery.was_connected() && !is_interrupted && now() >= measured.small_until {
            measured.ladder.step(
                now(),
                Conditions {
                    loss: reading.outgoing.loss,
                    round_trip: reading.round_trip.unwrap_or_default(),
                    available: reading.available,
                    is_held_back: reading.limited_by == Limitation::Bandwidth,
                    most,
                },
            );
            self.senders.shape(measured.ladder.shape(most));
        } else if is_interrupted {
            measured.ladder.forget();
        }
        outcome.tells_sending |= self.has_room_for_picture() != had_picture;
        self.view.verdict = judge(&Evidence {
            link: self.view.link,
            readings: &self.measured.recent,
            rung: self.measured.ladder.standing(),
            sends: self.measured.sends,
        });
        if self.has_channel() {
            let report = reading.report(self.measured.most);
            outcome.signals.push(Signal::Report(report));
        }
        outcome.reading = Some(Box::new(reading));
    }
}

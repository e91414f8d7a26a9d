//! What the numbers mean, for a person: whose side it is, and what.

use super::{
    quality::{Cause, Rung},
    state::Link,
    statistics::{Limitation, Reading, Transport},
};

/// From this part of lost packets on a person notices.
const LOSSY: f64 = 0.05;

/// From this part of made-up sound on a person notices.
const BROKEN: f64 = 0.08;

/// From this round trip on, in milliseconds, people begin to talk at the same time (ITU-T G.114 asks
/// for less than 400 ms one way).
const FAR: f64 = 600.0;

/// What is to be said about the way to one peer; the most important thing first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to complain about, or too early to say.
    #[default]
    Good,
    /// Nothing of this side arrives at the peer, who says so.
    Unheard,
    /// The peer hears, and sees no picture although one is sent.
    Frozen,
    /// So many percent of what is sent are lost.
    UploadLoss(u8),
    /// So many percent of what comes are lost.
    DownloadLoss(u8),
    /// There is room for so many kilobits per second only.
    SlowUpload(u32),
    /// What is sent piles up on the way: it comes late.
    Late,
    /// A packet takes so many milliseconds there and back.
    Far(u32),
    /// This device is too slow for a better picture.
    SlowDevice,
    /// A person wants no more.
    Limited,
    /// All goes through a relay over something else than UDP, which stutters.
    RelayedOverTcp,
}

/// What is known of the way to one peer.
pub(super) struct Evidence<'a> {
    pub(super) link: Link,
    /// The last seconds, the newest last.
    pub(super) readings: &'a [Reading],
    pub(super) rung: (Rung, Option<Cause>),
    /// The microphone is on here, the camera is on here.
    pub(super) sends: (bool, bool),
}

/// Judges. What comes and goes within a few seconds is not worth a word.
pub(super) fn judge(evidence: &Evidence) -> Verdict {
    let Some(last) = evidence
        .readings
        .last()
        .filter(|_| evidence.link == Link::Connected && evidence.readings.len() >= 3)
    else {
        return Verdict::Good;
    };
    let mean = |value: fn(&Reading) -> f64| {
        let sum: f64 = evidence.readings.iter().map(value).sum();
        sum / evidence.readings.len() as f64
    };
    // Rounded, so that the words do not change every second.
    let percent = |part: f64| ((part * 20.0).round() as u8).max(1) * 5;
    let upload = mean(|reading| reading.outgoing.loss);
    let download = mean(|reading| reading.incoming.loss);
    let round_trip = mean(|reading| reading.round_trip.unwrap_or_default());
    let (rung, cause) = evidence.rung;
    // They say so themselves: no need to wait.
    let is_unheard = evidence
        .readings
        .iter()
        .rev()
        .take(2)
        .all(|reading| reading.there.is_some_and(|there| !there.hears));
    if is_unheard && evidence.sends.0 {
        Verdict::Unheard
    } else if upload > LOSSY && upload >= download {
        Verdict::UploadLoss(percent(upload))
    } else if download > LOSSY || mean(|reading| reading.incoming.concealed) > BROKEN {
        Verdict::DownloadLoss(percent(download))
    } else if evidence.sends.1
        && rung > Rung::AudioOnly
        && was_always(evidence, |reading| {
            reading.there.is_some_and(|there| there.frames == 0) && reading.outgoing.frames > 0.0
        })
    {
        Verdict::Frozen
    } else if rung < Rung::Full && evidence.sends.1 {
        match cause {
            Some(Cause::Limit) => Verdict::Limited,
            Some(Cause::Delay) => Verdict::Late,
            Some(Cause::Loss) if upload > 0.0 => Verdict::UploadLoss(percent(upload)),
            _ => Verdict::SlowUpload(tidy(last.available.unwrap_or_default() / 1_000.0, 50.0)),
        }
    } else if round_trip > FAR {
        Verdict::Far(tidy(round_trip, 100.0))
    } else if was_always(evidence, |reading| reading.limited_by == Limitation::Cpu) {
        Verdict::SlowDevice
    } else if last
        .path
        .is_some_and(|path| path.relayed && path.transport != Transport::Udp)
    {
        Verdict::RelayedOverTcp
    } else {
        Verdict::Good
    }
}

/// A number as people say it, and one that does not change every second.
fn tidy(number: f64, step: f64) -> u32 {
    ((number / step).round() * step) as u32
}

/// Whether it was so all the time.
fn was_always(evidence: &Evidence, test: fn(&Reading) -> bool) -> bool {
    evidence.readings.iter().all(test)
}

#[cfg(test)]
mod tests;

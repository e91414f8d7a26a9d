//! What the browser counts on a connection, made into numbers a person can use: a plain
//! calculation on the text of its reports.
//!
//! Names of reports and fields: W3C "Identifiers for WebRTC's Statistics API".

mod entry;

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use self::entry::Entry;
pub(super) use self::entry::TYPES;
use crate::protocol::{PeerId, Report};

/// So many readings are kept, one a second: five minutes.
const KEPT: usize = 300;

/// The statistics of the way to one peer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// Which peer.
    pub peer: PeerId,
    /// One reading a second, the newest last, of the last five minutes.
    pub readings: VecDeque<Reading>,
}

impl Statistics {
    pub(super) fn of(peer: PeerId) -> Self {
        Self {
            peer,
            readings: VecDeque::new(),
        }
    }

    pub(super) fn push(&mut self, reading: Reading) {
        if self.readings.len() >= KEPT {
            self.readings.pop_front();
        }
        self.readings.push_back(reading);
    }
}

/// What happened on the way to one peer in about a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// When it ended, in milliseconds since 1970.
    pub time: u64,
    /// What came.
    pub incoming: Flow,
    /// What was sent.
    pub outgoing: Flow,
    /// How long a packet takes to the peer and back, in milliseconds.
    pub round_trip: Option<f64>,
    /// How long ago the peer's browser said last what became of what is sent, in milliseconds. Without
    /// pictures it says so every five seconds.
    pub unanswered: f64,
    /// What the browser believes that can be sent, in bits per second. Not every browser says it.
    pub available: Option<f64>,
    /// What keeps the browser from sending a larger picture.
    pub limited_by: Limitation,
    /// How the packets travel.
    pub path: Option<Path>,
    /// What the peer said last that it receives.
    pub there: Option<Report>,
}

/// One direction in about a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flow {
    /// Sound, in bits per second.
    pub audio_bits: f64,
    /// Pictures, in bits per second.
    pub video_bits: f64,
    /// The part of the packets that was lost, 0 to 1. Of what was sent the peer's browser says it.
    pub loss: f64,
    /// The part of the sound that had to be made up because packets were late or lost, 0 to 1. Only
    /// of what came.
    pub concealed: f64,
    /// Pictures per second.
    pub frames: f64,
    /// The size of the largest picture, in pixels.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// What keeps the browser from sending a larger picture (`qualityLimitationReason`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Limitation {
    /// The device is too slow.
    Cpu,
    /// The network is.
    Bandwidth,
    /// Nothing, or something else.
    #[default]
    #[serde(other)]
    None,
}

/// How packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Path {
    /// A relay is in between, on this side or on the other.
    pub relayed: bool,
    /// Over what: on the way to the own relay where there is one.
    pub transport: Transport,
}

/// What packets travel over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// As WebRTC likes it.
    Udp,
    /// What is lost is sent again, and all that follows waits for it.
    Tcp,
    /// The same, encrypted once more.
    Tls,
    /// What this version does not know.
    #[serde(other)]
    Unknown,
}

/// What was counted up to one moment.
#[derive(Debug, Clone, Default)]
struct Counts {
    time: f64,
    audio_received: f64,
    video_received: f64,
    audio_sent: f64,
    video_sent: f64,
    packets: f64,
    lost: f64,
    samples: f64,
    concealed: f64,
    decoded: f64,
    encoded: f64,
}

/// Makes readings of one report after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Sampler {
    before: Option<Counts>,
    /// When the newest report of the peer's browser came, on its own clock, and when that was seen.
    answered: (f64, f64),
}

impl Sampler {
    /// Takes in a report as the text of a list of its entries, of the time in milliseconds since
    /// 1970. `None` for the first, as there is nothing to compare it with, and for what cannot be
    /// read.
    pub(super) fn read(&mut self, report: &str, time: f64) -> Option<Reading> {
        let entries: Vec<Entry> = serde_json::from_str(report).ok()?;
        let mut counts = Counts {
            time,
            ..Counts::default()
        };
        // Times since 1970 are whole numbers.
        let mut reading = Reading {
            time: time as u64,
            ..Reading::default()
        };
        for entry in &entries {
            match entry.type_.as_str() {
                "inbound-rtp" => counts.came(entry, &mut reading),
                "outbound-rtp" => counts.went(entry, &mut reading),
                "remote-inbound-rtp" => {
                    let loss = entry.fraction_lost.unwrap_or_default();
                    reading.outgoing.loss = reading.outgoing.loss.max(loss);
                    reading.round_trip = entry.round_trip_time.map(|s| s * 1_000.0);
                }
                _ => {}
            }
        }
        let answers = entries
            .iter()
            .filter(|entry| entry.type_ == "remote-inbound-rtp");
        let newest = answers.map(|entry| entry.timestamp).fold(0.0, f64::max);
        if newest > self.answered.0 || self.before.is_none() {
            self.answered = (newest, time);
        }
        reading.unanswered = time - self.answered.1;
        reading.follow_path(&entries);
        let before = self.before.replace(counts.clone())?;
        reading.compare(&before, &counts).then_some(reading)
    }
}

impl Counts {
    fn came(&mut self, entry: &Entry, reading: &mut Reading) {
        self.packets += entry.packets_received;
        // It is counted down for packets that came twice.
        self.lost += entry.packets_lost.max(0.0);
        if entry.kind == "audio" {
            self.audio_received += entry.bytes_received;
            self.samples += entry.total_samples_received;
            self.concealed += entry.concealed_samples;
        } else {
            self.video_received += entry.bytes_received;
            self.decoded += entry.frames_decoded;
            reading.incoming.picture(entry);
        }
    }

    fn went(&mut self, entry: &Entry, reading: &mut Reading) {
        if entry.kind == "audio" {
            self.audio_sent += entry.bytes_sent;
        } else {
            self.video_sent += entry.bytes_sent;
            self.encoded += entry.frames_encoded;
            reading.outgoing.picture(entry);
            if entry.quality_limitation_reason != Limitation::None {
                reading.limited_by = entry.quality_limitation_reason;
            }
        }
    }
}

impl Flow {
    fn picture(&mut self, entry: &Entry) {
        if entry.frame_width > self.width {
            (self.width, self.height) = (entry.frame_width, entry.frame_height);
        }
    }
}

impl Reading {
    /// Fills in what happened in between; false when the counters say nothing, because there is no
    /// time between them or they began anew.
    fn compare(&mut self, before: &Counts, now: &Counts) -> bool {
        let seconds = (now.time - before.time) / 1_000.0;
        let bits = |before: f64, now: f64| (now - before).max(0.0) * 8.0 / seconds;
        let part = |some: f64, others: f64| {
            let all = some.max(0.0) + others.max(0.0);
            if all > 0.0 { some.max(0.0) / all } else { 0.0 }
        };
        let packets = now.packets - before.packets;
        if seconds <= 0.0 || packets < 0.0 {
            return false;
        }
        self.incoming.audio_bits = bits(before.audio_received, now.audio_received);
        self.incoming.video_bits = bits(before.video_received, now.video_received);
        self.outgoing.audio_bits = bits(before.audio_sent, now.audio_sent);
        self.outgoing.video_bits = bits(before.video_sent, now.video_sent);
        self.incoming.loss = part(now.lost - before.lost, packets);
        let concealed = now.concealed - before.concealed;
        self.incoming.concealed = part(concealed, now.samples - before.samples - concealed);
        self.incoming.frames = (now.decoded - before.decoded).max(0.0) / seconds;
        self.outgoing.frames = (now.encoded - before.encoded).max(0.0) / seconds;
        true
    }

    fn follow_path(&mut self, entries: &[Entry]) {
        let by_id: HashMap<_, _> = entries
            .iter()
            .map(|entry| (entry.id.as_str(), entry))
            .collect();
        let named = entries.iter().find_map(|entry| {
            by_id
                .get(entry.selected_candidate_pair_id.as_deref()?)
                .copied()
        });
        let Some(pair) = named.or_else(|| entries.iter().find(|entry| entry.selected)) else {
            return;
        };
        self.available = pair.available_outgoing_bitrate;
        // The one of the packets is better: it has the peer's own time in it.
        let round_trip = pair.current_round_trip_time.map(|s| s * 1_000.0);
        self.round_trip = self.round_trip.or(round_trip);
        let end = |id: &String| by_id.get(id.as_str()).copied();
        if let (Some(local), Some(remote)) = (
            end(&pair.local_candidate_id),
            end(&pair.remote_candidate_id),
        ) {
            let is_relay = |end: &Entry| end.candidate_type == "relay";
            self.path = Some(Path {
                relayed: is_relay(local) || is_relay(remote),
                transport: local
                    .relay_protocol
                    .or(local.protocol)
                    .unwrap_or(Transport::Unknown),
            });
        }
    }

    /// What this side tells the peer of it.
    pub(super) fn report(&self, most: Option<u32>) -> Report {
        // Hundredths and whole pictures are exact enough, and short.
        let percent = |part: f64| (part * 100.0).round() as u8;
        Report {
            hears: self.incoming.audio_bits > 0.0,
            frames: self.incoming.frames.round() as u16,
            loss: percent(self.incoming.loss),
            concealed: percent(self.incoming.concealed),
            most,
        }
    }
}

#[cfg(test)]
mod tests;

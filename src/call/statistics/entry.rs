//! The entries of a browser's report, as far as they matter here.

use serde::Deserialize;

use super::{Limitation, Transport};

/// The types of reports that matter here; a report has about five times as many.
pub(in crate::call) const TYPES: [&str; 7] = [
    "inbound-rtp",
    "outbound-rtp",
    "remote-inbound-rtp",
    "transport",
    "candidate-pair",
    "local-candidate",
    "remote-candidate",
];

/// One report, with the fields of all types.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Entry {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) type_: String,
    pub(super) kind: String,
    pub(super) bytes_received: f64,
    pub(super) bytes_sent: f64,
    pub(super) packets_received: f64,
    pub(super) packets_lost: f64,
    pub(super) total_samples_received: f64,
    pub(super) concealed_samples: f64,
    pub(super) frames_decoded: f64,
    pub(super) frames_encoded: f64,
    pub(super) frame_width: u32,
    pub(super) frame_height: u32,
    pub(super) timestamp: f64,
    pub(super) fraction_lost: Option<f64>,
    pub(super) round_trip_time: Option<f64>,
    pub(super) quality_limitation_reason: Limitation,
    pub(super) selected_candidate_pair_id: Option<String>,
    // Firefox marks the pair itself.
    pub(super) selected: bool,
    pub(super) available_outgoing_bitrate: Option<f64>,
    pub(super) current_round_trip_time: Option<f64>,
    pub(super) local_candidate_id: String,
    pub(super) remote_candidate_id: String,
    pub(super) candidate_type: String,
    pub(super) protocol: Option<Transport>,
    pub(super) relay_protocol: Option<Transport>,
}

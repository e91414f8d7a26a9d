//! The engine's part that keeps what was measured, and shares out what may be sent.

use leptos::{logging, prelude::*};
use web_sys::Blob;

use super::Engine;
use crate::{
    call::statistics::{Reading, Statistics},
    dom::{download::download, error_text},
    protocol::{PeerId, Report, Signal},
};

/// What several links share, in bits per second, where the person has set no limit. One link has no
/// such bound: the browser finds out how much there is room for.
const BUDGET: u32 = 4_000_000;

impl Engine {
    pub(super) fn note(&self, id: &PeerId, reading: Reading) {
        self.call.statistics.update(|all| {
            let known = all.iter().position(|one| one.peer == *id);
            let i = known.unwrap_or_else(|| {
                all.push(Statistics::of(id.clone()));
                all.len() - 1
            });
            all[i].push(reading);
        });
    }

    /// Nothing is kept of those who are gone.
    pub(super) fn forget_gone(&self) {
        let is_gone = |one: &Statistics| !self.peers.contains_key(&one.peer);
        if self
            .call
            .statistics
            .with_untracked(|all| all.iter().any(is_gone))
        {
            self.call
                .statistics
                .update(|all| all.retain(|one| !is_gone(one)));
        }
    }

    /// The most that may go either way on each link, in bits per second.
    pub(super) fn most_per_peer(&self) -> Option<u32> {
        let links = u32::try_from(self.peers.len()).unwrap_or(u32::MAX).max(1);
        let all = self.call.limit.get_untracked();
        let all = all.or_else(|| (links > 1).then_some(BUDGET));
        all.map(|bits| bits / links)
    }

    /// Tells a peer that nothing of it arrives: it may see us well, and believe all is well.
    pub(super) fn tell_unheard(&self, id: &PeerId) {
        if self.peers.get(id).is_some_and(|peer| peer.reads_reports()) {
            // What may be sent is as it was.
            let report = Report {
                most: self.most_per_peer(),
                ..Report::NOTHING
            };
            self.send_signals(id, vec![Signal::Report(report)]);
        }
    }

    /// Has the browser save what was measured.
    pub(super) fn export(&self) {
        let text = self
            .call
            .statistics
            .with_untracked(serde_json::to_string_pretty);
        let Ok(text) = text else { return };
        let parts = js_sys::Array::of1(&text.into());
        let saved = Blob::new_with_str_sequence(&parts)
            .and_then(|blob| download(&blob, "duplex-statistics.json"));
        if let Err(error) = saved {
            logging::error!("statistics not saved: {}", error_text(&error));
        }
    }
}

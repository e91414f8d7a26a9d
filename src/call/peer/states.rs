//! What the browser makes of a connection, in its own words (webrtc-pc, sections 4.3 and 5.6).

use js_sys::Reflect;

use super::Peer;
use crate::call::timeline::Step;

/// What was seen last.
#[derive(Default)]
pub(super) struct States {
    seen: [String; 3],
    /// How often the search for a way began anew, and how often that was told.
    pub(super) restarts: (u32, u32),
}

/// The properties of a connection that tell.
const NAMES: [(Step, &str); 3] = [
    (Step::Signaling, "signalingState"),
    (Step::Ice, "iceConnectionState"),
    (Step::Connection, "connectionState"),
];

impl Peer {
    /// What has changed since it was asked last.
    pub(in crate::call) fn new_states(&mut self) -> Vec<(Step, String)> {
        let mut new = Vec::new();
        let States { seen, restarts } = &mut self.states;
        if restarts.0 > restarts.1 {
            restarts.1 = restarts.0;
            new.push((Step::Restart, "restartIce".to_owned()));
        }
        for ((step, name), seen) in NAMES.into_iter().zip(seen) {
            let state = Reflect::get(&self.connection, &name.into()).unwrap_or_default();
            let state = state.as_string().unwrap_or_default();
            if *seen != state {
                new.push((step, state.clone()));
                *seen = state;
            }
        }
        new
    }
}

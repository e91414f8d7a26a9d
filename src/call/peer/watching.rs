//! The part of a peer that watches over the connection and gets it back.

use js_sys::{Array, Reflect};
use leptos::{logging, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::RtcSessionDescription;

use super::{Outcome, Peer, PeerEvent};
use crate::{
    call::{
        recovery,
        state::{Link, Obstacle},
        statistics::TYPES,
    },
    dom::now,
};

impl Peer {
    pub(super) fn beat(&self) {
        // The channel is open, or there is nobody to tell.
        self.channel.send(r#"{"type":"beat"}"#);
    }

    /// To be called every [`PERIOD`](recovery::PERIOD): says that this side is there, and counts
    /// what came; and tells all that the browser counts if asked to.
    pub(in crate::call) fn look(&self, measures: bool) {
        if self.channel.is_up() && self.channel.is_idle() {
            self.beat();
        }
        let (connection, key, events) = (
            self.connection.clone(),
            self.key.clone(),
            self.events.clone(),
        );
        spawn_local(async move {
            if let Ok(report) = JsFuture::from(connection.get_stats()).await {
                let text = measures.then(|| text(&report)).flatten();
                let event = PeerEvent::Received(packets_received(&report), text);
                events.unbounded_send((key, event)).ok();
            }
        });
    }

    /// Takes in what bears on recovery and says what to do.
    pub(in crate::call) fn recover(&mut self, input: recovery::Input) -> Outcome {
        let time = now();
        let random = js_sys::Math::random();
        let action = self.recovery.handle(input, time, self.can_signal, random);
        let since = self.recovery.interrupted_since();
        self.view.link = match (since, self.recovery.was_connected()) {
            (None, true) => Link::Connected,
            (None, false) => Link::Connecting,
            (Some(_), true) => Link::Interrupted,
            (Some(_), false) => Link::Blocked(self.obstacle()),
        };
        let silence = since.map_or(0, |since| time.saturating_sub(since) / 1_000);
        self.view.silent_seconds = u32::try_from(silence).unwrap_or(u32::MAX);
        match action {
            None => Outcome::default(),
            // A page that knows of one connection only could not follow.
            Some(recovery::Action::Rebuild) if self.messages > 0 => Outcome {
                rebuild: true,
                ..Outcome::default()
            },
            Some(_) => {
                logging::log!("restarting ICE with {}", self.view.id);
                self.restart();
                self.offer_again().into()
            }
        }
    }

    /// What is in the way, as far as addresses tell (RFC 8839, section 5.1).
    fn obstacle(&self) -> Obstacle {
        let has_relay = |description: Option<RtcSessionDescription>| {
            description.is_some_and(|description| description.sdp().contains("typ relay"))
        };
        let servers = js_sys::JSON::stringify(&self.connection.get_configuration());
        let servers = servers.ok().and_then(|text| text.as_string());
        Obstacle::between(
            servers.is_some_and(|text| text.contains("\"turn")),
            has_relay(self.connection.local_description()),
            has_relay(self.connection.remote_description()),
        )
    }
}

/// What matters of a report, as a list in JSON.
fn text(report: &JsValue) -> Option<String> {
    let entries = Array::new();
    for_each_of(&TYPES, report, &mut |entry| {
        entries.push(entry);
    });
    js_sys::JSON::stringify(&entries).ok()?.as_string()
}

/// Goes through the entries of a report that have one of these types.
fn for_each_of(types: &[&str], report: &JsValue, take: &mut dyn FnMut(&JsValue)) {
    report
        .unchecked_ref::<js_sys::Map>()
        .for_each(&mut |entry, _| {
            let kind = Reflect::get(&entry, &"type".into()).ok();
            let kind = kind.and_then(|kind| kind.as_string());
            if kind.is_some_and(|kind| types.contains(&kind.as_str())) {
                take(&entry);
            }
        });
}

/// How many packets of media have come, all tracks together.
fn packets_received(report: &JsValue) -> u64 {
    let mut packets = 0.0;
    for_each_of(&["inbound-rtp"], report, &mut |entry| {
        let count = Reflect::get(entry, &"packetsReceived".into()).ok();
        packets += count.and_then(|count| count.as_f64()).unwrap_or(0.0);
    });
    // Counters are whole numbers.
    packets as u64
}

//! The engine's part that keeps the ways to the peers: notices when one is interrupted, and gets it
//! back.

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::RtcConfiguration;

use super::Engine;
use crate::{
    call::{
        negotiation::Start,
        peer::{Outcome, PeerEvent, PeerKey},
        recovery::{self, Input},
        state::{Link, Server},
        timeline::Way,
    },
    dom::now,
    protocol::{ClientEvent, IceConfiguration, PeerId, SendOptions, Signal},
    socket::Pace,
};

/// How often the links are looked at, in milliseconds.
pub(super) const PERIOD: u32 = recovery::PERIOD as u32;

/// How often they are measured, in milliseconds on average: at the next look after that.
const MEASURED_EVERY: u64 = 1_000;

/// New credentials are asked for so many seconds before the old ones end.
const AHEAD: f64 = 60.0;

/// The ICE servers that the server named.
#[derive(Default)]
pub(super) struct Ice {
    configuration: Option<RtcConfiguration>,
    /// When their credentials end, in seconds since 1970.
    expires: Option<u64>,
}

impl Ice {
    /// What connections are made with.
    pub(super) fn configuration(&self) -> RtcConfiguration {
        self.configuration.clone().unwrap_or_default()
    }

    pub(super) fn set(&mut self, ice: &IceConfiguration) {
        self.expires = ice.expires;
        let servers = serde_json::to_string(&ice.ice_servers).unwrap_or_default();
        let servers = js_sys::JSON::parse(&servers);
        let configuration = RtcConfiguration::new();
        configuration.set_ice_servers(&servers.unwrap_or(JsValue::UNDEFINED));
        self.configuration = Some(configuration);
    }

    /// Whether it is time for new credentials; says so once.
    fn is_due(&mut self) -> bool {
        let now = Date::now() / 1_000.0;
        self.expires
            .take_if(|expires| now + AHEAD >= *expires as f64)
            .is_some()
    }
}

impl Engine {
    pub(super) fn peer_event(&mut self, key: &PeerKey, event: PeerEvent) {
        let Some(peer) = self.peers.values_mut().find(|peer| peer.key == *key) else {
            return self.prepared_event(key, event);
        };
        let id = peer.view.id.clone();
        if let PeerEvent::Said(text) = &event {
            self.log_direct(Way::Received, &id, text);
        }
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let is_described = event.is_description();
        let was_interrupted = peer.is_interrupted();
        let had_channel = peer.has_channel();
        let outcome = peer.handle(event);
        let is_interrupted = peer.is_interrupted();
        let has_channel = peer.has_channel();
        if was_interrupted && !is_interrupted {
            peer.refresh_picture();
        }
        if is_interrupted && !was_interrupted {
            // When everything is cut off, so is the socket, and its heartbeat notices late.
            self.check_server();
            self.update_links();
            self.tell_unheard(&id);
        }
        if is_described {
            self.identify(&id);
        }
        self.log_states(&id);
        self.act(&id, outcome);
        if has_channel && !had_channel {
            self.hurry_chat(&id);
        }
        if was_interrupted && !is_interrupted {
            // What was said meanwhile may be lost.
            self.greet(&id);
            self.update_links();
        }
        self.show_peers();
    }

    fn act(&mut self, id: &PeerId, outcome: Outcome) {
        let Outcome {
            signals,
            said,
            rebuild,
            reading,
            tells_sending,
        } = outcome;
        if let Some(reading) = reading {
            self.note(id, *reading);
        }
        if tells_sending {
            self.tell_sending(id);
        }
        self.send_signals(id, signals);
        if let Some(signal) = said {
            self.signal(id, signal);
        }
        if rebuild {
            let role = self.role_towards(id);
            self.add_peer(id, role, Start::Anew);
        }
    }

    /// From time to time.
    pub(super) fn look_at_links(&mut self) {
        let now = now();
        let is_measured = now >= self.measures_at;
        if is_measured {
            // A page that slept has nothing to make up for.
            self.measures_at = (self.measures_at + MEASURED_EVERY).max(now);
        }
        self.hear(now);
        self.forget_reactions(now);
        let (most, sends) = (self.most_per_peer(), &self.sending);
        for peer in self.peers.values_mut() {
            peer.allow(most, sends);
            peer.look(is_measured);
        }
        if self.ice.is_due() {
            // Whoever comes back into the seat is told the new ones.
            self.socket.renew();
        }
    }

    /// Takes note of which ways there are.
    pub(super) fn update_links(&mut self) {
        let has_server = self.call.server.get_untracked() == Server::Connected;
        let mut pace = if self.wants_in {
            Pace::Brisk
        } else {
            Pace::Calm
        };
        for peer in self.peers.values_mut() {
            peer.can_signal = has_server && !peer.view.away;
            if matches!(peer.view.link, Link::Interrupted | Link::Blocked(_)) {
                pace = Pace::Hurry;
            }
        }
        if pace != self.pace {
            self.pace = pace;
            self.socket.set_pace(pace);
        }
    }

    /// Finds out soon whether the server is still there.
    fn check_server(&self) {
        let Some(id) = self.order.first() else { return };
        let beat = serde_json::value::to_raw_value(&Signal::Beat);
        if let Ok(data) = beat {
            self.socket.check(&ClientEvent::Message {
                room: self.room.clone(),
                data,
                options: SendOptions {
                    to: Some(id.clone()),
                },
            });
        }
    }

    /// Nothing that is interrupted has to wait for its turn any more.
    fn hint(&mut self) {
        self.update_links();
        for id in self.order.clone() {
            self.recover(&id, Input::Hint);
        }
        self.show_peers();
    }

    /// Tells a link what happened, and says again what may have been lost.
    fn recover(&mut self, id: &PeerId, input: Input) {
        if let Some(peer) = self.peers.get_mut(id) {
            let mut outcome = peer.recover(input);
            if outcome.signals.is_empty() && !outcome.rebuild {
                outcome.signals = peer.offer_again();
            }
            self.act(id, outcome);
        }
    }

    pub(super) fn retry(&mut self) {
        self.check_server();
        self.hint();
    }

    pub(super) fn network_changed(&mut self) {
        if !self.call.is_gone() {
            self.prepare_anew();
            self.retry();
        }
    }

    /// This side is in its seat again: the server can be used.
    pub(super) fn returned(&mut self) {
        self.hint();
        for id in self.order.clone() {
            self.greet(&id);
            self.hurry_chat(&id);
        }
    }

    /// The other side is in its seat again, and is about to do what is to be done.
    pub(super) fn peer_returned(&mut self, id: &PeerId) {
        self.update_links();
        self.recover(id, Input::TheirTurn);
        self.greet(id);
        self.hurry_chat(id);
    }

    /// The ICE servers of this peer, from now on.
    pub(super) fn use_ice(&mut self, ice: &IceConfiguration) {
        self.ice.set(ice);
        let configuration = self.ice.configuration();
        for peer in self
            .peers
            .values_mut()
            .chain(&mut self.prepared)
            .chain(self.early.as_mut().map(|early| &mut early.peer))
        {
            peer.configure(&configuration);
        }
    }
}

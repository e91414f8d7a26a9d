//! The engine's part that keeps the steps of the call, for whoever wants to understand it.

use leptos::prelude::*;
use serde_json::value::RawValue;

use super::Engine;
use crate::{
    call::{
        peer::Peer,
        timeline::{Entry, Step, Way},
    },
    dom::now,
    protocol::{ClientEvent, PeerId},
};

impl Engine {
    /// The page tells the server something.
    pub(super) fn log_sent(&self, event: &ClientEvent) {
        let (step, name, peer) = match event {
            ClientEvent::Message { data, options, .. } => match Step::of_signal(data.get()) {
                Some((step, name)) => (step, name, options.to.clone()),
                None => return,
            },
            event => (Step::of_event(event.name()), event.name().to_owned(), None),
        };
        let content = serde_json::to_string(event).unwrap_or_default();
        self.log(Way::Sent, step, name, content, peer, false);
    }

    /// The server tells the page something.
    pub(super) fn log_received(&self, name: &str, args: &[Box<RawValue>]) {
        let (step, name) = match args {
            [_, data, ..] if name == ClientEvent::MESSAGE => match Step::of_signal(data.get()) {
                Some(told) => told,
                None => return,
            },
            _ => (Step::of_event(name), name.chars().take(32).collect()),
        };
        let content = serde_json::to_string(args).unwrap_or_default();
        self.log(Way::Received, step, name, content, None, false);
    }

    /// Something goes through the data channel.
    pub(super) fn log_direct(&self, way: Way, peer: &PeerId, data: &str) {
        if let Some((step, name)) = Step::of_signal(data) {
            self.log(way, step, name, data.to_owned(), Some(peer.clone()), true);
        }
    }

    /// The connection to the server is there, or not.
    pub(super) fn log_server(&self, state: &str) {
        self.log_here(Step::Server, state.to_owned(), None);
    }

    /// What the browser made of the connection to this peer meanwhile, also of one that is made early.
    pub(super) fn log_states(&mut self, id: &PeerId) {
        let early = self.early.iter_mut().map(|early| &mut early.peer);
        let mut peers = self.peers.values_mut().chain(early);
        let states = peers.find(|peer| peer.view.id == *id).map(Peer::new_states);
        for (step, state) in states.into_iter().flatten() {
            self.log_here(step, state, Some(id.clone()));
        }
    }

    fn log_here(&self, step: Step, name: String, peer: Option<PeerId>) {
        self.log(Way::Here, step, name, String::new(), peer, false);
    }

    fn log(
        &self,
        way: Way,
        step: Step,
        name: String,
        content: String,
        peer: Option<PeerId>,
        is_direct: bool,
    ) {
        let mut entry = Entry::new(now(), way, step, name, content);
        entry.peer = peer;
        entry.is_direct = is_direct;
        // The last word is said when the page of the call is gone.
        self.conversation
            .timeline
            .try_update(|timeline| timeline.push(entry));
    }
}

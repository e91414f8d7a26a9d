//! The part of a peer that carries out what the negotiation decides.

use js_sys::Promise;
use leptos::{logging, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcSdpType, RtcSessionDescriptionInit};

use super::{
    Peer, PeerEvent,
    codecs::prefer_redundant_sound,
    convert::{candidate_init, description_init, local_description},
    report,
};
use crate::{
    call::negotiation::{Action, Input},
    dom::error_text,
    protocol::Signal,
};

impl Peer {
    pub(super) fn negotiate(&mut self, input: Input) -> Vec<Signal> {
        let actions = self.negotiation.handle(input);
        actions
            .into_iter()
            .filter_map(|action| self.perform(action))
            .collect()
    }

    /// Calls the browser at once, so that its own queue keeps the order; answers come as events.
    fn perform(&self, action: Action) -> Option<Signal> {
        match action {
            Action::SendDescription(description, about) => {
                return Some(Signal::Description(description, self.about(about)));
            }
            Action::SendCandidate(candidate) => return Some(Signal::Candidate(candidate)),
            Action::SetLocal => {
                prefer_redundant_sound(&self.connection);
                let promise = self.connection.set_matching_local_description();
                let connection = self.connection.clone();
                self.answer_with(promise, move || {
                    local_description(&connection).map(Input::LocalSet)
                });
            }
            Action::SetRemote(description) => {
                let promise = self
                    .connection
                    .set_remote_description(&description_init(&description));
                self.answer_with(promise, || Some(Input::RemoteSet));
            }
            Action::Rollback => {
                let rollback = RtcSessionDescriptionInit::new(RtcSdpType::Rollback);
                let promise = self.connection.set_local_description(&rollback);
                self.answer_with(promise, || Some(Input::RolledBack));
            }
            Action::AddCandidate(candidate) => {
                let init = candidate_init(&candidate);
                report(
                    "candidate",
                    self.connection
                        .add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init)),
                );
            }
        }
        None
    }

    fn answer_with(&self, promise: Promise, input: impl FnOnce() -> Option<Input> + 'static) {
        let (key, events) = (self.key.clone(), self.events.clone());
        let id = self.view.id.clone();
        spawn_local(async move {
            let input = match JsFuture::from(promise).await {
                Ok(_) => input().unwrap_or(Input::Failed),
                Err(error) => {
                    logging::warn!("negotiation with {id}: {}", error_text(&error));
                    Input::Failed
                }
            };
            events
                .unbounded_send((key, PeerEvent::Negotiation(input)))
                .ok();
        });
    }
}

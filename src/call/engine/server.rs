//! The engine's part that listens to the server.

use std::collections::BTreeSet;

use gloo_timers::future::TimeoutFuture;
use leptos::{logging, prelude::*, task::spawn_local};

use super::Engine;
use crate::{
    call::{
        negotiation::{Role, Start},
        state::{Membership, Server},
    },
    protocol::{
        About, DescriptionKind, ErrorBody, ErrorCode, JoinedExtras, PeerId, Reason, ServerEvent,
        Signal,
    },
};

/// How long those who were here before the server was started anew may take to come back, in
/// milliseconds; longer than any server waits for them.
const MISSING_TIMEOUT: u32 = 30_000;

impl Engine {
    pub(super) fn server_event(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Joined { id, extras, .. } if self.wants_in => self.joined(id, extras),
            // The person left before the answer came.
            ServerEvent::Joined { .. } | ServerEvent::Waiting { .. } if !self.wants_in => {
                self.send_leave();
            }
            ServerEvent::Waiting { .. } => self.call.membership.set(Membership::Waiting),
            ServerEvent::Full { .. } if self.wants_in => {
                // Every place is taken, one of them perhaps by another tab of ours.
                if self.seat.take_over(&self.room) {
                    self.join();
                } else {
                    self.outside(Membership::Full);
                }
            }
            ServerEvent::Refused { error, .. } => self.refused(&error),
            ServerEvent::OtherJoin { id, extras, .. } if self.wants_in => {
                self.other_joined(&id, extras.offer.as_deref().and_then(Signal::parse));
                self.name(&id, extras.name);
            }
            ServerEvent::Message { data, sender, .. } => {
                if let Some(signal) = Signal::parse(&data) {
                    self.signal(&sender.from, signal);
                }
            }
            ServerEvent::Leaved { departure, .. } if self.wants_in => match departure.reason {
                Reason::Replaced => {
                    self.seat.give_away();
                    self.outside(Membership::Elsewhere);
                }
                Reason::Removed => self.outside(Membership::Refused(ErrorCode::Removed)),
                // The server lost the seat while it was cut off from its store.
                Reason::Timeout => self.join(),
                _ => {}
            },
            ServerEvent::Visit { id, extras, .. } => self.visited(&id, &extras),
            ServerEvent::Unvisit { id, .. } => self.visit_ended(&id),
            ServerEvent::Bye { id, .. } => self.remove_peer(&id),
            ServerEvent::Away { id, .. } => {
                if let Some(peer) = self.peers.get_mut(&id) {
                    peer.view.away = true;
                }
                self.update_links();
            }
            ServerEvent::Back { id, .. } => {
                self.back(&id);
                self.peer_returned(&id);
            }
            event => self.rules(event),
        }
        self.prepare_to_answer();
        self.show_peers();
    }

    fn joined(&mut self, own: PeerId, extras: JoinedExtras) {
        // With a token there was a seat before, and the others know us.
        let resumed = self.seat.token.is_some();
        self.is_asking = false;
        // A seat that one comes back to has the name that it had.
        self.is_renamed = resumed;
        self.rules_at_first(&own, &extras.host, extras.locked);
        self.own = Some(own);
        self.seat.take(&self.room, extras.resume);
        self.use_ice(&extras.ice);
        self.call.membership.set(Membership::Inside);
        self.open_chat(resumed);
        let listed = |id: &PeerId| extras.peers.iter().any(|peer| peer.id == *id);
        let known: BTreeSet<_> = self
            .order
            .iter()
            .cloned()
            .chain(self.chat_readers())
            .collect();
        let unlisted: Vec<_> = known.into_iter().filter(|id| !listed(id)).collect();
        // It would be of no use to a room without peers, or with several.
        let mut prepared = self.prepared.take().filter(|_| extras.peers.len() == 1);
        let mut early = match &extras.peers[..] {
            [peer] => self.take_early(&peer.id),
            _ => None,
        };
        let has_ice = !extras.ice.ice_servers.is_empty();
        if !resumed {
            self.drop_peers();
        } else if extras.restored {
            // Their media does not need the server, and they will be back as we are.
            self.wait_for(unlisted);
        } else {
            for id in &unlisted {
                self.remove_peer(id);
            }
        }
        for peer in extras.peers {
            if resumed {
                self.back(&peer.id);
            } else if let Some(early) = early.take() {
                self.begin(early);
            } else if let Some(prepared) = prepared.take() {
                self.adopt(prepared, &peer.id, has_ice);
            } else {
                self.add_peer(&peer.id, Role::Polite, Start::Wait);
            }
            if let Some(known) = self.peers.get_mut(&peer.id) {
                known.view.away = peer.away;
                // They may have told another one meanwhile.
                if !resumed || known.view.name.is_none() {
                    known.view.name = peer.name;
                }
            }
        }
        if resumed {
            self.returned();
        }
        self.update_links();
    }

    /// A peer goes on in its seat. When this page has no connection to it, one of the two pages
    /// was loaded again: begin anew.
    fn back(&mut self, id: &PeerId) {
        self.missing.retain(|missing| missing != id);
        if let Some(peer) = self.peers.get_mut(id) {
            peer.view.away = false;
        } else if self.wants_in {
            let role = self.role_towards(id);
            self.add_peer(id, role, Start::Anew);
        }
    }

    pub(super) fn signal(&mut self, from: &PeerId, signal: Signal) {
        let Some(signal) = self.early_signal(from, signal) else {
            return;
        };
        let Some(peer) = self.peers.get(from) else {
            return;
        };
        if signal == Signal::Hangup {
            self.records(from, false);
        }
        let is_over = match &signal {
            // Its page is gone; should it come back, it offers.
            Signal::Hangup => !peer.is_unanswered(),
            Signal::Description(offer, About { session, .. })
                if offer.kind == DescriptionKind::Offer
                    && session.is_some()
                    && *session != peer.session =>
            {
                if peer.is_unanswered() && self.role_towards(from) == Role::Impolite {
                    // Both begin anew, and it is our offer that counts.
                    let offer = peer.offer_again();
                    return self.send_signals(from, offer);
                }
                // What waits for its first offer takes this one.
                peer.session.is_some()
            }
            _ => false,
        };
        if is_over {
            let has_server = self.call.server.get_untracked() == Server::Connected;
            // The server, which would say that they are gone for a moment, cannot. It will say whether they still are.
            let away = peer.view.away || signal == Signal::Hangup && !has_server;
            let sending = peer.view.sending.clone();
            let role = self.role_towards(from);
            self.add_peer(from, role, Start::Wait);
            if let Some(peer) = self.peers.get_mut(from) {
                peer.view.away = away;
                peer.view.sending = sending;
            }
        }
        if let Signal::Talk(talk) = signal {
            return self.told(from, talk);
        }
        if let Some(peer) = self.peers.get_mut(from) {
            let signals = peer.receive(signal);
            self.send_signals(from, signals);
        }
    }

    /// Who gives way when two pages begin anew: both must come to the same result.
    pub(super) fn role_towards(&self, id: &PeerId) -> Role {
        if self.own.as_ref().is_some_and(|own| own < id) {
            Role::Impolite
        } else {
            Role::Polite
        }
    }

    fn refused(&mut self, error: &ErrorBody) {
        match error.code {
            _ if !self.is_asking => {
                logging::log!("refused: {}", error.message);
            }
            ErrorCode::BadResume => {
                // Nobody waits for us in that seat any more.
                self.seat.forget(&self.room);
                self.drop_peers();
                self.call.membership.set(Membership::Joining);
                self.join();
            }
            // The connection to a server that stops is lost next, and made anew.
            // No `join` of ours is malformed: a server that does not know visits says it of one.
            ErrorCode::ServerClosing
            | ErrorCode::InvalidMessage
            | ErrorCode::NotInRoom
            | ErrorCode::NoSuchPeer
            | ErrorCode::AlreadyInRoom => {}
            // It will be there again, and the call goes on meanwhile.
            ErrorCode::Unavailable => self.socket.renew(),
            // The page has words of its own for the person.
            code => {
                logging::log!("refused: {}", error.message);
                self.outside(Membership::Refused(code));
            }
        }
    }

    fn wait_for(&mut self, missing: Vec<PeerId>) {
        if missing.is_empty() {
            return;
        }
        self.missing = missing;
        let timers = self.timers.clone();
        spawn_local(async move {
            TimeoutFuture::new(MISSING_TIMEOUT).await;
            timers.unbounded_send(()).ok();
        });
    }

    /// Those who did not come back in time are gone.
    pub(super) fn drop_missing(&mut self) {
        for id in std::mem::take(&mut self.missing) {
            self.remove_peer(&id);
        }
        self.show_peers();
    }

    fn remove_peer(&mut self, id: &PeerId) {
        self.records(id, false);
        self.chat_left(id);
        self.files_left(id);
        if self.peers.remove(id).is_some() {
            self.order.retain(|other| other != id);
            self.call.deserted.set(self.peers.is_empty());
        }
    }
}

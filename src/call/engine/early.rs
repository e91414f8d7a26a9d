//! The engine's part that connects before the `join`: whoever looks at the preview, and whoever is
//! alone in the room, have a way to each other by the time of the click (the warm-up of webrtc-pc,
//! section 10.5). Until then nobody's sound or picture is sent.

use leptos::prelude::*;
use web_sys::RtcPeerConnectionState;

use super::{Engine, links::Ice};
use crate::{
    call::{
        media::Kind,
        negotiation::{Role, Start},
        peer::{Peer, PeerEvent, PeerKey},
        state::{Membership, Server},
    },
    protocol::{ClientEvent, PeerId, Signal, VisitExtras},
};

impl Engine {
    /// Asks for it, once for each connection to the server.
    ///
    /// Without a device the person may not have been asked yet, and then the browser hides the
    /// addresses of this machine.
    pub(super) fn visit_if_useful(&mut self) {
        let has_device = Kind::DEVICES
            .iter()
            .any(|kind| self.sent.track(*kind).is_some());
        if has_device
            && !self.has_visited
            && self.is_outside()
            && self.call.server.get_untracked() == Server::Connected
        {
            self.has_visited = true;
            self.send(&ClientEvent::Visit {
                room: self.room.clone(),
            });
        }
    }

    /// Neither in the room nor on the way in, nor with a seat to go on in.
    fn is_outside(&self) -> bool {
        !self.wants_in && self.seat.token.is_none() && self.own.is_none()
    }

    /// The two may connect.
    pub(super) fn visited(&mut self, id: &PeerId, extras: &VisitExtras) {
        let (role, start) = if self.is(&Membership::Inside) && self.peers.is_empty() {
            (Role::Impolite, Start::Offer)
        } else if self.is_outside() {
            (Role::Polite, Start::Wait)
        } else {
            return;
        };
        let mut ice = Ice::default();
        ice.set(&extras.ice);
        let (sent, ice) = (self.sent.held(), ice.configuration());
        self.early = self.open_peer(id, role, start, &sent, &ice);
    }

    /// The other one is gone, or somebody else came.
    pub(super) fn visit_ended(&mut self, id: &PeerId) {
        self.early.take_if(|early| early.view.id == *id);
    }

    /// Has the page say it.
    pub(super) fn show_visit(&self) {
        let is = self.early.is_some();
        if !self.call.is_gone() && self.call.visit.get_untracked() != is {
            self.call.visit.set(is);
        }
    }

    /// Takes the connection to this peer, which was made early and works.
    pub(super) fn take_early(&mut self, id: &PeerId) -> Option<Peer> {
        let early = self.early.take();
        early.filter(|early| early.view.id == *id && early.was_connected())
    }

    /// Whether there is a way to whoever is in the room. One that does not work is given up, also by the
    /// other side.
    pub(super) fn has_early_way(&mut self) -> bool {
        let works = self.early.as_ref().is_some_and(Peer::was_connected);
        if !works {
            self.give_early_up();
        }
        works
    }

    pub(super) fn give_early_up(&mut self) {
        if let Some(early) = self.early.take() {
            self.send_signals(&early.view.id, vec![Signal::Hangup]);
        }
    }

    /// The call begins on a connection that was made early.
    pub(super) fn begin(&mut self, mut early: Peer) {
        let id = early.view.id.clone();
        early.begin(&self.sent);
        self.put_peer(early, &id);
    }

    /// What the other one said, if it is one to whom a connection is made early.
    pub(super) fn early_signal(&mut self, from: &PeerId, signal: Signal) -> Option<Signal> {
        let Some(early) = self.early.as_mut().filter(|early| early.view.id == *from) else {
            return Some(signal);
        };
        match signal {
            Signal::Description(..) | Signal::Candidate(_) => {
                let answer = early.receive(signal);
                self.send_signals(from, answer);
            }
            Signal::Hangup => self.early = None,
            // That is for the call.
            Signal::Media(_) | Signal::Report(_) | Signal::Beat => {}
        }
        None
    }

    /// What happened on a connection that is made early.
    pub(super) fn early_event(&mut self, key: &PeerKey, event: PeerEvent) {
        use RtcPeerConnectionState::{Closed, Disconnected, Failed};
        let Some(early) = self.early.as_mut().filter(|early| early.key == *key) else {
            return;
        };
        if let PeerEvent::State(Closed | Disconnected | Failed) = event {
            // Without haste: there is no call on it.
            return self.give_early_up();
        }
        let id = early.view.id.clone();
        let signals = early.handle(event).signals;
        self.send_signals(&id, signals);
    }
}

//! The engine's part that connects before the `join`: whoever looks at the preview, and whoever is
//! alone in the room, have a way to each other by the time of the click (the warm-up of webrtc-pc,
//! section 10.5). Until then nobody's sound or picture is sent.

use leptos::prelude::*;
use web_sys::RtcPeerConnectionState;

use super::{Engine, links::Ice};
use crate::{
    call::{
        negotiation::{Role, Start},
        peer::{Outcome, Peer, PeerEvent, PeerKey},
        state::{Membership, Server},
    },
    protocol::{ClientEvent, PeerId, Signal, VisitExtras},
};

/// So much of what the other side says before its `join` is known here is kept.
const KEPT: usize = 64;

/// A connection that was made before the `join`.
pub(super) struct Early {
    pub(super) peer: Peer,
    /// What is for the call, and came before this side knew that it has begun: the other one may be told
    /// of the `join` first.
    said: Vec<Signal>,
}

impl Early {
    /// Whether there is a way. One that ended is given up at once.
    fn works(&self) -> bool {
        self.peer.was_connected()
    }

    fn keep(&mut self, signal: Signal) {
        if self.said.len() < KEPT {
            self.said.push(signal);
        }
    }
}

impl Engine {
    /// Asks for it, once for each connection to the server.
    pub(super) fn visit_if_useful(&mut self) {
        if self.has_device()
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
        !self.wants_in && self.is_new()
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
        let peer = self.open_peer(id, role, start, &sent, &ice);
        let said = Vec::new();
        self.early = peer.map(|peer| Early { peer, said });
    }

    /// The other one is gone, or somebody else came.
    pub(super) fn visit_ended(&mut self, id: &PeerId) {
        self.early.take_if(|early| early.peer.view.id == *id);
    }

    /// Has the page say it. Not every page inside knows of visits: one that does speaks.
    pub(super) fn show_visit(&self) {
        let is_inside = self.is(&Membership::Inside);
        let is = self
            .early
            .as_ref()
            .is_some_and(|early| is_inside || early.peer.was_spoken_to());
        if !self.call.is_gone() && self.call.visit.get_untracked() != is {
            self.call.visit.set(is);
        }
    }

    /// Takes the connection to this peer, which was made early and works.
    pub(super) fn take_early(&mut self, id: &PeerId) -> Option<Early> {
        let early = self.early.take();
        early.filter(|early| early.peer.view.id == *id && early.works())
    }

    /// Whether there is a way to whoever is in the room. One that does not work is given up, also by the
    /// other side.
    pub(super) fn has_early_way(&mut self) -> bool {
        let works = self.early.as_ref().is_some_and(Early::works);
        if !works {
            self.give_early_up();
        }
        works
    }

    /// It is of no use any more, or never was.
    fn give_early_up(&mut self) {
        if let Some(early) = self.early.take() {
            self.send_signals(&early.peer.view.id, vec![Signal::Hangup]);
        }
    }

    /// What is being looked for is of another network. A way that was found ends by itself if it does.
    pub(super) fn look_for_early_way_anew(&mut self) {
        if self.early.as_ref().is_some_and(|early| !early.works()) {
            self.give_early_up();
        }
    }

    /// The call begins on a connection that was made early.
    pub(super) fn begin(&mut self, early: Early) {
        let Early { mut peer, said } = early;
        let id = peer.view.id.clone();
        // From its next restart on it may use the relay.
        peer.configure(&self.ice.configuration());
        peer.begin(&self.sent);
        self.put_peer(peer, &id);
        for signal in said {
            self.signal(&id, signal);
        }
    }

    /// What the other one said, if it is one to whom a connection is made early.
    pub(super) fn early_signal(&mut self, from: &PeerId, signal: Signal) -> Option<Signal> {
        let early = self.early.as_mut();
        let Some(early) = early.filter(|early| early.peer.view.id == *from) else {
            return Some(signal);
        };
        match signal {
            Signal::Description(..) | Signal::Candidate(_) => {
                let answer = early.peer.receive(signal);
                self.log_states(from);
                self.send_signals(from, answer);
            }
            Signal::Hangup => self.early = None,
            Signal::Media(_) | Signal::Report(_) | Signal::Beat | Signal::Talk(_) => {
                early.keep(signal);
            }
        }
        None
    }

    /// What happened on a connection that is made early.
    pub(super) fn early_event(&mut self, key: &PeerKey, event: PeerEvent) {
        use RtcPeerConnectionState::{Closed, Disconnected, Failed};
        let Some(early) = self.early.as_mut().filter(|early| early.peer.key == *key) else {
            return;
        };
        // Once the `join` is on its way the other side counts on it, and the call will mend it.
        if let PeerEvent::State(Closed | Disconnected | Failed) = event
            && !self.is_asking
        {
            return self.give_early_up();
        }
        let id = early.peer.view.id.clone();
        let Outcome { signals, said, .. } = early.peer.handle(event);
        said.into_iter().for_each(|signal| early.keep(signal));
        self.log_states(&id);
        self.send_signals(&id, signals);
    }
}

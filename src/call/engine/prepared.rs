//! The engine's part that has a peer connection ready before it is known to whom. That of whoever is
//! about to come in has made its offer, which travels with `join` and saves a trip; that of whoever
//! waits for somebody answers it at once.

use serde_json::value::{RawValue, to_raw_value};

use super::Engine;
use crate::{
    call::{
        media::Kind,
        negotiation::{Role, Start},
        peer::{Peer, PeerEvent, PeerKey},
        state::Membership,
    },
    protocol::{PeerId, Signal},
};

impl Engine {
    /// Without a device the person may not have been asked yet, and then the browser hides the
    /// addresses of this machine.
    pub(super) fn has_device(&self) -> bool {
        Kind::DEVICES
            .iter()
            .any(|kind| self.sent.track(*kind).is_some())
    }

    /// Neither has a seat nor goes on in one.
    pub(super) fn is_new(&self) -> bool {
        self.seat.token.is_none() && self.own.is_none()
    }

    /// Makes a connection ahead, unless it is too early or too late for one. Whoever comes in without
    /// any device is prepared for on the click.
    pub(super) fn prepare_if_useful(&mut self) {
        if self.has_device() && !self.wants_in {
            self.prepare();
            self.visit_if_useful();
        }
    }

    /// Whoever has a seat goes on in it: the others are known.
    pub(super) fn prepare(&mut self) {
        if self.prepared.is_none() && self.is_new() {
            self.prepared = self.new_peer(&nobody(), Role::Polite, Start::Ahead);
        }
    }

    /// The addresses that it found are those of another network.
    pub(super) fn prepare_anew(&mut self) {
        self.look_for_early_way_anew();
        if self.prepared.is_some() && !self.is_asking && self.own.is_none() {
            self.prepared = None;
            self.prepare();
        }
    }

    /// Makes a connection for whoever comes next, who may bring an offer. It looks for no addresses
    /// before that, so it stays good.
    pub(super) fn prepare_to_answer(&mut self) {
        if self.prepared.is_none() && self.peers.is_empty() && self.is(&Membership::Inside) {
            self.prepared = self.new_peer(&nobody(), Role::Impolite, Start::Wait);
        }
    }

    /// Somebody came, perhaps with an offer: then it is answered.
    pub(super) fn other_joined(&mut self, id: &PeerId, offer: Option<Signal>) {
        let prepared = self.prepared.take();
        let early = self.take_early(id);
        let Some(offer @ Signal::Description(..)) = offer else {
            return match early {
                Some(early) => self.begin(early),
                None => self.add_peer(id, Role::Impolite, Start::Offer),
            };
        };
        match prepared {
            Some(prepared) => self.put_peer(prepared, id),
            None => self.add_peer(id, Role::Impolite, Start::Wait),
        }
        self.signal(id, offer);
    }

    /// What goes into `join`. An offer that is not ready by now would come too late.
    pub(super) fn prepared_offer(&mut self) -> Option<Box<RawValue>> {
        let offer = self.prepared.as_mut().and_then(Peer::offer_ahead);
        let offer = offer.and_then(|offer| to_raw_value(&offer).ok());
        if offer.is_none() {
            self.prepared = None;
        }
        offer
    }

    /// Before it has a peer, a connection has nothing to say to anybody.
    pub(super) fn prepared_event(&mut self, key: &PeerKey, event: PeerEvent) {
        if let Some(peer) = self.prepared.as_mut().filter(|peer| peer.key == *key) {
            peer.handle(event);
        } else {
            self.early_event(key, event);
        }
    }

    /// The connection is to this peer.
    pub(super) fn adopt(&mut self, peer: Peer, id: &PeerId, has_ice: bool) {
        if has_ice {
            // Its candidates were found without these servers. Where those are enough the call is there
            // at once; otherwise there has to be a connection that knows them.
            peer.rebuild_unless_connected();
        }
        self.put_peer(peer, id);
    }
}

/// Stands for a peer that is not known yet.
fn nobody() -> PeerId {
    PeerId::from_random([0; 16])
}

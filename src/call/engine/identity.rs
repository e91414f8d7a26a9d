//! The engine's part that knows between which certificates each connection is.

use leptos::prelude::*;

use super::Engine;
use crate::{call::identity::Pair, protocol::PeerId};

impl Engine {
    /// Takes note of the two ends of the connection to this peer, as soon as both have described
    /// themselves, connected or not.
    pub(super) fn identify(&self, id: &PeerId) {
        let peer = self.peers.get(id);
        let fingerprints = peer.and_then(|peer| peer.fingerprints());
        let own = self.own.clone();
        let pair = fingerprints.zip(own).map(|(fingerprints, own)| Pair {
            own,
            peer: id.clone(),
            fingerprints,
        });
        let pairs = self.conversation.pairs;
        let known = pairs.with_untracked(|pairs| pairs.iter().find(|one| one.peer == *id).cloned());
        if known != pair {
            pairs.update(|pairs| {
                pairs.retain(|one| one.peer != *id && self.peers.contains_key(&one.peer));
                pairs.extend(pair);
            });
        }
    }
}

//! The engine's part that carries what people tell each other besides the call itself.

use leptos::prelude::*;

use super::Engine;
use crate::{
    call::conversation::Wish,
    protocol::{PeerId, Signal, Talk},
};

impl Engine {
    pub(super) fn wish(&mut self, wish: Wish) {
        match wish {
            Wish::Hand(up) => {
                self.conversation.own_hand.set(up);
                self.tell_all(&Talk::Hand { up });
            }
            Wish::Record(on) => {
                self.records = Some(on);
                self.tell_all(&Talk::Recording { on });
            }
        }
    }

    /// Takes in what a peer tells.
    pub(super) fn told(&mut self, from: &PeerId, talk: Talk) {
        match talk {
            Talk::Hand { up } => self.conversation.hands.update(|hands| {
                if up {
                    hands.insert(from.clone());
                } else {
                    hands.remove(from);
                }
            }),
            Talk::Recording { on } => self.records(from, on),
        }
    }

    /// Whether a peer records.
    pub(super) fn records(&self, peer: &PeerId, on: bool) {
        let recorders = self.conversation.recorders;
        if recorders.with_untracked(|recorders| recorders.contains(peer)) != on {
            recorders.update(|recorders| {
                if on {
                    recorders.insert(peer.clone());
                } else {
                    recorders.remove(peer);
                }
            });
        }
    }

    /// Tells one who may not have heard it.
    pub(super) fn tell_recording(&self, id: &PeerId) {
        if let Some(on) = self.records {
            self.send_signals(id, vec![Signal::Talk(Talk::Recording { on })]);
        }
    }

    fn tell_all(&self, talk: &Talk) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Talk(talk.clone())]);
        }
    }
}

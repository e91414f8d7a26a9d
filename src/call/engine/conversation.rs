//! The engine's part that carries what people tell each other besides the call itself.

use leptos::prelude::*;

use super::Engine;
use crate::{
    call::conversation::Wish,
    protocol::{DisplayName, PeerId, Signal, Talk},
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
            Wish::Name => self.renamed(),
            Wish::Rule(rule) => self.rule(rule),
            Wish::Enter(passcode) => self.enter(passcode),
            Wish::Say(text) => self.say(&text),
            Wish::Read(end) => self.mark_chat_read(end),
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
            Talk::Name { name } => {
                // One that is too long is none.
                let name = DisplayName::parse(&name.unwrap_or_default());
                self.name(from, name.unwrap_or_default());
            }
            talk @ (Talk::Chat { .. } | Talk::ChatHeard { .. }) => self.chat_told(from, talk),
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

    pub(super) fn tell_all(&self, talk: &Talk) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Talk(talk.clone())]);
        }
    }
}

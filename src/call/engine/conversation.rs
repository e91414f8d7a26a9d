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
            Wish::Name => self.renamed(),
            Wish::Rule(rule) => self.rule(rule),
            Wish::Enter(passcode) => self.enter(passcode),
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
            Talk::Name { name } => {
                // One that is too long is none.
                let name = DisplayName::parse(&name.unwrap_or_default());
                self.name(from, name.unwrap_or_default());
            }
        }
    }

    pub(super) fn tell_all(&self, talk: &Talk) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Talk(talk.clone())]);
        }
    }
}

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
            Wish::Say(text) => self.say(&text),
            Wish::Read(end) => self.mark_chat_read(end),
            Wish::Offer(files) => self.offer_files(&files),
            Wish::Accept(key) => self.accept_file(&key),
            Wish::End(key) => self.end_file(&key),
            Wish::Hold(key, hold) => self.hold_file(&key, hold),
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
            talk @ (Talk::Chat { .. } | Talk::ChatHeard { .. }) => self.chat_told(from, talk),
            Talk::FileOffer { file, .. }
            | Talk::FileWant { file, .. }
            | Talk::FileHold { file, .. }
            | Talk::FileOver { file, .. } => self.file_told(from, file, &talk),
        }
    }

    fn tell_all(&self, talk: &Talk) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Talk(talk.clone())]);
        }
    }
}

//! The engine's part that carries what people tell each other besides the call itself.

use leptos::prelude::*;

use super::Engine;
use crate::{
    call::{conversation::Wish, reactions::Reactions},
    dom::now,
    protocol::{DisplayName, PeerId, Reaction, Signal, Talk},
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
            // More than are shown here would not be shown there.
            Wish::React(reaction) if self.show_reaction(None, reaction) => {
                self.tell_all(&Talk::Reaction { reaction });
            }
            Wish::React(_) => {}
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
            Talk::Reaction { reaction } => {
                self.show_reaction(Some(from), reaction);
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

    /// Shows it for a moment, unless there are too many of this person.
    fn show_reaction(&self, from: Option<&PeerId>, reaction: Reaction) -> bool {
        let reactions = self.conversation.reactions;
        let add = |reactions: &mut Reactions| reactions.add(now(), from, reaction);
        reactions.try_update(add).unwrap_or_default()
    }

    /// What has been shown for long enough goes away.
    pub(super) fn forget_reactions(&self, now: u64) {
        let reactions = self.conversation.reactions;
        if reactions.with_untracked(|reactions| reactions.shown().next().is_some()) {
            reactions.update(|reactions| reactions.forget(now));
        }
    }

    pub(super) fn tell_all(&self, talk: &Talk) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Talk(talk.clone())]);
        }
    }
}

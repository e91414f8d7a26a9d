//! The engine's part for names, and for what the host may say.

use leptos::prelude::*;

use super::Engine;
use crate::{
    call::hosting::{Hosting, Rule},
    protocol::{ClientEvent, DisplayName, PeerId, ServerEvent, Signal, Talk},
};

impl Engine {
    /// Takes note of the room's rules.
    pub(super) fn rules(&self, event: ServerEvent) {
        self.conversation.hosting.update(|hosting| match event {
            ServerEvent::Host { id, .. } => hosting.host_is(id),
            ServerEvent::Locked { .. } => hosting.locked(true),
            ServerEvent::Unlocked { .. } => hosting.locked(false),
            ServerEvent::Knock { id, extras, .. } => hosting.knocked(id, extras.name),
            ServerEvent::Unknock { id, .. } => hosting.answered(&id),
            _ => {}
        });
    }

    /// The rules as they are when one comes in.
    pub(super) fn rules_at_first(&self, own: &PeerId, host: &PeerId, is_locked: bool) {
        let hosting = Hosting::joined(own.clone(), host.clone(), is_locked);
        self.conversation.hosting.set(hosting);
    }

    /// Has the server do it; it looks whether this page may.
    pub(super) fn rule(&self, rule: Rule) {
        let room = self.room.clone();
        if let Rule::Admit(id) | Rule::Deny(id) = &rule {
            self.conversation
                .hosting
                .update(|hosting| hosting.answered(id));
        }
        self.send(&match rule {
            Rule::Lock(true) => ClientEvent::Lock { room },
            Rule::Lock(false) => ClientEvent::Unlock { room },
            Rule::Admit(id) => ClientEvent::Admit { room, id },
            Rule::Deny(id) => ClientEvent::Deny { room, id },
            Rule::Remove(id) => ClientEvent::Remove { room, id },
        });
    }

    /// Tries again to come in, with this passcode.
    pub(super) fn enter(&mut self, passcode: String) {
        self.passcode = Some(passcode);
        self.call.join();
    }

    /// The peer's name, as the server or they themselves tell it.
    pub(super) fn name(&mut self, id: &PeerId, name: Option<DisplayName>) {
        if let Some(peer) = self.peers.get_mut(id) {
            peer.view.name = name;
        }
        self.show_peers();
    }

    /// The server keeps the name with which one came in, and newcomers learn that one.
    pub(super) fn renamed(&mut self) {
        self.is_renamed = true;
        self.tell_all(&self.own_name());
    }

    /// Tells a peer what it must know, and may not, of whoever comes, or was away.
    pub(super) fn greet(&self, id: &PeerId) {
        self.tell_sending(id);
        let mut signals = Vec::new();
        if self.is_renamed {
            signals.push(Signal::Talk(self.own_name()));
        }
        if self.conversation.own_hand.get_untracked() {
            signals.push(Signal::Talk(Talk::Hand { up: true }));
        }
        self.send_signals(id, signals);
    }

    fn own_name(&self) -> Talk {
        let name = self.conversation.own_name.get_untracked();
        Talk::Name {
            name: name.map(|name| name.as_str().to_owned()),
        }
    }
}

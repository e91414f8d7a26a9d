//! The engine's part that carries the chat.

use js_sys::Date;
use leptos::prelude::*;

use super::{Engine, chat_store::ChatStore};
use crate::{
    call::{
        chat::Chat,
        peer::Peer,
        state::{Membership, Server},
    },
    dom::{now, random_u32},
    protocol::{PeerId, Signal, Talk},
};

/// The chat, and where it is kept.
pub(super) struct KeptChat {
    chat: Chat,
    store: ChatStore,
}

impl KeptChat {
    pub(super) fn new() -> Self {
        Self {
            chat: Chat::new(random_u32()),
            store: ChatStore::default(),
        }
    }

    pub(super) fn forget(&mut self) {
        self.chat = Chat::new(random_u32());
        self.store.forget();
    }
}

impl Engine {
    /// This page is in a seat: in the one that it had when it was loaded before, perhaps.
    pub(super) fn open_chat(&mut self, resumed: bool) {
        let KeptChat { chat, store } = &mut self.chat;
        let is_empty = chat.lines().is_empty() && chat.readers().next().is_none();
        let kept = self.own.as_ref().filter(|_| resumed && is_empty);
        if let Some((kept, read)) = kept.and_then(|own| store.load(&self.room, own)) {
            *chat = kept;
            self.conversation.chat.read.set(read);
        } else if is_empty {
            store.forget();
        }
        if !resumed {
            // Whoever was there knows this page under another id.
            for id in self.chat_readers() {
                self.chat.chat.left(&id);
            }
        }
        self.show_chat();
    }

    /// Who is told what is said here.
    pub(super) fn chat_readers(&self) -> Vec<PeerId> {
        self.chat.chat.readers().cloned().collect()
    }

    pub(super) fn chat_came(&mut self, id: &PeerId) {
        self.chat.chat.came(id);
        self.show_chat();
    }

    pub(super) fn chat_left(&mut self, id: &PeerId) {
        self.chat.chat.left(id);
        self.show_chat();
    }

    /// The person is not in the room any more. Another tab of theirs goes on with its own memory.
    pub(super) fn close_chat(&mut self, why: &Membership) {
        if *why != Membership::Elsewhere {
            self.chat.forget();
            self.conversation.chat.read.set(0);
            self.show_chat();
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        if !text.trim().is_empty() && self.is(&Membership::Inside) {
            self.chat.chat.say(text, date());
            self.show_chat();
            self.send_chat();
        }
    }

    pub(super) fn chat_told(&mut self, from: &PeerId, talk: Talk) {
        let chat = &mut self.chat.chat;
        let answer = match talk {
            Talk::Chat {
                log,
                since,
                after,
                messages,
            } => chat.take(from, log, (since, after), messages, date()),
            Talk::ChatHeard { log, last } => {
                chat.heard(from, log, last);
                None
            }
            _ => return,
        };
        // It is kept before the other is told that it is here.
        self.show_chat();
        if let Some(answer) = answer {
            self.send_signals(from, vec![Signal::Talk(answer)]);
        }
        self.send_chat();
    }

    /// What was sent to this peer may be lost, or there is a way to them again.
    pub(super) fn hurry_chat(&mut self, id: &PeerId) {
        self.chat.chat.hurry(id);
        self.send_chat();
    }

    /// Sends what is due, to whoever can be reached.
    pub(super) fn send_chat(&mut self) {
        let has_server = self.call.server.get_untracked() == Server::Connected;
        for id in self.order.clone() {
            let can_reach = |peer: &Peer| peer.has_channel() || has_server && !peer.view.away;
            if self.peers.get(&id).is_some_and(can_reach)
                && let Some(talk) = self.chat.chat.due(&id, now(), date())
            {
                self.send_signals(&id, vec![Signal::Talk(talk)]);
            }
        }
    }

    pub(super) fn mark_chat_read(&mut self, read: u64) {
        self.conversation.chat.read.set(read);
        self.keep_chat();
    }

    fn keep_chat(&mut self) {
        let KeptChat { chat, store } = &mut self.chat;
        let is_empty = chat.lines().is_empty();
        if let Some(own) = self.own.as_ref().filter(|_| !is_empty) {
            let read = self.conversation.chat.read.get_untracked();
            store.keep(&self.room, own, chat, read);
        }
    }

    /// Keeps and shows what is new.
    fn show_chat(&mut self) {
        self.keep_chat();
        self.conversation.chat.show(&self.chat.chat);
    }
}

/// Milliseconds since 1970, by the clock of this machine.
fn date() -> u64 {
    // The cast keeps the whole part.
    Date::now() as u64
}

//! What people in a call do besides seeing and hearing each other. It belongs to the engine, and is
//! loaded with it: a component finds it in [`Call::conversation`].

use std::collections::HashSet;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;

use super::{
    Call,
    hosting::{Hosting, Rule},
    name::{remember_name, remembered_name},
};
use crate::protocol::{DisplayName, PeerId};

/// The signals of a conversation, and what can be wished in it. Copies are the same conversation.
#[derive(Clone, Copy)]
pub struct Conversation {
    /// Whose hand is up.
    pub hands: RwSignal<HashSet<PeerId>>,
    /// Whether one's own is.
    pub own_hand: RwSignal<bool>,
    wishes: StoredValue<UnboundedSender<Wish>>,
    /// How the person wants to be called.
    pub own_name: RwSignal<Option<DisplayName>>,
    /// Who may say who comes in, and who wants to.
    pub hosting: RwSignal<Hosting>,
}

/// What a person wants of the engine in a conversation.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// Raise the hand, or take it down.
    Hand(bool),
    /// The others are to know the own name.
    Name,
    /// Do what a host may.
    Rule(Rule),
    /// Come in with this passcode.
    Enter(String),
}

impl Conversation {
    /// The conversation of this call; whoever runs it gets what is wished.
    pub(super) fn new(call: Call) -> (Self, UnboundedReceiver<Wish>) {
        let (wishes, wished) = unbounded();
        let make = || Self {
            hands: RwSignal::default(),
            own_hand: RwSignal::default(),
            wishes: StoredValue::new(wishes),
            own_name: RwSignal::new(remembered_name()),
            hosting: RwSignal::default(),
        };
        // It ends with the call, although it begins in a task.
        let conversation = call.owner.get_value().with(make);
        call.conversation.set(Some(conversation));
        (conversation, wished)
    }

    /// Raises the hand, or takes it down.
    pub fn raise_hand(&self, up: bool) {
        self.wish(Wish::Hand(up));
    }

    /// Is called so from now on, and on the next visit.
    pub fn set_name(&self, name: Option<DisplayName>) {
        if self.own_name.with_untracked(|own| *own != name) {
            remember_name(name.as_ref());
            self.own_name.set(name);
            self.wish(Wish::Name);
        }
    }

    /// Has the server do it, if the person is the host.
    pub fn rule(&self, rule: Rule) {
        self.wish(Wish::Rule(rule));
    }

    /// Tries again to come in, with the passcode that the room wants.
    pub fn enter(&self, passcode: String) {
        self.wish(Wish::Enter(passcode));
    }

    fn wish(&self, wish: Wish) {
        self.wishes
            .try_with_value(|wishes| wishes.unbounded_send(wish).ok());
    }
}

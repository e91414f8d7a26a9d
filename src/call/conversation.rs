//! What people in a call do besides seeing and hearing each other. It belongs to the engine, and is
//! loaded with it: a component finds it in [`Call::conversation`].

use std::collections::HashSet;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;

use super::{Call, Pair, Stream, Timeline};
use crate::protocol::PeerId;

/// The signals of a conversation, and what can be wished in it. Copies are the same conversation.
#[derive(Clone, Copy)]
pub struct Conversation {
    /// Whose hand is up.
    pub hands: RwSignal<HashSet<PeerId>>,
    /// Whether one's own is.
    pub own_hand: RwSignal<bool>,
    /// Between which certificates the connections are.
    pub pairs: RwSignal<Vec<Pair>>,
    /// What is sent to the others: that of the person, and that of the screen. Their tracks come and go.
    pub own: RwSignal<Vec<Stream>>,
    /// Who records the call.
    pub recorders: RwSignal<HashSet<PeerId>>,
    /// What happened, step by step.
    pub timeline: RwSignal<Timeline>,
    wishes: StoredValue<UnboundedSender<Wish>>,
}

/// What a person wants of the engine in a conversation.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// Raise the hand, or take it down.
    Hand(bool),
    /// A recording runs, or does not any more.
    Record(bool),
}

impl Conversation {
    /// The conversation of this call; whoever runs it gets what is wished.
    pub(super) fn new(call: Call) -> (Self, UnboundedReceiver<Wish>) {
        let (wishes, wished) = unbounded();
        let make = || Self {
            hands: RwSignal::default(),
            own_hand: RwSignal::default(),
            pairs: RwSignal::default(),
            own: RwSignal::default(),
            recorders: RwSignal::default(),
            timeline: RwSignal::default(),
            wishes: StoredValue::new(wishes),
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

    /// Tells the others that a recording runs, or does not any more. `None` when the call is gone.
    pub fn record(&self, on: bool) -> Option<()> {
        self.wishes
            .try_with_value(|wishes| wishes.unbounded_send(Wish::Record(on)).ok())
            .flatten()
    }

    fn wish(&self, wish: Wish) {
        self.wishes
            .try_with_value(|wishes| wishes.unbounded_send(wish).ok());
    }
}

//! What people in a call do besides seeing and hearing each other. It belongs to the engine, and is
//! loaded with it: a component finds it in [`Call::conversation`].

use std::collections::{HashSet, VecDeque};

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;

use super::{
    Call, Pair, Stream, Timeline,
    chat::{Chat, Line, Marks},
    hosting::{Hosting, Rule},
    name::{remember_name, remembered_name},
    reactions::Reactions,
};
use crate::protocol::{DisplayName, PeerId, Reaction};

/// The signals of a conversation, and what can be wished in it. Copies are the same conversation.
#[derive(Clone, Copy)]
pub struct Conversation {
    /// Whose hand is up.
    pub hands: RwSignal<HashSet<PeerId>>,
    /// Whether one's own is.
    pub own_hand: RwSignal<bool>,
    /// What was said in the chat.
    pub chat: ChatView,
    /// Between which certificates the connections are.
    pub pairs: RwSignal<Vec<Pair>>,
    /// What is sent to the others: that of the person, and that of the screen. Their tracks come and go.
    pub own: RwSignal<Vec<Stream>>,
    /// Who records the call.
    pub recorders: RwSignal<HashSet<PeerId>>,
    /// What happened, step by step.
    pub timeline: RwSignal<Timeline>,
    wishes: StoredValue<UnboundedSender<Wish>>,
    /// How the person wants to be called.
    pub own_name: RwSignal<Option<DisplayName>>,
    /// Who may say who comes in, and who wants to.
    pub hosting: RwSignal<Hosting>,
    /// Who speaks now.
    pub talking: RwSignal<HashSet<PeerId>>,
    /// Who spoke last, and is there.
    pub speaker: RwSignal<Option<PeerId>>,
    /// What people show for a moment.
    pub reactions: RwSignal<Reactions>,
}

/// What is seen of the chat.
#[derive(Clone, Copy)]
pub struct ChatView {
    /// All lines, oldest first.
    pub lines: RwSignal<VecDeque<Line>>,
    /// What became of one's own.
    pub marks: RwSignal<Marks>,
    /// The index of the first line that was not seen yet.
    pub read: RwSignal<u64>,
}

impl ChatView {
    fn new() -> Self {
        Self {
            lines: RwSignal::default(),
            marks: RwSignal::default(),
            read: RwSignal::default(),
        }
    }

    /// Shows what is new.
    pub(super) fn show(&self, chat: &Chat) {
        let first = chat.outline().first;
        let bounds = |lines: &VecDeque<Line>| {
            let first = lines.front().map_or(0, |line| line.index);
            (first, lines.len())
        };
        if self.lines.with_untracked(bounds) != bounds(chat.lines()) {
            self.lines.update(|lines| {
                let (begin, length) = bounds(lines);
                let gone = usize::try_from(first.saturating_sub(begin)).unwrap_or(usize::MAX);
                lines.drain(..gone.min(length));
                lines.truncate(chat.lines().len());
                let new = chat.lines().iter().skip(lines.len());
                lines.extend(new.cloned());
            });
        }
        if self.marks.with_untracked(|marks| marks != chat.marks()) {
            self.marks.set(chat.marks().clone());
        }
    }

    /// How many lines of others were not seen yet.
    pub fn unread(&self) -> usize {
        let read = self.read.get();
        let lines = self.lines.read();
        let unseen = lines.iter().rev().take_while(|line| line.index >= read);
        unseen.filter(|line| line.from.is_some()).count()
    }
}

/// What a person wants of the engine in a conversation.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// Raise the hand, or take it down.
    Hand(bool),
    /// A recording runs, or does not any more.
    Record(bool),
    /// The others are to know the own name.
    Name,
    /// Do what a host may.
    Rule(Rule),
    /// Come in with this passcode.
    Enter(String),
    /// Show this for a moment.
    React(Reaction),
    /// Say this in the chat.
    Say(String),
    /// The lines of the chat before this index were seen.
    Read(u64),
}

impl Conversation {
    /// The conversation of this call; whoever runs it gets what is wished.
    pub(super) fn new(call: Call) -> (Self, UnboundedReceiver<Wish>) {
        let (wishes, wished) = unbounded();
        let make = || Self {
            hands: RwSignal::default(),
            own_hand: RwSignal::default(),
            chat: ChatView::new(),
            pairs: RwSignal::default(),
            own: RwSignal::default(),
            recorders: RwSignal::default(),
            timeline: RwSignal::default(),
            wishes: StoredValue::new(wishes),
            own_name: RwSignal::new(remembered_name()),
            hosting: RwSignal::default(),
            talking: RwSignal::default(),
            speaker: RwSignal::default(),
            reactions: RwSignal::default(),
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

    /// Says something in the chat.
    pub fn say(&self, text: String) {
        self.wish(Wish::Say(text));
    }

    /// The lines of the chat before this index were seen.
    pub fn mark_read(&self, end: u64) {
        self.wish(Wish::Read(end));
    }

    /// Shows everybody what one thinks, for a moment.
    pub fn react(&self, reaction: Reaction) {
        self.wish(Wish::React(reaction));
    }

    fn wish(&self, wish: Wish) {
        self.wishes
            .try_with_value(|wishes| wishes.unbounded_send(wish).ok());
    }
}

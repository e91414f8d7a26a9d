use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::{Sentence, passing};
use crate::{call::Call, inside_start, language::Text, protocol::PeerId};

/// What is not needed at the first visit: it is loaded with the call's engine, and has places on the
/// page. Copies are the same.
#[derive(Clone, Copy)]
pub struct Later {
    // Nothing on the server, where another thread than the one that made it may drop it.
    parts: StoredValue<Option<SendWrapper<Parts>>>,
    is_loaded: RwSignal<bool>,
}

/// The places on the call page, and what stands there.
pub struct Parts {
    /// In the pill at the top, after the room's name.
    pub bar: Part,
    /// In the card, below the sentence that says what is happening.
    pub toast: Part,
    /// In the card, below what can be done now.
    pub card: Part,
    /// In the card while one is alone.
    pub invitation: Part,
    /// In the list that the button beside the microphone opens.
    pub sound: Part,
    /// In the list that the button beside the camera opens.
    pub picture: Part,
    /// Among the controls, before the way out.
    pub controls: Part,
    /// Beside the stage.
    pub side: Part,
    /// What is happening.
    pub sentence: Box<dyn Fn() -> Sentence>,
    /// What is to be said about the ways on which media flows; empty when all is well.
    pub remark: Box<dyn Fn() -> String>,
    /// Whether somebody looks at the room's page, or is in the room; empty when nobody is known to.
    pub visit: Box<dyn Fn() -> Text>,
    /// On each tile.
    pub tools: Box<dyn Fn(Tile) -> AnyView>,
}

/// Makes what stands in a place.
pub type Part = Box<dyn Fn() -> AnyView>;

/// What a tile shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tile {
    /// Oneself.
    Own,
    /// A peer's camera.
    Camera(PeerId),
    /// A peer's screen.
    Screen(PeerId),
}

impl Later {
    /// What belongs to this call.
    pub fn new(call: Call) -> Self {
        let later = Self {
            parts: StoredValue::new(None),
            is_loaded: RwSignal::new(false),
        };
        let owner = Owner::current().unwrap_or_default();
        Effect::new(move |has_begun: Option<bool>| {
            let has_begun = has_begun.unwrap_or_default();
            let Some(conversation) = call.conversation.get().filter(|_| !has_begun) else {
                return has_begun;
            };
            let owner = owner.clone();
            spawn_local(async move {
                let parts = inside_start::load(call, conversation, owner).await;
                let parts = parts.map(SendWrapper::new);
                if later.parts.try_set_value(parts).is_none() {
                    later.is_loaded.set(true);
                }
            });
            true
        });
        later
    }

    /// What it has to say, once it is loaded.
    pub fn say<T>(self, say: impl FnOnce(&Parts) -> T) -> Option<T> {
        let parts = |parts: &Option<SendWrapper<Parts>>| parts.as_ref().map(|parts| say(parts));
        self.is_loaded
            .get()
            .then(|| self.parts.try_with_value(parts).flatten())
            .flatten()
    }

    /// One of the places, empty until it is loaded.
    pub fn place(self, part: fn(&Parts) -> &Part) -> impl Fn() -> Option<AnyView> {
        move || self.say(|parts| part(parts)())
    }

    /// What stands on this tile.
    pub fn tools(self, tile: Tile) -> ViewFn {
        let is_loaded = passing(move || self.is_loaded.get());
        ViewFn::from(move || {
            let tile = tile.clone();
            let tools = |parts: &Parts| (parts.tools)(tile);
            is_loaded.get().then(|| untrack(|| self.say(tools)))
        })
    }
}

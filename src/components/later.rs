use gloo_timers::future::TimeoutFuture;
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
    /// How much of it stands on the page.
    reached: RwSignal<Step>,
}

/// What is loaded later comes to the page in steps, and in between the browser can draw, and hear the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Nothing is loaded.
    #[default]
    None,
    /// What is happening.
    Sentences,
    /// What one reads in the card.
    Card,
    /// What one tries and types there before joining.
    Preview,
    /// What stands on the pictures and at the top.
    Tiles,
    /// What the buttons beside the microphone and the camera open.
    Devices,
    /// All the rest.
    All,
}

impl Step {
    const EACH: [Self; 6] = [
        Self::Sentences,
        Self::Card,
        Self::Preview,
        Self::Tiles,
        Self::Devices,
        Self::All,
    ];
}

/// The places on the call page, and what stands there.
pub struct Parts {
    /// In the pill at the top, after the room's name.
    pub bar: Part,
    /// In the card, below the sentence that says what is happening.
    pub toast: Part,
    /// In the card, below what can be done now.
    pub card: Part,
    /// Below that, before joining.
    pub preview: Part,
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
            reached: RwSignal::default(),
        };
        let owner = Owner::current().unwrap_or_default();
        Effect::new(move |has_begun: Option<bool>| {
            let has_begun = has_begun.unwrap_or_default();
            let Some(conversation) = call.conversation.get().filter(|_| !has_begun) else {
                return has_begun;
            };
            let owner = owner.clone();
            spawn_local(async move {
                // The engine has just begun. In between the browser can draw, and hear the person.
                TimeoutFuture::new(0).await;
                let parts = inside_start::load(call, conversation, owner).await;
                later.parts.try_set_value(parts.map(SendWrapper::new));
                for step in Step::EACH {
                    TimeoutFuture::new(0).await;
                    // Unless the page of the call is gone.
                    later.reached.try_set(step);
                }
            });
            true
        });
        later
    }

    /// What it has to say, once it is loaded.
    pub fn say<T>(self, say: impl FnOnce(&Parts) -> T) -> Option<T> {
        self.reached.track();
        let say = |parts: &Option<SendWrapper<Parts>>| parts.as_ref().map(|parts| say(parts));
        self.parts.try_with_value(say).flatten()
    }

    /// One of the places, empty until this step.
    pub fn place(self, step: Step, part: fn(&Parts) -> &Part) -> impl Fn() -> Option<AnyView> {
        let is_here = self.has_reached(step);
        move || {
            let is_here = is_here.get();
            is_here.then(|| untrack(|| self.say(|parts| part(parts)())))?
        }
    }

    fn has_reached(self, step: Step) -> Memo<bool> {
        passing(move || self.reached.get() >= step)
    }

    /// What stands on this tile.
    pub fn tools(self, tile: Tile) -> ViewFn {
        let is_here = self.has_reached(Step::Tiles);
        ViewFn::from(move || {
            let tile = tile.clone();
            let tools = |parts: &Parts| (parts.tools)(tile);
            is_here.get().then(|| untrack(|| self.say(tools)))
        })
    }
}

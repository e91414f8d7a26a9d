use leptos::{prelude::*, task::spawn_local};

use crate::{call::Call, inside_start, protocol::PeerId};

/// What is not needed at the first visit: it is loaded with the call's engine, and has places on the
/// page. Copies are the same.
#[derive(Clone, Copy)]
pub struct Later {
    parts: StoredValue<Option<Parts>, LocalStorage>,
    is_loaded: RwSignal<bool>,
}

/// The places on the call page, and what stands there.
pub struct Parts {
    /// In the pill at the top, after the room's name.
    pub bar: AnyView,
    /// In the card, below what can be done now.
    pub card: AnyView,
    /// Among the controls, before the way out.
    pub controls: AnyView,
    /// Beside the stage.
    pub side: AnyView,
    /// On each tile.
    pub tools: Box<dyn Fn(Tile) -> AnyView>,
}

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
            parts: StoredValue::new_local(None),
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
                if later.parts.try_set_value(Some(parts)).is_none() {
                    later.is_loaded.set(true);
                }
            });
            true
        });
        later
    }

    /// One of the places, empty until it is loaded.
    pub fn place(self, part: fn(&mut Parts) -> &mut AnyView) -> impl Fn() -> Option<AnyView> {
        move || {
            let take = |parts: &mut Option<Parts>| {
                let view = part(parts.as_mut()?);
                Some(std::mem::replace(view, ().into_any()))
            };
            self.is_loaded
                .get()
                .then(|| self.parts.try_update_value(take).flatten())
                .flatten()
        }
    }

    /// What stands on this tile.
    pub fn tools(self, tile: Tile) -> ViewFn {
        ViewFn::from(move || {
            let tile = tile.clone();
            let tools = |parts: &Option<Parts>| parts.as_ref().map(|parts| (parts.tools)(tile));
            self.is_loaded
                .get()
                .then(|| self.parts.try_with_value(tools).flatten())
        })
    }
}

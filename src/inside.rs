//! What people do in a room besides seeing and hearing each other: what a first visit does not need.
//!
//! It is loaded with the call's engine, has places of its own on the call page ([`Parts`]), and brings
//! its rules of style along. Each file is one thing that can be done.

mod chat;
mod files;
mod hand;
mod more;
mod people;
mod side;

use leptos::prelude::*;

use crate::{
    call::{Call, Conversation},
    components::Parts,
    dom::add_style,
    language::{InsideWords, use_language},
};
use side::Side;

/// One file for each thing, in the order in which they are needed.
const STYLE: &str = concat!(
    include_str!("../style/inside/more.css"),
    include_str!("../style/inside/side.css"),
    include_str!("../style/inside/people.css"),
    include_str!("../style/inside/chat.css"),
);

/// What all of it shares. Copies are the same.
#[derive(Clone, Copy)]
struct Inside {
    call: Call,
    conversation: Conversation,
    words: &'static InsideWords,
    /// What is open beside the stage.
    side: RwSignal<Option<Side>>,
    /// More files were to be offered than may wait.
    too_many: RwSignal<bool>,
}

impl Inside {
    /// Whether the person is in the room.
    fn is_in(&self) -> bool {
        self.call.membership.read().is_in()
    }
}

/// All of it, in the places where it stands.
pub(crate) fn parts(call: Call, conversation: Conversation) -> Parts {
    add_style(STYLE);
    let inside = Inside {
        call,
        conversation,
        words: use_language().inside(),
        side: RwSignal::new(None),
        too_many: RwSignal::new(false),
    };
    Parts {
        bar: ().into_any(),
        card: ().into_any(),
        controls: view! { {move || inside.is_in().then(|| more::view(inside))} }.into_any(),
        side: view! { {side::view(inside)} {files::drop_zone(inside)} }.into_any(),
        tools: Box::new(move |tile| hand::on_tile(inside, tile)),
    }
}

//! What people do in a room besides seeing and hearing each other: what a first visit does not need.
//!
//! It is loaded with the call's engine, has places of its own on the call page ([`Parts`]), and brings
//! its rules of style along. Each file is one thing that can be done.

mod hand;
mod identity;
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
use identity::Identity;
use side::Side;

/// One file for each thing, in the order in which they are needed.
const STYLE: &str = concat!(
    include_str!("../style/inside/more.css"),
    include_str!("../style/inside/side.css"),
    include_str!("../style/inside/people.css"),
    include_str!("../style/inside/identity.css"),
);

/// What all of it shares. Copies are the same.
#[derive(Clone, Copy)]
struct Inside {
    call: Call,
    conversation: Conversation,
    words: &'static InsideWords,
    /// What is open beside the stage.
    side: RwSignal<Option<Side>>,
    /// With whom it was compared who they are.
    identity: Identity,
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
        identity: Identity::new(),
    };
    Parts {
        bar: ().into_any(),
        card: identity::on_card(inside),
        controls: view! { {move || inside.is_in().then(|| more::view(inside))} }.into_any(),
        side: side::view(inside),
        tools: Box::new(move |tile| {
            let shield = identity::on_tile(inside, &tile);
            view! {
                {hand::on_tile(inside, tile)}
                {shield}
            }
            .into_any()
        }),
    }
}

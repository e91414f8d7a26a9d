//! What people do in a room besides seeing and hearing each other: what a first visit does not need.
//!
//! It is loaded with the call's engine, has places of its own on the call page ([`Parts`]), and brings
//! its rules of style along. Each file is one thing that can be done.

mod devices;
mod hand;
mod invitation;
mod invited;
mod more;
mod people;
mod qr;
mod recent;
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
    include_str!("../style/inside/invitation.css"),
);

/// What all of it shares. Copies are the same.
#[derive(Clone, Copy)]
struct Inside {
    call: Call,
    conversation: Conversation,
    words: &'static InsideWords,
    /// What is open beside the stage.
    side: RwSignal<Option<Side>>,
    /// Whether the dialog is open that invites others.
    inviting: RwSignal<bool>,
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
        inviting: RwSignal::new(false),
    };
    recent::remember(inside);
    invited::forget(inside);
    Parts {
        bar: Box::new(|| ().into_any()),
        card: Box::new(|| ().into_any()),
        invitation: Box::new(move || invitation::view(inside)),
        sound: Box::new(move || devices::sound(inside)),
        picture: Box::new(move || devices::picture(inside)),
        controls: Box::new(move || controls(inside)),
        side: Box::new(move || (side::view(inside), invitation::dialog(inside)).into_any()),
        tools: Box::new(move |tile| hand::on_tile(inside, tile)),
    }
}

fn controls(inside: Inside) -> AnyView {
    let controls = move || inside.is_in().then(|| more::view(inside));
    controls.into_any()
}

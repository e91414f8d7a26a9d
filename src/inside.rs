//! What people do in a room besides seeing and hearing each other: what a first visit does not need.
//!
//! It is loaded with the call's engine, has places of its own on the call page ([`Parts`]), and brings
//! its rules of style along. Each file is one thing that can be done.

mod devices;
mod hand;
mod identity;
mod invitation;
mod more;
mod people;
mod photo;
mod recording;
mod side;
mod sources;
mod statistics;
mod timeline;

use leptos::prelude::*;

use crate::{
    call::{Call, Conversation},
    components::{Parts, Tile},
    dom::add_style,
    language::{InsideWords, use_language},
};
use identity::Identity;
use recording::Recording;
use side::Side;

/// One file for each thing, in the order in which they are needed.
const STYLE: &str = concat!(
    include_str!("../style/inside/more.css"),
    include_str!("../style/inside/side.css"),
    include_str!("../style/inside/people.css"),
    include_str!("../style/inside/identity.css"),
    include_str!("../style/inside/recording.css"),
    include_str!("../style/inside/statistics.css"),
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
    /// Recordings of this browser.
    recording: Recording,
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
        recording: Recording::new(),
    };
    Parts {
        bar: Box::new(move || recording::on_bar(inside)),
        card: Box::new(move || card(inside)),
        invitation: Box::new(move || invitation::view(inside)),
        sound: Box::new(move || devices::sound(inside)),
        picture: Box::new(move || devices::picture(inside)),
        controls: Box::new(move || controls(inside)),
        side: Box::new(move || side::view(inside)),
        tools: Box::new(move |tile| tools(inside, &tile)),
    }
}

fn card(inside: Inside) -> AnyView {
    let card = (identity::on_card(inside), recording::on_card(inside));
    card.into_any()
}

fn tools(inside: Inside, tile: &Tile) -> AnyView {
    let tools = (
        hand::on_tile(inside, tile.clone()),
        identity::on_tile(inside, tile),
    );
    tools.into_any()
}

fn controls(inside: Inside) -> AnyView {
    let controls = move || inside.is_in().then(|| more::view(inside));
    controls.into_any()
}

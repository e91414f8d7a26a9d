//! What people do in a room besides seeing and hearing each other: what a first visit does not need.
//!
//! It is loaded with the call's engine, has places of its own on the call page ([`Parts`]), and brings
//! its rules of style along. Each file is one thing that can be done.

mod chat;
mod devices;
mod files;
mod hand;
mod identity;
mod invitation;
mod invited;
mod more;
mod notice;
mod people;
mod photo;
mod qr;
mod recent;
mod recording;
mod side;
mod sources;
mod statistics;
mod timeline;

mod announce;
mod host;
mod idle;
mod keys;
mod layout;
mod own;
mod passcode;
mod preview;
mod reactions;
mod settings;
mod sounds;
mod tile;
mod timer;
mod toast;
mod wake;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{
    call::{Call, Conversation},
    components::{Parts, Tile},
    dom::{add_style, is_focus_lost, window},
    language::{InsideWords, Words, use_language},
    protocol::{DisplayName, PeerId},
};
use announce::Announcer;
use identity::Identity;
use layout::Stage;
use recording::Recording;
use settings::Settings;
use side::Side;

/// One file for each thing, in the order in which they are needed.
const STYLE: &str = concat!(
    include_str!("../style/inside/toast.css"),
    include_str!("../style/inside/more.css"),
    include_str!("../style/inside/side.css"),
    include_str!("../style/inside/people.css"),
    include_str!("../style/inside/host.css"),
    include_str!("../style/inside/chat.css"),
    include_str!("../style/inside/identity.css"),
    include_str!("../style/inside/recording.css"),
    include_str!("../style/inside/statistics.css"),
    include_str!("../style/inside/invitation.css"),
    include_str!("../style/inside/layout.css"),
    include_str!("../style/inside/tile.css"),
    include_str!("../style/inside/small.css"),
    include_str!("../style/inside/preview.css"),
);

/// What all of it shares. Copies are the same.
#[derive(Clone, Copy)]
struct Inside {
    call: Call,
    conversation: Conversation,
    words: &'static InsideWords,
    /// What a first visit needs.
    first: &'static Words,
    /// What is open beside the stage.
    side: RwSignal<Option<Side>>,
    /// What has just happened.
    announcer: Announcer,
    /// With whom it was compared who they are.
    identity: Identity,
    /// Recordings of this browser.
    recording: Recording,
    /// Whether the dialog is open that invites others.
    inviting: RwSignal<bool>,
    /// How the pictures stand.
    stage: Stage,
    /// What can be switched off.
    settings: Settings,
    /// More files were to be offered than may wait.
    too_many: RwSignal<bool>,
}

impl Inside {
    /// Whether the person is in the room.
    fn is_in(&self) -> bool {
        self.call.membership.read().is_in()
    }

    /// What this peer is called.
    fn name_of(&self, id: &PeerId) -> String {
        let peers = self.call.peers.read();
        let peer = peers.iter().find(|peer| peer.id == *id);
        self.called(peer.and_then(|peer| peer.name.as_ref()))
    }

    /// This name, or what stands for one.
    fn called(&self, name: Option<&DisplayName>) -> String {
        name.map_or(self.words.people.other, DisplayName::as_str)
            .to_owned()
    }
}

/// All of it, in the places where it stands.
pub(crate) fn parts(call: Call, conversation: Conversation) -> Parts {
    add_style(STYLE);
    let inside = Inside {
        call,
        conversation,
        words: use_language().inside(),
        first: use_language().words(),
        side: RwSignal::new(None),
        announcer: Announcer::default(),
        identity: Identity::new(),
        recording: Recording::new(),
        inviting: RwSignal::new(false),
        stage: Stage::new(call, conversation),
        settings: Settings::new(),
        too_many: RwSignal::new(false),
    };
    recent::remember(inside);
    invited::forget(inside);
    idle::watch(inside);
    keys::listen(inside);
    wake::keep(inside);
    sounds::play(inside);
    reactions::announce(inside);
    Parts {
        bar: Box::new(move || bar(inside)),
        sentence: Box::new(move || notice::now(inside)),
        remark: Box::new(move || notice::remark_now(inside)),
        visit: Box::new(move || notice::visit(inside)),
        toast: Box::new(move || toasts(inside)),
        card: Box::new(move || card(inside)),
        preview: Box::new(move || preview::view(inside)),
        invitation: Box::new(move || invitation::view(inside)),
        sound: Box::new(move || devices::sound(inside)),
        picture: Box::new(move || devices::picture(inside)),
        controls: Box::new(move || controls(inside)),
        tools: Box::new(move |tile| tools(inside, &tile)),
        side: Box::new(move || side_places(inside)),
    }
}

fn tools(inside: Inside, tile: &Tile) -> AnyView {
    let tools = (
        tile::tools(inside, tile.clone()),
        identity::on_tile(inside, tile),
    );
    tools.into_any()
}

/// Beside the stage, and over it.
fn side_places(inside: Inside) -> AnyView {
    view! {
        {side::view(inside)}
        {invitation::dialog(inside)}
        {files::drop_zone(inside)}
    }
    .into_any()
}

fn controls(inside: Inside) -> AnyView {
    // They stay: what is made anew for each call leaves something behind each time.
    let is_out = Memo::new(move |_| !inside.is_in());
    let was_in = Memo::new(move |was: Option<&bool>| was == Some(&true) || !is_out.get());
    let controls = move || {
        let view = || {
            view! {
                <div class="controls-inside" hidden=move || is_out.get()>
                    {more::view(inside)}
                </div>
            }
        };
        was_in.get().then(view)
    };
    controls.into_any()
}

/// What stands in the pill at the top.
fn bar(inside: Inside) -> AnyView {
    view! {
        {timer::view(inside)}
        {recording::on_bar(inside)}
    }
    .into_any()
}

/// What stands at once below what is happening: somebody may wait for an answer.
fn toasts(inside: Inside) -> AnyView {
    view! {
        {host::view(inside)}
        {toast::view(inside)}
    }
    .into_any()
}

/// What stands below that, and below what can be done.
fn card(inside: Inside) -> AnyView {
    view! {
        {passcode::view(inside)}
        {identity::on_card(inside)}
        {announce::view(inside.announcer)}
        {recording::on_card(inside)}
    }
    .into_any()
}

/// Whoever pressed a button that is gone now goes on at the sentence that says what is happening.
fn focus_if_lost() {
    request_animation_frame(|| {
        let notice = window()
            .document()
            .and_then(|page| page.query_selector(".notice").ok().flatten());
        if let Some(notice) = notice.filter(|_| is_focus_lost()) {
            // A focus that cannot be set stays where it is.
            notice.unchecked_into::<HtmlElement>().focus().ok();
        }
    });
}

/// Tells the style sheet something about the call; `None` takes it back.
fn mark(attribute: &str, value: Option<&str>) {
    let page = window().document();
    let call = page.and_then(|page| page.query_selector(".call").ok().flatten());
    if let Some(call) = call {
        // These names are allowed.
        match value {
            Some(value) => call.set_attribute(attribute, value),
            None => call.remove_attribute(attribute),
        }
        .ok();
    }
}

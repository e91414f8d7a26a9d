//! The rooms in which this browser was.

use leptos::{ev::MouseEvent, html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::{
    base::use_base,
    call::{forget_room, forget_rooms, recent_rooms},
    language::use_words,
    pages::room_path,
    protocol::RoomName,
};

/// The list of them, which can be shortened; nothing where there are none. The server knows of none.
#[component]
pub(super) fn Recent() -> impl IntoView {
    let words = &use_words().lobby;
    let base = use_base();
    let place = NodeRef::<Div>::new();
    let rooms = RwSignal::new(Vec::new());
    Effect::new(move || rooms.set(recent_rooms()));
    // As text: it is less wasm than views, and a name has no character that means something in HTML.
    let list = move || {
        let rooms = rooms.read();
        if rooms.is_empty() {
            return String::new();
        }
        let item = |room: &RoomName| {
            let (path, name) = (base.join(&room_path(room)), room.as_str());
            let link = ["<li><a href=\"", &path, "\">", name, "</a>"].concat();
            let label = words.forget.with(name);
            let button = ["<button value=\"", name, "\" aria-label=\"", &label];
            [link, button.concat(), "\">×</button></li>".to_owned()].concat()
        };
        let items: String = rooms.iter().map(item).collect();
        let title = ["<h2>", words.recent, "</h2><ul>", &items, "</ul>"].concat();
        [&title, "<button>", words.forget_all, "</button>"].concat()
    };
    let forget = move |event: MouseEvent| {
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let button = target.and_then(|it| it.closest("button").ok().flatten());
        let Some(button) = button else {
            return;
        };
        match button.get_attribute("value") {
            Some(name) => forget_room(&name),
            None => forget_rooms(),
        }
        rooms.set(recent_rooms());
        if let Some(place) = place.get_untracked() {
            // The button is gone. A focus that fails leaves it at the top of the page.
            place.focus().ok();
        }
    };
    view! {
        <div
            class="recent"
            role="group"
            aria-label=words.recent
            tabindex="-1"
            node_ref=place
            on:click=forget
            inner_html=list
        ></div>
    }
}

//! Files that are sent to each other: what is on its way, and the ways to offer one.

mod amount;
mod offering;
mod transfer;

use leptos::{ev::Event, html::Input, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{Inside, more::picture};
use crate::call::{FileKey, Transfer};

pub(super) use offering::{drop_zone, waiting};

/// The list of them, or nothing.
pub(super) fn list(inside: Inside) -> AnyView {
    let files = inside.conversation.files;
    let keys = Memo::new(move |_| {
        let files = files.read();
        files.iter().map(|one| one.key.clone()).collect::<Vec<_>>()
    });
    let item = move |key: FileKey| {
        let transfer = Memo::new(move |before: Option<&Option<Transfer>>| {
            let files = files.read();
            let now = files.iter().find(|one| one.key == key).cloned();
            // On its way out of the list it is shown as it was.
            now.or_else(|| before.cloned().flatten())
        });
        transfer::view(inside, transfer)
    };
    let is_empty = Memo::new(move |_| keys.read().is_empty());
    let list = move || {
        view! {
            <ul class="files" aria-label=inside.words.files.title>
                <For each=move || keys.get() key=Clone::clone children=item />
            </ul>
        }
    };
    view! { {move || (!is_empty.get()).then_some(list)} }.into_any()
}

/// The button that lets the person choose files.
pub(super) fn chooser(inside: Inside) -> AnyView {
    let label = inside.words.files.choose;
    let input = NodeRef::<Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into().ok());
        let input: Option<HtmlInputElement> = input;
        if let Some(input) = input {
            offering::offer(inside, input.files());
            // The same file may be chosen again.
            input.set_value("");
        }
    };
    let is_alone = move || inside.call.peers.with(Vec::is_empty);
    view! {
        <input class="files-input" type="file" multiple hidden node_ref=input on:change=chosen />
        <button
            class="control chat-attach"
            type="button"
            aria-label=label
            title=label
            disabled=is_alone
            on:click=choose
        >
            {picture(icondata_lu::LuPaperclip)}
        </button>
    }
    .into_any()
}

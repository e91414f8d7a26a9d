//! The chat: what was said, and the field to say something in.

mod lines;
mod links;
mod unread;

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Textarea,
    prelude::*,
};
use web_sys::HtmlTextAreaElement;

use super::{Inside, files, more::picture};
use crate::{
    call::{MOST_CHARS, MOST_OFFERS},
    dom::has_mouse,
};

pub(super) use unread::{announcer, button, item, more_badge};

/// The panel.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside {
        call,
        conversation,
        words,
        ..
    } = inside;
    let words = &words.chat;
    let field = NodeRef::<Textarea>::new();
    let has_company = Memo::new(move |_| call.peers.with(|peers| !peers.is_empty()));
    // So many characters are too many.
    let excess = RwSignal::new(0);
    let send = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value();
        if has_company.get_untracked() && count_excess(&field, excess) && !text.trim().is_empty() {
            conversation.say(text.trim_end().to_owned());
            field.set_value("");
        }
    };
    let press = move |event: KeyboardEvent| {
        // What composes characters out of several keys ends them with the same key; Safari tells of it by
        // the number only.
        let is_composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !is_composing {
            event.prevent_default();
            send();
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
        if let Some(field) = field.get_untracked() {
            field.focus().ok();
        }
    };
    // On a touch screen the keyboard would cover what there is to read.
    Effect::new(move || {
        if let Some(field) = field.get().filter(|_| has_mouse()) {
            request_animation_frame(move || drop(field.focus()));
        }
    });
    let hint = move || {
        if !has_company.get() {
            words.nobody.to_owned()
        } else if excess.get() > 0 {
            words.too_long.with(excess.get())
        } else if inside.too_many.get() {
            inside.words.files.too_many.with(MOST_OFFERS)
        } else {
            String::new()
        }
    };
    view! {
        <div class="chat">
            {lines::view(inside)}
            {files::list(inside)}
            <form class="chat-form" on:submit=submit>
                <p class="chat-hint" id="chat-hint" role="status">
                    {hint}
                </p>
                {files::chooser(inside)}
                <textarea
                    class="chat-field"
                    rows="1"
                    aria-label=words.field
                    aria-describedby="chat-hint"
                    placeholder=words.field
                    enterkeyhint="send"
                    node_ref=field
                    on:keydown=press
                    on:input=move |_| {
                        if let Some(field) = field.get_untracked() {
                            count_excess(&field, excess);
                        }
                    }
                />
                <button
                    class="control chat-send"
                    aria-label=words.send
                    title=words.send
                    disabled=move || !has_company.get()
                >
                    {picture(icondata_lu::LuSendHorizontal)}
                </button>
            </form>
        </div>
    }
    .into_any()
}

/// Notes by how many characters the text is too long, and says whether it is short enough.
fn count_excess(field: &HtmlTextAreaElement, excess: RwSignal<usize>) -> bool {
    let length = field.text_length() as usize;
    // The browser counts UTF-16; only a long text is worth counting again.
    let too_many = if length > MOST_CHARS {
        field
            .value()
            .trim_end()
            .chars()
            .count()
            .saturating_sub(MOST_CHARS)
    } else {
        0
    };
    if excess.get_untracked() != too_many {
        excess.set(too_many);
    }
    too_many == 0
}

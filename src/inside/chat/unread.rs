//! What tells that somebody wrote while the chat is shut, and the buttons that open it.

use leptos::prelude::*;

use super::super::{
    Inside, files,
    more::{Item, picture},
    side::Side,
};

/// The number that a badge shows at most.
const MOST: usize = 99;

fn is_open(inside: Inside) -> bool {
    inside.side.get() == Some(Side::Chat)
}

fn toggle(inside: Inside) {
    let open = inside.side.get_untracked() == Some(Side::Chat);
    inside.side.set((!open).then_some(Side::Chat));
}

/// How many messages were not seen, and how many files wait for an answer while the chat is shut.
fn count(inside: Inside) -> usize {
    let files = if is_open(inside) {
        0
    } else {
        files::waiting(inside).0
    };
    inside.conversation.chat.unread() + files
}

/// The number of what was not seen, or nothing. A screen reader has the button's name for it.
fn badge(inside: Inside) -> AnyView {
    let unread = Memo::new(move |_| count(inside));
    let badge = move || {
        let number = match unread.get() {
            0 => return None,
            number if number > MOST => format!("{MOST}+"),
            number => number.to_string(),
        };
        Some(view! {
            <span class="badge" aria-hidden="true">
                {number}
            </span>
        })
    };
    badge.into_any()
}

/// What the button is called: how much was not seen is part of it.
fn name(inside: Inside) -> String {
    let words = &inside.words.chat;
    match count(inside) {
        0 => words.title.to_owned(),
        number => words.unread.with(number),
    }
}

/// The button among the controls, where there is room for it.
pub(in crate::inside) fn button(inside: Inside) -> AnyView {
    view! {
        <button
            class="control control-chat"
            aria-label=move || name(inside)
            aria-expanded=move || if is_open(inside) { "true" } else { "false" }
            title=inside.words.chat.title
            on:click=move |_| toggle(inside)
        >
            {picture(icondata_lu::LuMessageCircle)}
            {badge(inside)}
        </button>
    }
    .into_any()
}

/// The line of the list, where there is none.
pub(in crate::inside) fn item(inside: Inside) -> AnyView {
    let item = Item {
        icon: Side::Chat.icon(),
        label: Side::Chat.title(inside.words),
        press: Box::new(move || inside.side.set(Some(Side::Chat))),
    };
    view! {
        <div class="more-chat">
            {item.view()} {badge(inside)}
        </div>
    }
    .into_any()
}

/// The badge on the button of the list.
pub(in crate::inside) fn more_badge(inside: Inside) -> AnyView {
    view! { <span class="more-badge">{badge(inside)}</span> }.into_any()
}

/// Says what was written while the chat is shut.
pub(in crate::inside) fn announcer(inside: Inside) -> AnyView {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let text = move || {
        let lines = conversation.chat.lines.read();
        let last = lines.back()?;
        let is_unseen = last.index >= conversation.chat.read.get();
        let is_new = is_unseen && last.from.is_some() && !is_open(inside);
        is_new.then(|| words.chat.says.with(&last.text))
    };
    let file = move || {
        let name = files::waiting(inside).1.filter(|_| !is_open(inside));
        name.map(|name| words.files.offers.with(name))
    };
    view! {
        <p class="visually-hidden" role="status" id="chat-news">
            {text}
        </p>
        <p class="visually-hidden" role="status" id="file-news">
            {file}
        </p>
    }
    .into_any()
}

//! Who is in the room, what they are called, and what the host may.

use leptos::{ev::SubmitEvent, html::Input, prelude::*};

use super::{Inside, host};
use crate::protocol::{DisplayName, PeerId};

/// The list of them, oneself first.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside {
        call,
        conversation,
        words,
        ..
    } = inside;
    // The peers change every second, with what is measured; a row stays as long as its peer.
    let others = Memo::new(move |_| {
        let peers = call.peers.read();
        peers.iter().map(|peer| peer.id.clone()).collect::<Vec<_>>()
    });
    let own = move || match &*conversation.own_name.read() {
        Some(name) => format!("{} {}", name.as_str(), words.name.you),
        None => words.people.you.to_owned(),
    };
    let is_host = move || conversation.hosting.read().is_host();
    view! {
        <ul class="people">
            <li class="person">
                <span class="person-name">{own}</span>
                {badges(inside, is_host, move || conversation.own_hand.get())}
            </li>
            <For each=move || others.get() key=Clone::clone children=move |id| other(inside, id) />
        </ul>
        {name_form(inside)}
        {host::lock(inside)}
    }
    .into_any()
}

fn other(inside: Inside, id: PeerId) -> AnyView {
    let conversation = inside.conversation;
    let id = StoredValue::new(id);
    let name = move || id.with_value(|id| inside.name_of(id));
    let is_host = move || id.with_value(|id| conversation.hosting.read().host() == Some(id));
    let is_up = move || id.with_value(|id| conversation.hands.read().contains(id));
    view! {
        <li class="person">
            <span class="person-name">{name}</span>
            {badges(inside, is_host, is_up)}
            {host::remove(inside, id.get_value())}
        </li>
    }
    .into_any()
}

/// What is to be said of somebody.
fn badges(
    inside: Inside,
    is_host: impl Fn() -> bool + Send + Sync + 'static,
    is_up: impl Fn() -> bool + Send + Sync + 'static,
) -> AnyView {
    let words = inside.words;
    let host =
        move || is_host().then(|| view! { <span class="person-badge">{words.host.host}</span> });
    let hand =
        move || is_up().then(|| view! { <span role="img" aria-label=words.hand.is_up>"✋"</span> });
    view! {
        {host}
        {hand}
    }
    .into_any()
}

/// Where the person says how they want to be called.
pub(super) fn name_form(inside: Inside) -> AnyView {
    let conversation = inside.conversation;
    let words = &inside.words.name;
    let field = NodeRef::<Input>::new();
    let take = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        // The field takes no more than a name may have.
        if let Ok(name) = DisplayName::parse(&field.value()) {
            conversation.set_name(name);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        take();
    };
    let value = conversation.own_name.get_untracked();
    view! {
        <form class="name-form" on:submit=submit>
            <label class="field-label" for="own-name">
                {words.label}
            </label>
            <input
                class="field"
                id="own-name"
                autocomplete="nickname"
                maxlength=DisplayName::MAX_CHARS.to_string()
                value=value.map(|name| name.as_str().to_owned())
                aria-describedby="own-name-hint"
                node_ref=field
                on:change=move |_| take()
            />
            <p class="hint" id="own-name-hint">
                {words.hint}
            </p>
        </form>
    }
    .into_any()
}

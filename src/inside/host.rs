//! What the host of a room may: lock it, let people in, and put somebody out.

use leptos::{html::Button, prelude::*};

use super::{Inside, focus_if_lost, more::picture};
use crate::{
    call::{Hosting, Knock, Rule},
    protocol::PeerId,
};

/// Who knocks, wherever else the host looks; and a word when the rules change.
pub(super) fn view(inside: Inside) -> AnyView {
    let hosting = inside.conversation.hosting;
    let words = &inside.words.host;
    // Nothing is news to whoever comes in.
    Effect::new(move |before: Option<Hosting>| {
        let now = hosting.get();
        if let Some(before) = before.filter(|before| before.is_inside() && now.is_inside()) {
            if now.is_locked != before.is_locked {
                inside.announcer.say(lock_words(inside, now.is_locked));
            }
            if now.host() != before.host() {
                let host = now.host().map(|id| untrack(|| inside.name_of(id)));
                inside.announcer.say(match host {
                    _ if now.is_host() => words.you_are_host.to_owned(),
                    host => words.other_is_host.with(host.unwrap_or_default()),
                });
            }
        }
        now
    });
    let newest = move || {
        let hosting = hosting.read();
        hosting.knocks.last().map(|knock| sentence(inside, knock))
    };
    view! {
        <p class="visually-hidden" role="status">
            {newest}
        </p>
        {knocks(inside)}
    }
    .into_any()
}

/// Those who wait to come in, with what the host can answer.
fn knocks(inside: Inside) -> AnyView {
    let hosting = inside.conversation.hosting;
    let row = move |knock: Knock| {
        let words = &inside.words.host;
        let answer = move |rule: fn(PeerId) -> Rule, id: PeerId| {
            move |_| {
                inside.conversation.rule(rule(id.clone()));
                focus_if_lost();
            }
        };
        let sentence = sentence(inside, &knock);
        view! {
            <div class="knock" role="group" aria-label=sentence>
                <p class="knock-who">{sentence.clone()}</p>
                <button class="button button-primary" on:click=answer(Rule::Admit, knock.id.clone())>
                    {words.admit}
                </button>
                <button class="button" on:click=answer(Rule::Deny, knock.id)>
                    {words.deny}
                </button>
            </div>
        }
    };
    view! { <For each=move || hosting.get().knocks key=|knock| knock.id.clone() children=row /> }
        .into_any()
}

fn sentence(inside: Inside, knock: &Knock) -> String {
    let words = &inside.words.host;
    let name = knock.name.as_ref().map(|name| name.as_str());
    words.knocks.with(name.unwrap_or(words.somebody))
}

fn lock_words(inside: Inside, is_locked: bool) -> &'static str {
    let words = &inside.words.host;
    if is_locked {
        words.is_locked
    } else {
        words.is_open
    }
}

/// Whether anybody may come in, in the list of people; the host can change it.
pub(super) fn lock(inside: Inside) -> AnyView {
    let hosting = inside.conversation.hosting;
    let words = &inside.words.host;
    let is_locked = Memo::new(move |_| hosting.read().is_locked);
    let is_host = Memo::new(move |_| hosting.read().is_host());
    let press = move |_| {
        let lock = !is_locked.get_untracked();
        inside.conversation.rule(Rule::Lock(lock));
    };
    let icon = move || {
        picture(if is_locked.get() {
            icondata_lu::LuLock
        } else {
            icondata_lu::LuLockOpen
        })
    };
    view! {
        <div class="lock">
            <p class="lock-state">{icon} {move || lock_words(inside, is_locked.get())}</p>
            <Show when=move || is_host.get()>
                <button class="button" on:click=press>
                    {move || if is_locked.get() { words.unlock } else { words.lock }}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// The button that puts this peer out, once the host has said so twice.
pub(super) fn remove(inside: Inside, id: PeerId) -> AnyView {
    let hosting = inside.conversation.hosting;
    let is_host = Memo::new(move |_| hosting.read().is_host());
    let asks = RwSignal::new(false);
    let id = StoredValue::new(id);
    let name = move || inside.name_of(&id.get_value());
    let words = &inside.words.host;
    let cancel = NodeRef::<Button>::new();
    let opener = NodeRef::<Button>::new();
    // The focus follows the question, and comes back from it.
    Effect::new(move |asked: Option<bool>| {
        let asks = asks.get();
        let button = if asks { cancel.get() } else { opener.get() };
        if let Some(button) = button.filter(|_| asked.is_some_and(|asked| asked != asks)) {
            button.focus().ok();
        }
        asks
    });
    let question = move || {
        view! {
            <div class="really" role="group" aria-label=words.remove_really.with(name())>
                <p>{move || words.remove_really.with(name())}</p>
                <p class="hint">{words.remove_means}</p>
                <div class="really-answers">
                    <button
                        class="button button-danger"
                        on:click=move |_| inside.conversation.rule(Rule::Remove(id.get_value()))
                    >
                        {words.remove}
                    </button>
                    <button class="button" node_ref=cancel on:click=move |_| asks.set(false)>
                        {words.cancel}
                    </button>
                </div>
            </div>
        }
        .into_any()
    };
    let button = move || {
        view! {
            <button
                class="button person-remove"
                node_ref=opener
                aria-label=move || words.remove_whom.with(name())
                on:click=move |_| asks.set(true)
            >
                {words.remove}
            </button>
        }
        .into_any()
    };
    let view = move || {
        is_host
            .get()
            .then(|| if asks.get() { question() } else { button() })
    };
    view.into_any()
}

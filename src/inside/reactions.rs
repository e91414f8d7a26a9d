//! Reactions: a picture that floats up over the tile of whoever sent it.

use std::collections::HashSet;

use leptos::prelude::*;

use super::Inside;
use crate::{
    components::{Tile, passing},
    protocol::{PeerId, Reaction},
};

/// One button for each, in the list of what is not needed all the time.
pub(super) fn choice(inside: Inside) -> AnyView {
    let words = &inside.words.reactions;
    let button = move |(reaction, name)| {
        view! {
            <button
                class="reaction"
                aria-label=name
                title=name
                on:click=move |_| inside.conversation.react(reaction)
            >
                {emoji(reaction)}
            </button>
        }
    };
    let all = Reaction::ALL.into_iter().zip(words.names);
    view! {
        <div class="reactions" role="group" aria-label=words.title>
            {all.map(button).collect_view()}
        </div>
    }
    .into_any()
}

fn emoji(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::ThumbsUp => "👍",
        Reaction::Clap => "👏",
        Reaction::Heart => "❤️",
        Reaction::Laugh => "😂",
        Reaction::Surprise => "😮",
        Reaction::Party => "🎉",
    }
}

/// Those of the person whose tile it is.
pub(super) fn on_tile(inside: Inside, tile: Tile) -> AnyView {
    let from = match tile {
        Tile::Own => None,
        Tile::Camera(id) => Some(id),
        Tile::Screen(_) => return ().into_any(),
    };
    let reactions = inside.conversation.reactions;
    let theirs = passing(move || {
        let reactions = reactions.read();
        let theirs = reactions.shown().filter(|shown| shown.from == from);
        theirs.cloned().collect::<Vec<_>>()
    });
    view! {
        <For
            each=move || theirs.get()
            key=|shown| shown.number
            children=|shown| {
                let class = format!("floating floating-{}", shown.number % 5);
                view! {
                    <span class=class aria-hidden="true">
                        {emoji(shown.reaction)}
                    </span>
                }
            }
        />
    }
    .into_any()
}

/// Says whose it was, and when somebody raises a hand.
pub(super) fn announce(inside: Inside) {
    let reactions = inside.conversation.reactions;
    let words = &inside.words.reactions;
    Effect::new(move |before: Option<u64>| {
        let before = before.unwrap_or_default();
        let reactions = reactions.read();
        let Some(newest) = reactions.shown().next_back() else {
            return before;
        };
        if newest.number > before
            && let Some(from) = &newest.from
        {
            let name = untrack(|| inside.name_of(from));
            let what = words.names[newest.reaction as usize];
            inside.announcer.say(format!("{name}{}{what}", words.colon));
        }
        before.max(newest.number)
    });
    let hands = inside.conversation.hands;
    Effect::new(move |before: Option<HashSet<PeerId>>| {
        let hands = hands.get();
        let before = before.unwrap_or_default();
        if let Some(id) = hands.iter().find(|id| !before.contains(id)) {
            let name = untrack(|| inside.name_of(id));
            let what = inside.words.hand.is_up;
            inside.announcer.say(format!("{name}{}{what}", words.colon));
        }
        hands
    });
}

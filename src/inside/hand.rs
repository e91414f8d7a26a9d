//! A raised hand: somebody wants to say something.

use leptos::prelude::*;

use super::{Inside, more::Item};
use crate::components::{Tile, passing};

/// The item that raises the hand, and takes it down.
pub(super) fn item(inside: Inside) -> AnyView {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let item = move || {
        let is_up = conversation.own_hand.get();
        let label = if is_up {
            words.hand.lower
        } else {
            words.hand.raise
        };
        let press = Box::new(move || conversation.raise_hand(!is_up));
        let icon = icondata_lu::LuHand;
        Item { icon, label, press }.view()
    };
    item.into_any()
}

/// The hand on the tile of whoever raised it.
pub(super) fn on_tile(inside: Inside, tile: Tile) -> AnyView {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let is_up = passing(move || match &tile {
        Tile::Own => conversation.own_hand.get(),
        Tile::Camera(id) => conversation.hands.read().contains(id),
        Tile::Screen(_) => false,
    });
    let hand = view! {
        <Show when=move || is_up.get()>
            <p class="tile-hand" role="img" aria-label=words.hand.is_up>
                "✋"
            </p>
        </Show>
    };
    hand.into_any()
}

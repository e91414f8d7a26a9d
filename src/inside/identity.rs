//! Is it really them? What both read to each other, to find out whether somebody sits in between.
//!
//! Sound and picture are encrypted between two certificates, and each page learns the other's fingerprint
//! through the signaling server. Whoever controls that server can put themselves in between, with a
//! certificate of their own towards either side. Then the two sides see different pairs of fingerprints,
//! and so different pictures: it takes only a look, or a voice that one knows, to notice.
//!
//! **How sure that is.** There are 64 pictures and ten are shown: 60 bits. Somebody in the middle
//! whose two certificates are arbitrary is not noticed once in 2^60 (10^18) calls. They can choose both,
//! though: among 2^30 for either side two are to be expected that look alike (the birthday paradox). For
//! that each candidate must be stretched, by 1,000,000 rounds of PBKDF2, 2^21 computations of SHA-256: 2^52
//! together, two to three days on the fastest graphics processor of 2024 (2 · 10^10 a second). Both sides
//! would have to wait as long for the call to begin; in ten seconds it takes 20,000 such processors. That is why
//! there are ten pictures and not the seven (42 bits) of Matrix, which lets both sides commit to their keys
//! first: 2^21 for either side are found in minutes.
//!
//! **What it does not protect against**: a server that hands out changed pages, which can show any
//! picture; somebody who imitates a voice and a face while they are compared; and what happens on the
//! devices of the two. Whoever compares through the chat of the same call compares nothing.

mod emoji;
mod mark;
mod stretch;

use leptos::{prelude::*, task::spawn_local};

use self::{
    emoji::PICTURES,
    mark::{Marks, Standing},
    stretch::stretch,
};
use super::{Inside, more::picture, side::Side};
use crate::{
    call::Pair,
    components::{Tile, passing},
    protocol::PeerId,
};

/// What is known of the others. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    marks: RwSignal<Marks>,
}

impl Identity {
    pub(super) fn new() -> Self {
        Self {
            marks: RwSignal::new(Marks::remembered()),
        }
    }
}

impl Inside {
    /// Where the comparison with this peer stands.
    fn standing(&self, peer: &PeerId) -> Standing {
        let pairs = self.conversation.pairs.read();
        let pair = pairs.iter().find(|pair| pair.peer == *peer);
        pair.map_or(Standing::Open, |pair| {
            self.identity.marks.read().standing(pair)
        })
    }
}

/// One part for each of the others.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.identity;
    let ids = move || {
        let peers = inside.call.peers.read();
        peers.iter().map(|peer| peer.id.clone()).collect::<Vec<_>>()
    };
    let nobody = move || ids().is_empty().then_some(words.nobody);
    view! {
        <p class="identity-text">{words.how}</p>
        <p class="identity-text">{words.differ}</p>
        <p>{nobody}</p>
        <For each=ids key=Clone::clone children=move |id| peer(inside, id) />
    }
    .into_any()
}

fn peer(inside: Inside, id: PeerId) -> AnyView {
    let words = &inside.words.identity;
    let peer = StoredValue::new(id);
    let name = Memo::new(move |_| inside.name_of(&peer.read_value()));
    let pair = Memo::new(move |_| {
        let pairs = inside.conversation.pairs.read();
        let id = peer.read_value();
        pairs.iter().find(|pair| pair.peer == *id).cloned()
    });
    let standing = move || inside.standing(&peer.read_value());
    let compare = move |_| {
        if let Some(pair) = pair.get_untracked() {
            inside.identity.marks.update(|marks| marks.set(&pair));
        }
    };
    let forget = move |_| {
        let id = peer.get_value();
        inside.identity.marks.update(|marks| marks.forget(&id));
    };
    let button = move || {
        pair.read().as_ref()?;
        let view = if standing() == Standing::Compared {
            view! {
                <button class="button" on:click=forget>
                    {words.forget}
                </button>
            }
            .into_any()
        } else {
            view! {
                <button class="button button-primary" on:click=compare>
                    {words.compare}
                </button>
            }
            .into_any()
        };
        Some(view)
    };
    let said = move || match standing() {
        Standing::Open => "",
        Standing::Compared => words.compared,
        Standing::Changed => words.changed,
    };
    view! {
        <section class="identity" aria-label=move || name.get()>
            <h3 class="identity-name">{move || name.get()} {move || mark(inside, standing())}</h3>
            {sequence(inside, pair)}
            <p class="identity-text" role="status">
                {said}
            </p>
            {button}
        </section>
    }
    .into_any()
}

/// The pictures with their words, as soon as they are made.
fn sequence(inside: Inside, pair: Memo<Option<Pair>>) -> AnyView {
    let words = &inside.words.identity;
    let chosen = RwSignal::new(None);
    Effect::new(move || {
        chosen.set(None);
        let Some(Pair { fingerprints, .. }) = pair.get() else {
            return;
        };
        spawn_local(async move {
            let made = stretch(&fingerprints).await.ok();
            // There may be another connection by now, or the panel may be shut.
            let is_same = pair
                .try_with_untracked(|pair| {
                    pair.as_ref()
                        .is_some_and(|pair| pair.fingerprints == fingerprints)
                })
                .unwrap_or_default();
            if is_same {
                chosen.set(Some(made));
            }
        });
    });
    let one = |index: usize| {
        view! {
            <li class="emoji">
                <span class="emoji-picture" aria-hidden="true">
                    {PICTURES[index]}
                </span>
                {words.emoji[index]}
            </li>
        }
    };
    let list = move || match chosen.get() {
        None => view! { <p class="identity-text">{words.wait}</p> }.into_any(),
        Some(None) => view! { <p class="identity-text">{words.insecure}</p> }.into_any(),
        Some(Some(indices)) => view! {
            <ol class="emojis" aria-label=words.sequence>
                {indices.map(one).collect_view()}
            </ol>
        }
        .into_any(),
    };
    list.into_any()
}

/// The shield for a state, with its word.
fn mark(inside: Inside, standing: Standing) -> Option<AnyView> {
    let words = &inside.words.identity;
    let (icon, name, class) = match standing {
        Standing::Open => return None,
        Standing::Compared => (icondata_lu::LuShieldCheck, words.mark, "shield"),
        Standing::Changed => (
            icondata_lu::LuShieldAlert,
            words.mark_changed,
            "shield shield-changed",
        ),
    };
    let view = view! {
        <span class=class role="img" aria-label=name title=name>
            {picture(icon)}
        </span>
    };
    Some(view.into_any())
}

/// The shield on the tile of whoever was compared with.
pub(super) fn on_tile(inside: Inside, tile: &Tile) -> AnyView {
    let Tile::Camera(id) = tile.clone() else {
        return ().into_any();
    };
    let standing = passing(move || inside.standing(&id));
    let mark = move || mark(inside, standing.get());
    view! { <div class="tile-shield">{mark}</div> }.into_any()
}

/// The warning that somebody who was compared with is not the same any more.
pub(super) fn on_card(inside: Inside) -> AnyView {
    let words = &inside.words.identity;
    let is_changed = Memo::new(move |_| {
        let peers = inside.call.peers.read();
        let is_changed = |id| inside.standing(id) == Standing::Changed;
        peers.iter().any(|peer| is_changed(&peer.id))
    });
    let open = move |_| inside.side.set(Some(Side::Identity));
    view! {
        <div role="alert">
            <Show when=move || is_changed.get()>
                <p class="notice-hint">{words.warning}</p>
                <button class="button identity-again" on:click=open>
                    {words.again}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

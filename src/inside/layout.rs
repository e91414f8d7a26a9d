//! How the pictures stand on the stage. What is decided is told to the style sheet in attributes of the
//! call, and the style sheet does the rest.

pub(super) mod arrange;

use leptos::prelude::*;

use self::arrange::{Corner, Layout, large};
use super::{Inside, mark, more::picture};
use crate::{
    call::{Call, Conversation},
    components::Tile,
    dom::{Store, remember, remembered},
};

/// Under these keys the browser remembers what was chosen.
const LAYOUT_KEY: &str = "duplex-layout";
const CORNER_KEY: &str = "duplex-corner";
const OWN_KEY: &str = "duplex-own";

/// How large the own picture is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum OwnSize {
    #[default]
    Normal,
    Small,
    Hidden,
}

impl OwnSize {
    pub(super) const ALL: [Self; 3] = [Self::Normal, Self::Small, Self::Hidden];

    fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Small => "small",
            Self::Hidden => "hidden",
        }
    }
}

/// What the person has chosen. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Stage {
    pub(super) layout: RwSignal<Layout>,
    pub(super) pinned: RwSignal<Option<Tile>>,
    pub(super) corner: RwSignal<Corner>,
    pub(super) own: RwSignal<OwnSize>,
    /// The large picture; a grid has none.
    pub(super) large: Memo<Option<Tile>>,
}

impl Stage {
    /// As it was the last time; tells the style sheet of it.
    pub(super) fn new(call: Call, conversation: Conversation) -> Self {
        let remembered = |key| remembered(Store::Browser, key).unwrap_or_default();
        let layout = Layout::from_name(&remembered(LAYOUT_KEY));
        let corner = Corner::from_name(&remembered(CORNER_KEY));
        let own = remembered(OWN_KEY);
        let own = OwnSize::ALL.into_iter().find(|size| size.as_str() == own);
        let layout = RwSignal::new(layout.unwrap_or_default());
        let own = RwSignal::new(own.unwrap_or_default());
        let corner = RwSignal::new(corner.unwrap_or_default());
        let pinned = RwSignal::new(None);
        // The peers change every second, with what is measured.
        let tiles = Memo::new(move |_| tiles(call));
        let large = Memo::new(move |_| {
            let speaker = conversation.speaker.read();
            (layout.get() != Layout::Grid)
                .then(|| large(&tiles.read(), pinned.read().as_ref(), speaker.as_ref()))
                .flatten()
        });
        Effect::new(move || {
            mark("data-layout", Some(layout.get().as_str()));
            mark("data-corner", Some(corner.get().as_str()));
            mark("data-own", Some(own.get().as_str()));
            let others = tiles.read().len();
            let all = others + usize::from(own.get() != OwnSize::Hidden);
            mark("data-tiles", Some(&all.to_string()));
        });
        Self {
            layout,
            pinned,
            corner,
            own,
            large,
        }
    }

    pub(super) fn set_layout(self, layout: Layout) {
        remember(Store::Browser, LAYOUT_KEY, Some(layout.as_str()));
        self.layout.set(layout);
    }

    pub(super) fn set_corner(self, corner: Corner) {
        remember(Store::Browser, CORNER_KEY, Some(corner.as_str()));
        self.corner.set(corner);
    }

    pub(super) fn set_own(self, size: OwnSize) {
        remember(Store::Browser, OWN_KEY, Some(size.as_str()));
        self.own.set(size);
    }

    /// Keeps this picture the large one, or not any more. In a grid there is none, so it is one no more.
    pub(super) fn pin(self, tile: &Tile) {
        let is_pinned = self
            .pinned
            .with_untracked(|pinned| pinned.as_ref() == Some(tile));
        self.pinned.set((!is_pinned).then(|| tile.clone()));
        if !is_pinned && self.layout.get_untracked() == Layout::Grid {
            self.set_layout(Layout::Speaker);
        }
    }
}

/// The pictures of the others, as the page shows them.
fn tiles(call: Call) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for peer in &*call.peers.read() {
        tiles.push(Tile::Camera(peer.id.clone()));
        if peer.screen.is_some() {
            tiles.push(Tile::Screen(peer.id.clone()));
        }
    }
    tiles
}

/// The choice of layouts, for the list of what is not needed all the time.
pub(super) fn choice(inside: Inside) -> AnyView {
    let words = &inside.words.layout;
    let stage = inside.stage;
    let button = move |layout: Layout| {
        let icon = match layout {
            Layout::Speaker => icondata_lu::LuPictureInPicture2,
            Layout::Grid => icondata_lu::LuLayoutGrid,
            Layout::Side => icondata_lu::LuColumns2,
        };
        let label = words.names[layout as usize];
        let is_pressed = move || (stage.layout.get() == layout).to_string();
        view! {
            <button
                class="segment"
                aria-pressed=is_pressed
                on:click=move |_| stage.set_layout(layout)
            >
                {picture(icon)}
                {label}
            </button>
        }
    };
    view! {
        <div class="segments" role="group" aria-label=words.title>
            {Layout::ALL.map(button).collect_view()}
        </div>
    }
    .into_any()
}

/// The choice of the own picture's size, and its place.
pub(super) fn own_choice(inside: Inside) -> AnyView {
    let words = &inside.words.own;
    let stage = inside.stage;
    let button = move |(size, label)| {
        let is_pressed = move || (stage.own.get() == size).to_string();
        view! {
            <button class="choice" aria-pressed=is_pressed on:click=move |_| stage.set_own(size)>
                {label}
            </button>
        }
    };
    let sizes = OwnSize::ALL.into_iter().zip(words.sizes);
    view! {
        <div class="choices" role="group" aria-label=words.title>
            <p class="choices-title">{words.title}</p>
            {sizes.map(button).collect_view()}
            <button
                class="more-item"
                on:click=move |_| stage.set_corner(stage.corner.get_untracked().next())
            >
                {picture(icondata_lu::LuMove)}
                {words.next_corner}
            </button>
        </div>
    }
    .into_any()
}

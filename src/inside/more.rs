//! The button for everything that is not needed all the time, and the list that it opens.

use icondata_core::Icon;
use leptos::{html::Div, prelude::*};

use super::{Inside, chat, hand, invitation, keys, layout, reactions, side::Side, tile::can_fill};
pub(super) use crate::components::picture;
use crate::language::Text;

/// The button and its list. The browser opens and closes it, also with the keyboard.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.more;
    let list = NodeRef::<Div>::new();
    // Whatever was chosen, the choice is over.
    let close = move |_| {
        if let Some(list) = list.get_untracked() {
            // It is closed already.
            list.hide_popover().ok();
        }
    };
    view! {
        {chat::button(inside)}
        {chat::announcer(inside)}
        <button class="control" aria-label=words.button title=words.button popovertarget="more">
            {picture(icondata_lu::LuEllipsis)}
            {chat::more_badge(inside)}
        </button>
        <div
            class="picker more"
            popover="auto"
            id="more"
            role="group"
            aria-label=words.button
            node_ref=list
            on:click=close
        >
            {chat::item(inside)}
            {reactions::choice(inside)}
            {hand::item(inside)}
            {opens(inside, Side::People)}
            {opens(inside, Side::Identity)}
            {opens(inside, Side::Recording)}
            {opens(inside, Side::Photo)}
            {opens(inside, Side::Statistics)}
            {opens(inside, Side::Timeline)}
            {invitation::item(inside)}
            {full_screen(inside)}
            {opens(inside, Side::Settings)}
            {opens(inside, Side::Keys)}
            {layout::choice(inside)}
        </div>
    }
    .into_any()
}

/// One line of the list.
pub(super) struct Item {
    pub(super) icon: Icon,
    pub(super) label: Text,
    pub(super) press: Box<dyn Fn()>,
}

impl Item {
    pub(super) fn view(self) -> AnyView {
        let Self { icon, label, press } = self;
        view! {
            <button class="more-item" on:click=move |_| press()>
                {picture(icon)}
                {label}
            </button>
        }
        .into_any()
    }
}

/// The line that opens something beside the stage.
fn opens(inside: Inside, side: Side) -> AnyView {
    let press = Box::new(move || inside.side.set(Some(side)));
    let (icon, label) = (side.icon(), side.title(inside.words));
    Item { icon, label, press }.view()
}

/// The line that makes the page as large as the screen, where a page may.
fn full_screen(inside: Inside) -> Option<AnyView> {
    let item = || Item {
        icon: icondata_lu::LuMaximize,
        label: inside.words.tile.full_screen,
        press: Box::new(keys::full_screen),
    };
    can_fill().then(|| item().view())
}

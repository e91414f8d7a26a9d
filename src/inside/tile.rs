//! What stands on each picture: who speaks, how the way is, and what can be done with it.

use js_sys::{Function, Promise, Reflect};
use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::{Inside, hand, more::picture, own, reactions};
use crate::{
    call::Link,
    components::{Tile, passing},
    dom::{has, window},
    language::Text,
};

/// All of it.
pub(super) fn tools(inside: Inside, tile: Tile) -> AnyView {
    let is_open = RwSignal::new(false);
    let name = {
        let tile = tile.clone();
        passing(move || match &tile {
            Tile::Own => inside.words.people.you.to_owned(),
            Tile::Camera(id) => inside.name_of(id),
            Tile::Screen(id) => inside.words.tile.screen.with(inside.name_of(id)),
        })
    };
    // A tap shows them, where there is no pointer that could be over it.
    let surface = match tile {
        Tile::Own => own::surface(inside, is_open),
        _ => view! {
            <div
                class="tile-surface"
                on:click=move |_| is_open.update(|is| *is = !*is)
                on:dblclick=move |event| full_screen(&event)
            ></div>
        }
        .into_any(),
    };
    let buttons = match &tile {
        Tile::Own => own::buttons(inside),
        _ => buttons(inside, &tile),
    };
    let class = move || {
        if is_open.get() {
            "tile-tools tile-tools-open"
        } else {
            "tile-tools"
        }
    };
    view! {
        {marks(inside, tile.clone())}
        {surface}
        {hand::on_tile(inside, tile.clone())}
        {reactions::on_tile(inside, tile)}
        <div class=class role="group" aria-label=move || name.get()>
            {buttons}
        </div>
    }
    .into_any()
}

/// What the style sheet finds a picture by, and what is said on it.
fn marks(inside: Inside, tile: Tile) -> AnyView {
    let conversation = inside.conversation;
    let is_large = {
        let tile = tile.clone();
        passing(move || inside.stage.large.read().as_ref() == Some(&tile))
    };
    let id = match tile {
        Tile::Camera(id) => Some(id),
        _ => None,
    };
    let speaks = {
        let id = id.clone();
        passing(move || {
            let talking = conversation.talking.read();
            id.as_ref().is_some_and(|id| talking.contains(id))
        })
    };
    let link = passing(move || {
        let peers = inside.call.peers.read();
        let peer = peers.iter().find(|peer| id.as_ref() == Some(&peer.id));
        peer.map(|peer| peer.link())
    });
    let class = move || {
        let mut class = "tile-mark".to_owned();
        if is_large.get() {
            class.push_str(" tile-mark-large");
        }
        if speaks.get() {
            class.push_str(" tile-mark-speaks");
        }
        class
    };
    let words = &inside.words.tile;
    let state = move || match link.get()? {
        Link::Connecting => Some(words.connecting),
        Link::Interrupted => Some(words.interrupted),
        Link::Away => Some(words.away),
        Link::Blocked(_) => Some(words.blocked),
        Link::Unheard => Some(words.unheard),
        Link::Connected => None,
    };
    view! {
        <div class=class>{move || speaks.get().then(|| view! { <span class="visually-hidden">{words.speaks}</span> })}</div>
        {move || state().map(|state| view! { <p class="tile-state">{state}</p> })}
    }
    .into_any()
}

/// What can be done with somebody's picture.
fn buttons(inside: Inside, tile: &Tile) -> AnyView {
    let words = &inside.words.tile;
    let stage = inside.stage;
    let is_pinned = {
        let tile = tile.clone();
        passing(move || stage.pinned.read().as_ref() == Some(&tile))
    };
    let pin = {
        let tile = tile.clone();
        move |_| stage.pin(&tile)
    };
    let pin_icon = move || {
        picture(if is_pinned.get() {
            icondata_lu::LuPinOff
        } else {
            icondata_lu::LuPin
        })
    };
    view! {
        <button
            class="tile-tool"
            aria-label=words.pin
            title=words.pin
            aria-pressed=move || is_pinned.get().to_string()
            on:click=pin
        >
            {pin_icon}
        </button>
        {can_float()
            .then(|| {
                tool(
                    icondata_lu::LuPictureInPicture,
                    words.float,
                    float,
                )
            })}
        {can_fill().then(|| tool(icondata_lu::LuMaximize, words.full_screen, full_screen))}
    }
    .into_any()
}

fn tool(icon: icondata_core::Icon, label: Text, press: fn(&MouseEvent)) -> AnyView {
    view! {
        <button
            class="tile-tool tile-tool-more"
            aria-label=label
            title=label
            on:click=move |event| press(&event)
        >
            {picture(icon)}
        </button>
    }
    .into_any()
}

/// The tile on which something was pressed.
fn tile_of(event: &MouseEvent) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(".tile").ok()?
}

/// Makes the picture as large as the screen, or as it was.
fn full_screen(event: &MouseEvent) {
    if let Some(tile) = tile_of(event) {
        fill_screen(&tile);
    }
}

/// Makes an element as large as the screen, or brings the page back.
pub(super) fn fill_screen(element: &Element) {
    let Some(page) = window().document() else {
        return;
    };
    if has(&page, "fullscreenElement") {
        ask(&page, "exitFullscreen");
    } else {
        ask(element, "requestFullscreen");
    }
}

/// Whether this browser lets a page do that.
pub(super) fn can_fill() -> bool {
    is(&window().document().into(), "fullscreenEnabled")
}

/// Shows the picture in a window of its own that stays in front, or puts it back.
fn float(event: &MouseEvent) {
    let (Some(page), Some(tile)) = (window().document(), tile_of(event)) else {
        return;
    };
    let Ok(Some(video)) = tile.query_selector("video") else {
        return;
    };
    let floating = Reflect::get(&page, &"pictureInPictureElement".into()).unwrap_or_default();
    if floating == JsValue::from(video.clone()) {
        ask(&page, "exitPictureInPicture");
    } else {
        ask(&video, "requestPictureInPicture");
    }
}

fn can_float() -> bool {
    is(&window().document().into(), "pictureInPictureEnabled")
}

fn is(object: &JsValue, property: &str) -> bool {
    Reflect::get(object, &property.into()).is_ok_and(|value| value.is_truthy())
}

/// Calls a method that gives a promise. Browsers that do not have it, or do not allow it now, leave things as they
/// are.
fn ask(object: &JsValue, method: &str) {
    let method = Reflect::get(object, &method.into()).unwrap_or_default();
    let Some(method) = method.dyn_ref::<Function>() else {
        return;
    };
    if let Ok(Ok(promise)) = method.call0(object).map(JsCast::dyn_into::<Promise>) {
        spawn_local(async move { drop(JsFuture::from(promise).await) });
    }
}

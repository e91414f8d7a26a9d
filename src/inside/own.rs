//! The own picture: it can be dragged into a corner, moved there by keyboard, and put away.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    Inside,
    layout::{OwnSize, arrange::Corner},
    more::picture,
};

/// Nearer than so many pixels to where it began it is no drag.
const STILL: f64 = 6.0;

/// What is dragged; a tap shows what can be done.
pub(super) fn surface(inside: Inside, is_open: RwSignal<bool>) -> AnyView {
    // Where the pointer went down, and whether it has moved since.
    let from = RwSignal::new(None::<(f64, f64)>);
    let moved = RwSignal::new(false);
    let down = move |event: PointerEvent| {
        from.set(Some(place(&event)));
        moved.set(false);
        if let Some(surface) = element(&event) {
            // Without it the picture just does not follow beyond its own edge.
            surface.set_pointer_capture(event.pointer_id()).ok();
        }
    };
    let drag = move |event: PointerEvent| {
        let Some((x, y)) = from.get_untracked() else {
            return;
        };
        let (now_x, now_y) = place(&event);
        let (x, y) = (now_x - x, now_y - y);
        if x.hypot(y) > STILL {
            moved.set(true);
        }
        if moved.get_untracked() {
            shift(&event, Some((x, y)));
        }
    };
    let up = move |event: PointerEvent| {
        from.set(None);
        shift(&event, None);
        if !moved.get_untracked() {
            is_open.update(|is| *is = !*is);
        } else if let Some((x, y)) = on_stage(&event) {
            inside.stage.set_corner(Corner::nearest(x, y));
        }
    };
    let cancel = move |event: PointerEvent| {
        from.set(None);
        shift(&event, None);
    };
    view! {
        <div
            class="tile-surface own-surface"
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=up
            on:pointercancel=cancel
        ></div>
    }
    .into_any()
}

/// Moves it with the arrows, puts it into the next corner, or puts it away.
pub(super) fn buttons(inside: Inside) -> AnyView {
    let words = &inside.words.own;
    let stage = inside.stage;
    let by_key = move |event: KeyboardEvent| {
        if let Some(corner) = stage.corner.get_untracked().by_key(&event.key()) {
            event.prevent_default();
            stage.set_corner(corner);
        }
    };
    view! {
        <button
            class="tile-tool own-move"
            aria-label=words.move_it
            title=words.move_it
            on:keydown=by_key
            on:click=move |_| stage.set_corner(stage.corner.get_untracked().next())
        >
            {picture(icondata_lu::LuMove)}
        </button>
        <button
            class="tile-tool"
            aria-label=words.hide
            title=words.hide
            on:click=move |_| {
                stage.set_own(OwnSize::Hidden);
                inside.announcer.say(words.is_hidden);
                super::focus_if_lost();
            }
        >
            {picture(icondata_lu::LuEyeOff)}
        </button>
    }
    .into_any()
}

fn place(event: &PointerEvent) -> (f64, f64) {
    (event.client_x().into(), event.client_y().into())
}

fn element(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

/// The tile follows the pointer by so many pixels; without, it goes to its place.
fn shift(event: &PointerEvent, by: Option<(f64, f64)>) {
    let tile = element(event).and_then(|surface| surface.closest(".tile").ok().flatten());
    let Some(tile) = tile.and_then(|tile| tile.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let style = tile.style();
    // A style that cannot be set leaves it where it is.
    match by {
        Some((x, y)) => style.set_property("translate", &format!("{x}px {y}px")),
        None => style.remove_property("translate").map(drop),
    }
    .ok();
}

/// Where the pointer is, as parts of the stage's width and height.
fn on_stage(event: &PointerEvent) -> Option<(f64, f64)> {
    let stage = element(event)?.closest(".stage").ok()??;
    let area = stage.get_bounding_client_rect();
    let (x, y) = place(event);
    let part = |at: f64, from: f64, size: f64| (size > 0.0).then(|| (at - from) / size);
    Some((
        part(x, area.left(), area.width())?,
        part(y, area.top(), area.height())?,
    ))
}

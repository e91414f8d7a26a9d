//! Keyboard shortcuts, the sheet that explains them, and talking while a key is held.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::{Inside, side::Side, tile::fill_screen};
use crate::{
    call::{Device, Sharing},
    dom::{Listener, window},
};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Microphone,
    Camera,
    Hand,
    Screen,
    FullScreen,
    Layout,
    People,
    Chat,
    Help,
    /// As long as it is held.
    Talk,
}

/// Where a key was pressed, and how.
#[derive(Debug, Clone, Copy, Default)]
struct Pressed {
    /// With Control, Alt or the like.
    has_modifier: bool,
    /// Somebody writes there.
    is_writing: bool,
    /// The key does something there already.
    is_on_control: bool,
    /// It is held, and was told of before.
    is_repeated: bool,
}

/// The keys, as they are written on the sheet.
const KEYS: [(&str, Action); 10] = [
    ("M", Action::Microphone),
    ("V", Action::Camera),
    ("H", Action::Hand),
    ("S", Action::Screen),
    ("F", Action::FullScreen),
    ("L", Action::Layout),
    ("P", Action::People),
    ("C", Action::Chat),
    ("?", Action::Help),
    (" ", Action::Talk),
];

fn action(key: &str, pressed: Pressed) -> Option<Action> {
    if pressed.has_modifier || pressed.is_writing || pressed.is_repeated {
        return None;
    }
    let (_, action) = KEYS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(key))?;
    // Space presses a button that has the focus.
    (*action != Action::Talk || !pressed.is_on_control).then_some(*action)
}

/// Listens as long as the page is there.
pub(super) fn listen(inside: Inside) {
    let holds = RwSignal::new(false);
    let call = inside.call;
    let release = move || {
        if holds.try_get_untracked() == Some(true) {
            holds.set(false);
            call.set_microphone(false);
            inside.announcer.say(String::new());
        }
    };
    let down = move |event: KeyboardEvent| {
        let is_off = inside.settings.shortcuts.try_get_untracked() != Some(true);
        if is_off || event.default_prevented() || !is_in(inside) {
            return;
        }
        let Some(action) = action(&event.key(), pressed(&event)) else {
            return;
        };
        if action == Action::Talk {
            let is_muted = call.media.get_untracked().microphone == Device::Off;
            // The page does not scroll, muted or not.
            event.prevent_default();
            if is_muted && !holds.get_untracked() {
                holds.set(true);
                call.set_microphone(true);
                inside.announcer.say(inside.words.keys.talking);
            }
            return;
        }
        event.prevent_default();
        act(inside, action);
    };
    let up = move |event: KeyboardEvent| {
        if event.key() == " " {
            release();
        }
    };
    let listeners = SendWrapper::new([
        Listener::new(&window(), "keydown", down),
        Listener::new(&window(), "keyup", up),
        // The key may be let go of elsewhere.
        Listener::new(&window(), "blur", move |_: Event| release()),
    ]);
    on_cleanup(move || drop(listeners));
}

fn is_in(inside: Inside) -> bool {
    let membership = inside.call.membership;
    membership.try_with_untracked(|membership| membership.is_in()) == Some(true)
}

fn pressed(event: &KeyboardEvent) -> Pressed {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let is_within = |selector| {
        let found = target.as_ref().map(|target| target.closest(selector));
        matches!(found, Some(Ok(Some(_))))
    };
    Pressed {
        has_modifier: event.ctrl_key() || event.alt_key() || event.meta_key(),
        is_writing: event.is_composing() || is_within("input, textarea, select, [contenteditable]"),
        is_on_control: is_within("button, a, summary, audio, video, [role=slider]"),
        is_repeated: event.repeat(),
    }
}

fn act(inside: Inside, action: Action) {
    let Inside {
        call,
        conversation,
        side,
        stage,
        ..
    } = inside;
    let media = call.media.get_untracked();
    let toggle = |panel: Side| {
        let is_open = side.get_untracked() == Some(panel);
        side.set((!is_open).then_some(panel));
    };
    match action {
        Action::Microphone => call.set_microphone(media.microphone != Device::On),
        Action::Camera => call.set_camera(media.camera != Device::On),
        Action::Hand => conversation.raise_hand(!conversation.own_hand.get_untracked()),
        Action::Screen => match call.devices.with_untracked(|devices| devices.screen) {
            Sharing::Off => call.share_screen(true),
            Sharing::On => call.share_screen(false),
            Sharing::Asking | Sharing::Unsupported => {}
        },
        Action::FullScreen => full_screen(),
        Action::Layout => {
            let next = stage.layout.get_untracked().next();
            stage.set_layout(next);
            inside
                .announcer
                .say(inside.words.layout.names[next as usize]);
        }
        Action::People => toggle(Side::People),
        Action::Chat => toggle(Side::Chat),
        Action::Help => toggle(Side::Keys),
        Action::Talk => {}
    }
}

/// Makes the page as large as the screen, or as it was.
pub(super) fn full_screen() {
    let page = window().document();
    if let Some(page) = page.and_then(|page| page.document_element()) {
        fill_screen(&page);
    }
}

/// The sheet.
pub(super) fn sheet(inside: Inside) -> AnyView {
    let words = &inside.words.keys;
    let row = move |(key, action): (&'static str, Action)| {
        let meaning = match action {
            Action::Microphone => words.microphone,
            Action::Camera => words.camera,
            Action::Hand => words.hand,
            Action::Screen => words.screen,
            Action::FullScreen => words.full_screen,
            Action::Layout => words.layout,
            Action::People => words.people,
            Action::Chat => words.chat,
            Action::Help => words.help,
            Action::Talk => words.talk,
        };
        let key = if key == " " { words.space } else { key };
        view! {
            <tr>
                <th scope="row">
                    <kbd>{key}</kbd>
                </th>
                <td>{meaning}</td>
            </tr>
        }
    };
    let shortcuts = inside.settings.shortcuts;
    let is_off = move || (!shortcuts.get()).then(|| view! { <p class="hint">{words.are_off}</p> });
    view! {
        {is_off}
        <table class="keys">
            <tbody>{KEYS.map(row).collect_view()}</tbody>
        </table>
        {super::settings::switch(shortcuts, words.switch)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_what_the_sheet_says() {
        for (key, meant) in KEYS {
            assert_eq!(action(key, Pressed::default()), Some(meant));
            assert_eq!(action(&key.to_lowercase(), Pressed::default()), Some(meant));
        }
        assert_eq!(action("x", Pressed::default()), None);
    }

    #[test]
    fn no_key_does_anything_while_somebody_writes_or_with_a_modifier() {
        for (key, _) in KEYS {
            for pressed in [
                Pressed {
                    is_writing: true,
                    ..Pressed::default()
                },
                Pressed {
                    has_modifier: true,
                    ..Pressed::default()
                },
                Pressed {
                    is_repeated: true,
                    ..Pressed::default()
                },
            ] {
                assert_eq!(action(key, pressed), None, "{key} {pressed:?}");
            }
        }
    }

    #[test]
    fn space_is_the_buttons_while_one_has_the_focus() {
        let pressed = Pressed {
            is_on_control: true,
            ..Pressed::default()
        };
        assert_eq!(action(" ", pressed), None);
        assert_eq!(action("m", pressed), Some(Action::Microphone));
    }
}

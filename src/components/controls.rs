use leptos::prelude::*;

use super::{Icon, InTurn, Later, Step};
use crate::{
    call::{Call, Device, DeviceKind, Sharing},
    language::{SwitchWords, Text, use_words},
};

/// The bar at the bottom: microphone, camera, screen, and the way out.
#[component]
pub fn Controls(
    /// The call it controls.
    call: Call,
    /// What is loaded later and has a place among them.
    later: Later,
) -> impl IntoView {
    let words = &use_words().controls;
    view! {
        <div class="controls" role="group" aria-label=words.group>
            {InTurn::new(move || {
                let switch = switch(call, &words.microphone, DeviceKind::Microphone);
                let list = later.place(Step::Devices, |parts| &parts.sound);
                pair(switch, "sound-settings", words.sound_settings, list.into_any())
            })}
            {InTurn::new(move || {
                let switch = switch(call, &words.camera, DeviceKind::Camera);
                let list = later.place(Step::Devices, |parts| &parts.picture);
                pair(switch, "picture-settings", words.picture_settings, list.into_any())
            })}
            {InTurn::new(move || others(call, later))}
        </div>
    }
}

/// What stands there at times only.
fn others(call: Call, later: Later) -> impl IntoView {
    let words = &use_words().controls;
    let is_in = move || call.membership.read().is_in();
    view! {
        {move || {
            let turn = || TURN.view(call, words.turn, words.turn_title);
            call.devices.read().can_turn.then(turn)
        }}
        {move || {
            match call.devices.read().screen {
                _ if !is_in() => None,
                Sharing::Unsupported => None,
                Sharing::Off => Some(SHARE.view(call, words.share, words.share_title)),
                Sharing::Asking => {
                    let asking = Control { is_disabled: true, ..SHARE };
                    Some(asking.view(call, words.share, words.share_title))
                }
                Sharing::On => Some(SHARING.view(call, words.share, words.stop_sharing_title)),
            }
        }}
        {later.place(Step::All, |parts| &parts.controls)}
        {move || is_in().then(|| LEAVE.view(call, words.leave, words.leave))}
    }
}

/// A device's switch, and beside it the list of what can be chosen.
fn pair(switch: impl IntoView, id: Text, name: Text, list: AnyView) -> impl IntoView {
    view! {
        <div class="control-pair">
            {switch}
            {choice(id, name)}
            <div class="picker" popover="auto" id=id>
                {list}
            </div>
        </div>
    }
}

/// A small button that opens the choice of devices.
///
/// The browser itself opens and closes it, also with the keyboard, and gives the focus back.
fn choice(id: Text, name: Text) -> AnyView {
    view! {
        <button class="control control-more" aria-label=name title=name popovertarget=id>
            {Icon::Up.view()}
        </button>
    }
    .into_any()
}

/// A round button. All of them are made by one function, and made anew when something changes:
/// the browser's element stays.
#[derive(Clone, Copy)]
struct Control {
    icon: Icon,
    class: &'static str,
    /// Whether what it switches is on; `None` when it switches nothing.
    is_pressed: Option<bool>,
    is_disabled: bool,
    press: fn(Call),
}

const LEAVE: Control = Control {
    icon: Icon::HangUp,
    class: "control control-danger",
    is_pressed: None,
    is_disabled: false,
    press: |call| call.leave(),
};

const TURN: Control = Control {
    icon: Icon::TurnCamera,
    class: "control",
    press: |call| call.turn_camera(),
    ..LEAVE
};

const SHARE: Control = Control {
    icon: Icon::Screen,
    class: "control",
    is_pressed: Some(false),
    is_disabled: false,
    press: |call| call.share_screen(true),
};

const SHARING: Control = Control {
    class: "control control-on",
    is_pressed: Some(true),
    press: |call| call.share_screen(false),
    ..SHARE
};

impl Control {
    /// `label` is its name, for screen readers; `title` what it does or what it is, as a tooltip.
    fn view(self, call: Call, label: Text, title: Text) -> AnyView {
        let pressed = self.is_pressed.map(|on| if on { "true" } else { "false" });
        view! {
            <button
                class=self.class
                aria-label=label
                aria-pressed=pressed
                title=title
                disabled=self.is_disabled
                on:click=move |_| (self.press)(call)
            >
                {self.icon.view()}
            </button>
        }
        .into_any()
    }
}

/// The button of the microphone or the camera: says by its look and to a screen reader whether it
/// is on.
fn switch(call: Call, words: &'static SwitchWords, kind: DeviceKind) -> impl Fn() -> AnyView {
    move || {
        let media = call.media.get();
        let is_microphone = kind == DeviceKind::Microphone;
        let device = if is_microphone {
            media.microphone
        } else {
            media.camera
        };
        let is_on = device == Device::On;
        let is_missing = matches!(device, Device::Unavailable(_));
        let control = Control {
            class: if is_on {
                "control"
            } else {
                "control control-off"
            },
            is_pressed: Some(is_on),
            // What was opened can be switched at any time, also while the browser asks for the
            // other.
            is_disabled: !device.can_switch() || (is_missing && media.asking),
            ..LEAVE
        };
        let title = match device {
            Device::On => words.on,
            Device::Off => words.off,
            _ if device.can_switch() => words.ask,
            _ => words.missing,
        };
        let control = match (is_microphone, is_on) {
            (true, true) => Control {
                icon: Icon::Microphone,
                press: |call| call.set_microphone(false),
                ..control
            },
            (true, false) => Control {
                icon: Icon::MicrophoneOff,
                press: |call| call.set_microphone(true),
                ..control
            },
            (false, true) => Control {
                icon: Icon::Camera,
                press: |call| call.set_camera(false),
                ..control
            },
            (false, false) => Control {
                icon: Icon::CameraOff,
                press: |call| call.set_camera(true),
                ..control
            },
        };
        control.view(call, words.name, title)
    }
}

use leptos::prelude::*;

use super::{DevicePicker, Icon};
use crate::call::{Call, Device, DeviceKind, Membership, Sharing};

/// The bar at the bottom: microphone, camera, screen, and the way out.
#[component]
pub fn Controls(
    /// The call it controls.
    call: Call,
) -> impl IntoView {
    let is_in = move || {
        matches!(
            call.membership.get(),
            Membership::Inside | Membership::Joining | Membership::Waiting
        )
    };
    view! {
        <div class="controls" role="group" aria-label="Controls">
            <div class="control-pair">
                {switch(call, DeviceKind::Microphone)}
                <DevicePicker
                    call
                    id="sound-settings"
                    name="Sound settings"
                    kinds=&[DeviceKind::Microphone, DeviceKind::Speaker]
                />
            </div>
            <div class="control-pair">
                {switch(call, DeviceKind::Camera)}
                <DevicePicker
                    call
                    id="picture-settings"
                    name="Picture settings"
                    kinds=&[DeviceKind::Camera]
                />
            </div>
            {move || call.devices.read().can_turn.then(|| TURN.view(call))}
            {move || {
                match call.devices.read().screen {
                    _ if !is_in() => None,
                    Sharing::Unsupported => None,
                    Sharing::Off => Some(SHARE.view(call)),
                    Sharing::Asking => Some(Control { is_disabled: true, ..SHARE }.view(call)),
                    Sharing::On => Some(SHARING.view(call)),
                }
            }}
            {move || is_in().then(|| LEAVE.view(call))}
        </div>
    }
}

/// A round button. All of them are made by one function, and made anew when something changes:
/// the browser's element stays.
#[derive(Clone, Copy)]
struct Control {
    icon: Icon,
    class: &'static str,
    /// The name, for screen readers.
    label: &'static str,
    /// What it does or what it is, as a tooltip.
    title: &'static str,
    /// Whether what it switches is on; `None` when it switches nothing.
    is_pressed: Option<bool>,
    is_disabled: bool,
    press: fn(Call),
}

const LEAVE: Control = Control {
    icon: Icon::HangUp,
    class: "control control-danger",
    label: "Leave",
    title: "Leave",
    is_pressed: None,
    is_disabled: false,
    press: |call| call.leave(),
};

const TURN: Control = Control {
    icon: Icon::TurnCamera,
    class: "control",
    label: "Turn round",
    title: "Use the other side's camera",
    press: |call| call.turn_camera(),
    ..LEAVE
};

const SHARE: Control = Control {
    icon: Icon::Screen,
    class: "control",
    label: "Share screen",
    title: "Show your screen",
    is_pressed: Some(false),
    is_disabled: false,
    press: |call| call.share_screen(true),
};

const SHARING: Control = Control {
    class: "control control-on",
    title: "Stop showing your screen",
    is_pressed: Some(true),
    press: |call| call.share_screen(false),
    ..SHARE
};

impl Control {
    fn view(self, call: Call) -> AnyView {
        let pressed = self.is_pressed.map(|on| if on { "true" } else { "false" });
        view! {
            <button
                class=self.class
                aria-label=self.label
                aria-pressed=pressed
                title=self.title
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
fn switch(call: Call, kind: DeviceKind) -> impl Fn() -> AnyView {
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
        let title = match (device, is_microphone) {
            (Device::On, true) => "Microphone is on",
            (Device::On, false) => "Camera is on",
            (Device::Off, true) => "Microphone is off",
            (Device::Off, false) => "Camera is off",
            (_, true) if device.can_switch() => "Ask for the microphone again",
            (_, false) if device.can_switch() => "Ask for the camera again",
            (_, true) => "Microphone not available",
            (_, false) => "Camera not available",
        };
        let control = match (is_microphone, is_on) {
            (true, true) => Control {
                icon: Icon::Microphone,
                label: "Microphone",
                title,
                press: |call| call.set_microphone(false),
                ..control
            },
            (true, false) => Control {
                icon: Icon::MicrophoneOff,
                label: "Microphone",
                title,
                press: |call| call.set_microphone(true),
                ..control
            },
            (false, true) => Control {
                icon: Icon::Camera,
                label: "Camera",
                title,
                press: |call| call.set_camera(false),
                ..control
            },
            (false, false) => Control {
                icon: Icon::CameraOff,
                label: "Camera",
                title,
                press: |call| call.set_camera(true),
                ..control
            },
        };
        control.view(call)
    }
}

use leptos::prelude::*;

use super::{DevicePicker, Icon};
use crate::call::{Call, Device, DeviceKind, Membership, Sharing};

/// The bar at the bottom: microphone, camera, screen, and the way out.
#[component]
pub fn Controls(
    /// The call it controls.
    call: Call,
) -> impl IntoView {
    let microphone = move || call.media.get().microphone;
    let camera = move || call.media.get().camera;
    let is_in = move || {
        matches!(
            call.membership.get(),
            Membership::Inside | Membership::Joining | Membership::Waiting
        )
    };
    view! {
        <div class="controls" role="group" aria-label="Controls">
            <div class="control-pair">
                <Toggle
                    device=microphone
                    name="Microphone"
                    icons=(Icon::Microphone, Icon::MicrophoneOff)
                    is_asking=move || call.media.get().asking
                    switch=move |on| call.set_microphone(on)
                />
                <DevicePicker
                    call
                    id="sound-devices"
                    name="Sound settings"
                    kinds=&[DeviceKind::Microphone, DeviceKind::Speaker]
                />
            </div>
            <div class="control-pair">
                <Toggle
                    device=camera
                    name="Camera"
                    icons=(Icon::Camera, Icon::CameraOff)
                    is_asking=move || call.media.get().asking
                    switch=move |on| call.set_camera(on)
                />
                <DevicePicker
                    call
                    id="cameras"
                    name="Picture settings"
                    kinds=&[DeviceKind::Camera]
                />
            </div>
            <Show when=move || call.devices.read().can_turn>
                <button
                    class="control"
                    aria-label="Turn round"
                    title="Use the other side's camera"
                    on:click=move |_| call.turn_camera()
                >
                    {Icon::TurnCamera.view()}
                </button>
            </Show>
            <Show when=move || is_in() && call.screen.get() != Sharing::Unsupported>
                <ShareButton call />
            </Show>
            <Show when=is_in>
                <button
                    class="control control-danger"
                    aria-label="Leave"
                    title="Leave"
                    on:click=move |_| call.leave()
                >
                    {Icon::HangUp.view()}
                </button>
            </Show>
        </div>
    }
}

#[component]
fn ShareButton(call: Call) -> impl IntoView {
    let is_on = move || call.screen.get() == Sharing::On;
    let title = move || {
        if is_on() {
            "Stop showing your screen"
        } else {
            "Show your screen"
        }
    };
    view! {
        <button
            class="control"
            class:control-on=is_on
            aria-label="Share screen"
            aria-pressed=move || is_on().to_string()
            title=title
            disabled=move || call.screen.get() == Sharing::Asking
            on:click=move |_| call.share_screen(call.screen.get_untracked() != Sharing::On)
        >
            {Icon::Screen.view()}
        </button>
    }
}

/// A round button that says by its look and to a screen reader whether the device is on.
#[component]
fn Toggle(
    #[prop(into)] device: Signal<Device>,
    name: &'static str,
    /// On and off.
    icons: (Icon, Icon),
    /// Whether the browser is asking for devices or opening them.
    #[prop(into)]
    is_asking: Signal<bool>,
    switch: impl Fn(bool) + 'static,
) -> impl IntoView {
    let is_on = move || device.get() == Device::On;
    // What was opened can be switched at any time, also while the browser asks for the other.
    let is_disabled = move || {
        let is_missing = matches!(device.get(), Device::Unavailable(_));
        !device.get().can_switch() || (is_missing && is_asking.get())
    };
    let title = move || match device.get() {
        Device::On => format!("{name} is on"),
        Device::Off => format!("{name} is off"),
        Device::Unavailable(_) if device.get().can_switch() => format!("Ask for the {name} again"),
        Device::Unknown | Device::Unavailable(_) => format!("{name} not available"),
    };
    view! {
        <button
            class="control"
            class:control-off=move || !is_on()
            aria-label=name
            aria-pressed=move || is_on().to_string()
            title=title
            disabled=is_disabled
            on:click=move |_| switch(device.get_untracked() != Device::On)
        >
            {move || if is_on() { icons.0.view() } else { icons.1.view() }}
        </button>
    }
}

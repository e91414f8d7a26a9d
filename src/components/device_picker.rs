use leptos::prelude::*;

use super::Icon;
use crate::call::{Call, DeviceInfo, DeviceKind};

/// A small button that opens the choice of devices, and the choice.
///
/// The browser itself opens and closes it, also with the keyboard, and gives the focus back.
#[component]
pub fn DevicePicker(
    /// The call whose devices they are.
    call: Call,
    /// The element id of the choice; no other on the page has it.
    id: &'static str,
    /// What the button does, for screen readers and as a tooltip.
    name: &'static str,
    /// What can be chosen in it.
    kinds: &'static [DeviceKind],
) -> impl IntoView {
    view! {
        <button
            class="control control-more"
            aria-label=name
            title=name
            popovertarget=id
        >
            {Icon::Up.view()}
        </button>
        <div class="picker" popover="auto" id=id>
            {kinds.iter().map(|kind| view! { <Choices call kind=*kind /> }).collect_view()}
        </div>
    }
}

/// The devices of one kind, one of them in use.
#[component]
fn Choices(call: Call, kind: DeviceKind) -> impl IntoView {
    let i = kind as usize;
    let (title, none) = match kind {
        DeviceKind::Microphone => ("Microphone", "None found, or none allowed yet"),
        DeviceKind::Camera => ("Camera", "None found, or none allowed yet"),
        DeviceKind::Speaker => ("Speaker", ""),
    };
    // Without a permission there are no names, and nothing to choose from.
    let devices = Memo::new(move |_| {
        let mut devices = call.devices.read().present[i].clone();
        devices.retain(|device| !device.id.is_empty() && !device.label.is_empty());
        devices
    });
    let is_empty = move || devices.read().is_empty();
    view! {
        <fieldset
            class="choices"
            // Not every browser lets a page choose the speaker.
            hidden=move || kind == DeviceKind::Speaker && is_empty()
        >
            <legend class="choices-title">{title}</legend>
            <For
                each=move || devices.get()
                key=|device| device.id.clone()
                children=move |device| view! { <Choice call kind name=title device /> }
            />
            <Show when=is_empty>
                <p class="choices-none">{none}</p>
            </Show>
        </fieldset>
    }
}

#[component]
fn Choice(call: Call, kind: DeviceKind, name: &'static str, device: DeviceInfo) -> impl IntoView {
    let DeviceInfo { id, label } = device;
    let chosen = id.clone();
    let is_in_use = Memo::new(move |_| {
        let devices = call.devices.read();
        let in_use = devices.in_use[kind as usize].as_deref();
        // Some browsers list the system's choice under this name.
        in_use.unwrap_or("default") == id
    });
    view! {
        <label class="choice">
            <input
                type="radio"
                name=name
                prop:checked=is_in_use
                on:click=move |event| {
                    // It is checked when it is in use: it may turn out not to work.
                    event.prevent_default();
                    call.set_device(kind, chosen.clone());
                }
            />
            {label}
        </label>
    }
}

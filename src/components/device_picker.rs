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
        <button class="control control-more" aria-label=name title=name popovertarget=id>
            {Icon::Up.view()}
        </button>
        <div class="picker" popover="auto" id=id>
            {move || {
                kinds.iter().filter_map(|kind| choices(call, *kind)).collect_view()
            }} {kinds.contains(&DeviceKind::Camera).then(|| limits(call))}
        </div>
    }
}

/// How much may be sent and received, in bits per second.
const LIMITS: [(&str, Option<u32>); 3] = [
    ("As much as there is room for", None),
    ("1 Mbit/s", Some(1_000_000)),
    ("300 kbit/s: save data", Some(300_000)),
];

/// How much data the call may take, and what was measured of it.
fn limits(call: Call) -> AnyView {
    let choice = |(label, limit): (&'static str, Option<u32>)| {
        let pressed = move || (call.limit.get() == limit).to_string();
        view! {
            <button class="choice" aria-pressed=pressed on:click=move |_| call.set_limit(limit)>
                {label}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label="Data">
            <p class="choices-title">"Data"</p>
            {LIMITS.map(choice).collect_view()}
            <button class="choice" on:click=move |_| call.export_statistics()>
                "Save statistics"
            </button>
        </div>
    }
    .into_any()
}

/// The devices of one kind, one of them in use.
fn choices(call: Call, kind: DeviceKind) -> Option<AnyView> {
    let devices = call.devices.read();
    let in_use = devices.in_use[kind as usize].as_deref();
    // Some browsers list the system's choice under this name.
    let in_use = in_use.unwrap_or("default");
    let choices: Vec<_> = devices.present[kind as usize]
        .iter()
        // Without a permission there are no names, and nothing to choose from.
        .filter(|device| !device.id.is_empty() && !device.label.is_empty())
        .map(|device| choice(call, kind, device.clone(), device.id == in_use))
        .collect();
    let (title, none) = match kind {
        DeviceKind::Microphone => ("Microphone", "None found, or none allowed yet"),
        DeviceKind::Camera => ("Camera", "None found, or none allowed yet"),
        // Not every browser lets a page choose it.
        DeviceKind::Speaker if choices.is_empty() => return None,
        DeviceKind::Speaker => ("Speaker", ""),
    };
    let is_empty = choices.is_empty();
    let view = view! {
        <div class="choices" role="group" aria-label=title>
            <p class="choices-title">{title}</p>
            {choices}
            <p class="choices-none">{is_empty.then_some(none)}</p>
        </div>
    };
    Some(view.into_any())
}

fn choice(call: Call, kind: DeviceKind, device: DeviceInfo, is_in_use: bool) -> AnyView {
    let DeviceInfo { id, label } = device;
    view! {
        // It is pressed when it is in use: it may turn out not to work.
        <button
            class="choice"
            aria-pressed=if is_in_use { "true" } else { "false" }
            on:click=move |_| call.set_device(kind, id.clone())
        >
            {label}
        </button>
    }
    .into_any()
}

//! The choice of devices, and how much data the call may take.

use leptos::prelude::*;

use super::Inside;
use crate::{
    call::{Call, DeviceInfo, DeviceKind},
    language::{DeviceWords, Text},
};

/// What the button beside the microphone opens.
pub(super) fn sound(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let kinds = [DeviceKind::Microphone, DeviceKind::Speaker];
    let choices = move || {
        let choices = |kind| choices(call, &words.devices, kind);
        kinds.into_iter().filter_map(choices).collect_view()
    };
    choices.into_any()
}

/// What the button beside the camera opens.
pub(super) fn picture(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let cameras = move || choices(call, &words.devices, DeviceKind::Camera);
    (cameras, limits(call, &words.devices)).into_any()
}

/// How much may be sent and received, in bits per second.
const LIMITS: [Option<u32>; 3] = [None, Some(1_000_000), Some(300_000)];

/// How much data the call may take, and what was measured of it.
fn limits(call: Call, words: &'static DeviceWords) -> AnyView {
    let choice = |(label, limit): (Text, Option<u32>)| {
        let pressed = move || (call.limit.get() == limit).to_string();
        view! {
            <button class="choice" aria-pressed=pressed on:click=move |_| call.set_limit(limit)>
                {label}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=words.data>
            <p class="choices-title">{words.data}</p>
            {words.limits.into_iter().zip(LIMITS).map(choice).collect_view()}
            <button class="choice" on:click=move |_| call.export_statistics()>
                {words.save_statistics}
            </button>
        </div>
    }
    .into_any()
}

/// The devices of one kind, one of them in use.
fn choices(call: Call, words: &'static DeviceWords, kind: DeviceKind) -> Option<AnyView> {
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
    let is_empty = choices.is_empty();
    // Not every browser lets a page choose it.
    if is_empty && kind == DeviceKind::Speaker {
        return None;
    }
    let title = words.kinds[kind as usize];
    let view = view! {
        <div class="choices" role="group" aria-label=title>
            <p class="choices-title">{title}</p>
            {choices}
            <p class="choices-none">{is_empty.then_some(words.none)}</p>
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

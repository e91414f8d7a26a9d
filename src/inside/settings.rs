//! What one sets once and keeps.

use leptos::prelude::*;

use super::{Inside, layout};
use crate::{
    dom::{Store, remember, remembered},
    language::Text,
};

/// What can be switched off. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    /// A short sound says that somebody came or went.
    pub(super) sounds: Switch,
    /// Keys do something (WCAG 2.1.4).
    pub(super) shortcuts: Switch,
}

impl Settings {
    /// As they were the last time.
    pub(super) fn new() -> Self {
        Self {
            sounds: Switch::new("duplex-sounds"),
            shortcuts: Switch::new("duplex-shortcuts"),
        }
    }
}

/// Something that is on unless it was switched off, which the browser remembers.
#[derive(Clone, Copy)]
pub(super) struct Switch {
    key: &'static str,
    is_on: RwSignal<bool>,
}

/// How it is remembered.
const OFF: &str = "off";

impl Switch {
    fn new(key: &'static str) -> Self {
        let is_off = remembered(Store::Browser, key).is_some_and(|text| text == OFF);
        Self {
            key,
            is_on: RwSignal::new(!is_off),
        }
    }

    pub(super) fn get(self) -> bool {
        self.is_on.get()
    }

    pub(super) fn try_get_untracked(self) -> Option<bool> {
        self.is_on.try_get_untracked()
    }

    fn turn(self) {
        let is_on = !self.is_on.get_untracked();
        remember(Store::Browser, self.key, (!is_on).then_some(OFF));
        self.is_on.set(is_on);
    }
}

/// One group for each thing that can be set.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = inside.words;
    view! {
        <div class="settings">
            {layout::own_choice(inside)}
            {switch(inside.settings.sounds, words.settings.sounds)}
            {switch(inside.settings.shortcuts, words.keys.switch)}
        </div>
    }
    .into_any()
}

/// Switches it.
pub(super) fn switch(switch: Switch, label: Text) -> AnyView {
    view! {
        <button
            class="switch"
            role="switch"
            aria-checked=move || switch.get().to_string()
            on:click=move |_| switch.turn()
        >
            {label}
        </button>
    }
    .into_any()
}

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    check::{
        Check, Device, Trial,
        words::{Line, Verdict, lines, verdict},
    },
    components::LanguageChooser,
    language::{CheckWords, use_language},
};

/// Where a person finds out whether a call will work from here, and what to do where it will not.
#[component]
pub fn CheckPage() -> impl IntoView {
    let check = Check::default();
    let words = use_language().check();
    let lines = Memo::new(move |_| lines(words, &check.findings.read()));
    let parts = move || {
        let lines = lines.get().into_iter();
        lines
            .map(|line| view! { <Part words line /> })
            .collect_view()
    };
    view! {
        <Title text=words.page_title />
        <main class="page check">
            <header class="check-bar">
                <a class="check-home" href=super::lobby_path()>
                    "Duplex"
                </a>
                <LanguageChooser />
            </header>
            <h1>{words.heading}</h1>
            <p class="page-text">{words.promise}</p>
            <noscript>
                <p class="check-noscript">{words.needs_javascript}</p>
            </noscript>
            <ul class="check-lines">{parts}</ul>
            <Comes words check />
            <Actions words check />
        </main>
    }
}

/// One part of the check. Its sign is in the style sheet.
#[component]
fn Part(words: &'static CheckWords, line: Line) -> impl IntoView {
    view! {
        <li class="check-line" data-tone=line.tone.as_str()>
            <p class="visually-hidden">{line.tone.word(words)}</p>
            <p class="check-title">{line.title}</p>
            <p class="check-text">{line.text}</p>
            <p class="check-advice">{line.advice}</p>
        </li>
    }
}

/// What all of it comes to. Its changes are announced to screen readers.
#[component]
fn Comes(words: &'static CheckWords, check: Check) -> impl IntoView {
    let verdict = Memo::new(move |_| verdict(words, &check.findings.read()));
    let said = move || {
        let Verdict {
            tone,
            text,
            hint,
            missing,
        } = verdict.get();
        view! {
            <div class="check-line check-verdict" data-tone=tone.as_str()>
                <p class="check-title">{text}</p>
                <p class="check-advice">{hint}</p>
                <p class="check-advice">{missing}</p>
            </div>
        }
    };
    view! {
        <div class="check-end" role="status">
            {said}
        </div>
    }
}

/// What the person can do: the browser asks for permission after a click only.
#[component]
fn Actions(words: &'static CheckWords, check: Check) -> impl IntoView {
    let is_loaded = move || check.findings.read().page.outcome().is_some();
    let can_ask = move || {
        let findings = check.findings.read();
        // A button that is disabled while the browser asks would lose the focus.
        let can_ask = |device: &Trial<Device>| {
            *device == Trial::Busy || device.outcome().is_some_and(Device::can_ask)
        };
        can_ask(&findings.microphone) || can_ask(&findings.camera)
    };
    view! {
        <div class="actions check-actions">
            <button
                class="button button-primary"
                disabled=move || !can_ask()
                on:click=move |_| check.try_devices()
            >
                {words.try_devices}
            </button>
            <button class="button" disabled=move || !is_loaded() on:click=move |_| check.start()>
                {words.again}
            </button>
        </div>
    }
}

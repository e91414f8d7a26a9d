use leptos::prelude::*;
use leptos_meta::Title;

use crate::check::{
    Check, Device, Trial,
    words::{Line, Tone, lines, verdict},
};

/// Where a person finds out whether a call will work from here, and what to do where it will not.
#[component]
pub fn CheckPage() -> impl IntoView {
    let check = Check::default();
    let lines = Memo::new(move |_| lines(&check.findings.read()));
    view! {
        <Title text="Will it work here?" />
        <main class="page check">
            <a class="check-home" href=super::lobby_path()>
                "Duplex"
            </a>
            <h1>"Will a call work from here?"</h1>
            <p class="page-text">
                "This page tries what a call needs, in this browser and through this network. Nobody is called, and nothing is recorded."
            </p>
            <noscript>
                <p class="check-noscript">
                    "The check needs JavaScript, and so does a call. Please switch it on for this page."
                </p>
            </noscript>
            <ul class="check-lines">
                {move || lines.get().into_iter().map(|line| view! { <Part line /> }).collect_view()}
            </ul>
            <Comes check />
            <Actions check />
        </main>
    }
}

/// One part of the check.
#[component]
fn Part(line: Line) -> impl IntoView {
    let Line {
        tone,
        title,
        text,
        advice,
    } = line;
    view! {
        <li class="check-line" data-tone=tone.as_str()>
            <Sign tone />
            <div>
                <p>
                    <span class="visually-hidden">{tone.word()} " "</span>
                    <strong>{title}</strong>
                    " "
                    <span class="check-text">{text}</span>
                </p>
                <p class="check-advice">{advice}</p>
            </div>
        </li>
    }
}

/// What all of it comes to. Its changes are announced to screen readers.
#[component]
fn Comes(check: Check) -> impl IntoView {
    let verdict = Memo::new(move |_| verdict(&check.findings.read()));
    view! {
        <div class="check-verdict" role="status" data-tone=move || verdict.read().tone.as_str()>
            {move || view! { <Sign tone=verdict.read().tone /> }}
            <div>
                <p class="check-words">{move || verdict.read().text}</p>
                <p class="check-advice">{move || verdict.read().hint}</p>
                <p class="check-advice">{move || verdict.read().missing}</p>
            </div>
        </div>
    }
}

#[component]
fn Sign(tone: Tone) -> impl IntoView {
    let outline = match tone {
        Tone::Waiting => "M12 12v.01",
        Tone::Busy => "M6 12v.01M12 12v.01M18 12v.01",
        Tone::Good => "M5 13l4 4L19 7",
        Tone::Warning => "M12 6v7M12 18v.01",
        Tone::Wrong => "M7 7l10 10M17 7L7 17",
    };
    view! {
        <svg class="icon check-sign" viewBox="0 0 24 24" aria-hidden="true">
            <path d=outline />
        </svg>
    }
}

/// What the person can do: the browser asks for permission after a click only.
#[component]
fn Actions(check: Check) -> impl IntoView {
    let is_loaded = move || check.findings.read().page.outcome().is_some();
    let can_ask = move || {
        let findings = check.findings.read();
        let can_ask = |device: &Trial<Device>| device.outcome().is_some_and(Device::can_ask);
        can_ask(&findings.microphone) || can_ask(&findings.camera)
    };
    view! {
        <div class="actions check-actions">
            <button
                class="button button-primary"
                disabled=move || !can_ask()
                on:click=move |_| check.try_devices()
            >
                "Try camera and microphone"
            </button>
            <button class="button" disabled=move || !is_loaded() on:click=move |_| check.start()>
                "Check again"
            </button>
        </div>
    }
}

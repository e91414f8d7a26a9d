use leptos::prelude::*;
use leptos_meta::Title;

use crate::check::{
    Check, Device, Trial,
    words::{Line, Verdict, lines, verdict},
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

/// One part of the check. Its sign is in the style sheet.
#[component]
fn Part(line: Line) -> impl IntoView {
    view! {
        <li class="check-line" data-tone=line.tone.as_str()>
            <p class="visually-hidden">{line.tone.word()}</p>
            <p class="check-title">{line.title}</p>
            <p class="check-text">{line.text}</p>
            <p class="check-advice">{line.advice}</p>
        </li>
    }
}

/// What all of it comes to. Its changes are announced to screen readers.
#[component]
fn Comes(check: Check) -> impl IntoView {
    let verdict = Memo::new(move |_| verdict(&check.findings.read()));
    let words = move || {
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
            {words}
        </div>
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

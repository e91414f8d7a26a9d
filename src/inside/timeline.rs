//! A view for whoever wants to understand what happens in a call: each step, what it is for, and what is in
//! it.

use leptos::{prelude::*, task::spawn_local};

use super::Inside;
use crate::{
    call::{Entry, Group, Way},
    dom::copy_text,
};

/// The panel.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.timeline;
    let timeline = inside.conversation.timeline;
    let shown = RwSignal::new(None::<Group>);
    let numbers = move || {
        let group = shown.get();
        let timeline = timeline.read();
        let is_shown = |entry: &&Entry| group.is_none_or(|group| entry.step.group() == group);
        timeline
            .entries()
            .filter(is_shown)
            .map(|entry| entry.number)
            .collect::<Vec<_>>()
    };
    let choice = move |group: Option<Group>, label| {
        view! {
            <button
                class="button photo-look"
                aria-pressed=move || (shown.get() == group).to_string()
                on:click=move |_| shown.set(group)
            >
                {label}
            </button>
        }
    };
    let groups = Group::ALL.into_iter().zip(words.groups);
    let copied = RwSignal::new(None);
    let copy = move |_| {
        let text = timeline.read_untracked().json();
        spawn_local(async move {
            let result = copy_text(&text).await;
            let said = if result.is_ok() {
                words.copied
            } else {
                words.not_copied
            };
            copied.try_set(Some(said));
        });
    };
    view! {
        <div class="timeline">
            <p class="graph-text">{words.what}</p>
            <div class="photo-looks" role="group" aria-label=words.filter>
                {choice(None, words.all)}
                {groups.map(|(group, label)| choice(Some(group), label)).collect_view()}
            </div>
            <div class="recording-actions">
                <button class="button" on:click=copy>
                    {words.copy}
                </button>
                <p role="status">{move || copied.get()}</p>
            </div>
            <ol class="steps" aria-label=words.title>
                <For
                    each=numbers
                    key=|number| *number
                    children=move |number| step(inside, number)
                />
            </ol>
        </div>
    }
    .into_any()
}

/// One step: a line that opens.
fn step(inside: Inside, number: u64) -> AnyView {
    let words = &inside.words.timeline;
    let timeline = inside.conversation.timeline;
    let found = timeline.with_untracked(|timeline| {
        let entry = timeline.entry(number)?;
        Some((timeline.since_join(entry), entry.clone()))
    });
    let Some((since, entry)) = found else {
        return ().into_any();
    };
    let way = match (entry.way, entry.is_direct) {
        (Way::Here, _) => words.here,
        (Way::Sent, false) => words.sent,
        (Way::Received, false) => words.received,
        (Way::Sent, true) => words.sent_direct,
        (Way::Received, true) => words.received_direct,
    };
    let arrow = match entry.way {
        Way::Sent => "↑",
        Way::Received => "↓",
        Way::Here => "•",
    };
    let sentence = words.steps[entry.step as usize];
    let name = entry.name.clone();
    let is_open = RwSignal::new(false);
    // What is in it is made readable only for whoever looks.
    let content = move || {
        is_open.get().then(|| {
            let text = entry.readable();
            let is_there = !text.is_empty();
            is_there.then(|| view! { <pre class="step-content" tabindex="0">{text}</pre> })
        })
    };
    view! {
        <li>
            <details class="step" on:toggle=move |_| is_open.set(true)>
                <summary class="step-line">
                    <span class="step-time">{time(since)}</span>
                    <span role="img" aria-label=way title=way>
                        {arrow}
                    </span>
                    <code class="step-name">{name}</code>
                    <span class="step-what">{sentence}</span>
                </summary>
                <p class="graph-text">{way}</p>
                {content}
            </details>
        </li>
    }
    .into_any()
}

/// So many milliseconds, in seconds with their sign.
fn time(milliseconds: i64) -> String {
    let sign = if milliseconds < 0 { '−' } else { '+' };
    let whole = milliseconds.unsigned_abs();
    format!("{sign}{}.{:03} s", whole / 1_000, whole % 1_000)
}

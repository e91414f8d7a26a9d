//! One file on its way.

use leptos::prelude::*;

use super::{
    super::Inside,
    amount::{Left, bytes},
};
use crate::{
    call::{Stage, Transfer},
    language::{FileWords, Text},
    protocol::FileEnd,
};

/// The file, how far it is, and what can be done about it.
pub(super) fn view(inside: Inside, transfer: Memo<Option<Transfer>>) -> Option<AnyView> {
    let words = &inside.words.files;
    let Transfer {
        name, is_own, size, ..
    } = transfer.get_untracked()?;
    let of = move |get: fn(&Transfer) -> f64| transfer.read().as_ref().map_or(0.0, get);
    let about = if is_own { words.to } else { words.from };
    let about = [about, " · ", &bytes(size as f64)].concat();
    let state = Memo::new(move |_| transfer.read().as_ref().map_or("", |one| state(words, one)));
    let is_bad = Memo::new(move |_| {
        let bad = [FileEnd::Broken, FileEnd::Failed].map(Stage::Over);
        transfer
            .read()
            .as_ref()
            .is_some_and(|one| bad.contains(&one.stage))
    });
    let shows_progress = Memo::new(move |_| {
        let stage = transfer.read().as_ref().map(|one| one.stage);
        matches!(stage, Some(Stage::Moving | Stage::Checking))
    });
    let progress = {
        let name = name.clone();
        move || {
            let name = name.clone();
            shows_progress.get().then(|| {
                view! {
                    <progress
                        class="file-progress"
                        aria-label=name
                        max=(size as f64).max(1.0)
                        value=move || of(|one| one.done as f64)
                    ></progress>
                    <p class="file-numbers">
                        {move || transfer.read().as_ref().map(|one| numbers(words, one))}
                    </p>
                }
            })
        }
    };
    let view = view! {
        <li class="file">
            <p class="file-name" dir="auto">
                {name.clone()}
            </p>
            <p class="file-about">{about}</p>
            {progress}
            <p class=move || if is_bad.get() { "file-state file-bad" } else { "file-state" } role="status">
                {state}
            </p>
            {actions(inside, transfer, name)}
        </li>
    };
    Some(view.into_any())
}

/// In words; how much of it is there stands beside it.
fn state(words: &'static FileWords, transfer: &Transfer) -> Text {
    match transfer.stage {
        Stage::Offered if transfer.is_own => words.waiting,
        Stage::Offered => words.offered,
        Stage::Moving if transfer.is_held => words.held,
        Stage::Moving if transfer.is_held_there => words.held_there,
        Stage::Moving => words.moving,
        Stage::Checking => words.checking,
        Stage::Over(FileEnd::Received) if transfer.is_own => words.delivered,
        Stage::Over(FileEnd::Received) => words.received,
        Stage::Over(FileEnd::Refused) => words.refused,
        Stage::Over(FileEnd::Cancelled) => words.cancelled,
        Stage::Over(FileEnd::Broken) => words.broken,
        Stage::Over(FileEnd::Failed) => words.failed,
    }
}

fn numbers(words: &'static FileWords, transfer: &Transfer) -> String {
    let mut text = bytes(transfer.done as f64);
    if transfer.is_moving() && transfer.speed > 0.0 {
        text += " · ";
        text += &bytes(transfer.speed);
        text += "/s";
    }
    if let Some(left) = transfer.seconds_left() {
        text += " · ";
        text += &match Left::new(left) {
            Left::Seconds(seconds) => words.seconds_left.with(seconds),
            Left::Minutes(minutes) => words.minutes_left.with(minutes),
        };
    }
    text
}

/// Which buttons there are.
#[derive(Clone, PartialEq)]
enum Actions {
    Offered,
    Waiting,
    Moving { is_held: bool },
    Save(String),
    None,
}

fn actions(inside: Inside, transfer: Memo<Option<Transfer>>, name: String) -> AnyView {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let words = &words.files;
    let actions = Memo::new(move |_| {
        let transfer = transfer.read();
        let Some(one) = transfer.as_ref() else {
            return Actions::None;
        };
        match (one.stage, &one.link) {
            (Stage::Offered, _) if one.is_own => Actions::Waiting,
            (Stage::Offered, _) => Actions::Offered,
            (Stage::Moving, _) => Actions::Moving {
                is_held: one.is_held,
            },
            (Stage::Over(FileEnd::Received), Some(link)) => Actions::Save(link.clone()),
            _ => Actions::None,
        }
    });
    let Some(key) = transfer.get_untracked().map(|one| one.key) else {
        return ().into_any();
    };
    let key = StoredValue::new(key);
    let button =
        move |class: &'static str, label: Text, press: fn(Inside, crate::call::FileKey)| {
            view! {
                <button class=class type="button" on:click=move |_| press(inside, key.get_value())>
                    {label}
                </button>
            }
            .into_any()
        };
    let end = move |label| {
        button("button file-button", label, |inside, key| {
            inside.conversation.end_file(key);
        })
    };
    let buttons = move || match actions.get() {
        Actions::Offered => {
            let accept = button(
                "button button-primary file-button",
                words.accept,
                |inside, key| {
                    inside.conversation.accept_file(key);
                },
            );
            vec![accept, end(words.refuse)]
        }
        Actions::Waiting => vec![end(words.cancel)],
        Actions::Moving { is_held } => {
            let label = if is_held { words.resume } else { words.hold };
            let hold = view! {
                <button
                    class="button file-button"
                    type="button"
                    on:click=move |_| conversation.hold_file(key.get_value(), !is_held)
                >
                    {label}
                </button>
            };
            vec![hold.into_any(), end(words.cancel)]
        }
        Actions::Save(link) => {
            let save = view! {
                <a class="button button-primary file-button" href=link download=name.clone()>
                    {words.save}
                </a>
            };
            vec![save.into_any()]
        }
        Actions::None => Vec::new(),
    };
    view! { <div class="file-actions">{buttons}</div> }.into_any()
}

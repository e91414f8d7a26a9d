//! What was said, oldest first.

use js_sys::Date;
use leptos::{html::Div, prelude::*};

use super::{
    super::Inside,
    links::{Piece, pieces},
};
use crate::call::{Line, Mark};

/// Lines are drawn in blocks of so many: a new one is compared with those of its block only.
const BLOCK: u64 = 64;

/// Whoever is so near to the end wants to see what comes next, in CSS pixels.
const NEAR: i32 = 64;

/// The list. It stays at its end unless the reader has gone back.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let lines = conversation.chat.lines;
    let list = NodeRef::<Div>::new();
    // Where the end was when the list last stood there. The browser tells late that somebody scrolls.
    let end_was = StoredValue::new(0);
    let scrolled = move |_| {
        if let Some(list) = list.get_untracked() {
            let below = list.scroll_height() - list.scroll_top() - list.client_height();
            if below <= NEAR {
                end_was.set_value(list.scroll_top());
            }
        }
    };
    let bounds = Memo::new(move |_| {
        let lines = lines.read();
        let first = lines.front().map_or(0, |line| line.index);
        (first, first + lines.len() as u64)
    });
    Effect::new(move || {
        let (_, end) = bounds.get();
        let Some(list) = list.get() else { return };
        let is_own = lines.with_untracked(|lines| lines.back().is_some_and(is_own));
        request_animation_frame(move || {
            let is_at_end = list.scroll_top() >= end_was.try_get_value().unwrap_or_default() - NEAR;
            if is_at_end || is_own {
                list.set_scroll_top(list.scroll_height());
                end_was.try_set_value(list.scroll_top());
            }
        });
        if conversation.chat.read.get_untracked() < end {
            conversation.mark_read(end);
        }
    });
    let blocks = move || {
        let (first, end) = bounds.get();
        first / BLOCK..end.div_ceil(BLOCK)
    };
    let block = move |block: u64| {
        let shown = Memo::new(move |_| {
            let (first, end) = bounds.get();
            (first.max(block * BLOCK), end.min((block + 1) * BLOCK))
        });
        let indices = move || {
            let (first, end) = shown.get();
            first..end
        };
        view! { <For each=indices key=|index| *index children=move |index| line(inside, index) /> }
    };
    view! {
        <div
            class="chat-lines"
            role="log"
            aria-label=words.chat.title
            tabindex="0"
            node_ref=list
            on:scroll=scrolled
        >
            <For each=blocks key=|block| *block children=block />
        </div>
    }
    .into_any()
}

fn is_own(line: &Line) -> bool {
    line.from.is_none()
}

fn line(inside: Inside, index: u64) -> Option<AnyView> {
    let Inside {
        conversation,
        words,
        ..
    } = inside;
    let chat = conversation.chat;
    let line = chat.lines.with_untracked(|lines| {
        let first = lines.front()?.index;
        let at = usize::try_from(index.checked_sub(first)?).ok()?;
        lines.get(at).cloned()
    })?;
    let is_own = is_own(&line);
    let name = match &line.from {
        None => words.people.you.to_owned(),
        // As they were called when it came.
        Some(id) => untrack(|| inside.name_of(id)),
    };
    let mark = move || {
        let mark = chat.marks.with_untracked(|marks| marks.of(line.number));
        if mark == Mark::Sending {
            // Any other is the last one.
            chat.marks.track();
        }
        let (class, text) = match mark {
            Mark::Sending => ("chat-mark", words.chat.sending),
            Mark::Delivered => ("chat-mark chat-mark-good", words.chat.delivered),
            Mark::Lost => ("chat-mark chat-mark-bad", words.chat.lost),
        };
        view! { <span class=class>{text}</span> }
    };
    let view = view! {
        <div class=if is_own { "chat-line chat-own" } else { "chat-line" }>
            <p class="chat-about">
                <span class="chat-name">{name}</span>
                <time>{clock(line.date)}</time>
                {is_own.then_some(mark)}
            </p>
            <p class="chat-text" dir="auto">
                {pieces(&line.text).into_iter().map(piece).collect_view()}
            </p>
        </div>
    };
    Some(view.into_any())
}

fn piece(piece: Piece) -> AnyView {
    match piece {
        Piece::Text(text) => text.to_owned().into_any(),
        Piece::Link(link) => {
            let (address, link) = (link.to_owned(), link.to_owned());
            view! {
                <a class="chat-link" href=address target="_blank" rel="noopener noreferrer">
                    {link}
                </a>
            }
            .into_any()
        }
    }
}

/// The time of day, such as 09:05.
fn clock(date: u64) -> String {
    let date = Date::new(&(date as f64).into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

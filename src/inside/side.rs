//! What is open beside the stage: one thing at a time; a sheet over it on a phone.

use icondata_core::Icon;
use leptos::{ev::KeyboardEvent, html::H2, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    Inside, chat, identity, keys, more::picture, people, photo, recording, settings, statistics,
    timeline,
};
use crate::{
    dom::{Listener, is_focus_lost, window},
    language::{InsideWords, Text},
};

/// What can stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Who is in the room.
    People,
    /// What was written.
    Chat,
    /// Is it really them?
    Identity,
    /// Recording the call.
    Recording,
    /// A photo of somebody.
    Photo,
    /// How good the call is.
    Statistics,
    /// What happened, step by step.
    Timeline,
    /// What one sets once.
    Settings,
    /// What keys do.
    Keys,
}

impl Side {
    pub(super) fn icon(self) -> Icon {
        match self {
            Self::People => icondata_lu::LuUsersRound,
            Self::Chat => icondata_lu::LuMessageCircle,
            Self::Identity => icondata_lu::LuShieldQuestion,
            Self::Recording => icondata_lu::LuCircleDot,
            Self::Photo => icondata_lu::LuCamera,
            Self::Statistics => icondata_lu::LuChartLine,
            Self::Timeline => icondata_lu::LuListTree,
            Self::Settings => icondata_lu::LuSettings,
            Self::Keys => icondata_lu::LuKeyboard,
        }
    }

    pub(super) fn title(self, words: &'static InsideWords) -> Text {
        match self {
            Self::People => words.people.title,
            Self::Chat => words.chat.title,
            Self::Identity => words.identity.title,
            Self::Recording => words.recording.title,
            Self::Photo => words.photo.title,
            Self::Statistics => words.statistics.title,
            Self::Timeline => words.timeline.title,
            Self::Settings => words.settings.title,
            Self::Keys => words.keys.title,
        }
    }

    fn content(self, inside: Inside) -> AnyView {
        match self {
            Self::People => people::view(inside),
            Self::Chat => chat::view(inside),
            Self::Identity => identity::view(inside),
            Self::Recording => recording::view(inside),
            Self::Photo => photo::view(inside),
            Self::Statistics => statistics::view(inside),
            Self::Timeline => timeline::view(inside),
            Self::Settings => settings::view(inside),
            Self::Keys => keys::sheet(inside),
        }
    }
}

/// The panel, or nothing. The focus goes into it and comes back to where it was.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { side, words, .. } = inside;
    let heading = NodeRef::<H2>::new();
    let before = StoredValue::new_local(None::<HtmlElement>);
    let close = move || {
        side.set(None);
        if let Some(element) = before.try_update_value(Option::take).flatten() {
            // A focus that fails leaves it at the top of the page.
            element.focus().ok();
        }
    };
    Effect::new(move || {
        if side.get().is_some()
            && let Some(heading) = heading.get()
        {
            heading.focus().ok();
        }
    });
    // Whoever left the room has nothing left to see here.
    Effect::new(move || {
        if !inside.is_in() && side.get_untracked().is_some() {
            side.set(None);
        }
    });
    // What had the focus in it may be gone, such as the button that accepted a file.
    let lost = move |event: KeyboardEvent| {
        if event.key() == "Escape" && is_focus_lost() && side.get_untracked().is_some() {
            close();
        }
    };
    let listener = SendWrapper::new(Listener::new(&window(), "keydown", lost));
    on_cleanup(move || drop(listener));
    let panel = move || {
        let open = side.get()?;
        before.update_value(|before| *before = before.take().or_else(opener));
        let escape = move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close();
            }
        };
        let view = view! {
            <aside class="side" aria-labelledby="side-title" on:keydown=escape>
                <header class="side-bar">
                    <h2 class="side-title" id="side-title" tabindex="-1" node_ref=heading>
                        {open.title(words)}
                    </h2>
                    <button
                        class="control control-more"
                        aria-label=words.side.close
                        title=words.side.close
                        on:click=move |_| close()
                    >
                        {picture(icondata_lu::LuX)}
                    </button>
                </header>
                <div class="side-content">{open.content(inside)}</div>
            </aside>
        };
        Some(view.into_any())
    };
    panel.into_any()
}

/// What opened the panel. Of a list that is closed by then, it is the button of the list.
fn opener() -> Option<HtmlElement> {
    let page = window().document()?;
    let active = page.active_element()?;
    let list = active.closest("[popover]").ok().flatten();
    let button = list.and_then(|list| {
        let selector = format!("[popovertarget=\"{}\"]", list.id());
        page.query_selector(&selector).ok().flatten()
    });
    button.unwrap_or(active).dyn_into().ok()
}

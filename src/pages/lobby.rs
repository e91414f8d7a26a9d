mod recent;

use leptos::{ev::SubmitEvent, html::Input, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{CAPACITY_FIELD, FOUR, JOIN_PATH, NEW_PATH, use_open_room};
use crate::{
    base::use_base,
    components::LanguageChooser,
    dom::random_room_name,
    language::{Words, use_words},
    protocol::RoomName,
};

use recent::Recent;

/// Where one opens a room, or enters one by its name or its link.
///
/// Its forms work without JavaScript. A name that is not allowed, or a link that leads to no room of
/// this server, comes back as `?room=`, to be mended.
#[component]
pub fn Lobby() -> impl IntoView {
    let given = use_query_map().with_untracked(|query| query.get("room"));
    let words = use_words();
    let refused = given.as_deref().and_then(|text| why_not(words, text));
    let (error, set_error) = signal(refused);
    let field = NodeRef::<Input>::new();
    let open_room = use_open_room();
    let base = use_base();
    let lobby = &words.lobby;

    let open = open_room.clone();
    let join = move |event: SubmitEvent| {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value();
        if is_link(&text) {
            // The server, to which the form goes then, knows its own links.
            return;
        }
        event.prevent_default();
        match RoomName::parse(&text) {
            Ok(room) => open(&room),
            Err(_) => {
                set_error.set(why_not(words, &text));
                // A focus that fails leaves the message, which says the same.
                field.focus().ok();
            }
        }
    };
    let new_room = move |event: SubmitEvent| {
        // The button for more than two has a name. For that one, and without randomness in the browser,
        // the form goes its way to the server.
        let is_for_two = event
            .submitter()
            .is_none_or(|button| !button.has_attribute("name"));
        if is_for_two && let Some(room) = random_room_name() {
            event.prevent_default();
            open_room(&room);
        }
    };

    view! {
        <Title text="" />
        <main class="page lobby">
            <h1 class="lobby-name">"Duplex"</h1>
            <p class="page-text">{lobby.promise}</p>
            <form class="lobby-new" action=base.join(NEW_PATH) on:submit=new_room>
                <button class="button button-primary button-large">{lobby.new_room}</button>
                <button class="button lobby-four" name=CAPACITY_FIELD value=FOUR>
                    {lobby.new_room_for_four}
                </button>
            </form>
            <div class="lobby-join">
                <form action=base.join(JOIN_PATH) on:submit=join novalidate>
                    <label class="field-label" for="room">
                        {lobby.room_label}
                    </label>
                    <div class="field-row">
                        <input
                            class="field"
                            id="room"
                            name="room"
                            node_ref=field
                            value=given
                            required
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            placeholder="lusab-babad-gutih-tugad"
                            aria-describedby="room-error"
                            aria-invalid=move || error.get().map(|_| "true")
                            on:input=move |_| set_error.set(None)
                        />
                        <button class="button">{lobby.enter}</button>
                    </div>
                    <p class="field-error" id="room-error" role="alert">
                        {error}
                    </p>
                </form>
                <Recent />
            </div>
        </main>
        <footer class="lobby-foot">
            <p>{lobby.privacy}</p>
            <p>
                <a href=super::check_path()>{lobby.check}</a>
            </p>
            <LanguageChooser />
        </footer>
    }
}

/// Whether somebody meant a link rather than a name.
fn is_link(text: &str) -> bool {
    text.contains("://") || text.contains("/room/")
}

/// What is wrong with a name or a link, in a sentence.
fn why_not(words: &Words, text: &str) -> Option<String> {
    let words = &words.room_name;
    if is_link(text) {
        return Some(words.foreign_link.to_owned());
    }
    RoomName::parse(text)
        .err()
        .map(|reason| words.why_not(reason))
}

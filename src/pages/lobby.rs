use leptos::{ev::SubmitEvent, html::Input, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{JOIN_PATH, NEW_PATH, use_open_room};
use crate::{
    base::use_base,
    dom::random_room_name,
    protocol::{InvalidRoomName, RoomName},
};

/// Where one opens a room or enters the name of one.
///
/// Its form works without JavaScript. A name that is not allowed comes back as `?room=`, to be
/// mended.
#[component]
pub fn Lobby() -> impl IntoView {
    let given = use_query_map().with_untracked(|query| query.get("room"));
    let refused = given
        .as_deref()
        .and_then(|text| RoomName::parse(text).err());
    let (error, set_error) = signal(refused);
    let field = NodeRef::<Input>::new();
    let open_room = use_open_room();
    let base = use_base();

    let open = open_room.clone();
    let join = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else {
            return;
        };
        match RoomName::parse(&field.value()) {
            Ok(room) => open(&room),
            Err(reason) => {
                set_error.set(Some(reason));
                // A focus that fails leaves the message, which says the same.
                field.focus().ok();
            }
        }
    };
    let new_room = move |event: SubmitEvent| {
        // Without randomness in the browser the form goes its way to the server, which has some.
        if let Some(room) = random_room_name() {
            event.prevent_default();
            open_room(&room);
        }
    };

    view! {
        <Title text="" />
        <main class="page lobby">
            <h1 class="lobby-name">"Duplex"</h1>
            <p class="page-text">
                "See and hear one other person, straight from browser to browser. Open a room and send them the link."
            </p>
            <form class="lobby-new" action=base.join(NEW_PATH) on:submit=new_room>
                <button class="button button-primary button-large">"Open a new room"</button>
            </form>
            <form class="lobby-join" action=base.join(JOIN_PATH) on:submit=join novalidate>
                <label class="field-label" for="room">
                    "Or enter a room by its name"
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
                    <button class="button">"Enter"</button>
                </div>
                <p class="field-error" id="room-error" role="alert">
                    {move || error.get().as_ref().map(InvalidRoomName::to_string)}
                </p>
            </form>
        </main>
        <footer class="lobby-foot">
            <p>
                "Sound and picture are encrypted from one browser to the other. This server only introduces you."
            </p>
            <p>
                <a href=super::check_path()>"Will it work here?"</a>
            </p>
        </footer>
    }
}

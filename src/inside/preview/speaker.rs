//! A sound to find out whether the chosen speaker is heard.

use js_sys::{Array, Uint8Array};
use leptos::{html::Audio, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Url};

use super::chime;
use crate::{dom::capture::play_through, inside::Inside};

/// The button, and what one should hear.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let words = &words.preview;
    let player = NodeRef::<Audio>::new();
    let is_playing = RwSignal::new(false);
    let url = StoredValue::new(None::<String>);
    on_cleanup(move || {
        if let Some(url) = url.try_update_value(Option::take).flatten() {
            forget(&url);
        }
    });
    let play = move |_| {
        let Some(player) = player.get_untracked() else {
            return;
        };
        if url.with_value(Option::is_none) {
            url.set_value(sound());
        }
        player.set_src(&url.get_value().unwrap_or_default());
        let speaker = call.devices.with_untracked(|it| it.speaker().to_owned());
        let through = play_through(&player, &speaker);
        spawn_local(async move {
            if let Some(promise) = through {
                // Through one that is gone it is the system's that plays.
                drop(JsFuture::from(promise).await);
            }
            if let Ok(promise) = player.play() {
                // What does not play is not heard, which is what one wanted to know.
                drop(JsFuture::from(promise).await);
            }
        });
    };
    view! {
        <div>
            <button class="button" on:click=play>
                {words.test_sound}
            </button>
            <audio
                node_ref=player
                on:playing=move |_| is_playing.set(true)
                on:ended=move |_| is_playing.set(false)
            ></audio>
            <p class="hint" role="status">
                {move || is_playing.get().then_some(words.listen)}
            </p>
        </div>
    }
    .into_any()
}

/// The sound, under an address that only this page knows.
fn sound() -> Option<String> {
    let file = Uint8Array::from(&*chime::wav());
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&file)).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Gives the memory back.
pub(super) fn forget(url: &str) {
    // There is nothing left to be done about one that is unknown.
    Url::revoke_object_url(url).ok();
}

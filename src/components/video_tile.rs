use leptos::{html::Video, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

use super::Icon;
use crate::{call::Stream, dom::capture::play_through, language::use_words};

/// One person's picture and sound, with a quiet pill that says who it is and what is off.
#[component]
pub fn VideoTile(
    /// Who it is.
    #[prop(into)]
    label: Signal<String>,
    /// What to show and play.
    #[prop(into)]
    stream: Signal<Option<Stream>>,
    /// Whether there is a picture; otherwise a figure stands in for it.
    #[prop(into)]
    has_picture: Signal<bool>,
    /// Whether the microphone is off.
    #[prop(into)]
    is_muted: Signal<bool>,
    /// Nothing comes through: the last picture stays, dimmed.
    #[prop(into, default = Signal::stored(false))]
    is_interrupted: Signal<bool>,
    /// As in a mirror.
    #[prop(into, default = Signal::stored(false))]
    is_mirrored: Signal<bool>,
    /// The id of the speaker that plays it; empty is the one that the system prefers.
    #[prop(into, default = Signal::stored(String::new()))]
    speaker: Signal<String>,
    /// Oneself: small, and silent.
    #[prop(optional)]
    is_self: bool,
    /// Somebody's screen: large, whatever else is there.
    #[prop(optional)]
    is_screen: bool,
    /// What can be done with it.
    tools: ViewFn,
) -> impl IntoView {
    let words = &use_words().call;
    let video = NodeRef::<Video>::new();
    let (is_blocked, set_blocked) = signal(false);
    let play = move || {
        let Some(Ok(promise)) = video.get_untracked().map(|video| video.play()) else {
            return;
        };
        spawn_local(async move {
            let result = JsFuture::from(promise).await;
            // A new stream interrupts the old one's play; that is no refusal.
            let refused =
                result.is_err_and(|error| crate::dom::error_name(&error) == "NotAllowedError");
            set_blocked.try_set(refused);
        });
    };
    // Keeps the speaker that it plays through.
    Effect::new(move |playing: Option<String>| {
        let playing = playing.unwrap_or_default();
        let Some(video) = video.get() else {
            return playing;
        };
        if is_self {
            // As an attribute it is not kept in the server's HTML of every browser.
            video.set_muted(true);
        }
        let stream = stream.get();
        let stream = stream.as_ref().map(Stream::media_stream);
        if video.src_object().as_ref() != stream {
            video.set_src_object(stream);
            if stream.is_some() {
                play();
            }
        }
        let speaker = speaker.get();
        if speaker != playing
            && let Some(promise) = play_through(&video, &speaker)
        {
            // From one that is gone or not allowed it changes nothing.
            spawn_local(async move { drop(JsFuture::from(promise).await) });
        }
        speaker
    });
    let class = move || {
        let mut class = "tile".to_owned();
        for (name, is) in [
            (" tile-self", is_self),
            (" tile-screen", is_screen),
            (" tile-mirrored", is_mirrored.get()),
            (" tile-empty", !has_picture.get()),
            (" tile-dimmed", is_interrupted.get()),
        ] {
            if is {
                class.push_str(name);
            }
        }
        class
    };
    view! {
        <div class=class>
            <video class="tile-video" node_ref=video autoplay playsinline></video>
            <div class="tile-figure">{Icon::Person.view()}</div>
            <p class="tile-label">
                <Show when=move || is_muted.get()>
                    {Icon::MicrophoneOff.view()} <span class="visually-hidden">{words.muted}</span>
                </Show>
                {move || label.get()}
            </p>
            <Show when=move || is_blocked.get()>
                <button class="button button-primary tile-play" on:click=move |_| play()>
                    {words.play}
                </button>
            </Show>
            {move || tools.run()}
        </div>
    }
}

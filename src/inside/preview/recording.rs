//! Five seconds of oneself, to see and hear what the others will. They stay in this page.

use gloo_timers::future::TimeoutFuture;
use leptos::{html::Video, prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BlobEvent, Event, MediaRecorder, Url};

use super::speaker::forget;
use crate::{
    call::Stream,
    dom::{Listener, capture::play_through},
    inside::Inside,
};

/// So many seconds.
const LENGTH: u32 = 5;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Nothing,
    /// So many seconds are left.
    Recording(u32),
    /// Under an address that only this page knows.
    Recorded(String),
    Failed,
}

/// The button, and what was recorded.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let words = &words.preview;
    let stage = RwSignal::new(Stage::Nothing);
    let drop_recording = move || {
        if let Some(Stage::Recorded(url)) =
            stage.try_update(|it| std::mem::replace(it, Stage::Nothing))
        {
            forget(&url);
        }
    };
    on_cleanup(drop_recording);
    let record = move |_| {
        drop_recording();
        if let Some(stream) = call.preview.get_untracked() {
            stage.set(Stage::Recording(LENGTH));
            spawn_local(record(stream, stage));
        }
    };
    let is_recording = move || matches!(*stage.read(), Stage::Recording(_));
    let label = move || match *stage.read() {
        Stage::Recording(left) => words.recording.with(left),
        Stage::Recorded(_) => words.record_again.to_owned(),
        Stage::Nothing | Stage::Failed => words.record.to_owned(),
    };
    let can_record = move || call.preview.read().is_some();
    let player = move || {
        let url = match &*stage.read() {
            Stage::Recorded(url) => url.clone(),
            Stage::Failed => {
                return Some(view! { <p class="hint">{words.record_failed}</p> }.into_any());
            }
            Stage::Nothing | Stage::Recording(_) => return None,
        };
        let view = view! {
            {play(inside, url)}
            <button class="button" on:click=move |_| drop_recording()>
                {words.delete_recording}
            </button>
        };
        Some(view.into_any())
    };
    view! {
        <div>
            <button
                class="button"
                aria-disabled=move || (is_recording() || !can_record()).to_string()
                on:click=move |event| {
                    if !is_recording() {
                        record(event);
                    }
                }
            >
                {label}
            </button>
            <p class="hint">{words.stays_here}</p>
            <div aria-live="polite">{player}</div>
        </div>
    }
    .into_any()
}

/// The recording, which plays at once through the chosen speaker.
fn play(inside: Inside, url: String) -> AnyView {
    let Inside { call, words, .. } = inside;
    let player = NodeRef::<Video>::new();
    Effect::new(move || {
        let Some(player) = player.get() else {
            return;
        };
        let speaker = call.devices.with_untracked(|it| it.speaker().to_owned());
        if let Some(promise) = play_through(&player, &speaker) {
            // Through one that is gone it is the system's that plays.
            spawn_local(async move { drop(JsFuture::from(promise).await) });
        }
    });
    view! {
        <video
            class="recorded"
            aria-label=words.preview.recorded
            node_ref=player
            src=url
            controls
            autoplay
            playsinline
        ></video>
    }
    .into_any()
}

async fn record(stream: Stream, stage: RwSignal<Stage>) {
    let Some((recorder, _listener)) = start(&stream, stage) else {
        stage.try_set(Stage::Failed);
        return;
    };
    for left in (0..LENGTH).rev() {
        TimeoutFuture::new(1_000).await;
        // It may be over already: the device is gone, or the person joined.
        let goes_on = stage.try_update(|stage| {
            let goes_on = matches!(stage, Stage::Recording(_));
            if goes_on && left > 0 {
                *stage = Stage::Recording(left);
            }
            goes_on
        });
        if goes_on != Some(true) {
            break;
        }
    }
    // One that has stopped by itself refuses, and has given its data.
    recorder.stop().ok();
    while stage.try_with_untracked(|it| matches!(it, Stage::Recording(_))) == Some(true) {
        TimeoutFuture::new(50).await;
    }
}

fn start(stream: &Stream, stage: RwSignal<Stage>) -> Option<(MediaRecorder, [Listener; 2])> {
    let recorder = MediaRecorder::new_with_media_stream(stream.media_stream()).ok()?;
    let data = Listener::new(&recorder, "dataavailable", move |event: BlobEvent| {
        let url = event
            .data()
            .and_then(|data| Url::create_object_url_with_blob(&data).ok());
        let next = url.clone().map_or(Stage::Failed, Stage::Recorded);
        if let (Some(_), Some(url)) = (stage.try_set(next), url) {
            // Nobody looks at it any more.
            forget(&url);
        }
    });
    let failed = Listener::new(&recorder, "error", move |_: Event| {
        stage.try_set(Stage::Failed);
    });
    recorder.start().ok()?;
    Some((recorder, [data, failed]))
}

//! Recording the call, in this browser and for nobody else; everybody in the room is told.
//!
//! It is written in pieces of a second as it goes, so that whatever becomes of the page, what was recorded until
//! then can be played.

mod mixer;
mod pieces;
mod places;
mod webm;

use futures::{StreamExt, channel::mpsc::unbounded};
use gloo_timers::callback::Interval;
use js_sys::Date;
use leptos::{logging, prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobEvent, Event, MediaRecorder, MediaRecorderOptions, RecordingState};

pub(super) use self::mixer::{canvas, context, video};
use self::{mixer::Mixer, pieces::Folder};
use super::{Inside, timer::clock};
use crate::{
    dom::{Listener, download::download, error_text, has, now, window},
    language::Text,
};

/// A piece every so many milliseconds.
const PIECE: i32 = 1_000;

/// What the browser may write, the best first.
const KINDS: [&str; 4] = [
    "video/webm;codecs=vp8,opus",
    "video/webm",
    "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
    "video/mp4",
];

/// Whose picture and sound is recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Whom {
    #[default]
    All,
    Own,
    Others,
}

/// Where a recording stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// There is none.
    #[default]
    Idle,
    /// It is about to begin.
    Starting,
    /// Since this time on the page's clock.
    Running(u64),
    /// It has ended, and is being put together.
    Saving,
    /// The person has it.
    Saved,
    /// The browser could not, or not any more.
    Failed,
}

/// Recordings of this browser. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Recording {
    state: RwSignal<State>,
    whom: RwSignal<Whom>,
    /// What ends it.
    recorder: StoredValue<Option<MediaRecorder>, LocalStorage>,
    /// What was made last.
    last: StoredValue<Option<Folder>, LocalStorage>,
    /// What other pages left behind when they were gone, by the time when it began.
    left: RwSignal<Vec<f64>>,
    folders: StoredValue<Vec<Folder>, LocalStorage>,
}

impl Recording {
    pub(super) fn new() -> Self {
        let recording = Self {
            state: RwSignal::default(),
            whom: RwSignal::default(),
            recorder: StoredValue::new_local(None),
            last: StoredValue::new_local(None),
            left: RwSignal::default(),
            folders: StoredValue::new_local(Vec::new()),
        };
        on_cleanup(move || recording.stop());
        spawn_local(async move { recording.find_left().await });
        recording
    }

    /// Looks for what was interrupted.
    async fn find_left(self) {
        // Where there is no such disk nothing is left.
        let folders = Folder::left().await.unwrap_or_default();
        self.left
            .try_set(folders.iter().map(|folder| folder.started).collect());
        self.folders.try_set_value(folders);
    }

    fn stop(self) {
        self.recorder.try_with_value(|recorder| {
            let recorder = recorder.as_ref();
            if let Some(recorder) = recorder.filter(|one| one.state() != RecordingState::Inactive) {
                // It tells of its end by itself.
                recorder.stop().ok();
            }
        });
    }
}

/// Records until it is stopped.
async fn record(inside: Inside) {
    let recording = inside.recording;
    let result = run(inside).await;
    if inside.conversation.record(false).is_none() {
        // The page of the call is gone; the pieces are there.
        return;
    }
    recording.recorder.try_set_value(None);
    let end = match result {
        Ok(()) => State::Saved,
        Err(error) => {
            logging::warn!("recording: {}", error_text(&error));
            State::Failed
        }
    };
    recording.state.try_set(end);
}

async fn run(inside: Inside) -> Result<(), JsValue> {
    let recording = inside.recording;
    let kind = kind().ok_or(JsValue::UNDEFINED)?;
    let ending = if kind.contains("webm") { "webm" } else { "mp4" };
    let folder = Folder::new(Date::now(), ending).await;
    let lock = folder.lock();
    let mixer = Mixer::new(inside, recording.whom.get_untracked())?;
    let options = MediaRecorderOptions::new();
    options.set_mime_type(kind);
    options.set_video_bits_per_second(2_500_000);
    options.set_audio_bits_per_second(128_000);
    let recorder =
        MediaRecorder::new_with_media_stream_and_media_recorder_options(&mixer.stream, &options)?;
    let (pieces, mut made) = unbounded::<Option<Blob>>();
    let ended = pieces.clone();
    let _piece = Listener::new(&recorder, "dataavailable", move |event: BlobEvent| {
        pieces.unbounded_send(event.data()).ok();
    });
    let _end = Listener::new(&recorder, "stop", move |_: Event| {
        ended.unbounded_send(None).ok();
    });
    recorder.start_with_time_slice(PIECE)?;
    let began = now();
    recording.recorder.try_set_value(Some(recorder.clone()));
    if recording.state.try_set(State::Running(began)).is_some() {
        // The page is gone.
        recorder.stop()?;
    }
    inside.conversation.record(true);
    let mut failure = None;
    let mut number = 0;
    while let Some(Some(piece)) = made.next().await {
        if piece.size() > 0.0 && failure.is_none() {
            // What was written so far stays whole.
            if let Err(error) = folder.write(number, &piece).await {
                failure = Some(error);
                recorder.stop().ok();
            }
            number += 1;
        }
    }
    let length = (now() - began) as f64;
    drop(mixer);
    if recording.state.try_set(State::Saving).is_some() {
        return Ok(());
    }
    save(&folder, failure.is_none().then_some(length)).await?;
    recording.last.try_set_value(Some(folder));
    drop(lock);
    failure.map_or(Ok(()), Err)
}

/// Hands it over as a file.
async fn save(folder: &Folder, length: Option<f64>) -> Result<(), JsValue> {
    let whole = folder.whole(length).await?;
    download(&whole, &folder.file_name())?;
    folder.set_saved().await;
    Ok(())
}

/// What this browser writes.
fn kind() -> Option<&'static str> {
    let can = has(&window(), "MediaRecorder");
    let mut kinds = KINDS.into_iter();
    kinds.find(|kind| can && MediaRecorder::is_type_supported(kind))
}

/// The panel.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.recording;
    let Recording { state, .. } = inside.recording;
    let is_running = move || matches!(state.get(), State::Running(_));
    let start = move |_| {
        if matches!(
            state.get_untracked(),
            State::Idle | State::Saved | State::Failed
        ) {
            state.set(State::Starting);
            spawn_local(record(inside));
        }
    };
    let stop = move |_| inside.recording.stop();
    let button = move || {
        if is_running() {
            view! {
                <button class="button recording-stop" on:click=stop>
                    {words.stop}
                </button>
            }
            .into_any()
        } else {
            view! {
                <button class="button button-primary" on:click=start>
                    {words.start}
                </button>
            }
            .into_any()
        }
    };
    let said = move || match state.get() {
        State::Idle | State::Starting => words.told,
        State::Running(_) => words.running,
        State::Saving => words.saving,
        State::Saved => words.saved,
        State::Failed => words.failed,
    };
    view! {
        <div class="recording">
            {whom(inside)} {button} <p class="recording-time">{time(state)}</p>
            <p class="recording-text" role="status">
                {said}
            </p>
            {again(inside)} {left(inside)}
        </div>
    }
    .into_any()
}

/// The choice of whom to record.
fn whom(inside: Inside) -> AnyView {
    let words = &inside.words.recording;
    let Recording { state, whom, .. } = inside.recording;
    let choice = |this: Whom, label: Text| {
        view! {
            <button
                class="choice"
                aria-pressed=move || (whom.get() == this).to_string()
                disabled=move || matches!(state.get(), State::Running(_))
                on:click=move |_| whom.set(this)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=words.whom>
            <p class="choices-title">{words.whom}</p>
            {choice(Whom::All, words.all)}
            {choice(Whom::Own, words.own)}
            {choice(Whom::Others, words.others)}
        </div>
    }
    .into_any()
}

/// For how long it has been running.
fn time(state: RwSignal<State>) -> impl Fn() -> Option<String> {
    let seconds = RwSignal::new(0);
    let count = move || {
        if let Some(State::Running(began)) = state.try_get_untracked() {
            seconds.try_set((now() - began) / 1_000);
        }
    };
    let ticking = StoredValue::new_local(Some(Interval::new(500, count)));
    on_cleanup(move || {
        ticking.try_update_value(Option::take);
    });
    move || {
        let seconds = seconds.get();
        let is_running = matches!(state.get(), State::Running(_));
        is_running.then(|| clock(seconds))
    }
}

/// What was recorded, once more or not at all.
fn again(inside: Inside) -> AnyView {
    let words = &inside.words.recording;
    let Recording { state, last, .. } = inside.recording;
    let save_again = move |_| {
        let folder = last.get_value();
        spawn_local(async move {
            if let Some(folder) = folder {
                save(&folder, None).await.ok();
            }
        });
    };
    let delete = move |_| {
        let folder = last.try_update_value(Option::take).flatten();
        state.set(State::Idle);
        spawn_local(async move {
            if let Some(folder) = folder {
                folder.delete().await.ok();
            }
        });
    };
    let buttons = view! {
        <Show when=move || state.get() == State::Saved>
            <div class="recording-actions">
                <button class="button" on:click=save_again>
                    {words.save_again}
                </button>
                <button class="button" on:click=delete>
                    {words.delete}
                </button>
            </div>
        </Show>
    };
    buttons.into_any()
}

/// What was interrupted, each to be saved or deleted.
fn left(inside: Inside) -> AnyView {
    let words = &inside.words.recording;
    let Recording { left, folders, .. } = inside.recording;
    let of = move |started: f64| {
        let is_it = |folder: &&Folder| folder.started.total_cmp(&started).is_eq();
        folders.with_value(|folders| folders.iter().find(is_it).cloned())
    };
    let done = move |started: f64| {
        left.try_update(|left| left.retain(|one| one.total_cmp(&started).is_ne()));
    };
    let keep = move |started: f64| {
        spawn_local(async move {
            if let Some(folder) = of(started)
                && save(&folder, None).await.is_ok()
            {
                done(started);
            }
        });
    };
    let delete = move |started: f64| {
        spawn_local(async move {
            if let Some(folder) = of(started)
                && folder.delete().await.is_ok()
            {
                done(started);
            }
        });
    };
    let one = move |started: f64| {
        let date = Date::new(&started.into())
            .to_locale_string(&crate::dom::page_language(), &JsValue::UNDEFINED);
        view! {
            <div class="recording-left">
                <p>{words.interrupted} " " {String::from(date)}</p>
                <div class="recording-actions">
                    <button class="button" on:click=move |_| keep(started)>
                        {words.save}
                    </button>
                    <button class="button" on:click=move |_| delete(started)>
                        {words.delete}
                    </button>
                </div>
            </div>
        }
    };
    let list = move || left.get().into_iter().map(one).collect_view();
    list.into_any()
}

/// In the card: what was interrupted, until something is done about it. During a call it is in the panel.
pub(super) fn on_card(inside: Inside) -> AnyView {
    let view = view! { <Show when=move || !inside.is_in()>{left(inside)}</Show> };
    view.into_any()
}

/// In the pill at the top: that a recording runs, and whose it is.
pub(super) fn on_bar(inside: Inside) -> AnyView {
    let words = &inside.words.recording;
    let Recording { state, .. } = inside.recording;
    let said = Memo::new(move |_| {
        let recorders = inside.conversation.recorders.read();
        let peers = inside.call.peers.read();
        let theirs: Vec<_> = peers
            .iter()
            .filter(|peer| recorders.contains(&peer.id))
            .map(|peer| inside.called(peer.name.as_ref()))
            .collect();
        let own = matches!(state.get(), State::Running(_));
        match (own, theirs.is_empty()) {
            _ if !inside.is_in() => String::new(),
            (true, true) => words.mark_own.to_owned(),
            (false, false) => words.mark_theirs.with(theirs.join(", ")),
            (true, false) => words.mark_both.with(theirs.join(", ")),
            (false, true) => String::new(),
        }
    });
    // Whoever is not in the room any more has nothing to record.
    Effect::new(move || {
        if !inside.is_in() {
            inside.recording.stop();
        }
    });
    view! {
        <p class="recording-mark" role="status">
            {move || said.get()}
        </p>
    }
    .into_any()
}

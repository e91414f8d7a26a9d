//! A photo of somebody in the call, with a look that one chooses. It stays in this browser until it is saved.

mod filter;

use gloo_timers::future::TimeoutFuture;
use leptos::{html::Canvas, logging, prelude::*, task::spawn_local};
use wasm_bindgen::{Clamped, JsCast, JsValue, closure::Closure};
use web_sys::{Blob, HtmlCanvasElement, ImageData, MediaStream};

use self::filter::Filter;
use super::{
    Inside,
    recording::{context, video},
    sources::sources,
};
use crate::{
    dom::{download::download, error_text},
    language::Text,
};

/// How often it looks whether the picture is there, in milliseconds, and how often at most.
const WAIT: u32 = 50;
const TRIES: u32 = 60;

/// What was taken: points, and how many there are in a line.
#[derive(Clone)]
struct Shot {
    points: Vec<u8>,
    width: u32,
    name: String,
}

/// The panel.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.photo;
    let shot = RwSignal::new(None::<Shot>);
    let filter = RwSignal::new(Filter::None);
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move || {
        let filter = filter.get();
        if let (Some(canvas), Some(shot)) = (canvas.get(), &*shot.read())
            && let Err(error) = show(&canvas, shot, filter)
        {
            logging::warn!("photo: {}", error_text(&error));
        }
    });
    let save = move |_| {
        let name = shot.with_untracked(|shot| shot.as_ref().map(|shot| shot.name.clone()));
        if let (Some(canvas), Some(name)) = (canvas.get_untracked(), name) {
            save(&canvas, format!("{name}.png"));
        }
    };
    let look = move |this: Filter, label: Text| {
        view! {
            <button
                class="button photo-look"
                aria-pressed=move || (filter.get() == this).to_string()
                on:click=move |_| filter.set(this)
            >
                {label}
            </button>
        }
    };
    let looks = move || {
        let looks = Filter::ALL.into_iter().zip(words.filters);
        looks.map(|(this, label)| look(this, label)).collect_view()
    };
    view! {
        <div class="photo">
            <p>{words.whose}</p>
            {people(inside, shot)}
            <Show when=move || shot.read().is_some()>
                <canvas class="photo-picture" role="img" aria-label=words.picture node_ref=canvas></canvas>
                <div class="photo-looks" role="group" aria-label=words.look>
                    {looks()}
                </div>
                <button class="button button-primary" on:click=save>
                    {words.save}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// A button for everyone whose picture there is.
fn people(inside: Inside, shot: RwSignal<Option<Shot>>) -> AnyView {
    let words = &inside.words.photo;
    let (failed, set_failed) = signal(false);
    let take = move |stream: MediaStream, name: String| {
        spawn_local(async move {
            let taken = take(&stream, name).await;
            set_failed.try_set(taken.is_err());
            if let Ok(taken) = taken {
                shot.try_set(Some(taken));
            }
        });
    };
    let one = move |stream: MediaStream, name: String| {
        let label = name.clone();
        let press = move |_| take(Clone::clone(&stream), name.clone());
        view! {
            <button class="button" on:click=press>
                {label}
            </button>
        }
    };
    let list = move || {
        // Whoever comes or goes, and what they switch on or off, changes it.
        inside.call.peers.track();
        inside.call.media.track();
        inside.call.devices.track();
        let all = sources(inside).into_iter();
        all.filter(|source| source.has_picture)
            .map(|source| one(source.stream, source.name))
            .collect_view()
    };
    view! {
        <div class="photo-looks" role="group" aria-label=words.whose>
            {list}
        </div>
        <p role="status">{move || failed.get().then_some(words.failed)}</p>
    }
    .into_any()
}

/// Takes what a stream shows now.
async fn take(stream: &MediaStream, name: String) -> Result<Shot, JsValue> {
    let video = video(stream)?;
    for _ in 0..TRIES {
        if video.video_width() > 0 && video.current_time() > 0.0 {
            break;
        }
        TimeoutFuture::new(WAIT).await;
    }
    let (width, height) = (video.video_width(), video.video_height());
    let canvas = super::recording::canvas(width.into(), height.into())?;
    let context = context(&canvas)?;
    context.draw_image_with_html_video_element(&video, 0.0, 0.0)?;
    video.set_src_object(None);
    let points = context.get_image_data(0.0, 0.0, width.into(), height.into())?;
    Ok(Shot {
        points: points.data().0,
        width,
        name,
    })
}

fn show(canvas: &HtmlCanvasElement, shot: &Shot, filter: Filter) -> Result<(), JsValue> {
    let mut points = shot.points.clone();
    filter.apply(&mut points);
    let data = ImageData::new_with_u8_clamped_array(Clamped(&points), shot.width)?;
    canvas.set_width(data.width());
    canvas.set_height(data.height());
    context(canvas)?.put_image_data(&data, 0.0, 0.0)
}

fn save(canvas: &HtmlCanvasElement, name: String) {
    let callback = Closure::once_into_js(move |blob: JsValue| {
        if let Some(blob) = blob.dyn_ref::<Blob>()
            && let Err(error) = download(blob, &name)
        {
            logging::warn!("photo: {}", error_text(&error));
        }
    });
    // A picture of no size has no file; then there was none to see either.
    canvas.to_blob(callback.unchecked_ref()).ok();
}

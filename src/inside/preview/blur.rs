//! The blur of the background, where the camera or the system can do it by themselves.

use js_sys::{Array, Promise, Reflect};
use leptos::{logging, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamTrack;

use crate::{
    call::{Device, Stream},
    dom::{error_text, has},
    inside::Inside,
};

#[wasm_bindgen]
extern "C" {
    /// A track that can be told how to capture.
    #[wasm_bindgen(extends = MediaStreamTrack, js_name = MediaStreamTrack)]
    type TunedTrack;

    #[wasm_bindgen(method, js_name = getCapabilities)]
    fn capabilities(this: &TunedTrack) -> js_sys::Object;

    #[wasm_bindgen(method, js_name = getConstraints)]
    fn constraints(this: &TunedTrack) -> js_sys::Object;

    #[wasm_bindgen(method, js_name = getSettings)]
    fn settings(this: &TunedTrack) -> js_sys::Object;

    #[wasm_bindgen(method, js_name = applyConstraints)]
    fn apply(this: &TunedTrack, constraints: &js_sys::Object) -> Promise;
}

/// As Media Capture Extensions spell it.
const BLUR: &str = "backgroundBlur";

/// The button that switches it; nothing where it cannot be switched.
pub(in crate::inside) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let is_on = RwSignal::new(false);
    let track = Memo::new(move |_| {
        call.devices.track();
        let is_seen = call.media.read().camera == Device::On;
        let track = camera(&call.preview.get().filter(|_| is_seen)?)?;
        can_blur(&track).then(|| {
            is_on.set(is_blurred(&track));
            track.id()
        })
    });
    let switch = move |_| {
        let Some(track) = call.preview.get_untracked().as_ref().and_then(camera) else {
            return;
        };
        let on = !is_on.get_untracked();
        spawn_local(async move {
            // What was asked of the camera before stays asked.
            let wanted = track.constraints();
            Reflect::set(&wanted, &BLUR.into(), &on.into()).ok();
            if let Err(error) = JsFuture::from(track.apply(&wanted)).await {
                logging::log!("no blur: {}", error_text(&error));
            }
            is_on.try_set(is_blurred(&track));
        });
    };
    let button = move |_| {
        view! {
            <button
                class="button"
                aria-pressed=move || is_on.get().to_string()
                on:click=switch
            >
                {words.preview.blur}
            </button>
        }
    };
    (move || track.get().map(button)).into_any()
}

fn camera(stream: &Stream) -> Option<TunedTrack> {
    let tracks = stream.media_stream().get_video_tracks();
    let track: MediaStreamTrack = tracks.get(0).dyn_into().ok()?;
    Some(track.unchecked_into())
}

/// Whether a page may switch it: both on and off are offered.
fn can_blur(track: &TunedTrack) -> bool {
    if !has(track, "getCapabilities") {
        return false;
    }
    let offered = Reflect::get(&track.capabilities(), &BLUR.into()).unwrap_or_default();
    Array::is_array(&offered) && {
        let offered = Array::from(&offered);
        [true, false]
            .iter()
            .all(|choice| offered.includes(&JsValue::from(*choice), 0))
    }
}

fn is_blurred(track: &TunedTrack) -> bool {
    Reflect::get(&track.settings(), &BLUR.into()).is_ok_and(|it| it.is_truthy())
}

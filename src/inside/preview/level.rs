//! How loud the own microphone is, while nobody else hears it.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, MediaStreamTrack};

use crate::{
    call::{Device, Meter, Stream},
    dom::{Listener, window},
    inside::Inside,
};

/// Time between two looks, in milliseconds.
const LOOK: u32 = 100;

/// The quietest that is shown, in decibels below the loudest.
const FLOOR: f32 = -60.0;

/// What measures, as long as it is shown.
struct Measuring {
    _interval: Interval,
    _signs: [Listener; 2],
}

/// The bar; nothing while the microphone is off.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let level = RwSignal::new(0.0);
    let measuring = StoredValue::new_local(None::<Measuring>);
    let is_on = Memo::new(move |_| call.media.read().microphone == Device::On);
    let track = Memo::new(move |_| {
        // A stream stays the same when its microphone does not: its track is asked for anew.
        call.devices.track();
        let stream = call.preview.get().filter(|_| is_on.get())?;
        Some(microphone(&stream)?.id())
    });
    Effect::new(move || {
        level.set(0.0);
        let stream = track.get().and_then(|_| call.preview.get_untracked());
        let measure = |stream| start(&microphone(&stream)?, level);
        measuring.set_value(stream.and_then(measure));
    });
    let meter = move || {
        view! {
            <div class="level">
                <span id="level-label">{words.preview.level}</span>
                <meter
                    class="level-bar"
                    aria-labelledby="level-label"
                    min="0"
                    max="1"
                    prop:value=level
                ></meter>
            </div>
        }
    };
    (move || is_on.get().then(meter)).into_any()
}

fn microphone(stream: &Stream) -> Option<MediaStreamTrack> {
    let tracks = stream.media_stream().get_audio_tracks();
    tracks.get(0).dyn_into().ok()
}

fn start(track: &MediaStreamTrack, level: RwSignal<f64>) -> Option<Measuring> {
    let meter = std::rc::Rc::new(std::cell::RefCell::new(Meter::new(track)?));
    // Some browsers measure only when the person has done something on the page.
    let signs = ["pointerdown", "keydown"].map(|sign| {
        let meter = meter.clone();
        Listener::new(&window(), sign, move |_: Event| {
            if let Ok(meter) = meter.try_borrow() {
                meter.wake();
            }
        })
    });
    let look = move || {
        if let Ok(mut meter) = meter.try_borrow_mut() {
            level.try_set(shown(meter.level().unwrap_or_default()));
        }
    };
    Some(Measuring {
        _interval: Interval::new(LOOK, look),
        _signs: signs,
    })
}

/// How long the bar is for a level, from 0 to 1: ears hear the ratio, not the difference.
fn shown(level: f32) -> f64 {
    let decibels = 20.0 * level.log10();
    f64::from(((decibels - FLOOR) / -FLOOR).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn silence_is_empty_and_the_loudest_is_full() {
        for (level, expected) in [(0.0, 0.0), (1e-9, 0.0), (1.0, 1.0), (2.0, 1.0)] {
            assert_eq!(shown(level), expected, "{level}");
        }
        assert!((shown(0.03) - 0.49).abs() < 0.02);
    }

    proptest! {
        #[test]
        fn louder_is_never_shorter(a in 0.0_f32..1.0, b in 0.0_f32..1.0) {
            let (quiet, loud) = (a.min(b), a.max(b));
            prop_assert!(shown(quiet) <= shown(loud));
        }
    }
}

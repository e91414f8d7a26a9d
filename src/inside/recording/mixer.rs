//! Puts pictures and voices together, into one picture and one sound.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamTrack,
};

use super::{
    Whom,
    places::{HEIGHT, Place, WIDTH, places},
};
use crate::{
    dom::{
        capture::{AudioContext, AudioNode},
        now, window,
    },
    inside::{
        Inside,
        sources::{Source, sources},
    },
};

/// Pictures per second.
const RATE: u32 = 20;

/// Later than this, in milliseconds, the page has more to do than it can.
const LATE: u64 = 80;

/// It waits so long at most between two pictures, in milliseconds, besides what it always waits.
const LONGEST: u64 = 450;

/// After so many pictures it looks anew who is there.
const LOOKS_EVERY: u32 = 10;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = AudioContext, js_name = AudioContext)]
    type MixingContext;

    #[wasm_bindgen(method, catch, js_name = createMediaStreamDestination)]
    fn destination(this: &MixingContext) -> Result<MixedSound, JsValue>;

    #[wasm_bindgen(extends = AudioNode, js_name = MediaStreamAudioDestinationNode)]
    type MixedSound;

    #[wasm_bindgen(method, getter)]
    fn stream(this: &MixedSound) -> MediaStream;

    #[wasm_bindgen(extends = AudioNode, js_name = AudioNode)]
    type Connected;

    #[wasm_bindgen(method)]
    fn disconnect(this: &Connected);
}

/// Runs until it is dropped.
pub(super) struct Mixer {
    pub(super) stream: MediaStream,
    sound: AudioContext,
    _drawing: Interval,
}

impl Drop for Mixer {
    fn drop(&mut self) {
        // What comes of it is of no use to anybody.
        let _ = self.sound.close();
    }
}

impl Mixer {
    /// Begins with whoever is there, and follows those who come and go.
    pub(super) fn new(inside: Inside, whom: Whom) -> Result<Self, JsValue> {
        let canvas = canvas(WIDTH, HEIGHT)?;
        let sound = AudioContext::new()?;
        // A click of the person led here, so it may.
        let _ = sound.resume();
        let out = sound.unchecked_ref::<MixingContext>().destination()?;
        let stream = canvas.capture_stream_with_frame_request_rate(f64::from(RATE))?;
        if let Ok(track) = out.stream().get_audio_tracks().get(0).dyn_into() {
            stream.add_track(&track);
        }
        let mut mix = Mix {
            context: context(&canvas)?,
            sound: AsRef::<JsValue>::as_ref(&sound).clone().unchecked_into(),
            out,
            shown: Vec::new(),
            heard: Vec::new(),
        };
        let (mut count, mut called, mut drawn, mut pause) = (0, now(), 0, 0);
        let mut draw = move || {
            // The page of the call may be gone already.
            if inside.call.membership.try_get_untracked().is_none() {
                return;
            }
            let now = now();
            pause = give_way(pause, now - called);
            called = now;
            if now < drawn + pause {
                return;
            }
            drawn = now;
            if count % LOOKS_EVERY == 0 {
                mix.look(inside, whom);
            }
            count = count.wrapping_add(1);
            mix.draw();
        };
        draw();
        Ok(Self {
            stream,
            sound,
            _drawing: Interval::new(1_000 / RATE, draw),
        })
    }
}

/// How long to wait before the next picture, given how long it was and how long ago the page had the last
/// turn: talking and pressing buttons come first.
fn give_way(pause: u64, since: u64) -> u64 {
    if since > LATE {
        (pause + 50).min(LONGEST)
    } else {
        pause.saturating_sub(5)
    }
}

struct Mix {
    context: CanvasRenderingContext2d,
    sound: AudioContext,
    out: MixedSound,
    shown: Vec<Shown>,
    heard: Vec<(MediaStreamTrack, AudioNode)>,
}

/// Somebody in the picture.
struct Shown {
    source: Source,
    video: HtmlVideoElement,
}

impl Mix {
    /// Sees who is there.
    fn look(&mut self, inside: Inside, whom: Whom) {
        let is_meant = |source: &Source| match whom {
            Whom::All => true,
            Whom::Own => source.is_own,
            Whom::Others => !source.is_own,
        };
        let sources: Vec<_> = sources(inside).into_iter().filter(is_meant).collect();
        self.listen(&sources);
        let mut before = std::mem::take(&mut self.shown);
        for source in sources {
            let known = before
                .iter()
                .position(|shown| shown.source.stream == source.stream);
            let video = match known {
                Some(i) => Some(before.swap_remove(i).video),
                None => video(&source.stream).ok(),
            };
            self.shown
                .extend(video.map(|video| Shown { source, video }));
        }
        for gone in before {
            gone.video.set_src_object(None);
        }
    }

    /// Takes in the sound of these, each track by itself: a device may be another one by now.
    fn listen(&mut self, sources: &[Source]) {
        let tracks: Vec<MediaStreamTrack> = sources
            .iter()
            .flat_map(|source| source.stream.get_audio_tracks())
            .map(JsCast::unchecked_into)
            .collect();
        self.heard.retain(|(track, node)| {
            let is_there = tracks.contains(track);
            if !is_there {
                node.unchecked_ref::<Connected>().disconnect();
            }
            is_there
        });
        for track in tracks {
            if self.heard.iter().any(|(known, _)| *known == track) {
                continue;
            }
            let source = MediaStream::new().and_then(|stream| {
                stream.add_track(&track);
                self.sound.source(&stream)
            });
            if let Ok(node) = source {
                node.connect(&self.out);
                self.heard.push((track, node));
            }
        }
    }

    fn draw(&self) {
        let context = &self.context;
        context.set_fill_style_str("#15171c");
        context.fill_rect(0.0, 0.0, WIDTH, HEIGHT);
        let are_screens: Vec<_> = self.shown.iter().map(|one| one.source.is_screen).collect();
        for (shown, place) in self.shown.iter().zip(places(&are_screens)) {
            shown.draw(context, place);
        }
    }
}

impl Shown {
    fn draw(&self, context: &CanvasRenderingContext2d, place: Place) {
        let Self { source, video } = self;
        let (width, height) = (video.video_width(), video.video_height());
        if source.has_picture && width > 0 {
            let Place {
                x,
                y,
                width,
                height,
            } = place.fit(width.into(), height.into());
            // A picture that cannot be drawn now is drawn the next time.
            context
                .draw_image_with_html_video_element_and_dw_and_dh(video, x, y, width, height)
                .ok();
        }
        context.set_font("600 22px system-ui, sans-serif");
        context.set_fill_style_str("#f2efe9");
        context.set_shadow_color("#000");
        context.set_shadow_blur(6.0);
        context
            .fill_text_with_max_width(
                &source.name,
                place.x + 20.0,
                place.y + place.height - 20.0,
                place.width - 40.0,
            )
            .ok();
        context.set_shadow_blur(0.0);
    }
}

/// Plays a stream where nobody sees it, and silently.
pub(in crate::inside) fn video(stream: &MediaStream) -> Result<HtmlVideoElement, JsValue> {
    let video: HtmlVideoElement = element("video")?;
    video.set_muted(true);
    video.set_src_object(Some(stream));
    // It is drawn as soon as it plays.
    let _ = video.play()?;
    Ok(video)
}

/// A picture that one can draw on.
pub(in crate::inside) fn canvas(width: f64, height: f64) -> Result<HtmlCanvasElement, JsValue> {
    let canvas: HtmlCanvasElement = element("canvas")?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    Ok(canvas)
}

pub(in crate::inside) fn context(
    canvas: &HtmlCanvasElement,
) -> Result<CanvasRenderingContext2d, JsValue> {
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    Ok(context.unchecked_into())
}

fn element<T: JsCast>(name: &str) -> Result<T, JsValue> {
    let document = window().document().ok_or(JsValue::UNDEFINED)?;
    Ok(document.create_element(name)?.unchecked_into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_page_gets_fewer_pictures_and_a_calm_one_all() {
        let busy = (0..20).fold(0, |pause, _| give_way(pause, 300));
        assert_eq!(busy, LONGEST);
        let calm = (0..200).fold(busy, |pause, _| give_way(pause, 50));
        assert_eq!(calm, 0);
    }
}

//! How loud the own microphone is.

use js_sys::Promise;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaStream, MediaStreamTrack};

use super::media::Track;
use crate::dom::capture::{Analyser, AudioContext};

/// Measures one microphone until it is dropped. It hears it also while it is muted.
pub(crate) struct Meter {
    context: Context,
    analyser: Analyser,
    of: MediaStreamTrack,
    /// A copy: the track that is sent is silent while muted.
    _track: Track,
    samples: Vec<f32>,
}

impl Meter {
    /// `None` where the browser has no such thing.
    pub(crate) fn new(track: &MediaStreamTrack) -> Option<Self> {
        let context = Context(AudioContext::new().ok()?);
        let stream = MediaStream::new().ok()?;
        let copy = Track::copy(track);
        copy.media_track().set_enabled(true);
        stream.add_track(copy.media_track());
        let analyser = context.0.analyser().ok()?;
        context.0.source(&stream).ok()?.connect(&analyser);
        Some(Self {
            context,
            analyser,
            of: Clone::clone(track),
            _track: copy,
            // As many as the analyser keeps unless it is told otherwise: 43 ms at 48 kHz.
            samples: vec![0.0; 2048],
        })
    }

    /// Whether it measures this microphone.
    pub(crate) fn measures(&self, track: &MediaStreamTrack) -> bool {
        self.of == *track
    }

    /// Browsers let a page measure when the person has done something on it; this is to be called
    /// when they do.
    pub(crate) fn wake(&self) {
        if self.context.0.state() == "suspended" {
            ignore(self.context.0.resume());
        }
    }

    /// The level now (root mean square, 0 to 1); `None` while the browser does not measure.
    pub(crate) fn level(&mut self) -> Option<f32> {
        if self.context.0.state() != "running" {
            return None;
        }
        self.analyser.samples(&mut self.samples);
        let sum: f32 = self.samples.iter().map(|sample| sample * sample).sum();
        // So few are exact in 32 bits.
        Some((sum / self.samples.len() as f32).sqrt())
    }
}

struct Context(AudioContext);

impl Drop for Context {
    fn drop(&mut self) {
        ignore(self.0.close());
    }
}

fn ignore(promise: Promise) {
    spawn_local(async move { drop(JsFuture::from(promise).await) });
}

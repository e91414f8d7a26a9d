//! Own microphone and camera: asking for them, holding their tracks, letting go of them.

use js_sys::Object;
use leptos::logging;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints,
    MediaStreamTrack, PermissionState, PermissionStatus,
};

use super::state::Problem;
use crate::dom::{error_name, error_text, has, window};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Audio,
    Video,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Audio, Self::Video];

    /// As WebRTC spells it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// What a device captures. Dropping it releases the device, so that its light goes out.
#[derive(Debug)]
pub(super) struct Track(MediaStreamTrack);

impl Drop for Track {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// What came of asking for devices; `None` for one that was not asked for.
#[derive(Debug, Default)]
pub(super) struct Captured {
    pub(super) audio: Option<Result<Track, Problem>>,
    pub(super) video: Option<Result<Track, Problem>>,
}

/// Asks for microphone, camera or both, with one question to the person where possible.
pub(super) async fn capture(audio: bool, video: bool) -> Captured {
    let navigator = window().navigator();
    if !has(&navigator, "mediaDevices") {
        return refused(audio, video, Problem::Insecure);
    }
    let Ok(devices) = navigator.media_devices() else {
        return refused(audio, video, Problem::Insecure);
    };
    // A question for a camera that is not there would be answered with an error for both.
    let (microphones, cameras) = present(&devices).await;
    let mut captured = refused(audio && !microphones, video && !cameras, Problem::NotFound);
    let (audio, video) = (audio && microphones, video && cameras);
    // One question for both: on iOS a second one would take the microphone away again.
    match open(&devices, audio, video).await {
        Ok(stream) => captured.take(audio, video, Ok(&stream)),
        // One of the two may be allowed for good. Asking for the other would ask the person again.
        Err(Problem::Denied) => {
            for (audio, video) in [(audio, false), (false, video)] {
                if is_granted(audio, video).await {
                    let alone = open(&devices, audio, video).await;
                    captured.take(audio, video, alone.as_ref().map_err(|problem| *problem));
                } else {
                    captured.take(audio, video, Err(Problem::Denied));
                }
            }
        }
        Err(problem) if audio != video => captured.take(audio, video, Err(problem)),
        Err(_) if audio => {
            // One of the two is broken or taken, and the error does not say which.
            let alone = open(&devices, true, false).await;
            captured.take(true, false, alone.as_ref().map_err(|problem| *problem));
            let alone = open(&devices, false, true).await;
            captured.take(false, true, alone.as_ref().map_err(|problem| *problem));
        }
        Err(_) => {}
    }
    captured
}

impl Captured {
    fn take(&mut self, audio: bool, video: bool, result: Result<&MediaStream, Problem>) {
        let first = |tracks: js_sys::Array| match tracks.get(0).dyn_into() {
            Ok(track) => Ok(Track(track)),
            Err(_) => Err(Problem::NotFound),
        };
        if audio {
            self.audio = Some(result.and_then(|stream| first(stream.get_audio_tracks())));
        }
        if video {
            self.video = Some(result.and_then(|stream| first(stream.get_video_tracks())));
        }
    }
}

fn refused(audio: bool, video: bool, problem: Problem) -> Captured {
    Captured {
        audio: audio.then_some(Err(problem)),
        video: video.then_some(Err(problem)),
    }
}

/// Whether there are microphones and cameras. When the browser does not tell: perhaps.
async fn present(devices: &MediaDevices) -> (bool, bool) {
    let Ok(promise) = devices.enumerate_devices() else {
        return (true, true);
    };
    let Ok(list) = JsFuture::from(promise).await else {
        return (true, true);
    };
    let list: Vec<_> = js_sys::Array::from(&list)
        .iter()
        .filter_map(|device| device.dyn_into::<MediaDeviceInfo>().ok())
        .collect();
    let any = |kind| list.iter().any(|device| device.kind() == kind);
    (
        any(MediaDeviceKind::Audioinput),
        any(MediaDeviceKind::Videoinput),
    )
}

/// Whether the one device asked for may be used without a question.
async fn is_granted(audio: bool, video: bool) -> bool {
    let name = match (audio, video) {
        (true, false) => "microphone",
        (false, true) => "camera",
        _ => return false,
    };
    let navigator = window().navigator();
    if !has(&navigator, "permissions") {
        return false;
    }
    let query = object([("name", name.into())]);
    let Ok(promise) = navigator
        .permissions()
        .and_then(|permissions| permissions.query(&query))
    else {
        return false;
    };
    // Browsers that do not know the name refuse the query.
    let Ok(status) = JsFuture::from(promise).await else {
        return false;
    };
    status.unchecked_into::<PermissionStatus>().state() == PermissionState::Granted
}

async fn open(devices: &MediaDevices, audio: bool, video: bool) -> Result<MediaStream, Problem> {
    if !audio && !video {
        return Err(Problem::NotFound);
    }
    let constraints = MediaStreamConstraints::new();
    if audio {
        constraints.set_audio(&JsValue::TRUE);
    }
    if video {
        constraints.set_video(&video_constraints());
    }
    let promise = devices
        .get_user_media_with_constraints(&constraints)
        .map_err(|_| Problem::Insecure)?;
    match JsFuture::from(promise).await {
        Ok(stream) => Ok(stream.unchecked_into()),
        Err(error) => {
            logging::log!("no microphone or camera: {}", error_text(&error));
            Err(match error_name(&error).as_str() {
                "NotAllowedError" | "SecurityError" => Problem::Denied,
                "NotFoundError" | "OverconstrainedError" => Problem::NotFound,
                _ => Problem::InUse,
            })
        }
    }
}

/// 720p from the camera that looks at the person, or what comes closest.
fn video_constraints() -> Object {
    let ideal = |value: JsValue| object([("ideal", value)]);
    object([
        ("width", ideal(1280.into()).into()),
        ("height", ideal(720.into()).into()),
        ("facingMode", ideal("user".into()).into()),
    ])
}

fn object<const N: usize>(entries: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        // Setting a property of a plain object cannot fail.
        js_sys::Reflect::set(&object, &key.into(), &value).ok();
    }
    object
}

/// The tracks in use, at most one of a kind, in one stream. Dropping it releases the devices.
#[derive(Debug)]
pub(super) struct Media {
    stream: MediaStream,
    tracks: [Option<Track>; 2],
}

impl Media {
    /// No device in use. `None` when the browser has no media streams at all.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            stream: MediaStream::new().ok()?,
            tracks: [None, None],
        })
    }

    pub(super) fn stream(&self) -> &MediaStream {
        &self.stream
    }

    pub(super) fn track(&self, kind: Kind) -> Option<&MediaStreamTrack> {
        self.tracks[kind as usize].as_ref().map(|track| &track.0)
    }

    /// Uses this track, in place of the one before.
    pub(super) fn put(&mut self, kind: Kind, track: Track) {
        self.release(kind);
        self.stream.add_track(&track.0);
        self.tracks[kind as usize] = Some(track);
    }

    /// Stops using the device.
    pub(super) fn release(&mut self, kind: Kind) {
        if let Some(track) = self.tracks[kind as usize].take() {
            self.stream.remove_track(&track.0);
        }
    }
}

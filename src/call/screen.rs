//! Asking the browser for a screen, a window or a tab to share.

use leptos::logging;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStream;

use super::{capture::media_devices, media::Track};
use crate::dom::{
    capture::{display_media, hint, object, supports},
    error_name, error_text, has,
};

/// What the person chose to share.
pub(super) struct Screen {
    pub(super) video: Track,
    /// Its sound, where the browser offers it and the person wants it.
    pub(super) audio: Option<Track>,
}

/// Whether this browser can share a screen.
pub(super) fn is_offered() -> bool {
    media_devices().is_some_and(|devices| has(&devices, "getDisplayMedia"))
}

/// Asks what to share. `Ok(None)` when the person decides not to.
pub(super) async fn ask() -> Result<Option<Screen>, ()> {
    let devices = media_devices().ok_or(())?;
    // The sound of the whole system has the voices of the others in it. Where the browser cannot
    // leave out what this page plays, they would hear themselves: then only a tab's sound.
    let can_leave_out = supports(&devices, "restrictOwnAudio");
    let audio = object([
        ("restrictOwnAudio", can_leave_out.into()),
        // Whoever shares goes on hearing what they share.
        ("suppressLocalAudioPlayback", false.into()),
        // It is no voice in a room: nothing is to be taken out of it.
        ("echoCancellation", false.into()),
        ("noiseSuppression", false.into()),
        ("autoGainControl", false.into()),
    ]);
    let system_audio = if can_leave_out { "include" } else { "exclude" };
    let video = object([("frameRate", object([("max", 30.into())]).into())]);
    let options = object([
        ("video", video.into()),
        ("audio", audio.into()),
        ("systemAudio", system_audio.into()),
        // A picture of the call in the call, without end.
        ("selfBrowserSurface", "exclude".into()),
        ("surfaceSwitching", "include".into()),
    ]);
    let shared = match display_media(&devices, &options) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(error) => Err(error),
    };
    match shared {
        Ok(stream) => {
            let stream: MediaStream = stream.unchecked_into();
            let video = Track::first(&stream.get_video_tracks()).map_err(drop)?;
            // Sharp letters matter more than smooth motion.
            hint(video.media_track(), "text");
            let audio = Track::first(&stream.get_audio_tracks()).ok();
            Ok(Some(Screen { video, audio }))
        }
        Err(error) if is_no(&error) => Ok(None),
        Err(error) => {
            logging::log!("no screen: {}", error_text(&error));
            Err(())
        }
    }
}

/// The person closed the question, or the system does not allow it; browsers tell no difference.
fn is_no(error: &JsValue) -> bool {
    matches!(error_name(error).as_str(), "NotAllowedError" | "AbortError")
}

//! Asking the browser for microphone and camera, and what there is to ask for.

use js_sys::{Array, Object};
use leptos::logging;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints,
    PermissionState, PermissionStatus,
};

use super::{
    devices::{Facing, Pick},
    media::{Kind, Track},
    state::{DeviceInfo, DeviceKind, Problem},
};
use crate::dom::{
    capture::{can_choose_speaker, object},
    error_name, error_text, has, window,
};

/// What came of asking, microphone and camera; `None` for what was not asked for.
pub(super) type Captured = [Option<Result<Track, Problem>>; 2];

/// What to ask for, microphone and camera.
pub(super) type Picks = [Option<Pick>; 2];

/// The browser's devices; `None` on an insecure address.
pub(crate) fn media_devices() -> Option<MediaDevices> {
    let navigator = window().navigator();
    if !has(&navigator, "mediaDevices") {
        return None;
    }
    navigator.media_devices().ok()
}

/// Asks for microphone, camera or both, with one question to the person where possible.
pub(super) async fn capture(picks: Picks) -> Captured {
    let Some(devices) = media_devices() else {
        return all(&picks, Problem::Insecure);
    };
    let mut captured = [None, None];
    // A question for a camera that is not there would be answered with an error for both.
    let present = present(&devices).await;
    let mut picks = picks;
    for kind in [DeviceKind::Microphone, DeviceKind::Camera] {
        let i = kind as usize;
        let is_missing = present.as_ref().is_some_and(|lists| lists[i].is_empty());
        if is_missing && picks[i].take().is_some() {
            captured[i] = Some(Err(Problem::NotFound));
        }
    }
    if picks == [None, None] {
        return captured;
    }
    // One question for both: on iOS a second one would take the microphone away again.
    let mut results = match (open(&devices, &picks).await, &picks) {
        (Ok(stream), _) => take(&picks, &stream),
        (Err(problem), [Some(_), Some(_)]) => {
            // One of the two is broken, taken or not allowed, and the error does not say which.
            let mut results = [None, None];
            for (i, kind) in Kind::DEVICES.into_iter().enumerate() {
                let mut alone = [None, None];
                alone[i].clone_from(&picks[i]);
                // One of the two may be allowed for good. Asking for the other would ask the
                // person again.
                let may_ask = problem != Problem::Denied
                    || permission(kind).await.is_some_and(|it| is_granted(&it));
                let [audio, video] = if may_ask {
                    match open(&devices, &alone).await {
                        Ok(stream) => take(&alone, &stream),
                        Err(problem) => all(&alone, problem),
                    }
                } else {
                    all(&alone, problem)
                };
                results[i] = audio.or(video);
            }
            results
        }
        (Err(problem), _) => all(&picks, problem),
    };
    for (captured, result) in captured.iter_mut().zip(&mut results) {
        *captured = captured.take().or(result.take());
    }
    captured
}

/// The same problem with whatever was asked for.
fn all(picks: &Picks, problem: Problem) -> Captured {
    [0, 1].map(|i| picks[i].as_ref().map(|_| Err(problem)))
}

fn take(picks: &Picks, stream: &MediaStream) -> Captured {
    let tracks = [stream.get_audio_tracks(), stream.get_video_tracks()];
    [0, 1].map(|i| picks[i].as_ref().map(|_| Track::first(&tracks[i])))
}

/// What is plugged in, by [`DeviceKind`]; `None` when the browser does not tell.
pub(crate) async fn present(devices: &MediaDevices) -> Option<[Vec<DeviceInfo>; 3]> {
    let list = JsFuture::from(devices.enumerate_devices().ok()?)
        .await
        .ok()?;
    let mut lists = [const { Vec::new() }; 3];
    for device in Array::from(&list).iter() {
        let device: MediaDeviceInfo = device.unchecked_into();
        let kind = match device.kind() {
            MediaDeviceKind::Audioinput => DeviceKind::Microphone,
            MediaDeviceKind::Videoinput => DeviceKind::Camera,
            MediaDeviceKind::Audiooutput if can_choose_speaker() => DeviceKind::Speaker,
            _ => continue,
        };
        let id = device.device_id();
        // Another name that Chromium has for one of the others on Windows.
        if id != "communications" {
            let label = device.label();
            lists[kind as usize].push(DeviceInfo { id, label });
        }
    }
    Some(lists)
}

/// Whether the microphone or the camera may be used; `None` when the browser does not tell.
pub(crate) async fn permission(kind: Kind) -> Option<PermissionStatus> {
    let name = match kind {
        Kind::Audio => "microphone",
        Kind::Video => "camera",
        Kind::Screen | Kind::ScreenAudio => return None,
    };
    let navigator = window().navigator();
    if !has(&navigator, "permissions") {
        return None;
    }
    let query = object([("name", name.into())]);
    let promise = navigator.permissions().ok()?.query(&query).ok()?;
    // Browsers that do not know the name refuse the query.
    Some(JsFuture::from(promise).await.ok()?.unchecked_into())
}

pub(super) fn is_granted(status: &PermissionStatus) -> bool {
    status.state() == PermissionState::Granted
}

async fn open(devices: &MediaDevices, picks: &Picks) -> Result<MediaStream, Problem> {
    let constraints = MediaStreamConstraints::new();
    let [audio, video] = picks;
    if let Some(pick) = audio {
        constraints.set_audio(&audio_constraints(pick));
    }
    if let Some(pick) = video {
        constraints.set_video(&video_constraints(pick));
    }
    let promise = devices
        .get_user_media_with_constraints(&constraints)
        .map_err(|_| Problem::Insecure)?;
    let error = match JsFuture::from(promise).await {
        Ok(stream) => return Ok(stream.unchecked_into()),
        Err(error) => error,
    };
    logging::log!("no microphone or camera: {}", error_text(&error));
    let problem = match error_name(&error).as_str() {
        "NotAllowedError" | "SecurityError" => Problem::Denied,
        // A device that was chosen on an earlier visit is not there: then any other will do.
        "OverconstrainedError" if picks.iter().flatten().any(|pick| *pick != Pick::Any) => {
            let any = [0, 1].map(|i| picks[i].as_ref().map(|_| Pick::Any));
            return Box::pin(open(devices, &any)).await;
        }
        "NotFoundError" | "OverconstrainedError" => Problem::NotFound,
        _ => Problem::InUse,
    };
    Err(problem)
}

fn audio_constraints(pick: &Pick) -> JsValue {
    match pick {
        Pick::Device(id) => object([("deviceId", exactly(id))]).into(),
        Pick::Any | Pick::Facing(_) => JsValue::TRUE,
    }
}

/// 720p from the chosen camera or from the one that looks at the person, or what comes closest.
fn video_constraints(pick: &Pick) -> Object {
    let ideal = |value: JsValue| object([("ideal", value)]).into();
    let which = match pick {
        Pick::Any | Pick::Facing(Facing::User) => ("facingMode", ideal("user".into())),
        Pick::Facing(Facing::Environment) => ("facingMode", ideal("environment".into())),
        Pick::Device(id) => ("deviceId", exactly(id)),
    };
    object([
        ("width", ideal(1280.into())),
        ("height", ideal(720.into())),
        which,
    ])
}

fn exactly(id: &str) -> JsValue {
    object([("exact", id.into())]).into()
}

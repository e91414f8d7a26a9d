//! Microphone and camera: whether there are any, and what comes of asking for them.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::{
    Check,
    findings::{Answer, Device, Frame, Trial},
};
use crate::{
    call::{DeviceKind, Kind, media_devices, permission, present},
    dom::{error_name, has, window},
};

/// Looks what there is, and asks nobody.
pub(crate) async fn look() -> [Device; 2] {
    let is_secure = is_secure();
    let is_framed = frame() == Frame::Closed;
    let lists = match media_devices() {
        Some(devices) => present(&devices).await,
        None => None,
    };
    let mut found = [Device::Missing, Device::Missing];
    for (found, kind) in found.iter_mut().zip(Kind::DEVICES) {
        // What cannot be listed may be there.
        let is_there = lists
            .as_ref()
            .is_none_or(|lists| !lists[device_kind(kind) as usize].is_empty());
        *found = Device::before(is_secure, is_framed, is_there, &state(kind).await);
    }
    found
}

/// Asks for what is there, with one question if that is possible, and gives it back at once.
pub(super) async fn try_devices(check: Check) {
    let Some(devices) = media_devices() else {
        return;
    };
    // Something may have been plugged in, or allowed.
    let known = look().await;
    let wanted = known
        .each_ref()
        .map(|device| device.can_ask() && *device != Device::Missing);
    check.note(|findings| {
        let trials = [&mut findings.microphone, &mut findings.camera];
        for ((trial, wanted), known) in trials.into_iter().zip(wanted).zip(known) {
            *trial = if wanted {
                Trial::Busy
            } else {
                Trial::Done(known)
            };
        }
    });
    let [microphone, camera] = ask(&devices, wanted).await;
    check.note(|findings| {
        for (trial, answer) in [
            (&mut findings.microphone, microphone),
            (&mut findings.camera, camera),
        ] {
            if let Some(device) = answer {
                *trial = Trial::Done(device);
            }
        }
    });
}

/// What comes of asking, microphone and camera; `None` for what is not wanted.
async fn ask(devices: &MediaDevices, wanted: [bool; 2]) -> [Option<Device>; 2] {
    if wanted == [false; 2] {
        return [None, None];
    }
    let error = match open(devices, wanted).await {
        Ok(names) => return names.map(|name| name.map(Device::Works)),
        Err(error) => error,
    };
    let mut answers = [None, None];
    for (i, kind) in Kind::DEVICES.into_iter().enumerate() {
        if !wanted[i] {
            continue;
        }
        // One of the two is not handed out, and the error does not say which.
        let is_no = error_name(&error) == "NotAllowedError";
        let outcome = if wanted == [true; 2] && !(is_no && state(kind).await != "granted") {
            let mut alone = [false; 2];
            alone[i] = true;
            open(devices, alone).await
        } else {
            Err(error.clone())
        };
        answers[i] = Some(match outcome {
            Ok([microphone, camera]) => Device::Works(microphone.or(camera).unwrap_or_default()),
            Err(error) => Device::refused(&Answer {
                name: error_name(&error),
                message: property(&error, "message").as_string().unwrap_or_default(),
                permission: state(kind).await,
            }),
        });
    }
    answers
}

/// Opens what is wanted and gives it back; tells the names.
async fn open(devices: &MediaDevices, wanted: [bool; 2]) -> Result<[Option<String>; 2], JsValue> {
    let constraints = MediaStreamConstraints::new();
    let [microphone, camera] = wanted;
    if microphone {
        constraints.set_audio(&JsValue::TRUE);
    }
    if camera {
        constraints.set_video(&JsValue::TRUE);
    }
    let promise = devices.get_user_media_with_constraints(&constraints)?;
    let stream: MediaStream = JsFuture::from(promise).await?.unchecked_into();
    let release = |tracks: Array| {
        let track: MediaStreamTrack = tracks.get(0).dyn_into().ok()?;
        track.stop();
        Some(track.label())
    };
    Ok([
        release(stream.get_audio_tracks()),
        release(stream.get_video_tracks()),
    ])
}

/// The state of a permission, as the browser spells it; empty when it does not tell.
async fn state(kind: Kind) -> String {
    match permission(kind).await {
        Some(status) => property(&status, "state").as_string().unwrap_or_default(),
        None => String::new(),
    }
}

fn device_kind(kind: Kind) -> DeviceKind {
    match kind {
        Kind::Audio => DeviceKind::Microphone,
        _ => DeviceKind::Camera,
    }
}

/// Whether browsers hand out devices at this address.
pub(super) fn is_secure() -> bool {
    property(&window(), "isSecureContext").is_truthy()
}

/// Whether this page stands in another one, and what that one lets it use.
pub(super) fn frame() -> Frame {
    let window = window();
    if property(&window, "top") == property(&window, "self") {
        return Frame::None;
    }
    let document = property(&window, "document");
    // Browsers that have neither do not say.
    let policy = ["permissionsPolicy", "featurePolicy"]
        .into_iter()
        .find(|name| has(&document, name))
        .map(|name| property(&document, name));
    let is_open = policy.is_none_or(|policy| {
        let allows = property(&policy, "allowsFeature").dyn_into::<Function>();
        ["camera", "microphone"].into_iter().all(|feature| {
            let allows = allows
                .as_ref()
                .map(|allows| allows.call1(&policy, &feature.into()));
            // An answer that is none keeps nothing.
            !matches!(allows, Ok(Ok(answer)) if answer.is_falsy())
        })
    });
    if is_open { Frame::Open } else { Frame::Closed }
}

fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

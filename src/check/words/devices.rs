//! What there is to say about microphone and camera.

use super::{
    Line,
    Tone::{Good, Warning, Wrong},
    advise, busy, good, waiting,
};
use crate::{
    check::{Device, Trial},
    language::{DeviceTrialWords, Text},
};

/// One of the two, with this title.
pub(super) fn device(words: &DeviceTrialWords, title: Text, device: &Trial<Device>) -> Line {
    let device = match device {
        Trial::Waiting => return waiting(title, words.question),
        Trial::Busy => return busy(title, words.asking),
        Trial::Done(device) => device,
    };
    let (tone, advice) = match device {
        Device::Works(name) if name.is_empty() => return good(title, words.works),
        Device::Works(name) => return good(title, words.named_works.with(name)),
        Device::Allowed => (Good, words.allowed),
        Device::Unasked => (Good, words.unasked),
        Device::Missing => (Warning, words.missing),
        Device::Insecure => (Wrong, words.insecure),
        Device::Framed => (Wrong, words.framed),
        Device::Denied => (Wrong, words.denied),
        Device::Dismissed => (Warning, words.dismissed),
        Device::System => (Wrong, words.system),
        Device::InUse => (Wrong, words.in_use),
    };
    advise(tone, title, advice)
}

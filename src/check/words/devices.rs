//! What there is to say about microphone and camera.

use super::{
    Line,
    Tone::{Good, Warning, Wrong},
    busy, good, line, waiting,
};
use crate::check::{Device, Trial};

pub(super) fn microphone(device: &Trial<Device>) -> Line {
    about("Microphone", "Whether there is one.", device)
}

pub(super) fn camera(device: &Trial<Device>) -> Line {
    about("Camera", "Whether there is one.", device)
}

fn about(title: &'static str, question: &str, device: &Trial<Device>) -> Line {
    let device = match device {
        Trial::Waiting => return waiting(title, question),
        Trial::Busy => return busy(title, "If your browser shows a question, choose Allow."),
        Trial::Done(device) => device,
    };
    let (tone, text, advice) = match device {
        Device::Works(name) if name.is_empty() => return good(title, "It works."),
        Device::Works(name) => return good(title, format!("It works: {name}.")),
        Device::Allowed => (
            Good,
            "There is one, and this page may use it.",
            "The button below tries it.",
        ),
        Device::Unasked => (
            Good,
            "There is one. The browser asks before it hands it out.",
            "The button below has it ask.",
        ),
        Device::Missing => (
            Warning,
            "None is found.",
            "Plug one in, or look whether the settings of the system or a switch on the device turn it off. A call goes without it.",
        ),
        Device::Insecure => (
            Wrong,
            "Browsers hand out none at this address.",
            "See what stands above about the address.",
        ),
        Device::Framed => (
            Wrong,
            "The page around this one keeps it.",
            "Open this page in a tab of its own.",
        ),
        Device::Denied => (
            Wrong,
            "Your browser does not allow it.",
            "Click the sign left of the address and allow it, then try it with the button below.",
        ),
        Device::Dismissed => (
            Warning,
            "The browser's question was closed without an answer.",
            "Try again, and choose Allow.",
        ),
        Device::System => (
            Wrong,
            "The system keeps it from the browser.",
            "Allow it for the browser in the settings of the system, under privacy, then start the browser anew.",
        ),
        Device::InUse => (
            Wrong,
            "It cannot be used now.",
            "Another program may be using it: close that one, or plug the device in again, and try again.",
        ),
    };
    line(tone, title, text, advice)
}

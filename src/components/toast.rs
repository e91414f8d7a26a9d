use leptos::prelude::*;

use crate::call::{Call, DeviceKind, News, Warning};

/// A second sentence below the notice: what happened to the devices by itself, for a while, and
/// what the person should know about their microphone, as long as it lasts.
#[component]
pub fn Toast(
    /// The call it speaks of.
    call: Call,
) -> impl IntoView {
    let class = move || {
        let devices = call.devices.read();
        match (&devices.news, devices.warning) {
            (Some(_), _) => "toast toast-news",
            (None, Some(_)) => "toast",
            (None, None) => "toast toast-none",
        }
    };
    let text = move || {
        let devices = call.devices.read();
        match (&devices.news, devices.warning) {
            (Some(news), _) => tell(news),
            (None, Some(warning)) => warn(warning).to_owned(),
            (None, None) => String::new(),
        }
    };
    // Always there, so that a screen reader hears of what appears in it.
    view! {
        <p class=class role="status">
            {text}
        </p>
    }
}

fn tell(news: &News) -> String {
    match news {
        News::Gone(kind, None) => ["The ", name(*kind), " is gone."].concat(),
        News::Gone(kind, Some(label)) => {
            ["The ", name(*kind), " is gone. Now in use: ", label].concat()
        }
        News::Back(kind, label) => ["The ", name(*kind), " is back: ", label].concat(),
        News::Refused(kind) => [
            "That ",
            name(*kind),
            " cannot be used. Another program may be using it.",
        ]
        .concat(),
        News::ScreenFailed => {
            "The screen cannot be shared. Does the system allow this browser to record it?"
                .to_owned()
        }
    }
}

fn warn(warning: Warning) -> &'static str {
    match warning {
        Warning::TalkingWhileMuted => "You are talking, and your microphone is off.",
        Warning::SilentMicrophone => {
            "Nothing comes from your microphone. Is it switched off, or is it the wrong one?"
        }
    }
}

fn name(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Microphone => "microphone",
        DeviceKind::Camera => "camera",
        DeviceKind::Speaker => "speaker",
    }
}

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use crate::call::{Call, DeviceKind, News, Warning};

/// How long news stay, in milliseconds; the style sheet fades them out at the end of it.
const STAY: u32 = 8_000;

/// A second sentence below the notice: what happened to the devices by itself, for a while, and
/// what the person should know about their microphone, as long as it lasts.
#[component]
pub fn Toast(
    /// The call it speaks of.
    call: Call,
) -> impl IntoView {
    let count = StoredValue::new(0);
    Effect::new(move || {
        if call.news.read().is_none() {
            return;
        }
        count.update_value(|count| *count += 1);
        let own = count.get_value();
        spawn_local(async move {
            TimeoutFuture::new(STAY).await;
            // Unless other news have come since, or the page is gone.
            if count.try_get_value() == Some(own) {
                call.news.try_set(None);
            }
        });
    });
    let text = move || match (&*call.news.read(), call.warning.get()) {
        (Some(news), _) => tell(news),
        (None, Some(warning)) => warn(warning).to_owned(),
        (None, None) => String::new(),
    };
    view! {
        // Always there, so that a screen reader hears of what appears in it.
        <p
            class="toast"
            class:toast-none=move || call.news.read().is_none() && call.warning.get().is_none()
            class:toast-news=move || call.news.read().is_some()
            role="status"
        >
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

//! What happened to the devices by itself.

use leptos::prelude::*;

use super::Inside;
use crate::{
    call::{News, Warning},
    language::{Text, ToastWords},
};

/// A second sentence below the notice: what happened to the devices by itself, for a while, and
/// what the person should know about their microphone, as long as it lasts.
pub(super) fn view(inside: Inside) -> AnyView {
    let Inside { call, words, .. } = inside;
    let words = &words.toast;
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
            (Some(news), _) => tell(words, news),
            (None, Some(warning)) => warn(words, warning).to_owned(),
            (None, None) => String::new(),
        }
    };
    // Always there, so that a screen reader hears of what appears in it.
    view! {
        <p class=class role="status">
            {text}
        </p>
    }
    .into_any()
}

fn tell(words: &ToastWords, news: &News) -> String {
    match news {
        News::Gone(kind, None) => words.gone[*kind as usize].to_owned(),
        News::Gone(kind, Some(label)) => [words.replaced[*kind as usize], label].concat(),
        News::Back(kind, label) => [words.back[*kind as usize], label].concat(),
        News::Refused(kind) => words.refused[*kind as usize].to_owned(),
        News::ScreenFailed => words.screen_failed.to_owned(),
    }
}

fn warn(words: &ToastWords, warning: Warning) -> Text {
    match warning {
        Warning::TalkingWhileMuted => words.talking_while_muted,
        Warning::SilentMicrophone => words.silent_microphone,
    }
}

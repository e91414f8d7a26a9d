//! What is happening, in words. What is said in a room is loaded later (`inside/notice.rs`).

use leptos::{html::Div, prelude::*};

use super::Later;
use crate::{
    call::{Call, Device, MediaState, Membership, Problem},
    dom::is_focus_lost,
    language::{Advice, Text, Words, use_words},
};

/// A sentence, and what the person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// How urgent it is.
    pub tone: Tone,
    /// What is happening.
    pub text: Text,
    /// What the person can do about it; may be empty.
    pub hint: Text,
}

/// How urgent a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// All is as it should be.
    Good,
    /// Something is under way.
    Busy,
    /// Something is missing or broke.
    Warning,
}

impl Tone {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warning => "warning",
        }
    }
}

/// Says what is happening in a call; changes are announced to screen readers.
#[component]
pub fn Notice(
    /// The call it speaks of.
    call: Call,
    /// What is loaded later, and says more.
    later: Later,
) -> impl IntoView {
    let words = use_words();
    // From the click on Join on there is more to be said than a first visit needs to know.
    let sentence = Memo::new(move |_| {
        let later = later.say(|parts| (parts.sentence)());
        later.unwrap_or_else(|| at_first(words, call.media.get(), &call.membership.read()))
    });
    let element = NodeRef::<Div>::new();
    // The button that was pressed is gone in the next state: whoever uses the keyboard goes on here.
    Effect::new(move |before: Option<Membership>| {
        let now = call.membership.get();
        // Nobody has pressed anything while the page was loading.
        if before.is_some_and(|before| before != Membership::Loading && before != now) {
            request_animation_frame(move || {
                if let Some(element) = element.get_untracked().filter(|_| is_focus_lost()) {
                    // A focus that cannot be set stays where it is.
                    element.focus().ok();
                }
            });
        }
        now
    });
    view! {
        <div
            class="notice"
            role="status"
            tabindex="-1"
            node_ref=element
            data-tone=move || sentence.read().tone.as_str()
        >
            <p class="notice-text">{move || sentence.read().text}</p>
            <p class="notice-hint">{move || sentence.read().hint}</p>
            <p class="notice-hint">{move || later.say(|parts| (parts.remark)())}</p>
            <p class="notice-hint">{move || later.say(|parts| (parts.visit)())}</p>
        </div>
    }
}

/// What is said until more is loaded.
fn at_first(words: &Words, media: MediaState, membership: &Membership) -> Sentence {
    use Tone::{Busy, Warning};
    let notice = &words.notice;
    match membership {
        Membership::Loading => say(Busy, (notice.loading, "")),
        Membership::Unsupported => say(Warning, notice.unsupported),
        Membership::Outside => before_joining(words, media),
        _ => say(Busy, (notice.joining, missing(words, media))),
    }
}

/// What is said to whoever looks at the own picture.
pub(crate) fn before_joining(words: &Words, media: MediaState) -> Sentence {
    use Device::Unavailable;
    use Problem::{Denied, InUse, Insecure, NotFound};
    use Tone::{Busy, Good, Warning};
    let missing = missing(words, media);
    let words = &words.notice;
    if media.asking {
        return say(Busy, words.asking);
    }
    match (media.microphone, media.camera) {
        (Unavailable(Insecure), _) | (_, Unavailable(Insecure)) => say(Warning, words.insecure),
        (Unavailable(Denied), _) | (_, Unavailable(Denied)) => say(Warning, words.denied),
        (Unavailable(NotFound), Unavailable(NotFound)) => say(Warning, words.no_devices),
        (Unavailable(InUse), Unavailable(_)) | (Unavailable(_), Unavailable(InUse)) => {
            say(Warning, words.devices_in_use)
        }
        (_, Unavailable(NotFound)) => say(Good, (words.no_camera, missing)),
        (_, Unavailable(_)) => say(Warning, words.camera_in_use),
        (Unavailable(_), Device::On) => say(Warning, (words.no_microphone, missing)),
        (Unavailable(_), _) => say(Warning, (words.no_microphone_camera_off, missing)),
        _ => say(Good, (words.ready, "")),
    }
}

/// What the other person misses, when it is not of one's own choice.
pub(crate) fn missing(words: &Words, media: MediaState) -> Text {
    use Device::Unavailable;
    let words = &words.notice;
    match (media.microphone, media.camera) {
        (Unavailable(_), Unavailable(_)) => words.neither_heard_nor_seen,
        (Unavailable(_), _) => words.not_heard,
        (_, Unavailable(_)) => words.not_seen,
        _ => "",
    }
}

/// A sentence and its hint, as urgent as this.
pub(crate) fn say(tone: Tone, (text, hint): Advice) -> Sentence {
    Sentence { tone, text, hint }
}

//! What has just happened, in a sentence that goes away by itself and is read out.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// A sentence stays for so long, in milliseconds.
const STAYS: u32 = 6_000;

/// Says one sentence at a time. Copies are the same.
#[derive(Clone, Copy, Default)]
pub(super) struct Announcer {
    sentence: RwSignal<String>,
    count: RwSignal<u32>,
}

impl Announcer {
    /// Says it now, whatever was said before.
    pub(super) fn say(self, sentence: impl Into<String>) {
        let this = self.count.get_untracked().wrapping_add(1);
        self.count.set(this);
        self.sentence.set(sentence.into());
        spawn_local(async move {
            TimeoutFuture::new(STAYS).await;
            // The call may be over by then.
            if self.count.try_get_untracked() == Some(this) {
                self.sentence.set(String::new());
            }
        });
    }
}

/// Where it stands. Always there, so that a screen reader hears of what appears in it.
pub(super) fn view(announcer: Announcer) -> AnyView {
    let class = move || match announcer.sentence.read().is_empty() {
        true => "said said-none",
        false => "said",
    };
    view! {
        <p class=class role="status">
            {move || announcer.sentence.get()}
        </p>
    }
    .into_any()
}

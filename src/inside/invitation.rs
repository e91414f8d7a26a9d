//! The link to this page, to be sent to the other person.

use gloo_timers::future::TimeoutFuture;
use leptos::{html::Input, prelude::*, task::spawn_local};

use super::Inside;
use crate::{
    components::Icon,
    dom::{copy_text, window},
};

/// What stands in the card while one is alone.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.invitation;
    // The server does not know under which address it was reached; the browser does.
    let (link, set_link) = signal(String::new());
    let (is_copied, set_copied) = signal(false);
    let field = NodeRef::<Input>::new();
    Effect::new(move || set_link.set(window().location().href().unwrap_or_default()));
    let copy = move |_| {
        spawn_local(async move {
            let copied = copy_text(&link.get_untracked()).await.is_ok();
            set_copied.try_set(copied);
            if copied {
                TimeoutFuture::new(2_000).await;
                set_copied.try_set(false);
            } else if let Some(field) = field.get_untracked() {
                // No clipboard here: the link is selected, to be copied by hand.
                field.select();
            }
        });
    };
    view! {
        <div class="invitation">
            <label class="field-label" for="link">
                {words.link_label}
            </label>
            <div class="field-row">
                <input
                    class="field"
                    id="link"
                    readonly
                    node_ref=field
                    prop:value=link
                    on:focus=move |_| {
                        if let Some(field) = field.get_untracked() {
                            field.select();
                        }
                    }
                />
                <button class="button button-primary" on:click=copy>
                    {move || if is_copied.get() { Icon::Check.view() } else { Icon::Copy.view() }}
                    {move || if is_copied.get() { words.copied } else { words.copy }}
                </button>
                <span class="visually-hidden" aria-live="polite">
                    {move || is_copied.get().then_some(words.link_is_copied)}
                </span>
            </div>
        </div>
    }
    .into_any()
}

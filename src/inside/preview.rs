//! What one may want to try before joining: is the microphone on, is the speaker the right one, how does one look.

mod blur;
mod chime;
mod level;
mod missing;
mod recording;
mod speaker;

use leptos::prelude::*;

use super::{Inside, people};
use crate::call::Membership;

/// What stands in the card before one joins. Nothing of it stays when one does: what it holds of the devices is given back.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.preview;
    let is_before = Memo::new(move |_| *inside.call.membership.read() == Membership::Outside);
    let view = move || {
        view! {
            <section class="preview" aria-label=words.title>
                {missing::view(inside)}
                {level::view(inside)}
                {people::name_form(inside)}
                <details class="preview-more">
                    <summary>{words.more}</summary>
                    <div class="preview-tries">
                        {speaker::view(inside)}
                        {recording::view(inside)}
                        {blur::view(inside)}
                    </div>
                </details>
            </section>
        }
    };
    (move || is_before.get().then(view)).into_any()
}

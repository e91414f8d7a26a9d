//! What some rooms ask newcomers for.

use leptos::{ev::SubmitEvent, html::Input, prelude::*};

use super::Inside;
use crate::{call::Membership, protocol::ErrorCode};

/// The longest that one can type, in UTF-16 units.
const MOST: &str = "128";

/// The field for it, when the room wants one.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.passcode;
    let wanted = Memo::new(move |_| match *inside.call.membership.read() {
        Membership::Refused(ErrorCode::PasscodeRequired) => Some(false),
        Membership::Refused(ErrorCode::WrongPasscode) => Some(true),
        _ => None,
    });
    let form = move |is_wrong: bool| {
        let field = NodeRef::<Input>::new();
        let enter = move |event: SubmitEvent| {
            event.prevent_default();
            let passcode = field.get_untracked().map(|field| field.value());
            if let Some(passcode) = passcode.filter(|passcode| !passcode.is_empty()) {
                inside.conversation.enter(passcode);
            }
        };
        Effect::new(move || {
            if let Some(field) = field.get() {
                field.focus().ok();
            }
        });
        view! {
            <form class="passcode" on:submit=enter>
                <label class="field-label" for="passcode">
                    {words.label}
                </label>
                <input
                    class="field"
                    id="passcode"
                    type="password"
                    autocomplete="off"
                    maxlength=MOST
                    required
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby="passcode-wrong"
                    node_ref=field
                />
                <p class="field-error" id="passcode-wrong" role="alert">
                    {is_wrong.then_some(words.wrong)}
                </p>
                <button class="button button-primary">{words.enter}</button>
            </form>
        }
        .into_any()
    };
    let view = move || wanted.get().map(form);
    view.into_any()
}

//! The link to this room, to be sent to the others.

use gloo_timers::future::TimeoutFuture;
use leptos::{
    html::{Dialog, Input},
    prelude::*,
    task::spawn_local,
};
use wasm_bindgen_futures::JsFuture;
use web_sys::ShareData;

use super::{Inside, more::Item, more::picture, qr};
use crate::{
    components::Icon,
    dom::{copy_text, has, window},
    language::Text,
};

/// What stands in the card while one is alone.
pub(super) fn view(inside: Inside) -> AnyView {
    let words = &inside.words.invitation;
    let open = move |_| inside.inviting.set(true);
    view! {
        <div class="invitation">
            {link_row(inside, "link")}
            <div class="invitation-ways">
                {share(inside)}
                <button class="button" on:click=open>
                    {picture(icondata_lu::LuQrCode)}
                    {words.qr}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The line that opens the dialog.
pub(super) fn item(inside: Inside) -> AnyView {
    let press = Box::new(move || inside.inviting.set(true));
    let (icon, label) = (icondata_lu::LuUserRoundPlus, inside.words.invitation.title);
    Item { icon, label, press }.view()
}

/// The dialog with everything that invites. The browser keeps the focus in it, closes it with Escape, and gives the focus back.
pub(super) fn dialog(inside: Inside) -> AnyView {
    let words = &inside.words.invitation;
    let element = NodeRef::<Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = element.get()
            && !dialog.open()
        {
            // Only one that is open already, or not in the page any more, cannot be opened.
            dialog.show_modal().ok();
        }
    });
    let close = move |_| {
        if let Some(dialog) = element.get_untracked() {
            dialog.close();
        }
    };
    let dialog = move || {
        let qr = qr::picture(&link()).map(|qr::Picture { size, path }| {
            view! {
                <svg
                    class="invite-qr"
                    viewBox=format!("0 0 {size} {size}")
                    role="img"
                    aria-label=words.qr
                >
                    <path d=path></path>
                </svg>
                <p class="invite-hint">{words.scan}</p>
            }
        });
        view! {
            <dialog
                class="invite"
                node_ref=element
                aria-labelledby="invite-title"
                closedby="any"
                on:close=move |_| inside.inviting.set(false)
            >
                <header class="side-bar">
                    <h2 class="side-title" id="invite-title">
                        {words.title}
                    </h2>
                    <button
                        class="control control-more"
                        aria-label=inside.words.side.close
                        title=inside.words.side.close
                        on:click=close
                    >
                        {picture(icondata_lu::LuX)}
                    </button>
                </header>
                <div class="invite-content">
                    {qr}
                    {link_row(inside, "invite-link")}
                    {share(inside)}
                </div>
            </dialog>
        }
    };
    (move || inside.inviting.get().then(dialog)).into_any()
}

/// Under which address the others find this room; the server does not know it. What else the address of this page says is for
/// this page alone.
fn link() -> String {
    let location = window().location();
    let part = |part: Result<String, _>| part.unwrap_or_default();
    part(location.origin()) + &part(location.pathname())
}

/// The link, and the button that copies it.
fn link_row(inside: Inside, id: Text) -> AnyView {
    let words = &inside.words.invitation;
    let (is_copied, set_copied) = signal(false);
    let field = NodeRef::<Input>::new();
    let select = move || {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    let copy = move |_| {
        spawn_local(async move {
            let copied = copy_text(&link()).await.is_ok();
            set_copied.try_set(copied);
            if copied {
                TimeoutFuture::new(2_000).await;
                set_copied.try_set(false);
            } else {
                // No clipboard here: the link is selected, to be copied by hand.
                select();
            }
        });
    };
    view! {
        <label class="field-label" for=id>
            {words.link_label}
        </label>
        <div class="field-row">
            <input
                class="field"
                id=id
                readonly
                node_ref=field
                prop:value=link()
                on:focus=move |_| select()
            />
            <button class="button button-primary" on:click=copy>
                {move || if is_copied.get() { Icon::Check.view() } else { Icon::Copy.view() }}
                {move || if is_copied.get() { words.copied } else { words.copy }}
            </button>
            <span class="visually-hidden" aria-live="polite">
                {move || is_copied.get().then_some(words.link_is_copied)}
            </span>
        </div>
    }
    .into_any()
}

/// Hands the link to whatever the system sends links with, where the browser can.
fn share(inside: Inside) -> Option<AnyView> {
    let words = &inside.words.invitation;
    let share = move |_| {
        let data = ShareData::new();
        data.set_url(&link());
        data.set_title("Duplex");
        let sharing = window().navigator().share_with_data(&data);
        // Whoever closes the sheet has not failed, and where it cannot be opened there is the link.
        spawn_local(async move { drop(JsFuture::from(sharing).await) });
    };
    let can_share = has(&window().navigator(), "share");
    can_share.then(|| {
        view! {
            <button class="button" on:click=share>
                {picture(icondata_lu::LuShare2)}
                {words.share}
            </button>
        }
        .into_any()
    })
}

//! The ways to offer files: chosen, dropped anywhere on the page, or pasted.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, File, FileList};

use super::super::{Inside, side::Side};
use crate::{
    call::{MOST_OFFERS, Stage},
    dom::{Listener, window},
};

/// Offers these files to all who are there, and shows what becomes of them.
pub(super) fn offer(inside: Inside, files: Option<FileList>) {
    let Some(files) = files else { return };
    let mut files: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    let is_useful = inside.is_in() && !files.is_empty();
    if !is_useful || inside.call.peers.with_untracked(Vec::is_empty) {
        return;
    }
    let waiting = inside.conversation.files.with_untracked(|all| {
        let is_waiting = |one: &&crate::call::Transfer| one.is_own && one.stage == Stage::Offered;
        all.iter().filter(is_waiting).count()
    });
    let room = MOST_OFFERS.saturating_sub(waiting);
    inside.too_many.set(files.len() > room);
    files.truncate(room);
    inside.conversation.offer_files(files);
    inside.side.set(Some(Side::Chat));
}

/// The name of the last file that waits for the person, and how many do.
pub(in crate::inside) fn waiting(inside: Inside) -> (usize, Option<String>) {
    let files = inside.conversation.files.read();
    let offered = files
        .iter()
        .filter(|one| !one.is_own && one.stage == Stage::Offered);
    let last = offered.clone().next_back().map(|one| one.name.clone());
    (offered.count(), last)
}

/// What says that a file may be dropped here, while one is held over the page.
pub(in crate::inside) fn drop_zone(inside: Inside) -> AnyView {
    let is_over = RwSignal::new(false);
    let can_take = move |transfer: Option<&DataTransfer>| {
        inside
            .call
            .membership
            .with_untracked(|membership| membership.is_in())
            && transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
    };
    let over = move |event: DragEvent| {
        if can_take(event.data_transfer().as_ref()) {
            // Otherwise the browser would open the file in place of the call.
            event.prevent_default();
            is_over.set(true);
        }
    };
    let left = move |event: DragEvent| {
        // Not from one element of the page to the next.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    };
    let dropped = move |event: DragEvent| {
        let transfer = event.data_transfer();
        is_over.set(false);
        if can_take(transfer.as_ref()) {
            event.prevent_default();
            offer(inside, transfer.and_then(|transfer| transfer.files()));
        }
    };
    let pasted = move |event: ClipboardEvent| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            offer(inside, files);
        }
    };
    let listeners = [
        Listener::new(&window(), "dragover", over),
        Listener::new(&window(), "dragleave", left),
        Listener::new(&window(), "drop", dropped),
        Listener::new(&window(), "paste", pasted),
    ];
    let listeners = SendWrapper::new(listeners);
    on_cleanup(move || drop(listeners));
    let zone = move || {
        is_over.get().then(|| {
            view! {
                <div class="drop-zone">
                    <p>{inside.words.files.drop}</p>
                </div>
            }
        })
    };
    zone.into_any()
}

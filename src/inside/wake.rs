//! The screen stays on during a call.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

use super::Inside;
use crate::dom::{Listener, window};

/// Holds it as long as the person is in the room and looks at the page: the browser lets go of it when they look
/// elsewhere.
pub(super) fn keep(inside: Inside) {
    let Some(page) = window().document() else {
        return;
    };
    let held = StoredValue::new_local(None::<JsValue>);
    let is_visible = RwSignal::new(!page.hidden());
    let listener = {
        Listener::new(&page.clone(), "visibilitychange", move |_: Event| {
            is_visible.try_set(!page.hidden());
        })
    };
    let listener = SendWrapper::new(listener);
    on_cleanup(move || drop(listener));
    let wanted = Memo::new(move |_| is_visible.get() && inside.is_in());
    Effect::new(move || {
        let wanted_now = wanted.get();
        spawn_local(async move {
            if !wanted_now {
                if let Some(lock) = held.try_update_value(Option::take).flatten() {
                    call(&lock, "release", &[]).await;
                }
                return;
            }
            // Not every browser has it, and none has to give it, with an empty battery for example.
            let navigator = window().navigator();
            let locks = Reflect::get(&navigator, &"wakeLock".into()).unwrap_or_default();
            let Some(lock) = call(&locks, "request", &["screen".into()]).await else {
                return;
            };
            if wanted.try_get_untracked() == Some(true) {
                held.try_set_value(Some(lock));
            } else {
                call(&lock, "release", &[]).await;
            }
        });
    });
}

/// What the promise of this method gives; nothing where there is no such method.
async fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method = Reflect::get(object, &method.into()).ok()?;
    let method = method.dyn_ref::<Function>()?;
    let arguments = arguments.iter().collect();
    let promise = method.apply(object, &arguments).ok()?;
    JsFuture::from(promise.dyn_into::<Promise>().ok()?)
        .await
        .ok()
}

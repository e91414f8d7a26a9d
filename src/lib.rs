//! Duplex: live 1-to-1 audio and video in the browser that people host themselves.
//!
//! One crate with two faces. With the feature `ssr` it is the server: it renders the pages and
//! carries the signaling. With `hydrate` it is the browser's half: the same pages come alive and
//! drive WebRTC. Every `cfg` on a feature stands in this file and in `main.rs`.
//!
//! Imports run one way, downwards:
//!
//! ```text
//! main → server → signaling → settings ──────────────┐
//! lib  → app → pages → components → call → socket ───┴→ protocol
//!                    ↘ check ──────────↗
//! ```
//!
//! What a person reads comes from `language`, which imports nothing but `protocol`.

// A view is one type, nested as deep as the page.
#![recursion_limit = "512"]

pub mod app;
pub mod base;
pub mod call;
pub mod check;
pub mod components;
pub mod dom;
mod inside;
pub mod language;
pub mod pages;
pub mod protocol;
pub mod socket;

#[cfg(not(feature = "split"))]
#[path = "call_route/eager.rs"]
mod call_route;
#[cfg(feature = "split")]
#[path = "call_route/lazy.rs"]
mod call_route;

#[cfg(not(feature = "split"))]
#[path = "check_route/eager.rs"]
mod check_route;
#[cfg(feature = "split")]
#[path = "check_route/lazy.rs"]
mod check_route;

#[cfg(not(feature = "split"))]
#[path = "engine_start/eager.rs"]
mod engine_start;
#[cfg(feature = "split")]
#[path = "engine_start/lazy.rs"]
mod engine_start;

#[cfg(not(feature = "split"))]
#[path = "inside_start/eager.rs"]
mod inside_start;
#[cfg(feature = "split")]
#[path = "inside_start/lazy.rs"]
mod inside_start;

#[cfg(feature = "ssr")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "ssr")]
pub mod random;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod signaling;

/// Brings the server's HTML to life; called by the script in the page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let base = base::Base::in_browser(&dom::base_path());
    let language = language::Language::from_tag(&dom::page_language()).unwrap_or_default();
    wasm_bindgen_futures::spawn_local(async move {
        // It has just been compiled. In between the browser can draw.
        gloo_timers::future::TimeoutFuture::new(0).await;
        leptos::mount::hydrate_lazy(move || app::App(app::AppProps { base, language }));
    });
}

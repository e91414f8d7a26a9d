//! The engine of a call in a file of its own: who only looks at the call page does not load it.

#![allow(
    unsafe_code,
    reason = "the macro links the main file to the one that is loaded later"
)]

use gloo_timers::future::TimeoutFuture;
use leptos::{
    logging,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::call::engine::{Beginning, run};

/// A bad network gets so long before the next attempt to load, in milliseconds.
const WAIT: u32 = 1_000;

/// Starts the engine of a call, as soon as it is loaded.
pub(crate) fn start(beginning: Beginning) {
    spawn_local(async move {
        while let Err(error) = load().await {
            logging::warn!("the call is not loaded yet: {error}");
            TimeoutFuture::new(WAIT).await;
        }
        // It is loaded: there is nothing left that can fail.
        start_loaded(beginning).await.ok();
    });
}

#[wasm_split(engine, wasm_split_path = ::leptos::wasm_split, preload(load), fallible)]
fn start_loaded(beginning: Beginning) -> Result<(), SplitLoaderError> {
    spawn_local(run(beginning));
    Ok(())
}

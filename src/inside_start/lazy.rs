//! What is inside a room in a file of its own: who only looks at the call page does not load it.

#![allow(
    unsafe_code,
    reason = "the macro links the main file to the one that is loaded later"
)]

use gloo_timers::future::TimeoutFuture;
use leptos::{
    logging,
    prelude::Owner,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    call::{Call, Conversation},
    components::Parts,
    inside,
};

/// A bad network gets so long before the next attempt to load, in milliseconds.
const WAIT: u32 = 1_000;

/// Makes it, as part of what `owner` owns, as soon as it is loaded.
pub(crate) async fn load(call: Call, conversation: Conversation, owner: Owner) -> Parts {
    loop {
        match make(call, conversation, owner.clone()).await {
            Ok(parts) => return parts,
            Err(error) => {
                logging::warn!("not loaded yet: {error}");
                TimeoutFuture::new(WAIT).await;
            }
        }
    }
}

#[wasm_split(engine, wasm_split_path = ::leptos::wasm_split, fallible)]
fn make(call: Call, conversation: Conversation, owner: Owner) -> Result<Parts, SplitLoaderError> {
    Ok(owner.with(|| inside::parts(call, conversation)))
}

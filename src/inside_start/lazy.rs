//! What is inside a room, in the file of the engine.

#![allow(
    unsafe_code,
    reason = "the macro links the main file to the one that is loaded later"
)]

use leptos::{
    prelude::Owner,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    call::{Call, Conversation},
    components::Parts,
    inside,
};

/// Makes it, as part of what `owner` owns. The engine has made the conversation, so its file is loaded: nothing
/// is left that can fail.
pub(crate) async fn load(call: Call, conversation: Conversation, owner: Owner) -> Option<Parts> {
    make(call, conversation, owner).await.ok()
}

#[wasm_split(engine, wasm_split_path = ::leptos::wasm_split, fallible)]
fn make(call: Call, conversation: Conversation, owner: Owner) -> Result<Parts, SplitLoaderError> {
    Ok(owner.with(|| inside::parts(call, conversation)))
}

//! What is inside a room in the main file, as `cargo leptos watch` builds it.

use leptos::prelude::Owner;

use crate::{
    call::{Call, Conversation},
    components::Parts,
    inside,
};

/// Makes it, as part of what `owner` owns.
pub(crate) async fn load(call: Call, conversation: Conversation, owner: Owner) -> Option<Parts> {
    Some(owner.with(|| inside::parts(call, conversation)))
}

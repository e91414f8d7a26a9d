//! The rooms in which this browser was, for the lobby.

use leptos::prelude::*;

use super::Inside;
use crate::call::{Membership, put_room_first};

/// Remembers this room as soon as the person is in it: looking at its page is not having been there.
pub(super) fn remember(inside: Inside) {
    let call = inside.call;
    Effect::new(move || {
        if *call.membership.read() == Membership::Inside {
            put_room_first(&call.room());
        }
    });
}

//! The check in a file of its own: neither the lobby nor a call loads it.

#![allow(
    unsafe_code,
    reason = "the macro links the main file to the one that is loaded later"
)]

use leptos::prelude::*;
use leptos_router::{ChooseView, Lazy, LazyRoute, lazy_route};

use crate::{components::InTurn, pages::CheckPage};

/// The view of the route: loads the check when it is needed.
pub(crate) fn view() -> impl ChooseView {
    Lazy::<CheckRoute>::new()
}

struct CheckRoute;

#[lazy_route]
impl LazyRoute for CheckRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        InTurn::new(CheckPage).into_any()
    }
}

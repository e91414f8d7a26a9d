//! The call page in a file of its own: who only sees the lobby does not load it.

#![allow(
    unsafe_code,
    reason = "the macro links the main file to the one that is loaded later"
)]

use leptos::prelude::*;
use leptos_router::{ChooseView, Lazy, LazyRoute, lazy_route};

use crate::pages::CallPage;

/// The view of the route: loads the call page when it is needed.
pub(crate) fn view() -> impl ChooseView {
    Lazy::<CallRoute>::new()
}

struct CallRoute;

#[lazy_route]
impl LazyRoute for CallRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        CallPage().into_any()
    }
}

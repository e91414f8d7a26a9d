//! The check in the main file, as `cargo leptos watch` builds it.

use leptos_router::ChooseView;

use crate::{components::InTurn, pages::CheckPage};

/// The view of the route.
pub(crate) fn view() -> impl ChooseView {
    || InTurn::new(CheckPage)
}

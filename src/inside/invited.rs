//! What the server said of the room before the page was alive.

use leptos::prelude::*;

use super::Inside;
use crate::{call::Membership, dom::window};

/// Takes it away when the person joins: from then on they see for themselves. That nobody is there goes as soon as
/// somebody is.
pub(super) fn forget(inside: Inside) {
    let call = inside.call;
    Effect::new(move || {
        let is_before = matches!(
            *call.membership.read(),
            Membership::Loading | Membership::Outside
        );
        let what = match (is_before, call.visit.get()) {
            (false, _) => ".invited > *",
            (true, true) => ".invited > [data-nobody]",
            (true, false) => return,
        };
        let page = window().document();
        while let Some(said) = page
            .as_ref()
            .and_then(|page| page.query_selector(what).ok().flatten())
        {
            said.remove();
        }
    });
}

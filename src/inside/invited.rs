//! What the server said of the room before the page was alive.

use leptos::prelude::*;

use super::Inside;
use crate::{call::Membership, dom::window};

/// Takes it away when the person joins: from then on they see for themselves.
pub(super) fn forget(inside: Inside) {
    let call = inside.call;
    Effect::new(move || {
        if matches!(
            *call.membership.read(),
            Membership::Loading | Membership::Outside
        ) {
            return;
        }
        let document = window().document();
        let said = document.and_then(|page| page.query_selector(".invited").ok().flatten());
        if let Some(said) = said {
            said.set_inner_html("");
        }
    });
}

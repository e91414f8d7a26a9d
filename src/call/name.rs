//! How the person wants to be called, remembered by the browser for every room.

use crate::{
    dom::{Store, remember, remembered},
    protocol::DisplayName,
};

/// Under this key the browser remembers it.
const KEY: &str = "duplex-name";

/// The name that was given last, if there is one.
pub(super) fn remembered_name() -> Option<DisplayName> {
    DisplayName::parse(&remembered(Store::Browser, KEY)?).ok()?
}

/// Remembers it for the next visits, or forgets it.
pub(super) fn remember_name(name: Option<&DisplayName>) {
    remember(Store::Browser, KEY, name.map(DisplayName::as_str));
}

//! For how many a new room shall be: the lobby says it in the address of the room's page.

use wasm_bindgen::JsValue;

use crate::{
    dom::{Store, remember, remembered, window},
    protocol::RoomName,
};

/// The name of that number in the address.
pub const CAPACITY_FIELD: &str = "for";

/// The tab remembers it, because it does not stay in the address.
const KEY: &str = "duplex-for";

/// The number, if there is one. It is taken out of the address, which people copy to invite others.
pub(super) fn wanted(room: &RoomName) -> Option<usize> {
    let location = window().location();
    if let Some(capacity) = in_query(&location.search().unwrap_or_default()) {
        remember(Store::Tab, KEY, Some(&format!("{room} {capacity}")));
        if let (Ok(path), Ok(history)) = (location.pathname(), window().history()) {
            // An address that stays as it is invites to the same room.
            let state = history.state().unwrap_or(JsValue::NULL);
            history.replace_state_with_url(&state, "", Some(&path)).ok();
        }
        return Some(capacity);
    }
    let text = remembered(Store::Tab, KEY)?;
    let (name, capacity) = text.split_once(' ')?;
    (name == room.as_str()).then(|| capacity.parse().ok())?
}

fn in_query(query: &str) -> Option<usize> {
    let query = query.strip_prefix('?')?;
    let fields = query.split('&').filter_map(|field| field.split_once('='));
    let (_, value) = fields
        .into_iter()
        .find(|(name, _)| *name == CAPACITY_FIELD)?;
    // The server refuses a room for nobody, and has a limit of its own.
    value.parse().ok().filter(|capacity| *capacity > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_read_from_the_query() {
        for (query, expected) in [
            ("?for=4", Some(4)),
            ("?a=b&for=3&c", Some(3)),
            ("?for=0", None),
            ("?for=-1", None),
            ("?for=many", None),
            ("?for=99999999999999999999999", None),
            ("?fort=4", None),
            ("?for", None),
            ("", None),
        ] {
            assert_eq!(in_query(query), expected, "{query}");
        }
    }
}

//! The seat that this browser has in a room, remembered so that it can be gone on in.

use crate::{
    dom::{Store, remember, remembered},
    protocol::RoomName,
};

/// The tab remembers its own seat: loading the page again goes on in it.
const TAB_KEY: &str = "duplex-seat";

/// The browser remembers its last seat in each room: where there is no other place, a tab that
/// was opened anew goes on in it.
const BROWSER_KEY: &str = "duplex-seat:";

/// A seat in the room, if there is one.
#[derive(Default)]
pub(super) struct Seat {
    /// Proves to the server that the seat is ours.
    pub(super) token: Option<String>,
    /// The token of another tab was tried already.
    tried: bool,
}

impl Seat {
    /// The seat that this tab had when its page was loaded before.
    pub(super) fn of_this_tab(room: &RoomName) -> Option<Self> {
        let text = remembered(Store::Tab, TAB_KEY)?;
        let token = text.strip_prefix(room.as_str())?.strip_prefix(' ')?;
        Some(Self {
            token: Some(token.to_owned()),
            tried: false,
        })
    }

    /// Takes the seat that the token is for.
    pub(super) fn take(&mut self, room: &RoomName, token: String) {
        remember(Store::Tab, TAB_KEY, Some(&format!("{room} {token}")));
        remember(Store::Browser, &browser_key(room), Some(&token));
        self.token = Some(token);
        self.tried = false;
    }

    /// Goes on in the seat of another tab of this browser, which may have crashed; false when
    /// there is none.
    pub(super) fn take_over(&mut self, room: &RoomName) -> bool {
        let token = remembered(Store::Browser, &browser_key(room));
        if self.tried || token.is_none() {
            return false;
        }
        self.tried = true;
        self.token = token;
        true
    }

    /// Gives the seat up.
    pub(super) fn forget(&mut self, room: &RoomName) {
        remember(Store::Tab, TAB_KEY, None);
        // Another tab may have taken the seat over: then the token there is the same one.
        if self.token.take().is_some() {
            remember(Store::Browser, &browser_key(room), None);
        }
    }

    /// The seat is another tab's now.
    pub(super) fn give_away(&mut self) {
        remember(Store::Tab, TAB_KEY, None);
        self.token = None;
    }
}

fn browser_key(room: &RoomName) -> String {
    format!("{BROWSER_KEY}{room}")
}

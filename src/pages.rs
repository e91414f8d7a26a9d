//! The pages: layout and wording, no WebRTC.

#![expect(
    unreachable_pub,
    reason = "the component macro makes functions that are re-exported under another item"
)]

mod call;
mod check;
mod lobby;
mod not_found;

pub use call::{CallPage, Invited};
pub use check::CheckPage;
pub use lobby::Lobby;
pub use not_found::NotFound;

use leptos_router::{NavigateOptions, hooks::use_navigate};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use crate::call::CAPACITY_FIELD;
use crate::{base::use_base, protocol::RoomName};

/// Where the lobby's form leads without JavaScript: the server answers with the way to the room,
/// or to the lobby with the name that is not allowed.
pub const JOIN_PATH: &str = "/join";

/// Where the server answers with the way to a new room.
pub const NEW_PATH: &str = "/new";

/// How many a room is for that is not for two.
pub const FOUR: usize = 4;

/// What a path may not hold as it is; the signs of a room name stay readable.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The address of the call page of a room, without scheme and host.
pub fn room_path(room: &RoomName) -> String {
    format!("/room/{}", utf8_percent_encode(room.as_str(), IN_PATH))
}

/// The address of the lobby, as seen from outside.
fn lobby_path() -> String {
    use_base().join("/")
}

/// The address of the check, as seen from outside.
fn check_path() -> String {
    use_base().join("/check")
}

/// Gives a function that opens the call page of a room in the browser.
fn use_open_room() -> impl Fn(&RoomName) + Clone {
    let navigate = use_navigate();
    move |room| navigate(&room_path(room), NavigateOptions::default())
}

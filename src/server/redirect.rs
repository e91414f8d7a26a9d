//! Where the lobby's forms lead in a page without JavaScript.

use axum::{extract::Query, response::Redirect};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::{pages::room_path, protocol::RoomName, random::random};

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct JoinForm {
    #[serde(default)]
    room: String,
}

/// Leads to the room, or back to the lobby, which says what is wrong with the name.
pub(super) async fn join(Query(form): Query<JoinForm>) -> Redirect {
    match RoomName::parse(&form.room) {
        Ok(room) => to_room(&room),
        Err(_) => {
            let text = utf8_percent_encode(&form.room, NON_ALPHANUMERIC);
            Redirect::to(&format!("/?room={text}"))
        }
    }
}

/// Leads to a new room. Nothing is made yet: a room exists while somebody sits in it.
pub(super) async fn new_room() -> Redirect {
    to_room(&RoomName::from_random(random()))
}

fn to_room(room: &RoomName) -> Redirect {
    Redirect::to(&room_path(room))
}

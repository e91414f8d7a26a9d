//! The rooms in which this browser was, for its lobby. No server knows them.

use crate::{
    dom::{Store, remember, remembered},
    protocol::RoomName,
};

/// Under this key the browser remembers them, the last one first. No name has a space in it.
const KEY: &str = "duplex-rooms";

/// As many as are remembered.
const MOST: usize = 8;

/// The rooms, the last one first.
pub(crate) fn recent_rooms() -> Vec<RoomName> {
    read(&remembered(Store::Browser, KEY).unwrap_or_default())
}

/// Remembers that somebody came into this room.
pub(crate) fn put_room_first(room: &RoomName) {
    keep(&with(room, recent_rooms()));
}

/// Forgets one of them.
pub(crate) fn forget_room(name: &str) {
    let mut rooms = recent_rooms();
    rooms.retain(|room| room.as_str() != name);
    keep(&rooms);
}

/// Forgets all of them.
pub(crate) fn forget_rooms() {
    keep(&[]);
}

fn keep(rooms: &[RoomName]) {
    let names: Vec<_> = rooms.iter().map(RoomName::as_str).collect();
    let text = names.join(" ");
    remember(
        Store::Browser,
        KEY,
        Some(&*text).filter(|text| !text.is_empty()),
    );
}

/// What is remembered may have been changed by anything that runs on this address.
fn read(text: &str) -> Vec<RoomName> {
    let names = text.split(' ').take(MOST);
    names
        .filter_map(|name| RoomName::parse(name).ok())
        .collect()
}

fn with(room: &RoomName, mut rooms: Vec<RoomName>) -> Vec<RoomName> {
    rooms.retain(|other| other != room);
    rooms.insert(0, room.clone());
    rooms.truncate(MOST);
    rooms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(rooms: &[RoomName]) -> String {
        let names: Vec<_> = rooms.iter().map(RoomName::as_str).collect();
        names.join(" ")
    }

    #[test]
    fn the_last_room_is_the_first_and_none_is_there_twice() {
        let mut rooms = Vec::new();
        for name in ["a", "b", "a", "c", "视频"] {
            rooms = with(&RoomName::parse(name).expect("a name"), rooms);
        }
        assert_eq!(names(&rooms), "视频 c a b");
        assert_eq!(read(&names(&rooms)), rooms);
    }

    proptest! {
        #[test]
        fn whatever_is_stored_there_are_few_rooms(text: String, name in "[a-z]{1,3}") {
            let rooms = read(&text);
            prop_assert!(rooms.len() <= MOST);
            let room = RoomName::parse(&name)?;
            let rooms = with(&room, rooms);
            prop_assert!(rooms.len() <= MOST);
            prop_assert_eq!(&rooms[0], &room);
            prop_assert_eq!(read(&names(&rooms)), rooms);
        }
    }
}

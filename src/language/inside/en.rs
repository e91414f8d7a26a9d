//! Inside a room in English.

use super::*;

pub(in crate::language) static WORDS: InsideWords = InsideWords {
    more: MoreWords { button: "More" },
    side: SideWords { close: "Close" },
    people: PeopleWords {
        title: "People",
        you: "You",
        other: "The other person",
    },
    hand: HandWords {
        raise: "Raise your hand",
        lower: "Lower your hand",
        is_up: "Hand raised",
    },
    chat: ChatWords {
        title: "Chat",
        unread: Template::new("Chat, {} unread"),
        says: Template::new("New message: {}"),
        field: "Write a message",
        send: "Send",
        nobody: "Nobody is here to read it yet.",
        too_long: Template::new("Too long by {} characters."),
        sending: "Sending",
        delivered: "Delivered",
        lost: "Not delivered",
    },
};

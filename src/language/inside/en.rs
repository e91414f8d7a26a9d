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
};

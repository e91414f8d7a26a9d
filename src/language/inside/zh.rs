//! Inside a room in Chinese in simplified characters.

use super::*;

pub(in crate::language) static WORDS: InsideWords = InsideWords {
    more: MoreWords { button: "更多" },
    side: SideWords { close: "关闭" },
    people: PeopleWords {
        title: "成员",
        you: "你",
        other: "对方",
    },
    hand: HandWords {
        raise: "举手",
        lower: "放下手",
        is_up: "已举手",
    },
};

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
    chat: ChatWords {
        title: "聊天",
        unread: Template::new("聊天，{} 条未读"),
        says: Template::new("新消息：{}"),
        field: "输入消息",
        send: "发送",
        nobody: "还没有人能看到消息。",
        too_long: Template::new("超出 {} 个字。"),
        sending: "发送中",
        delivered: "已送达",
        lost: "未送达",
    },
};

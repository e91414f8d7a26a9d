//! To whoever was invited in Chinese in simplified characters.

use super::*;

pub(in crate::language) static WORDS: InvitedWords = InvitedWords {
    nobody: "房间里还没有人。",
    one: "已有一个人在房间里。",
    one_named: Template::new("{} 在房间里。"),
    several: Template::new("已有 {} 个人在房间里。"),
    between: "、",
    away: "房间里的人暂时离开了。",
    full: Template::new("房间的 {} 个位置都已有人。"),
    locked: "房间已锁定。你加入时，会先请房主同意。",
    passcode: "这个房间设有密码。",
};

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
    devices: DeviceWords {
        kinds: ["麦克风", "摄像头", "扬声器"],
        none: "没有找到，或者尚未允许使用",
        data: "流量",
        limits: ["不限制", "1 Mbit/s", "300 kbit/s：节省流量"],
        save_statistics: "保存统计数据",
    },
    invitation: InvitationWords {
        link_label: "把这个链接发给对方",
        copy: "复制链接",
        copied: "已复制",
        link_is_copied: "链接已复制。",
        title: "邀请",
        share: "分享",
        qr: "二维码",
        scan: "用手机扫一扫，即可在手机上打开这个房间。",
    },
    name: NameWords {
        label: "你的名字",
        hint: "其他人会看到这个名字，浏览器会记住它。",
        you: "（你）",
    },
    host: HostWords {
        host: "房主",
        lock: "锁定房间",
        unlock: "取消锁定",
        is_locked: "房间已锁定：新来的人须经房主同意才能进入。",
        is_open: "房间未锁定：有链接的人都可以进入。",
        you_are_host: "你现在是房主。",
        other_is_host: Template::new("{}现在是房主。"),
        knocks: Template::new("{}请求加入。"),
        somebody: "有人",
        admit: "同意",
        deny: "拒绝",
        remove: "移出",
        remove_whom: Template::new("移出{}"),
        remove_really: Template::new("要将{}移出通话吗？"),
        remove_means: "移出后房间会锁定，对方须经房主同意才能再次进入。",
        cancel: "取消",
    },
    passcode: PasscodeWords {
        label: "房间密码",
        wrong: "密码不正确。",
        enter: "输入密码并加入",
    },
};

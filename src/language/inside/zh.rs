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
};

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
    devices: DeviceWords {
        kinds: ["Microphone", "Camera", "Speaker"],
        none: "None found, or none allowed yet",
        data: "Data",
        limits: [
            "As much as there is room for",
            "1 Mbit/s",
            "300 kbit/s: save data",
        ],
        save_statistics: "Save statistics",
    },
    invitation: InvitationWords {
        link_label: "Send this link to the other person",
        copy: "Copy link",
        copied: "Copied",
        link_is_copied: "The link is copied.",
        title: "Invite",
        share: "Share",
        qr: "QR code",
        scan: "Point the camera of a phone at it to open the room there.",
    },
};

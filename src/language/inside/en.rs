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
    name: NameWords {
        label: "Your name",
        hint: "The others see it. This browser remembers it.",
        you: "(you)",
    },
    host: HostWords {
        host: "Host",
        lock: "Lock the room",
        unlock: "Unlock the room",
        is_locked: "The room is locked: new people must knock.",
        is_open: "The room is open: whoever has the link can come in.",
        you_are_host: "You are the host now.",
        other_is_host: Template::new("{} is the host now."),
        knocks: Template::new("{} wants to come in."),
        somebody: "Somebody",
        admit: "Admit",
        deny: "Deny",
        remove: "Remove",
        remove_whom: Template::new("Remove {}"),
        remove_really: Template::new("Remove {} from the call?"),
        remove_means: "The room is locked then, so that they can only come back by knocking.",
        cancel: "Cancel",
    },
    passcode: PasscodeWords {
        label: "Passcode",
        wrong: "That is not the passcode of this room.",
        enter: "Join with the passcode",
    },
};

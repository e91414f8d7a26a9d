//! What the pages have to say, sentence by sentence.

use std::fmt::{self, Debug, Formatter};

use crate::protocol::{InvalidRoomName, RoomName};

/// A sentence, a label, a title.
pub(crate) type Text = &'static str;

/// A sentence with a place `{}` for something that is known later. Each language has it where its
/// own order of words wants it.
///
/// The text is cut in two when it is compiled: a place that is missing does not compile, and nothing
/// is left to be searched. A function with `format!` for each sentence would be more wasm.
#[derive(Clone, Copy)]
pub(crate) struct Template(Text, Text);

impl Template {
    pub(super) const fn new(text: Text) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while bytes[at] != b'{' || bytes[at + 1] != b'}' {
            at += 1;
        }
        let (before, place_and_after) = text.split_at(at);
        Self(before, place_and_after.split_at(2).1)
    }

    /// The sentence with this in its place.
    pub(crate) fn with(self, value: impl fmt::Display) -> String {
        [self.0, &value.to_string(), self.1].concat()
    }
}

/// As it was written.
impl Debug for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.with("{}"), f)
    }
}

/// A sentence, and what the person can do about it; that may be empty.
pub(crate) type Advice = (Text, Text);

/// Everything that the pages say, in one language, but for the check page.
#[derive(Debug)]
pub struct Words {
    /// The tag of the language (BCP 47).
    pub(crate) tag: Text,
    /// What the language calls itself.
    pub(crate) name: Text,
    /// What search engines show below the title.
    pub(crate) description: Text,
    pub(crate) lobby: LobbyWords,
    pub(crate) room_name: RoomNameWords,
    pub(crate) nowhere: NowhereWords,
    pub(crate) call: CallWords,
    pub(crate) notice: NoticeWords,
    pub(crate) controls: ControlWords,
}

/// The lobby.
#[derive(Debug)]
pub(crate) struct LobbyWords {
    pub(crate) promise: Text,
    pub(crate) new_room: Text,
    pub(crate) new_room_for_four: Text,
    pub(crate) room_label: Text,
    pub(crate) enter: Text,
    pub(crate) privacy: Text,
    /// Leads to the page that finds out whether a call will work.
    pub(crate) check: Text,
    pub(crate) recent: Text,
    /// With the name of the room that shall not be in the list any more.
    pub(crate) forget: Template,
    pub(crate) forget_all: Text,
}

/// Why a text is no name of a room.
#[derive(Debug)]
pub(crate) struct RoomNameWords {
    pub(crate) empty: Text,
    /// With the most characters that it may have.
    pub(crate) too_long: Template,
    pub(crate) space: Text,
    /// With the character that is not allowed.
    pub(crate) character: Template,
    pub(crate) only_dots: Text,
    /// It is a link, and not to a room of this server.
    pub(crate) foreign_link: Text,
}

impl RoomNameWords {
    /// The reason in a sentence.
    pub(crate) fn why_not(&self, reason: InvalidRoomName) -> String {
        match reason {
            InvalidRoomName::Empty => self.empty.to_owned(),
            InvalidRoomName::TooLong => self.too_long.with(RoomName::MAX_CHARS),
            InvalidRoomName::Character(c) if c.is_whitespace() => self.space.to_owned(),
            InvalidRoomName::Character(c) => self.character.with(c.escape_debug()),
            InvalidRoomName::OnlyDots => self.only_dots.to_owned(),
        }
    }
}

/// Addresses at which there is nothing.
#[derive(Debug)]
pub(crate) struct NowhereWords {
    pub(crate) page_title: Text,
    pub(crate) no_page: Text,
    pub(crate) no_page_text: Text,
    pub(crate) room_title: Text,
    pub(crate) no_room: Text,
    pub(crate) to_lobby: Text,
}

/// The call page, apart from what it says about the state of the call.
#[derive(Debug)]
pub(crate) struct CallWords {
    pub(crate) you: Text,
    pub(crate) other: Text,
    /// After a name, with the seconds since when nothing came.
    pub(crate) silent: Template,
    /// Somebody's who has no name.
    pub(crate) screen: Text,
    /// After a name.
    pub(crate) screen_of: Text,
    pub(crate) needs_javascript: Text,
    /// What is not so yet.
    pub(crate) unseen: Text,
    pub(crate) join: Text,
    pub(crate) join_again: Text,
    pub(crate) try_again: Text,
    pub(crate) ask_again: Text,
    pub(crate) retry: Text,
    pub(crate) to_lobby: Text,
    /// Before the name of whoever is muted, for screen readers.
    pub(crate) muted: Text,
    pub(crate) play: Text,
}

/// What is said before one joins.
#[derive(Debug)]
pub(crate) struct NoticeWords {
    pub(crate) loading: Text,
    pub(crate) unsupported: Advice,
    pub(crate) joining: Text,
    pub(crate) asking: Advice,
    pub(crate) insecure: Advice,
    pub(crate) denied: Advice,
    pub(crate) no_devices: Advice,
    pub(crate) devices_in_use: Advice,
    pub(crate) no_camera: Text,
    pub(crate) camera_in_use: Advice,
    pub(crate) no_microphone: Text,
    pub(crate) no_microphone_camera_off: Text,
    pub(crate) ready: Text,
    /// What the other person misses.
    pub(crate) neither_heard_nor_seen: Text,
    pub(crate) not_heard: Text,
    pub(crate) not_seen: Text,
}

/// The buttons at the bottom.
#[derive(Debug)]
pub(crate) struct ControlWords {
    pub(crate) group: Text,
    pub(crate) microphone: SwitchWords,
    pub(crate) camera: SwitchWords,
    pub(crate) sound_settings: Text,
    pub(crate) picture_settings: Text,
    pub(crate) turn: Text,
    pub(crate) turn_title: Text,
    pub(crate) share: Text,
    pub(crate) share_title: Text,
    pub(crate) stop_sharing_title: Text,
    pub(crate) leave: Text,
}

/// A button that switches a device.
#[derive(Debug)]
pub(crate) struct SwitchWords {
    pub(crate) name: Text,
    pub(crate) on: Text,
    pub(crate) off: Text,
    pub(crate) ask: Text,
    pub(crate) missing: Text,
}

//! What is said inside a room, sentence by sentence.
//!
//! It is apart from [`Words`](super::Words), which every first visit loads: only `inside` asks for
//! these, so they are in its own file of wasm.

pub(super) mod en;
pub(super) mod zh;

use super::{Text, words::Template};

/// Everything that is said inside a room, in one language.
#[derive(Debug)]
pub struct InsideWords {
    pub(crate) more: MoreWords,
    pub(crate) side: SideWords,
    pub(crate) people: PeopleWords,
    pub(crate) hand: HandWords,
    pub(crate) chat: ChatWords,
    pub(crate) files: FileWords,
}

/// The button for what is not needed all the time.
#[derive(Debug)]
pub(crate) struct MoreWords {
    pub(crate) button: Text,
}

/// What stands beside the stage.
#[derive(Debug)]
pub(crate) struct SideWords {
    pub(crate) close: Text,
}

/// Who is in the room.
#[derive(Debug)]
pub(crate) struct PeopleWords {
    pub(crate) title: Text,
    pub(crate) you: Text,
    /// Somebody without a name.
    pub(crate) other: Text,
}

/// A raised hand.
#[derive(Debug)]
pub(crate) struct HandWords {
    pub(crate) raise: Text,
    pub(crate) lower: Text,
    /// Beside whoever raised it.
    pub(crate) is_up: Text,
}

/// What is written to each other.
#[derive(Debug)]
pub(crate) struct ChatWords {
    pub(crate) title: Text,
    /// The button, when so many messages were not seen.
    pub(crate) unread: Template,
    /// Said when somebody wrote this and the chat is shut.
    pub(crate) says: Template,
    pub(crate) field: Text,
    pub(crate) send: Text,
    /// Nobody is there who could read it.
    pub(crate) nobody: Text,
    /// By so many characters.
    pub(crate) too_long: Template,
    pub(crate) sending: Text,
    pub(crate) delivered: Text,
    pub(crate) lost: Text,
}

/// Files that are sent to each other.
#[derive(Debug)]
pub(crate) struct FileWords {
    pub(crate) title: Text,
    pub(crate) choose: Text,
    /// While a file is held over the page.
    pub(crate) drop: Text,
    /// So many files may wait for an answer.
    pub(crate) too_many: Template,
    /// Said when somebody offers it and the chat is shut.
    pub(crate) offers: Template,
    pub(crate) to: Text,
    pub(crate) from: Text,
    pub(crate) accept: Text,
    pub(crate) refuse: Text,
    pub(crate) hold: Text,
    pub(crate) resume: Text,
    pub(crate) cancel: Text,
    pub(crate) save: Text,
    /// For the other person's answer.
    pub(crate) waiting: Text,
    pub(crate) offered: Text,
    pub(crate) moving: Text,
    pub(crate) held: Text,
    pub(crate) held_there: Text,
    pub(crate) checking: Text,
    pub(crate) delivered: Text,
    pub(crate) received: Text,
    pub(crate) refused: Text,
    pub(crate) cancelled: Text,
    pub(crate) broken: Text,
    pub(crate) failed: Text,
    pub(crate) seconds_left: Template,
    pub(crate) minutes_left: Template,
}

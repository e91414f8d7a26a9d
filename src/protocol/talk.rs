use serde::{Deserialize, Serialize};

/// What people in a call tell each other besides the call itself. Tutorial pages know none of it and
/// skip it.
///
/// On the wire each is an object whose `type` is the name of the variant with hyphens, such as
/// `{"type": "hand", "up": true}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Talk {
    /// The sender wants to say something, or does not any more.
    Hand {
        /// Whether the hand is up.
        up: bool,
    },
    /// The sender records the call, or does not any more.
    Recording {
        /// Whether a recording runs.
        on: bool,
    },
    /// The sender wants to be called so from now on; without `name`, as whoever gave none.
    Name {
        /// As in `join`; one that breaks its rules is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// The sender shows for a moment what they think.
    Reaction {
        /// One of a few; others are skipped.
        reaction: Reaction,
    },
    /// What the sender said in the chat since `after`, in order, as far as it fits.
    Chat {
        /// Names the sender's messages; a page that forgot them takes another name.
        log: u32,
        /// Up to this number the messages are not for the receiver: it was not there yet.
        since: u64,
        /// The last number that the receiver had, as far as the sender knows.
        after: u64,
        /// What follows.
        messages: Vec<ChatMessage>,
    },
    /// The sender has the receiver's messages up to this number.
    ChatHeard {
        /// The log that it is about.
        log: u32,
        /// The number of the last message that the sender has.
        last: u64,
    },
}

/// A message of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Grows from message to message of a log.
    pub number: u64,
    /// How long ago it was said, in milliseconds.
    pub ago: u32,
    /// What was said.
    pub text: String,
}

/// What somebody thinks, without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// Agreed.
    ThumbsUp,
    /// Applause.
    Clap,
    /// Love.
    Heart,
    /// That was funny.
    Laugh,
    /// Astonished.
    Surprise,
    /// Something to celebrate.
    Party,
}

impl Reaction {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 6] = [
        Self::ThumbsUp,
        Self::Clap,
        Self::Heart,
        Self::Laugh,
        Self::Surprise,
        Self::Party,
    ];
}

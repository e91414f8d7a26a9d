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
    /// The sender wants to be called so from now on; without `name`, as whoever gave none.
    Name {
        /// As in `join`; one that breaks its rules is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

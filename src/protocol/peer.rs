use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The public id of one participant in a room, told to everyone in it.
///
/// It is never the Socket.IO or Engine.IO session id: whoever knows the session id of a peer on
/// long-polling can post packets in that peer's name.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct PeerId(String);

impl PeerId {
    /// Spells 128 random bits as 32 hexadecimal digits.
    pub fn from_random(bits: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bits)))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! What whoever was invited reads of a room before the page is alive.
//!
//! Only the server asks for these: no wasm carries them.

pub(super) mod en;
pub(super) mod zh;

use super::{Text, words::Template};

/// Everything that is said there, in one language.
#[derive(Debug)]
pub struct InvitedWords {
    pub(crate) nobody: Text,
    /// Somebody without a name.
    pub(crate) one: Text,
    /// With the name.
    pub(crate) one_named: Template,
    /// With the number. The names follow, as far as there are any …
    pub(crate) several: Template,
    /// … and this is between them.
    pub(crate) between: Text,
    /// There are seats, and nobody in them.
    pub(crate) away: Text,
    /// With the number of places.
    pub(crate) full: Template,
    pub(crate) locked: Text,
    pub(crate) passcode: Text,
}

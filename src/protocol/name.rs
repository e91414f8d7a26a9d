use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a person wants to be called: 1 to 64 characters without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct DisplayName(String);

/// A display name has more than [`DisplayName::MAX_CHARS`] characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameTooLong;

impl DisplayName {
    /// The longest name, in characters (not bytes).
    pub const MAX_CHARS: usize = 64;

    /// Reads a name as somebody typed it: control characters, those that change the direction of writing, and the white space around it are
    /// dropped, and what is empty then is no name.
    ///
    /// # Errors
    /// When it is too long.
    pub fn parse(text: &str) -> Result<Option<Self>, NameTooLong> {
        let name: String = text.chars().filter(|c| is_shown(*c)).collect();
        let name = name.trim();
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameTooLong);
        }
        Ok((!name.is_empty()).then(|| Self(name.to_owned())))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether it does no more than to be there: a name must not change the sentence that it stands in.
fn is_shown(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && !c.is_control()
}

impl fmt::Display for NameTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "A display name has at most {} characters.",
            DisplayName::MAX_CHARS
        )
    }
}

impl std::error::Error for NameTooLong {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<String>, NameTooLong> {
        DisplayName::parse(text).map(|name| name.map(|name| name.0))
    }

    #[test]
    fn names_lose_what_cannot_be_shown() {
        assert_eq!(parse(" Ann\u{7}\n "), Ok(Some("Ann".to_owned())));
        assert_eq!(parse("李\u{0}雷"), Ok(Some("李雷".to_owned())));
        assert_eq!(parse("\u{202e}nnA\u{2066}"), Ok(Some("nnA".to_owned())));
        assert_eq!(parse(" \t\u{1b}"), Ok(None));
        assert_eq!(parse(&"x".repeat(64)), Ok(Some("x".repeat(64))));
        assert_eq!(parse(&"x".repeat(65)), Err(NameTooLong));
    }
}

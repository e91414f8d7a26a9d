use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of a room: 1 to 64 letters, digits, `-`, `_` and `.`, in Unicode NFC.
///
/// Two spellings that look alike because one of them uses combining marks name the same room.
/// `.` and `..` are refused although their characters are allowed: a browser takes them out of
/// an address, so nobody could be sent a link to such a room.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct RoomName(String);

/// Why a text is no room name. Displays as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRoomName {
    /// Nothing, or only white space.
    Empty,
    /// More than [`RoomName::MAX_CHARS`] characters.
    TooLong,
    /// This character is not allowed.
    Character(char),
    /// `.` or `..`.
    OnlyDots,
}

impl RoomName {
    /// The longest name, in characters (not bytes).
    pub const MAX_CHARS: usize = 64;

    /// Reads a name as somebody typed it; white space around it is dropped.
    ///
    /// # Errors
    /// When the text breaks one of the rules; see [`InvalidRoomName`].
    pub fn parse(text: &str) -> Result<Self, InvalidRoomName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidRoomName::Empty);
        }
        // A composed form is never longer than three times the text: look at the length first,
        // so that nobody makes us normalize a megabyte.
        if text.chars().take(3 * Self::MAX_CHARS + 1).count() > 3 * Self::MAX_CHARS {
            return Err(InvalidRoomName::TooLong);
        }
        // ASCII is composed already, and nearly every name is.
        let name = if text.is_ascii() {
            text.to_owned()
        } else {
            nfc(text)
        };
        if name.chars().count() > Self::MAX_CHARS {
            return Err(InvalidRoomName::TooLong);
        }
        if let Some(c) = name
            .chars()
            .find(|&c| !c.is_alphanumeric() && !"-_.".contains(c))
        {
            return Err(InvalidRoomName::Character(c));
        }
        if name == "." || name == ".." {
            return Err(InvalidRoomName::OnlyDots);
        }
        Ok(Self(name))
    }

    /// A new name that nobody can guess and anybody can read aloud: 64 random bits as four
    /// words of five letters, consonants and vowels in turn ("lusab-babad-gutih-tugad").
    ///
    /// The spelling is the one of proquints, <https://arxiv.org/abs/0901.4016>.
    pub fn from_random(bits: [u8; 8]) -> Self {
        const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
        const VOWELS: &[u8; 4] = b"aiou";
        let mut name = String::with_capacity(23);
        for pair in bits.chunks(2) {
            let word = u16::from_be_bytes([pair[0], pair[1]]);
            if !name.is_empty() {
                name.push('-');
            }
            for (shift, letters) in [
                (12, &CONSONANTS[..]),
                (10, VOWELS),
                (6, CONSONANTS),
                (4, VOWELS),
                (0, CONSONANTS),
            ] {
                let index = usize::from(word >> shift) & (letters.len() - 1);
                name.push(char::from(letters[index]));
            }
        }
        Self(name)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn nfc(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

#[cfg(target_arch = "wasm32")]
fn nfc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}

impl FromStr for RoomName {
    type Err = InvalidRoomName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RoomName {
    type Error = InvalidRoomName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RoomName> for String {
    fn from(name: RoomName) -> Self {
        name.0
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidRoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Enter a room name."),
            Self::TooLong => {
                write!(
                    f,
                    "A room name has at most {} characters.",
                    RoomName::MAX_CHARS
                )
            }
            Self::Character(c) if c.is_whitespace() => {
                f.write_str("A room name has no spaces; use - instead.")
            }
            Self::Character(c) => {
                write!(
                    f,
                    "A room name has letters, digits, - _ and . only, not “{}”.",
                    c.escape_debug()
                )
            }
            Self::OnlyDots => f.write_str("A room name needs a letter or a digit."),
        }
    }
}

impl std::error::Error for InvalidRoomName {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_people_use_are_accepted() {
        for name in [
            "a",
            "room-1",
            "Anna_und_Jörg",
            "视频会议",
            "v1.2",
            &"x".repeat(64),
        ] {
            assert_eq!(RoomName::parse(name).map(String::from), Ok(name.to_owned()));
        }
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_reason() {
        use InvalidRoomName::{Character, Empty, OnlyDots, TooLong};
        for (text, reason) in [
            ("", Empty),
            (" \t", Empty),
            ("a b", Character(' ')),
            ("a/b", Character('/')),
            ("<b>", Character('<')),
            ("a\0", Character('\0')),
            (".", OnlyDots),
            ("..", OnlyDots),
        ] {
            assert_eq!(RoomName::parse(text), Err(reason), "{text:?}");
        }
        assert_eq!(RoomName::parse(&"x".repeat(65)), Err(TooLong));
        assert_eq!(RoomName::parse(&"e\u{301}".repeat(1_000_000)), Err(TooLong));
    }

    #[test]
    fn two_spellings_of_one_name_are_one_room() {
        assert_eq!(RoomName::parse("Cafe\u{301}"), RoomName::parse("Café"));
        assert!(RoomName::parse(&"e\u{301}".repeat(64)).is_ok());
    }

    #[test]
    fn a_random_name_is_spelled_as_the_proquint_paper_spells_it() {
        // 127.0.0.1 and 63.84.220.193, the first two examples of the paper.
        let name = RoomName::from_random([127, 0, 0, 1, 63, 84, 220, 193]);
        assert_eq!(name.as_str(), "lusab-babad-gutih-tugad");
    }

    proptest! {
        #[test]
        fn random_names_differ_and_are_valid(bits: HashSet<[u8; 8]>) {
            let names: HashSet<_> = bits.iter().map(|b| RoomName::from_random(*b)).collect();
            prop_assert_eq!(names.len(), bits.len());
            for name in names {
                prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn any_text_is_a_name_or_refused_and_names_stay_as_they_are(text: String) {
            if let Ok(name) = RoomName::parse(&text) {
                prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name));
            }
        }
    }
}

//! The languages of the pages, and how a component gets its words.
//!
//! A language is four files, `language/en.rs` and one each in `language/check`, `inside` and `invited`:
//! complete values of [`Words`], [`CheckWords`], [`InsideWords`] and `InvitedWords`. Whoever adds one writes
//! all of them and names them here; a sentence that is missing does not compile. What the server says to programs is English, whatever the page
//! speaks.

mod accept;
mod check;
mod en;
mod inside;
#[allow(dead_code, reason = "only the server says it")]
mod invited;
#[cfg(test)]
pub(crate) mod tests;
mod words;
mod zh;

use leptos::prelude::*;

pub use check::CheckWords;
pub(crate) use check::{
    AddressWords, BrowserWords, CheckVerdictWords, DeviceTrialWords, FrameWords, RelayWords,
    RoomWords, ServerWords,
};
pub(crate) use inside::FileWords;
pub use inside::InsideWords;
pub(crate) use inside::{DeviceWords, StatisticsWords, ToastWords, VerdictWords};
pub use invited::InvitedWords;
pub use words::Words;
pub(crate) use words::{Advice, SwitchWords, Text};

/// Where the chooser's form leads: the server remembers the choice and answers with the way back.
pub(crate) const LANGUAGE_PATH: &str = "/language";

/// The chooser's field.
pub(crate) const LANGUAGE_FIELD: &str = "language";

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English, also for those whose language is not here.
    #[default]
    English,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Everything that the pages say in it, but for the check page.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Chinese => &zh::WORDS,
        }
    }

    /// Everything that the check page says in it. Nothing else may ask for it, so that the wasm of the
    /// lobby and of a call goes without.
    pub fn check(self) -> &'static CheckWords {
        match self {
            Self::English => &check::en::WORDS,
            Self::Chinese => &check::zh::WORDS,
        }
    }

    /// Everything that is said inside a room. Nothing but `inside` may ask for it, for the same reason.
    pub(crate) fn inside(self) -> &'static InsideWords {
        match self {
            Self::English => &inside::en::WORDS,
            Self::Chinese => &inside::zh::WORDS,
        }
    }

    /// What the server says to whoever was invited. Nothing that is in the wasm may ask for it.
    #[allow(dead_code, reason = "only the server says it")]
    pub(crate) fn invited(self) -> &'static InvitedWords {
        match self {
            Self::English => &invited::en::WORDS,
            Self::Chinese => &invited::zh::WORDS,
        }
    }

    /// Its tag (BCP 47), for the `lang` of the document.
    pub fn tag(self) -> &'static str {
        self.words().tag
    }

    /// The language of a tag. Its region and script do not count: who reads traditional characters
    /// reads simplified ones more easily than English.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let wanted = primary(tag);
        Self::ALL
            .into_iter()
            .find(|language| primary(language.tag()).eq_ignore_ascii_case(wanted))
    }

    /// What a browser asks for in the header `Accept-Language` (RFC 9110, 12.5.4).
    pub fn wanted(accept: &str) -> Self {
        accept::first(accept).unwrap_or_default()
    }
}

/// What stands before the first hyphen of a tag: the language alone.
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// The language of this page.
pub(crate) fn use_language() -> Language {
    use_context().unwrap_or_default()
}

/// The words of this page.
pub(crate) fn use_words() -> &'static Words {
    use_language().words()
}

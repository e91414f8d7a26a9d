//! The languages of the pages, and how a component gets its words.
//!
//! A language is one file, `language/en.rs` for instance: a complete value of [`Words`]. Whoever adds
//! one writes that file and names it here; a sentence that is missing does not compile. What the
//! server says to programs is English, whatever the page speaks.

mod accept;
mod en;
#[cfg(test)]
mod tests;
mod words;
mod zh;

use leptos::prelude::*;

pub use words::Words;
pub(crate) use words::{Advice, DeviceWords, SwitchWords, Text, ToastWords, VerdictWords};

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

    /// Everything that the pages say in it.
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &en::WORDS,
            Self::Chinese => &zh::WORDS,
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

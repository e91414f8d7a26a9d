//! To whoever was invited in English.

use super::*;

pub(in crate::language) static WORDS: InvitedWords = InvitedWords {
    nobody: "Nobody is in this room yet.",
    one: "Somebody is in this room.",
    one_named: Template::new("{} is in this room."),
    several: Template::new("{} people are in this room."),
    between: ", ",
    away: "Whoever is in this room is gone for a moment.",
    full: Template::new("All {} places in this room are taken."),
    locked: "This room is locked. When you join, its host is asked to let you in.",
    passcode: "This room has a passcode.",
};

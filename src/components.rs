//! What pages are made of: one component a file. None of them touches a peer connection.

#![expect(
    unreachable_pub,
    reason = "the component macro makes functions that are re-exported under another item"
)]

mod controls;
mod icon;
mod in_turn;
mod language_chooser;
mod later;
mod notice;
mod passing;
mod video_tile;

pub use controls::Controls;
pub use icon::Icon;
pub(crate) use icon::picture;
pub use in_turn::InTurn;
pub use language_chooser::LanguageChooser;
pub use later::{Later, Part, Parts, Step, Tile};
pub use notice::{Notice, Sentence, Tone};
pub(crate) use notice::{before_joining, missing, say};
pub use passing::passing;
pub use video_tile::VideoTile;

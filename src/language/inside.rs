//! What is said inside a room, sentence by sentence.
//!
//! It is apart from [`Words`](super::Words), which every first visit loads: only `inside` asks for
//! these, so they are in its own file of wasm.

pub(super) mod en;
pub(super) mod zh;

use super::Text;

/// Everything that is said inside a room, in one language.
#[derive(Debug)]
pub struct InsideWords {
    pub(crate) more: MoreWords,
    pub(crate) side: SideWords,
    pub(crate) people: PeopleWords,
    pub(crate) hand: HandWords,
    pub(crate) devices: DeviceWords,
    pub(crate) invitation: InvitationWords,
}

/// The button for what is not needed all the time.
#[derive(Debug)]
pub(crate) struct MoreWords {
    pub(crate) button: Text,
}

/// What stands beside the stage.
#[derive(Debug)]
pub(crate) struct SideWords {
    pub(crate) close: Text,
}

/// Who is in the room.
#[derive(Debug)]
pub(crate) struct PeopleWords {
    pub(crate) title: Text,
    pub(crate) you: Text,
    /// Somebody without a name.
    pub(crate) other: Text,
}

/// A raised hand.
#[derive(Debug)]
pub(crate) struct HandWords {
    pub(crate) raise: Text,
    pub(crate) lower: Text,
    /// Beside whoever raised it.
    pub(crate) is_up: Text,
}

/// The choice of devices, and what stands below it.
#[derive(Debug)]
pub(crate) struct DeviceWords {
    /// By [`DeviceKind`](crate::call::DeviceKind).
    pub(crate) kinds: [Text; 3],
    pub(crate) none: Text,
    pub(crate) data: Text,
    /// As much as there is room for, and two limits.
    pub(crate) limits: [Text; 3],
    pub(crate) save_statistics: Text,
}

/// The link to the room.
#[derive(Debug)]
pub(crate) struct InvitationWords {
    pub(crate) link_label: Text,
    pub(crate) copy: Text,
    pub(crate) copied: Text,
    pub(crate) link_is_copied: Text,
    pub(crate) title: Text,
    pub(crate) share: Text,
    pub(crate) qr: Text,
    /// What to do with the QR code.
    pub(crate) scan: Text,
}

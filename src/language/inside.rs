//! What is said inside a room, sentence by sentence.
//!
//! It is apart from [`Words`](super::Words), which every first visit loads: only `inside` asks for
//! these, so they are in its own file of wasm.

pub(super) mod en;
pub(super) mod zh;

use super::{Advice, Text, words::Template};

/// Everything that is said inside a room, in one language.
#[derive(Debug)]
pub struct InsideWords {
    pub(crate) more: MoreWords,
    pub(crate) side: SideWords,
    pub(crate) people: PeopleWords,
    pub(crate) hand: HandWords,
    pub(crate) devices: DeviceWords,
    pub(crate) invitation: InvitationWords,
    pub(crate) name: NameWords,
    pub(crate) host: HostWords,
    pub(crate) passcode: PasscodeWords,
    pub(crate) preview: PreviewWords,
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

/// How one wants to be called.
#[derive(Debug)]
pub(crate) struct NameWords {
    pub(crate) label: Text,
    pub(crate) hint: Text,
    /// Behind the own name.
    pub(crate) you: Text,
}

/// Who may say who comes in.
#[derive(Debug)]
pub(crate) struct HostWords {
    pub(crate) host: Text,
    pub(crate) lock: Text,
    pub(crate) unlock: Text,
    pub(crate) is_locked: Text,
    pub(crate) is_open: Text,
    pub(crate) you_are_host: Text,
    /// With a name.
    pub(crate) other_is_host: Template,
    /// With a name.
    pub(crate) knocks: Template,
    /// Somebody without a name.
    pub(crate) somebody: Text,
    pub(crate) admit: Text,
    pub(crate) deny: Text,
    pub(crate) remove: Text,
    /// With a name, as the label of a button.
    pub(crate) remove_whom: Template,
    /// With a name.
    pub(crate) remove_really: Template,
    pub(crate) remove_means: Text,
    pub(crate) cancel: Text,
}

/// What some rooms ask newcomers for.
#[derive(Debug)]
pub(crate) struct PasscodeWords {
    pub(crate) label: Text,
    pub(crate) wrong: Text,
    pub(crate) enter: Text,
}

/// What can be tried before joining.
#[derive(Debug)]
pub(crate) struct PreviewWords {
    pub(crate) title: Text,
    pub(crate) level: Text,
    /// Opens what follows.
    pub(crate) more: Text,
    pub(crate) test_sound: Text,
    /// While it plays.
    pub(crate) listen: Text,
    pub(crate) record: Text,
    pub(crate) record_again: Text,
    /// With the seconds that are left.
    pub(crate) recording: Template,
    pub(crate) record_failed: Text,
    pub(crate) recorded: Text,
    pub(crate) stays_here: Text,
    pub(crate) delete_recording: Text,
    pub(crate) blur: Text,
    /// The page around this one keeps the devices.
    pub(crate) framed: Advice,
    pub(crate) new_tab: Text,
    /// The system does.
    pub(crate) system: Advice,
    /// Nobody answered the browser's question.
    pub(crate) dismissed: Advice,
}

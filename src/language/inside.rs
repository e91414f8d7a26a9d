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
    pub(crate) settings: SettingsWords,
    pub(crate) layout: LayoutWords,
    pub(crate) own: OwnWords,
    pub(crate) tile: TileWords,
    pub(crate) keys: KeyWords,
    pub(crate) timer: TimerWords,
    pub(crate) reactions: ReactionWords,
    pub(crate) chat: ChatWords,
    pub(crate) identity: IdentityWords,
    pub(crate) recording: RecordingWords,
    pub(crate) photo: PhotoWords,
    pub(crate) statistics: StatisticsWords,
    pub(crate) timeline: TimelineWords,
    pub(crate) preview: PreviewWords,
    pub(crate) files: FileWords,
    pub(crate) toast: ToastWords,
    pub(crate) state: StateWords,
    pub(crate) refusal: RefusalWords,
    pub(crate) verdict: VerdictWords,
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

/// What one sets once.
#[derive(Debug)]
pub(crate) struct SettingsWords {
    pub(crate) title: Text,
    pub(crate) sounds: Text,
}

/// How the pictures stand.
#[derive(Debug)]
pub(crate) struct LayoutWords {
    pub(crate) title: Text,
    /// One large, all alike, and side by side.
    pub(crate) names: [Text; 3],
}

/// The own picture.
#[derive(Debug)]
pub(crate) struct OwnWords {
    pub(crate) title: Text,
    /// As it is, small, and none.
    pub(crate) sizes: [Text; 3],
    pub(crate) next_corner: Text,
    pub(crate) move_it: Text,
    pub(crate) hide: Text,
    pub(crate) is_hidden: Text,
}

/// What stands on a picture.
#[derive(Debug)]
pub(crate) struct TileWords {
    /// With a name.
    pub(crate) screen: Template,
    pub(crate) pin: Text,
    pub(crate) float: Text,
    pub(crate) full_screen: Text,
    pub(crate) speaks: Text,
    pub(crate) connecting: Text,
    pub(crate) interrupted: Text,
    pub(crate) away: Text,
    pub(crate) blocked: Text,
    pub(crate) unheard: Text,
}

/// What is written to each other.
#[derive(Debug)]
pub(crate) struct ChatWords {
    pub(crate) title: Text,
    /// The button, when so many messages were not seen.
    pub(crate) unread: Template,
    /// Said when somebody wrote this and the chat is shut.
    pub(crate) says: Template,
    pub(crate) field: Text,
    pub(crate) send: Text,
    /// Nobody is there who could read it.
    pub(crate) nobody: Text,
    /// By so many characters.
    pub(crate) too_long: Template,
    pub(crate) sending: Text,
    pub(crate) delivered: Text,
    pub(crate) lost: Text,
}

/// Is it really them?
#[derive(Debug)]
pub(crate) struct IdentityWords {
    pub(crate) title: Text,
    pub(crate) how: Text,
    pub(crate) differ: Text,
    /// There is nobody to compare with.
    pub(crate) nobody: Text,
    /// The name of the pictures as a whole.
    pub(crate) sequence: Text,
    pub(crate) wait: Text,
    pub(crate) insecure: Text,
    pub(crate) compare: Text,
    pub(crate) forget: Text,
    pub(crate) compared: Text,
    pub(crate) changed: Text,
    /// What the shields mean.
    pub(crate) mark: Text,
    pub(crate) mark_changed: Text,
    /// In the card, and what leads to the panel.
    pub(crate) warning: Text,
    pub(crate) again: Text,
    /// A word for each picture.
    pub(crate) emoji: [Text; 64],
}

/// Recording the call.
#[derive(Debug)]
pub(crate) struct RecordingWords {
    pub(crate) title: Text,
    pub(crate) whom: Text,
    pub(crate) all: Text,
    pub(crate) own: Text,
    pub(crate) others: Text,
    pub(crate) start: Text,
    pub(crate) stop: Text,
    /// Before it begins.
    pub(crate) told: Text,
    pub(crate) running: Text,
    pub(crate) saving: Text,
    pub(crate) saved: Text,
    pub(crate) failed: Text,
    pub(crate) save: Text,
    pub(crate) save_again: Text,
    pub(crate) delete: Text,
    /// Before the time when it began.
    pub(crate) interrupted: Text,
    /// In the pill at the top, with who records.
    pub(crate) mark_own: Text,
    pub(crate) mark_theirs: Template,
    pub(crate) mark_both: Template,
    /// In the picture.
    pub(crate) own_screen: Text,
    pub(crate) their_screen: Text,
}

/// A photo of somebody.
#[derive(Debug)]
pub(crate) struct PhotoWords {
    pub(crate) title: Text,
    pub(crate) whose: Text,
    pub(crate) picture: Text,
    pub(crate) look: Text,
    /// In the order in which they are offered.
    pub(crate) filters: [Text; 5],
    pub(crate) save: Text,
    pub(crate) failed: Text,
}

/// How good the call is.
#[derive(Debug)]
pub(crate) struct StatisticsWords {
    pub(crate) title: Text,
    pub(crate) nothing: Text,
    pub(crate) good: Text,
    pub(crate) no_path: Text,
    /// With what the packets travel over.
    pub(crate) direct: Template,
    pub(crate) relayed: Template,
    pub(crate) came: Text,
    pub(crate) went: Text,
    pub(crate) now: Text,
    /// Before the least and the greatest value.
    pub(crate) least: Text,
    pub(crate) most: Text,
    /// Of each graph.
    pub(crate) titles: [Text; 5],
    pub(crate) units: [Text; 5],
    pub(crate) export: Text,
}

/// What happened, step by step.
#[derive(Debug)]
pub(crate) struct TimelineWords {
    pub(crate) title: Text,
    pub(crate) what: Text,
    pub(crate) filter: Text,
    pub(crate) all: Text,
    /// In the order of [`Group`](crate::call::Group).
    pub(crate) groups: [Text; 5],
    pub(crate) copy: Text,
    pub(crate) copied: Text,
    pub(crate) not_copied: Text,
    pub(crate) here: Text,
    pub(crate) sent: Text,
    pub(crate) received: Text,
    pub(crate) sent_direct: Text,
    pub(crate) received_direct: Text,
    /// What each [`Step`](crate::call::Step) is for.
    pub(crate) steps: [Text; crate::call::Step::COUNT],
}

/// What keys do.
#[derive(Debug)]
pub(crate) struct KeyWords {
    pub(crate) title: Text,
    pub(crate) microphone: Text,
    pub(crate) camera: Text,
    pub(crate) hand: Text,
    pub(crate) screen: Text,
    pub(crate) full_screen: Text,
    pub(crate) layout: Text,
    pub(crate) people: Text,
    pub(crate) chat: Text,
    pub(crate) help: Text,
    pub(crate) talk: Text,
    /// What stands on the key.
    pub(crate) space: Text,
    pub(crate) switch: Text,
    pub(crate) are_off: Text,
    pub(crate) talking: Text,
}

/// For how long one is in the room.
#[derive(Debug)]
pub(crate) struct TimerWords {
    pub(crate) label: Text,
}

/// What people show for a moment.
#[derive(Debug)]
pub(crate) struct ReactionWords {
    pub(crate) title: Text,
    /// In the order of [`Reaction`](crate::protocol::Reaction).
    pub(crate) names: [Text; 6],
    /// With a name, and what follows is one of those.
    pub(crate) colon: Text,
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

/// Files that are sent to each other.
#[derive(Debug)]
pub(crate) struct FileWords {
    pub(crate) title: Text,
    pub(crate) choose: Text,
    /// While a file is held over the page.
    pub(crate) drop: Text,
    /// So many files may wait for an answer.
    pub(crate) too_many: Template,
    /// Said when somebody offers it and the chat is shut.
    pub(crate) offers: Template,
    pub(crate) to: Text,
    pub(crate) from: Text,
    pub(crate) accept: Text,
    pub(crate) refuse: Text,
    pub(crate) hold: Text,
    pub(crate) resume: Text,
    pub(crate) cancel: Text,
    pub(crate) save: Text,
    /// For the other person's answer.
    pub(crate) waiting: Text,
    pub(crate) offered: Text,
    pub(crate) moving: Text,
    pub(crate) held: Text,
    pub(crate) held_there: Text,
    pub(crate) checking: Text,
    pub(crate) delivered: Text,
    pub(crate) received: Text,
    pub(crate) refused: Text,
    pub(crate) cancelled: Text,
    pub(crate) broken: Text,
    pub(crate) failed: Text,
    pub(crate) seconds_left: Template,
    pub(crate) minutes_left: Template,
}

/// What happened to the devices; lists are by [`DeviceKind`](crate::call::DeviceKind).
#[derive(Debug)]
pub(crate) struct ToastWords {
    pub(crate) gone: [Text; 3],
    /// The name of the device that is used instead follows.
    pub(crate) replaced: [Text; 3],
    /// The name of the device follows.
    pub(crate) back: [Text; 3],
    pub(crate) refused: [Text; 3],
    pub(crate) screen_failed: Text,
    pub(crate) talking_while_muted: Text,
    pub(crate) silent_microphone: Text,
}

/// A sentence for every state of a call, from the click on Join on.
#[derive(Debug)]
pub(crate) struct StateWords {
    pub(crate) left: Text,
    pub(crate) full: Advice,
    pub(crate) interrupted: Text,
    /// The server does not answer either.
    pub(crate) interrupted_offline: Text,
    pub(crate) interrupted_trying: Text,
    pub(crate) unheard: Advice,
    pub(crate) server_lost_in_call: Advice,
    pub(crate) server_lost: Advice,
    pub(crate) waiting: Advice,
    pub(crate) deserted: Advice,
    pub(crate) alone: Advice,
    /// To whoever is alone: somebody looks at the room's page.
    pub(crate) visitor: Text,
    /// To the one who looks.
    pub(crate) visiting: Text,
    pub(crate) away: Advice,
    pub(crate) blocked: Text,
    pub(crate) blocked_no_relay: Text,
    pub(crate) blocked_here: Text,
    pub(crate) blocked_there: Text,
    pub(crate) blocked_relay: Text,
    pub(crate) connecting: Text,
    pub(crate) connected: Text,
}

/// Why one is not in the room.
#[derive(Debug)]
pub(crate) struct RefusalWords {
    pub(crate) elsewhere: Advice,
    pub(crate) removed: Advice,
    pub(crate) denied: Advice,
    pub(crate) passcode: Advice,
    pub(crate) too_fast: Advice,
    pub(crate) other: Advice,
}

/// What is to be said about a way on which media flows.
#[derive(Debug)]
pub(crate) struct VerdictWords {
    pub(crate) frozen: Text,
    /// With so many percent.
    pub(crate) upload_loss: Template,
    /// With so many percent.
    pub(crate) download_loss: Template,
    /// With so many kilobits per second.
    pub(crate) slow_upload: Template,
    pub(crate) late: Text,
    /// With so many milliseconds.
    pub(crate) far: Template,
    pub(crate) slow_device: Text,
    pub(crate) limited: Text,
    pub(crate) relayed_over_tcp: Text,
}

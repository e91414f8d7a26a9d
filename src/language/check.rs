//! What the check page has to say, sentence by sentence.
//!
//! It is apart from [`Words`](super::Words), which the lobby and the call page load: only the check
//! page asks for these, so they are in its own file of wasm.

pub(super) mod en;
pub(super) mod zh;

use super::{Advice, Text, words::Template};

/// Everything that the check page says, in one language.
#[derive(Debug)]
pub struct CheckWords {
    pub(crate) page_title: Text,
    pub(crate) heading: Text,
    /// What the page does, and what it does not.
    pub(crate) promise: Text,
    pub(crate) needs_javascript: Text,
    pub(crate) try_devices: Text,
    pub(crate) again: Text,
    pub(crate) tone: ToneWords,
    pub(crate) browser: BrowserWords,
    pub(crate) address: AddressWords,
    pub(crate) frame: FrameWords,
    pub(crate) server: ServerWords,
    pub(crate) room: RoomWords,
    pub(crate) relay: RelayWords,
    pub(crate) device: DeviceTrialWords,
    pub(crate) verdict: CheckVerdictWords,
}

/// How a part of the check stands, for screen readers; what was found follows.
#[derive(Debug)]
pub(crate) struct ToneWords {
    pub(crate) waiting: Text,
    pub(crate) busy: Text,
    pub(crate) good: Text,
    pub(crate) warning: Text,
    pub(crate) wrong: Text,
}

/// What the browser can.
#[derive(Debug)]
pub(crate) struct BrowserWords {
    pub(crate) title: Text,
    pub(crate) question: Text,
    pub(crate) good: Text,
    pub(crate) no_webrtc: Advice,
}

/// Whether the page stands at a secure address.
#[derive(Debug)]
pub(crate) struct AddressWords {
    pub(crate) title: Text,
    pub(crate) question: Text,
    pub(crate) secure: Text,
    pub(crate) insecure: Advice,
}

/// What a page around this one allows.
#[derive(Debug)]
pub(crate) struct FrameWords {
    pub(crate) title: Text,
    pub(crate) open: Text,
    pub(crate) closed: Advice,
}

/// Whether the server is reached.
#[derive(Debug)]
pub(crate) struct ServerWords {
    pub(crate) title: Text,
    pub(crate) question: Text,
    pub(crate) connecting: Text,
    /// With the milliseconds that it took.
    pub(crate) reached: Template,
    pub(crate) silent: Advice,
    pub(crate) no_upgrade: Advice,
    pub(crate) origin: Advice,
    pub(crate) too_many: Advice,
    pub(crate) proxy: Advice,
}

/// Whether the server lets one into a room.
#[derive(Debug)]
pub(crate) struct RoomWords {
    pub(crate) title: Text,
    pub(crate) question: Text,
    pub(crate) joining: Text,
    /// With the milliseconds that it took. One of the next two may follow.
    pub(crate) seated: Template,
    pub(crate) one_way: Text,
    /// With their number.
    pub(crate) several_ways: Template,
    pub(crate) silent: Advice,
    pub(crate) too_fast: Advice,
    pub(crate) closing: Advice,
    pub(crate) unavailable: Advice,
    pub(crate) refused: Advice,
}

/// STUN and TURN servers.
#[derive(Debug)]
pub(crate) struct RelayWords {
    /// When it is not known yet which there are, or when there are none.
    pub(crate) title: Text,
    pub(crate) stun: Text,
    pub(crate) udp: Text,
    pub(crate) tcp: Text,
    pub(crate) tls: Text,
    pub(crate) question: Text,
    pub(crate) none: Advice,
    /// Between the address of a server and each of the following.
    pub(crate) colon: Text,
    pub(crate) waiting: Text,
    pub(crate) trying: Text,
    /// With the milliseconds after which it answered.
    pub(crate) answers: Template,
    /// With the milliseconds that a message took there and back.
    pub(crate) relays: Template,
    pub(crate) unreached: Text,
    pub(crate) unclear: Text,
    pub(crate) no_name: Text,
    pub(crate) credentials: Text,
    pub(crate) full: Text,
    pub(crate) silent: Text,
    pub(crate) invalid: Text,
    /// What to do when nothing comes back, with the port.
    pub(crate) open_udp: Template,
    /// The same over TCP.
    pub(crate) open_tcp: Template,
    /// Follows these two when it may have been a refusal.
    pub(crate) or_refused: Text,
    pub(crate) mend_name: Text,
    pub(crate) mend_credentials: Text,
    pub(crate) make_room: Text,
    pub(crate) ask_doctor: Text,
    pub(crate) mend_address: Text,
}

/// A microphone or a camera.
#[derive(Debug)]
pub(crate) struct DeviceTrialWords {
    pub(crate) microphone: Text,
    pub(crate) camera: Text,
    pub(crate) question: Text,
    pub(crate) asking: Text,
    pub(crate) works: Text,
    /// With its name.
    pub(crate) named_works: Template,
    pub(crate) allowed: Advice,
    pub(crate) unasked: Advice,
    pub(crate) missing: Advice,
    pub(crate) insecure: Advice,
    pub(crate) framed: Advice,
    pub(crate) denied: Advice,
    pub(crate) dismissed: Advice,
    pub(crate) system: Advice,
    pub(crate) in_use: Advice,
}

/// What all of it comes to.
#[derive(Debug)]
pub(crate) struct CheckVerdictWords {
    pub(crate) unchecked: Advice,
    pub(crate) no_webrtc: Text,
    pub(crate) no_server: Text,
    pub(crate) no_seat: Text,
    pub(crate) busy: Text,
    pub(crate) no_relay: Advice,
    pub(crate) neither_stun_nor_relay: Advice,
    pub(crate) relay_fails: Advice,
    pub(crate) only_websites: Advice,
    pub(crate) works: Text,
    /// To [`works`](Self::works), when one of several servers does not.
    pub(crate) not_all: Text,
    pub(crate) blocks_udp: Advice,
    pub(crate) only_tcp: Advice,
    /// What the other person misses.
    pub(crate) neither_heard_nor_seen: Text,
    pub(crate) not_heard: Text,
    pub(crate) not_seen: Text,
}

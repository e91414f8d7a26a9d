//! What a component can see of a call.

use send_wrapper::SendWrapper;
use web_sys::MediaStream;

use super::verdict::Verdict;
use crate::protocol::{DisplayName, ErrorCode, MediaSending, PeerId};

/// Own microphone and camera.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaState {
    /// The browser is asking the person, or opening the devices.
    pub asking: bool,
    /// The microphone.
    pub microphone: Device,
    /// The camera.
    pub camera: Device,
}

/// A kind of device that one can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// Hears the person.
    Microphone,
    /// Sees the person.
    Camera,
    /// Plays the others. Some browsers do not let a page choose it.
    Speaker,
}

/// A device that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// The browser's name for it, the same on every visit to this server.
    pub id: String,
    /// The name for people; empty before the person allowed any device.
    pub label: String,
}

/// The own devices: what one can choose from, and what happens to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// What is plugged in, by [`DeviceKind`].
    pub present: [Vec<DeviceInfo>; 3],
    /// The id of the one in use, by [`DeviceKind`]; for a speaker `None` is the system's choice.
    pub in_use: [Option<String>; 3],
    /// There is another camera that looks the other way, as phones have them.
    pub can_turn: bool,
    /// The camera looks away from the person: then the preview is no mirror.
    pub looks_away: bool,
    /// The own screen.
    pub screen: Sharing,
    /// What happened by itself a moment ago.
    pub news: Option<News>,
    /// What the person should know about their microphone now.
    pub warning: Option<Warning>,
}

impl Devices {
    /// The id of the speaker that plays the others; empty is the system's choice.
    pub fn speaker(&self) -> &str {
        self.in_use[DeviceKind::Speaker as usize]
            .as_deref()
            .unwrap_or_default()
    }
}

/// Something that happened by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The device is gone; the one with this name is used instead, if there is one.
    Gone(DeviceKind, Option<String>),
    /// The device that was chosen, with this name, is there again and in use.
    Back(DeviceKind, String),
    /// The device that was chosen cannot be used; all stays as it was.
    Refused(DeviceKind),
    /// The browser could not share the screen.
    ScreenFailed,
}

/// Something that the person should know as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Somebody talks, and the microphone is off.
    TalkingWhileMuted,
    /// The microphone is on, and not the least sound comes from it.
    SilentMicrophone,
}

/// The own screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sharing {
    /// This browser cannot share a screen, as on phones.
    #[default]
    Unsupported,
    /// Could be shared and is not.
    Off,
    /// The browser is asking what to share.
    Asking,
    /// The others see it.
    On,
}

/// One microphone or camera.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Device {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// In use.
    On,
    /// Could be used and is not.
    Off,
    /// Cannot be used.
    Unavailable(Problem),
}

/// Why a device cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// There is none.
    NotFound,
    /// The person or the browser's settings do not allow it.
    Denied,
    /// Another program has it, or the system does not hand it out.
    InUse,
    /// Browsers hand out devices on HTTPS addresses and on localhost only.
    Insecure,
}

/// Whether one is in the room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Membership {
    /// Not hydrated: the page cannot do anything yet.
    #[default]
    Loading,
    /// Looking at oneself before joining.
    Outside,
    /// On the way in, or waiting for the server to come back.
    Joining,
    /// The room is locked, and its host was asked.
    Waiting,
    /// In the room.
    Inside,
    /// Not let in: every place is taken.
    Full,
    /// Another tab or window of this browser took the seat over.
    Elsewhere,
    /// Not let in, or put out, and why.
    Refused(ErrorCode),
    /// Was in the room and left it.
    Left,
    /// This browser has no WebRTC.
    Unsupported,
}

impl Membership {
    /// Whether the person is in the room or on the way in.
    pub fn is_in(&self) -> bool {
        matches!(self, Self::Joining | Self::Waiting | Self::Inside)
    }
}

/// The connection to the signaling server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Server {
    /// The first attempt is under way.
    #[default]
    Connecting,
    /// It is there.
    Connected,
    /// It is gone; attempts to reach it go on.
    Lost,
}

/// The way to one other peer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Being found for the first time.
    #[default]
    Connecting,
    /// None was found yet; the search goes on.
    Blocked(Obstacle),
    /// Media can flow.
    Connected,
    /// Media comes, and the peer says that nothing arrives there.
    Unheard,
    /// It was there and nothing comes through now.
    Interrupted,
    /// The peer lost its page or its network, and may come back.
    Away,
}

/// What probably keeps two peers from each other, where neither reaches the other directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The server has no relay, and names none.
    NoRelay,
    /// This side does not reach the relay.
    Here,
    /// The other side does not reach it.
    There,
    /// Both reach it, and nothing comes through.
    Relay,
}

impl Obstacle {
    /// What is in the way. `named`: the server named a relay; `here` and `there`: each side has an address on one.
    pub fn between(named: bool, here: bool, there: bool) -> Self {
        match (named || here, here, there) {
            (_, true, true) => Self::Relay,
            (false, _, _) => Self::NoRelay,
            (true, false, _) => Self::Here,
            (true, true, false) => Self::There,
        }
    }
}

/// Another peer in the room.
#[derive(Debug, Clone, PartialEq)]
pub struct RemotePeer {
    /// Who.
    pub id: PeerId,
    /// The way to them.
    pub(super) link: Link,
    /// What they say they send.
    pub sending: MediaSending,
    /// What arrives from them.
    pub stream: Option<Stream>,
    /// Their screen, while they share it.
    pub screen: Option<Stream>,
    /// The server lost them.
    pub(super) away: bool,
    /// For how long nothing has come through, in seconds.
    pub silent_seconds: u32,
    /// What is to be said about the way to them.
    pub verdict: Verdict,
    /// How they want to be called.
    pub name: Option<DisplayName>,
}

impl RemotePeer {
    /// How they can be reached now. Media does not need the server.
    pub fn link(&self) -> Link {
        if self.away && self.link != Link::Connected {
            Link::Away
        } else if self.link == Link::Connected && self.verdict == Verdict::Unheard {
            Link::Unheard
        } else {
            self.link
        }
    }
}

/// A media stream in a signal. The browser has one thread, the server never has a stream.
#[derive(Debug, Clone)]
pub struct Stream(SendWrapper<MediaStream>);

impl Stream {
    pub(super) fn new(stream: MediaStream) -> Self {
        Self(SendWrapper::new(stream))
    }

    /// The browser's object, for a media element.
    pub fn media_stream(&self) -> &MediaStream {
        &self.0
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl Device {
    /// Whether pressing its button can change anything.
    pub fn can_switch(self) -> bool {
        matches!(
            self,
            Self::On | Self::Off | Self::Unavailable(Problem::Denied | Problem::InUse)
        )
    }
}

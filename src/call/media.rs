//! What this side captures: holding the tracks, letting go of them.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Event, MediaStream, MediaStreamTrack};

use super::{devices::Opened, state::Problem};
use crate::dom::{
    Listener,
    capture::{has_ended, setting},
};

/// Which of the things that can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The microphone.
    Audio,
    /// The camera.
    Video,
    /// The shared screen.
    Screen,
    /// Its sound.
    ScreenAudio,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Audio, Self::Video, Self::Screen, Self::ScreenAudio];

    /// What comes from a device.
    pub(crate) const DEVICES: [Self; 2] = [Self::Audio, Self::Video];

    /// As WebRTC spells it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Audio | Self::ScreenAudio => "audio",
            Self::Video | Self::Screen => "video",
        }
    }

    /// Whether it belongs to the screen and not to the person.
    pub(super) fn is_screen(self) -> bool {
        matches!(self, Self::Screen | Self::ScreenAudio)
    }
}

/// What a device captures. Dropping it releases the device, so that its light goes out.
pub(super) struct Track {
    track: MediaStreamTrack,
    ended: Option<Listener>,
}

impl Track {
    /// The first track of a stream.
    pub(super) fn first(tracks: &Array) -> Result<Self, Problem> {
        match tracks.get(0).dyn_into() {
            Ok(track) => Ok(Self { track, ended: None }),
            Err(_) => Err(Problem::NotFound),
        }
    }

    /// The browser's `clone()`: the same device, switched on and off by itself.
    pub(super) fn copy(track: &MediaStreamTrack) -> Self {
        Self {
            track: track.clone(),
            ended: None,
        }
    }

    /// Calls `ended` when the device is unplugged or taken away; not when it is released.
    pub(super) fn watch(&mut self, ended: impl Fn() + 'static) {
        self.ended = Some(Listener::new(&self.track, "ended", move |_: Event| ended()));
    }

    /// Which device it is.
    pub(super) fn device(&self) -> Opened {
        Opened {
            id: setting(&self.track, "deviceId"),
            label: self.track.label(),
        }
    }

    pub(super) fn media_track(&self) -> &MediaStreamTrack {
        &self.track
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        self.track.stop();
    }
}

/// The tracks in use, at most one of a kind. Dropping it releases the devices.
///
/// The person's are in one stream and the screen's in another, each the same for the whole call:
/// the ids of the streams travel along and tell the receiver what is what.
pub(super) struct Media {
    person: MediaStream,
    screen: MediaStream,
    tracks: [Option<Track>; 4],
    is_muted: bool,
}

/// What is sent to the others at one moment. It holds no device.
#[derive(Clone)]
pub(super) struct Sent {
    person: MediaStream,
    screen: MediaStream,
    tracks: [Option<MediaStreamTrack>; 4],
    is_muted: bool,
}

impl Sent {
    /// The stream that tracks of this kind are in.
    pub(super) fn stream(&self, kind: Kind) -> &MediaStream {
        if kind.is_screen() {
            &self.screen
        } else {
            &self.person
        }
    }

    /// What is captured.
    pub(super) fn track(&self, kind: Kind) -> Option<&MediaStreamTrack> {
        self.tracks[kind as usize].as_ref()
    }

    /// What goes out: nothing of a muted microphone, although it stays open.
    pub(super) fn outgoing(&self, kind: Kind) -> Option<&MediaStreamTrack> {
        self.track(kind)
            .filter(|_| kind != Kind::Audio || !self.is_muted)
    }
}

impl Media {
    /// No device in use. `None` when the browser has no media streams at all.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            person: MediaStream::new().ok()?,
            screen: MediaStream::new().ok()?,
            tracks: [const { None }; 4],
            is_muted: false,
        })
    }

    /// The stream that tracks of this kind are in.
    pub(super) fn stream(&self, kind: Kind) -> &MediaStream {
        if kind.is_screen() {
            &self.screen
        } else {
            &self.person
        }
    }

    /// What is captured.
    pub(super) fn track(&self, kind: Kind) -> Option<&MediaStreamTrack> {
        self.tracks[kind as usize].as_ref().map(Track::media_track)
    }

    /// What the others get, as it is now.
    pub(super) fn sent(&self) -> Sent {
        let track = |kind| self.track(kind).cloned();
        Sent {
            // The trait's `clone`: the method of that name would capture a second time.
            person: Clone::clone(&self.person),
            screen: Clone::clone(&self.screen),
            tracks: Kind::ALL.map(track),
            is_muted: self.is_muted,
        }
    }

    /// Under which stream id the screen is shared, while it is.
    pub(super) fn screen_id(&self) -> Option<String> {
        self.track(Kind::Screen).map(|_| self.screen.id())
    }

    /// Whether the track has ended by itself.
    pub(super) fn has_ended(&self, kind: Kind) -> bool {
        self.track(kind).is_some_and(has_ended)
    }

    /// Mutes the microphone, also one that is opened later.
    pub(super) fn mute(&mut self, is_muted: bool) {
        self.is_muted = is_muted;
        // A sender that is busy with a negotiation lets go of its track only afterwards; this
        // makes silence at once.
        if let Some(track) = self.track(Kind::Audio) {
            track.set_enabled(!is_muted);
        }
    }

    /// Uses this track, in place of the one before.
    pub(super) fn put(&mut self, kind: Kind, track: Track) {
        self.release(kind);
        self.stream(kind).add_track(&track.track);
        self.tracks[kind as usize] = Some(track);
        if kind == Kind::Audio {
            self.mute(self.is_muted);
        }
    }

    /// Stops using the device.
    pub(super) fn release(&mut self, kind: Kind) {
        if let Some(track) = self.tracks[kind as usize].take() {
            self.stream(kind).remove_track(&track.track);
        }
    }
}

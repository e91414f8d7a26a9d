//! The session's part that deals with microphone and camera.

use leptos::{prelude::*, task::spawn_local};

use super::Session;
use crate::{
    call::{
        media::{Captured, Kind, capture},
        state::{Device, MediaState, Membership, Stream},
    },
    dom::{Store, remember, remembered},
    protocol::Signal,
};

/// Under these keys the tab remembers what was switched off, so that a reload does not put
/// somebody who is muted on the air.
const OFF_KEYS: [&str; 2] = ["duplex-microphone-off", "duplex-camera-off"];

/// Which devices the person wanted to use when the page was last here.
pub(super) fn wishes() -> [bool; 2] {
    OFF_KEYS.map(|key| remembered(Store::Tab, key).is_none())
}

impl Session {
    fn wants(&self, kind: Kind) -> bool {
        self.wishes[kind as usize]
    }

    /// Asks for the microphone, also when it is muted, and for the camera unless it is off.
    pub(super) fn ask_for_wanted_devices(&self) {
        if !self.wants(Kind::Video) {
            self.call.media.update(|media| media.camera = Device::Off);
        }
        self.ask_for_devices(true, self.wants(Kind::Video));
    }

    pub(super) fn ask_again(&self) {
        let media = self.call.media.get_untracked();
        let unavailable = |device| matches!(device, Device::Unavailable(_));
        self.ask_for_devices(unavailable(media.microphone), unavailable(media.camera));
    }

    fn ask_for_devices(&self, audio: bool, video: bool) {
        self.call.media.update(|media| media.asking = true);
        let captures = self.captures.clone();
        spawn_local(async move {
            // When nobody waits for them any more the tracks are dropped, and the devices released.
            captures.unbounded_send(capture(audio, video).await).ok();
        });
    }

    pub(super) fn captured(&mut self, captured: Captured) {
        if self.is(&Membership::Left) {
            // The person left while the browser was asking.
            return;
        }
        let mut media = self.call.media.get_untracked();
        media.asking = false;
        let Captured { audio, video } = captured;
        for (kind, result, device) in [
            (Kind::Audio, audio, &mut media.microphone),
            (Kind::Video, video, &mut media.camera),
        ] {
            match result {
                None => {}
                Some(Ok(track)) => {
                    self.media.put(kind, track);
                    if let Some(track) = self.media.track(kind) {
                        track.set_enabled(self.wants(kind));
                    }
                    self.send_track(kind);
                    *device = if self.wants(kind) {
                        Device::On
                    } else {
                        Device::Off
                    };
                }
                Some(Err(problem)) => *device = Device::Unavailable(problem),
            }
        }
        self.show_media(media);
    }

    pub(super) fn switch(&mut self, kind: Kind, on: bool) {
        self.wishes[kind as usize] = on;
        remember(Store::Tab, OFF_KEYS[kind as usize], (!on).then_some("off"));
        let mut media = self.call.media.get_untracked();
        match (kind, self.media.track(kind)) {
            (Kind::Audio, Some(track)) => {
                track.set_enabled(on);
                media.microphone = if on { Device::On } else { Device::Off };
            }
            (Kind::Video, Some(_)) if !on => {
                self.media.release(kind);
                self.send_track(kind);
                media.camera = Device::Off;
            }
            (_, None) if on => {
                return self.ask_for_devices(kind == Kind::Audio, kind == Kind::Video);
            }
            _ => return,
        }
        self.show_media(media);
    }

    fn send_track(&mut self, kind: Kind) {
        for peer in self.peers.values_mut() {
            peer.send_track(kind, self.media.track(kind), self.media.stream());
        }
    }

    /// Shows the devices to the person and tells the others.
    fn show_media(&self, media: MediaState) {
        self.call.media.set(media);
        let stream = self.media.stream().clone();
        self.call
            .preview
            .set((media.camera == Device::On).then(|| Stream::new(stream)));
        for id in &self.order {
            self.send_signals(id, vec![Signal::Media(media.sending())]);
        }
    }
}

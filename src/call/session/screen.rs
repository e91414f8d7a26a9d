//! The session's part that shares the screen.

use leptos::task::spawn_local;

use super::{Session, devices::DeviceEvent};
use crate::call::{
    media::{Kind, Track},
    screen::{self, Screen},
    state::{News, Sharing},
};

impl Session {
    /// The person wants to share, or not any more.
    pub(super) fn share_screen(&mut self, on: bool) {
        if !on {
            self.stop_sharing();
        } else if self.sharing() == Sharing::Off {
            self.devices.is_choosing_screen = true;
            self.show_media();
            let (events, round) = (self.devices.events.clone(), self.devices.round);
            spawn_local(async move {
                let screen = screen::ask().await;
                events
                    .unbounded_send(DeviceEvent::Screen(round, screen))
                    .ok();
            });
        }
    }

    pub(super) fn screen_chosen(&mut self, screen: Result<Option<Screen>, ()>) {
        self.devices.is_choosing_screen = false;
        match screen {
            Ok(Some(Screen { video, audio })) if self.is_in() => {
                self.put_screen(Kind::Screen, video);
                if let Some(audio) = audio {
                    self.put_screen(Kind::ScreenAudio, audio);
                }
            }
            // The person changed their mind, or is out of the call by now.
            Ok(_) => {}
            Err(()) => self.tell(Some(News::ScreenFailed)),
        }
        self.send_screen();
    }

    fn put_screen(&mut self, kind: Kind, mut track: Track) {
        let events = self.devices.events.clone();
        track.watch(move || drop(events.unbounded_send(DeviceEvent::Ended(kind))));
        self.media.put(kind, track);
    }

    /// The browser's own button, or the window that was shared is gone.
    pub(super) fn screen_ended(&mut self, kind: Kind) {
        if kind == Kind::Screen {
            self.stop_sharing();
        } else {
            self.media.release(kind);
            self.send_track(kind);
        }
    }

    pub(super) fn stop_sharing(&mut self) {
        self.media.release(Kind::Screen);
        self.media.release(Kind::ScreenAudio);
        self.send_screen();
    }

    fn send_screen(&mut self) {
        // First what it is, then the tracks.
        self.show_media();
        self.send_track(Kind::Screen);
        self.send_track(Kind::ScreenAudio);
    }

    /// The state of the own screen.
    pub(super) fn sharing(&self) -> Sharing {
        match (self.devices.can_share, self.devices.is_choosing_screen) {
            _ if self.media.track(Kind::Screen).is_some() => Sharing::On,
            (false, _) => Sharing::Unsupported,
            (_, true) => Sharing::Asking,
            _ => Sharing::Off,
        }
    }
}

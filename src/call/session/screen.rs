//! The session's part that shares the screen.

use leptos::{prelude::*, task::spawn_local};

use super::{Session, devices::DeviceEvent};
use crate::call::{
    media::{Kind, Track},
    screen::{self, Screen},
    state::{News, Sharing},
};

impl Session {
    /// The person wants to share, or not any more.
    pub(super) fn share_screen(&mut self, on: bool) {
        match (on, self.call.screen.get_untracked()) {
            (true, Sharing::Off) => {
                self.call.screen.set(Sharing::Asking);
                let (events, round) = (self.devices.events.clone(), self.devices.round);
                spawn_local(async move {
                    let screen = screen::ask().await;
                    events
                        .unbounded_send(DeviceEvent::Screen(round, screen))
                        .ok();
                });
            }
            (false, Sharing::On) => self.stop_sharing(),
            _ => {}
        }
    }

    pub(super) fn screen_chosen(&mut self, screen: Result<Option<Screen>, ()>) {
        match screen {
            Ok(Some(Screen { video, audio })) if self.is_in() => {
                self.put_screen(Kind::Screen, video);
                if let Some(audio) = audio {
                    self.put_screen(Kind::ScreenAudio, audio);
                }
                self.screen_changed();
            }
            // The person changed their mind, or is out of the call by now.
            Ok(_) => self.show_screen(),
            Err(()) => {
                self.call.news.set(Some(News::ScreenFailed));
                self.show_screen();
            }
        }
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
        self.screen_changed();
    }

    fn screen_changed(&mut self) {
        self.show_screen();
        // First what it is, then the tracks.
        self.show_media();
        self.send_track(Kind::Screen);
        self.send_track(Kind::ScreenAudio);
    }

    /// Shows the state of the own screen to the person.
    pub(super) fn show_screen(&self) {
        let state = match self.media.screen_id() {
            Some(_) => Sharing::On,
            None if screen::is_offered() => Sharing::Off,
            None => Sharing::Unsupported,
        };
        self.call.screen.set(state);
    }
}

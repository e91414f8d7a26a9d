//! The session's part that deals with microphone, camera and speaker: it carries out what
//! [`Source`] decides.

mod listening;
mod shown;
mod watching;

use futures::channel::mpsc::UnboundedSender;
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use web_sys::PermissionStatus;

use self::listening::Listening;
use super::Session;
use crate::{
    call::{
        capture::{Captured, capture},
        devices::{Facing, Output, Source, Step},
        engine::Order,
        media::Kind,
        screen::{self, Screen},
        state::{DeviceInfo, DeviceKind, News},
    },
    dom::{Listener, Store, remember, remembered, window},
    protocol::MediaSending,
};

/// Under these keys the tab remembers what was switched off, so that a reload does not put
/// somebody who is muted on the air.
const OFF_KEYS: [&str; 2] = ["duplex-microphone-off", "duplex-camera-off"];

/// Under these keys the browser remembers the chosen devices, by [`DeviceKind`].
const CHOICE_KEYS: [&str; 3] = ["duplex-microphone", "duplex-camera", "duplex-speaker"];

/// How long news are told, in milliseconds; the style sheet fades them out at the end of it.
const NEWS: u32 = 8_000;

/// What happens to the devices.
pub(super) enum DeviceEvent {
    /// What came of asking. The number tells which call it was asked for.
    Captured(u32, Captured),
    /// Something was plugged in or out.
    Changed,
    /// What is plugged in.
    Present([Vec<DeviceInfo>; 3]),
    /// A device was unplugged or taken away.
    Ended(Kind),
    /// The permission for a device, to be watched.
    Permission(Kind, PermissionStatus),
    /// The permission for a device was given.
    Allowed(Kind),
    /// What came of asking for the screen.
    Screen(u32, Result<Option<Screen>, ()>),
    /// Time to look at the level of the microphone.
    Look,
    /// These news have been told long enough.
    Old(u32),
}

pub(super) type DeviceEvents = UnboundedSender<DeviceEvent>;

/// The devices of a session.
pub(super) struct Devices {
    pub(super) events: DeviceEvents,
    /// Counts the times that everything was let go of.
    pub(super) round: u32,
    /// What the person wants to use, microphone and camera.
    wishes: [bool; 2],
    sources: [Source; 2],
    speaker: Output,
    present: [Vec<DeviceInfo>; 3],
    listening: Listening,
    /// What is told now, and how often something was.
    news: (u32, Option<News>),
    /// This browser can share a screen.
    pub(super) can_share: bool,
    /// The browser is asking what to share.
    pub(super) is_choosing_screen: bool,
    /// What the others were told.
    told: Option<MediaSending>,
    listeners: Vec<Listener>,
}

impl Devices {
    /// As the person left them on an earlier visit.
    pub(super) fn new(events: DeviceEvents) -> Self {
        let [microphone, camera, speaker] = CHOICE_KEYS.map(|key| remembered(Store::Browser, key));
        let mut devices = Self {
            round: 0,
            wishes: OFF_KEYS.map(|key| remembered(Store::Tab, key).is_none()),
            sources: [
                Source::new(DeviceKind::Microphone, microphone),
                Source::new(DeviceKind::Camera, camera),
            ],
            speaker: Output::new(speaker),
            present: [const { Vec::new() }; 3],
            listening: Listening::default(),
            news: (0, None),
            can_share: screen::is_offered(),
            is_choosing_screen: false,
            told: None,
            listeners: Vec::new(),
            events,
        };
        devices.watch();
        devices
    }
}

impl Session {
    /// Asks for the microphone, also when it is muted, and for the camera unless it is off.
    pub(super) fn ask_for_wanted_devices(&mut self) {
        let [microphone, camera] = self.devices.wishes;
        self.media.mute(!microphone);
        self.devices.sources[Kind::Audio as usize].want(true);
        self.devices.sources[Kind::Video as usize].want(camera);
        self.settle();
    }

    pub(super) fn ask_again(&mut self) {
        for source in &mut self.devices.sources {
            source.try_again();
        }
        self.settle();
    }

    /// Lets go of everything.
    pub(super) fn release_devices(&mut self) {
        self.devices.round += 1;
        for source in &mut self.devices.sources {
            source.reset();
        }
        for kind in Kind::ALL {
            self.media.release(kind);
        }
        self.devices.is_choosing_screen = false;
        self.listen();
        self.show_media();
    }

    pub(super) fn device_event(&mut self, event: DeviceEvent) {
        match event {
            // The person left while the browser was asking: what it gave is dropped, and released.
            DeviceEvent::Captured(round, _) | DeviceEvent::Screen(round, _)
                if round != self.devices.round => {}
            DeviceEvent::Captured(_, captured) => self.captured(captured),
            DeviceEvent::Changed => self.devices.list(),
            DeviceEvent::Present(lists) => self.plugged(lists),
            DeviceEvent::Ended(kind) if !self.media.has_ended(kind) => {}
            DeviceEvent::Ended(kind) if kind.is_screen() => self.screen_ended(kind),
            DeviceEvent::Ended(kind) => {
                self.devices.sources[kind as usize].ended();
                self.release(kind);
                self.show_media();
                // What to use instead depends on what is there now.
                self.devices.list();
            }
            DeviceEvent::Permission(kind, status) => self.devices.watch_permission(kind, &status),
            DeviceEvent::Allowed(kind) => {
                self.devices.sources[kind as usize].allowed();
                self.settle();
            }
            DeviceEvent::Screen(_, screen) => self.screen_chosen(screen),
            DeviceEvent::Look => self.look(),
            DeviceEvent::Old(count) if count == self.devices.news.0 => {
                self.devices.news.1 = None;
                self.show_media();
            }
            DeviceEvent::Old(_) => {}
        }
    }

    fn captured(&mut self, captured: Captured) {
        for (kind, result) in Kind::DEVICES.into_iter().zip(captured) {
            let Some(result) = result else { continue };
            let (track, result) = match result {
                Ok(track) => {
                    let device = track.device();
                    (Some(track), Ok(device))
                }
                Err(problem) => (None, Err(problem)),
            };
            let source = &mut self.devices.sources[kind as usize];
            let news = source.opened(result);
            let is_gone = source.current().is_none();
            // Turning the camera is a choice as well.
            if let Some(chosen) = source.chosen() {
                remember(Store::Browser, CHOICE_KEYS[kind as usize], Some(chosen));
            }
            self.tell(news);
            if let Some(mut track) = track {
                let events = self.devices.events.clone();
                track.watch(move || drop(events.unbounded_send(DeviceEvent::Ended(kind))));
                self.media.put(kind, track);
                self.send_track(kind);
                self.wake_soon();
            } else if is_gone {
                self.release(kind);
            }
        }
        // Only now the browser tells the names.
        self.devices.list();
        self.listen();
        self.settle();
    }

    fn plugged(&mut self, lists: [Vec<DeviceInfo>; 3]) {
        for (source, list) in self.devices.sources.iter_mut().zip(&lists) {
            source.plugged(list);
        }
        let news = self.devices.speaker.plugged(&lists[2]);
        self.devices.present = lists;
        self.tell(news);
        self.settle();
    }

    pub(super) fn switch(&mut self, kind: Kind, on: bool) {
        let i = kind as usize;
        self.devices.wishes[i] = on;
        remember(Store::Tab, OFF_KEYS[i], (!on).then_some("off"));
        if kind == Kind::Audio {
            self.media.mute(!on);
            self.send_track(kind);
            if on {
                self.devices.sources[i].try_again();
            }
        } else {
            self.devices.sources[i].want(on);
        }
        self.settle();
    }

    pub(super) fn choose(&mut self, kind: DeviceKind, id: String) {
        remember(Store::Browser, CHOICE_KEYS[kind as usize], Some(&id));
        match self.devices.sources.get_mut(kind as usize) {
            Some(source) => source.choose(id),
            None => self.devices.speaker.choose(id),
        }
        self.settle();
    }

    /// To the camera that looks the other way.
    pub(super) fn turn_camera(&mut self) {
        let facing = if self.looks_away() {
            Facing::User
        } else {
            Facing::Environment
        };
        self.devices.sources[Kind::Video as usize].turn(facing);
        self.settle();
    }

    /// Does what there is to do, until every device is as it should be or on its way.
    fn settle(&mut self) {
        let mut picks = [None, None];
        for kind in Kind::DEVICES {
            let i = kind as usize;
            match self.devices.sources[i].next() {
                Step::Stay => {}
                Step::Close => self.release(kind),
                Step::Open(pick) => {
                    if kind == Kind::Video && is_one_at_a_time() {
                        self.devices.sources[i].closed();
                        self.release(kind);
                    }
                    picks[i] = Some(pick);
                }
            }
        }
        if picks != [None, None] {
            let (events, round) = (self.devices.events.clone(), self.devices.round);
            spawn_local(async move {
                let captured = capture(picks).await;
                // When nobody waits any more the tracks are dropped, and the devices released.
                events
                    .unbounded_send(DeviceEvent::Captured(round, captured))
                    .ok();
            });
        }
        self.show_media();
    }

    fn release(&mut self, kind: Kind) {
        self.media.release(kind);
        self.send_track(kind);
        self.listen();
    }

    pub(super) fn send_track(&mut self, kind: Kind) {
        self.order(Order::Track(kind, self.media.sent()));
    }

    /// Tells the person, for a while.
    pub(super) fn tell(&mut self, news: Option<News>) {
        if news.is_none() {
            return;
        }
        let count = self.devices.news.0 + 1;
        self.devices.news = (count, news);
        let events = self.devices.events.clone();
        spawn_local(async move {
            TimeoutFuture::new(NEWS).await;
            events.unbounded_send(DeviceEvent::Old(count)).ok();
        });
    }
}

/// Where the second camera does not open before the first is closed: on Android.
fn is_one_at_a_time() -> bool {
    window()
        .navigator()
        .user_agent()
        .is_ok_and(|agent| agent.contains("Android"))
}

//! What the person and the others are shown of the devices.

use leptos::prelude::*;

use crate::{
    call::{
        Devices,
        engine::Order,
        media::Kind,
        session::Session,
        state::{Device, DeviceKind, MediaState, Membership, Stream},
    },
    dom::capture::setting,
    protocol::MediaSending,
};

impl Session {
    /// Shows the devices to the person and tells the others.
    pub(in crate::call::session) fn show_media(&mut self) {
        let [microphone, camera] = Kind::DEVICES.map(|kind| self.device(kind));
        let media = MediaState {
            asking: self
                .devices
                .sources
                .iter()
                .any(|source| source.is_opening() && source.current().is_none()),
            microphone,
            camera,
        };
        if self.call.media.get_untracked() != media {
            self.call.media.set(media);
        }
        // The trait's `clone`: the method of that name would capture a second time.
        let stream = || Stream::new(Clone::clone(self.media.stream(Kind::Video)));
        let preview = (camera == Device::On).then(stream);
        if self.call.preview.with_untracked(|shown| *shown != preview) {
            self.call.preview.set(preview);
        }
        self.show_devices();
        let sending = self.sending();
        if self.devices.told.as_ref() != Some(&sending) {
            self.order(Order::Sending(sending.clone()));
            self.devices.told = Some(sending);
        }
    }

    /// What the others are told.
    pub(in crate::call::session) fn sending(&self) -> MediaSending {
        let is_on = |kind| self.device(kind) == Device::On;
        MediaSending {
            audio: is_on(Kind::Audio),
            video: is_on(Kind::Video),
            screen: self.media.screen_id(),
        }
    }

    fn device(&self, kind: Kind) -> Device {
        let source = &self.devices.sources[kind as usize];
        match (source.current(), source.problem()) {
            _ if self.is(&Membership::Left) => Device::Unknown,
            (Some(_), _) if self.devices.wishes[kind as usize] => Device::On,
            (None, Some(problem)) => Device::Unavailable(problem),
            (None, None) if source.is_opening() => Device::Unknown,
            _ => Device::Off,
        }
    }

    fn show_devices(&self) {
        let [microphone, camera] = &self.devices.sources;
        let speaker = self.devices.speaker.current();
        let present = &self.devices.present;
        let looks_away = self.looks_away();
        let shown = Devices {
            present: present.clone(),
            in_use: [microphone.current(), camera.current(), speaker]
                .map(|id| id.map(str::to_owned)),
            can_turn: present[DeviceKind::Camera as usize].len() > 1
                && (looks_away || self.facing() == "user"),
            looks_away,
            screen: self.sharing(),
            news: self.devices.news.1.clone(),
            warning: self.devices.listening.warning,
        };
        if self.call.devices.with_untracked(|before| *before != shown) {
            self.call.devices.set(shown);
        }
    }

    pub(super) fn looks_away(&self) -> bool {
        self.facing() == "environment"
    }

    /// Which way the camera looks, as the browser spells it; empty when it does not know.
    fn facing(&self) -> String {
        self.media
            .track(Kind::Video)
            .map(|track| setting(track, "facingMode"))
            .unwrap_or_default()
    }
}

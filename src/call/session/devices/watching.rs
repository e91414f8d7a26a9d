//! Hearing of what is plugged in and what is allowed.

use leptos::task::spawn_local;
use web_sys::{Event, PermissionStatus};

use super::{DeviceEvent, Devices};
use crate::{
    call::{
        capture::{is_granted, media_devices, permission, present},
        media::Kind,
    },
    dom::Listener,
};

impl Devices {
    /// Hears of plugging and of permissions from now on.
    pub(super) fn watch(&mut self) {
        if let Some(media_devices) = media_devices() {
            let events = self.events.clone();
            let changed = move |_: Event| drop(events.unbounded_send(DeviceEvent::Changed));
            self.listeners
                .push(Listener::new(&media_devices, "devicechange", changed));
        }
        let events = self.events.clone();
        spawn_local(async move {
            for kind in Kind::DEVICES {
                if let Some(status) = permission(kind).await {
                    events
                        .unbounded_send(DeviceEvent::Permission(kind, status))
                        .ok();
                }
            }
        });
    }

    pub(super) fn watch_permission(&mut self, kind: Kind, status: &PermissionStatus) {
        let (events, now) = (self.events.clone(), status.clone());
        self.listeners
            .push(Listener::new(status, "change", move |_: Event| {
                if is_granted(&now) {
                    events.unbounded_send(DeviceEvent::Allowed(kind)).ok();
                }
            }));
    }

    pub(super) fn list(&self) {
        let events = self.events.clone();
        spawn_local(async move {
            if let Some(devices) = media_devices()
                && let Some(lists) = present(&devices).await
            {
                events.unbounded_send(DeviceEvent::Present(lists)).ok();
            }
        });
    }
}

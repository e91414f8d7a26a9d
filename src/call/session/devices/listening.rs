//! Listening to the own microphone during the call.

use super::DeviceEvent;
use crate::call::{
    media::Kind,
    meter::Meter,
    session::Session,
    state::{Membership, Warning},
    voice::Voice,
};
use gloo_timers::callback::Interval;

/// Time between two looks at the level of the microphone, in milliseconds.
const LOOK: u32 = 200;

/// Who listens to the microphone.
#[derive(Default)]
pub(super) struct Listening {
    meter: Option<(Meter, Interval)>,
    voice: Voice,
    pub(super) warning: Option<Warning>,
}

impl Session {
    /// Listens to the microphone that is open now, from joining to leaving. To be called also
    /// when the person does something: only then some browsers let a page listen.
    pub(in crate::call::session) fn listen(&mut self) {
        let track = self.media.track(Kind::Audio).filter(|_| self.is_in());
        let listening = &mut self.devices.listening;
        if let (Some(track), Some((meter, _))) = (track, &listening.meter)
            && meter.measures(track)
        {
            return meter.wake();
        }
        *listening = Listening::default();
        if let Some(meter) = track.and_then(Meter::new) {
            let events = self.devices.events.clone();
            let look = move || drop(events.unbounded_send(DeviceEvent::Look));
            listening.meter = Some((meter, Interval::new(LOOK, look)));
        }
        self.show_media();
    }

    pub(super) fn look(&mut self) {
        let is_muted = !self.devices.wishes[Kind::Audio as usize];
        let is_inside = self.is(&Membership::Inside);
        let listening = &mut self.devices.listening;
        let level = listening.meter.as_mut().and_then(|(it, _)| it.level());
        let warning = level
            .and_then(|level| listening.voice.hear(js_sys::Date::now(), level, is_muted))
            .filter(|_| is_inside);
        if listening.warning != warning {
            listening.warning = warning;
            self.show_media();
        }
    }
}

//! For how long one is in the room.

use gloo_timers::future::TimeoutFuture;
use js_sys::Date;
use leptos::{prelude::*, task::spawn_local};

use super::Inside;
use crate::{
    call::Membership,
    dom::{Store, remember, remembered},
};

/// The tab remembers since when: loading the page again does not begin anew.
const KEY: &str = "duplex-since";

/// How often it is looked at, in milliseconds: a second is never passed over for long.
const LOOK: u32 = 500;

/// The time, in the pill at the top.
pub(super) fn view(inside: Inside) -> AnyView {
    let call = inside.call;
    let seconds = RwSignal::new(None::<u64>);
    let since = StoredValue::new(None::<f64>);
    let room = call.room().to_string();
    Effect::new(move |before: Option<bool>| {
        let membership = call.membership.get();
        let is_in = membership == Membership::Inside;
        // Not while one is on the way back in.
        if is_in && before != Some(true) {
            let begun = begun(&room).unwrap_or_else(Date::now);
            remember(Store::Tab, KEY, Some(&format!("{room} {begun}")));
            since.set_value(Some(begun));
            seconds.set(Some(0));
        } else if !membership.is_in() && before == Some(true) {
            remember(Store::Tab, KEY, None);
            since.set_value(None);
            seconds.set(None);
        } else if before == Some(true) {
            return true;
        }
        is_in
    });
    spawn_local(async move {
        // Until the page is gone.
        while let Some(since) = since.try_get_value() {
            let passed = since.map(|since| ((Date::now() - since) / 1_000.0).max(0.0) as u64);
            if seconds.try_get_untracked() != Some(passed) {
                seconds.try_set(passed);
            }
            TimeoutFuture::new(LOOK).await;
        }
    });
    let label = inside.words.timer.label;
    let view = move || {
        let time = clock(seconds.get()?);
        Some(view! {
            <span class="timer" role="timer" aria-label=label>
                {time}
            </span>
        })
    };
    view.into_any()
}

/// When this tab came into the room, if it was there before its page was loaded again.
fn begun(room: &str) -> Option<f64> {
    let text = remembered(Store::Tab, KEY)?;
    let (known, begun) = text.split_once(' ')?;
    let begun: f64 = begun.parse().ok()?;
    (known == room && begun <= Date::now()).then_some(begun)
}

/// As on a clock.
pub(super) fn clock(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_as_on_a_clock() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(754), "12:34");
        assert_eq!(clock(3_600), "1:00:00");
        assert_eq!(clock(36_061), "10:01:01");
    }
}

//! Controls that go away while people look at each other, and come back at the least sign.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use web_sys::{Event, PointerEvent};

use super::{Inside, mark};
use crate::{
    call::{Link, Membership},
    dom::{Listener, now, window},
};

/// Nobody touches anything for so long, in milliseconds.
const CALM: u64 = 4_000;

/// The touch that brings them back presses none of them: browsers look only after it what is under the finger. In
/// milliseconds, longer than a tap takes.
const TAP: u32 = 700;

/// How often that is looked at, in milliseconds.
const LOOK: u32 = 500;

/// What is known when that is decided.
#[derive(Debug, Clone, Copy)]
struct Situation {
    /// Everybody is connected, and all is well.
    is_well: bool,
    /// Since when nobody touched anything, in milliseconds.
    calm: u64,
    /// The last thing that was touched was the keyboard.
    by_keyboard: bool,
    /// Something is open, or has the focus of the keyboard, or wants an answer.
    is_busy: bool,
}

impl Situation {
    fn may_hide(self) -> bool {
        self.is_well && self.calm >= CALM && !self.by_keyboard && !self.is_busy
    }
}

/// Watches over it as long as the page is there.
pub(super) fn watch(inside: Inside) {
    let touched = StoredValue::new(now());
    let by_keyboard = StoredValue::new(false);
    let by_touch = StoredValue::new(false);
    let is_hidden = StoredValue::new(false);
    let show = move |keyboard: bool| {
        is_hidden.try_set_value(false);
        touched.try_set_value(now());
        by_keyboard.try_set_value(keyboard);
        mark("data-idle", None);
    };
    let by_pointer = |event| {
        Listener::new(&window(), event, move |event: PointerEvent| {
            let touches = event.pointer_type() == "touch";
            by_touch.try_set_value(touches);
            if touches && is_hidden.try_get_value() == Some(true) {
                mark("data-waking", Some(""));
                spawn_local(async {
                    TimeoutFuture::new(TAP).await;
                    mark("data-waking", None);
                });
            }
            show(false);
        })
    };
    let listeners = SendWrapper::new([
        by_pointer("pointermove"),
        by_pointer("pointerdown"),
        Listener::new(&window(), "keydown", move |_: Event| show(true)),
        // Also of what is no key, such as a screen reader.
        Listener::new(&window(), "focusin", move |_: Event| {
            touched.try_set_value(now());
            mark("data-idle", None);
        }),
    ]);
    on_cleanup(move || drop(listeners));
    spawn_local(async move {
        loop {
            TimeoutFuture::new(LOOK).await;
            let (Some(touched), Some(by_keyboard)) =
                (touched.try_get_value(), by_keyboard.try_get_value())
            else {
                // The page is gone.
                return;
            };
            let situation = Situation {
                is_well: is_well(inside),
                calm: now().saturating_sub(touched),
                by_keyboard,
                is_busy: is_busy(inside),
            };
            if situation.may_hide() {
                let by = by_touch.try_get_value().unwrap_or_default();
                is_hidden.try_set_value(true);
                mark("data-idle", Some(if by { "touch" } else { "mouse" }));
            } else if !situation.is_well || situation.is_busy {
                mark("data-idle", None);
            }
        }
    });
}

fn is_well(inside: Inside) -> bool {
    let is_inside = |membership: &Membership| *membership == Membership::Inside;
    let all_connected = inside.call.peers.try_with_untracked(|peers| {
        !peers.is_empty() && peers.iter().all(|peer| peer.link() == Link::Connected)
    });
    let is_inside = inside.call.membership.try_with_untracked(is_inside);
    is_inside == Some(true) && all_connected == Some(true)
}

fn is_busy(inside: Inside) -> bool {
    let is_open = inside.side.try_with_untracked(Option::is_some);
    let hosting = inside.conversation.hosting;
    let knocks = hosting.try_with_untracked(|hosting| !hosting.knocks.is_empty());
    let has = |selector| {
        let page = window().document();
        // A selector that this browser does not know finds nothing.
        page.and_then(|page| page.query_selector(selector).ok().flatten())
            .is_some()
    };
    is_open == Some(true)
        || knocks == Some(true)
        || has(":popover-open")
        || has(".call :focus-visible")
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Situation = Situation {
        is_well: true,
        calm: CALM,
        by_keyboard: false,
        is_busy: false,
    };

    #[test]
    fn they_hide_only_when_nothing_speaks_against_it() {
        assert!(QUIET.may_hide());
        for situation in [
            Situation {
                is_well: false,
                ..QUIET
            },
            Situation {
                calm: CALM - 1,
                ..QUIET
            },
            Situation {
                by_keyboard: true,
                ..QUIET
            },
            Situation {
                is_busy: true,
                ..QUIET
            },
        ] {
            assert!(!situation.may_hide(), "{situation:?}");
        }
    }
}

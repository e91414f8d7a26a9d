//! One person's part in a call: their devices and their commands. The engine, which deals with the
//! server and the others, is loaded when the person shows that they are there.

mod devices;
mod screen;

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use web_sys::Event;

use self::devices::Devices;
use super::{
    Call, Command, LIMIT_KEY,
    engine::{Beginning, Order},
    media::{Kind, Media},
    seat_of_this_tab,
    state::Membership,
};
use crate::{
    dom::{Listener, Store, has, remembered, window},
    engine_start,
};

/// Whoever does one of these is about to join, perhaps.
const SIGNS: [&str; 3] = ["pointermove", "pointerdown", "keydown"];

/// And so is, without any of them, who has looked at the own picture for so long, in milliseconds. A
/// first visit is over by then: what it transfers is bounded.
const LOOKING: u32 = 1_000;

/// Runs a call until its handle is gone.
pub(super) async fn run(call: Call, mut commands: UnboundedReceiver<Command>) {
    // The page has just come alive. In between the browser can draw.
    TimeoutFuture::new(0).await;
    let media = Media::new().filter(|_| has(&window(), "RTCPeerConnection"));
    let Some(media) = media else {
        call.membership.set(Membership::Unsupported);
        return;
    };
    let (device_events, mut from_devices) = unbounded();
    let (orders, ordered) = unbounded();
    let on = |event, command: fn() -> Command| {
        Listener::new(&window(), event, move |_: Event| call.command(command()))
    };
    let _page_hide = on("pagehide", || Command::PageHide);
    let mut session = Session {
        call,
        orders,
        waiting: Some(Waiting {
            orders: ordered,
            _signs: SIGNS.map(|sign| on(sign, || Command::Wake)),
        }),
        devices: Devices::new(device_events),
        media,
    };
    let limit = remembered(Store::Browser, LIMIT_KEY);
    call.limit.set(limit.and_then(|text| text.parse().ok()));
    call.membership.set(Membership::Outside);
    session.ask_for_wanted_devices();
    if seat_of_this_tab(&call.room()) {
        // The page was loaded again during the call.
        session.join();
    }
    loop {
        // Commands first: their end is the end of the signals that everything else touches.
        select_biased! {
            command = commands.next() => match command {
                Some(command) => session.command(command),
                None => break,
            },
            event = from_devices.select_next_some() => session.device_event(event),
        }
    }
}

struct Session {
    call: Call,
    orders: UnboundedSender<Order>,
    /// Until the engine is there.
    waiting: Option<Waiting>,
    devices: Devices,
    media: Media,
}

/// What waits for the engine.
struct Waiting {
    orders: UnboundedReceiver<Order>,
    _signs: [Listener; 3],
}

impl Session {
    fn command(&mut self, command: Command) {
        match command {
            Command::Wake => self.wake(),
            Command::Join => {
                if self.is(&Membership::Left) {
                    self.ask_for_wanted_devices();
                }
                self.join();
            }
            Command::Leave => {
                self.order(Order::Leave);
                self.call.membership.set(Membership::Left);
                self.stop_sharing();
                self.release_devices();
            }
            Command::Out => self.stop_sharing(),
            Command::Microphone(on) => self.switch(Kind::Audio, on),
            Command::Camera(on) => self.switch(Kind::Video, on),
            Command::Choose(kind, id) => self.choose(kind, id),
            Command::TurnCamera => self.turn_camera(),
            Command::ShareScreen(on) => self.share_screen(on),
            Command::AskAgain => self.ask_again(),
            Command::Retry => self.order(Order::Retry),
            Command::Export => self.order(Order::Export),
            Command::PageHide => self.order(Order::PageHide),
        }
        self.listen();
    }

    /// Has the engine loaded, if it is not.
    fn wake(&mut self) {
        if let Some(Waiting { orders, .. }) = self.waiting.take() {
            engine_start::start(Beginning {
                call: self.call,
                orders,
                sent: self.media.sent(),
                sending: self.sending(),
            });
        }
    }

    /// Whoever lets the page have a device is about to join.
    fn wake_soon(&self) {
        if self.waiting.is_some() {
            let call = self.call;
            spawn_local(async move {
                TimeoutFuture::new(LOOKING).await;
                call.command(Command::Wake);
            });
        }
    }

    fn join(&mut self) {
        self.wake();
        self.call.membership.set(Membership::Joining);
        self.order(Order::Join);
    }

    fn order(&self, order: Order) {
        // While the engine is not there orders wait for it.
        self.orders.unbounded_send(order).ok();
    }

    /// Whether the person is in the room or on the way in.
    fn is_in(&self) -> bool {
        self.call.membership.with_untracked(Membership::is_in)
    }

    fn is(&self, membership: &Membership) -> bool {
        self.call
            .membership
            .with_untracked(|current| current == membership)
    }
}

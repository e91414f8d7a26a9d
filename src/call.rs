//! The call engine, without any user interface: what a component sees is [`Call`], a handful of
//! signals to read and commands to give.

mod capture;
mod channel;
mod chat;
mod conversation;
mod devices;
pub(crate) mod engine;
mod files;
mod hosting;
mod identity;
mod media;
mod meter;
mod name;
mod negotiation;
mod peer;
mod quality;
mod reactions;
mod recent;
mod recovery;
mod screen;
mod session;
mod speaking;
mod state;
mod statistics;
mod timeline;
mod verdict;
mod voice;

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::{prelude::*, task::spawn_local};

pub(crate) use capture::{media_devices, permission, present};
pub(crate) use chat::MOST_CHARS;
pub use chat::{Line, Mark, Marks};
pub use conversation::{ChatView, Conversation};
pub use engine::CAPACITY_FIELD;
pub(crate) use files::MOST_OFFERS;
pub use files::{FileKey, Stage, Transfer};
pub use hosting::{Hosting, Knock, Rule};
pub use identity::Pair;
pub(crate) use media::Kind;
pub(crate) use meter::Meter;
pub use reactions::{Reactions, Shown};
pub(crate) use recent::{forget_room, forget_rooms, put_room_first, recent_rooms};
pub use state::{
    Device, DeviceInfo, DeviceKind, Devices, Link, MediaState, Membership, News, Obstacle, Problem,
    RemotePeer, Server, Sharing, Stream, Warning,
};

pub use statistics::{Flow, Limitation, Path, Reading, Statistics, Transport};
pub use timeline::{Entry, Group, Step, Timeline, Way};
pub use verdict::Verdict;

use crate::{
    dom::{Store, remember},
    protocol::RoomName,
};
use engine::seat_of_this_tab;

/// One person's part in a call. Copies are the same call.
///
/// It lives as long as the reactive owner that made it, usually the call page; when that is gone,
/// every device, connection and task of the call is released.
#[derive(Clone, Copy)]
pub struct Call {
    room: StoredValue<RoomName>,
    /// Own microphone and camera.
    pub media: RwSignal<MediaState>,
    /// What they capture, for the preview.
    pub preview: RwSignal<Option<Stream>>,
    /// Which devices there are, which are in use, and what happens to them.
    pub devices: RwSignal<Devices>,
    /// Whether one is in the room.
    pub membership: RwSignal<Membership>,
    /// The connection to the signaling server.
    pub server: RwSignal<Server>,
    /// The others in the room, in the order in which they came.
    pub peers: RwSignal<Vec<RemotePeer>>,
    /// Somebody was here and left, and nobody came since.
    pub deserted: RwSignal<bool>,
    /// Somebody in the room and somebody who looks at its page know of each other; one of them is this page.
    pub visit: RwSignal<bool>,
    /// The most that may be sent and received, in bits per second; `None` is as much as there is room
    /// for.
    pub limit: RwSignal<Option<u32>>,
    /// What was measured on the way to each peer.
    pub statistics: RwSignal<Vec<Statistics>>,
    /// What people do besides seeing and hearing each other, as soon as the engine is loaded.
    pub conversation: RwSignal<Option<Conversation>>,
    /// What lives as long as the call.
    owner: StoredValue<Owner>,
    commands: StoredValue<UnboundedSender<Command>>,
    /// Until it begins.
    ordered: StoredValue<Option<UnboundedReceiver<Command>>>,
}

/// Under this key the browser remembers the limit.
const LIMIT_KEY: &str = "duplex-limit";

/// What a person wants.
#[derive(Debug, Clone)]
enum Command {
    /// Come into the room, with whatever devices there are by then.
    Join,
    /// Go, and release the devices.
    Leave,
    /// Use the microphone, or mute it.
    Microphone(bool),
    /// Use the camera, or switch it off, light and all.
    Camera(bool),
    /// Use the device with this id from now on.
    Choose(DeviceKind, String),
    /// Use the camera that looks the other way.
    TurnCamera,
    /// Share the screen, or stop it.
    ShareScreen(bool),
    /// Ask for the devices once more.
    AskAgain,
    /// Try now to get back what is interrupted.
    Retry,
    /// Hand what was measured to the person, as a file.
    Export,
    /// The person is there: load what joining needs.
    Wake,
    /// The person is not in the room any more, or did not get in.
    Out,
    /// The page goes away now, perhaps to be loaded again.
    PageHide,
}

impl Call {
    /// A call in this room, not joined yet.
    ///
    pub fn new(room: RoomName) -> Self {
        let (commands, ordered) = unbounded();
        Self {
            room: StoredValue::new(room),
            media: RwSignal::default(),
            preview: RwSignal::default(),
            devices: RwSignal::default(),
            membership: RwSignal::default(),
            server: RwSignal::default(),
            peers: RwSignal::default(),
            deserted: RwSignal::default(),
            visit: RwSignal::default(),
            limit: RwSignal::default(),
            statistics: RwSignal::default(),
            conversation: RwSignal::default(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            commands: StoredValue::new(commands),
            ordered: StoredValue::new(Some(ordered)),
        }
    }

    /// In the browser it asks for camera and microphone from now on, and connects to the server as soon as that is
    /// needed; on the server it stays as it is.
    pub fn begin(self) {
        Effect::new(move || {
            if let Some(ordered) = self.ordered.try_update_value(Option::take).flatten() {
                spawn_local(session::run(self, ordered));
            }
        });
    }

    /// The room of this call.
    pub fn room(&self) -> RoomName {
        self.room.get_value()
    }

    /// Comes into the room, with whatever devices there are.
    pub fn join(&self) {
        self.command(Command::Join);
    }

    /// Leaves the room and releases the devices.
    pub fn leave(&self) {
        self.command(Command::Leave);
    }

    /// Mutes the microphone or uses it again.
    pub fn set_microphone(&self, on: bool) {
        self.command(Command::Microphone(on));
    }

    /// Switches the camera off, light and all, or on again.
    pub fn set_camera(&self, on: bool) {
        self.command(Command::Camera(on));
    }

    /// Uses the device with this id from now on, and on the next visit.
    pub fn set_device(&self, kind: DeviceKind, id: String) {
        self.command(Command::Choose(kind, id));
    }

    /// Uses the camera that looks the other way, on a phone.
    pub fn turn_camera(&self) {
        self.command(Command::TurnCamera);
    }

    /// Lets the person choose a screen, a window or a tab to share, beside the camera; or stops
    /// sharing it.
    pub fn share_screen(&self, on: bool) {
        self.command(Command::ShareScreen(on));
    }

    /// Sends and receives at most so many bits per second from now on, and on the next visit.
    pub fn set_limit(&self, limit: Option<u32>) {
        let text = limit.map(|bits| bits.to_string());
        remember(Store::Browser, LIMIT_KEY, text.as_deref());
        self.limit.set(limit);
    }

    /// Has the browser save what was measured in the last five minutes, as JSON.
    pub fn export_statistics(&self) {
        self.command(Command::Export);
    }

    /// Tries now to get an interrupted connection back, instead of at the next turn.
    pub fn retry(&self) {
        self.command(Command::Retry);
    }

    /// Asks for camera and microphone once more, after they were refused or missing.
    pub fn ask_again(&self) {
        self.command(Command::AskAgain);
    }

    /// Whether the page of the call is gone, and its signals with it.
    fn is_gone(&self) -> bool {
        self.commands.try_with_value(|_| ()).is_none()
    }

    fn command(&self, command: Command) {
        self.commands
            .try_with_value(|commands| commands.unbounded_send(command).ok());
    }
}

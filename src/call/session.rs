//! The one task of a call: the socket, the peers and the person's commands meet here.

mod devices;

use std::collections::HashMap;

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{logging, prelude::*, task::spawn_local};
use web_sys::Event;

use super::{
    Call, Command,
    media::{Captured, Kind, Media},
    negotiation::Role,
    peer::{Peer, PeerEvent, PeerEvents, PeerKey},
    state::{MediaState, Membership, Server},
};
use crate::{
    dom::{Listener, error_text, has, remember, remembered, socket_url, window},
    protocol::{ClientEvent, ErrorCode, PeerId, RoomName, SendOptions, ServerEvent, Signal},
    socket::{Socket, SocketEvent, connect},
};

/// The tab remembers in which room it is, so that loading the page again goes back in.
const ROOM_KEY: &str = "duplex-room";

/// After a lost connection the room is full of ourselves until the server has noticed; it is
/// asked again this often, a second apart.
const FULL_RETRIES: u32 = 12;

/// Runs a call until its handle is gone.
pub(super) async fn run(call: Call, mut commands: UnboundedReceiver<Command>) {
    let media = Media::new().filter(|_| has(&window(), "RTCPeerConnection"));
    let Some(media) = media else {
        call.membership.set(Membership::Unsupported);
        return;
    };
    let room = call.room();
    let (socket_events, mut from_socket) = unbounded();
    let (peer_events, mut from_peers) = unbounded();
    let (captures, mut from_devices) = unbounded();
    let (retries, mut from_retries) = unbounded();
    let _page_hide = on_page_hide(call);
    let mut session = Session {
        call,
        socket: connect(socket_url(&room), socket_events),
        room,
        wants_in: false,
        peers: HashMap::new(),
        order: Vec::new(),
        generation: 0,
        full_retries: 0,
        wishes: devices::wishes(),
        media,
        captures,
        retries,
        peer_events,
    };
    call.membership.set(Membership::Outside);
    session.ask_for_wanted_devices();
    if remembered(ROOM_KEY).as_deref() == Some(session.room.as_str()) {
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
            event = from_socket.select_next_some() => session.socket_event(event),
            (key, event) = from_peers.select_next_some() => session.peer_event(&key, event),
            captured = from_devices.select_next_some() => session.captured(captured),
            () = from_retries.select_next_some() => session.join_again(),
        }
    }
    // The person went to another page of ours, and the call's signals are gone.
    remember(ROOM_KEY, None);
    if session.wants_in {
        session.send_leave();
    }
}

fn on_page_hide(call: Call) -> Listener {
    Listener::new(&window(), "pagehide", move |_: Event| {
        call.command(Command::PageHide);
    })
}

struct Session {
    call: Call,
    room: RoomName,
    socket: Socket,
    /// The person wants to be in the room, and stays wanting it when the server is away.
    wants_in: bool,
    peers: HashMap<PeerId, Peer>,
    /// The order in which the peers came.
    order: Vec<PeerId>,
    /// Counts the connections that were opened.
    generation: u32,
    /// How often the room was full since one was last in it.
    full_retries: u32,
    /// Which devices the person wants to use, microphone and camera.
    wishes: [bool; 2],
    media: Media,
    captures: UnboundedSender<Captured>,
    retries: UnboundedSender<()>,
    peer_events: PeerEvents,
}

impl Session {
    fn command(&mut self, command: Command) {
        match command {
            Command::Join => {
                if self.is(&Membership::Left) {
                    self.ask_for_wanted_devices();
                }
                self.join();
            }
            Command::Leave => self.leave(),
            Command::Microphone(on) => self.switch(Kind::Audio, on),
            Command::Camera(on) => self.switch(Kind::Video, on),
            Command::AskAgain => self.ask_again(),
            Command::PageHide if self.wants_in => self.send_leave(),
            Command::PageHide => {}
        }
    }

    fn join(&mut self) {
        self.wants_in = true;
        self.call.membership.set(Membership::Joining);
        // While the server is away there is nobody to ask; it is asked when it is back.
        if self.call.server.get_untracked() == Server::Connected {
            self.send(&ClientEvent::Join {
                room: self.room.clone(),
            });
        }
    }

    fn join_again(&mut self) {
        if self.is(&Membership::Joining) {
            self.join();
        }
    }

    fn leave(&mut self) {
        self.send_leave();
        self.outside(Membership::Left);
        for kind in Kind::ALL {
            self.media.release(kind);
        }
        self.call.preview.set(None);
        self.call.media.set(MediaState::default());
    }

    fn send_leave(&self) {
        self.send(&ClientEvent::Leave {
            room: self.room.clone(),
        });
    }

    /// Not in the room, and not trying to be.
    fn outside(&mut self, why: Membership) {
        self.wants_in = false;
        remember(ROOM_KEY, None);
        self.drop_peers();
        self.call.deserted.set(false);
        self.call.membership.set(why);
    }

    fn socket_event(&mut self, event: SocketEvent) {
        match event {
            SocketEvent::Connected => {
                self.call.server.set(Server::Connected);
                if self.wants_in {
                    self.join();
                }
            }
            // The peers stay: their media does not need the server.
            SocketEvent::Disconnected => self.call.server.set(Server::Lost),
            SocketEvent::Event { name, args } => match ServerEvent::decode(&name, &args) {
                Ok(event) => self.server_event(event),
                Err(error) => logging::log!("skipped “{name}”: {error}"),
            },
        }
    }

    fn server_event(&mut self, event: ServerEvent) {
        match event {
            ServerEvent::Joined { extras, .. } if self.wants_in => {
                self.call.membership.set(Membership::Inside);
                self.full_retries = 0;
                remember(ROOM_KEY, Some(self.room.as_str()));
                // Whoever was here before a lost connection knows us under another id.
                self.drop_peers();
                for peer in extras.peers {
                    self.add_peer(peer.id, Role::Polite);
                }
                self.show_peers();
            }
            // The person left before the answer came.
            ServerEvent::Joined { .. } => self.send_leave(),
            ServerEvent::Full { .. } if self.wants_in => self.full(),
            ServerEvent::Refused { error, .. } if self.refuses_join(error.code) => {
                self.outside(Membership::Refused(error.message));
            }
            ServerEvent::Refused { error, .. } => logging::log!("refused: {}", error.message),
            ServerEvent::OtherJoin { id, .. } if self.wants_in => {
                self.add_peer(id, Role::Impolite);
                self.show_peers();
            }
            ServerEvent::Message { data, sender, .. } => {
                let Some(signal) = Signal::parse(&data) else {
                    return;
                };
                let Some(peer) = self.peers.get_mut(&sender.from) else {
                    return;
                };
                let signals = peer.receive(signal);
                self.send_signals(&sender.from, signals);
                self.show_peers();
            }
            // The page said goodbye, was kept by the browser after all, and is shown again.
            ServerEvent::Leaved { .. } if self.is(&Membership::Inside) => self.join(),
            ServerEvent::Bye { id, .. } => {
                if self.peers.remove(&id).is_some() {
                    self.order.retain(|other| *other != id);
                    self.call.deserted.set(self.peers.is_empty());
                    self.show_peers();
                }
            }
            ServerEvent::Full { .. }
            | ServerEvent::OtherJoin { .. }
            | ServerEvent::Leaved { .. } => {}
        }
    }

    fn full(&mut self) {
        if self.peers.is_empty() || self.full_retries == FULL_RETRIES {
            self.full_retries = 0;
            return self.outside(Membership::Full);
        }
        // In a call a moment ago: it is our own seat that is not free yet.
        self.full_retries += 1;
        let retries = self.retries.clone();
        spawn_local(async move {
            TimeoutFuture::new(1_000).await;
            retries.unbounded_send(()).ok();
        });
    }

    /// Whether this is the answer to `join`, and not to something that crossed it.
    fn refuses_join(&self, code: ErrorCode) -> bool {
        self.is(&Membership::Joining)
            && !matches!(
                code,
                ErrorCode::NotInRoom | ErrorCode::NoSuchPeer | ErrorCode::AlreadyInRoom
            )
    }

    fn is(&self, membership: &Membership) -> bool {
        self.call
            .membership
            .with_untracked(|current| current == membership)
    }

    fn add_peer(&mut self, id: PeerId, role: Role) {
        self.generation += 1;
        let key = PeerKey {
            id: id.clone(),
            generation: self.generation,
        };
        match Peer::new(key, role, &self.media, self.peer_events.clone()) {
            Ok(peer) => {
                let sending = self.call.media.get_untracked().sending();
                self.send_signals(&id, vec![Signal::Media(sending)]);
                self.peers.insert(id.clone(), peer);
                self.order.push(id);
                self.call.deserted.set(false);
            }
            Err(error) => logging::error!("no peer connection: {}", error_text(&error)),
        }
    }

    fn drop_peers(&mut self) {
        self.peers.clear();
        self.order.clear();
        self.show_peers();
    }

    fn peer_event(&mut self, key: &PeerKey, event: PeerEvent) {
        let Some(peer) = self.peers.get_mut(&key.id).filter(|peer| peer.key == *key) else {
            return;
        };
        let signals = peer.handle(event);
        self.send_signals(&key.id, signals);
        self.show_peers();
    }

    fn show_peers(&self) {
        let peers = self.order.iter().filter_map(|id| self.peers.get(id));
        let views: Vec<_> = peers.map(|peer| peer.view.clone()).collect();
        if self.call.peers.with_untracked(|shown| *shown != views) {
            self.call.peers.set(views);
        }
    }

    fn send_signals(&self, to: &PeerId, signals: Vec<Signal>) {
        for signal in signals {
            match serde_json::value::to_raw_value(&signal) {
                Ok(data) => self.send(&ClientEvent::Message {
                    room: self.room.clone(),
                    data,
                    options: SendOptions {
                        to: Some(to.clone()),
                    },
                }),
                Err(error) => logging::error!("signal not sent: {error}"),
            }
        }
    }

    fn send(&self, event: &ClientEvent) {
        self.socket.send(event);
    }
}

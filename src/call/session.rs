//! The one task of a call: the socket, the peers and the person's commands meet here.

mod devices;
mod links;
mod screen;
mod seat;
mod server;

use std::collections::HashMap;

use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{logging, prelude::*};
use web_sys::{Event, EventTarget};

use self::{devices::Devices, links::Ice, seat::Seat};
use super::{
    Call, Command,
    media::{Kind, Media},
    negotiation::{Role, Start},
    peer::{Peer, PeerEvents, PeerKey},
    state::{Membership, Server},
};
use crate::{
    dom::{Listener, error_text, has, network, socket_url, window},
    protocol::{ClientEvent, JoinOptions, PeerId, RoomName, SendOptions, ServerEvent, Signal},
    socket::{Pace, Socket, SocketEvent, connect},
};

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
    let (device_events, mut from_devices) = unbounded();
    let (timers, mut from_timers) = unbounded();
    let _listeners = listeners(call);
    let mut session = Session {
        call,
        socket: connect(socket_url(&room), socket_events),
        room,
        wants_in: false,
        seat: Seat::default(),
        own: None,
        peers: HashMap::new(),
        order: Vec::new(),
        missing: Vec::new(),
        generation: 0,
        ice: Ice::default(),
        pace: Pace::Calm,
        devices: Devices::new(device_events),
        media,
        timers,
        peer_events,
    };
    call.membership.set(Membership::Outside);
    session.ask_for_wanted_devices();
    if let Some(seat) = Seat::of_this_tab(&session.room) {
        // The page was loaded again during the call.
        session.seat = seat;
        session.join();
    }
    let mut tick = TimeoutFuture::new(links::PERIOD).fuse();
    loop {
        // Commands first: their end is the end of the signals that everything else touches.
        select_biased! {
            command = commands.next() => match command {
                Some(command) => session.command(command),
                None => break,
            },
            event = from_socket.select_next_some() => session.socket_event(event),
            (key, event) = from_peers.select_next_some() => session.peer_event(&key, event),
            event = from_devices.select_next_some() => session.device_event(event),
            () = from_timers.select_next_some() => session.drop_missing(),
            () = tick => {
                session.look_at_links();
                tick = TimeoutFuture::new(links::PERIOD).fuse();
            }
        }
    }
    // The person went to another page of ours, and the call's signals are gone.
    if session.wants_in {
        session.send_leave();
        session.seat.forget(&session.room);
    }
}

fn listeners(call: Call) -> Vec<Listener> {
    let on = |target: &EventTarget, event, command: fn() -> Command| {
        Listener::new(target, event, move |_: Event| call.command(command()))
    };
    let mut listeners = vec![
        on(&window(), "pagehide", || Command::PageHide),
        on(&window(), "online", || Command::NetworkChanged),
    ];
    // Not every browser tells of another network.
    listeners.extend(network().map(|network| on(&network, "change", || Command::NetworkChanged)));
    listeners
}

struct Session {
    call: Call,
    room: RoomName,
    socket: Socket,
    /// The person wants to be in the room, and stays wanting it when the server is away.
    wants_in: bool,
    seat: Seat,
    /// The id that the others know.
    own: Option<PeerId>,
    peers: HashMap<PeerId, Peer>,
    /// The order in which the peers came.
    order: Vec<PeerId>,
    /// Counts the connections that were opened.
    generation: u32,
    /// How the ways to the peers are found.
    ice: Ice,
    /// What the socket was told.
    pace: Pace,
    /// Peers that a server which was started anew has not seen yet.
    missing: Vec<PeerId>,
    devices: Devices,
    media: Media,
    timers: UnboundedSender<()>,
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
            Command::Choose(kind, id) => self.choose(kind, id),
            Command::TurnCamera => self.turn_camera(),
            Command::ShareScreen(on) => self.share_screen(on),
            Command::AskAgain => self.ask_again(),
            Command::Retry => self.retry(),
            Command::NetworkChanged => self.network_changed(),
            Command::PageHide => self.page_hides(),
        }
        self.listen();
    }

    fn join(&mut self) {
        self.wants_in = true;
        self.call.membership.set(Membership::Joining);
        // While the server is away there is nobody to ask; it is asked when it is back.
        if self.call.server.get_untracked() == Server::Connected {
            self.send(&ClientEvent::Join {
                room: self.room.clone(),
                options: JoinOptions {
                    resume: self.seat.token.clone(),
                    ..JoinOptions::default()
                },
            });
        }
    }

    /// The page is loaded again, or closed: nobody knows. The seat is kept for a while, and the
    /// others are told that this connection to them is over.
    fn page_hides(&mut self) {
        for id in &self.order {
            self.send_signals(id, vec![Signal::Hangup]);
        }
        // Should the browser show this page again, everything begins anew.
        self.drop_peers();
    }

    fn leave(&mut self) {
        self.send_leave();
        self.outside(Membership::Left);
        self.release_devices();
    }

    fn send_leave(&self) {
        self.send(&ClientEvent::Leave {
            room: self.room.clone(),
        });
    }

    /// Not in the room, and not trying to be.
    fn outside(&mut self, why: Membership) {
        self.wants_in = false;
        self.seat.forget(&self.room);
        self.drop_peers();
        self.stop_sharing();
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
            SocketEvent::Disconnected => {
                self.call.server.set(Server::Lost);
                self.update_links();
            }
            SocketEvent::Event { name, args } => match ServerEvent::decode(&name, &args) {
                Ok(event) => self.server_event(event),
                Err(error) => logging::log!("skipped “{name}”: {error}"),
            },
        }
    }

    fn is(&self, membership: &Membership) -> bool {
        self.call
            .membership
            .with_untracked(|current| current == membership)
    }

    /// Opens a connection to a peer, in place of the one that there may be.
    fn add_peer(&mut self, id: &PeerId, role: Role, start: Start) {
        self.generation += 1;
        let key = PeerKey {
            id: id.clone(),
            generation: self.generation,
        };
        let events = self.peer_events.clone();
        match Peer::new(
            key,
            role,
            start,
            &self.media,
            &self.ice.configuration(),
            events,
        ) {
            Ok(mut peer) => {
                match self.peers.remove(id) {
                    // The last picture stays until there is a new one.
                    Some(before) => peer.follow(&before),
                    None => self.order.push(id.clone()),
                }
                self.peers.insert(id.clone(), peer);
                self.call.deserted.set(false);
                self.update_links();
                self.send_signals(id, vec![Signal::Media(self.sending())]);
            }
            Err(error) => logging::error!("no peer connection: {}", error_text(&error)),
        }
    }

    fn drop_peers(&mut self) {
        self.peers.clear();
        self.order.clear();
        self.show_peers();
    }

    fn show_peers(&self) {
        let peers = self.order.iter().filter_map(|id| self.peers.get(id));
        let views: Vec<_> = peers.map(|peer| peer.view.clone()).collect();
        if self.call.peers.with_untracked(|shown| *shown != views) {
            self.call.peers.set(views);
        }
    }

    /// Tells a peer something: through the data channel where that works, and through the server
    /// otherwise.
    fn send_signals(&self, to: &PeerId, signals: Vec<Signal>) {
        let peer = self.peers.get(to);
        let has_server = self.call.server.get_untracked() == Server::Connected;
        for signal in signals {
            let data = match serde_json::value::to_raw_value(&signal) {
                Ok(data) => data,
                Err(error) => {
                    logging::error!("signal not sent: {error}");
                    continue;
                }
            };
            // Nothing that a closing connection has taken in is sure to leave.
            let is_last = matches!(signal, Signal::Hangup);
            if peer.is_some_and(|peer| {
                (!has_server || peer.has_channel() && !is_last) && peer.say(&data)
            }) {
                continue;
            }
            self.send(&ClientEvent::Message {
                room: self.room.clone(),
                data,
                options: SendOptions {
                    to: Some(to.clone()),
                },
            });
        }
    }

    fn send(&self, event: &ClientEvent) {
        self.socket.send(event);
    }
}

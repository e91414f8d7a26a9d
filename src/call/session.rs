//! The one task of a call: the socket, the peers and the person's commands meet here.

use std::collections::HashMap;

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select,
};
use leptos::{logging, prelude::*, task::spawn_local};
use web_sys::Event;

use super::{
    Call, Command,
    media::{Captured, Kind, Media, capture},
    negotiation::Role,
    peer::{Peer, PeerEvent, PeerEvents},
    state::{Device, MediaState, Membership, Server, Stream},
};
use crate::{
    dom::{Listener, error_text, remember_room, remembered_room, socket_url, window},
    protocol::{ClientEvent, PeerId, RoomName, SendOptions, ServerEvent, Signal},
    socket::{Socket, SocketEvent, connect},
};

/// Runs a call until its handle is gone.
pub(super) async fn run(call: Call, mut commands: UnboundedReceiver<Command>) {
    let Some(media) = Media::new() else {
        let sentence = "This browser has no WebRTC. Please use a current one.";
        call.membership
            .set(Membership::Refused(sentence.to_owned()));
        return;
    };
    let room = call.room();
    let (socket_events, mut from_socket) = unbounded();
    let (peer_events, mut from_peers) = unbounded();
    let (captures, mut from_devices) = unbounded();
    let _page_hide = on_page_hide(call);
    let mut session = Session {
        call,
        socket: connect(socket_url(&room), socket_events),
        room,
        wants_in: false,
        peers: HashMap::new(),
        order: Vec::new(),
        media,
        captures,
        peer_events,
    };
    call.membership.set(Membership::Outside);
    session.ask_for_devices(true, true);
    if remembered_room().as_ref() == Some(&session.room) {
        // The page was loaded again during the call.
        session.join();
    }
    loop {
        select! {
            command = commands.next() => match command {
                Some(command) => session.command(command),
                None => break,
            },
            event = from_socket.select_next_some() => session.socket_event(event),
            (id, event) = from_peers.select_next_some() => session.peer_event(&id, event),
            captured = from_devices.select_next_some() => session.captured(captured),
        }
    }
    // The page is gone, and the call's signals with it. Whoever is still in the room says so.
    if session.wants_in {
        session.send(&ClientEvent::Leave {
            room: session.room.clone(),
        });
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
    media: Media,
    captures: UnboundedSender<Captured>,
    peer_events: PeerEvents,
}

impl Session {
    fn command(&mut self, command: Command) {
        match command {
            Command::Join => {
                if self.is(&Membership::Left) {
                    self.ask_for_devices(true, true);
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
        remember_room(None);
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
                remember_room(Some(&self.room));
                // Whoever was here before a lost connection knows us under another id.
                self.drop_peers();
                for peer in extras.peers {
                    self.add_peer(&peer.id, Role::Polite);
                }
                self.show_peers();
            }
            // The person left before the answer came.
            ServerEvent::Joined { .. } => self.send_leave(),
            ServerEvent::Full { .. } if self.wants_in => self.outside(Membership::Full),
            ServerEvent::Refused { error, .. } if self.is(&Membership::Joining) => {
                self.outside(Membership::Refused(error.message));
            }
            ServerEvent::Refused { error, .. } => logging::log!("refused: {}", error.message),
            ServerEvent::OtherJoin { id, .. } if self.wants_in => {
                self.add_peer(&id, Role::Impolite);
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

    fn is(&self, membership: &Membership) -> bool {
        self.call
            .membership
            .with_untracked(|current| current == membership)
    }

    fn add_peer(&mut self, id: &PeerId, role: Role) {
        match Peer::new(id.clone(), role, &self.media, self.peer_events.clone()) {
            Ok(peer) => {
                self.peers.insert(id.clone(), peer);
                self.order.push(id.clone());
                self.call.deserted.set(false);
                let sending = self.call.media.get_untracked().sending();
                self.send_signals(id, vec![Signal::Media(sending)]);
            }
            Err(error) => logging::error!("no peer connection: {}", error_text(&error)),
        }
    }

    fn drop_peers(&mut self) {
        self.peers.clear();
        self.order.clear();
        self.show_peers();
    }

    fn peer_event(&mut self, id: &PeerId, event: PeerEvent) {
        let Some(peer) = self.peers.get_mut(id) else {
            return;
        };
        let signals = peer.handle(event);
        self.send_signals(id, signals);
        self.show_peers();
    }

    fn show_peers(&self) {
        let views: Vec<_> = self
            .order
            .iter()
            .filter_map(|id| self.peers.get(id))
            .map(|peer| peer.view.clone())
            .collect();
        if self.call.peers.with_untracked(|shown| *shown != views) {
            self.call.peers.set(views);
        }
    }

    fn ask_for_devices(&self, audio: bool, video: bool) {
        self.call.media.update(|media| media.asking = true);
        let captures = self.captures.clone();
        spawn_local(async move {
            captures.unbounded_send(capture(audio, video).await).ok();
        });
    }

    fn ask_again(&self) {
        let media = self.call.media.get_untracked();
        let unavailable = |device| matches!(device, Device::Unavailable(_));
        self.ask_for_devices(unavailable(media.microphone), unavailable(media.camera));
    }

    fn captured(&mut self, captured: Captured) {
        let Captured { audio, video } = captured;
        if self.is(&Membership::Left) {
            // The person left while the browser was asking.
            [audio, video]
                .into_iter()
                .flatten()
                .flatten()
                .for_each(|track| track.stop());
            return;
        }
        let mut media = self.call.media.get_untracked();
        media.asking = false;
        for (kind, result, device) in [
            (Kind::Audio, audio, &mut media.microphone),
            (Kind::Video, video, &mut media.camera),
        ] {
            match result {
                None => {}
                Some(Ok(track)) => {
                    self.media.put(kind, &track);
                    self.send_track(kind);
                    *device = Device::On;
                }
                Some(Err(problem)) => *device = Device::Unavailable(problem),
            }
        }
        self.show_media(media);
    }

    fn switch(&mut self, kind: Kind, on: bool) {
        let mut media = self.call.media.get_untracked();
        match kind {
            Kind::Audio => {
                let Some(track) = self.media.track(kind) else {
                    return;
                };
                track.set_enabled(on);
                media.microphone = if on { Device::On } else { Device::Off };
            }
            Kind::Video if on => return self.ask_for_devices(false, true),
            Kind::Video => {
                self.media.release(kind);
                self.send_track(kind);
                media.camera = Device::Off;
            }
        }
        self.show_media(media);
    }

    fn send_track(&mut self, kind: Kind) {
        let track = self.media.track(kind);
        for peer in self.peers.values_mut() {
            peer.send_track(kind, track.as_ref(), self.media.stream());
        }
    }

    /// Shows the devices to the person and tells the others.
    fn show_media(&self, media: MediaState) {
        self.call.media.set(media);
        let stream = self.media.stream().clone();
        self.call
            .preview
            .set((media.camera == Device::On).then(|| Stream::new(stream)));
        for id in &self.order {
            self.send_signals(id, vec![Signal::Media(media.sending())]);
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

//! What a call needs once somebody is about to come in: the socket, the seat and the peers, in one
//! task. The page loads it when it is needed.

mod capacity;
mod chat;
mod chat_store;
mod conversation;
mod early;
mod file_sink;
mod file_source;
mod files;
mod host;
mod identity;
mod links;
mod measuring;
mod prepared;
mod seat;
mod server;
mod speaking;
mod timeline;

use std::collections::HashMap;

use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select_biased,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{logging, prelude::*};
use web_sys::{Event, EventTarget, RtcConfiguration};

pub use self::capacity::CAPACITY_FIELD;
use self::{chat::KeptChat, early::Early, files::Files, links::Ice, seat::Seat};
use super::{
    Call, Command,
    conversation::Conversation,
    hosting::Hosting,
    media::{Kind, Sent},
    negotiation::{Role, Start},
    peer::{Peer, PeerEvents, PeerKey},
    speaking::Speaking,
    state::{Membership, Server, Stream},
    timeline::{Timeline, Way},
};
use crate::{
    dom::{Listener, error_text, network, socket_url, window},
    protocol::{
        ClientEvent, JoinOptions, MediaSending, PeerId, RoomName, SendOptions, ServerEvent, Signal,
    },
    socket::{Pace, Socket, SocketEvent, connect},
};

/// What the session tells the engine.
pub(super) enum Order {
    /// Come into the room.
    Join,
    /// Go.
    Leave,
    /// The page goes away now, perhaps to be loaded again.
    PageHide,
    /// Try now to get back what is interrupted.
    Retry,
    /// Hand what was measured to the person.
    Export,
    /// What is sent of this kind has changed.
    Track(Kind, Sent),
    /// What the others are told of it has changed.
    Sending(MediaSending),
}

/// What the engine begins with.
pub(crate) struct Beginning {
    pub(super) call: Call,
    pub(super) orders: UnboundedReceiver<Order>,
    pub(super) sent: Sent,
    pub(super) sending: MediaSending,
}

/// Whether this tab had a seat in the room when its page was loaded before.
pub(super) fn seat_of_this_tab(room: &RoomName) -> bool {
    Seat::of_this_tab(room).is_some()
}

/// Runs until the session is gone.
pub(crate) async fn run(beginning: Beginning) {
    let Beginning {
        call,
        mut orders,
        sent,
        sending,
    } = beginning;
    // Its file has just been loaded. In between the browser can draw, and hear the person.
    TimeoutFuture::new(0).await;
    if call.is_gone() {
        return;
    }
    let room = call.room();
    let (socket_events, mut from_socket) = unbounded();
    let (peer_events, mut from_peers) = unbounded();
    let (timers, mut from_timers) = unbounded();
    let (file_events, mut from_files) = unbounded();
    let (network_events, mut from_network) = unbounded();
    let _listeners = listeners(&network_events);
    let (conversation, mut wished) = Conversation::new(call);
    let own = [Kind::Audio, Kind::Screen].map(|kind| Stream::new(Clone::clone(sent.stream(kind))));
    conversation.own.set(own.into());
    let mut engine = Engine {
        call,
        conversation,
        socket: connect(socket_url(&room), socket_events),
        // A recording ends with its page, and the page may have been unable to say so.
        records: seat_of_this_tab(&room).then_some(false),
        seat: Seat::of_this_tab(&room).unwrap_or_default(),
        capacity: capacity::wanted(&room),
        room,
        wants_in: false,
        is_asking: false,
        own: None,
        peers: HashMap::new(),
        order: Vec::new(),
        missing: Vec::new(),
        prepared: None,
        early: None,
        has_visited: false,
        generation: 0,
        ice: Ice::default(),
        pace: Pace::Calm,
        measures_at: 0,
        sent,
        sending,
        timers,
        peer_events,
        passcode: None,
        speaking: Speaking::default(),
        is_renamed: false,
        chat: KeptChat::new(),
        files: Files::new(file_events),
    };
    // As above: a browser takes its time for its first connection.
    TimeoutFuture::new(0).await;
    if !call.is_gone() {
        engine.prepare_if_useful();
    }
    let mut tick = TimeoutFuture::new(links::PERIOD).fuse();
    loop {
        // Orders first: their end is the end of the signals that everything else touches.
        select_biased! {
            order = orders.next() => match order {
                Some(order) if !call.is_gone() => engine.order(order),
                _ => break,
            },
            wish = wished.select_next_some() => {
                if call.is_gone() { break }
                engine.wish(wish);
            },
            event = from_socket.select_next_some() => {
                if call.is_gone() { break }
                engine.socket_event(event);
            },
            (key, event) = from_peers.select_next_some() => {
                if call.is_gone() { break }
                engine.peer_event(&key, event);
            },
            event = from_files.select_next_some() => {
                if call.is_gone() { break }
                engine.file_event(event);
            },
            () = from_timers.select_next_some() => {
                if call.is_gone() { break }
                engine.drop_missing();
            },
            () = from_network.select_next_some() => engine.network_changed(),
            () = tick => {
                if call.is_gone() { break }
                engine.look_at_links();
                engine.send_chat();
                engine.look_at_files();
                tick = TimeoutFuture::new(links::PERIOD).fuse();
            }
        }
        engine.show_visit();
    }
    // The person went to another page of ours, and the call's signals are gone.
    if engine.wants_in {
        engine.send_leave();
        engine.seat.forget(&engine.room);
        engine.chat.forget();
    }
    engine.files.leave();
}

fn listeners(changes: &UnboundedSender<()>) -> Vec<Listener> {
    let on = |target: &EventTarget, event| {
        let changes = changes.clone();
        Listener::new(target, event, move |_: Event| {
            changes.unbounded_send(()).ok();
        })
    };
    let mut listeners = vec![on(&window(), "online")];
    // Not every browser tells of another network.
    listeners.extend(network().map(|network| on(&network, "change")));
    listeners
}

struct Engine {
    call: Call,
    conversation: Conversation,
    room: RoomName,
    socket: Socket,
    /// The person wants to be in the room, and stays wanting it when the server is away.
    wants_in: bool,
    /// The server has not answered the last `join` yet.
    is_asking: bool,
    seat: Seat,
    /// For how many the room shall be, if this page makes it.
    capacity: Option<usize>,
    /// The id that the others know.
    own: Option<PeerId>,
    peers: HashMap<PeerId, Peer>,
    /// The order in which the peers came.
    order: Vec<PeerId>,
    /// A connection that was made before it is known to whom.
    prepared: Option<Peer>,
    /// A connection that was made before the `join`.
    early: Option<Early>,
    /// The server was asked for one.
    has_visited: bool,
    /// Counts the connections that were opened.
    generation: u32,
    /// How the ways to the peers are found.
    ice: Ice,
    /// What the socket was told.
    pace: Pace,
    /// When the links are measured next, in milliseconds.
    measures_at: u64,
    /// Peers that a server which was started anew has not seen yet.
    missing: Vec<PeerId>,
    /// What is sent to the others …
    sent: Sent,
    /// … and what they are told of it.
    sending: MediaSending,
    /// Whether a recording runs; `None` when nobody was told of any.
    records: Option<bool>,
    timers: UnboundedSender<()>,
    peer_events: PeerEvents,
    /// What the room asks newcomers for.
    passcode: Option<String>,
    speaking: Speaking,
    /// The server may know another name than the one that the person has now.
    is_renamed: bool,
    chat: KeptChat,
    files: Files,
}

impl Engine {
    fn order(&mut self, order: Order) {
        match order {
            Order::Join => self.join(),
            Order::Leave => {
                self.send_leave();
                self.outside(Membership::Left);
            }
            Order::PageHide => self.page_hides(),
            Order::Retry => self.retry(),
            Order::Export => self.export(),
            Order::Track(kind, sent) => {
                self.sent = sent;
                for peer in self.peers.values_mut().chain(&mut self.prepared) {
                    peer.send_track(kind, &self.sent);
                }
                self.prepare_if_useful();
            }
            Order::Sending(sending) => {
                self.sending = sending;
                for id in &self.order {
                    self.tell_sending(id);
                }
            }
        }
    }

    fn tell_sending(&self, id: &PeerId) {
        let mut sending = self.sending.clone();
        // Where only sound has room there is no picture.
        sending.video &= self.peers.get(id).is_none_or(Peer::has_room_for_picture);
        self.send_signals(id, vec![Signal::Media(sending)]);
        self.tell_recording(id);
    }

    fn join(&mut self) {
        self.wants_in = true;
        self.is_asking = true;
        // A call that goes on while the server is away is not joined anew.
        if !self.is(&Membership::Inside) {
            self.call.membership.set(Membership::Joining);
        }
        // While the server is away there is nobody to ask; it is asked when it is back.
        if self.call.server.get_untracked() == Server::Connected {
            let offer = if self.has_early_way() {
                self.prepared = None;
                None
            } else {
                self.prepared_offer()
            };
            self.send(&ClientEvent::Join {
                room: self.room.clone(),
                options: JoinOptions {
                    resume: self.seat.token.clone(),
                    capacity: self.capacity,
                    offer,
                    name: self.conversation.own_name.get_untracked(),
                    passcode: self.passcode.clone(),
                },
            });
        } else {
            self.prepare();
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

    fn send_leave(&self) {
        self.send(&ClientEvent::Leave {
            room: self.room.clone(),
        });
    }

    /// Not in the room, and not trying to be.
    fn outside(&mut self, why: Membership) {
        self.wants_in = false;
        self.is_asking = false;
        self.seat.forget(&self.room);
        self.drop_peers();
        self.call.deserted.set(false);
        self.conversation.hosting.set(Hosting::default());
        self.conversation.own_hand.set(false);
        self.close_chat(&why);
        self.close_files();
        // Another call has steps of its own.
        self.conversation.timeline.set(Timeline::default());
        self.call.membership.set(why);
        self.call.command(Command::Out);
    }

    fn socket_event(&mut self, event: SocketEvent) {
        match event {
            SocketEvent::Connected => {
                self.log_server("connected");
                self.call.server.set(Server::Connected);
                self.has_visited = false;
                if self.wants_in {
                    self.join();
                }
                self.visit_if_useful();
            }
            // `Disconnected` says the rest.
            SocketEvent::Refused => {}
            // The peers stay: their media does not need the server.
            SocketEvent::Disconnected => {
                self.early = None;
                self.log_server("disconnected");
                self.call.server.set(Server::Lost);
                self.update_links();
            }
            SocketEvent::Event { name, args } => {
                self.log_received(&name, &args);
                match ServerEvent::decode(&name, &args) {
                    Ok(event) => self.server_event(event),
                    Err(error) => logging::log!("skipped “{name}”: {error}"),
                }
            }
        }
    }

    fn is(&self, membership: &Membership) -> bool {
        self.call
            .membership
            .with_untracked(|current| current == membership)
    }

    /// Opens a connection to a peer, in place of the one that there may be.
    fn add_peer(&mut self, id: &PeerId, role: Role, start: Start) {
        if let Some(peer) = self.new_peer(id, role, start) {
            self.put_peer(peer, id);
        }
    }

    fn new_peer(&mut self, id: &PeerId, role: Role, start: Start) -> Option<Peer> {
        let (sent, ice) = (self.sent.clone(), self.ice.configuration());
        self.open_peer(id, role, start, &sent, &ice)
    }

    fn open_peer(
        &mut self,
        id: &PeerId,
        role: Role,
        start: Start,
        sent: &Sent,
        ice: &RtcConfiguration,
    ) -> Option<Peer> {
        self.generation += 1;
        let key = PeerKey {
            generation: self.generation,
        };
        let events = self.peer_events.clone();
        Peer::new(id.clone(), key, role, start, sent, ice, events)
            .map_err(|error| logging::error!("no peer connection: {}", error_text(&error)))
            .ok()
    }

    /// The connection is to this peer.
    fn put_peer(&mut self, mut peer: Peer, id: &PeerId) {
        peer.view.id = id.clone();
        match self.peers.remove(id) {
            // The last picture stays until there is a new one.
            Some(before) => peer.follow(&before),
            None => {
                self.order.push(id.clone());
                self.chat_came(id);
            }
        }
        self.peers.insert(id.clone(), peer);
        self.call.deserted.set(false);
        self.update_links();
        // What a connection did before it was known to whom.
        self.log_states(id);
        self.greet(id);
        self.identify(id);
    }

    fn drop_peers(&mut self) {
        self.prepared = None;
        self.early = None;
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
        self.forget_gone();
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
                self.log_direct(Way::Sent, to, data.get());
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
        self.log_sent(event);
        self.socket.send(event);
    }
}

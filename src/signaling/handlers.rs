//! From an event on a socket to a decision of [`Rooms`], and from the decision to what everyone hears.

use std::{
    fmt,
    future::ready,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::{
    SendError, SocketError, SocketIo,
    extract::{AckSender, SocketRef},
    socket::{DisconnectReason, Sid},
};
use tokio::time::sleep;
use tracing::{debug, info, warn};

use super::args::Args;
use super::rooms::{Departed, NoSeat, NotJoined, Rooms, Seat};
use crate::{
    protocol::{
        ClientEvent, DEFAULT_CAPACITY, Departure, ErrorBody, ErrorCode, JoinedExtras,
        OtherJoinExtras, PeerId, PeerInfo, Reason, Rejection, RoomName, SendOptions, Sender,
        ServerEvent, VERSION,
    },
    random::random,
};

/// The signaling state of one server; clones share it.
///
/// The log names peers, never rooms: who knows the name of a room can enter it.
#[derive(Clone)]
pub(super) struct Signaling {
    io: SocketIo,
    rooms: Arc<Mutex<Rooms<Sid>>>,
}

/// What the acknowledgement of an event says, for the client that asked for one.
#[derive(Serialize)]
struct Ack<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorBody>,
}

/// Events to send, in this order.
type Outbox = Vec<(Sid, ServerEvent)>;

impl Signaling {
    pub(super) fn new(io: SocketIo) -> Self {
        Self {
            io,
            rooms: Arc::new(Mutex::new(Rooms::new(DEFAULT_CAPACITY))),
        }
    }

    /// Puts the handlers of the contract on a new connection.
    ///
    /// The library runs each handler's future as a task of its own, so that two messages of one
    /// socket overtake each other. The part before the future runs in order: all of the work is
    /// done there.
    pub(super) fn register(&self, socket: &SocketRef) {
        for name in [ClientEvent::JOIN, ClientEvent::MESSAGE, ClientEvent::LEAVE] {
            let this = self.clone();
            socket.on(
                name,
                move |socket: SocketRef, ack: AckSender, Args(args): Args| {
                    this.receive(name, &socket, ack, &args);
                    ready(())
                },
            );
        }
        let this = self.clone();
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            this.disconnected(socket.id, reason);
        });
        debug!(transport = ?socket.transport_type(), protocol = ?socket.protocol(), "connected");
    }

    fn receive(&self, name: &str, socket: &SocketRef, ack: AckSender, args: &[Box<RawValue>]) {
        let result = ClientEvent::decode(name, args).and_then(|event| self.handle(socket, event));
        let error = result.err().map(|Rejection { room, error }| {
            debug!(event = name, code = ?error.code, "refused");
            self.send(vec![(
                socket.id,
                ServerEvent::Refused {
                    room,
                    error: error.clone(),
                },
            )]);
            error
        });
        // A client that is gone in the meantime needs no acknowledgement.
        ack.send(&Ack {
            ok: error.is_none(),
            error: error.as_ref(),
        })
        .ok();
    }

    fn handle(&self, socket: &SocketRef, event: ClientEvent) -> Result<(), Rejection> {
        match event {
            ClientEvent::Join { room } => self.join(socket, room),
            ClientEvent::Message {
                room,
                data,
                options,
            } => self.message(socket.id, room, data, &options),
            ClientEvent::Leave { room } => self.leave(socket.id, &room),
        }
    }

    fn join(&self, socket: &SocketRef, room: RoomName) -> Result<(), Rejection> {
        let (sid, id) = (socket.id, PeerId::from_random(random()));
        let mut rooms = self.rooms();
        if !socket.connected() {
            // Its disconnect handler may have run already; nobody would free the seat.
            return Ok(());
        }
        match rooms.join(&room, sid, id.clone()) {
            Ok(others) => {
                info!(peer = %id, others = others.len(), "joined");
                let extras = JoinedExtras {
                    protocol: VERSION,
                    peers: others
                        .iter()
                        .map(|seat| PeerInfo {
                            id: seat.id.clone(),
                        })
                        .collect(),
                    capacity: rooms.capacity(),
                };
                let joined = ServerEvent::Joined {
                    room: room.clone(),
                    id: id.clone(),
                    extras,
                };
                let other_join = ServerEvent::OtherJoin {
                    room,
                    id,
                    extras: OtherJoinExtras {},
                };
                let mut outbox = vec![(sid, joined)];
                outbox.extend(to_all(&others, &other_join));
                self.send_in_order(rooms, outbox);
                Ok(())
            }
            Err(NotJoined::Full) => {
                info!("turned away from a full room");
                self.send_in_order(rooms, vec![(sid, ServerEvent::Full { room, id })]);
                Ok(())
            }
            Err(NotJoined::AlreadyInRoom) => Err(rejection(
                &room,
                ErrorCode::AlreadyInRoom,
                "This connection is in that room already.",
            )),
        }
    }

    fn message(
        &self,
        sid: Sid,
        room: RoomName,
        data: Box<RawValue>,
        options: &SendOptions,
    ) -> Result<(), Rejection> {
        let rooms = self.rooms();
        let (from, receivers) = rooms
            .route(&room, &sid, options.to.as_ref())
            .map_err(|no_seat| no_seat_rejection(&room, &no_seat))?;
        let message = ServerEvent::Message {
            room,
            data,
            sender: Sender { from },
        };
        self.send_in_order(rooms, to_all(&receivers, &message).collect());
        Ok(())
    }

    fn leave(&self, sid: Sid, room: &RoomName) -> Result<(), Rejection> {
        let mut rooms = self.rooms();
        let departed = rooms
            .leave(room, &sid)
            .map_err(|no_seat| no_seat_rejection(room, &no_seat))?;
        info!(peer = %departed.id, "left");
        let leaved = ServerEvent::Leaved {
            room: room.clone(),
            id: departed.id.clone(),
            departure: Departure {
                reason: Reason::Left,
            },
        };
        let mut outbox = vec![(sid, leaved)];
        outbox.extend(byes(departed, Reason::Left));
        self.send_in_order(rooms, outbox);
        Ok(())
    }

    fn disconnected(&self, sid: Sid, reason: impl fmt::Display) {
        let mut rooms = self.rooms();
        let departed = rooms.disconnect(&sid);
        for Departed { id, .. } in &departed {
            info!(peer = %id, %reason, "connection lost");
        }
        let outbox = departed
            .into_iter()
            .flat_map(|d| byes(d, Reason::Timeout))
            .collect();
        self.send_in_order(rooms, outbox);
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms<Sid>> {
        // Each change of the rooms is complete or not begun when something panics.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends what was decided while the rooms are still locked, so that everyone hears of two
    /// decisions in the order in which they were made.
    fn send_in_order(&self, rooms: MutexGuard<'_, Rooms<Sid>>, outbox: Outbox) {
        let slow = self.put(outbox);
        drop(rooms);
        self.end(slow);
    }

    fn send(&self, outbox: Outbox) {
        self.end(self.put(outbox));
    }

    /// Queues the events and returns those who do not read what they are sent.
    fn put(&self, outbox: Outbox) -> Vec<SocketRef> {
        let mut slow = Vec::new();
        for (sid, event) in outbox {
            let Some(socket) = self.io.of("/").and_then(|ns| ns.get_socket(sid)) else {
                continue;
            };
            match socket.emit(event.name(), &event) {
                Err(SendError::Socket(SocketError::InternalChannelFull)) => slow.push(socket),
                // Closed: its disconnect handler follows and tells the others.
                Ok(()) | Err(SendError::Socket(SocketError::Closed)) => {}
                Err(SendError::Serialize(error)) => warn!(%error, event = event.name(), "not sent"),
            }
        }
        slow
    }

    /// A receiver that lost one event must not get the next: its seats are free at once, and it is
    /// disconnected, to start anew.
    fn end(&self, slow: Vec<SocketRef>) {
        for socket in slow {
            warn!("disconnecting a receiver that does not read what it is sent");
            self.disconnected(socket.id, "does not read");
            // The library queues a farewell first, for which there is no place yet.
            tokio::spawn(async move {
                while socket.connected() && socket.clone().disconnect().is_err() {
                    sleep(Duration::from_millis(100)).await;
                }
            });
        }
    }
}

fn to_all<'a>(
    seats: &'a [Seat<Sid>],
    event: &'a ServerEvent,
) -> impl Iterator<Item = (Sid, ServerEvent)> + 'a {
    seats
        .iter()
        .map(move |seat| (seat.connection, event.clone()))
}

fn byes(departed: Departed<Sid>, reason: Reason) -> Outbox {
    let Departed { room, id, others } = departed;
    to_all(
        &others,
        &ServerEvent::Bye {
            room,
            id,
            departure: Departure { reason },
        },
    )
    .collect()
}

fn rejection(room: &RoomName, code: ErrorCode, message: impl Into<String>) -> Rejection {
    Rejection {
        room: room.to_string(),
        error: ErrorBody::new(code, message),
    }
}

fn no_seat_rejection(room: &RoomName, no_seat: &NoSeat) -> Rejection {
    match no_seat {
        NoSeat::NotInRoom => rejection(
            room,
            ErrorCode::NotInRoom,
            "Join the room first: this connection is not in it.",
        ),
        NoSeat::NoSuchPeer => rejection(
            room,
            ErrorCode::NoSuchPeer,
            "Nobody with that id is in the room now.",
        ),
    }
}

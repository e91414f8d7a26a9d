//! From an event on a socket to what somebody wants of a room, and back to an answer.

use std::{
    fmt,
    net::IpAddr,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use socketioxide::{
    SendError, SocketError, SocketIo,
    adapter::LocalAdapter,
    extract::{AckSender, SocketRef},
    handler::{FromMessageParts, MessageHandler, Value},
    socket::{DisconnectReason, Sid, Socket},
};
use tokio::time::{Instant, timeout};
use tracing::{debug, info, warn};

use super::{
    args::Incoming,
    connections::{Connection, Connections},
    dialect::{self, CREATE_OR_JOIN},
    limits::{Allowance, Count, Limits, Verdict},
    metrics::Outcome,
    outlet::{Outlet, Slow},
    rooms::{Action, Glimpse, Newcomer},
    store::{Done, Store},
    token::Signer,
};
use crate::{
    protocol::{
        ClientEvent, ErrorBody, ErrorCode, JoinOptions, PeerId, Rejection, RoomName, ServerEvent,
    },
    random::random,
    settings::Settings,
};

/// The signaling of one server.
pub struct Signaling {
    io: SocketIo,
    store: Store,
    outlet: Arc<Outlet>,
    settings: Arc<Settings>,
    limits: Limits,
    signer: Signer,
    connections: Connections,
    closing: AtomicBool,
}

/// The address of a client, put into its first request by the web server.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// The name under which a client reaches this server, without the port, put into its first request by
/// the web server where it matters.
#[derive(Debug, Clone)]
pub struct PageHost(pub Box<str>);

/// What a transport session may use, put into its first request by the web server. A client that
/// leaves the namespace and joins it again on the same transport goes on with what it has left,
/// and counts for its address in between.
#[derive(Clone, Default)]
pub struct Session(Arc<OnceLock<Share>>);

struct Share {
    allowance: Mutex<Allowance>,
    _connection: Option<Connection>,
}

/// What is known of one socket.
struct Guest {
    sid: Sid,
    session: Session,
    /// Joins under way, which count as rooms.
    joining: AtomicUsize,
    is_connected: AtomicBool,
    /// It flooded, and its end is on the way.
    is_ending: AtomicBool,
}

impl Guest {
    /// The library tells the client that it is connected a moment before it sends it anything
    /// else: what is said to an event that comes from a fast client in that moment would be lost.
    /// Another thread is between two statements there, so this is a matter of microseconds.
    fn wait_until_connected(&self, socket: &Socket) {
        if self.is_connected.load(Ordering::Relaxed) {
            return;
        }
        let start = Instant::now();
        while !socket.connected() && start.elapsed() < Duration::from_millis(50) {
            std::thread::yield_now();
        }
        self.is_connected.store(true, Ordering::Relaxed);
    }
}

/// Takes in the events of one socket.
///
/// The library runs the future of a handler that is a function as a task of its own, so that two
/// messages of one socket overtake each other. This handler has none and does all of the work at
/// once.
struct Receiver {
    signaling: Arc<Signaling>,
    guest: Arc<Guest>,
}

/// Tells the library which kind of handler [`Receiver`] is.
enum Direct {}

impl MessageHandler<LocalAdapter, Direct> for Receiver {
    fn call(&self, socket: Arc<Socket>, mut packet: Value, ack: Option<i64>) {
        let start = Instant::now();
        self.guest.wait_until_connected(&socket);
        let ack = match AckSender::from_message_parts(&socket, &mut packet, &ack) {
            Ok(ack) => ack,
            Err(never) => match never {},
        };
        let event = Incoming::new(&packet);
        self.signaling.receive(&self.guest, ack, &event, start);
        self.signaling.outlet.metrics.handled(start.elapsed());
    }
}

/// What the acknowledgement of an event says, for the client that asked for one.
#[derive(Serialize)]
struct Ack<'a> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorBody>,
}

/// Why a connection was not accepted; what Socket.IO calls a connect error.
#[derive(Debug)]
pub(super) struct TooManyConnections;

impl fmt::Display for TooManyConnections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Too many connections from your address. Close some and try again.")
    }
}

impl Signaling {
    pub(super) fn new(
        io: SocketIo,
        store: Store,
        outlet: Arc<Outlet>,
        settings: Arc<Settings>,
        signer: Signer,
    ) -> Self {
        Self {
            io,
            store,
            outlet,
            connections: Connections::new(settings.sockets_per_address),
            limits: Limits::new(&settings),
            settings,
            signer,
            closing: AtomicBool::new(false),
        }
    }

    /// What a room shows to whoever has its link; `None` when the store cannot be asked now.
    pub(crate) async fn glimpse(&self, room: &RoomName) -> Option<Glimpse> {
        self.store.glimpse(room).await
    }

    /// Puts the handlers of the contract on a new connection.
    pub(super) fn register(self: &Arc<Self>, socket: &SocketRef) -> Result<(), TooManyConnections> {
        let extensions = &socket.req_parts().extensions;
        let address = extensions.get::<ClientAddress>();
        let session = extensions.get::<Session>().cloned().unwrap_or_default();
        if session.0.get().is_none() {
            let share = self.share(address)?;
            session.0.get_or_init(|| share);
        }
        let guest = Arc::new(Guest {
            sid: socket.id,
            session,
            joining: AtomicUsize::new(0),
            is_connected: AtomicBool::new(false),
            is_ending: AtomicBool::new(false),
        });
        self.outlet.metrics.connections.inc();
        debug!(
            socket = self.alias(&guest),
            address = address.map(|a| self.log_name(&a.0.to_string())),
            transport = ?socket.transport_type(),
            protocol = ?socket.protocol(),
            "connected"
        );
        socket.on_fallback(Receiver {
            signaling: self.clone(),
            guest: guest.clone(),
        });
        let this = self.clone();
        socket.on_disconnect(async move |reason: DisconnectReason| {
            debug!(socket = this.alias(&guest), %reason, "disconnected");
            this.outlet.metrics.connections.dec();
            this.store.disconnected(guest.sid);
            this.outlet.speakers.remove(guest.sid);
        });
        Ok(())
    }

    /// What a new transport session may use, unless its address has too many.
    fn share(&self, address: Option<&ClientAddress>) -> Result<Share, TooManyConnections> {
        let connection = match address {
            Some(ClientAddress(address)) => {
                let connection = self.connections.open(*address).ok_or_else(|| {
                    let address = self.log_name(&address.to_string());
                    warn!(address, "too many connections from one address");
                    TooManyConnections
                })?;
                Some(connection)
            }
            None => None,
        };
        Ok(Share {
            allowance: Mutex::new(self.limits.allowance(Instant::now())),
            _connection: connection,
        })
    }

    fn receive(
        self: &Arc<Self>,
        guest: &Arc<Guest>,
        ack: AckSender,
        event: &Incoming<'_>,
        now: Instant,
    ) {
        let is_join = matches!(&*event.name, "join" | CREATE_OR_JOIN);
        let is_visit = event.name == ClientEvent::VISIT;
        let count = match (is_join, is_visit) {
            (true, _) => Count::Join,
            (_, true) => Count::Visit,
            _ => Count::Event,
        };
        let verdict = {
            // A guest that registered has a share.
            guest.session.0.get().map_or(Verdict::Disconnect, |share| {
                let allowance = share.allowance.lock();
                let mut allowance = allowance.unwrap_or_else(PoisonError::into_inner);
                self.limits.judge(&mut allowance, count, now)
            })
        };
        let answer = Answer {
            signaling: self,
            guest,
            name: &event.name,
            is_join,
            ack,
        };
        let bytes = event.bytes;
        match verdict {
            Verdict::Allow if bytes > self.settings.max_message_bytes => {
                let limit = self.settings.max_message_bytes;
                let error = ErrorBody::new(
                    ErrorCode::TooLarge,
                    format!("That event has {bytes} bytes; {limit} are allowed."),
                );
                answer.refuse(String::new(), error);
            }
            Verdict::Allow => match self.understand(guest, event) {
                Ok(event) => self.handle(event, answer),
                Err(Rejection { room, error }) => answer.refuse(room, error),
            },
            Verdict::Refuse => answer.refuse(String::new(), rate_limited()),
            Verdict::Ignore => answer.acknowledge(Some(&rate_limited())),
            Verdict::Disconnect if guest.is_ending.swap(true, Ordering::Relaxed) => {}
            Verdict::Disconnect => {
                warn!(socket = self.alias(guest), "disconnecting a flood");
                answer.acknowledge(Some(&rate_limited()));
                let (room, error) = (String::new(), rate_limited());
                let last = ServerEvent::Refused { room, error };
                self.outlet.end_with(guest.sid, last);
            }
        }
    }

    fn understand(&self, guest: &Guest, event: &Incoming<'_>) -> Result<ClientEvent, Rejection> {
        let Incoming { name, args, .. } = event;
        if name == CREATE_OR_JOIN {
            let event = ClientEvent::decode("join", args)?;
            if let ClientEvent::Join { room, .. } = &event {
                self.outlet.speakers.add(guest.sid, room.clone());
            }
            return Ok(event);
        }
        match self.outlet.speakers.room(guest.sid) {
            Some(room) => {
                let (name, args) = dialect::from_page(name, args, &room);
                ClientEvent::decode(name, &args)
            }
            None => ClientEvent::decode(name, args),
        }
    }

    fn handle(&self, event: ClientEvent, answer: Answer<'_>) {
        let sid = answer.guest.sid;
        match event {
            ClientEvent::Join { room, options } => self.join(room, options, answer),
            ClientEvent::Visit { room } => self.visit(room, answer),
            ClientEvent::Message {
                room,
                data,
                options,
            } => match self.store.relay(&room, sid, options.to.as_ref(), &data) {
                Some(result) => answer.give(&room, result),
                None => {
                    let to = options.to;
                    self.submit(room, Action::Say { to, data }, answer);
                }
            },
            ClientEvent::Leave { room } => self.submit(room, Action::Leave, answer),
            ClientEvent::Lock { room } => self.submit(room, Action::Lock, answer),
            ClientEvent::Unlock { room } => self.submit(room, Action::Unlock, answer),
            ClientEvent::Admit { room, id } => self.submit(room, Action::Admit(id), answer),
            ClientEvent::Deny { room, id } => self.submit(room, Action::Deny(id), answer),
            ClientEvent::Remove { room, id } => self.submit(room, Action::Remove(id), answer),
        }
    }

    fn join(&self, room: RoomName, options: JoinOptions, answer: Answer<'_>) {
        let guest = answer.guest;
        if self.closing.load(Ordering::Relaxed) {
            return answer.give(&room, Err(server_closing()));
        }
        if let Err(error) = self.has_room_for(&room, guest) {
            return answer.give(&room, Err(error));
        }
        let action = match &options.resume {
            None => Action::Join(Newcomer {
                id: PeerId::from_random(random()),
                name: options.name,
                passcode: options
                    .passcode
                    .map(|text| self.signer.passcode(&room, &text)),
                capacity: options.capacity,
                offer: options.offer,
                // A page that speaks the dialect could not come back into its seat.
                keeps: self.outlet.speakers.room(guest.sid).is_none(),
            }),
            Some(token) => match self
                .signer
                .verify(token)
                .filter(|ticket| ticket.room == room)
            {
                Some(ticket) => Action::Resume {
                    ticket,
                    restore: false,
                },
                None => {
                    let error = ErrorBody::new(
                        ErrorCode::BadResume,
                        "That is no resume token for this room. Join without it.",
                    );
                    return answer.give(&room, Err(error));
                }
            },
        };
        info!(
            socket = self.alias(guest),
            room = self.log_name(room.as_str()),
            "join"
        );
        guest.joining.fetch_add(1, Ordering::Relaxed);
        let joining = guest.clone();
        let done = answer.done(room.clone());
        let done: Done = Box::new(move |result| {
            joining.joining.fetch_sub(1, Ordering::Relaxed);
            done(result);
        });
        self.store.submit(room, guest.sid, action, done);
    }

    fn visit(&self, room: RoomName, answer: Answer<'_>) {
        match self.has_room_for(&room, answer.guest) {
            Ok(()) if !self.settings.connect_early => answer.give(&room, Ok(())),
            Ok(()) => {
                let id = PeerId::from_random(random());
                self.submit(room, Action::Visit(id), answer);
            }
            Err(error) => answer.give(&room, Err(error)),
        }
    }

    /// Whether the connection may have to do with this room, besides the others that it is in.
    fn has_room_for(&self, room: &RoomName, guest: &Guest) -> Result<(), ErrorBody> {
        let rooms =
            self.store.other_rooms_of(guest.sid, room) + guest.joining.load(Ordering::Relaxed);
        if rooms < self.settings.rooms_per_socket {
            return Ok(());
        }
        Err(ErrorBody::new(
            ErrorCode::RateLimited,
            "This connection is in too many rooms already; leave one first.",
        ))
    }

    fn submit(&self, room: RoomName, action: Action, answer: Answer<'_>) {
        let sid = answer.guest.sid;
        let done = answer.done(room.clone());
        self.store.submit(room, sid, action, done);
    }

    fn end_slow(&self, slow: Slow) {
        self.store.disconnected(slow.0);
        self.outlet.end_slow(slow);
    }

    /// What the log calls a socket. Never the session id itself: whoever has it can act in the
    /// peer's name.
    fn alias(&self, guest: &Guest) -> String {
        self.signer.alias(&guest.sid.to_string())
    }

    /// How the log calls a room or an address.
    fn log_name(&self, text: &str) -> String {
        if self.settings.log_names {
            text.to_owned()
        } else {
            self.signer.alias(text)
        }
    }

    /// Says why signaling cannot be used now.
    ///
    /// # Errors
    /// When the server is about to stop, or its store cannot be reached.
    pub fn ready(&self) -> Result<(), &'static str> {
        if self.closing.load(Ordering::Relaxed) {
            return Err("stopping");
        }
        self.store.ready()
    }

    /// Ends all connections, within the time given: nobody comes in any more, everyone is told,
    /// then the connections are closed.
    pub async fn close(&self, time: Duration) {
        self.closing.store(true, Ordering::Relaxed);
        self.outlet.send_to_all(&ServerEvent::Refused {
            room: String::new(),
            error: server_closing(),
        });
        // Whoever was about to join reads why it is not possible.
        tokio::time::sleep(time.mul_f64(0.1)).await;
        if timeout(time.mul_f64(0.9), self.io.close()).await.is_err() {
            warn!("not every signaling connection closed in time");
        }
    }
}

/// What one event is answered with, exactly once.
struct Answer<'a> {
    signaling: &'a Arc<Signaling>,
    guest: &'a Arc<Guest>,
    name: &'a str,
    is_join: bool,
    ack: AckSender,
}

impl Answer<'_> {
    /// The same for later.
    fn done(self, room: RoomName) -> Done {
        let (signaling, guest, name) = (
            self.signaling.clone(),
            self.guest.clone(),
            self.name.to_owned(),
        );
        let (is_join, ack) = (self.is_join, self.ack);
        Box::new(move |result| {
            let answer = Answer {
                signaling: &signaling,
                guest: &guest,
                name: &name,
                is_join,
                ack,
            };
            answer.give(&room, result);
        })
    }

    fn give(self, room: &RoomName, result: Result<(), ErrorBody>) {
        match result {
            Ok(()) => self.acknowledge(None),
            Err(error) => self.refuse(room.to_string(), error),
        }
    }

    fn refuse(self, room: String, error: ErrorBody) {
        let outlet = &self.signaling.outlet;
        debug!(socket = self.signaling.alias(self.guest), event = self.name, code = ?error.code, "refused");
        if self.is_join {
            outlet.metrics.joined(Outcome::Refused);
        }
        let told = error.clone();
        let event = ServerEvent::Refused { room, error };
        // “refused” names no event: one that is about a visit could be taken for the answer to a join.
        if self.name != ClientEvent::VISIT {
            // Whoever sends so fast that the answers find no place is not told of each; that says
            // nothing about how it reads. Acknowledgements are never left out.
            let _: Result<(), Slow> = outlet.send(self.guest.sid, &event);
        }
        self.acknowledge(Some(&told));
    }

    fn acknowledge(self, error: Option<&ErrorBody>) {
        let (guest, signaling) = (self.guest, self.signaling);
        let ok = error.is_none();
        // A client that is gone in the meantime needs no acknowledgement.
        if let Err(SendError::Socket(SocketError::InternalChannelFull)) =
            self.ack.send(&Ack { ok, error })
        {
            signaling.end_slow(Slow(guest.sid));
        }
    }
}

fn rate_limited() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::RateLimited,
        "Too many events in too short a time. Whoever goes on like this is disconnected.",
    )
}

fn server_closing() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::ServerClosing,
        "The server is about to stop. Try again in a moment.",
    )
}

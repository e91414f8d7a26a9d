//! Where events leave the server: to the connections of this node.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use socketioxide::{SendError, SocketError, SocketIo, extract::SocketRef, socket::Sid};
use tokio::time::{Duration, sleep};
use tracing::warn;

use super::{
    dialect::{self, Speakers},
    handlers::PageHost,
    metrics::{Metrics, Outcome},
};
use crate::{
    protocol::{PeerId, Reason, RoomName, Sender, ServerEvent, VisitExtras},
    server::IceServers,
};

/// The connections of this node.
#[derive(Debug)]
pub(super) struct Outlet {
    io: SocketIo,
    pub(super) speakers: Speakers,
    pub(super) metrics: Metrics,
    ice: IceServers,
}

/// The connection does not read what it is sent, and lost an event. It must not get the next one.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slow(pub(super) Sid);

impl Outlet {
    pub(super) fn new(io: SocketIo, metrics: Metrics, ice: IceServers) -> Self {
        Self {
            io,
            speakers: Speakers::default(),
            metrics,
            ice,
        }
    }

    fn socket(&self, sid: Sid) -> Option<SocketRef> {
        self.io.of("/")?.get_socket(sid)
    }

    /// Whether the connection is open still.
    pub(super) fn is_connected(&self, sid: Sid) -> bool {
        self.socket(sid).is_some_and(|socket| socket.connected())
    }

    /// Queues an event for a connection; one that is gone needs none.
    pub(super) fn send(&self, sid: Sid, event: &ServerEvent) -> Result<(), Slow> {
        match event {
            ServerEvent::Joined { .. } => self.metrics.joined(Outcome::Joined),
            ServerEvent::Full { .. } => self.metrics.joined(Outcome::Full),
            ServerEvent::Waiting { .. } => self.metrics.joined(Outcome::Waiting),
            ServerEvent::Refused { error, .. } => self.metrics.refused(error.code),
            ServerEvent::Message { data, .. } => self.relayed(data),
            ServerEvent::Bye { id, .. } => self.ice.ended(id),
            ServerEvent::Leaved { id, departure, .. } if departure.reason != Reason::Replaced => {
                self.ice.ended(id);
            }
            _ => {}
        }
        let Some(socket) = self.socket(sid) else {
            return Ok(());
        };
        let with_ice;
        let event = match event {
            ServerEvent::Joined { room, id, extras } => {
                let host = socket.req_parts().extensions.get::<PageHost>();
                let mut extras = extras.clone();
                extras.ice = self.ice.of(id, host.map(|PageHost(host)| &**host));
                let (room, id) = (room.clone(), id.clone());
                with_ice = ServerEvent::Joined { room, id, extras };
                &with_ice
            }
            ServerEvent::Visit { room, id, .. } => {
                let host = socket.req_parts().extensions.get::<PageHost>();
                let ice = self
                    .ice
                    .without_credentials(host.map(|PageHost(host)| &**host));
                let (room, id, extras) = (room.clone(), id.clone(), VisitExtras { ice });
                with_ice = ServerEvent::Visit { room, id, extras };
                &with_ice
            }
            other => other,
        };
        if self.speakers.room(sid).is_some() {
            for (name, args) in dialect::to_page(event) {
                emit(&socket, name, &args)?;
            }
            return Ok(());
        }
        emit(&socket, event.name(), event)
    }

    /// The same as [`send`](Self::send) of a message, without an event of its own.
    pub(super) fn relay(
        &self,
        sid: Sid,
        room: &RoomName,
        data: &RawValue,
        from: &PeerId,
    ) -> Result<(), Slow> {
        self.relayed(data);
        let Some(socket) = self.socket(sid) else {
            return Ok(());
        };
        let name = ServerEvent::MESSAGE;
        if self.speakers.room(sid).is_some() {
            return emit(&socket, name, &(data,));
        }
        let sender = Sender { from: from.clone() };
        emit(&socket, name, &(room, data, sender))
    }

    fn relayed(&self, data: &RawValue) {
        self.metrics.relayed.inc();
        self.metrics.relayed_bytes.inc_by(data.get().len() as u64);
    }

    /// Ends a connection; its disconnect handler follows.
    pub(super) fn end(&self, sid: Sid) {
        let Some(socket) = self.socket(sid) else {
            return;
        };
        // The library queues a farewell first, for which there may be no place yet.
        tokio::spawn(async move {
            while socket.connected() && socket.clone().disconnect().is_err() {
                sleep(Duration::from_millis(100)).await;
            }
        });
    }

    /// Ends a connection with a last word, for which there may be no place yet either.
    pub(super) fn end_with(self: &Arc<Self>, sid: Sid, last: ServerEvent) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            for _ in 0..50 {
                if this.send(sid, &last).is_ok() {
                    break;
                }
                sleep(Duration::from_millis(20)).await;
            }
            // Closing while something unread comes in takes from the other side what it has not
            // read yet (RFC 9293, section 3.6.1).
            sleep(Duration::from_millis(100)).await;
            this.end(sid);
        });
    }

    /// Ends a connection that does not read what it is sent, to start anew.
    pub(super) fn end_slow(&self, Slow(sid): Slow) {
        warn!("disconnecting a receiver that does not read what it is sent");
        self.metrics.slow.inc();
        self.end(sid);
    }

    /// Tells everyone on this node.
    pub(super) fn send_to_all(&self, event: &ServerEvent) {
        for socket in self.io.of("/").map(|all| all.sockets()).unwrap_or_default() {
            // The server is about to stop; whoever does not read does not mind.
            emit(&socket, event.name(), event).ok();
        }
    }
}

fn emit<T: Serialize + ?Sized>(socket: &SocketRef, name: &str, args: &T) -> Result<(), Slow> {
    match socket.emit(name, args) {
        // Closed: its disconnect handler follows and tells the others.
        Ok(()) | Err(SendError::Socket(SocketError::Closed)) => Ok(()),
        Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(Slow(socket.id)),
        Err(SendError::Serialize(error)) => {
            warn!(%error, event = name, "not sent");
            Ok(())
        }
    }
}

//! A seat in a room of its own, taken as a call takes one: ICE servers are handed out with it only.

use futures::{
    FutureExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::findings::{Millis, Refusal, Unreached};
use crate::{
    dom::{base_path, now, random_room_name, random_u32, socket_url, window},
    protocol::{ClientEvent, IceServer, JoinOptions, RoomName, ServerEvent},
    socket::{Socket, SocketEvent, connect},
};

/// How long the server may take to let somebody in, and a plain request in place of the WebSocket
/// may take, in milliseconds.
const PATIENCE: u32 = 10_000;

/// A connection to the server. A seat that was taken over it is given up when it is dropped.
pub(super) struct Connection {
    socket: Socket,
    events: UnboundedReceiver<SocketEvent>,
    room: RoomName,
    is_seated: bool,
}

impl Connection {
    /// Connects, and tells how long that took.
    pub(super) async fn open() -> Result<(Self, Millis), Unreached> {
        // Nobody has to guess it for long: the room is gone in a few seconds.
        let room = random_room_name()
            .unwrap_or_else(|| RoomName::from_random([(); 8].map(|()| random_u32() as u8)));
        let (sender, mut events) = unbounded();
        let start = now();
        let socket = connect(socket_url(&room), sender);
        // Whoever connects has a time limit of its own.
        match events.next().await {
            Some(SocketEvent::Connected) => {}
            Some(SocketEvent::Refused) => return Err(Unreached::TooMany),
            _ => return Err(Unreached::from_status(status().await)),
        }
        let connection = Self {
            socket,
            events,
            room,
            is_seated: false,
        };
        Ok((connection, now() - start))
    }

    /// Takes a seat, and tells how long that took and what calls may use.
    pub(super) async fn join(&mut self) -> Result<(Millis, Vec<IceServer>), Refusal> {
        let start = now();
        self.is_seated = true;
        self.socket.send(&ClientEvent::Join {
            room: self.room.clone(),
            options: JoinOptions::default(),
        });
        let answer = self.answer();
        match select(Box::pin(answer), TimeoutFuture::new(PATIENCE)).await {
            Either::Left((answer, _)) => answer.map(|servers| (now() - start, servers)),
            Either::Right(_) => Err(Refusal::Silent),
        }
    }

    async fn answer(&mut self) -> Result<Vec<IceServer>, Refusal> {
        loop {
            let Some(SocketEvent::Event { name, args }) = self.events.next().await else {
                return Err(Refusal::Silent);
            };
            match ServerEvent::decode(&name, &args) {
                Ok(ServerEvent::Joined { extras, .. }) => return Ok(extras.ice.ice_servers),
                Ok(ServerEvent::Refused { error, .. }) => return Err(Refusal::Said(error.code)),
                _ => {}
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.is_seated {
            let room = self.room.clone();
            self.socket.send(&ClientEvent::Leave { room });
        }
    }
}

/// How the server answers a plain request in place of the WebSocket, whose status no page is told;
/// `None` when it does not answer.
async fn status() -> Option<u16> {
    let url = format!("{}/socket.io/?EIO=4&transport=polling", base_path());
    let request = JsFuture::from(window().fetch_with_str(&url)).fuse();
    match select(request, TimeoutFuture::new(PATIENCE)).await {
        Either::Left((response, _)) => Some(response.ok()?.unchecked_into::<Response>().status()),
        Either::Right(_) => None,
    }
}

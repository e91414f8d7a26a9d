//! The Socket.IO side of the server: who sits in which room, and who hears what.

mod args;
mod handlers;
mod rooms;

use std::time::Duration;

use socketioxide::{SocketIo, extract::SocketRef, layer::SocketIoLayer};

use handlers::Signaling;

/// The server asks a silent connection for a sign of life this often …
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// … and gives up after this long, so that the others hear within 10 s that it is dead.
const PING_TIMEOUT: Duration = Duration::from_secs(4);
/// No event may be larger, in bytes.
const MAX_MESSAGE: usize = 64 * 1024;

/// Makes the layer that answers `/socket.io/`, and the handle that ends all of its connections
/// (`close`) when the server stops.
pub fn layer() -> (SocketIoLayer, SocketIo) {
    let (layer, io) = SocketIo::builder()
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .max_payload(MAX_MESSAGE as u64)
        .ws_max_message_size(MAX_MESSAGE)
        .build_layer();
    let signaling = Signaling::new(io.clone());
    // Handlers are put in place before the client hears that it is connected (in what the
    // library calls a middleware): an event that follows at once would be lost otherwise.
    let register = move |socket: SocketRef| {
        signaling.register(&socket);
        std::future::ready(Ok::<_, std::convert::Infallible>(()))
    };
    use socketioxide::handler::ConnectHandler;
    io.ns("/", (async || {}).with(register));
    (layer, io)
}

//! The Socket.IO side of the server: who sits in which room, and who hears what.

mod args;
mod connections;
mod dialect;
mod handlers;
mod limits;
mod metrics;
mod outlet;
mod places;
mod rooms;
mod store;
mod token;

use std::{sync::Arc, time::Duration};

use axum::Router;
use socketioxide::{
    ParserConfig, SocketIo, extract::SocketRef, handler::ConnectHandler, service::SocketIoService,
};

pub use handlers::{ClientAddress, PageHost, Session, Signaling};
pub use metrics::Metrics;
pub(crate) use rooms::Glimpse;
pub use rooms::Rules;
pub use token::Signer;

use crate::{server::IceServers, settings::Settings};
pub(crate) use args::split;
pub(crate) use connections::{Connection, Connections};
pub(crate) use token::Ticket;

use outlet::Outlet;
use store::Store;

/// Makes the service that answers `/socket.io/`, and the handle to what is behind it.
///
/// # Errors
/// When the store that the settings name cannot be used.
pub async fn service(
    settings: Arc<Settings>,
    signer: Signer,
    metrics: Metrics,
    ice: IceServers,
) -> anyhow::Result<(SocketIoService<Router>, Arc<Signaling>)> {
    let (service, io) = SocketIo::builder()
        .ping_interval(Duration::from_secs_f64(settings.ping_interval_seconds))
        .ping_timeout(Duration::from_secs_f64(settings.ping_timeout_seconds))
        .connect_timeout(CONNECT_TIMEOUT)
        .ws_read_buffer_size(READ_BUFFER)
        .with_parser(
            ParserConfig::common()
                .max_incoming_binaries(MAX_ATTACHMENTS)
                .max_incoming_binary_buf_size(FRAMES * settings.max_message_bytes)
                .packet_completion_timeout(CONNECT_TIMEOUT),
        )
        .max_buffer_size(settings.max_waiting_packets)
        .max_payload((FRAMES * settings.max_message_bytes) as u64)
        .ws_max_message_size(FRAMES * settings.max_message_bytes)
        .ws_max_frame_size(FRAMES * settings.max_message_bytes)
        .build_with_inner_svc(Router::new());
    let rules = Rules {
        grace: settings.grace(),
        capacity: settings.capacity,
        max_capacity: settings.max_capacity,
        kept_messages: settings.kept_messages,
        kept_bytes: settings.kept_bytes,
        max_waiting: settings.max_waiting,
        connect_early: settings.connect_early,
        signer: signer.clone(),
    };
    let outlet = Arc::new(Outlet::new(io.clone(), metrics, ice));
    let store = Store::open(&settings.redis, rules, outlet.clone()).await?;
    let signaling = Arc::new(Signaling::new(io.clone(), store, outlet, settings, signer));
    // Handlers are put in place before the client hears that it is connected (in what the
    // library calls a middleware): an event that follows at once would be lost otherwise.
    let this = signaling.clone();
    let register = async move |socket: SocketRef| this.register(&socket);
    io.ns("/", (async || {}).with(register));
    Ok((service, signaling))
}

/// A transport that opened has this long to ask for the namespace.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Attachments are refused, but an event that has some is waited for to say so. The library would
/// keep 10 MB of them for each connection.
const MAX_ATTACHMENTS: usize = 16;

/// A connection keeps a buffer of this many bytes, also while nothing comes.
const READ_BUFFER: usize = 512;

/// A frame may be this many times larger than a message: whoever sends too large a message is
/// told so, and only who sends far too large a one is disconnected.
const FRAMES: usize = 4;

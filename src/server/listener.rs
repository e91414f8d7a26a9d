//! The ports: pages and signaling over TCP and TLS, the relay over UDP and over the same TCP port. The
//! first byte of a connection tells which it is, so that a firewall needs one number open.

use std::{io, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpListener, TcpStream, UdpSocket},
    time::{sleep, timeout},
};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tracing::{debug, warn};

use super::{
    newcomers::{Newcomers, Place},
    tls::Tls,
    turn::{Turn, is_turn},
    web::Web,
};

/// So long a connection may take to tell what it is: for TLS, with the handshake. Time for each step
/// would be for whoever is slow at every one of them.
const SORTING: Duration = Duration::from_secs(10);

/// After an error that is not about one connection: too many open files, perhaps.
const PAUSE: Duration = Duration::from_millis(100);

/// The first byte of TLS: a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// A connection. The encrypted one is in a box, so that others take no more room.
pub(super) type Connection = Either<TcpStream, Box<BufReader<TlsStream<TcpStream>>>>;

/// A port, and where its connections go. Those that go nowhere are closed.
#[derive(Clone)]
pub(super) struct Port {
    newcomers: Newcomers,
    /// For those that speak TURN.
    pub(super) relay: Option<Turn>,
    /// Without it nothing is encrypted.
    pub(super) tls: Option<Tls>,
    /// For those that speak HTTP over TLS …
    pub(super) encrypted: Option<Web>,
    /// … and for those that speak it without.
    pub(super) plain: Option<Web>,
}

impl Port {
    /// One from which nothing goes anywhere yet.
    pub(super) fn new(newcomers: Newcomers) -> Self {
        Self {
            newcomers,
            relay: None,
            tls: None,
            encrypted: None,
            plain: None,
        }
    }

    /// Takes connections, until it is dropped. Those that it has taken go on.
    pub(super) async fn accept(self, listener: TcpListener) {
        loop {
            let (stream, client) = match listener.accept().await {
                Ok(connection) => connection,
                Err(error) => {
                    warn!(%error, "cannot accept connections");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let Some(place) = self.newcomers.place(client.ip()) else {
                debug!("too many connections that ask for nothing");
                continue;
            };
            // Otherwise the second of two messages waits until the first one is acknowledged: a whole
            // trip.
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "TCP_NODELAY not set");
            }
            tokio::spawn(self.clone().serve(stream, client, place));
        }
    }

    async fn serve(self, stream: TcpStream, client: SocketAddr, place: Place) {
        let Ok(local) = stream.local_addr() else {
            return;
        };
        let (stream, is_turn) = match timeout(SORTING, self.sort(stream)).await {
            Ok(Ok(sorted)) => sorted,
            Ok(Err(error)) => return debug!(%error, "a connection that came to nothing"),
            Err(_) => return debug!("a connection that does not say what it is"),
        };
        let web = match &stream {
            Either::Left(_) => self.plain,
            Either::Right(_) => self.encrypted,
        };
        match (self.relay, web) {
            (Some(relay), _) if is_turn => {
                drop(place);
                relay.serve_stream(stream, client, local).await;
            }
            (_, Some(web)) => web.serve(stream, client, place).await,
            _ => {}
        }
    }

    /// Shakes hands with those that want TLS, and looks whether it is TURN that comes. Nothing of that
    /// is taken away from what is there to be read.
    async fn sort(&self, stream: TcpStream) -> io::Result<(Connection, bool)> {
        if self.relay.is_none() && self.tls.is_none() {
            return Ok((Either::Left(stream), false));
        }
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match &self.tls {
            Some(tls) if first[0] == HANDSHAKE => {
                // One byte is enough to know.
                let stream = BufReader::with_capacity(1, tls.accept(stream).await?);
                let mut stream = Box::new(stream);
                let first = stream.fill_buf().await?.first().copied();
                Ok((Either::Right(stream), first.is_some_and(is_turn)))
            }
            _ => Ok((Either::Left(stream), is_turn(first[0]))),
        }
    }
}

/// Has the relay listen for datagrams on this address.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn serve_datagrams(turn: &Turn, address: SocketAddr) -> Result<()> {
    let socket = UdpSocket::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} over UDP for the relay. Choose another address (turn-addr in \
             Leptos.toml, or DUPLEX_TURN_ADDR), or do without it (turn = false)."
        )
    })?;
    turn.serve_udp(socket);
    Ok(())
}

/// Listens on the address for plain HTTP alone.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn bind_for_http(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} for HTTP. Choose another address (http-addr in Leptos.toml, or \
             DUPLEX_HTTP_ADDR), or leave it empty."
        )
    })
}

/// Listens on the address for the relay alone.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn bind_for_relay(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} for the relay. Choose another address (turn-addr in \
             Leptos.toml, or DUPLEX_TURN_ADDR)."
        )
    })
}

#[cfg(test)]
mod tests;

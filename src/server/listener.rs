//! The ports: pages and signaling over TCP and TLS, the relay over UDP and over the same TCP port. The
//! first byte of a connection tells which it is, so that a firewall needs one number open.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpListener, TcpStream, UdpSocket},
    sync::{
        Semaphore,
        mpsc::{Receiver, Sender, channel},
    },
    task::AbortHandle,
    time::{sleep, timeout},
};
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;
use tracing::{debug, warn};

use super::{
    tls::Tls,
    turn::{Turn, is_turn},
};

/// So long a connection may say nothing at all.
const FIRST_BYTE: Duration = Duration::from_secs(10);

/// So many connections may not have said yet what they are.
const UNSORTED: usize = 4_096;

/// After an error that is not about one connection: too many open files, perhaps.
const PAUSE: Duration = Duration::from_millis(100);

/// So many connections may wait for the web server.
const WAITING: usize = 1_024;

/// The first byte of TLS: a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// A connection of the web server. The encrypted one is in a box, so that others take no more room.
pub(super) type Connection = Either<TcpStream, Box<BufReader<TlsStream<TcpStream>>>>;

/// What may come in at a port.
#[derive(Clone, Default)]
pub(super) struct Ways {
    /// The relay, where it shares the port.
    pub(super) turn: Option<Turn>,
    /// Where this is set, pages are served over HTTPS only.
    pub(super) tls: Option<Tls>,
}

/// What the web server accepts connections from.
pub(super) struct Listener {
    connections: Receiver<(Connection, SocketAddr)>,
    address: SocketAddr,
    /// Ends the task that accepts, for the listener of the pages.
    task: Option<AbortHandle>,
}

impl Listener {
    /// Takes connections from a port: those for the pages, and those that speak plain HTTP where
    /// pages are served over HTTPS only. Those that speak TURN are given to the relay.
    pub(super) fn new(listener: TcpListener, ways: Ways) -> io::Result<(Self, Self)> {
        let address = listener.local_addr()?;
        let (web, pages) = channel(WAITING);
        let (insecure, redirected) = channel(WAITING);
        let port = Port {
            ways,
            web: Some((web, insecure)),
            unsorted: Arc::new(Semaphore::new(UNSORTED)),
        };
        let task = tokio::spawn(port.accept(listener)).abort_handle();
        let listener = |connections, task| Self {
            connections,
            address,
            task,
        };
        Ok((listener(pages, Some(task)), listener(redirected, None)))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl axum::serve::Listener for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            // The task goes on for as long as this is there.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

type Web = Sender<(Connection, SocketAddr)>;

/// A port, and where its connections go.
#[derive(Clone)]
struct Port {
    ways: Ways,
    /// The web server, and what tells people to come back with HTTPS.
    web: Option<(Web, Web)>,
    unsorted: Arc<Semaphore>,
}

impl Port {
    async fn accept(self, listener: TcpListener) {
        loop {
            let (stream, client) = match listener.accept().await {
                Ok(connection) => connection,
                Err(error) => {
                    warn!(%error, "cannot accept connections");
                    sleep(PAUSE).await;
                    continue;
                }
            };
            // Otherwise the second of two messages waits until the first one is acknowledged: a whole
            // trip.
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "TCP_NODELAY not set");
            }
            tokio::spawn(self.clone().sort(stream, client));
        }
    }

    async fn sort(self, stream: TcpStream, client: SocketAddr) {
        if self.ways.turn.is_none() && self.ways.tls.is_none() {
            return self.serve(Either::Left(stream), client, true).await;
        }
        let Ok(unsorted) = self.unsorted.clone().try_acquire_owned() else {
            return debug!("too many connections that say nothing");
        };
        let Ok(local) = stream.local_addr() else {
            return;
        };
        let mut first = [0];
        let Ok(Ok(1)) = timeout(FIRST_BYTE, stream.peek(&mut first)).await else {
            return;
        };
        match (&self.ways.turn, &self.ways.tls) {
            (Some(turn), _) if is_turn(first[0]) => {
                drop(unsorted);
                turn.serve_stream(stream, client, local).await;
            }
            (turn, Some(tls)) if first[0] == HANDSHAKE => {
                let stream = match tls.accept(stream).await {
                    Ok(stream) => stream,
                    Err(error) => return debug!(%error, "no TLS connection"),
                };
                // One byte is enough to know.
                let mut stream = Box::new(BufReader::with_capacity(1, stream));
                let first = timeout(FIRST_BYTE, stream.fill_buf()).await;
                let Ok(Ok(&[first, ..])) = first else {
                    return;
                };
                drop(unsorted);
                match turn {
                    Some(turn) if is_turn(first) => turn.serve_stream(stream, client, local).await,
                    _ => self.serve(Either::Right(stream), client, true).await,
                }
            }
            (_, tls) => {
                drop(unsorted);
                let is_plain = tls.is_none();
                self.serve(Either::Left(stream), client, is_plain).await;
            }
        }
    }

    async fn serve(self, stream: Connection, client: SocketAddr, is_secure: bool) {
        if let Some((web, insecure)) = self.web {
            let to = if is_secure { web } else { insecure };
            // Without a receiver the server is at its end.
            to.send((stream, client)).await.ok();
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

/// Serves plain HTTP on an address of its own, until the process ends.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn serve_http(address: SocketAddr, router: axum::Router) -> Result<()> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} for HTTP. Choose another address (http-addr in Leptos.toml, or \
             DUPLEX_HTTP_ADDR), or leave it empty."
        )
    })?;
    tokio::spawn(axum::serve(listener, router).into_future());
    Ok(())
}

/// Has the relay listen for connections on an address of its own.
///
/// # Errors
/// When the address cannot be listened on.
pub(super) async fn serve_connections(
    turn: &Turn,
    tls: Option<Tls>,
    address: SocketAddr,
) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "Cannot listen on {address} for the relay. Choose another address (turn-addr in \
             Leptos.toml, or DUPLEX_TURN_ADDR)."
        )
    })?;
    let address = listener.local_addr()?;
    let port = Port {
        ways: Ways {
            turn: Some(turn.clone()),
            tls,
        },
        web: None,
        unsorted: Arc::new(Semaphore::new(UNSORTED)),
    };
    tokio::spawn(port.accept(listener));
    Ok(address)
}

/// Addresses for what is relayed, one per family: those that others see of this machine, as far as
/// it knows. They only have to look like addresses of the server, because nothing is sent to them.
pub(super) fn relayed(listen: IpAddr, public: &str) -> Vec<IpAddr> {
    let public = public.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let named = [public, Some(listen).filter(|ip| !ip.is_unspecified())];
    let find = |is_v4: bool, way_out: SocketAddr, otherwise: IpAddr| {
        let mut named = named.iter().flatten();
        let named = named.find(|ip| ip.is_ipv4() == is_v4).copied();
        named
            .or_else(|| source_towards(way_out))
            .unwrap_or(otherwise)
    };
    // Addresses for documentation (RFC 5737, RFC 3849): nothing is sent there either.
    let v4 = SocketAddr::from(([192, 0, 2, 1], 9));
    let v6 = SocketAddr::new(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(), 9);
    vec![
        find(true, v4, Ipv4Addr::LOCALHOST.into()),
        find(false, v6, Ipv6Addr::LOCALHOST.into()),
    ]
}

/// The address from which this machine would send there.
fn source_towards(there: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if there.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = std::net::UdpSocket::bind((any, 0)).ok()?;
    // Connecting a UDP socket sends nothing.
    socket.connect(there).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use axum::serve::Listener as _;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::server::turn::Settings;

    #[tokio::test]
    async fn one_port_takes_pages_and_the_relay() -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let turn = Turn::new(Settings {
            relayed: vec![Ipv4Addr::LOCALHOST.into()],
            ..Settings::default()
        });
        let ways = Ways {
            turn: Some(turn),
            tls: None,
        };
        let (mut listener, _) = Listener::new(listener, ways)?;
        let address = listener.local_addr()?;
        // Neither waits for one who says nothing.
        let _silent = TcpStream::connect(address).await?;

        let mut page = TcpStream::connect(address).await?;
        page.write_all(b"GET / HTTP/1.1").await?;
        let (mut accepted, client) = listener.accept().await;
        assert_eq!(client, page.local_addr()?);
        let mut first = [0; 14];
        accepted.read_exact(&mut first).await?;
        assert_eq!(&first, b"GET / HTTP/1.1", "nothing of it is missing");

        let mut stun = TcpStream::connect(address).await?;
        // A Binding request (RFC 8489, section 5).
        let mut request = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        request.extend([7; 12]);
        stun.write_all(&request).await?;
        let mut answer = [0; 20];
        stun.read_exact(&mut answer).await?;
        assert_eq!(answer[..2], [1, 1], "success");
        assert_eq!(answer[8..], [7; 12], "of this request");
        Ok(())
    }

    #[test]
    fn relayed_addresses_are_those_of_the_host_where_it_says_some() {
        let named = relayed(Ipv4Addr::new(198, 51, 100, 7).into(), "");
        assert_eq!(named[0], IpAddr::from([198, 51, 100, 7]));
        assert_eq!((named.len(), named[1].is_ipv6()), (2, true));
        let public = relayed(Ipv4Addr::UNSPECIFIED.into(), "203.0.113.9");
        assert_eq!(public[0], IpAddr::from([203, 0, 113, 9]));
        let public = relayed(Ipv4Addr::UNSPECIFIED.into(), "[2001:db8::5]");
        assert_eq!(public[1], IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 5]));
        assert!(relayed(Ipv4Addr::UNSPECIFIED.into(), "turn.example.org")[0].is_ipv4());
    }
}

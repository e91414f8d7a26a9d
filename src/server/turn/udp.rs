//! Clients over UDP.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::net::UdpSocket;
use tracing::warn;

use super::{Client, Link, Turn, canonical, frames::MAX_MESSAGE};

/// So many datagrams are taken before others have their turn.
const BATCH: usize = 64;

/// After an error of the socket.
const PAUSE: Duration = Duration::from_millis(10);

impl Turn {
    /// Serves the datagrams of this socket until the runtime ends. Has to be called inside of it.
    pub fn serve_udp(&self, socket: UdpSocket) {
        let turn = self.clone();
        let socket = Arc::new(socket);
        let link = self.add_link(Link::Udp(Arc::clone(&socket)));
        tokio::spawn(async move {
            // One byte more than may be, so that what is cut off is seen.
            let mut buffer = vec![0; MAX_MESSAGE + 1];
            let mut out = Vec::with_capacity(MAX_MESSAGE);
            loop {
                let is_fine = socket.readable().await.is_ok()
                    && turn.receive_batch(link, &socket, &mut buffer, &mut out);
                if is_fine {
                    // Whoever sends without end shall not keep the thread.
                    tokio::task::yield_now().await;
                } else {
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
    }

    /// Takes what is there; `false` if the socket has an error.
    fn receive_batch(
        &self,
        link: u64,
        socket: &UdpSocket,
        buffer: &mut [u8],
        out: &mut Vec<u8>,
    ) -> bool {
        let now = self.now();
        for _ in 0..BATCH {
            match socket.try_recv_from(buffer) {
                Ok((length, from)) if length <= MAX_MESSAGE => {
                    let address = canonical(from);
                    if let Some(message) = buffer.get(..length) {
                        self.receive(Client { link, address }, message, now, out);
                    }
                }
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                // A datagram that we sent reached nobody; some systems tell.
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
                Err(error) => {
                    warn!(%error, "the relay cannot receive");
                    return false;
                }
            }
        }
        true
    }
}

/// Sends a datagram, or loses it.
pub(super) fn send(socket: &UdpSocket, to: SocketAddr, message: &[u8]) {
    let is_v6 = socket.local_addr().is_ok_and(|local| local.is_ipv6());
    let to = match to.ip() {
        IpAddr::V4(ip) if is_v6 => SocketAddr::new(ip.to_ipv6_mapped().into(), to.port()),
        _ => to,
    };
    // UDP may lose it as well.
    let _ = socket.try_send_to(message, to);
}

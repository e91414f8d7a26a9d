//! Clients over TCP or TLS.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    select,
    sync::Notify,
    time::{Instant, timeout},
};
use tracing::debug;

use super::{
    Client, Link, Turn, canonical,
    frames::{Frames, MAX_MESSAGE, padding},
    relay::WAITING_TIME,
};

/// So many bytes wait for a client that reads slowly: 130 ms at 8 Mbit/s. A call is better off with
/// packets lost than late.
const MAX_QUEUED: usize = 128 * 1024;

/// A client that has given its allocation back may take so long to close. Firefox gives back what it
/// does not need, keeps the connection, and loses all its ways when somebody else closes that.
const LINGER: Duration = Duration::from_secs(3_600);

/// What is on its way to a client.
#[derive(Default)]
pub(super) struct Queue {
    bytes: Mutex<Vec<u8>>,
    is_filled: Notify,
}

impl Queue {
    /// Adds a message, or drops it if too much waits already.
    pub(super) fn push(&self, message: &[u8]) {
        let padding = padding(message);
        let mut bytes = self.lock();
        if bytes.len() + message.len() + padding <= MAX_QUEUED {
            bytes.extend_from_slice(message);
            bytes.extend(std::iter::repeat_n(0, padding));
            drop(bytes);
            self.is_filled.notify_one();
        }
    }

    /// Waits for messages and moves them to `bytes`, which is empty.
    async fn take(&self, bytes: &mut Vec<u8>) {
        loop {
            std::mem::swap(&mut *self.lock(), bytes);
            if !bytes.is_empty() {
                return;
            }
            self.is_filled.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the client's allocation when its stream ends, in whatever way.
struct Connection {
    turn: Turn,
    client: Client,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.turn.remove_link(self.client.link);
        self.turn.relay().close(self.client);
    }
}

impl Turn {
    /// Serves one client over a byte stream (TCP, or TLS once its handshake is done) until it
    /// closes, sends something else than TURN, or has had no allocation for some seconds. `local` is
    /// for the log.
    pub async fn serve_stream<S>(&self, stream: S, client: SocketAddr, local: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let queue = Arc::new(Queue::default());
        let client = Client {
            link: self.add_link(Link::Stream(Arc::clone(&queue))),
            address: canonical(client),
        };
        let connection = Connection {
            turn: self.clone(),
            client,
        };
        debug!(%local, "a client of the relay");
        let (reader, writer) = tokio::io::split(stream);
        select! {
            () = connection.read(reader) => {}
            () = write(writer, &queue) => {}
        }
    }
}

impl Connection {
    async fn read(&self, mut reader: impl AsyncRead + Unpin) {
        let mut frames = Frames::new();
        let mut out = Vec::with_capacity(MAX_MESSAGE);
        let mut idle_since = Instant::now();
        let mut patience = WAITING_TIME;
        loop {
            let read = timeout(WAITING_TIME, reader.read(frames.space())).await;
            match read {
                Ok(Ok(0) | Err(_)) => return,
                Ok(Ok(length)) => frames.add(length),
                Err(_) => {}
            }
            let now = self.turn.now();
            loop {
                match frames.next() {
                    Ok(Some(message)) => self.turn.receive(self.client, message, now, &mut out),
                    Ok(None) => break,
                    Err(_) => return,
                }
            }
            // Nobody keeps a connection open without a password.
            if self.turn.relay().has_allocation(self.client) {
                idle_since = Instant::now();
                patience = LINGER;
            } else if idle_since.elapsed() >= patience {
                return;
            }
        }
    }
}

async fn write(mut writer: impl AsyncWrite + Unpin, queue: &Queue) {
    let mut bytes = Vec::new();
    loop {
        queue.take(&mut bytes).await;
        // TLS keeps bytes until it is told to flush.
        if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
            return;
        }
        bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_drops_what_comes_last() {
        let queue = Queue::default();
        let message = |first| [&[first][..], &[0; 1_000]].concat();
        for first in 0..=255 {
            queue.push(&message(first));
        }
        let mut bytes = Vec::new();
        queue.take(&mut bytes).await;
        assert!(bytes.len() <= MAX_QUEUED && bytes.len() > MAX_QUEUED - 1_004);
        for (number, chunk) in bytes.chunks(1_004).enumerate() {
            assert_eq!(chunk.len(), 1_004, "whole and padded");
            assert_eq!(usize::from(chunk[0]), number);
        }
        // Then there is room again.
        bytes.clear();
        queue.push(&message(7));
        queue.take(&mut bytes).await;
        assert_eq!(bytes.len(), 1_004);
    }
}

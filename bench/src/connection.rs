//! One Socket.IO connection over WebSocket, Engine.IO 4, that joins a room.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
};

use anyhow::{Context, Result, bail, ensure};

use crate::frame::{self, Opcode};

/// How far the connection has come. A client waits for each answer before it takes the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Upgrade,
    Open,
    Namespace,
    Join,
    Joined,
}

/// A client in one room.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    phase: Phase,
    room: String,
    /// The beginning of a frame whose rest has not come yet.
    partial: Vec<u8>,
    /// What is to be sent.
    out: Vec<u8>,
    /// How much of it has been.
    sent: usize,
    /// Whether the kernel did not take all of it the last time.
    stuck: bool,
}

impl Connection {
    /// Connects and begins the handshake. The kernel of the same machine answers at once, so waiting for it costs nothing.
    pub(crate) fn open(server: SocketAddr, room: String) -> Result<Self> {
        let stream = TcpStream::connect(server).context("the server takes no connection")?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let mut connection = Self {
            stream,
            phase: Phase::Upgrade,
            room,
            partial: Vec::new(),
            out: Vec::new(),
            sent: 0,
            stuck: false,
        };
        let request = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        connection.out.extend_from_slice(request.as_bytes());
        connection.flush()?;
        Ok(connection)
    }

    /// The room that it joins.
    pub(crate) fn room(&self) -> &str {
        &self.room
    }

    /// Whether it has its seat.
    pub(crate) fn is_joined(&self) -> bool {
        self.phase == Phase::Joined
    }

    /// Reads what is there and calls `on_event` with every Socket.IO event (the text of its JSON array) that came after
    /// the join. Answers heartbeats itself.
    pub(crate) fn receive(
        &mut self,
        scratch: &mut [u8],
        mut on_event: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let kept = self.partial.len();
        ensure!(kept < scratch.len(), "a frame is longer than the buffer");
        scratch[..kept].copy_from_slice(&self.partial);
        self.partial.clear();
        let read = match self.stream.read(&mut scratch[kept..]) {
            Ok(0) => bail!("the server closed the connection"),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
            Err(error) => return Err(error).context("the connection broke"),
        };
        let bytes = &scratch[..kept + read];
        let mut at = 0;
        if self.phase == Phase::Upgrade
            && let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n")
        {
            ensure!(
                bytes.starts_with(b"HTTP/1.1 101"),
                "the server does not upgrade: {}",
                String::from_utf8_lossy(&bytes[..end])
            );
            self.phase = Phase::Open;
            at = end + 4;
        }
        if self.phase != Phase::Upgrade {
            while let Some(frame) = frame::decode(&bytes[at..])? {
                let payload = &bytes[at + frame.start..at + frame.end];
                at += frame.end;
                match frame.opcode {
                    Opcode::Text => self.packet(payload, &mut on_event)?,
                    Opcode::Ping => frame::encode(&mut self.out, Opcode::Pong, payload),
                    Opcode::Pong => {}
                    Opcode::Close => bail!(
                        "the server closed the connection: {}",
                        String::from_utf8_lossy(payload.get(2..).unwrap_or_default())
                    ),
                }
            }
        }
        self.partial.extend_from_slice(&bytes[at..]);
        Ok(())
    }

    fn packet(
        &mut self,
        packet: &[u8],
        on_event: &mut impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        match (self.phase, packet) {
            (Phase::Joined, [b'4', b'2', event @ ..]) => return on_event(event),
            (_, b"2") => self.send(b"3"),
            (Phase::Open, [b'0', ..]) => {
                self.send(b"40");
                self.phase = Phase::Namespace;
            }
            (Phase::Namespace, [b'4', b'0', ..]) => {
                self.send(format!(r#"42["join","{}"]"#, self.room).as_bytes());
                self.phase = Phase::Join;
            }
            (Phase::Join, packet) if packet.starts_with(br#"42["joined","#) => {
                self.phase = Phase::Joined;
            }
            // Acknowledgements, and Engine.IO's "nothing".
            (_, [b'4', b'3', ..] | b"6") => {}
            (Phase::Join, [b'4', b'2', event @ ..]) if !is_refusal(event) => {}
            (phase, other) => bail!(
                "the server says {} during {phase:?}",
                String::from_utf8_lossy(&other[..other.len().min(200)])
            ),
        }
        Ok(())
    }

    /// Queues one packet.
    pub(crate) fn send(&mut self, packet: &[u8]) {
        frame::encode(&mut self.out, Opcode::Text, packet);
    }

    /// The bytes that go out with the next [`Self::flush`], to append whole frames to.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Whether the last [`Self::flush`] left something.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Writes what is queued; returns whether all of it is gone.
    pub(crate) fn flush(&mut self) -> Result<bool> {
        self.stuck = true;
        while self.sent < self.out.len() {
            match self.stream.write(&self.out[self.sent..]) {
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error).context("the connection broke"),
            }
        }
        self.out.clear();
        self.sent = 0;
        self.stuck = false;
        Ok(true)
    }
}

/// Whether an event says that there is no seat to be had.
fn is_refusal(event: &[u8]) -> bool {
    [r#"["refused","#, r#"["full","#, r#"["waiting","#]
        .iter()
        .any(|name| event.starts_with(name.as_bytes()))
}

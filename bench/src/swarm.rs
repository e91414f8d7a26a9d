//! Many connections on one thread, two to a room: number 2n and number 2n + 1 are a pair.

use std::{
    net::SocketAddr,
    os::fd::OwnedFd,
    process,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rustix::event::{
    Timespec,
    epoll::{self, CreateFlags, Event, EventData, EventFlags},
};

use crate::connection::Connection;

/// How long anything that is asked of a server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Enough for the longest frame, and for all that one socket usually has waiting.
const SCRATCH: usize = 256 * 1024;

/// The connections and what tells which of them have something to read.
pub(crate) struct Swarm {
    server: SocketAddr,
    epoll: OwnedFd,
    events: Vec<Event>,
    scratch: Vec<u8>,
    connections: Vec<Connection>,
    joined: usize,
    /// Keeps the rooms of one swarm apart from those of another on the same server.
    number: usize,
}

impl Swarm {
    /// No connections yet.
    pub(crate) fn new(server: SocketAddr) -> Result<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        Ok(Self {
            server,
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(256),
            scratch: vec![0; SCRATCH],
            connections: Vec::new(),
            joined: 0,
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// How many connections there are.
    pub(crate) fn len(&self) -> usize {
        self.connections.len()
    }

    /// The room of a connection.
    pub(crate) fn room(&self, index: usize) -> &str {
        self.connections[index].room()
    }

    /// Connects and joins until there are `count`, with at most `at_once` on their way. Whoever is here already stays
    /// served meanwhile.
    pub(crate) fn grow(&mut self, count: usize, at_once: usize) -> Result<()> {
        let mut progress = (self.joined, Instant::now());
        while self.joined < count {
            while self.connections.len() < count && self.connections.len() - self.joined < at_once {
                self.connect()?;
            }
            self.serve(Duration::from_millis(100))?;
            if self.joined > progress.0 {
                progress = (self.joined, Instant::now());
            }
            ensure!(
                progress.1.elapsed() < PATIENCE,
                "only {} of {count} have joined, and nobody more for {PATIENCE:?}",
                self.joined
            );
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<()> {
        let index = self.connections.len();
        let room = format!("b{}-{}-{:06}", process::id(), self.number, index / 2);
        let connection = Connection::open(self.server, room)?;
        let data = EventData::new_u64(index as u64);
        epoll::add(&self.epoll, &connection.stream, data, EventFlags::IN)?;
        self.connections.push(connection);
        Ok(())
    }

    /// Answers heartbeats and lets joins go on, for one turn of at most `timeout`. Events are not looked at.
    pub(crate) fn serve(&mut self, timeout: Duration) -> Result<()> {
        for turn in 0..self.wait(Some(timeout))? {
            let index = self.ready(turn);
            self.receive(index, |_| Ok(()))?;
            self.flush(index)?;
        }
        Ok(())
    }

    /// Waits until something can be read or written, and returns how many connections are concerned; [`Self::ready`]
    /// names them. Without a timeout it looks and returns at once.
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> Result<usize> {
        let timeout = Timespec::try_from(timeout.unwrap_or_default())?;
        self.events.clear();
        match epoll::wait(
            &self.epoll,
            rustix::buffer::spare_capacity(&mut self.events),
            Some(&timeout),
        ) {
            Ok(count) => Ok(count),
            Err(rustix::io::Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// The connection that the event of this turn concerns.
    pub(crate) fn ready(&self, turn: usize) -> usize {
        self.events[turn].data.u64() as usize
    }

    /// Reads from one connection; see [`Connection::receive`].
    pub(crate) fn receive(
        &mut self,
        index: usize,
        on_event: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let connection = &mut self.connections[index];
        let before = connection.is_joined();
        connection
            .receive(&mut self.scratch, on_event)
            .with_context(|| format!("connection {index}"))?;
        self.joined += usize::from(connection.is_joined() && !before);
        Ok(())
    }

    /// Where to append frames for one connection; [`Self::flush`] sends them.
    pub(crate) fn out(&mut self, index: usize) -> &mut Vec<u8> {
        self.connections[index].out()
    }

    /// Sends what is queued for one connection. What the kernel does not take now goes when it can.
    pub(crate) fn flush(&mut self, index: usize) -> Result<()> {
        let connection = &mut self.connections[index];
        let pending = connection.out().len();
        if pending == 0 {
            return Ok(());
        }
        let waited = connection.is_stuck();
        let gone = connection
            .flush()
            .with_context(|| format!("connection {index}"))?;
        if gone == waited {
            let interest = if gone {
                EventFlags::IN
            } else {
                EventFlags::IN | EventFlags::OUT
            };
            let data = EventData::new_u64(index as u64);
            epoll::modify(&self.epoll, &self.connections[index].stream, data, interest)?;
        }
        Ok(())
    }

    /// Goes on serving for a while.
    pub(crate) fn rest(&mut self, duration: Duration) -> Result<()> {
        let end = Instant::now() + duration;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.serve(left)?;
        }
        Ok(())
    }
}

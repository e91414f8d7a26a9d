//! A relay that does nothing but the core contract for well-behaved clients of this generator, without a library and
//! without a check: what the machine and the generator can do at most. No server for anything else.

use std::{
    collections::HashMap,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
};

use anyhow::{Context, Result};
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

use crate::frame::{self, Opcode};

const LISTENER: u64 = u64::MAX;

struct Client {
    stream: TcpStream,
    upgraded: bool,
    /// The connection number of the other in the room.
    peer: Option<u64>,
    partial: Vec<u8>,
    out: Vec<u8>,
}

/// Serves until it is killed.
pub(crate) fn serve(port: u16) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(
        &epoll,
        &listener,
        EventData::new_u64(LISTENER),
        EventFlags::IN,
    )?;
    let mut clients: HashMap<u64, Client> = HashMap::new();
    let mut waiting: HashMap<Vec<u8>, u64> = HashMap::new();
    let mut scratch = vec![0; 256 * 1024];
    let mut events: Vec<Event> = Vec::with_capacity(256);
    let mut next = 0;
    loop {
        events.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut events), None)?;
        for event in &events {
            let id = event.data.u64();
            if id == LISTENER {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(true)?;
                stream.set_nodelay(true)?;
                epoll::add(&epoll, &stream, EventData::new_u64(next), EventFlags::IN)?;
                clients.insert(next, Client::new(stream));
                next += 1;
                continue;
            }
            if !relay(id, &mut clients, &mut waiting, &mut scratch)? {
                clients.remove(&id);
            }
        }
    }
}

/// Reads from one client and answers it or writes to its peer; returns whether the client is still there.
fn relay(
    id: u64,
    clients: &mut HashMap<u64, Client>,
    waiting: &mut HashMap<Vec<u8>, u64>,
    scratch: &mut [u8],
) -> Result<bool> {
    let client = clients.get_mut(&id).context("it is there")?;
    let kept = client.partial.len();
    scratch[..kept].copy_from_slice(&client.partial);
    client.partial.clear();
    let read = match client.stream.read(&mut scratch[kept..]) {
        Ok(0) => return Ok(false),
        Ok(read) => read,
        Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
        Err(_) => return Ok(false),
    };
    if !client.upgraded {
        // The request comes in one piece. The generator does not check the accept key.
        client.upgraded = true;
        client
            .out
            .extend_from_slice(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
        frame::encode_as_server(&mut client.out, &[br#"0{"sid":"bare"}"#]);
        client.flush()?;
        return Ok(true);
    }
    let mut peer = client.peer.and_then(|peer| clients.remove(&peer));
    let peer_id = clients.get(&id).and_then(|client| client.peer);
    let client = clients.get_mut(&id).context("it is there")?;
    let mut met = None;
    let mut at = 0;
    while let Some(part) = frame::decode(&scratch[at..kept + read])? {
        let payload = &mut scratch[at + part.start..at + part.end];
        at += part.end;
        if part.opcode != Opcode::Text {
            continue;
        }
        if let Some(mask) = part.mask {
            unmask(payload, mask);
        }
        if payload.starts_with(br#"42["message","#) {
            if let Some(peer) = &mut peer {
                let end = payload.len() - 1;
                frame::encode_as_server(&mut peer.out, &[&payload[..end], br#",{"from":"bare"}]"#]);
            }
        } else if let Some(room) = payload.strip_prefix(br#"42["join","#) {
            match waiting.remove(room) {
                Some(peer) => met = Some(peer),
                None => drop(waiting.insert(room.to_vec(), id)),
            }
            frame::encode_as_server(&mut client.out, &[br#"42["joined","","bare"]"#]);
        } else if payload == b"40" {
            frame::encode_as_server(&mut client.out, &[br#"40{"sid":"bare"}"#]);
        }
    }
    client.partial.extend_from_slice(&scratch[at..kept + read]);
    client.flush()?;
    if let Some(met) = met {
        client.peer = Some(met);
        if let Some(other) = clients.get_mut(&met) {
            other.peer = Some(id);
        }
    }
    if let Some((peer_id, mut peer)) = peer_id.zip(peer) {
        let there = peer.flush().is_ok();
        if there {
            clients.insert(peer_id, peer);
        }
    }
    Ok(true)
}

/// Eight bytes at a time, as a good library does.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Some(chunk) = chunk.first_chunk_mut::<8>() {
            *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

impl Client {
    fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            upgraded: false,
            peer: None,
            partial: Vec::new(),
            out: Vec::new(),
        }
    }

    /// Writes all that is queued. The generator has a window, so what the kernel does not take now it takes the next time.
    fn flush(&mut self) -> Result<()> {
        while !self.out.is_empty() {
            match self.stream.write(&self.out) {
                Ok(written) => drop(self.out.drain(..written)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

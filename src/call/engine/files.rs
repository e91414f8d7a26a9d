//! The engine's part that carries files: what is offered, asked for and said about them. Their bytes are
//! read in `file_source` and written in `file_sink`.

use std::collections::{HashMap, HashSet};

use futures::channel::mpsc::UnboundedSender;
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use web_sys::File;

use super::{
    Engine,
    file_sink::{Header, Shelf, Sink},
    file_source::Source,
};
use crate::{
    call::files::{FileKey, MOST_OFFERS, Stage, Transfer},
    dom::{now, random_u32},
    protocol::{FileEnd, PeerId, Signal, Talk},
};

/// So many transfers are listed; of those that are over, the oldest go first.
const MOST: usize = 64;

/// What the tasks of files tell the engine.
pub(super) enum FileEvent {
    /// These bytes of a file of this page were read; or it cannot be read.
    Read {
        key: FileKey,
        turn: u32,
        offset: u64,
        bytes: Option<Vec<u8>>,
    },
    /// So much more of a file was written.
    Written { key: FileKey, length: u64 },
    /// All of it was, and can be had there; or not.
    Finished {
        key: FileKey,
        link: Result<String, FileEnd>,
    },
}

/// The files that are on their way, and were.
pub(super) struct Files {
    transfers: Vec<Transfer>,
    sources: HashMap<FileKey, Source>,
    sinks: HashMap<FileKey, Sink>,
    /// To whom something is being read.
    reading: HashSet<PeerId>,
    shelf: Shelf,
    events: UnboundedSender<FileEvent>,
}

impl Files {
    pub(super) fn new(events: UnboundedSender<FileEvent>) -> Self {
        Self {
            transfers: Vec::new(),
            sources: HashMap::new(),
            sinks: HashMap::new(),
            reading: HashSet::new(),
            shelf: Shelf::new(),
            events,
        }
    }

    fn get(&mut self, key: &FileKey) -> Option<&mut Transfer> {
        self.transfers.iter_mut().find(|one| one.key == *key)
    }

    /// The page is left: nothing of what came in is needed any more.
    pub(super) fn leave(&mut self) {
        self.transfers.clear();
        self.tidy();
        self.shelf.clear();
    }

    /// How many offers nobody has answered.
    fn waiting(&self, is_own: bool, peer: Option<&PeerId>) -> usize {
        let is_it = |one: &&Transfer| {
            one.stage == Stage::Offered
                && one.is_own == is_own
                && peer.is_none_or(|peer| one.key.peer == *peer)
        };
        self.transfers.iter().filter(is_it).count()
    }

    /// Makes room for one more, if there is none.
    fn has_room(&mut self) -> bool {
        if self.transfers.len() >= MOST {
            let is_old = |one: &Transfer| one.is_over() && one.link.is_none();
            if let Some(at) = self.transfers.iter().position(is_old) {
                self.transfers.remove(at);
            }
        }
        self.transfers.len() < MOST
    }

    /// Lets go of what is not needed for those that are over.
    fn tidy(&mut self) {
        let Self {
            transfers,
            sources,
            sinks,
            ..
        } = self;
        let lives = |key: &FileKey| {
            transfers
                .iter()
                .any(|one| one.key == *key && !one.is_over())
        };
        sources.retain(|key, _| lives(key));
        sinks.retain(|key, _| lives(key));
    }
}

impl Engine {
    /// Offers files to all who are there.
    pub(super) fn offer_files(&mut self, files: &[File]) {
        for peer in self.order.clone() {
            for file in files {
                let waiting = self.files.waiting(true, Some(&peer));
                if waiting >= MOST_OFFERS || !self.files.has_room() {
                    break;
                }
                let key = FileKey {
                    peer: peer.clone(),
                    file: random_u32(),
                };
                // A size is a whole number.
                let transfer = Transfer::outgoing(key.clone(), file.name(), file.size() as u64);
                self.tell_file(&key, Some(transfer.offer()));
                self.files.transfers.push(transfer);
                self.files.sources.insert(key, Source::new(file.clone()));
            }
        }
        self.show_files();
    }

    /// The person wants a file that is offered.
    pub(super) fn accept_file(&mut self, key: &FileKey) {
        let Some(transfer) = self.files.get(key) else {
            return;
        };
        let talk = transfer.accept(now());
        if talk.is_some() {
            let sink = self.files.shelf.open(key, self.files.events.clone());
            self.files.sinks.insert(key.clone(), sink);
        }
        self.tell_file(key, talk);
        self.show_files();
    }

    /// The person does not want a file, or not any more.
    pub(super) fn end_file(&mut self, key: &FileKey) {
        let end = |transfer: &mut Transfer| {
            let how = match transfer.stage {
                Stage::Offered if !transfer.is_own => FileEnd::Refused,
                _ => FileEnd::Cancelled,
            };
            transfer.end(how)
        };
        let talk = self.files.get(key).and_then(end);
        self.tell_file(key, talk);
        self.show_files();
    }

    /// The person holds a file, or goes on with it.
    pub(super) fn hold_file(&mut self, key: &FileKey, hold: bool) {
        let hold = |transfer: &mut Transfer| transfer.hold(hold, now());
        let talks = self.files.get(key).map(hold).unwrap_or_default();
        self.tell_file(key, talks);
        self.send_files();
        self.show_files();
    }

    /// Takes in what a peer says about a file.
    pub(super) fn file_told(&mut self, from: &PeerId, file: u32, talk: &Talk) {
        let key = FileKey {
            peer: from.clone(),
            file,
        };
        let answer = match (self.files.get(&key), talk) {
            (Some(transfer), talk) => transfer.hear(talk, now()),
            (None, Talk::FileOffer { name, size, .. }) => self.offered(&key, name, *size),
            (None, Talk::FileOver { .. }) => None,
            // This page was loaded again, and does not know it any more.
            (None, _) => Some(Talk::FileOver {
                file,
                how: FileEnd::Failed,
            }),
        };
        self.tell_file(&key, answer);
        self.send_files();
        self.show_files();
    }

    fn offered(&mut self, key: &FileKey, name: &str, size: u64) -> Option<Talk> {
        let mut transfer = Transfer::incoming(key.clone(), name, size);
        if self.files.waiting(false, None) >= MOST_OFFERS || !self.files.has_room() {
            return transfer.end(FileEnd::Refused);
        }
        self.files.transfers.push(transfer);
        None
    }

    fn tell_file(&self, key: &FileKey, talks: impl IntoIterator<Item = Talk>) {
        let signals: Vec<_> = talks.into_iter().map(Signal::Talk).collect();
        self.send_signals(&key.peer, signals);
    }

    /// There is a new way to this peer: what was on the old one is lost.
    pub(super) fn files_reconnected(&mut self, peer: &PeerId) {
        let is_theirs = |one: &&mut Transfer| one.key.peer == *peer;
        let theirs = self.files.transfers.iter_mut().filter(is_theirs);
        let talks: Vec<_> = theirs.flat_map(|one| one.reconnected(now())).collect();
        let signals = talks.into_iter().map(Signal::Talk).collect();
        self.send_signals(peer, signals);
        self.send_files();
    }

    /// This peer is gone for good.
    pub(super) fn files_left(&mut self, peer: &PeerId) {
        for one in &mut self.files.transfers {
            if one.key.peer == *peer {
                // There is nobody to tell.
                drop(one.end(FileEnd::Failed));
            }
        }
        self.show_files();
    }

    /// The person is not in the room any more.
    pub(super) fn close_files(&mut self) {
        self.files.leave();
        self.show_files();
    }

    /// To be called now and then.
    pub(super) fn look_at_files(&mut self) {
        if self.files.transfers.iter().all(Transfer::is_over) {
            return;
        }
        let mut talks = Vec::new();
        for one in &mut self.files.transfers {
            talks.extend(one.look(now()).map(|talk| (one.key.clone(), talk)));
        }
        for (key, talk) in talks {
            self.tell_file(&key, Some(talk));
        }
        self.send_files();
        self.show_files();
    }

    /// Has read what can be sent now: of one file at a time to each peer, in turns.
    pub(super) fn send_files(&mut self) {
        for id in &self.order {
            let has_room = self.peers.get(id).is_some_and(|peer| peer.bulk.has_room());
            if !has_room || self.files.reading.contains(id) {
                continue;
            }
            let Files {
                transfers,
                sources,
                reading,
                events,
                ..
            } = &mut self.files;
            let due = |one: &Transfer| {
                let is_due = one.next(1).is_some() || one.owes_sum().is_some();
                one.key.peer == *id && is_due
            };
            // Whoever waits for its turn the longest.
            let waits = |one: &&Transfer| sources.get(&one.key).map_or(0, |source| source.read);
            let next = transfers.iter().filter(|one| due(one)).min_by_key(waits);
            if let Some(transfer) = next
                && let Some(source) = sources.get_mut(&transfer.key)
            {
                reading.insert(id.clone());
                source.read(transfer, events.clone());
            }
        }
    }

    pub(super) fn file_event(&mut self, event: FileEvent) {
        match event {
            FileEvent::Read {
                key,
                turn,
                offset,
                bytes,
            } => {
                self.files.reading.remove(&key.peer);
                self.send_bytes(&key, turn, offset, bytes.as_deref());
                self.send_files();
            }
            FileEvent::Written { key, length } => {
                let written = |one: &mut Transfer| one.written(length, now());
                let talk = self.files.get(&key).and_then(written);
                self.tell_file(&key, talk);
            }
            FileEvent::Finished { key, link } => {
                let Some(transfer) = self.files.get(&key) else {
                    return;
                };
                let how = link.as_ref().err().copied().unwrap_or(FileEnd::Received);
                let talk = transfer.end(how);
                transfer.link = link.ok();
                self.tell_file(&key, talk);
                self.show_files();
            }
        }
    }

    /// Sends what was read, unless it is not wanted any more.
    fn send_bytes(&mut self, key: &FileKey, turn: u32, offset: u64, bytes: Option<&[u8]>) {
        let Files {
            transfers, sources, ..
        } = &mut self.files;
        let transfer = transfers.iter_mut().find(|one| one.key == *key);
        let (Some(transfer), Some(source), Some(peer)) =
            (transfer, sources.get_mut(key), self.peers.get(&key.peer))
        else {
            return;
        };
        let Some(bytes) = bytes else {
            let talk = transfer.end(FileEnd::Failed);
            self.tell_file(key, talk);
            return self.show_files();
        };
        let send = |offset, bytes: &[u8]| {
            let header = Header {
                file: key.file,
                turn,
                offset,
            };
            peer.bulk.send(&header.before(bytes))
        };
        source.take(offset, bytes, |offset, piece| {
            transfer.is_next(turn, offset)
                && send(offset, piece)
                && transfer.sent(turn, offset, piece.len() as u64)
        });
        if transfer.owes_sum() == Some(turn)
            && let Some(sum) = source.sum(transfer.size)
            && send(transfer.size, &sum)
        {
            transfer.sum_sent();
        }
    }

    /// Takes in bytes that came from a peer.
    pub(super) fn file_bytes(&mut self, from: &PeerId, piece: &ArrayBuffer) {
        let Some((header, bytes)) = Header::read(piece) else {
            return;
        };
        let Header { file, turn, offset } = header;
        let key = FileKey {
            peer: from.clone(),
            file,
        };
        let Some(transfer) = self.files.transfers.iter_mut().find(|one| one.key == key) else {
            return;
        };
        let Some(sink) = self.files.sinks.get(&key) else {
            return;
        };
        let length = u64::from(bytes.length());
        if length == Source::SUM && transfer.take_sum(turn, offset) {
            sink.finish(bytes.to_vec());
        } else if length > 0 && transfer.take(turn, offset, length, now()) {
            sink.write(bytes);
        }
    }

    fn show_files(&mut self) {
        self.files.tidy();
        let files = self.conversation.files;
        if files.with_untracked(|shown| *shown != self.files.transfers) {
            files.set(self.files.transfers.clone());
        }
    }
}

//! A file that comes in: written to the browser's private folder for this site (File System Standard, origin
//! private file system) as it comes, so that it is never held as a whole; where there is no such folder, handed
//! to the browser in pieces.

mod shelf;

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::{logging, task::spawn_local};
use sha2::{Digest, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileSystemFileHandle, FileSystemWritableFileStream};

use super::files::FileEvent;
use crate::{call::files::FileKey, dom::error_text, protocol::FileEnd};
pub(super) use shelf::Shelf;

/// So much is written at once, if so much is there.
const MOST: u32 = 1024 * 1024;

/// What stands before the bytes in each message.
pub(super) struct Header {
    pub(super) file: u32,
    pub(super) turn: u32,
    pub(super) offset: u64,
}

impl Header {
    const LENGTH: usize = 16;

    /// Both in one message.
    pub(super) fn before(&self, bytes: &[u8]) -> Vec<u8> {
        let mut message = Vec::with_capacity(Self::LENGTH + bytes.len());
        message.extend(self.file.to_be_bytes());
        message.extend(self.turn.to_be_bytes());
        message.extend(self.offset.to_be_bytes());
        message.extend(bytes);
        message
    }

    /// The header of a message, and the bytes behind it, which are not copied.
    pub(super) fn read(message: &ArrayBuffer) -> Option<(Self, Uint8Array)> {
        let all = Uint8Array::new(message);
        let length = u32::try_from(Self::LENGTH).ok()?;
        if all.length() < length {
            return None;
        }
        let mut bytes = [0; Self::LENGTH];
        all.subarray(0, length).copy_to(&mut bytes);
        let bits = u128::from_be_bytes(bytes);
        let header = Self {
            // The casts take it apart.
            file: (bits >> 96) as u32,
            turn: (bits >> 64) as u32,
            offset: bits as u64,
        };
        Some((header, all.subarray(length, all.length())))
    }
}

enum Order {
    Write(Uint8Array),
    /// That was all; it has to have this sum.
    Finish(Vec<u8>),
}

/// Where the bytes of a file go. When it is dropped before the end, nothing is left of them.
pub(super) struct Sink(UnboundedSender<Order>);

impl Sink {
    pub(super) fn write(&self, bytes: Uint8Array) {
        self.0.unbounded_send(Order::Write(bytes)).ok();
    }

    pub(super) fn finish(&self, sum: Vec<u8>) {
        self.0.unbounded_send(Order::Finish(sum)).ok();
    }
}

/// What is written to.
enum Place {
    /// A file in the private folder.
    Disk(FileSystemFileHandle, FileSystemWritableFileStream),
    /// The browser keeps the pieces, on disk if it likes.
    Browser(Array),
}

impl Place {
    async fn new(shelf: &Shelf, name: &str) -> Self {
        match shelf.create(name).await {
            Ok((handle, stream)) => Self::Disk(handle, stream),
            Err(error) => {
                logging::log!("no private folder: {}", error_text(&error));
                Self::Browser(Array::new())
            }
        }
    }

    async fn write(&self, bytes: &Uint8Array) -> Result<(), JsValue> {
        match self {
            Self::Disk(_, stream) => {
                let write = stream.write_with_buffer_source(bytes)?;
                JsFuture::from(write).await.map(drop)
            }
            Self::Browser(pieces) => {
                let piece = Blob::new_with_buffer_source_sequence(&Array::of1(bytes))?;
                pieces.push(&piece);
                Ok(())
            }
        }
    }

    /// All of it, for a link. It has no type that a browser would open as a page of this site.
    async fn finish(self) -> Result<Blob, JsValue> {
        let all: Blob = match self {
            Self::Disk(handle, stream) => {
                JsFuture::from(stream.close()).await?;
                let file = JsFuture::from(handle.get_file()).await?;
                file.unchecked_into()
            }
            Self::Browser(pieces) => Blob::new_with_blob_sequence(&pieces)?,
        };
        let kind = "application/octet-stream";
        all.slice_with_f64_and_f64_and_content_type(0.0, all.size(), kind)
    }
}

/// Begins a file; what becomes of it is told through `events`.
fn begin(shelf: Shelf, name: String, key: FileKey, events: UnboundedSender<FileEvent>) -> Sink {
    let (sink, orders) = unbounded();
    spawn_local(async move {
        let place = Place::new(&shelf, &name).await;
        let link = match run(place, orders, &key, &events).await {
            Ok(Some((true, all))) => shelf.link(&all).map_err(|_| FileEnd::Failed),
            Ok(Some((false, _))) => Err(FileEnd::Broken),
            Ok(None) => return shelf.remove(&name).await,
            Err(error) => {
                logging::warn!("a file cannot be written: {}", error_text(&error));
                Err(FileEnd::Failed)
            }
        };
        if link.is_err() {
            shelf.remove(&name).await;
        }
        let event = FileEvent::Finished { key, link };
        events.unbounded_send(event).ok();
    });
    Sink(sink)
}

/// Writes until the end: all of it, and whether it has the sum that it should have. Nothing if it is not
/// wanted any more.
async fn run(
    place: Place,
    mut orders: UnboundedReceiver<Order>,
    key: &FileKey,
    events: &UnboundedSender<FileEvent>,
) -> Result<Option<(bool, Blob)>, JsValue> {
    let mut sum = Sha256::new();
    let mut next = orders.next().await;
    loop {
        let mut pieces = Vec::new();
        let mut length = 0;
        // Whatever has come meanwhile is written with it.
        while let Some(Order::Write(piece)) = &next {
            length += piece.length();
            pieces.push(piece.clone());
            next = None;
            if length >= MOST {
                break;
            }
            match orders.try_recv() {
                Ok(order) => next = Some(order),
                Err(_) => break,
            }
        }
        if length > 0 {
            let all = Uint8Array::new_with_length(length);
            let mut at = 0;
            for piece in pieces {
                sum.update(piece.to_vec());
                all.set(&piece, at);
                at += piece.length();
            }
            place.write(&all).await?;
            let event = FileEvent::Written {
                key: key.clone(),
                length: u64::from(length),
            };
            events.unbounded_send(event).ok();
        }
        if next.is_none() {
            next = orders.next().await;
        }
        match &next {
            Some(Order::Write(_)) => {}
            Some(Order::Finish(expected)) => {
                let is_right = sum.finalize()[..] == expected[..];
                return Ok(Some((is_right, place.finish().await?)));
            }
            None => {
                if let Place::Disk(_, stream) = &place {
                    // What was written is thrown away with it.
                    JsFuture::from(stream.abort()).await?;
                }
                return Ok(None);
            }
        }
    }
}

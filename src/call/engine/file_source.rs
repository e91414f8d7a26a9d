//! A file of this page, read piece by piece and never as a whole.

use futures::channel::mpsc::UnboundedSender;
use leptos::{logging, task::spawn_local};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::files::FileEvent;
use crate::{call::files::Transfer, dom::error_text};

/// So much is read at a time.
const READ: u64 = 256 * 1024;

/// So much goes into one message: every browser takes that.
const PIECE: usize = 60 * 1024;

/// The file, and the sum of what was sent of it.
pub(super) struct Source {
    file: File,
    sum: Sha256,
    /// So many bytes are in the sum.
    summed: u64,
    /// How much was read so far, whatever for.
    pub(super) read: u64,
}

impl Source {
    /// The bytes of a sum.
    pub(super) const SUM: u64 = 32;

    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            sum: Sha256::new(),
            summed: 0,
            read: 0,
        }
    }

    /// Reads what is to be sent next.
    pub(super) fn read(&mut self, transfer: &Transfer, events: UnboundedSender<FileEvent>) {
        let key = transfer.key.clone();
        let (turn, offset, length) = match (transfer.next(READ), transfer.owes_sum()) {
            (Some(next), _) => next,
            (None, turn) => (turn.unwrap_or_default(), transfer.size, 0),
        };
        self.read += length;
        // No file is so big that a place in it is no exact number.
        let (begin, end) = (offset as f64, (offset + length) as f64);
        let part = self.file.slice_with_f64_and_f64(begin, end);
        spawn_local(async move {
            let bytes = match bytes(part).await {
                Ok(bytes) => Some(bytes).filter(|bytes| bytes.len() as u64 == length),
                Err(error) => {
                    logging::warn!("a file cannot be read: {}", error_text(&error));
                    None
                }
            };
            let event = FileEvent::Read {
                key,
                turn,
                offset,
                bytes,
            };
            events.unbounded_send(event).ok();
        });
    }

    /// Sends pieces as long as they can be sent, and sums them up.
    pub(super) fn take(
        &mut self,
        mut offset: u64,
        bytes: &[u8],
        mut send: impl FnMut(u64, &[u8]) -> bool,
    ) {
        for piece in bytes.chunks(PIECE) {
            if !send(offset, piece) {
                return;
            }
            let end = offset + piece.len() as u64;
            // What is sent again is in it already.
            if offset <= self.summed && self.summed < end {
                let known = usize::try_from(self.summed - offset).unwrap_or(piece.len());
                self.sum.update(&piece[known..]);
                self.summed = end;
            }
            offset = end;
        }
    }

    /// The sum of all of it, once all of it was sent.
    pub(super) fn sum(&self, size: u64) -> Option<[u8; 32]> {
        (self.summed == size).then(|| self.sum.clone().finalize().into())
    }
}

async fn bytes(part: Result<Blob, JsValue>) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(part?.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

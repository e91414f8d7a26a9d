//! Where a tab keeps its chat, so that it is there after the page was loaded again: an outline, and a key of
//! its own for each line.

use serde::{Deserialize, Serialize};
use web_sys::Storage;

use crate::{
    call::chat::{Chat, Line, Outline},
    dom::window,
    protocol::{PeerId, RoomName},
};

/// The key of the outline, and the beginning of the keys of the lines.
const KEY: &str = "duplex-chat";

/// What is remembered of a chat besides its lines.
#[derive(Serialize, Deserialize)]
struct Kept {
    room: RoomName,
    /// Whose chat it is: the seat.
    own: PeerId,
    /// So many lines were seen.
    read: u64,
    outline: Outline,
}

/// The tab's memory of a chat.
#[derive(Default)]
pub(super) struct ChatStore {
    /// The lines that are kept, from the first index up to the second.
    first: u64,
    end: u64,
    /// There is no room for more. What was kept is whole up to there.
    is_full: bool,
}

impl ChatStore {
    /// What is remembered of this seat, with the number of lines that were seen.
    pub(super) fn load(&mut self, room: &RoomName, own: &PeerId) -> Option<(Chat, u64)> {
        let storage = storage()?;
        let text = storage.get_item(KEY).ok()??;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        if kept.room != *room || kept.own != *own {
            return None;
        }
        let line = |index| -> Option<Line> {
            let text = storage.get_item(&key(index)).ok()??;
            serde_json::from_str(&text).ok()
        };
        self.first = kept.outline.first;
        let lines: Vec<_> = (self.first..).map_while(line).collect();
        self.end = self.first + lines.len() as u64;
        Some((Chat::restore(kept.outline, lines), kept.read))
    }

    /// Keeps what is new.
    pub(super) fn keep(&mut self, room: &RoomName, own: &PeerId, chat: &Chat, read: u64) {
        let Some(storage) = storage() else { return };
        let first = chat.outline().first;
        for index in self.first..first.min(self.end) {
            storage.remove_item(&key(index)).ok();
        }
        self.first = first;
        self.end = self.end.max(first);
        let known = usize::try_from(self.end - first).unwrap_or(usize::MAX);
        for line in chat.lines().iter().skip(known) {
            let text = serde_json::to_string(line);
            let is_kept = text.is_ok_and(|text| storage.set_item(&key(line.index), &text).is_ok());
            self.is_full |= !is_kept;
            if self.is_full {
                break;
            }
            self.end = line.index + 1;
        }
        let kept = Kept {
            room: room.clone(),
            own: own.clone(),
            read,
            outline: chat.outline().clone(),
        };
        if let Ok(text) = serde_json::to_string(&kept) {
            // Where nothing can be kept the chat lasts as long as its page.
            storage.set_item(KEY, &text).ok();
        }
    }

    /// Nothing of any chat is kept any more.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
        let Some(storage) = storage() else { return };
        let count = storage.length().unwrap_or_default();
        let keys = (0..count).filter_map(|at| storage.key(at).ok().flatten());
        let keys: Vec<_> = keys.filter(|key| key.starts_with(KEY)).collect();
        for key in keys {
            storage.remove_item(&key).ok();
        }
    }
}

fn key(index: u64) -> String {
    format!("{KEY}:{index}")
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

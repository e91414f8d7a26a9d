//! The pieces of a recording, each a file of its own on the disk (File System Standard, origin private
//! file system): whatever becomes of the page, what was written is there.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, File, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemRemoveOptions, FileSystemWritableFileStream,
};

use super::webm;
use crate::dom::{
    disk::{entries_of, file_in, has_locks, hold_lock, locks_held, private_folder},
    has,
};

/// In this folder of the browser's are all of them.
const FOLDER: &str = "recordings";

/// A piece of this name says that the recording was handed over: the next visit clears it away.
const SAVED: &str = "saved";

/// The head of a file is that long at most.
const HEAD: i32 = 64 * 1024;

/// Where a recording is kept.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// When it began, in milliseconds since 1970, and the ending of its file's name.
    pub(super) started: f64,
    pub(super) ending: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Disk(FileSystemDirectoryHandle),
    /// Where the browser has no such disk.
    Memory(Array),
}

/// Says that a recording is under way, until it is dropped or the page is gone.
pub(super) struct Lock {
    release: js_sys::Function,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // It ends with the page all the same.
        self.release.call0(&JsValue::NULL).ok();
    }
}

impl Folder {
    /// A new one.
    pub(super) async fn new(started: f64, ending: &str) -> Self {
        let place = match Self::on_disk(started, ending).await {
            Ok(handle) => Place::Disk(handle),
            Err(_) => Place::Memory(Array::new()),
        };
        Self {
            started,
            ending: ending.to_owned(),
            place,
        }
    }

    async fn on_disk(started: f64, ending: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
        let folder = subfolder(&root().await?, &name(started, ending)).await?;
        // Not every browser can write from the page itself.
        let probe = file_in(&folder, SAVED, true).await?;
        if !has(&probe, "createWritable") {
            remove(&root().await?, &name(started, ending)).await?;
            return Err(JsValue::UNDEFINED);
        }
        remove(&folder, SAVED).await?;
        Ok(folder)
    }

    /// Those of pages that are gone, oldest first. What was handed over is cleared away.
    pub(super) async fn left() -> Result<Vec<Self>, JsValue> {
        let root = root().await?;
        let busy = if has_locks() {
            locks_held().await?
        } else {
            Vec::new()
        };
        let mut left = Vec::new();
        for (name, handle) in entries_of(&root).await? {
            let place = Place::Disk(handle.unchecked_into());
            let Some((started, ending)) = parse(&name) else {
                continue;
            };
            let folder = Self {
                started,
                ending: ending.to_owned(),
                place,
            };
            if busy.contains(&lock_name(started)) {
                continue;
            }
            if folder.is_saved().await || folder.pieces().await?.length() == 0 {
                remove(&root, &name).await?;
            } else {
                left.push(folder);
            }
        }
        left.sort_by(|one, other| one.started.total_cmp(&other.started));
        Ok(left)
    }

    /// Whoever looks for what was left behind does not take this one for it.
    pub(super) fn lock(&self) -> Option<Lock> {
        let mut release = None;
        let until = Promise::new(&mut |resolve, _| release = Some(resolve));
        if has_locks() {
            hold_lock(&lock_name(self.started), until).ok()?;
        }
        release.map(|release| Lock { release })
    }

    /// Keeps the piece with this number.
    pub(super) async fn write(&self, number: u32, piece: &Blob) -> Result<(), JsValue> {
        match &self.place {
            Place::Disk(folder) => {
                let file = file_in(folder, &format!("{number:06}"), true).await?;
                let stream: FileSystemWritableFileStream = JsFuture::from(file.create_writable())
                    .await?
                    .unchecked_into();
                JsFuture::from(stream.write_with_blob(piece)?).await?;
                JsFuture::from(stream.close()).await?;
            }
            Place::Memory(pieces) => {
                pieces.push(piece);
            }
        }
        Ok(())
    }

    async fn pieces(&self) -> Result<Array, JsValue> {
        let folder = match &self.place {
            Place::Memory(pieces) => return Ok(pieces.clone()),
            Place::Disk(folder) => folder,
        };
        let mut files = entries_of(folder).await?;
        files.retain(|(name, _)| name.parse::<u32>().is_ok());
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        let pieces = Array::new();
        for (_, handle) in files {
            let file = handle.unchecked_into::<FileSystemFileHandle>().get_file();
            let file: File = JsFuture::from(file).await?.unchecked_into();
            // What was being written when the page went away is empty.
            if file.size() > 0.0 {
                pieces.push(&file);
            }
        }
        Ok(pieces)
    }

    /// All of it as one file, that stays on the disk. `length` is in milliseconds; without one it is as long as it was
    /// written to.
    pub(super) async fn whole(&self, length: Option<f64>) -> Result<Blob, JsValue> {
        let pieces = self.pieces().await?;
        let last = pieces.get(pieces.length().saturating_sub(1));
        let length = length.or_else(|| {
            let last = last.dyn_into::<File>().ok()?;
            Some(last.last_modified() - self.started)
        });
        let options = BlobPropertyBag::new();
        options.set_type(&format!("video/{}", self.ending));
        let join = |parts: &Array| Blob::new_with_blob_sequence_and_options(parts, &options);
        let whole = join(&pieces)?;
        let Some(length) = length.filter(|_| self.ending == "webm") else {
            return Ok(whole);
        };
        // Not of the first piece: that may have one byte.
        let start = whole.slice_with_i32_and_i32(0, HEAD)?;
        let start = JsFuture::from(start.array_buffer()).await?;
        let start = Uint8Array::new(&start).to_vec();
        let Some((head, taken)) = webm::with_length(&start, length) else {
            return Ok(whole);
        };
        let rest = whole.slice_with_f64(taken as f64)?;
        join(&Array::of2(&Uint8Array::from(&*head), &rest))
    }

    /// How the file is called.
    pub(super) fn file_name(&self) -> String {
        let date = js_sys::Date::new(&self.started.into());
        let pad = |number: u32| format!("{number:02}");
        format!(
            "duplex-{}-{}-{}-{}{}.{}",
            date.get_full_year(),
            pad(date.get_month() + 1),
            pad(date.get_date()),
            pad(date.get_hours()),
            pad(date.get_minutes()),
            self.ending
        )
    }

    /// The person has it now. It stays until the next visit: a browser may still be copying.
    pub(super) async fn set_saved(&self) {
        if let Place::Disk(folder) = &self.place {
            // Then it is offered once more, that is all.
            file_in(folder, SAVED, true).await.ok();
        }
    }

    async fn is_saved(&self) -> bool {
        match &self.place {
            Place::Disk(folder) => file_in(folder, SAVED, false).await.is_ok(),
            Place::Memory(_) => false,
        }
    }

    /// Clears it away.
    pub(super) async fn delete(&self) -> Result<(), JsValue> {
        if matches!(self.place, Place::Disk(_)) {
            remove(&root().await?, &name(self.started, &self.ending)).await?;
        }
        Ok(())
    }
}

fn name(started: f64, ending: &str) -> String {
    format!("{started}.{ending}")
}

fn parse(name: &str) -> Option<(f64, &str)> {
    let (started, ending) = name.split_once('.')?;
    let is_known = matches!(ending, "webm" | "mp4");
    Some((started.parse().ok()?, ending)).filter(|_| is_known)
}

fn lock_name(started: f64) -> String {
    format!("duplex-recording-{started}")
}

async fn root() -> Result<FileSystemDirectoryHandle, JsValue> {
    subfolder(&private_folder().await?, FOLDER).await
}

async fn subfolder(
    folder: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<FileSystemDirectoryHandle, JsValue> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let made = folder.get_directory_handle_with_options(name, &options);
    Ok(JsFuture::from(made).await?.unchecked_into())
}

async fn remove(folder: &FileSystemDirectoryHandle, name: &str) -> Result<(), JsValue> {
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    JsFuture::from(folder.remove_entry_with_options(name, &options)).await?;
    Ok(())
}

//! The folder for files that came in, and who clears it away. Each page has names of its own in it and holds a
//! lock (Web Locks) as long as it is there: what belongs to none is left from a page that was closed or crashed.

use std::{cell::RefCell, rc::Rc};

use futures::channel::mpsc::UnboundedSender;
use js_sys::Promise;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileSystemFileHandle, FileSystemWritableFileStream, Url};

use super::{FileEvent, FileKey, Sink, begin};
use crate::dom::{
    disk::{entries_of, file_in, hold_lock, locks_held, private_folder},
    has, random_u32,
};

/// The beginning of the names of the files, and of the locks.
const PREFIX: &str = "duplex-files-";

/// The folder, as this page uses it. Copies are the same.
#[derive(Clone)]
pub(in crate::call::engine) struct Shelf {
    /// The beginning of the names of this page.
    page: String,
    links: Rc<RefCell<Vec<String>>>,
    is_locked: Rc<RefCell<bool>>,
}

impl Shelf {
    /// Clears away what other pages left.
    pub(in crate::call::engine) fn new() -> Self {
        let shelf = Self {
            page: format!("{:08x}", random_u32()),
            links: Rc::default(),
            is_locked: Rc::default(),
        };
        shelf.sweep();
        shelf
    }

    /// Begins a file.
    pub(in crate::call::engine) fn open(
        &self,
        key: &FileKey,
        events: UnboundedSender<FileEvent>,
    ) -> Sink {
        let name = format!("{PREFIX}{}-{:08x}", self.page, random_u32());
        begin(self.clone(), name, key.clone(), events)
    }

    pub(super) async fn create(
        &self,
        name: &str,
    ) -> Result<(FileSystemFileHandle, FileSystemWritableFileStream), JsValue> {
        let folder = private_folder().await?;
        if !self.is_locked.replace(true) {
            hold_lock(&lock(&self.page), Promise::new(&mut |_, _| {}))?;
        }
        let file = file_in(&folder, name, true).await?;
        if !has(&file, "createWritable") {
            return Err("it cannot be written to".into());
        }
        let stream = JsFuture::from(file.create_writable()).await?;
        Ok((file, stream.unchecked_into()))
    }

    /// Where the file can be had.
    pub(super) fn link(&self, all: &Blob) -> Result<String, JsValue> {
        let link = Url::create_object_url_with_blob(all)?;
        self.links.borrow_mut().push(link.clone());
        Ok(link)
    }

    pub(super) async fn remove(&self, name: &str) {
        if let Ok(folder) = private_folder().await {
            // It may not be there.
            JsFuture::from(folder.remove_entry(name)).await.ok();
        }
    }

    /// The files of this page are not needed any more.
    pub(in crate::call::engine) fn clear(&self) {
        let links = self.links.take();
        if links.is_empty() {
            return;
        }
        for link in links {
            Url::revoke_object_url(&link).ok();
        }
        let page = self.page.clone();
        spawn_local(async move {
            remove_where(|owner| owner == page).await.ok();
        });
    }

    fn sweep(&self) {
        spawn_local(async move {
            let held = locks_held().await;
            let is_left =
                |owner: &str| held.as_ref().is_ok_and(|held| !held.contains(&lock(owner)));
            // Without such a folder there is nothing in it.
            remove_where(is_left).await.ok();
        });
    }
}

fn lock(page: &str) -> String {
    format!("{PREFIX}{page}")
}

/// Removes the files of certain pages.
async fn remove_where(is_it: impl Fn(&str) -> bool) -> Result<(), JsValue> {
    let folder = private_folder().await?;
    for (name, _) in entries_of(&folder).await? {
        let page = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('-'));
        if page.is_some_and(|(page, _)| is_it(page)) {
            // Another page may be quicker.
            JsFuture::from(folder.remove_entry(&name)).await.ok();
        }
    }
    Ok(())
}

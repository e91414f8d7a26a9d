//! The browser's private folder (File System Standard, origin private file system), and the locks (Web Locks API)
//! that say which page what lies in it belongs to: a lock ends with its page, whatever becomes of that.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions};

use super::{has, window};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request_lock(name: &str, until: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = query)]
    fn query_locks() -> Result<Promise, JsValue>;
}

/// The private folder.
///
/// # Errors
/// Where there is none, as at insecure addresses.
pub async fn private_folder() -> Result<FileSystemDirectoryHandle, JsValue> {
    let navigator = window().navigator();
    if !has(&navigator, "storage") {
        return Err("no storage".into());
    }
    let folder = JsFuture::from(navigator.storage().get_directory()).await?;
    Ok(folder.unchecked_into())
}

/// The file of this name in a folder, made if `create` says so and it is not there.
///
/// # Errors
/// When it is not there, or cannot be made.
pub async fn file_in(
    folder: &FileSystemDirectoryHandle,
    name: &str,
    create: bool,
) -> Result<FileSystemFileHandle, JsValue> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(create);
    let file = folder.get_file_handle_with_options(name, &options);
    Ok(JsFuture::from(file).await?.unchecked_into())
}

/// The names of what is in a folder, and what they stand for.
///
/// # Errors
/// When the folder cannot be read.
pub async fn entries_of(
    folder: &FileSystemDirectoryHandle,
) -> Result<Vec<(String, JsValue)>, JsValue> {
    let entries = folder.entries();
    let mut all = Vec::new();
    loop {
        let next = JsFuture::from(entries.next()?).await?;
        if Reflect::get(&next, &"done".into())?.is_truthy() {
            return Ok(all);
        }
        let entry: Array = Reflect::get(&next, &"value".into())?.unchecked_into();
        if let Some(name) = entry.get(0).as_string() {
            all.push((name, entry.get(1)));
        }
    }
}

/// Whether this browser has locks.
pub fn has_locks() -> bool {
    has(&window().navigator(), "locks")
}

/// Holds the lock of this name until the promise is settled, or the page is gone.
///
/// # Errors
/// Where the browser has no locks.
pub fn hold_lock(name: &str, until: Promise) -> Result<(), JsValue> {
    let held = Closure::once_into_js(move |_: JsValue| until);
    // It comes when it is free: nobody waits for that.
    drop(request_lock(name, &held)?);
    Ok(())
}

/// The names of the locks that some page holds.
///
/// # Errors
/// Where the browser has no locks.
pub async fn locks_held() -> Result<Vec<String>, JsValue> {
    let locks = JsFuture::from(query_locks()?).await?;
    let held = Array::from(&Reflect::get(&locks, &"held".into())?);
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Ok(held.iter().filter_map(name).collect())
}

//! Handing something to the person as a file.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

use super::window;

/// Has the browser save something under this name.
///
/// # Errors
/// When the browser does not make a link to it.
pub fn download(what: &Blob, name: &str) -> Result<(), JsValue> {
    let document = window().document().ok_or(JsValue::UNDEFINED)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    // It ends with the page: the browser may take its time.
    link.set_href(&Url::create_object_url_with_blob(what)?);
    link.set_download(name);
    link.click();
    Ok(())
}

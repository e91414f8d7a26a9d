//! From both certificates to the pictures, slowly on purpose.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::emoji::{BYTES, SHOWN, chosen};
use crate::dom::{capture::object, window};

/// For half a second on a small computer; see [`identity`](super).
const ROUNDS: u32 = 1_000_000;

/// What these bits are for, so that they fit nothing else.
const PURPOSE: &str = "duplex identity 1";

/// Which pictures stand for these fingerprints (PBKDF2, RFC 8018, with HMAC-SHA-256).
///
/// # Errors
/// Where the browser has no cryptography, as on insecure addresses.
pub(super) async fn stretch(fingerprints: &str) -> Result<[usize; SHOWN], JsValue> {
    let bytes = |text: &str| Uint8Array::from(text.as_bytes());
    let crypto = window().crypto()?.subtle();
    let usages = js_sys::Array::of1(&"deriveBits".into());
    let password: Object = bytes(fingerprints).into();
    let key = crypto.import_key_with_str("raw", &password, "PBKDF2", false, &usages)?;
    let key = JsFuture::from(key).await?.into();
    let algorithm = object([
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", bytes(PURPOSE).into()),
        ("iterations", ROUNDS.into()),
    ]);
    let bits = BYTES as u32 * 8;
    let derived = crypto.derive_bits_with_object(&algorithm, &key, bits)?;
    let derived = Uint8Array::new(&JsFuture::from(derived).await?).to_vec();
    let derived = derived.try_into().map_err(|_| JsValue::UNDEFINED)?;
    Ok(chosen(derived))
}

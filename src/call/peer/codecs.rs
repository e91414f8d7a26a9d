//! Which codecs a connection prefers.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::dom::{ChoosingTransceiver, PeerConnection, codecs};

/// Sound with each packet sent twice, the second time inside the next one (RFC 2198). It costs some
/// 35 kbit/s, and losing one packet of five leaves one gap in twenty-five.
const REDUNDANT: &str = "audio/red";

/// Has sound sent redundantly where both browsers can; to be called before each description, as the
/// other side may have brought new sections. Where the browser does not know of it all stays as it is.
pub(super) fn prefer_redundant_sound(connection: &PeerConnection) {
    let all = codecs("audio");
    let is_redundant = |codec: &JsValue| {
        let name = Reflect::get(codec, &"mimeType".into()).unwrap_or_default();
        name.as_string().as_deref() == Some(REDUNDANT)
    };
    let (first, rest): (Vec<_>, Vec<_>) = all.iter().partition(is_redundant);
    if first.is_empty() {
        return;
    }
    let preferred: Array = first.into_iter().chain(rest).collect();
    for transceiver in connection.get_transceivers() {
        // One for pictures refuses codecs for sound, and one that is stopped needs none.
        transceiver
            .unchecked_ref::<ChoosingTransceiver>()
            .set_codec_preferences(&preferred)
            .ok();
    }
}

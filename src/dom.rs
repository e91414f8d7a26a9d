//! What the browser's interfaces lack for comfortable use from Rust.

pub mod capture;
pub mod disk;
pub mod download;

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, Event, EventTarget, Storage, Window};

use crate::protocol::RoomName;

#[wasm_bindgen]
extern "C" {
    /// `RTCPeerConnection` with the two methods that web-sys does not have.
    #[wasm_bindgen(extends = web_sys::RtcPeerConnection, js_name = RTCPeerConnection)]
    #[derive(Debug, Clone)]
    pub type PeerConnection;

    /// Makes the description that the current state asks for, an offer or an answer, and applies it.
    #[wasm_bindgen(method, js_name = setLocalDescription)]
    pub fn set_matching_local_description(this: &PeerConnection) -> Promise;

    /// The next offer gathers new candidates.
    #[wasm_bindgen(method, js_name = restartIce)]
    pub fn restart_ice(this: &PeerConnection);

    /// `RTCRtpTransceiver` with the choice of codecs.
    #[wasm_bindgen(extends = web_sys::RtcRtpTransceiver, js_name = RTCRtpTransceiver)]
    #[derive(Debug, Clone)]
    pub type ChoosingTransceiver;

    /// Uses these codecs, the first ones first, from the next description on.
    #[wasm_bindgen(method, catch, js_name = setCodecPreferences)]
    pub fn set_codec_preferences(
        this: &ChoosingTransceiver,
        codecs: &js_sys::Array,
    ) -> Result<(), JsValue>;

    /// `CSSStyleSheet`, made by a script.
    #[wasm_bindgen(js_name = CSSStyleSheet)]
    type StyleSheet;

    #[wasm_bindgen(constructor, catch, js_class = CSSStyleSheet)]
    fn new() -> Result<StyleSheet, JsValue>;

    #[wasm_bindgen(method, js_name = replaceSync)]
    fn replace(this: &StyleSheet, text: &str);

    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static STYLED: Styled;

    /// The document with its sheets made by scripts (CSSOM, adoptedStyleSheets).
    type Styled;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn sheets(this: &Styled) -> js_sys::Array;

    #[wasm_bindgen(method, setter, js_name = adoptedStyleSheets)]
    fn set_sheets(this: &Styled, sheets: &js_sys::Array);

    /// What this browser can receive of a kind of media.
    #[wasm_bindgen(catch, js_namespace = RTCRtpReceiver, js_name = getCapabilities)]
    fn receiver_capabilities(kind: &str) -> Result<JsValue, JsValue>;

    /// `RTCRtpSender` with its parameters as a plain object: web-sys knows few of them.
    #[wasm_bindgen(extends = web_sys::RtcRtpSender, js_name = RTCRtpSender)]
    #[derive(Debug, Clone)]
    pub type AdjustableSender;

    /// What the encoder is told.
    #[wasm_bindgen(method, js_name = getParameters)]
    pub fn parameters(this: &AdjustableSender) -> js_sys::Object;

    /// Tells the encoder something else; takes what `parameters` gave, changed, in the same turn.
    #[wasm_bindgen(method, js_name = setParameters)]
    pub fn set_parameters(this: &AdjustableSender, parameters: &js_sys::Object) -> Promise;
}

/// The codecs that this browser can receive (`RTCRtpCodec`); empty where it does not say.
pub fn codecs(kind: &str) -> js_sys::Array {
    let capabilities = receiver_capabilities(kind).unwrap_or_default();
    let codecs = Reflect::get(&capabilities, &"codecs".into()).unwrap_or_default();
    codecs.dyn_into().unwrap_or_default()
}

/// Listens to an event of a browser object until it is dropped.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `handle` for each event of that name. `E` must be the type of event that the
    /// browser fires under it.
    pub fn new<E: JsCast>(
        target: &EventTarget,
        event: &'static str,
        mut handle: impl FnMut(E) + 'static,
    ) -> Self {
        let callback = Closure::<dyn FnMut(Event)>::new(move |e: Event| handle(e.unchecked_into()));
        let function = callback.as_ref().unchecked_ref();
        // Adding a listener fails for no target and no name.
        target
            .add_event_listener_with_callback(event, function)
            .ok();
        Self {
            target: target.clone(),
            event,
            callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        self.target
            .remove_event_listener_with_callback(self.event, function)
            .ok();
    }
}

/// Adds rules to those of the page's style sheet. A content security policy that forbids inline styles allows it.
pub fn add_style(rules: &str) {
    let Ok(sheet) = StyleSheet::new() else {
        return;
    };
    sheet.replace(rules);
    STYLED.with(|document| {
        let sheets = js_sys::Array::from(&document.sheets());
        sheets.push(&sheet);
        document.set_sheets(&sheets);
    });
}

/// The window, in which all of this runs.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// What tells of a change of the network, in browsers that do (Network Information API).
pub fn network() -> Option<EventTarget> {
    let navigator = window().navigator();
    let network = Reflect::get(&navigator, &"connection".into()).ok()?;
    network.dyn_into().ok()
}

/// Whether no element has the focus any more, because the one that had it is gone.
pub fn is_focus_lost() -> bool {
    let active = window()
        .document()
        .and_then(|document| document.active_element());
    active.is_none_or(|element| element.tag_name() == "BODY")
}

/// The `name` of a `DOMException`, such as `NotAllowedError`; empty for other errors.
pub fn error_name(error: &JsValue) -> String {
    error
        .dyn_ref::<DomException>()
        .map(DomException::name)
        .unwrap_or_default()
}

/// What an error says, for the console and for messages.
pub fn error_text(error: &JsValue) -> String {
    let text = js_sys::Object::from(error.clone()).to_string();
    text.into()
}

/// Whether the object has this property with a value: browsers leave out what they do not offer.
pub fn has(object: &JsValue, property: &str) -> bool {
    Reflect::get(object, &property.into())
        .is_ok_and(|value| !value.is_undefined() && !value.is_null())
}

/// Puts text on the clipboard.
///
/// # Errors
/// When the browser has no clipboard (an insecure address) or does not allow it.
pub async fn copy_text(text: &str) -> Result<(), JsValue> {
    let navigator = window().navigator();
    if !has(&navigator, "clipboard") {
        return Err(JsValue::UNDEFINED);
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .map(drop)
}

/// A new name for a room that nobody can guess; `None` when the browser has no randomness.
pub fn random_room_name() -> Option<RoomName> {
    let mut bits = [0; 8];
    window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bits)
        .ok()?;
    Some(RoomName::from_random(bits))
}

/// Milliseconds since the page was opened, on a clock that only goes forward.
pub fn now() -> u64 {
    // The cast keeps the whole part.
    window()
        .performance()
        .map_or(0, |performance| performance.now() as u64)
}

/// A number for telling things apart, good enough where nobody gains by guessing it.
pub fn random_u32() -> u32 {
    // The cast keeps the whole part.
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

/// Whether the person points with something finer than a finger.
pub fn has_mouse() -> bool {
    let query = window().match_media("(pointer: fine)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// The path under which everything stands, as the server wrote it into the page.
pub fn base_path() -> String {
    of_root("data-base")
}

/// The tag of the language in which the server wrote the page.
pub fn page_language() -> String {
    of_root("lang")
}

fn of_root(attribute: &str) -> String {
    let root = window()
        .document()
        .and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute(attribute))
        .unwrap_or_default()
}

/// Where the signaling server of this page listens. The room is there for load balancers, so
/// that all who are in one room can be led to one server.
pub fn socket_url(room: &RoomName) -> String {
    let location = window().location();
    let scheme = if location.protocol().as_deref() == Ok("https:") {
        "wss"
    } else {
        "ws"
    };
    let host = location.host().unwrap_or_default();
    let room = js_sys::encode_uri_component(room.as_str());
    let base = base_path();
    format!("{scheme}://{host}{base}/socket.io/?EIO=4&transport=websocket&room={room}")
}

/// Who remembers.
#[derive(Debug, Clone, Copy)]
pub enum Store {
    /// This tab, also after its page was loaded again.
    Tab,
    /// This browser, for all pages of this server.
    Browser,
}

impl Store {
    fn storage(self) -> Option<Storage> {
        let window = window();
        let storage = match self {
            Self::Tab => window.session_storage(),
            Self::Browser => window.local_storage(),
        };
        storage.ok()?
    }
}

/// What is remembered under a key.
pub fn remembered(store: Store, key: &str) -> Option<String> {
    store.storage()?.get_item(key).ok()?
}

/// Remembers a text under a key, or forgets it.
pub fn remember(store: Store, key: &str, text: Option<&str>) {
    // Where storage is switched off nothing is remembered, that is all.
    let Some(storage) = store.storage() else {
        return;
    };
    let _ = match text {
        Some(text) => storage.set_item(key, text),
        None => storage.remove_item(key),
    };
}

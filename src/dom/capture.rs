//! What capturing needs of the browser: screens, sound levels and speakers. Only the few methods
//! that are called, so that nothing else is bound.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{HtmlMediaElement, MediaStream, MediaStreamTrack};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::MediaDevices, js_name = MediaDevices)]
    type ScreenDevices;

    #[wasm_bindgen(method, catch, js_name = getDisplayMedia)]
    fn get_display_media(this: &ScreenDevices, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, js_name = getSupportedConstraints)]
    fn get_supported_constraints(this: &ScreenDevices) -> Object;

    #[wasm_bindgen(extends = MediaStreamTrack, js_name = MediaStreamTrack)]
    type CapturedTrack;

    #[wasm_bindgen(method, js_name = getSettings)]
    fn get_settings(this: &CapturedTrack) -> Object;

    #[wasm_bindgen(method, getter, js_name = readyState)]
    fn ready_state(this: &CapturedTrack) -> String;

    #[wasm_bindgen(method, setter, js_name = contentHint)]
    fn set_content_hint(this: &CapturedTrack, hint: &str);

    #[wasm_bindgen(extends = HtmlMediaElement, js_name = HTMLMediaElement)]
    type Playing;

    #[wasm_bindgen(method, catch, js_name = setSinkId)]
    fn set_sink_id(this: &Playing, id: &str) -> Result<Promise, JsValue>;

    /// A graph of sound. Only what is captured here goes into one, never what is received: that
    /// would take the echo cancellation away.
    pub type AudioContext;

    /// One that runs as soon as the browser lets it.
    #[wasm_bindgen(constructor, catch)]
    pub fn new() -> Result<AudioContext, JsValue>;

    /// `running`, `suspended` or `closed`.
    #[wasm_bindgen(method, getter)]
    pub fn state(this: &AudioContext) -> String;

    /// Runs, when the person has done something on the page.
    #[wasm_bindgen(method)]
    pub fn resume(this: &AudioContext) -> Promise;

    /// Gives everything back.
    #[wasm_bindgen(method)]
    pub fn close(this: &AudioContext) -> Promise;

    /// The sound of a stream as the start of a graph.
    #[wasm_bindgen(method, catch, js_name = createMediaStreamSource)]
    pub fn source(this: &AudioContext, stream: &MediaStream) -> Result<AudioNode, JsValue>;

    /// Something that looks at the sound that is led to it.
    #[wasm_bindgen(method, catch, js_name = createAnalyser)]
    pub fn analyser(this: &AudioContext) -> Result<Analyser, JsValue>;

    /// A part of a graph.
    pub type AudioNode;

    /// Leads the sound on.
    #[wasm_bindgen(method)]
    pub fn connect(this: &AudioNode, to: &AudioNode) -> AudioNode;

    /// Looks at the sound that is led to it.
    #[wasm_bindgen(extends = AudioNode)]
    pub type Analyser;

    /// The last samples, as many as there is place for, from -1 to 1.
    #[wasm_bindgen(method, js_name = getFloatTimeDomainData)]
    pub fn samples(this: &Analyser, samples: &mut [f32]);
}

/// Asks the person for a screen, a window or a tab.
///
/// # Errors
/// When the browser cannot, or this is not what somebody's click led to.
pub fn display_media(devices: &JsValue, options: &Object) -> Result<Promise, JsValue> {
    devices
        .unchecked_ref::<ScreenDevices>()
        .get_display_media(options)
}

/// Whether the browser knows this constraint.
pub fn supports(devices: &JsValue, constraint: &str) -> bool {
    let devices = devices.unchecked_ref::<ScreenDevices>();
    super::has(&devices.get_supported_constraints(), constraint)
}

/// A setting of what is captured, such as `deviceId`; empty when the browser does not tell.
pub fn setting(track: &MediaStreamTrack, name: &str) -> String {
    value(track, name).as_string().unwrap_or_default()
}

/// How many lines the picture has, when the browser tells.
pub fn height(track: &MediaStreamTrack) -> Option<f64> {
    value(track, "height").as_f64()
}

fn value(track: &MediaStreamTrack, name: &str) -> JsValue {
    let settings = track.unchecked_ref::<CapturedTrack>().get_settings();
    Reflect::get(&settings, &name.into()).unwrap_or_default()
}

/// Whether the track gives nothing any more, for good.
pub fn has_ended(track: &MediaStreamTrack) -> bool {
    track.unchecked_ref::<CapturedTrack>().ready_state() == "ended"
}

/// Tells the encoder what the picture is of, such as `text`.
pub fn hint(track: &MediaStreamTrack, content: &str) {
    track
        .unchecked_ref::<CapturedTrack>()
        .set_content_hint(content);
}

/// Whether this browser lets a page choose the speaker.
pub fn can_choose_speaker() -> bool {
    let property = |of: &JsValue, name: &str| Reflect::get(of, &name.into());
    property(&js_sys::global(), "HTMLMediaElement")
        .and_then(|element| property(&element, "prototype"))
        .is_ok_and(|prototype| super::has(&prototype, "setSinkId"))
}

/// Plays through the speaker with this id, or with an empty one through the one that the system
/// prefers. `None` when the browser does not let a page choose.
pub fn play_through(element: &HtmlMediaElement, id: &str) -> Option<Promise> {
    if !can_choose_speaker() {
        return None;
    }
    element.unchecked_ref::<Playing>().set_sink_id(id).ok()
}

/// A plain object of these entries.
pub fn object<const N: usize>(entries: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        // Setting a property of a plain object cannot fail.
        Reflect::set(&object, &key.into(), &value).ok();
    }
    object
}

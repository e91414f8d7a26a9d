//! How loud a peer is: the browser says so itself, without a graph of sound, which would take the echo
//! cancellation away.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

use super::Peer;

#[wasm_bindgen]
extern "C" {
    /// `RTCRtpReceiver` with what web-sys does not have.
    type Receiver;

    /// What was played in the last ten seconds, the newest first.
    #[wasm_bindgen(method, catch, js_name = getSynchronizationSources)]
    fn sources(this: &Receiver) -> Result<Array, wasm_bindgen::JsValue>;
}

impl Peer {
    /// The level of their sound now, from 0 to 1. Theirs is 0 when they say that their microphone is off.
    pub(in crate::call) fn level(&self) -> f64 {
        if !self.view.sending.audio {
            return 0.0;
        }
        let receivers = self.connection.get_receivers();
        let levels = receivers.iter().map(|receiver| {
            let sources = receiver.unchecked_ref::<Receiver>().sources();
            let source = sources.map(|sources| sources.get(0)).unwrap_or_default();
            // Pictures have none.
            let level = Reflect::get(&source, &"audioLevel".into()).ok();
            level.and_then(|level| level.as_f64()).unwrap_or_default()
        });
        levels.fold(0.0, f64::max)
    }
}

//! What a peer connection sends: one sender for each kind of media, made once and kept, so that
//! another track takes the place of the one before without negotiation.

use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{RtcRtpSender, RtcRtpTransceiverDirection, RtcRtpTransceiverInit};

use super::report;
use crate::{
    call::{
        media::{Kind, Sent},
        quality::Shape,
    },
    dom::{AdjustableSender, PeerConnection, capture::height},
};

/// The browser guesses how much there is room for, and drops pictures until they fit: with a large
/// camera the first one comes about 150 ms later. So it begins with as many lines as fit, until the
/// first judgement of the way gives the picture its shape.
const FIRST_LINES: f64 = 270.0;

/// The senders of one peer connection.
pub(super) struct Senders {
    connection: PeerConnection,
    senders: [Option<RtcRtpSender>; 4],
    /// How many lines the camera's picture has; 0: not known, or none.
    lines: f64,
}

impl Senders {
    /// Sends what `media` has; `offers` says whether this side makes the first offer.
    pub(super) fn new(connection: &PeerConnection, media: &Sent, offers: bool) -> Self {
        let mut senders = Self {
            connection: connection.clone(),
            senders: [const { None }; 4],
            lines: 0.0,
        };
        for kind in Kind::ALL {
            if offers && !kind.is_screen() && media.track(kind).is_none() {
                // Asks for the other's camera although there is none here yet. It can come later
                // without another negotiation.
                let transceiver = senders.connection.add_transceiver_with_str_and_init(
                    kind.as_str(),
                    &init(kind, media, RtcRtpTransceiverDirection::Sendrecv),
                );
                senders.senders[kind as usize] = Some(transceiver.sender());
            } else {
                senders.send(kind, media);
            }
        }
        senders
    }

    /// Gives the camera's picture this shape, if it has another one. What the browser does not know or
    /// not take changes nothing.
    pub(super) fn shape(&self, shape: Shape) {
        self.adjust(&[
            ("active", JsValue::from(shape.active)),
            ("scaleResolutionDownBy", JsValue::from(shape.scale)),
            ("maxBitrate", JsValue::from(shape.bits)),
            ("maxFramerate", JsValue::from(shape.frames)),
        ]);
    }

    /// Sends what `media` has, on a connection that has sent nothing until now.
    pub(super) fn begin(&mut self, media: &Sent) {
        for kind in Kind::ALL {
            self.send(kind, media);
        }
        self.begin_small();
    }

    fn begin_small(&self) {
        if self.lines > FIRST_LINES {
            self.adjust(&[("scaleResolutionDownBy", (self.lines / FIRST_LINES).into())]);
        }
    }

    /// Has a picture sent that needs none before it. A new size brings one, and a small one is
    /// through soon.
    pub(super) fn refresh(&self, shape: Shape) {
        let scale = (self.lines / FIRST_LINES).max(1.25 * shape.scale);
        self.adjust(&[("scaleResolutionDownBy", scale.into())]);
    }

    fn adjust(&self, values: &[(&str, JsValue)]) {
        let Some(sender) = &self.senders[Kind::Video as usize] else {
            return;
        };
        let sender = sender.unchecked_ref::<AdjustableSender>();
        // To be handed back as a whole.
        let parameters = sender.parameters();
        let encodings = Reflect::get(&parameters, &"encodings".into()).unwrap_or_default();
        let encoding = Array::from(&encodings).get(0);
        if !encoding.is_object() {
            return;
        }
        let mut is_new = false;
        for (name, value) in values {
            let name = (*name).into();
            if Reflect::get(&encoding, &name).ok().as_ref() != Some(value) {
                is_new |= Reflect::set(&encoding, &name, value).unwrap_or_default();
            }
        }
        if is_new {
            report("quality", sender.set_parameters(&parameters));
        }
    }

    /// Sends the track of this kind that `media` has now, or nothing of it.
    pub(super) fn send(&mut self, kind: Kind, media: &Sent) {
        let outgoing = media.outgoing(kind);
        if kind == Kind::Video {
            self.lines = outgoing.and_then(height).unwrap_or_default();
        }
        let sender = &mut self.senders[kind as usize];
        if let Some(sender) = sender {
            // Also when it seems to be the same: the one before may still be on its way.
            report("track", sender.replace_track(outgoing));
            return;
        }
        let Some(track) = media.track(kind) else {
            return;
        };
        let new = if kind.is_screen() {
            // Always a transceiver of its own: `addTrack` would take one that the other's picture
            // comes in.
            let init = init(kind, media, RtcRtpTransceiverDirection::Sendonly);
            self.connection
                .add_transceiver_with_media_stream_track_and_init(track, &init)
                .sender()
        } else {
            // Takes the transceiver that the other side's offer brings.
            self.connection.add_track_0(track, media.stream(kind))
        };
        if outgoing.is_none() {
            report("track", new.replace_track(None));
        }
        *sender = Some(new);
        if kind == Kind::Video {
            self.begin_small();
        }
    }
}

/// The stream's id travels along: it tells the receiver what belongs together, and tutorial pages
/// show what comes in a stream.
fn init(kind: Kind, media: &Sent, direction: RtcRtpTransceiverDirection) -> RtcRtpTransceiverInit {
    let init = RtcRtpTransceiverInit::new();
    init.set_direction(direction);
    init.set_streams(&Array::of1(media.stream(kind)));
    init
}

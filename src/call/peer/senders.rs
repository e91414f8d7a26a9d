//! What a peer connection sends: one sender for each kind of media, made once and kept, so that
//! another track takes the place of the one before without negotiation.

use web_sys::{
    MediaStream, MediaStreamTrack, RtcRtpSender, RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
};

use super::report;
use crate::{
    call::media::{Kind, Media},
    dom::PeerConnection,
};

/// The senders of one peer connection.
pub(super) struct Senders {
    connection: PeerConnection,
    senders: [Option<RtcRtpSender>; 2],
}

impl Senders {
    /// Sends what `media` has; `offers` says whether this side makes the first offer.
    pub(super) fn new(connection: &PeerConnection, media: &Media, offers: bool) -> Self {
        let mut senders = Self {
            connection: connection.clone(),
            senders: [None, None],
        };
        for kind in Kind::ALL {
            let track = media.track(kind);
            senders.send(kind, track, media.stream());
            if track.is_none() && offers {
                // Asks for the other's camera although there is none here.
                let init = RtcRtpTransceiverInit::new();
                init.set_direction(RtcRtpTransceiverDirection::Recvonly);
                connection.add_transceiver_with_str_and_init(kind.as_str(), &init);
            }
        }
        senders
    }

    /// Sends this track from now on, or nothing of its kind.
    pub(super) fn send(
        &mut self,
        kind: Kind,
        track: Option<&MediaStreamTrack>,
        stream: &MediaStream,
    ) {
        let sender = &mut self.senders[kind as usize];
        match (sender.as_ref(), track) {
            (Some(sender), track) => report("track", sender.replace_track(track)),
            // The stream's id travels along: tutorial pages show what comes in a stream.
            (None, Some(track)) => *sender = Some(self.connection.add_track_0(track, stream)),
            (None, None) => {}
        }
    }
}

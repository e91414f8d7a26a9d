//! Between the browser's descriptions and candidates and ours.

use web_sys::{RtcIceCandidateInit, RtcSdpType, RtcSessionDescriptionInit};

use crate::{
    dom::PeerConnection,
    protocol::{Candidate, Description, DescriptionKind},
};

pub(super) fn local_description(connection: &PeerConnection) -> Option<Description> {
    let description = connection.local_description()?;
    let kind = match description.type_() {
        RtcSdpType::Offer => DescriptionKind::Offer,
        RtcSdpType::Answer => DescriptionKind::Answer,
        _ => return None,
    };
    Some(Description {
        kind,
        sdp: description.sdp(),
    })
}

pub(super) fn description_init(description: &Description) -> RtcSessionDescriptionInit {
    let init = RtcSessionDescriptionInit::new(match description.kind {
        DescriptionKind::Offer => RtcSdpType::Offer,
        DescriptionKind::Answer => RtcSdpType::Answer,
    });
    init.set_sdp(&description.sdp);
    init
}

pub(super) fn candidate_init(candidate: &Candidate) -> RtcIceCandidateInit {
    let init = RtcIceCandidateInit::new(&candidate.candidate);
    init.set_sdp_m_line_index(candidate.label);
    init.set_sdp_mid(candidate.id.as_deref());
    init
}

//! What a peer connection and its data channel tell by themselves.

use wasm_bindgen::JsCast;
use web_sys::{Event, MessageEvent, RtcPeerConnectionIceEvent, RtcTrackEvent};

use super::{PeerEvent, PeerEvents, PeerKey, received::Arrival};
use crate::{
    call::{
        channel::{Bulk, Channel},
        negotiation::Input,
    },
    dom::{Listener, PeerConnection},
    protocol::Candidate,
};

pub(super) fn listeners(
    connection: &PeerConnection,
    channel: &Channel,
    bulk: &Bulk,
    key: &PeerKey,
    events: &PeerEvents,
) -> [Listener; 9] {
    let tell = || {
        let (key, events) = (key.clone(), events.clone());
        move |event| drop(events.unbounded_send((key.clone(), event)))
    };
    let (needed, found, track, state) = (tell(), tell(), tell(), tell());
    let (opened, said) = (tell(), tell());
    let (begun, drained, came) = (tell(), tell(), tell());
    let states = connection.clone();
    [
        Listener::new(connection, "negotiationneeded", move |_: Event| {
            needed(PeerEvent::Negotiation(Input::Needed));
        }),
        Listener::new(
            connection,
            "icecandidate",
            move |event: RtcPeerConnectionIceEvent| {
                if let Some(candidate) = event.candidate() {
                    found(PeerEvent::Negotiation(Input::Found(Candidate {
                        label: candidate.sdp_m_line_index(),
                        id: candidate.sdp_mid(),
                        candidate: candidate.candidate(),
                    })));
                }
            },
        ),
        Listener::new(connection, "track", move |event: RtcTrackEvent| {
            track(PeerEvent::Track(Arrival::new(&event)));
        }),
        Listener::new(connection, "connectionstatechange", move |_: Event| {
            state(PeerEvent::State(states.connection_state()));
        }),
        Listener::new(channel.target(), "open", move |_: Event| {
            opened(PeerEvent::ChannelOpened);
        }),
        Listener::new(channel.target(), "message", move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                said(PeerEvent::Said(text));
            }
        }),
        Listener::new(bulk.target(), "open", move |_: Event| {
            begun(PeerEvent::BulkOpened);
        }),
        Listener::new(bulk.target(), "bufferedamountlow", move |_: Event| {
            drained(PeerEvent::BulkDrained);
        }),
        Listener::new(bulk.target(), "message", move |event: MessageEvent| {
            if let Ok(piece) = event.data().dyn_into() {
                came(PeerEvent::Bulk(piece));
            }
        }),
    ]
}

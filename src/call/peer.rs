//! The peer connection to one other peer: carries out what [`Negotiation`] decides.

mod received;
mod senders;

use futures::channel::mpsc::UnboundedSender;
use js_sys::Promise;
use leptos::{logging, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, RtcIceCandidateInit, RtcPeerConnection, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcSdpType, RtcSessionDescriptionInit, RtcTrackEvent,
};

use self::{
    received::{Arrival, Received},
    senders::Senders,
};
use super::{
    media::{Kind, Media},
    negotiation::{Action, Input, Negotiation, Role, Start},
    state::{Link, RemotePeer},
};
use crate::{
    dom::{Listener, PeerConnection, error_text, random_u32},
    protocol::{Candidate, Description, DescriptionKind, MediaSending, PeerId, Signal},
};

/// Which connection an event is about. A peer that is connected to anew keeps its id; events of
/// the connection before must not reach the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PeerKey {
    pub(super) id: PeerId,
    pub(super) generation: u32,
}

/// What a peer connection tells the session.
pub(super) type PeerEvents = UnboundedSender<(PeerKey, PeerEvent)>;

/// What happened on a peer connection.
#[derive(Debug)]
pub(super) enum PeerEvent {
    /// For the negotiation.
    Negotiation(Input),
    /// The other side's track arrives.
    Track(Arrival),
    /// The browser's `connectionState` changed.
    State(RtcPeerConnectionState),
}

/// The connection to one other peer; closed when dropped.
pub(super) struct Peer {
    /// What components see of it.
    pub(super) view: RemotePeer,
    pub(super) key: PeerKey,
    role: Role,
    start: Start,
    /// Names this connection, from its first offer on.
    pub(super) session: Option<u32>,
    connection: PeerConnection,
    negotiation: Negotiation,
    senders: Senders,
    received: Received,
    events: PeerEvents,
    _listeners: [Listener; 4],
}

impl Peer {
    /// Opens a connection that sends what `media` has, and offers it unless the other side does.
    pub(super) fn new(
        key: PeerKey,
        role: Role,
        start: Start,
        media: &Media,
        events: PeerEvents,
    ) -> Result<Self, JsValue> {
        let connection: PeerConnection = RtcPeerConnection::new()?.unchecked_into();
        Ok(Self {
            _listeners: listeners(&connection, &key, &events),
            view: RemotePeer {
                id: key.id.clone(),
                link: Link::Connecting,
                // Tutorial pages send both and never say so.
                sending: MediaSending {
                    audio: true,
                    video: true,
                    screen: None,
                },
                stream: None,
                screen: None,
                away: false,
            },
            key,
            role,
            start,
            session: (start != Start::Wait).then(random_u32),
            senders: Senders::new(&connection, media, start != Start::Wait),
            connection,
            negotiation: Negotiation::new(role, start),
            received: Received::new()?,
            events,
        })
    }

    /// Sends the track of this kind that `media` has now, or nothing of it.
    pub(super) fn send_track(&mut self, kind: Kind, media: &Media) {
        self.senders.send(kind, media);
    }

    /// Takes in what the peer sent and returns what to send back.
    pub(super) fn receive(&mut self, signal: Signal) -> Vec<Signal> {
        match signal {
            // The answer to a connection that is not there any more.
            Signal::Description(Description { kind, .. }, session)
                if kind == DescriptionKind::Answer
                    && session.is_some()
                    && session != self.session =>
            {
                Vec::new()
            }
            Signal::Description(description, session) => {
                self.session = session.or(self.session);
                self.negotiate(Input::Description(description))
            }
            Signal::Candidate(candidate) => self.negotiate(Input::Candidate(candidate)),
            Signal::Media(sending) => {
                self.view.sending = sending;
                self.show_received();
                Vec::new()
            }
            // The session has dealt with it.
            Signal::Hangup => Vec::new(),
        }
    }

    /// The offer that is out, if there is one: it may have been lost.
    pub(super) fn offer_again(&self) -> Vec<Signal> {
        let offer = local_description(&self.connection)
            .filter(|local| local.kind == DescriptionKind::Offer);
        let again = offer.map(|offer| Signal::Description(offer, self.session));
        again.into_iter().collect()
    }

    /// Whether it began anew, and the other side has not said a word to it.
    pub(super) fn is_unanswered(&self) -> bool {
        self.start == Start::Anew && self.negotiation.is_unanswered()
    }

    /// Takes in what happened on the connection and returns what to send to the peer.
    pub(super) fn handle(&mut self, event: PeerEvent) -> Vec<Signal> {
        match event {
            PeerEvent::Negotiation(input) => return self.negotiate(input),
            PeerEvent::Track(arrival) => {
                self.received.arrived(arrival);
                self.show_received();
            }
            PeerEvent::State(state) => self.state_changed(state),
        }
        Vec::new()
    }

    fn show_received(&mut self) {
        let screen = self.view.sending.screen.as_ref();
        [self.view.stream, self.view.screen] = self.received.sort(screen);
    }

    fn state_changed(&mut self, state: RtcPeerConnectionState) {
        use RtcPeerConnectionState::{Connected, Disconnected, Failed};
        self.view.link = match (state, self.view.link) {
            (Connected, _) => Link::Connected,
            (Failed, Link::Connecting) => Link::Blocked,
            (Disconnected | Failed, Link::Connected) => Link::Interrupted,
            (_, link) => link,
        };
        // One side is enough; the other answers its offer.
        if state == Failed && self.role == Role::Impolite {
            self.connection.restart_ice();
        }
    }

    fn negotiate(&mut self, input: Input) -> Vec<Signal> {
        let actions = self.negotiation.handle(input);
        actions
            .into_iter()
            .filter_map(|action| self.perform(action))
            .collect()
    }

    /// Calls the browser at once, so that its own queue keeps the order; answers come as events.
    fn perform(&self, action: Action) -> Option<Signal> {
        match action {
            Action::SendDescription(description) => {
                return Some(Signal::Description(description, self.session));
            }
            Action::SendCandidate(candidate) => return Some(Signal::Candidate(candidate)),
            Action::SetLocal => {
                let promise = self.connection.set_matching_local_description();
                let connection = self.connection.clone();
                self.answer_with(promise, move || {
                    local_description(&connection).map(Input::LocalSet)
                });
            }
            Action::SetRemote(description) => {
                let promise = self
                    .connection
                    .set_remote_description(&description_init(&description));
                self.answer_with(promise, || Some(Input::RemoteSet));
            }
            Action::Rollback => {
                let rollback = RtcSessionDescriptionInit::new(RtcSdpType::Rollback);
                let promise = self.connection.set_local_description(&rollback);
                self.answer_with(promise, || Some(Input::RolledBack));
            }
            Action::AddCandidate(candidate) => {
                let init = candidate_init(&candidate);
                report(
                    "candidate",
                    self.connection
                        .add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(&init)),
                );
            }
        }
        None
    }

    fn answer_with(&self, promise: Promise, input: impl FnOnce() -> Option<Input> + 'static) {
        let (key, events) = (self.key.clone(), self.events.clone());
        spawn_local(async move {
            let input = match JsFuture::from(promise).await {
                Ok(_) => input().unwrap_or(Input::Failed),
                Err(error) => {
                    logging::warn!("negotiation with {}: {}", key.id, error_text(&error));
                    Input::Failed
                }
            };
            events
                .unbounded_send((key, PeerEvent::Negotiation(input)))
                .ok();
        });
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.close();
    }
}

fn listeners(connection: &PeerConnection, key: &PeerKey, events: &PeerEvents) -> [Listener; 4] {
    let tell = || {
        let (key, events) = (key.clone(), events.clone());
        move |event| drop(events.unbounded_send((key.clone(), event)))
    };
    let (needed, found, track, state) = (tell(), tell(), tell(), tell());
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
    ]
}

fn local_description(connection: &PeerConnection) -> Option<Description> {
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

fn description_init(description: &Description) -> RtcSessionDescriptionInit {
    let init = RtcSessionDescriptionInit::new(match description.kind {
        DescriptionKind::Offer => RtcSdpType::Offer,
        DescriptionKind::Answer => RtcSdpType::Answer,
    });
    init.set_sdp(&description.sdp);
    init
}

fn candidate_init(candidate: &Candidate) -> RtcIceCandidateInit {
    let init = RtcIceCandidateInit::new(&candidate.candidate);
    init.set_sdp_m_line_index(candidate.label);
    init.set_sdp_mid(candidate.id.as_deref());
    init
}

/// Waits for something whose failure changes nothing, and notes it for who reads the console.
fn report(what: &'static str, promise: Promise) {
    spawn_local(async move {
        if let Err(error) = JsFuture::from(promise).await {
            logging::log!("{what}: {}", error_text(&error));
        }
    });
}

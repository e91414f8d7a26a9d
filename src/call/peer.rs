//! The peer connection to one other peer: carries out what [`Negotiation`] decides.

mod codecs;
mod convert;
mod level;
mod listeners;
mod measuring;
mod negotiating;
mod received;
mod senders;
mod states;
mod watching;

use futures::channel::mpsc::UnboundedSender;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use leptos::{logging, task::spawn_local};
use serde_json::value::RawValue;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RtcConfiguration, RtcPeerConnection, RtcPeerConnectionState};

use self::{
    convert::local_description,
    listeners::listeners,
    measuring::Measured,
    received::{Arrival, Received},
    senders::Senders,
    states::States,
};
use super::{
    channel::Channel,
    identity,
    media::{Kind, Sent},
    negotiation::{Input, Negotiation, Role, Start},
    recovery::{self, Millis, Recovery},
    state::{Link, RemotePeer},
    statistics::Reading,
    verdict::Verdict,
};
use crate::{
    dom::{Listener, PeerConnection, error_text, now, random_u32},
    protocol::{About, Description, DescriptionKind, MediaSending, PeerId, Signal},
};

/// So long two people who reach each other directly need at most, in milliseconds.
const MOMENT: u32 = 800;

/// Which connection an event is about. A peer that is connected to anew keeps its id; events of
/// the connection before must not reach the new one.
///
/// It does not name the peer: a connection may be made before it is known whose it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PeerKey {
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
    /// The data channel is open.
    ChannelOpened,
    /// The other side said something through it.
    Said(String),
    /// A moment has passed since it could have been connected.
    Late,
    /// So many packets have come by now; and now and then all that the browser counts, as JSON.
    Received(u64, Option<String>),
}

impl PeerEvent {
    /// Whether one of the two descriptions is there, or another one.
    pub(super) fn is_description(&self) -> bool {
        matches!(
            self,
            Self::Negotiation(Input::LocalSet(_) | Input::RemoteSet)
        )
    }
}

/// What the session does about an event of a peer.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// To be sent to the peer.
    pub(super) signals: Vec<Signal>,
    /// What the peer said through the data channel.
    pub(super) said: Option<Signal>,
    /// The connection is to be made anew.
    pub(super) rebuild: bool,
    /// What was measured.
    pub(super) reading: Option<Box<Reading>>,
    /// The peer is to be told anew what is sent to it.
    pub(super) tells_sending: bool,
}

impl From<Vec<Signal>> for Outcome {
    fn from(signals: Vec<Signal>) -> Self {
        Self {
            signals,
            ..Self::default()
        }
    }
}

/// The connection to one other peer; closed when dropped.
pub(super) struct Peer {
    /// What components see of it.
    pub(super) view: RemotePeer,
    pub(super) key: PeerKey,
    start: Start,
    /// Names this connection, from its first offer on.
    pub(super) session: Option<u32>,
    connection: PeerConnection,
    channel: Channel,
    negotiation: Negotiation,
    recovery: Recovery,
    /// The server can take signals to the peer.
    pub(super) can_signal: bool,
    /// How many messages came through the data channel, and when the last one did.
    messages: u64,
    said: Millis,
    senders: Senders,
    /// What was told of the browser's states.
    states: States,
    received: Received,
    measured: Measured,
    /// ICE servers that the browser does not know yet.
    servers: Option<RtcConfiguration>,
    events: PeerEvents,
    _listeners: [Listener; 6],
}

impl Peer {
    /// Opens a connection that sends what `media` has, and offers it unless the other side does.
    pub(super) fn new(
        id: PeerId,
        key: PeerKey,
        role: Role,
        start: Start,
        media: &Sent,
        ice: &RtcConfiguration,
        events: PeerEvents,
    ) -> Result<Self, JsValue> {
        let connection: PeerConnection =
            RtcPeerConnection::new_with_configuration(ice)?.unchecked_into();
        let channel = Channel::new(&connection);
        Ok(Self {
            _listeners: listeners(&connection, &channel, &key, &events),
            view: RemotePeer {
                id,
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
                silent_seconds: 0,
                verdict: Verdict::default(),
                name: None,
            },
            key,
            start,
            session: (start != Start::Wait).then(random_u32),
            senders: Senders::new(&connection, media, start != Start::Wait),
            connection,
            channel,
            negotiation: Negotiation::new(role, start),
            recovery: Recovery::new(role == Role::Polite),
            can_signal: true,
            messages: 0,
            said: 0,
            states: States::default(),
            received: Received::new()?,
            measured: Measured::new(),
            servers: None,
            events,
        })
    }

    /// Sends the track of this kind that `media` has now, or nothing of it.
    pub(super) fn send_track(&mut self, kind: Kind, media: &Sent) {
        self.senders.send(kind, media);
    }

    /// Sends what `media` has, where nothing was sent until now (see [`Sent::held`]).
    pub(super) fn begin(&mut self, media: &Sent) {
        self.senders.begin(media);
    }

    /// Whether there was a way at any time.
    pub(super) fn was_connected(&self) -> bool {
        self.recovery.was_connected()
    }

    /// Takes the place of another connection to the same peer.
    pub(super) fn follow(&mut self, before: &Self) {
        let RemotePeer {
            sending,
            stream,
            screen,
            away,
            name,
            ..
        } = &before.view;
        self.view.sending = sending.clone();
        self.view.stream.clone_from(stream);
        self.view.screen.clone_from(screen);
        self.view.away = *away;
        self.view.name.clone_from(name);
        self.can_signal = before.can_signal;
        self.measured.ladder = before.measured.ladder.clone();
        self.measured.ladder.forget();
    }

    /// Uses these ICE servers from the next restart on. The browser is told only then: with other
    /// servers it restarts ICE with its next offer, whatever that is for, and Firefox does not survive
    /// an offer that brings a restart and a new track.
    pub(super) fn configure(&mut self, servers: &RtcConfiguration) {
        self.servers = Some(servers.clone());
    }

    /// Looks for ways anew.
    fn restart(&mut self) {
        if let Some(servers) = self.servers.take()
            && let Err(error) = self
                .connection
                .set_configuration_with_configuration(&servers)
        {
            logging::warn!("ICE servers: {}", error_text(&error));
        }
        self.states.restarts.0 += 1;
        self.connection.restart_ice();
    }

    /// Takes in what the peer sent and returns what to send back.
    pub(super) fn receive(&mut self, signal: Signal) -> Vec<Signal> {
        match signal {
            // The answer to a connection that is not there any more.
            Signal::Description(Description { kind, .. }, About { session, .. })
                if kind == DescriptionKind::Answer
                    && session.is_some()
                    && session != self.session =>
            {
                Vec::new()
            }
            Signal::Description(description, about) => {
                self.session = about.session.or(self.session);
                self.negotiate(Input::Description(description, about))
            }
            Signal::Candidate(candidate) => self.negotiate(Input::Candidate(candidate)),
            Signal::Media(sending) => {
                self.view.sending = sending;
                self.show_received();
                Vec::new()
            }
            Signal::Report(report) => {
                self.reported(report);
                Vec::new()
            }
            // The session has dealt with the first; the other is said by coming.
            Signal::Hangup | Signal::Beat | Signal::Talk(_) => Vec::new(),
        }
    }

    /// The offer that is out, if there is one: it may have been lost.
    pub(super) fn offer_again(&self) -> Vec<Signal> {
        let about = self.negotiation.unanswered_offer();
        let again = about.and_then(|about| self.offer(about));
        again.into_iter().collect()
    }

    /// The offer that was made before it was known to whom, with the candidates found so far.
    pub(super) fn offer_ahead(&mut self) -> Option<Signal> {
        let about = self.negotiation.offer_ahead()?;
        self.offer(about)
    }

    fn offer(&self, about: About) -> Option<Signal> {
        let offer = local_description(&self.connection)?;
        Some(Signal::Description(offer, self.about(about)))
    }

    /// Begins anew if there is no way in a moment.
    pub(super) fn rebuild_unless_connected(&self) {
        let (key, events) = (self.key.clone(), self.events.clone());
        spawn_local(async move {
            TimeoutFuture::new(MOMENT).await;
            events.unbounded_send((key, PeerEvent::Late)).ok();
        });
    }

    /// The certificates of both ends, once both are described.
    pub(super) fn fingerprints(&self) -> Option<String> {
        let local = self.connection.local_description()?.sdp();
        let remote = self.connection.remote_description()?.sdp();
        identity::fingerprints(&local, &remote)
    }

    fn about(&self, about: About) -> About {
        About {
            session: self.session,
            ..about
        }
    }

    /// Whether the other side has described itself.
    pub(super) fn was_spoken_to(&self) -> bool {
        !self.negotiation.is_unanswered()
    }

    /// Whether it began anew, and the other side has not said a word to it.
    pub(super) fn is_unanswered(&self) -> bool {
        self.start == Start::Anew && self.negotiation.is_unanswered()
    }

    /// Whether nothing comes through where something did.
    pub(super) fn is_interrupted(&self) -> bool {
        self.recovery.interrupted_since().is_some()
    }

    /// Whether the data channel is the way for signals now: it is quick and needs no server. What is
    /// sent through it while nothing gets through comes late.
    pub(super) fn has_channel(&self) -> bool {
        self.channel.is_up() && !self.is_interrupted()
    }

    /// Sends a signal's text through the data channel, or says that it could not.
    pub(super) fn say(&self, text: &RawValue) -> bool {
        self.channel.is_up() && self.channel.send(text.get())
    }

    /// Takes in what happened on the connection and says what to do.
    pub(super) fn handle(&mut self, event: PeerEvent) -> Outcome {
        match event {
            PeerEvent::Negotiation(input) => return self.negotiate(input).into(),
            PeerEvent::Track(arrival) => {
                self.received.arrived(arrival);
                self.show_received();
            }
            PeerEvent::State(state) => {
                use RtcPeerConnectionState as Browser;
                return self.recover(recovery::Input::State(match state {
                    Browser::Connected => recovery::State::Connected,
                    Browser::Disconnected => recovery::State::Disconnected,
                    Browser::Failed => recovery::State::Failed,
                    _ => recovery::State::Other,
                }));
            }
            PeerEvent::Late => {
                return Outcome {
                    rebuild: !self.recovery.was_connected(),
                    ..Outcome::default()
                };
            }
            PeerEvent::ChannelOpened => self.beat(),
            PeerEvent::Said(text) => {
                if !self.channel.is_up() {
                    self.channel.heard();
                    self.beat();
                }
                self.messages += 1;
                self.said = now();
                let signal = serde_json::from_str(&text).ok().and_then(Signal::parse);
                return Outcome {
                    said: signal,
                    ..Outcome::default()
                };
            }
            PeerEvent::Received(packets, report) => {
                let mut outcome = self.recover(recovery::Input::Received(packets + self.messages));
                if let Some(report) = report {
                    self.measure(&report, &mut outcome);
                }
                return outcome;
            }
        }
        Outcome::default()
    }

    fn show_received(&mut self) {
        let screen = self.view.sending.screen.as_ref();
        let is_shared = screen.is_some();
        let [stream, screen] = self.received.sort(screen);
        // Until something comes there may be a picture of the connection before.
        self.view.stream = stream.or_else(|| self.view.stream.take());
        let before = self.view.screen.take().filter(|_| is_shared);
        self.view.screen = screen.or(before);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.close();
    }
}

/// Waits for something whose failure changes nothing, and notes it for who reads the console.
fn report(what: &'static str, promise: Promise) {
    spawn_local(async move {
        if let Err(error) = JsFuture::from(promise).await {
            logging::log!("{what}: {}", error_text(&error));
        }
    });
}

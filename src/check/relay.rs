//! One STUN or TURN server, tried through one of its addresses and nothing else.

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, MessageEvent, RtcConfiguration, RtcDataChannel, RtcDataChannelInit, RtcIceCandidate,
    RtcPeerConnection, RtcPeerConnectionIceEvent,
};

use super::findings::{Cause, Kind, Millis};
use crate::{
    dom::{Listener, PeerConnection, capture::object, now},
    protocol::IceServer,
};

/// How long a server may take, in milliseconds; browsers give up at about the same time.
const PATIENCE: u32 = 10_000;

/// What happens at one of the two ends.
enum Happening {
    /// It has an address, or (`None`) has found all there are.
    Candidate(usize, Option<RtcIceCandidate>),
    /// One of the attempts to get an address failed.
    Error(Cause),
    /// Something can be sent.
    Open(usize),
    /// The other end said something.
    Said(usize),
}

/// Tries one address of a server, and tells how long it took to use it.
pub(super) async fn try_way(server: &IceServer, url: &str, kind: Kind) -> Result<Millis, Cause> {
    let mut attempt = Attempt::default();
    let outcome = {
        let trial = async {
            if kind == Kind::Stun {
                attempt.stun(server, url).await
            } else {
                attempt.relay(server, url).await
            }
        };
        match select(Box::pin(trial), TimeoutFuture::new(PATIENCE)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(None),
        }
    };
    outcome.map_err(|cause| cause.unwrap_or_else(|| attempt.cause()))
}

/// What is learned on the way.
#[derive(Default)]
struct Attempt {
    /// Which ends the relay gave an address.
    has_address: [bool; 2],
    /// Which ends have found all there are.
    is_done: [bool; 2],
    /// What the browser said.
    error: Option<Cause>,
}

/// An error that the attempt itself does not explain, or `None`.
type Failure = Option<Cause>;

impl Attempt {
    /// Asks the server for the own address as it sees it.
    async fn stun(&mut self, server: &IceServer, url: &str) -> Result<Millis, Failure> {
        let (sender, mut happenings) = unbounded();
        let end = End::new(0, server, url, "all", &sender)?;
        let start = now();
        end.describe().await?;
        while let Some(happening) = happenings.next().await {
            match happening {
                Happening::Candidate(_, Some(candidate)) if is_of(&candidate, "srflx") => {
                    return Ok(now() - start);
                }
                // An address that is the same from outside is not told a second time.
                Happening::Candidate(_, None) if self.error.is_none() && tells_errors() => {
                    return Ok(now() - start);
                }
                Happening::Candidate(_, None) => return Err(None),
                Happening::Error(cause) => self.note(cause),
                _ => {}
            }
        }
        Err(None)
    }

    /// Sends a message through the relay to another end in this page, and back.
    async fn relay(&mut self, server: &IceServer, url: &str) -> Result<Millis, Failure> {
        let (sender, mut happenings) = unbounded();
        let ends = [
            End::new(0, server, url, "relay", &sender)?,
            End::new(1, server, url, "relay", &sender)?,
        ];
        let [caller, callee] = &ends;
        callee.take(caller.describe().await?).await?;
        caller.take(callee.describe().await?).await?;
        self.carry(&ends, &mut happenings).await
    }

    async fn carry(
        &mut self,
        ends: &[End; 2],
        happenings: &mut UnboundedReceiver<Happening>,
    ) -> Result<Millis, Failure> {
        let mut start = now();
        while let Some(happening) = happenings.next().await {
            match happening {
                Happening::Candidate(end, Some(candidate)) => {
                    self.has_address[end] |= is_of(&candidate, "relay");
                    ends[1 - end].reach(&candidate).await;
                }
                Happening::Candidate(end, None) => {
                    self.is_done[end] = true;
                    let is_lost = |end: usize| self.is_done[end] && !self.has_address[end];
                    if is_lost(0) || is_lost(1) {
                        return Err(None);
                    }
                }
                Happening::Error(cause) => self.note(cause),
                Happening::Open(0) => {
                    start = now();
                    ends[0].say();
                }
                Happening::Open(_) => {}
                Happening::Said(0) => return Ok(now() - start),
                Happening::Said(end) => ends[end].say(),
            }
        }
        Err(None)
    }

    fn note(&mut self, cause: Cause) {
        self.error = Some(self.error.map_or(cause, |error| error.or(cause)));
    }

    /// Why it did not work.
    fn cause(&self) -> Cause {
        match self.error {
            _ if self.has_address == [true; 2] => Cause::Silent,
            Some(cause) => cause,
            None if tells_errors() => Cause::Unreached,
            None => Cause::Unclear,
        }
    }
}

/// One of two ends of a connection within this page.
struct End {
    connection: PeerConnection,
    channel: RtcDataChannel,
    _listeners: [Listener; 4],
}

impl End {
    fn new(
        index: usize,
        server: &IceServer,
        url: &str,
        policy: &str,
        happenings: &UnboundedSender<Happening>,
    ) -> Result<Self, Failure> {
        let text = |text: &Option<String>| JsValue::from(text.as_deref().unwrap_or_default());
        let server = object([
            ("urls", url.into()),
            ("username", text(&server.username)),
            ("credential", text(&server.credential)),
        ]);
        let configuration: RtcConfiguration = object([
            ("iceServers", Array::of1(&server).into()),
            ("iceTransportPolicy", policy.into()),
        ])
        .unchecked_into();
        let connection: PeerConnection = RtcPeerConnection::new_with_configuration(&configuration)
            .map_err(|_| Some(Cause::Invalid))?
            .unchecked_into();
        // Both ends know the channel by its number, and neither has to be told of it.
        let init = RtcDataChannelInit::new();
        init.set_negotiated(true);
        init.set_id(0);
        let channel = connection.create_data_channel_with_data_channel_dict("check", &init);
        let tell = || {
            let happenings = happenings.clone();
            move |happening| drop(happenings.unbounded_send(happening))
        };
        let (found, failed, opened, said) = (tell(), tell(), tell(), tell());
        let listeners = [
            Listener::new(
                &connection,
                "icecandidate",
                move |event: RtcPeerConnectionIceEvent| {
                    found(Happening::Candidate(index, event.candidate()));
                },
            ),
            Listener::new(&connection, "icecandidateerror", move |event: Event| {
                let property = |name: &str| Reflect::get(&event, &name.into()).unwrap_or_default();
                let code = property("errorCode").as_f64().unwrap_or_default();
                let text = property("errorText").as_string().unwrap_or_default();
                // The cast keeps the whole part, which is all there is.
                failed(Happening::Error(Cause::from_error(code as u16, &text)));
            }),
            Listener::new(&channel, "open", move |_: Event| {
                opened(Happening::Open(index));
            }),
            Listener::new(&channel, "message", move |_: MessageEvent| {
                said(Happening::Said(index));
            }),
        ];
        Ok(Self {
            connection,
            channel,
            _listeners: listeners,
        })
    }

    /// Makes the description that is due now: an offer, or an answer to one.
    async fn describe(&self) -> Result<JsValue, Failure> {
        settled(JsFuture::from(self.connection.set_matching_local_description()).await)?;
        Ok(self.connection.local_description().into())
    }

    /// Takes the description of the other end.
    async fn take(&self, description: JsValue) -> Result<(), Failure> {
        let description = description.unchecked_ref();
        settled(JsFuture::from(self.connection.set_remote_description(description)).await)
    }

    /// Takes an address of the other end.
    async fn reach(&self, candidate: &RtcIceCandidate) {
        let adding = self
            .connection
            .add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(candidate.unchecked_ref()));
        // What cannot be used is not; there may be others.
        JsFuture::from(adding).await.ok();
    }

    fn say(&self) {
        // It is open, or nothing will be answered.
        self.channel.send_with_str("here").ok();
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.connection.close();
    }
}

fn settled(outcome: Result<JsValue, JsValue>) -> Result<(), Failure> {
    outcome.map(drop).map_err(|_| None)
}

/// Whether an address is one that a server gave, of this type.
fn is_of(candidate: &RtcIceCandidate, kind: &str) -> bool {
    candidate.candidate().contains(&format!(" typ {kind}"))
}

/// Whether this browser says why an attempt to get an address failed.
fn tells_errors() -> bool {
    let prototype = Reflect::get(&js_sys::global(), &"RTCPeerConnection".into())
        .and_then(|class| Reflect::get(&class, &"prototype".into()));
    // Reading the property itself would fail: a prototype is no connection.
    prototype.is_ok_and(|prototype| {
        Reflect::has(&prototype, &"onicecandidateerror".into()).unwrap_or_default()
    })
}

//! What a peer connection receives: which track belongs to the person and which to their screen.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack, RtcTrackEvent};

use crate::call::state::Stream;

/// A track that arrives.
#[derive(Debug)]
pub(in crate::call) struct Arrival {
    track: MediaStreamTrack,
    /// The id of the media stream that the other side put it in.
    stream: Option<String>,
}

impl Arrival {
    pub(super) fn new(event: &RtcTrackEvent) -> Self {
        let stream = event.streams().get(0).dyn_into().ok();
        Self {
            track: event.track(),
            stream: stream.map(|stream: MediaStream| stream.id()),
        }
    }
}

/// The tracks of one peer connection.
///
/// That a stream is a screen is told in a signal of its own, which may come before the tracks or
/// after them.
pub(super) struct Received {
    person: MediaStream,
    screen: MediaStream,
    arrived: Vec<Arrival>,
    /// The ids of all streams that were ever told to be a screen: their tracks stay in the
    /// connection when sharing ends, to be used again.
    screens: Vec<String>,
}

impl Received {
    pub(super) fn new() -> Result<Self, JsValue> {
        Ok(Self {
            person: MediaStream::new()?,
            screen: MediaStream::new()?,
            arrived: Vec::new(),
            screens: Vec::new(),
        })
    }

    pub(super) fn arrived(&mut self, arrival: Arrival) {
        self.arrived.retain(|known| known.track != arrival.track);
        self.arrived.push(arrival);
    }

    /// The person's stream and the screen's, given the id under which the screen is shared now.
    pub(super) fn sort(&mut self, screen: Option<&String>) -> [Option<Stream>; 2] {
        if let Some(id) = screen.filter(|id| !self.screens.contains(id)) {
            self.screens.push(id.clone());
        }
        let mut has_person = false;
        let mut has_screen = false;
        for Arrival { track, stream } in &self.arrived {
            let is_screen = stream.as_ref().is_some_and(|id| self.screens.contains(id));
            let (here, elsewhere) = if is_screen {
                has_screen |= stream.as_ref() == screen;
                (&self.screen, &self.person)
            } else {
                has_person = true;
                (&self.person, &self.screen)
            };
            elsewhere.remove_track(track);
            here.add_track(track);
        }
        // The trait's `clone`: the method of that name would copy the tracks.
        let shown = |stream: &MediaStream, is: bool| is.then(|| Stream::new(Clone::clone(stream)));
        [
            shown(&self.person, has_person),
            shown(&self.screen, has_screen),
        ]
    }
}

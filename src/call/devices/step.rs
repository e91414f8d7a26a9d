/// What to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::call) enum Pick {
    /// Whatever the browser gives.
    Any,
    /// The device with this id.
    Device(String),
    /// A camera that looks this way.
    Facing(Facing),
}

/// Which way the camera of a phone looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::call) enum Facing {
    /// At the person.
    User,
    /// Away from the person.
    Environment,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::call) enum Step {
    /// All is as it should be, or on its way.
    Stay,
    /// Open this, then report to [`Source::opened`](super::Source::opened).
    Open(Pick),
    /// Let go of the device.
    Close,
}

/// A device that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::call) struct Opened {
    pub(in crate::call) id: String,
    pub(in crate::call) label: String,
}

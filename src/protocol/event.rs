//! Every event of the contract, in both directions. On the wire an event is a JSON array: its
//! name, then its arguments, in the order in which the fields stand here.

mod client;
mod server;

use std::{
    borrow::{Borrow, Cow},
    fmt,
};

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub use client::{ClientEvent, JoinOptions, Rejection, SendOptions};
pub use server::{
    Departure, IceConfiguration, IceServer, JoinedExtras, KnockExtras, OtherJoinExtras, PeerInfo,
    Reason, Sender, ServerEvent, VisitExtras,
};

/// Why an event could not be read.
#[derive(Debug)]
pub enum DecodeError {
    /// No event of this version has that name.
    UnknownEvent,
    /// There is no argument at this place, counted from 0.
    Missing(usize),
    /// The argument at this place has another shape.
    Argument(usize, serde_json::Error),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEvent => f.write_str("no event of this version has that name"),
            Self::Missing(index) => write!(f, "argument {index} is missing"),
            Self::Argument(index, error) => write!(f, "argument {index}: {error}"),
        }
    }
}

impl std::error::Error for DecodeError {}

fn arg<T: DeserializeOwned>(
    args: &[impl Borrow<RawValue>],
    index: usize,
) -> Result<T, DecodeError> {
    let arg = args.get(index).ok_or(DecodeError::Missing(index))?;
    serde_json::from_str(arg.borrow().get()).map_err(|error| DecodeError::Argument(index, error))
}

/// The text that a JSON string stands for, borrowed unless it has escapes; `None` for other JSON.
pub fn text(json: &RawValue) -> Option<Cow<'_, str>> {
    let plain = serde_json::from_str(json.get()).map(Cow::Borrowed);
    plain
        .or_else(|_| serde_json::from_str(json.get()).map(Cow::Owned))
        .ok()
}

/// An object that may be missing or `null`.
fn optional_arg<T: DeserializeOwned + Default>(
    args: &[impl Borrow<RawValue>],
    index: usize,
) -> Result<T, DecodeError> {
    let Some(text) = args.get(index) else {
        return Ok(T::default());
    };
    // An array would be read as the fields in their order, which no page means.
    if text.borrow().get().starts_with('[') {
        let error = serde::de::Error::custom("an array where an object should be");
        return Err(DecodeError::Argument(index, error));
    }
    arg::<Option<T>>(args, index).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests;

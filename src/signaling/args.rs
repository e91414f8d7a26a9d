//! The name and the arguments of an event, taken from the packet without being read.

use std::{convert::Infallible, sync::Arc};

use serde_json::value::RawValue;
use socketioxide::{
    adapter::Adapter,
    handler::{FromMessageParts, Value},
    socket::Socket,
};

/// An event as it came: `data` is relayed as it is, to the last digit.
pub(super) struct Incoming {
    pub(super) name: String,
    /// Unread.
    pub(super) args: Vec<Box<RawValue>>,
    /// How long it was, in bytes.
    pub(super) bytes: usize,
}

impl<A: Adapter> FromMessageParts<A> for Incoming {
    type Error = Infallible;

    fn from_message_parts(
        _: &Arc<Socket<A>>,
        packet: &mut Value,
        _: &Option<i64>,
    ) -> Result<Self, Infallible> {
        let (text, has_attachments) = match packet {
            Value::Str(text, attachments) => (text.as_str(), attachments.is_some()),
            Value::Bytes(_) => ("[]", true),
        };
        let (name, mut args) = split(text);
        if has_attachments {
            // What is left is told that its arguments are wrong.
            args.clear();
        }
        Ok(Self {
            name,
            args,
            bytes: text.len(),
        })
    }
}

/// The name and the arguments in the text of an event; neither when it is no event.
pub(crate) fn split(text: &str) -> (String, Vec<Box<RawValue>>) {
    let mut args: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
    let name = (!args.is_empty()).then(|| args.remove(0));
    let name = name.and_then(|name| serde_json::from_str(name.get()).ok());
    (name.unwrap_or_default(), args)
}

//! The name and the arguments of an event, taken from the packet without being read.

use std::borrow::Cow;

use serde_json::value::RawValue;
use socketioxide::handler::Value;

use crate::protocol::text;

/// An event as it came: `data` is relayed as it is, to the last digit.
pub(super) struct Incoming<'a> {
    pub(super) name: Cow<'a, str>,
    /// Unread.
    pub(super) args: Vec<&'a RawValue>,
    /// How long it was, in bytes.
    pub(super) bytes: usize,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(packet: &'a Value) -> Self {
        let (text, has_attachments) = match packet {
            Value::Str(text, attachments) => (text.as_str(), attachments.is_some()),
            Value::Bytes(_) => ("[]", true),
        };
        let (name, mut args) = split(text);
        if has_attachments {
            // What is left is told that its arguments are wrong.
            args.clear();
        }
        Self {
            name,
            args,
            bytes: text.len(),
        }
    }
}

/// The name and the arguments in the text of an event; neither when it is no event.
pub(crate) fn split(event: &str) -> (Cow<'_, str>, Vec<&RawValue>) {
    let mut args: Vec<&RawValue> = serde_json::from_str(event).unwrap_or_default();
    let name = (!args.is_empty()).then(|| args.remove(0));
    (name.and_then(text).unwrap_or_default(), args)
}

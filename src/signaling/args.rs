//! The arguments of an event, taken from the packet without being read.

use std::{convert::Infallible, sync::Arc};

use serde_json::value::RawValue;
use socketioxide::{
    adapter::Adapter,
    handler::{FromMessageParts, Value},
    socket::Socket,
};

/// The arguments of an event as they came, without its name, unread: `data` is relayed as it is,
/// to the last digit.
pub(super) struct Args(pub(super) Vec<Box<RawValue>>);

impl<A: Adapter> FromMessageParts<A> for Args {
    type Error = Infallible;

    fn from_message_parts(
        _: &Arc<Socket<A>>,
        packet: &mut Value,
        _: &Option<i64>,
    ) -> Result<Self, Infallible> {
        // Whoever sends binary attachments is told that the event is malformed.
        let text = match packet {
            Value::Str(text, None) => text.as_str(),
            _ => "[]",
        };
        let mut args: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
        if !args.is_empty() {
            args.remove(0);
        }
        Ok(Self(args))
    }
}

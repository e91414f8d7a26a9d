//! The older tutorial dialect (the public WebRTC codelab), translated at the edge: `create or
//! join`, `created`, `join`, `ready`, and `message` and `bye` without the ids.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use serde::{Serialize, Serializer, ser::SerializeTuple};
use serde_json::value::RawValue;
use socketioxide::socket::Sid;

use crate::protocol::{RoomName, ServerEvent};

/// How a dialect page asks to come in.
pub(super) const CREATE_OR_JOIN: &str = "create or join";

/// The sockets that speak the dialect, and the room that each of them means.
#[derive(Debug, Default)]
pub(super) struct Speakers(RwLock<HashMap<Sid, RoomName>>);

impl Speakers {
    pub(super) fn add(&self, sid: Sid, room: RoomName) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(sid, room);
    }

    pub(super) fn remove(&self, sid: Sid) {
        if self.room(sid).is_some() {
            self.0
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&sid);
        }
    }

    /// The room that a speaker of the dialect means; `None` for everyone else.
    pub(super) fn room(&self, sid: Sid) -> Option<RoomName> {
        let speakers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        speakers.get(&sid).cloned()
    }
}

/// What a dialect page says, in the words of the core: the name of the event and its arguments.
pub(super) fn from_page<'a>(
    name: &'a str,
    args: &[&RawValue],
    room: &RoomName,
) -> (&'a str, Vec<Box<RawValue>>) {
    let core = match name {
        CREATE_OR_JOIN => "join",
        "bye" => "leave",
        _ => name,
    };
    let mut args: Vec<Box<RawValue>> = args.iter().map(|&arg| arg.to_owned()).collect();
    if name == "message" || (name == "bye" && args.is_empty()) {
        // A room name is text, which always serializes.
        args.splice(0..0, serde_json::value::to_raw_value(room).ok());
        if name == "message" {
            args.truncate(2);
        }
    }
    (core, args)
}

/// What a dialect page hears when the core says `event`: names and arguments, in this order.
pub(super) fn to_page(event: &ServerEvent) -> Vec<(&'static str, Spread)> {
    match event {
        ServerEvent::Joined { extras, .. } if extras.peers.is_empty() => {
            vec![("created", spread(event))]
        }
        ServerEvent::OtherJoin { room, .. } => {
            vec![("join", spread(&(room,))), ("ready", spread(&(room,)))]
        }
        ServerEvent::Full { room, .. } => vec![("full", spread(&(room,)))],
        ServerEvent::Message { data, .. } => vec![("message", spread(&(data,)))],
        // The second is what the codelab's own page says when it hangs up, and waits for.
        ServerEvent::Bye { .. } => vec![("bye", spread(event)), ("message", spread(&("bye",)))],
        // Nothing that such a page would know.
        ServerEvent::Visit { .. } | ServerEvent::Unvisit { .. } => Vec::new(),
        _ => vec![(event.name(), spread(event))],
    }
}

/// The arguments of an event, each in a place of its own on the wire.
#[derive(Debug)]
pub(super) struct Spread(Vec<Box<RawValue>>);

fn spread(args: &impl Serialize) -> Spread {
    let text = serde_json::to_string(args).unwrap_or_default();
    Spread(serde_json::from_str(&text).unwrap_or_default())
}

impl Serialize for Spread {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for arg in &self.0 {
            tuple.serialize_element(arg)?;
        }
        tuple.end()
    }
}

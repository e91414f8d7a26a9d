//! What the fuzz targets in `fuzz/` call: each function takes any bytes and fails when a reader of
//! network input panics, or when what it read is not read the same after it was written again.
//!
//! Not part of the library's interface; it stands here because the targets are a crate of their
//! own and must not need more of the library to be public.

#![allow(clippy::expect_used, reason = "to panic is how a target reports")]

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    protocol::{ClientEvent, DisplayName, RoomName, ServerEvent, Signal},
    signaling::{Signer, Ticket, split},
    socket::Packet,
};

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// Every target by name.
pub const TARGETS: [(&str, Target); 7] = [
    ("client_event", client_event),
    ("server_event", server_event),
    ("signal", signal),
    ("packet", packet),
    ("names", names),
    ("token", token),
    ("turn", turn),
];

/// An event as a page sends it: the JSON array behind the packet type.
pub fn client_event(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let (name, args) = split(text);
    if let Ok(event) = ClientEvent::decode(&name, &args) {
        let written = array(&event);
        let again = ClientEvent::decode(event.name(), &elements(&written));
        let again = again.expect("what was written can be read");
        assert_eq!((again.name(), array(&again)), (event.name(), written));
    }
}

/// An event as the server sends it.
pub fn server_event(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let (name, args) = split(text);
    if let Ok(event) = ServerEvent::decode(&name, &args) {
        let written = array(&event);
        let again = ServerEvent::decode(event.name(), &elements(&written));
        let again = again.expect("what was written can be read");
        assert_eq!((again.name(), array(&again)), (event.name(), written));
    }
}

/// What one page tells another.
pub fn signal(bytes: &[u8]) {
    let Ok(data) = serde_json::from_slice::<&RawValue>(bytes) else {
        return;
    };
    if let Some(signal) = Signal::parse(data) {
        let written = serde_json::value::to_raw_value(&signal).expect("a signal is JSON");
        assert_eq!(Signal::parse(&written).as_ref(), Some(&signal));
        if let Signal::Candidate(candidate) = signal {
            candidate.ufrag();
        }
    }
}

/// The text of a WebSocket message from the server.
pub fn packet(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    match Packet::parse(text) {
        Ok(packet) => {
            let written = packet.to_string();
            let again = Packet::parse(&written).expect("what was written can be read");
            assert_eq!(again.to_string(), written);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The names of rooms and people.
pub fn names(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    match RoomName::parse(text) {
        Ok(room) => {
            let chars = room.as_str().chars().count();
            assert!((1..=RoomName::MAX_CHARS).contains(&chars), "{room:?}");
            assert_eq!(RoomName::parse(room.as_str()).as_ref(), Ok(&room));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Ok(Some(name)) = DisplayName::parse(text) {
        let chars = name.as_str().chars().count();
        assert!((1..=DisplayName::MAX_CHARS).contains(&chars), "{name:?}");
        assert!(!name.as_str().contains(char::is_control), "{name:?}");
        assert_eq!(DisplayName::parse(name.as_str()), Ok(Some(name)));
    }
}

/// A resume token, and what is in one.
pub fn token(bytes: &[u8]) {
    static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::new(b"a key for fuzzing"));
    if let Ok(text) = str::from_utf8(bytes)
        && let Some(ticket) = SIGNER.verify(text)
    {
        assert_eq!(SIGNER.sign(&ticket), text, "a token has one spelling");
    }
    // No fuzzer gets past the signature, so the reader behind it has its turn here.
    if let Ok(ticket) = serde_json::from_slice::<Ticket>(bytes) {
        let token = SIGNER.sign(&ticket);
        assert_eq!(SIGNER.verify(&token), Some(ticket));
    }
}

/// What a client of the relay sends over TCP.
pub fn turn(bytes: &[u8]) {
    crate::server::turn::fuzz::stream(bytes);
}

fn array(event: &impl Serialize) -> String {
    serde_json::to_string(event).expect("an event is JSON")
}

fn elements(array: &str) -> Vec<Box<RawValue>> {
    serde_json::from_str(array).expect("an event is written as an array")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_target_holds_for_its_seeds() {
        for (name, target) in TARGETS {
            let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
            let seeds = fs::read_dir(seeds.join(name)).expect("each target has seeds");
            let mut count = 0;
            for seed in seeds {
                let seed = seed.expect("a readable folder").path();
                target(&fs::read(seed).expect("a readable file"));
                count += 1;
            }
            assert!(count > 0, "{name} has no seeds");
        }
    }

    proptest! {
        #[test]
        fn every_target_holds_for_any_text(text: String) {
            for (_, target) in TARGETS {
                target(text.as_bytes());
            }
        }

        #[test]
        fn every_target_holds_for_any_bytes(bytes: Vec<u8>) {
            for (_, target) in TARGETS {
                target(&bytes);
            }
        }

        /// Random text hardly ever is JSON; this nearly is.
        #[test]
        fn every_target_holds_for_what_looks_like_a_packet(
            text in r#"(4?[0-6])?\[?"(join|message|joined|bye)",("r"|\{\}|null|1e9|\[),?("x"|\{"(name|to|resume|sdp|type)":("offer"|\{|7)\}?)\]?"#
        ) {
            for (_, target) in TARGETS {
                target(text.as_bytes());
            }
        }
    }
}

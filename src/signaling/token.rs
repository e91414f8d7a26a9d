//! What the server signs: resume tokens. Nothing of them is kept; whoever shows one proves that
//! this server, or another one with the same key, gave them the seat.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::rooms::Time;
use crate::protocol::{DisplayName, PeerId, RoomName};

/// Signs with HMAC-SHA-256 (RFC 2104). Clones have the same key.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

/// What a resume token says: whose seat it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(super) room: RoomName,
    pub(super) id: PeerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<DisplayName>,
    /// When the seat was taken: after a restart the seats get their order back.
    pub(super) since: Time,
    /// How many seats the room has.
    pub(super) capacity: usize,
}

impl Signer {
    /// Signs with a key of any length; it should hold at least 128 random bits.
    pub fn new(key: &[u8]) -> Self {
        // HMAC takes keys of every length; the error type is there for other MACs.
        #[expect(clippy::expect_used, reason = "no length is an error")]
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of every length"))
    }

    /// The token for a seat: base64url of the ticket, a dot, base64url of its signature.
    pub(crate) fn sign(&self, ticket: &Ticket) -> String {
        // Strings and numbers always serialize.
        let text = BASE64.encode(serde_json::to_vec(ticket).unwrap_or_default());
        let mac = self.mac("resume", &[&text]);
        format!("{text}.{}", BASE64.encode(mac.finalize().into_bytes()))
    }

    /// The ticket, if this key signed it.
    pub(crate) fn verify(&self, token: &str) -> Option<Ticket> {
        let (text, signature) = token.split_once('.')?;
        let signature = BASE64.decode(signature).ok()?;
        self.mac("resume", &[text]).verify_slice(&signature).ok()?;
        serde_json::from_slice(&BASE64.decode(text).ok()?).ok()
    }

    /// What is kept of a passcode: enough to recognize it, too little to find it out.
    pub(super) fn passcode(&self, room: &RoomName, passcode: &str) -> Passcode {
        let mac = self.mac("passcode", &[room.as_str(), passcode]);
        Passcode(BASE64.encode(mac.finalize().into_bytes()))
    }

    /// A short name for something that shall not be read in the log.
    pub fn alias(&self, text: &str) -> String {
        let bytes = self.mac("log", &[text]).finalize().into_bytes();
        bytes
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// A key for another purpose, the same on every node.
    pub(crate) fn derive(&self, purpose: &str) -> Vec<u8> {
        self.mac(purpose, &[]).finalize().into_bytes().to_vec()
    }

    fn mac(&self, purpose: &str, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        for part in parts {
            // The length keeps ("a", "bc") and ("ab", "c") apart.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// Hides the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

/// A keyed digest of a passcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Passcode(String);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ticket() -> Ticket {
        Ticket {
            room: RoomName::parse("视频").expect("a name"),
            id: PeerId::from_random([7; 16]),
            name: None,
            since: Time::from_millis(1_700_000_000_000),
            capacity: 2,
        }
    }

    #[test]
    fn a_token_is_good_for_its_own_key_only() {
        let (signer, other) = (Signer::new(b"key"), Signer::new(b"yek"));
        let token = signer.sign(&ticket());
        assert_eq!(signer.verify(&token), Some(ticket()));
        assert_eq!(other.verify(&token), None);
    }

    #[test]
    fn a_passcode_is_recognized_in_its_own_room_only() {
        let signer = Signer::new(b"key");
        let (a, ab) = (RoomName::parse("a"), RoomName::parse("ab"));
        let (a, ab) = (a.expect("a name"), ab.expect("a name"));
        assert_eq!(signer.passcode(&a, "bc"), signer.passcode(&a, "bc"));
        assert_ne!(signer.passcode(&a, "bc"), signer.passcode(&ab, "c"));
    }

    proptest! {
        #[test]
        fn no_changed_token_is_good(at in 0..200_usize, to in any::<char>()) {
            let signer = Signer::new(b"key");
            let token = signer.sign(&ticket());
            let mut changed: Vec<char> = token.chars().collect();
            let at = at % changed.len();
            changed[at] = to;
            let changed: String = changed.into_iter().collect();
            if changed != token {
                prop_assert_eq!(signer.verify(&changed), None);
            }
        }

        #[test]
        fn any_text_is_no_token(text: String) {
            prop_assert_eq!(Signer::new(b"key").verify(&text), None);
        }
    }
}

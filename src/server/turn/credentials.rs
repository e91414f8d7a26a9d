//! Who may use the relay: credentials that the server can check without keeping them ("TURN REST",
//! draft-uberti-behave-turn-rest-00, section 2.2).

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use turn_types::stun::{
    attribute::{PasswordAlgorithm, Userhash, Username},
    message::{IntegrityAlgorithm, IntegrityKey, LongTermCredentials, Message},
    prelude::{Attribute, AttributeFromRaw, AttributeStaticType},
};

/// What a browser needs to use the relay (`RTCIceServer`).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `<expiry>:<peer>`: until when they are good, in seconds since 1970, and whose they are.
    pub username: String,
    /// base64 of HMAC-SHA-1 of the username.
    pub password: String,
}

/// Hides the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Makes passwords. SHA-1 is what RFC 8489 and the REST scheme ask for; as an HMAC it is sound.
#[derive(Clone)]
pub(in crate::server) struct Secret(Hmac<Sha1>);

impl Secret {
    /// A key of any length; it should hold at least 128 random bits.
    pub(in crate::server) fn new(key: &[u8]) -> Self {
        // HMAC takes keys of every length; the error type is there for other MACs.
        #[expect(clippy::expect_used, reason = "no length is an error")]
        Self(Hmac::new_from_slice(key).expect("HMAC takes keys of every length"))
    }

    pub(in crate::server) fn credentials(&self, peer: &str, expires: u64) -> Credentials {
        let username = format!("{expires}:{peer}");
        let password = self.password(&username);
        Credentials { username, password }
    }

    fn password(&self, username: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(username.as_bytes());
        BASE64.encode(mac.finalize().into_bytes())
    }

    /// Who asks, if the request is signed with credentials of ours (RFC 8489, section 9.2.4). Whether
    /// they have expired is for the caller to look at, and whether the nonce is good for the library.
    pub(super) fn asker(&self, realm: &str, message: &Message<'_>) -> Option<Asker> {
        let mut username = None;
        for (_, attribute) in message.iter_attributes() {
            match attribute.get_type() {
                // The library would believe the hash, or the last of two names, rather than the
                // name checked here. No browser sends either.
                Userhash::TYPE => return None,
                Username::TYPE if username.is_some() => return None,
                Username::TYPE => username = Some(Username::from_raw(attribute).ok()?),
                _ => (),
            }
        }
        let username = username?.username().to_owned();
        let (expires, peer) = parse(&username)?;
        let algorithm = algorithm(message);
        let password = self.password(&username);
        let key = LongTermCredentials::new(username.clone(), password.clone())
            .to_key(realm.to_owned())
            .make_key(algorithm);
        message.validate_integrity_with_key(&key).ok()?;
        Some(Asker {
            peer: peer.to_owned(),
            expires,
            username,
            password,
            key,
            algorithm,
        })
    }
}

/// With which hash a request is signed: SHA-256 only if the client chose it out of what the server
/// offered, with PASSWORD-ALGORITHM (RFC 8489, section 9.2.5).
fn algorithm(message: &Message<'_>) -> IntegrityAlgorithm {
    match message.attribute::<PasswordAlgorithm>() {
        Ok(chosen) => chosen.algorithm().as_integrity(),
        Err(_) => IntegrityAlgorithm::Sha1,
    }
}

/// The two parts of a username. A peer may have colons in its name.
fn parse(username: &str) -> Option<(u64, &str)> {
    let (expires, peer) = username.split_once(':')?;
    let is_number = expires.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !peer.is_empty()).then_some((expires.parse().ok()?, peer))
}

/// Whoever signed a request.
pub(super) struct Asker {
    /// The part of the username after the colon.
    pub(super) peer: String,
    /// The part before it: seconds since 1970.
    pub(super) expires: u64,
    /// Both.
    pub(super) username: String,
    /// Belongs to the username.
    pub(super) password: String,
    /// Signs the answer.
    pub(super) key: IntegrityKey,
    /// With what the request was signed, and the answer has to be.
    pub(super) algorithm: IntegrityAlgorithm,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_those_of_the_rest_scheme() {
        // printf 1700000000:peer | openssl dgst -sha1 -hmac key -binary | base64
        let credentials = Secret::new(b"key").credentials("peer", 1_700_000_000);
        assert_eq!(credentials.username, "1700000000:peer");
        assert_eq!(credentials.password, "uB5lU305LaY0cQVut0QLwaHrcBM=");
        assert!(!format!("{credentials:?}").contains("uB5lU305LaY0cQVut0QLwaHrcBM="));
    }

    #[test]
    fn a_username_has_a_time_and_a_peer() {
        assert_eq!(parse("12:a:b"), Some((12, "a:b")));
        for wrong in ["", ":", "12", "12:", ":a", "+12:a", "-1:a", "1 2:a", "a:12"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse(&format!("{}0:a", u64::MAX)), None);
    }
}

//! Requests of TURN: who may have what.

use std::net::SocketAddr;

use turn_server_proto::api::SocketAllocateError;
use turn_types::{
    AddressFamily,
    attribute::{EvenPort, ReservationToken},
    message::{ALLOCATE, CHANNEL_BIND, CREATE_PERMISSION, REFRESH},
    stun::{
        attribute::{
            ErrorCode, Fingerprint, MessageIntegrity, MessageIntegritySha256, XorMappedAddress,
        },
        message::{Message, MessageClass, MessageHeader, MessageWriteVec},
        prelude::{AttributeStaticType, MessageWrite, MessageWriteExt},
    },
};

use super::{
    credentials::Asker,
    relay::{Client, Now, Relay},
};

/// Ports of relayed addresses: the dynamic ones (RFC 8656, section 7.2), whose two top bits are 1.
const FIRST_PORT: u16 = 49_152;

impl Relay {
    /// Answers a request. Those of RFC 6062 (TCP allocations) and unknown ones get none.
    pub(super) fn request(&mut self, from: Client, bytes: &[u8], now: Now) -> Option<Vec<u8>> {
        let method = MessageHeader::from_bytes(bytes).ok()?.get_type().method();
        if ![ALLOCATE, REFRESH, CREATE_PERMISSION, CHANNEL_BIND].contains(&method) {
            return None;
        }
        let message = Message::from_bytes(bytes).ok()?;
        let asker = self
            .secret
            .asker(&self.settings.realm, &message)
            .filter(|asker| {
                let until = self.revoked.get(&asker.peer);
                until.is_none_or(|until| asker.expires > *until)
            })
            // A call does not end with the credentials that it began with; it ends with the seat.
            .filter(|asker| {
                let session = self.sessions.get(&from);
                let goes_on = || session.is_some_and(|session| session.is_of(asker));
                asker.expires > now.unix || method != ALLOCATE && goes_on()
            });
        self.open(from, now.instant);
        let session = self.sessions.get_mut(&from)?;
        let answer = match asker.filter(|asker| session.admit(asker)) {
            None => session.challenge(&message, now.instant),
            Some(asker) => {
                self.latest = self.latest.max(asker.expires);
                let ips = &self.settings.relayed;
                match session.objection(&message, &asker, ips, now.instant) {
                    Some(code) => error(&message, code, &asker),
                    None => self.ask(from, &message, &asker, now),
                }
            }
        }?;
        if is_refusal(&message, &answer) {
            self.refused += 1;
        }
        Some(answer)
    }

    /// Has the library answer a request that is signed with good credentials.
    fn ask(
        &mut self,
        from: Client,
        message: &Message<'_>,
        asker: &Asker,
        now: Now,
    ) -> Option<Vec<u8>> {
        let session = self.sessions.get_mut(&from)?;
        let mut answer = session.ask(message.as_bytes(), now.instant);
        let events = session.events(now.instant);
        if !events.wanted.is_empty() {
            answer = self.allocate(from, message, asker, &events.wanted, now);
        } else if class(answer.as_deref()) == Some(MessageClass::Success) {
            session.granted(message, now.instant);
        }
        self.settle(from, &events.closed, now.instant);
        answer
    }

    /// Makes an allocation, unless there are too many.
    fn allocate(
        &mut self,
        from: Client,
        message: &Message<'_>,
        asker: &Asker,
        wanted: &[AddressFamily],
        now: Now,
    ) -> Option<Vec<u8>> {
        let held = self.held.get(&asker.peer).map_or(0, |held| held.len());
        let is_over_quota = held >= self.settings.per_user;
        // No ports are reserved for later here; the library would take no notice of the wish.
        let is_impossible = self.allocations() >= self.settings.allocations
            || message.has_attribute(ReservationToken::TYPE)
            || message.has_attribute(EvenPort::TYPE);
        // The library asks for the last family first.
        let results = wanted.iter().rev().map(|family| {
            let address = if is_over_quota || is_impossible {
                Err(SocketAllocateError::InsufficientCapacity)
            } else {
                self.free_address(*family)
            };
            (*family, address)
        });
        let results = results.collect();
        let session = self.sessions.get_mut(&from)?;
        let answer = session.allocated(results, asker, now.instant);
        if is_over_quota {
            // The library has no such error.
            return error(message, ErrorCode::ALLOCATION_QUOTA_REACHED, asker);
        }
        answer
    }

    /// A relayed address that nobody has.
    pub(super) fn free_address(
        &self,
        family: AddressFamily,
    ) -> Result<SocketAddr, SocketAllocateError> {
        let is_v4 = family == AddressFamily::IPV4;
        let mut addresses = self.settings.relayed.iter();
        let ip = addresses
            .find(|ip| ip.is_ipv4() == is_v4)
            .ok_or(SocketAllocateError::AddressFamilyNotSupported)?;
        // From a random one on, so that nobody can tell who has which.
        let start = getrandom::u32().map_err(|_| SocketAllocateError::InsufficientCapacity)?;
        let [_, _, high, low] = start.to_be_bytes();
        let start = u16::from_be_bytes([high, low]) | FIRST_PORT;
        (start..=u16::MAX)
            .chain(FIRST_PORT..start)
            .map(|port| SocketAddr::new(*ip, port))
            .find(|address| !self.relayed.contains_key(address))
            .ok_or(SocketAllocateError::InsufficientCapacity)
    }
}

/// Tells a client its address (RFC 8489, section 3). Nothing is kept of it.
pub(super) fn binding(request: &Message<'_>, from: SocketAddr) -> Option<Vec<u8>> {
    let out = || MessageWriteVec::with_capacity(64);
    if let Some(error) = Message::check_attribute_types(request, &[Fingerprint::TYPE], &[], out()) {
        return Some(error.finish());
    }
    let mut answer = Message::builder_success(request, out());
    let mapped = XorMappedAddress::new(from, request.transaction_id());
    answer.add_attribute(&mapped).ok()?;
    answer.add_fingerprint().ok()?;
    Some(answer.finish())
}

/// A signed error: libwebrtc takes no other from a server to which it has shown its password.
fn error(message: &Message<'_>, code: u16, asker: &Asker) -> Option<Vec<u8>> {
    let mut answer = Message::builder_error(message, MessageWriteVec::with_capacity(128));
    let code = ErrorCode::builder(code).build().ok()?;
    answer.add_attribute(&code).ok()?;
    let signed = answer.add_message_integrity_with_key(&asker.key, asker.algorithm);
    signed.ok()?;
    Some(answer.finish())
}

fn class(message: Option<&[u8]>) -> Option<MessageClass> {
    let header = MessageHeader::from_bytes(message?).ok()?;
    Some(header.get_type().class())
}

/// Whether an answer says no for good: neither that the client should first show its password (401
/// to a request without one, RFC 8489, section 9.2.3), nor that it should take a new nonce (438).
fn is_refusal(request: &Message<'_>, answer: &[u8]) -> bool {
    if class(Some(answer)) != Some(MessageClass::Error) {
        return false;
    }
    let code = Message::from_bytes(answer)
        .ok()
        .and_then(|answer| Some(answer.attribute::<ErrorCode>().ok()?.code()));
    let is_signed = request.has_attribute(MessageIntegrity::TYPE)
        || request.has_attribute(MessageIntegritySha256::TYPE);
    code != Some(ErrorCode::STALE_NONCE) && is_signed
}

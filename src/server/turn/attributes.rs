//! What requests name.

use std::net::SocketAddr;

use turn_types::{
    attribute::{ChannelNumber, XorPeerAddress},
    stun::{
        message::Message,
        prelude::{Attribute, AttributeFromRaw, AttributeStaticType},
    },
};

/// The peers that a request names. Those that cannot be read the library refuses.
pub(super) fn peers(message: &Message<'_>) -> impl Iterator<Item = SocketAddr> {
    let transaction = message.transaction_id();
    message.iter_attributes().filter_map(move |(_, attribute)| {
        if attribute.get_type() != XorPeerAddress::TYPE {
            return None;
        }
        let peer = XorPeerAddress::from_raw(attribute).ok()?;
        Some(peer.addr(transaction))
    })
}

/// The channel and the peer that a ChannelBind binds; the library takes the last of several.
pub(super) fn binding(message: &Message<'_>) -> Option<(u16, SocketAddr)> {
    let channel = message.iter_attributes().filter_map(|(_, attribute)| {
        if attribute.get_type() != ChannelNumber::TYPE {
            return None;
        }
        Some(ChannelNumber::from_raw(attribute).ok()?.channel())
    });
    Some((channel.last()?, peers(message).last()?))
}

//! The data channel beside the media: signals go through it once somebody at the other end reads it,
//! so that a call goes on, and changes, while the server is away.

use wasm_bindgen::JsCast;
use web_sys::{
    EventTarget, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType,
};

use crate::dom::PeerConnection;

/// Both sides open the channel under this number, and neither has to be told of it (RFC 8831,
/// section 6.4: external negotiation). A tutorial page's browser accepts it and its page never
/// reads it.
const ID: u16 = 0;

/// More than this waits in vain: nothing gets through, and more would come late.
const MOST_WAITING: u32 = 64 * 1024;

/// What is big goes through a channel of its own, so that no signal waits behind it.
const BULK_ID: u16 = 1;

/// So much of it may wait; and when it is less than this, the browser says so.
const MOST_BULK: u32 = 1024 * 1024;
const LITTLE_BULK: u32 = 256 * 1024;

fn open(connection: &PeerConnection, label: &str, id: u16) -> RtcDataChannel {
    let init = RtcDataChannelInit::new();
    init.set_negotiated(true);
    init.set_id(id);
    connection.create_data_channel_with_data_channel_dict(label, &init)
}

/// The data channel of one peer connection.
pub(super) struct Channel {
    channel: RtcDataChannel,
    is_read: bool,
}

impl Channel {
    /// Opens the channel with the connection; before the first offer, so that it is in it.
    pub(super) fn new(connection: &PeerConnection) -> Self {
        Self {
            channel: open(connection, "duplex", ID),
            is_read: false,
        }
    }

    /// What its events come from.
    pub(super) fn target(&self) -> &EventTarget {
        self.channel.unchecked_ref()
    }

    /// The other side said something: there is somebody who reads.
    pub(super) fn heard(&mut self) {
        self.is_read = true;
    }

    /// Whether what is sent will be read, sooner or later.
    pub(super) fn is_up(&self) -> bool {
        self.is_read && self.channel.ready_state() == RtcDataChannelState::Open
    }

    /// Whether all that was sent has left.
    pub(super) fn is_idle(&self) -> bool {
        self.channel.buffered_amount() == 0
    }

    /// Sends a text, or says that it could not.
    pub(super) fn send(&self, text: &str) -> bool {
        self.channel.ready_state() == RtcDataChannelState::Open
            && self.channel.buffered_amount() <= MOST_WAITING
            && self.channel.send_with_str(text).is_ok()
    }
}

/// The data channel for files.
pub(super) struct Bulk(RtcDataChannel);

impl Bulk {
    /// Opens the channel with the connection.
    pub(super) fn new(connection: &PeerConnection) -> Self {
        let channel = open(connection, "duplex-files", BULK_ID);
        channel.set_binary_type(RtcDataChannelType::Arraybuffer);
        channel.set_buffered_amount_low_threshold(LITTLE_BULK);
        Self(channel)
    }

    /// What its events come from.
    pub(super) fn target(&self) -> &EventTarget {
        self.0.unchecked_ref()
    }

    /// Whether it is open and little waits in it.
    pub(super) fn has_room(&self) -> bool {
        self.0.ready_state() == RtcDataChannelState::Open && self.0.buffered_amount() < MOST_BULK
    }

    /// Sends bytes, or says that it could not.
    pub(super) fn send(&self, bytes: &[u8]) -> bool {
        self.0.ready_state() == RtcDataChannelState::Open
            && self.0.send_with_u8_array(bytes).is_ok()
    }
}

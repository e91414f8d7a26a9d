//! The data channel beside the media: signals go through it once somebody at the other end reads it,
//! so that a call goes on, and changes, while the server is away.

use wasm_bindgen::JsCast;
use web_sys::{EventTarget, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState};

use crate::dom::PeerConnection;

/// Both sides open the channel under this number, and neither has to be told of it (RFC 8831,
/// section 6.4: external negotiation). A tutorial page's browser accepts it and its page never
/// reads it.
const ID: u16 = 0;

/// More than this waits in vain: nothing gets through, and more would come late.
const MOST_WAITING: u32 = 64 * 1024;

/// The data channel of one peer connection.
pub(super) struct Channel {
    channel: RtcDataChannel,
    is_read: bool,
}

impl Channel {
    /// Opens the channel with the connection; before the first offer, so that it is in it.
    pub(super) fn new(connection: &PeerConnection) -> Self {
        let init = RtcDataChannelInit::new();
        init.set_negotiated(true);
        init.set_id(ID);
        let channel = connection.create_data_channel_with_data_channel_dict("duplex", &init);
        Self {
            channel,
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

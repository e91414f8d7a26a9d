//! Whose picture and sound there is, for a recording or a photo.

use leptos::prelude::*;
use web_sys::MediaStream;

use super::Inside;
use crate::call::{Device, RemotePeer, Sharing, Stream};

/// A person, or a screen.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) stream: MediaStream,
    pub(super) is_own: bool,
    pub(super) is_screen: bool,
    /// Whether there is a picture now.
    pub(super) has_picture: bool,
}

/// Everyone in the call, oneself first, and the screens that are shared.
pub(super) fn sources(inside: Inside) -> Vec<Source> {
    let words = inside.words;
    let (call, mut all) = (inside.call, Vec::new());
    let media_stream = |stream: &Stream| Clone::clone(stream.media_stream());
    let own = inside.conversation.own.get_untracked();
    let is_sharing = call.devices.with_untracked(|devices| devices.screen) == Sharing::On;
    for (stream, is_screen) in own.iter().zip([false, true]) {
        let source = Source {
            name: own_name(inside, is_screen),
            stream: media_stream(stream),
            is_own: true,
            is_screen,
            has_picture: if is_screen {
                is_sharing
            } else {
                call.media.get_untracked().camera == Device::On
            },
        };
        all.extend((!is_screen || is_sharing).then_some(source));
    }
    let other = |peer: &RemotePeer| {
        let person = peer.stream.as_ref().map(|stream| Source {
            name: inside.called(peer.name.as_ref()),
            stream: media_stream(stream),
            is_own: false,
            is_screen: false,
            has_picture: peer.sending.video,
        });
        let screen = peer.screen.as_ref().map(|stream| Source {
            name: words.recording.their_screen.to_owned(),
            stream: media_stream(stream),
            is_own: false,
            is_screen: true,
            has_picture: true,
        });
        [person, screen]
    };
    call.peers
        .with_untracked(|peers| all.extend(peers.iter().flat_map(other).flatten()));
    all
}

fn own_name(inside: Inside, is_screen: bool) -> String {
    let words = inside.words;
    let name = if is_screen {
        words.recording.own_screen
    } else {
        words.people.you
    };
    name.to_owned()
}

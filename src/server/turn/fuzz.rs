//! What the fuzz target `turn` calls.

use std::net::SocketAddr;

use turn_types::Instant;

use super::{
    Settings,
    frames::Frames,
    relay::{Client, Now, Relay},
};

/// Takes any bytes as what a client sends over TCP, the first of which says in which portions.
pub(crate) fn stream(bytes: &[u8]) {
    let Some((&portion, bytes)) = bytes.split_first() else {
        return;
    };
    let mut relay = Relay::new(Settings {
        relayed: vec![[192, 0, 2, 1].into()],
        ..Settings::default()
    });
    let client = Client {
        link: 0,
        address: SocketAddr::from(([198, 51, 100, 1], 1)),
    };
    let now = Now {
        instant: Instant::ZERO,
        unix: 1_700_000_000,
    };
    let (mut frames, mut out) = (Frames::new(), Vec::new());
    for portion in bytes.chunks(usize::from(portion).max(1)) {
        let space = frames.space();
        let length = portion.len().min(space.len());
        assert!(length > 0, "there is always room for more");
        space[..length].copy_from_slice(&portion[..length]);
        frames.add(length);
        loop {
            match frames.next() {
                Ok(Some(message)) => relay.receive(client, message, now, &mut out),
                Ok(None) => break,
                Err(_) => return,
            };
        }
    }
}

//! Where a message ends and the next one begins in a byte stream.

/// No message may be longer, in bytes, also over UDP. What browsers relay fits into an Ethernet
/// frame; the rest bounds memory.
pub(super) const MAX_MESSAGE: usize = 16 * 1024;

/// Bytes 4 to 7 of every STUN message (RFC 8489, section 5).
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// Whether a connection whose first byte this is speaks TURN rather than HTTP or TLS.
///
/// Only 0x00 does. The first message of a TURN client is a request (Allocate is 0x0003, Binding
/// 0x0001; RFC 8656, section 17), and every request whose method is below 0x80 has a first byte of
/// 0 (RFC 8489, section 5). A TLS handshake begins with 0x16, HTTP with a letter, and ChannelData,
/// which begins with 0x40 to 0x4f, can never come first.
#[must_use]
pub fn is_turn(first: u8) -> bool {
    first == 0
}

/// This stream is not TURN, or its messages are too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Cuts a byte stream into messages.
pub(super) struct Frames {
    buffer: Vec<u8>,
    /// What of the buffer is filled, and was not yet handed out.
    filled: std::ops::Range<usize>,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self {
            buffer: vec![0; MAX_MESSAGE],
            filled: 0..0,
        }
    }

    /// Where to put the next bytes of the stream; never empty once [`Self::next`] gave `None`.
    pub(super) fn space(&mut self) -> &mut [u8] {
        self.buffer.copy_within(self.filled.clone(), 0);
        self.filled = 0..self.filled.len();
        self.buffer.get_mut(self.filled.end..).unwrap_or_default()
    }

    /// So many bytes were put there.
    pub(super) fn add(&mut self, bytes: usize) {
        self.filled.end = (self.filled.end + bytes).min(self.buffer.len());
    }

    /// The next message without its padding, if it is complete.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, Malformed> {
        let bytes = self.buffer.get(self.filled.clone()).unwrap_or_default();
        let Some((length, padded)) = length(bytes)? else {
            return Ok(None);
        };
        if padded > MAX_MESSAGE {
            return Err(Malformed);
        }
        if bytes.len() < padded {
            return Ok(None);
        }
        self.filled.start += padded;
        Ok(bytes.get(..length))
    }
}

/// How long the message is that begins here, without and with its padding, once that is known.
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    if bytes.get(4..8).is_some_and(|cookie| cookie != COOKIE) && bytes.first() < Some(&0x40) {
        return Err(Malformed);
    }
    let Some(&[first, _, high, low]) = bytes.first_chunk() else {
        return Ok(None);
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    match first >> 6 {
        // STUN: the length is that of the attributes, which are all padded (RFC 8489, section 5).
        0 if length.is_multiple_of(4) => Ok(Some((20 + length, 20 + length))),
        // ChannelData: over a stream the length leaves out the padding (RFC 8656, section 12.5).
        1 => Ok(Some((4 + length, 4 + length.next_multiple_of(4)))),
        _ => Err(Malformed),
    }
}

/// How many zeros have to follow a message in a stream (RFC 8656, section 12.5). STUN needs none.
pub(super) fn padding(message: &[u8]) -> usize {
    message.len().next_multiple_of(4) - message.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stun(attributes: usize) -> Vec<u8> {
        let length = u16::try_from(attributes).expect("short").to_be_bytes();
        let mut message = vec![0, 1, length[0], length[1]];
        message.extend(COOKIE);
        message.extend((0..12 + attributes).map(|byte| byte as u8));
        message
    }

    fn channel(length: usize) -> Vec<u8> {
        let bytes = u16::try_from(length).expect("short").to_be_bytes();
        let mut message = vec![0x40, 7, bytes[0], bytes[1]];
        message.extend((0..length).map(|byte| byte as u8 | 1));
        message
    }

    #[test]
    fn messages_are_found_whatever_the_chunks() {
        let messages = [
            stun(0),
            channel(5),
            channel(0),
            stun(8),
            channel(4),
            stun(0),
        ];
        let mut stream = Vec::new();
        for message in &messages {
            stream.extend(message);
            stream.extend(std::iter::repeat_n(0, padding(message)));
        }
        for chunk in 1..stream.len() + 1 {
            let (mut frames, mut found) = (Frames::new(), Vec::new());
            for chunk in stream.chunks(chunk) {
                frames.space()[..chunk.len()].copy_from_slice(chunk);
                frames.add(chunk.len());
                while let Some(message) = frames.next().expect("well-formed") {
                    found.push(message.to_vec());
                }
            }
            assert_eq!(found, messages, "in chunks of {chunk}");
        }
    }

    #[test]
    fn what_is_no_turn_is_refused() {
        let mut no_cookie = stun(0);
        no_cookie[5] = 0;
        let mut odd = stun(0);
        odd[3] = 3;
        for wrong in [
            b"GET / HTTP/1.1".to_vec(),
            vec![0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc],
            vec![0x80, 0, 0, 0],
            vec![0x40, 0, 0xff, 0xff],
            no_cookie,
            odd,
        ] {
            let mut frames = Frames::new();
            frames.space()[..wrong.len()].copy_from_slice(&wrong);
            frames.add(wrong.len());
            assert_eq!(frames.next(), Err(Malformed), "{wrong:?}");
        }
    }

    #[test]
    fn the_first_byte_tells_the_protocol() {
        assert!(is_turn(stun(0)[0]));
        assert!(!is_turn(0x16), "TLS");
        assert!((b'A'..=b'Z').all(|letter| !is_turn(letter)), "HTTP");
        assert!(!is_turn(channel(0)[0]));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_cut_without_a_panic(bytes: Vec<u8>) {
            let mut frames = Frames::new();
            for byte in bytes {
                let space = frames.space();
                let Some(first) = space.first_mut() else { break };
                *first = byte;
                frames.add(1);
                if !matches!(frames.next(), Ok(None)) { break; }
            }
        }
    }
}

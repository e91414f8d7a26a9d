//! WebSocket frames, as few of them as a Socket.IO connection needs.

use anyhow::{Result, bail};

/// The masking key of every frame. RFC 6455 asks for random ones to protect proxies, and there is none here; a constant
/// lets a message be masked once and sent a million times. Servers do the same work for any key.
pub(crate) const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

const FINAL: u8 = 0x80;
const MASKED: u8 = 0x80;

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    /// A text message.
    Text = 1,
    /// The end of the connection.
    Close = 8,
    /// A sign of life is wanted.
    Ping = 9,
    /// A sign of life.
    Pong = 10,
}

/// Appends a frame as a client sends it, masked.
pub(crate) fn encode(out: &mut Vec<u8>, opcode: Opcode, payload: &[u8]) {
    header(out, opcode, payload.len(), MASKED);
    out.extend_from_slice(&MASK);
    out.extend(
        payload
            .iter()
            .enumerate()
            .map(|(at, byte)| byte ^ MASK[at % 4]),
    );
}

/// Appends a text frame as a server sends it, not masked, whose payload is made of these parts.
pub(crate) fn encode_as_server(out: &mut Vec<u8>, parts: &[&[u8]]) {
    let length = parts.iter().map(|part| part.len()).sum();
    header(out, Opcode::Text, length, 0);
    for part in parts {
        out.extend_from_slice(part);
    }
}

fn header(out: &mut Vec<u8>, opcode: Opcode, length: usize, masked: u8) {
    out.push(FINAL | opcode as u8);
    match length {
        0..126 => out.push(masked | length as u8),
        126..=0xffff => {
            out.push(masked | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// Where the parts of one frame lie in the bytes that it was read from.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What it is for.
    pub(crate) opcode: Opcode,
    /// Its masking key, if it comes from a client.
    pub(crate) mask: Option<[u8; 4]>,
    /// Where the payload begins.
    pub(crate) start: usize,
    /// Where the payload and with it the frame ends.
    pub(crate) end: usize,
}

/// The frame at the beginning of `bytes`, or nothing if it is not all there yet.
pub(crate) fn decode(bytes: &[u8]) -> Result<Option<Frame>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    let opcode = match first {
        0x81 => Opcode::Text,
        0x88 => Opcode::Close,
        0x89 => Opcode::Ping,
        0x8a => Opcode::Pong,
        // Fragments, binary and compressed messages are not part of the contract.
        other => bail!("a frame begins with {other:#04x}"),
    };
    let (length, mut start) = match second & !MASKED {
        126 => match rest {
            [a, b, ..] => (usize::from(u16::from_be_bytes([*a, *b])), 4),
            _ => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => (usize::try_from(u64::from_be_bytes(*length))?, 10),
            None => return Ok(None),
        },
        short => (usize::from(short), 2),
    };
    let mask = if second & MASKED == 0 {
        None
    } else {
        let Some(mask) = bytes.get(start..).and_then(<[u8]>::first_chunk::<4>) else {
            return Ok(None);
        };
        start += 4;
        Some(*mask)
    };
    let end = start.saturating_add(length);
    Ok((end <= bytes.len()).then_some(Frame {
        opcode,
        mask,
        start,
        end,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_can_be_decoded_at_every_length_of_the_header() {
        for length in [0, 1, 125, 126, 1500, 0xffff, 0x10000] {
            let payload: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut bytes = Vec::new();
            encode(&mut bytes, Opcode::Text, &payload);
            let frame = decode(&bytes).unwrap().unwrap();
            assert_eq!((frame.mask, frame.end), (Some(MASK), bytes.len()));
            let clear: Vec<u8> = bytes[frame.start..]
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask)
                .collect();
            assert!(clear == payload);

            bytes.clear();
            encode_as_server(&mut bytes, &[&payload]);
            let frame = decode(&bytes).unwrap().unwrap();
            assert!(frame.mask.is_none() && bytes[frame.start..frame.end] == payload);
        }
    }

    #[test]
    fn a_frame_that_is_not_complete_is_waited_for() {
        let mut bytes = Vec::new();
        encode(&mut bytes, Opcode::Text, &[0; 300]);
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).unwrap().is_none());
        }
    }

    #[test]
    fn fragments_and_binary_are_refused() {
        assert!(decode(&[0x01, 0]).is_err());
        assert!(decode(&[0x82, 0]).is_err());
    }
}

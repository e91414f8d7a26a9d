//! The messages that pairs exchange: what a call sends while it comes about, with a sequence number in it.

use anyhow::{Context, Result, ensure};

use crate::frame::{self, MASK, Opcode};

/// Sequence numbers count from here, so that all of them have ten digits.
const FIRST: u32 = 1_000_000_000;
const DIGITS: usize = 10;

/// Messages of one sender, ready to be sent again and again with only the sequence number changed.
#[derive(Debug)]
pub(crate) struct Template {
    /// The whole frame, masked.
    frame: Vec<u8>,
    /// Where the number stands in the frame.
    frame_number: usize,
    /// What the receiver's event begins with: everything but the extras of the server.
    event: Vec<u8>,
    /// Where the number stands in the event.
    event_number: usize,
}

impl Template {
    /// Messages into a room, each with `size` bytes of data.
    pub(crate) fn new(room: &str, size: usize) -> Result<Self> {
        let event = format!(r#"["message","{room}",{}"#, data(size)?);
        let event_number = event
            .find(&FIRST.to_string())
            .context("the number is in the data")?;
        let mut frame = Vec::new();
        frame::encode(&mut frame, Opcode::Text, format!("42{event}]").as_bytes());
        let after_number = event.len() + 1 - event_number;
        Ok(Self {
            frame_number: frame.len() - after_number,
            frame,
            event: event.into_bytes(),
            event_number,
        })
    }

    /// Appends the message with this number.
    pub(crate) fn write(&self, out: &mut Vec<u8>, number: u32) {
        let start = out.len();
        out.extend_from_slice(&self.frame);
        let payload = self.frame.len() - (self.event.len() + 3);
        let mut rest = FIRST + number;
        for at in (self.frame_number..self.frame_number + DIGITS).rev() {
            out[start + at] = (b'0' + (rest % 10) as u8) ^ MASK[(at - payload) % 4];
            rest /= 10;
        }
    }

    /// The number of the message that a receiver got. Fails unless the data came through unchanged.
    pub(crate) fn read(&self, event: &[u8]) -> Result<u32> {
        let (number, after) = (self.event_number, self.event_number + DIGITS);
        let unchanged = event.len() > self.event.len()
            && event[..number] == self.event[..number]
            && event[after..self.event.len()] == self.event[after..];
        ensure!(
            unchanged,
            "expected {}, got {}",
            String::from_utf8_lossy(&self.event),
            String::from_utf8_lossy(event)
        );
        let value = event[number..after].iter().try_fold(0u32, |value, digit| {
            let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
            value.checked_mul(10)?.checked_add(u32::from(digit))
        });
        value
            .and_then(|value| value.checked_sub(FIRST))
            .context("the sequence number was changed")
    }
}

/// A candidate, or if there is place for one a description. The keys are sorted, because a server that parses may sort
/// them; Duplex does not parse.
fn data(size: usize) -> Result<String> {
    let (head, tail) = if size < 500 {
        (
            r#"{"candidate":"candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx generation "#.to_owned(),
            format!(r#"","id":"0","label":0,"seq":{FIRST}}}"#),
        )
    } else {
        (
            r#"{"sdp":"v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"#
                .to_owned(),
            format!(r#"","seq":{FIRST},"type":"offer"}}"#),
        )
    };
    let mut data = head;
    let room = size.checked_sub(data.len() + tail.len());
    let end = data.len() + room.with_context(|| format!("{size} bytes are too few"))?;
    let line = r"a=rtcp-fb:96 ccm fir\r\n";
    while size >= 500 && data.len() + line.len() <= end {
        data.push_str(line);
    }
    data.extend(std::iter::repeat_n('0', end - data.len()));
    Ok(data + &tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_with_the_number_it_was_written_with() {
        for (size, number) in [(150, 0), (150, 987_654), (1500, 42), (1500, 123_456_789)] {
            let template = Template::new("room", size).unwrap();
            let mut out = vec![0; 3];
            template.write(&mut out, number);
            let frame = frame::decode(&out[3..]).unwrap().unwrap();
            assert_eq!(frame.end, out.len() - 3);
            let mut text: Vec<u8> = out[3 + frame.start..]
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask)
                .collect();
            let event = text.split_off(2);
            assert_eq!(text, b"42");
            assert_eq!(template.read(&event).unwrap(), number);
            assert_eq!(event.len(), r#"["message","room",]"#.len() + size);
        }
    }

    #[test]
    fn data_that_was_changed_is_noticed() {
        let template = Template::new("room", 150).unwrap();
        let mut event = template.event.clone();
        event.push(b']');
        assert_eq!(template.read(&event).unwrap(), 0);
        for at in 0..event.len() - 1 {
            let mut changed = event.clone();
            changed[at] ^= 0x40;
            assert!(template.read(&changed).is_err(), "{at}");
        }
    }
}

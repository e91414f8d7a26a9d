//! Engine.IO 4 and Socket.IO 5 packets as the text of one WebSocket message.
//!
//! Sources: the "Engine.IO Protocol" (revision 4) and "Socket.IO Protocol" (revision 5) documents.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One packet. Those of Socket.IO are in the default namespace.
#[derive(Debug, Clone)]
pub enum Packet {
    /// Engine.IO, from the server: the session begins.
    Open {
        /// The server sends a ping this often, in milliseconds.
        ping_interval: u32,
        /// It waits this long for the answer, in milliseconds.
        ping_timeout: u32,
    },
    /// Engine.IO: the session ends.
    Close,
    /// Engine.IO: are you there? Answered with `Pong`.
    Ping,
    /// Engine.IO: I am here.
    Pong,
    /// Engine.IO: nothing; to be skipped.
    Noop,
    /// Socket.IO: from the client, asks for the namespace; from the server, grants it.
    Connect,
    /// Socket.IO, from the server: the namespace is refused.
    ConnectError(String),
    /// Socket.IO: one side leaves the namespace.
    Disconnect,
    /// Socket.IO: an event.
    Event {
        /// Under which id the receiver should acknowledge it, if it should.
        ack: Option<u64>,
        /// The name of the event.
        name: String,
        /// Its arguments.
        args: Vec<Box<RawValue>>,
    },
    /// Socket.IO: the acknowledgement of an event.
    Ack {
        /// The id that the event asked for.
        id: u64,
        /// What its receiver has to say.
        args: Vec<Box<RawValue>>,
    },
}

/// Why a text is no packet that this client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketError {
    /// It ends too early.
    Truncated,
    /// No packet of either protocol begins so.
    UnknownType(char),
    /// Binary attachments, which Duplex does not use.
    Binary,
    /// For a namespace that this client did not ask for.
    Namespace,
    /// The JSON in it is broken or of another shape.
    Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handshake {
    ping_interval: u32,
    ping_timeout: u32,
}

impl Packet {
    /// An event without acknowledgement. `args` serializes as an array of its arguments.
    ///
    /// # Errors
    /// When `args` does not serialize as an array.
    pub fn event(name: &str, args: &impl Serialize) -> Result<Self, PacketError> {
        let args = serde_json::to_string(args).map_err(|_| PacketError::Payload)?;
        let args = serde_json::from_str(&args).map_err(|_| PacketError::Payload)?;
        Ok(Self::Event {
            ack: None,
            name: name.to_owned(),
            args,
        })
    }

    /// The same event, to be acknowledged under this id.
    #[must_use]
    pub fn asking(mut self, id: u64) -> Self {
        if let Self::Event { ack, .. } = &mut self {
            *ack = Some(id);
        }
        self
    }

    /// Reads the text of one WebSocket message.
    ///
    /// # Errors
    /// See [`PacketError`]; the connection can go on after any of them.
    pub fn parse(text: &str) -> Result<Self, PacketError> {
        let (kind, rest) = split_first(text)?;
        match kind {
            '0' => {
                let Handshake {
                    ping_interval,
                    ping_timeout,
                } = json(rest)?;
                Ok(Self::Open {
                    ping_interval,
                    ping_timeout,
                })
            }
            '1' => Ok(Self::Close),
            '2' => Ok(Self::Ping),
            '3' => Ok(Self::Pong),
            '4' => Self::parse_message(rest),
            '6' => Ok(Self::Noop),
            other => Err(PacketError::UnknownType(other)),
        }
    }

    fn parse_message(text: &str) -> Result<Self, PacketError> {
        let (kind, rest) = split_first(text)?;
        if matches!(kind, '5' | '6') {
            return Err(PacketError::Binary);
        }
        let rest = skip_default_namespace(rest)?;
        match kind {
            '0' => Ok(Self::Connect),
            '1' => Ok(Self::Disconnect),
            '2' => {
                let (ack, rest) = split_ack(rest)?;
                let mut args: Vec<Box<RawValue>> = json(rest)?;
                if args.is_empty() {
                    return Err(PacketError::Payload);
                }
                let name = json(args.remove(0).get())?;
                Ok(Self::Event { ack, name, args })
            }
            '3' => {
                let (id, rest) = split_ack(rest)?;
                Ok(Self::Ack {
                    id: id.ok_or(PacketError::Truncated)?,
                    args: json(rest)?,
                })
            }
            '4' => Ok(Self::ConnectError(rest.to_owned())),
            other => Err(PacketError::UnknownType(other)),
        }
    }
}

/// The text of the packet, as one WebSocket message carries it.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open {
                ping_interval,
                ping_timeout,
            } => write!(
                f,
                r#"0{{"sid":"","upgrades":[],"pingInterval":{ping_interval},"pingTimeout":{ping_timeout},"maxPayload":0}}"#
            ),
            Self::Close => f.write_str("1"),
            Self::Ping => f.write_str("2"),
            Self::Pong => f.write_str("3"),
            Self::Noop => f.write_str("6"),
            Self::Connect => f.write_str("40"),
            Self::Disconnect => f.write_str("41"),
            // What begins like a namespace would be read as one.
            Self::ConnectError(data) if data.starts_with('/') => write!(f, "44/,{data}"),
            Self::ConnectError(data) => write!(f, "44{data}"),
            Self::Event { ack, name, args } => {
                f.write_str("42")?;
                if let Some(id) = ack {
                    write!(f, "{id}")?;
                }
                let name = serde_json::to_string(name).map_err(|_| fmt::Error)?;
                write_array(f, Some(&name), args)
            }
            Self::Ack { id, args } => {
                write!(f, "43{id}")?;
                write_array(f, None, args)
            }
        }
    }
}

impl fmt::Display for PacketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the packet ends too early"),
            Self::UnknownType(kind) => write!(f, "no packet begins with {kind:?}"),
            Self::Binary => f.write_str("binary attachments are not supported"),
            Self::Namespace => f.write_str("the packet is for another namespace"),
            Self::Payload => f.write_str("the packet's JSON is broken or of another shape"),
        }
    }
}

impl std::error::Error for PacketError {}

fn split_first(text: &str) -> Result<(char, &str), PacketError> {
    let mut chars = text.chars();
    let first = chars.next().ok_or(PacketError::Truncated)?;
    Ok((first, chars.as_str()))
}

/// The default namespace is usually left out, and may be written as `/,`.
fn skip_default_namespace(text: &str) -> Result<&str, PacketError> {
    if !text.starts_with('/') {
        return Ok(text);
    }
    match text.split_once(',') {
        Some(("/", rest)) => Ok(rest),
        None if text == "/" => Ok(""),
        _ => Err(PacketError::Namespace),
    }
}

fn split_ack(text: &str) -> Result<(Option<u64>, &str), PacketError> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .ok_or(PacketError::Truncated)?;
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    digits
        .parse()
        .map(|id| (Some(id), rest))
        .map_err(|_| PacketError::Payload)
}

fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, PacketError> {
    serde_json::from_str(text).map_err(|_| PacketError::Payload)
}

fn write_array(
    f: &mut fmt::Formatter<'_>,
    first: Option<&str>,
    rest: &[Box<RawValue>],
) -> fmt::Result {
    f.write_str("[")?;
    for (index, item) in first
        .into_iter()
        .chain(rest.iter().map(|raw| raw.get()))
        .enumerate()
    {
        if index > 0 {
            f.write_str(",")?;
        }
        f.write_str(item)?;
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests;

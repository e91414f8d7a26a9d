//! A Socket.IO client for the browser: protocol 5 over Engine.IO 4, WebSocket only, the default
//! namespace, no binary attachments.
//!
//! No maintained client compiles to WebAssembly, and the JavaScript one would make the page wait
//! for a second module.

mod backoff;
mod connection;
mod packet;

pub use connection::{Pace, Socket, SocketEvent, connect};
pub use packet::{Packet, PacketError};

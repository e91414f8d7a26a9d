//! The relay without sockets, spoken to as browsers do.

mod abuse;
mod allocations;
mod peer;
mod permissions;
mod relaying;
mod sockets;
mod wire;

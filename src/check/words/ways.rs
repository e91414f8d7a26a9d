//! What there is to say about STUN and TURN servers.

use super::{Line, Tone::Wrong, busy, good, line, waiting};
use crate::check::{Cause, Kind, Trial, Way};

/// One STUN or TURN server under one of its addresses.
pub(super) fn way(way: &Way) -> Line {
    let Way {
        kind,
        address,
        trial,
    } = way;
    let title = match kind {
        Kind::Stun => "STUN",
        Kind::Udp => "Relay over UDP",
        Kind::Tcp => "Relay over TCP",
        Kind::Tls => "Relay over TLS",
    };
    let cause = match trial {
        Trial::Waiting => return waiting(title, format!("{address}: its turn comes.")),
        Trial::Busy => return busy(title, format!("{address}: trying…")),
        Trial::Done(Ok(millis)) => {
            let text = if *kind == Kind::Stun {
                format!("{address} answers, after {millis} ms.")
            } else {
                format!("{address}: a message was there and back in {millis} ms.")
            };
            return good(title, text);
        }
        Trial::Done(Err(cause)) => *cause,
    };
    let text = match cause {
        Cause::Unreached => "not reached.",
        Cause::Unclear => "nothing usable comes back.",
        Cause::NoName => "no machine has this name.",
        Cause::Credentials => "it refuses the credentials.",
        Cause::Full => "it has no place left.",
        Cause::Silent => "it gives out addresses, and what is sent to them does not arrive.",
        Cause::Invalid => "the browser does not take this address.",
    };
    line(
        Wrong,
        title,
        format!("{address}: {text}"),
        way_out(cause, *kind, address),
    )
}

fn way_out(cause: Cause, kind: Kind, address: &str) -> String {
    let port = address.rsplit_once(':').map_or("", |(_, port)| port);
    let over = match kind {
        Kind::Stun | Kind::Udp => "UDP",
        Kind::Tcp | Kind::Tls => "TCP",
    };
    let blocked = || {
        format!(
            "Probably a firewall blocks {over}, the one of your network or the one of the server. Check again in another network, such as your phone's: if it is the same there, whoever runs this server has to open port {port} over {over}."
        )
    };
    match cause {
        Cause::Unreached => blocked(),
        Cause::Unclear => format!(
            "{} Or the relay refuses the credentials: duplex doctor, on the server, tells more.",
            blocked()
        ),
        Cause::NoName => "Whoever runs this server has to correct the name: turn-host, or ice-servers.".to_owned(),
        Cause::Credentials => "Whoever runs this server: turn-secret has to be the secret of the relay, and both clocks have to be right.".to_owned(),
        Cause::Full => "Check again later. Whoever runs this server can raise turn-allocations and turn-allocations-per-peer, or those of coturn.".to_owned(),
        Cause::Silent => "Whoever runs this server can ask it: duplex doctor. With coturn, allowed-peer-ip and external-ip are to be looked at.".to_owned(),
        Cause::Invalid => "Whoever runs this server has to correct it: turn-host, or ice-servers.".to_owned(),
    }
}

//! The address of a STUN or TURN server, as the host names it and as a peer is handed it.

use std::fmt;

use super::check::{host_and_port, is_host_name};

/// An address of a STUN or TURN server (RFC 7064, RFC 7065) that browsers can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IceUrl {
    /// Whether the server relays, for which it wants credentials.
    pub(crate) relays: bool,
    pub(crate) over: Over,
    /// An IPv6 address in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What a server is spoken to over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Udp,
    Tcp,
    Tls,
}

impl IceUrl {
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (host, query) = match rest.split_once('?') {
            Some((_, "")) => return None,
            Some((host, query)) => (host, query),
            None => (rest, ""),
        };
        let (host, port) = host_and_port(host);
        let over = match (scheme, query) {
            ("stun", "") | ("turn", "" | "transport=udp") => Over::Udp,
            ("turn", "transport=tcp") => Over::Tcp,
            ("stuns", "") | ("turns", "" | "transport=tcp") => Over::Tls,
            // There is a `turns:` over UDP (DTLS), which no browser speaks.
            _ => return None,
        };
        if host.is_empty() || !is_host_name(host) {
            return None;
        }
        let default = if over == Over::Tls { 5349 } else { 3478 };
        Some(Self {
            relays: scheme.starts_with("turn"),
            over,
            host: host.to_owned(),
            port: port.map_or(Some(default), |port| port.parse().ok())?,
        })
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_browsers_read_them() {
        for (url, relays, over, host, port) in [
            ("stun:a.example", false, Over::Udp, "a.example", 3478),
            ("stuns:a.example", false, Over::Tls, "a.example", 5349),
            (
                "turn:a.example:3000?transport=udp",
                true,
                Over::Udp,
                "a.example",
                3000,
            ),
            (
                "turn:[::1]:3000?transport=tcp",
                true,
                Over::Tcp,
                "[::1]",
                3000,
            ),
            ("turn:[::1]", true, Over::Udp, "[::1]", 3478),
            (
                "turns:a.example?transport=tcp",
                true,
                Over::Tls,
                "a.example",
                5349,
            ),
        ] {
            let expected = IceUrl {
                relays,
                over,
                host: host.to_owned(),
                port,
            };
            assert_eq!(IceUrl::parse(url), Some(expected), "{url}");
        }
        for url in [
            "turns:a.example?transport=udp",
            "stun:a.example?transport=udp",
            "turn:a.example:x",
            "turn:a.example?",
            "turn:me@a.example",
            "stun://a.example",
            "stun:::1",
            "stun:",
            "turn:?transport=udp",
            "http://a",
            "",
        ] {
            assert_eq!(IceUrl::parse(url), None, "{url}");
        }
    }
}

//! Which values make sense, alone and together.

use std::{fmt::Display, ops::RangeInclusive};

use super::{CertificateSource, IceUrl, Settings};

/// A setting that cannot be used, by its name, and what can.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) key: &'static str,
    pub(super) allowed: String,
}

fn wrong(key: &'static str, allowed: impl Into<String>) -> Result<(), Wrong> {
    let allowed = allowed.into();
    Err(Wrong { key, allowed })
}

impl Settings {
    /// Looks at every value.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        self.check_ranges()?;
        self.check_secrets()?;
        self.check_certificate()?;
        self.check_addresses()
    }

    fn check_ranges(&self) -> Result<(), Wrong> {
        within("stop-seconds", self.stop_seconds, 0.1..=600.0)?;
        within("grace-seconds", self.grace_seconds, 0.0..=86_400.0)?;
        within(
            "ping-interval-seconds",
            self.ping_interval_seconds,
            0.1..=600.0,
        )?;
        within(
            "ping-timeout-seconds",
            self.ping_timeout_seconds,
            0.1..=600.0,
        )?;
        // The page asks for new ones a minute before the end.
        within(
            "turn-credential-seconds",
            self.turn_credential_seconds,
            120..=604_800,
        )?;
        within("max-capacity", self.max_capacity, 1..=16)?;
        if !(1..=self.max_capacity).contains(&self.capacity) {
            return wrong(
                "capacity",
                format!("1 to max-capacity, which is {}", self.max_capacity),
            );
        }
        for (key, value) in [
            ("max-message-bytes", self.max_message_bytes),
            ("messages-per-second", self.messages_per_second as usize),
            ("message-burst", self.message_burst as usize),
            ("joins-per-minute", self.joins_per_minute as usize),
            ("rooms-per-socket", self.rooms_per_socket),
            ("sockets-per-address", self.sockets_per_address),
            ("max-waiting-packets", self.max_waiting_packets),
            ("turn-allocations-per-peer", self.turn_allocations_per_peer),
            ("turn-allocations", self.turn_allocations),
        ] {
            if value == 0 {
                return wrong(key, "1 or more");
            }
        }
        Ok(())
    }

    fn check_secrets(&self) -> Result<(), Wrong> {
        for (key, secret, least) in [
            ("signing-key", &self.signing_key, 32),
            ("turn-secret", &self.turn_secret, 16),
        ] {
            if !secret.is_empty() && secret.len() < least {
                return wrong(
                    key,
                    format!("at least {least} characters; `openssl rand -hex 32` makes some"),
                );
            }
        }
        Ok(())
    }

    fn check_certificate(&self) -> Result<(), Wrong> {
        let files = [("tls-cert", &self.tls_cert), ("tls-key", &self.tls_key)];
        for (key, file) in files {
            let is_named = !file.as_os_str().is_empty();
            match self.https {
                CertificateSource::Files if !is_named => {
                    return wrong(
                        key,
                        "the path of a file in PEM format, because https = \"files\"",
                    );
                }
                CertificateSource::Files => {}
                _ if is_named => {
                    return wrong(key, "nothing, unless https = \"files\"");
                }
                _ => {}
            }
        }
        let is_acme = self.https == CertificateSource::Acme;
        if is_acme && self.acme_domains.is_empty() {
            return wrong(
                "acme-domains",
                "names that lead to this machine, such as [\"call.example.org\"], because https = \"acme\"",
            );
        }
        if !is_acme && !self.acme_domains.is_empty() {
            return wrong("acme-domains", "nothing, unless https = \"acme\"");
        }
        let is_name = |name: &String| {
            name.contains('.') && is_host_name(name) && name.parse::<std::net::IpAddr>().is_err()
        };
        if !self.acme_domains.iter().all(is_name) {
            return wrong(
                "acme-domains",
                "whole names, such as [\"call.example.org\"]",
            );
        }
        if !self.acme_email.is_empty() && !self.acme_email.contains('@') {
            return wrong(
                "acme-email",
                "an address such as \"me@example.org\", or nothing",
            );
        }
        if !self.acme_directory.starts_with("https://") {
            return wrong("acme-directory", "a URL that begins with https://");
        }
        if self.http_addr.is_some() && self.https == CertificateSource::Off {
            return wrong(
                "http-addr",
                "nothing while https = \"off\": pages are served over HTTP anyway",
            );
        }
        Ok(())
    }

    fn check_addresses(&self) -> Result<(), Wrong> {
        if !is_host_name(&self.turn_host) {
            return wrong(
                "turn-host",
                "a name or an address without a port, an IPv6 address in brackets",
            );
        }
        let base = self.base_path();
        let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        let origin = self
            .public_url
            .trim_end_matches('/')
            .strip_suffix(base)
            .unwrap_or_default();
        let is_web = origin.starts_with("http://") || origin.starts_with("https://");
        let is_url = is_web && is_origin(origin) && base.chars().all(is_fine);
        if !self.public_url.is_empty() && (!is_url || base.contains("//")) {
            return wrong(
                "public-url",
                "such as \"https://call.example.org\" or \"https://example.org/call\", or nothing",
            );
        }
        if !self.turn && self.turn_addr.is_some() {
            return wrong("turn-addr", "nothing while turn = false");
        }
        if !self.redis.is_empty()
            && !["redis://", "unix://", "redis+unix://"]
                .iter()
                .any(|scheme| self.redis.starts_with(scheme))
        {
            return wrong(
                "redis",
                "a URL such as \"redis://127.0.0.1:6379\", or nothing",
            );
        }
        let urls = self.ice_servers.iter().map(|url| IceUrl::parse(url));
        let Some(urls) = urls.collect::<Option<Vec<_>>>() else {
            return wrong(
                "ice-servers",
                "addresses such as [\"stun:stun.example.org\", \"turn:turn.example.org:3478?transport=udp\"]",
            );
        };
        if self.turn_secret.is_empty() && urls.iter().any(|url| url.relays) {
            return wrong(
                "turn-secret",
                "the secret of the TURN server in ice-servers (static-auth-secret of coturn)",
            );
        }
        for (key, origins) in [
            ("allowed-origins", &self.allowed_origins),
            ("frame-ancestors", &self.frame_ancestors),
        ] {
            if !origins.iter().all(|origin| is_origin(origin)) {
                return wrong(
                    key,
                    "scheme, name and port as a browser says them, such as [\"https://example.org\"], or [\"*\"]",
                );
            }
        }
        Ok(())
    }
}

fn within<T: PartialOrd + Display + Copy>(
    key: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), Wrong> {
    if range.contains(&value) {
        return Ok(());
    }
    wrong(key, format!("{} to {}", range.start(), range.end()))
}

/// Whether this can stand for a host in a URL; empty is fine as well.
pub(super) fn is_host_name(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        let address = address
            .strip_suffix(']')
            .map(str::parse::<std::net::Ipv6Addr>);
        return address.is_some_and(|address| address.is_ok());
    }
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    text.chars().all(is_fine)
}

/// What stands before and behind the colon; an IPv6 address in brackets has some of its own.
pub(super) fn host_and_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    }
}

/// RFC 6454, section 7, or the star.
fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text == "*";
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = host_and_port(rest);
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_scheme = scheme
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    !scheme.is_empty() && is_scheme && !host.is_empty() && port && is_host_name(host)
}

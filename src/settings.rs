//! What the host can set: the table `[duplex]` of Leptos.toml, and variables that win over it
//! (`grace-seconds` is `DUPLEX_GRACE_SECONDS`).

mod check;
mod document;
mod ice_url;
mod read;
mod secrets;
mod shown;
mod source;
#[cfg(test)]
mod tests;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use serde::{Deserialize, Serialize};

pub(crate) use self::{
    ice_url::{IceUrl, Over},
    secrets::without_password,
};
pub use self::{
    read::read,
    shown::{Shown, shown},
    source::Source,
};

/// Every setting, with the defaults of the wire contract.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Keeps what has to survive a restart: the signing key.
    pub state_dir: PathBuf,
    /// Signs resume tokens, instead of the key in `state-dir`; the same on every node.
    pub signing_key: String,
    /// Under which URL people open the lobby; empty: whatever they type. Its path is the base of all
    /// pages.
    pub public_url: String,
    /// Whether pages are served over HTTPS, and where the certificate comes from.
    pub https: CertificateSource,
    /// The certificate and those that vouch for it, in PEM format, for `https = "files"` …
    pub tls_cert: PathBuf,
    /// … and its private key.
    pub tls_key: PathBuf,
    /// The names that a certificate is asked for, for `https = "acme"`.
    pub acme_domains: Vec<String>,
    /// Where the authority can write to, about certificates that end.
    pub acme_email: String,
    /// The authority that gives certificates: the URL of its directory (RFC 8555, section 7.1.1).
    pub acme_directory: String,
    /// The certificates that vouch for the authority's own server; empty: those of the web.
    pub acme_ca: PathBuf,
    /// Where plain HTTP leads to HTTPS; empty: on the port of the pages only.
    #[serde(deserialize_with = "read::address_or_empty")]
    pub http_addr: Option<SocketAddr>,
    /// Pages of these origins may show ours in a frame; empty: none.
    pub frame_ancestors: Vec<String>,
    /// Where several nodes keep their rooms (`redis://…`); empty: in memory, one node.
    pub redis: String,
    /// Pages of these origins may connect, besides our own; `*` lets all in.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether this program relays media for those who do not reach each other (TURN).
    pub turn: bool,
    /// Where the relay listens, over UDP and TCP; empty: on the address and port of the pages.
    #[serde(deserialize_with = "read::address_or_empty")]
    pub turn_addr: Option<SocketAddr>,
    /// The name or address under which browsers reach the relay; empty: that of the page.
    pub turn_host: String,
    /// Signs the credentials for TURN; empty: derived from the signing key.
    pub turn_secret: String,
    /// How long credentials for TURN are good; a page in a call gets new ones in time.
    pub turn_credential_seconds: u64,
    /// How much one allocation of the relay may send, in bits per second; 0: no limit.
    pub turn_bits_per_second: u64,
    /// How many allocations one peer may have …
    pub turn_allocations_per_peer: usize,
    /// … and all together.
    pub turn_allocations: usize,
    /// STUN and TURN servers besides the relay in this program.
    pub ice_servers: Vec<String>,
    /// Where Prometheus reads the metrics; empty: nowhere.
    #[serde(deserialize_with = "read::address_or_empty")]
    pub metrics_addr: Option<SocketAddr>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Log room names and addresses as they are, instead of an alias.
    pub log_names: bool,
    /// How long the end may take after SIGTERM.
    pub stop_seconds: f64,
    /// How long a seat is kept for whoever lost the connection.
    pub grace_seconds: f64,
    /// A silent connection is asked for a sign of life this often …
    pub ping_interval_seconds: f64,
    /// … and given up after this long.
    pub ping_timeout_seconds: f64,
    /// How many peers a room holds unless its creator says otherwise …
    pub capacity: usize,
    /// … and how many a creator can ask for.
    pub max_capacity: usize,
    /// How many may wait before a locked room.
    pub max_waiting: usize,
    /// Whether whoever looks at the preview connects to a peer who is alone in the room, before they join.
    pub connect_early: bool,
    /// Whether the page of a room says who is there to whoever has its link, before they join.
    pub show_names: bool,
    /// How many messages are kept for a peer who is away …
    pub kept_messages: usize,
    /// … and how many bytes of them.
    pub kept_bytes: usize,
    /// No message may be larger, in bytes.
    pub max_message_bytes: usize,
    /// How many events a socket may send, in the long run …
    pub messages_per_second: u32,
    /// … and at once.
    pub message_burst: u32,
    /// How often a socket may join.
    pub joins_per_minute: u32,
    /// In how many rooms a socket may be.
    pub rooms_per_socket: usize,
    /// How many sockets one address may open.
    pub sockets_per_address: usize,
    /// A receiver who lets so many packets pile up is disconnected.
    pub max_waiting_packets: usize,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateSource {
    /// There is none: pages are served over HTTP.
    Off,
    /// We make one ourselves, which browsers warn of.
    SelfSigned,
    /// From the files that the host names.
    Files,
    /// From an authority such as Let's Encrypt.
    Acme,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from("state"),
            signing_key: String::new(),
            public_url: String::new(),
            https: CertificateSource::Off,
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            acme_domains: Vec::new(),
            acme_email: String::new(),
            acme_directory: "https://acme-v02.api.letsencrypt.org/directory".to_owned(),
            acme_ca: PathBuf::new(),
            http_addr: None,
            frame_ancestors: Vec::new(),
            redis: String::new(),
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            turn: true,
            turn_addr: None,
            turn_host: String::new(),
            turn_secret: String::new(),
            turn_credential_seconds: 3_600,
            turn_bits_per_second: 8_000_000,
            turn_allocations_per_peer: 12,
            turn_allocations: 1_000,
            ice_servers: Vec::new(),
            metrics_addr: Some(SocketAddr::from(([127, 0, 0, 1], 9464))),
            log_format: LogFormat::Text,
            log_names: false,
            stop_seconds: 5.0,
            grace_seconds: 20.0,
            ping_interval_seconds: 5.0,
            ping_timeout_seconds: 4.0,
            capacity: crate::protocol::DEFAULT_CAPACITY,
            max_capacity: 4,
            max_waiting: 8,
            connect_early: true,
            show_names: true,
            kept_messages: 64,
            kept_bytes: 256 * 1024,
            max_message_bytes: 64 * 1024,
            messages_per_second: 60,
            message_burst: 240,
            joins_per_minute: 20,
            rooms_per_socket: 8,
            sockets_per_address: 40,
            max_waiting_packets: 128,
        }
    }
}

impl Settings {
    /// See [`Settings::grace_seconds`].
    pub fn grace(&self) -> Duration {
        Duration::from_secs_f64(self.grace_seconds)
    }

    /// The path of [`Settings::public_url`], without a slash at its end.
    pub fn base_path(&self) -> &str {
        let rest = self
            .public_url
            .split_once("://")
            .map_or("", |(_, rest)| rest);
        rest.find('/')
            .map_or("", |slash| rest[slash..].trim_end_matches('/'))
    }

    /// Whether this address is one of [`Settings::trusted_proxies`].
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies.contains(&address.to_canonical())
    }

    /// See [`Settings::stop_seconds`].
    pub fn stop_time(&self) -> Duration {
        Duration::from_secs_f64(self.stop_seconds)
    }
}

//! What the host can set: the table `[duplex]` of Leptos.toml, and variables that win over it
//! (`grace-seconds` is `DUPLEX_GRACE_SECONDS`).

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use config::{Case, Config, Environment, File, FileFormat};
use serde::Deserialize;

/// Every setting, with the defaults of the wire contract.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Keeps what has to survive a restart: the signing key.
    pub state_dir: PathBuf,
    /// Signs resume tokens, instead of the key in `state-dir`; the same on every node.
    pub signing_key: String,
    /// Where several nodes keep their rooms (`redis://…`); empty: in memory, one node.
    pub redis: String,
    /// Pages of these origins may connect, besides our own; `*` lets all in.
    pub allowed_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether this program relays media for those who do not reach each other (TURN).
    pub turn: bool,
    /// Where the relay listens, over UDP and TCP; empty: on the address and port of the pages.
    #[serde(deserialize_with = "address_or_empty")]
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
    #[serde(deserialize_with = "address_or_empty")]
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

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
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
    /// Reads the table `[duplex]` of a file, and the variables `DUPLEX_*`.
    ///
    /// # Errors
    /// When the file cannot be read, a key is unknown, or a value is not what it should be.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("Cannot read {}", file.display()))?;
        Self::parse(&text, None).with_context(|| {
            format!(
                "A setting in the table [duplex] of {}, or a variable DUPLEX_*, is wrong",
                file.display()
            )
        })
    }

    fn parse(text: &str, variables: Option<config::Map<String, String>>) -> Result<Self> {
        let file = Config::builder()
            .add_source(File::from_str(text, FileFormat::Toml))
            .build()?;
        // A file without the table has the defaults.
        let table = file.get_table("duplex").unwrap_or_default();
        let mut settings = Config::builder();
        for (key, value) in table {
            settings = settings.set_default(key, value)?;
        }
        let variables = Environment::with_prefix("DUPLEX")
            .prefix_separator("_")
            .convert_case(Case::Kebab)
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("allowed-origins")
            .with_list_parse_key("trusted-proxies")
            .with_list_parse_key("ice-servers")
            .source(variables);
        let settings: Self = settings.add_source(variables).build()?.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let seconds = [
            ("stop-seconds", self.stop_seconds, 0.1..=600.0),
            ("grace-seconds", self.grace_seconds, 0.0..=86_400.0),
            (
                "ping-interval-seconds",
                self.ping_interval_seconds,
                0.1..=600.0,
            ),
            (
                "ping-timeout-seconds",
                self.ping_timeout_seconds,
                0.1..=600.0,
            ),
        ];
        for (name, value, range) in seconds {
            let (from, to) = range.clone().into_inner();
            ensure!(
                range.contains(&value),
                "{name} is {value}; it has to be between {from} and {to}"
            );
        }
        let counts = [
            ("capacity", self.capacity),
            ("max-message-bytes", self.max_message_bytes),
            ("messages-per-second", self.messages_per_second as usize),
            ("message-burst", self.message_burst as usize),
            ("joins-per-minute", self.joins_per_minute as usize),
            ("rooms-per-socket", self.rooms_per_socket),
            ("sockets-per-address", self.sockets_per_address),
            ("max-waiting-packets", self.max_waiting_packets),
            ("turn-allocations-per-peer", self.turn_allocations_per_peer),
            ("turn-allocations", self.turn_allocations),
        ];
        for (name, value) in counts {
            ensure!(value > 0, "{name} has to be at least 1");
        }
        ensure!(
            self.capacity <= self.max_capacity,
            "capacity ({}) is above max-capacity ({})",
            self.capacity,
            self.max_capacity
        );
        ensure!(
            self.signing_key.is_empty() || self.signing_key.len() >= 32,
            "signing-key needs at least 32 characters; `openssl rand -hex 32` makes one"
        );
        ensure!(
            self.turn_secret.is_empty() || self.turn_secret.len() >= 16,
            "turn-secret needs at least 16 characters; `openssl rand -hex 32` makes one"
        );
        // The page asks for new ones a minute before the end.
        ensure!(
            self.turn_credential_seconds >= 120,
            "turn-credential-seconds is {}; it has to be at least 120",
            self.turn_credential_seconds
        );
        ensure!(
            is_host_name(&self.turn_host),
            "turn-host is “{}”; it has to be a name or an address without a port, an IPv6 address \
             in brackets",
            self.turn_host
        );
        Ok(())
    }

    /// See [`Settings::grace_seconds`].
    pub fn grace(&self) -> Duration {
        Duration::from_secs_f64(self.grace_seconds)
    }

    /// See [`Settings::stop_seconds`].
    pub fn stop_time(&self) -> Duration {
        Duration::from_secs_f64(self.stop_seconds)
    }
}

/// Whether this can stand for a host in a URL; empty is fine as well.
fn is_host_name(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        let address = address
            .strip_suffix(']')
            .map(str::parse::<std::net::Ipv6Addr>);
        return address.is_some_and(|address| address.is_ok());
    }
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    text.chars().all(is_fine)
}

fn address_or_empty<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        serde::de::Error::custom(format!(
            "“{text}” is no address with a port, such as 127.0.0.1:9464"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Settings> {
        let variables = variables.iter();
        let variables = variables.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Settings::parse(text, Some(variables.collect()))
    }

    #[test]
    fn the_file_that_comes_with_the_code_says_what_the_code_says() -> Result<()> {
        let text = include_str!("../Leptos.toml");
        assert_eq!(parse(text, &[])?, Settings::default());
        let settings = serde_json::to_value(Settings::default())?;
        for key in settings
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
        {
            assert!(text.contains(&format!("\n{key} = ")), "{key} is missing");
        }
        Ok(())
    }

    #[test]
    fn variables_win() -> Result<()> {
        let settings = parse(
            "[duplex]\ngrace-seconds = 3\ncapacity = 3",
            &[
                ("DUPLEX_GRACE_SECONDS", "0.5"),
                (
                    "DUPLEX_ALLOWED_ORIGINS",
                    "https://a.example,https://b.example",
                ),
                ("DUPLEX_METRICS_ADDR", ""),
                ("DUPLEX_LOG_NAMES", "true"),
                ("OTHER", "1"),
            ],
        )?;
        assert_eq!((settings.grace_seconds, settings.capacity), (0.5, 3));
        assert_eq!(
            settings.allowed_origins,
            ["https://a.example", "https://b.example"]
        );
        assert_eq!(settings.metrics_addr, None);
        assert!(settings.log_names);
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("[duplex]\ngrace = 3", "grace"),
            ("[duplex]\ngrace-seconds = \"soon\"", "grace-seconds"),
            ("[duplex]\ngrace-seconds = -1", "grace-seconds"),
            ("[duplex]\ncapacity = 9", "max-capacity"),
            ("[duplex]\nmessages-per-second = 0", "messages-per-second"),
            ("[duplex]\nsigning-key = \"short\"", "signing-key"),
            ("[duplex]\nmetrics-addr = \"here\"", "metrics-addr"),
            ("[duplex]\nturn-addr = \"3478\"", "turn-addr"),
            ("[duplex]\nturn-secret = \"short\"", "turn-secret"),
            ("[duplex]\nturn-host = \"a.example:3478\"", "turn-host"),
            (
                "[duplex]\nturn-credential-seconds = 5",
                "turn-credential-seconds",
            ),
            ("[duplex]\nturn-allocations = 0", "turn-allocations"),
        ] {
            let error = format!("{:#}", parse(text, &[]).expect_err(text));
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

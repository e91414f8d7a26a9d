//! Which STUN and TURN servers a peer may use: our own relay, others that the host names, or both.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use super::turn::{Secret, Turn};
use crate::{
    protocol::{IceConfiguration, IceServer, PeerId},
    settings::{IceUrl, Settings},
};

/// Hands out ICE servers, with credentials of their own for every peer.
#[derive(Default)]
pub struct IceServers {
    own: Option<Own>,
    /// Servers that the host names and that want no credentials …
    open: Vec<String>,
    /// … and those that do: they relay.
    relays: Vec<String>,
    /// Signs credentials for the relays that the host names.
    secret: Option<Secret>,
    lifetime: Duration,
}

/// The relay in this program.
struct Own {
    turn: Turn,
    /// Under which name it is reached; `None`: under the one that the page was opened with.
    host: Option<String>,
    port: u16,
    /// Whether it is reached over TLS as well.
    has_tls: bool,
}

impl IceServers {
    /// The servers that the settings name, without one in this program.
    pub fn new(settings: &Settings) -> Self {
        let secret = &settings.turn_secret;
        let relays = |url: &String| IceUrl::parse(url).is_some_and(|url| url.relays);
        let (relays, open) = settings.ice_servers.iter().cloned().partition(relays);
        Self {
            own: None,
            open,
            relays,
            secret: (!secret.is_empty()).then(|| Secret::new(secret.as_bytes())),
            lifetime: Duration::from_secs(settings.turn_credential_seconds),
        }
    }

    /// Adds the relay in this program, which listens on `port` over UDP and TCP, and over TLS if
    /// `has_tls`.
    pub(super) fn add_own(&mut self, turn: Turn, host: &str, port: u16, has_tls: bool) {
        let host = (!host.is_empty()).then(|| host.to_owned());
        self.own = Some(Own {
            turn,
            host,
            port,
            has_tls,
        });
    }

    /// Whether the name under which a page was opened matters.
    pub(crate) fn follow_the_page(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.host.is_none())
    }

    /// What a peer that has just taken its seat may use. `host` is the name that its page was opened
    /// with, an IPv6 address in brackets.
    pub(crate) fn of(&self, peer: &PeerId, host: Option<&str>) -> IceConfiguration {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let expires = (now.unwrap_or_default() + self.lifetime).as_secs();
        let peer = peer.to_string();
        let mut ice_servers = Vec::new();
        if let Some(own) = &self.own
            && let Some(host) = own.host.as_deref().or(host)
        {
            let ways = [("turn", "udp"), ("turn", "tcp"), ("turns", "tcp")];
            let ways = &ways[..if own.has_tls { 3 } else { 2 }];
            let urls = ways
                .iter()
                .map(|(scheme, over)| format!("{scheme}:{host}:{}?transport={over}", own.port));
            let credentials = own.turn.credentials(&peer, expires);
            ice_servers.push(IceServer {
                urls: urls.collect(),
                username: Some(credentials.username),
                credential: Some(credentials.password),
            });
        }
        if !self.open.is_empty() {
            ice_servers.push(IceServer {
                urls: self.open.clone(),
                username: None,
                credential: None,
            });
        }
        if let Some(secret) = &self.secret
            && !self.relays.is_empty()
        {
            let credentials = secret.credentials(&peer, expires);
            ice_servers.push(IceServer {
                urls: self.relays.clone(),
                username: Some(credentials.username),
                credential: Some(credentials.password),
            });
        }
        let has_credentials = ice_servers.iter().any(|server| server.username.is_some());
        IceConfiguration {
            expires: has_credentials.then_some(expires),
            ice_servers,
        }
    }

    /// What somebody may use who has no seat: no relay, for that needs credentials.
    pub(crate) fn without_credentials(&self, host: Option<&str>) -> IceConfiguration {
        let own = self.own.as_ref().and_then(|own| {
            let host = own.host.as_deref().or(host)?;
            Some(format!("stun:{host}:{}", own.port))
        });
        let urls: Vec<_> = own.into_iter().chain(self.open.iter().cloned()).collect();
        let servers = (!urls.is_empty()).then_some(IceServer {
            urls,
            username: None,
            credential: None,
        });
        IceConfiguration {
            ice_servers: servers.into_iter().collect(),
            expires: None,
        }
    }

    /// The seat of a peer has ended: its credentials are void where that is in our power.
    pub(crate) fn ended(&self, peer: &PeerId) {
        if let Some(own) = &self.own {
            own.turn.revoke(&peer.to_string());
        }
    }
}

/// Hides the secrets.
impl fmt::Debug for IceServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IceServers")
            .field("has_own", &self.own.is_some())
            .field("open", &self.open)
            .field("relays", &self.relays)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(urls: &[&str], secret: &str) -> IceServers {
        IceServers::new(&Settings {
            ice_servers: urls.iter().map(|url| (*url).to_owned()).collect(),
            turn_secret: secret.to_owned(),
            ..Settings::default()
        })
    }

    #[test]
    fn others_have_credentials_where_they_need_some() {
        let peer = PeerId::from_random([7; 16]);
        let urls = ["stun:a.example", "turn:b.example:3478?transport=udp"];
        let ice = servers(&urls, "a secret that is long enough").of(&peer, None);
        assert_eq!(ice.ice_servers.len(), 2);
        assert_eq!(ice.ice_servers[0].urls, ["stun:a.example"]);
        assert_eq!(ice.ice_servers[0].username, None);
        let username = ice.ice_servers[1].username.clone().unwrap_or_default();
        let expires = ice.expires.unwrap_or_default();
        assert_eq!(username, format!("{expires}:{peer}"));
        assert_eq!(
            servers(&[], "").of(&peer, None),
            IceConfiguration::default()
        );
        assert_eq!(servers(&urls[..1], "").of(&peer, None).expires, None);
    }

    #[test]
    fn who_has_no_seat_gets_no_relay() {
        let urls = ["stun:a.example", "turn:b.example:3478?transport=udp"];
        let mut servers = servers(&urls, "a secret that is long enough");
        let turn = Turn::new(super::super::turn::Settings::default());
        servers.add_own(turn, "", 3000, true);
        let ice = servers.without_credentials(Some("c.example"));
        assert_eq!(ice.expires, None);
        assert_eq!(ice.ice_servers.len(), 1);
        assert_eq!(
            ice.ice_servers[0].urls,
            ["stun:c.example:3000", "stun:a.example"]
        );
        assert_eq!(ice.ice_servers[0].credential, None);
    }

    #[test]
    fn the_relay_is_where_the_page_came_from_unless_it_has_a_name() {
        let peer = PeerId::from_random([7; 16]);
        let urls = |name: &str, host: Option<&str>, has_tls| -> Vec<String> {
            let mut servers = servers(&[], "");
            servers.add_own(
                Turn::new(super::super::turn::Settings::default()),
                name,
                3478,
                has_tls,
            );
            let servers = servers.of(&peer, host).ice_servers;
            servers.into_iter().flat_map(|server| server.urls).collect()
        };
        assert_eq!(urls("", None, true), [""; 0]);
        let expected = [
            "turn:a.example:3478?transport=udp",
            "turn:a.example:3478?transport=tcp",
            "turns:a.example:3478?transport=tcp",
        ];
        assert_eq!(urls("", Some("a.example"), true), expected);
        assert_eq!(urls("a.example", Some("b.example"), true), expected);
        assert_eq!(urls("", Some("a.example"), false), expected[..2]);
        assert_eq!(
            urls("", Some("[::1]"), false)[0],
            "turn:[::1]:3478?transport=udp"
        );
    }
}

//! Which STUN and TURN servers a peer may use: our own relay, others that the host names, or both.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use anyhow::{Result, ensure};

use super::turn::{Secret, Turn};
use crate::{
    protocol::{IceConfiguration, IceServer, PeerId},
    settings::Settings,
};

/// Hands out ICE servers, with credentials of their own for every peer.
#[derive(Default)]
pub struct IceServers {
    own: Option<Own>,
    /// Servers that the host names, with and without credentials.
    others: Vec<String>,
    secret: Option<Secret>,
    lifetime: Duration,
}

/// The relay in this program.
struct Own {
    turn: Turn,
    /// Under which name it is reached; `None`: under the one that the page was opened with.
    host: Option<String>,
    port: u16,
}

impl IceServers {
    /// The servers that the settings name, without one in this program.
    ///
    /// # Errors
    /// When one of them is no address of a STUN or TURN server, or needs a secret that is missing.
    pub fn new(settings: &Settings) -> Result<Self> {
        for url in &settings.ice_servers {
            ensure!(
                is_ice_url(url),
                "ice-servers: “{url}” is no address of a STUN or TURN server, such as \
                 stun:stun.example.org or turn:turn.example.org:3478?transport=udp"
            );
        }
        let secret = &settings.turn_secret;
        ensure!(
            !secret.is_empty() || !settings.ice_servers.iter().any(|url| is_turn(url)),
            "ice-servers names a TURN server, and turn-secret is empty. Both need the same secret \
             (static-auth-secret of coturn)."
        );
        Ok(Self {
            own: None,
            others: settings.ice_servers.clone(),
            secret: (!secret.is_empty()).then(|| Secret::new(secret.as_bytes())),
            lifetime: Duration::from_secs(settings.turn_credential_seconds),
        })
    }

    /// Adds the relay in this program, which listens on `port`.
    pub(super) fn add_own(&mut self, turn: Turn, host: &str, port: u16) {
        let host = (!host.is_empty()).then(|| host.to_owned());
        self.own = Some(Own { turn, host, port });
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
            let urls =
                ["udp", "tcp"].map(|over| format!("turn:{host}:{}?transport={over}", own.port));
            let credentials = own.turn.credentials(&peer, expires);
            ice_servers.push(IceServer {
                urls: urls.into(),
                username: Some(credentials.username),
                credential: Some(credentials.password),
            });
        }
        let (with, without): (Vec<String>, Vec<String>) =
            self.others.iter().cloned().partition(|url| is_turn(url));
        if !without.is_empty() {
            ice_servers.push(IceServer {
                urls: without,
                username: None,
                credential: None,
            });
        }
        if let Some(secret) = self.secret.as_ref().filter(|_| !with.is_empty()) {
            let credentials = secret.credentials(&peer, expires);
            ice_servers.push(IceServer {
                urls: with,
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
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

/// RFC 7064 and RFC 7065, as far as to tell a slip of the pen.
fn is_ice_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else {
        return false;
    };
    let (host, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_host = !host.is_empty() && !host.contains(['/', ' ', '@', '"']);
    match scheme {
        "stun" | "stuns" => is_host && !rest.contains('?'),
        "turn" | "turns" => is_host && ["", "transport=udp", "transport=tcp"].contains(&query),
        _ => false,
    }
}

fn is_turn(url: &str) -> bool {
    url.starts_with("turn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn servers(urls: &[&str], secret: &str) -> Result<IceServers> {
        IceServers::new(&Settings {
            ice_servers: urls.iter().map(|url| (*url).to_owned()).collect(),
            turn_secret: secret.to_owned(),
            ..Settings::default()
        })
    }

    #[test]
    fn others_have_credentials_where_they_need_some() -> Result<()> {
        let peer = PeerId::from_random([7; 16]);
        let urls = ["stun:a.example", "turn:b.example:3478?transport=udp"];
        let ice = servers(&urls, "a secret that is long enough")?.of(&peer, None);
        assert_eq!(ice.ice_servers.len(), 2);
        assert_eq!(ice.ice_servers[0].urls, ["stun:a.example"]);
        assert_eq!(ice.ice_servers[0].username, None);
        let username = ice.ice_servers[1].username.clone().unwrap_or_default();
        let expires = ice.expires.unwrap_or_default();
        assert_eq!(username, format!("{expires}:{peer}"));
        assert_eq!(
            servers(&[], "")?.of(&peer, None),
            IceConfiguration::default()
        );
        assert_eq!(servers(&urls[..1], "")?.of(&peer, None).expires, None);
        Ok(())
    }

    #[test]
    fn the_relay_is_where_the_page_came_from_unless_it_has_a_name() -> Result<()> {
        let peer = PeerId::from_random([7; 16]);
        let urls = |name: &str, host: Option<&str>| -> Result<Vec<String>> {
            let mut servers = servers(&[], "")?;
            servers.add_own(
                Turn::new(super::super::turn::Settings::default()),
                name,
                3478,
            );
            let servers = servers.of(&peer, host).ice_servers;
            Ok(servers.into_iter().flat_map(|server| server.urls).collect())
        };
        assert_eq!(urls("", None)?, [""; 0]);
        let expected = [
            "turn:a.example:3478?transport=udp",
            "turn:a.example:3478?transport=tcp",
        ];
        assert_eq!(urls("", Some("a.example"))?, expected);
        assert_eq!(urls("a.example", Some("b.example"))?, expected);
        assert_eq!(urls("", Some("[::1]"))?[0], "turn:[::1]:3478?transport=udp");
        Ok(())
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (url, secret, part) in [
            ("stun.example.org", "", "stun.example.org"),
            ("https://a.example", "", "https"),
            ("stun:", "", "stun:"),
            ("turn:a.example?transport=sctp", "", "sctp"),
            ("stun:a.example?transport=udp", "", "stun:a"),
            ("turn:a.example", "", "turn-secret"),
        ] {
            let error = servers(&[url], secret)
                .map(drop)
                .expect_err(url)
                .to_string();
            assert!(error.contains(part), "{url}: {error}");
        }
    }
}

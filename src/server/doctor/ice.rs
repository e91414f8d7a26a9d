//! Tries the STUN and TURN servers that a peer is handed.

use std::{fmt, net::SocketAddr, time::Duration};

use super::{
    Outcome, stun,
    target::{Unreached, resolve},
    tls::Verdict,
    turn,
};
use crate::{
    protocol::IceServer,
    settings::{CertificateSource, IceUrl, Over, Settings},
};

/// Why a server could not be used.
#[derive(Debug)]
pub(super) enum Trouble {
    /// There is no connection.
    Unreached(Unreached),
    /// Nothing came back.
    Silent,
    /// Browsers would end it at this certificate.
    Certificate(Verdict),
    /// It said no, with this code and reason.
    Refused(u16, String),
    /// It took the packet, and it did not arrive.
    Lost,
    /// Something else.
    Broken(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreached(reason) => reason.fmt(f),
            Self::Silent => f.write_str("no answer"),
            Self::Certificate(verdict) => match verdict {
                Verdict::SelfSigned => f.write_str("its certificate is self-signed"),
                Verdict::Expired(days) => write!(f, "its certificate expired {days} days ago"),
                Verdict::NotYet => f.write_str("its certificate is not valid yet"),
                Verdict::OtherNames(names) => {
                    write!(
                        f,
                        "its certificate is for other names: {}",
                        names.join(", ")
                    )
                }
                Verdict::UnknownAuthority => f.write_str(
                    "an authority that browsers do not know vouches for its certificate",
                ),
                Verdict::Good(_) => f.write_str("its certificate is good"),
                Verdict::Wrong(reason) => f.write_str(reason),
            },
            Self::Refused(code, reason) => write!(f, "it says no: {code} {reason}"),
            Self::Lost => {
                f.write_str("it takes a packet for the other side, which does not arrive")
            }
            Self::Broken(reason) => f.write_str(reason),
        }
    }
}

/// Tries one address: what is tried, and what came of it.
pub(super) async fn check(url: &str, server: &IceServer, settings: &Settings) -> (String, Outcome) {
    let Some(parsed) = IceUrl::parse(url) else {
        let why = format!("{url} is an address that this program cannot try");
        return ("relay".to_owned(), Outcome::skipped(why));
    };
    let what = if parsed.relays { "relay" } else { "STUN" };
    let name = format!("{what} over {}", parsed.over);
    let outcome = match attempt(&parsed, server).await {
        Ok(found) => Outcome::fine(format!("{url} {found}")),
        Err(trouble) => {
            let advice = advice(&parsed, &trouble, settings);
            Outcome::failed(format!("{url}: {trouble}"), advice)
        }
    };
    (name, outcome)
}

/// Tries all that the name leads to until something works, as browsers do.
async fn attempt(url: &IceUrl, server: &IceServer) -> Result<String, Trouble> {
    let addresses = resolve(&url.host, url.port).await;
    let mut last = Trouble::Silent;
    for address in addresses.map_err(Trouble::Unreached)? {
        match attempt_at(url, address, server).await {
            Ok(found) => return Ok(found),
            Err(trouble) => last = trouble,
        }
    }
    Err(last)
}

async fn attempt_at(
    url: &IceUrl,
    address: SocketAddr,
    server: &IceServer,
) -> Result<String, Trouble> {
    if !url.relays {
        let mapped = stun::ask(url, address).await?;
        return Ok(format!("sees this machine as {mapped}"));
    }
    let (Some(username), Some(password)) = (&server.username, &server.credential) else {
        return Err(Trouble::Broken(
            "it was handed out without credentials".to_owned(),
        ));
    };
    let took = turn::there_and_back(url, address, username, password).await?;
    Ok(format!("relays there and back in {}", in_millis(took)))
}

fn in_millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

fn advice(url: &IceUrl, trouble: &Trouble, settings: &Settings) -> String {
    let IceUrl { over, port, .. } = url;
    match trouble {
        Trouble::Unreached(Unreached::NoSuchName(_)) => {
            "Correct the name (turn-host, or ice-servers in Leptos.toml).".to_owned()
        }
        Trouble::Unreached(_) | Trouble::Silent | Trouble::Broken(_) => {
            let over = if *over == Over::Udp { "UDP" } else { "TCP" };
            let mut advice = format!(
                "Open port {port} for {over} in the firewall and in the security group of the cloud."
            );
            if is_hidden_by_proxy(settings) {
                advice += " A proxy before Duplex passes on neither UDP nor TURN: then give the relay a \
                           port of its own (turn-addr = \"0.0.0.0:3478\") and open that one.";
            }
            advice
        }
        Trouble::Lost => {
            "That server does not reach itself under the address that it hands out: see external-ip, and \
             open the ports from min-port to max-port, in coturn."
                .to_owned()
        }
        Trouble::Certificate(_) => {
            "Browsers do not ask before they refuse a relay: it needs a certificate that is good for \
             this name."
                .to_owned()
        }
        Trouble::Refused(401, _) => {
            "The secret has to be the same on both sides: turn-secret here, static-auth-secret in \
             coturn. The clocks have to agree as well."
                .to_owned()
        }
        Trouble::Refused(486 | 508, _) => {
            "Too many allocations: see turn-allocations and turn-allocations-per-peer.".to_owned()
        }
        Trouble::Refused(403, _) => {
            "The relay may not send to itself: both sides of a call that use it do not reach each other. \
             See denied-peer-ip in coturn."
                .to_owned()
        }
        Trouble::Refused(..) => "Look into the log of that server.".to_owned(),
    }
}

/// Whether the relay listens on the port of the pages, which people may reach through a proxy.
fn is_hidden_by_proxy(settings: &Settings) -> bool {
    settings.turn
        && settings.turn_addr.is_none()
        && settings.https == CertificateSource::Off
        && settings.public_url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_port_and_what_goes_through_it() {
        let url = IceUrl::parse("turn:a.example:3000?transport=udp").expect("a URL");
        let mut settings = Settings::default();
        let said = advice(&url, &Trouble::Silent, &settings);
        assert!(
            said.contains("Open port 3000 for UDP") && said.contains("security group"),
            "{said}"
        );
        assert!(!said.contains("proxy"), "{said}");
        settings.public_url = "https://a.example".to_owned();
        let said = advice(&url, &Trouble::Silent, &settings);
        assert!(said.contains("turn-addr"), "{said}");
        let said = advice(&url, &Trouble::Refused(401, String::new()), &settings);
        assert!(said.contains("turn-secret"), "{said}");
    }
}

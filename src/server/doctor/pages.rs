//! What the pages' server answers: readiness, certificate, lobby.

use std::time::Instant;

use super::{
    Outcome, http,
    target::{self, Target, Unreached},
    tls::{self, Verdict},
};
use crate::settings::CertificateSource;

/// What the lobby's HTML has.
const TITLE: &str = "<title>Duplex</title>";

/// Ends sooner than whoever watches over it would like.
const SOON: u64 = 14;

/// Whether the server says that it can take calls. `health`: where it tells.
pub(super) async fn readiness(health: &Target) -> Outcome {
    match http::get(health, "/readyz").await {
        Ok(page) if page.status == 200 => Outcome::fine("it can take calls"),
        Ok(page) => Outcome::failed(
            format!("/readyz answers with status {}: {}", page.status, page.body),
            "Wait until it has started or stopped; if it misses its certificate or Redis, see that check \
             below.",
        ),
        Err(error) => Outcome::failed(
            format!("/readyz: {error}"),
            "Look into its log, and start it anew.",
        ),
    }
}

/// Whether browsers take the certificate. `is_named`: whether people come by the target's name.
pub(super) async fn certificate(
    target: &Target,
    source: CertificateSource,
    is_named: bool,
) -> Outcome {
    let shaken = async {
        let stream = target::connect(&target.resolve().await?).await?;
        let (_, verdict) = tls::handshake(stream, &target.host)
            .await
            .map_err(Unreached::Broken)?;
        Ok::<_, Unreached>(verdict)
    };
    match shaken.await {
        Ok(verdict) => judge(&verdict, target, source, is_named),
        Err(error) => Outcome::failed(
            format!("{}: {error}", target.authority()),
            match source {
                CertificateSource::Acme => {
                    "The first certificate may still be on its way: see the log. The names in \
                     acme-domains have to lead here, and port 443 to this program."
                }
                _ => {
                    "The name has to lead to this machine or to the proxy before it, and port 443 (or \
                     the one in public-url) has to be open."
                }
            },
        ),
    }
}

fn judge(verdict: &Verdict, target: &Target, source: CertificateSource, is_named: bool) -> Outcome {
    let host = &target.host;
    let renew = match source {
        CertificateSource::Off => "Renew the certificate of the proxy.",
        CertificateSource::Files => {
            "Put a new certificate into the files tls-cert and tls-key; it is taken without a restart."
        }
        CertificateSource::SelfSigned => {
            "Remove self-signed.pem in the state directory and start anew."
        }
        CertificateSource::Acme => "Look into the log for why it was not renewed.",
    };
    match verdict {
        Verdict::Good(days) if *days < SOON => Outcome::fine(format!(
            "good for {host}, but for {days} more days only. {renew}"
        )),
        Verdict::Good(days) => Outcome::fine(format!("good for {host}, for {days} more days")),
        Verdict::SelfSigned if source == CertificateSource::SelfSigned => Outcome::fine(
            "our own, as https = \"self-signed\" says: browsers warn of it once, and then hand out the \
             camera",
        ),
        Verdict::SelfSigned => Outcome::failed(
            format!("self-signed: nobody but itself vouches for the certificate of {host}"),
            match source {
                CertificateSource::Off => {
                    "Give the proxy one from an authority such as Let's Encrypt; or do without a proxy, \
                     with https = \"acme\"."
                }
                _ => {
                    "Take one from an authority (https = \"acme\" asks Let's Encrypt), or say https = \
                     \"self-signed\" for a local network."
                }
            },
        ),
        // Without a public name it is not known what it should be good for.
        Verdict::OtherNames(names) if !is_named => Outcome::fine(format!(
            "good for {}; set public-url to have it tried under that name",
            names.join(", ")
        )),
        Verdict::OtherNames(names) => Outcome::failed(
            format!(
                "it is for other names: for {}, not for {host}",
                names.join(", ")
            ),
            "Take a certificate for this name, or set public-url to a name that it is for.",
        ),
        Verdict::Expired(days) => Outcome::failed(
            format!("the certificate of {host} expired {days} days ago"),
            renew,
        ),
        Verdict::NotYet => Outcome::failed(
            format!("the certificate of {host} is not valid yet"),
            "Set the clock of this machine.",
        ),
        Verdict::UnknownAuthority => Outcome::failed(
            format!("an authority that browsers do not know vouches for the certificate of {host}"),
            "tls-cert has to hold the certificates between yours and the authority's as well \
             (fullchain.pem). An authority of your own has to be put into each browser.",
        ),
        Verdict::Wrong(reason) => Outcome::failed(format!("{host}: {reason}"), renew),
    }
}

/// Whether the lobby loads under its public address.
pub(super) async fn lobby(target: &Target) -> Outcome {
    let addresses = match target.resolve().await {
        Ok(addresses) => addresses,
        Err(error) => {
            return Outcome::failed(
                format!("{target}: {error}"),
                "Correct public-url, or make a DNS record (A, AAAA) for this name that leads to this \
                 machine.",
            );
        }
    };
    let addresses: Vec<_> = addresses.iter().map(|a| a.ip().to_string()).collect();
    let addresses = addresses.join(", ");
    let start = Instant::now();
    let page = match http::get(target, "/").await {
        Ok(page) => page,
        Err(error) => {
            return Outcome::failed(
                format!("{target} ({addresses}): {error}"),
                format!(
                    "Correct public-url, or open port {} for TCP in the firewall and in the cloud's \
                     security group, and lead it to this machine or to the proxy before it.",
                    target.port
                ),
            );
        }
    };
    if page.status == 200 && page.body.contains(TITLE) {
        let millis = start.elapsed().as_millis();
        let camera = if target.is_https || target.is_loopback() {
            ""
        } else {
            ". Browsers hand out no camera there: it has to be https://"
        };
        return Outcome::fine(format!(
            "the lobby loads at {target} ({addresses}) in {millis} ms{camera}"
        ));
    }
    match page.location {
        Some(to) if (300..400).contains(&page.status) => Outcome::failed(
            format!("{target} leads on to {to}"),
            "Set public-url to the address that people see in the end.",
        ),
        _ if page.status == 200 => Outcome::failed(
            format!("{target} ({addresses}) answers, but not with the lobby of Duplex"),
            "The name leads to another machine, or the proxy there to another program. Correct \
             public-url, the DNS record or the proxy.",
        ),
        _ => Outcome::failed(
            format!("{target} ({addresses}) answers with status {}", page.status),
            "If a proxy says so, it does not reach Duplex: see its log. If Duplex says so, the path in \
             public-url is not the one that the proxy asks for.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_judged_by_what_it_is_for() {
        let target = Target::parse("https://a.example").expect("a URL");
        let files = CertificateSource::Files;
        let other = Verdict::OtherNames(vec!["b.example".to_owned()]);
        for (verdict, source, is_named, has_failed, word) in [
            (Verdict::Good(60), files, true, false, "60 more days"),
            (Verdict::Good(3), files, true, false, "tls-cert"),
            (Verdict::SelfSigned, files, true, true, "self-signed"),
            (
                Verdict::SelfSigned,
                CertificateSource::SelfSigned,
                true,
                false,
                "warn of it once",
            ),
            (other.clone(), files, true, true, "other names"),
            (other, files, false, false, "set public-url"),
            (Verdict::Expired(2), files, true, true, "expired 2 days ago"),
            (Verdict::UnknownAuthority, files, true, true, "fullchain"),
        ] {
            let outcome = judge(&verdict, &target, source, is_named);
            assert_eq!(outcome.has_failed(), has_failed, "{outcome:?}");
            assert!(format!("{outcome:?}").contains(word), "{outcome:?}");
        }
    }
}

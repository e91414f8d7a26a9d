//! A TLS handshake as a browser does it, which goes on whatever the certificate is worth and says
//! what that is.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore,
        SignatureScheme,
        client::{
            WebPkiServerVerifier,
            danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        },
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, ServerName, UnixTime},
    },
};

use super::{super::tls::end, target::PATIENCE};

pub(super) type Encrypted = TlsStream<TcpStream>;

/// What a browser would say about a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is fine, for so many days.
    Good(u64),
    /// Its owner vouches for it, and nobody else.
    SelfSigned,
    /// It is fine for these names.
    OtherNames(Vec<String>),
    /// It ended so many days ago.
    Expired(u64),
    /// It has not begun.
    NotYet,
    /// An authority that browsers do not know vouches for it.
    UnknownAuthority,
    /// Something else is wrong.
    Wrong(String),
}

/// Shakes hands with a server of this name.
///
/// # Errors
/// When the server does not speak TLS, in words.
pub(super) async fn handshake(
    stream: TcpStream,
    host: &str,
) -> Result<(Encrypted, Verdict), String> {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    handshake_trusting(roots, stream, host).await
}

async fn handshake_trusting(
    roots: RootCertStore,
    stream: TcpStream,
    host: &str,
) -> Result<(Encrypted, Verdict), String> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|_| format!("{host} can be in no certificate"))?;
    let observer = Arc::new(Observer::new(roots).map_err(|error| error.to_string())?);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(observer.clone())
        .with_no_client_auth();
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let stream = timeout(PATIENCE, handshake)
        .await
        .map_err(|_| format!("no TLS handshake within {} s", PATIENCE.as_secs()))?
        .map_err(|error| format!("no TLS handshake: {error}"))?;
    let seen = observer.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let verdict = seen.clone();
    drop(seen);
    Ok((
        stream,
        verdict.unwrap_or_else(|| Verdict::Wrong("there is none".to_owned())),
    ))
}

/// Lets every certificate pass and keeps in mind what it is worth.
#[derive(Debug)]
struct Observer {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Verdict>>,
}

impl Observer {
    fn new(roots: RootCertStore) -> Result<Self, Error> {
        Ok(Self {
            verifier: verifier(roots)?,
            seen: Mutex::default(),
        })
    }
}

fn verifier(roots: RootCertStore) -> Result<Arc<WebPkiServerVerifier>, Error> {
    let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| Error::General(error.to_string()))
}

impl ServerCertVerifier for Observer {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let ask = |verifier: &WebPkiServerVerifier, now| {
            verifier.verify_server_cert(certificate, others, name, ocsp, now)
        };
        let verdict = match ask(&self.verifier, now) {
            Ok(_) => {
                let end = end(certificate).and_then(|end| end.duration_since(UNIX_EPOCH).ok());
                let end = UnixTime::since_unix_epoch(end.unwrap_or_default());
                Verdict::Good(days(now, end))
            }
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
                match vouching_for_itself(certificate).map(|verifier| ask(&verifier, now)) {
                    Ok(Ok(_)) => Verdict::SelfSigned,
                    Ok(Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)))
                    | Err(_) => Verdict::UnknownAuthority,
                    Ok(Err(error)) => verdict(error),
                }
            }
            Err(error) => verdict(error),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn vouching_for_itself(
    certificate: &CertificateDer<'_>,
) -> Result<Arc<WebPkiServerVerifier>, Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone().into_owned())?;
    verifier(roots)
}

fn verdict(error: Error) -> Verdict {
    let Error::InvalidCertificate(wrong) = error else {
        return Verdict::Wrong(error.to_string());
    };
    match wrong {
        CertificateError::ExpiredContext { time, not_after } => {
            Verdict::Expired(days(not_after, time))
        }
        CertificateError::NotValidYetContext { .. } => Verdict::NotYet,
        CertificateError::NotValidForNameContext { presented, .. } => {
            Verdict::OtherNames(presented.iter().map(|name| plain(name)).collect())
        }
        CertificateError::UnknownIssuer => Verdict::UnknownAuthority,
        CertificateError::BadSignature => {
            Verdict::Wrong("it is not signed by the authority that it names".to_owned())
        }
        // What `openssl req -x509` makes: a certificate of an authority that is a server as well. The
        // library has no name for it that could be asked for.
        other if other.to_string().contains("CaUsedAsEndEntity") => Verdict::SelfSigned,
        other => Verdict::Wrong(other.to_string()),
    }
}

/// The library says `DnsName("a.example")` and `IpAddress(::1)`.
fn plain(name: &str) -> String {
    let inside = name
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.unwrap_or(name).trim_matches('"').to_owned()
}

fn days(from: UnixTime, to: UnixTime) -> u64 {
    to.as_secs().saturating_sub(from.as_secs()) / 86_400
}

#[cfg(test)]
mod tests;

//! HTTPS: where the certificate comes from, and the newest one for every new connection.

mod acme;
mod files;
mod self_signed;

pub(super) use self::{
    acme::Awaited,
    self_signed::{is_made_at_the_start, own_addresses},
};
use std::{
    io,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use tokio::{net::TcpStream, sync::watch};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ConfigBuilder, ServerConfig, WantsVersions,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
        server::WantsServerCert,
        version::{TLS12, TLS13},
    },
    server::TlsStream,
};
use x509_parser::parse_x509_certificate;

use crate::settings::{CertificateSource, Settings};

/// What clients may say they are about to speak (RFC 7301): pages and signaling, or TURN (RFC 7443).
const PROTOCOLS: [&[u8]; 3] = [b"http/1.1", b"stun.turn", b"stun.nat-discovery"];

/// Makes encrypted connections out of bare ones.
#[derive(Clone)]
pub(super) struct Tls {
    newest: watch::Receiver<Arc<ServerConfig>>,
    is_trusted: bool,
    fingerprint: Option<String>,
    awaited: Option<Awaited>,
}

impl Tls {
    /// With the certificate that the settings name, if they want HTTPS.
    ///
    /// # Errors
    /// When there is no such certificate, or it does not go with its key.
    pub(super) fn start(settings: &Settings) -> Result<Option<Self>> {
        // Nobody sends another one, and whoever holds the receiver needs no sender.
        let only = |config| watch::channel(config).1;
        let (mut fingerprint, mut awaited) = (None, None);
        let newest = match settings.https {
            CertificateSource::Off => return Ok(None),
            CertificateSource::Files => files::follow(&settings.tls_cert, &settings.tls_key)?,
            CertificateSource::SelfSigned => {
                let own = self_signed::load(&settings.state_dir)?;
                fingerprint = Some(own.fingerprint);
                only(own.config)
            }
            CertificateSource::Acme => {
                let (config, certificate) = acme::start(settings)?;
                awaited = Some(certificate);
                only(config)
            }
        };
        Ok(Some(Self {
            newest,
            is_trusted: settings.https != CertificateSource::SelfSigned,
            fingerprint,
            awaited,
        }))
    }

    /// Whether browsers take the certificate without asking the person before them.
    pub(super) fn is_trusted(&self) -> bool {
        self.is_trusted
    }

    /// Of a certificate of our own, as browsers show it.
    pub(super) fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// The certificate that may not be there yet.
    pub(super) fn awaited(&self) -> Option<&Awaited> {
        self.awaited.as_ref()
    }

    /// Shakes hands with a client, for as long as that takes.
    ///
    /// # Errors
    /// When the client does not speak TLS, or does not like the certificate.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let config = Arc::clone(&self.newest.borrow());
        TlsAcceptor::from(config).accept(stream).await
    }
}

/// TLS 1.2 and 1.3 (RFC 9325, section 3.1.1), without asking clients for certificates.
fn builder() -> Result<ConfigBuilder<ServerConfig, WantsServerCert>> {
    let builder: ConfigBuilder<ServerConfig, WantsVersions> =
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12])?;
    Ok(builder.with_no_client_auth())
}

/// Serves this certificate.
///
/// # Errors
/// When it does not go with its key.
fn serving(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>> {
    let mut config = builder()?
        .with_single_cert(chain, key)
        .context("The certificate and the key do not belong together")?;
    config.alpn_protocols = protocols();
    Ok(Arc::new(config))
}

fn protocols() -> Vec<Vec<u8>> {
    PROTOCOLS.map(<[u8]>::to_vec).into()
}

/// When a certificate ends, if it is one.
pub(super) fn end(certificate: &CertificateDer<'_>) -> Option<SystemTime> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let end = certificate.validity().not_after.timestamp();
    // What ended before there was a clock has ended.
    UNIX_EPOCH.checked_add(Duration::from_secs(end.try_into().unwrap_or_default()))
}

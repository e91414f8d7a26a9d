//! HTTPS: where the certificate comes from, and the newest one for every new connection.

mod acme;
mod files;
mod self_signed;

pub(super) use self::self_signed::{FILE as SELF_SIGNED_FILE, own_addresses};
use std::{io, sync::Arc};

use anyhow::Result;
use tokio::{net::TcpStream, sync::watch};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ConfigBuilder, ServerConfig, WantsVersions,
        crypto::ring,
        server::WantsServerCert,
        version::{TLS12, TLS13},
    },
    server::TlsStream,
};

use crate::settings::{CertificateSource, Settings};

/// What clients may say they are about to speak (RFC 7301): pages and signaling, or TURN (RFC 7443).
const PROTOCOLS: [&[u8]; 3] = [b"http/1.1", b"stun.turn", b"stun.nat-discovery"];

/// Makes encrypted connections out of bare ones.
#[derive(Clone)]
pub(super) struct Tls {
    newest: watch::Receiver<Arc<ServerConfig>>,
    is_trusted: bool,
    fingerprint: Option<String>,
}

impl Tls {
    /// With the certificate that the settings name, if they want HTTPS.
    ///
    /// # Errors
    /// When there is no such certificate, or it does not go with its key.
    pub(super) fn start(settings: &Settings) -> Result<Option<Self>> {
        let mut fingerprint = None;
        let newest = match settings.https {
            CertificateSource::Off => return Ok(None),
            CertificateSource::Files => files::follow(&settings.tls_cert, &settings.tls_key)?,
            CertificateSource::SelfSigned => {
                let own = self_signed::load(&settings.state_dir)?;
                fingerprint = Some(own.fingerprint);
                own.config
            }
            CertificateSource::Acme => acme::start(settings)?,
        };
        Ok(Some(Self {
            newest,
            is_trusted: settings.https != CertificateSource::SelfSigned,
            fingerprint,
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

fn protocols() -> Vec<Vec<u8>> {
    PROTOCOLS.map(<[u8]>::to_vec).into()
}

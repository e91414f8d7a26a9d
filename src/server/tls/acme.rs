//! A certificate from an authority such as Let's Encrypt (ACME, RFC 8555), proved over the port of the
//! pages (TLS-ALPN-01, RFC 8737), and renewed in time.

use std::sync::Arc;

use anyhow::{Context, Result};
use futures::StreamExt;
use rustls_acme::{AcmeConfig, caches::DirCache};
use tokio::sync::watch;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tracing::{info, warn};

use crate::settings::Settings;

/// What an authority says that it is about to speak (RFC 8737, section 3).
const CHALLENGE: &[u8] = b"acme-tls/1";

/// Begins to ask for a certificate. Until the first one is there no client gets through.
///
/// # Errors
/// When the settings name a certificate of the authority that cannot be read.
pub(super) fn start(settings: &Settings) -> Result<watch::Receiver<Arc<ServerConfig>>> {
    let contact =
        (!settings.acme_email.is_empty()).then(|| format!("mailto:{}", settings.acme_email));
    let mut acme =
        AcmeConfig::new_with_provider(&settings.acme_domains, Arc::new(ring::default_provider()));
    if !settings.acme_ca.as_os_str().is_empty() {
        acme = acme.client_tls_config(trusting(&settings.acme_ca)?);
    }
    let mut state = acme
        .contact(contact)
        .directory(&settings.acme_directory)
        .cache(DirCache::new(settings.state_dir.join("acme")))
        .state();
    let mut config = super::builder()?.with_cert_resolver(state.resolver());
    config.alpn_protocols = super::protocols();
    config.alpn_protocols.push(CHALLENGE.to_vec());
    let (sender, newest) = watch::channel(Arc::new(config));
    let domains = settings.acme_domains.join(", ");
    info!(%domains, directory = %settings.acme_directory, "asking for a certificate when none is kept");
    tokio::spawn(async move {
        while let Some(event) = state.next().await {
            match event {
                Ok(event) => info!(?event, %domains, "certificate"),
                // It tries again by itself, less and less often.
                Err(error) => warn!(
                    %error, %domains,
                    "no certificate. The names have to lead to this machine, and port 443 to this program"
                ),
            }
        }
        drop(sender);
    });
    Ok(newest)
}

fn trusting(authority: &std::path::Path) -> Result<Arc<ClientConfig>> {
    let context = || {
        format!(
            "Cannot use {} (acme-ca in Leptos.toml)",
            authority.display()
        )
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority).with_context(context)? {
        roots
            .add(certificate.with_context(context)?)
            .with_context(context)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

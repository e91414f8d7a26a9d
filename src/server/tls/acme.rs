//! A certificate from an authority such as Let's Encrypt (ACME, RFC 8555), proved over the port of the
//! pages (TLS-ALPN-01, RFC 8737), and renewed in time.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use anyhow::{Context, Result, ensure};
use futures::StreamExt;
use rustls_acme::{
    AcmeConfig, CertCache, EventError, EventOk, acme::ACME_TLS_ALPN_NAME as CHALLENGE,
    caches::DirCache,
};
use tokio::sync::watch;
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tracing::{info, warn};

use crate::{server::state_dir, settings::Settings};

/// A certificate that may not be there yet.
#[derive(Clone)]
pub(in crate::server) struct Awaited(watch::Receiver<Held>);

/// The certificate that clients get.
#[derive(Debug, Clone, Copy)]
enum Held {
    None,
    Until(SystemTime),
    /// It came just now, and was not looked at.
    New,
}

impl Awaited {
    /// Says why no client gets through now.
    ///
    /// # Errors
    /// When there is no certificate, or it has expired.
    pub(in crate::server) fn ready(&self) -> Result<(), &'static str> {
        match *self.0.borrow() {
            Held::None => Err("no certificate yet"),
            Held::Until(end) if end < SystemTime::now() => Err("the certificate has expired"),
            Held::Until(_) | Held::New => Ok(()),
        }
    }
}

/// Begins to ask for a certificate. Until the first one is there no client gets through.
///
/// # Errors
/// When the state directory cannot be used, or the settings name a certificate of the authority that
/// cannot be read.
pub(super) fn start(settings: &Settings) -> Result<(Arc<ServerConfig>, Awaited)> {
    let contact =
        (!settings.acme_email.is_empty()).then(|| format!("mailto:{}", settings.acme_email));
    let mut acme =
        AcmeConfig::new_with_provider(&settings.acme_domains, Arc::new(ring::default_provider()));
    if !settings.acme_ca.as_os_str().is_empty() {
        acme = acme.client_tls_config(trusting(&settings.acme_ca)?);
    }
    let kept = Kept {
        folder: folder(&settings.state_dir)?,
        domains: settings.acme_domains.clone(),
        directory: settings.acme_directory.clone(),
    };
    let mut state = acme
        .contact(contact)
        .directory(&settings.acme_directory)
        .cache(DirCache::new(kept.folder.clone()))
        .state();
    let mut config = super::builder()?.with_cert_resolver(state.resolver());
    config.alpn_protocols = super::protocols();
    config.alpn_protocols.push(CHALLENGE.to_vec());
    let (held, awaited) = watch::channel(Held::None);
    let domains = kept.domains.join(", ");
    info!(%domains, directory = %kept.directory, "asking for a certificate when none is kept");
    tokio::spawn(async move {
        while let Some(event) = state.next().await {
            match event {
                Ok(event) => {
                    info!(?event, %domains, "certificate");
                    if let Some(new) = kept.after(&event).await {
                        held.send_replace(new);
                    }
                }
                // It tries again by itself, less and less often.
                Err(error @ EventError::Order(_)) => warn!(
                    %error, %domains,
                    "no certificate. The names have to lead to this machine, and port 443 to this program"
                ),
                // Without what was kept it asks anew at each start, and authorities count that.
                Err(error) => {
                    warn!(%error, folder = %kept.folder.display(), "certificates cannot be kept");
                }
            }
        }
    });
    Ok((Arc::new(config), Awaited(awaited)))
}

/// Where the library keeps the certificate for these names.
struct Kept {
    folder: PathBuf,
    domains: Vec<String>,
    directory: String,
}

impl Kept {
    /// What clients get after an event, if that is something else.
    async fn after(&self, event: &EventOk) -> Option<Held> {
        match event {
            EventOk::DeployedNewCert => Some(Held::New),
            // The library does not show what it serves, but it is in the folder now.
            EventOk::DeployedCachedCert | EventOk::CertCacheStore => {
                let cache = DirCache::new(&self.folder);
                let pem = cache.load_cert(&self.domains, &self.directory).await;
                let certificate = CertificateDer::from_pem_slice(&pem.ok()??).ok()?;
                super::end(&certificate).map(Held::Until)
            }
            EventOk::AccountCacheStore => None,
        }
    }
}

/// The folder for the certificates and the account. The library makes its files with the rights that
/// the process gives to any file, so the folder keeps others out.
fn folder(state_dir: &Path) -> Result<PathBuf> {
    let folder = state_dir.join("acme");
    state_dir::make_folder(&folder).with_context(|| state_dir::advice(&folder))?;
    if let Err(error) = state_dir::keep_others_out(&folder) {
        // Some file systems know no rights: no reason to be away.
        warn!(%error, folder = %folder.display(), "others may be able to read the keys of the certificates");
    }
    Ok(folder)
}

fn trusting(authority: &Path) -> Result<Arc<ClientConfig>> {
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
    ensure!(!roots.is_empty(), "{}: it holds no certificate", context());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::random::random;

    #[tokio::test]
    async fn others_do_not_get_at_the_key_of_the_account() -> Result<()> {
        let state_dir =
            std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        let folder = state_dir.join("acme");
        let settings = Settings {
            state_dir: state_dir.clone(),
            acme_domains: vec!["a.example".to_owned()],
            // Nothing answers there.
            acme_directory: "https://127.0.0.1:1/dir".to_owned(),
            ..Settings::default()
        };
        let mode = || anyhow::Ok(fs::metadata(&folder)?.permissions().mode() & 0o777);
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        start(&settings)?;
        assert_eq!(mode()?, 0o700, "as versions before have made it");
        fs::remove_dir_all(&state_dir)?;
        start(&settings)?;
        assert_eq!(mode()?, 0o700);
        fs::remove_dir_all(state_dir)?;
        Ok(())
    }

    #[tokio::test]
    async fn a_file_without_an_authority_is_told() -> Result<()> {
        let file = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        fs::write(&file, "nothing")?;
        let error = trusting(&file).expect_err("no authority in it");
        assert!(format!("{error:#}").contains("acme-ca"), "{error:#}");
        fs::remove_file(file)?;
        Ok(())
    }
}

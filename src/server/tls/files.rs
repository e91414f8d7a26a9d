//! A certificate and its key in files, read again when they change.

use std::{fs, path::Path, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::{sync::watch, time::sleep};
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tracing::{info, warn};

/// So often somebody looks whether the files have changed.
const LOOK: Duration = Duration::from_secs(2);

/// What the two files hold.
#[derive(PartialEq, Eq)]
struct Content {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

/// Reads the files now, and again whenever they have changed. While they do not fit together, as
/// between the replacement of one and of the other, what was read before stays in use.
///
/// # Errors
/// When they cannot be used now.
pub(super) fn follow(certificate: &Path, key: &Path) -> Result<watch::Receiver<Arc<ServerConfig>>> {
    let mut content = read(certificate, key)?;
    let config = parse(&content).with_context(|| {
        format!(
            "Cannot use the certificate {} with the key {} (tls-cert and tls-key in Leptos.toml)",
            certificate.display(),
            key.display()
        )
    })?;
    let (sender, newest) = watch::channel(config);
    let (certificate, key) = (certificate.to_owned(), key.to_owned());
    tokio::spawn(async move {
        let mut complaint = String::new();
        while !sender.is_closed() {
            sleep(LOOK).await;
            match changed(&certificate, &key, &content).await {
                Ok(Some((new, config))) => {
                    info!(file = %certificate.display(), "took the new certificate");
                    content = new;
                    sender.send_replace(config);
                    complaint.clear();
                }
                Ok(None) => complaint.clear(),
                Err(error) => {
                    let error = format!("{error:#}");
                    // Said once, and not every two seconds.
                    if error != complaint {
                        warn!(%error, "keeping the certificate from before");
                        complaint = error;
                    }
                }
            }
        }
    });
    Ok(newest)
}

async fn changed(
    certificate: &Path,
    key: &Path,
    before: &Content,
) -> Result<Option<(Content, Arc<ServerConfig>)>> {
    let (certificate, key): (PathBuf, PathBuf) = (certificate.into(), key.into());
    let content = tokio::task::spawn_blocking(move || read(&certificate, &key)).await??;
    if content == *before {
        return Ok(None);
    }
    let config = parse(&content)?;
    Ok(Some((content, config)))
}

fn read(certificate: &Path, key: &Path) -> Result<Content> {
    let read = |file: &Path, setting| {
        fs::read(file)
            .with_context(|| format!("Cannot read {} ({setting} in Leptos.toml)", file.display()))
    };
    Ok(Content {
        certificate: read(certificate, "tls-cert")?,
        key: read(key, "tls-key")?,
    })
}

fn parse(content: &Content) -> Result<Arc<ServerConfig>> {
    let chain = CertificateDer::pem_slice_iter(&content.certificate);
    let chain: Vec<_> = chain.collect::<Result<_, _>>().context("tls-cert")?;
    if chain.is_empty() {
        bail!("tls-cert holds no certificate; it has to begin with -----BEGIN CERTIFICATE-----");
    }
    let key = PrivateKeyDer::from_pem_slice(&content.key)
        .context("tls-key holds no private key in PEM format without a passphrase")?;
    super::serving(chain, key)
}

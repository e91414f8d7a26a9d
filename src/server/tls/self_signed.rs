//! A certificate of our own, for a local network: made at the first start, and the same from then on.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    net::IpAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};
use sha2::{Digest, Sha256};
use tokio::sync::watch;
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tracing::info;

/// The certificate and its key.
pub(in crate::server) const FILE: &str = "self-signed.pem";

/// Phones refuse certificates that are good for longer than 825 days, even those that a person has
/// told them to trust.
const GOOD_FOR: Duration = Duration::from_secs(820 * 86_400);

/// Replaced so long before its end.
const AHEAD: Duration = Duration::from_secs(30 * 86_400);

/// The certificate, ready to be served.
pub(super) struct Own {
    pub(super) config: watch::Receiver<Arc<ServerConfig>>,
    pub(super) fingerprint: String,
}

/// Reads the certificate in the state directory, or makes one.
///
/// # Errors
/// When the state directory cannot be used.
pub(super) fn load(folder: &Path) -> Result<Own> {
    let file = folder.join(FILE);
    let pem = read_or_create(&file).with_context(|| {
        format!(
            "Cannot keep a certificate in {}. Make the folder writable, or choose another one \
             (state-dir in Leptos.toml, or DUPLEX_STATE_DIR).",
            file.display()
        )
    })?;
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes());
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes());
    let (Ok(certificate), Ok(key)) = (certificate, key) else {
        anyhow::bail!("{} is damaged; remove it", file.display());
    };
    let fingerprint = fingerprint(&certificate);
    let config = super::files::config(vec![certificate], key)?;
    // Nobody sends another one, and whoever holds the receiver needs no sender.
    let config = watch::channel(config).1;
    Ok(Own {
        config,
        fingerprint,
    })
}

fn read_or_create(file: &Path) -> Result<String> {
    match fs::metadata(file).and_then(|file| file.modified()) {
        Ok(made) if is_good(made, SystemTime::now()) => return Ok(fs::read_to_string(file)?),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let pem = create(SystemTime::now())?;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Put in place whole: another server may be starting right now.
    let aside = file.with_extension(format!("{}", std::process::id()));
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&aside)?.write_all(pem.as_bytes())?;
    fs::rename(&aside, file)?;
    info!(file = %file.display(), "made a certificate");
    Ok(pem)
}

fn is_good(made: SystemTime, now: SystemTime) -> bool {
    now.duration_since(made)
        .is_ok_and(|age| age < GOOD_FOR - AHEAD)
}

fn create(now: SystemTime) -> Result<String> {
    let mut names = vec!["localhost".to_owned()];
    names.extend(own_addresses().iter().map(IpAddr::to_string));
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Duplex on a local network");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Clocks of phones may be late.
    params.not_before = (now - Duration::from_secs(86_400)).into();
    params.not_after = (now + GOOD_FOR).into();
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

/// The addresses of this machine.
pub(in crate::server) fn own_addresses() -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = interfaces.iter().map(if_addrs::Interface::ip);
    // A link-local address says nothing without the interface.
    let is_link_local = |ip: &IpAddr| matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local());
    addresses.filter(|ip| !is_link_local(ip)).collect()
}

/// As browsers show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let hash = Sha256::digest(certificate);
    let bytes: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::random::random;

    #[test]
    fn the_certificate_is_made_once_for_its_owner_only() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        let file = folder.join(FILE);
        let first = read_or_create(&file)?;
        assert_eq!(read_or_create(&file)?, first);
        assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder)?.count(), 1);
        assert!(load(&folder).is_ok());
        fs::write(&file, "nothing")?;
        let error = load(&folder).err().expect("damaged").to_string();
        assert!(error.contains("remove it"), "{error}");
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    #[test]
    fn it_is_replaced_before_its_end() {
        let now = SystemTime::now();
        assert!(is_good(now, now));
        assert!(is_good(now - (GOOD_FOR - AHEAD * 2), now));
        assert!(!is_good(now - (GOOD_FOR - AHEAD / 2), now));
    }
}

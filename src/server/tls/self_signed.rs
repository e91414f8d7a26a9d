//! A certificate of our own, for a local network: made at the first start, and the same from then on.

use std::{
    net::IpAddr,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::server::state_dir;

/// The certificate and its key.
const FILE: &str = "self-signed.pem";

/// Phones refuse certificates that are good for longer than 825 days, even those that a person has
/// told them to trust.
const GOOD_FOR: Duration = Duration::from_secs(820 * 86_400);

/// Replaced so long before its end.
const AHEAD: Duration = Duration::from_secs(30 * 86_400);

/// The certificate, ready to be served.
pub(super) struct Own {
    pub(super) config: Arc<ServerConfig>,
    pub(super) fingerprint: String,
}

/// What the file holds.
type Pair = (CertificateDer<'static>, PrivateKeyDer<'static>);

/// Reads the certificate in the state directory, or makes one.
///
/// # Errors
/// When the state directory cannot be used.
pub(super) fn load(folder: &Path) -> Result<Own> {
    let file = folder.join(FILE);
    let now = SystemTime::now();
    let (certificate, key) =
        state_dir::read_or_make(&file, |pem| parse(&file, pem, now), || create(now))?;
    Ok(Own {
        fingerprint: fingerprint(&certificate),
        config: super::serving(vec![certificate], key)?,
    })
}

/// Whether a server that starts makes a certificate.
pub(in crate::server) fn is_made_at_the_start(folder: &Path) -> bool {
    let file = folder.join(FILE);
    let kept = state_dir::read(&file, |pem| parse(&file, pem, SystemTime::now()));
    // One that cannot be used is left alone, and keeps the server from starting.
    kept.is_ok_and(|kept| kept.flatten().is_none())
}

/// What the file holds, unless it is about to end. When it begins is not asked: at the start of a
/// small machine its clock may be late, and the fingerprint that people know would change.
fn parse(file: &Path, pem: &str, now: SystemTime) -> Result<Option<Pair>> {
    let damaged = || format!("{} is damaged; remove it", file.display());
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).with_context(damaged)?;
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).with_context(damaged)?;
    let end = super::end(&certificate).with_context(damaged)?;
    Ok((end > now + AHEAD).then_some((certificate, key)))
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
    use std::{fs, io::Write, path::PathBuf};

    use super::*;
    use crate::random::random;

    #[test]
    fn the_certificate_stays_the_same() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        assert!(is_made_at_the_start(&folder));
        let first = load(&folder)?.fingerprint;
        assert_eq!(load(&folder)?.fingerprint, first);
        assert!(!is_made_at_the_start(&folder));
        fs::write(folder.join(FILE), "nothing")?;
        let error = load(&folder).err().expect("damaged").to_string();
        assert!(error.contains("remove it"), "{error}");
        assert!(!is_made_at_the_start(&folder));
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    /// A folder with a certificate that was made then, in a file of this age.
    fn folder_with(made: SystemTime, modified: SystemTime) -> Result<PathBuf> {
        let folder = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        fs::create_dir(&folder)?;
        let mut file = fs::File::create_new(folder.join(FILE))?;
        file.write_all(create(made)?.as_bytes())?;
        file.set_modified(modified)?;
        Ok(folder)
    }

    #[test]
    fn it_is_replaced_before_its_end_whatever_the_file_says() -> Result<()> {
        let now = SystemTime::now();
        let due = now - (GOOD_FOR - AHEAD / 2);
        let early = now - (GOOD_FOR - AHEAD * 2);
        for (made, modified, is_kept) in [
            (now, now, true),
            // As after a copy from a backup, or with a clock that is put right.
            (now, due, true),
            (now, now + AHEAD, true),
            (now + AHEAD, now, true),
            (early, now, true),
            (due, now, false),
            (now - GOOD_FOR * 2, now, false),
        ] {
            let folder = folder_with(made, modified)?;
            let before = fs::read_to_string(folder.join(FILE))?;
            let first = load(&folder)?.fingerprint;
            let after = fs::read_to_string(folder.join(FILE))?;
            assert_eq!(before == after, is_kept, "{made:?} {modified:?}");
            assert_eq!(load(&folder)?.fingerprint, first);
            fs::remove_dir_all(folder)?;
        }
        Ok(())
    }

    #[test]
    fn servers_that_start_at_the_same_time_have_the_same() -> Result<()> {
        let old = SystemTime::now() - GOOD_FOR * 2;
        for is_renewed in [false, true] {
            let folder = folder_with(old, old)?;
            if !is_renewed {
                fs::remove_file(folder.join(FILE))?;
            }
            let all: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| load(&folder))).collect();
                let threads = threads.into_iter();
                threads
                    .map(|thread| thread.join().expect("no panic"))
                    .collect()
            });
            let kept = load(&folder)?.fingerprint;
            for own in all {
                assert_eq!(own?.fingerprint, kept, "{is_renewed}");
            }
            assert_eq!(fs::read_dir(&folder)?.count(), 1);
            fs::remove_dir_all(folder)?;
        }
        Ok(())
    }
}

//! The key that signs resume tokens: made at the first start, and the same from then on.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use tracing::info;

use crate::{random::random, settings::Settings, signaling::Signer};

/// The key in the state directory.
const FILE: &str = "signing.key";

/// The signer with the configured key, or with the one in the state directory.
///
/// # Errors
/// When the state directory cannot be used.
pub(super) fn signer(settings: &Settings) -> Result<Signer> {
    if !settings.signing_key.is_empty() {
        return Ok(Signer::new(settings.signing_key.as_bytes()));
    }
    let folder = &settings.state_dir;
    let key = read_or_create(folder).with_context(|| {
        format!(
            "Cannot keep the signing key in the folder {}. Make it writable, choose another one \
             (state-dir in Leptos.toml, or DUPLEX_STATE_DIR), or set signing-key.",
            folder.display()
        )
    })?;
    Ok(Signer::new(key.as_bytes()))
}

/// Reads the key, if there is one.
///
/// # Errors
/// When there is one that cannot be used.
pub(super) fn read(folder: &Path) -> Result<Option<String>> {
    let file = folder.join(FILE);
    match fs::read_to_string(&file) {
        Ok(key) => {
            let key = key.trim().to_owned();
            ensure!(key.len() >= 32, "{} is damaged; remove it", file.display());
            Ok(Some(key))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("Cannot read {}", file.display())),
    }
}

fn read_or_create(folder: &Path) -> Result<String> {
    fs::create_dir_all(folder)?;
    let file = folder.join(FILE);
    loop {
        if let Some(key) = read(folder)? {
            return Ok(key);
        }
        // Written aside and put in place whole: another server may be starting right now.
        let key = generate();
        let aside = folder.join(format!("signing.key.{}", &key[..8]));
        let mut options = OpenOptions::new();
        let mut new = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&aside)?;
        new.write_all(key.as_bytes())?;
        new.sync_all()?;
        let placed = fs::hard_link(&aside, &file);
        fs::remove_file(&aside)?;
        match placed {
            Ok(()) => info!(file = %file.display(), "made a new signing key"),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A new key: 256 random bits as text.
pub(super) fn generate() -> String {
    let bits: [u8; 32] = random();
    bits.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_is_made_once_for_its_owner_only() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| read_or_create(&folder)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        let first = read_or_create(&folder)?;
        assert_eq!(first.len(), 64);
        for key in keys {
            assert_eq!(key?, first);
        }
        let mode = fs::metadata(folder.join("signing.key"))?
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder)?.count(), 1);
        fs::remove_dir_all(folder)?;
        Ok(())
    }
}

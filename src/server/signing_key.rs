//! The key that signs resume tokens: made at the first start, and the same from then on.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::state_dir;
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
    let key = read_or_make(&settings.state_dir)
        .context("Cannot use the signing key in the state directory, and signing-key is not set")?;
    Ok(Signer::new(key.as_bytes()))
}

/// Reads the key, if there is one.
///
/// # Errors
/// When there is one that cannot be used.
pub(super) fn read(folder: &Path) -> Result<Option<String>> {
    let file = folder.join(FILE);
    state_dir::read(&file, |text| parse(&file, text))
}

fn read_or_make(folder: &Path) -> Result<String> {
    let file = folder.join(FILE);
    let parse = |text: &str| parse(&file, text).map(Some);
    state_dir::read_or_make(&file, parse, || Ok(generate()))
}

fn parse(file: &Path, text: &str) -> Result<String> {
    let key = text.trim();
    ensure!(key.len() >= 32, "{} is damaged; remove it", file.display());
    Ok(key.to_owned())
}

/// A new key: 256 random bits as text.
pub(super) fn generate() -> String {
    let bits: [u8; 32] = random();
    bits.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_key_stays_the_same() -> Result<()> {
        let folder = std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())));
        assert_eq!(read(&folder)?, None);
        let key = read_or_make(&folder)?;
        assert_eq!(key.len(), 64);
        assert_eq!(read_or_make(&folder)?, key);
        assert_eq!(read(&folder)?, Some(key));
        fs::write(folder.join(FILE), "short")?;
        let error = read_or_make(&folder).expect_err("damaged").to_string();
        assert!(error.contains("remove it"), "{error}");
        fs::remove_dir_all(folder)?;
        Ok(())
    }
}

//! The state directory: what is kept there is for its owner alone, and put in place whole.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, Result, bail};
use tracing::info;

use crate::random::random;

/// How often another server may be faster, before something else must be wrong.
const ATTEMPTS: usize = 100;

/// Makes a folder that is for its owner alone, unless there is one.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes a folder away from others, who got at it when an earlier version made it.
pub(super) fn keep_others_out(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder)?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// What to do when a file or folder of the state directory cannot be used.
pub(super) fn advice(path: &Path) -> String {
    format!(
        "Cannot use {}. Make its folder writable, or choose another one (state-dir in Leptos.toml, or \
         DUPLEX_STATE_DIR).",
        path.display()
    )
}

/// What a file holds, if there is one.
///
/// # Errors
/// When it cannot be read, or `parse` does not like it.
pub(super) fn read<T>(file: &Path, parse: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
    let text = text(file).with_context(|| advice(file))?;
    text.as_deref().map(parse).transpose()
}

/// What a file holds. If there is none, or `parse` finds nothing in it that is still good, it is made
/// anew. Servers that do so at the same time end up with the same.
///
/// # Errors
/// When it cannot be read or made, or `parse` does not like it.
pub(super) fn read_or_make<T>(
    file: &Path,
    parse: impl Fn(&str) -> Result<Option<T>>,
    make: impl Fn() -> Result<String>,
) -> Result<T> {
    for _ in 0..ATTEMPTS {
        let old = text(file).with_context(|| advice(file))?;
        if let Some(kept) = old.as_deref().map(&parse).transpose()?.flatten() {
            return Ok(kept);
        }
        let new = make()?;
        if put(file, old.as_deref(), &new).with_context(|| advice(file))? {
            info!(file = %file.display(), "made anew");
            return parse(&new)?.context("what was made is of no use; is the clock right?");
        }
    }
    bail!(
        "{} can neither be read nor made: is it a link to nowhere? Remove it.",
        file.display()
    );
}

fn text(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Puts a text in the place of the old one. Whether it did: not if another server was faster.
fn put(file: &Path, old: Option<&str>, new: &str) -> io::Result<bool> {
    if let Some(folder) = file.parent() {
        make_folder(folder)?;
    }
    // Written aside and put in place whole: another server may be reading right now.
    let mut aside = file.as_os_str().to_owned();
    aside.push(format!(".{:016x}", u64::from_be_bytes(random())));
    let aside = Path::new(&aside);
    let placed = write(aside, new).and_then(|()| match old {
        // Not every file system knows such links.
        None => match fs::hard_link(aside, file).or_else(|error| match error.kind() {
            ErrorKind::AlreadyExists => Err(error),
            _ => write(file, new),
        }) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            linked => linked.map(|()| true),
        },
        Some(old) => replace(file, old, aside),
    });
    // It is gone where it took the place of another file.
    fs::remove_file(aside).ok();
    placed
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Moves `aside` to where the old text is, if it still is.
fn replace(file: &Path, old: &str, aside: &Path) -> io::Result<bool> {
    let before = match File::options().read(true).write(true).open(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        before => before?,
    };
    // Whoever waits here for another server finds its file in the place of this one.
    match before.lock() {
        // Nor locks; then the last one to come wins.
        Err(error) if error.kind() == ErrorKind::Unsupported => {}
        locked => locked?,
    }
    if text(file)?.as_deref() != Some(old) {
        return Ok(false);
    }
    fs::rename(aside, file)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("duplex-{}", u64::from_be_bytes(random())))
    }

    fn mode(path: &Path) -> io::Result<u32> {
        Ok(fs::metadata(path)?.permissions().mode() & 0o777)
    }

    /// What eight servers have that start at the same time.
    fn all(file: &Path, parse: fn(&str) -> Result<Option<String>>) -> Vec<Result<String>> {
        let make = || Ok(format!("good {}", u64::from_be_bytes(random())));
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| read_or_make(file, parse, make)))
                .collect();
            let threads = threads.into_iter();
            threads
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        })
    }

    #[test]
    fn a_file_is_made_once_and_replaced_once_for_its_owner_only() -> Result<()> {
        let parse = |text: &str| Ok(text.starts_with("good").then(|| text.to_owned()));
        for old in [None, Some("ended")] {
            // Often, because one may win by chance.
            for _ in 0..20 {
                let folder = folder();
                let file = folder.join("a/file");
                if let Some(old) = old {
                    fs::create_dir_all(folder.join("a"))?;
                    fs::write(&file, old)?;
                }
                let all = all(&file, parse);
                let kept = fs::read_to_string(&file)?;
                for one in all {
                    assert_eq!(one?, kept);
                }
                assert_eq!(mode(&file)?, 0o600);
                if old.is_none() {
                    assert_eq!(mode(&folder.join("a"))?, 0o700);
                }
                assert_eq!(fs::read_dir(folder.join("a"))?.count(), 1);
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }

    #[test]
    fn a_link_to_nowhere_is_told() -> Result<()> {
        let folder = folder();
        let file = folder.join("file");
        make_folder(&folder)?;
        std::os::unix::fs::symlink(folder.join("nowhere"), &file)?;
        let parse = |text: &str| Ok(Some(text.to_owned()));
        let error = read_or_make(&file, parse, || Ok("new".to_owned())).expect_err("a link");
        assert!(error.to_string().contains("a link to nowhere"), "{error}");
        fs::remove_dir_all(folder)?;
        Ok(())
    }

    #[test]
    fn a_damaged_file_stays_and_is_told() -> Result<()> {
        let folder = folder();
        let file = folder.join("file");
        make_folder(&folder)?;
        fs::write(&file, "damaged")?;
        let parse = |text: &str| -> Result<Option<String>> { bail!("{text}") };
        let error = all(&file, parse).swap_remove(0).expect_err("damaged");
        assert_eq!(error.to_string(), "damaged");
        assert_eq!(fs::read_to_string(&file)?, "damaged");
        fs::remove_dir_all(folder)?;
        Ok(())
    }
}

//! Files and folders of this machine.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use leptos::config::LeptosOptions;

use super::{
    super::{run::package, signing_key, state_dir},
    Outcome,
};
use crate::{random::random, settings::Settings};

/// Whether the built files are there.
pub(super) fn built_files(options: &LeptosOptions) -> Outcome {
    let package = package(options);
    let shown = package.display();
    let advice = "Build them (`make build`), start in the folder that holds them, or set site-root \
                  in Leptos.toml (LEPTOS_SITE_ROOT).";
    let entries = match fs::read_dir(&package) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Outcome::failed(format!("there is no folder {shown}"), advice);
        }
        Err(error) => return Outcome::failed(format!("{shown}: {error}"), advice),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let names: Vec<String> = names.collect();
    let name = &options.output_name;
    // What a page asks for before anything else; some builds put a hash into the names.
    let has = |kind: &str| {
        let is_it = |file: &String| file.starts_with(&**name) && file.ends_with(kind);
        names.iter().any(is_it)
    };
    let missing: Vec<_> = [".js", ".wasm", ".css"]
        .into_iter()
        .filter(|kind| !has(kind))
        .collect();
    if missing.is_empty() {
        return Outcome::fine(shown.to_string());
    }
    let missing: Vec<_> = missing.iter().map(|kind| format!("{name}{kind}")).collect();
    Outcome::failed(format!("{shown} has no {}", missing.join(", ")), advice)
}

/// Whether something can be kept in the state directory.
pub(super) fn state_directory(settings: &Settings) -> Outcome {
    let folder = &settings.state_dir;
    let shown = folder.display();
    let advice = format!(
        "Make the folder {shown} and give it to the user that runs Duplex, or choose another one \
         (state-dir in Leptos.toml, or DUPLEX_STATE_DIR)."
    );
    let is_new = !folder.exists();
    if let Err(error) = try_writing(folder) {
        return Outcome::failed(format!("cannot write to {shown}: {error}"), advice);
    }
    if !settings.signing_key.is_empty() {
        return Outcome::fine(format!(
            "{shown} can be written to; the key is that of signing-key"
        ));
    }
    match signing_key::read(folder) {
        Ok(Some(_)) => Outcome::fine(format!("{shown} can be written to and has the signing key")),
        Ok(None) if is_new => Outcome::fine(format!("{shown} can be made at the first start")),
        Ok(None) => Outcome::fine(format!("{shown} can be written to")),
        Err(error) => Outcome::failed(format!("{error:#}"), advice),
    }
}

/// Makes a file, and takes away what it made.
fn try_writing(folder: &Path) -> io::Result<()> {
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    let tried = state_dir::make_folder(folder).and_then(|()| {
        let file = folder.join(format!("doctor-{:016x}", u64::from_be_bytes(random())));
        let written = fs::write(&file, "");
        let removed = fs::remove_file(&file);
        written.and(removed)
    });
    for made in missing {
        // Somebody else may have put something there meanwhile: then it stays.
        fs::remove_dir(made).ok();
    }
    tried
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trying_leaves_nothing_behind() {
        let name = format!("duplex-{}", u64::from_be_bytes(random()));
        let top = std::env::temp_dir().join(name);
        let folder = top.join("a/b");
        assert!(try_writing(&folder).is_ok());
        assert!(!top.exists());
        fs::create_dir_all(&top).expect("a folder");
        fs::write(top.join("a"), "a file").expect("a file");
        assert!(try_writing(&folder).is_err());
        assert_eq!(fs::read_dir(&top).expect("a folder").count(), 1);
        fs::remove_dir_all(top).expect("removed");
    }
}

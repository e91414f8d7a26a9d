//! Where each setting stands: in which line of the file, or in which variable.

use std::{net::SocketAddr, path::Path};

use anyhow::{Result, bail};
use config::{Config, Map, Value};

use super::shown::{HIDDEN, without_password};

/// The table for us, and that of leptos.
pub(super) const TABLE: &str = "duplex";
pub(super) const LEPTOS: &str = "package.metadata.leptos";

/// What nobody is shown.
pub(super) const SECRETS: [&str; 2] = ["signing-key", "turn-secret"];

/// What leptos reads of its table.
const LEPTOS_KEYS: [&str; 13] = [
    "output-name",
    "site-root",
    "site-pkg-dir",
    "env",
    "site-addr",
    "reload-port",
    "reload-external-port",
    "reload-ws-protocol",
    "not-found-path",
    "hash-file",
    "hash-files",
    "server-fn-prefix",
    "disable-server-fn-hash",
];

/// Where settings come from.
pub struct Source {
    pub(super) text: String,
    pub(super) file: String,
    /// The variables `DUPLEX_*` that are set.
    pub(super) variables: Map<String, Value>,
    /// The variables `LEPTOS_*` that are set.
    pub(super) of_leptos: Map<String, Value>,
}

impl Source {
    /// The variables `DUPLEX_*` that are set, by their names.
    pub fn variables(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .variables
            .keys()
            .map(|key| variable("DUPLEX", key))
            .collect();
        names.sort();
        names
    }

    /// Who set a setting of ours.
    pub(super) fn of(&self, key: &str) -> String {
        let is_variable = self.variables.contains_key(key);
        self.origin(key, is_variable.then(|| variable("DUPLEX", key)))
    }

    /// Who set a setting of leptos.
    pub fn of_leptos(&self, key: &str) -> String {
        let is_variable = self.of_leptos.contains_key(key);
        self.origin(key, is_variable.then(|| variable("LEPTOS", key)))
    }

    fn origin(&self, key: &str, variable: Option<String>) -> String {
        if let Some(name) = variable {
            return format!("variable {name}");
        }
        let place = self.line(|line| is_setting(line, key));
        // Which file it is stands above all of them.
        let name = Path::new(&self.file).file_name().unwrap_or_default();
        place.replacen(&self.file, &name.to_string_lossy(), 1)
    }

    /// leptos says what is wrong in its table, but not where.
    pub(super) fn check_leptos(&self, whole: &Config) -> Result<()> {
        let table = whole.get_table(LEPTOS).unwrap_or_default();
        let text = |key: &str| table.get(key).map(ToString::to_string);
        if text("site-addr").is_some_and(|address| address.parse::<SocketAddr>().is_err()) {
            bail!(
                "{}. Allowed: an address and a port, such as \"127.0.0.1:3000\".",
                self.place("site-addr")
            );
        }
        if text("reload-port").is_some_and(|port| port.parse::<u16>().is_err()) {
            bail!("{}. Allowed: 0 to 65535.", self.place("reload-port"));
        }
        Ok(())
    }

    /// Finds names that nobody knows.
    pub(super) fn know(&self, whole: &Config, known: &[&str]) -> Result<()> {
        let all: Map<String, Value> = whole.clone().try_deserialize()?;
        let tables = [TABLE, "package"];
        if let Some(name) = all.keys().find(|name| !tables.contains(&&***name)) {
            bail!(
                "{}: nothing is known of “{name}”. There are the tables [{LEPTOS}] and [{TABLE}].",
                self.line(|line| line.starts_with(&format!("[{name}")) || is_setting(line, name))
            );
        }
        let leptos = whole.get_table(LEPTOS).unwrap_or_default();
        let ours = whole.get_table(TABLE).unwrap_or_default();
        let in_file = leptos.keys().map(|key| (key, &LEPTOS_KEYS[..]));
        let in_file = in_file.chain(ours.keys().map(|key| (key, known)));
        for (key, known) in in_file.chain(self.variables.keys().map(|key| (key, known))) {
            if !known.contains(&&**key) {
                let nearest = nearest(key, known);
                // It may be a secret under another name.
                let place = if self.variables.contains_key(key) {
                    format!("The variable {}", variable("DUPLEX", key))
                } else {
                    self.place(key)
                };
                bail!("{place}: there is no such setting. Did you mean {nearest}?");
            }
        }
        Ok(())
    }

    /// Where a setting stands, with its value unless that is a secret.
    pub(super) fn place(&self, key: &str) -> String {
        let shown = |value: &str| match key {
            _ if SECRETS.contains(&key) => HIDDEN.to_owned(),
            "redis" => without_password(value),
            _ => value.to_owned(),
        };
        if let Some(value) = self.variables.get(key) {
            return format!(
                "The variable {}={}",
                variable("DUPLEX", key),
                shown(&value.to_string())
            );
        }
        let line = self.text.lines().find(|line| is_setting(line, key));
        let value = line
            .and_then(|line| line.split_once('='))
            .map(|(_, value)| value.trim());
        match value {
            Some(value) => format!(
                "{}: {key} = {}",
                self.line(|line| is_setting(line, key)),
                shown(value)
            ),
            None => format!("{}: {key} is not set", self.file),
        }
    }

    /// The file, and the line if there is one.
    fn line(&self, is_it: impl Fn(&str) -> bool) -> String {
        match self.text.lines().position(is_it) {
            Some(index) => format!("{}, line {}", self.file, index + 1),
            None => self.file.to_owned(),
        }
    }
}

fn variable(prefix: &str, key: &str) -> String {
    format!("{prefix}_{}", key.to_uppercase().replace('-', "_"))
}

fn is_setting(line: &str, key: &str) -> bool {
    let name = line
        .split_once('=')
        .map(|(name, _)| name.trim().trim_matches('"'));
    name == Some(key)
}

/// The name that is most like this one.
fn nearest<'a>(key: &str, known: &[&'a str]) -> &'a str {
    let likeness = |name: &&&str| (strsim::jaro_winkler(key, name) * 1e6) as u32;
    known
        .iter()
        .max_by_key(likeness)
        .copied()
        .unwrap_or_default()
}

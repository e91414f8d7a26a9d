//! Where each setting stands: in which line of the file, or in which variable.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
};

use anyhow::{Result, bail};
use serde_json::Value;

use super::{
    document::{Document, Entry, LEPTOS, TABLE, Table},
    secrets::{shown_variable, without_secrets},
    shown::toml,
};

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
    pub(super) file: Document,
    /// What the variables `DUPLEX_*` set.
    pub(super) variables: BTreeMap<String, Value>,
    /// The variables `LEPTOS_*` that are set.
    pub(super) of_leptos: BTreeSet<String>,
}

impl Source {
    /// The variables `DUPLEX_*` that are set, by their names.
    pub fn variables(&self) -> Vec<String> {
        let keys = self.variables.keys();
        keys.map(|key| variable("DUPLEX", key)).collect()
    }

    /// Who set a setting of ours.
    pub(super) fn of(&self, key: &str) -> String {
        let is_variable = self.variables.contains_key(key);
        let variable = is_variable.then(|| variable("DUPLEX", key));
        self.origin(self.file.ours.get(key), variable)
    }

    /// Who set a setting of leptos.
    pub fn of_leptos(&self, key: &str) -> String {
        let is_variable = self.of_leptos.contains(key);
        let variable = is_variable.then(|| variable("LEPTOS", key));
        self.origin(self.file.leptos.get(key), variable)
    }

    fn origin(&self, entry: Option<&Entry>, variable: Option<String>) -> String {
        if let Some(name) = variable {
            return format!("variable {name}");
        }
        // Which file it is stands above all of them.
        let name = Path::new(&self.file.name).file_name().unwrap_or_default();
        let name = name.to_string_lossy();
        match entry {
            Some(Entry { line, .. }) => format!("{name}, line {line}"),
            None => name.into_owned(),
        }
    }

    /// leptos says what is wrong in its table, but not where.
    pub(super) fn check_leptos(&self) -> Result<()> {
        let table = &self.file.leptos;
        let text = |key: &str| match &table.get(key)?.value {
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        };
        if text("site-addr").is_some_and(|address| address.parse::<SocketAddr>().is_err()) {
            bail!(
                "{}. Allowed: an address and a port, such as \"127.0.0.1:3000\".",
                self.place_in(table, "site-addr")
            );
        }
        if text("reload-port").is_some_and(|port| port.parse::<u16>().is_err()) {
            bail!(
                "{}. Allowed: 0 to 65535.",
                self.place_in(table, "reload-port")
            );
        }
        Ok(())
    }

    /// Finds names that nobody knows. Their values are not shown: they may be secrets.
    pub(super) fn know(&self, known: &[&str]) -> Result<()> {
        let leptos = (LEPTOS, &LEPTOS_KEYS[..]);
        let ours = (TABLE, known);
        for (table, (_, known), (other, others)) in [
            (&self.file.leptos, leptos, ours),
            (&self.file.ours, ours, leptos),
        ] {
            let unknown = table.iter().find(|(key, _)| !known.contains(&&***key));
            if let Some((key, Entry { line, .. })) = unknown {
                let place = format!("{}, line {line}: {key}", self.file.name);
                if others.contains(&&**key) {
                    bail!("{place}: this setting stands under [{other}].");
                }
                bail!(no_such_setting(&place, key, known));
            }
        }
        let mut names = self.variables.keys();
        if let Some(key) = names.find(|key| !known.contains(&&***key)) {
            let place = format!("The variable {}", variable("DUPLEX", key));
            bail!(no_such_setting(&place, key, known));
        }
        Ok(())
    }

    /// Where a setting of ours stands, with its value unless that is a secret.
    pub(super) fn place(&self, key: &str) -> String {
        match self.variables.get(key) {
            Some(value) => {
                let (name, value) = (variable("DUPLEX", key), shown_variable(key, value));
                format!("The variable {name}={value}")
            }
            None => self.place_in(&self.file.ours, key),
        }
    }

    fn place_in(&self, table: &Table, key: &str) -> String {
        let file = &self.file.name;
        match table.get(key) {
            Some(Entry { line, value }) => {
                let value = toml(&without_secrets(key, value));
                format!("{file}, line {line}: {key} = {value}")
            }
            None => format!("{file}: {key} is not set"),
        }
    }
}

fn variable(prefix: &str, key: &str) -> String {
    format!("{prefix}_{}", key.to_uppercase().replace('-', "_"))
}

fn no_such_setting(place: &str, key: &str, known: &[&str]) -> String {
    let nearest = nearest(key, known);
    format!("{place}: there is no such setting. Did you mean {nearest}?")
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

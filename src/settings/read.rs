//! Reads the file and the variables, and says what is wrong with which of them.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context, Result, bail};
use config::{Case, Config, Environment, File, FileFormat, Map, Value, ValueKind};
use serde::{Deserialize, Deserializer};

use super::{Settings, check::Wrong};

/// The table for us, and that of leptos.
const TABLE: &str = "duplex";
const LEPTOS: &str = "package.metadata.leptos";

/// What nobody is shown.
const SECRETS: [&str; 2] = ["signing-key", "turn-secret"];

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

/// Reads the table `[duplex]` of a file, and the variables `DUPLEX_*`.
///
/// # Errors
/// When the file cannot be read, a name is unknown, or a value is not what it should be.
pub fn read(file: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!(
            "Cannot read the configuration file {}. Start in the folder that holds it, or name \
             another one with --config.",
            file.display()
        )
    })?;
    parse(&text, &file.display().to_string(), None)
}

/// Where a setting comes from.
struct Source<'a> {
    text: &'a str,
    file: &'a str,
    /// The variables that are set.
    variables: Map<String, Value>,
}

pub(super) fn parse(
    text: &str,
    file: &str,
    variables: Option<Map<String, String>>,
) -> Result<Settings> {
    let whole = Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .build()
        .with_context(|| format!("{file} is not written as TOML wants it"))?;
    // A file without the table has the defaults.
    let table = whole.get_table(TABLE).unwrap_or_default();
    let variables = Config::builder()
        .add_source(environment(variables))
        .build()
        .and_then(Config::try_deserialize)
        .context("The variables DUPLEX_* cannot be read")?;
    let source = Source {
        text,
        file,
        variables,
    };
    source.check_leptos(&whole)?;
    let defaults = defaults();
    let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
    source.know(&whole, &known)?;

    let mut settings = Config::builder();
    for (key, value) in table.iter().chain(&source.variables) {
        let default = &defaults[key];
        // The library would round it.
        let is_rounded = default.is_u64() && matches!(value.kind, ValueKind::Float(_));
        let one = Config::builder()
            .set_override(key, value.clone())?
            .build()?;
        if is_rounded || one.try_deserialize::<Settings>().is_err() {
            bail!("{}. {}", source.place(key), allowed(key, default, value));
        }
        settings = settings.set_override(key, value.clone())?;
    }
    let settings: Settings = settings.build()?.try_deserialize()?;
    match settings.check() {
        Ok(()) => Ok(settings),
        Err(Wrong { key, allowed }) => bail!("{}. Allowed: {allowed}.", source.place(key)),
    }
}

/// The variables, or these instead.
fn environment(instead: Option<Map<String, String>>) -> Environment {
    let lists = [
        "allowed-origins",
        "trusted-proxies",
        "ice-servers",
        "acme-domains",
        "frame-ancestors",
    ];
    let environment = Environment::with_prefix("DUPLEX")
        .prefix_separator("_")
        .convert_case(Case::Kebab)
        .try_parsing(true)
        .list_separator(",");
    let environment = lists.iter().fold(environment, |environment, list| {
        environment.with_list_parse_key(list)
    });
    environment.source(instead)
}

/// All settings by their names.
fn defaults() -> serde_json::Map<String, serde_json::Value> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    settings.as_object().cloned().unwrap_or_default()
}

impl Source<'_> {
    /// leptos says what is wrong in its table, but not where.
    fn check_leptos(&self, whole: &Config) -> Result<()> {
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
    fn know(&self, whole: &Config, known: &[&str]) -> Result<()> {
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
                bail!(
                    "{}: there is no such setting. Did you mean {nearest}?",
                    self.place(key)
                );
            }
        }
        Ok(())
    }

    /// Where a setting stands, with its value unless that is a secret.
    fn place(&self, key: &str) -> String {
        let shown = |value: &str| {
            if SECRETS.contains(&key) {
                "(hidden)".to_owned()
            } else {
                value.to_owned()
            }
        };
        if let Some(value) = self.variables.get(key) {
            let name = key.to_uppercase().replace('-', "_");
            return format!("The variable DUPLEX_{name}={}", shown(&value.to_string()));
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

/// What can stand there instead.
fn allowed(key: &str, default: &serde_json::Value, value: &Value) -> String {
    use serde_json::Value::{Array, Bool, Number};
    match default {
        Bool(_) => "Allowed: true or false.".to_owned(),
        Number(number) if number.is_f64() => "Allowed: a number.".to_owned(),
        Number(_) => "Allowed: a whole number, 0 or more.".to_owned(),
        Array(_) if !matches!(value.kind, ValueKind::Array(_)) => {
            "Allowed: a list in square brackets, such as [\"one\", \"other\"].".to_owned()
        }
        _ => in_words_of_serde(key, value),
    }
}

/// serde knows what an enumeration holds, and our own functions say what they want.
fn in_words_of_serde(key: &str, value: &Value) -> String {
    let value = value.clone().try_deserialize::<serde_json::Value>();
    let value = value.unwrap_or_default();
    match serde_json::from_value::<Settings>(serde_json::json!({ key: value })) {
        Ok(_) => "Allowed: a text in quotes.".to_owned(),
        Err(error) => match error.to_string().split_once(", expected ") {
            Some((_, expected)) => format!("Allowed: {}.", expected.trim_start_matches("one of ")),
            None => format!("This is {error}."),
        },
    }
}

pub(super) fn address_or_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        serde::de::Error::custom("not an address with a port, such as \"127.0.0.1:9464\"")
    })
}

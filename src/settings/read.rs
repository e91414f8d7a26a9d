//! Reads the file and the variables, and says what is wrong with which of them.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value, json};

use super::{Settings, check::Wrong, document::Document, source::Source};

/// Reads the table `[duplex]` of a file and the variables `DUPLEX_*`, and where each setting comes
/// from. `flags` are variables from the command line, which win.
///
/// # Errors
/// When the file cannot be read, a name is unknown, or a value is not what it should be.
pub fn read(file: &Path, flags: &[(&str, String)]) -> Result<(Settings, Source)> {
    let text = std::fs::read_to_string(file).with_context(|| {
        format!(
            "Cannot read the configuration file {}. Start in the folder that holds it, or name \
             another one with --config.",
            file.display()
        )
    })?;
    let variables = std::env::vars_os();
    let variables = variables
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let flags = flags
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()));
    let variables = variables.chain(flags).collect();
    parse(&text, &file.display().to_string(), &variables)
}

pub(super) fn parse(
    text: &str,
    file: &str,
    variables: &BTreeMap<String, String>,
) -> Result<(Settings, Source)> {
    let defaults = defaults();
    let ours = beginning_with("duplex_", variables).filter_map(|(key, text)| {
        let value = match defaults.get(&key) {
            Some(default) => meant(&text, default),
            None if is_of_others(&key, &text) => return None,
            None => text.into(),
        };
        Some((key, value))
    });
    let source = Source {
        file: Document::parse(text, file)?,
        variables: ours.collect(),
        of_leptos: beginning_with("leptos_", variables)
            .map(|(key, _)| key)
            .collect(),
    };
    source.check_leptos()?;
    let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
    source.know(&known)?;

    let in_file = source.file.ours.iter();
    let in_file = in_file.filter(|(key, _)| !source.variables.contains_key(*key));
    let in_file = in_file.map(|(key, entry)| (key, &entry.value));
    let mut values = Map::new();
    for (key, value) in in_file.chain(&source.variables) {
        if let Err(error) = Settings::deserialize(json!({ key: value })) {
            let allowed = allowed(&defaults[key], value, &error);
            bail!("{}. {allowed}", source.place(key));
        }
        values.insert(key.clone(), value.clone());
    }
    let settings = Settings::deserialize(Value::Object(values))?;
    match settings.check() {
        Ok(()) => Ok((settings, source)),
        Err(Wrong { key, allowed }) => bail!("{}. Allowed: {allowed}.", source.place(key)),
    }
}

/// The variables that begin so, by the names of the settings that they stand for.
fn beginning_with(
    prefix: &str,
    variables: &BTreeMap<String, String>,
) -> impl Iterator<Item = (String, String)> {
    variables.iter().filter_map(move |(name, text)| {
        let name = name.to_lowercase();
        let key = name.strip_prefix(prefix)?.replace('_', "-");
        Some((key, text.clone()))
    })
}

/// What begins like our variables and is none: Kubernetes sets some for a service that is called
/// duplex, and our own tests one.
fn is_of_others(key: &str, text: &str) -> bool {
    // Whoever writes DUPLEX_PORT=3000 means us; Kubernetes says tcp://10.0.0.11:3000.
    let is_port = key.starts_with("port-") || key == "port" && text.contains("://");
    is_port || key.starts_with("service-") || key == "write-schema"
}

/// What a variable says, for a setting with this default.
fn meant(text: &str, default: &Value) -> Value {
    let trimmed = text.trim();
    match default {
        Value::Bool(_) => match &*trimmed.to_lowercase() {
            "true" | "yes" | "on" | "1" => true.into(),
            "false" | "no" | "off" | "0" => false.into(),
            _ => text.into(),
        },
        Value::Number(_) => {
            let whole = trimmed.parse::<i64>().ok().map(Number::from);
            let number = whole.or_else(|| Number::from_f64(trimmed.parse().ok()?));
            number.map_or_else(|| text.into(), Value::Number)
        }
        // Whoever sets a list to nothing wants an empty one, not one with an empty text in it.
        Value::Array(_) => {
            let items = text.split(',').map(str::trim);
            items.filter(|item| !item.is_empty()).collect()
        }
        // A key may be made of digits: as a number it would lose some.
        _ => text.into(),
    }
}

/// All settings by their names.
fn defaults() -> Map<String, Value> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    settings.as_object().cloned().unwrap_or_default()
}

/// What can stand there instead.
fn allowed(default: &Value, value: &Value, error: &serde_json::Error) -> String {
    match default {
        Value::Bool(_) => "Allowed: true or false.".to_owned(),
        Value::Number(number) if number.is_f64() => "Allowed: a number.".to_owned(),
        Value::Number(_) => "Allowed: a whole number, 0 or more.".to_owned(),
        Value::Array(_) if !value.is_array() => {
            "Allowed: a list in square brackets, such as [\"one\", \"other\"].".to_owned()
        }
        Value::String(_) | Value::Null if !value.is_string() => {
            "Allowed: a text in quotes.".to_owned()
        }
        _ => in_words_of_serde(error),
    }
}

/// serde knows what an enumeration holds, and our own functions say what they want. What it found
/// instead may be a secret.
fn in_words_of_serde(error: &serde_json::Error) -> String {
    match error.to_string().rsplit_once(", expected ") {
        Some((_, expected)) => format!("Allowed: {}.", expected.trim_start_matches("one of ")),
        None => format!("This is {error}."),
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

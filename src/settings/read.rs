//! Reads the file and the variables, and says what is wrong with which of them.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context, Result, bail};
use config::{Case, Config, Environment, File, FileFormat, Map, Value, ValueKind};
use serde::{Deserialize, Deserializer};

use super::{
    Settings,
    check::Wrong,
    source::{Source, TABLE},
};

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
    variables: &Map<String, String>,
) -> Result<(Settings, Source)> {
    let whole = Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .build()
        .with_context(|| format!("{file} is not written as TOML wants it"))?;
    // A file without the table has the defaults.
    let table = whole.get_table(TABLE).unwrap_or_default();
    let set = |prefix: &str| -> Result<Map<String, Value>> {
        let variables = Config::builder().add_source(environment(prefix, variables));
        let variables = variables.build().and_then(Config::try_deserialize);
        let mut variables: Map<String, Value> =
            variables.with_context(|| format!("The variables {prefix}_* cannot be read"))?;
        // Whoever sets a list to nothing wants an empty one, not one with an empty text in it.
        let is_nothing =
            |item: &Value| matches!(&item.kind, ValueKind::String(text) if text.is_empty());
        for value in variables.values_mut() {
            if let ValueKind::Array(items) = &mut value.kind {
                items.retain(|item| !is_nothing(item));
            }
        }
        Ok(variables)
    };
    let source = Source {
        text: text.to_owned(),
        file: file.to_owned(),
        variables: set("DUPLEX")?,
        of_leptos: set("LEPTOS")?,
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
        Ok(()) => Ok((settings, source)),
        Err(Wrong { key, allowed }) => bail!("{}. Allowed: {allowed}.", source.place(key)),
    }
}

/// The variables that begin so.
fn environment(prefix: &str, variables: &Map<String, String>) -> Environment {
    let lists = [
        "allowed-origins",
        "trusted-proxies",
        "ice-servers",
        "acme-domains",
        "frame-ancestors",
    ];
    let environment = Environment::with_prefix(prefix)
        .prefix_separator("_")
        .convert_case(Case::Kebab)
        .try_parsing(true)
        .list_separator(",");
    let environment = lists.iter().fold(environment, |environment, list| {
        environment.with_list_parse_key(list)
    });
    environment.source(Some(variables.clone()))
}

/// All settings by their names.
fn defaults() -> serde_json::Map<String, serde_json::Value> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    settings.as_object().cloned().unwrap_or_default()
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

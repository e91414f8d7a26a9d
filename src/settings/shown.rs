//! What is in force, written as a configuration file.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::{
    Settings,
    document::{LEPTOS, TABLE},
    secrets::without_secrets,
    source::Source,
};

/// A setting, and where it comes from.
#[derive(Debug)]
pub struct Shown {
    /// Its name in the file.
    pub key: String,
    /// What is in force.
    pub value: Value,
    /// What is in force when nobody sets it.
    pub default: Value,
    /// Who set it.
    pub from: String,
}

/// Writes the settings as a configuration file without secrets. `leptos` are those in the table of
/// leptos.
pub fn shown(settings: &Settings, leptos: &[Shown], source: &Source) -> String {
    let ours = pairs(settings).into_iter().zip(pairs(&Settings::default()));
    let ours = ours.map(|((key, value), (_, default))| Shown {
        from: source.of(&key),
        value: without_secrets(&key, &value),
        default,
        key,
    });
    let table = |name: &str, lines: &mut dyn Iterator<Item = String>| {
        format!("[{name}]\n{}", lines.collect::<String>())
    };
    format!(
        "{}\n{}",
        table(LEPTOS, &mut leptos.iter().map(ToString::to_string)),
        table(TABLE, &mut ours.map(|line| line.to_string())),
    )
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.key, toml(&self.value))?;
        if self.value != self.default {
            write!(f, " # {}", self.from)?;
        }
        writeln!(f)
    }
}

/// JSON and TOML write text, numbers and lists in the same way, nearly.
pub(super) fn toml(value: &Value) -> String {
    match value {
        Value::Null => "\"\"".to_owned(),
        // The one character that JSON lets stand as it is.
        value => value.to_string().replace('\u{7f}', "\\u007f"),
    }
}

/// Every setting, in the order in which they are declared.
fn pairs(settings: &Settings) -> Vec<(String, Value)> {
    let pairs = serde_json::to_string(settings).and_then(|text| serde_json::from_str(&text));
    pairs.map(|Pairs(pairs)| pairs).unwrap_or_default()
}

struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;

    use super::*;
    use crate::settings::read::parse;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<(Settings, Source)> {
        let variables = variables.iter();
        let variables = variables.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        parse(text, "Leptos.toml", &variables.collect())
    }

    #[test]
    fn what_is_shown_can_be_read_again() -> Result<()> {
        let text = r#"
            [duplex]
            state-dir = "a \"folder\" of \u007f mine"
            grace-seconds = 2.5
            allowed-origins = ["https://a.example", "https://b.example"]
            metrics-addr = ""
            turn = false
        "#;
        let variables = [
            ("DUPLEX_CAPACITY", "3"),
            ("DUPLEX_TRUSTED_PROXIES", "::1,10.0.0.1"),
            ("DUPLEX_HTTPS", "self-signed"),
            ("DUPLEX_HTTP_ADDR", "127.0.0.1:8080"),
        ];
        let (settings, source) = read(text, &variables)?;
        let site = Shown {
            key: "site-addr".to_owned(),
            value: "0.0.0.0:443".into(),
            default: "127.0.0.1:3000".into(),
            from: "--listen".to_owned(),
        };
        let written = shown(&settings, &[site], &source);
        assert!(
            written.starts_with("[package.metadata.leptos]\n"),
            "{written}"
        );
        assert_eq!(read(&written, &[])?.0, settings, "{written}");
        for line in [
            "site-addr = \"0.0.0.0:443\" # --listen",
            "grace-seconds = 2.5 # Leptos.toml, line 4",
            "capacity = 3 # variable DUPLEX_CAPACITY",
            "metrics-addr = \"\" # Leptos.toml, line 6",
            // The default needs no reason.
            "redis = \"\"",
            "max-capacity = 4",
        ] {
            assert!(
                written.lines().any(|other| other == line),
                "{line}: {written}"
            );
        }
        Ok(())
    }

    #[test]
    fn every_setting_is_shown_in_its_order() -> Result<()> {
        let (settings, source) = read("", &[])?;
        let written = shown(&settings, &[], &source);
        let keys = written.lines().filter_map(|line| line.split_once(" = "));
        let keys: Vec<_> = keys.map(|(key, _)| key.to_owned()).collect();
        let all = serde_json::to_value(&settings)?;
        assert_eq!(keys.len(), all.as_object().map_or(0, serde_json::Map::len));
        assert_eq!(keys[..2], ["state-dir", "signing-key"]);
        assert!(!written.contains('#'), "{written}");
        Ok(())
    }

    #[test]
    fn secrets_are_hidden() -> Result<()> {
        let secret = "0123456789abcdef0123456789abcdef";
        let text = format!("[duplex]\nsigning-key = \"{secret}\"\nturn-secret = \"{secret}\"");
        let (settings, source) = read(&text, &[("DUPLEX_REDIS", "redis://:let-me-in@redis:6379")])?;
        let written = shown(&settings, &[], &source);
        assert!(!written.contains(secret), "{written}");
        assert!(!written.contains("let-me-in"), "{written}");
        for line in [
            "signing-key = \"(hidden)\" # Leptos.toml, line 2",
            "turn-secret = \"(hidden)\" # Leptos.toml, line 3",
            "redis = \"redis://:(hidden)@redis:6379\" # variable DUPLEX_REDIS",
        ] {
            assert!(written.contains(line), "{line}: {written}");
        }
        Ok(())
    }
}

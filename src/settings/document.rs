//! The configuration file: what it sets, and in which line.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use serde_json::{Number, Value};
use toml::de::{DeTable, DeValue};

/// The table for us, and that of leptos.
pub(super) const TABLE: &str = "duplex";
pub(super) const LEPTOS: &str = "package.metadata.leptos";

/// A configuration file.
pub(super) struct Document {
    /// Its path.
    pub(super) name: String,
    pub(super) ours: Table,
    pub(super) leptos: Table,
}

/// The settings in a table, by their names.
pub(super) type Table = BTreeMap<String, Entry>;

/// A setting in the file.
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) value: Value,
}

impl Document {
    /// Finds both tables. A file without a table sets nothing there.
    ///
    /// # Errors
    /// When it is no TOML, when there is something else in it, or when a table is none.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self> {
        let whole = DeTable::parse(text).map_err(|error| {
            // The library would show the whole line, and a secret may be in it.
            let start = error.span().map_or(0, |span| span.start);
            let (line, message) = (line(text, start), error.message());
            anyhow!("{name}, line {line}: this is not written as TOML wants it: {message}.")
        })?;
        let whole = whole.get_ref();
        if let Some(key) = whole
            .keys()
            .find(|key| ![TABLE, "package"].contains(&&**key.get_ref()))
        {
            bail!(
                "{name}, line {}: nothing is known of “{}”. There are the tables [{LEPTOS}] and \
                 [{TABLE}].",
                line(text, key.span().start),
                key.get_ref()
            );
        }
        let table = |header: &str| {
            table(whole, header, text).map_err(|line| {
                anyhow!(
                    "{name}, line {line}: this is no table. Write [{header}] once, in single \
                     brackets, and the settings below it."
                )
            })
        };
        Ok(Self {
            name: name.to_owned(),
            ours: table(TABLE)?,
            leptos: table(LEPTOS)?,
        })
    }
}

/// The table under a header, or the line of what stands in its place.
fn table(whole: &DeTable<'_>, header: &str, text: &str) -> Result<Table, usize> {
    let mut table = whole;
    for name in header.split('.') {
        table = match table.get_key_value(name) {
            None => return Ok(Table::new()),
            Some((key, value)) => match value.get_ref() {
                DeValue::Table(inner) => inner,
                _ => return Err(line(text, key.span().start)),
            },
        };
    }
    let entries = table.iter().map(|(key, value)| {
        let line = line(text, key.span().start);
        let value = plain(value.get_ref());
        (key.get_ref().to_string(), Entry { line, value })
    });
    Ok(entries.collect())
}

fn line(text: &str, position: usize) -> usize {
    let before = text.bytes().take(position);
    before.filter(|byte| *byte == b'\n').count() + 1
}

/// The same value in JSON, which has no dates and no endless numbers: they become texts.
fn plain(value: &DeValue<'_>) -> Value {
    let number = |text: &str| text.parse().ok().and_then(Number::from_f64);
    match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(integer) => {
            let whole = i64::from_str_radix(integer.as_str(), integer.radix());
            let whole = whole.ok().map(Number::from);
            // One that is too large is out of range in any case.
            let number = whole.or_else(|| number(integer.as_str()));
            number.map_or_else(|| integer.to_string().into(), Value::Number)
        }
        DeValue::Float(float) => {
            number(float.as_str()).map_or_else(|| float.as_str().into(), Value::Number)
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(items) => items.iter().map(|item| plain(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let pairs = table.iter();
            let pairs =
                pairs.map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref())));
            pairs.collect()
        }
    }
}

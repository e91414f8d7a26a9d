//! What nobody is shown: keys and passwords, wherever somebody may have written one.

use serde_json::Value;

use super::check::{host_and_port, is_host_name};

/// What stands for a secret.
const HIDDEN: &str = "(hidden)";

/// The settings that are secrets as a whole.
const SECRETS: [&str; 2] = ["signing-key", "turn-secret"];

/// The value of a setting as anybody may see it.
pub(super) fn without_secrets(key: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => value.clone(),
        _ if SECRETS.contains(&key) => HIDDEN.into(),
        Value::String(url) if key == "redis" => without_password(url).into(),
        Value::String(text) if may_hold_a_secret(text) => HIDDEN.into(),
        Value::Array(items) => items
            .iter()
            .map(|item| without_secrets(key, item))
            .collect(),
        // No setting is a table; somebody may have written a name and a password into it.
        Value::Object(_) => HIDDEN.into(),
        value => value.clone(),
    }
}

/// What a variable sets, as anybody may see it.
pub(super) fn shown_variable(key: &str, value: &Value) -> String {
    match without_secrets(key, value) {
        Value::String(text) => text,
        // A comma in a password has parted it, and the parts do not look like one.
        Value::Array(_) if value.to_string().contains('@') => HIDDEN.to_owned(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        value => value.to_string(),
    }
}

/// A name and a password, or a query, in an address; a key where its file should be named.
fn may_hold_a_secret(text: &str) -> bool {
    let is_address = |before: &str| before.contains(':');
    let names_somebody = text
        .rsplit_once('@')
        .is_some_and(|(before, _)| is_address(before));
    let asks = text.split_once('?').is_some_and(|(before, query)| {
        is_address(before) && !["transport=udp", "transport=tcp"].contains(&query)
    });
    names_somebody || asks || text.contains("PRIVATE KEY")
}

/// The URL of Redis as anybody may see it. Shown is only what is in its place: a password that is not
/// written as a URL wants it may have any character inside.
pub(crate) fn without_password(url: &str) -> String {
    if url.is_empty() {
        return String::new();
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        let is_plain = url.contains(':') && is_place(url);
        return if is_plain { url } else { HIDDEN }.to_owned();
    };
    if !scheme
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '+')
    {
        return HIDDEN.to_owned();
    }
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    let is_in_place = if scheme.ends_with("unix") {
        user.is_none() && place.starts_with('/') && !place.contains(':')
    } else {
        // Behind a question mark it is a part of the query, or of a password.
        !user.is_some_and(|user| user.contains('?')) && is_place(place)
    };
    if !is_in_place {
        return format!("{scheme}://{HIDDEN}");
    }
    let user = user.map(|user| match user.split_once(':') {
        Some((name, _)) if is_host_name(name) => format!("{name}:{HIDDEN}@"),
        // Somebody forgot the colon before the password.
        _ => format!("{HIDDEN}@"),
    });
    let mut shown = format!("{scheme}://{}{place}", user.unwrap_or_default());
    if !query.is_empty() {
        shown += &format!("?{}", without_passwords(query));
    }
    shown
}

/// A query without what nobody knows, which may be the rest of a password.
fn without_passwords(query: &str) -> String {
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some(("db" | "user" | "protocol", _)) => pair,
        _ => HIDDEN,
    });
    shown.collect::<Vec<_>>().join("&")
}

/// Whether this is a host, with or without a port and the number of a database.
fn is_place(text: &str) -> bool {
    let (authority, database) = text.split_once('/').unwrap_or((text, ""));
    let (host, port) = host_and_port(authority);
    let port = port.unwrap_or_default();
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !host.is_empty() && is_host_name(host) && is_number(port) && is_number(database)
}

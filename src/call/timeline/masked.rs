//! What may be shown of a step: whoever looks over a shoulder, or is sent a copy, must not get into the
//! room or use the relay, nor read what people said to each other.

use serde_json::Value;

/// Stands for what is not shown.
const MASK: &str = "•••";

/// The token of a seat, what a relay or a room asks for.
const SECRET: [&str; 4] = ["resume", "credential", "username", "passcode"];

/// What pages tell each other about the connection; all else is what people do and say.
const OPEN: [&str; 7] = [
    "offer",
    "answer",
    "candidate",
    "media",
    "hangup",
    "hand",
    "recording",
];

/// A content that is JSON, masked; any other text as it is.
pub(super) fn value(content: &str) -> Value {
    match serde_json::from_str(content) {
        Ok(value) => mask(value, false),
        // What is cut off is not JSON any more.
        Err(_) if content.starts_with(['{', '[']) => Value::from(MASK),
        Err(_) => Value::from(content),
    }
}

/// The same for a person: descriptions line by line.
pub(super) fn readable(content: &str) -> String {
    let mut value = value(content);
    if let Value::String(text) = value {
        return text;
    }
    let mut descriptions = Vec::new();
    take_descriptions(&mut value, &mut descriptions);
    let json = serde_json::to_string_pretty(&value).unwrap_or_default();
    let mut text = json;
    for description in descriptions {
        text += "\n\n";
        text += &description.replace("\r\n", "\n");
    }
    text
}

fn mask(value: Value, is_private: bool) -> Value {
    match value {
        Value::Array(items) => items
            .into_iter()
            .map(|item| mask(item, is_private))
            .collect(),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str);
            let is_private = is_private || kind.is_some_and(|kind| !OPEN.contains(&kind));
            fields
                .into_iter()
                .map(|(name, value)| {
                    let is_secret = SECRET.contains(&&*name) && !value.is_null();
                    let value = if is_secret {
                        Value::from(MASK)
                    } else if name == "type" {
                        value
                    } else {
                        mask(value, is_private)
                    };
                    (name, value)
                })
                .collect()
        }
        Value::String(_) if is_private => Value::from(MASK),
        Value::String(text) => Value::from(without_password(&text)),
        other => other,
    }
}

/// A description without the password of its checks (RFC 8839, section 5.4).
fn without_password(text: &str) -> String {
    const NAME: &str = "a=ice-pwd:";
    if !text.contains(NAME) {
        return text.to_owned();
    }
    let line = |line: &str| {
        if line.starts_with(NAME) {
            format!("{NAME}{MASK}\r\n")
        } else {
            line.to_owned()
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

fn take_descriptions(value: &mut Value, taken: &mut Vec<String>) {
    match value {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| take_descriptions(item, taken)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "sdp" => {
                        taken.push(std::mem::replace(text, "…".to_owned()));
                    }
                    value => take_descriptions(value, taken),
                }
            }
        }
        _ => {}
    }
}

//! The published schema of the protocol says what the types say.
//!
//! `DUPLEX_WRITE_SCHEMA=1 cargo test --features ssr --test schema` writes it anew.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use std::fs;

use duplex::protocol::{
    ClientEvent, JoinOptions, PeerId, RoomName, SendOptions, ServerEvent, VERSION,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/protocol.schema.json");

/// The arguments of an event, of which the first `required` have to be there; later versions may
/// have more of them.
fn arguments(schema: Schema, required: usize) -> Value {
    let mut schema = Value::from(schema);
    let fields = schema
        .as_object_mut()
        .expect("a tuple is an array with a schema for each place");
    fields.insert("minItems".to_owned(), json!(required));
    fields.remove("maxItems");
    schema
}

fn client<T: JsonSchema>(generator: &mut SchemaGenerator, required: usize) -> Value {
    arguments(generator.subschema_for::<T>(), required)
}

fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let from_server: Map<String, Value> = ServerEvent::schemas(&mut generator)
        .into_iter()
        .map(|(name, schema)| {
            let places = schema
                .get("prefixItems")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            (name.to_owned(), arguments(schema, places))
        })
        .collect();
    let g = &mut generator;
    let from_client = json!({
        "join": client::<(RoomName, Option<JoinOptions>)>(g, 1),
        "message": client::<(RoomName, Value, Option<SendOptions>)>(g, 2),
        "visit": client::<(RoomName,)>(g, 1),
        "leave": client::<(RoomName,)>(g, 1),
        "lock": client::<(RoomName,)>(g, 1),
        "unlock": client::<(RoomName,)>(g, 1),
        "admit": client::<(RoomName, PeerId)>(g, 2),
        "deny": client::<(RoomName, PeerId)>(g, 2),
        "remove": client::<(RoomName, PeerId)>(g, 2),
    });
    let names: Vec<_> = from_client
        .as_object()
        .expect("just made")
        .keys()
        .map(String::as_str)
        .collect();
    let mut expected = ClientEvent::NAMES;
    expected.sort_unstable();
    assert_eq!(names, expected, "an event is missing here");
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Duplex, the wire contract, version {VERSION}"),
        "description": "The arguments of each event, as an array: `from-page` of those that a page sends, \
                        `from-server` of those that it is sent. protocol.md says what they mean.",
        "from-page": from_client,
        "from-server": from_server,
        "$defs": generator.take_definitions(true),
    })
}

#[test]
fn the_published_schema_is_the_one_of_the_code() {
    let mut text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    text.push('\n');
    if std::env::var_os("DUPLEX_WRITE_SCHEMA").is_some() {
        fs::write(FILE, &text).expect("docs can be written");
    }
    let published = fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        published == text,
        "docs/protocol.schema.json is stale: DUPLEX_WRITE_SCHEMA=1 cargo test --features ssr --test schema"
    );
}

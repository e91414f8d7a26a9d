//! What may be a secret is in no message, and not in what `duplex config` prints.

use super::*;

const SECRET: &str = "s3cr3t";

/// A file or a variable, and what the message says all the same.
type Wrong = (
    &'static str,
    Option<(&'static str, &'static str)>,
    [&'static str; 2],
);

const WRONG: [Wrong; 25] = [
    (
        "[duplex]\nsigning-kee = \"s3cr3t\"",
        None,
        ["line 2: signing-kee: there", "mean signing-key?"],
    ),
    (
        "[package.metadata.leptos]\nsigning-key = \"s3cr3t\"",
        None,
        ["line 2: signing-key", "[duplex]"],
    ),
    (
        "[duplex]\nsigning-key = s3cr3t",
        None,
        ["line 2", "TOML wants it"],
    ),
    (
        "[duplex]\n\nturn-secret = \"s3cr3t",
        None,
        ["line 3", "TOML wants it"],
    ),
    (
        "[duplex]\nsigning-key: \"s3cr3t\"",
        None,
        ["line 2", "TOML wants it"],
    ),
    (
        "[duplex]\nsigning-key = \"a\"\nsigning-key = \"s3cr3t\"",
        None,
        ["line 3", "TOML wants it: duplicate key"],
    ),
    (
        "[duplex]\nsigning-key.s3cr3t = 1",
        None,
        ["line 2: signing-key = ", "a text in quotes"],
    ),
    (
        "duplex.signing-key = \"s3cr3t\"",
        None,
        ["line 1: signing-key = ", "at least 32"],
    ),
    (
        "duplex = { turn-secret = \"s3cr3t\" }",
        None,
        ["line 1: turn-secret = ", "at least 16"],
    ),
    (
        "[duplex]\ncapacity = 9 # s3cr3t",
        None,
        ["line 2: capacity = 9.", "1 to max-capacity"],
    ),
    (
        "[duplex]\nredis = \":s3cr3t@redis:6379\"",
        None,
        ["line 2: redis = \"(hidden)\"", "redis://127.0.0.1:6379"],
    ),
    (
        "[duplex]\nredis = \"s3cr3t\"",
        None,
        ["line 2: redis = \"(hidden)\"", "redis://127.0.0.1:6379"],
    ),
    (
        "[duplex]\nredis = \"http://:s3cr3t@redis\"",
        None,
        [
            "redis = \"http://:(hidden)@redis\"",
            "redis://127.0.0.1:6379",
        ],
    ),
    (
        "[duplex]\nredis = [\"redis://:s3cr3t@redis\"]",
        None,
        ["redis = [\"redis://:(hidden)@redis\"]", "a text in quotes"],
    ),
    (
        "[duplex]\nice-servers = [\"stun:a.example\", \"turn:me:s3cr3t@b.example\"]",
        None,
        ["line 2: ice-servers = [\"stun:a.example\",", "turn:turn."],
    ),
    (
        "[duplex]\nice-servers = [{ urls = \"turn:b.example\", credential = \"s3cr3t\" }]",
        None,
        ["line 2: ice-servers = ", "a string"],
    ),
    (
        "[duplex]\npublic-url = \"https://me:s3cr3t@a.example\"",
        None,
        ["line 2: public-url = ", "https://call.example.org"],
    ),
    (
        "[duplex]\npublic-url = \"https://a.example/?key=s3cr3t\"",
        None,
        ["line 2: public-url = ", "https://call.example.org"],
    ),
    (
        "[duplex]\ntls-key = \"-----BEGIN PRIVATE KEY----- s3cr3t\"",
        None,
        ["line 2: tls-key = ", "unless https = \"files\""],
    ),
    (
        "",
        Some(("DUPLEX_SIGNING_KEE", "s3cr3t")),
        ["DUPLEX_SIGNING_KEE: there", "mean signing-key?"],
    ),
    (
        "",
        Some(("DUPLEX_TURN_SECRET", "s3cr3t")),
        ["DUPLEX_TURN_SECRET=(hidden)", "at least 16"],
    ),
    (
        "",
        Some(("DUPLEX_REDIS", "me:s3cr3t@redis")),
        ["DUPLEX_REDIS=(hidden)", "redis://127.0.0.1:6379"],
    ),
    (
        "",
        Some(("DUPLEX_ICE_SERVERS", "stun:a.example,turn:me:s3cr3t@b")),
        ["DUPLEX_ICE_SERVERS=", "stun:stun.example.org"],
    ),
    // A comma in a password parts it.
    (
        "",
        Some(("DUPLEX_ICE_SERVERS", "turn:me:s3cr3t,s3cr3t@b.example")),
        ["DUPLEX_ICE_SERVERS=(hidden)", "stun:stun.example.org"],
    ),
    (
        "",
        Some(("DUPLEX_ICE_SERVERS", "turn:a?transport=udp,stun.example")),
        [
            "DUPLEX_ICE_SERVERS=turn:a?transport=udp,stun.example.",
            "stun:stun.example.org",
        ],
    ),
];

#[test]
fn no_message_shows_them() {
    let mut shown = Vec::new();
    for (text, variable, parts) in WRONG {
        let error = parse(text, variable.as_slice()).expect_err(text);
        let error = format!("{error:#}");
        println!("{error}");
        let is_fine = !error.contains(SECRET) && parts.iter().all(|part| error.contains(part));
        if !is_fine {
            shown.push(format!("{text:?} {variable:?} → {error}"));
        }
    }
    assert!(shown.is_empty(), "{shown:#?}");
}

#[test]
fn nor_does_what_is_in_force() -> Result<()> {
    for (key, value) in [
        (
            "signing-key",
            "s3cr3t, and more characters that nobody sees",
        ),
        ("turn-secret", "s3cr3t that is long enough"),
        ("redis", "redis://:pa?s3cr3t@redis"),
        ("redis", "redis://s3cr3t@redis"),
        ("redis", "unix:///run/redis.sock?pass=a&s3cr3t"),
        ("acme-directory", "https://me:s3cr3t@a.example/directory"),
        ("acme-directory", "https://a.example/directory?key=s3cr3t"),
    ] {
        let (settings, source) = parse_with_source(&format!("[duplex]\n{key} = \"{value}\""), &[])?;
        let written = shown(&settings, &[], &source);
        assert!(!written.contains(SECRET), "{written}");
        let line = written.lines().find(|line| line.starts_with(key));
        let line = line.unwrap_or_default();
        assert!(line.contains("(hidden)"), "{line}");
        assert!(line.ends_with(" # Leptos.toml, line 2"), "{line}");
    }
    Ok(())
}

#[test]
fn what_is_in_order_is_shown_of_redis() {
    for (url, expected) in [
        ("", ""),
        ("127.0.0.1:6379", "127.0.0.1:6379"),
        ("redis://127.0.0.1:6379/1", "redis://127.0.0.1:6379/1"),
        ("redis://[::1]:6379", "redis://[::1]:6379"),
        ("redis://a?protocol=resp3", "redis://a?protocol=resp3"),
        ("redis://a?password=x", "redis://a?(hidden)"),
        ("redis://a?password=x@y", "redis://(hidden)"),
        ("redis://me@a.example", "redis://(hidden)@a.example"),
        (
            "redis://me:p@ss/w@a.example/1",
            "redis://me:(hidden)@a.example/1",
        ),
        ("redis://me:p@ss?w@a.example/1", "redis://(hidden)"),
        ("redis://:word", "redis://(hidden)"),
        ("redis:me:word@a.example", "(hidden)"),
        ("word", "(hidden)"),
        (
            "unix:///run/redis.sock?db=1&pass=word&user=me",
            "unix:///run/redis.sock?db=1&(hidden)&user=me",
        ),
        ("unix://:word@/run/redis.sock", "unix://(hidden)"),
    ] {
        assert_eq!(without_password(url), expected, "{url}");
    }
}

//! What the file and the variables may say.

use anyhow::Result;

use super::*;

mod elsewhere;
mod secrets;
mod variables;

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Settings> {
    Ok(parse_with_source(text, variables)?.0)
}

fn parse_with_source(text: &str, variables: &[(&str, &str)]) -> Result<(Settings, Source)> {
    let variables = variables.iter();
    let variables = variables.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    read::parse(text, "Leptos.toml", &variables.collect())
}

#[test]
fn the_file_that_comes_with_the_code_says_what_the_code_says() -> Result<()> {
    let text = include_str!("../../Leptos.toml");
    assert_eq!(parse(text, &[])?, Settings::default());
    let settings = serde_json::to_value(Settings::default())?;
    for key in settings
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key)
    {
        assert!(text.contains(&format!("\n{key} = ")), "{key} is missing");
    }
    Ok(())
}

#[test]
fn variables_win() -> Result<()> {
    let settings = parse(
        "[duplex]\ngrace-seconds = 3\ncapacity = 3\nice-servers = [\"stun:a.example\"]",
        &[
            ("DUPLEX_ICE_SERVERS", ""),
            ("DUPLEX_GRACE_SECONDS", "0.5"),
            (
                "DUPLEX_ALLOWED_ORIGINS",
                "https://a.example,https://b.example",
            ),
            ("DUPLEX_METRICS_ADDR", ""),
            ("DUPLEX_LOG_NAMES", "true"),
            ("OTHER", "1"),
        ],
    )?;
    assert_eq!((settings.grace_seconds, settings.capacity), (0.5, 3));
    assert_eq!(
        settings.allowed_origins,
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(settings.ice_servers, [""; 0]);
    assert_eq!(settings.metrics_addr, None);
    assert!(settings.log_names);
    Ok(())
}

#[test]
fn the_base_is_the_path_of_the_public_address() -> Result<()> {
    for (url, base) in [
        ("", ""),
        ("https://a.example", ""),
        ("https://a.example/", ""),
        ("https://a.example/call", "/call"),
        ("http://[::1]:3000/a/b/", "/a/b"),
    ] {
        let settings = parse(&format!("[duplex]\npublic-url = \"{url}\""), &[])?;
        assert_eq!(settings.base_path(), base, "{url}");
    }
    Ok(())
}

/// One line of the table `[duplex]`, the part of the message that tells what is wrong, and the part
/// that tells what to do.
const WRONG: [(&str, &str, &str); 45] = [
    (
        "grace = 3",
        "line 2: grace: there is no such setting",
        "grace-seconds",
    ),
    (
        "grace-second = 3",
        "line 2: grace-second: ",
        "mean grace-seconds?",
    ),
    (
        "grace-seconds = \"soon\"",
        "grace-seconds = \"soon\"",
        "a number",
    ),
    ("grace-seconds = -1", "grace-seconds = -1", "0 to 86400"),
    ("stop-seconds = 0", "stop-seconds = 0", "0.1 to 600"),
    (
        "ping-interval-seconds = 0",
        "ping-interval-seconds = 0",
        "0.1 to 600",
    ),
    (
        "ping-timeout-seconds = 9999",
        "ping-timeout-seconds = 9999",
        "0.1 to 600",
    ),
    (
        "capacity = 9",
        "capacity = 9",
        "1 to max-capacity, which is 4",
    ),
    ("capacity = 0", "capacity = 0", "1 to max-capacity"),
    ("max-capacity = 99", "max-capacity = 99", "1 to 16"),
    ("capacity = 1.5", "capacity = 1.5", "a whole number"),
    (
        "messages-per-second = 0",
        "messages-per-second = 0",
        "1 or more",
    ),
    (
        "joins-per-minute = -2",
        "joins-per-minute = -2",
        "a whole number, 0 or more",
    ),
    (
        "max-message-bytes = \"64 KB\"",
        "max-message-bytes = \"64 KB\"",
        "a whole number",
    ),
    (
        "signing-key = \"short\"",
        "signing-key = \"(hidden)\"",
        "openssl rand -hex 32",
    ),
    (
        "signing-key = [1]",
        "signing-key = \"(hidden)\"",
        "a text in quotes",
    ),
    (
        "redis = \"127.0.0.1:6379\"",
        "redis = \"127.0.0.1:6379\"",
        "redis://127.0.0.1:6379",
    ),
    (
        "metrics-addr = \"here\"",
        "metrics-addr = \"here\"",
        "127.0.0.1:9464",
    ),
    (
        "http-addr = \"0.0.0.0:80\"",
        "http-addr = \"0.0.0.0:80\"",
        "https = \"off\"",
    ),
    (
        "log-format = \"xml\"",
        "log-format = \"xml\"",
        "`text` or `json`",
    ),
    (
        "log-names = \"perhaps\"",
        "log-names = \"perhaps\"",
        "true or false",
    ),
    (
        "allowed-origins = \"example.org\"",
        "allowed-origins = ",
        "a list in square brackets",
    ),
    (
        "allowed-origins = [\"example.org\"]",
        "allowed-origins = ",
        "https://example.org",
    ),
    (
        "frame-ancestors = [\"https://a.example; x\"]",
        "frame-ancestors = ",
        "https://example.org",
    ),
    (
        "trusted-proxies = [\"localhost\"]",
        "trusted-proxies = ",
        "IP address",
    ),
    ("https = \"yes\"", "https = \"yes\"", "`self-signed`"),
    (
        "https = \"files\"",
        "tls-cert is not set",
        "a file in PEM format",
    ),
    (
        "https = \"acme\"",
        "acme-domains is not set",
        "call.example.org",
    ),
    (
        "tls-key = \"key.pem\"",
        "tls-key = \"key.pem\"",
        "unless https = \"files\"",
    ),
    (
        "acme-domains = [\"a.example\"]",
        "acme-domains = ",
        "unless https = \"acme\"",
    ),
    (
        "acme-email = \"me\"",
        "acme-email = \"me\"",
        "me@example.org",
    ),
    (
        "acme-directory = \"acme\"",
        "acme-directory = \"acme\"",
        "https://",
    ),
    (
        "public-url = \"call.example.org\"",
        "public-url = ",
        "https://call.example.org",
    ),
    (
        "public-url = \"https://a.example/b?c\"",
        "public-url = ",
        "https://call.example.org",
    ),
    (
        "public-url = \"ftp://a.example\"",
        "public-url = ",
        "https://call.example.org",
    ),
    ("turn = \"perhaps\"", "turn = \"perhaps\"", "true or false"),
    (
        "turn-addr = \"3478\"",
        "turn-addr = \"3478\"",
        "an address with a port",
    ),
    (
        "turn-host = \"a.example:3478\"",
        "turn-host = ",
        "without a port",
    ),
    (
        "turn-secret = \"short\"",
        "turn-secret = \"(hidden)\"",
        "at least 16",
    ),
    (
        "turn-credential-seconds = 5",
        "turn-credential-seconds = 5",
        "120 to 604800",
    ),
    ("turn-allocations = 0", "turn-allocations = 0", "1 or more"),
    (
        "ice-servers = [\"stun.example.org\"]",
        "ice-servers = ",
        "stun:stun.example.org",
    ),
    // What browsers and `duplex doctor` cannot use.
    (
        "ice-servers = [\"stun:stun.example.org:x\"]",
        "ice-servers = ",
        "stun:stun.example.org",
    ),
    (
        "ice-servers = [\"turns:a.example?transport=udp\"]",
        "ice-servers = ",
        "stun:stun.example.org",
    ),
    (
        "ice-servers = [\"turn:turn.example.org\"]",
        "turn-secret is not set",
        "static-auth-secret",
    ),
];

#[test]
fn what_is_wrong_is_said() {
    for (line, wrong, advice) in WRONG {
        let error = parse(&format!("[duplex]\n{line}"), &[]).expect_err(line);
        let error = format!("{error:#}");
        println!("{error}");
        assert!(error.contains("Leptos.toml"), "{line} → {error}");
        assert!(error.contains(wrong), "{line} → {error}");
        assert!(error.contains(advice), "{line} → {error}");
    }
}

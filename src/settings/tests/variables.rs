//! What variables may say.

use std::path::Path;

use super::*;

#[test]
fn texts_are_taken_as_they_are() -> Result<()> {
    let key = "12345678901234567890123456789012345";
    let secret = "0001234567890123.50";
    let settings = parse(
        "",
        &[
            ("DUPLEX_SIGNING_KEY", key),
            ("DUPLEX_TURN_SECRET", secret),
            ("DUPLEX_STATE_DIR", "007"),
            ("DUPLEX_ACME_CA", "1e3"),
            ("DUPLEX_TURN_HOST", "TRUE"),
        ],
    )?;
    assert_eq!(settings.signing_key, key);
    assert_eq!(settings.turn_secret, secret);
    assert_eq!(settings.state_dir, Path::new("007"));
    assert_eq!(settings.acme_ca, Path::new("1e3"));
    assert_eq!(settings.turn_host, "TRUE");
    Ok(())
}

#[test]
fn others_are_read_as_what_they_set() -> Result<()> {
    let settings = parse(
        "",
        &[
            ("DUPLEX_CAPACITY", "3"),
            ("DUPLEX_GRACE_SECONDS", "1e1"),
            ("DUPLEX_STOP_SECONDS", "7"),
            ("DUPLEX_LOG_NAMES", "TRUE"),
            ("DUPLEX_TURN", "off"),
            ("DUPLEX_LOG_FORMAT", "json"),
            ("DUPLEX_HTTPS", "self-signed"),
            ("DUPLEX_HTTP_ADDR", "127.0.0.1:80"),
            ("DUPLEX_ICE_SERVERS", "stun:a.example, stun:b.example,"),
        ],
    )?;
    assert_eq!(settings.capacity, 3);
    assert_eq!((settings.grace_seconds, settings.stop_seconds), (10.0, 7.0));
    assert!(settings.log_names && !settings.turn);
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.http_addr, Some(([127, 0, 0, 1], 80).into()));
    assert_eq!(settings.ice_servers, ["stun:a.example", "stun:b.example"]);
    Ok(())
}

/// Kubernetes tells every container of the services around it: here of one that is called duplex.
#[test]
fn those_that_others_set_under_our_name_are_let_be() -> Result<()> {
    let (settings, source) = parse_with_source(
        "",
        &[
            ("DUPLEX_SERVICE_HOST", "10.0.0.11"),
            ("DUPLEX_SERVICE_PORT", "3000"),
            ("DUPLEX_SERVICE_PORT_HTTP", "3000"),
            ("DUPLEX_PORT", "tcp://10.0.0.11:3000"),
            ("DUPLEX_PORT_3000_TCP", "tcp://10.0.0.11:3000"),
            ("DUPLEX_PORT_3000_TCP_PROTO", "tcp"),
            ("DUPLEX_PORT_3000_TCP_PORT", "3000"),
            ("DUPLEX_PORT_3000_TCP_ADDR", "10.0.0.11"),
            ("DUPLEX_WRITE_SCHEMA", "1"),
        ],
    )?;
    assert_eq!(settings, Settings::default());
    assert_eq!(source.variables(), [""; 0]);
    Ok(())
}

#[test]
fn all_other_unknown_ones_are_refused() {
    for (name, value) in [
        ("DUPLEX_PORTS", "3000"),
        // Somebody means the port that we listen on.
        ("DUPLEX_PORT", "3000"),
        ("DUPLEX_SERVICE", "1"),
        ("DUPLEX_SERVICES_HOST", "10.0.0.11"),
        ("DUPLEX_SIGNING_KEE", "1"),
        ("DUPLEX_WRITE", "1"),
    ] {
        let error = parse("", &[(name, value)]).expect_err(name).to_string();
        let expected = format!("The variable {name}: there is no such setting");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn what_a_variable_replaces_does_not_matter() -> Result<()> {
    let settings = parse("[duplex]\ncapacity = \"many\"", &[("DUPLEX_CAPACITY", "3")])?;
    assert_eq!(settings.capacity, 3);
    Ok(())
}

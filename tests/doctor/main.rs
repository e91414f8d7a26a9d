//! `duplex doctor` and `duplex config` as a host runs them, for installations that are well and for
//! others.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

#[path = "../common/mod.rs"]
mod common;

mod certificates;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
};

use common::{
    installation::{Installation, answering, closed_port, read_head, said},
    stage::Redis,
};

fn hello(stream: &mut TcpStream) {
    read_head(stream);
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
    stream.write_all(answer.as_bytes()).ok();
}

#[test]
fn all_is_well_with_an_installation_that_nobody_has_started_yet() {
    let installation = Installation::new("well", "");
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_fine("configuration", "Leptos.toml");
    said.is_fine("built files", "site/pkg");
    said.is_fine("state directory", "can be made at the first start");
    said.is_fine("port", "started a Duplex for these checks");
    said.is_fine("readiness", "it can take calls");
    said.is_skipped("certificate", "served over HTTP");
    said.is_skipped("public address", "public-url is not set");
    said.is_fine("signaling", "joined a room over ws://127.0.0.1:");
    said.is_fine("relay over UDP", "relays there and back in ");
    said.is_fine("relay over TCP", "relays there and back in ");
    said.is_skipped("Redis", "kept in memory");
    // It has left nothing behind.
    let left = fs::read_dir(&installation.folder).expect("the folder");
    let mut left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["Leptos.toml", "site"]);
}

#[test]
fn a_running_server_is_looked_at_as_it_is() {
    let installation = Installation::new("running", "");
    let port = installation.port;
    installation.configure(&format!(
        "public-url = \"http://127.0.0.1:{port}/call\"\nice-servers = [\"stun:127.0.0.1:{port}\"]"
    ));
    let _server = installation.serve();
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_fine("state directory", "has the signing key");
    said.is_fine("port", &format!("a Duplex answers at 127.0.0.1:{port}"));
    let public = format!("the lobby loads at http://127.0.0.1:{port}/call (127.0.0.1)");
    said.is_fine("public address", &public);
    said.is_fine(
        "signaling",
        &format!("ws://127.0.0.1:{port}/call/socket.io/"),
    );
    said.is_fine(
        "relay over UDP",
        &format!("turn:127.0.0.1:{port}?transport=udp relays"),
    );
    said.is_fine(
        "relay over TCP",
        &format!("turn:127.0.0.1:{port}?transport=tcp relays"),
    );
    said.is_fine("STUN over UDP", "sees this machine as 127.0.0.1:");
}

#[test]
fn it_can_be_looked_at_from_elsewhere() {
    let installation = Installation::new("here", "");
    let _server = installation.serve();
    let elsewhere = Installation::new("elsewhere", "");
    fs::remove_file(elsewhere.folder.join("Leptos.toml")).expect("no settings here");
    let url = format!("http://127.0.0.1:{}", installation.port);
    let ask = |url: &str| said(&mut elsewhere.command(&["doctor", "--public-url", url]));
    let answer = ask(&url);
    answer.ends_with(&[]);
    answer.is_fine("public address", &url);
    answer.is_fine("relay over UDP", "relays there and back");
    let answer = ask("call.example.org");
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.text.contains("https://call.example.org"),
        "{}",
        answer.text
    );
}

#[test]
fn a_wrong_setting_is_said_as_at_the_start() {
    let installation = Installation::new("setting", "grace = 3");
    let said_by = |args: &[&str]| said(&mut installation.command(args));
    let doctor = said_by(&["doctor"]);
    doctor.ends_with(&["configuration"]);
    let words = "Leptos.toml, line 9: grace: there is no such setting. Did you mean grace-seconds?";
    doctor.has_failed("configuration", words, "Correct it");
    let (start, config) = (said_by(&[]), said_by(&["config"]));
    assert!(start.text.contains(words), "{}", start.text);
    assert_eq!((start.code, &start.text), (config.code, &config.text));
    assert_eq!(start.code, Some(1));
}

#[test]
fn missing_files_are_told() {
    let installation = Installation::new("files-missing", "");
    fs::remove_file(installation.folder.join("site/pkg/duplex.wasm")).expect("removed");
    let said = installation.doctor();
    said.ends_with(&["built files"]);
    said.has_failed("built files", "site/pkg has no duplex.wasm", "make build");
    fs::remove_dir_all(installation.folder.join("site")).expect("removed");
    let said = installation.doctor();
    said.ends_with(&["built files"]);
    said.has_failed(
        "built files",
        "there is no folder site/pkg",
        "LEPTOS_SITE_ROOT",
    );
    // Whatever else there is to find is found.
    said.is_fine("signaling", "joined");
}

#[test]
fn something_else_on_the_port_is_told() {
    let mut installation = Installation::new("port", "");
    for (port, words) in [
        (answering(hello), "/healthz answers with status 200"),
        (answering(|_| {}), "no answer in HTTP"),
    ] {
        installation.port = port;
        installation.configure("");
        let said = installation.doctor();
        said.ends_with(&["port"]);
        said.has_failed("port", words, "--listen");
        said.has_failed("port", "something else listens", "ss -ltnp");
        said.is_skipped("readiness", "no Duplex answers");
        said.is_skipped("signaling", "no Duplex answers");
    }
}

#[test]
fn a_state_directory_that_cannot_be_written_to_is_told() {
    let installation = Installation::new("state", "");
    fs::write(installation.folder.join("state"), "a file").expect("a file in its place");
    let said = installation.doctor();
    said.ends_with(&["state directory"]);
    said.has_failed(
        "state directory",
        "cannot write to state",
        "DUPLEX_STATE_DIR",
    );
}

#[test]
fn a_relay_that_cannot_be_reached_is_told_with_its_port() {
    let port = closed_port();
    let installation = Installation::new(
        "relay",
        &format!(
            "turn = false\nturn-secret = \"a secret of the other one\"\n\
             ice-servers = [\"turn:127.0.0.1:{port}?transport=udp\", \
             \"turn:127.0.0.1:{port}?transport=tcp\", \"stun:127.0.0.1:{port}\"]"
        ),
    );
    let said = installation.doctor();
    said.ends_with(&["STUN over UDP", "relay over UDP", "relay over TCP"]);
    let words = format!("nothing listens at 127.0.0.1:{port}");
    let udp =
        format!("Open port {port} for UDP in the firewall and in the security group of the cloud.");
    said.has_failed("relay over UDP", &words, &udp);
    said.has_failed("STUN over UDP", &words, &udp);
    said.has_failed(
        "relay over TCP",
        &words,
        &format!("Open port {port} for TCP"),
    );
}

#[test]
fn a_relay_with_another_secret_is_told() {
    let other = Installation::new("other-relay", "turn-secret = \"the secret of the relay\"");
    let _server = other.serve();
    let settings = |secret: &str| {
        format!(
            "turn = false\nturn-secret = \"{secret}\"\nice-servers = [\"turn:127.0.0.1:{}\"]",
            other.port
        )
    };
    let installation = Installation::new("other-secret", &settings("another, wrong secret"));
    let said = installation.doctor();
    said.ends_with(&["relay over UDP"]);
    said.has_failed("relay over UDP", "401", "turn-secret");
    installation.configure(&settings("the secret of the relay"));
    installation.doctor().ends_with(&[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_told_whether_it_is_there_or_not() {
    let mut redis = Redis::start().await;
    let settings = format!("redis = \"{}\"", redis.url());
    let installation = Installation::new("redis", &settings);
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_fine("Redis", "version ");
    redis.kill();
    let said = installation.doctor();
    said.ends_with(&["Redis"]);
    said.has_failed("Redis", &redis.url(), "version 7 or newer");
    said.is_fine("port", "rooms in memory");
    said.is_fine("signaling", "joined");
}

#[test]
fn a_public_address_that_leads_elsewhere_is_told() {
    let installation = Installation::new("public", "");
    let closed = closed_port();
    for (port, words, advice) in [
        (
            answering(hello),
            "not with the lobby of Duplex",
            "DNS record",
        ),
        (
            closed,
            "nothing listens at 127.0.0.1",
            "for TCP in the firewall",
        ),
    ] {
        installation.configure(&format!("public-url = \"http://127.0.0.1:{port}\""));
        let said = installation.doctor();
        said.ends_with(&["public address", "signaling"]);
        said.has_failed("public address", words, advice);
        // Past what is in the way, the relay is tried all the same.
        said.is_fine("relay over UDP", "relays there and back");
    }
}

/// Hands on requests as a proxy does that nobody told of WebSockets.
fn without_upgrade(stream: &mut TcpStream) {
    let is_kept = |line: &str| !line.starts_with("upgrade:") && !line.starts_with("connection:");
    hand_on(stream, "", is_kept);
}

/// As a proxy does that does not say which host the browser asked for.
fn without_host(stream: &mut TcpStream) {
    hand_on(stream, "Host: duplex", |line| !line.starts_with("host:"));
}

/// Hands on a request with these lines of its head, and one more.
fn hand_on(stream: &mut TcpStream, more: &str, is_kept: fn(&str) -> bool) {
    let head = read_head(stream);
    let lines = head
        .lines()
        .filter(|line| is_kept(&line.to_ascii_lowercase()));
    let lines = lines.chain([more, "Connection: close"]);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let head = format!("{}\r\n\r\n", lines.join("\r\n"));
    // The port of the server stands in the path that it is asked for: /port/…
    let port = head.split('/').nth(1).and_then(|port| port.parse().ok());
    let port: u16 = port.expect("a port");
    let mut server = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    server.write_all(head.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).expect("it answers");
    stream.write_all(&answer).ok();
}

#[test]
fn a_proxy_that_stands_in_the_way_of_websockets_is_told_what_it_needs() {
    let installation = Installation::new("proxy", "");
    let port = installation.port;
    for (proxy, words, advice) in [
        (
            answering(without_upgrade),
            "opens no WebSocket",
            "the headers Upgrade and Connection",
        ),
        (answering(without_host), "status 403", "X-Forwarded-Host"),
    ] {
        let url = format!("http://127.0.0.1:{proxy}/{port}");
        installation.configure(&format!("public-url = \"{url}\""));
        let said = installation.doctor();
        said.ends_with(&["signaling"]);
        said.is_fine("public address", &url);
        said.has_failed("signaling", words, advice);
        said.has_failed("signaling", "socket.io", "deploy/nginx.conf");
        said.is_fine("relay over UDP", "relays there and back");
    }
}

#[test]
fn what_is_in_force_is_a_configuration_file() {
    let secret = "0123456789abcdef0123456789abcdef";
    let installation = Installation::new("config", "grace-seconds = 2.5\n");
    let config = |args: &[&str], variables: &[(&str, &str)]| {
        let args = [&["config"], args].concat();
        let variables = variables.iter().copied();
        said(installation.command(&args).envs(variables))
    };
    let variables = [
        ("DUPLEX_CAPACITY", "3"),
        ("LEPTOS_RELOAD_PORT", "4000"),
        ("DUPLEX_REDIS", "redis://:let-me-in@127.0.0.1:6379"),
        ("DUPLEX_TURN_SECRET", secret),
    ];
    let first = config(&["--listen", "127.0.0.1:4321"], &variables);
    assert_eq!(first.code, Some(0));
    let file = installation.folder.join("Leptos.toml");
    let file = format!("# In force with {}", file.display());
    for line in [
        file.as_str(),
        "[package.metadata.leptos]",
        "site-addr = \"127.0.0.1:4321\" # --listen",
        "site-root = \"site\" # Leptos.toml, line 3",
        "output-name = \"duplex\"",
        "site-pkg-dir = \"pkg\"",
        "reload-port = 4000 # variable LEPTOS_RELOAD_PORT",
        "[duplex]",
        "metrics-addr = \"\" # Leptos.toml, line 8",
        "grace-seconds = 2.5 # Leptos.toml, line 9",
        "capacity = 3 # variable DUPLEX_CAPACITY",
        "redis = \"redis://:(hidden)@127.0.0.1:6379\" # variable DUPLEX_REDIS",
        "turn-secret = \"(hidden)\" # variable DUPLEX_TURN_SECRET",
        "max-capacity = 4",
    ] {
        assert!(first.text.lines().any(|other| other == line), "{line}");
    }
    assert!(!first.text.contains("let-me-in") && !first.text.contains(secret));
    // With the secrets put back.
    let again = installation.folder.join("again.toml");
    fs::write(&again, first.text.replace("(hidden)", secret)).expect("a file for the test");
    let second = config(&["--config", "again.toml"], &[]);
    assert_eq!(second.code, Some(0));
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("# "));
        let values = lines.filter_map(|line| line.split(" # ").next());
        values.map(ToOwned::to_owned).collect()
    };
    assert_eq!(values(&first.text), values(&second.text));
}

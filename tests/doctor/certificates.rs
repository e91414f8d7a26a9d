//! Certificates of an installation: what the checks say of them, and that they leave them alone; and
//! whether a server is ready that waits for one.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use rcgen::{CertificateParams, KeyPair};
use sha2::{Digest, Sha256};

use super::common::{
    PATIENCE,
    installation::{Installation, answering, closed_port},
};

const DAY: Duration = Duration::from_secs(86_400);

#[test]
fn a_certificate_of_our_own_is_fine_where_it_is_wanted() {
    let installation = Installation::new("self-signed", "https = \"self-signed\"");
    // None is made for the checks alone.
    let before = installation.doctor();
    before.ends_with(&[]);
    before.is_skipped("certificate", "the server makes it when it starts");
    before.is_fine("signaling", "wss://127.0.0.1:");
    assert!(!installation.folder.join("state").exists());
    let _server = installation.serve();
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_fine("port", "a Duplex answers");
    said.is_fine("certificate", "browsers warn of it once");
}

/// A certificate that ends then, and its key.
fn pair(end: SystemTime) -> (String, String) {
    let mut params = CertificateParams::new(vec!["a.example".to_owned()]).expect("a name");
    params.not_before = (end - 100 * DAY).into();
    params.not_after = end.into();
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

#[test]
fn an_old_certificate_of_our_own_is_left_to_the_server() {
    let installation = Installation::new("self-signed-old", "https = \"self-signed\"");
    let state = installation.folder.join("state");
    let file = state.join("self-signed.pem");
    fs::create_dir(&state).expect("a folder for the test");
    let keep = |end: SystemTime| {
        let (certificate, key) = pair(end);
        let text = certificate + &key;
        fs::write(&file, &text).expect("a file in it");
        let file = File::options().write(true).open(&file).expect("opened");
        file.set_modified(end - 820 * DAY).expect("an older file");
        text
    };
    let text = keep(SystemTime::now() - DAY);
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_skipped("certificate", "the server makes it when it starts");
    assert_eq!(fs::read_to_string(&file).expect("still there"), text);
    // A good one is looked at, and left as well.
    let text = keep(SystemTime::now() + 60 * DAY);
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_fine("certificate", "set public-url");
    assert_eq!(fs::read_to_string(&file).expect("still there"), text);
    assert_eq!(fs::read_dir(&state).expect("the folder").count(), 1);
}

#[test]
fn a_certificate_that_browsers_refuse_is_told_and_the_rest_is_tried() {
    let installation = Installation::new("files", "");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let pair = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let write = |name: &str, text: &str| {
        fs::write(installation.folder.join(name), text).expect("a file for the test");
    };
    write("cert.pem", &pair.cert.pem());
    write("key.pem", &pair.key_pair.serialize_pem());
    let port = installation.port;
    installation.configure(&format!(
        "https = \"files\"\ntls-cert = \"cert.pem\"\ntls-key = \"key.pem\"\n\
         public-url = \"https://127.0.0.1:{port}\""
    ));
    let said = installation.doctor();
    said.ends_with(&["certificate", "relay over TLS"]);
    said.has_failed("certificate", "self-signed", "Let's Encrypt");
    said.is_fine("public address", &format!("https://127.0.0.1:{port}"));
    said.is_fine("signaling", &format!("wss://127.0.0.1:{port}/socket.io/"));
    said.is_fine("relay over TCP", "relays there and back");
    said.has_failed("relay over TLS", "self-signed", "certificate");
}

#[test]
fn no_authority_is_asked_for_a_certificate_by_the_checks() {
    let settings = format!(
        "https = \"acme\"\nacme-domains = [\"a.example\"]\nacme-directory = \"https://127.0.0.1:{}\"",
        closed_port()
    );
    let installation = Installation::new("acme", &settings);
    let said = installation.doctor();
    said.ends_with(&[]);
    said.is_skipped("certificate", "asks for it when it starts");
    assert!(!installation.folder.join("state").exists());
}

/// An installation with a certificate of this authority, if `end` is given: it ends then.
fn with_authority(name: &str, port: u16, end: Option<SystemTime>) -> Installation {
    let directory = format!("https://127.0.0.1:{port}/dir");
    let installation = Installation::new(
        name,
        &format!(
            "https = \"acme\"\nacme-domains = [\"a.example\"]\nacme-directory = \"{directory}\""
        ),
    );
    if let Some(end) = end {
        // As the library names it.
        let name = Sha256::digest(format!("a.example\0{directory}"));
        let name = format!("cached_cert_{}", BASE64_URL_SAFE_NO_PAD.encode(name));
        let folder = installation.folder.join("state/acme");
        fs::create_dir_all(&folder).expect("a folder for the test");
        let (certificate, key) = pair(end);
        fs::write(folder.join(name), key + &certificate).expect("a file in it");
    }
    installation
}

#[test]
fn no_authority_is_asked_although_an_old_certificate_is_kept() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let port = answering(|_| _ = ASKED.fetch_add(1, Ordering::Relaxed));
    let end = SystemTime::now() - DAY;
    let installation = with_authority("acme-old", port, Some(end));
    let said = installation.doctor();
    assert_eq!(ASKED.load(Ordering::Relaxed), 0, "nobody has asked");
    said.ends_with(&[]);
    said.is_skipped("certificate", "asks for it when it starts");
    let kept = fs::read_dir(installation.folder.join("state/acme")).expect("the folder");
    assert_eq!(kept.count(), 1, "no account was made");
}

/// What the server says over plain HTTP, once it has these words in it.
fn waits_for(port: u16, path: &str, words: &str) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        if answer.contains(words) {
            return answer;
        }
        assert!(Instant::now() < end, "{answer}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_server_is_not_ready_before_it_has_a_certificate() {
    let installation = with_authority("acme-first", closed_port(), None);
    let _server = installation.serve();
    let answer = waits_for(installation.port, "/readyz", "no certificate yet");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let answer = waits_for(installation.port, "/healthz", "ok");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let said = installation.doctor();
    said.is_fine("port", "a Duplex answers");
    said.has_failed("readiness", "no certificate yet", "certificate");
}

#[test]
fn a_server_is_ready_with_a_certificate_that_it_has_kept() {
    let now = SystemTime::now();
    for (name, end, status, words) in [
        ("acme-good", now + 60 * DAY, "200", "ready"),
        (
            "acme-expired",
            now - DAY,
            "503",
            "the certificate has expired",
        ),
    ] {
        let installation = with_authority(name, closed_port(), Some(end));
        let _server = installation.serve();
        let answer = waits_for(installation.port, "/readyz", &format!("\r\n\r\n{words}\n"));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
}

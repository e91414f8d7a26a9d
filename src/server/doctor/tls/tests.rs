//! Certificates of every kind, at a server on this machine.

use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivateKeyDer},
};

use super::*;

const DAY: Duration = Duration::from_secs(86_400);

/// An authority that browsers know, in this world.
struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(vec![]).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }
}

/// What is said of a certificate for `name` that is good until so many days from now, when a page
/// of `host` is asked for.
async fn verdict(name: &str, until: i64, signed_by: Option<&Authority>, host: &str) -> Verdict {
    let known = Authority::new("known");
    let mut roots = RootCertStore::empty();
    roots.add(known.certificate.der().clone()).expect("added");
    verdict_trusting(roots, name, until, signed_by.unwrap_or(&known), host).await
}

async fn verdict_trusting(
    roots: RootCertStore,
    name: &str,
    until: i64,
    authority: &Authority,
    host: &str,
) -> Verdict {
    let (params, key) = params(name, until);
    let signed = params.signed_by(&key, &authority.certificate, &authority.key);
    shake(roots, &signed.expect("a certificate"), &key, host).await
}

fn params(name: &str, until: i64) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let now = SystemTime::now();
    params.not_before = (now - 100 * DAY).into();
    let days = u32::try_from(until.unsigned_abs()).expect("not so long");
    let end = if until < 0 {
        now - days * DAY
    } else {
        now + days * DAY
    };
    params.not_after = (end + DAY / 2).into();
    (params, KeyPair::generate().expect("a key"))
}

async fn shake(
    roots: RootCertStore,
    certificate: &Certificate,
    key: &KeyPair,
    host: &str,
) -> Verdict {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("just bound");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("they belong together");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        TlsAcceptor::from(Arc::new(config)).accept(stream).await
    });
    let stream = TcpStream::connect(address).await.expect("a server");
    let shaken = handshake_trusting(roots, stream, host).await;
    shaken.expect("a handshake").1
}

#[tokio::test]
async fn a_certificate_of_a_known_authority_is_good() {
    assert_eq!(
        verdict("a.example", 60, None, "a.example").await,
        Verdict::Good(60)
    );
    assert_eq!(
        verdict("127.0.0.1", 5, None, "127.0.0.1").await,
        Verdict::Good(5)
    );
    let wild = verdict("*.a.example", 60, None, "b.a.example").await;
    assert_eq!(wild, Verdict::Good(60));
}

#[tokio::test]
async fn what_is_wrong_with_one_is_said() {
    let other = verdict("b.example", 60, None, "a.example").await;
    assert_eq!(other, Verdict::OtherNames(vec!["b.example".to_owned()]));
    let other = verdict("a.example", 60, None, "127.0.0.1").await;
    assert_eq!(other, Verdict::OtherNames(vec!["a.example".to_owned()]));
    let expired = verdict("a.example", -3, None, "a.example").await;
    assert_eq!(expired, Verdict::Expired(2));
    let stranger = Authority::new("stranger");
    let unknown = verdict("a.example", 60, Some(&stranger), "a.example").await;
    assert_eq!(unknown, Verdict::UnknownAuthority);
}

#[tokio::test]
async fn one_that_vouches_for_itself_is_told_apart() {
    let (mut params, key) = params("a.example", 60);
    params
        .distinguished_name
        .push(DnType::CommonName, "a.example");
    let certificate = params.self_signed(&key).expect("a certificate");
    // Like browsers, whose authorities are others.
    let known = Authority::new("known");
    let mut roots = RootCertStore::empty();
    roots.add(known.certificate.der().clone()).expect("added");
    for (host, expected) in [
        ("a.example", Verdict::SelfSigned),
        (
            "b.example",
            Verdict::OtherNames(vec!["a.example".to_owned()]),
        ),
    ] {
        assert_eq!(
            shake(roots.clone(), &certificate, &key, host).await,
            expected
        );
    }
    let own = Authority::new("own");
    let verdict = shake(roots, &own.certificate, &own.key, "a.example").await;
    assert_eq!(verdict, Verdict::SelfSigned, "as openssl makes them");
}

use proptest::prelude::*;

use super::*;

/// A description with these lines about certificates.
fn sdp(fingerprints: &[&str]) -> String {
    let mut sdp = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n".to_owned();
    for fingerprint in fingerprints {
        sdp += "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:";
        sdp += fingerprint;
        sdp += "\r\na=setup:actpass\r\n";
    }
    sdp
}

#[test]
fn both_ends_have_the_same_text() {
    let (a, b) = (
        sdp(&["sha-256 AB:01", "sha-256 AB:01"]),
        sdp(&["SHA-256 0f:02"]),
    );
    let text = fingerprints(&a, &b);
    assert_eq!(text.as_deref(), Some("sha-256:0F:02\nsha-256:AB:01"));
    assert_eq!(text, fingerprints(&b, &a));
}

#[test]
fn whatever_is_changed_or_added_on_the_way_changes_it() {
    let own = sdp(&["sha-256 AB:01"]);
    let all = [
        &["sha-256 CD:02"][..],
        &["sha-256 CD:03"],
        &["sha-1 CD:02"],
        &["sha-256 CD:02", "sha-256 CD:03"],
        &["sha-256 CD:02", "sha-256 CD:03", "sha-256 AB:01"],
    ]
    .map(|remote| fingerprints(&own, &sdp(remote)));
    for (i, one) in all.iter().enumerate() {
        assert!(one.is_some());
        assert!(!all[..i].contains(one), "{one:?}");
    }
}

#[test]
fn without_a_fingerprint_there_is_nothing_to_compare() {
    let good = sdp(&["sha-256 AB:01"]);
    for bad in [
        "",
        "a=fingerprint:",
        "a=fingerprint:sha-256",
        "a=ice-ufrag:x",
    ] {
        assert_eq!(fingerprints(&good, bad), None, "{bad}");
        assert_eq!(fingerprints(bad, &good), None, "{bad}");
    }
    let many: Vec<_> = (0..100).map(|i| format!("sha-256 AB:{i}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(fingerprints(&good, &sdp(&many)), None);
}

proptest! {
    #[test]
    fn any_text_can_be_read(local: String, remote: String) {
        prop_assert_eq!(fingerprints(&local, &remote), fingerprints(&remote, &local));
    }

    #[test]
    fn other_certificates_have_another_text(a in "[0-9A-F]{2}(:[0-9A-F]{2}){0,31}", b in "[0-9A-F]{2}(:[0-9A-F]{2}){0,31}", c in "[0-9A-F]{2}(:[0-9A-F]{2}){0,31}") {
        prop_assume!(b != c);
        let sdp = |value: &str| sdp(&[&format!("sha-256 {value}")]);
        prop_assert_ne!(
            fingerprints(&sdp(&a), &sdp(&b)),
            fingerprints(&sdp(&a), &sdp(&c))
        );
    }
}

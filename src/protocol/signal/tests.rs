use super::*;

fn parse(json: &str) -> Option<Signal> {
    Signal::parse(&RawValue::from_string(json.to_owned()).expect("a test writes JSON"))
}

fn candidate(label: Option<u16>, id: Option<&str>, candidate: &str) -> Option<Signal> {
    Some(Signal::Candidate(Candidate {
        label,
        id: id.map(str::to_owned),
        candidate: candidate.to_owned(),
    }))
}

#[test]
fn what_is_written_is_read_again() {
    for signal in [
        Signal::description(
            DescriptionKind::Offer,
            "v=0\r\n".to_owned(),
            About {
                session: Some(7),
                number: Some(1),
                answers: None,
            },
        ),
        Signal::description(
            DescriptionKind::Answer,
            "v=0\r\n".to_owned(),
            About::default(),
        ),
        Signal::description(
            DescriptionKind::Answer,
            "v=0\r\n".to_owned(),
            About {
                session: Some(7),
                number: Some(1),
                answers: Some(1),
            },
        ),
        Signal::Hangup,
        Signal::Beat,
        Signal::Report(Report {
            hears: true,
            frames: 24,
            loss: 3,
            concealed: 0,
            most: Some(300_000),
        }),
        Signal::Report(Report {
            hears: false,
            frames: 0,
            loss: 100,
            concealed: 100,
            most: None,
        }),
        Signal::Media(MediaSending {
            audio: true,
            video: false,
            screen: None,
        }),
        Signal::Media(MediaSending {
            audio: false,
            video: true,
            screen: Some("{5f3e}".to_owned()),
        }),
        candidate(
            Some(1),
            Some("video"),
            "candidate:1 1 udp 1 127.0.0.1 9 typ host",
        )
        .expect("just made"),
        candidate(None, None, "").expect("just made"),
    ] {
        let json = serde_json::to_string(&signal).expect("signals are plain data");
        assert_eq!(parse(&json), Some(signal), "{json}");
    }
}

#[test]
fn the_spelling_is_the_one_of_the_tutorial_pages() {
    let offer = Signal::description(DescriptionKind::Offer, "v=0".to_owned(), About::default());
    assert_eq!(
        serde_json::to_string(&offer).ok().as_deref(),
        Some(r#"{"type":"offer","sdp":"v=0"}"#)
    );
    assert_eq!(
        serde_json::to_string(&candidate(Some(0), Some("0"), "x"))
            .ok()
            .as_deref(),
        Some(r#"{"type":"candidate","label":0,"id":"0","candidate":"x"}"#)
    );
}

#[test]
fn both_spellings_of_a_candidate_are_read() {
    let expected = candidate(Some(0), Some("audio"), "candidate:1");
    let tutorial = r#"{"type":"candidate","label":0,"id":"audio","candidate":"candidate:1"}"#;
    let browser =
        r#"{"candidate":"candidate:1","sdpMid":"audio","sdpMLineIndex":0,"usernameFragment":"x"}"#;
    assert_eq!(parse(tutorial), expected);
    assert_eq!(parse(browser), expected);
}

#[test]
fn what_is_unknown_or_broken_is_skipped() {
    for json in [
        "null",
        "1",
        "[]",
        "{}",
        r#""bye""#,
        r#"{"type":"wave"}"#,
        r#"{"type":"offer"}"#,
        r#"{"type":"media","audio":1,"video":true}"#,
        r#"{"type":"media","audio":true,"video":true,"screen":1}"#,
        r#"{"type":"candidate","label":-1,"candidate":""}"#,
    ] {
        assert_eq!(parse(json), None, "{json}");
    }
}

#[test]
fn a_candidate_is_matched_to_its_description() {
    let line = "candidate:1 1 udp 2122 10.0.0.1 5000 typ host generation 0 ufrag aB+/ network-id 1";
    let Some(Signal::Candidate(candidate)) = candidate(None, None, line) else {
        unreachable!()
    };
    assert_eq!(candidate.ufrag(), Some("aB+/"));
    let sdp = |ufrag: &str| Description {
        kind: DescriptionKind::Offer,
        sdp: format!("v=0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:x\r\n"),
    };
    assert!(sdp("aB+/").has_ufrag("aB+/"));
    assert!(!sdp("aB+/x").has_ufrag("aB+/"));
}

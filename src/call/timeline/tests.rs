use proptest::prelude::*;

use super::*;

fn entry(at: u64, step: Step, content: &str) -> Entry {
    Entry::new(at, Way::Received, step, "x".to_owned(), content.to_owned())
}

fn of(content: &str) -> Entry {
    entry(0, Step::Event, content)
}

#[test]
fn the_newest_are_kept_and_counted_from_the_join() {
    let mut timeline = Timeline::default();
    timeline.push(entry(900, Step::Server, ""));
    timeline.push(entry(1_000, Step::Joined, ""));
    for at in 0..600 {
        timeline.push(entry(1_000 + at, Step::Candidate, ""));
    }
    timeline.push(entry(9_000, Step::Joined, "a second time"));
    let all: Vec<_> = timeline.entries().collect();
    assert_eq!(all.len(), KEPT);
    assert_eq!(all[KEPT - 1].number, 602);
    assert_eq!(timeline.since_join(all[KEPT - 1]), 8_000);
    assert_eq!(timeline.since_join(&entry(900, Step::Server, "")), -100);
    assert!(timeline.entry(0).is_none() && timeline.entry(602).is_some());
}

#[test]
fn what_is_in_them_has_bounds() {
    let mut timeline = Timeline::default();
    for _ in 0..KEPT {
        timeline.push(of(&"x".repeat(MOST + 1)));
    }
    let bytes = |timeline: &Timeline| {
        let contents = timeline.entries().map(|entry| entry.content.len());
        contents.sum::<usize>()
    };
    assert_eq!(timeline.bytes, bytes(&timeline));
    assert_eq!(timeline.bytes, MOST_KEPT / MOST * MOST);
    timeline.push(of(""));
    assert_eq!(timeline.entries().count(), MOST_KEPT / MOST + 1);
}

#[test]
fn secrets_are_not_shown() {
    let mut timeline = Timeline::default();
    let joined = r#"["room","id",{"resume":"TOKEN","ice":{"iceServers":[
        {"urls":["turn:example.org"],"username":"NAME","credential":"WORD"}]}}]"#;
    let join = r#"["room",{"passcode":"PASS","resume":"TOKEN"}]"#;
    let chat = r#"["room",{"type":"chat","texts":[{"text":"LOVE"}],"count":3},{"to":"id"}]"#;
    let offer = r#"{"type":"offer","sdp":"v=0\r\na=ice-pwd:PWD\r\na=mid:0\r\n"}"#;
    for content in [joined, join, chat, offer] {
        timeline.push(of(content));
    }
    let told = timeline.json();
    let shown: String = timeline.entries().map(Entry::readable).collect();
    for secret in ["TOKEN", "NAME", "WORD", "PASS", "LOVE", "PWD"] {
        assert!(!told.contains(secret), "{secret}");
        assert!(!shown.contains(secret), "{secret}");
    }
    for open in ["turn:example.org", "chat", "3", "a=mid:0"] {
        assert!(told.contains(open), "{open}");
        assert!(shown.contains(open), "{open}");
    }
}

#[test]
fn a_description_is_read_line_by_line() {
    let offer = of(r#"["room",{"type":"offer","sdp":"v=0\r\na=mid:0\r\n"},{"to":"id"}]"#);
    assert!(offer.readable().ends_with("\n\nv=0\na=mid:0\n"));
    assert_eq!(of("checking").readable(), "checking");
    assert_eq!(of("").readable(), "");
}

#[test]
fn signals_have_names() {
    let of = Step::of_signal;
    let is = |step, name: &str| Some((step, name.to_owned()));
    assert_eq!(of(r#"{"type":"offer","sdp":""}"#), is(Step::Offer, "offer"));
    assert_eq!(
        of(r#"{"type":"candidate","candidate":""}"#),
        is(Step::LastCandidate, "candidate")
    );
    assert_eq!(
        of(r#"{"candidate":"candidate:1"}"#),
        is(Step::Candidate, "candidate")
    );
    assert_eq!(of(r#"{"type":"beat"}"#), None);
    assert_eq!(of(r#"{"type":"report"}"#), None);
    assert_eq!(of(r#"{"type":"chat"}"#), is(Step::Talk, "chat"));
    assert_eq!(of(r#""bye""#), is(Step::Talk, "message"));
}

proptest! {
    #[test]
    fn whatever_comes_is_bounded(contents in proptest::collection::vec(".{0,40}", 0..20), times in 0_usize..2_000) {
        let mut timeline = Timeline::default();
        for content in contents {
            Step::of_signal(&content);
            timeline.push(of(&content.repeat(times)));
        }
        for entry in timeline.entries() {
            prop_assert!(entry.content.len() <= MOST);
            entry.readable();
        }
        prop_assert!(serde_json::from_str::<Value>(&timeline.json()).is_ok());
    }

    #[test]
    fn what_is_cut_off_shows_no_secret(end in 0_usize..60) {
        let whole = r#"{"type":"joined","resume":"TOKEN","more":[1,2,3,4,5,6,7,8,9]}"#;
        let cut = &whole[..end.min(whole.len())];
        prop_assert!(!of(cut).readable().contains("TOKEN"));
    }
}

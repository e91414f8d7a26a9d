use proptest::prelude::*;

use super::*;

fn device(id: &str) -> DeviceInfo {
    DeviceInfo {
        id: id.to_owned(),
        label: id.to_uppercase(),
    }
}

fn list(ids: &[&str]) -> Vec<DeviceInfo> {
    ids.iter().copied().map(device).collect()
}

fn opened(id: &str) -> Result<Opened, Problem> {
    Ok(Opened {
        id: id.to_owned(),
        label: id.to_uppercase(),
    })
}

fn open(id: &str) -> Step {
    Step::Open(Pick::Device(id.to_owned()))
}

/// A camera that is in use, with these plugged in.
fn using(id: &str, chosen: Option<&str>, present: &[&str]) -> Source {
    let mut source = Source::new(DeviceKind::Camera, chosen.map(str::to_owned));
    source.want(true);
    assert!(matches!(source.next(), Step::Open(_)));
    assert_eq!(source.opened(opened(id)), None, "nobody is told at first");
    source.plugged(&list(present));
    assert_eq!(source.next(), Step::Stay);
    source
}

#[test]
fn the_choice_of_an_earlier_visit_is_asked_for_first() {
    let mut source = Source::new(DeviceKind::Camera, Some("b".to_owned()));
    source.want(true);
    source.plugged(&list(&[""]));
    assert_eq!(source.next(), open("b"));
}

#[test]
fn another_device_takes_the_place_of_one_that_is_gone_and_gives_it_back() {
    for listed_first in [true, false] {
        let mut source = using("b", Some("b"), &["a", "b"]);
        if listed_first {
            source.plugged(&list(&["a"]));
            source.ended();
        } else {
            source.ended();
            source.plugged(&list(&["a"]));
        }
        assert_eq!(source.next(), Step::Open(Pick::Any));
        assert_eq!(
            source.opened(opened("a")),
            Some(News::Gone(DeviceKind::Camera, Some("A".to_owned())))
        );
        source.plugged(&list(&["a", "b"]));
        assert_eq!(source.next(), open("b"));
        assert_eq!(
            source.opened(opened("b")),
            Some(News::Back(DeviceKind::Camera, "B".to_owned()))
        );
        assert_eq!(source.next(), Step::Stay);
    }
}

#[test]
fn a_device_that_ended_before_the_list_changed_is_missed_all_the_same() {
    let mut source = using("b", Some("b"), &["a", "b"]);
    source.ended();
    // The list is still the old one, and the browser gives another.
    assert_eq!(source.next(), open("b"));
    assert!(matches!(source.opened(opened("a")), Some(News::Gone(..))));
    assert_eq!(source.next(), Step::Stay);
    source.plugged(&list(&["a"]));
    source.plugged(&list(&["a", "b"]));
    assert_eq!(source.next(), open("b"));
}

#[test]
fn the_last_device_gone_is_told_and_the_next_one_is_used() {
    let mut source = using("a", None, &["a"]);
    source.plugged(&[]);
    assert_eq!(source.next(), Step::Open(Pick::Any));
    assert_eq!(
        source.opened(Err(Problem::NotFound)),
        Some(News::Gone(DeviceKind::Camera, None))
    );
    assert_eq!(
        (source.current(), source.problem()),
        (None, Some(Problem::NotFound))
    );
    assert_eq!(source.next(), Step::Stay);
    source.plugged(&list(&["c"]));
    assert_eq!(source.next(), Step::Open(Pick::Any));
}

#[test]
fn what_was_just_chosen_is_not_announced_and_what_does_not_work_is() {
    let mut source = using("a", None, &["a", "b"]);
    source.choose("b".to_owned());
    assert_eq!(source.next(), open("b"));
    assert_eq!(source.opened(opened("b")), None);
    source.choose("a".to_owned());
    assert_eq!(source.next(), open("a"));
    assert_eq!(
        source.opened(Err(Problem::InUse)),
        Some(News::Refused(DeviceKind::Camera))
    );
    assert_eq!(source.current(), Some("b"), "what works goes on");
    assert_eq!(source.next(), Step::Stay);
}

#[test]
fn turning_the_camera_is_a_choice() {
    let mut source = using("a", None, &["a", "b"]);
    source.turn(Facing::Environment);
    assert_eq!(source.next(), Step::Open(Pick::Facing(Facing::Environment)));
    assert_eq!(source.opened(opened("b")), None);
    assert_eq!(source.chosen(), Some("b"));
    assert_eq!(source.next(), Step::Stay);
}

#[test]
fn who_allows_the_device_after_all_gets_it() {
    let mut source = Source::new(DeviceKind::Microphone, None);
    source.want(true);
    source.next();
    source.opened(Err(Problem::Denied));
    source.plugged(&list(&[""]));
    assert_eq!(source.next(), Step::Stay, "nobody is asked over and over");
    source.allowed();
    assert_eq!(source.next(), Step::Open(Pick::Any));
}

#[test]
fn who_does_not_allow_the_other_device_keeps_the_one_in_use() {
    let mut source = using("a", None, &["a", "b"]);
    source.choose("b".to_owned());
    assert_eq!(source.next(), open("b"));
    assert_eq!(
        source.opened(Err(Problem::Denied)),
        Some(News::Refused(DeviceKind::Camera))
    );
    assert_eq!(source.current(), Some("a"));
    assert_eq!(source.next(), Step::Stay, "nobody is asked over and over");
}

#[test]
fn a_device_that_ends_over_and_over_is_given_up() {
    let mut source = using("a", None, &["a"]);
    for _ in 0..MAX_ENDINGS {
        source.ended();
        assert!(matches!(source.next(), Step::Open(_)));
        source.opened(opened("a"));
    }
    source.ended();
    assert_eq!(source.next(), Step::Stay);
    assert_eq!(source.problem(), Some(Problem::InUse));
}

#[test]
fn a_device_that_was_never_listed_is_not_missed() {
    let mut source = using("secret", None, &["a", "b"]);
    source.plugged(&list(&["a"]));
    assert_eq!(source.next(), Step::Stay);
}

#[test]
fn sound_comes_from_the_chosen_speaker_while_it_is_there() {
    let mut output = Output::new(Some("b".to_owned()));
    assert_eq!(output.plugged(&list(&["", ""])), None);
    assert_eq!(output.plugged(&list(&["a", "b"])), None, "the first look");
    assert_eq!(output.current(), Some("b"));
    let gone = News::Gone(DeviceKind::Speaker, Some("A".to_owned()));
    assert_eq!(output.plugged(&list(&["a"])), Some(gone));
    assert_eq!(output.current(), None);
    let back = News::Back(DeviceKind::Speaker, "B".to_owned());
    assert_eq!(output.plugged(&list(&["a", "b"])), Some(back));
    assert_eq!(output.current(), Some("b"));
}

#[derive(Debug, Clone)]
enum Happens {
    Plug(usize),
    /// Unplugged; whether the track ends before or after the list changes, or not at all.
    Unplug(usize, Option<bool>),
    Choose(usize),
    Turn,
    Want(bool),
    /// The permission is taken away, or given again.
    Allow(bool),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        (0..4usize).prop_map(Happens::Plug),
        (0..4usize, any::<Option<bool>>()).prop_map(|(i, ends)| Happens::Unplug(i, ends)),
        (0..4usize).prop_map(Happens::Choose),
        Just(Happens::Turn),
        any::<bool>().prop_map(Happens::Want),
        any::<bool>().prop_map(Happens::Allow),
    ]
}

const IDS: [&str; 4] = ["a", "b", "c", "d"];

/// Carries out what the machine wants until it is content, as a browser would: one of the
/// devices, `broken`, is listed and cannot be opened.
fn settle(source: &mut Source, plugged: &[bool; 4], broken: usize, is_allowed: bool) {
    let works = |i: usize| plugged[i] && i != broken;
    let any = || (0..4).find(|i| works(*i));
    for _ in 0..8 {
        let found = match source.next() {
            Step::Stay => return,
            Step::Close => continue,
            Step::Open(_) if !is_allowed => Err(Problem::Denied),
            Step::Open(Pick::Any) => any().ok_or(Problem::NotFound),
            Step::Open(Pick::Facing(_)) => (0..4).rfind(|i| works(*i)).ok_or(Problem::NotFound),
            Step::Open(Pick::Device(id)) => match IDS.iter().position(|known| *known == id) {
                Some(i) if works(i) => Ok(i),
                Some(i) if plugged[i] => Err(Problem::InUse),
                _ => any().ok_or(Problem::NotFound),
            },
        };
        source.opened(found.and_then(|i| opened(IDS[i])));
    }
    panic!("never content: {source:?}");
}

proptest! {
    #[test]
    fn the_device_in_use_is_the_chosen_one_whenever_it_is_there(
        events in prop::collection::vec(happens(), 1..40),
        mut plugged in any::<[bool; 4]>(),
        // 4: all of them work.
        broken in 0..5usize,
    ) {
        let mut source = Source::new(DeviceKind::Microphone, None);
        let mut wanted = true;
        let mut is_allowed = true;
        source.want(true);
        let present = |plugged: &[bool; 4]| -> Vec<_> {
            (0..4).filter(|i| plugged[*i]).map(|i| device(IDS[i])).collect()
        };
        source.plugged(&present(&plugged));
        settle(&mut source, &plugged, broken, is_allowed);
        for event in events {
            let before = source.current().map(str::to_owned);
            let mut chose = false;
            match event {
                Happens::Plug(i) => {
                    plugged[i] = true;
                    source.plugged(&present(&plugged));
                }
                Happens::Unplug(i, ends) => {
                    let was_current = source.current() == Some(IDS[i]);
                    plugged[i] = false;
                    if was_current && ends == Some(true) {
                        source.ended();
                        settle(&mut source, &plugged, broken, is_allowed);
                    }
                    source.plugged(&present(&plugged));
                    if was_current && ends == Some(false) && source.current() == Some(IDS[i]) {
                        source.ended();
                    }
                }
                Happens::Choose(i) => {
                    chose = true;
                    source.choose(IDS[i].to_owned());
                }
                Happens::Turn => {
                    chose = true;
                    source.turn(Facing::Environment);
                }
                Happens::Want(on) => {
                    wanted = on;
                    source.want(on);
                }
                Happens::Allow(yes) => {
                    is_allowed = yes;
                    if yes {
                        source.allowed();
                    }
                }
            }
            settle(&mut source, &plugged, broken, is_allowed);
            let works = |id: &str| (0..4).any(|i| IDS[i] == id && plugged[i] && i != broken);
            if !wanted {
                prop_assert_eq!(source.current(), None);
                continue;
            }
            if !is_allowed {
                continue;
            }
            match source.chosen() {
                Some(chosen) if works(chosen) => prop_assert_eq!(source.current(), Some(chosen)),
                _ => {}
            }
            match source.current() {
                Some(id) => prop_assert!(works(id), "{} does not work", id),
                None => prop_assert!(!IDS.iter().any(|id| works(id)), "there is one that works"),
            }
            // No hopping about: what works stays, unless the chosen one is there.
            if let Some(before) = before.filter(|id| works(id) && !chose)
                && !source.chosen().is_some_and(works)
            {
                prop_assert_eq!(source.current(), Some(&*before));
            }
        }
    }
}

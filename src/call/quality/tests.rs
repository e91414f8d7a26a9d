use proptest::prelude::*;

use super::*;

const GOOD_LINK: Conditions = Conditions {
    loss: 0.0,
    round_trip: 40.0,
    available: Some(3_000_000.0),
    is_held_back: false,
    most: None,
};

/// Goes through so many seconds of the same, from a time on, and says where it ends.
fn seconds(ladder: &mut Ladder, from: Millis, count: u64, conditions: Conditions) -> Millis {
    for i in 0..count {
        ladder.step(from + i * 1_000, conditions);
    }
    from + count * 1_000
}

#[test]
fn a_good_link_stays_at_the_top() {
    let mut ladder = Ladder::new();
    seconds(&mut ladder, 0, 100, GOOD_LINK);
    assert_eq!(ladder.standing(), (Rung::Full, None));
}

#[test]
fn losses_bring_it_down_but_not_to_nothing_and_it_comes_back() {
    let mut ladder = Ladder::new();
    let lossy = Conditions {
        loss: 0.2,
        ..GOOD_LINK
    };
    let now = seconds(&mut ladder, 0, 30, lossy);
    assert_eq!(ladder.standing(), (Rung::Low, Some(Cause::Loss)));
    let now = seconds(&mut ladder, now, 30, GOOD_LINK);
    assert_eq!(ladder.standing().0, Rung::Full);
    // Once it has lasted there is nothing left to say.
    seconds(&mut ladder, now, 10, GOOD_LINK);
    assert_eq!(ladder.standing(), (Rung::Full, None));
}

#[test]
fn where_there_is_room_for_sound_only_there_is_only_sound() {
    let mut ladder = Ladder::new();
    let narrow = Conditions {
        available: Some(60_000.0),
        is_held_back: true,
        ..GOOD_LINK
    };
    seconds(&mut ladder, 0, 30, narrow);
    assert_eq!(ladder.standing(), (Rung::AudioOnly, Some(Cause::Bandwidth)));
    assert!(!ladder.shape(None).active);
}

#[test]
fn the_careful_beginning_of_the_browser_is_no_bad_network() {
    let mut ladder = Ladder::new();
    let beginning = Conditions {
        available: Some(300_000.0),
        is_held_back: true,
        ..GOOD_LINK
    };
    seconds(&mut ladder, 0, 6, beginning);
    assert_eq!(ladder.standing().0, Rung::Full);
}

#[test]
fn a_limit_holds_at_once_and_bounds_the_bits() {
    let mut ladder = Ladder::new();
    let limited = Conditions {
        most: Some(300_000.0),
        ..GOOD_LINK
    };
    ladder.step(0, limited);
    assert_eq!(ladder.standing(), (Rung::Half, Some(Cause::Limit)));
    assert_eq!(ladder.shape(limited.most).bits, 220_000);
}

#[test]
fn attempts_that_fail_become_rarer() {
    let mut ladder = Ladder::new();
    let mut now = 0;
    let mut rises = Vec::new();
    // A link that gets lossy as soon as more than the lowest picture is sent.
    for _ in 0..600 {
        let loss = if ladder.standing().0 > Rung::Low {
            0.2
        } else {
            0.0
        };
        let before = ladder.standing().0;
        ladder.step(now, Conditions { loss, ..GOOD_LINK });
        if ladder.standing().0 > before {
            rises.push(now);
        }
        now += 1_000;
    }
    let gaps: Vec<_> = rises.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.first().is_some_and(|gap| *gap < 20_000), "{gaps:?}");
    assert!(gaps.last().is_some_and(|gap| *gap > 55_000), "{gaps:?}");
}

proptest! {
    #[test]
    fn it_goes_by_single_steps_and_never_up_soon_after_down(
        weather in prop::collection::vec(
            (0.0..0.4_f64, 0.0..2_000.0_f64, 20_000.0..4e6_f64, any::<bool>(), prop::option::of(50_000.0..3e6_f64)),
            1..200,
        )
    ) {
        let mut ladder = Ladder::new();
        let mut fell = None;
        for (i, (loss, round_trip, available, is_held_back, most)) in weather.into_iter().enumerate() {
            let now = i as u64 * 1_000;
            let before = ladder.standing().0;
            let changed = ladder.step(now, Conditions {
                loss, round_trip, available: Some(available), is_held_back, most,
            });
            let (rung, cause) = ladder.standing();
            prop_assert_eq!(changed, rung != before);
            prop_assert!(rung == before || rung == before.above() || rung == before.below());
            if rung < before {
                fell = Some(now);
                prop_assert!(cause.is_some());
            }
            if rung > before {
                prop_assert!(fell.is_some_and(|at| now >= at + GOOD));
            }
        }
    }
}

use proptest::prelude::*;

use super::*;

/// A link with media, up to `until`.
fn flowing(until: Millis) -> Recovery {
    let mut recovery = Recovery::new(false);
    recovery.handle(Input::State(State::Connected), 0, true, 0.0);
    for now in (0..=until).step_by(PERIOD as usize) {
        recovery.handle(Input::Received(now), now, true, 0.0);
        assert_eq!(recovery.interrupted_since(), None);
    }
    recovery
}

/// Samples without news from `from` to `until`, and what was done when.
fn silence(
    recovery: &mut Recovery,
    from: Millis,
    until: Millis,
    can_signal: bool,
) -> Vec<(Millis, Action)> {
    let count = recovery.received;
    (from + PERIOD..=until)
        .step_by(PERIOD as usize)
        .filter_map(|now| {
            let action = recovery.handle(Input::Received(count), now, can_signal, 0.0);
            action.map(|action| (now, action))
        })
        .collect()
}

#[test]
fn a_silent_cut_is_noticed_within_two_seconds() {
    let mut recovery = flowing(4_000);
    silence(&mut recovery, 4_000, 5_200, true);
    assert_eq!(recovery.interrupted_since(), Some(4_000));
    recovery.handle(Input::Received(9_000), 5_600, true, 0.0);
    assert_eq!(recovery.interrupted_since(), None);
}

/// A sample that begins before a cut and ends after it has few packets.
#[test]
fn a_silent_cut_between_two_samples_is_noticed_as_soon() {
    let mut recovery = flowing(4_000);
    recovery.handle(Input::Received(4_001), 4_400, true, 0.0);
    silence(&mut recovery, 4_400, 5_600, true);
    assert_eq!(recovery.interrupted_since(), Some(4_400));
}

#[test]
fn restarts_come_at_growing_distances_and_then_a_new_connection() {
    let mut recovery = flowing(4_000);
    let actions = silence(&mut recovery, 4_000, 60_000, true);
    assert!(
        actions[0].0 <= 4_000 + SILENCE + FIRST_WAIT + PERIOD,
        "{actions:?}"
    );
    let kinds: Vec<_> = actions.iter().take(6).map(|(_, action)| *action).collect();
    use Action::{Rebuild, Restart};
    assert_eq!(
        kinds,
        [Restart, Restart, Rebuild, Restart, Restart, Rebuild]
    );
    let waits: Vec<_> = actions
        .windows(2)
        .map(|pair| pair[1].0 - pair[0].0)
        .collect();
    assert_eq!(waits[..4], [2_000, 4_000, 8_000, 10_000]);
}

#[test]
fn a_first_way_that_is_not_found_is_looked_for_anew() {
    let mut recovery = Recovery::new(false);
    let mut actions = Vec::new();
    for now in (5_000..=40_000).step_by(PERIOD as usize) {
        let action = recovery.handle(Input::Received(0), now, true, 0.0);
        actions.extend(action.map(|action| (now, action)));
        let is_late = now >= 5_000 + SEARCH;
        assert_eq!(recovery.interrupted_since().is_some(), is_late, "{now}");
        assert!(!recovery.was_connected());
    }
    assert!(
        actions[0].0 <= 5_000 + SEARCH + FIRST_WAIT + PERIOD,
        "{actions:?}"
    );
    assert_eq!(actions[0].1, Action::Restart);
    recovery.handle(Input::State(State::Connected), 41_000, true, 0.0);
    assert_eq!(recovery.interrupted_since(), None);
}

#[test]
fn failed_is_dealt_with_at_once() {
    let mut recovery = flowing(4_000);
    silence(&mut recovery, 4_000, 5_600, false);
    let action = recovery.handle(Input::State(State::Failed), 5_700, true, 0.0);
    assert_eq!(action, Some(Action::Restart));
}

#[test]
fn nothing_is_tried_while_nobody_can_be_told_and_at_once_when_they_can() {
    let mut recovery = flowing(4_000);
    assert_eq!(silence(&mut recovery, 4_000, 34_000, false), []);
    let action = recovery.handle(Input::Hint, 34_100, true, 0.0);
    assert_eq!(action, Some(Action::Restart));
}

#[test]
fn a_hint_changes_nothing_where_all_is_well() {
    let mut recovery = flowing(4_000);
    assert_eq!(recovery.handle(Input::Hint, 4_100, true, 0.0), None);
}

#[test]
fn after_a_change_of_the_network_nobody_waits() {
    let mut recovery = flowing(4_000);
    recovery.handle(Input::Hint, 4_800, true, 0.0);
    let actions = silence(&mut recovery, 4_000, 6_000, true);
    assert_eq!(actions.len(), 1, "{actions:?}");
}

#[test]
fn the_one_who_came_back_tries_first() {
    let mut recovery = flowing(4_000);
    silence(&mut recovery, 4_000, 34_000, false);
    assert_eq!(recovery.handle(Input::TheirTurn, 34_100, true, 0.0), None);
    let actions = silence(&mut recovery, 34_100, 38_000, true);
    assert_eq!(actions.len(), 1, "{actions:?}");
}

#[test]
fn a_page_that_slept_judges_anew() {
    let mut recovery = flowing(4_000);
    recovery.handle(Input::Received(4_000), 64_000, true, 0.0);
    assert_eq!(recovery.interrupted_since(), None);
    silence(&mut recovery, 64_000, 65_600, true);
    assert!(recovery.interrupted_since().is_some());
}

#[test]
fn a_sign_of_life_each_second_is_enough_where_everything_is_switched_off() {
    let mut recovery = flowing(4_000);
    for now in (4_400..60_000).step_by(PERIOD as usize) {
        recovery.handle(Input::Received(4_000 + now / 1_000), now, true, 0.0);
        assert_eq!(recovery.interrupted_since(), None, "{now}");
    }
}

#[test]
fn a_doubt_of_the_browser_is_none_while_packets_come() {
    let mut recovery = flowing(4_000);
    recovery.handle(Input::State(State::Disconnected), 4_100, true, 0.0);
    assert_eq!(recovery.interrupted_since(), None);
}

#[test]
fn a_way_that_was_never_found_is_looked_for_again() {
    let mut recovery = Recovery::new(true);
    let action = recovery.handle(Input::State(State::Failed), 20_000, true, 0.0);
    assert_eq!(action, None, "the other side first");
    assert_eq!(silence(&mut recovery, 20_000, 21_000, true).len(), 1);
    assert!(!recovery.was_connected());
}

proptest! {
    /// Whatever happens: attempts are never closer than the shortest wait unless something hints at
    /// it, and whoever hears something is not interrupted.
    #[test]
    fn attempts_keep_their_distance(
        steps in proptest::collection::vec((0_u64..1_500, 0_u8..8, any::<bool>(), 0.0..1.0_f64), 1..200)
    ) {
        let mut recovery = Recovery::new(false);
        let (mut now, mut count, mut last) = (0, 0, None::<Millis>);
        for (wait, kind, can_signal, random) in steps {
            now += wait;
            let input = match kind {
                0 => Input::State(State::Connected),
                1 => Input::State(State::Disconnected),
                2 => Input::State(State::Failed),
                3 => Input::Hint,
                4 => { count += 50; Input::Received(count) }
                5 => Input::TheirTurn,
                _ => Input::Received(count),
            };
            let action = recovery.handle(input, now, can_signal, random);
            if kind == 4 && recovery.state == State::Connected {
                prop_assert_eq!(recovery.interrupted_since(), None);
            }
            if recovery.interrupted_since().is_none() || matches!(input, Input::Hint | Input::State(State::Failed)) {
                last = None;
            }
            if action.is_some() {
                prop_assert!(can_signal);
                prop_assert!(last.is_none_or(|last| now >= last + WAIT), "{last:?} {now}");
                last = Some(now);
            }
        }
    }
}

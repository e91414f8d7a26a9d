use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a test names rooms")
}

fn id(n: u8) -> PeerId {
    PeerId::from_random([n; 16])
}

fn seat(n: u8) -> Seat<u8> {
    Seat {
        id: id(n),
        connection: n,
    }
}

#[test]
fn a_room_is_full_when_its_seats_are_taken_and_has_room_again_when_one_is_free() {
    let mut rooms = Rooms::new(2);
    let r = room("r");
    assert_eq!(rooms.join(&r, 1, id(1)), Ok(vec![]));
    assert_eq!(rooms.join(&r, 2, id(2)), Ok(vec![seat(1)]));
    assert_eq!(rooms.join(&r, 3, id(3)), Err(NotJoined::Full));
    assert_eq!(rooms.join(&r, 2, id(9)), Err(NotJoined::AlreadyInRoom));
    assert_eq!(
        rooms.leave(&r, &1),
        Ok(Departed {
            room: r.clone(),
            id: id(1),
            others: vec![seat(2)]
        })
    );
    assert_eq!(rooms.join(&r, 3, id(3)), Ok(vec![seat(2)]));
}

#[test]
fn only_those_in_the_room_speak_there_and_only_they_hear_it() {
    let mut rooms = Rooms::new(3);
    let (r, other) = (room("r"), room("other"));
    for n in 1..=3 {
        rooms.join(&r, n, id(n)).expect("there is room");
    }
    rooms.join(&other, 4, id(4)).expect("there is room");
    assert_eq!(
        rooms.route(&r, &1, None),
        Ok((id(1), vec![seat(2), seat(3)]))
    );
    assert_eq!(
        rooms.route(&r, &1, Some(&id(3))),
        Ok((id(1), vec![seat(3)]))
    );
    assert_eq!(rooms.route(&r, &1, Some(&id(4))), Err(NoSeat::NoSuchPeer));
    assert_eq!(rooms.route(&r, &1, Some(&id(1))), Err(NoSeat::NoSuchPeer));
    assert_eq!(rooms.route(&r, &4, None), Err(NoSeat::NotInRoom));
    assert_eq!(rooms.route(&room("none"), &1, None), Err(NoSeat::NotInRoom));
}

#[test]
fn a_connection_that_drops_frees_its_seats_everywhere() {
    let mut rooms = Rooms::new(2);
    let (a, b) = (room("a"), room("b"));
    rooms.join(&a, 1, id(1)).expect("there is room");
    rooms.join(&b, 1, id(2)).expect("there is room");
    rooms.join(&b, 3, id(3)).expect("there is room");
    let departed = rooms.disconnect(&1);
    assert_eq!(departed.len(), 2);
    assert_eq!(
        departed[1],
        Departed {
            room: b,
            id: id(2),
            others: vec![seat(3)]
        }
    );
    assert!(rooms.disconnect(&1).is_empty());
    assert_eq!(rooms.join(&a, 3, id(4)), Ok(vec![]));
}

#[derive(Debug, Clone)]
enum Step {
    Join(usize, u8),
    Leave(usize, u8),
    Disconnect(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_usize, 0..6_u8).prop_map(|(r, c)| Step::Join(r, c)),
        2 => (0..3_usize, 0..6_u8).prop_map(|(r, c)| Step::Leave(r, c)),
        1 => (0..6_u8).prop_map(Step::Disconnect),
    ]
}

proptest! {
    /// Compared with the simplest thing that could be right: a set of (room, connection).
    #[test]
    fn never_more_than_capacity_and_nobody_is_left_behind(
        steps in prop::collection::vec(step(), 0..200), capacity in 1..4_usize,
    ) {
        let names = [room("a"), room("b"), room("c")];
        let mut rooms = Rooms::new(capacity);
        let mut model = HashSet::new();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Join(r, c) => {
                    let inside = model.iter().filter(|(room, _)| *room == r).count();
                    let expected = if model.contains(&(r, c)) {
                        Err(NotJoined::AlreadyInRoom)
                    } else if inside >= capacity {
                        Err(NotJoined::Full)
                    } else {
                        model.insert((r, c));
                        Ok(inside)
                    };
                    let mut bits = [0; 16];
                    bits[..8].copy_from_slice(&n.to_be_bytes());
                    let joined = rooms.join(&names[r], c, PeerId::from_random(bits));
                    prop_assert_eq!(joined.map(|others| others.len()), expected);
                }
                Step::Leave(r, c) => {
                    prop_assert_eq!(rooms.leave(&names[r], &c).is_ok(), model.remove(&(r, c)));
                }
                Step::Disconnect(c) => {
                    let before = model.len();
                    model.retain(|(_, connection)| *connection != c);
                    prop_assert_eq!(rooms.disconnect(&c).len(), before - model.len());
                }
            }
            for seats in rooms.rooms.values() {
                prop_assert!((1..=capacity).contains(&seats.len()));
            }
            prop_assert_eq!(rooms.rooms.values().map(Vec::len).sum::<usize>(), model.len());
            prop_assert_eq!(rooms.places.values().map(Vec::len).sum::<usize>(), model.len());
        }
    }
}

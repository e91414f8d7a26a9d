//! Where each picture is in a recording.

/// The size of a recording, in pixels.
pub(super) const WIDTH: f64 = 1280.0;
pub(super) const HEIGHT: f64 = 720.0;

/// Part of the picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Place {
    const ALL: Self = Self {
        x: 0.0,
        y: 0.0,
        width: WIDTH,
        height: HEIGHT,
    };

    /// A grid with a cell for each of so many.
    fn grid(self, count: usize, columns: usize) -> Vec<Self> {
        let columns = columns.max(1);
        let rows = count.div_ceil(columns).max(1);
        let (width, height) = (self.width / columns as f64, self.height / rows as f64);
        let cell = |i: usize| Self {
            x: self.x + width * (i % columns) as f64,
            y: self.y + height * (i / columns) as f64,
            width,
            height,
        };
        (0..count).map(cell).collect()
    }

    /// Where a picture of this size is in it: as large as it can be, in the middle.
    pub(super) fn fit(self, width: f64, height: f64) -> Self {
        if width <= 0.0 || height <= 0.0 {
            return self;
        }
        let scale = (self.width / width).min(self.height / height);
        let (width, height) = (width * scale, height * scale);
        Self {
            x: self.x + (self.width - width) / 2.0,
            y: self.y + (self.height - height) / 2.0,
            width,
            height,
        }
    }
}

/// A place for each picture, given which ones are screens: these are large, and the people stand beside
/// them; without one everybody gets as much.
pub(super) fn places(are_screens: &[bool]) -> Vec<Place> {
    let screens = are_screens.iter().filter(|is_screen| **is_screen).count();
    let people = are_screens.len() - screens;
    if screens == 0 {
        let columns = (1..=people).find(|n| n * n >= people).unwrap_or(1);
        return Place::ALL.grid(people, columns);
    }
    let side = if people == 0 { 0.0 } else { WIDTH / 4.0 };
    let large = Place {
        width: WIDTH - side,
        ..Place::ALL
    };
    let beside = Place {
        x: WIDTH - side,
        width: side,
        ..Place::ALL
    };
    let mut large = large.grid(screens, 1).into_iter();
    let mut small = beside.grid(people, 1).into_iter();
    are_screens
        .iter()
        .filter_map(|is_screen| {
            if *is_screen {
                large.next()
            } else {
                small.next()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_stand_side_by_side() {
        let [one, other] = places(&[false, false])[..] else {
            unreachable!()
        };
        assert_eq!((one.x, one.width, one.height), (0.0, 640.0, 720.0));
        assert_eq!((other.x, other.width), (640.0, 640.0));
        assert_eq!(places(&[]), []);
    }

    #[test]
    fn a_screen_is_large() {
        let [person, screen] = places(&[false, true])[..] else {
            unreachable!()
        };
        assert_eq!((screen.x, screen.width), (0.0, 960.0));
        assert_eq!((person.x, person.width), (960.0, 320.0));
    }

    #[test]
    fn a_picture_keeps_its_shape() {
        let place = Place::ALL.fit(480.0, 480.0);
        assert_eq!((place.x, place.width, place.height), (280.0, 720.0, 720.0));
    }

    proptest! {
        #[test]
        fn nobody_covers_anybody(are_screens in proptest::collection::vec(any::<bool>(), 0..9)) {
            let places = places(&are_screens);
            prop_assert_eq!(places.len(), are_screens.len());
            for (i, one) in places.iter().enumerate() {
                prop_assert!(one.x >= 0.0 && one.x + one.width <= WIDTH + 0.01);
                prop_assert!(one.y >= 0.0 && one.y + one.height <= HEIGHT + 0.01);
                for other in &places[..i] {
                    let apart = other.x + other.width <= one.x + 0.01
                        || one.x + one.width <= other.x + 0.01
                        || other.y + other.height <= one.y + 0.01
                        || one.y + one.height <= other.y + 0.01;
                    prop_assert!(apart, "{:?} {:?}", one, other);
                }
            }
        }
    }
}

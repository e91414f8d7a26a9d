//! Which picture is the large one, and where the own one stands. Pure.

use crate::{components::Tile, protocol::PeerId};

/// How the pictures stand beside each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::inside) enum Layout {
    /// One is as large as the window, the others are small on it.
    #[default]
    Speaker,
    /// All are of one size.
    Grid,
    /// One is large, and the others are beside it.
    Side,
}

impl Layout {
    pub(in crate::inside) const ALL: [Self; 3] = [Self::Speaker, Self::Grid, Self::Side];

    /// The name under which it is remembered, and found by the style sheet.
    pub(in crate::inside) fn as_str(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Grid => "grid",
            Self::Side => "side",
        }
    }

    pub(in crate::inside) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layout| layout.as_str() == name)
    }

    /// The one after it; after the last one the first.
    pub(in crate::inside) fn next(self) -> Self {
        match self {
            Self::Speaker => Self::Grid,
            Self::Grid => Self::Side,
            Self::Side => Self::Speaker,
        }
    }
}

/// The large picture: what was pinned, else a screen, else whoever spoke last, else whoever came first.
pub(super) fn large(
    tiles: &[Tile],
    pinned: Option<&Tile>,
    speaker: Option<&PeerId>,
) -> Option<Tile> {
    let pinned = pinned.filter(|pinned| tiles.contains(pinned));
    let screen = || tiles.iter().rfind(|tile| matches!(tile, Tile::Screen(_)));
    let speaks = |tile: &&Tile| matches!(tile, Tile::Camera(id) if Some(id) == speaker);
    let spoke = || tiles.iter().find(speaks);
    pinned
        .or_else(screen)
        .or_else(spoke)
        .or(tiles.first())
        .cloned()
}

/// Where the own picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::inside) struct Corner {
    pub(in crate::inside) is_top: bool,
    pub(in crate::inside) is_left: bool,
}

/// At the bottom on the right.
impl Default for Corner {
    fn default() -> Self {
        Self {
            is_top: false,
            is_left: false,
        }
    }
}

impl Corner {
    /// The name under which it is remembered, and found by the style sheet.
    pub(in crate::inside) fn as_str(self) -> &'static str {
        match (self.is_top, self.is_left) {
            (true, true) => "top-left",
            (true, false) => "top-right",
            (false, true) => "bottom-left",
            (false, false) => "bottom-right",
        }
    }

    pub(in crate::inside) fn from_name(name: &str) -> Option<Self> {
        let all = [(true, true), (true, false), (false, true), (false, false)];
        let mut all = all
            .map(|(is_top, is_left)| Self { is_top, is_left })
            .into_iter();
        all.find(|corner| corner.as_str() == name)
    }

    /// The one that is nearest to a place, given as parts of the width and the height.
    pub(in crate::inside) fn nearest(x: f64, y: f64) -> Self {
        Self {
            is_top: y < 0.5,
            is_left: x < 0.5,
        }
    }

    /// The next one clockwise.
    pub(in crate::inside) fn next(self) -> Self {
        Self {
            is_top: self.is_left,
            is_left: !self.is_top,
        }
    }

    /// The one that a key of an arrow leads to; `None` for other keys.
    pub(in crate::inside) fn by_key(self, key: &str) -> Option<Self> {
        Some(match key {
            "ArrowUp" => Self {
                is_top: true,
                ..self
            },
            "ArrowDown" => Self {
                is_top: false,
                ..self
            },
            "ArrowLeft" => Self {
                is_left: true,
                ..self
            },
            "ArrowRight" => Self {
                is_left: false,
                ..self
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> PeerId {
        PeerId::from_random([n; 16])
    }

    #[test]
    fn what_is_pinned_is_large_as_long_as_it_is_there() {
        let tiles = [
            Tile::Camera(id(1)),
            Tile::Camera(id(2)),
            Tile::Screen(id(2)),
        ];
        let pinned = Tile::Camera(id(1));
        assert_eq!(
            large(&tiles, Some(&pinned), Some(&id(2))),
            Some(pinned.clone())
        );
        assert_eq!(
            large(&tiles[1..], Some(&pinned), None),
            Some(Tile::Screen(id(2)))
        );
    }

    #[test]
    fn a_screen_goes_before_a_voice_and_a_voice_before_the_order() {
        let tiles = [
            Tile::Camera(id(1)),
            Tile::Screen(id(1)),
            Tile::Camera(id(2)),
        ];
        assert_eq!(large(&tiles, None, Some(&id(2))), Some(Tile::Screen(id(1))));
        let tiles = [Tile::Camera(id(1)), Tile::Camera(id(2))];
        assert_eq!(large(&tiles, None, Some(&id(2))), Some(Tile::Camera(id(2))));
        assert_eq!(large(&tiles, None, Some(&id(7))), Some(Tile::Camera(id(1))));
        assert_eq!(large(&[], None, None), None);
    }

    #[test]
    fn every_corner_is_reached_clockwise_and_by_its_name() {
        let mut corner = Corner::default();
        let mut seen = Vec::new();
        for _ in 0..4 {
            assert_eq!(Corner::from_name(corner.as_str()), Some(corner));
            seen.push(corner.as_str());
            corner = corner.next();
        }
        assert_eq!(
            seen,
            ["bottom-right", "bottom-left", "top-left", "top-right"]
        );
        assert_eq!(corner, Corner::default());
    }

    #[test]
    fn arrows_lead_to_the_corner_on_their_side() {
        let corner = Corner::default()
            .by_key("ArrowUp")
            .and_then(|corner| corner.by_key("ArrowLeft"));
        assert_eq!(corner.map(Corner::as_str), Some("top-left"));
        assert_eq!(Corner::default().by_key("a"), None);
        assert_eq!(Corner::nearest(0.2, 0.9).as_str(), "bottom-left");
    }

    #[test]
    fn layouts_are_found_by_their_names_and_one_after_another() {
        for layout in Layout::ALL {
            assert_eq!(Layout::from_name(layout.as_str()), Some(layout));
        }
        assert_eq!(Layout::Speaker.next().next().next(), Layout::Speaker);
    }
}

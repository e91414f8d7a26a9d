//! What is done to a photo, point by point.

/// A look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Filter {
    /// As it was.
    #[default]
    None,
    /// As in the evening.
    Warm,
    /// Without colour.
    Grey,
    /// Light and dark far apart.
    Contrast,
    /// Light and dark near each other.
    Soft,
}

impl Filter {
    /// In the order in which they are offered.
    pub(super) const ALL: [Self; 5] = [
        Self::None,
        Self::Warm,
        Self::Grey,
        Self::Contrast,
        Self::Soft,
    ];

    /// Gives this look to points of red, green, blue and opacity.
    pub(super) fn apply(self, points: &mut [u8]) {
        for point in points.chunks_exact_mut(4) {
            let color = [point[0], point[1], point[2]].map(f32::from);
            for (out, value) in point.iter_mut().zip(self.of(color)) {
                // The cast keeps what is within 0 to 255.
                *out = value.round() as u8;
            }
        }
    }

    fn of(self, color: [f32; 3]) -> [f32; 3] {
        let [red, green, blue] = color;
        // How bright it is (ITU-R BT.709).
        let light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        match self {
            Self::None => color,
            Self::Warm => [red * 1.08 + 8.0, green * 1.02 + 2.0, blue * 0.85],
            Self::Grey => [light; 3],
            Self::Contrast => color.map(|value| (value - 128.0) * 1.5 + 128.0),
            Self::Soft => color.map(|value| (value * 0.8 + light * 0.2) * 0.8 + 40.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(filter: Filter, color: [u8; 3]) -> [u8; 4] {
        let mut point = [color[0], color[1], color[2], 77];
        filter.apply(&mut point);
        point
    }

    #[test]
    fn each_does_what_its_name_says() {
        let color = [200, 100, 50];
        assert_eq!(of(Filter::None, color), [200, 100, 50, 77]);
        let [red, green, blue, _] = of(Filter::Grey, color);
        assert!(red == green && green == blue);
        let [red, _, blue, _] = of(Filter::Warm, color);
        assert!(red > 200 && blue < 50);
        assert_eq!(of(Filter::Contrast, [255, 128, 0]), [255, 128, 0, 77]);
        assert_eq!(of(Filter::Contrast, [160, 128, 96]), [176, 128, 80, 77]);
        let [light, ..] = of(Filter::Soft, [255; 3]);
        let [dark, ..] = of(Filter::Soft, [0; 3]);
        assert!(light < 255 && dark > 0);
    }

    proptest! {
        #[test]
        fn points_stay_points(mut points: Vec<u8>, which in 0..Filter::ALL.len()) {
            let before = points.clone();
            Filter::ALL[which].apply(&mut points);
            prop_assert_eq!(points.len(), before.len());
            for i in (3..points.len()).step_by(4) {
                prop_assert_eq!(points[i], before[i], "opacity stays");
            }
        }
    }
}

//! Pictures that everybody has a word for: those that Matrix compares (Matrix specification, "SAS method:
//! emoji"), in its order.

/// How many of them are compared.
pub(super) const SHOWN: usize = 10;

/// So many bits choose one.
const BITS: usize = 6;

/// So many bytes choose all of them.
pub(super) const BYTES: usize = (SHOWN * BITS).div_ceil(8);

/// Their words are in [`IdentityWords`](crate::language::IdentityWords).
pub(super) const PICTURES: [&str; 1 << BITS] = [
    "🐶", "🐱", "🦁", "🐎", "🦄", "🐷", "🐘", "🐰", "🐼", "🐓", "🐧", "🐢", "🐟", "🐙", "🦋", "🌷",
    "🌳", "🌵", "🍄", "🌏", "🌙", "☁️", "🔥", "🍌", "🍎", "🍓", "🌽", "🍕", "🎂", "❤️", "😀", "🤖",
    "🎩", "👓", "🔧", "🎅", "👍", "☂️", "⌛", "⏰", "🎁", "💡", "📕", "✏️", "📎", "✂️", "🔒", "🔑",
    "🔨", "☎️", "🏁", "🚂", "🚲", "✈️", "🚀", "🏆", "⚽", "🎸", "🎺", "🔔", "⚓", "🎧", "📁", "📌",
];

/// Which ones these bytes choose: six bits each, the first ones first.
pub(super) fn chosen(bytes: [u8; BYTES]) -> [usize; SHOWN] {
    let bit = |i: usize| usize::from(bytes[i / 8] >> (7 - i % 8) & 1);
    std::array::from_fn(|i| (0..BITS).fold(0, |index, k| index << 1 | bit(i * BITS + k)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn six_bits_choose_one() {
        assert_eq!(chosen([0; BYTES]), [0; SHOWN]);
        assert_eq!(chosen([0xff; BYTES]), [63; SHOWN]);
        let bytes = [
            0b0000_0100,
            0b0010_0000,
            0b1100_0100,
            0,
            0,
            0,
            0,
            0b0001_0000,
        ];
        assert_eq!(chosen(bytes), [1, 2, 3, 4, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn each_picture_is_another() {
        let different: HashSet<_> = PICTURES.iter().collect();
        assert_eq!(different.len(), PICTURES.len());
    }

    proptest! {
        #[test]
        fn other_bits_choose_others(bytes: [u8; BYTES], bit in 0..SHOWN * BITS) {
            let mut others = bytes;
            others[bit / 8] ^= 128 >> (bit % 8);
            let (one, other) = (chosen(bytes), chosen(others));
            prop_assert!(one.iter().all(|index| *index < PICTURES.len()));
            let differing = one.iter().zip(other).filter(|(a, b)| **a != *b).count();
            prop_assert_eq!(differing, 1);
        }
    }
}

//! Chance that can be repeated: `SplitMix64`.

/// A stream of numbers; the same seed and name give the same.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    /// Begins a stream.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        let mut draw = Self(seed);
        for byte in name.bytes() {
            draw.0 = draw.word() ^ u64::from(byte);
        }
        draw
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.word() % (high - low + 1)
    }

    /// A number from 0 to below 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, first: T, others: &[T]) -> T {
        let number = self.word() % (others.len() as u64 + 1);
        let other = usize::try_from(number).unwrap_or(0).checked_sub(1);
        other.and_then(|index| others.get(index)).copied().unwrap_or(first)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_can_be_repeated_and_is_its_own() {
        let drawn = |name| {
            let mut draw = Draw::new(7, name);
            (0..50).map(|_| draw.between(3, 9)).collect::<Vec<_>>()
        };

        assert_eq!(drawn("kills"), drawn("kills"));
        assert_ne!(drawn("kills"), drawn("profile"));
        assert!(drawn("kills").iter().all(|number| (3..=9).contains(number)));
        assert!((0.0..1.0).contains(&Draw::new(1, "a").unit()));
        assert!([1, 2, 3].contains(&Draw::new(1, "b").pick(1, &[2, 3])));
    }
}

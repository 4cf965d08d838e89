//! Counter-based random numbers.
//!
//! Philox 4×32 with ten rounds (Salmon, Moraes, Dror and Shaw, 2011): a keyed bijection of 128-bit
//! counters. The key is the seed; the counter holds path, position and use, so every number can be
//! computed on its own.

use super::normal::quantile;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// What numbers are drawn for; different uses of one seed and path share no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The variables of a path.
    Variables,
    /// The common factors of a portfolio.
    Factors,
    /// What is particular to a loan.
    Loans,
    /// Anything else, told apart by a number.
    Other(u16),
}

/// The random numbers of one path, in order.
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    path: [u32; 2],
    purpose: u32,
    block: u32,
    /// The second number of the last block, if it was not taken.
    spare: Option<u64>,
}

impl Stream {
    /// Returns the numbers of a path under a seed.
    ///
    /// # Examples
    ///
    /// ```
    /// use credit_engine::risk::random::{Stream, Use};
    ///
    /// let draw = |path| Stream::new(42, path, Use::Variables).uniform();
    /// assert_eq!(draw(7), draw(7));
    /// assert_ne!(draw(7), draw(8));
    /// ```
    #[must_use]
    pub const fn new(seed: u64, path: u64, purpose: Use) -> Self {
        let purpose = match purpose {
            Use::Variables => 0,
            Use::Factors => 1,
            Use::Loans => 2,
            Use::Other(number) => 3 + number as u32,
        };
        Self { key: halves(seed), path: halves(path), purpose, block: 0, spare: None }
    }

    /// Returns the next number, above 0 and below 1: 53 bits and a half.
    pub fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let bits = (self.bits() >> 11) as f64;
        (bits + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Returns the next number of the standard normal distribution, by inversion.
    pub fn normal(&mut self) -> f64 {
        quantile(self.uniform())
    }

    fn bits(&mut self) -> u64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let [low, high] = self.path;
        let [a, b, c, d] = philox([low, high, self.block, self.purpose], self.key);
        self.block = self.block.wrapping_add(1);
        self.spare = Some(u64::from(d) << 32 | u64::from(c));
        u64::from(b) << 32 | u64::from(a)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the two halves of 64 bits")]
const fn halves(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

/// Returns the image of a counter under a key.
#[must_use]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut a, mut b, mut c, mut d] = counter;
    let [mut first, mut second] = key;
    for round in 0..ROUNDS {
        if round > 0 {
            first = first.wrapping_add(WEYL[0]);
            second = second.wrapping_add(WEYL[1]);
        }
        let [low_a, high_a] = halves(u64::from(MULTIPLIERS[0]) * u64::from(a));
        let [low_c, high_c] = halves(u64::from(MULTIPLIERS[1]) * u64::from(c));
        (a, b, c, d) = (high_c ^ b ^ first, low_c, high_a ^ d ^ second, low_a);
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_are_met() {
        let vectors = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, wanted) in vectors {
            assert_eq!(philox(counter, key), wanted);
        }
    }

    #[test]
    fn paths_and_uses_share_no_numbers() {
        let first = |path, purpose| Stream::new(1, path, purpose).bits();
        let all = [
            first(0, Use::Variables),
            first(1, Use::Variables),
            first(1 << 32, Use::Variables),
            first(0, Use::Factors),
            first(0, Use::Loans),
            first(0, Use::Other(0)),
            Stream::new(2, 0, Use::Variables).bits(),
        ];

        let distinct: std::collections::HashSet<u64> = all.into_iter().collect();

        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn uniform_numbers_fill_the_interval_evenly() {
        let mut counts = [0_u32; 10];
        let mut sum = 0.0;
        for path in 0..2_000 {
            let mut stream = Stream::new(3, path, Use::Variables);
            for _ in 0..50 {
                let number = stream.uniform();
                assert!(number > 0.0 && number < 1.0);
                sum += number;
                let slot =
                    counts.iter_mut().zip(1_u32..).find(|(_, i)| number < f64::from(*i) / 10.0);
                *slot.unwrap().0 += 1;
            }
        }

        // Ten thousand each, with a standard deviation of 95.
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 400), "{counts:?}");
        assert!((sum / 100_000.0 - 0.5).abs() < 0.004);
    }
}

//! Chance, and how bad an exchange is.

/// Chance, the same for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// True in `percent` of 100.
    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap();
        low + i64::try_from(self.next() % span).unwrap()
    }
}

/// How bad the exchange is, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    pub(super) lose_answer: u64,
    pub(super) lose_request: u64,
    pub(super) refuse: u64,
    pub(super) partial: u64,
    pub(super) no_fill: u64,
    pub(super) look_up_fails: u64,
    pub(super) stream_drops: u64,
    pub(super) late_fills: u64,
    pub(super) no_commission: u64,
}

impl Faults {
    pub(super) const NONE: Self = Self {
        lose_answer: 0,
        lose_request: 0,
        refuse: 0,
        partial: 0,
        no_fill: 0,
        look_up_fails: 0,
        stream_drops: 0,
        late_fills: 0,
        no_commission: 0,
    };
}

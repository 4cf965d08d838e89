//! The mean options settle on.

use serde::{Deserialize, Serialize};

/// Arithmetic mean of index samples with equal weights. Options settle on the mean of the last 30
/// minutes before 12:00 UTC, one sample a tick.
///
/// ```
/// let mut window = delta_sim::SettlementWindow::default();
/// assert_eq!(window.mean(), None);
/// window.sample(123_000.0);
/// window.sample(123_600.0);
/// window.sample(122_700.0);
/// assert_eq!(window.mean(), Some(123_100.0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct SettlementWindow {
    #[serde(with = "crate::bits")]
    sum: f64,
    count: u32,
}

impl SettlementWindow {
    /// Takes a sample in.
    pub fn sample(&mut self, index: f64) {
        self.sum += index;
        self.count += 1;
    }

    /// The mean; none without samples.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }
}

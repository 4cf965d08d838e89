//! Prepayment that follows interest rates.

/// `CPR = max(0, RI · min(1, age/30) · month factor · burnout)` with the refinancing incentive
/// `RI = base + scale · atan(offset + slope · (WAC − ten-year rate))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateLinked {
    /// Constant part of the incentive.
    pub base: f64,
    /// Amplitude of the incentive.
    pub scale: f64,
    /// Shift of the arc tangent.
    pub offset: f64,
    /// Steepness of the arc tangent.
    pub slope: f64,
    /// Months until a loan is seasoned.
    pub seasoning_months: u32,
    /// Seasonal factors, January first.
    pub month_factors: [f64; 12],
    /// Burnout of a pool whose factor is 0.
    pub burnout_floor: f64,
    /// Growth of the burnout factor with the pool factor.
    pub burnout_slope: f64,
}

impl Default for RateLinked {
    fn default() -> Self {
        Self {
            base: 0.28,
            scale: 0.14,
            offset: -8.571_429,
            slope: 430.0,
            seasoning_months: 30,
            month_factors: [0.94, 0.76, 0.74, 0.95, 0.98, 0.92, 0.98, 1.10, 1.18, 1.22, 1.23, 0.98],
            burnout_floor: 0.3,
            burnout_slope: 0.7,
        }
    }
}

/// Where a pool and the market stand in a month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketMonth {
    /// Weighted coupon of the loans.
    pub wac: f64,
    /// Ten-year rate.
    pub ten_year: f64,
    /// Loan age in months.
    pub age: u32,
    /// Calendar month, 1 for January; anything else has no seasonal factor.
    pub calendar_month: u32,
    /// Pool factor at the start.
    pub factor: f64,
}

impl RateLinked {
    /// Returns the refinancing incentive before seasoning.
    #[must_use]
    pub fn refinancing(&self, wac: f64, ten_year: f64) -> f64 {
        self.base + self.scale * (self.offset + self.slope * (wac - ten_year)).atan()
    }

    /// Returns the share of a seasoned loan's speed that a loan of `age` has.
    #[must_use]
    pub fn seasoning(&self, age: u32) -> f64 {
        (f64::from(age) / f64::from(self.seasoning_months.max(1))).min(1.0)
    }

    /// Returns the seasonal factor of a calendar month.
    #[must_use]
    pub fn month_factor(&self, calendar_month: u32) -> f64 {
        let position = usize::try_from(calendar_month).ok().and_then(|month| month.checked_sub(1));
        position.and_then(|position| self.month_factors.get(position)).copied().unwrap_or(1.0)
    }

    /// Returns the burnout factor of a pool.
    #[must_use]
    pub fn burnout(&self, factor: f64) -> f64 {
        self.burnout_floor + self.burnout_slope * factor
    }

    /// Returns the CPR of a month.
    #[must_use]
    pub fn cpr(&self, month: &MarketMonth) -> f64 {
        let speed = self.refinancing(month.wac, month.ten_year)
            * self.seasoning(month.age)
            * self.month_factor(month.calendar_month)
            * self.burnout(month.factor);
        speed.clamp(0.0, 1.0)
    }
}

/// A base speed that rises with the distance between loan rate and ten-year rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimpleIncentive {
    /// CPR without incentive.
    pub base: f64,
    /// Growth of the multiplier per percentage point of distance.
    pub per_point: f64,
    /// Distance, in percentage points, below which there is no incentive.
    pub threshold_points: f64,
}

impl Default for SimpleIncentive {
    fn default() -> Self {
        Self { base: 0.06, per_point: 0.5, threshold_points: 1.0 }
    }
}

impl SimpleIncentive {
    /// Returns the CPR of a loan: base, times `1 + 0.5 · points` when the loan rate exceeds the
    /// ten-year rate by more than one point, times `0.2 + 0.067 · age` under twelve months.
    #[must_use]
    pub fn cpr(&self, rate: f64, ten_year: f64, age: u32) -> f64 {
        let points = (rate - ten_year) * 100.0;
        let incentive =
            if points > self.threshold_points { 1.0 + self.per_point * points } else { 1.0 };
        let seasoning = if age < 12 { (0.2 + 0.067 * f64::from(age)).min(1.0) } else { 1.0 };
        (self.base * incentive * seasoning).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(wac: f64) -> MarketMonth {
        MarketMonth { wac, ten_year: 0.05, age: 30, calendar_month: 13, factor: 1.0 }
    }

    #[test]
    fn a_higher_coupon_prepays_faster_within_the_band_of_the_arc_tangent() {
        let model = RateLinked::default();

        let speeds = [0.03, 0.05, 0.07, 0.09].map(|wac| model.cpr(&month(wac)));

        assert!(speeds.is_sorted());
        assert!(speeds[0] > 0.06 && speeds[3] < 0.5);
        let at_par = 0.28 + 0.14 * (-8.571_429_f64).atan();
        assert!((speeds[1] - at_par).abs() < 1e-15);
    }

    #[test]
    fn season_age_and_burnout_multiply() {
        let model = RateLinked::default();
        let full = model.cpr(&month(0.07));

        let damped = MarketMonth { age: 15, calendar_month: 2, factor: 0.5, ..month(0.07) };

        assert!((model.cpr(&damped) - full * 0.5 * 0.76 * 0.65).abs() < 1e-15);
    }

    #[test]
    fn the_simple_rule_needs_more_than_one_point() {
        let rule = SimpleIncentive::default();

        assert!((rule.cpr(0.06, 0.05, 12) - 0.06).abs() < 1e-15);
        assert!((rule.cpr(0.07, 0.05, 12) - 0.12).abs() < 1e-15);
        assert!((rule.cpr(0.06, 0.05, 6) - 0.06 * 0.602).abs() < 1e-15);
    }
}

//! The measures of projected cash flows.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;
use credit_engine::projection::Columns;
use credit_engine::valuation::bey::{PrincipalCounted, analytics, average_life, yield_of};
use credit_engine::valuation::{CashFlow, Compounding, irr, npv};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::TimeBasis;

/// The shift of rates for effective measures: 25 basis points.
pub(super) const SHIFT: f64 = 0.0025;

/// The measures of a pool or a part of it. Those that end in `_percent` are per cent, all other
/// rates are decimals. What does not exist is `null`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Metrics {
    /// Principal that borrowers repay, on schedule and early.
    pub total_principal: f64,
    /// Gross interest collected.
    pub total_interest: f64,
    /// Cash to investors.
    pub total_cashflow: f64,
    /// Principal repaid early.
    pub total_prepayment: f64,
    /// New defaults.
    pub total_default: f64,
    /// Recovered from defaults.
    pub total_recovery: f64,
    /// Lost.
    pub total_loss: f64,
    /// Losses per 100 of balance.
    pub loss_percent: Option<f64>,
    /// Present value of the cash to investors.
    pub npv: Option<f64>,
    /// Present value per 100 of balance.
    pub price: Option<f64>,
    /// Return per year, bought at the purchase price.
    pub irr: Option<f64>,
    /// Whether several returns fit, so that `irr` is a choice.
    pub irr_multiple_roots: Option<bool>,
    /// Bond-equivalent yield at the purchase price.
    pub yield_to_maturity: Option<f64>,
    /// Macaulay duration at that yield, years.
    pub duration: Option<f64>,
    /// Modified duration at that yield, years.
    pub modified_duration: Option<f64>,
    /// Convexity at that yield.
    pub convexity: Option<f64>,
    /// Duration from projections with rates moved by 25 basis points.
    pub effective_duration: Option<f64>,
    /// Convexity from the same projections.
    pub effective_convexity: Option<f64>,
    /// Value of one basis point of yield.
    pub dv01: Option<f64>,
    /// Average time to principal, years.
    pub weighted_average_life: Option<f64>,
    /// Spread over a zero curve; needs a curve.
    pub z_spread: Option<f64>,
    /// Discount margin; needs a floating position.
    pub discount_margin: Option<f64>,
    /// Weighted average coupon.
    pub wac: Option<f64>,
    /// Weighted average months to maturity.
    pub wam: Option<f64>,
    /// Weighted average months since origination.
    pub wala: Option<f64>,
    /// Change of the present value against the base scenario.
    pub npv_change: Option<f64>,
    /// The same per 100 of the base value.
    pub npv_change_percent: Option<f64>,
}

/// How cash is valued.
#[derive(Debug, Clone, Copy)]
pub(super) struct Valuation<'a> {
    pub(super) dates: &'a [NaiveDate],
    pub(super) pricing_date: NaiveDate,
    pub(super) time_basis: TimeBasis,
    pub(super) rate: f64,
    pub(super) compounding: Compounding,
    /// Purchase price per 100.
    pub(super) price: f64,
}

impl Valuation<'_> {
    /// Amounts as flows after the pricing date; `day_count` is that of dated time.
    fn flows(&self, amounts: &[f64], day_count: DayCount) -> Vec<CashFlow> {
        let mut flows = Vec::with_capacity(amounts.len());
        for (period, (date, amount)) in (1_u32..).zip(self.dates.iter().zip(amounts)) {
            if *date <= self.pricing_date {
                continue;
            }
            let time = match self.time_basis {
                TimeBasis::Dates => day_count.fraction(self.pricing_date, *date),
                TimeBasis::Periods => f64::from(period) / 12.0,
            };
            flows.push(CashFlow { time, amount: *amount });
        }
        flows
    }

    /// Present value of the cash with the rate moved by `shift`.
    pub(super) fn value(&self, columns: &Columns, shift: f64) -> f64 {
        let flows = self.flows(&columns.cash(), DayCount::Act365Fixed);
        npv(&flows, self.rate + shift, self.compounding)
    }

    /// The measures that one projection gives.
    pub(super) fn metrics(&self, columns: &Columns, balance: f64) -> Metrics {
        let cash = columns.cash();
        let total = |column: &[f64]| column.iter().sum::<f64>();
        let totals = Metrics {
            total_principal: total(&columns.scheduled_principal) + total(&columns.prepayment),
            total_interest: total(&columns.scheduled_interest),
            total_cashflow: total(&cash),
            total_prepayment: total(&columns.prepayment),
            total_default: total(&columns.default),
            total_recovery: total(&columns.recovery),
            total_loss: total(&columns.loss),
            ..Metrics::default()
        };
        if balance <= 0.0 {
            return totals;
        }
        let value = self.value(columns, 0.0);
        let cost = self.price / 100.0 * balance;
        let returns = self.returns(&cash, cost);
        let measures = analytics(&self.flows(&cash, DayCount::Thirty360Bond), cost);
        let principal = self.flows(&columns.principal(), DayCount::Act365Fixed);
        Metrics {
            loss_percent: Some(100.0 * totals.total_loss / balance),
            npv: Some(value),
            price: Some(100.0 * value / balance),
            irr: returns.map(|(rate, _)| rate),
            irr_multiple_roots: returns.map(|(_, several)| several),
            yield_to_maturity: measures.map(|m| m.yield_rate),
            duration: measures.map(|m| m.macaulay_duration),
            modified_duration: measures.map(|m| m.modified_duration),
            convexity: measures.map(|m| m.convexity),
            dv01: measures.map(|m| m.dv01),
            weighted_average_life: average_life(&principal, PrincipalCounted::All),
            ..totals
        }
    }

    /// The return per year of buying the cash at `cost`, and whether it is one of several.
    fn returns(&self, cash: &[f64], cost: f64) -> Option<(f64, bool)> {
        let mut flows = self.flows(cash, DayCount::Act365Fixed);
        // One payment and then receipts only: there is one return, and no need to look for others.
        if flows.iter().all(|flow| flow.amount >= 0.0) {
            return yield_of(&flows, cost, 1).map(|rate| (rate, false));
        }
        flows.insert(0, CashFlow { time: 0.0, amount: -cost });
        let found = irr::of_flows(&flows).ok()?;
        Some((found.rate, found.has_multiple_roots()))
    }
}

/// Effective duration and convexity from values with rates moved down and up by [`SHIFT`].
pub(super) fn effective(value: f64, down: f64, up: f64) -> Option<(f64, f64)> {
    (value > 0.0).then(|| {
        let duration = (down - up) / (2.0 * SHIFT * value);
        let convexity = (down + up - 2.0 * value) / (SHIFT * SHIFT * value);
        (duration, convexity)
    })
}

//! What one path gives.

use credit_engine::projection::Columns;
use credit_engine::valuation::{CashFlow, Compounding, irr, npv};

use super::drivers::Drivers;

/// What is reported by period.
pub const FAN_SERIES: [&str; 3] = ["balance", "cash", "cumulative_loss"];
/// Points of a chart by period at most.
const MOST_POINTS: usize = 48;
/// Newton steps at most.
const MOST_STEPS: usize = 40;

/// The figures of one path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRow {
    /// Present value of the cash.
    pub value: f64,
    /// Lost.
    pub loss: f64,
    /// New defaults.
    pub default: f64,
    /// Repaid early.
    pub prepayment: f64,
    /// Average time to principal in years; not a number if no principal is paid.
    pub life: f64,
    /// Return per year of buying at the price; not a number if there is none.
    pub irr: f64,
    /// What moved the projection.
    pub drivers: [f64; 6],
    /// The series of [`FAN_SERIES`], one after the other, at the points of the chart.
    pub fan: Vec<f64>,
}

/// The columns of a path that are needed, added over its parts.
pub(super) struct Flows {
    cash: Vec<f64>,
    principal: Vec<f64>,
    balance: Vec<f64>,
    loss: Vec<f64>,
    default: f64,
    prepayment: f64,
}

/// How paths are measured.
#[derive(Debug, Clone)]
pub(super) struct Ruler {
    /// Years from the pricing date to the end of each period; `None` if that is past.
    pub(super) times: Vec<Option<f64>>,
    pub(super) compounding: Compounding,
    pub(super) discount_rate: f64,
    /// What the pool is bought for.
    pub(super) cost: f64,
    /// Where to begin looking for the return.
    pub(super) start: f64,
    /// The 0-based periods of the chart.
    pub(super) points: Vec<usize>,
}

impl Flows {
    pub(super) fn new(columns: &Columns, horizon: Option<u16>) -> Self {
        let periods = horizon.map_or(columns.periods(), usize::from).min(columns.periods());
        let within = |column: &[f64]| column.iter().take(periods).sum::<f64>();
        let (mut cash, mut principal) = (columns.cash(), columns.principal());
        cash.truncate(periods);
        principal.truncate(periods);
        if periods < columns.periods() {
            // What is outstanding at the horizon counts at its balance.
            let last = periods.checked_sub(1);
            let left = last.and_then(|last| columns.balance.get(last)).copied().unwrap_or(0.0);
            for column in [&mut cash, &mut principal] {
                if let Some(end) = column.last_mut() {
                    *end += left;
                }
            }
        }
        Self {
            cash,
            principal,
            balance: columns.balance.iter().take(periods).copied().collect(),
            loss: columns.loss.iter().take(periods).copied().collect(),
            default: within(&columns.default),
            prepayment: within(&columns.prepayment),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (column, other) in [
            (&mut self.cash, &other.cash),
            (&mut self.principal, &other.principal),
            (&mut self.balance, &other.balance),
            (&mut self.loss, &other.loss),
        ] {
            if column.len() < other.len() {
                column.resize(other.len(), 0.0);
            }
            for (sum, other) in column.iter_mut().zip(other) {
                *sum += other;
            }
        }
        self.default += other.default;
        self.prepayment += other.prepayment;
    }
}

impl Ruler {
    /// Returns the periods of a chart over so many periods.
    pub(super) fn points(periods: usize) -> Vec<usize> {
        let step = periods.div_ceil(MOST_POINTS).max(1);
        let mut points: Vec<usize> = (step - 1..periods).step_by(step).collect();
        if let Some(last) = periods.checked_sub(1).filter(|last| points.last() != Some(last)) {
            points.push(last);
        }
        points
    }

    pub(super) fn measure(&self, flows: &Flows, drivers: &Drivers) -> PathRow {
        let cash = self.dated(&flows.cash);
        let rate = (self.discount_rate + drivers.discount_rate_shock).max(-0.9);
        let mut lost = 0.0;
        let losses: Vec<f64> = flows
            .loss
            .iter()
            .map(|loss| {
                lost += loss;
                lost
            })
            .collect();
        let at = |column: &[f64], past: f64| {
            let value = |point: &usize| column.get(*point).copied().unwrap_or(past);
            self.points.iter().map(value).collect::<Vec<f64>>()
        };
        PathRow {
            value: npv(&cash, rate, self.compounding),
            loss: lost,
            default: flows.default,
            prepayment: flows.prepayment,
            life: life(&self.dated(&flows.principal)),
            irr: self.internal_rate(cash),
            drivers: drivers.numbers(),
            fan: [at(&flows.balance, 0.0), at(&flows.cash, 0.0), at(&losses, lost)].concat(),
        }
    }

    fn dated(&self, amounts: &[f64]) -> Vec<CashFlow> {
        let flow = |(time, amount): (&Option<f64>, &f64)| {
            time.map(|time| CashFlow { time, amount: *amount })
        };
        self.times.iter().zip(amounts).filter_map(flow).collect()
    }

    /// Newton's method on the continuous rate; the present value of receipts is convex in it.
    fn internal_rate(&self, mut flows: Vec<CashFlow>) -> f64 {
        let receipts: f64 = flows.iter().map(|flow| flow.amount).sum();
        if self.cost <= 0.0 || receipts <= 0.0 {
            return f64::NAN;
        }
        if flows.iter().all(|flow| flow.amount >= 0.0) {
            let mut rate = self.start;
            for _ in 0..MOST_STEPS {
                let (mut value, mut slope) = (-self.cost, 0.0);
                for flow in &flows {
                    let discounted = flow.amount * (-rate * flow.time).exp();
                    value += discounted;
                    slope -= flow.time * discounted;
                }
                let step = value / slope;
                rate -= step;
                if step.abs() < 1e-13 {
                    return rate.exp_m1();
                }
            }
        }
        flows.insert(0, CashFlow { time: 0.0, amount: -self.cost });
        irr::of_flows(&flows).map_or(f64::NAN, |found| found.rate)
    }
}

fn life(principal: &[CashFlow]) -> f64 {
    let total: f64 = principal.iter().map(|flow| flow.amount).sum();
    let weighted: f64 = principal.iter().map(|flow| flow.time * flow.amount).sum();
    if total > 0.0 { weighted / total } else { f64::NAN }
}

impl PathRow {
    /// Numbers before the chart.
    const FIXED: usize = 12;

    /// Appends the numbers of the row.
    pub(super) fn write(&self, numbers: &mut Vec<f64>) {
        numbers.extend([self.value, self.loss, self.default, self.prepayment]);
        numbers.extend([self.life, self.irr]);
        numbers.extend(self.drivers);
        numbers.extend(&self.fan);
    }

    /// Reads what [`PathRow::write`] wrote.
    pub(super) fn read(numbers: &[f64]) -> Option<Self> {
        let (fixed, fan) = numbers.split_at_checked(Self::FIXED)?;
        let [value, loss, default, prepayment, life, irr, drivers @ ..] = fixed else {
            return None;
        };
        Some(Self {
            value: *value,
            loss: *loss,
            default: *default,
            prepayment: *prepayment,
            life: *life,
            irr: *irr,
            drivers: drivers.try_into().ok()?,
            fan: fan.to_vec(),
        })
    }
}

/// A number that may be absent.
pub(super) fn known(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_ends_with_the_last_period() {
        assert_eq!(Ruler::points(3), [0, 1, 2]);
        assert!(Ruler::points(0).is_empty());
        let long = Ruler::points(365);
        assert!(long.len() <= MOST_POINTS + 1 && long.last() == Some(&364));
    }

    #[test]
    fn the_return_gives_the_cost_back() {
        let ruler = Ruler {
            times: (1..=24).map(|month| Some(f64::from(month) / 12.0)).collect(),
            compounding: Compounding::Annual,
            discount_rate: 0.05,
            cost: 90.0,
            start: 0.05,
            points: vec![],
        };
        let flows: Vec<CashFlow> = ruler.dated(&[4.2; 24]);

        let rate = ruler.internal_rate(flows.clone());

        assert!((npv(&flows, rate, Compounding::Annual) - 90.0).abs() < 1e-9);
        assert!(ruler.internal_rate(Vec::new()).is_nan());
    }

    #[test]
    fn a_row_reads_back_to_the_same_bits() {
        let row = PathRow {
            value: 1.5,
            loss: 0.1,
            default: 2.0,
            prepayment: 3.0,
            life: 4.5,
            irr: -0.25,
            drivers: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            fan: vec![7.0, 8.0, 9.0],
        };
        let mut numbers = Vec::new();
        row.write(&mut numbers);

        assert_eq!(PathRow::read(&numbers), Some(row));
        assert_eq!(PathRow::read(&numbers[..5]), None);
    }
}

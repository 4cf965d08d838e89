//! Figures that standards and manuals print, computed from public functions only.

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use credit_engine::assumptions::{
        AssumptionSet, AssumptionSetDraft, Assumptions, DefaultModel, Prepayment, Severity,
    };
    use credit_engine::dates::DayCount;
    use credit_engine::loan::{AssetClass, Loan, LoanTerms};
    use credit_engine::projection::{Control, GroupBy, Indices, Settings, project};
    use credit_engine::speeds::SpeedUnit;
    use credit_engine::valuation::pass_through::{PassThrough, PassThroughMonth};
    use credit_engine::valuation::total_return::{Holding, total_return};
    use credit_engine::valuation::{CashFlow, Compounding, analytics, irr, npv, periodic};

    #[track_caller]
    fn close(got: f64, expected: f64, tolerance: f64) {
        assert!((got - expected).abs() <= tolerance, "got {got}, expected {expected}");
    }

    /// GNMA 9 % at 150 PSA (SF-49), per 100, settled some days after the start of the month.
    fn gnma(days_after: f64) -> Vec<CashFlow> {
        let pool = PassThrough {
            balance: 100.0,
            gross_coupon: 0.095,
            net_coupon: 0.09,
            term: 360,
            age: 0,
        };
        let flow = |month: &PassThroughMonth| CashFlow {
            time: (30.0 * f64::from(month.month) + 14.0 - days_after) / 360.0,
            amount: month.cash_flow(),
        };
        pool.project(SpeedUnit::Psa, 150.0).iter().map(flow).collect()
    }

    #[test]
    fn a_pool_settled_seven_days_later_yields_a_little_less() {
        let full_price = 100.0 + 9.0 * 7.0 / 360.0;

        let measures = analytics(&gnma(7.0), full_price).unwrap();

        close(full_price, 100.175, 1e-12);
        close(measures.yield_rate, 0.091_064_4, 5.1e-8);
    }

    #[test]
    fn the_three_month_return_of_a_pool_sold_at_its_yield_is_the_printed_one() {
        let flows = gnma(0.0);
        let bought = analytics(&flows, 100.0).unwrap().yield_rate;
        let later = flows.iter().skip(3);
        let sold: Vec<CashFlow> =
            later.map(|flow| CashFlow { time: flow.time - 0.25, amount: flow.amount }).collect();

        let returned = total_return(&Holding {
            price: 100.0,
            flows: flows.into_iter().take(3).collect(),
            reinvestment_rate: 0.08,
            compounding: Compounding::Nominal(2),
            proceeds: npv(&sold, bought, Compounding::Nominal(2)),
            horizon: 0.25,
        });

        close(returned.unwrap().bond_equivalent, 0.091_02, 5e-6);
    }

    #[test]
    fn five_flows_with_three_sign_changes_have_two_rates() {
        let found = irr(&[-50.0, -100.0, 600.0, 300.0, -100.0]).unwrap();

        let roots: Vec<String> =
            found.roots.iter().map(|rate| format!("{:.2}", rate * 100.0)).collect();
        assert_eq!(roots, ["-76.89", "185.44"]);
        close(found.rate, 1.8544, 5e-5);
    }

    #[test]
    fn the_three_day_counts_differ_at_the_end_of_february() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let fraction = |count: DayCount| count.fraction(date("2007-02-28"), date("2007-03-31"));

        close(fraction(DayCount::Thirty360Bond), 0.091_666_7, 5e-8);
        close(fraction(DayCount::Thirty360Us), 0.083_333_3, 5e-8);
        close(fraction(DayCount::ThirtyE360), 0.088_888_9, 5e-8);
        close(fraction(DayCount::Thirty360Bma), 0.083_333_3, 5e-8);
    }

    #[test]
    fn a_projected_pool_is_worth_what_the_reference_engine_says() {
        let terms =
            LoanTerms::level("pool", AssetClass::ResidentialMortgage, 10_000_000.0, 0.065, 120);
        let set = AssumptionSet::new(AssumptionSetDraft {
            request: Assumptions {
                prepayment: Some(Prepayment::Cpr { value: 0.08 }),
                default: Some(DefaultModel::Cdr { value: 0.02 }),
                severity: Some(Severity::Constant { value: 0.5 }),
                recovery_lag_months: Some(6),
                servicing_fee: Some(0.005),
                ..Assumptions::default()
            },
            ..AssumptionSetDraft::default()
        });
        let settings = Settings {
            first_payment_date: "2025-01-31".parse().unwrap(),
            indices: &Indices::unchanged(),
            group_by: GroupBy::None,
            control: Control::default(),
        };

        let pool = project(&[Loan::new(terms).unwrap()], &set.unwrap(), &settings).unwrap().pool;

        let value = npv(&periodic(&pool.cash(), 12), 0.05, Compounding::Annual);
        close(value, 10_023_917.349_09, 0.5);
        close(pool.loss.iter().sum(), 403_660.461_83, 0.5);
    }
}

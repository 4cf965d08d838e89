//! Compares dates, bonds, returns and payments with tables that other libraries computed; see
//! `oracle/reference_tables.py` for the libraries and their versions.

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};
    use credit_engine::amortization::payment_to_residual;
    use credit_engine::dates::{Calendar, DayCount};
    use credit_engine::valuation::fixed_bond::FixedBond;
    use credit_engine::valuation::xirr;

    const HOLIDAYS: &str = include_str!("oracle/holidays.csv");
    const DAY_COUNTS: &str = include_str!("oracle/day_counts.csv");
    const FIXED_BONDS: &str = include_str!("oracle/fixed_bonds.csv");
    const DATED_RETURNS: &str = include_str!("oracle/dated_returns.csv");
    const LEVEL_PAYMENTS: &str = include_str!("oracle/level_payments.csv");

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn number(text: &str) -> f64 {
        text.parse().unwrap()
    }

    fn cells<const COUNT: usize>(line: &str) -> [&str; COUNT] {
        line.split(';').collect::<Vec<_>>().try_into().unwrap()
    }

    #[track_caller]
    fn close(got: f64, expected: &str, tolerance: f64, line: &str) {
        let expected = number(expected);
        let error = (got - expected).abs() / expected.abs().max(1.0);
        assert!(error < tolerance, "{line}\n got {got}, expected {expected}");
    }

    #[test]
    fn holidays_of_1990_to_2100_are_those_of_the_reference() {
        for line in HOLIDAYS.lines() {
            let [name, year, days] = cells(line);
            let calendar = Calendar::parse(name).unwrap();

            let got: Vec<String> = calendar
                .holidays(year.parse().unwrap())
                .iter()
                .map(|day| format!("{:02}-{:02}", day.month(), day.day()))
                .collect();

            assert_eq!(got.join(" "), days, "{name} {year}");
        }
    }

    #[test]
    fn day_counts_are_those_of_the_reference() {
        for line in DAY_COUNTS.lines() {
            let [name, start, end, expected] = cells(line);

            let got = DayCount::parse(name).unwrap().fraction(date(start), date(end));

            close(got, expected, 1e-13, line);
        }
    }

    #[test]
    fn fixed_bonds_are_those_of_the_reference() {
        for line in FIXED_BONDS.lines() {
            let [coupon, per_year, day_count, dated, maturity, settlement, clean, rest @ ..] =
                cells::<12>(line);
            let bond = FixedBond {
                coupon: number(coupon),
                every_months: 12 / per_year.parse::<u16>().unwrap(),
                day_count: DayCount::parse(day_count).unwrap(),
                dated: date(dated),
                maturity: date(maturity),
                face: 100.0,
            };

            let value = bond.value(date(settlement), number(clean)).unwrap();

            let measures = value.measures;
            let got = [
                measures.yield_rate,
                value.accrued,
                measures.macaulay_duration,
                measures.modified_duration,
                measures.convexity,
            ];
            for (got, expected) in got.into_iter().zip(rest) {
                close(got, expected, 1e-9, line);
            }
        }
    }

    #[test]
    fn dated_returns_are_those_of_the_reference() {
        for line in DATED_RETURNS.lines() {
            let [flows, expected] = cells(line);
            let flow = |text: &str| {
                let (day, amount) = text.split_once('=').unwrap();
                (date(day), number(amount))
            };
            let flows: Vec<(NaiveDate, f64)> = flows.split(' ').map(flow).collect();

            close(xirr(&flows).unwrap().rate, expected, 1e-9, line);
        }
    }

    #[test]
    fn level_payments_are_those_of_the_reference() {
        for line in LEVEL_PAYMENTS.lines() {
            let [balance, rate, periods, residual, expected] = cells(line);

            let periods = periods.parse().unwrap();
            let got = payment_to_residual(
                number(balance),
                number(rate) / 12.0,
                periods,
                number(residual),
            );

            close(got, expected, 1e-10, line);
        }
    }
}

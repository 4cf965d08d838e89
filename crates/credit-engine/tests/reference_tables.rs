//! Compares dates with tables that another library computed; see `oracle/reference_tables.py`.

use chrono::{Datelike, NaiveDate};
use credit_engine::dates::{Calendar, DayCount};

const HOLIDAYS: &str = include_str!("oracle/holidays.csv");
const DAY_COUNTS: &str = include_str!("oracle/day_counts.csv");

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn holidays_of_1990_to_2100_are_those_of_the_reference() {
    for line in HOLIDAYS.lines() {
        let [name, year, days] = line.split(';').collect::<Vec<_>>().try_into().unwrap();
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
        let [name, start, end, expected] = line.split(';').collect::<Vec<_>>().try_into().unwrap();

        let got = DayCount::parse(name).unwrap().fraction(date(start), date(end));

        let expected: f64 = expected.parse().unwrap();
        assert!((got - expected).abs() < 1e-13, "{line}: {got}");
    }
}

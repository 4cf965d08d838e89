//! Made-up pools: the same every time, and like real ones in shape.

use chrono::NaiveDate;
use credit_engine::dates::add_months;

use super::asset::{Field, Record, Value, whole_to_number};
use super::table::{Table, TableError, TableWriter};

/// A source of numbers that look random and are always the same (a 64-bit linear congruence).
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    /// The next number of 0 to 999 999.
    fn roll(&mut self) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % 1_000_000).unwrap_or(0)
    }

    /// A whole number of `from` to `to`.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.roll() * (to - from + 1) / 1_000_000
    }

    /// A number about the middle of `from` and `to`: the mean of three rolls.
    fn about(&mut self, from: f64, to: f64) -> f64 {
        let rolls = self.roll() + self.roll() + self.roll();
        from + (to - from) * whole_to_number(rolls) / 3_000_000.0
    }

    fn one_of<T: Copy>(&mut self, items: &[T], otherwise: T) -> T {
        let count = i64::try_from(items.len()).unwrap_or(1);
        let position = usize::try_from(self.between(0, count - 1)).unwrap_or(0);
        items.get(position).copied().unwrap_or(otherwise)
    }
}

/// Twelve hundred auto loans, as of `today`.
///
/// # Errors
///
/// Returns [`TableError`] if the table cannot be written.
pub fn auto_loans(today: NaiveDate) -> Result<Table, TableError> {
    let mut dice = Dice(20_240_501);
    sample(1_200, |number, record| auto_loan(number, today, &mut dice, record))
}

/// Six hundred mortgages, as of `today`.
///
/// # Errors
///
/// Returns [`TableError`] if the table cannot be written.
pub fn mortgages(today: NaiveDate) -> Result<Table, TableError> {
    let mut dice = Dice(19_990_101);
    sample(600, |number, record| mortgage(number, today, &mut dice, record))
}

fn sample(count: i64, mut fill: impl FnMut(i64, &mut Record)) -> Result<Table, TableError> {
    let mut writer = TableWriter::new()?;
    let mut record = Record::default();
    for number in 1..=count {
        record.clear();
        fill(number, &mut record);
        writer.push(&record)?;
    }
    writer.finish()
}

fn auto_loan(number: i64, today: NaiveDate, dice: &mut Dice, record: &mut Record) {
    const STATES: [&str; 12] =
        ["NC", "AL", "SC", "GA", "FL", "TX", "VA", "TN", "OH", "CA", "NC", "GA"];
    const MODELS: [(&str, &str); 8] = [
        ("Aurelia", "Sedan"),
        ("Aurelia", "Wagon"),
        ("Borealis", "Pickup"),
        ("Borealis", "SUV"),
        ("Calder", "Compact"),
        ("Calder", "Hybrid"),
        ("Dunmore", "Van"),
        ("Dunmore", "Coupe"),
    ];
    let score = dice.about(560.0, 840.0).round();
    let used = dice.between(1, 100) <= 45;
    let term = dice.one_of(&[48, 60, 60, 72, 72, 72, 75, 84], 72);
    let age = dice.between(1, 30).min(term - 6);
    let original = (dice.about(9_000.0, 58_000.0) * 100.0).round() / 100.0;
    let rate = rate_for(score, if used { 0.075 } else { 0.055 }, dice);
    let (make, model) = dice.one_of(&MODELS, ("Aurelia", "Sedan"));
    let value = (original / dice.about(0.75, 1.25) * 100.0).round() / 100.0;
    let set = &mut |field, value| record.set(field, value);
    common(
        set,
        &format!("AUTO-{number:05}"),
        "auto_loan",
        (original, rate, term, age),
        today,
        dice,
    );
    set(Field::FicoScore, whole(score));
    set(Field::Location, Value::Text(dice.one_of(&STATES, "NC").to_owned()));
    set(Field::VehicleType, Value::Choice(if used { "used" } else { "new" }));
    set(Field::VehicleMake, Value::Text(make.to_owned()));
    set(Field::VehicleModel, Value::Text(model.to_owned()));
    set(Field::CollateralValue, Value::Number(value));
}

fn mortgage(number: i64, today: NaiveDate, dice: &mut Dice, record: &mut Record) {
    const STATES: [&str; 10] = ["CA", "TX", "FL", "NY", "IL", "WA", "CO", "MA", "AZ", "CA"];
    const HOMES: [&str; 4] = ["single_family", "single_family", "condominium", "townhouse"];
    let score = dice.about(620.0, 830.0).round();
    let term = dice.one_of(&[180, 240, 360, 360, 360, 360], 360);
    let age = dice.between(2, 96).min(term - 24);
    let original = (dice.about(90_000.0, 740_000.0) / 500.0).round() * 500.0;
    let rate = rate_for(score, 0.045, dice);
    let ltv = (dice.about(0.45, 0.99) * 1_000.0).round() / 1_000.0;
    let set = &mut |field, value| record.set(field, value);
    common(
        set,
        &format!("HOME-{number:05}"),
        "residential_mortgage",
        (original, rate, term, age),
        today,
        dice,
    );
    set(Field::FicoScore, whole(score));
    set(Field::Location, Value::Text(dice.one_of(&STATES, "CA").to_owned()));
    set(Field::PropertyType, Value::Choice(dice.one_of(&HOMES, "single_family")));
    set(Field::LtvRatio, Value::Number(ltv));
    set(Field::LienPosition, Value::Whole(1));
    set(Field::HasPmi, Value::Flag(ltv > 0.8));
}

/// Original balance, rate, term and age.
type Terms = (f64, f64, i64, i64);

fn common(
    set: &mut impl FnMut(Field, Value),
    id: &str,
    class: &'static str,
    (original, rate, term, age): Terms,
    today: NaiveDate,
    dice: &mut Dice,
) {
    set(Field::Id, Value::Text(id.to_owned()));
    set(Field::AssetClass, Value::Choice(class));
    set(Field::OriginalBalance, Value::Number(original));
    set(Field::Balance, Value::Number(outstanding(original, rate, term, term - age)));
    set(Field::Rate, Value::Number(rate));
    set(Field::TermMonths, Value::Whole(term));
    set(Field::RemainingTermMonths, Value::Whole(term - age));
    let months = i32::try_from(age).unwrap_or(0);
    let origination = add_months(today, -months);
    let first = add_months(today, 1 - months);
    if let (Some(origination), Some(first)) = (origination, first) {
        set(Field::OriginationDate, Value::Date(origination));
        set(Field::FirstPaymentDate, Value::Date(first));
    }
    if dice.between(1, 100) <= 4 {
        set(Field::Status, Value::Choice("delinquent"));
        set(Field::DaysDelinquent, Value::Whole(dice.one_of(&[31, 34, 47, 62, 93], 31)));
    }
}

/// A rate that falls as the score rises, in steps of five basis points.
fn rate_for(score: f64, base: f64, dice: &mut Dice) -> f64 {
    let rate = base + (760.0 - score).max(-40.0) * 0.000_22 + dice.about(-0.008, 0.008);
    (rate.clamp(0.009, 0.24) * 2_000.0).round() / 2_000.0
}

/// What is left of a level-payment loan, in whole cents.
fn outstanding(original: f64, rate: f64, term: i64, remaining: i64) -> f64 {
    let months = |count: i64| u32::try_from(count).unwrap_or(0);
    let left =
        credit_engine::amortization::balance_fraction(rate / 12.0, months(term), months(remaining));
    (original * left * 100.0).round() / 100.0
}

fn whole(number: f64) -> Value {
    Value::Whole(super::asset::exact_whole(number).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::asset::build;
    use crate::domain::table::read;

    #[test]
    fn the_samples_are_good_and_always_the_same() {
        let today = "2026-01-15".parse().unwrap();
        for make in [auto_loans, mortgages] {
            let (one, two) = (make(today).unwrap(), make(today).unwrap());

            assert_eq!(one.content_hash, two.content_hash);
            read(&one.bytes, 0, usize::MAX, |_, record| {
                assert_eq!(build(record, "").err(), None);
                true
            })
            .unwrap();
        }
        let autos = auto_loans(today).unwrap().summary;
        assert_eq!(autos.asset_count, 1_200);
        assert!((0.03..0.12).contains(&autos.wac.unwrap()), "{autos:?}");
    }
}

//! Deal to text.

mod bonds;
mod parts;
mod steps;

use crate::formula::{Numbers, Writer, is_word, level, number, quoted};
use crate::model::{Deal, DealDates, Formula};

use super::words::{CONVENTIONS, FREQUENCIES, STATUSES, words};

pub use self::steps::step;

/// Writes a deal as text, one statement a line, in one canonical order.
///
/// ```
/// let text = "deal D\ndates\n  cutoff 2026-01-31\n  closing 2026-01-31\n  first payment 2026-03-15\n";
/// let deal = deal_engine::text::parse(text).unwrap().deal;
/// let written = deal_engine::text::format(&deal);
/// assert!(written.starts_with("deal \"D\"\ndates\n  cutoff 2026-01-31\n"));
/// assert_eq!(deal_engine::text::parse(&written).unwrap().deal, deal);
/// ```
#[must_use]
pub fn format(deal: &Deal) -> String {
    let mut out = Out { text: String::new() };
    let currency = deal.currency.as_ref().map(|currency| format!(" in {}", bare(currency)));
    out.line(0, &format!("deal {}{}", quoted(&deal.name), currency.unwrap_or_default()));
    dates(&deal.dates, &mut out);
    for pool in &deal.pools {
        out.line(0, &format!("pool {}", quoted(&pool.name)));
    }
    for account in &deal.accounts {
        out.line(0, &parts::account(account));
    }
    for ledger in &deal.ledgers {
        out.line(0, &parts::ledger(ledger));
    }
    for fee in &deal.fees {
        out.line(0, &parts::fee(fee));
    }
    for bond in &deal.bonds {
        out.line(0, &bonds::bond(bond));
    }
    for variable in &deal.variables {
        out.line(0, &format!("let {} = {}", quoted(&variable.name), formula(&variable.value)));
    }
    for trigger in &deal.triggers {
        parts::trigger(trigger, &mut out);
    }
    for test in &deal.tests {
        out.line(0, &parts::test(test));
    }
    for call in &deal.calls {
        out.line(0, &parts::call(call));
    }
    for waterfall in &deal.waterfalls {
        out.line(0, &format!("waterfall {}", words(&STATUSES, &waterfall.status)));
        steps::steps(&waterfall.steps, 1, &mut out);
    }
    out.text
}

struct Out {
    text: String,
}

impl Out {
    fn line(&mut self, indent: usize, line: &str) {
        for _ in 0..indent {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn dates(dates: &DealDates, out: &mut Out) {
    out.line(0, "dates");
    out.line(1, &format!("cutoff {}", dates.cutoff));
    out.line(1, &format!("closing {}", dates.closing));
    let mut payment = Clauses::new(format!("first payment {}", dates.first_payment));
    payment.add(words(&FREQUENCIES, &dates.frequency));
    payment.flag(dates.end_of_month, "at month end");
    let known = dates.convention.as_ref().and_then(|convention| {
        CONVENTIONS.iter().find(|(value, _)| value == convention).map(|(_, words)| *words)
    });
    match (known, &dates.calendar) {
        (Some(words), Some(calendar)) if is_word(calendar) && calendar != "calendar" => {
            payment.add(&format!("{words} {calendar}"));
        }
        (known, calendar) => {
            payment.option(dates.convention.as_ref(), |convention| match known {
                Some(words) => words.to_owned(),
                None => format!("convention {}", quoted(convention)),
            });
            payment.option(calendar.as_ref(), |calendar| format!("calendar {}", quoted(calendar)));
        }
    }
    out.line(1, &payment.finish());
    if let Some(maturity) = dates.maturity {
        out.line(1, &format!("maturity {maturity}"));
    }
    if let Some(until) = dates.revolving_until {
        out.line(1, &format!("revolving until {until}"));
    }
    if dates.collection_lag_days > 0 {
        let days = dates.collection_lag_days;
        out.line(1, &format!("collections end {days} days before payment"));
    }
    if dates.accrue_adjusted {
        out.line(1, "accrue to adjusted dates");
    }
}

/// A statement and its clauses, with commas between.
struct Clauses {
    text: String,
}

impl Clauses {
    fn new(statement: String) -> Self {
        Self { text: statement }
    }

    fn add(&mut self, clause: &str) {
        self.text.push_str(", ");
        self.text.push_str(clause);
    }

    /// Goes on without a comma.
    fn attach(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn flag(&mut self, stands: bool, clause: &str) {
        if stands {
            self.add(clause);
        }
    }

    fn option<T>(&mut self, value: Option<T>, clause: impl FnOnce(T) -> String) {
        if let Some(value) = value {
            self.add(&clause(value));
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

/// A name without quotes if it needs none.
fn bare(name: &str) -> String {
    if is_word(name) { name.to_owned() } else { quoted(name) }
}

fn names(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

fn money(value: f64) -> String {
    number(value, Numbers::Grouped)
}

fn formula(formula: &Formula) -> String {
    let mut writer = Writer::new(Numbers::Grouped);
    writer.expression(&formula.0);
    writer.finish()
}

/// A formula with parentheses around a comparison.
fn sum(formula: &Formula) -> String {
    let mut writer = Writer::new(Numbers::Grouped);
    writer.at_least(&formula.0, level::SUM);
    writer.finish()
}

/// A rate as a percentage: the decimal digits of the number shifted, so that it reads back the same.
fn rate(value: f64) -> String {
    if value == 0.0 {
        return "0%".to_owned();
    }
    let scientific = format!("{value:e}");
    let parsed = scientific
        .split_once('e')
        .and_then(|(mantissa, exponent)| Some((mantissa, exponent.parse::<i32>().ok()?)));
    let Some((mantissa, exponent)) = parsed.filter(|(_, exponent)| (-10..=10).contains(exponent))
    else {
        return number(value, Numbers::Plain);
    };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    // Digits before the decimal point of the percentage.
    let whole = exponent + 3;
    let mut text = sign.to_owned();
    if whole <= 0 {
        text.push_str("0.");
        for _ in whole..0 {
            text.push('0');
        }
        text.push_str(&digits);
    } else {
        let mut left = whole;
        for digit in digits.chars() {
            if left == 0 {
                text.push('.');
            }
            text.push(digit);
            left -= 1;
        }
        for _ in 0..left {
            text.push('0');
        }
    }
    text.push('%');
    text
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn a_rate_is_a_percentage_with_the_same_digits() {
        for (value, expected) in [
            (0.045, "4.5%"),
            (0.0, "0%"),
            (0.1, "10%"),
            (1.0, "100%"),
            (-0.0025, "-0.25%"),
            (0.029, "2.9%"),
            (0.07, "7%"),
            (12.5, "1250%"),
            (0.000_001, "0.0001%"),
            (1e-300, "1e-300"),
        ] {
            assert_eq!(rate(value), expected);
        }
    }
}

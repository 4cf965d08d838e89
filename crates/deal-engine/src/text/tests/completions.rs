//! What could stand at a place.

use super::SAMPLE;
use crate::text::{Completion, completions};

/// The completions at the end of a line that is added to the sample.
fn at_end(line: &str) -> Vec<String> {
    let text = format!("{SAMPLE}{line}");
    let number = text.split('\n').count();
    let found = completions(&text, number, line.chars().count() + 1);
    found.into_iter().map(|found| found.insert).collect()
}

fn begins(line: &str, expected: &[&str]) {
    let found = at_end(line);
    assert_eq!(&found[..expected.len().min(found.len())], expected, "{line}");
}

#[test]
fn a_place_offers_what_can_stand_there() {
    begins("", &["deal", "dates", "pool", "account"]);
    begins("b", &["bond"]);
    begins("  pay", &["pay"]);
    begins("  pay i", &["interest to", "interest on interest to"]);
    begins("  set status e", &["early amortization"]);
    begins("  collect ", &["interest", "principal"]);
    begins("  pay interest to ", &["\"A\"", "\"B\"", "\"R\""]);
    begins("  pay interest to \"A\", \"", &["\"A\"", "\"B\"", "\"R\""]);
    begins("  pay interest to \"A\" from c", &["\"collections\""]);
    begins("  pay interest to \"A\" from \"re", &["\"reserve\""]);
    begins("  pay fees ", &["\"servicing\"", "\"trustee\""]);
    begins("  cure ", &["\"oc A\""]);
    begins("  test trigger ", &["\"cnl\""]);
    begins("  pay interest to \"A\" from \"collections\", l", &["limit", "label", "ledger(\""]);
    begins("  fill \"reserve\" from \"collections\", limit max(pool.bal", &["balance"]);
    begins(
        "let x = pool.c",
        &["cum_default", "cum_recovery", "cum_loss", "cum_net_loss", "cpr(3)", "cdr(3)"],
    );
    begins("let x = bond(", &["\"A\"", "\"B\"", "\"R\""]);
    begins("let x = account(\"", &["\"collections\"", "\"reserve\""]);
    begins("let x = bond(\"A\").due", &["due_interest"]);
    begins("let x = ta", &["variable(\"target oc\")"]);
    begins("let x = 5 # com", &[]);
}

#[test]
fn places_outside_the_text_offer_nothing_or_what_fits_their_beginning() {
    assert_eq!(completions("", 7, 1), Vec::<Completion>::new());
    assert_eq!(completions("bond A", 0, 0), Vec::<Completion>::new());
    assert_eq!(completions("b", 1, 500).first().map(|found| found.label.as_str()), Some("bond"));
    assert!(completions("dates\n  c", 2, 4).iter().any(|found| found.label == "cutoff"));
}

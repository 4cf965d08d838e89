//! Text and deal are the same thing.

mod completions;
mod faults;
mod guide;

use credit_engine::dates::DayCount;
use proptest::prelude::*;

use super::{Span, format, parse, step};
use crate::arbitrary::{any_deal, cases, runnable_deal};
use crate::formula;
use crate::model::{
    Action, BondKind, Coupon, Deal, Effect, FeeKind, InterestPart, Moment, PrincipalAllocation,
    Status, TestKind,
};

/// The sample of the guide.
pub(super) const SAMPLE: &str = include_str!("sample.deal");

fn read(text: &str) -> Deal {
    parse(text).unwrap_or_else(|faults| panic!("{faults:#?}")).deal
}

#[test]
fn the_sample_means_what_it_says() {
    let deal = read(SAMPLE);
    assert_eq!((deal.name.as_str(), deal.currency.as_deref()), ("Auto 2026-1", Some("USD")));
    assert_eq!(deal.dates.convention.as_deref(), Some("following"));
    assert_eq!(deal.dates.calendar.as_deref(), Some("us_sifma"));
    assert_eq!(deal.accounts[1].balance.to_string(), "10000000");
    assert_eq!(
        deal.accounts[1].target,
        Some(formula::parse("max(1% * pool.balance, 5000000)").unwrap())
    );
    let FeeKind::Rate { rate, .. } = &deal.fees[0].kind else { panic!("{:?}", deal.fees[0]) };
    assert_eq!(rate.to_string(), "0.005");
    assert_eq!(deal.fees[1].kind, FeeKind::Fixed { amount: 2_500.0 });
    assert_eq!(deal.bonds[0].coupon, Coupon::Fixed { rate: 0.04 });
    assert!(deal.bonds[1].deferrable);
    assert_eq!(
        deal.bonds[1].coupon,
        Coupon::Floating {
            index: "SOFR".to_owned(),
            spread: 0.015,
            multiplier: None,
            floor: Some(0.0),
            cap: Some(0.09)
        }
    );
    assert_eq!(deal.bonds[2].kind, BondKind::Equity);
    assert_eq!(deal.triggers[0].at, Moment::EndOfCollection);
    assert_eq!(deal.triggers[0].effects, [Effect::Status { status: Status::EarlyAmortization }]);
    assert_eq!(deal.tests[0].kind, TestKind::Overcollateralization { numerator: None });
    let steps = &deal.waterfalls[0].steps;
    assert_eq!(steps.len(), 8);
    assert_eq!(steps[3].support, ["reserve"]);
    assert!(matches!(
        &steps[6].action,
        Action::PayPrincipal { bonds, allocation: PrincipalAllocation::Sequential, .. } if bonds.len() == 2
    ));
}

#[test]
fn bare_words_other_orders_and_continued_lines_are_understood() {
    let text = "
# A comment with \"quotes
waterfall amortizing:   # and another
\tcollect everything to cash
\tIF pool.factor < 50%:
\t\tpay carryover to A from cash
\t\t\tlimit 5, label \"a # is no comment\"
\telse
\t\tpay interest on interest to A, B pro rata from cash support reserve limit 5
\ttransfer from cash to reserve
account cash
account reserve starts at 5 target 6
bond A 1,000,000 at 12% - 2 * \"LIBOR\"
  cap 9%, floor 0%
  PAC band 100 to 300, 30E/360 ISDA
bond B 5 at -1.5 * SOFR + 20 %
trigger t when pool.factor > 1
  2 times in a row
  then do
    inspect x as 1
deal D
dates
  first payment 2026-03-15 at month end quarterly calendar TARGET + uk
  cutoff 2026-01-31
  closing 2026-01-31
";
    let deal = read(text);
    let steps = &deal.waterfalls[0].steps;
    assert_eq!(steps.len(), 3);
    let Action::If { then, otherwise, .. } = &steps[1].action else { panic!("{steps:?}") };
    assert_eq!(then[0].label.as_deref(), Some("a # is no comment"));
    assert!(then[0].limit.is_some());
    assert!(matches!(
        &otherwise[0].action,
        Action::PayInterest { part: InterestPart::OnInterest, .. }
    ));
    assert_eq!(otherwise[0].support, ["reserve"]);
    assert!(matches!(
        &deal.bonds[0].coupon,
        Coupon::Floating { spread: 0.12, multiplier: Some(-2.0), cap: Some(0.09), .. }
    ));
    assert!(matches!(
        &deal.bonds[1].coupon,
        Coupon::Floating { spread: 0.2, multiplier: Some(-1.5), .. }
    ));
    assert_eq!(deal.bonds[0].day_count.map(DayCount::name), Some("30E/360 ISDA"));
    assert_eq!(deal.triggers[0].consecutive, 2);
    assert_eq!(deal.dates.calendar.as_deref(), Some("TARGET+uk"));
    assert_eq!(read(&format(&deal)), deal);
}

#[test]
fn the_place_of_every_part_is_known() {
    let map = parse(SAMPLE).unwrap().map;
    let line = |pointer: &str| map.find(pointer).map(|span| span.line);
    let text = |pointer: &str| {
        let span: Span = map.find(pointer).unwrap();
        let line = SAMPLE.lines().nth(span.line - 1).unwrap();
        line.chars().skip(span.column - 1).take(span.length).collect::<String>()
    };
    assert_eq!(line("/bonds/1"), Some(14));
    assert_eq!(map.at(14), Some("/bonds/1"));
    assert_eq!(text("/bonds/1/coupon/floor"), "floor 0%");
    assert_eq!(text("/bonds/1/coupon/index"), "at SOFR + 1.5%");
    assert_eq!(text("/accounts/1/target"), "max(1% * pool.balance, 5,000,000)");
    assert_eq!(text("/triggers/0/effects/0/status"), "status early amortization");
    assert_eq!(text("/waterfalls/0/steps/3/support/0"), "\"reserve\"");
    assert_eq!(text("/waterfalls/0/steps/6/action/bonds/1"), "\"B\"");
    assert_eq!(text("/dates/calendar"), "us_sifma");
    assert_eq!(line("/nowhere"), None);
}

#[test]
fn a_step_is_one_line() {
    let deal = read(SAMPLE);
    assert_eq!(
        step(&deal.waterfalls[0].steps[3]),
        "pay interest to \"A\" from \"collections\", support \"reserve\""
    );
    assert_eq!(step(&deal.waterfalls[0].steps[7]), "pay the rest from \"collections\" to \"R\"");
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn reading_what_was_written_gives_the_same_deal(deal in any_deal()) {
        let text = format(&deal);
        let parsed = parse(&text).map_err(|faults| TestCaseError::fail(format!("{faults:#?}\n{text}")))?;
        prop_assert_eq!(&parsed.deal, &deal, "{}", text);

        let json = serde_json::to_string(&deal).unwrap();
        let from_json: Deal = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(format(&from_json), text);
        for (pointer, span) in parsed.map.entries() {
            prop_assert!(span.line >= 1 && span.column >= 1, "{}", pointer);
        }
    }

    #[test]
    fn a_damaged_text_is_read_or_its_faults_are_inside_it(
        deal in runnable_deal(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[-a-z0-9\", \n.%(]{0,4}"), 1..6),
    ) {
        let mut text: Vec<char> = format(&deal).chars().collect();
        for (at, instead) in cuts {
            let at = at.index(text.len());
            text.splice(at..(at + 2).min(text.len()), instead.chars());
        }
        let text: String = text.into_iter().collect();
        match parse(&text) {
            Ok(parsed) => prop_assert_eq!(parse(&format(&parsed.deal)).map(|again| again.deal), Ok(parsed.deal)),
            Err(faults) => {
                prop_assert!(!faults.is_empty() && faults.len() <= super::MAX_FAULTS);
                let lines: Vec<&str> = text.split('\n').collect();
                for fault in faults {
                    let line = lines.get(fault.line - 1).unwrap();
                    prop_assert!(fault.column - 1 + fault.length <= line.chars().count(), "{:?}\n{}", fault, line);
                }
            }
        }
    }
}

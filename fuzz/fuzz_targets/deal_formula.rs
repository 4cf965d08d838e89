//! A formula: read or refused at a place inside it. What is read is written and read as the same formula, and has a type
//! or findings.
#![no_main]

use std::sync::LazyLock;

use deal_engine::check::check;
use deal_engine::formula;
use deal_engine::model::Deal;
use deal_engine::templates::find;
use deal_engine::text;
use libfuzzer_sys::fuzz_target;

static DEAL: LazyLock<Deal> =
    LazyLock::new(|| text::parse(find("auto_oc_turbo").unwrap().text).unwrap().deal);

fuzz_target!(|text: &str| {
    let formula = match formula::parse(text) {
        Ok(formula) => formula,
        Err(error) => {
            assert!(error.position + error.length <= text.chars().count(), "{error:?}");
            return;
        }
    };
    let written = formula.to_string();
    assert_eq!(formula::parse(&written), Ok(formula.clone()), "{written}");

    let mut deal = DEAL.clone();
    deal.variables[0].value = formula;
    for finding in check(&deal) {
        assert!(finding.path.is_empty() || finding.path.starts_with('/'), "{finding:?}");
    }
    let written = text::format(&deal);
    assert_eq!(text::parse(&written).unwrap().deal, deal, "{written}");
});

//! The pool and the assumptions that all benchmarks and the numpy comparison share.

use chrono::NaiveDate;
use credit_engine::assumptions::{AssumptionSet, AssumptionSetDraft};
use credit_engine::loan::{AssetClass, Loan, LoanTerms};
use credit_engine::projection::{Control, GroupBy, Indices, Settings};

/// PSA 100, CDR 1 %, severity 35 %, recovery after 12 months.
pub(crate) const REQUEST: &str = r#"{"request":{"prepayment":{"model":"psa","value":100},
    "default":{"model":"cdr","value":0.01},"severity":{"model":"constant","value":0.35},
    "recovery_lag_months":12}}"#;

static UNCHANGED: Indices = Indices::unchanged();

/// Uniform numbers from a linear congruential generator that any language can repeat.
pub(crate) struct Uniform(u64);

impl Uniform {
    pub(crate) fn new() -> Self {
        Self(20_250_101)
    }

    pub(crate) fn next(&mut self) -> f64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// New level loans: terms 180 to 360, rates 3 to 8 %, balances 50,000 to 800,000.
pub(crate) fn loans(count: usize) -> Vec<Loan> {
    let mut uniform = Uniform::new();
    (0..count)
        .map(|position| {
            let term = 180 + (uniform.next() * 181.0) as u16;
            let rate = 0.03 + 0.05 * uniform.next();
            let balance = 50_000.0 + 750_000.0 * uniform.next();
            let id = position.to_string();
            Loan::new(LoanTerms::level(&id, AssetClass::ResidentialMortgage, balance, rate, term))
                .expect("the terms are valid")
        })
        .collect()
}

/// Returns assumptions written as JSON.
pub(crate) fn assumptions(text: &str) -> AssumptionSet {
    let draft: AssumptionSetDraft = serde_json::from_str(text).expect("the text is valid");
    AssumptionSet::new(draft).expect("the assumptions are valid")
}

/// Returns the settings of every run.
pub(crate) fn settings() -> Settings<'static> {
    Settings {
        first_payment_date: NaiveDate::from_ymd_opt(2025, 1, 31).expect("the date exists"),
        indices: &UNCHANGED,
        group_by: GroupBy::None,
        control: Control::default(),
    }
}

/// Returns a pool of one rayon worker.
pub(crate) fn one_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one can be built")
}

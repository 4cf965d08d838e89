//! From typed values to the engine's loan.

use credit_engine::dates::DayCount;
use credit_engine::loan::{
    Amortization, AssetClass, Drivers, Loan, LoanStatus, LoanTerms, MoneyRounding, Overrides,
    PaymentFrequency, PrepaymentPenalty, RateBasis, RateStep, RateTerms, RateType, ScheduleUnit,
};
use credit_engine::speeds::coupon::RateRounding;
use serde::de::DeserializeOwned;

use super::{Field, Issue, Record, rules};

/// Makes the loan of an asset; `at` is the pointer of the asset for messages.
///
/// # Errors
///
/// Returns every rule that the asset breaks.
pub fn build(record: &Record, at: &str) -> Result<Loan, Vec<Issue>> {
    let mut reader = Reader { record, at, issues: Vec::new() };
    let terms = reader.terms();
    rules::check(record, at, &mut reader.issues);
    if !reader.issues.is_empty() {
        let required = reader.issues;
        return Err(with_engine_rules(terms, at, required));
    }
    Loan::new(terms).map_err(|_| with_engine_rules(reader.terms(), at, Vec::new()))
}

/// Adds the rules of the engine to those found here, without naming a field twice.
fn with_engine_rules(terms: LoanTerms, at: &str, mut issues: Vec<Issue>) -> Vec<Issue> {
    if let Err(violations) = Loan::new(terms) {
        for violation in violations {
            let pointer = format!("{at}{}", violation.path);
            if !issues.iter().any(|issue| issue.pointer == pointer) {
                issues.push(Issue::new(pointer, violation.code, violation.message));
            }
        }
    }
    issues
}

/// Reads fields and notes what is missing or does not fit.
struct Reader<'a> {
    record: &'a Record,
    at: &'a str,
    issues: Vec<Issue>,
}

impl Reader<'_> {
    fn terms(&mut self) -> LoanTerms {
        let record = self.record;
        let class = self.asset_class();
        let balance = self.required_number(Field::Balance, "the outstanding balance");
        let rate = self.required_number(Field::Rate, "the annual rate as a decimal");
        let term_months = self.required_months(Field::TermMonths);
        let id = self.required_text(Field::Id, "an id, unique within the pool");

        let interest_only_flag = record.flag(Field::IsInterestOnly).unwrap_or(false);
        let amortization = self.parsed(Field::Amortization, Amortization::parse);
        let amortization = amortization.unwrap_or(
            if interest_only_flag && record.get(Field::InterestOnlyPeriodMonths).is_none() {
                Amortization::InterestOnly
            } else {
                Amortization::Level
            },
        );
        LoanTerms {
            original_balance: record.number(Field::OriginalBalance),
            rate_type: self.parsed(Field::RateType, RateType::parse).unwrap_or(RateType::Fixed),
            rate_terms: self.rate_terms(),
            rate_basis: match record.text(Field::RateBasis) {
                Some("effective") => RateBasis::Effective,
                _ => RateBasis::Nominal,
            },
            remaining_term_months: self.months(Field::RemainingTermMonths),
            origination_date: record.date(Field::OriginationDate),
            first_payment_date: record.date(Field::FirstPaymentDate),
            maturity_date: record.date(Field::MaturityDate),
            frequency: self
                .parsed(Field::PaymentFrequency, PaymentFrequency::parse)
                .unwrap_or(PaymentFrequency::Monthly),
            status: self.status(),
            days_delinquent: self.months(Field::DaysDelinquent).unwrap_or(0),
            day_count: self.parsed(Field::DayCount, DayCount::parse),
            amortization,
            interest_only_months: self.months(Field::InterestOnlyPeriodMonths).unwrap_or(0),
            amortization_months: self.months(Field::AmortizationMonths),
            balloon_payment: record.number(Field::BalloonPayment),
            payment_cap: record.number(Field::PaymentCap),
            negative_amortization_limit: record.number(Field::NegativeAmortizationLimit),
            payment_growth: record.number(Field::PaymentGrowth),
            growth_years: self.months(Field::GrowthYears),
            schedule: self
                .document::<Vec<f64>>(Field::Schedule, "a list of amounts")
                .unwrap_or_default(),
            schedule_unit: match record.text(Field::ScheduleUnit) {
                Some("share_of_balance") => ScheduleUnit::ShareOfBalance,
                _ => ScheduleUnit::Amount,
            },
            prepayment_penalty: self.penalty(),
            rounding: self.parsed(Field::MoneyRounding, MoneyRounding::parse).unwrap_or_default(),
            overrides: self.overrides(),
            drivers: self.drivers(),
            ..LoanTerms::level(&id, class, balance, rate, term_months)
        }
    }

    fn asset_class(&mut self) -> AssetClass {
        let class = self.parsed(Field::AssetClass, AssetClass::parse);
        class.unwrap_or_else(|| {
            let names = AssetClass::ALL.map(AssetClass::name).join(", ");
            self.missing(Field::AssetClass, &format!("one of {names}"));
            AssetClass::ResidentialMortgage
        })
    }

    fn status(&mut self) -> LoanStatus {
        let late = self.record.whole(Field::DaysDelinquent).unwrap_or(0) > 0;
        let otherwise = if late { LoanStatus::Delinquent } else { LoanStatus::Current };
        self.parsed(Field::Status, LoanStatus::parse).unwrap_or(otherwise)
    }

    fn rate_terms(&mut self) -> RateTerms {
        let record = self.record;
        let rounding = record.number(Field::RateRounding).unwrap_or(0.0);
        RateTerms {
            index: record.text(Field::Index).map(str::to_owned),
            margin: record.number(Field::Spread).unwrap_or(0.0),
            reset_every_months: self.months(Field::ResetFrequencyMonths).unwrap_or(0),
            fixed_months: self.months(Field::FixedMonths).unwrap_or(0),
            next_reset_date: record.date(Field::NextResetDate),
            lookback_days: self.months(Field::LookbackDays).unwrap_or(0),
            periodic_cap: record.number(Field::PeriodicCap),
            first_periodic_cap: record.number(Field::FirstPeriodicCap),
            lifetime_cap: record.number(Field::LifetimeCap),
            lifetime_floor: record.number(Field::LifetimeFloor),
            index_floor: record.number(Field::IndexFloor),
            rounding: if rounding > 0.0 {
                RateRounding::Nearest(rounding)
            } else {
                RateRounding::None
            },
            steps: self.steps(),
        }
    }

    /// `[{"months": 60, "rate": 0.05}]`: the rate after that many months.
    fn steps(&mut self) -> Vec<RateStep> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Step {
            #[serde(alias = "from", alias = "after_months")]
            months: u16,
            rate: f64,
        }
        let steps: Option<Vec<Step>> =
            self.document(Field::Steps, "a list such as [{\"months\": 60, \"rate\": 0.05}]");
        let steps = steps.unwrap_or_default();
        steps.iter().map(|step| RateStep { after_months: step.months, rate: step.rate }).collect()
    }

    /// A penalty is a share of the prepaid amount, or an object that names its type.
    fn penalty(&mut self) -> PrepaymentPenalty {
        let months = self.months(Field::PrepaymentPenaltyTerm);
        let Some(document) = self.record.document(Field::PrepaymentPenalty) else {
            return PrepaymentPenalty::None;
        };
        if let Some(share) = document.as_f64() {
            let months = months.unwrap_or(u16::MAX);
            return PrepaymentPenalty::Fixed { share, months };
        }
        if document.as_str() == Some("none") {
            return PrepaymentPenalty::None;
        }
        let example =
            "a share such as 0.02, or {\"type\": \"step_down\", \"shares\": [0.03, 0.02, 0.01]}";
        self.document(Field::PrepaymentPenalty, example).unwrap_or_default()
    }

    fn overrides(&mut self) -> Overrides {
        let record = self.record;
        let severity = record.number(Field::LossSeverity);
        // A commercial loan states these as facts about itself, which is the same thing here.
        Overrides {
            prepayment_speed: record.number(Field::PrepaymentSpeed),
            default_probability: record.number(Field::DefaultProbability),
            recovery_rate: record.number(Field::RecoveryRate).or(severity.map(|share| 1.0 - share)),
            recovery_lag_months: self.months(Field::RecoveryLagMonths),
        }
    }

    fn drivers(&mut self) -> Drivers {
        let record = self.record;
        let value = [Field::CollateralValue, Field::PropertyValue, Field::AppraisalValue];
        Drivers {
            fico_score: self.months(Field::FicoScore),
            ltv_ratio: record.number(Field::LtvRatio),
            debt_to_income: record.number(Field::DebtToIncome),
            dscr: record.number(Field::Dscr),
            is_secured: record.flag(Field::IsSecured),
            collateral_value: value.into_iter().find_map(|field| record.number(field)),
        }
    }

    fn required_number(&mut self, field: Field, what: &str) -> f64 {
        self.record.number(field).unwrap_or_else(|| {
            self.missing(field, what);
            // Stands in so that the remaining rules can be checked.
            if field == Field::Rate { 0.0 } else { 1.0 }
        })
    }

    fn required_months(&mut self, field: Field) -> u16 {
        self.months(field).unwrap_or_else(|| {
            self.missing(field, "the months from origination to maturity");
            600
        })
    }

    fn required_text(&mut self, field: Field, what: &str) -> String {
        self.record.text(field).map_or_else(
            || {
                self.missing(field, what);
                "missing".to_owned()
            },
            str::to_owned,
        )
    }

    fn missing(&mut self, field: Field, what: &str) {
        let message = format!("is missing: send {what}");
        self.issues.push(Issue::new(format!("{}/{}", self.at, field.name()), "missing", message));
    }

    /// A small whole number; the record has checked the range.
    fn months(&self, field: Field) -> Option<u16> {
        self.record.whole(field).and_then(|whole| u16::try_from(whole).ok())
    }

    fn parsed<T, E: std::fmt::Display>(
        &mut self,
        field: Field,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(self.record.text(field)?) {
            Ok(value) => Some(value),
            Err(e) => {
                let pointer = format!("{}/{}", self.at, field.name());
                self.issues.push(Issue::new(pointer, "unknown_value", e.to_string()));
                None
            }
        }
    }

    fn document<T: DeserializeOwned>(&mut self, field: Field, what: &str) -> Option<T> {
        match T::deserialize(self.record.document(field)?) {
            Ok(value) => Some(value),
            Err(e) => {
                let pointer = format!("{}/{}", self.at, field.name());
                let message = format!("must be {what}: {e}");
                self.issues.push(Issue::new(pointer, "wrong_type", message));
                None
            }
        }
    }
}

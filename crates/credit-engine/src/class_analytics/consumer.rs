//! Consumer credit.
//!
//! The score card and the loss rates are defaults for illustration; they are not estimated from
//! any portfolio, and callers may replace both.

use serde::{Deserialize, Serialize};

use super::{Slice, average, part, slices_by_bucket, slices_by_name};

/// What the measures need to know of one loan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ConsumerLoan<'a> {
    /// Outstanding today.
    pub balance: f64,
    /// The credit score, 300 to 850.
    pub fico_score: Option<u16>,
    /// Debt to income, 0.35 for 35 %.
    pub debt_to_income: Option<f64>,
    /// Whether anything secures the loan.
    pub is_secured: Option<bool>,
    /// What the money is for.
    pub purpose: Option<&'a str>,
    /// The kind of loan.
    pub loan_type: Option<&'a str>,
}

/// Measures of a pool of consumer credit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsumerAnalytics {
    /// `high` below a score of 620, `medium` below 720, `low` from there, `unknown`.
    pub risk_segments: Vec<Slice>,
    /// By purpose, largest first.
    pub purposes: Vec<Slice>,
    /// By kind of loan, largest first.
    pub loan_types: Vec<Slice>,
    /// The share of the balance that is secured, of what states it.
    pub secured_share: Option<f64>,
    /// The average score.
    pub fico_score: Option<f64>,
    /// The average debt to income.
    pub debt_to_income: Option<f64>,
    /// The expected loss by band of the score.
    pub expected_loss_by_band: Vec<BandLoss>,
    /// The expected loss of the pool.
    pub expected_loss: f64,
    /// The expected loss as a share of the balance.
    pub expected_loss_rate: f64,
}

/// The expected loss of a band of scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BandLoss {
    /// The scores, or whether it is secured where the score is unknown.
    pub band: String,
    /// Outstanding.
    pub balance: f64,
    /// The share that is expected to be lost.
    pub loss_rate: f64,
    /// What is expected to be lost.
    pub expected_loss: f64,
}

/// Bands of the score: upper limit, excluded, name, expected loss.
const BANDS: [(u16, &str, f64); 6] = [
    (580, "300-579", 0.15),
    (620, "580-619", 0.10),
    (660, "620-659", 0.05),
    (720, "660-719", 0.02),
    (780, "720-779", 0.01),
    (u16::MAX, "780+", 0.005),
];

/// Where the score is unknown.
const WITHOUT_SCORE: [(&str, f64); 2] = [("unknown, secured", 0.02), ("unknown, unsecured", 0.06)];

/// Measures a pool.
#[must_use]
pub fn consumer_analytics(loans: &[ConsumerLoan<'_>]) -> ConsumerAnalytics {
    let scored = loans.iter().map(|loan| (loan.fico_score.map(f64::from), loan.balance));
    let total: f64 = loans.iter().map(|loan| loan.balance).sum();
    let expected_loss_by_band = losses_by_band(loans);
    let expected_loss: f64 = expected_loss_by_band.iter().map(|band| band.expected_loss).sum();
    let named = |name: Option<&str>| name.unwrap_or("unknown").to_owned();
    ConsumerAnalytics {
        risk_segments: slices_by_bucket(scored, &[(620.0, "high"), (720.0, "medium")], "low"),
        purposes: slices_by_name(loans.iter().map(|loan| (named(loan.purpose), loan.balance))),
        loan_types: slices_by_name(loans.iter().map(|loan| (named(loan.loan_type), loan.balance))),
        secured_share: average(loans.iter().map(|loan| {
            (loan.balance, loan.is_secured.map(|secured| f64::from(u8::from(secured))))
        })),
        fico_score: average(
            loans.iter().map(|loan| (loan.balance, loan.fico_score.map(f64::from))),
        ),
        debt_to_income: average(loans.iter().map(|loan| (loan.balance, loan.debt_to_income))),
        expected_loss_by_band,
        expected_loss,
        expected_loss_rate: part(expected_loss, total),
    }
}

/// Returns the share that is expected to be lost, and the band it follows from.
#[must_use]
pub fn expected_loss_rate(fico_score: Option<u16>, is_secured: bool) -> (&'static str, f64) {
    let by_score = fico_score
        .and_then(|score| BANDS.iter().find(|(limit, ..)| score < *limit))
        .map(|(_, name, rate)| (*name, *rate));
    let [secured, unsecured] = WITHOUT_SCORE;
    by_score.unwrap_or(if is_secured { secured } else { unsecured })
}

fn losses_by_band(loans: &[ConsumerLoan<'_>]) -> Vec<BandLoss> {
    let bands = BANDS.iter().map(|(_, name, rate)| (*name, *rate)).chain(WITHOUT_SCORE);
    let band = |(name, loss_rate): (&str, f64)| {
        let belongs = |loan: &&ConsumerLoan<'_>| {
            expected_loss_rate(loan.fico_score, loan.is_secured.unwrap_or(false)).0 == name
        };
        let mut members = loans.iter().filter(belongs).map(|loan| loan.balance).peekable();
        members.peek()?;
        let balance: f64 = members.sum();
        let expected_loss = balance * loss_rate;
        Some(BandLoss { band: name.to_owned(), balance, loss_rate, expected_loss })
    };
    bands.filter_map(band).collect()
}

/// What the score card asks of an applicant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Applicant<'a> {
    /// The credit score.
    pub fico_score: f64,
    /// Debt to income, 0.35 for 35 %.
    pub dti_ratio: f64,
    /// Delinquencies so far.
    pub delinquency_history: u32,
    /// The kind of loan: `credit_card`, `auto_loan`, `personal_loan`, `student_loan`, or another.
    pub loan_type: &'a str,
}

/// What the score card says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Assessment {
    /// 0 to 100; more is safer.
    pub risk_score: f64,
    /// The category in words.
    pub risk_category: &'static str,
    /// The chance of default that goes with the category.
    pub default_probability: f64,
    /// What each part scored.
    pub components: Components,
    /// How the parts are weighted.
    pub weights: Weights,
}

/// What each part scored, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Components {
    /// `(score − 300) / 5.5`.
    pub fico: f64,
    /// `100 − 100 × debt to income`.
    pub dti: f64,
    /// `100 − 20 × delinquencies`.
    pub delinquency: f64,
}

/// How the parts are weighted; adds up to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of the credit score.
    pub fico: f64,
    /// Of debt to income.
    pub dti: f64,
    /// Of delinquencies.
    pub delinquency: f64,
}

/// Categories: lowest score, name, chance of default.
const CATEGORIES: [(f64, &str, f64); 7] = [
    (80.0, "Very Low Risk", 0.005),
    (70.0, "Low Risk", 0.02),
    (60.0, "Moderate Risk", 0.05),
    (50.0, "Medium Risk", 0.10),
    (40.0, "Elevated Risk", 0.15),
    (30.0, "High Risk", 0.25),
    (f64::NEG_INFINITY, "Very High Risk", 0.40),
];

impl Weights {
    /// Returns the weights of the default card for a kind of loan.
    #[must_use]
    pub fn of_loan_type(loan_type: &str) -> Self {
        let (fico, dti) = match loan_type {
            "credit_card" => (0.5, 0.3),
            "personal_loan" => (0.45, 0.35),
            "student_loan" => (0.35, 0.45),
            _ => (0.4, 0.4),
        };
        Self { fico, dti, delinquency: 0.2 }
    }
}

/// Scores an applicant with the default card.
///
/// # Examples
///
/// ```
/// use credit_engine::class_analytics::consumer::{Applicant, assess};
///
/// let applicant = Applicant {
///     fico_score: 720.0,
///     dti_ratio: 0.35,
///     delinquency_history: 1,
///     loan_type: "credit_card",
/// };
/// let assessment = assess(&applicant);
/// assert_eq!(assessment.risk_category, "Low Risk");
/// assert!((assessment.risk_score - 73.68).abs() < 0.005);
/// ```
#[must_use]
pub fn assess(applicant: &Applicant<'_>) -> Assessment {
    assess_with(applicant, Weights::of_loan_type(applicant.loan_type))
}

/// Scores an applicant with the weights of a card of one's own.
#[must_use]
pub fn assess_with(applicant: &Applicant<'_>, weights: Weights) -> Assessment {
    let within = |score: f64| score.clamp(0.0, 100.0);
    let components = Components {
        fico: within((applicant.fico_score - 300.0) / 5.5),
        dti: within(100.0 - 100.0 * applicant.dti_ratio),
        delinquency: within(100.0 - 20.0 * f64::from(applicant.delinquency_history)),
    };
    let risk_score = components.fico * weights.fico
        + components.dti * weights.dti
        + components.delinquency * weights.delinquency;
    let category = CATEGORIES.iter().find(|(lowest, ..)| risk_score >= *lowest);
    let (_, risk_category, default_probability) =
        category.copied().unwrap_or((0.0, "Very High Risk", 0.40));
    Assessment { risk_score, risk_category, default_probability, components, weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_fall_into_segments_and_bands_by_their_lower_limits() {
        let loan = |fico_score, balance| ConsumerLoan {
            balance,
            fico_score,
            is_secured: Some(balance > 250.0),
            ..ConsumerLoan::default()
        };
        let loans = [
            loan(Some(619), 100.0),
            loan(Some(620), 200.0),
            loan(Some(720), 300.0),
            loan(None, 400.0),
        ];

        let found = consumer_analytics(&loans);

        let segments: Vec<_> =
            found.risk_segments.iter().map(|s| (s.name.as_str(), s.balance)).collect();
        assert_eq!(
            segments,
            [("high", 100.0), ("medium", 200.0), ("low", 300.0), ("unknown", 400.0)]
        );
        assert!((found.expected_loss - (10.0 + 10.0 + 3.0 + 8.0)).abs() < 1e-12);
        assert!((found.expected_loss_rate - 0.031).abs() < 1e-15);
        assert_eq!(found.secured_share, Some(0.7));
    }

    #[test]
    fn components_stay_between_0_and_100() {
        let worst = Applicant {
            fico_score: 100.0,
            dti_ratio: 7.0,
            delinquency_history: 99,
            loan_type: "medical_debt",
        };

        let found = assess(&worst);

        assert!(found.risk_score.abs() < 1e-12);
        assert_eq!(found.risk_category, "Very High Risk");
    }
}

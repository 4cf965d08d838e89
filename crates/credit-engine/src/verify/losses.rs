//! Tails, large pools, correlations, transitions, the score card and stress.

use chrono::NaiveDate;

use super::{Section, section};
use crate::assumptions::{
    AssumptionSet, AssumptionSetDraft, Assumptions, DefaultModel, Prepayment, Severity,
};
use crate::class_analytics::consumer::{Applicant, assess};
use crate::loan::{AssetClass, Loan, LoanTerms};
use crate::projection::{Control, GroupBy, Indices, Settings, project_scenarios};
use crate::risk::correlation::{Correlation, nearest};
use crate::risk::sample::{sorted, summary};
use crate::risk::tail::tail;
use crate::risk::vasicek::LargePool;
use crate::scenarios::{MarketFactors, find};
use crate::speeds::roll_rates::RollRates;

const RESULTS: [f64; 20] = [
    -3.1, 12.4, 7.7, -15.2, 0.3, 4.4, -8.8, 21.0, -1.2, 3.3, 9.1, -22.5, 5.6, 1.1, -4.9, 13.8, 2.2,
    -0.7, 6.5, -11.3,
];

/// Present value and loss by scenario.
const STRESS: [(&str, f64, f64); 4] = [
    ("base", 10_023_917.349_09, 403_660.461_834_8),
    ("rate_shock_up", 9_947_601.928_715, 517_441.447_230_4),
    ("credit_crisis", 8_855_959.099_85, 1_731_925.576_442),
    ("housing_boom", 10_165_932.464_88, 156_782.754_412_3),
];

pub(super) fn sections() -> Vec<Section> {
    vec![
        section(
            "value_at_risk",
            "Value at risk, expected shortfall and moments of twenty results",
            "numpy and scipy.stats",
            1e-9,
            value_at_risk(),
        ),
        section(
            "large_pool",
            "Default rates of a large pool: PD 2 %, asset correlation 0.15",
            "closed form, scipy.stats.norm",
            1e-9,
            large_pool(),
        ),
        section(
            "correlations",
            "Cholesky factor of five correlated factors, and the nearest matrix to an impossible one",
            "numpy.linalg; Higham (2002)",
            5e-5,
            correlations(),
        ),
        section(
            "roll_rates",
            "Twelve months of delinquency",
            "numpy.linalg.matrix_power",
            1e-10,
            roll_rates(),
        ),
        section(
            "score_card",
            "Scores of the default consumer card",
            "arithmetic",
            0.005,
            score_card(),
        ),
        section(
            "stress",
            "Value and loss of a pool of 10 million under four scenarios",
            "an independent implementation of SF-16..19",
            0.5,
            stress(),
        ),
    ]
}

fn value_at_risk() -> Vec<(f64, f64)> {
    let losses: Vec<f64> = RESULTS.iter().map(|result| -result).collect();
    let rising = sorted(&losses);
    let mut cells = Vec::new();
    for (level, var, shortfall) in
        [(0.9, 11.69, 18.85), (0.95, 15.565, 22.5), (0.975, 19.0325, 22.5)]
    {
        let found = tail(&rising, level);
        cells.push((found.map_or(f64::NAN, |tail| tail.value_at_risk), var));
        cells.push((found.map_or(f64::NAN, |tail| tail.expected_shortfall), shortfall));
    }
    let shape = summary(&RESULTS);
    let of = |value: Option<f64>| value.unwrap_or(f64::NAN);
    cells.push((of(shape.map(|s| s.standard_deviation)), 10.249_173_265_76));
    cells.push((of(shape.and_then(|s| s.skewness)), -0.376_368_517_611_82));
    cells.push((of(shape.and_then(|s| s.excess_kurtosis)), 0.105_928_115_647_58));
    cells
}

fn large_pool() -> Vec<(f64, f64)> {
    let pool = LargePool { pd: 0.02, asset_correlation: 0.15, lgd: 0.45 };
    let published = [
        (0.5, 0.012_953_484_965_745),
        (0.9, 0.045_586_328_865_872),
        (0.95, 0.062_192_372_140_852),
        (0.99, 0.105_587_343_272_32),
        (0.999, 0.176_328_939_146_2),
    ];
    published.into_iter().map(|(level, rate)| (pool.default_rate_quantile(level), rate)).collect()
}

fn correlations() -> Vec<(f64, f64)> {
    let matrix = [
        [1.0, 0.3, 0.2, -0.4, 0.5],
        [0.3, 1.0, 0.6, 0.1, 0.2],
        [0.2, 0.6, 1.0, 0.3, -0.1],
        [-0.4, 0.1, 0.3, 1.0, 0.0],
        [0.5, 0.2, -0.1, 0.0, 1.0],
    ];
    let lower = [
        [1.0, 0.0, 0.0, 0.0, 0.0],
        [0.3, 0.953_939_201_416_95, 0.0, 0.0, 0.0],
        [0.2, 0.566_073_811_829_84, 0.799_725_227_537_83, 0.0, 0.0],
        [-0.4, 0.230_622_664_078_82, 0.311_920_320_706_34, 0.830_372_747_832_95, 0.0],
        [
            0.5,
            0.052_414_241_836_096,
            -0.287_186_550_782_49,
            0.334_176_921_941_24,
            0.743_708_556_589_39,
        ],
    ];
    let found = Correlation::new(matrix.iter().map(|row| row.to_vec()).collect());
    let found = found.map(|matrix| matrix.cholesky()).unwrap_or_default();
    let mut cells: Vec<(f64, f64)> =
        found.iter().flatten().copied().zip(lower.into_iter().flatten()).collect();
    let impossible = [vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
    let possible = [1.0, 0.7607, 0.1573, 0.7607, 1.0, 0.7607, 0.1573, 0.7607, 1.0];
    if let Ok(repaired) = nearest(&impossible) {
        cells.extend(repaired.correlation.rows().iter().flatten().copied().zip(possible));
    }
    cells
}

fn roll_rates() -> Vec<(f64, f64)> {
    let matrix = vec![
        vec![0.92, 0.06, 0.015, 0.005],
        vec![0.3, 0.45, 0.2, 0.05],
        vec![0.1, 0.15, 0.45, 0.3],
        vec![0.0, 0.0, 0.0, 1.0],
    ];
    let published =
        [0.599_026_916_697_87, 0.083_250_507_535_876, 0.049_209_426_623_68, 0.268_513_149_142_57];
    let path = RollRates::new(matrix).and_then(|rates| rates.project(&[0.95, 0.03, 0.02, 0.0], 12));
    let last = path.ok().and_then(|path| path.last().cloned()).unwrap_or_default();
    last.into_iter().zip(published).collect()
}

fn score_card() -> Vec<(f64, f64)> {
    let cases = [
        (720.0, 0.35, 1, "credit_card", 73.68),
        (640.0, 0.45, 3, "auto_loan", 54.73),
        (580.0, 0.6, 5, "personal_loan", 36.91),
        (800.0, 0.1, 0, "student_loan", 92.32),
        (300.0, 1.0, 9, "other", 0.0),
        (850.0, 0.0, 0, "medical_debt", 100.0),
    ];
    let score = |(fico_score, dti_ratio, delinquency_history, loan_type, published)| {
        let applicant = Applicant { fico_score, dti_ratio, delinquency_history, loan_type };
        (assess(&applicant).risk_score, published)
    };
    cases.into_iter().map(score).collect()
}

/// A pool of 6.5 % over 120 months: 8 % CPR, 2 % CDR, severity 50 %, 6 months to liquidation, a fee
/// of 0.5 %; discounted once a month at 5 %.
fn stress() -> Vec<(f64, f64)> {
    let request = Assumptions {
        prepayment: Some(Prepayment::Cpr { value: 0.08 }),
        default: Some(DefaultModel::Cdr { value: 0.02 }),
        severity: Some(Severity::Constant { value: 0.5 }),
        recovery_lag_months: Some(6),
        servicing_fee: Some(0.005),
        ..Assumptions::default()
    };
    let class = AssetClass::ResidentialMortgage;
    let loan = Loan::new(LoanTerms::level("pool", class, 10e6, 0.065, 120));
    let set = AssumptionSet::new(AssumptionSetDraft { request, ..AssumptionSetDraft::default() });
    let (Ok(loan), Ok(set)) = (loan, set) else { return Vec::new() };
    let indices = Indices::unchanged();
    let settings = Settings {
        first_payment_date: NaiveDate::default(),
        indices: &indices,
        group_by: GroupBy::None,
        control: Control::default(),
    };
    let factors: Vec<_> =
        STRESS.iter().filter_map(|(name, ..)| Some(find(name)?.factors)).collect();
    let stresses: Vec<_> = factors.iter().map(MarketFactors::stress).collect();
    let found = project_scenarios(&[loan], &set, &settings, &stresses).unwrap_or_default();
    let mut cells = Vec::new();
    for ((projection, factors), (_, value, loss)) in found.iter().zip(&factors).zip(STRESS) {
        let monthly = (-factors.discount_rate(0.05).ln_1p() / 12.0).exp();
        let mut discount = 1.0;
        let mut present = 0.0;
        for cash in projection.pool.cash() {
            discount *= monthly;
            present += discount * cash;
        }
        cells.push((present, value));
        cells.push((projection.pool.loss.iter().sum(), loss));
    }
    cells
}

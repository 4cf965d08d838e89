//! Losses of a credit portfolio, loan by loan, under a Gaussian copula.

use axum::extract::State;
use credit_engine::risk::portfolio::{Exposure, Horizon, losses};
use credit_engine::risk::sample::{sorted, summary};
use credit_engine::risk::tail::{capital, tail};
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Credit;
use crate::calculator::Failure;
use crate::domain::asset::Issue;
use crate::domain::simulation::MOST_PATHS;
use crate::http::problems::refused;
use crate::http::simulations::simulation_failed;

/// The most loans.
const MOST_LOANS: usize = 50_000;
/// The most common factors.
const MOST_FACTORS: usize = 16;
/// Loans times paths while the caller waits.
const MOST_WORK: u64 = 50_000_000;

/// Loans, factors and a horizon.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CreditPortfolio {
    /// `{"balance": 100, "annual_pd": 0.02, "lgd": 0.45, "loadings": [0.39], "lgd_sensitivity": 0}`:
    /// loadings on the common factors, squares adding up to at most 1; `lgd_sensitivity` is how
    /// much the loss rises when the first factor falls by 1.
    #[schema(value_type = Vec<Object>)]
    exposures: Vec<Exposure>,
    /// Defaults after so many years do not count.
    #[serde(default = "one_year")]
    years: f64,
    /// Paths, 1 to 100,000.
    paths: u32,
    /// The seed; equal seeds give equal results.
    #[serde(default = "default_seed")]
    seed: u64,
    /// Levels of value at risk and expected shortfall.
    #[serde(default = "default_levels")]
    levels: Vec<f64>,
    /// Tranches as `[attachment, detachment]`, shares of the balance.
    #[serde(default)]
    tranches: Vec<[f64; 2]>,
}

const fn one_year() -> f64 {
    1.0
}

const fn default_seed() -> u64 {
    42
}

fn default_levels() -> Vec<f64> {
    vec![0.99, 0.999]
}

/// The losses of a credit portfolio. Losses are positive amounts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct CreditPortfolioView {
    /// The balance of the loans.
    balance: f64,
    /// The mean loss.
    expected_loss: f64,
    /// The standard deviation of the loss.
    unexpected_loss: f64,
    /// The standard error of the mean loss.
    standard_error: f64,
    /// The mean share of the balance in default.
    default_rate: f64,
    /// The bad tail of the loss.
    tails: Vec<PortfolioTail>,
    /// The expected loss of each tranche, as a share of its size.
    tranche_expected_losses: Vec<f64>,
}

/// The tail beyond a level.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct PortfolioTail {
    level: f64,
    value_at_risk: f64,
    expected_shortfall: f64,
    /// Value at risk less expected loss.
    economic_capital: f64,
    /// The 95 % confidence interval of the value at risk.
    confidence: Option<[f64; 2]>,
}

/// Simulates defaults of loans that share factors, and what is lost.
#[utoipa::path(
    post,
    path = "/api/v1/monte-carlo/credit-portfolio",
    tag = "simulations",
    request_body = CreditPortfolio,
    responses(
        (status = 200, body = CreditPortfolioView),
        (status = 413, body = Problem),
        (status = 422, description = "`validation`, `too_expensive`", body = Problem),
    ),
)]
#[tracing::instrument(name = "http.credit.run_credit_portfolio", skip_all)]
pub(in crate::http) async fn run_credit_portfolio(
    State(app): State<Credit>,
    Json(asked): Json<CreditPortfolio>,
) -> Result<Json<CreditPortfolioView>, Problem> {
    let issues = asked.issues();
    if !issues.is_empty() {
        return Err(refused(issues));
    }
    let loans = u64::try_from(asked.exposures.len()).unwrap_or(u64::MAX);
    let needed = loans.saturating_mul(u64::from(asked.paths));
    if needed > MOST_WORK {
        let failure = Failure::TooExpensive { needed, allowed: MOST_WORK };
        return Err(simulation_failed(&failure));
    }
    let view = app.in_turn(move || Ok(asked.run())).await;
    let view = view.map_err(|failure| simulation_failed(&failure))?;
    view.map(Json).ok_or_else(|| Problem::internal("a portfolio without paths"))
}

impl CreditPortfolio {
    fn issues(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        let count = self.exposures.len();
        let rules = [
            ("/exposures", (1..=MOST_LOANS).contains(&count), "must hold 1 to 50,000 loans"),
            ("/years", self.years > 0.0 && self.years <= 50.0, "must be above 0 and at most 50"),
            ("/paths", (1..=MOST_PATHS).contains(&self.paths), "must be between 1 and 100,000"),
            (
                "/levels",
                (1..=20).contains(&self.levels.len())
                    && self.levels.iter().all(|level| (0.0..1.0).contains(level)),
                "must be 1 to 20 numbers of at least 0 and below 1: send 0.99 for 99%",
            ),
            (
                "/tranches",
                self.tranches.len() <= 50
                    && self
                        .tranches
                        .iter()
                        .all(|[low, high]| *low >= 0.0 && low < high && *high <= 1.0),
                "must be at most 50 pairs of rising shares between 0 and 1",
            ),
        ];
        for (pointer, holds, message) in rules {
            if !holds {
                issues.push(Issue::new(pointer, "out_of_range", message));
            }
        }
        for (position, loan) in self.exposures.iter().enumerate() {
            if loan.loadings.len() > MOST_FACTORS {
                let pointer = format!("/exposures/{position}/loadings");
                issues.push(Issue::new(pointer, "out_of_range", "must hold at most 16 loadings"));
            }
            for broken in loan.violations() {
                let pointer = format!("/exposures/{position}{}", broken.path);
                issues.push(Issue::new(pointer, broken.code, broken.message));
            }
            if issues.len() > 100 {
                break;
            }
        }
        issues
    }

    fn run(&self) -> Option<CreditPortfolioView> {
        let horizon = Horizon { seed: self.seed, years: self.years };
        let paths = losses(&self.exposures, horizon, 0..u64::from(self.paths));
        let balance: f64 = self.exposures.iter().map(|loan| loan.balance).sum();
        let lost: Vec<f64> = paths.iter().map(|path| path.loss).collect();
        let rising = sorted(&lost);
        let figures = summary(&lost)?;
        let mean = |of: &dyn Fn(&f64) -> f64| {
            lost.iter().map(of).sum::<f64>() / f64::from(self.paths.max(1))
        };
        let defaulted: f64 = paths.iter().map(|path| path.defaulted / balance).sum();
        let at = |level: &f64| {
            let (found, need) = (tail(&rising, *level)?, capital(&lost, *level)?);
            Some(PortfolioTail {
                level: *level,
                value_at_risk: found.value_at_risk,
                expected_shortfall: found.expected_shortfall,
                economic_capital: need.economic_capital,
                confidence: found.confidence,
            })
        };
        let of_tranche = |[low, high]: &[f64; 2]| {
            mean(&|loss: &f64| ((loss / balance - low) / (high - low)).clamp(0.0, 1.0))
        };
        Some(CreditPortfolioView {
            balance,
            expected_loss: figures.mean,
            unexpected_loss: figures.standard_deviation,
            standard_error: figures.standard_error,
            default_rate: defaulted / f64::from(self.paths.max(1)),
            tails: self.levels.iter().filter_map(at).collect(),
            tranche_expected_losses: self.tranches.iter().map(of_tranche).collect(),
        })
    }
}

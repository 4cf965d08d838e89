//! The simple form of a deal, and its translation to the deal language.
//!
//! Interest and penalties are collected into one account, principal, prepayments and recoveries
//! into another; actions run in their order. Actions for `BeforeTrigger` stand in the waterfall of
//! an amortizing deal only, those for `AfterTrigger` in that of early amortization only, to which
//! the trigger leads.

mod actions;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use credit_engine::dates::{DayCount, add_months};
use deal_engine::model::{
    Account, Bond, BondKind, Comparison, Coupon, Cure, Deal, DealDates, Effect, Expr, Formula,
    Frequency, InterestOnInterest, Moment, Status, Trigger, Waterfall,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::actions::steps;
use super::asset::Issue;

/// Where interest is collected.
const INTEREST: &str = "CollectedInterest";
/// Where principal is collected.
const PRINCIPAL: &str = "CollectedPrincipal";
/// How cash is distributed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaterfallConfig {
    /// The day bonds begin to accrue; the first payment is a month later.
    pub start_date: NaiveDate,
    /// Where cash can lie, besides what is collected.
    #[serde(default)]
    pub accounts: Vec<AccountConfig>,
    /// What the deal issued, senior first.
    pub bonds: Vec<BondConfig>,
    /// Who is paid in which order.
    pub actions: Vec<ActionConfig>,
    /// What separates `BeforeTrigger` from `AfterTrigger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerConfig>,
}

/// Where cash can lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountConfig {
    /// Unique.
    pub name: String,
    /// Cash at the start.
    #[serde(default, alias = "balance")]
    pub initial_balance: f64,
}

/// A bond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BondConfig {
    /// Unique.
    pub name: String,
    /// Principal at the start.
    #[serde(alias = "original_balance")]
    pub balance: f64,
    /// Annual coupon, or the margin of a floating one.
    #[serde(default, alias = "coupon", alias = "original_rate")]
    pub rate: f64,
    /// The index of a floating bond.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// `sequential` (default) or `equity`.
    #[serde(default, alias = "type", skip_serializing_if = "Option::is_none")]
    pub bond_type: Option<String>,
    /// `30/360` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_count: Option<String>,
    /// The day by which it must be repaid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maturity_date: Option<NaiveDate>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionConfig {
    /// `CollectedInterest`, `CollectedPrincipal` or an account.
    pub source: String,
    /// A bond or an account.
    pub target: String,
    /// `Interest`, `InterestShortfall`, `OutstandingPrincipal`, `ProRataShare`, `Residual` or a
    /// number; everything if absent, which only accounts can get.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub amount: Option<Amount>,
    /// `BeforeTrigger` or `AfterTrigger`; always if absent.
    #[serde(default, alias = "condition", skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// How much an action pays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// At most this.
    Number(f64),
    /// A word, or a number as text.
    Word(String),
}

/// What separates before from after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerConfig {
    /// What is measured: a formula such as `pool.cum_net_loss / pool.original_balance`.
    pub measure: String,
    /// Breached above this.
    pub threshold: f64,
}

/// Translates the simple form.
///
/// # Errors
///
/// Returns everything that it names and is not there, with pointers below `/waterfall_config`.
pub fn translate(name: &str, config: &WaterfallConfig) -> Result<Deal, Vec<Issue>> {
    let mut issues = Vec::new();
    let names = Names::new(config, &mut issues);
    let before = steps(config, &names, "BeforeTrigger", &mut issues);
    let mut ignored = Vec::new();
    let after = steps(config, &names, "AfterTrigger", &mut ignored);
    let triggers = trigger(config, &mut issues);
    let bonds = bonds(config, &mut issues);
    let first_payment = add_months(config.start_date, 1);
    if first_payment.is_none() {
        let message = "must be a day before the year 9999";
        issues.push(Issue::new("/waterfall_config/start_date", "out_of_range", message));
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    let mut waterfalls = vec![Waterfall { status: Status::Amortizing, steps: before }];
    if !triggers.is_empty() {
        waterfalls.push(Waterfall { status: Status::EarlyAmortization, steps: after });
    }
    Ok(Deal {
        name: name.to_owned(),
        currency: None,
        dates: dates(config.start_date, first_payment.unwrap_or(config.start_date)),
        pools: Vec::new(),
        accounts: accounts(config),
        ledgers: Vec::new(),
        fees: Vec::new(),
        bonds,
        variables: Vec::new(),
        triggers,
        tests: Vec::new(),
        calls: Vec::new(),
        waterfalls,
    })
}

const fn dates(start: NaiveDate, first_payment: NaiveDate) -> DealDates {
    DealDates {
        cutoff: start,
        closing: start,
        first_payment,
        frequency: Frequency::Monthly,
        end_of_month: false,
        convention: None,
        calendar: None,
        accrue_adjusted: false,
        collection_lag_days: 0,
        maturity: None,
        revolving_until: None,
    }
}

/// The names that actions can use.
struct Names {
    bonds: BTreeSet<String>,
    accounts: BTreeSet<String>,
}

impl Names {
    fn new(config: &WaterfallConfig, issues: &mut Vec<Issue>) -> Self {
        let mut accounts = BTreeSet::from([INTEREST.to_owned(), PRINCIPAL.to_owned()]);
        for (i, account) in config.accounts.iter().enumerate() {
            let known = matches!(account.name.as_str(), INTEREST | PRINCIPAL);
            if !known && !accounts.insert(account.name.clone()) {
                let field = format!("/waterfall_config/accounts/{i}/name");
                let message = format!("`{}` stands twice", account.name);
                issues.push(Issue::new(field, "duplicate", message));
            }
        }
        let mut bonds = BTreeSet::new();
        for (i, bond) in config.bonds.iter().enumerate() {
            let field = format!("/waterfall_config/bonds/{i}/name");
            if accounts.contains(&bond.name) || !bonds.insert(bond.name.clone()) {
                let message = format!("`{}` names something else already", bond.name);
                issues.push(Issue::new(field, "duplicate", message));
            }
        }
        Self { bonds, accounts }
    }

    fn all(&self) -> String {
        let names: Vec<&str> =
            self.bonds.iter().chain(&self.accounts).map(String::as_str).collect();
        names.join(", ")
    }
}

fn accounts(config: &WaterfallConfig) -> Vec<Account> {
    let account = |name: &str, balance: f64| Account {
        name: name.to_owned(),
        balance,
        target: None,
        earns: None,
    };
    let mut accounts = vec![account(INTEREST, 0.0), account(PRINCIPAL, 0.0)];
    for given in &config.accounts {
        match accounts.iter_mut().find(|known| known.name == given.name) {
            Some(known) => known.balance = given.initial_balance,
            None => accounts.push(account(&given.name, given.initial_balance)),
        }
    }
    accounts
}

fn bonds(config: &WaterfallConfig, issues: &mut Vec<Issue>) -> Vec<Bond> {
    let mut bonds = Vec::with_capacity(config.bonds.len());
    for (i, given) in config.bonds.iter().enumerate() {
        let field = |key: &str| format!("/waterfall_config/bonds/{i}/{key}");
        let kind = match given.bond_type.as_deref().map(str::to_lowercase).as_deref() {
            None | Some("sequential" | "senior" | "mezzanine" | "junior" | "subordinated") => {
                BondKind::Ordinary
            }
            Some("equity" | "residual") => BondKind::Equity,
            Some(other) => {
                let message = format!("`{other}` is not known: send sequential or equity");
                issues.push(Issue::new(field("bond_type"), "unknown_value", message));
                continue;
            }
        };
        let day_count = match given.day_count.as_deref().map(DayCount::parse).transpose() {
            Ok(day_count) => day_count,
            Err(error) => {
                issues.push(Issue::new(field("day_count"), "unknown_value", error.to_string()));
                continue;
            }
        };
        if !(0.0..=1.0).contains(&given.rate) {
            let message = format!("must be a decimal between 0 and 1, was {}", given.rate);
            issues.push(Issue::new(field("rate"), "rate_unit", message));
        }
        let coupon = match (&kind, &given.index) {
            (BondKind::Equity, _) => Coupon::None,
            (_, Some(index)) => Coupon::Floating {
                index: index.clone(),
                spread: given.rate,
                multiplier: None,
                floor: Some(0.0),
                cap: None,
            },
            (_, None) => Coupon::Fixed { rate: given.rate },
        };
        bonds.push(Bond {
            name: given.name.clone(),
            original_balance: given.balance,
            balance: None,
            coupon,
            day_count,
            delay_days: None,
            accrues_from: None,
            kind,
            group: None,
            lockout_until: None,
            rate_cap: None,
            carryover: false,
            deferrable: false,
            interest_on_interest: InterestOnInterest::None,
            maturity: given.maturity_date,
            rating: None,
        });
    }
    bonds
}

fn trigger(config: &WaterfallConfig, issues: &mut Vec<Issue>) -> Vec<Trigger> {
    let used = config.actions.iter().position(|action| action.trigger.is_some());
    let Some(given) = &config.trigger else {
        if let Some(i) = used {
            let message = "needs waterfall_config.trigger with measure and threshold, such as \
                           {\"measure\": \"pool.cum_net_loss / pool.original_balance\", \
                           \"threshold\": 0.03}";
            let field = format!("/waterfall_config/actions/{i}/trigger");
            issues.push(Issue::new(field, "missing_trigger", message));
        }
        return Vec::new();
    };
    let measure = match given.measure.parse() {
        Ok(measure) => measure,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            issues.push(Issue::new("/waterfall_config/trigger/measure", "wrong_formula", message));
            return Vec::new();
        }
    };
    vec![Trigger {
        name: "trigger".to_owned(),
        measure,
        comparison: Comparison::Above,
        threshold: Formula(Expr::Number(given.threshold)),
        at: Moment::EndOfCollection,
        consecutive: 1,
        cure: Cure::Never,
        dormant: false,
        effects: vec![Effect::Status { status: Status::EarlyAmortization }],
    }]
}

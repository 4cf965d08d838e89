//! Deals to begin with.
//!
//! Each is a text that passes the check without findings, and comes with collateral on which it runs
//! as its description says.

#[cfg(test)]
mod tests;

use credit_engine::loan::AssetClass;
use serde::Serialize;
use utoipa::ToSchema;

/// A deal to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Template {
    /// A stable name.
    pub name: &'static str,
    /// What people read.
    pub title: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// The deal.
    pub text: &'static str,
    /// Collateral on which it runs as described.
    pub collateral: Suggested,
}

/// A loan that stands for a pool, and how it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Suggested {
    /// What the loans are.
    #[schema(value_type = String, example = "auto_loan")]
    pub asset_class: AssetClass,
    /// Outstanding at the cut-off.
    pub balance: f64,
    /// Gross annual rate.
    pub wac: f64,
    /// Annual rate that reaches the deal.
    pub net_coupon: f64,
    /// Months left.
    pub term: u16,
    /// Months since origination.
    pub age: u16,
    /// Annual prepayment speed.
    pub cpr: f64,
    /// Annual default speed.
    pub cdr: f64,
    /// Part of a defaulted balance that is lost.
    pub severity: f64,
    /// What the index `SOFR` may be taken as.
    pub sofr: f64,
}

/// Every template, the simplest first.
pub static TEMPLATES: [Template; 9] = [
    Template {
        name: "sequential_rmbs",
        title: "Sequential RMBS",
        description: "Three senior classes are repaid one after the other, a mezzanine class last. \
                      Excess interest covers losses; what it does not cover is written down, the \
                      junior class first.",
        text: include_str!("sequential_rmbs.deal"),
        collateral: Suggested {
            age: 3,
            ..suggested(
                AssetClass::ResidentialMortgage,
                400_000_000.0,
                [0.0675, 0.0625],
                357,
                [0.08, 0.005, 0.3],
            )
        },
    },
    Template {
        name: "pac_support_cmo",
        title: "PAC and support CMO",
        description: "Two planned amortization classes keep their schedule while prepayments stay \
                      between 100 and 300 % PSA. The support class takes what is above the \
                      schedule and waits for what is below it.",
        text: include_str!("pac_support_cmo.deal"),
        collateral: Suggested {
            age: 3,
            ..suggested(
                AssetClass::ResidentialMortgage,
                400_000_000.0,
                [0.06, 0.0555],
                357,
                [0.09, 0.0, 0.0],
            )
        },
    },
    Template {
        name: "z_bond_cmo",
        title: "Z-bond CMO",
        description: "The last class accretes: its interest is added to its balance, and the cash \
                      repays the classes before it until they are gone.",
        text: include_str!("z_bond_cmo.deal"),
        collateral: Suggested {
            age: 3,
            ..suggested(
                AssetClass::ResidentialMortgage,
                400_000_000.0,
                [0.06, 0.0555],
                357,
                [0.09, 0.0, 0.0],
            )
        },
    },
    Template {
        name: "auto_oc_turbo",
        title: "Auto ABS with reserve and OC turbo",
        description: "Senior and subordinated notes with a reserve account. Excess spread repays \
                      notes ahead of the pool until overcollateralisation is 12 %, then is \
                      released; a cumulative net loss above a rising limit turns everything to the \
                      notes.",
        text: include_str!("auto_oc_turbo.deal"),
        collateral: Suggested {
            age: 6,
            ..suggested(
                AssetClass::AutoLoan,
                1_000_000_000.0,
                [0.095, 0.095],
                62,
                [0.14, 0.02, 0.5],
            )
        },
    },
    Template {
        name: "pro_rata_switch",
        title: "Pro-rata switch",
        description: "Two classes are repaid in proportion while the pool performs. A cumulative \
                      loss trigger, for good, and a default speed trigger, until it passes again, \
                      switch to one after the other.",
        text: include_str!("pro_rata_switch.deal"),
        collateral: Suggested {
            age: 4,
            ..suggested(
                AssetClass::ConsumerCredit,
                300_000_000.0,
                [0.13, 0.13],
                56,
                [0.12, 0.03, 0.8],
            )
        },
    },
    Template {
        name: "net_wac_floater",
        title: "Floating rate with net-WAC cap",
        description: "Floating notes on fixed-rate loans. The rate is capped at what the pool \
                      earns; the interest above the cap accrues and is paid from excess spread.",
        text: include_str!("net_wac_floater.deal"),
        collateral: Suggested {
            age: 12,
            ..suggested(
                AssetClass::ResidentialMortgage,
                400_000_000.0,
                [0.07, 0.065],
                348,
                [0.12, 0.01, 0.35],
            )
        },
    },
    Template {
        name: "clo",
        title: "CLO with coverage tests",
        description: "Quarterly payments, separate interest and principal waterfalls, two years of \
                      reinvestment. Failing overcollateralisation or interest coverage diverts \
                      interest from junior classes to the senior ones until it is cured.",
        text: include_str!("clo.deal"),
        collateral: Suggested {
            age: 0,
            ..suggested(AssetClass::CloCdo, 400_000_000.0, [0.085, 0.085], 84, [0.2, 0.02, 0.4])
        },
    },
    Template {
        name: "card_revolving",
        title: "Revolving cards with early amortization",
        description: "Principal buys new receivables for two years. Negative excess spread three \
                      months in a row, or too few receivables, ends the revolving period and \
                      repays the notes one after the other.",
        text: include_str!("card_revolving.deal"),
        collateral: Suggested {
            age: 0,
            ..suggested(
                AssetClass::ConsumerCredit,
                215_000_000.0,
                [0.19, 0.19],
                24,
                [0.3, 0.05, 0.9],
            )
        },
    },
    Template {
        name: "cmbs_io",
        title: "CMBS with IO class",
        description: "Sequential principal classes on commercial mortgages. An interest-only class \
                      earns what the pool pays above them; realised losses write the junior class \
                      down first.",
        text: include_str!("cmbs_io.deal"),
        collateral: Suggested {
            age: 2,
            ..suggested(
                AssetClass::CommercialLoan,
                800_000_000.0,
                [0.062, 0.0605],
                118,
                [0.02, 0.005, 0.4],
            )
        },
    },
];

/// Returns a template by name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

const fn suggested(
    asset_class: AssetClass,
    balance: f64,
    [wac, net_coupon]: [f64; 2],
    term: u16,
    [cpr, cdr, severity]: [f64; 3],
) -> Suggested {
    let (age, sofr) = (0, 0.043);
    Suggested { asset_class, balance, wac, net_coupon, term, age, cpr, cdr, severity, sofr }
}

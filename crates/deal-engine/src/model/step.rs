//! One instruction of a waterfall.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Formula, Status};

/// An instruction: it moves what is due, but no more than `limit`, and so that `keep` stays behind;
/// if the account does not suffice, the `support` accounts are drawn in their order for the
/// shortfall. The three belong to steps that move cash out of an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What people call it; shown in explanations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Left out unless this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub when: Option<Formula>,
    /// What it does.
    pub action: Action,
    /// The most that is moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub limit: Option<Formula>,
    /// What stays in the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub keep: Option<Formula>,
    /// Accounts that help out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<String>,
}

/// What a step does. Bonds are named one by one or by their group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = StepAction)]
pub enum Action {
    /// Puts cash of the pool into an account. What no step collects before the first other step
    /// goes to the first account.
    Collect {
        /// Which cash.
        sources: Vec<Source>,
        /// Of which pool; of all if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Which part of it; all if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        share: Option<Formula>,
        /// Where to.
        into: String,
    },
    /// Moves cash between accounts.
    Transfer {
        /// Where from.
        from: String,
        /// Where to.
        into: String,
    },
    /// Pays fees, arrears first.
    PayFees {
        /// Which.
        fees: Vec<String>,
        /// Who gets what if there is not enough.
        #[serde(default)]
        allocation: Allocation,
        /// Where from.
        from: String,
    },
    /// Pays interest, what is overdue first.
    PayInterest {
        /// To whom.
        bonds: Vec<String>,
        /// Which interest.
        #[serde(default)]
        part: InterestPart,
        /// Who gets what if there is not enough.
        #[serde(default)]
        allocation: Allocation,
        /// Where from.
        from: String,
    },
    /// Pays principal, never more than the balances.
    PayPrincipal {
        /// To whom.
        bonds: Vec<String>,
        /// In which way.
        #[serde(default)]
        allocation: PrincipalAllocation,
        /// Where from.
        from: String,
    },
    /// Pays what is left to a bond, beyond any balance.
    PayResidual {
        /// To whom.
        bond: String,
        /// Where from.
        from: String,
    },
    /// Brings a reserve to its target.
    FillReserve {
        /// Which account.
        account: String,
        /// Where from.
        from: String,
    },
    /// Takes from a reserve what is above its target.
    ReleaseReserve {
        /// Which account.
        account: String,
        /// Where to.
        into: String,
    },
    /// Lowers balances without paying.
    WriteDown {
        /// Whose, the first one first.
        bonds: Vec<String>,
        /// By how much in all.
        #[schema(value_type = String)]
        amount: Formula,
    },
    /// Raises balances that were written down, never above what was written down.
    WriteUp {
        /// Whose, the first one first.
        bonds: Vec<String>,
        /// By how much in all.
        #[schema(value_type = String)]
        amount: Formula,
    },
    /// Books on ledgers: a debit fills them in the given order up to their caps, a credit empties
    /// them in the given order.
    Book {
        /// Which.
        ledgers: Vec<String>,
        /// Which way.
        side: Side,
        /// How much in all.
        #[schema(value_type = String)]
        amount: Formula,
    },
    /// Pays principal until a coverage test is passed, the senior bond first. Does nothing while
    /// the test is passed.
    Cure {
        /// Which test.
        test: String,
        /// To whom.
        bonds: Vec<String>,
        /// Where from.
        from: String,
    },
    /// Buys new assets for the pool.
    Buy {
        /// Which pool; the only one if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// Price per unit of balance; 1 if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        price: Option<Formula>,
        /// Where from.
        from: String,
    },
    /// Sells the whole pool.
    Liquidate {
        /// Which pool; all if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<String>,
        /// What it brings.
        #[schema(value_type = String)]
        proceeds: Formula,
        /// Where to.
        into: String,
    },
    /// Draws more principal from a bond that can be drawn.
    FundBond {
        /// Which bond.
        bond: String,
        /// Where to.
        into: String,
        /// How much.
        #[schema(value_type = String)]
        amount: Formula,
    },
    /// Tests a trigger whose moment is `in_step`.
    TestTrigger {
        /// Which.
        trigger: String,
    },
    /// Changes the status from the next payment date on.
    SetStatus {
        /// The new one.
        status: Status,
    },
    /// Does one thing or the other.
    If {
        /// Which.
        #[schema(value_type = String)]
        condition: Formula,
        /// If it holds.
        #[schema(no_recursion)]
        then: Vec<Step>,
        /// If not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[schema(no_recursion)]
        otherwise: Vec<Step>,
    },
    /// Writes a number down for people to look at.
    Inspect {
        /// What to call it.
        name: String,
        /// The number.
        #[schema(value_type = String)]
        value: Formula,
    },
}

/// A kind of cash that a pool pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Gross interest, less what the servicer keeps, plus advances.
    Interest,
    /// Scheduled principal.
    Principal,
    /// Principal paid early.
    Prepayment,
    /// What liquidation brought.
    Recovery,
    /// Owed for paying early.
    Penalty,
}

/// Who gets what if there is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Allocation {
    /// Everybody the same share of what is due; the parts add up to the cent.
    #[default]
    ProRata,
    /// One after the other.
    Sequential,
}

/// Which interest is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InterestPart {
    /// What is overdue and what fell due now.
    #[default]
    All,
    /// What fell due now.
    Current,
    /// What is overdue.
    Overdue,
    /// What overdue interest earned.
    OnInterest,
    /// Interest above the rate cap that is owed later.
    Carryover,
}

/// In which way principal is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalAllocation {
    /// One after the other.
    #[default]
    Sequential,
    /// In proportion to the balances.
    ProRata,
    /// Each down to its planned balance; PAC and TAC bonds only.
    Scheduled,
}

/// Which way a ledger is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Raises it.
    Debit,
    /// Lowers it.
    Credit,
}

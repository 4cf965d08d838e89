//! A deal with positions instead of names.

use chrono::NaiveDate;
use credit_engine::dates::DayCount;

use super::slots::{Kind, Slots};
use super::{RunError, Timeline};
use crate::model::{
    Allocation, Binary, Comparison, Cure, Deal, Formula, InterestPart, Moment, PrincipalAllocation,
    Side, Source, Status, Unary,
};

/// Position of a node.
pub(super) type NodeId = usize;
/// Position of a formula.
pub(super) type FormulaId = usize;
/// Position of a list of positions.
pub(super) type ListId = usize;

/// A deal with positions instead of names.
#[derive(Debug)]
pub(super) struct Program<'d> {
    pub(super) deal: &'d Deal,
    pub(super) timeline: Timeline,
    pub(super) pools: Vec<String>,
    pub(super) nodes: Vec<Node>,
    /// Lists of nodes and of positions.
    pub(super) lists: Vec<Vec<usize>>,
    pub(super) formulas: Vec<CompiledFormula<'d>>,
    /// The roots of the variables.
    pub(super) variables: Vec<NodeId>,
    pub(super) accounts: Slots<AccountPlan>,
    /// The caps of the ledgers.
    pub(super) ledger_caps: Slots<Option<FormulaId>>,
    pub(super) fees: Slots<FeePlan>,
    pub(super) bonds: Slots<BondPlan>,
    pub(super) triggers: Slots<TriggerPlan>,
    pub(super) tests: Slots<TestPlan>,
    pub(super) calls: Vec<CallPlan>,
    pub(super) waterfalls: Vec<(Status, Vec<StepPlan>)>,
    /// How accrual periods become parts of a year.
    pub(super) accruals: Vec<Accrual>,
    /// The places of steps, for the log.
    pub(super) places: Vec<String>,
    /// The names of inspections.
    pub(super) inspections: Vec<String>,
}

/// A formula of the deal.
#[derive(Debug)]
pub(super) struct CompiledFormula<'d> {
    pub(super) root: NodeId,
    pub(super) pointer: String,
    pub(super) formula: &'d Formula,
}

/// A part of a formula. Dates are days, conditions are 1 and 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    Number(f64),
    Period,
    Date,
    Variable(usize),
    Pool(Option<usize>, PoolField),
    /// An annual speed over the last months.
    Speed {
        pool: Option<usize>,
        defaults: bool,
        months: NodeId,
    },
    Bonds(ListId, BondField),
    Account(usize, AccountField),
    FeeDue(usize),
    FeePaid(usize),
    Ledger(usize),
    TriggerActive(usize),
    TriggerValue(usize),
    TestValue(usize),
    TestPassed(usize),
    TestCure(usize),
    Overcollateralization(ListId),
    InterestCoverage(ListId),
    Unary(Unary, NodeId),
    Binary(Binary, NodeId, NodeId),
    If(NodeId, NodeId, NodeId),
    Least(ListId),
    Greatest(ListId),
    Absolute(NodeId),
    Round(NodeId, Option<NodeId>),
    Years(NodeId, NodeId),
    /// Keys and values in turn, all of them nodes.
    Table(NodeId, ListId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolField {
    Balance,
    BeginBalance,
    OriginalBalance,
    Factor,
    Interest,
    Principal,
    Prepayment,
    Recovery,
    Penalty,
    Default,
    Loss,
    CumDefault,
    CumLoss,
    CumNetLoss,
    CumRecovery,
    NetWac,
    Wac,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BondField {
    Balance,
    BeginBalance,
    OriginalBalance,
    Factor,
    Rate,
    DueInterest,
    OverdueInterest,
    PaidInterest,
    PaidPrincipal,
    PlannedBalance,
    Deferred,
    Carryover,
    WrittenDown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountField {
    Balance,
    Target,
    Shortfall,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AccountPlan {
    pub(super) balance: f64,
    pub(super) target: Option<FormulaId>,
    pub(super) earns: Option<FormulaId>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct FeePlan {
    pub(super) starts: NaiveDate,
    pub(super) kind: FeeRule,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum FeeRule {
    OneOff(f64),
    Fixed(f64),
    Rate { rate: f64, base: FormulaId, accrual: usize },
    Formula(FormulaId),
}

/// Bonds and fees that accrue over the same days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Accrual {
    pub(super) day_count: DayCount,
    pub(super) from: NaiveDate,
    pub(super) delay: u16,
}

#[derive(Debug, Clone)]
pub(super) struct BondPlan {
    pub(super) original: f64,
    pub(super) balance: f64,
    pub(super) kind: Role,
    pub(super) coupon: CouponRule,
    pub(super) accrual: usize,
    pub(super) cap: Option<FormulaId>,
    pub(super) carryover: bool,
    pub(super) deferrable: bool,
    pub(super) on_interest: OnInterest,
    pub(super) lockout_until: Option<NaiveDate>,
    pub(super) maturity: Option<NaiveDate>,
    pub(super) planned: Vec<f64>,
}

/// What the engine does differently for a kind of bond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Ordinary,
    Accreting,
    Notional(FormulaId),
    PrincipalOnly,
    Equity,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum CouponRule {
    None,
    Fixed(f64),
    Floating { index: String, multiplier: f64, spread: f64, floor: f64, cap: f64 },
    StepUp { rate: f64, steps: Vec<(NaiveDate, f64)> },
    Formula(FormulaId),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum OnInterest {
    Nothing,
    OwnRate,
    Fixed(f64),
}

#[derive(Debug, Clone)]
pub(super) struct TriggerPlan {
    pub(super) measure: FormulaId,
    pub(super) comparison: Comparison,
    pub(super) threshold: FormulaId,
    pub(super) at: Moment,
    pub(super) consecutive: u16,
    pub(super) cure: Cure,
    pub(super) dormant: bool,
    pub(super) effects: Vec<EffectPlan>,
}

#[derive(Debug, Clone)]
pub(super) enum EffectPlan {
    Status(Status),
    ReserveTarget { account: usize, target: FormulaId },
    Coupon { bond: usize, rate: FormulaId },
    Activate(usize),
    Steps(Vec<StepPlan>),
}

#[derive(Debug, Clone)]
pub(super) struct TestPlan {
    pub(super) interest: bool,
    pub(super) numerator: Option<FormulaId>,
    pub(super) bonds: ListId,
    pub(super) threshold: FormulaId,
}

#[derive(Debug, Clone)]
pub(super) struct CallPlan {
    pub(super) name: String,
    pub(super) when: FormulaId,
    pub(super) first_date: Option<NaiveDate>,
    pub(super) price: Option<FormulaId>,
}

/// A step with positions instead of names.
#[derive(Debug, Clone)]
pub(super) struct StepPlan {
    /// Position of its place.
    pub(super) place: usize,
    pub(super) when: Option<FormulaId>,
    pub(super) limit: Option<FormulaId>,
    pub(super) keep: Option<FormulaId>,
    pub(super) support: Vec<usize>,
    pub(super) action: ActionPlan,
}

#[derive(Debug, Clone)]
pub(super) enum ActionPlan {
    Collect { sources: Vec<Source>, pool: Option<usize>, share: Option<FormulaId>, into: usize },
    Transfer { from: usize, into: usize },
    PayFees { fees: Vec<usize>, allocation: Allocation, from: usize },
    PayInterest { bonds: Vec<usize>, part: InterestPart, allocation: Allocation, from: usize },
    PayPrincipal { bonds: Vec<usize>, allocation: PrincipalAllocation, from: usize },
    PayResidual { bond: usize, from: usize },
    FillReserve { account: usize, from: usize },
    ReleaseReserve { account: usize, into: usize },
    WriteDown { bonds: Vec<usize>, amount: FormulaId },
    WriteUp { bonds: Vec<usize>, amount: FormulaId },
    Book { ledgers: Vec<usize>, side: Side, amount: FormulaId },
    Cure { test: usize, bonds: Vec<usize>, from: usize },
    Buy { pool: usize, price: Option<FormulaId>, from: usize },
    Liquidate { pool: Option<usize>, proceeds: FormulaId, into: usize },
    FundBond { bond: usize, into: usize, amount: FormulaId },
    TestTrigger(usize),
    SetStatus(Status),
    If { condition: FormulaId, then: Vec<StepPlan>, otherwise: Vec<StepPlan> },
    Inspect { inspection: usize, value: FormulaId },
}

impl Program<'_> {
    /// Returns the steps of a status; those of `amortizing` if it has none of its own.
    pub(super) fn waterfall(&self, status: Status) -> Option<&[StepPlan]> {
        let of = |wanted: Status| self.waterfalls.iter().find(|(status, _)| *status == wanted);
        of(status).or_else(|| of(Status::Amortizing)).map(|(_, steps)| steps.as_slice())
    }

    pub(super) fn list(&self, list: ListId) -> &[usize] {
        self.lists.get(list).map_or(&[], Vec::as_slice)
    }
}

/// Returns the error for a name that leads nowhere.
pub(super) fn unknown(kind: Kind, name: &str, pointer: &str) -> RunError {
    RunError::UnknownName { kind, name: name.to_owned(), pointer: pointer.to_owned() }
}

/// Returns the name of a status as JSON writes it.
pub(crate) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Revolving => "revolving",
        Status::Amortizing => "amortizing",
        Status::EarlyAmortization => "early_amortization",
        Status::Accelerated => "accelerated",
        Status::Defaulted => "defaulted",
        Status::Called => "called",
    }
}

//! The kinds of findings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How grave a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = DealFindingSeverity)]
pub enum Severity {
    /// The deal cannot be run.
    Error,
    /// The deal can be run, but something is probably not meant.
    Warning,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "`CodeInfo::about` says it, and the guide prints that")]
pub enum Code {
    TooLarge,
    BadName,
    DuplicateName,
    ReservedName,
    BadCurrency,
    BadNumber,
    BadRate,
    BadDate,
    UnknownCalendar,
    CalendarWithoutEffect,
    NoBonds,
    NoAccounts,
    NoWaterfall,
    DuplicateWaterfall,
    BadSchedule,
    CarryoverWithoutCap,
    SupportWithoutSchedule,
    ZeroBalance,
    UnknownReference,
    AmbiguousPool,
    WrongType,
    WrongArguments,
    DivisionByZero,
    UnguardedDivision,
    Circular,
    EmptyList,
    NamedTwice,
    ClauseWithoutEffect,
    SameAccount,
    NoTarget,
    WrongBond,
    LateCollection,
    CollectedTwice,
    WrongMoment,
    ConstantCondition,
    UnreachableStep,
    AccountNeverEmptied,
    AccountNeverFilled,
    ReserveNeverFilled,
    PaidTwice,
    InterestNeverPaid,
    PrincipalNeverPaid,
    FeeNeverPaid,
    EquityWithoutResidual,
    Unused,
    NeverActivated,
    NeverTested,
    NoEffect,
    StatusWithoutWaterfall,
    UnreachableWaterfall,
    RevolvingWithoutPurchase,
}

/// What is known about a kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    /// Which.
    pub code: Code,
    /// As it stands in JSON.
    pub name: &'static str,
    /// How grave.
    pub severity: Severity,
    /// What is wrong.
    pub about: &'static str,
}

impl Code {
    /// Every kind.
    pub const ALL: [CodeInfo; 51] = [
        error(
            Self::TooLarge,
            "too_large",
            "The deal has more bonds, steps, parts, names or formula nodes than the limits allow, or steps or formulas are nested too deeply.",
        ),
        error(
            Self::BadName,
            "bad_name",
            "A name is empty, longer than 64 characters, begins or ends with a space, or holds a control character.",
        ),
        error(
            Self::DuplicateName,
            "duplicate_name",
            "A name stands twice within one kind, or a group is called like a bond.",
        ),
        error(
            Self::ReservedName,
            "reserved_name",
            "A variable is called like a word of the formula language.",
        ),
        error(Self::BadCurrency, "bad_currency", "The currency is not three capital letters."),
        error(
            Self::BadNumber,
            "bad_number",
            "An amount is negative, not finite or beyond 10^15, or a balance is above the original one.",
        ),
        error(
            Self::BadRate,
            "bad_rate",
            "A rate is above 100 % or below -100 %, or a floor is above its cap.",
        ),
        error(
            Self::BadDate,
            "bad_date",
            "Dates are out of order or outside the years 1970 to 2150.",
        ),
        error(
            Self::UnknownCalendar,
            "unknown_calendar",
            "There is no such calendar or business-day convention.",
        ),
        warning(
            Self::CalendarWithoutEffect,
            "calendar_without_effect",
            "A calendar without a convention, or a convention without a calendar, moves no date.",
        ),
        error(Self::NoBonds, "no_bonds", "The deal has no bonds."),
        error(
            Self::NoAccounts,
            "no_accounts",
            "The deal has no account, so collections have nowhere to go.",
        ),
        error(
            Self::NoWaterfall,
            "no_waterfall",
            "The deal has no waterfall `amortizing`, which every status without one of its own falls back on, or that waterfall is empty.",
        ),
        error(
            Self::DuplicateWaterfall,
            "duplicate_waterfall",
            "Two waterfalls have the same status.",
        ),
        error(
            Self::BadSchedule,
            "bad_schedule",
            "A PAC has neither band nor plan, a TAC neither speed nor plan, or these make no sense.",
        ),
        error(
            Self::CarryoverWithoutCap,
            "carryover_without_cap",
            "A bond carries capped interest over but has no rate cap.",
        ),
        warning(
            Self::SupportWithoutSchedule,
            "support_without_schedule",
            "A support bond supports nothing: no bond is a PAC or TAC.",
        ),
        warning(
            Self::ZeroBalance,
            "zero_balance",
            "A bond that pays interest or principal has an original balance of zero.",
        ),
        error(
            Self::UnknownReference,
            "unknown_reference",
            "Something is named that does not exist.",
        ),
        error(
            Self::AmbiguousPool,
            "ambiguous_pool",
            "A formula says `pool` and the deal has several.",
        ),
        error(
            Self::WrongType,
            "wrong_type",
            "A formula mixes units, or gives something else than is needed.",
        ),
        error(
            Self::WrongArguments,
            "wrong_arguments",
            "A function or field has too few, too many or the wrong kind of arguments.",
        ),
        error(Self::DivisionByZero, "division_by_zero", "A formula divides by the number zero."),
        warning(
            Self::UnguardedDivision,
            "unguarded_division",
            "A formula divides by a balance, or by what falls due, that becomes zero while the deal lives; the run would stop there.",
        ),
        error(
            Self::Circular,
            "circular",
            "Something is defined by itself, perhaps through others.",
        ),
        error(Self::EmptyList, "empty_list", "A step or test names nothing."),
        error(
            Self::NamedTwice,
            "named_twice",
            "A step or test names the same thing twice, perhaps through a group.",
        ),
        error(
            Self::ClauseWithoutEffect,
            "clause_without_effect",
            "A limit, an amount to keep or a support account stands on a step that pays nothing from an account.",
        ),
        error(
            Self::SameAccount,
            "same_account",
            "A step moves cash from an account to itself, or an account supports itself.",
        ),
        error(Self::NoTarget, "no_target", "A reserve is filled or released that has no target."),
        error(
            Self::WrongBond,
            "wrong_bond",
            "A step pays a bond what it cannot receive, such as interest to a principal-only bond.",
        ),
        error(
            Self::LateCollection,
            "late_collection",
            "A step collects after another kind of step; by then all cash has gone to the first account.",
        ),
        error(
            Self::CollectedTwice,
            "collected_twice",
            "The same cash of the pool is collected twice without shares.",
        ),
        error(
            Self::WrongMoment,
            "wrong_moment",
            "A step tests a trigger whose moment is not `in step`.",
        ),
        warning(
            Self::ConstantCondition,
            "constant_condition",
            "A condition is always true or always false.",
        ),
        warning(
            Self::UnreachableStep,
            "unreachable_step",
            "A step pays from an account that an earlier step has emptied.",
        ),
        warning(
            Self::AccountNeverEmptied,
            "account_never_emptied",
            "Cash goes into an account and nothing takes it out.",
        ),
        warning(
            Self::AccountNeverFilled,
            "account_never_filled",
            "Cash is taken from an account that starts empty and that nothing fills.",
        ),
        warning(
            Self::ReserveNeverFilled,
            "reserve_never_filled",
            "An account has a target, starts below it, and no step fills it.",
        ),
        warning(
            Self::PaidTwice,
            "paid_twice",
            "The same fee or interest is paid twice from the same account of one waterfall, and nothing came in between.",
        ),
        error(
            Self::InterestNeverPaid,
            "interest_never_paid",
            "A bond earns interest and no waterfall pays it.",
        ),
        error(
            Self::PrincipalNeverPaid,
            "principal_never_paid",
            "A bond has a balance and no waterfall repays it.",
        ),
        warning(Self::FeeNeverPaid, "fee_never_paid", "A fee accrues and no waterfall pays it."),
        warning(
            Self::EquityWithoutResidual,
            "equity_without_residual",
            "No waterfall pays the rest to an equity class.",
        ),
        warning(
            Self::Unused,
            "unused",
            "A variable, ledger, test or account is defined and never used.",
        ),
        warning(
            Self::NeverActivated,
            "never_activated",
            "A dormant trigger is activated by no other trigger.",
        ),
        warning(
            Self::NeverTested,
            "never_tested",
            "A trigger is tested in a step, and no step tests it.",
        ),
        warning(Self::NoEffect, "no_effect", "A trigger has no effect and no formula looks at it."),
        warning(
            Self::StatusWithoutWaterfall,
            "status_without_waterfall",
            "A status is set that has no waterfall of its own; that of `amortizing` is used.",
        ),
        warning(
            Self::UnreachableWaterfall,
            "unreachable_waterfall",
            "A waterfall stands for a status that nothing sets.",
        ),
        warning(
            Self::RevolvingWithoutPurchase,
            "revolving_without_purchase",
            "The deal revolves, and its revolving waterfall buys no assets.",
        ),
    ];

    /// Returns what is known about it.
    #[must_use]
    pub fn info(self) -> CodeInfo {
        let found = Self::ALL.into_iter().find(|info| info.code == self);
        found.unwrap_or(error(self, "unknown", "Not described."))
    }
}

const fn error(code: Code, name: &'static str, about: &'static str) -> CodeInfo {
    CodeInfo { code, name, severity: Severity::Error, about }
}

const fn warning(code: Code, name: &'static str, about: &'static str) -> CodeInfo {
    CodeInfo { code, name, severity: Severity::Warning, about }
}

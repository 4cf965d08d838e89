//! The words for what has no name of its own.

use crate::model::{
    Allocation, Comparison, Cure, Frequency, InterestPart, Moment, PrincipalAllocation, Source,
    Status,
};

/// The words that begin a clause of a step.
pub(super) const STEP_CLAUSES: [&str; 7] =
    ["limit", "keep", "support", "when", "label", "share", "price"];

pub(super) const STATUSES: [(Status, &str); 6] = [
    (Status::Revolving, "revolving"),
    (Status::Amortizing, "amortizing"),
    (Status::EarlyAmortization, "early amortization"),
    (Status::Accelerated, "accelerated"),
    (Status::Defaulted, "defaulted"),
    (Status::Called, "called"),
];

pub(super) const SOURCES: [(Source, &str); 5] = [
    (Source::Interest, "interest"),
    (Source::Principal, "principal"),
    (Source::Prepayment, "prepayment"),
    (Source::Recovery, "recovery"),
    (Source::Penalty, "penalty"),
];

pub(super) const FREQUENCIES: [(Frequency, &str); 4] = [
    (Frequency::Monthly, "monthly"),
    (Frequency::Quarterly, "quarterly"),
    (Frequency::SemiAnnual, "semiannually"),
    (Frequency::Annual, "annually"),
];

pub(super) const MOMENTS: [(Moment, &str); 5] = [
    (Moment::Closing, "at closing"),
    (Moment::EndOfCollection, "at end of collection"),
    (Moment::BeforeWaterfall, "before waterfall"),
    (Moment::AfterWaterfall, "after waterfall"),
    (Moment::InStep, "in step"),
];

pub(super) const CURES: [(Cure, &str); 2] =
    [(Cure::Never, "never cures"), (Cure::WhenPassed, "cures when passed")];

/// Longer phrases first.
pub(super) const INTEREST_PARTS: [(InterestPart, &str); 5] = [
    (InterestPart::OnInterest, "interest on interest"),
    (InterestPart::Current, "current interest"),
    (InterestPart::Overdue, "overdue interest"),
    (InterestPart::Carryover, "carryover"),
    (InterestPart::All, "interest"),
];

pub(super) const ALLOCATIONS: [(Allocation, &str); 2] =
    [(Allocation::ProRata, "pro rata"), (Allocation::Sequential, "sequentially")];

pub(super) const PRINCIPAL_ALLOCATIONS: [(PrincipalAllocation, &str); 3] = [
    (PrincipalAllocation::Sequential, "sequentially"),
    (PrincipalAllocation::ProRata, "pro rata"),
    (PrincipalAllocation::Scheduled, "as scheduled"),
];

pub(super) const COMPARISONS: [(Comparison, &str); 4] = [
    (Comparison::Above, ">"),
    (Comparison::AtLeast, ">="),
    (Comparison::Below, "<"),
    (Comparison::AtMost, "<="),
];

/// Conventions that need no quotes: the value, and its words.
pub(super) const CONVENTIONS: [(&str, &str); 5] = [
    ("unadjusted", "unadjusted"),
    ("following", "following"),
    ("modified_following", "modified following"),
    ("preceding", "preceding"),
    ("modified_preceding", "modified preceding"),
];

/// The words for a meaning.
pub(super) fn words<T: PartialEq>(phrases: &[(T, &'static str)], meaning: &T) -> &'static str {
    phrases.iter().find(|(known, _)| known == meaning).map_or("", |(_, words)| words)
}

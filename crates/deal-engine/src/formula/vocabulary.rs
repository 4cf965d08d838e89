//! The names and functions of the formula language.

use crate::model::ObjectKind;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// An amount in the deal's currency.
    Money,
    /// A number without a unit: a factor, a percentage of something.
    Ratio,
    /// An annual rate.
    Rate,
    /// A day.
    Date,
    /// True or false.
    Bool,
    /// A count.
    Int,
    /// A name.
    Text,
}

impl Type {
    /// Returns what a structurer calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "an amount of money",
            Self::Ratio => "a ratio",
            Self::Rate => "an annual rate",
            Self::Date => "a date",
            Self::Bool => "a condition",
            Self::Int => "a count",
            Self::Text => "a name",
        }
    }
}

/// A number that an object of the deal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// What is written after the dot.
    pub name: &'static str,
    /// Its type; `None` if it is that of the measure of the trigger.
    pub of: Option<Type>,
    /// Whether it is asked for a number of months, as in `pool.cdr(3)`.
    pub months: bool,
    /// What it is.
    pub about: &'static str,
}

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// What is written before the parenthesis.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives.
    pub about: &'static str,
}

/// Words that are neither names of variables nor of functions.
pub const KEYWORDS: [&str; 8] = ["if", "then", "else", "and", "or", "not", "true", "false"];

/// Every function, `table` and `variable` excepted, whose arguments look different.
pub const FUNCTIONS: [Function; 7] = [
    function("min", "min(a, b, …)", "the least of its arguments"),
    function("max", "max(a, b, …)", "the greatest of its arguments"),
    function("abs", "abs(a)", "the amount without its sign"),
    function("round", "round(a) or round(a, places)", "rounded, halves away from zero"),
    function("years", "years(from, to)", "years between two dates, actual days over 365"),
    function("oc", "oc(\"A\", \"B\")", "the performing pool balance over the balance of the bonds"),
    function(
        "ic",
        "ic(\"A\", \"B\")",
        "interest collected less fees due, over the interest due on the bonds",
    ),
];

/// What stands alone.
pub const WORDS: [Field; 2] = [
    field("period", Type::Int, "the number of the payment date; 1 is the first"),
    field("date", Type::Date, "the payment date"),
];

const POOL: [Field; 19] = [
    field("balance", Type::Money, "performing balance at the end of the collection period"),
    field("begin_balance", Type::Money, "performing balance at its beginning"),
    field("original_balance", Type::Money, "balance at the cut-off"),
    field("factor", Type::Ratio, "balance over original balance"),
    field("interest", Type::Money, "interest collected"),
    field("principal", Type::Money, "scheduled principal collected"),
    field("prepayment", Type::Money, "principal paid early"),
    field("recovery", Type::Money, "brought by liquidation"),
    field("penalty", Type::Money, "collected for paying early"),
    field("default", Type::Money, "balance that defaulted"),
    field("loss", Type::Money, "balance that was lost"),
    field("cum_default", Type::Money, "defaults since the cut-off"),
    field("cum_recovery", Type::Money, "recoveries since the cut-off"),
    field("cum_loss", Type::Money, "losses since the cut-off"),
    field("cum_net_loss", Type::Money, "defaults less recoveries since the cut-off"),
    field("wac", Type::Rate, "average gross rate by balance"),
    field("net_wac", Type::Rate, "average net rate by balance"),
    months("cpr", "annual prepayment speed over the last months"),
    months("cdr", "annual default speed over the last months"),
];

const BOND_SUMS: [Field; 10] = [
    field("balance", Type::Money, "balance now"),
    field("begin_balance", Type::Money, "balance before this payment date"),
    field("original_balance", Type::Money, "balance at closing"),
    field("due_interest", Type::Money, "interest that fell due on this payment date"),
    field("overdue_interest", Type::Money, "interest that fell due earlier and is unpaid"),
    field("paid_interest", Type::Money, "interest paid on this payment date"),
    field("paid_principal", Type::Money, "principal paid on this payment date"),
    field("deferred", Type::Money, "interest that was added to the balance and not repaid"),
    field("carryover", Type::Money, "interest above the rate cap that is owed"),
    field("written_down", Type::Money, "balance that was written down and not written up"),
];

const BOND_OWN: [Field; 3] = [
    field("factor", Type::Ratio, "balance over original balance"),
    field("rate", Type::Rate, "rate of this accrual period"),
    field("planned_balance", Type::Money, "balance that the schedule of a PAC or TAC bond plans"),
];

const ACCOUNT: [Field; 3] = [
    field("balance", Type::Money, "cash now"),
    field("target", Type::Money, "what it should hold"),
    field("shortfall", Type::Money, "what it lacks of its target"),
];

const FEE: [Field; 2] = [
    field("due", Type::Money, "due and unpaid"),
    field("paid", Type::Money, "paid on this payment date"),
];

const LEDGER: [Field; 1] = [field("balance", Type::Money, "booked and not yet credited")];

const TRIGGER: [Field; 2] = [
    field("breached", Type::Bool, "whether it is in force"),
    Field { name: "value", of: None, months: false, about: "its measure when last tested" },
];

const TEST: [Field; 3] = [
    field("value", Type::Ratio, "the coverage"),
    field("passed", Type::Bool, "whether it is at or above the threshold"),
    field("cure", Type::Money, "principal that must be paid to pass"),
];

/// Every kind of object.
pub const KINDS: [ObjectKind; 8] = [
    ObjectKind::Pool,
    ObjectKind::Bond,
    ObjectKind::Bonds,
    ObjectKind::Account,
    ObjectKind::Fee,
    ObjectKind::Ledger,
    ObjectKind::Trigger,
    ObjectKind::Test,
];

/// Returns what can be asked of a kind of object.
pub fn fields(kind: ObjectKind) -> impl Iterator<Item = Field> {
    let (first, second): (&[Field], &[Field]) = match kind {
        ObjectKind::Pool => (&POOL, &[]),
        ObjectKind::Bond => (&BOND_SUMS, &BOND_OWN),
        ObjectKind::Bonds => (&BOND_SUMS, &[]),
        ObjectKind::Account => (&ACCOUNT, &[]),
        ObjectKind::Fee => (&FEE, &[]),
        ObjectKind::Ledger => (&LEDGER, &[]),
        ObjectKind::Trigger => (&TRIGGER, &[]),
        ObjectKind::Test => (&TEST, &[]),
    };
    first.iter().chain(second).copied()
}

/// Returns the kind of object that a word names.
#[must_use]
pub fn object_word(word: &str) -> Option<ObjectKind> {
    KINDS.into_iter().find(|kind| super::writer::word_of(*kind) == word)
}

const fn field(name: &'static str, of: Type, about: &'static str) -> Field {
    Field { name, of: Some(of), months: false, about }
}

const fn months(name: &'static str, about: &'static str) -> Field {
    Field { name, of: Some(Type::Rate), months: true, about }
}

const fn function(name: &'static str, usage: &'static str, about: &'static str) -> Function {
    Function { name, usage, about }
}

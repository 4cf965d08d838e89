//! Every step of a run, in columns.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Status;

/// Every step of a run in its order: entry `i` of each column belongs to one step on one date.
/// Accounts are counted in the order of the deal.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Log {
    /// The places of steps that entries point to, such as `amortizing/5` (the fifth step) or
    /// `amortizing/5/then/1`; steps of a trigger begin with `trigger/` and its position from 1.
    pub places: Vec<String>,
    /// Position of the payment date, from 0.
    pub date: Vec<u32>,
    /// Position in `places`.
    pub step: Vec<u32>,
    /// The status whose waterfall it belongs to.
    pub status: Vec<Status>,
    /// What was due; null if there is no bound.
    pub requested: Vec<Option<f64>>,
    /// The limit of the step; null without one.
    pub limit: Vec<Option<f64>>,
    /// What the account and its support could give.
    pub available: Vec<f64>,
    /// What was moved.
    pub paid: Vec<f64>,
    /// The account that gave, if any.
    pub from: Vec<Option<u32>>,
    /// The account that got, if any.
    pub into: Vec<Option<u32>>,
    /// Balance of the account that gave (or else got) before.
    pub before: Vec<f64>,
    /// The same balance after.
    pub after: Vec<f64>,
    /// What decided the amount.
    pub note: Vec<Note>,
    /// What single bonds, fees and supporting accounts got or gave.
    pub parts: LogParts,
}

/// The parts of steps, in the order of the steps.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct LogParts {
    /// Position of the entry in the log.
    pub entry: Vec<u32>,
    /// Whose part.
    pub party: Vec<Party>,
    /// Position of the bond, fee, account or ledger in the deal.
    pub position: Vec<u32>,
    /// How much was due.
    pub due: Vec<f64>,
    /// How much it was.
    pub amount: Vec<f64>,
}

/// Whose part of a step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Interest to a bond.
    Interest,
    /// Principal to a bond.
    Principal,
    /// Anything beyond to a bond.
    Residual,
    /// A balance that was written down or up.
    Balance,
    /// A fee.
    Fee,
    /// Cash out of a supporting account.
    Support,
    /// An amount on a ledger.
    Ledger,
}

/// What decided the amount of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StepNote)]
pub enum Note {
    /// All that was due was moved.
    #[default]
    Full,
    /// Nothing was due.
    NothingDue,
    /// The condition of the step did not hold.
    Skipped,
    /// The limit was lower than what was due.
    Limited,
    /// The account did not hold enough.
    Short,
    /// Supporting accounts gave what was missing.
    Supported,
    /// Supporting accounts gave a part of what was missing.
    SupportedInPart,
    /// A trigger was tested.
    Tested,
    /// The status changes.
    StatusChanged,
    /// One of two branches was taken.
    Branched,
    /// A number was written down.
    Inspected,
}

/// One entry of the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) date: usize,
    pub(super) step: usize,
    pub(super) status: Status,
    pub(super) requested: Option<f64>,
    pub(super) limit: Option<f64>,
    pub(super) available: f64,
    pub(super) paid: f64,
    pub(super) from: Option<usize>,
    pub(super) into: Option<usize>,
    pub(super) before: f64,
    pub(super) after: f64,
    pub(super) note: Note,
}

impl Log {
    /// Returns an empty log with room for `entries`.
    pub(super) fn new(places: Vec<String>, entries: usize) -> Self {
        Self {
            places,
            date: Vec::with_capacity(entries),
            step: Vec::with_capacity(entries),
            status: Vec::with_capacity(entries),
            requested: Vec::with_capacity(entries),
            limit: Vec::with_capacity(entries),
            available: Vec::with_capacity(entries),
            paid: Vec::with_capacity(entries),
            from: Vec::with_capacity(entries),
            into: Vec::with_capacity(entries),
            before: Vec::with_capacity(entries),
            after: Vec::with_capacity(entries),
            note: Vec::with_capacity(entries),
            parts: LogParts::default(),
        }
    }

    pub(super) fn push(&mut self, entry: &Entry) {
        self.date.push(small(entry.date));
        self.step.push(small(entry.step));
        self.status.push(entry.status);
        self.requested.push(entry.requested);
        self.limit.push(entry.limit);
        self.available.push(entry.available);
        self.paid.push(entry.paid);
        self.from.push(entry.from.map(small));
        self.into.push(entry.into.map(small));
        self.before.push(entry.before);
        self.after.push(entry.after);
        self.note.push(entry.note);
    }

    /// Adds a part of the entry that is pushed next.
    pub(super) fn part(&mut self, party: Party, position: usize, due: f64, amount: f64) {
        self.parts.entry.push(small(self.step.len()));
        self.parts.party.push(party);
        self.parts.position.push(small(position));
        self.parts.due.push(due);
        self.parts.amount.push(amount);
    }
}

/// Positions are far below four thousand million.
fn small(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

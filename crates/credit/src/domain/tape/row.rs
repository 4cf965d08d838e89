//! A row while it is read, what people decide about rows, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person decided about rows that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resolution {
    /// Rows that are left out for good.
    pub exclude: BTreeSet<u64>,
    /// New values by row and by column heading or field name.
    pub repairs: BTreeMap<u64, BTreeMap<String, String>>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Report {
    /// Rows read, the heading not counted.
    pub rows: u64,
    /// Rows that are in the pool.
    pub valid: u64,
    /// Rows that break a rule.
    pub invalid: u64,
    /// Rows of loans that are gone.
    pub closed: u64,
    /// Rows that a person left out.
    pub excluded: u64,
    /// Rows that a person repaired.
    pub repaired: u64,
    /// Warnings about rows that are in the pool.
    pub warnings: u64,
    /// How often each code occurs.
    pub codes: BTreeMap<String, u64>,
    /// Headings that are not used.
    pub unused_columns: Vec<String>,
}

/// One row as bytes, and where its cells end.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowView<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) ends: &'a [usize],
}

impl<'a> RowView<'a> {
    /// The cell at a position; empty if the row is shorter.
    pub(super) fn cell(self, position: usize) -> &'a [u8] {
        let Some(end) = self.ends.get(position) else { return &[] };
        let start = match position.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        self.bytes.get(start..*end).unwrap_or_default()
    }
}

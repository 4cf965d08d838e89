//! Row by row from a tape into a pool.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState};

use bytes::Bytes;

use super::cells::{closed, is_missing, value};
use super::issues::{IssueTable, RowIssue, Severity};
use super::mapping::{DuplicateIds, Mapping, MappingError, Plan, Planned};
use super::row::{Report, Resolution, RowView};
use crate::domain::asset::{Field, Issue, Record, Value, build};
use crate::domain::table::{Table, TableError, TableWriter};

/// Takes rows and keeps what fits.
#[derive(Debug)]
pub struct Importer {
    plan: Plan,
    headings: Vec<String>,
    duplicates: DuplicateIds,
    resolution: Resolution,
    record: Record,
    table: TableWriter,
    issues: IssueTable,
    report: Report,
    hasher: RandomState,
    ids: HashMap<u64, u32>,
    seen: HashSet<u64>,
}

impl Importer {
    /// Puts a mapping to the columns of a file.
    ///
    /// # Errors
    ///
    /// Returns [`MappingError`] if they do not fit.
    pub fn new(
        mapping: &Mapping,
        headings: Vec<String>,
        resolution: Resolution,
    ) -> Result<Self, ImportError> {
        let plan = mapping.plan(&headings)?;
        let used: HashSet<usize> =
            plan.columns.iter().map(|c| c.position).chain(plan.zero_balance).collect();
        let unused = headings.iter().enumerate().filter(|(i, _)| !used.contains(i));
        let report = Report {
            unused_columns: unused.map(|(_, heading)| heading.clone()).collect(),
            ..Report::default()
        };
        Ok(Self {
            plan,
            headings,
            duplicates: mapping.duplicate_ids,
            resolution,
            record: Record::default(),
            table: TableWriter::new()?,
            issues: IssueTable::new()?,
            report,
            hasher: RandomState::new(),
            ids: HashMap::new(),
            seen: HashSet::new(),
        })
    }

    /// What has been done so far.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Takes a row; the first one under the heading is row 2.
    pub(super) fn push(&mut self, row: u64, view: RowView<'_>) -> Result<(), TableError> {
        self.report.rows += 1;
        if self.resolution.exclude.contains(&row) {
            self.report.excluded += 1;
            return Ok(());
        }
        let repairs = self.resolution.repairs.get(&row).cloned();
        if repairs.is_some() {
            self.report.repaired += 1;
        }
        self.record.clear();
        for (field, value) in &self.plan.constants {
            self.record.set(*field, value.clone());
        }
        let mut found = Vec::new();
        if view.ends.len() != self.headings.len() && repairs.is_none() {
            let (has, needs) = (view.ends.len(), self.headings.len());
            let message = format!(
                "the row has {has} cells, the heading has {needs}; look for a missing quote or separator"
            );
            found.push(issue(row, "column_count", Severity::Error, message));
        }
        for column in &self.plan.columns {
            let heading = self.headings.get(column.position).map_or("", String::as_str);
            let repaired = repairs
                .as_ref()
                .and_then(|cells| cells.get(heading).or_else(|| cells.get(column.field.name())));
            let cell = repaired.map_or_else(|| view.cell(column.position), |text| text.as_bytes());
            if let Err((code, message)) = read(&mut self.record, column, cell) {
                found.push(RowIssue {
                    column: Some(heading.to_owned()),
                    field: Some(column.field.name().to_owned()),
                    value: Some(shown(cell)),
                    ..issue(row, code, Severity::Error, message)
                });
            }
        }
        self.extra_repairs(row, repairs.as_ref(), &mut found);
        if let Some(gone) = self.gone(row, view) {
            self.report.closed += 1;
            return self.note(&gone);
        }
        derive(&mut self.record, row);
        self.decide(row, view, found)
    }

    /// Repairs of fields that the tape has no column for.
    fn extra_repairs(
        &mut self,
        row: u64,
        repairs: Option<&BTreeMap<String, String>>,
        found: &mut Vec<RowIssue>,
    ) {
        for (name, text) in repairs.into_iter().flatten() {
            let is_column = self.headings.iter().any(|heading| heading == name);
            let planned = Field::find(name).filter(|field| {
                !is_column && !self.plan.columns.iter().any(|column| column.field == *field)
            });
            let Some(field) = planned else { continue };
            let column = Planned {
                position: 0,
                field,
                unit: super::mapping::Unit::Fraction,
                dates: super::dates::DateFormat::Iso,
            };
            if let Err((code, message)) = read(&mut self.record, &column, text.as_bytes()) {
                found.push(RowIssue {
                    field: Some(field.name().to_owned()),
                    value: Some(text.clone()),
                    ..issue(row, code, Severity::Error, message)
                });
            }
        }
    }

    /// The issue of a loan that is no longer there.
    fn gone(&self, row: u64, view: RowView<'_>) -> Option<RowIssue> {
        if let Some(position) = self.plan.zero_balance {
            let cell = String::from_utf8_lossy(view.cell(position));
            let code = cell.trim();
            if !is_missing(code) && !code.trim_start_matches('0').is_empty() {
                let (name, what) = closed(code);
                return Some(RowIssue {
                    column: self.headings.get(position).cloned(),
                    field: Some(super::mapping::ZERO_BALANCE_CODE.to_owned()),
                    value: Some(shown(code.as_bytes())),
                    ..issue(
                        row,
                        name,
                        Severity::Closed,
                        format!("the loan {what}; it contributes nothing and is left out"),
                    )
                });
            }
        }
        let empty = self.record.number(Field::Balance).is_some_and(|balance| balance == 0.0);
        empty.then(|| RowIssue {
            column: self.heading_of(Field::Balance),
            field: Some(Field::Balance.name().to_owned()),
            value: Some("0".to_owned()),
            ..issue(
                row,
                "zero_balance",
                Severity::Closed,
                "the balance is 0: the loan counts as prepaid and is left out".to_owned(),
            )
        })
    }

    fn decide(
        &mut self,
        row: u64,
        view: RowView<'_>,
        mut found: Vec<RowIssue>,
    ) -> Result<(), TableError> {
        if let Err(broken) = build(&self.record, "") {
            for rule in broken {
                let field = rule.pointer.split('/').nth(1).unwrap_or_default();
                if !found.iter().any(|issue| issue.field.as_deref() == Some(field)) {
                    found.push(self.rule_issue(row, view, &rule));
                }
            }
        }
        if let Some(warning) = self.duplicate(row, &mut found) {
            self.note(&warning)?;
            self.report.warnings += 1;
        }
        if found.is_empty() {
            self.report.valid += 1;
            return self.table.push(&self.record);
        }
        self.report.invalid += 1;
        for issue in &found {
            self.note(issue)?;
        }
        Ok(())
    }

    fn rule_issue(&self, row: u64, view: RowView<'_>, rule: &Issue) -> RowIssue {
        let name = rule.pointer.split('/').nth(1).unwrap_or_default();
        let column = self.plan.columns.iter().find(|column| column.field.name() == name);
        let message = format!(
            "{}; correct the row, exclude it, or leave the column out of the mapping",
            rule.message
        );
        RowIssue {
            column: column.and_then(|c| self.headings.get(c.position).cloned()),
            field: Some(name.to_owned()),
            value: column.map(|c| shown(view.cell(c.position))),
            ..issue(row, &rule.code, Severity::Error, message)
        }
    }

    /// Finds a row that is there twice, and an id that two loans share.
    fn duplicate(&mut self, row: u64, found: &mut Vec<RowIssue>) -> Option<RowIssue> {
        let id = self.record.text(Field::Id)?;
        let is_new = self.seen.insert(self.facts_hash(id));
        let id_hash = self.hasher.hash_one(id);
        let times = self.ids.entry(id_hash).or_insert(0);
        *times += 1;
        let times = *times;
        if is_new && times == 1 {
            return None;
        }

        let id = id.to_owned();
        let about = |code: &str, severity, message| RowIssue {
            column: self.heading_of(Field::Id),
            field: Some("id".to_owned()),
            value: Some(id.clone()),
            ..issue(row, code, severity, message)
        };
        if !is_new {
            let message = "the same loan is on the tape twice; the second row is left out";
            found.push(about("duplicate_row", Severity::Error, message.to_owned()));
            return None;
        }
        if self.duplicates == DuplicateIds::Reject {
            let message = "another loan has this id; correct it, or let the import rename it";
            found.push(about("duplicate_id", Severity::Error, message.to_owned()));
            return None;
        }
        let mut number = times;
        let mut renamed = format!("{id}#{number}");
        while self.ids.contains_key(&self.hasher.hash_one(renamed.as_str())) {
            number += 1;
            renamed = format!("{id}#{number}");
        }
        let message = format!("another loan has this id; this one is now {renamed}");
        let warning = about("duplicate_id", Severity::Warning, message);
        self.ids.insert(self.hasher.hash_one(renamed.as_str()), 1);
        self.record.set(Field::Id, Value::Text(renamed));
        Some(warning)
    }

    /// A hash of what tells two loans with one id apart.
    fn facts_hash(&self, id: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        id.hash(&mut hasher);
        for field in [Field::Balance, Field::OriginalBalance, Field::Rate] {
            self.record.number(field).map(f64::to_bits).hash(&mut hasher);
        }
        for field in [Field::TermMonths, Field::RemainingTermMonths, Field::FicoScore] {
            self.record.whole(field).hash(&mut hasher);
        }
        self.record.date(Field::OriginationDate).hash(&mut hasher);
        self.record.text(Field::Location).hash(&mut hasher);
        hasher.finish()
    }

    fn heading_of(&self, field: Field) -> Option<String> {
        let column = self.plan.columns.iter().find(|column| column.field == field)?;
        self.headings.get(column.position).cloned()
    }

    fn note(&mut self, issue: &RowIssue) -> Result<(), TableError> {
        *self.report.codes.entry(issue.code.clone()).or_default() += 1;
        self.issues.push(issue)
    }

    /// Finishes: the loans, the issues if there are any, and the report.
    ///
    /// # Errors
    ///
    /// Returns [`TableError`] if the tables cannot be compressed.
    pub fn finish(self) -> Result<(Table, Option<Bytes>, Report), TableError> {
        Ok((self.table.finish()?, self.issues.finish()?, self.report))
    }
}

/// Why an import could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping does not fit the file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The tables could not be made.
    #[error(transparent)]
    Table(#[from] TableError),
}

fn issue(row: u64, code: &str, severity: Severity, message: String) -> RowIssue {
    RowIssue {
        row,
        column: None,
        field: None,
        code: code.to_owned(),
        severity,
        value: None,
        message,
    }
}

/// Reads one cell into the record; a missing value leaves a constant in place.
fn read(record: &mut Record, column: &Planned, cell: &[u8]) -> Result<(), (&'static str, String)> {
    let text = std::str::from_utf8(cell)
        .map_err(|_| ("not_utf8", "the cell is not UTF-8 text; save the tape as UTF-8".to_owned()))?
        .trim();
    if is_missing(text) {
        return Ok(());
    }
    record.set(column.field, value(column.field, text, column.unit, column.dates)?);
    Ok(())
}

/// Fills in what follows from other fields.
fn derive(record: &mut Record, row: u64) {
    if record.get(Field::Id).is_none() {
        record.set(Field::Id, Value::Text(format!("row-{row}")));
    }
    let term = record.whole(Field::TermMonths);
    let remaining = record.whole(Field::RemainingTermMonths);
    let age = record.whole(Field::MonthsOnBook);
    match (term, remaining, age) {
        (Some(term), None, Some(age)) if age < term => {
            record.set(Field::RemainingTermMonths, Value::Whole(term - age));
        }
        (None, Some(remaining), age) => {
            record.set(Field::TermMonths, Value::Whole(remaining + age.unwrap_or(0)));
        }
        _ => {}
    }
}

/// A cell as messages show it.
fn shown(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().chars().take(80).collect()
}

//! One column in memory, and the schema of the table.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, new_null_array};
use arrow_schema::{DataType, Field as Column, Schema};
use chrono::{Datelike as _, NaiveDate};

use crate::domain::asset::{Field, Kind, Value};

/// Days from 0001-01-01 (day 1 of the common era) to 1970-01-01.
const EPOCH: i32 = 719_163;

/// The type of a field in the table.
pub(super) fn data_type(field: Field) -> DataType {
    match field.kind() {
        Kind::Number(..) | Kind::Share(..) => DataType::Float64,
        Kind::Whole(..) => DataType::Int64,
        Kind::Date => DataType::Date32,
        Kind::Flag => DataType::Boolean,
        Kind::Text(_) | Kind::Choice(_) | Kind::Document => DataType::Utf8,
    }
}

/// The schema: every field, in order, none required.
pub(super) fn schema() -> Arc<Schema> {
    let columns = Field::ALL.iter().map(|field| Column::new(field.name(), data_type(*field), true));
    Arc::new(Schema::new(columns.collect::<Vec<_>>()))
}

/// Days since 1970 of a date.
pub(super) fn days(date: NaiveDate) -> i32 {
    date.num_days_from_ce() - EPOCH
}

/// The date of days since 1970.
pub(super) fn date(days: i32) -> Option<NaiveDate> {
    days.checked_add(EPOCH).and_then(NaiveDate::from_num_days_from_ce_opt)
}

/// The values of one field in the row group being filled; shorter than the group if the last rows
/// have none.
pub(super) enum ColumnBuilder {
    Number(Float64Builder),
    Whole(Int64Builder),
    Text(StringBuilder),
    Date(Date32Builder),
    Flag(BooleanBuilder),
}

impl ColumnBuilder {
    pub(super) fn new(field: Field) -> Self {
        match field.kind() {
            Kind::Number(..) | Kind::Share(..) => Self::Number(Float64Builder::new()),
            Kind::Whole(..) => Self::Whole(Int64Builder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Text(_) | Kind::Choice(_) | Kind::Document => Self::Text(StringBuilder::new()),
        }
    }

    fn len(&self) -> usize {
        use arrow_array::builder::ArrayBuilder as _;
        match self {
            Self::Number(builder) => builder.len(),
            Self::Whole(builder) => builder.len(),
            Self::Text(builder) => builder.len(),
            Self::Date(builder) => builder.len(),
            Self::Flag(builder) => builder.len(),
        }
    }

    /// Fills up with absent values to `rows`.
    fn pad(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.len());
        if missing == 0 {
            return;
        }
        match self {
            Self::Number(builder) => builder.append_nulls(missing),
            Self::Whole(builder) => builder.append_nulls(missing),
            Self::Text(builder) => (0..missing).for_each(|_| builder.append_null()),
            Self::Date(builder) => builder.append_nulls(missing),
            Self::Flag(builder) => builder.append_nulls(missing),
        }
    }

    /// Adds the value of row `row`.
    pub(super) fn push(&mut self, row: usize, value: &Value) {
        self.pad(row);
        match (self, value) {
            (Self::Number(builder), Value::Number(number)) => builder.append_value(*number),
            (Self::Whole(builder), Value::Whole(whole)) => builder.append_value(*whole),
            (Self::Text(builder), Value::Text(text)) => builder.append_value(text),
            (Self::Text(builder), Value::Choice(name)) => builder.append_value(name),
            (Self::Text(builder), Value::Document(document)) => {
                builder.append_value(document.to_string());
            }
            (Self::Date(builder), Value::Date(date)) => builder.append_value(days(*date)),
            (Self::Flag(builder), Value::Flag(flag)) => builder.append_value(*flag),
            // A record holds values of the field's own kind only.
            _ => {}
        }
    }

    /// Takes the column of a group of `rows` rows.
    pub(super) fn finish(&mut self, rows: usize) -> ArrayRef {
        self.pad(rows);
        match self {
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Whole(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
        }
    }
}

/// A column without values.
pub(super) fn absent(field: Field, rows: usize) -> ArrayRef {
    new_null_array(&data_type(field), rows)
}

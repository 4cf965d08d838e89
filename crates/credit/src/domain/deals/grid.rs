//! A table of any columns, as JSON rows, text with commas, a sheet or Parquet.
//!
//! # Invariants
//!
//! - All columns have the same length.
//! - Text that a spreadsheet would run as a formula is written so that it does not.

use std::fmt::Write as _;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use serde_json::{Map, Value};

use crate::domain::export::{ExportError, csv_cell, harmless};

/// The most rows that a sheet can hold below its heading.
const SHEET_ROWS: usize = 1_048_575;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    columns: Vec<(String, Column)>,
}

/// A column; `None` is an empty cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Words.
    Text(Vec<String>),
    /// Days.
    Date(Vec<NaiveDate>),
    /// Numbers.
    Number(Vec<Option<f64>>),
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl Column {
    /// Numbers that are all there.
    #[must_use]
    pub fn numbers(values: &[f64]) -> Self {
        Self::Number(values.iter().copied().map(Some).collect())
    }

    /// How many cells it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Date(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
            Self::Whole(cells) => cells.len(),
            Self::Flag(cells) => cells.len(),
        }
    }

    /// Whether it has no cells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn json(&self, row: usize) -> Value {
        match self {
            Self::Text(cells) => cells.get(row).map_or(Value::Null, |text| text.as_str().into()),
            Self::Date(cells) => cells.get(row).map_or(Value::Null, |date| date.to_string().into()),
            Self::Number(cells) => cells.get(row).copied().flatten().into(),
            Self::Whole(cells) => cells.get(row).copied().into(),
            Self::Flag(cells) => cells.get(row).copied().into(),
        }
    }

    fn csv(&self, row: usize, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Text(cells) => {
                out.push_str(&cells.get(row).map(|text| csv_cell(text)).unwrap_or_default());
                Ok(())
            }
            Self::Date(cells) => cells.get(row).map_or(Ok(()), |date| write!(out, "{date}")),
            Self::Number(cells) => {
                cells.get(row).copied().flatten().map_or(Ok(()), |number| write!(out, "{number}"))
            }
            Self::Whole(cells) => cells.get(row).map_or(Ok(()), |number| write!(out, "{number}")),
            Self::Flag(cells) => cells.get(row).map_or(Ok(()), |flag| write!(out, "{flag}")),
        };
    }

    fn array(&self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(StringArray::from(cells.clone())),
            Self::Date(cells) => {
                let days: Vec<i32> = cells.iter().map(|d| d.num_days_from_ce() - 719_163).collect();
                Arc::new(Date32Array::from(days))
            }
            Self::Number(cells) => Arc::new(Float64Array::from(cells.clone())),
            Self::Whole(cells) => Arc::new(Int64Array::from(cells.clone())),
            Self::Flag(cells) => Arc::new(BooleanArray::from(cells.clone())),
        }
    }

    fn fill(&self, sheet: &mut Worksheet, column: u16, dates: &Format) -> Result<(), ExportError> {
        for row in 0..self.len().min(SHEET_ROWS) {
            let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
            match self {
                Self::Text(cells) => {
                    let text = cells.get(row).map(|text| harmless(text)).unwrap_or_default();
                    sheet.write_string(line, column, text)?;
                }
                Self::Date(cells) => {
                    if let Some(date) = cells.get(row) {
                        let serial = ExcelDateTime::parse_from_str(&date.to_string())?;
                        sheet.write_datetime_with_format(line, column, serial, dates)?;
                    }
                }
                Self::Number(cells) => {
                    if let Some(number) = cells.get(row).copied().flatten() {
                        sheet.write_number(line, column, number)?;
                    }
                }
                Self::Whole(cells) => {
                    if let Some(number) = cells.get(row) {
                        // A sheet has no whole numbers.
                        let number = number.to_string().parse::<f64>().unwrap_or_default();
                        sheet.write_number(line, column, number)?;
                    }
                }
                Self::Flag(cells) => {
                    if let Some(flag) = cells.get(row) {
                        sheet.write_boolean(line, column, *flag)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Grid {
    /// Adds a column.
    #[must_use]
    pub fn with(mut self, name: &str, column: Column) -> Self {
        self.columns.push((name.to_owned(), column));
        self
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    /// One object a row, from `first` on, at most `count`.
    #[must_use]
    pub fn json(&self, first: usize, count: usize) -> Vec<Value> {
        let row = |row: usize| {
            let cells = self.columns.iter().map(|(name, column)| (name.clone(), column.json(row)));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        (first..self.rows().min(first.saturating_add(count))).map(row).collect()
    }

    /// A heading and one line a row.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let names: Vec<String> = self.columns.iter().map(|(name, _)| csv_cell(name)).collect();
        let mut out = names.join(",");
        out.push_str("\r\n");
        for row in 0..self.rows() {
            for (i, (_, column)) in self.columns.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                column.csv(row, &mut out);
            }
            out.push_str("\r\n");
        }
        out.into_bytes()
    }

    /// One sheet of a book.
    ///
    /// # Errors
    ///
    /// Returns [`ExportError`] if the library refuses, which a test would have shown.
    pub fn xlsx(&self, name: &str) -> Result<Vec<u8>, ExportError> {
        let mut book = Workbook::new();
        let (heading, dates) =
            (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
        let sheet = book.add_worksheet().set_name(name)?;
        for (i, (name, column)) in (0_u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, i, harmless(name), &heading)?;
            column.fill(sheet, i, &dates)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(book.save_to_buffer()?)
    }

    /// One column each.
    ///
    /// # Errors
    ///
    /// Returns [`ExportError`] if the library refuses, which a test would have shown.
    pub fn parquet(&self) -> Result<Vec<u8>, ExportError> {
        let columns = self.columns.iter().map(|(name, column)| (name.as_str(), column.array()));
        let batch = RecordBatch::try_from_iter(columns)?;
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
        writer.write(&batch)?;
        Ok(writer.into_inner()?)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn grid() -> Grid {
        Grid::default()
            .with("bond", Column::Text(vec!["=A1".to_owned(), "B, junior".to_owned()]))
            .with("date", Column::Date(vec!["2026-03-15".parse().unwrap(); 2]))
            .with("paid", Column::Number(vec![Some(1.5), None]))
            .with("period", Column::Whole(vec![1, 2]))
            .with("active", Column::Flag(vec![true, false]))
    }

    #[test]
    fn a_table_becomes_text_with_commas_without_formulas() {
        let expected = "bond,date,paid,period,active\r\n'=A1,2026-03-15,1.5,1,true\r\n\
                        \"B, junior\",2026-03-15,,2,false\r\n";

        assert_eq!(String::from_utf8(grid().csv()).unwrap(), expected);
    }

    #[test]
    fn rows_come_as_objects_page_by_page() {
        assert_eq!(
            grid().json(1, 5),
            [
                json!({"bond": "B, junior", "date": "2026-03-15", "paid": null, "period": 2, "active": false})
            ]
        );
        assert!(grid().json(9, 5).is_empty());
    }

    #[test]
    fn books_and_columns_are_written() {
        assert!(grid().xlsx("Bonds").unwrap().starts_with(b"PK"));
        assert!(grid().parquet().unwrap().starts_with(b"PAR1"));
    }
}

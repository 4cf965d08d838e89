//! Measures, cash flows and parts as sheets of one book.

use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::Value as Json;

use super::{ExportError, Title, harmless};
use crate::domain::analysis::{CASHFLOW_COLUMNS, Cashflows, Metrics, Outcome, Part};

/// Writes the book.
pub(super) fn write(outcome: &Outcome, title: Title<'_>) -> Result<Vec<u8>, ExportError> {
    let mut book = Workbook::new();
    let heading = Format::new().set_bold();

    let sheet = book.add_worksheet().set_name("Summary")?;
    sheet.write_string_with_format(0, 0, "Pool", &heading)?;
    sheet.write_string(0, 1, harmless(title.pool))?;
    sheet.write_string_with_format(1, 0, "Run", &heading)?;
    sheet.write_string(1, 1, harmless(title.run))?;
    if let Some(metrics) = &outcome.metrics {
        for (row, (name, value)) in (3..).zip(measures(metrics)?) {
            sheet.write_string(row, 0, name)?;
            write_value(sheet, row, 1, &value)?;
        }
    }
    cashflow_sheet(book.add_worksheet().set_name("Cash flows")?, &outcome.cashflows, &heading)?;
    if !outcome.by_class.is_empty() {
        part_sheet(book.add_worksheet().set_name("By class")?, &outcome.by_class, &heading)?;
    }
    if !outcome.groups.is_empty() {
        part_sheet(book.add_worksheet().set_name("Groups")?, &outcome.groups, &heading)?;
    }
    Ok(book.save_to_buffer()?)
}

/// Names and values of the measures.
fn measures(metrics: &Metrics) -> Result<Vec<(String, Json)>, ExportError> {
    match serde_json::to_value(metrics)? {
        Json::Object(object) => Ok(object.into_iter().collect()),
        _ => Ok(Vec::new()),
    }
}

fn write_value(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Json,
) -> Result<(), ExportError> {
    if let Some(number) = value.as_f64() {
        sheet.write_number(row, column, number)?;
    } else if let Some(flag) = value.as_bool() {
        sheet.write_boolean(row, column, flag)?;
    }
    Ok(())
}

fn cashflow_sheet(
    sheet: &mut Worksheet,
    cashflows: &Cashflows,
    heading: &Format,
) -> Result<(), ExportError> {
    let dates = Format::new().set_num_format("yyyy-mm-dd");
    let names = ["period", "date"].into_iter().chain(CASHFLOW_COLUMNS);
    for (column, name) in (0..).zip(names) {
        sheet.write_string_with_format(0, column, name, heading)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    let columns = cashflows.columns();
    for (row, (period, date)) in cashflows.period.iter().zip(&cashflows.date).enumerate() {
        let line = u32::try_from(row + 1).unwrap_or(u32::MAX);
        sheet.write_number(line, 0, *period)?;
        sheet.write_datetime_with_format(line, 1, serial(*date)?, &dates)?;
        for (column, values) in (2..).zip(columns) {
            sheet.write_number(line, column, values.get(row).copied().unwrap_or(0.0))?;
        }
    }
    Ok(())
}

fn serial(date: chrono::NaiveDate) -> Result<rust_xlsxwriter::ExcelDateTime, ExportError> {
    Ok(rust_xlsxwriter::ExcelDateTime::parse_from_str(&date.to_string())?)
}

fn part_sheet(sheet: &mut Worksheet, parts: &[Part], heading: &Format) -> Result<(), ExportError> {
    for (column, name) in (0..).zip(["name", "asset_count", "balance"]) {
        sheet.write_string_with_format(0, column, name, heading)?;
    }
    for (row, part) in (1..).zip(parts) {
        sheet.write_string(row, 0, harmless(&part.name))?;
        sheet.write_number(row, 1, u32::try_from(part.asset_count).unwrap_or(u32::MAX))?;
        sheet.write_number(row, 2, part.balance)?;
        for (column, (name, value)) in (3..).zip(measures(&part.metrics)?) {
            if row == 1 {
                sheet.write_string_with_format(0, column, name, heading)?;
            }
            write_value(sheet, row, column, &value)?;
        }
    }
    Ok(())
}

//! The comparison as text with commas: the matrix, an empty line, the tornado.

use std::fmt::Write as _;

use super::report::{Bar, Report, Row};
use crate::domain::export::csv_cell;

impl Report {
    /// Writes the matrix and the tornado as text with commas.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut out = "scenario,title,npv,npv_change,npv_change_percent,price,irr,\
                       weighted_average_life,duration,total_default,total_recovery,total_loss,\
                       loss_percent\r\n"
            .to_owned();
        for row in &self.matrix {
            // Writing to a string cannot fail.
            let _ = write!(out, "{},{}", csv_cell(&row.scenario), csv_cell(&row.title));
            for number in numbers(row) {
                let _ = write!(out, ",{}", cell(number));
            }
            out.push_str("\r\n");
        }
        if !self.tornado.is_empty() {
            out.push_str("\r\nfactor,low_value,low_npv,low_npv_change,high_value,high_npv,high_npv_change\r\n");
        }
        for Bar { factor, low, high } in &self.tornado {
            out.push_str(factor);
            for end in [low, high] {
                let end = end.as_ref();
                for number in [end.map(|e| e.value), end.map(|e| e.npv), end.map(|e| e.npv_change)]
                {
                    let _ = write!(out, ",{}", cell(number));
                }
            }
            out.push_str("\r\n");
        }
        out
    }
}

/// The numbers of a row in the order of the heading.
pub(super) fn numbers(row: &Row) -> [Option<f64>; 11] {
    [
        row.npv,
        row.npv_change,
        row.npv_change_percent,
        row.price,
        row.irr,
        row.weighted_average_life,
        row.duration,
        row.total_default,
        row.total_recovery,
        row.total_loss,
        row.loss_percent,
    ]
}

fn cell(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

//! The comparison as one page that needs nothing else: no script, no file, no network.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::charts;
use super::report::{Report, Row};

const STYLE: &str = "body{font:14px/1.45 system-ui,sans-serif;color:#1d2939;background:#fff;\
margin:2rem auto;max-width:62rem;padding:0 1rem}h1{font-size:1.5rem;margin:0}\
h2{font-size:1.1rem;margin:1.6rem 0 .5rem}p{margin:.3rem 0}\
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .5rem;text-align:right;\
border-bottom:1px solid #d0d5dd;font-variant-numeric:tabular-nums}\
th:first-child,td:first-child{text-align:left}td.loss{color:#b42318}td.gain{color:#067647}\
svg{max-width:100%;height:auto}footer{margin-top:2rem;color:#667085}\
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr,svg{break-inside:avoid}}";

/// A column: its heading, its digits, its number.
type Column = (&'static str, usize, fn(&Row) -> Option<f64>);

const COLUMNS: [Column; 8] = [
    ("NPV", 0, |row| row.npv),
    ("Change", 0, |row| row.npv_change),
    ("Change %", 3, |row| row.npv_change_percent),
    ("Price", 4, |row| row.price),
    ("WAL", 3, |row| row.weighted_average_life),
    ("Defaults", 0, |row| row.total_default),
    ("Loss", 0, |row| row.total_loss),
    ("Loss %", 3, |row| row.loss_percent),
];

/// The content security policy under which the page works.
#[must_use]
pub fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

impl Report {
    /// Writes the comparison as a page to read and to print.
    #[must_use]
    pub fn to_html(&self, pool: &str, made_at: DateTime<Utc>, with_charts: bool) -> String {
        let pool = escape(pool);
        let mut out = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>Stress report: {pool}</title><style>{STYLE}</style></head><body>\
             <h1>Stress report: {pool}</h1><p>{} assets, balance {}. Cash flows from {}, discounted \
             to {}.</p>",
            self.asset_count,
            amount(Some(self.balance), 2),
            self.analysis_date,
            self.pricing_date,
        );
        out.push_str("<h2>Scenarios</h2><table><thead><tr><th>Scenario</th>");
        for (heading, ..) in COLUMNS {
            // Writing to a string cannot fail.
            let _ = write!(out, "<th>{heading}</th>");
        }
        out.push_str("</tr></thead><tbody>");
        for row in &self.matrix {
            let _ = write!(out, "<tr><td>{}</td>", escape(&row.title));
            for (heading, digits, number) in COLUMNS {
                let value = number(row);
                let class = match value.filter(|_| heading.starts_with("Change")) {
                    Some(change) if change < 0.0 => " class=\"loss\"",
                    Some(change) if change > 0.0 => " class=\"gain\"",
                    _ => "",
                };
                let _ = write!(out, "<td{class}>{}</td>", amount(value, digits));
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
        if with_charts {
            out.push_str(&charts::changes(&self.matrix));
        }
        self.factors(&mut out, with_charts);
        self.notes(&mut out);
        let _ = write!(
            out,
            "<footer>Made {}. NPV is the present value of the cash to investors; WAL is in years.\
             </footer></body></html>",
            made_at.format("%Y-%m-%d %H:%M UTC")
        );
        out
    }

    fn factors(&self, out: &mut String, with_charts: bool) {
        if self.tornado.is_empty() {
            return;
        }
        out.push_str("<h2>One factor at a time</h2>");
        if with_charts {
            out.push_str(&charts::tornado(&self.tornado));
        }
        out.push_str(
            "<table><thead><tr><th>Factor</th><th>Low</th><th>Change</th><th>High</th>\
             <th>Change</th></tr></thead><tbody>",
        );
        for bar in &self.tornado {
            let _ = write!(out, "<tr><td>{}</td>", escape(&bar.factor));
            for end in [bar.low, bar.high] {
                let value = end.map_or_else(String::new, |end| end.value.to_string());
                let change = amount(end.map(|end| end.npv_change), 0);
                let _ = write!(out, "<td>{value}</td><td>{change}</td>");
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table>");
    }

    fn notes(&self, out: &mut String) {
        out.push_str("<h2>What the scenarios are</h2><ul>");
        for row in &self.matrix {
            let (title, text) = (escape(&row.title), escape(&row.description));
            let _ = write!(out, "<li>{title}: {text}");
            for warning in &row.warnings {
                let _ = write!(out, " Note: {}.", escape(&warning.message));
            }
            out.push_str("</li>");
        }
        out.push_str("</ul>");
    }
}

/// Text that is not markup.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A number with thousands apart; a dash if there is none.
pub(super) fn amount(number: Option<f64>, digits: usize) -> String {
    let Some(number) = number.filter(|number| number.is_finite()) else { return "–".to_owned() };
    let text = format!("{:.digits$}", number.abs());
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut out = String::new();
    let is_zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    if number < 0.0 && !is_zero {
        out.push('−');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_signed() {
        assert_eq!(amount(Some(-1_234_567.891), 2), "−1,234,567.89");
        assert_eq!(amount(Some(999.5), 0), "1,000");
        assert_eq!(amount(Some(-0.001), 2), "0.00");
        assert_eq!(amount(None, 2), "–");
        assert_eq!(amount(Some(f64::NAN), 2), "–");
    }

    #[test]
    fn markup_in_names_is_text() {
        assert_eq!(escape("<img src=x onerror='a'>"), "&lt;img src=x onerror=&#39;a&#39;&gt;");
    }
}

//! What the person at the terminal reads. Writing to a string cannot fail.

use std::fmt::Write as _;
use std::path::Path;

use deal_engine::price::BondPrice;

use crate::domain::deals::{FaultView, FindingView, RunSummary};

/// What is wrong with a deal: faults with the line and a caret below it, then findings.
pub(super) fn verdict(
    path: &Path,
    text: &str,
    faults: &[FaultView],
    findings: &[FindingView],
) -> String {
    let name = path.display();
    let mut out = String::new();
    for fault in faults {
        let (line, column) = (fault.line, fault.column);
        let _ = writeln!(out, "{name}:{line}:{column}: error: {}", fault.message);
        caret(&mut out, text, line, column, fault.length);
        if let Some(suggestion) = &fault.suggestion {
            let _ = writeln!(out, "    {suggestion}");
        }
    }
    for finding in findings {
        let place = finding.line.zip(finding.column);
        let at = match place {
            Some((line, column)) => format!("{name}:{line}:{column}"),
            None => format!("{name}{}", finding.path),
        };
        let _ = writeln!(out, "{at}: {}: {}", finding.severity, finding.message);
        if let Some((line, column)) = place {
            caret(&mut out, text, line, column, finding.length.unwrap_or(1));
        }
        if let Some(suggestion) = &finding.suggestion {
            let _ = writeln!(out, "    {suggestion}");
        }
    }
    if out.is_empty() {
        let _ = writeln!(out, "{name}: good");
    }
    out
}

/// The line, and carets below what is meant.
fn caret(out: &mut String, text: &str, line: usize, column: usize, length: usize) {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let before = line.chars().take(column.saturating_sub(1));
    let before: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let rest = line.chars().count().saturating_sub(column.saturating_sub(1));
    let _ = writeln!(out, "    {line}\n    {before}{}", "^".repeat(length.clamp(1, rest.max(1))));
}

/// A run in a few numbers, one table a scenario.
pub(super) fn summary(run: &RunSummary) -> String {
    let mut out = String::new();
    for scenario in &run.scenarios {
        let _ = writeln!(out, "{}", scenario.title);
        let _ = writeln!(
            out,
            "  {:<16}{:>9}{:>14}{:>18}{:>18}{:>16}{:>16}",
            "bond", "life", "window", "principal", "interest", "written down", "shortfall"
        );
        for bond in &scenario.summary.bonds {
            let life = bond.wal.map(|years| format!("{years:.4}")).unwrap_or_default();
            let window = bond.window.map(|(a, b)| format!("{a}-{b}")).unwrap_or_default();
            let _ = writeln!(
                out,
                "  {:<16}{life:>9}{window:>14}{:>18.2}{:>18.2}{:>16.2}{:>16.2}",
                bond.name,
                bond.total_principal,
                bond.total_interest,
                bond.written_down,
                bond.shortfall
            );
        }
        for trigger in &scenario.triggers {
            let _ =
                writeln!(out, "  trigger {} first breached on {}", trigger.trigger, trigger.date);
        }
        for call in &scenario.calls {
            let _ = writeln!(out, "  call {} exercised on {}", call.name, call.date);
        }
        for warning in &scenario.warnings {
            let _ = writeln!(out, "  warning: {}", warning.message);
        }
        out.push('\n');
    }
    out
}

/// Bonds at prices, one table a scenario.
pub(super) fn prices(tables: &[(String, Vec<BondPrice>)]) -> String {
    let mut out = String::new();
    let percent =
        |rate: Option<f64>| rate.map(|r| format!("{:.4}%", r * 100.0)).unwrap_or_default();
    let number = |value: Option<f64>| value.map(|v| format!("{v:.4}")).unwrap_or_default();
    for (title, bonds) in tables {
        let _ = writeln!(out, "{title}");
        let _ = writeln!(
            out,
            "  {:<16}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}{:>12}",
            "bond", "clean", "accrued", "yield", "margin", "life", "modified", "convexity"
        );
        for bond in bonds {
            let _ = writeln!(
                out,
                "  {:<16}{:>12}{:>12.4}{:>12}{:>12}{:>12}{:>12}{:>12}",
                bond.bond,
                number(bond.clean),
                bond.accrued,
                percent(bond.yield_rate),
                percent(bond.discount_margin),
                number(bond.wal),
                number(bond.modified),
                number(bond.convexity)
            );
        }
        out.push('\n');
    }
    out
}

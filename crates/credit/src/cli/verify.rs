//! `quintet credit verify`: whether published figures come out.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use credit_engine::verify::{Conformance, verify};

/// The form of the answer.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// Everything as JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Runs the conformance suite; the exit code says whether it passes.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let found = verify();
        let text = if self.json {
            let mut text = serde_json::to_string_pretty(&found)?;
            text.push('\n');
            text
        } else {
            table(&found)?
        };
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(if found.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn table(found: &Conformance) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for section in &found.sections {
        let word = if section.passed { "pass" } else { "FAIL" };
        writeln!(
            text,
            "{word}  {:<20} {:>5} cells, off by at most {:.2e} of {:.2e} allowed; {}",
            section.name,
            section.cells,
            section.largest_difference,
            section.tolerance,
            section.source
        )?;
    }
    let word = if found.passed { "all pass" } else { "NOT all pass" };
    writeln!(text, "{} cells in {} tables: {word}", found.cells, found.sections.len())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_every_section() {
        let found = verify();

        let text = table(&found).unwrap();

        assert_eq!(text.lines().count(), found.sections.len() + 1);
        assert!(text.contains("pass  bma_cash_flow_a") && text.ends_with("all pass\n"), "{text}");
    }
}

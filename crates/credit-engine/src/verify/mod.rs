//! The conformance suite: published figures, computed again by this very program.
//!
//! [`verify`] runs in milliseconds, needs nothing but the program, and says for every section how
//! many cells were compared, the largest difference and what is allowed. The tables are those of
//! the Uniform Practices, chapter Standard Formulas (1999), of textbooks, and of the public
//! statistics libraries; a section names its source.
//!
//! | module | checks |
//! |---|---|
//! | `cash_flows` | cash flows A and B cell by cell, the matrix of defaults |
//! | `figures` | speeds, payments, yields, lives, returns |
//! | `losses` | value at risk, large pools, correlations, transitions, score card, stress |

mod cash_flows;
mod figures;
mod losses;

use serde::Serialize;

/// What the suite found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conformance {
    /// Whether every section passes.
    pub passed: bool,
    /// Cells compared.
    pub cells: usize,
    /// The sections, each with a source.
    pub sections: Vec<Section>,
}

/// A published table, computed again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// A stable name.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Where the figures come from.
    pub source: &'static str,
    /// Cells compared.
    pub cells: usize,
    /// The largest difference from the published figure.
    pub largest_difference: f64,
    /// The difference allowed: what printing rounds away.
    pub tolerance: f64,
    /// Whether every cell is within it.
    pub passed: bool,
}

/// Runs the suite.
///
/// # Examples
///
/// ```
/// let found = credit_engine::verify::verify();
/// assert!(found.passed && found.cells > 250);
/// ```
#[must_use]
pub fn verify() -> Conformance {
    let sections: Vec<Section> =
        [cash_flows::sections(), figures::sections(), losses::sections()].concat();
    Conformance {
        passed: sections.iter().all(|section| section.passed),
        cells: sections.iter().map(|section| section.cells).sum(),
        sections,
    }
}

/// Compares pairs of a computed and a published figure.
fn section(
    name: &'static str,
    title: &'static str,
    source: &'static str,
    tolerance: f64,
    pairs: impl IntoIterator<Item = (f64, f64)>,
) -> Section {
    let (mut cells, mut largest_difference) = (0, 0.0_f64);
    for (found, published) in pairs {
        cells += 1;
        let difference = (found - published).abs();
        // What is not a number is a difference beyond all tolerance.
        largest_difference =
            if difference.is_nan() { f64::MAX } else { largest_difference.max(difference) };
    }
    let passed = cells > 0 && largest_difference <= tolerance;
    Section { name, title, source, cells, largest_difference, tolerance, passed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_passes() {
        for section in verify().sections {
            assert!(section.passed, "{section:?}");
        }
    }

    #[test]
    fn a_wrong_or_missing_figure_fails() {
        let of = |pairs: Vec<(f64, f64)>| section("x", "x", "x", 0.1, pairs);

        assert!(of(vec![(1.0, 1.05)]).passed);
        assert!(!of(vec![(1.0, 1.2)]).passed);
        assert!(!of(vec![(f64::NAN, 1.0)]).passed);
        assert!(!of(vec![]).passed);
    }
}

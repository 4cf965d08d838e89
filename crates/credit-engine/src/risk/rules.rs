//! The rules that parameters of distributions obey.

use crate::loan::Violation;

/// The most values of a discrete distribution.
const MOST_VALUES: usize = 1_000;
/// The largest shape.
const LARGEST_SHAPE: f64 = 1e4;

/// Collects broken rules.
pub(super) struct Rules(pub(super) Vec<Violation>);

impl Rules {
    pub(super) fn add(&mut self, path: &str, message: String) {
        self.0.push(Violation { path: path.to_owned(), code: "out_of_range", message });
    }

    pub(super) fn finite(&mut self, path: &str, value: f64) {
        self.within(path, value, -1e15, 1e15);
    }

    pub(super) fn within(&mut self, path: &str, value: f64, low: f64, high: f64) {
        if !(value >= low && value <= high) {
            self.add(path, format!("must be between {low:e} and {high:e}, was {value}"));
        }
    }

    pub(super) fn at_least_zero(&mut self, path: &str, value: f64) {
        self.within(path, value, 0.0, 1e15);
    }

    pub(super) fn positive(&mut self, path: &str, value: f64) {
        self.within(path, value, 1e-12, 1e15);
    }

    pub(super) fn above_zero(&mut self, path: &str, value: f64) {
        self.within(path, value, 0.01, LARGEST_SHAPE);
    }

    /// Every value is finite and none is below the one before.
    pub(super) fn ordered(&mut self, values: &[(&str, f64)]) {
        for (path, value) in values {
            self.finite(path, *value);
        }
        for (before, after) in values.iter().zip(values.iter().skip(1)) {
            if before.1 > after.1 {
                let name = before.0.trim_start_matches('/');
                self.add(
                    after.0,
                    format!("must not be below {name} ({}), was {}", before.1, after.1),
                );
            }
        }
    }

    pub(super) fn discrete(&mut self, values: &[f64], probabilities: &[f64]) {
        let count = values.len();
        if !(1..=MOST_VALUES).contains(&count) {
            self.add("/values", format!("must hold 1 to {MOST_VALUES} values, holds {count}"));
        }
        if probabilities.len() != count {
            let message = format!(
                "must hold one probability for each of the {count} values, holds {}",
                probabilities.len()
            );
            self.add("/probabilities", message);
        }
        for (position, value) in values.iter().enumerate() {
            self.finite(&format!("/values/{position}"), *value);
        }
        for (position, value) in probabilities.iter().enumerate() {
            self.within(&format!("/probabilities/{position}"), *value, 0.0, 1.0);
        }
        if values.iter().zip(values.iter().skip(1)).any(|(a, b)| a >= b) {
            self.add("/values", "must rise: sort them, each one once".to_owned());
        }
        let sum: f64 = probabilities.iter().sum();
        if (sum - 1.0).abs() > 1e-9 {
            self.add("/probabilities", format!("must add up to 1, add up to {sum}"));
        }
    }
}

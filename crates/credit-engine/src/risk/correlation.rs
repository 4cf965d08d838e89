//! Correlation matrices: from pairs, tested, factored, repaired.

use super::eigen::symmetric;

/// The most variables.
pub const MOST_VARIABLES: usize = 64;
/// Eigenvalues and pivots down to here count as 0: rounding of correlations makes them.
const TOLERANCE: f64 = 1e-10;
/// Alternating projections at most.
const MOST_PROJECTIONS: usize = 20_000;
/// Projections end when no entry moves further.
const SETTLED: f64 = 1e-13;

/// A possible correlation matrix: symmetric, 1 on the diagonal, no negative eigenvalue.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation(Vec<Vec<f64>>);

/// A repaired matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Repaired {
    /// The nearest possible matrix.
    pub correlation: Correlation,
    /// The square root of the sum of the squared changes.
    pub distance: f64,
    /// The largest change of one entry.
    pub largest_change: f64,
}

/// Why there is no correlation matrix.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CorrelationError {
    /// There is no variable, or too many.
    #[error("between 1 and {MOST_VARIABLES} variables are possible, there are {0}")]
    Size(usize),
    /// A row has the wrong length.
    #[error("row {row} must hold {size} correlations, holds {found}")]
    Shape {
        /// The 0-based row.
        row: usize,
        /// The variables.
        size: usize,
        /// The correlations found.
        found: usize,
    },
    /// A correlation is impossible by itself.
    #[error("the correlation of {row} and {column} must be between -1 and 1, was {value}")]
    Range {
        /// The 0-based row.
        row: usize,
        /// The 0-based column.
        column: usize,
        /// The value found.
        value: f64,
    },
    /// Two entries for one pair differ, or a variable does not correlate with itself.
    #[error("the correlation of {row} and {column} must be {wanted}, was {found}")]
    Symmetry {
        /// The 0-based row.
        row: usize,
        /// The 0-based column.
        column: usize,
        /// What was found.
        found: f64,
        /// What the other entry says.
        wanted: f64,
    },
    /// No variables can be correlated like this all at once.
    #[error("the correlations contradict each other: the smallest eigenvalue is {0:.6}, below 0")]
    Impossible(f64),
    /// A pair names no variables.
    #[error("`{0}` must name two different variables as first:second")]
    Pair(String),
    /// A pair was given twice.
    #[error("the correlation of `{0}` is given twice")]
    Twice(String),
}

impl Correlation {
    /// Checks a matrix.
    ///
    /// # Errors
    ///
    /// Refuses what is no correlation matrix; [`CorrelationError::Impossible`] can be repaired with
    /// [`nearest`].
    pub fn new(matrix: Vec<Vec<f64>>) -> Result<Self, CorrelationError> {
        check_entries(&matrix)?;
        let smallest = smallest_eigenvalue(&matrix);
        if smallest < -TOLERANCE {
            return Err(CorrelationError::Impossible(smallest));
        }
        Ok(Self(matrix))
    }

    /// Returns the matrix of variables that do not correlate.
    #[must_use]
    pub fn independent(size: usize) -> Self {
        Self(unit(size))
    }

    /// Returns the rows.
    #[must_use]
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.0
    }

    /// Returns the smallest eigenvalue; 0 if rounding made it negative.
    #[must_use]
    pub fn smallest_eigenvalue(&self) -> f64 {
        smallest_eigenvalue(&self.0).max(0.0)
    }

    /// Returns the lower triangular matrix whose product with its transpose is the matrix. A
    /// variable that the earlier ones determine has 0 on the diagonal.
    #[must_use]
    pub fn cholesky(&self) -> Vec<Vec<f64>> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(self.0.len());
        for (row, correlations) in self.0.iter().enumerate() {
            let mut entries: Vec<f64> = Vec::with_capacity(self.0.len());
            for (earlier, correlation) in lower.iter().zip(correlations) {
                let explained: f64 = entries.iter().zip(earlier).map(|(a, b)| a * b).sum();
                let pivot = earlier.get(entries.len()).copied().unwrap_or(0.0);
                let entry = if pivot > 0.0 { (correlation - explained) / pivot } else { 0.0 };
                entries.push(entry);
            }
            let explained: f64 = entries.iter().map(|entry| entry * entry).sum();
            let rest = correlations.get(row).copied().unwrap_or(1.0) - explained;
            entries.push(if rest > TOLERANCE { rest.sqrt() } else { 0.0 });
            entries.resize(self.0.len(), 0.0);
            lower.push(entries);
        }
        lower
    }
}

/// Returns the matrix of `names` with the correlations of pairs written `first:second`; pairs that
/// are not given do not correlate. The matrix may be impossible.
///
/// # Errors
///
/// Refuses pairs that do not name two variables, and correlations outside −1 to 1.
pub fn from_pairs<'a>(
    names: &[&str],
    pairs: impl IntoIterator<Item = (&'a str, f64)>,
) -> Result<Vec<Vec<f64>>, CorrelationError> {
    let mut matrix = unit(names.len());
    let mut given = std::collections::HashSet::new();
    for (pair, value) in pairs {
        let place = |name: &str| names.iter().position(|other| *other == name.trim());
        let both = pair.split_once(':').and_then(|(a, b)| Some((place(a)?, place(b)?)));
        let Some((row, column)) = both.filter(|(a, b)| a != b) else {
            return Err(CorrelationError::Pair(pair.to_owned()));
        };
        if !(-1.0..=1.0).contains(&value) {
            return Err(CorrelationError::Range { row, column, value });
        }
        if !given.insert((row.min(column), row.max(column))) {
            return Err(CorrelationError::Twice(pair.to_owned()));
        }
        for (row, column) in [(row, column), (column, row)] {
            if let Some(entry) = matrix.get_mut(row).and_then(|row| row.get_mut(column)) {
                *entry = value;
            }
        }
    }
    Ok(matrix)
}

/// Returns the possible correlation matrix nearest to a symmetric one in the sum of squared
/// differences: alternating projections on the matrices without negative eigenvalues and on those
/// with a unit diagonal, with Dykstra's correction (Higham, 2002).
///
/// # Errors
///
/// Refuses what is not symmetric or has entries outside −1 to 1.
pub fn nearest(matrix: &[Vec<f64>]) -> Result<Repaired, CorrelationError> {
    check_entries(matrix)?;
    let mut near = matrix.to_vec();
    let mut correction = vec![vec![0.0; matrix.len()]; matrix.len()];
    for _ in 0..MOST_PROJECTIONS {
        let corrected = combine(&near, &correction, |entry, moved| entry - moved);
        let possible = without_negative(&corrected, 0.0);
        correction = combine(&possible, &corrected, |a, b| a - b);
        let mut next = possible;
        set_unit_diagonal(&mut next);
        let moved = largest_difference(&next, &near);
        near = next;
        if moved < SETTLED {
            break;
        }
    }
    let possible = scaled(&without_negative(&near, 0.0));
    let squares: f64 = entries(&possible, matrix).map(|(a, b)| (a - b).powi(2)).sum();
    let largest_change = largest_difference(&possible, matrix);
    Ok(Repaired { correlation: Correlation(possible), distance: squares.sqrt(), largest_change })
}

fn check_entries(matrix: &[Vec<f64>]) -> Result<(), CorrelationError> {
    let size = matrix.len();
    if !(1..=MOST_VARIABLES).contains(&size) {
        return Err(CorrelationError::Size(size));
    }
    for (row, values) in matrix.iter().enumerate() {
        if values.len() != size {
            return Err(CorrelationError::Shape { row, size, found: values.len() });
        }
        for (column, value) in values.iter().copied().enumerate() {
            if !(-1.0..=1.0).contains(&value) {
                return Err(CorrelationError::Range { row, column, value });
            }
            let wanted = if row == column {
                1.0
            } else {
                matrix.get(column).and_then(|other| other.get(row)).copied().unwrap_or(value)
            };
            if (value - wanted).abs() > 1e-12 {
                return Err(CorrelationError::Symmetry { row, column, found: value, wanted });
            }
        }
    }
    Ok(())
}

fn smallest_eigenvalue(matrix: &[Vec<f64>]) -> f64 {
    symmetric(matrix).0.into_iter().fold(f64::INFINITY, f64::min)
}

/// Replaces eigenvalues below `floor`.
fn without_negative(matrix: &[Vec<f64>], floor: f64) -> Vec<Vec<f64>> {
    let (values, vectors) = symmetric(matrix);
    let entry = |left: &Vec<f64>, right: &Vec<f64>| {
        let parts = values.iter().zip(left.iter().zip(right));
        parts.map(|(value, (a, b))| value.max(floor) * a * b).sum()
    };
    vectors.iter().map(|left| vectors.iter().map(|right| entry(left, right)).collect()).collect()
}

/// Divides by the roots of the diagonal, so that it becomes 1.
fn scaled(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let diagonal = matrix.iter().enumerate().map(|(i, row)| row.get(i).copied().unwrap_or(1.0));
    let roots: Vec<f64> = diagonal.map(|entry| entry.max(f64::MIN_POSITIVE).sqrt()).collect();
    let row = |(row, root): (&Vec<f64>, &f64)| {
        let entries = row.iter().zip(&roots);
        entries.map(|(entry, other)| (entry / (root * other)).clamp(-1.0, 1.0)).collect()
    };
    let mut scaled: Vec<Vec<f64>> = matrix.iter().zip(&roots).map(row).collect();
    set_unit_diagonal(&mut scaled);
    scaled
}

fn set_unit_diagonal(matrix: &mut [Vec<f64>]) {
    for (position, row) in matrix.iter_mut().enumerate() {
        if let Some(entry) = row.get_mut(position) {
            *entry = 1.0;
        }
    }
}

fn unit(size: usize) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; size]; size];
    set_unit_diagonal(&mut matrix);
    matrix
}

fn combine(left: &[Vec<f64>], right: &[Vec<f64>], with: fn(f64, f64) -> f64) -> Vec<Vec<f64>> {
    let row = |(left, right): (&Vec<f64>, &Vec<f64>)| {
        left.iter().zip(right).map(|(a, b)| with(*a, *b)).collect()
    };
    left.iter().zip(right).map(row).collect()
}

fn entries<'a>(
    left: &'a [Vec<f64>],
    right: &'a [Vec<f64>],
) -> impl Iterator<Item = (f64, f64)> + 'a {
    left.iter().flatten().copied().zip(right.iter().flatten().copied())
}

fn largest_difference(left: &[Vec<f64>], right: &[Vec<f64>]) -> f64 {
    entries(left, right).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs_fill_both_halves_and_unknown_names_are_refused() {
        let matrix = from_pairs(&["a", "b", "c"], [("a:b", 0.5), ("c : a", -0.2)]).unwrap();

        assert_eq!(matrix, [[1.0, 0.5, -0.2], [0.5, 1.0, 0.0], [-0.2, 0.0, 1.0]]);
        for bad in ["a:d", "ab", "a:a"] {
            let found = from_pairs(&["a", "b"], [(bad, 0.1)]);
            assert_eq!(found, Err(CorrelationError::Pair(bad.to_owned())));
        }
        let twice = from_pairs(&["a", "b"], [("a:b", 0.1), ("b:a", 0.2)]);
        assert!(matches!(twice, Err(CorrelationError::Twice(_))));
    }

    #[test]
    fn contradictions_are_refused() {
        let matrix = from_pairs(&["a", "b", "c"], [("a:b", 0.9), ("b:c", 0.9), ("a:c", -0.9)]);

        let found = Correlation::new(matrix.unwrap());

        assert!(matches!(found, Err(CorrelationError::Impossible(value)) if value < -0.7));
    }

    #[test]
    fn the_nearest_matrix_to_the_textbook_example_is_the_published_one() {
        // Higham (2002), section 1: the matrix of ones next to the diagonal.
        let matrix = vec![vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];

        let found = nearest(&matrix).unwrap();

        let rows = found.correlation.rows();
        assert!((rows[0][1] - 0.7607).abs() < 5e-5 && (rows[0][2] - 0.1573).abs() < 5e-5);
        assert!((found.distance - 0.527_8).abs() < 5e-5, "{}", found.distance);
    }

    #[test]
    fn a_determined_variable_has_no_share_of_its_own() {
        let matrix = vec![vec![1.0, 1.0], vec![1.0, 1.0]];

        let lower = Correlation::new(matrix).unwrap().cholesky();

        assert_eq!(lower, [[1.0, 0.0], [1.0, 0.0]]);
    }

    fn any_matrix() -> impl Strategy<Value = Vec<Vec<f64>>> {
        (2_usize..6).prop_flat_map(|size| {
            prop::collection::vec(-1.0_f64..1.0, size * (size - 1) / 2).prop_map(move |values| {
                let pairs =
                    (0..size).flat_map(|row| (row + 1..size).map(move |column| (row, column)));
                let mut matrix = unit(size);
                for ((row, column), value) in pairs.zip(values) {
                    matrix[row][column] = value;
                    matrix[column][row] = value;
                }
                matrix
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_repaired_matrix_is_possible_and_a_possible_one_stays(matrix in any_matrix()) {
            let repaired = nearest(&matrix).unwrap();
            let again = Correlation::new(repaired.correlation.rows().to_vec()).unwrap();
            if Correlation::new(matrix.clone()).is_ok() {
                prop_assert!(repaired.largest_change < 1e-7);
            }

            let lower = again.cholesky();
            for (i, row) in again.rows().iter().enumerate() {
                for (j, wanted) in row.iter().enumerate() {
                    let found: f64 = lower[i].iter().zip(&lower[j]).map(|(a, b)| a * b).sum();
                    prop_assert!((found - wanted).abs() < 1e-4, "{} {}", found, wanted);
                }
            }
        }
    }
}

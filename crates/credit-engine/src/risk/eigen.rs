//! Eigenvalues and eigenvectors of symmetric matrices, by Jacobi's rotations.

/// Sweeps over all pairs at most; a handful suffices.
const MOST_SWEEPS: usize = 100;

/// Returns the eigenvalues of a symmetric matrix and, as columns, its eigenvectors.
#[expect(
    clippy::needless_range_loop,
    clippy::indexing_slicing,
    reason = "rotations name rows and columns of square matrices"
)]
pub(super) fn symmetric(matrix: &[Vec<f64>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors = identity(size);
    for _ in 0..MOST_SWEEPS {
        let mut off_diagonal = 0.0;
        for row in 0..size {
            for column in row + 1..size {
                off_diagonal += a[row][column].powi(2);
            }
        }
        if off_diagonal <= f64::MIN_POSITIVE {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                if a[p][q] == 0.0 {
                    continue;
                }
                let (across, along) = rotation(a[p][p], a[q][q], a[p][q]);
                for k in 0..size {
                    let (left, right) = (a[k][p], a[k][q]);
                    a[k][p] = across * left - along * right;
                    a[k][q] = along * left + across * right;
                }
                for k in 0..size {
                    let (upper, lower) = (a[p][k], a[q][k]);
                    a[p][k] = across * upper - along * lower;
                    a[q][k] = along * upper + across * lower;
                }
                for row in &mut vectors {
                    let (left, right) = (row[p], row[q]);
                    row[p] = across * left - along * right;
                    row[q] = along * left + across * right;
                }
                a[p][q] = 0.0;
                a[q][p] = 0.0;
            }
        }
    }
    let values = (0..size).map(|position| a[position][position]).collect();
    (values, vectors)
}

/// Returns cosine and sine of the rotation that clears an off-diagonal entry.
fn rotation(first: f64, second: f64, between: f64) -> (f64, f64) {
    let theta = (second - first) / (2.0 * between);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    (cosine, tangent * cosine)
}

fn identity(size: usize) -> Vec<Vec<f64>> {
    let row = |row| (0..size).map(|column| if row == column { 1.0 } else { 0.0 }).collect();
    (0..size).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_vectors_rebuild_the_matrix() {
        let matrix = vec![
            vec![2.0, -1.0, 0.5, 0.0],
            vec![-1.0, 3.0, 0.25, 1.0],
            vec![0.5, 0.25, -1.0, 2.0],
            vec![0.0, 1.0, 2.0, 0.5],
        ];

        let (values, vectors) = symmetric(&matrix);

        for (i, row) in matrix.iter().enumerate() {
            for (j, wanted) in row.iter().enumerate() {
                let found: f64 =
                    values.iter().enumerate().map(|(k, v)| v * vectors[i][k] * vectors[j][k]).sum();
                assert!((found - wanted).abs() < 1e-13, "{i} {j} {found}");
            }
        }
    }

    #[test]
    fn equal_diagonals_are_rotated_by_half_a_right_angle() {
        let (mut values, _) = symmetric(&[vec![1.0, 0.5], vec![0.5, 1.0]]);
        values.sort_by(f64::total_cmp);

        assert!((values[0] - 0.5).abs() < 1e-15 && (values[1] - 1.5).abs() < 1e-15);
    }
}

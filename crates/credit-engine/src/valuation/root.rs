//! Zeros of a function.

/// Returns a zero of `f` between `low` and `high`, where `f` has opposite signs, by Brent's method;
/// `None` if the signs agree or a value is not finite.
#[must_use]
pub fn brent(f: impl Fn(f64) -> f64, low: f64, high: f64, tolerance: f64) -> Option<f64> {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if !fa.is_finite() || !fb.is_finite() || (fa > 0.0 && fb > 0.0) || (fa < 0.0 && fb < 0.0) {
        return None;
    }
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut previous = step;
    for _ in 0..200 {
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
            step = b - a;
            previous = step;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let close = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance;
        let half = 0.5 * (c - b);
        if half.abs() <= close || fb == 0.0 {
            return Some(b);
        }
        let guess = interpolate((a, fa), (b, fb), (c, fc));
        let useful = previous.abs() >= close
            && fa.abs() > fb.abs()
            && guess.is_some_and(|guess| {
                guess * half > 0.0
                    && 2.0 * guess.abs() < (3.0 * half.abs() - close).min(previous.abs())
            });
        previous = if useful { step } else { half };
        step = if useful { guess.unwrap_or(half) } else { half };
        (a, fa) = (b, fb);
        b += if step.abs() > close { step } else { close.copysign(half) };
        fb = f(b);
        if !fb.is_finite() {
            return None;
        }
    }
    Some(b)
}

/// Returns the step from the newest of three points, each with its value, that the secant or the
/// inverse parabola suggests.
fn interpolate(older: (f64, f64), newest: (f64, f64), opposite: (f64, f64)) -> Option<f64> {
    if older.1 == 0.0 || opposite.1 == 0.0 {
        return None;
    }
    let gap = opposite.0 - newest.0;
    let ratio = newest.1 / older.1;
    let two_points = (older.0 - opposite.0).abs() < f64::EPSILON * older.0.abs();
    let (numerator, denominator) = if two_points {
        (gap * ratio, 1.0 - ratio)
    } else {
        let (first, second) = (older.1 / opposite.1, newest.1 / opposite.1);
        let last_step = newest.0 - older.0;
        (
            ratio * (gap * first * (first - second) - last_step * (second - 1.0)),
            (first - 1.0) * (second - 1.0) * (ratio - 1.0),
        )
    };
    let step = -numerator / denominator;
    step.is_finite().then_some(step)
}

/// Returns every zero of `f` that changes its sign between neighbouring points of `grid`, in order.
#[must_use]
pub fn all_roots(f: impl Fn(f64) -> f64, grid: &[f64], tolerance: f64) -> Vec<f64> {
    let mut roots = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for point in grid {
        let value = f(*point);
        if value == 0.0 {
            roots.push(*point);
        } else if let Some((before, value_before)) = last
            && value_before * value.signum() < 0.0
        {
            roots.extend(brent(&f, before, *point, tolerance));
        }
        last = Some((*point, value));
    }
    roots
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_function_without_a_sign_change_has_no_bracketed_root() {
        assert_eq!(brent(|x| x * x + 1.0, -1.0, 1.0, 1e-12), None);
        assert_eq!(brent(|_| f64::NAN, -1.0, 1.0, 1e-12), None);
    }

    #[test]
    fn every_root_on_the_grid_is_found() {
        let grid: Vec<f64> = (-40..=40).map(|step| f64::from(step) * 0.1 + 0.03).collect();

        let roots = all_roots(|x| (x - 1.0) * (x + 2.0) * (x - 3.0), &grid, 1e-14);

        assert_eq!(roots.len(), 3);
        for (root, expected) in roots.iter().zip([-2.0, 1.0, 3.0]) {
            assert!((root - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn interpolation_beats_bisection() {
        let calls = std::cell::Cell::new(0);
        let counted = |x: f64| {
            calls.set(calls.get() + 1);
            x.exp() - 2.0
        };

        let root = brent(counted, 0.0, 2.0, 1e-14).unwrap();

        assert!((root - 2.0_f64.ln()).abs() < 1e-13);
        assert!(calls.get() < 15, "{} calls", calls.get());
    }

    proptest! {
        #[test]
        fn the_root_of_a_cubic_is_found(root in -5.0..5.0_f64) {
            let found = brent(|x| (x - root).powi(3) + 0.5 * (x - root), -7.0, 6.0, 1e-13).unwrap();
            prop_assert!((found - root).abs() < 1e-11, "{found}");
        }
    }
}

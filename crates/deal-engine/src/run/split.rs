//! Who gets which part of an amount.

use super::Rounding;

/// Divides `amount` among `dues` into `parts`, proportionally or one after the other. No part is
/// above its due, and the parts add up to the amount, or to the sum of the dues if that is less.
pub(super) fn split(
    amount: f64,
    dues: &[f64],
    proportionally: bool,
    rounding: Rounding,
    parts: &mut Vec<f64>,
) {
    parts.clear();
    let total: f64 = dues.iter().sum();
    if amount >= total {
        parts.extend_from_slice(dues);
    } else if !proportionally {
        let mut left = amount;
        parts.extend(dues.iter().map(|due| {
            let part = due.min(left);
            left -= part;
            part
        }));
    } else if rounding == Rounding::Cents {
        by_largest_remainder(amount, total, dues, parts);
    } else {
        in_proportion(amount, total, dues, parts);
    }
}

/// Divides an amount among dues: proportionally or in their order.
///
/// ```
/// use deal_engine::run::{Rounding, allocate};
///
/// let parts = allocate(100.0, &[50.0, 50.0, 50.0], true, Rounding::Cents);
/// assert_eq!(parts, [33.34, 33.33, 33.33]);
/// ```
#[must_use]
pub fn allocate(amount: f64, dues: &[f64], proportionally: bool, rounding: Rounding) -> Vec<f64> {
    let mut parts = Vec::with_capacity(dues.len());
    split(amount, dues, proportionally, rounding, &mut parts);
    parts
}

/// The last part takes what rounding left over.
fn in_proportion(amount: f64, total: f64, dues: &[f64], parts: &mut Vec<f64>) {
    let last = dues.iter().rposition(|due| *due > 0.0);
    let mut left = amount;
    for (position, due) in dues.iter().enumerate() {
        let share = if Some(position) == last { left } else { amount * (due / total) };
        let part = share.clamp(0.0, *due).min(left);
        left -= part;
        parts.push(part);
    }
}

/// Whole cents: everybody's share rounded down, then a cent each by the largest remainder.
fn by_largest_remainder(amount: f64, total: f64, dues: &[f64], parts: &mut Vec<f64>) {
    let whole = (amount * 100.0).round();
    let mut remainders = Vec::with_capacity(dues.len());
    let mut given = 0.0;
    for (position, due) in dues.iter().enumerate() {
        let share = whole * (due / total);
        let down = (share + 1e-7).floor();
        given += down;
        remainders.push((share - down, position));
        parts.push(down);
    }
    remainders.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    for (_, position) in remainders {
        if given + 0.5 > whole {
            break;
        }
        if let Some(part) = parts.get_mut(position) {
            *part += 1.0;
            given += 1.0;
        }
    }
    for (part, due) in parts.iter_mut().zip(dues) {
        *part = (*part / 100.0).min(*due);
    }
}

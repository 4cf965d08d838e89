//! The curves and the histogram.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::{ClosedSession, in_order, mean};

/// Sessions of which the rolling win rate is the mean.
pub const ROLLING_WINDOW: usize = 10;
/// Buckets of the histogram.
pub const BUCKETS: usize = 10;

/// One point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// When the session closed.
    pub timestamp: DateTime<Utc>,
    /// The value after it.
    pub value: Decimal,
    /// The session.
    pub session_id: i64,
}

/// One bucket of a histogram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// The lowest value inside.
    pub start: f64,
    /// The first value beyond; the last bucket includes it.
    pub end: f64,
    /// How many values lie inside.
    pub count: u32,
}

/// The curves of a range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Charts {
    /// The running sum of the net results.
    pub cumulative_pnl: Vec<Point>,
    /// The running sum before fees.
    pub cumulative_gross_pnl: Vec<Point>,
    /// The running sum of the fees.
    pub cumulative_fees: Vec<Point>,
    /// How far the running sum is below its highest value; 0 or above.
    pub drawdown: Vec<Point>,
    /// The part of the last ten sessions above 0, in percent.
    pub rolling_win_rate: Vec<Point>,
    /// The net results by size.
    pub trades_histogram: Vec<Bucket>,
}

impl Charts {
    /// Returns the curves of sessions, in any order.
    #[must_use]
    pub fn of(sessions: &[ClosedSession]) -> Self {
        let ordered = in_order(sessions);
        let curve = |value: &mut dyn FnMut(usize, &ClosedSession) -> Decimal| {
            let points = ordered.iter().enumerate().map(|(place, session)| Point {
                timestamp: session.closed_at,
                value: value(place, session),
                session_id: session.id,
            });
            points.collect::<Vec<_>>()
        };
        let sum = |part: fn(&ClosedSession) -> Decimal| {
            let mut total = Decimal::ZERO;
            curve(&mut |_, session| {
                total += part(session);
                total
            })
        };
        let (mut total, mut highest) = (Decimal::ZERO, Decimal::ZERO);
        let drawdown = curve(&mut |_, session| {
            total += session.net();
            highest = highest.max(total);
            highest - total
        });
        let rolling_win_rate = curve(&mut |place, _| {
            let first = (place + 1).saturating_sub(ROLLING_WINDOW);
            win_rate(ordered.get(first..=place).unwrap_or_default())
        });
        let nets: Vec<f64> = ordered.iter().filter_map(|session| session.net().to_f64()).collect();
        Self {
            cumulative_pnl: sum(ClosedSession::net),
            cumulative_gross_pnl: sum(|session| session.gross),
            cumulative_fees: sum(|session| session.fees),
            drawdown,
            rolling_win_rate,
            trades_histogram: histogram(&nets, BUCKETS),
        }
    }
}

fn win_rate(sessions: &[&ClosedSession]) -> Decimal {
    let wins = sessions.iter().filter(|session| session.net() > Decimal::ZERO).count();
    mean(Decimal::from(wins) * Decimal::ONE_HUNDRED, sessions.len())
}

/// Returns buckets of equal width from the lowest to the highest value, the empty ones too. A value
/// on an edge belongs to the upper bucket, the highest to the last one. If all values are the same,
/// the buckets reach half a unit to either side. Without a value there is no bucket.
///
/// ```
/// use strangle_engine::analytics::charts::histogram;
/// let buckets = histogram(&[0.0, 1.0, 4.0], 2);
/// assert_eq!(buckets.iter().map(|bucket| bucket.count).collect::<Vec<_>>(), [2, 1]);
/// ```
#[must_use]
pub fn histogram(values: &[f64], buckets: usize) -> Vec<Bucket> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (Some(lowest), Some(highest)) = (finite().reduce(f64::min), finite().reduce(f64::max))
    else {
        return Vec::new();
    };
    let buckets = u32::try_from(buckets.clamp(1, 10_000)).unwrap_or(1);
    let flat = highest <= lowest;
    let (start, end) = if flat { (lowest - 0.5, lowest + 0.5) } else { (lowest, highest) };
    let width = (end - start) / f64::from(buckets);
    let edge = |place: u32| if place == buckets { end } else { start + width * f64::from(place) };
    let mut all: Vec<Bucket> = (0..buckets)
        .map(|place| Bucket { start: edge(place), end: edge(place + 1), count: 0 })
        .collect();
    for value in finite() {
        let place = all.partition_point(|bucket| bucket.start <= value).saturating_sub(1);
        if let Some(bucket) = all.get_mut(place) {
            bucket.count += 1;
        }
    }
    all
}

//! Chances of the stream `fault`, and scripts put together by chance.

use serde::{Deserialize, Serialize};

use super::{Action, FaultScript, Match, Rule, Span, TradeSide, When};
use crate::rng::Stream;

/// The stream `fault` and how many of its numbers were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draws {
    seed: u64,
    drawn: u64,
}

impl Draws {
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    /// A number above 0 and below 1.
    pub(super) fn unit(&mut self) -> f64 {
        Stream::new(self.seed, "fault").unit(self.take())
    }

    /// How many numbers have been drawn.
    pub(super) const fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Goes on after that many numbers.
    pub(super) const fn resume(&mut self, drawn: u64) {
        self.drawn = drawn;
    }

    const fn take(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(1);
        self.drawn.wrapping_sub(1)
    }

    /// A whole number from `low` to `high`, both included.
    fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).unsigned_abs().saturating_add(1);
        low.saturating_add_unsigned(Stream::new(self.seed, "fault").word(self.take()) % width)
    }
}

impl FaultScript {
    /// A script put together by chance: one to six rules that a correct client survives.
    ///
    /// The same seed gives the same script everywhere.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        let mut draws = Draws::new(seed);
        let count = draws.between(1, 6);
        let rules = (0..count).map(|_| random_rule(&mut draws)).collect();
        Self { name: format!("random {seed}"), rules }
    }
}

fn random_rule(draws: &mut Draws) -> Rule {
    match draws.between(0, 9) {
        0..=4 => at_request(draws),
        5..=6 => at_frame(draws),
        7..=8 => lasting(draws),
        _ => instant(draws),
    }
}

fn at_request(draws: &mut Draws) -> Rule {
    let processed = draws.between(0, 1) == 1;
    let action = match draws.between(0, 11) {
        0 => Action::ConnectRefused {},
        1 => Action::TimeoutBefore {},
        2..=3 => Action::LoseResponse {},
        4 => Action::ServerError { status: pick(draws, 500, &[502, 503]), processed },
        5 => Action::Html403 {},
        6 => Action::TooManyRequests { reset: Span::millis(draws.between(100, 8_000)) },
        7 => Action::GarbageJson { processed },
        8 => Action::UnknownFields {},
        9 => Action::Slow { by: Span::millis(draws.between(500, 15_000)) },
        10 => Action::InsufficientMargin {},
        _ => Action::PartialThenCancelRace { fraction: draws.unit() },
    };
    let method = match (&action, draws.between(0, 3)) {
        (Action::PartialThenCancelRace { .. }, _) => Some("DELETE"),
        (Action::InsufficientMargin {}, _) | (_, 0..=1) => Some("POST"),
        (_, 2) => Some("DELETE"),
        _ => None,
    };
    let nth = draws.between(1, 4).unsigned_abs();
    let often = draws.between(0, 2) == 0;
    let matching = Match {
        method: method.map(str::to_owned),
        path: method.map(|_| "/v2/orders".to_owned()),
        nth: (!often).then_some(nth),
        channel: None,
    };
    Rule {
        matching: Some(matching),
        probability: often.then(|| 0.02 + 0.2 * draws.unit()),
        times: often.then_some(nth * 2),
        ..Rule::new(action)
    }
}

fn at_frame(draws: &mut Draws) -> Rule {
    let action = match draws.between(0, 4) {
        0 => Action::WsDrop {},
        1 => Action::WsHalfOpen {},
        2 => Action::WsDuplicate {},
        3 => Action::WsReorder {},
        _ => Action::WsGap {},
    };
    let channel = pick(draws, "orders", &["v2/user_trades", "positions", "ob_l1", "ticker"]);
    let nth = Some(draws.between(1, 40).unsigned_abs());
    let matching = Match { channel: Some(channel.to_owned()), nth, ..Match::default() };
    Rule { matching: Some(matching), ..Rule::new(action) }
}

fn lasting(draws: &mut Draws) -> Rule {
    let symbol = pick(draws, "*", &["positions", "calls", "puts"]).to_owned();
    let action = match draws.between(0, 8) {
        0 => Action::StaleTicks { symbol },
        1 => Action::FrozenBook { symbol },
        2 => Action::CrossedBook { symbol },
        3 => Action::EmptyBook { symbol },
        4 => Action::LateFillReport { by: Span::millis(draws.between(500, 9_000)) },
        5 => Action::HistoryLag { by: Span::millis(draws.between(500, 20_000)) },
        6 => Action::Maintenance {},
        7 => Action::ClockSkew { by: Span::millis(draws.between(-4_000, 4_000)) },
        _ => Action::DisruptedCancelOnly { symbol },
    };
    let when =
        When { at: Some(some_time(draws)), lasts: Some(Span::seconds(draws.between(2, 90))) };
    Rule { when, ..Rule::new(action) }
}

fn instant(draws: &mut Draws) -> Rule {
    let symbol = pick(draws, "positions", &["calls", "puts"]).to_owned();
    let action = if draws.between(0, 1) == 1 {
        let side = pick(draws, TradeSide::Buy, &[TradeSide::Sell]);
        Action::ExternalTrade { symbol, side, size: pick(draws, 1, &[2, 3, 5]) }
    } else {
        Action::ExternalClose { symbol }
    };
    let when = When { at: Some(some_time(draws)), lasts: None };
    Rule { when, ..Rule::new(action) }
}

/// A time within the first two hours, more often early.
fn some_time(draws: &mut Draws) -> Span {
    let latest = pick(draws, 30, &[300, 7_200]);
    Span::seconds(draws.between(0, latest))
}

fn pick<T: Copy>(draws: &mut Draws, first: T, others: &[T]) -> T {
    let number = draws.between(0, i64::try_from(others.len()).unwrap_or(0));
    let other = usize::try_from(number - 1).ok().and_then(|index| others.get(index));
    other.copied().unwrap_or(first)
}

//! What is done when both legs of an entry have come to their end.

use serde::{Deserialize, Serialize};

use crate::instrument::OptionKind;
use crate::profile::BalancePolicy;

/// How two legs of different size are made equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BalanceAction {
    /// Sell once more on the smaller leg.
    TopUp {
        /// Which.
        leg: OptionKind,
        /// Contracts.
        size: i64,
    },
    /// Buy back what a leg has more.
    Unwind {
        /// Which.
        leg: OptionKind,
        /// Contracts to buy back.
        size: i64,
        /// Contracts on each leg afterwards; 0 gives the entry up.
        live_size: i64,
    },
    /// They are equal: go live with this size.
    Live {
        /// Contracts on each leg.
        size: i64,
    },
    /// Nothing is open: give up.
    Abort,
    /// Attempts are left: nothing yet.
    KeepTrying,
}

/// Both legs of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Contracts of the call.
    pub call_filled: i64,
    /// Contracts of the put.
    pub put_filled: i64,
    /// Contracts wanted on each.
    pub target: i64,
    /// Attempts that are left on either.
    pub retries_left: u32,
    /// Whether the smaller leg may be sold once more.
    pub may_top_up: bool,
}

/// Decides what is done. A leg with nothing is not topped up: the other one is bought back whole.
///
/// ```
/// use strangle_engine::execution::pair::{BalanceAction, Pair, balance};
/// use strangle_engine::instrument::OptionKind;
/// use strangle_engine::profile::BalancePolicy;
/// let pair =
///     Pair { call_filled: 10, put_filled: 6, target: 10, retries_left: 0, may_top_up: true };
/// let action = balance(&pair, BalancePolicy::UnwindExcess);
/// assert_eq!(action, BalanceAction::Unwind { leg: OptionKind::Call, size: 4, live_size: 6 });
/// ```
#[must_use]
pub fn balance(pair: &Pair, policy: BalancePolicy) -> BalanceAction {
    let Pair { call_filled, put_filled, target, retries_left, may_top_up } = *pair;
    if retries_left > 0 && (call_filled < target || put_filled < target) {
        return BalanceAction::KeepTrying;
    }
    if call_filled == put_filled {
        return match call_filled {
            ..=0 => BalanceAction::Abort,
            size => BalanceAction::Live { size },
        };
    }
    let (larger, size, live_size) = if call_filled > put_filled {
        (OptionKind::Call, call_filled - put_filled, put_filled.max(0))
    } else {
        (OptionKind::Put, put_filled - call_filled, call_filled.max(0))
    };
    if policy == BalancePolicy::TopUp && may_top_up && live_size > 0 {
        return BalanceAction::TopUp { leg: larger.other(), size };
    }
    BalanceAction::Unwind { leg: larger, size, live_size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legs_end_up_equal() {
        use BalanceAction::{Abort, KeepTrying, Live, TopUp, Unwind};
        use BalancePolicy::{TopUp as Top, UnwindExcess};
        use OptionKind::{Call, Put};

        for (call_filled, put_filled, retries_left, may_top_up, policy, action) in [
            (10, 10, 3, true, Top, Live { size: 10 }),
            (10, 6, 1, true, Top, KeepTrying),
            (10, 6, 0, true, Top, TopUp { leg: Put, size: 4 }),
            (10, 6, 0, false, Top, Unwind { leg: Call, size: 4, live_size: 6 }),
            (3, 7, 0, true, UnwindExcess, Unwind { leg: Put, size: 4, live_size: 3 }),
            (10, 0, 0, true, Top, Unwind { leg: Call, size: 10, live_size: 0 }),
            (0, 10, 0, true, UnwindExcess, Unwind { leg: Put, size: 10, live_size: 0 }),
            (4, 4, 0, true, Top, Live { size: 4 }),
            (0, 0, 0, true, Top, Abort),
        ] {
            let pair = Pair { call_filled, put_filled, target: 10, retries_left, may_top_up };
            assert_eq!(balance(&pair, policy), action, "{pair:?}");
        }
    }
}

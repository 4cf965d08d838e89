//! Random deals for property tests. Behind the feature `arbitrary`.
//!
//! | module | makes |
//! |---|---|
//! | `expressions` | any expression that can be written |
//! | `anything` | any deal that can be written, with or without a meaning |
//! | `runnable` | deals without errors that run on any collateral of one pool and an index `SOFR` |

mod anything;
mod expressions;
mod runnable;

use proptest::test_runner::Config;

pub use self::anything::any_deal;
pub use self::expressions::any_expression;
pub use self::runnable::runnable_deal;

/// The cases of a property test: as many as `PROPTEST_CASES` asks for, but at least these.
#[must_use]
pub fn cases(at_least: u32) -> Config {
    let asked = Config::default();
    Config { cases: asked.cases.max(at_least), ..asked }
}

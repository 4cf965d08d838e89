//! How one leg is worked to its size, and how both legs are kept equal.
//!
//! - [`price`]: where limit orders are priced, and the collar.
//! - [`worker`]: what a leg does next, from what is known of its orders.
//! - [`pair`]: what is done when both legs of an entry have come to their end.
//!
//! All of it is a pure function of what is known: there is no state besides the orders themselves,
//! so a process that starts anew goes on where the last one stopped. A leg has at most one order
//! that is not over; the next one is decided on only when the fate of the one before is proven.

pub mod pair;
pub mod price;
pub mod worker;

pub use self::pair::{BalanceAction, Pair, balance};
pub use self::price::{collar_price, limit_price};
pub use self::worker::{Attempts, Rules, Step, Style, Task, Watch, next_order, watch};

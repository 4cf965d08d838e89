//! The credit cash-flow engine: pure arithmetic on loans, dates, speeds and cash flows.
//!
//! | module | decides |
//! |---|---|
//! | [`loan`] | what a loan is; every rule a loan must obey |
//! | [`dates`] | payment dates, holidays, day counts, overnight compounding |
//! | [`amortization`] | what one loan pays without prepayments and defaults |
//! | [`speeds`] | prepayment, default and severity units and curves, floating coupons |
//! | [`valuation`] | present values, yields, durations, spreads, returns |
//! | [`statistics`] | weighted averages of a pool |
//! | [`assumptions`] | which speeds apply to which loan |
//! | [`projection`] | what a pool pays with prepayments and defaults |
//! | [`scenarios`] | named moves of markets and speeds |
//! | [`class_analytics`] | what matters in pools of one class |
//! | [`risk`] | random draws, distributions of losses, capital |
//! | [`verify`] | whether published figures come out |
//!
//! Invariants: results depend on arguments only (no clock, no randomness without a seed, no
//! environment); arithmetic is IEEE double with rounding only where a money rounding mode asks for
//! it; rates are decimals (0.05 is 5 %); periods are 1-based. Formulas follow the bond-market
//! Uniform Practices, chapter Standard Formulas; `SF-n` names a page there.
//!
//! Deliberately absent: storage, transport, time zones.

pub mod amortization;
pub mod assumptions;
pub mod class_analytics;
pub mod dates;
pub mod loan;
pub mod projection;
pub mod risk;
pub mod scenarios;
pub mod speeds;
pub mod statistics;
pub mod valuation;
pub mod verify;

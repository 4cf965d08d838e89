//! Prepayment, default and severity units and curves.
//!
//! | module | decides |
//! |---|---|
//! | [`convert`] | SMM, CPR, PSA, ABS, PPC, MDR, CDR and SDA, one into another |
//! | [`vector`] | rates that change with time |
//! | [`historical`] | the speeds that pool factors reveal (SF-7..13) |
//! | [`roll_rates`] | delinquency buckets as a Markov chain |
//! | [`severity`] | what a default costs |
//! | [`incentive`] | prepayment that follows interest rates |
//! | [`coupon`] | the coupon of a floating rate |
//!
//! Speeds are decimals except PSA, PPC and SDA, which are per cent of their curve. The month of a
//! ramp is the loan month, 1 in the first month after origination. SMM is the share of the balance
//! remaining **after** scheduled principal that prepays; MDR is the share of the performing balance
//! at the start of the month that defaults.

pub mod convert;
pub mod coupon;
pub mod historical;
pub mod incentive;
pub mod roll_rates;
pub mod severity;
pub mod vector;

pub use self::convert::{
    SpeedUnit, abs_to_smm, cpr_to_psa, cpr_to_smm, cpr_to_smm_per, ppc_to_cpr, psa_to_cpr,
    sda_to_cdr, smm_to_abs, smm_to_cpr,
};

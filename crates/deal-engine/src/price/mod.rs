//! What the bonds of a run are worth.
//!
//! | module | decides |
//! |---|---|
//! | `flows` | which cash a buyer gets, and what has accrued |
//! | `decrement` | how much of a bond is left year by year |
//!
//! Prices are per 100 of the balance that is traded: the balance on settlement, of an interest-only
//! bond the notional amount. Times are years of 12 months of 30 days from settlement to payment, so
//! that delays count; yields are bond-equivalent. A buyer gets the payments whose accrual ends after
//! settlement. A measure that does not exist is null.
//!
//! Deliberately absent: option-adjusted measures, and durations with changing collateral.

mod decrement;
mod flows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use credit_engine::loan::UnknownName;
use credit_engine::valuation::bey::{PrincipalCounted, analytics, average_life, price_at};
use credit_engine::valuation::discounting::{Compounding, CurveError, ZeroCurve};
use credit_engine::valuation::npv::npv_on_curve;
use credit_engine::valuation::spread::{discount_margin, price_at_margin, z_spread};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::decrement::DecrementRow;
use self::flows::Position;
use crate::model::Deal;
use crate::run::{DealRun, IndexPath, RunError, Timeline};

/// What is asked of the bonds of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// When the bonds are paid for.
    pub settlement: NaiveDate,
    /// Which bonds, and at what.
    pub bonds: Vec<BondQuote>,
    /// Zero rates, for Z-spreads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<ZeroRates>,
    /// What the indices will be, for discount margins: those of the run.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, IndexPath>)]
    pub indices: BTreeMap<String, IndexPath>,
    /// Clean prices for a table of yields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub table: Vec<f64>,
}

/// A bond and what it is quoted at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BondQuote {
    /// Its name.
    pub bond: String,
    /// The quote.
    pub quote: Quote,
}

/// A price, or what it follows from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// Without accrued interest, per 100.
    Price(f64),
    /// Bond-equivalent yield, 0.05 is 5 %.
    Yield(f64),
    /// Margin over the index of a floating bond.
    DiscountMargin(f64),
    /// Spread over the zero rates.
    ZSpread(f64),
}

/// Zero rates by tenor, in a straight line between tenors and flat outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ZeroRates {
    /// Years, rising.
    pub tenors: Vec<f64>,
    /// One rate for each.
    pub rates: Vec<f64>,
    /// How they compound, such as `continuous`; twice a year if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compounding: Option<String>,
}

/// What a bond is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BondPrice {
    /// Its name.
    pub bond: String,
    /// What is traded: the balance on settlement, or the notional amount.
    pub face: f64,
    /// Price without accrued interest; null if the quote leads to none.
    pub clean: Option<f64>,
    /// Interest accrued since the last accrual date.
    pub accrued: f64,
    /// Price with accrued interest.
    pub full: Option<f64>,
    /// Bond-equivalent yield.
    #[serde(rename = "yield")]
    pub yield_rate: Option<f64>,
    /// The same, compounded monthly.
    pub mortgage_yield: Option<f64>,
    /// Average life from settlement.
    pub wal: Option<f64>,
    /// Macaulay duration.
    pub macaulay: Option<f64>,
    /// Modified duration.
    pub modified: Option<f64>,
    /// Convexity.
    pub convexity: Option<f64>,
    /// Price change for one basis point of yield.
    pub dv01: Option<f64>,
    /// Margin over the index at which a floating bond is worth its price.
    pub discount_margin: Option<f64>,
    /// Spread over the zero rates at which it is worth its price.
    pub z_spread: Option<f64>,
    /// The first and the last payment of principal after settlement.
    #[schema(value_type = Option<Vec<NaiveDate>>)]
    pub window: Option<(NaiveDate, NaiveDate)>,
    /// How much is left, year by year.
    pub decrement: Vec<DecrementRow>,
    /// Yields at the prices of the request.
    pub table: Vec<TableRow>,
}

/// A price and what it returns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TableRow {
    /// Clean price.
    pub price: f64,
    /// Bond-equivalent yield.
    #[serde(rename = "yield")]
    pub yield_rate: Option<f64>,
    /// Modified duration.
    pub modified: Option<f64>,
}

/// Why bonds were not priced.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriceError {
    /// The run has no such bond.
    #[error("the run has no bond called {name:?}")]
    UnknownBond {
        /// The name.
        name: String,
    },
    /// Nothing is paid after settlement.
    #[error("{bond:?} pays nothing after {settlement}")]
    NothingLeft {
        /// The bond.
        bond: String,
        /// The settlement date.
        settlement: NaiveDate,
    },
    /// A quote is no number.
    #[error("the quote of {bond:?} must be a finite number, and a price above 0")]
    BadQuote {
        /// The bond.
        bond: String,
    },
    /// A bond is quoted at a margin and does not float, or its index is unknown.
    #[error("{bond:?} has no discount margin: it must be floating and its index be given")]
    NoMargin {
        /// The bond.
        bond: String,
    },
    /// A bond is quoted at a spread and there is no curve.
    #[error("a Z-spread needs a curve")]
    NoCurve,
    /// The curve cannot be read.
    #[error(transparent)]
    Curve(#[from] CurveError),
    /// The compounding has an unknown name.
    #[error("{0}")]
    Compounding(UnknownName),
    /// The dates of the deal cannot be read.
    #[error(transparent)]
    Dates(#[from] RunError),
}

/// Prices bonds of a run.
///
/// # Errors
///
/// Refuses unknown bonds, bonds that pay nothing after settlement, quotes that need a curve or an
/// index that is not there, and curves out of order.
pub fn price(
    deal: &Deal,
    run: &DealRun,
    request: &PriceRequest,
) -> Result<Vec<BondPrice>, PriceError> {
    let timeline = Timeline::new(&deal.dates)?;
    let curve = request.curve.as_ref().map(zero_curve).transpose()?;
    let mut prices = Vec::new();
    for quote in &request.bonds {
        let position = Position::new(deal, run, &timeline, request, &quote.bond)?;
        prices.push(bond_price(run, &position, quote, curve.as_ref(), &request.table)?);
    }
    Ok(prices)
}

fn bond_price(
    run: &DealRun,
    position: &Position<'_>,
    quote: &BondQuote,
    curve: Option<&ZeroCurve>,
    table: &[f64],
) -> Result<BondPrice, PriceError> {
    let full = full_price(position, quote, curve)?;
    let full = Some(full).filter(|full| full.is_finite() && *full > 0.0);
    let measures = full.and_then(|full| analytics(&position.flows, full));
    let row = |price: &f64| {
        let measures = analytics(&position.flows, price + position.accrued);
        TableRow {
            price: *price,
            yield_rate: measures.map(|measures| measures.yield_rate),
            modified: measures.map(|measures| measures.modified_duration),
        }
    };
    Ok(BondPrice {
        bond: quote.bond.clone(),
        face: position.face,
        clean: full.map(|full| full - position.accrued),
        accrued: position.accrued,
        full,
        yield_rate: measures.map(|measures| measures.yield_rate),
        mortgage_yield: measures.map(|measures| measures.mortgage_yield),
        wal: average_life(&position.principal, PrincipalCounted::PositiveOnly),
        macaulay: measures.map(|measures| measures.macaulay_duration),
        modified: measures.map(|measures| measures.modified_duration),
        convexity: measures.map(|measures| measures.convexity),
        dv01: measures.map(|measures| measures.dv01),
        discount_margin: full.and_then(|full| discount_margin(&position.floating, full)),
        z_spread: full.zip(curve).and_then(|(full, curve)| z_spread(&position.flows, curve, full)),
        window: position.window,
        decrement: decrement::rows(position.columns, &run.dates, position.closing),
        table: table.iter().map(row).collect(),
    })
}

fn full_price(
    position: &Position<'_>,
    quote: &BondQuote,
    curve: Option<&ZeroCurve>,
) -> Result<f64, PriceError> {
    let bad = || PriceError::BadQuote { bond: quote.bond.clone() };
    let finite = |value: f64| if value.is_finite() { Ok(value) } else { Err(bad()) };
    match quote.quote {
        Quote::Price(clean) if clean <= 0.0 => Err(bad()),
        Quote::Price(clean) => finite(clean).map(|clean| clean + position.accrued),
        Quote::Yield(rate) if rate <= -1.0 => Err(bad()),
        Quote::Yield(rate) => finite(rate).map(|rate| price_at(&position.flows, rate)),
        Quote::DiscountMargin(_) if position.floating.is_empty() => {
            Err(PriceError::NoMargin { bond: quote.bond.clone() })
        }
        Quote::DiscountMargin(margin) => {
            finite(margin).map(|margin| price_at_margin(&position.floating, margin))
        }
        Quote::ZSpread(spread) => {
            let curve = curve.ok_or(PriceError::NoCurve)?;
            finite(spread).map(|spread| npv_on_curve(&position.flows, curve, spread))
        }
    }
}

fn zero_curve(rates: &ZeroRates) -> Result<ZeroCurve, PriceError> {
    let name = rates.compounding.as_deref();
    let compounding = name.map_or(Ok(Compounding::Nominal(2)), Compounding::parse);
    let compounding = compounding.map_err(PriceError::Compounding)?;
    Ok(ZeroCurve::new(&rates.tenors, &rates.rates, compounding)?)
}

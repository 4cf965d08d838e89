//! Prices of the bonds of a run.

use deal_engine::model::{BondKind, Deal};
use deal_engine::price::{BondPrice, BondQuote, PriceError, PriceRequest, Quote, price};
use deal_engine::run::DealRun;

/// The most prices of a table.
const MOST_PRICES: usize = 1_000;
/// The most quotes of a request.
const MOST_QUOTES: usize = 1_000;

/// Prices the bonds that are asked for; if none is named, all but equity that still pay, at 100.
///
/// # Errors
///
/// Returns [`PriceError`]; see there.
pub fn prices(
    deal: &Deal,
    run: &DealRun,
    mut request: PriceRequest,
) -> Result<Vec<BondPrice>, PriceError> {
    request.table.truncate(MOST_PRICES);
    request.bonds.truncate(MOST_QUOTES);
    if !request.bonds.is_empty() {
        return price(deal, run, &request);
    }
    let mut found = Vec::new();
    for bond in deal.bonds.iter().filter(|bond| bond.kind != BondKind::Equity) {
        request.bonds = vec![BondQuote { bond: bond.name.clone(), quote: Quote::Price(100.0) }];
        match price(deal, run, &request) {
            Ok(priced) => found.extend(priced),
            Err(PriceError::NothingLeft { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

//! The best prices, and the levels behind them.

use metrics::counter;
use rust_decimal::Decimal;
use serde_json::Value;

use super::fields::{Fields, Unreadable, decimal_of, integer_of};
use crate::clients::delta::metrics::QUOTES_REJECTED;

/// The best price of a side and how many contracts stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Above zero.
    pub price: Decimal,
    /// Contracts, zero or more.
    pub size: i64,
}

/// The best prices of a book: positive, and never crossed. A side may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookTop {
    /// The best price one can sell at.
    pub bid: Option<Level>,
    /// The best price one can buy at.
    pub ask: Option<Level>,
}

/// Why a quote is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookTopError {
    /// A price is there and is not a number.
    #[error("a price is not a number")]
    NotANumber,
    /// A price is not above zero, or a size is below.
    #[error("a price or size is not positive")]
    NotPositive,
    /// The bid is above the ask.
    #[error("the bid is above the ask")]
    Crossed,
}

impl BookTop {
    /// Takes two sides.
    ///
    /// # Errors
    ///
    /// Returns [`BookTopError::Crossed`] if the bid is above the ask.
    pub fn new(bid: Option<Level>, ask: Option<Level>) -> Result<Self, BookTopError> {
        match (bid, ask) {
            (Some(bid), Some(ask)) if bid.price > ask.price => Err(BookTopError::Crossed),
            _ => Ok(Self { bid, ask }),
        }
    }

    /// Reads price and size of the bid, then of the ask. A quote that is rejected is counted.
    ///
    /// # Errors
    ///
    /// Returns [`BookTopError`] with the rule that is broken.
    pub fn read(sides: [Option<&Value>; 4]) -> Result<Self, BookTopError> {
        let [bid, bid_size, ask, ask_size] = sides;
        let read = side(bid, bid_size)
            .and_then(|bid| side(ask, ask_size).and_then(|ask| Self::new(bid, ask)));
        if let Err(rejected) = read {
            let reason = match rejected {
                BookTopError::NotANumber => "not_a_number",
                BookTopError::NotPositive => "not_positive",
                BookTopError::Crossed => "crossed",
            };
            counter!(QUOTES_REJECTED, "reason" => reason).increment(1);
        }
        read
    }
}

/// An absent, null or empty price is an empty side, and so is a zero price with nothing there.
fn side(price: Option<&Value>, size: Option<&Value>) -> Result<Option<Level>, BookTopError> {
    let Some(price) = price.filter(|price| !price.is_null() && price.as_str() != Some("")) else {
        return Ok(None);
    };
    let price = decimal_of(price).ok_or(BookTopError::NotANumber)?;
    let size = match size.filter(|size| !size.is_null() && size.as_str() != Some("")) {
        Some(size) => integer_of(size).ok_or(BookTopError::NotANumber)?,
        None => 0,
    };
    if price.is_zero() && size == 0 {
        return Ok(None);
    }
    if price <= Decimal::ZERO || size < 0 {
        return Err(BookTopError::NotPositive);
    }
    Ok(Some(Level { price, size }))
}

/// The levels of a book, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// What one can sell into.
    pub bids: Vec<Level>,
    /// What one can buy from.
    pub asks: Vec<Level>,
}

impl Depth {
    /// Reads `{buy: [{price, size}], sell: […]}`.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if a level is not a price and a size, or the book is crossed.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("an order book", value)?;
        let (bids, asks) = (levels(&fields, "buy")?, levels(&fields, "sell")?);
        BookTop::new(bids.first().copied(), asks.first().copied())
            .map_err(|_| fields.unreadable("buy"))?;
        Ok(Self { bids, asks })
    }
}

fn levels(book: &Fields<'_>, name: &'static str) -> Result<Vec<Level>, Unreadable> {
    let read = |value| {
        let level = Fields::of("a level", value)?;
        Ok(Level { price: level.positive("price")?, size: level.integer("size")? })
    };
    book.list(name).iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(values: &[Value; 4]) -> Result<BookTop, BookTopError> {
        let [bid, bid_size, ask, ask_size] = values;
        BookTop::read([Some(bid), Some(bid_size), Some(ask), Some(ask_size)])
    }

    #[test]
    fn quotes_that_cannot_be_are_rejected_by_reason() {
        let cases = [
            ([json!("NaN"), json!(1), json!("2"), json!(1)], BookTopError::NotANumber),
            ([json!("-1"), json!(1), json!("2"), json!(1)], BookTopError::NotPositive),
            ([json!("0"), json!(5), json!("2"), json!(1)], BookTopError::NotPositive),
            ([json!("1"), json!(-5), json!("2"), json!(1)], BookTopError::NotPositive),
            ([json!("2.1"), json!(1), json!(2), json!(1)], BookTopError::Crossed),
        ];
        for (values, expected) in cases {
            assert_eq!(read(&values), Err(expected), "{values:?}");
        }
    }

    #[test]
    fn a_side_may_be_empty_and_a_locked_book_is_not_crossed() {
        let empty = read(&[json!(null), json!(null), json!("0"), json!("0")]).unwrap();
        let locked = read(&[json!("5.5"), json!("10"), json!(5.5), json!(3)]).unwrap();

        assert_eq!(empty, BookTop { bid: None, ask: None });
        assert_eq!(locked.bid.unwrap().price, locked.ask.unwrap().price);
        assert_eq!(BookTop::read([None; 4]), Ok(empty));
    }

    proptest! {
        #[test]
        fn an_accepted_quote_is_positive_and_not_crossed(
            bid in "-?[0-9]{0,4}(\\.[0-9]{0,2})?", ask in "-?[0-9]{0,4}", size: i64,
        ) {
            if let Ok(top) = read(&[json!(bid), json!(size), json!(ask), json!(size)]) {
                for level in [top.bid, top.ask].into_iter().flatten() {
                    prop_assert!(level.price > Decimal::ZERO && level.size >= 0);
                }
                let crossed = matches!((top.bid, top.ask), (Some(b), Some(a)) if b.price > a.price);
                prop_assert!(!crossed);
            }
        }
    }
}

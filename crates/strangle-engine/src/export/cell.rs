//! How a row and a number are written.

use rust_decimal::{Decimal, RoundingStrategy};

/// The most decimals of a plain number.
const DECIMALS: u32 = 8;

/// A row that is being written.
#[derive(Debug)]
pub struct Row<'a> {
    buffer: &'a mut String,
    started: bool,
}

impl<'a> Row<'a> {
    /// Begins a row at the end of `buffer`.
    pub fn new(buffer: &'a mut String) -> Self {
        Self { buffer, started: false }
    }

    /// Adds a text; one that a spreadsheet would take for a formula gets an apostrophe in front.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula { self.raw(&format!("'{text}")) } else { self.raw(text) }
    }

    /// Adds a plain number.
    #[must_use]
    pub fn number(self, number: Decimal) -> Self {
        self.raw(&plain(number))
    }

    /// Adds a plain number, or an empty cell.
    #[must_use]
    pub fn optional(self, number: Option<Decimal>) -> Self {
        match number {
            Some(number) => self.number(number),
            None => self.raw(""),
        }
    }

    /// Adds a cell that is known to be no formula.
    #[must_use]
    pub fn raw(mut self, cell: &str) -> Self {
        if self.started {
            self.buffer.push(',');
        }
        self.started = true;
        if cell.contains([',', '"', '\n', '\r']) {
            self.buffer.push('"');
            for (part, piece) in cell.split('"').enumerate() {
                if part > 0 {
                    self.buffer.push_str("\"\"");
                }
                self.buffer.push_str(piece);
            }
            self.buffer.push('"');
        } else {
            self.buffer.push_str(cell);
        }
        self
    }

    /// Ends the row.
    pub fn end(self) {
        self.buffer.push_str("\r\n");
    }
}

/// Writes a number with at most eight decimals, half to even, without trailing zeros.
///
/// ```
/// use rust_decimal::dec;
/// use strangle_engine::export::cell::plain;
/// assert_eq!(plain(dec!(100.0)), "100");
/// assert_eq!(plain(dec!(-0.000000001)), "0");
/// ```
#[must_use]
pub fn plain(number: Decimal) -> String {
    rounded(number, DECIMALS).normalize().to_string()
}

/// Writes a number with exactly `decimals`, half to even.
#[must_use]
pub fn fixed(number: Decimal, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or_default();
    format!("{:.places$}", rounded(number, decimals))
}

/// Writes a number with exactly `decimals`, half to even, and its sign; zero counts as above zero.
#[must_use]
pub fn signed(number: Decimal, decimals: u32) -> String {
    let text = fixed(number, decimals);
    if text.starts_with('-') { text } else { format!("+{text}") }
}

fn rounded(number: Decimal, decimals: u32) -> Decimal {
    let mut number = number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven);
    if number.is_zero() {
        number.set_sign_positive(true);
    }
    number
}

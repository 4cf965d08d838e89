//! Symbols of the exchange: kept, read and written.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OptionKind, Underlying};

/// The longest symbol kept.
const LONGEST: usize = 31;

/// A symbol as the exchange writes it: 1 to 31 printable ASCII letters. It is copied, not
/// allocated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Symbol {
    /// Keeps a symbol.
    ///
    /// # Errors
    ///
    /// Refuses an empty text, one longer than 31 bytes, and letters that are not printable ASCII.
    pub fn new(text: &str) -> Result<Self, InvalidSymbol> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        let length = u8::try_from(text.len()).ok().filter(|length| *length > 0);
        let mut bytes = [0; LONGEST];
        match (length, bytes.get_mut(..text.len())) {
            (Some(length), Some(start)) if printable => {
                start.copy_from_slice(text.as_bytes());
                Ok(Self { bytes, length })
            }
            _ => Err(InvalidSymbol::new(text)),
        }
    }

    /// Writes the symbol of an option.
    ///
    /// # Errors
    ///
    /// Refuses a strike that is not positive or too long to write.
    ///
    /// ```
    /// use strangle_engine::instrument::{OptionKind, Symbol, Underlying};
    /// let expiry = chrono::NaiveDate::from_ymd_opt(2025, 10, 7).unwrap();
    /// let symbol = Symbol::option(OptionKind::Call, Underlying::Btc, 126_000.into(), expiry);
    /// assert_eq!(symbol.unwrap().as_str(), "C-BTC-126000-071025");
    /// ```
    pub fn option(
        kind: OptionKind,
        underlying: Underlying,
        strike: Decimal,
        expiry: NaiveDate,
    ) -> Result<Self, InvalidSymbol> {
        let (day, month, year) = (expiry.day(), expiry.month(), expiry.year().rem_euclid(100));
        let letter = kind.letter();
        let strike_text = strike.normalize();
        let text = format!("{letter}-{underlying}-{strike_text}-{day:02}{month:02}{year:02}");
        if strike <= Decimal::ZERO { Err(InvalidSymbol::new(&text)) } else { Self::new(&text) }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Reads the parts of the symbol.
    ///
    /// # Errors
    ///
    /// Refuses a symbol of no known form.
    pub fn parse(&self) -> Result<ParsedSymbol<'_>, InvalidSymbol> {
        ParsedSymbol::parse(self.as_str())
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl std::str::FromStr for Symbol {
    type Err = InvalidSymbol;

    fn from_str(text: &str) -> Result<Self, InvalidSymbol> {
        Self::new(text)
    }
}

impl AsRef<str> for Symbol {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// What a symbol says about its product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductKind {
    /// An option of a strike and a date.
    Option {
        /// Call or put.
        kind: OptionKind,
        /// The strike, in USD.
        strike: Decimal,
        /// The date at whose 12:00 UTC it expires.
        expiry: NaiveDate,
    },
    /// A perpetual future.
    Perpetual,
    /// A price index.
    Index,
}

/// The parts of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedSymbol<'a> {
    /// What stands before the colon (`MARK`), if there is one.
    pub prefix: Option<&'a str>,
    /// The asset, which need not be one the desk trades.
    pub asset: &'a str,
    /// The kind of product and its terms.
    pub product: ProductKind,
}

impl<'a> ParsedSymbol<'a> {
    /// Reads a symbol.
    ///
    /// # Errors
    ///
    /// Refuses a text of no known form, a date that does not exist, and a strike that is not a
    /// positive decimal number.
    ///
    /// ```
    /// use strangle_engine::instrument::{ParsedSymbol, ProductKind};
    /// let parsed = ParsedSymbol::parse("MARK:P-ETH-3800-100426").unwrap();
    /// assert_eq!((parsed.prefix, parsed.asset), (Some("MARK"), "ETH"));
    /// assert!(matches!(parsed.product, ProductKind::Option { .. }));
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, InvalidSymbol> {
        let refuse = || InvalidSymbol::new(text);
        let (prefix, name) = match text.split_once(':') {
            Some((prefix, name)) if is_asset(prefix) => (Some(prefix), name),
            Some(_) => return Err(refuse()),
            None => (None, text),
        };

        let (asset, product) = option_of(name)
            .or_else(|| index_of(name))
            .or_else(|| perpetual_of(name))
            .ok_or_else(refuse)?;
        Ok(Self { prefix, asset, product })
    }

    /// Returns the asset, if the desk trades options on it.
    #[must_use]
    pub fn underlying(&self) -> Option<Underlying> {
        self.asset.parse().ok()
    }
}

/// A text that is no symbol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no symbol of the exchange, such as C-BTC-126000-071025 or BTCUSD")]
pub struct InvalidSymbol(String);

impl InvalidSymbol {
    /// The stable name of this refusal.
    pub const CODE: &'static str = "invalid_symbol";

    fn new(text: &str) -> Self {
        Self(text.chars().take(2 * LONGEST).collect())
    }
}

fn option_of(name: &str) -> Option<(&str, ProductKind)> {
    let mut parts = name.split('-');
    let (letter, asset, strike, date) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let kind = OptionKind::BOTH.into_iter().find(|kind| letter.chars().eq([kind.letter()]))?;
    if parts.next().is_some() || !is_asset(asset) {
        return None;
    }
    let (strike, expiry) = (strike_of(strike)?, date_of(date)?);
    Some((asset, ProductKind::Option { kind, strike, expiry }))
}

fn index_of(name: &str) -> Option<(&str, ProductKind)> {
    let known = Underlying::ALL.into_iter().find(|underlying| underlying.index_symbol() == name);
    let named = || {
        let asset = name.strip_prefix(".DE").and_then(|rest| rest.strip_suffix("USD"));
        asset.filter(|asset| is_asset(asset))
    };
    let asset = known.map(Underlying::as_str).or_else(named)?;
    Some((asset, ProductKind::Index))
}

fn perpetual_of(name: &str) -> Option<(&str, ProductKind)> {
    let asset = name.strip_suffix("USDT").or_else(|| name.strip_suffix("USD"))?;
    is_asset(asset).then_some((asset, ProductKind::Perpetual))
}

fn is_asset(text: &str) -> bool {
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (1..=10).contains(&text.len()) && text.bytes().all(capital)
}

fn strike_of(text: &str) -> Option<Decimal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let strike = text.parse().ok().filter(|strike: &Decimal| *strike > Decimal::ZERO);
    strike.filter(|_| plain)
}

fn date_of(text: &str) -> Option<NaiveDate> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let two = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    let year = i32::try_from(two(4)?).ok()? + 2000;
    NaiveDate::from_ymd_opt(year, two(2)?, two(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_symbol_is_read_and_written_alike() {
        for text in ["C-BTC-126000-071025", "P-ETH-3800.5-290228"] {
            let parsed = ParsedSymbol::parse(text).unwrap();
            let ProductKind::Option { kind, strike, expiry } = parsed.product else {
                panic!("{text} is an option")
            };

            let written = Symbol::option(kind, parsed.underlying().unwrap(), strike, expiry);

            assert_eq!(written.unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_text_of_no_known_form_is_refused() {
        let garbage = [
            "",
            "-",
            "C-BTC",
            "X-BTC-90000-310125",
            "C-BTC-0-310125",
            "C-BTC--5-310125",
            "C-BTC-9e4-310125",
            "C-BTC-90000-310225",
            "C-BTC-90000-31125",
            "C-BTC-90000-310125-X",
            "c-btc-90000-310125",
            "C-BTC-90000-3101é",
            "USD",
            ":BTCUSD",
            "Ⅷ",
        ];
        for text in garbage {
            assert!(ParsedSymbol::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn perpetuals_and_indices_name_their_asset() {
        let kind_of = |text| ParsedSymbol::parse(text).map(|parsed| (parsed.asset, parsed.product));

        assert_eq!(kind_of("BTCUSD"), Ok(("BTC", ProductKind::Perpetual)));
        assert_eq!(kind_of("MARK:SOLUSD"), Ok(("SOL", ProductKind::Perpetual)));
        assert_eq!(kind_of(".DEXBTUSD"), Ok(("BTC", ProductKind::Index)));
        assert_eq!(kind_of(".DEETHUSD"), Ok(("ETH", ProductKind::Index)));
    }

    #[test]
    fn a_kept_symbol_survives_json_and_a_bad_one_does_not() {
        let symbol = Symbol::new("C-BTC-126000-071025").unwrap();
        let json = serde_json::to_string(&symbol).unwrap();

        assert_eq!(serde_json::from_str::<Symbol>(&json).unwrap(), symbol);
        assert!(serde_json::from_str::<Symbol>("\"\"").is_err());
        assert!(serde_json::from_str::<Symbol>("\"two words\"").is_err());
        assert!(Symbol::new(&"X".repeat(32)).is_err());
    }
}

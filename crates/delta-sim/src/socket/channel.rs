//! Channels: their names, feeds, cadences and the symbols they take.

use super::Feed;
use crate::exchange::Exchange;
use crate::product::{OptionKind, Product, ProductState, Underlying};
use crate::time::Micros;
use crate::venue::Resolution;

/// A channel of the current generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    Ticker,
    ObL1,
    ObL2,
    ObUpdates,
    MarkPrice,
    SpotPrice,
    SpotTwap,
    Trades,
    /// Candles of this resolution.
    Candles(&'static str),
    ProductUpdates,
    SystemStatus,
    Orders,
    UserTrades,
    FastUserTrades,
    Positions,
    Margins,
}

/// Channels with a name of their own.
const NAMED: [(&str, Channel); 15] = [
    ("ticker", Channel::Ticker),
    ("ob_l1", Channel::ObL1),
    ("ob_l2", Channel::ObL2),
    ("ob_updates", Channel::ObUpdates),
    ("mark_price", Channel::MarkPrice),
    ("spot_price", Channel::SpotPrice),
    ("spot_30mtwap_price", Channel::SpotTwap),
    ("trades", Channel::Trades),
    ("product_updates", Channel::ProductUpdates),
    ("system_status", Channel::SystemStatus),
    ("orders", Channel::Orders),
    ("user_trades", Channel::UserTrades),
    ("v2/user_trades", Channel::FastUserTrades),
    ("positions", Channel::Positions),
    ("margins", Channel::Margins),
];

/// Channels of the generation before and what has taken their place.
const REPLACED: [(&str, &str); 7] = [
    ("v2/ticker", "ticker"),
    ("l1_orderbook", "ob_l1"),
    ("l2_orderbook", "ob_l2"),
    ("l2_updates", "ob_updates"),
    ("all_trades", "trades"),
    ("v2/spot_price", "spot_price"),
    ("announcements", "system_status"),
];

impl Channel {
    /// The channel of that name.
    ///
    /// # Errors
    ///
    /// What to tell the client when there is none.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        if let Some((_, channel)) = NAMED.into_iter().find(|(known, _)| *known == name) {
            return Ok(channel);
        }
        if let Some(length) = name.strip_prefix("candlestick_").and_then(Resolution::named) {
            return Ok(Self::Candles(length.name));
        }
        let replaced = REPLACED.into_iter().find(|(old, _)| *old == name);
        Err(match replaced {
            Some((_, new)) => format!(
                "channel {name} was removed on 31 July 2026: use {new} on the public socket"
            ),
            None if name == "portfolio_margins" || name == "mmp_trigger" => {
                format!("channel {name} is not available")
            }
            None => format!("unknown channel {name}"),
        })
    }

    /// What the exchange calls it.
    pub(super) fn name(self) -> String {
        if let Self::Candles(resolution) = self {
            return format!("candlestick_{resolution}");
        }
        let named = NAMED.into_iter().find(|(_, channel)| *channel == self);
        named.map(|(name, _)| name.to_owned()).unwrap_or_default()
    }

    /// The socket it is on.
    pub(super) const fn feed(self) -> Feed {
        match self {
            Self::Orders
            | Self::UserTrades
            | Self::FastUserTrades
            | Self::Positions
            | Self::Margins => Feed::Private,
            _ => Feed::Public,
        }
    }

    /// How often it pushes; none for what is pushed when it happens.
    pub(super) const fn cadence(self) -> Option<Micros> {
        match self {
            Self::ObL1 | Self::ObUpdates => Some(Micros(100_000)),
            Self::ObL2 => Some(Micros(500_000)),
            Self::SpotPrice | Self::SpotTwap => Some(Micros::SECOND),
            Self::MarkPrice => Some(Micros::seconds(2)),
            Self::Ticker | Self::Candles(_) => Some(Micros::seconds(5)),
            _ => None,
        }
    }

    /// Whether it needs no symbols.
    pub(super) const fn is_global(self) -> bool {
        matches!(self, Self::ProductUpdates | Self::SystemStatus | Self::Margins)
    }

    /// Most symbols of one connection.
    pub(super) const fn most_symbols(self) -> usize {
        match self {
            Self::ObL2 | Self::ObUpdates => 100,
            _ => 1_000,
        }
    }

    /// Whether the channel can be subscribed for this symbol.
    pub(super) fn takes(self, exchange: &Exchange, symbol: &str) -> bool {
        let index = Underlying::ALL.into_iter().any(|one| one.index_symbol() == symbol);
        let product = |symbol: &str| exchange.product_by_symbol(symbol).is_some();
        let wide = symbol == "all" || Group::of_category(symbol).is_some();
        let chain = || Group::of_chain(symbol).is_some();
        match self {
            Self::SpotPrice | Self::SpotTwap => index,
            Self::ObL2 | Self::ObUpdates => product(symbol),
            Self::Ticker | Self::ObL1 => product(symbol) || chain(),
            Self::Trades => product(symbol) || wide || chain(),
            Self::MarkPrice => symbol.strip_prefix("MARK:").is_some_and(product) || wide || chain(),
            Self::Candles(_) => {
                index || product(symbol) || symbol.strip_prefix("MARK:").is_some_and(product)
            }
            Self::Orders | Self::UserTrades | Self::FastUserTrades | Self::Positions => {
                product(symbol) || wide
            }
            Self::ProductUpdates | Self::SystemStatus | Self::Margins => true,
        }
    }
}

/// Several products named at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// Every product.
    All,
    /// All calls or all puts.
    Category(OptionKind),
    /// All options of an underlying that expire on a date: `BTC-310326`.
    Chain(Underlying, chrono::NaiveDate),
}

impl Group {
    fn of_category(symbol: &str) -> Option<Self> {
        let kind = OptionKind::BOTH.into_iter().find(|kind| kind.contract_type() == symbol)?;
        Some(Self::Category(kind))
    }

    fn of_chain(symbol: &str) -> Option<Self> {
        let (coin, date) = symbol.split_once('-')?;
        let underlying = coin.parse().ok()?;
        if date.len() != 6 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let date = chrono::NaiveDate::parse_from_str(date, "%d%m%y").ok()?;
        Some(Self::Chain(underlying, date))
    }

    /// The group of that name, if it is one.
    pub(super) fn named(symbol: &str) -> Option<Self> {
        if symbol == "all" {
            return Some(Self::All);
        }
        Self::of_category(symbol).or_else(|| Self::of_chain(symbol))
    }

    /// Whether a product belongs to it.
    pub(super) fn holds(self, product: &Product) -> bool {
        match self {
            Self::All => true,
            Self::Category(kind) => product.kind == kind,
            Self::Chain(underlying, date) => {
                product.underlying == underlying && product.expiry.instant().date_naive() == date
            }
        }
    }

    /// Its live products, by symbol.
    pub(super) fn products(self, exchange: &Exchange) -> Vec<&Product> {
        let live = exchange.products().filter(|one| one.state == ProductState::Live);
        let mut products: Vec<_> = live.filter(|product| self.holds(product)).collect();
        products.sort_unstable_by_key(|product| product.symbol);
        products
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_has_its_name_back() {
        for name in NAMED.map(|(name, _)| name).into_iter().chain(["candlestick_1m"]) {
            assert_eq!(Channel::named(name).unwrap().name(), name);
        }
        assert!(Channel::named("candlestick_7m").is_err());
    }

    #[test]
    fn an_old_name_is_answered_with_the_new_one() {
        let error = Channel::named("l1_orderbook").unwrap_err();
        assert!(error.contains("use ob_l1"), "{error}");
    }

    #[test]
    fn a_chain_is_an_asset_and_a_date() {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
        assert_eq!(Group::named("BTC-310326"), Some(Group::Chain(Underlying::Btc, date)));
        for symbol in ["BTC-320326", "DOGE-310326", "BTC-3103260", "BTC", "BTC-+10326"] {
            assert_eq!(Group::named(symbol), None, "{symbol}");
        }
    }
}

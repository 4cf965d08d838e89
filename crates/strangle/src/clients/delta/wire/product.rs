//! What is listed.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{
    Contract, MarginTerms, OptionKind, ProductId, ProductKind, Symbol, TradingStatus,
};

use super::fields::{Fields, Unreadable};

/// The kind of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractType {
    /// An option.
    Option(OptionKind),
    /// Anything else: a perpetual, a future, a spread.
    Other,
}

impl ContractType {
    /// Reads the exchange's word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let kind = OptionKind::BOTH.into_iter().find(|kind| kind.contract_type() == word);
        kind.map_or(Self::Other, Self::Option)
    }
}

/// How far a product is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductState {
    /// Not yet traded.
    Upcoming,
    /// Traded.
    Live,
    /// Settled.
    Expired,
    /// A word not known here; nothing is traded on it.
    Unknown,
}

/// A product as the exchange lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its number.
    pub id: ProductId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Its kind.
    pub contract_type: ContractType,
    /// How far it is in its life.
    pub state: ProductState,
    /// Whether it is traded at this moment.
    pub trading_status: TradingStatus,
    /// The asset it is on, as the exchange names it.
    pub underlying: Option<String>,
    /// The strike of an option.
    pub strike: Option<Decimal>,
    /// When it settles.
    pub settles_at: Option<DateTime<Utc>>,
    /// What it settled at.
    pub settlement_price: Option<Decimal>,
    /// Units of the underlying in one contract.
    pub contract_value: Decimal,
    /// The step of its price.
    pub tick_size: Decimal,
    /// The most contracts one account may hold.
    pub position_size_limit: Option<i64>,
    /// Its own commission rate for taking.
    pub taker_rate: Option<Decimal>,
    /// Its own commission rate for making.
    pub maker_rate: Option<Decimal>,
    /// Its margin parameters.
    pub margin: Option<MarginTerms>,
    /// Whether only orders that reduce a position are taken.
    pub only_reduce_only: bool,
}

impl Product {
    /// Reads a product.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if number, symbol, kind, state, tick or contract value is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a product", value)?;
        let state = match fields.text("state")?.as_str() {
            "upcoming" => ProductState::Upcoming,
            "live" => ProductState::Live,
            "expired" => ProductState::Expired,
            _ => ProductState::Unknown,
        };
        let status = fields.maybe_text("trading_status");
        let specs = fields.object("product_specs");
        Ok(Self {
            id: ProductId(fields.integer("id")?),
            symbol: fields.symbol("symbol")?,
            contract_type: ContractType::of(&fields.text("contract_type")?),
            state,
            trading_status: status.map_or(TradingStatus::Unknown, |word| TradingStatus::of(&word)),
            underlying: underlying(&fields),
            strike: fields.maybe_decimal("strike_price"),
            settles_at: fields.maybe_instant("settlement_time"),
            settlement_price: fields.maybe_decimal("settlement_price"),
            contract_value: fields.positive("contract_value")?,
            tick_size: fields.positive("tick_size")?,
            position_size_limit: fields.maybe_integer("position_size_limit"),
            taker_rate: fields.maybe_decimal("taker_commission_rate"),
            maker_rate: fields.maybe_decimal("maker_commission_rate"),
            margin: margin(&fields),
            only_reduce_only: specs
                .is_some_and(|specs| specs.flag("only_reduce_only_orders_allowed")),
        })
    }

    /// Returns the terms of a BTC or ETH option; `None` for everything else.
    ///
    /// What the symbol says and what the fields say must agree.
    #[must_use]
    pub fn contract(&self) -> Option<Contract> {
        let ContractType::Option(kind) = self.contract_type else { return None };
        let parsed = self.symbol.parse().ok()?;
        let underlying = parsed.underlying()?;
        let ProductKind::Option { kind: said_kind, strike, expiry } = parsed.product else {
            return None;
        };
        let settles_on = self.settles_at.map_or(expiry, |at| at.date_naive());
        let said_strike = self.strike.unwrap_or(strike);
        let agrees = said_kind == kind && said_strike == strike && settles_on == expiry;
        agrees.then_some(Contract {
            symbol: self.symbol,
            product_id: self.id,
            underlying,
            kind,
            strike,
            expiry,
            contract_value: self.contract_value,
            tick_size: self.tick_size,
            position_size_limit: self.position_size_limit,
            taker_rate: self.taker_rate,
            maker_rate: self.maker_rate,
            margin: self.margin,
        })
    }

    /// Returns the date on which the product settles.
    #[must_use]
    pub fn expiry(&self) -> Option<NaiveDate> {
        self.settles_at.map(|at| at.date_naive())
    }
}

/// The asset is an object with a symbol in some answers and a text in others.
fn underlying(fields: &Fields<'_>) -> Option<String> {
    let asset = fields.object("underlying_asset").and_then(|asset| asset.maybe_text("symbol"));
    asset.or_else(|| fields.maybe_text("underlying_asset_symbol"))
}

/// Parameters that are not all there are not there.
fn margin(fields: &Fields<'_>) -> Option<MarginTerms> {
    Some(MarginTerms {
        initial_margin_pct: fields.maybe_decimal("initial_margin")?,
        maintenance_margin_pct: fields.maybe_decimal("maintenance_margin")?,
        initial_margin_scaling_factor: fields.maybe_decimal("initial_margin_scaling_factor")?,
        maintenance_margin_scaling_factor: fields
            .maybe_decimal("maintenance_margin_scaling_factor")?,
        max_leverage_notional: fields.maybe_decimal("max_leverage_notional")?,
    })
}

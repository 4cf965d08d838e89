//! What the account holds.

use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{ProductId, Symbol};

use super::fields::{Fields, Unreadable};
use super::order::symbol;

/// A position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPosition {
    /// The product.
    pub symbol: Symbol,
    /// Its number, if it is said.
    pub product_id: Option<ProductId>,
    /// Contracts; below zero is short, zero is flat.
    pub size: i64,
    /// The mean price of entry, if it is said.
    pub entry_price: Option<Decimal>,
    /// Margin held for it, if it is said.
    pub margin: Option<Decimal>,
    /// Where the exchange would close it, if it is said.
    pub liquidation_price: Option<Decimal>,
    /// Realised so far, if it is said.
    pub realized_pnl: Option<Decimal>,
}

impl OpenPosition {
    /// Reads a position.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if product or size is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a position", value)?;
        Ok(Self {
            symbol: symbol(&fields)?,
            product_id: fields.maybe_integer("product_id").map(ProductId),
            size: fields.integer("size")?,
            entry_price: fields.maybe_decimal("entry_price"),
            margin: fields.maybe_decimal("margin"),
            liquidation_price: fields.maybe_decimal("liquidation_price"),
            realized_pnl: fields.maybe_decimal("realized_pnl"),
        })
    }
}

/// The money of one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The asset, as the exchange names it: `USD`.
    pub asset: String,
    /// Everything.
    pub balance: Decimal,
    /// What new orders may use.
    pub available: Decimal,
    /// What is held for orders and positions.
    pub blocked_margin: Decimal,
    /// What a portfolio margin account holds.
    pub portfolio_margin: Decimal,
}

impl Balance {
    /// Reads a balance.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if asset, balance or available balance is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a balance", value)?;
        Ok(Self {
            asset: fields.text("asset_symbol")?,
            balance: fields.decimal("balance")?,
            available: fields.decimal("available_balance")?,
            blocked_margin: fields.maybe_decimal("blocked_margin").unwrap_or_default(),
            portfolio_margin: fields.maybe_decimal("portfolio_margin").unwrap_or_default(),
        })
    }
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The exchange's id of the user.
    pub user_id: String,
    /// How margin is computed, if it is said: `isolated`, `portfolio`.
    pub margin_mode: Option<String>,
    /// The name by which a person knows the account, if it is said.
    pub nickname: Option<String>,
}

impl Profile {
    /// Reads a profile. Name, mail address and the like are left where they are.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if the id is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a profile", value)?;
        Ok(Self {
            user_id: fields.text("id")?,
            margin_mode: fields.maybe_text("margin_mode"),
            nickname: fields.maybe_text("nick_name"),
        })
    }
}

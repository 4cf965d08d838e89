//! Orders and fills.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use strangle_engine::instrument::{ProductId, Symbol};

use super::fields::{Fields, Unreadable};

/// The direction of an order or a fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Adds contracts.
    Buy,
    /// Takes contracts away.
    Sell,
}

impl Side {
    /// Returns `buy` or `sell`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }

    pub(in crate::clients::delta) fn of(word: &str) -> Option<Self> {
        [Self::Buy, Self::Sell].into_iter().find(|side| side.as_str() == word)
    }
}

/// How far an order is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// In the book.
    Open,
    /// Waits for its trigger.
    Pending,
    /// Ended with nothing left to fill, or ended by its own terms.
    Closed,
    /// Ended by a cancel.
    Cancelled,
}

impl OrderState {
    /// Tells whether nothing can happen to the order any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

    pub(in crate::clients::delta) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "open" => Self::Open,
            "pending" => Self::Pending,
            "closed" | "filled" => Self::Closed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => return None,
        })
    }
}

/// An order as the exchange knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The exchange's id.
    pub id: String,
    /// Our id; other people's orders may have none.
    pub client_order_id: Option<String>,
    /// The product.
    pub symbol: Symbol,
    /// Its number, if it is said.
    pub product_id: Option<ProductId>,
    /// The direction.
    pub side: Side,
    /// Contracts ordered.
    pub size: i64,
    /// Contracts not filled: from zero to `size`.
    pub unfilled: i64,
    /// The mean price of what is filled, if it is said.
    pub average_price: Option<Decimal>,
    /// The limit; `None` for a market order.
    pub limit_price: Option<Decimal>,
    /// How far it is.
    pub state: OrderState,
    /// Whether it may only reduce a position.
    pub reduce_only: bool,
    /// Commission so far, if it is said.
    pub commission: Option<Decimal>,
    /// Why it ended, if it is said.
    pub reason: Option<String>,
    /// When the exchange took it, if it is said.
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed, if it is said.
    pub updated_at: Option<DateTime<Utc>>,
}

impl Order {
    /// Returns the contracts filled.
    #[must_use]
    pub const fn filled(&self) -> i64 {
        self.size - self.unfilled
    }

    /// Reads an order, as REST and the sockets write it.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if id, product, side, state or sizes are missing or contradict each
    /// other.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("an order", value)?;
        let size = fields.integer("size")?;
        let unfilled = fields.integer("unfilled_size")?;
        if size <= 0 || !(0..=size).contains(&unfilled) {
            return Err(fields.unreadable("unfilled_size"));
        }
        let id = fields.maybe_text("id").or_else(|| fields.maybe_text("order_id"));
        let at = |name| fields.maybe_instant(name);
        Ok(Self {
            id: id.ok_or_else(|| fields.unreadable("id"))?,
            client_order_id: fields.maybe_text("client_order_id"),
            symbol: symbol(&fields)?,
            product_id: fields.maybe_integer("product_id").map(ProductId),
            side: side(&fields, "side")?,
            size,
            unfilled,
            average_price: price(&fields, "average_fill_price"),
            limit_price: price(&fields, "limit_price"),
            state: OrderState::of(&fields.text("state")?)
                .ok_or_else(|| fields.unreadable("state"))?,
            reduce_only: fields.flag("reduce_only"),
            commission: fields
                .maybe_decimal("paid_commission")
                .or_else(|| fields.maybe_decimal("commission")),
            reason: fields.maybe_text("cancellation_reason"),
            created_at: at("created_at"),
            updated_at: at("updated_at").or_else(|| at("timestamp")),
        })
    }
}

/// What a fill came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillKind {
    /// A trade in the book.
    Normal,
    /// Somebody's loss was shared out.
    AutoDeleveraging,
    /// The exchange closed the position.
    Liquidation,
    /// The product expired.
    Settlement,
    /// A trade outside the book.
    OverTheCounter,
    /// A word not known here.
    Unknown,
}

impl FillKind {
    pub(in crate::clients::delta) fn of(word: Option<&str>) -> Self {
        match word {
            None | Some("normal" | "") => Self::Normal,
            Some("adl") => Self::AutoDeleveraging,
            Some("liquidation") => Self::Liquidation,
            Some("settlement") => Self::Settlement,
            Some("otc") => Self::OverTheCounter,
            Some(_) => Self::Unknown,
        }
    }
}

/// Which side of the book a fill was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It took what was there.
    Taker,
    /// It was there.
    Maker,
}

impl Role {
    pub(in crate::clients::delta) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "taker" => Self::Taker,
            "maker" => Self::Maker,
            _ => return None,
        })
    }
}

/// A fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    /// The exchange's id; one fill is known by it everywhere.
    pub id: String,
    /// The order; a text of another kind for a settlement.
    pub order_id: Option<String>,
    /// Our id of the order, if it is said.
    pub client_order_id: Option<String>,
    /// The product.
    pub symbol: Symbol,
    /// The direction.
    pub side: Side,
    /// Contracts, above zero.
    pub size: i64,
    /// The price; zero only at a settlement.
    pub price: Decimal,
    /// Which side of the book, if it is said.
    pub role: Option<Role>,
    /// What it cost; the sockets do not say.
    pub commission: Option<Decimal>,
    /// What it came from.
    pub kind: FillKind,
    /// The exchange's instant.
    pub at: DateTime<Utc>,
}

impl Fill {
    /// Reads a fill of `GET /v2/fills`.
    ///
    /// # Errors
    ///
    /// Returns [`Unreadable`] if id, product, side, size, price or instant is missing.
    pub fn read(value: &Value) -> Result<Self, Unreadable> {
        let fields = Fields::of("a fill", value)?;
        let kind = FillKind::of(fields.maybe_text("fill_type").as_deref());
        let price = fields.decimal("price")?;
        let size = fields.integer("size")?;
        let may_be_worthless = kind == FillKind::Settlement && price.is_zero();
        if price <= Decimal::ZERO && !may_be_worthless {
            return Err(fields.unreadable("price"));
        }
        if size <= 0 {
            return Err(fields.unreadable("size"));
        }
        let id = fields.maybe_text("id").or_else(|| fields.maybe_text("fill_id"));
        let at = fields.maybe_instant("created_at").or_else(|| fields.maybe_instant("timestamp"));
        Ok(Self {
            id: id.ok_or_else(|| fields.unreadable("id"))?,
            order_id: fields.maybe_text("order_id"),
            client_order_id: fields.maybe_text("client_order_id").or_else(|| {
                fields.object("meta_data").and_then(|meta| meta.maybe_text("client_order_id"))
            }),
            symbol: symbol(&fields)?,
            side: side(&fields, "side")?,
            size,
            price,
            role: fields.maybe_text("role").and_then(|word| Role::of(&word)),
            commission: fields.maybe_decimal("commission"),
            kind,
            at: at.ok_or_else(|| fields.unreadable("created_at"))?,
        })
    }
}

/// The product is named directly, or inside an object.
pub(in crate::clients::delta) fn symbol(fields: &Fields<'_>) -> Result<Symbol, Unreadable> {
    let direct = fields.symbol("product_symbol").or_else(|_| fields.symbol("symbol"));
    match (direct, fields.object("product")) {
        (Err(_), Some(product)) => product.symbol("symbol"),
        (direct, _) => direct,
    }
}

fn side(fields: &Fields<'_>, name: &'static str) -> Result<Side, Unreadable> {
    Side::of(&fields.text(name)?).ok_or_else(|| fields.unreadable(name))
}

/// A price of zero is none: the exchange writes it for market orders and before the first fill.
fn price(fields: &Fields<'_>, name: &'static str) -> Option<Decimal> {
    fields.maybe_decimal(name).filter(|price| *price > Decimal::ZERO)
}

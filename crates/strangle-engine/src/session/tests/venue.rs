//! A little exchange with a will of its own: it loses answers, fills in parts, reports late.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::{Decimal, dec};

use super::dice::{Dice, Faults};
use crate::client_order_id::{ClientOrderId, Tag};
use crate::instrument::{Contract, OptionKind, ProductId, Symbol, TradingStatus, Underlying};
use crate::intent::{
    CancelOutcome, Fill, FillType, OrderKind, OrderReport, OrderRequest, Role, Side,
    VenueOrderState,
};
use crate::pricing::Greeks;
use crate::quote::{Level, Quote, Source};
use crate::reconcile::{FillsLook, Look, LookUpAnswer};
use crate::selection::Candidate;
use crate::session::PositionReport;

pub(super) const CALL: ProductId = ProductId(102);
pub(super) const PUT: ProductId = ProductId(202);

#[derive(Debug, Clone)]
struct Order {
    report: OrderReport,
    kind: OrderKind,
    reduce_only: bool,
    accepted_at: DateTime<Utc>,
}

/// The truth.
#[derive(Debug, Clone)]
pub(super) struct Venue {
    pub(super) now: DateTime<Utc>,
    pub(super) dice: Dice,
    pub(super) faults: Faults,
    tag: Tag,
    orders: Vec<Order>,
    /// The fills and from when on a query shows them.
    fills: Vec<(Fill, DateTime<Utc>)>,
    pub(super) positions: BTreeMap<ProductId, i64>,
    /// What others did to our positions.
    pub(super) external: BTreeMap<ProductId, i64>,
    pub(super) marks: BTreeMap<ProductId, Decimal>,
    pub(super) pushes: Vec<Push>,
    pub(super) broken: Option<String>,
    /// Orders of this product are refused with this code.
    pub(super) refused_product: Option<(ProductId, &'static str)>,
    /// Orders of this side are refused.
    pub(super) refused_side: Option<Side>,
    /// The most contracts that are sold of a product.
    pub(super) cap: BTreeMap<ProductId, i64>,
    /// Nobody finds any order.
    pub(super) hidden: bool,
    pub(super) positions_fail: bool,
    /// What trades cost is not told.
    pub(super) uncharged: bool,
    /// What the products pay, once they have expired.
    pub(super) settled: BTreeMap<ProductId, Decimal>,
}

/// What the private stream says.
#[derive(Debug, Clone)]
pub(super) enum Push {
    Order(OrderReport),
    Fill(Fill),
}

pub(super) fn contract(product_id: ProductId) -> Contract {
    let (kind, strike) = match product_id {
        CALL => (OptionKind::Call, dec!(126000)),
        _ => (OptionKind::Put, dec!(121000)),
    };
    let expiry = NaiveDate::from_ymd_opt(2025, 10, 7).unwrap();
    Contract {
        symbol: Symbol::option(kind, Underlying::Btc, strike, expiry).unwrap(),
        product_id,
        underlying: Underlying::Btc,
        kind,
        strike,
        expiry,
        contract_value: dec!(0.001),
        tick_size: dec!(0.1),
        position_size_limit: None,
        taker_rate: None,
        maker_rate: None,
        margin: None,
    }
}

impl Venue {
    pub(super) fn new(seed: u64, faults: Faults, tag: Tag, now: DateTime<Utc>) -> Self {
        Self {
            now,
            dice: Dice::new(seed),
            faults,
            tag,
            orders: Vec::new(),
            fills: Vec::new(),
            positions: BTreeMap::new(),
            external: BTreeMap::new(),
            marks: BTreeMap::from([(CALL, dec!(302)), (PUT, dec!(332))]),
            pushes: Vec::new(),
            broken: None,
            refused_product: None,
            refused_side: None,
            cap: BTreeMap::new(),
            hidden: false,
            positions_fail: false,
            uncharged: false,
            settled: BTreeMap::new(),
        }
    }

    pub(super) fn quote(&self, product_id: ProductId) -> Quote {
        let mark = self.marks[&product_id];
        let delta = if product_id == CALL { 0.1422 } else { -0.1301 };
        Quote {
            bid: Some(Level { price: mark - dec!(2), size: 500 }),
            ask: Some(Level { price: mark + dec!(2), size: 500 }),
            mark,
            last: None,
            mark_iv: Some(0.5),
            greeks: Some(Greeks { delta, gamma: 1e-5, vega: 2.0, theta: -50.0, rho: 0.0 }),
            band: None,
            exchange_at: self.now,
            received_at: self.now,
            source: Source::Stream,
        }
    }

    pub(super) fn chain(&self) -> Vec<Candidate> {
        let candidate = |product_id| Candidate {
            contract: contract(product_id),
            quote: self.quote(product_id),
            open_interest: dec!(1000),
            status: TradingStatus::Operational,
        };
        vec![candidate(CALL), candidate(PUT)]
    }

    /// Takes an order that has reached the exchange.
    pub(super) fn place(&mut self, order: &OrderRequest) -> Result<OrderReport, String> {
        let ours = |other: &&Order| {
            other.report.product_id == order.product_id && is_open(other.report.state)
        };
        if let Some(other) = self.orders.iter().find(ours) {
            let other = other.report.client_order_id.clone();
            self.break_rule(format!("{:?} arrives while {other:?} works", order.client_order_id));
        }
        let twin =
            |other: &Order| other.report.client_order_id.as_ref() == Some(&order.client_order_id);
        if self.orders.iter().any(twin) {
            self.break_rule(format!("{:?} is placed twice", order.client_order_id));
            return Err("duplicate_client_order_id".to_owned());
        }
        if let Some((_, code)) = self.refused_product.filter(|(id, _)| *id == order.product_id) {
            return Err(code.to_owned());
        }
        if self.refused_side == Some(order.side) {
            return Err("price_out_of_band".to_owned());
        }
        if self.dice.chance(self.faults.refuse) {
            return Err("price_out_of_band".to_owned());
        }
        let mut size = order.size;
        if order.reduce_only {
            let held = self.positions.get(&order.product_id).copied().unwrap_or(0);
            size = size.min((-order.side.signed(1) * held).max(0));
            if size == 0 {
                return Err("no_position_to_reduce".to_owned());
            }
        }
        let number = i64::try_from(self.orders.len()).unwrap() + 1_000;
        let report = OrderReport {
            client_order_id: Some(order.client_order_id.clone()),
            exchange_order_id: number,
            product_id: order.product_id,
            symbol: order.symbol,
            side: order.side,
            size: order.size,
            unfilled: order.size,
            state: VenueOrderState::Open,
            average_price: None,
            updated_at: Some(self.now),
        };
        let (kind, reduce_only) = (order.kind, order.reduce_only);
        self.orders.push(Order { report, kind, reduce_only, accepted_at: self.now });
        let place = self.orders.len() - 1;
        let part = if self.dice.chance(self.faults.no_fill) {
            0
        } else if self.dice.chance(self.faults.partial) {
            self.dice.between(1, size)
        } else {
            size
        };
        self.trade(place, part);
        if !kind.rests() && is_open(self.orders[place].report.state) {
            self.orders[place].report.state = VenueOrderState::Cancelled;
            self.push_order(place);
        }
        Ok(self.orders[place].report.clone())
    }

    fn trade(&mut self, place: usize, size: i64) {
        let order = &self.orders[place];
        let product_id = order.report.product_id;
        let held = self.positions.get(&product_id).copied().unwrap_or(0);
        let mut size = size.min(order.report.unfilled);
        if order.reduce_only {
            size = size.min((-order.report.side.signed(1) * held).max(0));
        }
        if let Some(cap) = self.cap.get(&product_id)
            && order.report.side == Side::Sell
        {
            size = size.min(cap + held);
        }
        if size <= 0 {
            return;
        }
        let mark = self.marks[&product_id];
        let way = order.report.side;
        let touch = if way == Side::Sell { mark - dec!(2) } else { mark + dec!(2) };
        let price = order.kind.price().unwrap_or(touch);
        let late = self.dice.chance(self.faults.late_fills);
        let commission = (!self.dice.chance(self.faults.no_commission)).then_some(dec!(0.01));
        let fill = Fill {
            fill_id: format!("fill-{}", self.fills.len()),
            client_order_id: order.report.client_order_id.clone(),
            exchange_order_id: Some(order.report.exchange_order_id),
            product_id,
            symbol: order.report.symbol,
            side: way,
            size,
            price,
            role: Some(Role::Taker),
            commission,
            fill_type: FillType::Normal,
            exchange_at: self.now,
        };
        let visible = if late { self.dice.between(1_000, 8_000) } else { 0 };
        let visible_at = self.now + TimeDelta::milliseconds(visible);
        if visible == 0 && !self.dice.chance(self.faults.stream_drops) {
            self.pushes.push(Push::Fill(Fill { commission: None, ..fill.clone() }));
        }
        let known = Fill { commission: Some(dec!(0.01)), ..fill };
        self.fills.push((known, visible_at));
        let report = &mut self.orders[place].report;
        report.unfilled -= size;
        report.average_price = Some(price);
        if report.unfilled == 0 {
            report.state = VenueOrderState::Closed;
        }
        *self.positions.entry(product_id).or_default() += way.signed(size);
        self.check_position(product_id);
        self.push_order(place);
    }

    fn check_position(&mut self, product_id: ProductId) {
        let own =
            self.positions[&product_id] - self.external.get(&product_id).copied().unwrap_or(0);
        if !(-10..=0).contains(&own) && !self.external.contains_key(&product_id) {
            self.break_rule(format!("the own position of {product_id} is {own}"));
        }
    }

    fn push_order(&mut self, place: usize) {
        if !self.dice.chance(self.faults.stream_drops) {
            self.pushes.push(Push::Order(self.orders[place].report.clone()));
        }
    }

    /// What happens by itself as time goes by.
    pub(super) fn pass(&mut self, now: DateTime<Utc>) {
        self.now = now;
        for place in 0..self.orders.len() {
            let idle = self.faults.no_fill == 100;
            if is_open(self.orders[place].report.state) && !idle && self.dice.chance(5) {
                let unfilled = self.orders[place].report.unfilled;
                let part = self.dice.between(1, unfilled);
                self.trade(place, part);
            }
        }
    }

    pub(super) fn cancel(&mut self, id: &ClientOrderId) -> CancelOutcome {
        let found = self.orders.iter().position(|order| {
            order.report.client_order_id.as_ref() == Some(id) && is_open(order.report.state)
        });
        let Some(place) = found else { return CancelOutcome::OpenOrderNotFound };
        if self.dice.chance(self.faults.partial / 2) {
            let unfilled = self.orders[place].report.unfilled;
            let part = self.dice.between(1, unfilled);
            self.trade(place, part);
            if !is_open(self.orders[place].report.state) {
                return CancelOutcome::OpenOrderNotFound;
            }
        }
        self.orders[place].report.state = VenueOrderState::Cancelled;
        self.push_order(place);
        CancelOutcome::Confirmed { report: Some(self.orders[place].report.clone()) }
    }

    pub(super) fn look_up(&mut self, id: &ClientOrderId) -> LookUpAnswer {
        if self.hidden {
            return LookUpAnswer::absent(self.now);
        }
        if self.dice.chance(self.faults.look_up_fails) {
            return LookUpAnswer::failed(self.now, "503");
        }
        // A young order is not found by its name yet.
        let lag = TimeDelta::milliseconds(if self.faults.lose_answer > 0 { 1_500 } else { 0 });
        let found = self.orders.iter().find(|order| {
            order.report.client_order_id.as_ref() == Some(id) && self.now - order.accepted_at >= lag
        });
        let Some(order) = found else {
            let mut answer = LookUpAnswer::absent(self.now);
            if self.dice.chance(self.faults.look_up_fails) {
                answer.history = Look::Failed { error: "429".to_owned() };
            }
            let visible = self.visible_fills();
            let filled: i64 = visible
                .iter()
                .filter(|fill| fill.client_order_id.as_ref() == Some(id))
                .map(|fill| fill.size)
                .sum();
            if filled > 0 {
                answer.fills = FillsLook::Some { filled };
            }
            return answer;
        };
        LookUpAnswer::found(self.now, order.report.clone())
    }

    pub(super) fn visible_fills(&self) -> Vec<Fill> {
        let visible = self.fills.iter().filter(|(_, at)| *at <= self.now);
        let told = |fill: &Fill| Fill {
            commission: fill.commission.filter(|_| !self.uncharged),
            ..fill.clone()
        };
        visible.map(|(fill, _)| told(fill)).collect()
    }

    pub(super) fn all_fills(&self) -> Vec<Fill> {
        self.fills.iter().map(|(fill, _)| fill.clone()).collect()
    }

    pub(super) fn open_orders(&self) -> Vec<OrderReport> {
        let open = self.orders.iter().filter(|order| is_open(order.report.state));
        open.map(|order| order.report.clone()).collect()
    }

    pub(super) fn our_open_orders(&self) -> usize {
        let ours = |report: &&OrderReport| {
            report.client_order_id.as_ref().is_some_and(|id| self.tag.marks(id.as_str()))
        };
        self.open_orders().iter().filter(ours).count()
    }

    pub(super) fn position_reports(&self) -> Vec<PositionReport> {
        let reports = self.positions.iter().filter(|(_, size)| **size != 0);
        reports
            .map(|(product_id, size)| PositionReport {
                product_id: *product_id,
                symbol: contract(*product_id).symbol,
                size: *size,
                entry_price: None,
            })
            .collect()
    }

    /// Somebody else trades on the account.
    pub(super) fn external_trade(&mut self, product_id: ProductId, change: i64) {
        *self.positions.entry(product_id).or_default() += change;
        *self.external.entry(product_id).or_default() += change;
    }

    fn break_rule(&mut self, rule: String) {
        self.broken.get_or_insert(rule);
    }
}

const fn is_open(state: VenueOrderState) -> bool {
    matches!(state, VenueOrderState::Open | VenueOrderState::Pending)
}

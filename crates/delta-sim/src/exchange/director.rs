//! Commands of the director.

use rust_decimal::Decimal;

use super::{Distorted, Exchange};
use crate::account::{Role, TransactionType};
use crate::control::{Control, ControlError, Distortion};
use crate::event::{EventKind, ProductChange};
use crate::journal::Command;
use crate::order::{NewOrder, OrderId, OrderType, Origin, Side, TimeInForce, UserId};
use crate::product::{ProductId, ProductState, TradingStatus, Underlying};
use crate::quote::Level;
use crate::script::Move;
use crate::time::Micros;

/// Longest lag of the margined positions report.
const LONGEST_DELAY: Micros = Micros(10 * Micros::SECOND.0);
/// Largest deposit in USD, and highest recorded index.
const LARGEST_AMOUNT: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Longest distortion.
const LONGEST_DISTORTION: Micros = Micros(7 * Micros::DAY.0);

impl Exchange {
    /// Changes what the market does.
    ///
    /// # Errors
    ///
    /// [`ControlError`] naming what is unknown or out of range; nothing has changed then.
    pub fn control(&mut self, at: Micros, control: Control) -> Result<(), ControlError> {
        let is_outer = self.begin(at);
        let done = self.direct(&control);
        self.end(is_outer, done.is_ok().then_some(Command::Control(control)));
        done
    }

    fn direct(&mut self, control: &Control) -> Result<(), ControlError> {
        let now = self.now;
        match *control {
            Control::Scenario { scenario } => self.market.set_scenario(scenario, now),
            Control::Script { underlying, ref moves } => {
                Move::check(moves).map_err(|error| invalid("moves", error.to_string()))?;
                self.market.set_script(underlying, moves, now);
            }
            Control::Recorded { underlying, ref ticks } => {
                let sorted = ticks.is_sorted_by_key(|tick| tick.at);
                let usual = Decimal::ONE..=LARGEST_AMOUNT;
                if !sorted || !ticks.iter().all(|tick| usual.contains(&tick.price)) {
                    let rule = "must be in order of time, with prices from 1 to 1000000000";
                    return Err(invalid("ticks", rule));
                }
                self.market.set_record(underlying, ticks);
            }
            Control::Distort { distortion, product_id, duration } => {
                self.distort(distortion, product_id, duration)?;
            }
            Control::Undistort => self.distorted.clear(),
            Control::TradingStatus { product_id, status } => {
                self.set_trading_status(product_id, status)?;
            }
            Control::System { status } => {
                if self.status != status {
                    self.status = status;
                    self.emit(EventKind::System(status));
                }
            }
            Control::ExternalTrade { user_id, product_id, side, size } => {
                self.external_trade(user_id, product_id, side, size)?;
            }
            Control::ExternalClose { user_id, product_id } => {
                self.check_account(user_id)?;
                self.external_close(user_id, product_id);
            }
            Control::FillOrder { user_id, order_id, size } => {
                self.fill_resting_order(user_id, order_id, size)?;
            }
            Control::Expire { product_id } => {
                let product = self.listing.get(product_id).ok_or(ControlError::UnknownProduct)?;
                if product.state == ProductState::Live {
                    let spot = self.spot(product.underlying);
                    let price = self.spot_twap(product.underlying).unwrap_or(spot);
                    self.settle(product_id, price);
                }
            }
            Control::Deposit { user_id, amount } => {
                self.check_account(user_id)?;
                if amount.abs() > LARGEST_AMOUNT {
                    return Err(invalid("amount", "must lie between -1000000000 and 1000000000"));
                }
                self.post(user_id, TransactionType::Deposit, amount, None);
                self.report_wallet(user_id);
            }
            Control::DuplicatePolicy { policy } => self.config.duplicate_policy = policy,
            Control::PositionsDelay { delay } => {
                if delay < Micros::ZERO || delay > LONGEST_DELAY {
                    return Err(invalid("delay", "must lie between 0 and 10 seconds"));
                }
                self.config.positions_delay = delay;
            }
        }
        Ok(())
    }

    fn distort(
        &mut self,
        how: Distortion,
        product_id: Option<ProductId>,
        duration: Micros,
    ) -> Result<(), ControlError> {
        if product_id.is_some_and(|id| self.listing.get(id).is_none()) {
            return Err(ControlError::UnknownProduct);
        }
        if duration <= Micros::ZERO || duration > LONGEST_DISTORTION {
            return Err(invalid("duration", "must be above 0 and at most 7 days"));
        }
        self.distorted.push(Distorted {
            how,
            product_id,
            until: self.now + duration,
            btc: self.market.frame(Underlying::Btc),
            eth: self.market.frame(Underlying::Eth),
        });
        Ok(())
    }

    fn set_trading_status(
        &mut self,
        product_id: Option<ProductId>,
        status: TradingStatus,
    ) -> Result<(), ControlError> {
        if product_id.is_some_and(|id| self.listing.get(id).is_none()) {
            return Err(ControlError::UnknownProduct);
        }
        if status == TradingStatus::Unknown {
            return Err(invalid("status", "must be one the exchange knows"));
        }
        let ids: Vec<ProductId> = self
            .listing
            .iter()
            .filter(|one| product_id.is_none_or(|id| id == one.id))
            .filter(|one| one.state == ProductState::Live && one.trading_status != status)
            .map(|one| one.id)
            .collect();
        for id in ids {
            if let Some(product) = self.listing.get_mut(id) {
                product.trading_status = status;
            }
            let change = ProductChange::TradingStatus(status);
            self.emit(EventKind::Product { product_id: id, change });
        }
        Ok(())
    }

    /// Trades at the market like a client, without a name and without a look at the margin.
    fn external_trade(
        &mut self,
        user_id: UserId,
        product_id: ProductId,
        side: Side,
        contracts: i64,
    ) -> Result<(), ControlError> {
        self.check_account(user_id)?;
        let order = NewOrder {
            product_id,
            side,
            size: contracts,
            order_type: OrderType::MarketOrder,
            limit_price: None,
            time_in_force: TimeInForce::Ioc,
            post_only: false,
            reduce_only: false,
            client_order_id: None,
        };
        let done = self.accept(user_id, &order, Origin::External);
        done.map(drop).map_err(|refusal| invalid("product_id", refusal.to_string()))
    }

    /// Closes what the market takes.
    fn external_close(&mut self, user_id: UserId, product_id: Option<ProductId>) {
        for position in self.positions(user_id) {
            let id = position.product_id;
            if product_id.is_none_or(|only| only == id) {
                let side = if position.size > 0 { Side::Sell } else { Side::Buy };
                // A product without a book stays as it is.
                drop(self.external_trade(user_id, id, side, position.size.abs()));
            }
        }
    }

    fn fill_resting_order(
        &mut self,
        user_id: UserId,
        order_id: OrderId,
        size: i64,
    ) -> Result<(), ControlError> {
        self.check_account(user_id)?;
        if size < 1 {
            return Err(invalid("size", "must be at least 1"));
        }
        let Some(price) = self.order(user_id, order_id).and_then(|order| order.limit_price) else {
            return Ok(());
        };
        if let Some(left) = self.fillable(order_id) {
            let size = size.min(left);
            self.fill_order(order_id, Level { price, size }, Role::Maker);
            self.report_order(order_id, false);
            self.report_wallet(user_id);
        }
        Ok(())
    }

    fn check_account(&self, user_id: UserId) -> Result<(), ControlError> {
        if self.accounts.contains_key(&user_id) {
            Ok(())
        } else {
            Err(ControlError::UnknownAccount)
        }
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> ControlError {
    ControlError::Invalid { field, message: message.into() }
}

//! What fired faults do to the exchange.

use super::Venue;
use crate::control::{Control, Distortion, SystemStatus};
use crate::faults::{Action, Effect, FaultCommand, Fired, SetOff, Stage, TradeSide};
use crate::order::Side;
use crate::product::{OptionKind, ProductId, ProductState, TradingStatus};
use crate::time::Micros;

impl Venue {
    /// Lets happen what is due by itself, and ends what has lasted long enough.
    pub(super) fn run_due_faults(&mut self) {
        if self.faults.is_quiet() {
            return;
        }
        let now = self.now();
        self.end_effects(now);
        let set_off = self.faults.due(now);
        self.take_effect(set_off);
    }

    /// Notes what was set off and lets the actions of the exchange happen. Returns the action
    /// for the request or the frame itself.
    pub(crate) fn take_effect(&mut self, set_off: SetOff) -> Option<Action> {
        if set_off.fired.is_empty() {
            return None;
        }
        self.note_fault(FaultCommand::Progress(set_off.progress));

        let mut own = None;
        for fired in set_off.fired {
            match fired.action.stage() {
                Stage::Request | Stage::Frame => own = Some(fired.action),
                Stage::Lasting => self.begin(fired),
                Stage::Instant => self.happen(&fired.action),
            }
        }
        own
    }

    fn begin(&mut self, fired: Fired) {
        let from = self.now();
        let duration = fired.until - from;
        let symbols = fired.action.symbol().and_then(|name| self.named_positions(name));
        let effect = Effect { action: fired.action, from, until: fired.until, symbols };

        let distortion = match effect.action {
            Action::StaleTicks { .. } => Some(Distortion::Stale),
            Action::FrozenBook { .. } => Some(Distortion::Frozen),
            Action::CrossedBook { .. } => Some(Distortion::Crossed),
            Action::EmptyBook { .. } => Some(Distortion::Empty),
            _ => None,
        };
        if let Some(distortion) = distortion {
            for product_id in self.products_of(&effect) {
                self.intervene(Control::Distort { distortion, product_id, duration });
            }
        }
        match effect.action {
            Action::Maintenance {} => {
                self.intervene(Control::System { status: SystemStatus::Maintenance });
            }
            Action::DisruptedCancelOnly { .. } => {
                for product_id in self.products_of(&effect) {
                    let status = TradingStatus::DisruptedCancelOnly;
                    self.intervene(Control::TradingStatus { product_id, status });
                }
            }
            _ => {}
        }
        let _ = self.change_faults(FaultCommand::Begin(effect));
    }

    /// Ends the effects that last until `until` at most.
    pub(super) fn end_effects(&mut self, until: Micros) {
        let ended = self.faults.ended(until);
        if ended.is_empty() {
            return;
        }
        for effect in &ended {
            match effect.action {
                Action::Maintenance {} if self.faults.maintenance(self.now()).is_none() => {
                    self.intervene(Control::System { status: SystemStatus::Live });
                }
                Action::DisruptedCancelOnly { .. } => self.resume_trading(effect),
                Action::StaleTicks { .. }
                | Action::FrozenBook { .. }
                | Action::CrossedBook { .. }
                | Action::EmptyBook { .. }
                    if self.now() < effect.until =>
                {
                    self.intervene(Control::Undistort);
                }
                _ => {}
            }
        }
        self.note_fault(FaultCommand::End(until));
    }

    /// Lets the products of an effect trade again, unless another one still holds them.
    fn resume_trading(&mut self, effect: &Effect) {
        let now = self.now();
        let status = TradingStatus::Operational;
        let disrupts = |other: &Effect| matches!(other.action, Action::DisruptedCancelOnly { .. });
        if effect.action.symbol() == Some("*") && !self.faults.effects(now).any(disrupts) {
            self.intervene(Control::TradingStatus { product_id: None, status });
            return;
        }

        let live = self.exchange.products().filter(|one| one.state == ProductState::Live);
        let free = live.filter(|one| {
            effect.is_about(one.symbol.as_str())
                && !self.faults.is_disrupted(now, one.symbol.as_str())
        });
        let free: Vec<_> = free.map(|one| one.id).collect();
        for id in free {
            self.intervene(Control::TradingStatus { product_id: Some(id), status });
        }
    }

    fn happen(&mut self, action: &Action) {
        match action {
            Action::ProductExpired { symbol } => {
                for product_id in self.products_named(symbol) {
                    self.intervene(Control::Expire { product_id });
                }
            }
            Action::ExternalClose { symbol } => {
                for (user_id, product_id) in self.holdings(symbol) {
                    let product_id = Some(product_id);
                    self.intervene(Control::ExternalClose { user_id, product_id });
                }
            }
            Action::ExternalTrade { symbol, side, size, .. } => {
                let side = match side {
                    TradeSide::Buy => Side::Buy,
                    TradeSide::Sell => Side::Sell,
                };
                let held = self.holdings(symbol).first().copied();
                let first = self.exchange.config().accounts.first().map(|one| one.user_id);
                let listed = self.products_named(symbol).first().copied();
                if let Some((user_id, product_id)) = held.or(first.zip(listed)) {
                    self.intervene(Control::ExternalTrade {
                        user_id,
                        product_id,
                        side,
                        size: i64::from(*size),
                    });
                }
            }
            _ => {}
        }
    }

    /// Carries out a command of a fault. One that the market makes impossible does nothing: the
    /// product has expired meanwhile, or there is nobody to trade with.
    fn intervene(&mut self, control: Control) {
        let now = self.now();
        let _ = self.exchange.control(now, control);
    }

    /// The symbols of the open positions that a name stands for; none for a plain pattern.
    fn named_positions(&self, name: &str) -> Option<Vec<String>> {
        let kind = match name {
            "positions" => None,
            "calls" => Some(OptionKind::Call),
            "puts" => Some(OptionKind::Put),
            _ => return None,
        };
        let accounts = self.exchange.config().accounts.iter();
        let held = accounts.flat_map(|account| self.exchange.positions(account.user_id));
        let fitting = held.filter(|position| {
            let product = self.exchange.product(position.product_id);
            kind.is_none_or(|kind| product.is_some_and(|product| product.kind == kind))
        });
        Some(fitting.map(|position| position.product_symbol.as_str().to_owned()).collect())
    }

    /// The live products that a name stands for, by number.
    fn products_named(&self, name: &str) -> Vec<ProductId> {
        let symbols = self.named_positions(name);
        let live = self.exchange.products().filter(|one| one.state == ProductState::Live);
        let named = live.filter(|product| {
            let symbol = product.symbol.as_str();
            match &symbols {
                Some(symbols) => symbols.iter().any(|known| known == symbol),
                None => crate::faults::fits(name, symbol),
            }
        });
        named.map(|product| product.id).collect()
    }

    /// The products of an effect; a single `None` stands for all.
    fn products_of(&self, effect: &Effect) -> Vec<Option<ProductId>> {
        match (&effect.symbols, effect.action.symbol()) {
            (None, Some("*")) => vec![None],
            (None, Some(name)) => self.products_named(name).into_iter().map(Some).collect(),
            (Some(symbols), _) => {
                let known = |symbol: &String| self.exchange.product_by_symbol(symbol);
                symbols.iter().filter_map(known).map(|product| Some(product.id)).collect()
            }
            (None, None) => Vec::new(),
        }
    }

    /// Who holds the positions that a name stands for.
    fn holdings(&self, name: &str) -> Vec<(crate::order::UserId, ProductId)> {
        let products = self.products_named(name);
        let mut holdings = Vec::new();
        for account in &self.exchange.config().accounts {
            for position in self.exchange.positions(account.user_id) {
                if products.contains(&position.product_id) {
                    holdings.push((account.user_id, position.product_id));
                }
            }
        }
        holdings
    }
}

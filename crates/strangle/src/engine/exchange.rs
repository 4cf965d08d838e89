//! Does what a session asks of the exchange, and brings back the answers.
//!
//! # Invariants
//!
//! - A failed look is told as failed, never as "nothing".
//! - Every act ends in one message; an order or cancel is sent at most once for each act.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use strangle_engine::instrument::{Contract, ProductId, Symbol, Underlying, expires_at};
use strangle_engine::intent::{CancelOutcome, ClientOrderId, OrderRequest, SendOutcome};
use strangle_engine::quote::{Quote, Source};
use strangle_engine::reconcile::{FillsLook, Look, LookUpAnswer, Part};
use strangle_engine::selection::Candidate;
use strangle_engine::session::{AccountQuery, AccountView, Settlement};

use super::convert;
use super::crash::{CrashPlan, Point};
use crate::clients::delta::wire::{Order, Product, ProductState};
use crate::clients::delta::{Delta, ReadError, Which};

/// How long the list of products is good for.
const PRODUCTS_AGE: TimeDelta = TimeDelta::minutes(5);

/// The exchange as the desk uses it. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    delta: Delta,
    crash: Arc<CrashPlan>,
    listed: Arc<Mutex<Listed>>,
}

/// What is listed, and when it was read.
#[derive(Debug, Default)]
struct Listed {
    products: Arc<Vec<Product>>,
    at: Option<DateTime<Utc>>,
}

impl Exchange {
    /// Uses a client.
    pub(super) fn new(delta: Delta, crash: Arc<CrashPlan>) -> Self {
        Self { delta, crash, listed: Arc::default() }
    }

    /// Returns the client.
    pub(super) fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Returns the options that are listed, at most five minutes old.
    pub(super) async fn products(&self) -> Result<Arc<Vec<Product>>, ReadError> {
        let now = self.delta.now();
        {
            let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
            let is_fresh = listed.at.is_some_and(|at| now - at < PRODUCTS_AGE);
            // A day of options ends at noon: what was read before is not what is listed after.
            let same_day = listed.at.is_some_and(|at| noon_count(at) == noon_count(now));
            if is_fresh && same_day {
                return Ok(listed.products.clone());
            }
        }
        let products = Arc::new(self.delta.options(ProductState::Live).await?);
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        *listed = Listed { products: products.clone(), at: Some(now) };
        Ok(products)
    }

    /// Lists the expiries of an asset, the earliest first.
    pub(super) async fn expiries(
        &self,
        underlying: Underlying,
    ) -> Result<BTreeSet<NaiveDate>, ReadError> {
        let now = self.delta.now();
        let products = self.products().await?;
        let contracts = products.iter().filter_map(Product::contract);
        Ok(contracts
            .filter(|contract| contract.underlying == underlying && contract.expires_at() > now)
            .map(|contract| contract.expiry)
            .collect())
    }

    /// Loads the options of an asset that expire within a range, with their markets.
    pub(super) async fn candidates(
        &self,
        underlying: Underlying,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Vec<Candidate>, ReadError> {
        let products = self.products().await?;
        let expiries = self.expiries(underlying).await?;
        let mut candidates = Vec::new();
        for expiry in expiries.range(from..=to) {
            let tickers = self.delta.chain(underlying, *expiry).await?;
            let received_at = self.delta.now();
            for ticker in &tickers {
                let listed = products.iter().find(|product| product.symbol == ticker.symbol);
                let Some((product, contract)) = listed.and_then(|it| Some((it, it.contract()?)))
                else {
                    continue;
                };
                let Some(quote) = convert::quote(ticker, received_at, Source::Rest) else {
                    continue;
                };
                candidates.push(Candidate {
                    contract,
                    quote,
                    open_interest: ticker.open_interest.unwrap_or_default(),
                    status: ticker.trading_status.unwrap_or(product.trading_status),
                });
            }
        }
        Ok(candidates)
    }

    /// Returns the index of an asset, as the tickers of its options show it.
    pub(super) async fn index(&self, underlying: Underlying) -> Result<Option<Decimal>, ReadError> {
        let Some(expiry) = self.expiries(underlying).await?.first().copied() else {
            return Ok(None);
        };
        let tickers = self.delta.chain(underlying, expiry).await?;
        Ok(tickers.iter().max_by_key(|ticker| ticker.at).and_then(|ticker| ticker.spot))
    }

    /// Loads fresh markets of contracts.
    pub(super) async fn quotes(&self, symbols: &[Symbol]) -> Vec<(ProductId, Quote)> {
        let Ok(tickers) = self.delta.tickers(symbols).await else { return Vec::new() };
        let received_at = self.delta.now();
        let contracts = self.known_contracts();
        let quotes = tickers.iter().filter_map(|ticker| {
            let product =
                ticker.product_id.or_else(|| convert::product_of(&contracts, ticker.symbol))?;
            Some((product, convert::quote(ticker, received_at, Source::Rest)?))
        });
        quotes.collect()
    }

    /// Places an order, once.
    pub(super) async fn place(&self, order: &OrderRequest) -> SendOutcome {
        let wire = convert::order(order);
        let outcome = self.watched(self.delta.place(&wire)).await;
        self.crash.pass(Point::AfterHttpResponse);
        convert::sent(order, &outcome)
    }

    /// Cancels an order, once.
    pub(super) async fn cancel(
        &self,
        client_order_id: &ClientOrderId,
        exchange_order_id: Option<i64>,
        product: ProductId,
    ) -> CancelOutcome {
        let which = match exchange_order_id {
            Some(id) => Which::Id(id.to_string()),
            None => Which::ClientOrderId(client_order_id.as_str().to_owned()),
        };
        let outcome = self.delta.cancel(&which, product).await;
        self.crash.pass(Point::AfterCancelSent);
        convert::cancelled(product, &outcome)
    }

    /// Finds out what became of an order. The later places are asked only if it is not found by its
    /// name.
    pub(super) async fn look_up(
        &self,
        client_order_id: &ClientOrderId,
        product: ProductId,
        since: DateTime<Utc>,
    ) -> LookUpAnswer {
        let asked_at = self.delta.now();
        let which = Which::ClientOrderId(client_order_id.as_str().to_owned());
        let by_client_id = match self.delta.find_order(&which).await {
            Ok(None) => Look::NotFound,
            Ok(Some(order)) => found(&order, product),
            Err(error) => return LookUpAnswer::failed(asked_at, &error.to_string()),
        };
        let mut answer = LookUpAnswer {
            asked_at,
            by_client_id,
            open_orders: Look::NotAsked,
            history: Look::NotAsked,
            fills: FillsLook::NotAsked,
        };
        if answer.by_client_id != Look::NotFound {
            return answer;
        }
        let since = since - TimeDelta::seconds(5);
        answer.open_orders = among(self.delta.open_orders().await, client_order_id, product);
        answer.history = among(self.delta.order_history(since).await, client_order_id, product);
        answer.fills = match self.delta.fills(since).await {
            Err(error) => FillsLook::Failed { error: error.to_string() },
            Ok(fills) => {
                let ours = fills.iter().filter(|fill| {
                    fill.client_order_id.as_deref() == Some(client_order_id.as_str())
                });
                match ours.map(|fill| fill.size).sum() {
                    0 => FillsLook::None,
                    filled => FillsLook::Some { filled },
                }
            }
        };
        answer
    }

    /// Loads parts of the account. `own` are the session's contracts: they are recognised by their
    /// symbols whatever the exchange leaves out. What cannot be recognised is not the session's.
    pub(super) async fn account(&self, query: &AccountQuery, own: &[Contract]) -> AccountView {
        let mut view = AccountView::empty(query.request, self.delta.now());
        // The list may be unreadable now; then only the own contracts are recognised.
        let listed = self.products().await.map(|products| contracts_of(&products));
        let contracts = [own, &listed.unwrap_or_default()].concat();
        if query.open_orders {
            view.open_orders = part(self.delta.open_orders().await.map(|orders| {
                orders
                    .iter()
                    .filter_map(|order| {
                        convert::report(order, convert::product_of(&contracts, order.symbol))
                    })
                    .collect()
            }));
        }
        if query.positions {
            view.positions = part(self.delta.positions(query.underlying).await.map(|positions| {
                positions
                    .iter()
                    .filter_map(|position| {
                        let product = position
                            .product_id
                            .or_else(|| convert::product_of(&contracts, position.symbol))?;
                        Some(convert::position(position, product))
                    })
                    .collect()
            }));
        }
        if let Some(since) = query.fills_since {
            view.fills = part(self.delta.fills(since).await.map(|fills| {
                fills
                    .iter()
                    .filter_map(|fill| {
                        let product = convert::product_of(&contracts, fill.symbol)?;
                        Some(convert::fill(fill, product))
                    })
                    .collect()
            }));
        }
        for (client_order_id, product, since) in &query.look_up {
            let answer = self.look_up(client_order_id, *product, *since).await;
            view.looked_up.push((client_order_id.clone(), answer));
        }
        if !query.settlements.is_empty() {
            view.settlements = part(self.settlements(&query.settlements).await);
        }
        self.crash.pass(Point::DuringReconcile);
        view
    }

    /// Returns what can be blocked as margin, in USD.
    pub(super) async fn available_balance(&self) -> Result<Option<Decimal>, ReadError> {
        let balances = self.delta.balances().await?;
        let dollars =
            balances.iter().find(|balance| matches!(balance.asset.as_str(), "USD" | "USDT"));
        Ok(dollars.map(|balance| balance.available))
    }

    async fn settlements(&self, wanted: &[ProductId]) -> Result<Vec<Settlement>, ReadError> {
        let now = self.delta.now();
        let expired = self.delta.options(ProductState::Expired).await?;
        let settled = expired.iter().filter(|product| wanted.contains(&product.id));
        Ok(settled
            .filter_map(|product| {
                let at = product.expiry().map(expires_at)?;
                let price = product.settlement_price?;
                (at <= now).then_some(Settlement { product_id: product.id, price, at })
            })
            .collect())
    }

    fn known_contracts(&self) -> Vec<Contract> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        contracts_of(&listed.products)
    }

    /// Lets a test end the process after the bytes have left and before the answer is here.
    async fn watched<T>(&self, sending: impl Future<Output = T>) -> T {
        let mut sending = std::pin::pin!(sending);
        if let std::task::Poll::Ready(done) = futures::poll!(sending.as_mut()) {
            return done;
        }
        self.crash.pass(Point::AfterHttpSent);
        sending.await
    }
}

fn contracts_of(products: &[Product]) -> Vec<Contract> {
    products.iter().filter_map(Product::contract).collect()
}

fn found(order: &Order, product: ProductId) -> Look {
    match convert::report(order, Some(product)) {
        Some(report) => Look::Found { report },
        None => Look::Failed { error: "the order cannot be read".to_owned() },
    }
}

fn among(
    orders: Result<Vec<Order>, ReadError>,
    client_order_id: &ClientOrderId,
    product: ProductId,
) -> Look {
    let is_ours =
        |order: &&Order| order.client_order_id.as_deref() == Some(client_order_id.as_str());
    match orders {
        Err(error) => Look::Failed { error: error.to_string() },
        Ok(orders) => {
            orders.iter().find(is_ours).map_or(Look::NotFound, |order| found(order, product))
        }
    }
}

fn part<T>(read: Result<T, ReadError>) -> Part<T> {
    match read {
        Ok(value) => Part::Known(value),
        Err(error) => Part::Unavailable(error.to_string()),
    }
}

/// Counts the noons (UTC) before an instant.
fn noon_count(at: DateTime<Utc>) -> i64 {
    (at - TimeDelta::hours(12)).timestamp().div_euclid(86_400)
}

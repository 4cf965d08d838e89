//! A hosted simulator, and a client that reaches it one way or the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use delta_sim::faults::FaultScript;
use delta_sim::venue::{Latency, Options};
use delta_sim::{Config, ProductState as SimState};
use platform::clock::Clock;
use platform::ids::Ids;
use platform::settings::Secret;
use platform::tasks::Tasks;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use strangle::clients::delta::wire::{Order, Product, ProductState, Side};
use strangle::clients::delta::{
    Credentials, Delta, DeltaOptions, Network, NetworkOptions, NewOrder, OrderKind, Outcome,
    Priority, TimeInForce, Transport,
};
use strangle::venue::{Embedded, Files, Host, HostOptions, server};
use strangle_engine::instrument::{Symbol, Underlying};
use tempfile::TempDir;

/// How the client reaches the simulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    InProcess,
    Network,
}

pub(crate) const BOTH: [Way; 2] = [Way::InProcess, Way::Network];

pub(crate) struct Rig {
    pub(crate) host: Host,
    pub(crate) delta: Delta,
    pub(crate) tasks: Tasks,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) folder: TempDir,
}

impl Rig {
    pub(crate) async fn start(way: Way) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tasks = Tasks::default();
        let host = host(&tasks, &folder).await;
        let transport: Arc<dyn Transport> = match way {
            Way::InProcess => Arc::new(Embedded::new(host.clone())),
            Way::Network => network(&tasks, host.clone()).await,
        };
        let delta = client(&host, transport.clone(), "paper", "paper");
        Self { host, delta, tasks, transport, folder }
    }

    /// Adds faults, in the simulator's words.
    pub(crate) async fn fault(&self, rules: Value) {
        let script = FaultScript::parse(&rules.to_string()).unwrap();
        self.host.install_faults(script).await.unwrap();
    }

    /// Makes the exchange's seconds short.
    pub(crate) async fn hurry(&self) {
        self.host.set_speed(20.0).await.unwrap();
    }

    /// Finds a listed BTC option that one can sell and buy.
    pub(crate) async fn option(&self) -> Product {
        let products = self.delta.options(ProductState::Live).await.unwrap();
        let symbols: Vec<String> = self
            .host
            .look(|venue| {
                let exchange = venue.exchange();
                let live = exchange.products().filter(|one| one.state == SimState::Live);
                let traded = live.filter(|one| {
                    let quote = exchange.quote(one.id);
                    quote.is_some_and(|quote| {
                        quote.bid.is_some_and(|bid| bid.price > Decimal::from(20))
                            && quote.ask.is_some()
                            && quote.mark < Decimal::from(600)
                    })
                });
                traded.map(|one| one.symbol.as_str().to_owned()).collect()
            })
            .await
            .unwrap();
        let found = products.into_iter().find(|one| {
            one.contract().is_some_and(|contract| contract.underlying == Underlying::Btc)
                && symbols.iter().any(|name| name == one.symbol.as_str())
        });
        found.unwrap()
    }

    /// How many orders the exchange has taken.
    pub(crate) async fn taken(&self) -> usize {
        self.host.ledger().await.unwrap().orders.len()
    }

    /// Returns the best bid and ask as the client sees them.
    pub(crate) async fn touch(&self, symbol: Symbol) -> (Decimal, Decimal) {
        let tickers = self.delta.tickers(&[symbol]).await.unwrap();
        let book = tickers.first().unwrap().book.unwrap();
        (book.bid.unwrap().price, book.ask.unwrap().price)
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

/// Hosts a simulator that is kept in a folder.
pub(crate) async fn host(tasks: &Tasks, folder: &TempDir) -> Host {
    let files = Files::open(&folder.path().join("sim")).await.unwrap();
    let options = HostOptions {
        options: Options { latency: Latency::NONE, ..Options::default() },
        ..HostOptions::new(Config::default())
    };
    Host::start(tasks, options, Box::new(files), Clock::System).await.unwrap()
}

async fn network(tasks: &Tasks, host: Host) -> Arc<dyn Transport> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tasks.clone();
    tasks.spawn("test_server", async move {
        server::serve(listener, host, &serving).await.unwrap();
    });
    let options = NetworkOptions {
        request_timeout: Duration::from_secs(1),
        ..NetworkOptions::new(
            &format!("http://{address}"),
            &format!("ws://{address}/public"),
            &format!("ws://{address}/private"),
        )
    };
    Arc::new(Network::new(options).unwrap())
}

/// Makes a client with its own breaker.
pub(crate) fn client(host: &Host, transport: Arc<dyn Transport>, key: &str, secret: &str) -> Delta {
    static NAMES: AtomicU32 = AtomicU32::new(0);
    let name = format!("test-{}", NAMES.fetch_add(1, Ordering::Relaxed));
    let credentials = Credentials::new(&Secret::new(key), &Secret::new(secret));
    Delta::new(transport, host.time(), Ids::Random, credentials, DeltaOptions::new(&name))
}

/// A limit order to sell that rests until it is cancelled.
pub(crate) fn sell(product: &Product, price: Decimal, id: &str) -> NewOrder {
    NewOrder {
        product_id: product.id,
        side: Side::Sell,
        size: 10,
        kind: OrderKind::Limit {
            price,
            time_in_force: TimeInForce::GoodTillCancelled,
            post_only: false,
        },
        reduce_only: false,
        client_order_id: id.to_owned(),
        priority: Priority::Normal,
    }
}

pub(crate) fn confirmed(outcome: Outcome<Order>) -> Order {
    match outcome {
        Outcome::Confirmed(order) => order,
        other => panic!("not confirmed: {other:?}"),
    }
}

/// A fault on the next request of a kind.
pub(crate) fn next(method: &str, path: &str, action: &Value) -> Value {
    json!({"match": {"method": method, "path": path}, "action": action})
}

//! Listens to quotes and sells by hand, without the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use platform::leader::Leader;
use platform::tasks::Tasks;
use rust_decimal::Decimal;
use strangle_engine::fees::{FeeRates, Trade};
use strangle_engine::instrument::Symbol;
use strangle_engine::intent::Role;
use strangle_engine::tick::{Intent, round};

use crate::Strangle;
use crate::clients::delta::wire::{Level, Side};
use crate::clients::delta::{
    Channel, Delta, MarketEvent, MarketStream, NewOrder, OrderKind, Outcome, Priority,
    StreamOptions, Subscription, TimeInForce,
};
use crate::engine::access::Access;
use crate::settings::Venue;

/// What to listen to.
#[derive(Debug, Clone, Args)]
pub struct Quotes {
    /// Products, separated by commas.
    #[arg(long, value_delimiter = ',', required = true)]
    symbols: Vec<String>,
    /// How long, seconds.
    #[arg(long, default_value_t = 30.0)]
    duration: f64,
    /// How often the newest are printed, seconds.
    #[arg(long, default_value_t = 1.0)]
    interval: f64,
    /// The exchange or the simulator, if not as the settings say.
    #[arg(long)]
    url: Option<String>,
}

/// What to sell.
#[derive(Debug, Clone, Args)]
pub struct Sell {
    /// The option: `C-BTC-126000-071025`.
    symbol: String,
    /// Contracts.
    #[arg(long, default_value_t = 1)]
    size: i64,
    /// The lowest price; the best bid if absent.
    #[arg(long)]
    price: Option<Decimal>,
    /// Only show the order.
    #[arg(long)]
    dry_run: bool,
    /// In live trading the account's label.
    #[arg(long)]
    confirm: Option<String>,
    /// The exchange or the simulator, if not as the settings say.
    #[arg(long)]
    url: Option<String>,
}

impl Quotes {
    pub(super) async fn run(
        &self,
        app: Strangle,
        out: &mut (impl Write + Send),
    ) -> anyhow::Result<ExitCode> {
        let duration = seconds("--duration", self.duration)?;
        let interval = seconds("--interval", self.interval)?;
        let mut wanted = BTreeSet::new();
        for text in &self.symbols {
            let symbol = symbol(text)?;
            wanted.insert(Subscription::of(Channel::Book, symbol));
            wanted.insert(Subscription::of(Channel::Mark, symbol));
        }
        let delta = connect(app, self.url.as_deref()).await?;
        let tasks = Tasks::default();
        let stream = MarketStream::start(&tasks, &delta, StreamOptions::default());
        stream.want(wanted);

        let heard = listen(&stream, duration, interval, out).await;
        tasks.drain(Duration::from_secs(2)).await;
        let heard = heard?;
        writeln!(out, "{heard} quotes in {} s", self.duration)?;
        Ok(if heard > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Prints the newest quotes every `interval`; returns how many came.
async fn listen(
    stream: &MarketStream,
    duration: Duration,
    interval: Duration,
    out: &mut (impl Write + Send),
) -> anyhow::Result<u64> {
    let mut newest: BTreeMap<String, String> = BTreeMap::new();
    let mut heard = 0;
    let end = tokio::time::sleep(duration);
    let mut end = std::pin::pin!(end);
    let mut print = tokio::time::interval(interval);
    loop {
        tokio::select! {
            () = &mut end => return Ok(heard),
            _ = print.tick() => {
                for line in newest.values() {
                    writeln!(out, "{line}")?;
                }
                newest.clear();
            }
            event = stream.next() => match event {
                None => return Ok(heard),
                Some(MarketEvent::Book { symbol, book, at, .. }) => {
                    heard += 1;
                    let side = |level: Option<Level>| level.map_or_else(
                        || "-".to_owned(),
                        |level| format!("{} x {}", level.price.normalize(), level.size),
                    );
                    let line = format!(
                        "{at} {symbol} bid {} ask {}", side(book.bid), side(book.ask)
                    );
                    newest.insert(format!("{symbol} book"), line);
                }
                Some(MarketEvent::Mark { symbol, price, at, .. }) => {
                    heard += 1;
                    let line = format!("{at} {symbol} mark {}", price.normalize());
                    newest.insert(format!("{symbol} mark"), line);
                }
                Some(MarketEvent::Refused { channel, error }) => {
                    bail!("the exchange refuses the channel {channel}: {error}");
                }
                Some(_) => {}
            }
        }
    }
}

impl Sell {
    pub(super) async fn run(
        &self,
        app: Strangle,
        out: &mut (impl Write + Send),
    ) -> anyhow::Result<ExitCode> {
        if self.size < 1 {
            bail!("--size must be at least 1");
        }
        let symbol = symbol(&self.symbol)?;
        let ids = app.ids.clone();
        let live = app.settings.venue.venue == Venue::Prod;
        let (may_trade, reason) = app.mode_reason();
        if !self.dry_run && !may_trade {
            bail!("orders are kept back: {}", reason.unwrap_or_default());
        }
        if !self.dry_run && live && self.confirm.as_deref() != Some(&*app.account) {
            bail!("say --confirm {} to sell on this account", app.account);
        }
        let delta = connect(app, self.url.as_deref()).await?;
        let product = delta.product(symbol).await?.context("the exchange has no such product")?;
        let tickers = delta.tickers(&[symbol]).await?;
        let ticker = tickers.first().context("the exchange has no market for it")?;
        let bid = ticker.book.and_then(|book| book.bid).map(|bid| bid.price);
        let price = self.price.or(bid).context("nobody bids; give --price")?;
        let price = round(price, product.tick_size, Intent::SellAggressive)?;
        writeln!(out, "sell {} {symbol} at {price} ({})", self.size, product.contract_value)?;
        if let Some(spot) = ticker.spot {
            let trade = Trade {
                underlying_price: spot,
                contract_value: product.contract_value,
                quantity: self.size,
                premium: price,
                role: Role::Taker,
            };
            let quote = FeeRates::default().quote(&trade)?;
            let fee = quote.total_fee_with_gst.normalize();
            writeln!(out, "premium {} USD, fee {fee} USD", quote.premium_value.normalize())?;
        }
        if self.dry_run {
            writeln!(out, "nothing was sent")?;
            return Ok(ExitCode::SUCCESS);
        }
        let order = NewOrder {
            product_id: product.id,
            side: Side::Sell,
            size: self.size,
            kind: OrderKind::Limit {
                price,
                time_in_force: TimeInForce::ImmediateOrCancel,
                post_only: false,
            },
            reduce_only: false,
            client_order_id: format!("manual-{}", &ids.draw().simple().to_string()[..20]),
            priority: Priority::Normal,
        };
        match delta.place(&order).await {
            Outcome::Confirmed(order) => {
                writeln!(out, "{order:?}")?;
                Ok(ExitCode::SUCCESS)
            }
            Outcome::Refused(refusal) => bail!("{refusal}"),
            Outcome::NotSent(error) => bail!("nothing was sent: {error:?}"),
            Outcome::Ambiguous(error) => {
                bail!("nobody knows whether it was accepted ({error:?}); look at the account")
            }
        }
    }
}

/// Opens the way to the exchange that the settings or `url` name.
async fn connect(mut app: Strangle, url: Option<&str>) -> anyhow::Result<Delta> {
    let settings = Arc::make_mut(&mut app.settings);
    if let Some(url) = url {
        match settings.venue.venue {
            Venue::Sim => settings.sim.url = Some(url.to_owned()),
            Venue::Testnet => url.clone_into(&mut settings.venue.testnet_url),
            Venue::Prod => url.clone_into(&mut settings.venue.base_url),
        }
    }
    if settings.venue.venue == Venue::Sim && settings.sim.url.is_none() {
        bail!(
            "the simulator is inside the server; start one with `quintet strangle sim-exchange` \
             and give its address with --url"
        );
    }
    let tasks = app.tasks.clone();
    Ok(Access::open(&app, &Leader::alone(), &tasks).await?.delta)
}

fn symbol(text: &str) -> anyhow::Result<Symbol> {
    Symbol::new(text).with_context(|| format!("`{text}` is no symbol"))
}

fn seconds(name: &str, value: f64) -> anyhow::Result<Duration> {
    let good = value > 0.0 && value <= 86_400.0;
    if !good {
        bail!("{name} must be above 0 and at most 86400");
    }
    Ok(Duration::from_secs_f64(value))
}

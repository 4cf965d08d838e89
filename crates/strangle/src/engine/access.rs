//! The way to the exchange that the settings name.

use std::time::Duration;

use chrono::{DateTime, Utc};
use delta_sim::faults::FaultScript;
use delta_sim::{Config, Control, Micros, Move, Scenario};
use platform::leader::Leader;
use platform::settings::Secret;
use platform::tasks::Tasks;
use serde_json::Value;

use crate::Strangle;
use crate::clients::delta::transport::{TransportError, WireRequest};
use crate::clients::delta::{
    Credentials, Delta, DeltaOptions, Network, NetworkOptions, Transport, VenueTime, VirtualClock,
};
use crate::desk::Refusal;
use crate::domain::market::SimStatus;
use crate::domain::number::exact;
use crate::domain::operation::SimControl;
use crate::settings::{SimSpeed, SimStart, Venue};
use crate::venue::{Embedded, Host, HostError, HostOptions, Tables, server};

/// How fast "as fast as the machine can" is for a desk that also works.
const FASTEST: f64 = 1_000.0;
/// The key of the simulator's account.
const PAPER: &str = "paper";

/// Why the exchange cannot be reached at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// The simulator does not start.
    #[error("the simulator does not start")]
    Simulator(#[from] HostError),
    /// The address is not usable.
    #[error("the exchange's address cannot be used")]
    Address(#[source] TransportError),
    /// The other process's simulator does not say what time it is.
    #[error(
        "the simulator at SIM_URL does not answer; start it with `quintet strangle sim-exchange`"
    )]
    Away,
}

/// An open way to an exchange.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) delta: Delta,
    pub(crate) simulator: Option<Simulator>,
}

/// The simulator of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Simulator {
    host: Host,
    config: Config,
    listen: Option<String>,
}

impl Access {
    /// Opens the way, for as long as `tasks` run.
    pub(crate) async fn open(
        strangle: &Strangle,
        leader: &Leader,
        tasks: &Tasks,
    ) -> Result<Self, AccessError> {
        let settings = &strangle.settings.venue;
        let mut options = DeltaOptions::new(&format!("delta-{}", settings.venue.name()));
        options.verbose = settings.debug_verbose;
        options.max_shown_bytes = settings.debug_max_body_bytes;
        let connected = |transport, time, credentials| {
            Delta::new(transport, time, strangle.ids.clone(), credentials, options.clone())
        };
        match (settings.venue, &strangle.settings.sim.url) {
            (Venue::Sim, None) => {
                let simulator = Simulator::start(strangle, leader, tasks).await?;
                let transport = std::sync::Arc::new(Embedded::new(simulator.host.clone()));
                let delta = connected(transport, simulator.host.time(), paper());
                Ok(Self { delta, simulator: Some(simulator) })
            }
            (Venue::Sim, Some(url)) => {
                let transport =
                    network(url, &socket_url(url, "public"), &socket_url(url, "private"))?;
                let started = started_at(&*transport).await.ok_or(AccessError::Away)?;
                let clock = VirtualClock::new(started.timestamp_micros(), speed(strangle));
                let time = VenueTime::Virtual(std::sync::Arc::new(clock));
                Ok(Self { delta: connected(transport, time, paper()), simulator: None })
            }
            (venue, _) => {
                let urls = Urls::of(strangle, venue);
                let transport = network(&urls.rest, &urls.public, &urls.private)?;
                let time = VenueTime::System(strangle.clock.clone());
                let credentials = settings
                    .credentials
                    .as_ref()
                    .and_then(|known| Credentials::new(&known.key, &known.secret));
                Ok(Self { delta: connected(transport, time, credentials), simulator: None })
            }
        }
    }
}

/// Where a venue answers.
struct Urls {
    rest: String,
    public: String,
    private: String,
}

impl Urls {
    fn of(strangle: &Strangle, venue: Venue) -> Self {
        let settings = &strangle.settings.venue;
        let (rest, public, private) = match venue {
            Venue::Prod => (
                &settings.base_url,
                "wss://public-socket.india.delta.exchange",
                "wss://socket.india.delta.exchange",
            ),
            Venue::Testnet | Venue::Sim => (
                &settings.testnet_url,
                "wss://socket-ind-pub.testnet.deltaex.org",
                "wss://socket-ind.testnet.deltaex.org",
            ),
        };
        Self {
            rest: rest.clone(),
            public: settings.ws_public_url.clone().unwrap_or_else(|| public.to_owned()),
            private: settings.ws_private_url.clone().unwrap_or_else(|| private.to_owned()),
        }
    }
}

impl Simulator {
    async fn start(
        strangle: &Strangle,
        leader: &Leader,
        tasks: &Tasks,
    ) -> Result<Self, AccessError> {
        let sim = &strangle.settings.sim;
        let start = match sim.start {
            SimStart::Now => strangle.clock.now(),
            SimStart::At(instant) => instant,
        };
        let config = Config {
            seed: sim.seed,
            start: Micros(start.timestamp_micros()),
            scenario: scenario(&sim.scenario).unwrap_or_default(),
            ..Config::default()
        };
        let journal = Tables::new(strangle.db.clone(), leader.clone(), &strangle.account);
        let options = HostOptions {
            speed: speed(strangle),
            in_process: true,
            ..HostOptions::new(config.clone())
        };
        let host = Host::start(tasks, options, Box::new(journal), strangle.clock.clone()).await?;
        let listen = match sim.listen {
            Some(address) => serve(address, &host, tasks).await,
            None => None,
        };
        Ok(Self { host, config, listen })
    }

    /// Shows what the simulator is doing.
    pub(crate) async fn status(&self) -> Result<SimStatus, Refusal> {
        let seen = self.host.look(see).await.map_err(away)?;
        let instant = |at: Micros| DateTime::from_timestamp_micros(at.0).unwrap_or_default();
        Ok(SimStatus {
            seed: seen.seed,
            scenario: super::rows::word(&seen.scenario),
            speed: Some(self.host.speed()),
            now: instant(seen.now),
            started_at: instant(seen.started),
            listen: self.listen.clone(),
            open_orders: seen.open_orders,
            fills: seen.fills,
            balance: exact(seen.balance),
            faults: seen.faults,
        })
    }

    /// Changes the simulator.
    pub(crate) async fn control(&self, control: SimControl) -> Result<(), Refusal> {
        match control {
            SimControl::Scenario { scenario: wanted } => {
                let change = match scenario(&wanted) {
                    Some(scenario) => Control::Scenario { scenario },
                    None => Control::Script {
                        underlying: None,
                        moves: Move::script(&wanted)
                            .map_err(|error| Refusal::new("bad_scenario", error.to_string()))?,
                    },
                };
                self.host.control(change).await.map_err(away)
            }
            SimControl::Fault { fault } => {
                if fault.is_null() {
                    return self.host.clear_faults().await.map_err(away);
                }
                let script = FaultScript::from_json(fault).map_err(|error| {
                    Refusal::new("bad_fault", format!("{}: {}", error.pointer, error.message))
                })?;
                self.host.install_faults(script).await.map_err(away)
            }
            SimControl::Clock { speed, advance_seconds } => {
                if let Some(speed) = speed {
                    self.host.set_speed(speed).await.map_err(away)?;
                }
                if let Some(seconds) = advance_seconds {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "casts to integers saturate"
                    )]
                    let span = Micros((seconds.clamp(0.0, 30.0 * 86_400.0) * 1e6) as i64);
                    self.host.step(span).await.map_err(away)?;
                }
                Ok(())
            }
            SimControl::Reset { seed } => {
                let now = self.host.time().now();
                let config = Config {
                    seed: seed.unwrap_or(self.config.seed),
                    start: Micros(now.timestamp_micros()),
                    ..self.config.clone()
                };
                self.host.reset(config).await.map_err(away)
            }
        }
    }
}

/// What the simulator is doing.
struct SeenSimulator {
    seed: u64,
    scenario: Scenario,
    now: Micros,
    started: Micros,
    open_orders: u64,
    fills: u64,
    balance: rust_decimal::Decimal,
    faults: Vec<Value>,
}

fn see(venue: &delta_sim::Venue) -> SeenSimulator {
    let exchange = venue.exchange();
    let config = exchange.config();
    let user = config.accounts.first().map(|account| account.user_id);
    let faults = venue.status()["faults"].clone();
    SeenSimulator {
        seed: config.seed,
        scenario: exchange.scenario(),
        now: venue.now(),
        started: config.start,
        open_orders: user.map_or(0, |user| exchange.open_orders(user).count() as u64),
        fills: user.map_or(0, |user| exchange.fills(user).count() as u64),
        balance: user
            .and_then(|user| exchange.wallet(user))
            .map(|wallet| wallet.balance)
            .unwrap_or_default(),
        faults: match faults {
            Value::Null => Vec::new(),
            Value::Array(list) => list,
            one => one["rules"].as_array().cloned().unwrap_or_else(|| vec![one]),
        },
    }
}

async fn serve(address: std::net::SocketAddr, host: &Host, tasks: &Tasks) -> Option<String> {
    let listener = match tokio::net::TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = %error, "the simulator cannot listen on SIM_LISTEN ({address})");
            return None;
        }
    };
    let shown = listener.local_addr().map_or_else(|_| address.to_string(), |at| at.to_string());
    let (host, serving) = (host.clone(), tasks.clone());
    tasks.spawn("strangle_sim_server", async move {
        if let Err(error) = server::serve(listener, host, &serving).await {
            tracing::error!(error = %error, "the simulator's server ended");
        }
    });
    Some(shown)
}

fn network(
    rest: &str,
    public: &str,
    private: &str,
) -> Result<std::sync::Arc<Network>, AccessError> {
    let network =
        Network::new(NetworkOptions::new(rest, public, private)).map_err(AccessError::Address)?;
    Ok(std::sync::Arc::new(network))
}

/// Asks a simulator of another process what time it is there.
async fn started_at(transport: &dyn Transport) -> Option<DateTime<Utc>> {
    const TRIES: u32 = 20;
    for _ in 0..TRIES {
        let request = WireRequest {
            method: http::Method::GET,
            path: "/sim/status".to_owned(),
            query: String::new(),
            headers: vec![("user-agent", "quintet".to_owned())],
            body: bytes::Bytes::new(),
        };
        if let Ok(response) = transport.send(request).await
            && let Ok(shown) = serde_json::from_slice::<Value>(&response.body)
        {
            let shown = shown.get("result").unwrap_or(&shown);
            if let Some(micros) = shown["now_us"].as_i64() {
                return DateTime::from_timestamp_micros(micros);
            }
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    None
}

fn socket_url(url: &str, path: &str) -> String {
    let address = url.trim_end_matches('/').replacen("http", "ws", 1);
    format!("{address}/{path}")
}

fn paper() -> Option<Credentials> {
    Credentials::new(&Secret::new(PAPER), &Secret::new(PAPER))
}

fn speed(strangle: &Strangle) -> f64 {
    match strangle.settings.sim.speed {
        SimSpeed::Times(times) => times,
        SimSpeed::Max => FASTEST,
    }
}

fn scenario(name: &str) -> Option<Scenario> {
    serde_json::from_value(Value::from(name.replace('-', "_"))).ok()
}

fn away(error: HostError) -> Refusal {
    match error {
        HostError::Control(error) => Refusal::new("refused", error.to_string()),
        HostError::Config(error) => Refusal::new("refused", error.to_string()),
        other => Refusal::new("simulator_unavailable", other.to_string()),
    }
}

//! What the tests send, and rows as the engine would have left them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use platform::db::{Exact, Json};
use platform::settings::Env;
use serde_json::{Value, json};
use strangle::cli::{StrangleCommand, Target, run};
use testkit::TestApp;

/// Starts the service without an engine.
pub(crate) async fn start() -> TestApp {
    start_with(&[]).await
}

/// Starts the service without an engine, with more settings.
pub(crate) async fn start_with(variables: &[(&str, &str)]) -> TestApp {
    let own = [("STRANGLE_ENGINE_ENABLED", "false")];
    let all: Vec<_> = own.into_iter().chain(variables.iter().copied()).collect();
    TestApp::start_with(strangle::REGISTRATION, &all).await
}

/// Adds a profile and returns it.
pub(crate) async fn add_config(app: &TestApp, name: &str) -> Value {
    let (status, body) = app.post("/api/configs", json!({ "name": name, "quantity": 10 })).await;
    assert_eq!(status, 201, "{body}");
    body
}

/// Adds a profile, makes it the active one, and returns its id.
pub(crate) async fn active_config(app: &TestApp) -> String {
    let id = add_config(app, "Paper").await["id"].as_str().unwrap().to_owned();
    let (status, body) = app.post(&format!("/api/configs/{id}/activate"), json!({})).await;
    assert_eq!(status, 200, "{body}");
    id
}

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: StrangleCommand,
}

/// Runs a command of the operator; returns whether it succeeded and what it said.
pub(crate) async fn say(app: &TestApp, words: &[&str]) -> (bool, String) {
    let command = Line::try_parse_from(["strangle"].iter().chain(words)).unwrap().command;
    let target = Target {
        db: command.needs_database().then(|| app.context.db.clone()),
        data_dir: app.context.settings.data_dir.clone(),
        clock: app.context.clock.clone(),
        ids: app.context.ids.clone(),
    };
    let mut out = Vec::new();
    let code = run(command, Env::default(), target, &mut out).await.unwrap();
    let good = format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS);
    (good, String::from_utf8(out).unwrap())
}

/// Asks until the answer is as wanted, for at most a minute; returns it.
pub(crate) async fn until(
    app: &TestApp,
    path: &str,
    what: &str,
    holds: impl Fn(&Value) -> bool,
) -> Value {
    let begun = Instant::now();
    loop {
        let (status, body) = app.get(path).await;
        if status == 200 && holds(&body) {
            return body;
        }
        if begun.elapsed() > Duration::from_mins(1) {
            let text: String = body.to_string().chars().take(4_000).collect();
            panic!("{path} never {what}: {text}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A session as the engine leaves it.
pub(crate) struct Seed {
    pub(crate) id: i64,
    pub(crate) config_id: String,
    /// `None` while it is open.
    pub(crate) closed_at: Option<DateTime<Utc>>,
    pub(crate) gross: &'static str,
    pub(crate) fees: &'static str,
}

impl Seed {
    /// A session that was closed at an instant.
    pub(crate) fn closed(id: i64, at: &str, gross: &'static str, fees: &'static str) -> Self {
        let closed_at = Some(at.parse().unwrap());
        Self { id, config_id: "config_1".to_owned(), closed_at, gross, fees }
    }

    /// A session that is live.
    pub(crate) fn open(id: i64, config_id: &str) -> Self {
        Self { id, config_id: config_id.to_owned(), closed_at: None, gross: "0", fees: "0" }
    }

    /// Writes the session with two legs.
    pub(crate) async fn write(&self, app: &TestApp) {
        let open = self.closed_at.is_none();
        let begun = self.closed_at.unwrap_or(app.context.clock.now()) - TimeDelta::hours(5);
        let exact = |text: &str| Exact(text.parse().unwrap());
        let summary = json!({
            "total_pnl": 1.0, "spot": { "entry": 123_456.7, "exit": 123_000.0 },
        });
        let mut tx = app.context.db.write().await.unwrap();
        tx.query(
            "INSERT INTO strategy_sessions (id, tenant_id, strategy_id, environment, account, \
             config_id, config_version, config_snapshot, mode, state, status, activated_at, \
             deactivated_at, exit_reason, gross, fees, pnl_summary, instance_id, fencing_token, \
             last_seq, updated_at) VALUES ($1, 'default', $2, 'sim', 'paper', $3, 1, $4, 'paper', \
             $5, $6, $7, $8, $9, $10, $11, $12, 'test', 1, 0, $7)",
        )
        .bind(self.id)
        .bind(format!("delta-strangle-20260115040000-{}", self.id))
        .bind(self.config_id.clone())
        .bind(Json(json!({ "name": "=Paper", "underlying": "BTC" })))
        .bind(if open { "live" } else { "closed" }.to_owned())
        .bind(if open { "running" } else { "stopped" }.to_owned())
        .bind(begun)
        .bind(self.closed_at)
        .bind((!open).then(|| "time_exit".to_owned()))
        .bind(exact(self.gross))
        .bind(exact(self.fees))
        .bind(Json(summary))
        .execute()
        .await
        .unwrap();
        for (place, kind, symbol, strike) in [
            (0, "call", "C-BTC-126000-160126", "126000"),
            (1, "put", "P-BTC-121000-160126", "121000"),
        ] {
            tx.query(
                "INSERT INTO legs (id, tenant_id, session_id, kind, symbol, product_id, strike, \
                 expiry, contract_value, tick_size, target_qty, open_qty, entry_vwap, exit_vwap, \
                 fees_entry, fees_exit, realized, status, selection, opened_at, closed_at) \
                 VALUES ($1, 'default', $2, $3, $4, 100, $5, $6, $7, $8, 10, $9, $10, $11, $12, \
                 $12, $13, $14, $15, $6, $16)",
            )
            .bind(self.id * 2 + place)
            .bind(self.id)
            .bind(kind.to_owned())
            .bind(symbol.to_owned())
            .bind(exact(strike))
            .bind(begun)
            .bind(exact("0.001"))
            .bind(exact("0.1"))
            .bind(if open { -10_i64 } else { 0 })
            .bind(exact("302"))
            .bind((!open).then(|| exact("210")))
            .bind(exact("0.05"))
            .bind(exact("0.92"))
            .bind(if open { "open" } else { "closed" }.to_owned())
            .bind(Json(json!({ "delta": "0.1234", "distance_pct": 2.06 })))
            .bind(self.closed_at)
            .execute()
            .await
            .unwrap();
            tx.query(
                "INSERT INTO position_ledger (id, tenant_id, session_id, symbol, side, \
                 entry_price, exit_price, quantity, realized_pnl, unrealized_pnl, fees, \
                 entry_time, exit_time) VALUES ($1, 'default', $2, $3, 'short', $4, $5, 10, $6, \
                 $7, $8, $9, $10)",
            )
            .bind(self.id * 2 + place)
            .bind(self.id)
            .bind(symbol.to_owned())
            .bind(exact("302"))
            .bind((!open).then(|| exact("210")))
            .bind(exact("0.92"))
            .bind(exact("0"))
            .bind(exact("0.1"))
            .bind(begun)
            .bind(self.closed_at)
            .execute()
            .await
            .unwrap();
            tx.query(
                "INSERT INTO order_ledger (client_order_id, tenant_id, session_id, leg_id, \
                 order_id, symbol, side, quantity, filled, price, fill_price, fees, status, \
                 created_at, updated_at) VALUES ($1, 'default', $2, $3, $4, $5, 'sell', 10, 10, \
                 $6, $6, $7, 'closed', $8, $8)",
            )
            .bind(format!("abcdef-{}-{place}", self.id))
            .bind(self.id)
            .bind(self.id * 2 + place)
            .bind(format!("91{}", self.id * 2 + place))
            .bind(symbol.to_owned())
            .bind(exact("302"))
            .bind(exact("0.05"))
            .bind(begun)
            .execute()
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
}

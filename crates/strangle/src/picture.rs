//! The picture of the desk for people: the engine's newest one, and what rows know better.

use chrono::{DateTime, TimeDelta, Utc};
use platform::db::{Result, Tx};
use strangle_engine::profile::Profile;

use crate::Strangle;
use crate::domain::actions::{Situation, allowed};
use crate::domain::runtime::{
    Alert, ConfigBrief, DataQuality, DeskStatus, Entry, Limits, ReconciliationBrief, Risk, Runtime,
    Spot, Totals, Trailing,
};
use crate::kill::TradingState;
use crate::settings::Venue;
use crate::store::configs::{self, ConfigRow};
use crate::store::sessions::SessionRow;
use crate::store::{runtime_snapshots, sessions};

/// An engine that was not heard of for so long is silent.
pub(crate) const SILENT: TimeDelta = TimeDelta::seconds(10);

impl Strangle {
    /// Whether orders may leave at all; if not, why.
    pub(crate) fn mode_reason(&self) -> (bool, Option<&'static str>) {
        let venue = &self.settings.venue;
        match (venue.venue, &venue.credentials, venue.live_trading) {
            (Venue::Sim, ..) => (true, Some("paper")),
            (_, None, _) => (false, Some("missing_credentials")),
            (_, Some(_), false) => (false, Some("live_trading_disabled")),
            (_, Some(_), true) => (true, None),
        }
    }

    /// Returns the picture of the desk as it is now.
    pub(crate) async fn picture(&self) -> Result<Runtime> {
        let mut tx = self.db.read().await?;
        let row = runtime_snapshots::find(&mut tx, self.environment(), &self.account).await?;
        let open = sessions::find_open(&mut tx, self.environment(), &self.account).await?;
        let active = configs::find_active(&mut tx, self.tenant()).await?;
        let state = self.trading_state(&mut tx).await?;
        drop(tx);

        let now = self.clock.now();
        let row = row.filter(|row| row.tenant_id == self.tenant());
        let silent = row.as_ref().is_none_or(|row| now - row.last_tick_at > SILENT);
        let mut picture = match row {
            // A picture without a session says nothing about one that was opened since.
            Some(row) if row.session_id == open.as_ref().map(|open| open.id) || !silent => {
                row.snapshot.0
            }
            _ => self.empty_picture(open.as_ref()),
        };
        if silent && open.is_some() {
            picture.alerts.push(Alert {
                code: "engine_silent".to_owned(),
                severity: "critical".to_owned(),
                message: "no process watches the open session; start one that trades".to_owned(),
                at: now,
            });
        }
        self.complete(&mut picture, open.as_ref(), active.as_ref(), &state);
        Ok(picture)
    }

    /// Returns the later of this machine's clock and the desk's. A simulated market may be days
    /// ahead: what happened there is not the future.
    pub(crate) async fn later_clock(&self, tx: &mut Tx, tenant: &str) -> Result<DateTime<Utc>> {
        let mut now = self.clock.now();
        if tenant != self.tenant() {
            return Ok(now);
        }
        if let Some(row) = runtime_snapshots::find(tx, self.environment(), &self.account).await? {
            now = now.max(row.snapshot.0.generated_at);
        }
        if let Some(last) = sessions::find_last(tx, self.environment(), &self.account).await? {
            now = now.max(last.updated_at);
        }
        Ok(now)
    }

    /// The picture of a desk that no engine has looked at.
    fn empty_picture(&self, open: Option<&SessionRow>) -> Runtime {
        let live = self.settings.venue.venue != Venue::Sim;
        let status = open.map_or(DeskStatus::Idle, |open| DeskStatus::of_state(&open.state));
        Runtime {
            status,
            state: open.map(|open| open.state.clone()),
            mode: if live { "live" } else { "simulation" }.to_owned(),
            environment: self.environment().to_owned(),
            account: self.account.to_string(),
            mode_reason: None,
            active: open.is_some(),
            strategy_id: open.map(|open| open.strategy_id.clone()),
            session_id: open.map(|open| open.id),
            generated_at: self.clock.now(),
            schedule: crate::domain::runtime::Schedule {
                scheduled_entry_at: open.and_then(|open| open.entry_at),
                planned_exit_at: open.and_then(|open| open.exit_at),
                exit_bound: open.and_then(|open| open.exit_bound.clone()),
                ..Default::default()
            },
            entry: Entry { status: "idle".to_owned(), ..Entry::default() },
            positions: Vec::new(),
            totals: Totals::default(),
            limits: Limits::default(),
            trailing: Trailing::default(),
            spot: Spot::default(),
            greeks: None,
            margin: None,
            data_quality: DataQuality::default(),
            risk: Risk::default(),
            reconciliation: ReconciliationBrief::default(),
            exit_reason: None,
            alerts: Vec::new(),
            config: None,
            allowed_actions: Vec::new(),
        }
    }

    /// Adds what rows know better than the engine's last picture.
    pub(crate) fn complete(
        &self,
        picture: &mut Runtime,
        open: Option<&SessionRow>,
        active: Option<&ConfigRow>,
        trading: &TradingState,
    ) {
        let (may_trade, reason) = self.mode_reason();
        picture.mode_reason = reason.map(str::to_owned);
        let limit = i64::try_from(self.settings.engine.stale_mark.as_millis()).unwrap_or(i64::MAX);
        for position in &mut picture.positions {
            position.stale |= position.quote_age_ms.is_none_or(|age| age > limit);
        }
        trading.state.clone_into(&mut picture.risk.trading_state);
        if picture.config.is_none() {
            picture.config = active.map(|row| brief(&row.id, row.version, &row.profile.0));
        }
        picture.allowed_actions = allowed(Situation {
            state: open.map(|open| open.state.as_str()),
            trading_state: trading.state,
            may_trade,
            open_legs: picture.positions.iter().any(|position| position.open_quantity != 0),
            has_profile: active.is_some(),
        });
    }
}

/// Shows a profile in brief.
pub(crate) fn brief(id: &str, version: i64, profile: &Profile) -> ConfigBrief {
    let fields = profile.fields();
    ConfigBrief {
        id: id.to_owned(),
        name: fields.name.clone(),
        version,
        underlying: profile.underlying().to_string(),
        quantity: fields.quantity,
        trade_time_ist: fields.trade_time_ist.clone(),
        exit_time_ist: fields.exit_time_ist.clone(),
    }
}

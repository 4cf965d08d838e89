//! The guards of the account: what they are set to, and the memory of who set them.

use platform::db::{Exact, Json as DbJson, Result, Tx};
use serde_json::{Value, json};

use crate::Strangle;
use crate::store::risk_events::{self, RiskEventRow};
use crate::store::risk_limits::{self, LimitsRow};
use crate::store::trading_state::{self, TradingStateRow};

/// What the kill switch is set to.
pub(crate) struct NewState {
    pub(crate) state: &'static str,
    pub(crate) flatten: bool,
    pub(crate) reason: String,
}

impl Strangle {
    /// Sets the kill switch and writes down who did.
    pub(crate) async fn set_trading_state(
        &self,
        tx: &mut Tx,
        actor: &str,
        new: &NewState,
    ) -> Result<()> {
        let row = TradingStateRow {
            environment: self.environment().to_owned(),
            account: self.account.to_string(),
            tenant_id: self.tenant().to_owned(),
            state: new.state.to_owned(),
            flatten: new.flatten,
            reason: new.reason.clone(),
            changed_by: actor.to_owned(),
            changed_at: self.clock.now(),
            version: 1,
        };
        trading_state::put(tx, &row).await?;
        let severity = if new.state == "halted" { "critical" } else { "info" };
        let payload = json!({ "state": new.state, "flatten": new.flatten });
        let message = format!("trading state set to {}: {}", new.state, new.reason);
        let event = self.risk_event("trading_state", severity, message, payload, actor);
        risk_events::insert(tx, &event).await
    }

    /// Makes a row of what happened to a guard.
    pub(crate) fn risk_event(
        &self,
        kind: &str,
        severity: &str,
        message: String,
        payload: Value,
        actor: &str,
    ) -> RiskEventRow {
        RiskEventRow {
            id: self.ids.with_prefix("risk"),
            tenant_id: self.tenant().to_owned(),
            environment: self.environment().to_owned(),
            account: self.account.to_string(),
            session_id: None,
            kind: kind.to_owned(),
            severity: severity.to_owned(),
            message,
            payload: DbJson(payload),
            actor: actor.to_owned(),
            at: self.clock.now(),
        }
    }

    /// Returns the guards in force: those that somebody has set, else the settings.
    pub(crate) async fn limits(&self, tx: &mut Tx) -> Result<LimitsRow> {
        if let Some(row) = risk_limits::find(tx, self.environment(), &self.account).await? {
            return Ok(row);
        }
        let guards = &self.settings.guards;
        Ok(LimitsRow {
            environment: self.environment().to_owned(),
            account: self.account.to_string(),
            tenant_id: self.tenant().to_owned(),
            max_daily_loss: guards.max_daily_loss.map(Exact),
            max_sessions_per_day: guards.max_sessions_per_day.into(),
            max_orders_per_minute: guards.max_orders_per_minute.into(),
            max_lots_per_leg: guards.max_lots_per_leg.into(),
            changed_by: String::new(),
            changed_at: self.clock.now(),
            version: 0,
        })
    }
}

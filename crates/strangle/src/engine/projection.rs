//! From facts to rows: what people, reports and the console read.
//!
//! The rows are a function of the session's ledger, which is the fold of its facts, and of who the
//! session belongs to: they can be made again from the log at any time, and compared.
//!
//! # Invariants
//!
//! - A row changes only by a fact, and in the transaction that stores the fact.
//! - Every figure of money comes from fills.

use std::collections::BTreeSet;

use platform::db::{Exact, Json};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};
use strangle_engine::kpi::kpis;
use strangle_engine::pnl::LegResult;
use strangle_engine::session::{Corrupt, Event, Fact, Ledger, Summary, Task};

use super::rows::{self, Owner};
use crate::domain::number::{exact, number, rounded};
use crate::store::analytics_snapshots::SnapshotRow;
use crate::store::fills::FillRow;
use crate::store::intents::IntentRow;
use crate::store::legs::LegRow;
use crate::store::orders::OrderRow;
use crate::store::pnl_points::PointRow;
use crate::store::positions::PositionRow;
use crate::store::reconciliation_reports::ReportRow;
use crate::store::risk_events::RiskEventRow;
use crate::store::sessions::SessionRow;

/// What a session's facts do not say: whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) tenant_id: String,
    pub(crate) environment: String,
    pub(crate) account: String,
    pub(crate) config_id: String,
    pub(crate) config_version: i64,
    pub(crate) instance_id: String,
}

/// The rows of one session.
#[derive(Debug, Clone)]
pub(crate) struct Projection {
    identity: Identity,
    ledger: Ledger,
    fencing_token: i64,
    updated_at: chrono::DateTime<chrono::Utc>,
    closed_at: Option<chrono::DateTime<chrono::Utc>>,
    changed: Changed,
}

/// The rows to be written with the facts that changed them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changed {
    pub(crate) is_new: bool,
    pub(crate) legs: BTreeSet<usize>,
    pub(crate) intents: BTreeSet<usize>,
    pub(crate) fills: Vec<FillRow>,
    pub(crate) commissions: Vec<(String, Decimal)>,
    pub(crate) risk_events: Vec<RiskEventRow>,
    pub(crate) reports: Vec<ReportRow>,
    pub(crate) kpis: Option<SnapshotRow>,
    pub(crate) last_point: Option<PointRow>,
}

impl Projection {
    /// Begins with the first fact.
    pub(crate) fn begin(
        identity: Identity,
        first: &Event,
        fencing_token: i64,
    ) -> Result<Self, Corrupt> {
        Ok(Self {
            identity,
            ledger: Ledger::begin(first)?,
            fencing_token,
            updated_at: first.at,
            closed_at: None,
            changed: Changed { is_new: true, ..Changed::default() },
        })
    }

    /// Takes in a fact.
    pub(crate) fn apply(&mut self, event: &Event, fencing_token: i64) -> Result<(), Corrupt> {
        self.ledger.apply(event)?;
        self.fencing_token = fencing_token;
        self.updated_at = event.at;
        match &event.fact {
            Fact::StateChanged { to, .. } if to.is_over() => {
                self.closed_at.get_or_insert(event.at);
            }
            Fact::FillRecorded { leg, fill, fee_estimate, index, .. } => {
                let recorded = rows::Recorded { fee: *fee_estimate, index: *index, at: event.at };
                let row = rows::fill(&self.owner(), *leg, fill, recorded);
                self.changed.fills.push(row);
            }
            Fact::CommissionKnown { fill_id, commission } => {
                self.changed.commissions.push((fill_id.clone(), *commission));
                if let Some(revised) = self.ledger.summary.clone() {
                    self.close(&revised);
                }
            }
            Fact::ForeignPosition { symbol, size } => self.risk_event(
                event,
                "foreign_position",
                if *size == 0 { "info" } else { "critical" },
                &format!("{size} contracts of {symbol} on the account are not this desk's"),
            ),
            Fact::Reconciled { trigger, differences, agreed } => {
                let result = match (differences.is_empty(), agreed) {
                    (true, _) => "clean",
                    (false, true) => "settled",
                    (false, false) => "differs",
                };
                self.changed.reports.push(ReportRow {
                    id: self.event_id("reconciled", event),
                    tenant_id: self.identity.tenant_id.clone(),
                    environment: self.identity.environment.clone(),
                    account: self.identity.account.clone(),
                    session_id: Some(self.number()),
                    trigger_kind: rows::word(trigger),
                    result: result.to_owned(),
                    differences: Json(serde_json::to_value(differences).unwrap_or_default()),
                    actions: Json(json!([])),
                    started_at: event.at,
                    finished_at: event.at,
                });
            }
            Fact::Alert { code, severity, message } => {
                self.risk_event(event, code, &rows::word(severity), message);
            }
            Fact::SessionClosed { summary } => self.close(summary),
            _ => {}
        }
        self.mark(&event.fact);
        Ok(())
    }

    /// Takes the rows that must be written.
    pub(crate) fn take_changed(&mut self) -> Changed {
        std::mem::take(&mut self.changed)
    }

    /// Returns what the facts add up to.
    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns the number of the session.
    pub(crate) fn number(&self) -> i64 {
        i64::try_from(self.ledger.spec.number).unwrap_or(i64::MAX)
    }

    /// Returns the session's row.
    pub(crate) fn session(&self) -> SessionRow {
        let ledger = &self.ledger;
        let result = ledger.result();
        let slippage = ledger.total_slippage();
        let traded = ledger.legs.iter().any(|leg| !leg.fills.is_empty());
        let summary = ledger.summary.as_deref();
        let exit = ledger.exit.as_ref().map(|exit| exit.reason);
        let profile = serde_json::to_value(&ledger.spec.profile).unwrap_or_default();
        SessionRow {
            id: self.number(),
            tenant_id: self.identity.tenant_id.clone(),
            strategy_id: ledger.spec.strategy_id.clone(),
            environment: self.identity.environment.clone(),
            account: self.identity.account.clone(),
            config_id: self.identity.config_id.clone(),
            config_version: self.identity.config_version,
            config_snapshot: Json(profile),
            mode: ledger.spec.mode.as_str().to_owned(),
            state: ledger.state.as_str().to_owned(),
            status: ledger.state.legacy_status().to_owned(),
            entry_at: Some(ledger.schedule.entry_at),
            exit_at: Some(ledger.schedule.exit_at),
            exit_bound: Some(rows::word(&ledger.schedule.exit_bound)),
            activated_at: ledger.created_at,
            deactivated_at: self.closed_at,
            exit_reason: summary
                .map(|summary| summary.exit_reason)
                .or(exit)
                .map(|reason| reason.as_str().to_owned()),
            gross: traded.then_some(Exact(result.gross())),
            fees: traded.then_some(Exact(result.fees)),
            slippage: slippage.map(|slippage| Exact(slippage.lost)),
            slippage_base: slippage.map(|slippage| Exact(slippage.base)),
            pnl_summary: summary.map(|summary| Json(self.pnl_summary(summary))),
            session_metadata: Some(Json(self.metadata())),
            instance_id: self.identity.instance_id.clone(),
            fencing_token: self.fencing_token,
            last_seq: i64::try_from(ledger.seq).unwrap_or(i64::MAX),
            updated_at: self.updated_at,
        }
    }

    /// Returns a leg's row.
    pub(crate) fn leg(&self, index: usize) -> Option<LegRow> {
        let kind = self.ledger.legs.get(index)?.contract.kind;
        let chosen = self.ledger.selection.as_ref().map(|selection| selection.leg(kind));
        rows::leg(&self.owner(), &self.ledger, index, chosen)
    }

    /// Returns what people see of a leg.
    pub(crate) fn position(&self, index: usize) -> Option<PositionRow> {
        let leg = self.ledger.legs.get(index)?;
        Some(rows::position(&self.owner(), index, leg, &self.ledger.trail))
    }

    /// Returns an order's row in the log of intents.
    pub(crate) fn intent(&self, index: usize) -> Option<IntentRow> {
        Some(rows::intent(&self.owner(), self.ledger.intents.get(index)?))
    }

    /// Returns an order's row in the ledger of orders; one that never left has none.
    pub(crate) fn order(&self, index: usize) -> Option<OrderRow> {
        let intent = self.ledger.intents.get(index)?;
        let leg = self.ledger.legs.get(intent.plan.leg)?;
        rows::order(&self.owner(), intent, leg, self.updated_at)
    }

    fn owner(&self) -> Owner<'_> {
        Owner { tenant_id: &self.identity.tenant_id, session: self.number() }
    }

    /// Notes which rows a fact changes.
    fn mark(&mut self, fact: &Fact) {
        let legs = 0..self.ledger.legs.len();
        match fact {
            Fact::Selected { .. }
            | Fact::LegAdopted { .. }
            | Fact::StateChanged { .. }
            | Fact::WentLive { .. }
            | Fact::CommissionKnown { .. }
            | Fact::SessionClosed { .. } => self.changed.legs.extend(legs),
            Fact::FillRecorded { leg, fill, .. } => {
                self.changed.legs.insert(*leg);
                let id = fill.client_order_id.as_ref();
                self.mark_intent(|intent| Some(&intent.plan.order.client_order_id) == id);
            }
            Fact::LegClosed { leg, .. } => {
                self.changed.legs.insert(*leg);
            }
            Fact::IntentPlanned { plan } => {
                self.changed.legs.insert(plan.leg);
                self.mark_intent(|intent| {
                    intent.plan.order.client_order_id == plan.order.client_order_id
                });
            }
            Fact::IntentSending { client_order_id }
            | Fact::IntentReported { client_order_id, .. }
            | Fact::IntentRejected { client_order_id, .. }
            | Fact::IntentUnknown { client_order_id, .. }
            | Fact::IntentCancelRequested { client_order_id, .. }
            | Fact::IntentNotAccepted { client_order_id }
            | Fact::IntentAbandoned { client_order_id } => {
                self.mark_intent(|intent| intent.plan.order.client_order_id == *client_order_id);
            }
            _ => {}
        }
    }

    fn mark_intent(&mut self, is_it: impl Fn(&strangle_engine::intent::Intent) -> bool) {
        if let Some(index) = self.ledger.intents.iter().rposition(is_it) {
            self.changed.intents.insert(index);
            if let Some(intent) = self.ledger.intents.get(index) {
                self.changed.legs.insert(intent.plan.leg);
            }
        }
    }

    fn metadata(&self) -> Value {
        let ledger = &self.ledger;
        json!({
            "task": match ledger.spec.task {
                Task::Strangle => "strangle",
                Task::Flatten { .. } => "flatten",
            },
            "selection": ledger.selection,
            "refusal": ledger.refusal,
            "spot_entry": ledger.spot_entry,
            "profile_in_force": (ledger.profile != ledger.spec.profile).then_some(&ledger.profile),
        })
    }

    /// The result of the whole, and the last point of its path.
    fn close(&mut self, summary: &Summary) {
        let float = |money: Decimal| money.to_f64().unwrap_or_default();
        self.changed.last_point = summary.entered_at.map(|_| PointRow {
            session_id: self.number(),
            at: summary.closed_at,
            tenant_id: self.identity.tenant_id.clone(),
            net: float(summary.net),
            gross: float(summary.gross),
            fees: float(summary.fees),
            spot: summary.spot_exit.map(float),
        });
        let result =
            LegResult { realized: summary.gross, unrealized: Decimal::ZERO, fees: summary.fees };
        let enabled = self.ledger.profile.fields().trailing_sl_enabled;
        let kpis = kpis(&result, &self.ledger.trail, enabled);
        self.changed.kpis = Some(SnapshotRow {
            session_id: self.number(),
            tenant_id: self.identity.tenant_id.clone(),
            mode: self.ledger.spec.mode.as_str().to_owned(),
            kpis: Json(serde_json::to_value(kpis).unwrap_or_default()),
            generated_at: summary.closed_at,
        });
    }

    fn pnl_summary(&self, summary: &Summary) -> Value {
        let trail = &self.ledger.trail;
        let slippage = self.ledger.total_slippage();
        json!({
            "realized": number(summary.gross),
            "realized_exact": exact(summary.gross),
            "unrealized": 0,
            "total": number(summary.net),
            "total_pnl": number(summary.net),
            "total_pnl_exact": exact(summary.net),
            "total_pnl_pct": summary.net_pct,
            "notional": summary.notional.map(number),
            "fees": number(summary.fees),
            "fees_exact": exact(summary.fees),
            "pnl_before_fees": number(summary.gross),
            "pnl_before_fees_exact": exact(summary.gross),
            "slippage": slippage.map(|slippage| number(slippage.lost)),
            "slippage_pct": slippage.and_then(|slippage| slippage.pct()).map(rounded),
            "exit_reason": summary.exit_reason.as_str(),
            "generated_at": summary.closed_at,
            "max_profit_seen": number(trail.max_profit),
            "max_profit_seen_pct": trail.max_profit_pct,
            "max_drawdown_seen": number(trail.max_drawdown),
            "max_drawdown_seen_pct": trail.max_drawdown_pct,
            "trailing_level_pct": trail.level_pct,
            "trailing_enabled": self.ledger.profile.fields().trailing_sl_enabled,
            "basis": self.ledger.basis.map(number),
            "estimated": summary.estimated,
            "spot": {
                "entry": summary.spot_entry.map(number),
                "exit": summary.spot_exit.map(number),
            },
        })
    }

    fn risk_event(&mut self, event: &Event, kind: &str, severity: &str, message: &str) {
        let payload = serde_json::to_value(&event.fact).unwrap_or_default();
        self.changed.risk_events.push(RiskEventRow {
            id: self.event_id("risk", event),
            tenant_id: self.identity.tenant_id.clone(),
            environment: self.identity.environment.clone(),
            account: self.identity.account.clone(),
            session_id: Some(self.number()),
            kind: kind.to_owned(),
            severity: severity.to_owned(),
            message: message.to_owned(),
            payload: Json(payload),
            actor: "engine".to_owned(),
            at: event.at,
        });
    }

    /// Names a row that a fact makes: a replay makes the same, and names sort by time.
    fn event_id(&self, prefix: &str, event: &Event) -> String {
        let millis = event.at.timestamp_millis();
        format!("{prefix}_{millis:015}_{}_{:06}", self.number(), event.seq)
    }
}

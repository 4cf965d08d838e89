//! Shows the desk to people: a picture with every change, at most four a second, stored each second.

use std::time::Duration;

use platform::db::Json;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::json;
use strangle_engine::exit::ExitReason;
use strangle_engine::intent::IntentState;
use strangle_engine::profile::Recurrence;
use strangle_engine::session::PnlPoint;
use tokio::time::Instant;

use super::snapshot::{COOLDOWN, Scene};
use super::term::{Term, TermError};
use crate::desk::topics;
use crate::domain::operation::{Command, StartOrder};
use crate::domain::runtime::Runtime;
use crate::metrics as names;
use crate::picture::brief;
use crate::store::pnl_points::{self, PointRow};
use crate::store::runtime_snapshots::{self, SnapshotRow};
use crate::store::{configs, operations, sessions};

/// The shortest time between two pictures.
const FRAME: Duration = Duration::from_millis(250);

impl Term {
    /// Shows a new picture if the last one is old enough.
    pub(super) fn show_if_due(&mut self) {
        if self.shown.as_ref().is_some_and(|(at, _)| at.elapsed() < FRAME) {
            return;
        }
        let picture = self.picture();
        let tenant = self.strangle.tenant().to_owned();
        let id = picture.session_id;
        self.strangle.tell(
            topics::RUNTIME,
            "runtime",
            &tenant,
            json!({ "id": id, "runtime": &picture }),
        );
        self.shown = Some((Instant::now(), Some(picture)));
    }

    /// Returns the picture that was just shown, else a new one.
    fn newest_picture(&mut self) -> Runtime {
        let shown = self.shown.as_mut().filter(|(at, _)| at.elapsed() < FRAME);
        match shown.and_then(|(_, picture)| picture.take()) {
            Some(picture) => picture,
            None => self.picture(),
        }
    }

    /// Keeps a point of the path until the next picture is stored.
    pub(super) fn keep_point(&mut self, point: &PnlPoint) {
        let Some(open) = &self.open else { return };
        let float = |money: Decimal| money.to_f64().unwrap_or_default();
        self.points.push(PointRow {
            session_id: open.number(),
            at: point.at,
            tenant_id: self.strangle.tenant().to_owned(),
            net: float(point.net),
            gross: float(point.gross),
            fees: float(point.fees),
            spot: point.spot.map(float),
        });
    }

    /// Stores the newest picture and the points of the path.
    pub(super) async fn store_picture(&mut self) -> Result<(), TermError> {
        let strangle = self.strangle.clone();
        let picture = self.newest_picture();
        gauge(&picture, self.leader.fence().is_some());
        ::metrics::gauge!(names::INTENTS_UNKNOWN).set(self.unknown_intents());
        strangle.desk.pulse().beat(strangle.clock.now(), &picture);
        let points = std::mem::take(&mut self.points);
        let mut tx = strangle.db.write().await?;
        self.leader.check(&mut tx).await?;
        let row = SnapshotRow {
            environment: strangle.environment().to_owned(),
            account: strangle.account.to_string(),
            tenant_id: strangle.tenant().to_owned(),
            session_id: picture.session_id.filter(|_| picture.active),
            snapshot: Json(picture),
            last_tick_at: strangle.clock.now(),
            instance_id: strangle.settings.instance.clone(),
            fencing_token: self.leader.fence().unwrap_or_default(),
        };
        runtime_snapshots::put(&mut tx, &row).await?;
        for point in &points {
            pnl_points::insert(&mut tx, point).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Lets go of a session that has ended a while ago, and opens the next one if it recurs.
    pub(super) async fn go_on(&mut self) -> Result<(), TermError> {
        let Some(open) = &self.open else { return Ok(()) };
        let row = open.ledger.projection().session();
        let Some(ended_at) = row.deactivated_at.filter(|_| open.session.state().is_over()) else {
            return Ok(());
        };
        if self.now() - ended_at < COOLDOWN {
            return Ok(());
        }
        let (config_id, reason) = (row.config_id.clone(), row.exit_reason.clone());
        self.open = None;
        self.listen();
        let reason = reason.as_deref().and_then(ExitReason::of);
        if reason.is_some_and(ends_recurrence) {
            return Ok(());
        }
        self.recur(&config_id).await
    }

    /// Queues the next session of a profile that recurs and is still the active one.
    async fn recur(&mut self, config_id: &str) -> Result<(), TermError> {
        let strangle = self.strangle.clone();
        let mut tx = strangle.db.write().await?;
        let config = configs::find(&mut tx, strangle.tenant(), config_id).await?;
        let Some(config) = config.filter(|config| config.is_active) else { return Ok(()) };
        if config.profile.0.fields().recurrence == Recurrence::Once
            || !strangle.trading_state(&mut tx).await?.is_active()
            || !strangle.flag(&mut tx, "recurrence").await?
        {
            return Ok(());
        }
        let session_id = sessions::next_id(&mut tx).await?;
        let stamp = self.now().format("%Y%m%d%H%M%S");
        let order = StartOrder {
            session_id,
            strategy_id: format!("delta-strangle-{stamp}-{session_id}"),
            config_id: config.id,
            config_version: config.version,
            profile: config.profile.0,
        };
        let row =
            strangle.operation(strangle.tenant(), "schedule", Command::Start(Box::new(order)));
        operations::insert(&mut tx, &row).await?;
        tx.commit().await?;
        strangle.announce(strangle.tenant(), &row.id);
        Ok(())
    }

    fn unknown_intents(&self) -> f64 {
        let Some(open) = &self.open else { return 0.0 };
        let intents = open.session.ledger().intents.iter();
        let unknown = intents.filter(|intent| intent.state == IntentState::Unknown).count();
        u32::try_from(unknown).map_or(f64::MAX, f64::from)
    }

    fn picture(&mut self) -> Runtime {
        let now = self.now();
        let private = self.private.status();
        let market = self.market.status();
        let quota = self.exchange.delta().quota();
        let (may_trade, mode_reason) = self.strangle.mode_reason();
        let index = self
            .index
            .map(|(underlying, spot)| (underlying.index_symbol().to_owned(), spot.price, spot.at));
        let world = self.watch.world(now, private).clone();
        let open = self.open.as_ref();
        let profile = open.map(|open| open.session.ledger().profile.clone());
        let view = open.map(|open| open.session.view(now));
        let config = open.zip(profile.as_ref()).map(|(open, profile)| {
            let row = open.ledger.projection().session();
            brief(&row.config_id, row.config_version, profile)
        });
        Scene {
            now,
            environment: self.strangle.environment(),
            account: &self.strangle.account,
            may_trade,
            mode_reason,
            session: view.zip(profile.as_ref()),
            config,
            world: &world,
            market,
            private,
            quota_used: Some(f64::from(quota.used) / f64::from(quota.limit.max(1))),
            index,
        }
        .picture()
    }
}

/// A person or the kill switch has ended it: nothing begins by itself after that.
fn ends_recurrence(reason: ExitReason) -> bool {
    matches!(reason, ExitReason::PanicClose | ExitReason::KillSwitch | ExitReason::Manual)
}

fn gauge(picture: &Runtime, leads: bool) {
    let set = |name: &'static str, value: f64| ::metrics::gauge!(name).set(value);
    set(names::LEASE_HELD, f64::from(u8::from(leads)));
    set(names::SESSION_OPEN, f64::from(u8::from(picture.active)));
    set(names::NET_PNL_USD, picture.totals.total_pnl);
    set(names::NET_PNL_PCT, picture.totals.total_pnl_pct);
    let greeks = picture.greeks.unwrap_or_default();
    set(names::POSITION_DELTA, greeks.delta);
    set(names::POSITION_VEGA, greeks.vega);
    set(names::POSITION_THETA, greeks.theta);
    let oldest = picture.data_quality.quote_age_ms.values().max().copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "an age in milliseconds is small")]
    set(names::QUOTE_AGE_SECONDS, oldest as f64 / 1e3);
    set(names::KILL_SWITCH, f64::from(u8::from(picture.risk.trading_state == "halted")));
    let with = |code: &str| picture.alerts.iter().filter(|alert| alert.code == code).count();
    #[expect(clippy::cast_precision_loss, reason = "there are few alerts")]
    set(names::FOREIGN_POSITIONS, with("foreign_position") as f64);
    set(names::HEARTBEAT_AGE_SECONDS, 0.0);
}

//! Reads which sessions the analytics are about.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use platform::problem::Problem;
use serde::Deserialize;
use strangle_engine::analytics::range::{Preset, Range};
use utoipa::IntoParams;

use super::problems::field;
use crate::store::session_list::FAR_FUTURE;
use crate::store::timeline::Filter;

/// Which sessions.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AnalyticsQuery {
    /// An instant, or a date: then its first moment.
    start: Option<String>,
    /// An instant, or a date: then its last moment. Now if absent.
    end: Option<String>,
    /// `7d`, `30d`, `90d`, `YTD` or `all`, instead of start and end; `30d` if nothing is said.
    preset: Option<String>,
    /// Only this session.
    strategy_id: Option<String>,
    /// `paper`, `testnet` or `live`; all if absent.
    mode: Option<String>,
    /// Where days begin; `Asia/Kolkata` if absent.
    tz: Option<String>,
}

/// What was asked for, read.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) range: Range,
    pub(super) preset: Option<Preset>,
    pub(super) strategy: String,
    pub(super) mode: String,
    pub(super) zone: Tz,
}

impl AnalyticsQuery {
    pub(super) fn read(&self, now: DateTime<Utc>) -> Result<Asked, Problem> {
        let zone = match self.tz.as_deref() {
            None => chrono_tz::Asia::Kolkata,
            Some(name) => name.parse().map_err(|_| {
                let message = format!("must be a time zone such as Asia/Kolkata, was `{name}`");
                field("/query/tz", "unknown_zone", message)
            })?,
        };
        let preset = match self.preset.as_deref().filter(|name| *name != "custom") {
            None => None,
            Some(name) => Some(Preset::of(name).ok_or_else(|| {
                let message = format!("must be 7d, 30d, 90d, YTD or all, was `{name}`");
                field("/query/preset", "unknown_preset", message)
            })?),
        };
        let start = instant("/query/start", self.start.as_deref(), zone, NaiveTime::MIN)?;
        let end = instant("/query/end", self.end.as_deref(), zone, LAST_MOMENT)?;
        let preset = preset.or((start.is_none() && end.is_none()).then_some(Preset::ThirtyDays));
        let range = match preset {
            Some(preset) => preset.range(now, &zone),
            None => Range::new(start, end.unwrap_or(now)),
        };
        Ok(Asked {
            range,
            preset,
            strategy: self.strategy_id.clone().unwrap_or_default(),
            mode: mode(self.mode.as_deref(), "")?,
            zone,
        })
    }
}

const LAST_MOMENT: NaiveTime = match NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

fn instant(
    pointer: &str,
    text: Option<&str>,
    zone: Tz,
    time: NaiveTime,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let date = || {
        let local = text.parse::<NaiveDate>().ok()?.and_time(time);
        Some(local.and_local_timezone(zone).earliest()?.with_timezone(&Utc))
    };
    // In a query `+` is a space.
    let instant = text.replace(' ', "+").parse::<DateTime<Utc>>().ok().or_else(date);
    let instant = instant.filter(|at| (DateTime::UNIX_EPOCH..=FAR_FUTURE).contains(at));
    instant.map(Some).ok_or_else(|| {
        let message =
            format!("must be a date or an instant such as 2026-01-15T09:30:00Z, was `{text}`");
        field(pointer, "invalid_date", message)
    })
}

pub(super) fn mode(text: Option<&str>, default: &str) -> Result<String, Problem> {
    match text {
        None => Ok(default.to_owned()),
        Some(mode @ ("paper" | "testnet" | "live")) => Ok(mode.to_owned()),
        Some(other) => {
            let message = format!("must be paper, testnet or live, was `{other}`");
            Err(field("/query/mode", "unknown_value", message))
        }
    }
}

impl Asked {
    /// The bounds, for rows.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            mode: self.mode.clone(),
            strategy: self.strategy.clone(),
            start: self.range.start().unwrap_or(DateTime::UNIX_EPOCH),
            end: self.range.end(),
        }
    }
}

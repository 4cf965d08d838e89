//! The conditions of a list, from the query string.

use platform::problem::{FieldError, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::instant::{self, Micros};
use crate::domain::level::Level;
use crate::store::backend_logs::LogFilter;

/// The longest text that is searched for, in characters.
const MAX_TEXT: usize = 255;
const MAX_PAGE_SIZE: i64 = 500;
/// The last page that can be named; beyond it use `cursor`.
const MAX_PAGE: i64 = 1_000_000;

/// Which rows of the log; all conditions must hold.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogQuery {
    /// `DEBUG`, `INFO`, `WARN` (also `WARNING`) or `ERROR`.
    pub(crate) level: Option<String>,
    /// The name of the event.
    pub(crate) event: Option<String>,
    /// The strategy.
    pub(crate) strategy_id: Option<String>,
    /// The piece of work.
    pub(crate) correlation_id: Option<String>,
    /// The request.
    pub(crate) request_id: Option<String>,
    /// The part of the program.
    pub(crate) logger: Option<String>,
    /// A piece of the message, the event or the payload: literal, in any case of letters.
    pub(crate) search: Option<String>,
    /// The first instant, RFC 3339.
    pub(crate) start_time: Option<String>,
    /// The last instant, RFC 3339.
    pub(crate) end_time: Option<String>,
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// The number of the page, from 1.
    #[param(minimum = 1)]
    pub(crate) page: Option<i64>,
    /// Rows of a page, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub(crate) page_size: Option<i64>,
    /// `next_cursor` of the page before: reaches any depth at the same speed. Wins over `page`.
    pub(crate) cursor: Option<String>,
}

impl LogQuery {
    /// Checks the conditions.
    ///
    /// # Errors
    ///
    /// Returns 422 with every condition that cannot be read.
    pub(crate) fn filter(self) -> Result<LogFilter, Problem> {
        let mut refused = Refused::default();
        let filter = LogFilter {
            level: refused.level(self.level),
            event: refused.text("event", self.event),
            logger: refused.text("logger", self.logger),
            correlation_id: refused.text("correlationId", self.correlation_id),
            request_id: refused.text("requestId", self.request_id),
            strategy_id: refused.text("strategyId", self.strategy_id),
            search: refused.text("search", self.search),
            start: refused.instant("startTime", self.start_time),
            end: refused.instant("endTime", self.end_time),
        };
        refused.order(filter.start, filter.end);
        refused.finish()?;
        Ok(filter)
    }
}

impl PageParams {
    /// Checks page and size; returns them.
    ///
    /// # Errors
    ///
    /// Returns 422 if one is out of range.
    pub(crate) fn checked(&self) -> Result<(i64, i64), Problem> {
        let mut refused = Refused::default();
        let page = refused.range("page", self.page.unwrap_or(1), MAX_PAGE);
        let size = refused.range("page_size", self.page_size.unwrap_or(50), MAX_PAGE_SIZE);
        refused.finish()?;
        Ok((page, size))
    }
}

/// Collects what was refused.
#[derive(Default)]
pub(crate) struct Refused(Vec<FieldError>);

impl Refused {
    pub(crate) fn level(&mut self, text: Option<String>) -> Option<Level> {
        let text = text.filter(|text| !text.is_empty())?;
        let level = Level::of(&text);
        if level.is_none() {
            self.add("level", "unknown_level", "must be DEBUG, INFO, WARN or ERROR");
        }
        level
    }

    pub(crate) fn text(&mut self, name: &str, text: Option<String>) -> Option<String> {
        let text = text.filter(|text| !text.is_empty())?;
        if text.chars().count() > MAX_TEXT {
            self.add(name, "too_long", &format!("must have at most {MAX_TEXT} characters"));
            return None;
        }
        if text.contains('\0') {
            self.add(name, "invalid_character", "must not contain the character zero");
            return None;
        }
        Some(text)
    }

    pub(crate) fn instant(&mut self, name: &str, text: Option<String>) -> Option<Micros> {
        let text = text.filter(|text| !text.is_empty())?;
        // A plus sign that was not encoded arrives as a blank.
        let instant = instant::parse(&text).or_else(|| instant::parse(&text.replace(' ', "+")));
        if instant.is_none() {
            let rule = "must be an instant such as 2026-01-15T12:00:00Z";
            self.add(name, "malformed_instant", rule);
        }
        instant
    }

    pub(crate) fn order(&mut self, start: Option<Micros>, end: Option<Micros>) {
        if start.zip(end).is_some_and(|(start, end)| start > end) {
            self.add("startTime", "after_end", "must not be after endTime");
        }
    }

    fn range(&mut self, name: &str, value: i64, most: i64) -> i64 {
        if !(1..=most).contains(&value) {
            let rule = format!("must be 1 to {most}, was {value}");
            self.add(name, "out_of_range", &rule);
        }
        value
    }

    fn add(&mut self, name: &str, code: &'static str, message: &str) {
        self.0.push(FieldError::new(format!("/query/{name}"), code, message));
    }

    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }
}

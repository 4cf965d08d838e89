//! `/tools`: small calculators.

use axum::extract::State;
use chrono::NaiveDate;
use credit_engine::amortization::{IndexPath, schedule};
use credit_engine::dates::{
    BusinessDayConvention, Calendar, DayCount, DayCountContext, ScheduleRule, payment_dates,
};
use credit_engine::speeds::convert::SpeedUnit;
use credit_engine::valuation::irr::{irr, xirr};
use credit_engine::valuation::npv::xnpv;
use platform::http::Json;
use platform::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::cashflow::checked;
use super::problems::refused;
use crate::Credit;
use crate::domain::asset::Issue;
use crate::domain::loans::{LoanData, Valuing};

/// The most flows of a return.
const MOST_FLOWS: usize = 10_000;
/// The most dates of a schedule.
const MOST_DATES: u32 = 1_200;

/// Lists the operations.
pub(super) fn routes() -> OpenApiRouter<Credit> {
    OpenApiRouter::new()
        .routes(routes!(count_days))
        .routes(routes!(make_schedule))
        .routes(routes!(convert_speed))
        .routes(routes!(find_return))
}

fn wrong(pointer: &str, code: &'static str, message: impl Into<String>) -> Problem {
    refused(vec![Issue::new(pointer, code, message)])
}

/// A date within what calendars and arithmetic cover.
fn sensible(pointer: &str, date: NaiveDate) -> Result<(), Problem> {
    use chrono::Datelike as _;
    if (1900..=2200).contains(&date.year()) {
        return Ok(());
    }
    let message = format!("must be in the years 1900 to 2200, was {date}");
    Err(wrong(pointer, "out_of_range", message))
}

/// Two dates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DayCountBody {
    start_date: NaiveDate,
    end_date: NaiveDate,
    /// Such as `ACT/360`; all conventions if absent.
    convention: Option<String>,
    /// The end of the instrument, for 30E/360 ISDA.
    termination_date: Option<NaiveDate>,
}

/// What a convention makes of two dates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayCountView {
    convention: &'static str,
    /// Days as the convention counts them.
    days: i32,
    /// The fraction of a year.
    fraction: f64,
}

/// Counts the days between two dates.
#[utoipa::path(
    post,
    path = "/api/v1/tools/day-count",
    tag = "tools",
    request_body = DayCountBody,
    responses((status = 200, body = [DayCountView]), (status = 422, body = Problem)),
)]
pub(super) async fn count_days(
    Json(body): Json<DayCountBody>,
) -> Result<Json<Vec<DayCountView>>, Problem> {
    sensible("/start_date", body.start_date)?;
    sensible("/end_date", body.end_date)?;
    let conventions = match &body.convention {
        None => DayCount::ALL.to_vec(),
        Some(name) => vec![
            DayCount::parse(name)
                .map_err(|e| wrong("/convention", "unknown_value", e.to_string()))?,
        ],
    };
    let context = DayCountContext { termination: body.termination_date, ..Default::default() };
    let view = |convention: DayCount| DayCountView {
        convention: convention.name(),
        days: convention.days(body.start_date, body.end_date),
        fraction: convention.fraction_in(body.start_date, body.end_date, context),
    };
    Ok(Json(conventions.into_iter().map(view).collect()))
}

/// A loan, or a rule for dates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleBody {
    /// Whose payments are wanted.
    loan_data: Option<LoanData>,
    /// Whose dates are wanted.
    dates: Option<DatesBody>,
}

/// A rule for dates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DatesBody {
    /// The first date, from which all others are counted.
    first_date: NaiveDate,
    /// How many, 1 to 1200.
    count: u32,
    /// Months from one to the next; 1 if absent.
    every_months: Option<u16>,
    /// Whether a first date at a month end keeps all at month ends.
    #[serde(default)]
    end_of_month: bool,
    /// Such as `target` or `us_sifma`; none if absent.
    calendar: Option<String>,
    /// `unadjusted`, `following`, `modified_following`, `preceding` or `modified_preceding`.
    convention: Option<String>,
}

/// Payments, or dates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScheduleView {
    /// The payments of the loan.
    payments: Vec<PaymentView>,
    /// The dates.
    dates: Vec<NaiveDate>,
    /// Interest of all payments.
    total_interest: f64,
}

/// One payment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaymentView {
    period: u16,
    date: Option<NaiveDate>,
    /// The annual rate in force.
    rate: f64,
    payment: f64,
    interest: f64,
    principal: f64,
    /// What is still owed afterwards.
    balance: f64,
}

/// Lists the payments of a loan as agreed, or the dates of a rule.
#[utoipa::path(
    post,
    path = "/api/v1/tools/schedule",
    tag = "tools",
    request_body = ScheduleBody,
    responses((status = 200, body = ScheduleView), (status = 422, body = Problem)),
)]
pub(super) async fn make_schedule(
    State(app): State<Credit>,
    Json(body): Json<ScheduleBody>,
) -> Result<Json<ScheduleView>, Problem> {
    match (&body.loan_data, &body.dates) {
        (Some(data), None) => {
            let case = checked(data, "/loan_data", Valuing::default(), app.clock.today());
            let agreed = schedule(&case.map_err(refused)?.loan, IndexPath::Unchanged);
            let payments = agreed.payments().iter().map(|payment| PaymentView {
                period: payment.period,
                date: payment.date,
                rate: payment.rate,
                payment: payment.total(),
                interest: payment.interest,
                principal: payment.principal,
                balance: payment.balance,
            });
            let payments = payments.collect();
            let total_interest = agreed.total_interest();
            Ok(Json(ScheduleView { payments, dates: Vec::new(), total_interest }))
        }
        (None, Some(rule)) => {
            let dates = dates(rule)?;
            Ok(Json(ScheduleView { payments: Vec::new(), dates, total_interest: 0.0 }))
        }
        _ => Err(wrong("", "conflict", "must hold either loan_data or dates")),
    }
}

fn dates(rule: &DatesBody) -> Result<Vec<NaiveDate>, Problem> {
    sensible("/dates/first_date", rule.first_date)?;
    let every_months = rule.every_months.unwrap_or(1);
    if !(1..=MOST_DATES).contains(&rule.count) {
        let message = format!("must be 1 to {MOST_DATES}, was {}", rule.count);
        return Err(wrong("/dates/count", "out_of_range", message));
    }
    if !(1..=120).contains(&every_months) {
        let message = format!("must be 1 to 120, was {every_months}");
        return Err(wrong("/dates/every_months", "out_of_range", message));
    }
    let calendar = rule.calendar.as_deref().map_or(Ok(Calendar::None), Calendar::parse);
    let calendar =
        calendar.map_err(|e| wrong("/dates/calendar", "unknown_value", e.to_string()))?;
    let convention = rule
        .convention
        .as_deref()
        .map_or(Ok(BusinessDayConvention::Unadjusted), BusinessDayConvention::parse);
    let convention =
        convention.map_err(|e| wrong("/dates/convention", "unknown_value", e.to_string()))?;
    let rule_of_dates = ScheduleRule {
        anchor: rule.first_date,
        every_months,
        end_of_month: rule.end_of_month,
        calendar,
        convention,
    };
    Ok(payment_dates(&rule_of_dates, rule.count))
}

/// A speed in one unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpeedBody {
    /// A decimal, but for PSA: 150 is 150 PSA.
    value: f64,
    /// `cpr`, `smm`, `psa`, `abs`, `cdr` or `mdr`.
    from: String,
    /// The loan month, which PSA and ABS need.
    month: Option<u32>,
}

/// The same speed in all units.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SpeedView {
    /// A share per month.
    smm: f64,
    /// A share per year.
    cpr: f64,
    /// Per cent of the standard ramp; needs the month.
    psa: Option<f64>,
    /// A share of the original number per month; needs the month.
    abs: Option<f64>,
}

/// Converts a speed into all units.
#[utoipa::path(
    post,
    path = "/api/v1/tools/speeds",
    tag = "tools",
    request_body = SpeedBody,
    responses((status = 200, body = SpeedView), (status = 422, body = Problem)),
)]
pub(super) async fn convert_speed(Json(body): Json<SpeedBody>) -> Result<Json<SpeedView>, Problem> {
    let unit =
        SpeedUnit::parse(&body.from).map_err(|e| wrong("/from", "unknown_value", e.to_string()))?;
    let most = if unit == SpeedUnit::Psa { 10_000.0 } else { 1.0 };
    if !(0.0..=most).contains(&body.value) {
        let message = format!("must be between 0 and {most}, was {}", body.value);
        return Err(wrong("/value", "out_of_range", message));
    }
    if body.month.is_some_and(|month| !(1..=1_200).contains(&month)) {
        return Err(wrong("/month", "out_of_range", "must be 1 to 1200"));
    }
    if unit.needs_month() && body.month.is_none() {
        let message = "is missing: PSA and ABS depend on the loan month";
        return Err(wrong("/month", "missing", message));
    }
    let smm = unit.to_smm(body.value, body.month.unwrap_or(1)).clamp(0.0, 1.0);
    let by_month = |unit: SpeedUnit| {
        body.month.map(|month| unit.from_smm(smm, month)).filter(|speed| speed.is_finite())
    };
    Ok(Json(SpeedView {
        smm,
        cpr: SpeedUnit::Annual.from_smm(smm, 1),
        psa: by_month(SpeedUnit::Psa),
        abs: by_month(SpeedUnit::Abs),
    }))
}

/// Flows, dated or periodic.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnBody {
    /// What is paid (negative) and received, at most 10,000 flows.
    amounts: Vec<f64>,
    /// When; flows are one period apart if absent.
    dates: Option<Vec<NaiveDate>>,
    /// A rate at which they are valued too; needs dates.
    rate: Option<f64>,
}

/// The return of flows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReturnView {
    /// The return per year, or per period without dates.
    rate: f64,
    /// Whether several rates fit, so that `rate` is a choice.
    multiple_roots: bool,
    /// All of them, rising.
    roots: Vec<f64>,
    /// The value at the rate that was sent.
    xnpv: Option<f64>,
}

/// Finds the return of flows: XIRR with dates, IRR without.
#[utoipa::path(
    post,
    path = "/api/v1/tools/xirr",
    tag = "tools",
    request_body = ReturnBody,
    responses(
        (status = 200, body = ReturnView),
        (status = 422, description = "`validation`: `no_sign_change`, `no_root`", body = Problem),
    ),
)]
pub(super) async fn find_return(Json(body): Json<ReturnBody>) -> Result<Json<ReturnView>, Problem> {
    if body.amounts.len() > MOST_FLOWS || body.amounts.iter().any(|amount| amount.abs() > 1e15) {
        let message = format!("must be at most {MOST_FLOWS} amounts of at most 1e15");
        return Err(wrong("/amounts", "out_of_range", message));
    }
    if body.rate.is_some_and(|rate| !(rate > -0.99 && rate <= 10.0)) {
        return Err(wrong("/rate", "out_of_range", "must be above -0.99 and at most 10"));
    }
    let (found, value) = match &body.dates {
        None => (irr(&body.amounts), None),
        Some(dates) if dates.len() == body.amounts.len() => {
            for (position, date) in dates.iter().enumerate() {
                sensible(&format!("/dates/{position}"), *date)?;
            }
            let flows: Vec<(NaiveDate, f64)> =
                dates.iter().copied().zip(body.amounts.iter().copied()).collect();
            (xirr(&flows), body.rate.map(|rate| xnpv(rate, &flows)))
        }
        Some(dates) => {
            let message =
                format!("must be as many as amounts, {}, were {}", body.amounts.len(), dates.len());
            return Err(wrong("/dates", "length", message));
        }
    };
    let found = found.map_err(|e| wrong("/amounts", e.code(), e.to_string()))?;
    Ok(Json(ReturnView {
        rate: found.rate,
        multiple_roots: found.has_multiple_roots(),
        roots: found.roots,
        xnpv: value.filter(|value| value.is_finite()),
    }))
}

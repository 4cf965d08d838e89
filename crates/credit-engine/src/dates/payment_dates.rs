//! When payments fall due.

use chrono::NaiveDate;

use super::{BusinessDayConvention, Calendar, add_months, is_month_end, month_end};

/// How a row of payment dates is made from its anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRule {
    /// The first date.
    pub anchor: NaiveDate,
    /// Months from one date to the next.
    pub every_months: u16,
    /// Whether an anchor at a month end keeps every date at the month end.
    pub end_of_month: bool,
    /// Which days are no business days.
    pub calendar: Calendar,
    /// How a date moves off such a day.
    pub convention: BusinessDayConvention,
}

impl ScheduleRule {
    /// Returns the rule that repeats `anchor` every month, unadjusted.
    #[must_use]
    pub const fn monthly(anchor: NaiveDate) -> Self {
        Self {
            anchor,
            every_months: 1,
            end_of_month: false,
            calendar: Calendar::None,
            convention: BusinessDayConvention::Unadjusted,
        }
    }

    /// Returns the date with the 0-based `position`, counted from the anchor and never from an
    /// earlier, already shortened or moved date. `None` beyond the year 9999.
    #[must_use]
    pub fn date(&self, position: u32) -> Option<NaiveDate> {
        let position = i32::try_from(position).ok()?;
        let months = i32::from(self.every_months).checked_mul(position)?;
        let date = add_months(self.anchor, months)?;
        let date =
            if self.end_of_month && is_month_end(self.anchor) { month_end(date) } else { date };
        Some(self.calendar.adjust(date, self.convention))
    }
}

/// Returns the first `count` dates of `rule`; fewer if the year 9999 ends first, and one if no
/// months lie between them.
#[must_use]
pub fn payment_dates(rule: &ScheduleRule, count: u32) -> Vec<NaiveDate> {
    let count = if rule.every_months == 0 { count.min(1) } else { count };
    (0..count).map_while(|position| rule.date(position)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_short_month_does_not_shorten_the_next_one() {
        let dates = payment_dates(&ScheduleRule::monthly(date("2023-12-31")), 4);

        assert_eq!(dates, ["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"].map(date));
    }

    #[test]
    fn a_month_end_anchor_keeps_month_ends_if_asked() {
        let rule = ScheduleRule {
            end_of_month: true,
            every_months: 3,
            ..ScheduleRule::monthly(date("2023-11-30"))
        };

        assert_eq!(payment_dates(&rule, 3), ["2023-11-30", "2024-02-29", "2024-05-31"].map(date));
    }

    #[test]
    fn moved_dates_do_not_move_the_following_ones() {
        let rule = ScheduleRule {
            calendar: Calendar::Weekends,
            convention: BusinessDayConvention::ModifiedFollowing,
            ..ScheduleRule::monthly(date("2024-03-31"))
        };

        assert_eq!(payment_dates(&rule, 3), ["2024-03-29", "2024-04-30", "2024-05-31"].map(date));
    }
}

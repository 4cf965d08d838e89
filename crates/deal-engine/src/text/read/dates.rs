//! The block of dates.

use chrono::NaiveDate;

use crate::formula::{Symbol, TokenKind};
use crate::model::{DealDates, Frequency};
use crate::text::FaultCode;
use crate::text::cursor::{Cursor, Read, Reader, Slip};
use crate::text::lines::Line;
use crate::text::words::{CONVENTIONS, FREQUENCIES};

/// What has been read.
#[derive(Default)]
pub(super) struct Draft {
    start: usize,
    end: usize,
    cutoff: Option<NaiveDate>,
    closing: Option<NaiveDate>,
    first_payment: Option<NaiveDate>,
    frequency: Option<Frequency>,
    end_of_month: bool,
    convention: Option<String>,
    calendar: Option<String>,
    accrue_adjusted: bool,
    collection_lag_days: Option<u16>,
    maturity: Option<NaiveDate>,
    revolving_until: Option<NaiveDate>,
}

const LINES: [&str; 7] =
    ["cutoff", "closing", "first", "maturity", "revolving", "collections", "accrue"];

pub(super) fn dates(line: &Line<'_>, reader: &mut Reader<'_>) -> Draft {
    let mut draft = Draft { start: line.start(), end: line.end(), ..Draft::default() };
    let mut cursor = Cursor::new(reader, &line.tokens);
    cursor.takes("dates");
    cursor.finish();
    for line in &line.inside {
        let tokens = line.joined();
        let mut cursor = Cursor::new(reader, &tokens);
        if let Err(slip) = draft.line(&mut cursor) {
            reader.report(slip);
        }
    }
    draft
}

impl Draft {
    fn line(&mut self, cursor: &mut Cursor<'_, '_, '_>) -> Read<()> {
        if cursor.takes("cutoff") {
            day(cursor, "the cut-off", "cutoff", &mut self.cutoff)?;
        } else if cursor.takes("closing") {
            day(cursor, "closing", "closing", &mut self.closing)?;
        } else if cursor.takes("maturity") {
            day(cursor, "maturity", "maturity", &mut self.maturity)?;
        } else if cursor.takes("revolving until") {
            day(
                cursor,
                "the end of the revolving period",
                "revolving_until",
                &mut self.revolving_until,
            )?;
        } else if cursor.takes("first payment") {
            day(cursor, "the first payment", "first_payment", &mut self.first_payment)?;
            cursor.clauses(&PAYMENT, |cursor| self.payment(cursor));
        } else if cursor.takes("collections end") {
            let days = cursor.count("days")?;
            cursor.needs("days before payment")?;
            cursor.mark("/dates/collection_lag_days", 0);
            cursor.put(&mut self.collection_lag_days, days, 0)?;
        } else if cursor.takes("accrue to adjusted dates") {
            cursor.mark("/dates/accrue_adjusted", 0);
            cursor.set(&mut self.accrue_adjusted, 0)?;
        } else {
            return Err(unknown(cursor));
        }
        cursor.finish();
        Ok(())
    }

    fn payment(&mut self, cursor: &mut Cursor<'_, '_, '_>) -> Read<bool> {
        let from = cursor.position();
        if let Some(frequency) = cursor.takes_one(&FREQUENCIES) {
            cursor.mark("/dates/frequency", from);
            cursor.put(&mut self.frequency, frequency, from)?;
        } else if cursor.takes("at month end") {
            cursor.mark("/dates/end_of_month", from);
            cursor.set(&mut self.end_of_month, from)?;
        } else if let Some(convention) = cursor.takes_one(&CONVENTIONS) {
            cursor.mark("/dates/convention", from);
            cursor.put(&mut self.convention, convention.to_owned(), from)?;
            if matches!(cursor.peek(), Some(TokenKind::Text(_) | TokenKind::Word(_)))
                && !cursor.sees("calendar")
            {
                self.calendar(cursor)?;
            }
        } else if cursor.takes("convention") {
            let convention = cursor.marked_name("the convention", "/dates/convention")?;
            cursor.put(&mut self.convention, convention, from)?;
        } else if cursor.takes("calendar") {
            self.calendar(cursor)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// A calendar, perhaps several joined by `+`.
    fn calendar(&mut self, cursor: &mut Cursor<'_, '_, '_>) -> Read<()> {
        let from = cursor.position();
        let mut calendar = cursor.name("the calendar")?;
        while cursor.takes_symbol(Symbol::Plus) {
            calendar = format!("{calendar}+{}", cursor.name("the calendar")?);
        }
        cursor.mark("/dates/calendar", from);
        cursor.put(&mut self.calendar, calendar, from)
    }

    /// The dates, or faults for those that are missing.
    pub(super) fn finish(self, reader: &mut Reader<'_>) -> Option<DealDates> {
        for (missing, what, words) in [
            (self.cutoff.is_none(), "cut-off", "cutoff"),
            (self.closing.is_none(), "closing date", "closing"),
            (self.first_payment.is_none(), "first payment date", "first payment"),
        ] {
            if missing {
                let message = format!("the deal has no {what}");
                let slip = Slip::new(FaultCode::Missing, self.start, self.end, message);
                reader.report(slip.or(format!("add `{words} 2026-01-31` below `dates`, indented")));
            }
        }
        Some(DealDates {
            cutoff: self.cutoff?,
            closing: self.closing?,
            first_payment: self.first_payment?,
            frequency: self.frequency.unwrap_or_default(),
            end_of_month: self.end_of_month,
            convention: self.convention,
            calendar: self.calendar,
            accrue_adjusted: self.accrue_adjusted,
            collection_lag_days: self.collection_lag_days.unwrap_or_default(),
            maturity: self.maturity,
            revolving_until: self.revolving_until,
        })
    }
}

const PAYMENT: [&str; 10] = [
    "monthly",
    "quarterly",
    "semiannually",
    "annually",
    "at month end",
    "following",
    "modified following",
    "preceding",
    "convention",
    "calendar",
];

fn day(
    cursor: &mut Cursor<'_, '_, '_>,
    what: &str,
    field: &str,
    slot: &mut Option<NaiveDate>,
) -> Read<()> {
    let date = cursor.date(what)?;
    cursor.mark(&format!("/dates/{field}"), 0);
    cursor.put(slot, date, 0)
}

fn unknown(cursor: &Cursor<'_, '_, '_>) -> Slip {
    let near = cursor.word().and_then(|word| crate::formula::nearest(word, LINES));
    cursor.expected("a date of the deal").or(match near {
        Some(word) => format!("did you mean `{word}`?"),
        None => "write `cutoff`, `closing`, `first payment`, `maturity`, `revolving until`, \
                 `collections end … days before payment` or `accrue to adjusted dates`"
            .to_owned(),
    })
}

//! Bonds.

use chrono::NaiveDate;

use crate::formula::{Symbol, TokenKind};
use crate::model::{Bond, BondKind, Coupon, InterestOnInterest};
use crate::text::cursor::{Cursor, Read, Reader};
use crate::text::lines::Line;

pub(super) fn bond(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Bond> {
    let tokens = line.joined();
    let mut cursor = Cursor::new(reader, &tokens);
    cursor.needs("bond")?;
    let name = cursor.marked_name("the bond", &format!("{pointer}/name"))?;
    let from = cursor.position();
    let original_balance = cursor.number("the original balance")?;
    cursor.mark(&format!("{pointer}/original_balance"), from);

    let mut clauses = Clauses {
        pointer,
        coupon: None,
        bounds: (None, None),
        kind: None,
        interest_on_interest: None,
        bond: Bond {
            name,
            original_balance,
            balance: None,
            coupon: Coupon::None,
            day_count: None,
            delay_days: None,
            accrues_from: None,
            kind: BondKind::Ordinary,
            group: None,
            lockout_until: None,
            rate_cap: None,
            carryover: false,
            deferrable: false,
            interest_on_interest: InterestOnInterest::None,
            maturity: None,
            rating: None,
        },
    };
    cursor.clauses(&KNOWN, |cursor| clauses.clause(cursor));
    Ok(clauses.finish(&mut cursor))
}

const KNOWN: [&str; 25] = [
    "at",
    "floor",
    "cap",
    "outstanding",
    "delay",
    "accrues from",
    "pac",
    "tac",
    "support",
    "z accrual",
    "interest only on",
    "principal only",
    "equity",
    "ordinary",
    "sequential",
    "group",
    "lockout until",
    "rate cap",
    "carryover",
    "deferrable",
    "interest on interest",
    "maturity",
    "rated",
    "ACT/360",
    "30/360",
];

struct Clauses<'p> {
    pointer: &'p str,
    coupon: Option<Coupon>,
    /// Floor and cap, which may stand before the rate.
    bounds: (Option<f64>, Option<f64>),
    kind: Option<BondKind>,
    interest_on_interest: Option<InterestOnInterest>,
    bond: Bond,
}

impl Clauses<'_> {
    fn clause(&mut self, cursor: &mut Cursor<'_, '_, '_>) -> Read<bool> {
        let from = cursor.position();
        if let Some(field) = self.simple(cursor, from)? {
            cursor.mark(&format!("{}/{field}", self.pointer), from);
            return Ok(true);
        }
        if cursor.takes("at") {
            let coupon = self.coupon(cursor)?;
            cursor.mark(&format!("{}/coupon", self.pointer), from);
            cursor.put(&mut self.coupon, coupon, from)?;
        } else if let Some(kind) = self.kind(cursor)? {
            cursor.mark(&format!("{}/kind", self.pointer), from);
            cursor.put(&mut self.kind, kind, from)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// A clause that fills one field; returns which.
    fn simple(
        &mut self,
        cursor: &mut Cursor<'_, '_, '_>,
        from: usize,
    ) -> Read<Option<&'static str>> {
        let bond = &mut self.bond;
        if let Some(count) = cursor.takes_day_count() {
            cursor.put(&mut bond.day_count, count, from)?;
            return Ok(Some("day_count"));
        }
        if cursor.takes("outstanding") {
            let balance = cursor.number("the balance today")?;
            cursor.put(&mut bond.balance, balance, from)?;
            return Ok(Some("balance"));
        }
        if cursor.takes("floor") {
            let floor = cursor.rate("the floor")?;
            cursor.put(&mut self.bounds.0, floor, from)?;
            return Ok(Some("coupon/floor"));
        }
        if cursor.takes("cap") {
            let cap = cursor.rate("the cap")?;
            cursor.put(&mut self.bounds.1, cap, from)?;
            return Ok(Some("coupon/cap"));
        }
        if cursor.takes("delay") {
            let days = cursor.count("the delay")?;
            cursor.needs("days")?;
            cursor.put(&mut bond.delay_days, days, from)?;
            return Ok(Some("delay_days"));
        }
        if cursor.takes("accrues from") {
            let day = cursor.date("the first day of interest")?;
            cursor.put(&mut bond.accrues_from, day, from)?;
            return Ok(Some("accrues_from"));
        }
        if cursor.takes("group") {
            let group = cursor.name("the group")?;
            cursor.put(&mut bond.group, group, from)?;
            return Ok(Some("group"));
        }
        if cursor.takes("lockout until") {
            let day = cursor.date("the end of the lockout")?;
            cursor.put(&mut bond.lockout_until, day, from)?;
            return Ok(Some("lockout_until"));
        }
        if cursor.takes("rate cap") {
            let cap = cursor.formula(&format!("{}/rate_cap", self.pointer))?;
            cursor.put(&mut bond.rate_cap, cap, from)?;
            return Ok(Some("rate_cap"));
        }
        if cursor.takes("carryover") {
            cursor.set(&mut bond.carryover, from)?;
            return Ok(Some("carryover"));
        }
        if cursor.takes("deferrable") {
            cursor.set(&mut bond.deferrable, from)?;
            return Ok(Some("deferrable"));
        }
        if cursor.takes("maturity") {
            let day = cursor.date("maturity")?;
            cursor.put(&mut bond.maturity, day, from)?;
            return Ok(Some("maturity"));
        }
        if cursor.takes("rated") {
            let rating = cursor.name("the rating")?;
            cursor.put(&mut bond.rating, rating, from)?;
            return Ok(Some("rating"));
        }
        if cursor.takes("interest on interest") {
            let earned = if cursor.takes("at own rate") {
                InterestOnInterest::OwnRate
            } else {
                cursor.needs("at")?;
                InterestOnInterest::Fixed { rate: cursor.rate("a rate, or `own rate`")? }
            };
            cursor.put(&mut self.interest_on_interest, earned, from)?;
            return Ok(Some("interest_on_interest"));
        }
        Ok(None)
    }

    fn kind(&self, cursor: &mut Cursor<'_, '_, '_>) -> Read<Option<BondKind>> {
        for (words, kind) in [
            ("ordinary", BondKind::Ordinary),
            ("sequential", BondKind::Ordinary),
            ("support", BondKind::Support),
            ("z accrual", BondKind::ZAccrual),
            ("principal only", BondKind::PrincipalOnly),
            ("equity", BondKind::Equity),
        ] {
            if cursor.takes(words) {
                return Ok(Some(kind));
            }
        }
        if cursor.takes("interest only on") {
            let notional = cursor.formula(&format!("{}/kind/notional", self.pointer))?;
            return Ok(Some(BondKind::InterestOnly { notional }));
        }
        if cursor.takes("pac") {
            let mut band = None;
            if cursor.takes("band") {
                let low = cursor.number("the lower speed")?;
                cursor.needs("to")?;
                band = Some((low, cursor.number("the higher speed")?));
            }
            return Ok(Some(BondKind::Pac { band, planned: planned(cursor)? }));
        }
        if cursor.takes("tac") {
            let speed =
                if cursor.takes("speed") { Some(cursor.number("the speed")?) } else { None };
            return Ok(Some(BondKind::Tac { speed, planned: planned(cursor)? }));
        }
        Ok(None)
    }

    /// What stands after `at`.
    fn coupon(&self, cursor: &mut Cursor<'_, '_, '_>) -> Read<Coupon> {
        if cursor.takes("formula") {
            let rate = cursor.formula(&format!("{}/coupon/rate", self.pointer))?;
            return Ok(Coupon::Formula { rate });
        }
        if matches!(cursor.peek(), Some(TokenKind::Text(_) | TokenKind::Word(_))) {
            let index = cursor.name("the index")?;
            return floating(cursor, index, None);
        }
        if let Some(multiplier) = multiplier(cursor)? {
            let index = cursor.name("the index")?;
            return floating(cursor, index, Some(multiplier));
        }
        let rate = cursor.rate("the rate or an index")?;
        if cursor.takes("stepping") {
            return Ok(Coupon::StepUp { rate, steps: later(cursor)? });
        }
        let plus = cursor.takes_symbol(Symbol::Plus);
        if plus || cursor.takes_symbol(Symbol::Minus) {
            let sign = if plus { 1.0 } else { -1.0 };
            let multiplier = match multiplier(cursor)? {
                Some(multiplier) => Some(sign * multiplier),
                None => (!plus).then_some(-1.0),
            };
            let index = cursor.name("the index")?;
            return Ok(Coupon::Floating {
                index,
                spread: rate,
                multiplier,
                floor: None,
                cap: None,
            });
        }
        Ok(Coupon::Fixed { rate })
    }

    fn finish(mut self, cursor: &mut Cursor<'_, '_, '_>) -> Bond {
        self.bond.kind = self.kind.unwrap_or_default();
        self.bond.interest_on_interest = self.interest_on_interest.unwrap_or_default();
        self.bond.coupon = self.coupon.unwrap_or_default();
        match &mut self.bond.coupon {
            Coupon::Floating { floor, cap, .. } => (*floor, *cap) = self.bounds,
            _ if self.bounds != (None, None) => {
                let slip = cursor
                    .expected("a floating rate, such as `at SOFR + 1.5%`, for `floor` and `cap`");
                cursor.reader.report(slip);
            }
            _ => {}
        }
        self.bond
    }
}

/// `2 *` or `-2 *`, if it comes next.
fn multiplier(cursor: &mut Cursor<'_, '_, '_>) -> Read<Option<f64>> {
    if !cursor.is_multiplier() {
        return Ok(None);
    }
    let multiplier = cursor.number("the multiplier")?;
    cursor.takes_symbol(Symbol::Star);
    Ok(Some(multiplier))
}

/// `+ 1.5%` or `- 0.5%` after an index, or nothing.
fn floating(
    cursor: &mut Cursor<'_, '_, '_>,
    index: String,
    multiplier: Option<f64>,
) -> Read<Coupon> {
    let spread = if cursor.takes_symbol(Symbol::Plus) {
        cursor.rate("the spread")?
    } else if cursor.takes_symbol(Symbol::Minus) {
        -cursor.rate("the spread")?
    } else {
        0.0
    };
    Ok(Coupon::Floating { index, spread, multiplier, floor: None, cap: None })
}

/// `to 5% from 2030-01-15, to 6% from 2031-01-15`, or nothing.
fn later(cursor: &mut Cursor<'_, '_, '_>) -> Read<Vec<(NaiveDate, f64)>> {
    let mut steps = Vec::new();
    while cursor.takes("to") || cursor.takes_next(Symbol::Comma, "to") {
        let rate = cursor.rate("the later rate")?;
        cursor.needs("from")?;
        steps.push((cursor.date("the day of the step")?, rate));
    }
    Ok(steps)
}

/// `planned 90; 80; 0`, or nothing.
fn planned(cursor: &mut Cursor<'_, '_, '_>) -> Read<Vec<f64>> {
    let mut planned = Vec::new();
    if cursor.takes("planned") {
        planned.push(cursor.number("a planned balance")?);
        while cursor.takes_symbol(Symbol::Semicolon) {
            planned.push(cursor.number("a planned balance")?);
        }
    }
    Ok(planned)
}

//! Text to deal.
//!
//! | module | reads |
//! |---|---|
//! | `dates` | the block of dates |
//! | `bonds` | bonds |
//! | `parts` | accounts, ledgers, fees, triggers, tests, calls |
//! | `steps`, `actions` | the steps of waterfalls, and what they do |

mod actions;
mod bonds;
mod dates;
mod parts;
mod steps;

use crate::formula::{Symbol, TokenKind, nearest};
use crate::model::{
    Account, Bond, Call, Deal, Fee, Ledger, Pool, Test, Trigger, Variable, Waterfall,
};

use super::cursor::{Cursor, Read, Reader, Slip};
use super::lines::{Line, lines};
use super::source::{Source, SourceMap};
use super::words::STATUSES;
use super::{Fault, FaultCode, MAX_BYTES, Parsed};

pub(super) use self::actions::STEPS;

/// The words that begin a statement.
pub(super) const STATEMENTS: [&str; 12] = [
    "deal",
    "dates",
    "pool",
    "account",
    "ledger",
    "fee",
    "bond",
    "let",
    "trigger",
    "test",
    "call",
    "waterfall",
];

pub(super) fn deal(text: &str) -> Result<Parsed, Vec<Fault>> {
    let source = Source::new(text);
    let mut reader = Reader { source: &source, faults: Vec::new(), map: SourceMap::default() };
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes, at most {MAX_BYTES} are allowed", text.len());
        reader.report(Slip::new(FaultCode::TooLarge, 0, 0, message));
        return Err(reader.faults);
    }

    let mut draft = Draft::default();
    for line in lines(&source, &mut reader) {
        draft.statement(&line, &mut reader);
    }
    let deal = draft.finish(&mut reader);

    let mut faults = reader.faults;
    match deal {
        Some(deal) if faults.is_empty() => Ok(Parsed { deal, map: reader.map }),
        _ => {
            faults.sort_by_key(|fault| (fault.line, fault.column));
            Err(faults)
        }
    }
}

/// What has been read.
#[derive(Default)]
struct Draft {
    name: Option<(String, Option<String>)>,
    dates: Option<dates::Draft>,
    pools: Vec<Pool>,
    accounts: Vec<Account>,
    ledgers: Vec<Ledger>,
    fees: Vec<Fee>,
    bonds: Vec<Bond>,
    variables: Vec<Variable>,
    triggers: Vec<Trigger>,
    tests: Vec<Test>,
    calls: Vec<Call>,
    waterfalls: Vec<Waterfall>,
}

impl Draft {
    fn statement(&mut self, line: &Line<'_>, reader: &mut Reader<'_>) {
        if let Err(slip) = self.read(line, reader) {
            reader.report(slip);
        }
    }

    fn read(&mut self, line: &Line<'_>, reader: &mut Reader<'_>) -> Read<()> {
        let first = match line.tokens.first().map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => word.to_ascii_lowercase(),
            _ => String::new(),
        };
        let (start, end) = (line.start(), line.end());
        let mark = |kind: &str, count: usize, reader: &mut Reader<'_>| {
            let pointer = format!("/{kind}/{count}");
            reader.mark(&pointer, start, end);
            pointer
        };
        match first.as_str() {
            "deal" => return self.title(line, reader),
            "dates" => return self.dates(line, reader),
            "pool" => {
                let pointer = mark("pools", self.pools.len(), reader);
                self.pools.push(parts::pool(line, &pointer, reader)?);
            }
            "account" => {
                let pointer = mark("accounts", self.accounts.len(), reader);
                self.accounts.push(parts::account(line, &pointer, reader)?);
            }
            "ledger" => {
                let pointer = mark("ledgers", self.ledgers.len(), reader);
                self.ledgers.push(parts::ledger(line, &pointer, reader)?);
            }
            "fee" => {
                let pointer = mark("fees", self.fees.len(), reader);
                self.fees.push(parts::fee(line, &pointer, reader)?);
            }
            "bond" => {
                let pointer = mark("bonds", self.bonds.len(), reader);
                self.bonds.push(bonds::bond(line, &pointer, reader)?);
            }
            "let" => {
                let pointer = mark("variables", self.variables.len(), reader);
                self.variables.push(parts::variable(line, &pointer, reader)?);
            }
            "trigger" => {
                let pointer = mark("triggers", self.triggers.len(), reader);
                self.triggers.push(parts::trigger(line, &pointer, reader)?);
            }
            "test" => {
                let pointer = mark("tests", self.tests.len(), reader);
                self.tests.push(parts::test(line, &pointer, reader)?);
            }
            "call" => {
                let pointer = mark("calls", self.calls.len(), reader);
                self.calls.push(parts::call(line, &pointer, reader)?);
            }
            "waterfall" => {
                let pointer = mark("waterfalls", self.waterfalls.len(), reader);
                self.waterfalls.push(waterfall(line, &pointer, reader)?);
            }
            word => {
                let suggestion = match nearest(word, STATEMENTS) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("a line begins with {}", STATEMENTS.join(", ")),
                };
                let message = "no statement begins like this".to_owned();
                let end = line.tokens.first().map_or(end, |token| token.end);
                return Err(
                    Slip::new(FaultCode::UnknownStatement, start, end, message).or(suggestion)
                );
            }
        }
        Ok(())
    }

    fn title(&mut self, line: &Line<'_>, reader: &mut Reader<'_>) -> Read<()> {
        let tokens = line.joined();
        let mut cursor = Cursor::new(reader, &tokens);
        cursor.needs("deal")?;
        let name = cursor.marked_name("the deal", "/name")?;
        let currency = if cursor.takes("in") {
            Some(cursor.marked_name("the currency", "/currency")?)
        } else {
            None
        };
        cursor.finish();
        if self.name.is_some() {
            return Err(twice(line, "the deal has a name already"));
        }
        self.name = Some((name, currency));
        Ok(())
    }

    fn dates(&mut self, line: &Line<'_>, reader: &mut Reader<'_>) -> Read<()> {
        reader.mark("/dates", line.start(), line.end());
        let draft = dates::dates(line, reader);
        if self.dates.is_some() {
            return Err(twice(line, "the deal has dates already"));
        }
        self.dates = Some(draft);
        Ok(())
    }

    fn finish(self, reader: &mut Reader<'_>) -> Option<Deal> {
        if self.name.is_none() {
            let message = "the deal has no name".to_owned();
            let suggestion = "begin with `deal \"…\" in USD`".to_owned();
            reader.report(Slip::new(FaultCode::Missing, 0, 0, message).or(suggestion));
        }
        let dates = if let Some(dates) = self.dates {
            dates.finish(reader)
        } else {
            let message = "the deal has no dates".to_owned();
            let suggestion = "add `dates` and below it, indented, `cutoff`, `closing` and \
                              `first payment`";
            let slip = Slip::new(FaultCode::Missing, 0, 0, message);
            reader.report(slip.or(suggestion.to_owned()));
            None
        };
        let (name, currency) = self.name?;
        Some(Deal {
            name,
            currency,
            dates: dates?,
            pools: self.pools,
            accounts: self.accounts,
            ledgers: self.ledgers,
            fees: self.fees,
            bonds: self.bonds,
            variables: self.variables,
            triggers: self.triggers,
            tests: self.tests,
            calls: self.calls,
            waterfalls: self.waterfalls,
        })
    }
}

fn twice(line: &Line<'_>, message: &str) -> Slip {
    Slip::new(FaultCode::Duplicate, line.start(), line.end(), message.to_owned())
}

fn waterfall(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Waterfall> {
    let mut cursor = Cursor::new(reader, &line.tokens);
    cursor.needs("waterfall")?;
    let from = cursor.position();
    let status = cursor.needs_one("a status", &STATUSES)?;
    cursor.mark(&format!("{pointer}/status"), from);
    cursor.takes_symbol(Symbol::Colon);
    cursor.finish();
    Ok(Waterfall { status, steps: steps::steps(&line.inside, &format!("{pointer}/steps"), reader) })
}

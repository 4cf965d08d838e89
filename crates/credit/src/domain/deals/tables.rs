//! The parts of a run as tables: one line an object and date.

use chrono::NaiveDate;
use deal_engine::run::{DealRun, Log};

use super::grid::{Column, Grid};
use super::language::word;

/// A part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What bonds were owed and paid.
    Bonds,
    /// What the pools paid.
    Pools,
    /// What fees cost.
    Fees,
    /// Accounts and ledgers.
    Accounts,
    /// Triggers and tests.
    Triggers,
    /// Every step.
    Log,
}

impl Part {
    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bonds => "Bonds",
            Self::Pools => "Pools",
            Self::Fees => "Fees",
            Self::Accounts => "Accounts",
            Self::Triggers => "Triggers",
            Self::Log => "Log",
        }
    }

    /// The part as a table; only the object called `name`, if one is named.
    #[must_use]
    pub fn table(self, run: &DealRun, name: Option<&str>) -> Grid {
        match self {
            Self::Bonds => of_bonds(run, name),
            Self::Pools => of_pools(run, name),
            Self::Fees => of_fees(run, name),
            Self::Accounts => of_accounts(run, name),
            Self::Triggers => of_triggers(run, name),
            Self::Log => of_log(run),
        }
    }
}

/// Columns of several objects, one under the other.
struct Stack<'a, T> {
    kind: &'static str,
    run: &'a DealRun,
    objects: Vec<&'a T>,
}

impl<'a, T> Stack<'a, T> {
    fn new(
        kind: &'static str,
        run: &'a DealRun,
        all: &'a [T],
        name_of: impl Fn(&T) -> &str,
        wanted: Option<&str>,
    ) -> Self {
        let chosen = |object: &&T| wanted.is_none_or(|wanted| name_of(object) == wanted);
        Self { kind, run, objects: all.iter().filter(chosen).collect() }
    }

    /// Name, period and date of every line.
    fn head(&self, name_of: impl Fn(&T) -> &str) -> Grid {
        let dates = &self.run.dates;
        let (mut names, mut periods, mut days) = (Vec::new(), Vec::new(), Vec::new());
        for object in &self.objects {
            for (period, date) in (1_i64..).zip(dates) {
                names.push(name_of(object).to_owned());
                periods.push(period);
                days.push(*date);
            }
        }
        Grid::default()
            .with(self.kind, Column::Text(names))
            .with("period", Column::Whole(periods))
            .with("date", Column::Date(days))
    }

    fn numbers(&self, column: impl Fn(&T) -> &[f64]) -> Column {
        self.optional(|object, row| column(object).get(row).copied())
    }

    fn optional(&self, cell: impl Fn(&T, usize) -> Option<f64>) -> Column {
        let rows = 0..self.run.dates.len();
        let cells =
            self.objects.iter().flat_map(|object| rows.clone().map(|row| cell(object, row)));
        Column::Number(cells.collect())
    }

    fn flags(&self, column: impl Fn(&T) -> &[bool]) -> Column {
        let rows = 0..self.run.dates.len();
        let cell = |object: &&T, row: usize| column(object).get(row).copied().unwrap_or(false);
        let cells =
            self.objects.iter().flat_map(|object| rows.clone().map(|row| cell(object, row)));
        Column::Flag(cells.collect())
    }
}

fn of_bonds(run: &DealRun, name: Option<&str>) -> Grid {
    let stack = Stack::new("bond", run, &run.bonds, |bond| &bond.name, name);
    stack
        .head(|bond| &bond.name)
        .with("begin", stack.numbers(|bond| &bond.begin))
        .with("rate", stack.numbers(|bond| &bond.rate))
        .with("interest_due", stack.numbers(|bond| &bond.interest_due))
        .with("interest_paid", stack.numbers(|bond| &bond.interest_paid))
        .with("interest_overdue", stack.numbers(|bond| &bond.interest_overdue))
        .with("principal", stack.numbers(|bond| &bond.principal))
        .with("drawn", stack.numbers(|bond| &bond.drawn))
        .with("write_down", stack.numbers(|bond| &bond.write_down))
        .with("accreted", stack.numbers(|bond| &bond.accreted))
        .with("carryover", stack.numbers(|bond| &bond.carryover))
        .with("residual", stack.numbers(|bond| &bond.residual))
        .with("planned", stack.numbers(|bond| &bond.planned))
        .with("balance", stack.numbers(|bond| &bond.balance))
        .with("factor", stack.numbers(|bond| &bond.factor))
}

fn of_pools(run: &DealRun, name: Option<&str>) -> Grid {
    let stack = Stack::new("pool", run, &run.pools, |pool| &pool.name, name);
    stack
        .head(|pool| &pool.name)
        .with("begin", stack.numbers(|pool| &pool.begin))
        .with("interest", stack.numbers(|pool| &pool.interest))
        .with("principal", stack.numbers(|pool| &pool.principal))
        .with("prepayment", stack.numbers(|pool| &pool.prepayment))
        .with("recovery", stack.numbers(|pool| &pool.recovery))
        .with("penalty", stack.numbers(|pool| &pool.penalty))
        .with("default", stack.numbers(|pool| &pool.default))
        .with("loss", stack.numbers(|pool| &pool.loss))
        .with("bought", stack.numbers(|pool| &pool.bought))
        .with("sold", stack.numbers(|pool| &pool.sold))
        .with("balance", stack.numbers(|pool| &pool.balance))
}

fn of_fees(run: &DealRun, name: Option<&str>) -> Grid {
    let stack = Stack::new("fee", run, &run.fees, |fee| &fee.name, name);
    stack
        .head(|fee| &fee.name)
        .with("due", stack.numbers(|fee| &fee.due))
        .with("paid", stack.numbers(|fee| &fee.paid))
        .with("overdue", stack.numbers(|fee| &fee.overdue))
}

fn of_accounts(run: &DealRun, name: Option<&str>) -> Grid {
    let stack = Stack::new("account", run, &run.accounts, |account| &account.name, name);
    stack
        .head(|account| &account.name)
        .with("begin", stack.numbers(|account| &account.begin))
        .with("in", stack.numbers(|account| &account.into))
        .with("out", stack.numbers(|account| &account.out))
        .with("earned", stack.numbers(|account| &account.earned))
        .with("balance", stack.numbers(|account| &account.balance))
        .with("target", stack.optional(|account, row| account.target.get(row).copied().flatten()))
}

fn of_triggers(run: &DealRun, name: Option<&str>) -> Grid {
    let stack = Stack::new("trigger", run, &run.triggers, |trigger| &trigger.name, name);
    let cell = |values: &[Option<f64>], row: usize| values.get(row).copied().flatten();
    stack
        .head(|trigger| &trigger.name)
        .with("value", stack.optional(|trigger, row| cell(&trigger.value, row)))
        .with("threshold", stack.optional(|trigger, row| cell(&trigger.threshold, row)))
        .with("headroom", stack.optional(|trigger, row| cell(&trigger.headroom, row)))
        .with("breached", stack.flags(|trigger| &trigger.breached))
        .with("active", stack.flags(|trigger| &trigger.active))
}

fn of_log(run: &DealRun) -> Grid {
    let nothing = Log::default();
    let log = run.log.as_ref().unwrap_or(&nothing);
    let date = |position: &u32| -> NaiveDate {
        usize::try_from(*position).ok().and_then(|i| run.dates.get(i)).copied().unwrap_or_default()
    };
    let place = |position: &u32| -> String {
        let found = usize::try_from(*position).ok().and_then(|i| log.places.get(i));
        found.cloned().unwrap_or_default()
    };
    let account = |position: &Option<u32>| -> String {
        let found = position.and_then(|i| run.accounts.get(usize::try_from(i).ok()?));
        found.map(|account| account.name.clone()).unwrap_or_default()
    };
    Grid::default()
        .with("date", Column::Date(log.date.iter().map(date).collect()))
        .with("step", Column::Text(log.step.iter().map(place).collect()))
        .with("status", Column::Text(log.status.iter().map(word).collect()))
        .with("requested", Column::Number(log.requested.clone()))
        .with("limit", Column::Number(log.limit.clone()))
        .with("available", Column::numbers(&log.available))
        .with("paid", Column::numbers(&log.paid))
        .with("from", Column::Text(log.from.iter().map(account).collect()))
        .with("into", Column::Text(log.into.iter().map(account).collect()))
        .with("balance_before", Column::numbers(&log.before))
        .with("balance_after", Column::numbers(&log.after))
        .with("note", Column::Text(log.note.iter().map(word).collect()))
}

//! Rows of a run under the usual names.

use chrono::NaiveDate;
use deal_engine::run::{BondColumns, DealRun};
use serde_json::{Map, Value, json};

use super::phrases::Cast;

/// Returns the run as rows, at most `most` of them, as statements of bonds, and in totals.
pub(super) fn rows(run: &DealRun, cast: &Cast, most: usize) -> Value {
    let dates = 0..run.dates.len().min(most);
    let rows: Vec<Value> = dates.map(|row| self::row(run, cast, row)).collect();
    let mut answer = Map::new();
    for (columns, summary) in run.bonds.iter().zip(&run.summary.bonds) {
        let name = &columns.name;
        answer.insert(name.clone(), statement(run, columns));
        answer.insert(format!("{name}_final_balance"), json!(summary.balance));
        answer.insert(format!("{name}_wal"), json!(summary.wal));
        answer.insert(format!("{name}_residual"), json!(summary.residual));
    }
    let call = run.calls.first();
    let called = call.and_then(|call| run.dates.iter().position(|date| *date == call.date));
    answer.insert("rows".to_owned(), json!(rows));
    answer.insert("periods".to_owned(), json!(rows));
    answer.insert("fee_paid_total".to_owned(), json!(run.summary.total_fees));
    answer.insert("called".to_owned(), json!(call.is_some()));
    answer.insert("call_period".to_owned(), json!(called.map(|row| row + 1)));
    answer.insert("call_date".to_owned(), json!(call.map(|call| call.date)));
    answer.insert("exercised".to_owned(), json!(call.is_some()));
    let calls: Vec<bool> = (0..run.dates.len()).map(|row| called == Some(row)).collect();
    answer.insert("exercised_by_period".to_owned(), json!(calls));
    Value::Object(answer)
}

/// Returns the dates on which a bond was paid.
fn statement(run: &DealRun, columns: &BondColumns) -> Value {
    let paid = |row: &usize| at(&columns.interest_paid, *row) + at(&columns.principal, *row) > 0.0;
    let entry = |row: usize| {
        json!({
            "date": date(run, row),
            "period": row + 1,
            "interest": at(&columns.interest_paid, row),
            "principal": at(&columns.principal, row),
            "balance": at(&columns.balance, row),
        })
    };
    Value::Array((0..run.dates.len()).filter(paid).map(entry).collect())
}

fn row(run: &DealRun, cast: &Cast, row: usize) -> Value {
    let mut fields = Map::new();
    let mut put = |name: String, value: f64| {
        fields.insert(name, json!(value));
    };
    put("available".to_owned(), at(&run.cash.collected, row));
    put("fee".to_owned(), at(&run.cash.fees, row));
    put("residual".to_owned(), at(&run.cash.residual, row));
    for inspection in &run.inspections {
        let value = inspection.value.get(row).copied().flatten();
        put(inspection.name.clone(), value.unwrap_or(0.0));
    }
    for fee in &run.fees {
        put(format!("fee_{}", fee.name), at(&fee.paid, row));
    }
    for account in &run.accounts {
        let name = &account.name;
        put(format!("{name}_release"), at(&account.out, row));
        put(format!("{name}_draw"), at(&account.out, row));
        put(format!("{name}_topup"), at(&account.into, row));
        put(name.clone(), at(&account.balance, row));
    }
    for ledger in &run.ledgers {
        put(format!("pdl_{}", ledger.name.to_lowercase()), at(&ledger.balance, row));
    }
    for columns in &run.bonds {
        bond(columns, row, &mut put);
    }
    let single =
        cast.bonds.first().and_then(|name| run.bonds.iter().find(|bond| bond.name == *name));
    if let Some(columns) = single {
        let mut named = Map::new();
        let mut keep = |name: &str, value: f64| {
            named.insert(name.to_owned(), json!(value));
        };
        keep("rate", at(&columns.rate, row));
        keep("coupon", at(&columns.rate, row));
        keep("interest_due", at(&columns.interest_due, row));
        keep("interest_paid", at(&columns.interest_paid, row));
        keep("interest", at(&columns.interest_paid, row));
        keep("principal", at(&columns.principal, row));
        keep("balance", at(&columns.balance, row));
        keep("shortfall", at(&columns.interest_overdue, row));
        keep("deferred", at(&columns.accreted, row));
        keep("factor", at(&columns.factor, row));
        for (name, value) in named {
            fields.entry(name).or_insert(value);
        }
    }
    let flags: Vec<bool> =
        run.triggers.iter().filter_map(|one| one.active.get(row).copied()).collect();
    if let Some(active) = flags.first() {
        fields.insert("triggered".to_owned(), json!(active));
        fields.insert("breached".to_owned(), json!(active));
    }
    let called = run.calls.iter().any(|call| Some(call.date) == date(run, row));
    fields.insert("called".to_owned(), json!(called));
    fields.insert("period".to_owned(), json!(row + 1));
    fields.insert("date".to_owned(), json!(date(run, row)));
    Value::Object(fields)
}

fn bond(columns: &BondColumns, row: usize, put: &mut impl FnMut(String, f64)) {
    let name = columns.name.to_lowercase();
    let value = |column: &[f64]| at(column, row);
    let named: [(&[&str], f64); 11] = [
        (&["int", "interest", "interest_paid"], value(&columns.interest_paid)),
        (&["due", "int_due", "interest_due"], value(&columns.interest_due)),
        (&["prin", "principal"], value(&columns.principal)),
        (&["bal", "balance"], value(&columns.balance)),
        (&["rate", "coupon"], value(&columns.rate)),
        (&["shortfall", "short", "overdue", "unpaid"], value(&columns.interest_overdue)),
        (&["writedown", "write_down", "loss"], value(&columns.write_down)),
        (&["accretion", "accrual", "deferred"], value(&columns.accreted)),
        (&["carryover"], value(&columns.carryover)),
        (&["residual"], value(&columns.residual)),
        (&["factor"], value(&columns.factor)),
    ];
    for (names, value) in named {
        for prefix in names {
            put(format!("{prefix}_{name}"), value);
        }
    }
}

fn at(column: &[f64], row: usize) -> f64 {
    column.get(row).copied().unwrap_or(0.0)
}

fn date(run: &DealRun, row: usize) -> Option<NaiveDate> {
    run.dates.get(row).copied()
}

//! Divisions by what becomes zero while a deal lives.

use crate::formula::{Numbers, Writer};
use crate::model::{Binary, Deal, Expr, ObjectKind};

use super::Report;
use super::code::Code;
use super::sites::sites;

pub(super) fn check(deal: &Deal, report: &mut Report) {
    for site in sites(deal) {
        // What is inside `then` or `else` depends on a condition and is taken as guarded.
        let mut waiting = vec![&site.formula.0];
        while let Some(part) = waiting.pop() {
            let divides = match part {
                Expr::Binary(Binary::Over, left, right) => {
                    waiting.extend([&**left, &**right]);
                    runs_out(right)
                }
                Expr::Binary(_, left, right) => {
                    waiting.extend([&**left, &**right]);
                    false
                }
                Expr::Unary(_, operand) => {
                    waiting.push(operand);
                    false
                }
                Expr::If(condition, ..) => {
                    waiting.push(condition);
                    false
                }
                Expr::Function { name, arguments } => {
                    waiting.extend(arguments);
                    matches!(name.as_str(), "oc" | "ic")
                }
                Expr::Table(of, rows) => {
                    waiting.push(of);
                    waiting.extend(rows.iter().map(|(_, value)| value));
                    false
                }
                _ => false,
            };
            if divides {
                let mut writer = Writer::new(Numbers::Plain);
                writer.expression(part);
                report.add_with(
                    Code::UnguardedDivision,
                    &site.path,
                    format!("`{}` stops the run once what it divides by is zero", writer.finish()),
                    "guard it: `if … > 0 then … else …`".to_owned(),
                );
            }
        }
    }
}

/// Balances that are repaid, and what is due on them.
fn runs_out(divisor: &Expr) -> bool {
    let Expr::Field { object, field, .. } = divisor else { return false };
    match object.kind {
        ObjectKind::Pool | ObjectKind::Bond | ObjectKind::Bonds => {
            matches!(field.as_str(), "balance" | "due_interest" | "interest" | "principal")
        }
        _ => false,
    }
}

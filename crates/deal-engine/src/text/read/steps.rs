//! The steps of waterfalls.

use crate::formula::{Symbol, TokenKind};
use crate::model::{Action, Formula, Step};
use crate::text::FaultCode;
use crate::text::cursor::{Cursor, Read, Reader, Slip};
use crate::text::lines::Line;
use crate::text::words::STEP_CLAUSES;

use super::actions;

/// Reads steps. A step that cannot be read costs only itself.
pub(super) fn steps(lines: &[Line<'_>], pointer: &str, reader: &mut Reader<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // Whether the line above is an `if` that still may have an `else`.
    let mut open = false;
    for line in lines {
        if begins(line, "else") {
            let at = format!("{pointer}/{}", steps.len().saturating_sub(1));
            otherwise(line, steps.last_mut().filter(|_| open), &at, reader);
            open = false;
            continue;
        }
        open = begins(line, "if");
        let at = format!("{pointer}/{}", steps.len());
        reader.mark(&at, line.start(), line.end());
        match step(line, &at, reader) {
            Ok(step) => steps.push(step),
            Err(slip) => {
                open = false;
                reader.report(slip);
            }
        }
    }
    steps
}

fn begins(line: &Line<'_>, word: &str) -> bool {
    matches!(line.tokens.first().map(|token| &token.kind), Some(TokenKind::Word(first)) if first.eq_ignore_ascii_case(word))
}

/// The lines inside an `else` belong to the `if` above it.
fn otherwise(line: &Line<'_>, of: Option<&mut Step>, pointer: &str, reader: &mut Reader<'_>) {
    let mut cursor = Cursor::new(reader, &line.tokens);
    cursor.takes("else");
    cursor.takes_symbol(Symbol::Colon);
    cursor.finish();
    let pointer = format!("{pointer}/action/otherwise");
    let read = steps(&line.inside, &pointer, reader);
    if let Some(Action::If { otherwise, .. }) = of.map(|step| &mut step.action) {
        *otherwise = read;
        return;
    }
    let message = "there is no `if` above this `else`".to_owned();
    reader.report(Slip::new(FaultCode::Expected, line.start(), line.end(), message));
}

fn step(line: &Line<'_>, pointer: &str, reader: &mut Reader<'_>) -> Read<Step> {
    let is_if = begins(line, "if");
    let tokens = if is_if { line.tokens.clone() } else { line.joined() };
    let action_at = format!("{pointer}/action");
    let mut cursor = Cursor::new(reader, &tokens);
    let mut action = actions::action(&mut cursor, &action_at)?;
    let mut clauses = Clauses { limit: None, keep: None, support: None, when: None, label: None };
    cursor.clauses(&STEP_CLAUSES, |cursor| clauses.clause(cursor, pointer, &mut action));
    if let Action::If { then, .. } = &mut action {
        *then = steps(&line.inside, &format!("{action_at}/then"), reader);
    }
    Ok(Step {
        label: clauses.label,
        when: clauses.when,
        action,
        limit: clauses.limit,
        keep: clauses.keep,
        support: clauses.support.unwrap_or_default(),
    })
}

struct Clauses {
    limit: Option<Formula>,
    keep: Option<Formula>,
    support: Option<Vec<String>>,
    when: Option<Formula>,
    label: Option<String>,
}

impl Clauses {
    fn clause(
        &mut self,
        cursor: &mut Cursor<'_, '_, '_>,
        pointer: &str,
        action: &mut Action,
    ) -> Read<bool> {
        let from = cursor.position();
        let at = |field: &str| format!("{pointer}/{field}");
        if cursor.takes("limit") {
            let formula = cursor.formula(&at("limit"))?;
            cursor.put(&mut self.limit, formula, from)?;
        } else if cursor.takes("keep") {
            let formula = cursor.formula(&at("keep"))?;
            cursor.put(&mut self.keep, formula, from)?;
        } else if cursor.takes("when") {
            let formula = cursor.formula(&at("when"))?;
            cursor.put(&mut self.when, formula, from)?;
        } else if cursor.takes("support") {
            let names = cursor.names("an account", &at("support"))?;
            cursor.put(&mut self.support, names, from)?;
        } else if cursor.takes("label") {
            let label = cursor.marked_name("the step", &at("label"))?;
            cursor.put(&mut self.label, label, from)?;
        } else {
            return of_action(cursor, action, &at("action"), from);
        }
        Ok(true)
    }
}

/// A clause that only one action has.
fn of_action(
    cursor: &mut Cursor<'_, '_, '_>,
    action: &mut Action,
    pointer: &str,
    from: usize,
) -> Read<bool> {
    match action {
        Action::Collect { share, .. } if cursor.takes("share") => {
            let formula = cursor.formula(&format!("{pointer}/share"))?;
            cursor.put(share, formula, from)?;
        }
        Action::Buy { price, .. } if cursor.takes("price") => {
            let formula = cursor.formula(&format!("{pointer}/price"))?;
            cursor.put(price, formula, from)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

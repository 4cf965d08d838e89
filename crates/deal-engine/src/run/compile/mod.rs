//! From names to positions.
//!
//! | module | decides |
//! |---|---|
//! | `names` | which position a name has |
//! | `formulas` | which nodes a formula becomes |
//! | `circles` | that definitions end |
//! | `objects` | bonds, fees, accounts, triggers, tests, calls |
//! | `steps` | steps |

mod circles;
mod formulas;
mod names;
mod objects;
mod steps;

use self::names::Names;
use super::program::{Accrual, CompiledFormula, FormulaId, ListId, Node, NodeId, Program};
use super::slots::Slots;
use super::{Inputs, RunError, Timeline};
use crate::model::{Deal, Formula};

/// What grows while a deal is compiled.
struct Compiler<'d> {
    deal: &'d Deal,
    names: Names<'d>,
    nodes: Vec<Node>,
    lists: Vec<Vec<usize>>,
    formulas: Vec<CompiledFormula<'d>>,
    accruals: Vec<Accrual>,
    places: Vec<String>,
    inspections: Vec<String>,
}

/// Compiles a deal.
pub(super) fn compile<'d>(deal: &'d Deal, inputs: &Inputs) -> Result<Program<'d>, RunError> {
    if deal.accounts.is_empty() {
        return Err(RunError::NoAccount);
    }
    let mut compiler = Compiler {
        deal,
        names: Names::new(deal),
        nodes: Vec::new(),
        lists: Vec::new(),
        formulas: Vec::new(),
        accruals: Vec::new(),
        places: Vec::new(),
        inspections: Vec::new(),
    };
    let timeline = Timeline::new(&deal.dates)?;
    let variables = compiler.variables()?;
    let (accounts, accounts_spare) = compiler.accounts()?;
    let ledger_caps = compiler.ledger_caps()?;
    let (fees, fees_spare) = compiler.fees()?;
    let (bonds, bonds_spare) = compiler.bonds(inputs)?;
    let (tests, tests_spare) = compiler.tests()?;
    let (triggers, triggers_spare) = compiler.triggers()?;
    let calls = compiler.calls()?;
    let waterfalls = compiler.waterfalls()?;
    let program = Program {
        deal,
        timeline,
        pools: compiler.names.pools.iter().map(|name| (*name).to_owned()).collect(),
        nodes: compiler.nodes,
        lists: compiler.lists,
        formulas: compiler.formulas,
        variables,
        accounts: Slots::new(accounts, accounts_spare),
        ledger_caps: Slots::new(ledger_caps, None),
        fees: Slots::new(fees, fees_spare),
        bonds: Slots::new(bonds, bonds_spare),
        triggers: Slots::new(triggers, triggers_spare),
        tests: Slots::new(tests, tests_spare),
        calls,
        waterfalls,
        accruals: compiler.accruals,
        places: compiler.places,
        inspections: compiler.inspections,
    };
    circles::refuse(&program)?;
    Ok(program)
}

impl<'d> Compiler<'d> {
    fn node(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn list(&mut self, positions: Vec<usize>) -> ListId {
        self.lists.push(positions);
        self.lists.len() - 1
    }

    /// Compiles a formula that stands at `pointer`.
    fn formula(&mut self, formula: &'d Formula, pointer: &str) -> Result<FormulaId, RunError> {
        let root = self.expression(&formula.0, pointer)?;
        self.formulas.push(CompiledFormula { root, pointer: pointer.to_owned(), formula });
        Ok(self.formulas.len() - 1)
    }

    fn optional(
        &mut self,
        formula: Option<&'d Formula>,
        pointer: &str,
    ) -> Result<Option<FormulaId>, RunError> {
        formula.map(|formula| self.formula(formula, pointer)).transpose()
    }

    fn accrual(&mut self, accrual: Accrual) -> usize {
        let known = self.accruals.iter().position(|known| *known == accrual);
        known.unwrap_or_else(|| {
            self.accruals.push(accrual);
            self.accruals.len() - 1
        })
    }
}

//! That definitions end.

use crate::run::RunError;
use crate::run::program::{AccountField, EffectPlan, Node, NodeId, Program};

/// The most levels of formulas within formulas, variables and targets included.
const DEEPEST: u32 = 1_000;

/// Something whose value is a formula of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    Variable(usize),
    Target(usize),
    Test(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    Open,
    Done(u32),
}

struct Search<'a> {
    program: &'a Program<'a>,
    marks: Vec<Mark>,
}

/// Refuses definitions that lead back to themselves.
pub(super) fn refuse(program: &Program<'_>) -> Result<(), RunError> {
    let (variables, accounts) = (program.variables.len(), program.accounts.len());
    let count = variables + accounts + program.tests.len();
    let mut search = Search { program, marks: vec![Mark::Unseen; count] };
    let all = (0..variables).map(Definition::Variable);
    let all = all.chain((0..accounts).map(Definition::Target));
    for definition in all.chain((0..program.tests.len()).map(Definition::Test)) {
        search.definition(definition, 0)?;
    }
    Ok(())
}

impl Search<'_> {
    /// Returns the levels below a definition.
    fn definition(&mut self, of: Definition, above: u32) -> Result<u32, RunError> {
        match self.mark(of) {
            Mark::Done(levels) if above + levels <= DEEPEST => return Ok(levels),
            Mark::Unseen if above <= DEEPEST => {}
            _ => return Err(self.circle(of)),
        }
        self.set(of, Mark::Open);
        let mut levels = 0;
        for root in self.roots(of) {
            levels = levels.max(self.node(root, above + 1)? + 1);
        }
        self.set(of, Mark::Done(levels));
        Ok(levels)
    }

    fn node(&mut self, node: NodeId, above: u32) -> Result<u32, RunError> {
        let Some(found) = self.program.nodes.get(node).copied() else { return Ok(0) };
        let below: Vec<NodeId> = match found {
            Node::Variable(position) => {
                return self.definition(Definition::Variable(position), above + 1);
            }
            Node::Account(account, AccountField::Target | AccountField::Shortfall) => {
                return self.definition(Definition::Target(account), above + 1);
            }
            Node::TestValue(test) | Node::TestPassed(test) | Node::TestCure(test) => {
                return self.definition(Definition::Test(test), above + 1);
            }
            Node::Speed { months: inner, .. }
            | Node::Unary(_, inner)
            | Node::Absolute(inner)
            | Node::Round(inner, None) => vec![inner],
            Node::Binary(_, left, right)
            | Node::Years(left, right)
            | Node::Round(left, Some(right)) => vec![left, right],
            Node::If(condition, then, otherwise) => vec![condition, then, otherwise],
            Node::Least(list) | Node::Greatest(list) => self.program.list(list).to_vec(),
            Node::Table(key, list) => {
                std::iter::once(key).chain(self.program.list(list).iter().copied()).collect()
            }
            _ => return Ok(0),
        };
        let mut levels = 0;
        for inner in below {
            levels = levels.max(self.node(inner, above + 1)? + 1);
        }
        Ok(levels)
    }

    /// Returns the formulas that a definition can stand for.
    fn roots(&self, of: Definition) -> Vec<NodeId> {
        let program = self.program;
        let formulas: Vec<usize> = match of {
            Definition::Variable(position) => {
                return program.variables.get(position).copied().into_iter().collect();
            }
            Definition::Target(account) => {
                let effects = program.triggers.iter().flat_map(|trigger| &trigger.effects);
                let replaced = effects.filter_map(|effect| match effect {
                    EffectPlan::ReserveTarget { account: of, target } if *of == account => {
                        Some(*target)
                    }
                    _ => None,
                });
                program.accounts.at(account).target.into_iter().chain(replaced).collect()
            }
            Definition::Test(test) => {
                let test = program.tests.at(test);
                test.numerator.into_iter().chain([test.threshold]).collect()
            }
        };
        let root = |formula: usize| program.formulas.get(formula).map(|formula| formula.root);
        formulas.into_iter().filter_map(root).collect()
    }

    fn position(&self, of: Definition) -> usize {
        let (variables, accounts) = (self.program.variables.len(), self.program.accounts.len());
        match of {
            Definition::Variable(position) => position,
            Definition::Target(position) => variables + position,
            Definition::Test(position) => variables + accounts + position,
        }
    }

    fn mark(&self, of: Definition) -> Mark {
        self.marks.get(self.position(of)).copied().unwrap_or(Mark::Done(0))
    }

    fn set(&mut self, of: Definition, mark: Mark) {
        let position = self.position(of);
        if let Some(place) = self.marks.get_mut(position) {
            *place = mark;
        }
    }

    fn circle(&self, of: Definition) -> RunError {
        let deal = self.program.deal;
        let (name, pointer) = match of {
            Definition::Variable(position) => {
                let found = deal.variables.get(position).map(|variable| &variable.name);
                (found, format!("/variables/{position}/value"))
            }
            Definition::Target(position) => {
                let found = deal.accounts.get(position).map(|account| &account.name);
                (found, format!("/accounts/{position}/target"))
            }
            Definition::Test(position) => {
                let found = deal.tests.get(position).map(|test| &test.name);
                (found, format!("/tests/{position}"))
            }
        };
        RunError::Circle { name: name.cloned().unwrap_or_default(), pointer }
    }
}

//! Which nodes a formula becomes.

use chrono::Datelike;

use super::Compiler;
use crate::model::{Expr, Object, ObjectKind};
use crate::run::RunError;
use crate::run::program::{AccountField, BondField, Node, NodeId, PoolField};
use crate::run::slots::Kind;

impl<'d> Compiler<'d> {
    /// Compiles an expression of the formula at `pointer`.
    pub(super) fn expression(&mut self, of: &'d Expr, pointer: &str) -> Result<NodeId, RunError> {
        let node = match of {
            Expr::Number(value) => Node::Number(*value),
            Expr::Percent(value) => Node::Number(value / 100.0),
            Expr::Bool(value) => Node::Number(f64::from(u8::from(*value))),
            Expr::Date(date) => Node::Number(f64::from(date.num_days_from_ce())),
            Expr::Name(name) => self.name(name, pointer)?,
            Expr::Field { object, field, arguments } => {
                self.field(object, field, arguments, pointer)?
            }
            Expr::Function { name, arguments } => self.function(name, arguments, pointer)?,
            Expr::Text(text) => return Err(incomputable(text, pointer)),
            Expr::Unary(operator, inner) => {
                Node::Unary(*operator, self.expression(inner, pointer)?)
            }
            Expr::Binary(operator, left, right) => {
                let left = self.expression(left, pointer)?;
                Node::Binary(*operator, left, self.expression(right, pointer)?)
            }
            Expr::If(condition, then, otherwise) => {
                let condition = self.expression(condition, pointer)?;
                let then = self.expression(then, pointer)?;
                Node::If(condition, then, self.expression(otherwise, pointer)?)
            }
            Expr::Table(key, rows) => {
                let key = self.expression(key, pointer)?;
                let mut nodes = Vec::with_capacity(rows.len() * 2);
                for (from, value) in rows {
                    nodes.push(self.node(Node::Number(*from)));
                    nodes.push(self.expression(value, pointer)?);
                }
                Node::Table(key, self.list(nodes))
            }
        };
        Ok(self.node(node))
    }

    fn name(&self, name: &str, pointer: &str) -> Result<Node, RunError> {
        if let Some(variable) = self.names.known(Kind::Variable, name) {
            return Ok(Node::Variable(variable));
        }
        match name {
            "period" => Ok(Node::Period),
            "date" => Ok(Node::Date),
            _ => self.names.find(Kind::Variable, name, pointer).map(Node::Variable),
        }
    }

    fn function(
        &mut self,
        name: &str,
        arguments: &'d [Expr],
        pointer: &str,
    ) -> Result<Node, RunError> {
        if matches!(name, "oc" | "ic") {
            let names: Vec<String> = arguments.iter().filter_map(text).collect();
            let bonds = self.bonds_or_all(&names, pointer)?;
            let interest = name == "ic";
            return Ok(if interest {
                Node::InterestCoverage(bonds)
            } else {
                Node::Overcollateralization(bonds)
            });
        }
        let nodes = arguments
            .iter()
            .map(|argument| self.expression(argument, pointer))
            .collect::<Result<Vec<NodeId>, RunError>>()?;
        match (name, nodes.as_slice()) {
            ("min", [_, ..]) => Ok(Node::Least(self.list(nodes))),
            ("max", [_, ..]) => Ok(Node::Greatest(self.list(nodes))),
            ("abs", [value]) => Ok(Node::Absolute(*value)),
            ("round", [value]) => Ok(Node::Round(*value, None)),
            ("round", [value, places]) => Ok(Node::Round(*value, Some(*places))),
            ("years", [from, to]) => Ok(Node::Years(*from, *to)),
            _ => Err(incomputable(name, pointer)),
        }
    }

    fn field(
        &mut self,
        object: &Object,
        field: &str,
        arguments: &'d [Expr],
        pointer: &str,
    ) -> Result<Node, RunError> {
        let refused = || incomputable(field, pointer);
        let first = object.names.first().map(String::as_str);
        let one = |kind: Kind| {
            let name = first.ok_or_else(|| incomputable(field, pointer))?;
            self.names.find(kind, name, pointer)
        };
        match object.kind {
            ObjectKind::Pool => {
                let pool = self.names.pool(first, pointer)?;
                if let (defaults @ ("cpr" | "cdr"), [months]) = (field, arguments) {
                    let months = self.expression(months, pointer)?;
                    return Ok(Node::Speed { pool, defaults: defaults == "cdr", months });
                }
                pool_field(field).map(|field| Node::Pool(pool, field)).ok_or_else(refused)
            }
            ObjectKind::Bond | ObjectKind::Bonds => {
                let bonds = self.bonds_or_all(&object.names, pointer)?;
                bond_field(field).map(|field| Node::Bonds(bonds, field)).ok_or_else(refused)
            }
            ObjectKind::Account => {
                let account = one(Kind::Account)?;
                let field = match field {
                    "balance" => AccountField::Balance,
                    "target" => AccountField::Target,
                    "shortfall" => AccountField::Shortfall,
                    _ => return Err(refused()),
                };
                Ok(Node::Account(account, field))
            }
            ObjectKind::Fee => match field {
                "due" => one(Kind::Fee).map(Node::FeeDue),
                "paid" => one(Kind::Fee).map(Node::FeePaid),
                _ => Err(refused()),
            },
            ObjectKind::Ledger => match field {
                "balance" => one(Kind::Ledger).map(Node::Ledger),
                _ => Err(refused()),
            },
            ObjectKind::Trigger => match field {
                "breached" => one(Kind::Trigger).map(Node::TriggerActive),
                "value" => one(Kind::Trigger).map(Node::TriggerValue),
                _ => Err(refused()),
            },
            ObjectKind::Test => match field {
                "value" => one(Kind::Test).map(Node::TestValue),
                "passed" => one(Kind::Test).map(Node::TestPassed),
                "cure" => one(Kind::Test).map(Node::TestCure),
                _ => Err(refused()),
            },
        }
    }

    /// Returns the list of the named bonds; of all bonds if none is named.
    pub(super) fn bonds_or_all(
        &mut self,
        names: &[String],
        pointer: &str,
    ) -> Result<usize, RunError> {
        let bonds = if names.is_empty() {
            (0..self.deal.bonds.len()).collect()
        } else {
            self.names.bonds(names, pointer)?
        };
        Ok(self.list(bonds))
    }
}

fn text(argument: &Expr) -> Option<String> {
    match argument {
        Expr::Text(name) => Some(name.clone()),
        _ => None,
    }
}

fn incomputable(what: &str, pointer: &str) -> RunError {
    RunError::UnknownFormula { what: what.to_owned(), pointer: pointer.to_owned() }
}

fn pool_field(name: &str) -> Option<PoolField> {
    Some(match name {
        "balance" => PoolField::Balance,
        "begin_balance" => PoolField::BeginBalance,
        "original_balance" => PoolField::OriginalBalance,
        "factor" => PoolField::Factor,
        "interest" => PoolField::Interest,
        "principal" => PoolField::Principal,
        "prepayment" => PoolField::Prepayment,
        "recovery" => PoolField::Recovery,
        "penalty" => PoolField::Penalty,
        "default" => PoolField::Default,
        "loss" => PoolField::Loss,
        "cum_default" => PoolField::CumDefault,
        "cum_loss" => PoolField::CumLoss,
        "cum_net_loss" => PoolField::CumNetLoss,
        "cum_recovery" => PoolField::CumRecovery,
        "net_wac" => PoolField::NetWac,
        "wac" => PoolField::Wac,
        _ => return None,
    })
}

fn bond_field(name: &str) -> Option<BondField> {
    Some(match name {
        "balance" => BondField::Balance,
        "begin_balance" => BondField::BeginBalance,
        "original_balance" => BondField::OriginalBalance,
        "factor" => BondField::Factor,
        "rate" => BondField::Rate,
        "due_interest" => BondField::DueInterest,
        "overdue_interest" => BondField::OverdueInterest,
        "paid_interest" => BondField::PaidInterest,
        "paid_principal" => BondField::PaidPrincipal,
        "planned_balance" => BondField::PlannedBalance,
        "deferred" => BondField::Deferred,
        "carryover" => BondField::Carryover,
        "written_down" => BondField::WrittenDown,
        _ => return None,
    })
}

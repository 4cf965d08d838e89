//! Which position a name has.

use std::collections::HashMap;

use crate::model::Deal;
use crate::run::RunError;
use crate::run::program::unknown;
use crate::run::slots::Kind;

/// The pool of a deal that names none.
const ONLY_POOL: &str = "pool";

/// The names of a deal.
pub(super) struct Names<'d> {
    pub(super) pools: Vec<&'d str>,
    positions: HashMap<(Kind, &'d str), usize>,
    /// Bonds by group.
    groups: HashMap<&'d str, Vec<usize>>,
}

impl<'d> Names<'d> {
    pub(super) fn new(deal: &'d Deal) -> Self {
        let mut pools: Vec<&str> = deal.pools.iter().map(|pool| pool.name.as_str()).collect();
        if pools.is_empty() {
            pools.push(ONLY_POOL);
        }
        let mut names = Self { pools, positions: HashMap::new(), groups: HashMap::new() };
        let pools = names.pools.clone();
        names.add(Kind::Pool, pools.into_iter());
        names.add(Kind::Account, deal.accounts.iter().map(|account| account.name.as_str()));
        names.add(Kind::Ledger, deal.ledgers.iter().map(|ledger| ledger.name.as_str()));
        names.add(Kind::Fee, deal.fees.iter().map(|fee| fee.name.as_str()));
        names.add(Kind::Bond, deal.bonds.iter().map(|bond| bond.name.as_str()));
        names.add(Kind::Variable, deal.variables.iter().map(|variable| variable.name.as_str()));
        names.add(Kind::Trigger, deal.triggers.iter().map(|trigger| trigger.name.as_str()));
        names.add(Kind::Test, deal.tests.iter().map(|test| test.name.as_str()));
        for (position, bond) in deal.bonds.iter().enumerate() {
            if let Some(group) = &bond.group {
                names.groups.entry(group.as_str()).or_default().push(position);
            }
        }
        names
    }

    fn add(&mut self, kind: Kind, names: impl Iterator<Item = &'d str>) {
        for (position, name) in names.enumerate() {
            self.positions.entry((kind, name)).or_insert(position);
        }
    }

    /// Returns the position of a name, if there is such an object.
    pub(super) fn known(&self, kind: Kind, name: &str) -> Option<usize> {
        self.positions.get(&(kind, name)).copied()
    }

    pub(super) fn find(&self, kind: Kind, name: &str, pointer: &str) -> Result<usize, RunError> {
        self.known(kind, name).ok_or_else(|| unknown(kind, name, pointer))
    }

    /// Returns the pool of a name; the only one without a name.
    pub(super) fn pool(
        &self,
        name: Option<&str>,
        pointer: &str,
    ) -> Result<Option<usize>, RunError> {
        name.map(|name| self.find(Kind::Pool, name, pointer)).transpose()
    }

    /// Returns bonds named one by one or by their group, each once.
    pub(super) fn bonds(&self, names: &[String], pointer: &str) -> Result<Vec<usize>, RunError> {
        let mut found = Vec::new();
        for name in names {
            let one = self.known(Kind::Bond, name);
            let many = self.groups.get(name.as_str()).cloned();
            let positions = one.map(|position| vec![position]).or(many);
            for position in positions.ok_or_else(|| unknown(Kind::Bond, name, pointer))? {
                if !found.contains(&position) {
                    found.push(position);
                }
            }
        }
        Ok(found)
    }

    /// Returns objects named one by one, each once.
    pub(super) fn several(
        &self,
        kind: Kind,
        names: &[String],
        pointer: &str,
    ) -> Result<Vec<usize>, RunError> {
        let mut found = Vec::new();
        for name in names {
            let position = self.find(kind, name, pointer)?;
            if !found.contains(&position) {
                found.push(position);
            }
        }
        Ok(found)
    }
}

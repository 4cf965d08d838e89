//! Which names exist.

use crate::formula::nearest;
use crate::model::{Deal, ObjectKind};

/// The name of the pool of a deal that names none.
pub(crate) const ONLY_POOL: &str = "pool";

/// The names of a deal's parts, in the deal's order.
pub(crate) struct Index<'d> {
    pub(crate) pools: Vec<&'d str>,
    pub(crate) accounts: Vec<&'d str>,
    pub(crate) ledgers: Vec<&'d str>,
    pub(crate) fees: Vec<&'d str>,
    pub(crate) bonds: Vec<&'d str>,
    /// The group of each bond.
    groups: Vec<Option<&'d str>>,
    pub(crate) variables: Vec<&'d str>,
    pub(crate) triggers: Vec<&'d str>,
    pub(crate) tests: Vec<&'d str>,
}

impl<'d> Index<'d> {
    pub(crate) fn new(deal: &'d Deal) -> Self {
        let pools = if deal.pools.is_empty() {
            vec![ONLY_POOL]
        } else {
            deal.pools.iter().map(|pool| pool.name.as_str()).collect()
        };
        Self {
            pools,
            accounts: deal.accounts.iter().map(|account| account.name.as_str()).collect(),
            ledgers: deal.ledgers.iter().map(|ledger| ledger.name.as_str()).collect(),
            fees: deal.fees.iter().map(|fee| fee.name.as_str()).collect(),
            bonds: deal.bonds.iter().map(|bond| bond.name.as_str()).collect(),
            groups: deal.bonds.iter().map(|bond| bond.group.as_deref()).collect(),
            variables: deal.variables.iter().map(|variable| variable.name.as_str()).collect(),
            triggers: deal.triggers.iter().map(|trigger| trigger.name.as_str()).collect(),
            tests: deal.tests.iter().map(|test| test.name.as_str()).collect(),
        }
    }

    /// The names of one kind.
    pub(crate) fn of(&self, kind: ObjectKind) -> &[&'d str] {
        match kind {
            ObjectKind::Pool => &self.pools,
            ObjectKind::Bond | ObjectKind::Bonds => &self.bonds,
            ObjectKind::Account => &self.accounts,
            ObjectKind::Fee => &self.fees,
            ObjectKind::Ledger => &self.ledgers,
            ObjectKind::Trigger => &self.triggers,
            ObjectKind::Test => &self.tests,
        }
    }

    /// The positions of the bonds that a name means: a bond, or all of a group.
    pub(crate) fn bonds_called(&self, name: &str) -> Vec<usize> {
        if let Some(position) = self.bonds.iter().position(|bond| *bond == name) {
            return vec![position];
        }
        let members = self.groups.iter().enumerate();
        members.filter(|(_, group)| **group == Some(name)).map(|(position, _)| position).collect()
    }

    /// The positions of the bonds that names mean, in the order of the names.
    pub(crate) fn bonds_of(&self, names: &[String]) -> Vec<usize> {
        names.iter().flat_map(|name| self.bonds_called(name)).collect()
    }

    /// The groups, each once.
    pub(crate) fn groups(&self) -> Vec<&'d str> {
        let mut groups: Vec<&str> = self.groups.iter().flatten().copied().collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// What to write instead of a name that does not exist.
    pub(crate) fn suggestion(name: &str, known: &[&str]) -> Option<String> {
        if known.is_empty() {
            return None;
        }
        if let Some(known) = nearest(name, known.iter().copied()) {
            return Some(format!("did you mean \"{known}\"?"));
        }
        let shown: Vec<String> = known.iter().take(8).map(|name| format!("\"{name}\"")).collect();
        let more = if known.len() > shown.len() { " and others" } else { "" };
        Some(format!("there is {}{more}", shown.join(", ")))
    }
}

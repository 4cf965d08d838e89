//! Lists whose positions were handed out when the deal was compiled.

use std::fmt;

/// A kind of object that has names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A pool.
    Pool,
    /// An account.
    Account,
    /// A ledger.
    Ledger,
    /// A fee.
    Fee,
    /// A bond or a group of bonds.
    Bond,
    /// A variable.
    Variable,
    /// A trigger.
    Trigger,
    /// A coverage test.
    Test,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Pool => "pool",
            Self::Account => "account",
            Self::Ledger => "ledger",
            Self::Fee => "fee",
            Self::Bond => "bond",
            Self::Variable => "variable",
            Self::Trigger => "trigger",
            Self::Test => "test",
        })
    }
}

/// A list that is only asked for positions it has. Any other position finds the spare item, so that
/// no mistake of the compiler can stop a run.
#[derive(Debug, Clone)]
pub(super) struct Slots<T> {
    items: Vec<T>,
    spare: T,
}

impl<T> Slots<T> {
    pub(super) fn new(items: Vec<T>, spare: T) -> Self {
        Self { items, spare }
    }

    pub(super) fn at(&self, position: usize) -> &T {
        self.items.get(position).unwrap_or(&self.spare)
    }

    pub(super) fn at_mut(&mut self, position: usize) -> &mut T {
        match self.items.get_mut(position) {
            Some(item) => item,
            None => &mut self.spare,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    pub(super) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
}

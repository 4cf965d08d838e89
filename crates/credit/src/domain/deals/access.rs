//! Who may do what with a deal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What one may do with a deal; each level includes those before it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = DealPermission)]
pub enum Permission {
    /// Look, run, clone, export.
    Read,
    /// Change what it says.
    Edit,
    /// Share, publish, delete.
    Admin,
    /// Everything, for ever.
    Owner,
}

/// What the decision depends on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claim {
    /// Whether the caller owns the deal.
    pub is_owner: bool,
    /// Whether the caller administers the service for the tenant of the deal.
    pub is_tenant_admin: bool,
    /// What was granted to the caller.
    pub granted: Option<Permission>,
    /// Whether everybody may look.
    pub is_public: bool,
}

impl Permission {
    /// The name in the API and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Edit => "edit",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads a stored level.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Read, Self::Edit, Self::Admin, Self::Owner].into_iter().find(|p| p.name() == name)
    }
}

impl Claim {
    /// The highest level that anything gives; `None` means the deal does not exist for the caller.
    #[must_use]
    pub fn permission(self) -> Option<Permission> {
        if self.is_owner {
            return Some(Permission::Owner);
        }
        let own = self.is_tenant_admin.then_some(Permission::Admin);
        let public = self.is_public.then_some(Permission::Read);
        [own, self.granted, public].into_iter().flatten().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_level_counts_and_without_any_there_is_nothing() {
        let nobody = Claim::default();
        let cases = [
            (nobody, None),
            (Claim { is_public: true, ..nobody }, Some(Permission::Read)),
            (
                Claim { is_public: true, granted: Some(Permission::Edit), ..nobody },
                Some(Permission::Edit),
            ),
            (
                Claim { is_tenant_admin: true, granted: Some(Permission::Read), ..nobody },
                Some(Permission::Admin),
            ),
            (Claim { is_owner: true, ..nobody }, Some(Permission::Owner)),
        ];
        for (claim, expected) in cases {
            assert_eq!(claim.permission(), expected, "{claim:?}");
        }
    }
}

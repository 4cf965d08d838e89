//! What the operations ask of their caller.

use platform::auth::{Access, AccessTable, Role};

/// One row an operation.
pub(crate) const ACCESS: AccessTable = &[
    ("list_asset_classes", Access::Role(Role::Viewer)),
    ("find_assumption_defaults", Access::Role(Role::Viewer)),
    ("validate_pool", Access::Role(Role::Viewer)),
    ("analyze_pool", Access::Role(Role::Operator)),
    ("analyze_pool_async", Access::Role(Role::Operator)),
    ("list_pools", Access::Role(Role::Viewer)),
    ("create_pool", Access::Role(Role::Operator)),
    ("find_pool", Access::Role(Role::Viewer)),
    ("update_pool", Access::Role(Role::Operator)),
    ("delete_pool", Access::Role(Role::Operator)),
    ("create_pool_actuals", Access::Role(Role::Operator)),
    ("find_pool_stats", Access::Role(Role::Viewer)),
    ("list_pool_assets", Access::Role(Role::Viewer)),
    ("import_tape", Access::Role(Role::Operator)),
    ("import_pool_tape", Access::Role(Role::Operator)),
    ("list_tape_issues", Access::Role(Role::Viewer)),
    ("resolve_tape_issues", Access::Role(Role::Operator)),
    ("list_tape_mappings", Access::Role(Role::Viewer)),
    ("create_tape_mapping", Access::Role(Role::Operator)),
    ("delete_tape_mapping", Access::Role(Role::Operator)),
    ("create_pool_run", Access::Role(Role::Operator)),
    ("list_pool_runs", Access::Role(Role::Viewer)),
    ("list_runs", Access::Role(Role::Viewer)),
    ("find_run", Access::Role(Role::Viewer)),
    ("delete_run", Access::Role(Role::Operator)),
    ("export_run", Access::Role(Role::Viewer)),
];

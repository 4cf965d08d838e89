//! What each operation asks of its caller.

use platform::auth::{Access, AccessTable, Role};

/// One row an operation. Signing out is public because it must work when the session has expired;
/// its handler looks at the credentials itself.
pub(crate) const ACCESS: AccessTable = &[
    ("login", Access::Public),
    ("issue_token", Access::Public),
    ("refresh_session", Access::Public),
    ("refresh_session_v1", Access::Public),
    ("logout", Access::Public),
    ("logout_v1", Access::Public),
    ("find_me", Access::SignedIn),
    ("find_me_v1", Access::SignedIn),
    ("change_password", Access::SignedIn),
    ("list_sessions", Access::SignedIn),
    ("delete_session", Access::SignedIn),
    ("list_api_keys", Access::SignedIn),
    ("create_api_key", Access::SignedIn),
    ("delete_api_key", Access::SignedIn),
    ("register_user", Access::Role(Role::Admin)),
    ("list_users", Access::Role(Role::Admin)),
    ("create_user", Access::Role(Role::Admin)),
    ("find_user", Access::Role(Role::Admin)),
    ("update_user", Access::Role(Role::Admin)),
    ("delete_user", Access::Role(Role::Admin)),
    ("reset_user_password", Access::Role(Role::Admin)),
    ("list_audit_entries", Access::Role(Role::Auditor)),
    ("verify_audit_chain", Access::Role(Role::Auditor)),
];

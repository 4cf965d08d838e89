//! What each operation asks of its caller.

use platform::auth::{Access, AccessTable, Role};

pub(crate) const ACCESS: AccessTable = &[
    ("list_backend_logs", Access::Role(Role::Viewer)),
    ("summarize_backend_logs", Access::Role(Role::Viewer)),
    ("export_backend_logs", Access::Role(Role::Viewer)),
    ("tail_backend_logs", Access::Role(Role::Viewer)),
    // The key of the header, or a signed-in caller: the handler looks.
    ("create_log_batch", Access::Optional),
    ("list_frontend_logs", Access::Role(Role::Admin)),
    ("update_log_level", Access::Role(Role::Admin)),
];

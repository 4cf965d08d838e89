//! The names of what this service counts.

/// Sign-ins, by `result`: `ok`, `wrong`, `locked`, `inactive`, `busy`.
pub const LOGINS: &str = "accounts_logins_total";
/// Exchanges of refresh tokens, by `result`: `ok`, `invalid`, `superseded`, `reused`.
pub const REFRESHES: &str = "accounts_refreshes_total";
/// Credentials that were looked at, by `credential` and `result`.
pub const CREDENTIALS: &str = "accounts_credentials_total";
/// Looks into the database for a session, key or person that was not in memory, by `credential`.
pub const IDENTITY_LOADS: &str = "accounts_identity_loads_total";
/// Time to compute one password hash, without the wait for a turn.
pub const HASH_SECONDS: &str = "accounts_password_hash_seconds";
/// Entries added to the audit chain, by `action`.
pub const AUDIT_ENTRIES: &str = "accounts_audit_entries_total";
/// Sessions that ended and people and keys whose rights changed, by `reason`.
pub const IDENTITY_CHANGES: &str = "accounts_identity_changes_total";
/// Rows that the purge removed, by `table`.
pub const PURGED: &str = "accounts_purged_rows_total";

/// Describes the metrics to the exporter.
pub(crate) fn describe() {
    metrics::describe_counter!(LOGINS, "Sign-ins by result");
    metrics::describe_counter!(REFRESHES, "Exchanges of refresh tokens by result");
    metrics::describe_counter!(CREDENTIALS, "Credentials looked at, by kind and result");
    metrics::describe_counter!(IDENTITY_LOADS, "Sessions, keys and people read from the database");
    metrics::describe_histogram!(
        HASH_SECONDS,
        metrics::Unit::Seconds,
        "Time to compute one password hash"
    );
    metrics::describe_counter!(AUDIT_ENTRIES, "Entries added to the audit chain, by action");
    metrics::describe_counter!(
        IDENTITY_CHANGES,
        "Sessions that ended and rights that changed, by reason"
    );
    metrics::describe_counter!(PURGED, "Rows removed by the purge, by table");
}

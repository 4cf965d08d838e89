CREATE TABLE credit_pools (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    currency TEXT,
    cut_off_date TEXT,
    metadata TEXT,
    summary TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deleted_at TEXT
);
CREATE INDEX credit_pools_list_idx ON credit_pools (tenant_id, id) WHERE deleted_at IS NULL;

CREATE TABLE credit_pool_versions (
    pool_id TEXT NOT NULL REFERENCES credit_pools (id),
    version BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    loans_object TEXT NOT NULL,
    summary TEXT NOT NULL,
    tape_object TEXT,
    mapping TEXT,
    resolution TEXT,
    report TEXT,
    issues_object TEXT,
    change_description TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (pool_id, version)
);

CREATE TABLE credit_tape_mappings (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    mapping TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (tenant_id, name)
);

CREATE TABLE credit_runs (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    pool_id TEXT,
    pool_version BIGINT,
    pool_name TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')),
    terms TEXT NOT NULL,
    skipped TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    pool_hash TEXT NOT NULL,
    loans_object TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    metrics TEXT,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    execution_seconds DOUBLE PRECISION,
    created_at TEXT NOT NULL,
    finished_at TEXT
);
CREATE INDEX credit_runs_list_idx ON credit_runs (tenant_id, id);
CREATE INDEX credit_runs_pool_idx ON credit_runs (pool_id, id);

CREATE TABLE credit_run_blobs (
    run_id TEXT NOT NULL REFERENCES credit_runs (id),
    kind TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (run_id, kind)
);

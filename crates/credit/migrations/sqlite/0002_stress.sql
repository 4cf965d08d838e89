CREATE TABLE credit_stress_runs (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    pool_id TEXT,
    pool_version BIGINT,
    pool_name TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')),
    terms TEXT NOT NULL,
    plan TEXT NOT NULL,
    skipped TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    pool_hash TEXT NOT NULL,
    loans_object TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    report TEXT,
    object TEXT,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    execution_seconds DOUBLE PRECISION,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    finished_at TEXT,
    expires_at TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX credit_stress_runs_list_idx ON credit_stress_runs (tenant_id, id);
CREATE INDEX credit_stress_runs_pool_idx ON credit_stress_runs (pool_id, id);
CREATE INDEX credit_stress_runs_job_idx ON credit_stress_runs (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX credit_stress_runs_expiry_idx ON credit_stress_runs (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE credit_scenarios (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stress', 'forecast')),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    scenario_type TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL,
    is_template BOOLEAN NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (tenant_id, kind, name)
);
CREATE INDEX credit_scenarios_list_idx ON credit_scenarios (tenant_id, id);

CREATE TABLE credit_loans (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    loan TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX credit_loans_list_idx ON credit_loans (tenant_id, id);

CREATE TABLE credit_forecasts (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('forecast', 'stress_test', 'batch')),
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    request TEXT NOT NULL,
    summary TEXT,
    object TEXT,
    scenario_id TEXT,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    finished_at TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX credit_forecasts_list_idx ON credit_forecasts (tenant_id, id);

CREATE TABLE credit_curves (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('index_forward', 'zero', 'discount', 'prepayment', 'default', 'severity')),
    as_of TEXT NOT NULL,
    curve TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (tenant_id, name, as_of)
);
CREATE INDEX credit_curves_list_idx ON credit_curves (tenant_id, id);

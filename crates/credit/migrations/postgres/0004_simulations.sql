CREATE TABLE credit_simulations (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'canceled')),
    plan JSONB NOT NULL,
    scenario_id TEXT,
    pool_id TEXT,
    pool_version BIGINT,
    pool_name TEXT NOT NULL,
    pool_hash TEXT NOT NULL,
    loans_object TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    paths BIGINT NOT NULL,
    block_paths BIGINT NOT NULL,
    summary JSONB,
    object TEXT,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    execution_seconds DOUBLE PRECISION,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX credit_simulations_list_idx ON credit_simulations (tenant_id, id);
CREATE INDEX credit_simulations_hash_idx ON credit_simulations (tenant_id, request_hash);
CREATE INDEX credit_simulations_retention_idx ON credit_simulations (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE credit_simulation_blocks (
    simulation_id TEXT NOT NULL REFERENCES credit_simulations (id),
    block BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (simulation_id, block)
);

CREATE TABLE credit_simulations_archive (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    plan JSONB NOT NULL,
    pool_name TEXT NOT NULL,
    pool_hash TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    paths BIGINT NOT NULL,
    summary JSONB,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    archived_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX credit_simulations_archive_list_idx ON credit_simulations_archive (tenant_id, id);

CREATE TABLE credit_simulation_scenarios (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    modifiers JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    CONSTRAINT credit_simulation_scenarios_name_key UNIQUE (tenant_id, name)
);

CREATE TABLE credit_deals (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    deal_type TEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    summary JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    deleted_at TIMESTAMPTZ
);
CREATE INDEX credit_deals_owner_idx ON credit_deals (tenant_id, owner_id, id) WHERE deleted_at IS NULL;
CREATE INDEX credit_deals_public_idx ON credit_deals (id) WHERE is_public AND deleted_at IS NULL;

CREATE TABLE credit_deal_versions (
    deal_id TEXT NOT NULL REFERENCES credit_deals (id),
    version BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    deal_type TEXT NOT NULL,
    structure TEXT NOT NULL,
    text_form TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    change_description TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (deal_id, version)
);

CREATE TABLE credit_deal_access (
    deal_id TEXT NOT NULL REFERENCES credit_deals (id),
    user_id TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    permission_level TEXT NOT NULL CHECK (permission_level IN ('read', 'edit', 'admin')),
    granted_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (deal_id, user_id)
);
CREATE INDEX credit_deal_access_user_idx ON credit_deal_access (tenant_id, user_id, deal_id);

CREATE TABLE credit_deal_runs (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    deal_id TEXT NOT NULL REFERENCES credit_deals (id),
    deal_version BIGINT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')),
    scenarios JSONB NOT NULL,
    pricing_date DATE NOT NULL,
    request_hash TEXT NOT NULL,
    request_object TEXT NOT NULL,
    loan_objects JSONB NOT NULL,
    result_object TEXT,
    engine_version TEXT NOT NULL,
    summary JSONB,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    execution_seconds DOUBLE PRECISION,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX credit_deal_runs_list_idx ON credit_deal_runs (tenant_id, deal_id, id);

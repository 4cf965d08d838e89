-- The *_key columns are short integers made from the text beside them (domain/key.rs). Indexes on
-- them are a third of the size of indexes on the text and three times as fast to fill.
CREATE TABLE backend_logs (
    id INTEGER PRIMARY KEY,
    logged_at TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('DEBUG', 'INFO', 'WARN', 'ERROR')),
    logger_name TEXT NOT NULL,
    logger_key BIGINT NOT NULL,
    event TEXT,
    event_key BIGINT,
    message TEXT NOT NULL,
    correlation_id TEXT,
    correlation_key BIGINT,
    request_id TEXT,
    request_key BIGINT,
    strategy_id TEXT,
    strategy_key BIGINT,
    line_hash BLOB NOT NULL,
    line_place BIGINT NOT NULL,
    payload TEXT
);
-- The place of a line decides its hash, so that the pair is as unique as the hash; it arrives in
-- order, so that the index grows at its end, where one on the hash would change all over.
CREATE UNIQUE INDEX backend_logs_line_key ON backend_logs (line_place, line_hash);
CREATE INDEX backend_logs_logged_at_idx ON backend_logs (logged_at, level);
-- INFO is what most lines are: a list of them is read from the newest end without an index.
CREATE INDEX backend_logs_level_idx ON backend_logs (level) WHERE level <> 'INFO';
CREATE INDEX backend_logs_logger_idx ON backend_logs (logger_key);
CREATE INDEX backend_logs_event_idx ON backend_logs (event_key) WHERE event_key IS NOT NULL;
CREATE INDEX backend_logs_correlation_idx ON backend_logs (correlation_key)
    WHERE correlation_key IS NOT NULL;
CREATE INDEX backend_logs_request_idx ON backend_logs (request_key) WHERE request_key IS NOT NULL;
CREATE INDEX backend_logs_strategy_idx ON backend_logs (strategy_key)
    WHERE strategy_key IS NOT NULL;

CREATE TABLE frontend_logs (
    id INTEGER PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    logged_at TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('DEBUG', 'INFO', 'WARN', 'ERROR')),
    message TEXT NOT NULL,
    event TEXT,
    session_id TEXT,
    environment TEXT,
    source TEXT,
    app_version TEXT,
    user_id TEXT,
    correlation_id TEXT,
    request_id TEXT,
    data TEXT
);
CREATE INDEX frontend_logs_created_idx ON frontend_logs (created_at);
CREATE INDEX frontend_logs_tenant_idx ON frontend_logs (tenant_id, id);
CREATE INDEX frontend_logs_correlation_idx ON frontend_logs (correlation_id)
    WHERE correlation_id IS NOT NULL;

CREATE TABLE log_tail_state (
    source TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    device BIGINT NOT NULL,
    inode BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    "offset" BIGINT NOT NULL,
    mark BLOB NOT NULL,
    updated_at TEXT NOT NULL
);

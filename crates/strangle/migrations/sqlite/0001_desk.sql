-- Profiles. `profile` is the whole of one; the columns beside it are what is searched for.
CREATE TABLE trading_configurations (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    underlying TEXT NOT NULL,
    profile TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX trading_configurations_tenant_id_name_key
    ON trading_configurations (tenant_id, name);
CREATE UNIQUE INDEX trading_configurations_tenant_id_key
    ON trading_configurations (tenant_id) WHERE is_active;

CREATE TABLE trading_configuration_versions (
    config_id TEXT NOT NULL REFERENCES trading_configurations (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    profile TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (config_id, version)
);

-- Numbers that only grow, one row a kind.
CREATE TABLE strangle_counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO strangle_counters (name, value) VALUES ('session', 0);

CREATE TABLE strategy_sessions (
    id BIGINT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    strategy_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    config_id TEXT NOT NULL,
    config_version BIGINT NOT NULL,
    config_snapshot TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('paper', 'testnet', 'live')),
    state TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'stopped')),
    entry_at TEXT,
    exit_at TEXT,
    exit_bound TEXT,
    activated_at TEXT NOT NULL,
    deactivated_at TEXT,
    exit_reason TEXT,
    gross TEXT,
    fees TEXT,
    pnl_summary TEXT,
    session_metadata TEXT,
    instance_id TEXT NOT NULL,
    fencing_token BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX strategy_sessions_strategy_id_key ON strategy_sessions (strategy_id);
-- At most one session of an account is open.
CREATE UNIQUE INDEX strategy_sessions_environment_account_key
    ON strategy_sessions (environment, account) WHERE status = 'running';
CREATE INDEX strategy_sessions_list_idx ON strategy_sessions (tenant_id, id);
CREATE INDEX strategy_sessions_closed_idx ON strategy_sessions (tenant_id, deactivated_at);

CREATE TABLE legs (
    id BIGINT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    session_id BIGINT NOT NULL REFERENCES strategy_sessions (id),
    kind TEXT NOT NULL CHECK (kind IN ('call', 'put')),
    symbol TEXT NOT NULL,
    product_id BIGINT NOT NULL,
    strike TEXT NOT NULL,
    expiry TEXT NOT NULL,
    contract_value TEXT NOT NULL,
    tick_size TEXT NOT NULL,
    target_qty BIGINT NOT NULL,
    open_qty BIGINT NOT NULL,
    entry_vwap TEXT,
    exit_vwap TEXT,
    fees_entry TEXT NOT NULL,
    fees_exit TEXT NOT NULL,
    realized TEXT NOT NULL,
    status TEXT NOT NULL,
    selection TEXT NOT NULL,
    opened_at TEXT,
    closed_at TEXT,
    UNIQUE (session_id, symbol)
);

-- The log of orders before they leave.
CREATE TABLE order_intents (
    client_order_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    session_id BIGINT NOT NULL REFERENCES strategy_sessions (id),
    leg_id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    size BIGINT NOT NULL,
    order_type TEXT NOT NULL,
    limit_price TEXT,
    time_in_force TEXT NOT NULL,
    reduce_only BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    planned_at TEXT NOT NULL,
    sending_at TEXT,
    acked_at TEXT,
    terminal_at TEXT,
    exchange_order_id TEXT,
    filled BIGINT NOT NULL,
    avg_price TEXT,
    last_error TEXT,
    fencing_token BIGINT NOT NULL
);
CREATE INDEX order_intents_session_idx ON order_intents (session_id, planned_at);
CREATE INDEX order_intents_open_idx ON order_intents (session_id) WHERE terminal_at IS NULL;

-- The exchange's orders as it last reported them.
CREATE TABLE order_ledger (
    client_order_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    session_id BIGINT NOT NULL REFERENCES strategy_sessions (id),
    leg_id BIGINT NOT NULL,
    order_id TEXT,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    price TEXT,
    fill_price TEXT,
    fees TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    raw_response TEXT
);
CREATE INDEX order_ledger_session_idx ON order_ledger (session_id, created_at);
CREATE INDEX order_ledger_time_idx ON order_ledger (tenant_id, created_at, client_order_id);

CREATE TABLE fills (
    fill_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    session_id BIGINT NOT NULL REFERENCES strategy_sessions (id),
    leg_id BIGINT NOT NULL,
    client_order_id TEXT,
    order_id TEXT,
    symbol TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
    price TEXT NOT NULL,
    size BIGINT NOT NULL,
    role TEXT,
    commission TEXT,
    estimated_fee TEXT,
    index_price TEXT,
    fill_type TEXT NOT NULL,
    exchange_ts TEXT NOT NULL,
    recorded_at TEXT NOT NULL
);
CREATE INDEX fills_session_idx ON fills (session_id, exchange_ts);

-- One row a leg, for people and for the timeline.
CREATE TABLE position_ledger (
    id BIGINT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    session_id BIGINT NOT NULL REFERENCES strategy_sessions (id),
    symbol TEXT NOT NULL,
    side TEXT NOT NULL,
    entry_price TEXT,
    exit_price TEXT,
    quantity BIGINT NOT NULL,
    realized_pnl TEXT NOT NULL,
    unrealized_pnl TEXT NOT NULL,
    fees TEXT NOT NULL,
    entry_time TEXT,
    exit_time TEXT,
    trailing_sl_state TEXT,
    analytics TEXT
);
CREATE INDEX position_ledger_session_idx ON position_ledger (session_id);
CREATE INDEX position_ledger_entry_idx ON position_ledger (tenant_id, entry_time, id);
CREATE INDEX position_ledger_exit_idx ON position_ledger (tenant_id, exit_time, id);

-- What happened in a session; the rows above can be made again from it.
CREATE TABLE session_events (
    session_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    tenant_id TEXT NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    at TEXT NOT NULL,
    fencing_token BIGINT NOT NULL,
    PRIMARY KEY (session_id, seq)
);
CREATE TRIGGER session_events_no_update BEFORE UPDATE ON session_events
BEGIN SELECT RAISE(ABORT, 'session events are append-only'); END;
CREATE TRIGGER session_events_no_delete BEFORE DELETE ON session_events
BEGIN SELECT RAISE(ABORT, 'session events are append-only'); END;

-- The path of the profit: a statistic, thinned out as it grows.
CREATE TABLE pnl_points (
    session_id BIGINT NOT NULL,
    at TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    net DOUBLE PRECISION NOT NULL,
    gross DOUBLE PRECISION NOT NULL,
    fees DOUBLE PRECISION NOT NULL,
    spot DOUBLE PRECISION,
    PRIMARY KEY (session_id, at)
) WITHOUT ROWID;

-- The kill switch of an account.
CREATE TABLE trading_state (
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'reducing', 'halted')),
    flatten BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (environment, account)
);

CREATE TABLE risk_limits (
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    max_daily_loss TEXT,
    max_sessions_per_day BIGINT NOT NULL,
    max_orders_per_minute BIGINT NOT NULL,
    max_lots_per_leg BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (environment, account)
);

-- Who changed a guard, and what a guard refused. Only grows.
CREATE TABLE risk_events (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    session_id BIGINT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    message TEXT NOT NULL,
    payload TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX risk_events_list_idx ON risk_events (tenant_id, id);

-- An empty tenant means all.
CREATE TABLE fee_schedules (
    tenant_id TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    taker TEXT NOT NULL,
    maker TEXT NOT NULL,
    premium_cap TEXT NOT NULL,
    gst TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (tenant_id, valid_from)
);
INSERT INTO fee_schedules (tenant_id, valid_from, taker, maker, premium_cap, gst, source)
VALUES ('', '2025-01-01T00:00:00+00:00', '0.00015', '0.00015', '0.05', '0.18', 'published promotion');

CREATE TABLE trade_analytics_snapshots (
    session_id BIGINT PRIMARY KEY REFERENCES strategy_sessions (id),
    tenant_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    kpis TEXT NOT NULL,
    generated_at TEXT NOT NULL
);
CREATE INDEX trade_analytics_snapshots_latest_idx
    ON trade_analytics_snapshots (tenant_id, mode, generated_at);

CREATE TABLE app_feature_flags (
    tenant_id TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- What the desk was asked to do, and how far it is.
CREATE TABLE trading_operations (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    session_id BIGINT,
    strategy_id TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
    progress TEXT NOT NULL,
    result TEXT,
    error_code TEXT,
    error_message TEXT,
    requested_by TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT
);
CREATE INDEX trading_operations_todo_idx ON trading_operations (environment, account, id)
    WHERE finished_at IS NULL;
-- Two starts at one time: one of them wins.
CREATE UNIQUE INDEX trading_operations_environment_account_key
    ON trading_operations (environment, account)
    WHERE finished_at IS NULL AND kind IN ('start', 'restart');

-- The newest picture of a desk, for every process that answers.
CREATE TABLE runtime_snapshots (
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    session_id BIGINT,
    snapshot TEXT NOT NULL,
    last_tick_at TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    fencing_token BIGINT NOT NULL,
    PRIMARY KEY (environment, account)
);

CREATE TABLE reconciliation_reports (
    id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    account TEXT NOT NULL,
    session_id BIGINT,
    trigger_kind TEXT NOT NULL,
    result TEXT NOT NULL,
    differences TEXT NOT NULL,
    actions TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL
);
CREATE INDEX reconciliation_reports_list_idx
    ON reconciliation_reports (tenant_id, environment, account, id);
-- What was ordered and held, in the order of time.
CREATE VIEW strangle_timeline AS
SELECT o.tenant_id, s.mode, s.strategy_id, o.created_at AS at,
    'order:' || o.client_order_id AS entry_key, o.session_id,
    COALESCE(o.order_id, o.client_order_id) AS order_id, o.leg_id AS position_id, o.symbol, o.side,
    o.quantity, o.price, o.fill_price, p.realized_pnl AS realized, p.unrealized_pnl AS unrealized,
    o.fees, o.status AS what
FROM order_ledger o
JOIN strategy_sessions s ON s.id = o.session_id
LEFT JOIN position_ledger p ON p.id = o.leg_id
UNION ALL
SELECT p.tenant_id, s.mode, s.strategy_id, p.entry_time,
    'position:' || CAST(p.id AS TEXT) || ':entry', p.session_id,
    NULL, p.id, p.symbol, p.side,
    p.quantity, p.entry_price, NULL, p.realized_pnl, p.unrealized_pnl,
    p.fees, 'position_entry'
FROM position_ledger p
JOIN strategy_sessions s ON s.id = p.session_id
WHERE p.entry_time IS NOT NULL
UNION ALL
SELECT p.tenant_id, s.mode, s.strategy_id, p.exit_time,
    'position:' || CAST(p.id AS TEXT) || ':exit', p.session_id,
    NULL, p.id, p.symbol, p.side,
    p.quantity, p.exit_price, NULL, p.realized_pnl, p.unrealized_pnl,
    p.fees, 'position_exit'
FROM position_ledger p
JOIN strategy_sessions s ON s.id = p.session_id
WHERE p.exit_time IS NOT NULL;

-- What trading cost against the prices that were hoped for: of a session in USD, and what its trades
-- were worth at those prices; of a leg by direction.
ALTER TABLE strategy_sessions ADD COLUMN slippage NUMERIC;
ALTER TABLE strategy_sessions ADD COLUMN slippage_base NUMERIC;
ALTER TABLE legs ADD COLUMN slippage JSONB;

-- Trades whose commission the exchange has not told yet.
CREATE INDEX fills_uncharged_idx ON fills (recorded_at) WHERE commission IS NULL;

-- The result of a position belongs to its end alone: not to its beginning, not to its orders.
DROP VIEW strangle_timeline;
CREATE VIEW strangle_timeline AS
SELECT o.tenant_id, s.mode, s.strategy_id, o.created_at AS at,
    'order:' || o.client_order_id AS entry_key, o.session_id,
    COALESCE(o.order_id, o.client_order_id) AS order_id, o.leg_id AS position_id, o.symbol, o.side,
    o.quantity, o.price, o.fill_price, CAST(NULL AS NUMERIC) AS realized,
    CAST(NULL AS NUMERIC) AS unrealized, o.fees, o.status AS what
FROM order_ledger o
JOIN strategy_sessions s ON s.id = o.session_id
UNION ALL
SELECT p.tenant_id, s.mode, s.strategy_id, p.entry_time,
    'position:' || CAST(p.id AS TEXT) || ':entry', p.session_id,
    NULL, p.id, p.symbol, p.side,
    p.quantity, p.entry_price, NULL, NULL, NULL,
    COALESCE(l.fees_entry, 0), 'position_entry'
FROM position_ledger p
JOIN strategy_sessions s ON s.id = p.session_id
LEFT JOIN legs l ON l.id = p.id
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

CREATE TABLE sim_snapshots (
    venue TEXT PRIMARY KEY,
    last BIGINT NOT NULL,
    state BLOB NOT NULL,
    clock_micros BIGINT NOT NULL,
    clock_at TEXT NOT NULL,
    clock_speed DOUBLE PRECISION NOT NULL
);

CREATE TABLE sim_journal (
    venue TEXT NOT NULL,
    number BIGINT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (venue, number)
);

#!/usr/bin/env python3
"""Compares the ingestion of a log file with the same work done by Python's sqlite3.

Both read the same file line by line, parse the JSON, name each line by SHA-256, and store it in a
table with the same columns and an index on every column that the Log Viewer filters by. Both use
WAL and synchronous=NORMAL and commit the position with the rows. Python indexes the columns as they
are, the hash uniquely, and commits batches of 128 rows, the documented default, and once more
batches of 8192. The product indexes what crates/logbook/migrations says, and grows its batches
while it is behind.

    cargo build --release -p logbook --example ingest_speed
    benches/logbook_compare.py [lines]
"""

import datetime
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

COLUMNS = ("logged_at", "level", "logger_name", "event", "correlation_id", "request_id", "strategy_id")


def uuid7(milliseconds, draw):
    """A UUIDv7, as the product draws its request and correlation ids."""
    number = milliseconds << 80 | 7 << 76 | draw.getrandbits(12) << 64 | 2 << 62 | draw.getrandbits(62)
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def write_log(path, lines):
    draw = random.Random(1)
    start = 1_767_225_600_000_000
    levels = ["DEBUG", "INFO", "INFO", "INFO", "INFO", "INFO", "INFO", "WARN", "ERROR"]
    correlation = request = None
    with open(path, "w", encoding="utf-8") as out:
        for n in range(lines):
            micros = start + n * 1_000 + draw.randrange(900)
            if n % 8 == 0:
                correlation = uuid7(micros // 1000, draw)
                request = uuid7(micros // 1000, draw)
            at = datetime.datetime.fromtimestamp(micros / 1e6, datetime.timezone.utc)
            record = {
                "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "level": draw.choice(levels),
                "logger": f"quintet::part_{draw.randrange(40)}",
                "message": f"order {n} was sent to the exchange and is waiting",
                "event": f"event_{draw.randrange(60)}",
                "correlation_id": correlation,
                "request_id": request,
            }
            if n % 3 == 0:
                record["strategy_id"] = f"delta-strangle-20260101000000-{n // 5000}"
            record["payload"] = {"duration_ms": n % 1000, "path": "/api/v1/pools", "status": 200}
            out.write(json.dumps(record, separators=(",", ":")) + "\n")


def ingest_python(log, database, batch):
    db = sqlite3.connect(database, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute(
        "CREATE TABLE backend_logs (id INTEGER PRIMARY KEY, logged_at TEXT NOT NULL, ingested_at TEXT "
        "NOT NULL, level TEXT NOT NULL, logger_name TEXT NOT NULL, event TEXT, message TEXT NOT NULL, "
        "correlation_id TEXT, request_id TEXT, strategy_id TEXT, line_hash TEXT NOT NULL UNIQUE, "
        "payload TEXT)"
    )
    db.execute("CREATE TABLE log_tail_state (path TEXT PRIMARY KEY, position INTEGER)")
    for column in COLUMNS:
        db.execute(f"CREATE INDEX backend_logs_{column} ON backend_logs ({column})")
    insert = (
        "INSERT INTO backend_logs (logged_at, ingested_at, level, logger_name, event, message, "
        "correlation_id, request_id, strategy_id, line_hash, payload) VALUES (?,?,?,?,?,?,?,?,?,?,?) "
        "ON CONFLICT (line_hash) DO NOTHING"
    )
    stat = os.stat(log)
    prefix = f"{stat.st_dev}:{stat.st_ino}:0:"
    begin = time.process_time()
    rows, offset = [], 0

    def commit():
        db.execute("BEGIN IMMEDIATE")
        db.executemany(insert, rows)
        db.execute("INSERT OR REPLACE INTO log_tail_state VALUES (?, ?)", (log, offset))
        db.execute("COMMIT")
        rows.clear()

    with open(log, "rb") as file:
        for line in file:
            record = json.loads(line)
            text = line.rstrip(b"\n")
            digest = hashlib.sha256(f"{prefix}{offset}:".encode() + text).hexdigest()
            offset += len(line)
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            rows.append(
                (
                    record["timestamp"], now, record["level"], record["logger"], record.get("event"),
                    record["message"][:1024], record.get("correlation_id"), record.get("request_id"),
                    record.get("strategy_id"), digest, json.dumps(record["payload"]),
                )
            )
            if len(rows) >= batch:
                commit()
        if rows:
            commit()
    seconds = time.process_time() - begin
    db.close()
    return seconds


def ingest_quintet(program, folder, lines):
    run = subprocess.run([program, folder, str(lines)], check=True, capture_output=True, text=True)
    return json.loads(run.stdout.strip().splitlines()[-1])["cpu_seconds"]


def main():
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    program = os.path.join(target, "release", "examples", "ingest_speed")
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "backend.log")
        write_log(log, lines)
        results = {
            "python, batches of 128": ingest_python(log, os.path.join(folder, "a.db"), 128),
            "python, batches of 8192": ingest_python(log, os.path.join(folder, "b.db"), 8192),
            "quintet": ingest_quintet(program, folder, lines),
        }
    ours = results["quintet"]
    print(f"{lines} lines")
    for name, seconds in results.items():
        print(f"{name:<26} {seconds:7.2f} CPU s  {lines / seconds:9,.0f} lines/CPU s  {seconds / ours:5.1f}x")


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# The tests of every crate that touches a database, again, on PostgreSQL and Redis.
# If it fails: a statement is probably not portable; the same test passes on SQLite in "./test unit".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

start_postgres
start_redis

# A crate touches a database if its manifest names sqlx or the test kit.
touching=() others=()
for manifest in crates/*/Cargo.toml; do
  crate=$(basename "$(dirname "$manifest")")
  if grep -qE '^(sqlx|testkit)\.workspace' "$manifest"; then
    touching+=("$crate")
  else
    others+=("$crate")
  fi
done

# The whole workspace is selected and then narrowed, so that the programs are those of "./test unit".
if cargo nextest --version >/dev/null 2>&1; then
  filter=$(printf ' + package(%s)' "${touching[@]}")
  cargo nextest run --locked --workspace --no-fail-fast -E "${filter# + }"
else
  excluded=()
  for crate in "${others[@]}"; do excluded+=(--exclude "$crate"); done
  cargo test --locked --workspace "${excluded[@]}" --no-fail-fast
fi

#!/usr/bin/env bash
# Unit, property and integration tests, on SQLite, and the examples in the documentation.
# If it fails: run the named test alone with "cargo test -p CRATE NAME".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

unset TEST_DATABASE_URL TEST_REDIS_URL
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --workspace --no-fail-fast
  cargo test --locked --workspace --doc --quiet
else
  cargo test --locked --workspace --no-fail-fast
fi

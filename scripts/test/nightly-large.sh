#!/usr/bin/env bash
# Tests that are too slow for every day: those that are marked as ignored.
# If it fails: run the named test alone with "cargo test -p CRATE NAME -- --ignored".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

cargo test --locked --workspace --no-fail-fast -- --ignored

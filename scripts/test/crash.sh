#!/usr/bin/env bash
# The desk is killed anywhere and started again; a referee compares what the exchange and the desk say (SEEDS, 1..25 by default).
# If it fails: each finding stands with its seed and the command that runs that seed again; docs/guide/crash-safety.md explains.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

build_server
step "one process"
cargo xtask crash --seeds "${SEEDS:-1..25}"

step "two processes that compete for the lease"
start_postgres
cargo xtask crash --processes 2 --seeds "${PAIR_SEEDS:-1..4}"

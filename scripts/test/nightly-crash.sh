#!/usr/bin/env bash
# The kill drills of "./test crash" with many seeds (SEEDS, by default 500 new ones each day; PAIR_SEEDS for two processes).
# If it fails: each finding stands with its seed and the command that runs that seed again; docs/guide/crash-safety.md explains.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

first=$(($(date +%Y%m%d) * 1000))

build_server
step "one process"
cargo xtask crash --seeds "${SEEDS:-$first..$((first + 499))}"

step "two processes that compete for the lease"
start_postgres
cargo xtask crash --processes 2 --seeds "${PAIR_SEEDS:-$first..$((first + 29))}"

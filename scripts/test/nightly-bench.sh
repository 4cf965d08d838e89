#!/usr/bin/env bash
# The benchmarks, optimised; docs/performance.md explains the figures.
# If it fails: a benchmark does not compile or stopped early.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

cargo bench --locked --package credit-engine --package deal-engine

#!/usr/bin/env bash
# The formulas of the services, against results that were computed independently.
# If it fails: the table shows the case, what was expected, and the tolerance.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

cargo xtask oracles credit
cargo xtask oracles strangle

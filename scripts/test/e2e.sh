#!/usr/bin/env bash
# The main journeys in a real browser, against a fresh server with demo data.
# If it fails: pictures and traces are in web/test-results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

build_server
start_quintet LOG_LEVEL=info
npm --prefix web run --silent e2e

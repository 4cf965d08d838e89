#!/usr/bin/env bash
# The main journeys in a real browser, against a fresh server with demo data.
# If it fails: pictures and traces are in web/test-results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

build_server
# Each journey signs in with QUINTET_USER and QUINTET_PASSWORD.
start_quintet_signed_in RATE_LIMIT_ENABLED=false
CHROMIUM=$(command -v chromium)
export CHROMIUM
npm --prefix web run --silent e2e

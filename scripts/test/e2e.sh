#!/usr/bin/env bash
# The main journeys in a real browser, against a fresh server with demo data.
# If it fails: pictures and traces are in web/test-results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

build_server
# The browser tests read QUINTET_URL and these two; the password must be changed at the first sign-in.
password=$(random_secret)
start_quintet ADMIN_EMAIL=admin@example.com ADMIN_PASSWORD="$password"
export QUINTET_ADMIN_EMAIL=admin@example.com QUINTET_ADMIN_PASSWORD="$password"
npm --prefix web run --silent e2e

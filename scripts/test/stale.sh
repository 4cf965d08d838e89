#!/usr/bin/env bash
# Files that are made from the code: settings page, .env.example, openapi.json, the console's API types.
# If it fails: type "cargo xtask generate" and commit what it changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

build_server
cargo xtask generate --check

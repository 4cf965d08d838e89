#!/usr/bin/env bash
# The format of Rust and of the console.
# If it fails: type "cargo fmt --all" and "npm --prefix web run format".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

cargo fmt --all --check
install_web
npm --prefix web run --silent lint

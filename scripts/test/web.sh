#!/usr/bin/env bash
# The console: types, unit tests, build.
# If it fails: run the step alone, "npm --prefix web test" or "npm --prefix web run build".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

install_web
npm --prefix web test
# The build begins with the type check.
build_web

#!/usr/bin/env bash
# The property tests with 10,000 cases each (hours).
# If it fails: the smallest counter-example is printed; make it a named test first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

packages=()
for manifest in crates/*/Cargo.toml; do
  if grep -q '^proptest' "$manifest"; then packages+=(--package "$(basename "$(dirname "$manifest")")"); fi
done
PROPTEST_CASES=10000 cargo test --locked "${packages[@]}" --no-fail-fast

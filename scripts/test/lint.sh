#!/usr/bin/env bash
# Clippy, the rules between crates and modules, the documentation of the code, licences, spelling.
# If it fails: mend the first finding; rules are silenced only by #[expect(…, reason = "…")].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

cargo xtask layers
cargo clippy --locked --workspace --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings -A rustdoc::private-intra-doc-links" cargo doc --locked --workspace --no-deps --document-private-items --quiet --keep-going

# The advisories need a copy of their database, which is not everywhere: `cargo deny check advisories` by hand.
if cargo deny --version >/dev/null 2>&1; then
  cargo deny --locked --log-level error check bans licenses sources
else
  echo "note: cargo-deny is not installed, licences and sources were not checked (cargo install --locked cargo-deny)"
fi

if command -v typos >/dev/null; then
  typos
else
  echo "note: typos is not installed, the spelling was not checked (pip install typos)"
fi

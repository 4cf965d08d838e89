#!/usr/bin/env bash
# Inputs that coverage leads to new branches of the parsers (FUZZ_SECONDS for each target, 120 by default; TARGETS names some).
# If it fails: the input is in fuzz/artifacts, the command that repeats it is above; make it a test of the parser first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh

seconds=${FUZZ_SECONDS:-120}
read -ra targets <<<"${TARGETS:-$(basename --multiple --suffix=.rs fuzz/fuzz_targets/*.rs | tr '\n' ' ')}"

# The compiler counts branches and comparisons for libFuzzer with stable options; sanitizers would ask for a nightly
# compiler, and there is no unsafe code here that they could watch.
host=$(rustc --version --verbose | sed -n 's/^host: //p')
step "building the targets"
bins=()
for target in "${targets[@]}"; do bins+=(--bin "$target"); done
CARGO_TARGET_DIR="$HOME/.cache/quintet/fuzz" \
  RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0" \
  cargo build --locked --release --target "$host" --manifest-path fuzz/Cargo.toml "${bins[@]}"

# What was found interesting is kept for the next night.
mkdir -p fuzz/artifacts
failed=()
for target in "${targets[@]}"; do
  step "$target"
  found="$HOME/.cache/quintet/fuzz-corpus/$target"
  mkdir -p "$found"
  "$HOME/.cache/quintet/fuzz/$host/release/$target" "$found" "fuzz/seeds/$target" -artifact_prefix="fuzz/artifacts/$target-" \
    -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 -verbosity=0 -print_final_stats=1 || {
    failed+=("$target")
    echo "Repeat it with: $HOME/.cache/quintet/fuzz/$host/release/$target fuzz/artifacts/$target-…" >&2
  }
done
[ ${#failed[@]} -eq 0 ] || {
  echo "These found something: ${failed[*]}" >&2
  exit 1
}

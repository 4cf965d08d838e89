#!/bin/sh
# Compares the throughput of option pricing with numpy and scipy on this machine, in one run.
# Usage: benches/strangle_pricing.sh
set -eu
cd "$(dirname "$0")/.."

venv="${QUINTET_VENV:-$HOME/.cache/quintet/venv}"
if ! "$venv/bin/python" -c "import numpy, scipy" 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet numpy scipy
fi

engine=$(cargo bench --package strangle-engine --bench throughput --no-run --message-format=json |
    "$venv/bin/python" -c '
import json, sys
messages = map(json.loads, sys.stdin)
print([m["executable"] for m in messages if m.get("executable")][-1])')

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
exec "$venv/bin/python" benches/strangle_pricing.py "$engine"

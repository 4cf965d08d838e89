#!/usr/bin/env bash
# Requests made up from the OpenAPI document, against a fresh server, signed in and not (20 minutes).
# If it fails: the report shows each request as a curl command; no input may cause a 5xx.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh

tools="$HOME/.cache/quintet/venv"
if [ ! -x "$tools/bin/schemathesis" ]; then
  step "installing schemathesis"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet schemathesis
fi

build_server
start_quintet_signed_in RATE_LIMIT_ENABLED=false

# Not checked: that whatever fits the schema is accepted. Rules between fields are not in a schema. A feature that is not
# there yet answers 501, on purpose.
cat >"$QUINTET_TEST_DIR/schemathesis.toml" <<'EOF'
[checks]
positive_data_acceptance.enabled = false
ignored_auth.enabled = false
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501", "503"]
EOF

fuzz() { # seconds, more arguments
  "$tools/bin/schemathesis" --config-file "$QUINTET_TEST_DIR/schemathesis.toml" run "$QUINTET_URL/openapi.json" \
    --checks all --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-200}" --max-time "$1" \
    --continue-on-failure --workers 2 --request-timeout 30 --max-response-time 20 \
    --seed "${SEED:-$(date +%Y%m%d)}" "${@:2}"
}

cd "$QUINTET_TEST_DIR"
failed=0

# Left out: streams, which do not end.
endless='^(stream_jobs|tail_backend_logs)$'
step "as nobody"
fuzz 300 --exclude-operation-id-regex "$endless" || failed=1

# Left out as well: what would end this session, or change the rights of the caller.
ending='^(logout|change_password|refresh_session|delete_session|reset_user_password|update_user|delete_user)$'
step "as administrator"
fuzz 900 --exclude-operation-id-regex "$endless|$ending" --header "Authorization: Bearer $QUINTET_TOKEN" || failed=1

if grep -E '"event":"panic"' "$QUINTET_TEST_DIR/quintet/logs/quintet.log"; then
  echo "The server panicked; the lines above say where." >&2
  failed=1
fi
exit "$failed"

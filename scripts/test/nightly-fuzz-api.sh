#!/usr/bin/env bash
# Requests made up from the OpenAPI document, against a fresh server, signed in and not (MINUTES, 20 by default).
# If it fails: the report shows each request as a curl command; no input may cause a 5xx.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh
root=$PWD

tools="$HOME/.cache/quintet/venv"
if [ ! -x "$tools/bin/schemathesis" ]; then
  step "installing schemathesis"
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet schemathesis
fi

build_server
start_quintet_signed_in RATE_LIMIT_ENABLED=false
cd "$QUINTET_TEST_DIR"

# Not checked: that whatever fits the schema is accepted (rules between fields are not in a schema), and that operations
# which ask for nothing ignore credentials. A feature that is not there yet answers 501, on purpose; where the document
# does not say so, 501 is still a failure (an undocumented status).
cat >schemathesis.toml <<'EOF'
[checks]
enabled = true
positive_data_acceptance.enabled = false
ignored_auth.enabled = false
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501"]
EOF

minutes=${MINUTES:-20}

fuzz() { # tenths of the time, document, more arguments
  "$tools/bin/schemathesis" --config-file schemathesis.toml run "$2" --url "$QUINTET_URL" --phases examples,coverage,fuzzing,stateful \
    --max-examples "${EXAMPLES:-200}" --max-time $((minutes * $1 * 6)) --continue-on-failure --workers 2 --request-timeout 30 \
    --max-response-time 20 --seed "${SEED:-$(date +%Y%m%d)}" "${@:3}"
}

# Streams do not end.
endless='^(stream_jobs|tail_backend_logs)$'
# These would end the session, change the rights of the caller, or remove what other requests need.
ending='^(logout|logout_v1|change_password|refresh_session|refresh_session_v1|delete_session|reset_user_password|update_user|delete_user|delete_run|delete_pool)$'
failed=0

curl -fsS "$QUINTET_URL/openapi.json" >openapi.json

# A session ends before the requests do; a key does not.
key=$(post_json /api/auth/api-keys '{"name":"made-up requests","scopes":["*"]}' --header "Authorization: Bearer $QUINTET_TOKEN" |
  node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).key')

step "as nobody"
fuzz 2 openapi.json --exclude-operation-id-regex "$endless" || failed=1

# Without the security schemes, else made-up keys would count before ours.
node "$root/scripts/fuzz-document.mjs" openapi.json >plain.json
step "as administrator"
fuzz 4 plain.json --exclude-operation-id-regex "$endless|$ending" --header "X-API-Key: $key" || failed=1

step "as a person: what a key must not do"
fuzz 1 plain.json --include-path-regex '^/api/(v1/)?auth/' --exclude-operation-id-regex "$endless|$ending" \
  --header "Authorization: Bearer $QUINTET_TOKEN" || failed=1

# Ids that are made up are not found: a pool and a run that exist take their place.
node "$root/scripts/fuzz-document.mjs" openapi.json "$QUINTET_URL" "$key" >seeded.json
step "as administrator, with things that exist"
fuzz 3 seeded.json --exclude-operation-id-regex "$endless|$ending" --header "X-API-Key: $key" || failed=1

if grep -F '"event":"panic"' quintet/logs/quintet.log; then
  echo "The server panicked; the lines above say where." >&2
  failed=1
fi
exit "$failed"

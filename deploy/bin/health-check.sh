#!/usr/bin/env bash
# Asks a server whether it is well: exit 0 if it is, 1 if not. For cron and for monitoring without Prometheus.
#
#   health-check.sh [URL]          default http://127.0.0.1:8080/health
#
# A token in HEALTH_TOKEN is sent along; /health answers without one too.
set -uo pipefail

url=${1:-http://127.0.0.1:8080/health}
header=()
[ -z "${HEALTH_TOKEN:-}" ] || header=(--header "Authorization: Bearer $HEALTH_TOKEN")

status=$(curl --silent --show-error --max-time 10 --output /dev/null --write-out '%{http_code}' "${header[@]}" "$url")
[ "$status" = 200 ] && exit 0
echo "$url answered $status" >&2
exit 1

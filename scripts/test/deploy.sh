#!/usr/bin/env bash
# The files under deploy/: scripts, units, proxy, alert rules, dashboard, against a running server.
# If it fails: the last line above names the file or the promise that is broken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/build.sh
. scripts/services.sh
. scripts/proxy.sh

step "scripts"
mapfile -t shell_scripts < <(grep -rlE '^#!/usr/bin/env bash|^# shellcheck shell=bash' run test .ci/run scripts deploy)
shellcheck --external-sources --source-path=. "${shell_scripts[@]}"
scripts/check-blue-green.sh

step "units"
units="$QUINTET_TEST_DIR/units"
mkdir "$units"
cp deploy/systemd/* "$units"
cp "$units/quintet@.service" "$units/quintet@blue.service"
# The program is not installed on this machine; everything else in the units is checked as it is.
sed -i -E 's#^(Exec[A-Za-z]+)=/opt/quintet/\S+#\1=/bin/true#' "$units"/*.service
(cd "$units" && systemd-analyze verify ./quintet.service ./quintet.socket ./quintet@blue.service ./quintet-backup.service ./quintet-backup.timer)
for unit in quintet.service quintet@blue.service; do
  (cd "$units" && systemd-analyze security --offline=true --threshold=20 "./$unit" | tail -n 1)
done

step "monitoring"
promtool check config deploy/prometheus/prometheus.yml
promtool test rules deploy/prometheus/rules_test.yml
node -e 'JSON.parse(require("node:fs").readFileSync("deploy/grafana/overview.json", "utf8"))'
while read -r page anchor; do
  grep -qix "### $anchor" "$page" || {
    echo "deploy/prometheus/rules.yml sends people to $page, which has no section $anchor" >&2
    exit 1
  }
done < <(sed -n 's/^ *runbook: \(.*\)#\(.*\)/\1 \2/p' deploy/prometheus/rules.yml)

step "containers"
if docker compose version >/dev/null 2>&1; then
  containers="$QUINTET_TEST_DIR/docker/deploy/docker"
  mkdir -p "$containers/secrets"
  cp deploy/docker/compose*.yaml "$containers"
  if docker compose --project-directory "$containers" --file "$containers/compose.yaml" config --quiet 2>/dev/null; then
    echo "compose.yaml starts without quintet.env" >&2
    exit 1
  fi
  touch "$containers/quintet.env"
  for file in compose.yaml compose.postgres.yaml; do
    docker compose --project-directory "$containers" --file "$containers/$file" config --quiet
  done
else
  echo "note: docker compose is not installed, the compose files were not checked"
fi

step "proxy and metrics"
build_server
start_quintet TRUSTED_HOSTS=quintet.example.com,127.0.0.1 TRUSTED_PROXIES=127.0.0.1
start_proxy
check_proxy
deploy/bin/health-check.sh "$QUINTET_URL/health"
if deploy/bin/health-check.sh "http://127.0.0.1:$(free_port)/health" 2>/dev/null; then
  echo "health-check.sh is content with a server that is not there" >&2
  exit 1
fi
cargo xtask metrics-check --url "$QUINTET_URL"

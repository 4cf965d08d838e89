#!/usr/bin/env bash
# Rehearses deploy/bin/blue-green.sh with stand-ins for systemctl and nginx and two small web servers as releases: a good
# release takes over, a bad one does not, and a rollback returns to the one before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/services.sh

stage="$QUINTET_TEST_DIR/blue-green"
mkdir -p "$stage"/{bin,settings,opt/releases,run}
export STAGE="$stage" PATH="$stage/bin:$PATH"
export QUINTET_ROOT="$stage/opt" QUINTET_SETTINGS="$stage/settings" QUINTET_UPSTREAM="$stage/upstream.conf" QUINTET_PATIENCE_SECONDS=5
echo "PORT=$(free_port)" >"$stage/settings/blue.env"
echo "PORT=$(free_port)" >"$stage/settings/green.env"

# A stand-in for systemctl: start and stop the program of a colour, write down everything else.
cat >"$stage/bin/systemctl" <<'EOT'
#!/usr/bin/env bash
set -euo pipefail
echo "systemctl $*" >>"$STAGE/calls"
for unit; do :; done
colour=${unit#quintet@}
stop() {
  if [ -e "$STAGE/run/$colour" ]; then
    kill "$(cat "$STAGE/run/$colour")" 2>/dev/null || true
    rm "$STAGE/run/$colour"
  fi
}
case "$1" in
  restart)
    stop
    . "$STAGE/settings/$colour.env"
    PORT=$PORT "$STAGE/opt/$colour/quintet" serve >/dev/null 2>&1 &
    echo $! >"$STAGE/run/$colour"
    ;;
  stop) stop ;;
esac
EOT
printf '#!/bin/sh\nexit 0\n' >"$stage/bin/nginx"
# shellcheck disable=SC2016 # the stand-in expands these, not we
printf '#!/bin/sh\nwhile [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"\n' >"$stage/bin/systemd-run"

# A release: answers 200 when asked whether it is ready, or 503.
release() { # name, status
  mkdir -p "$stage/opt/releases/$1"
  cat >"$stage/opt/releases/$1/quintet" <<EOT
#!/usr/bin/env bash
case "\$1" in
  serve) exec node -e 'require("node:http").createServer((q, a) => { a.statusCode = $2; a.end("$1"); }).listen(process.env.PORT, "127.0.0.1")' ;;
  doctor) test "\$(curl -s "\$3/health/ready")" = "$1" ;;
  migrate) echo "migrate $1" >>"$stage/calls" ;;
esac
EOT
  chmod +x "$stage/opt/releases/$1/quintet"
}
chmod +x "$stage"/bin/*
release 1.0 200
release 2.0 200
release 3.0-broken 503

# What the proxy would answer.
in_service() {
  local port
  port=$(sed -n 's/^ *server 127\.0\.0\.1:\([0-9]*\);/\1/p' "$QUINTET_UPSTREAM")
  curl -s "http://127.0.0.1:$port/"
}

expect_in_service() {
  local found
  found=$(in_service)
  if [ "$found" != "$1" ]; then
    echo "blue-green: $1 should be in service, but it is \"$found\"" >&2
    exit 1
  fi
}

rehearse() { deploy/bin/blue-green.sh "$@" >>"$stage/output" 2>&1; }

stop_stand_ins() {
  local status=$? file
  for file in "$stage"/run/*; do
    if [ -e "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
  done
  stop_services "$status"
}
trap stop_stand_ins EXIT

rehearse "$stage/opt/releases/1.0"
expect_in_service 1.0
rehearse "$stage/opt/releases/2.0"
expect_in_service 2.0
grep -q '^migrate 2.0$' "$stage/calls"
rehearse --rollback
expect_in_service 1.0
if rehearse "$stage/opt/releases/3.0-broken"; then
  echo "blue-green: a release that is not well was accepted" >&2
  exit 1
fi
expect_in_service 1.0
echo "blue-green: a good release takes over, a rollback returns, a bad release is refused"

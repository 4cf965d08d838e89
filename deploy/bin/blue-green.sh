#!/usr/bin/env bash
# Puts a release into service without a gap, and takes it back if it is not well.
#
#   blue-green.sh RELEASE            RELEASE is a folder with the program `quintet`, such as /opt/quintet/releases/1.4.0
#   blue-green.sh --rollback         back to the other colour, as it was before
#
# Two units take turns, quintet@blue and quintet@green, each with /etc/quintet/<colour>.env that sets its PORT. The proxy asks
# the one that its upstream file names. Migrations only add, so that the old release works while the new one starts.
set -euo pipefail

root=${QUINTET_ROOT:-/opt/quintet}
settings=${QUINTET_SETTINGS:-/etc/quintet}
upstream=${QUINTET_UPSTREAM:-/etc/nginx/conf.d/quintet-upstream.conf}
patience_seconds=${QUINTET_PATIENCE_SECONDS:-60}

say() { echo "blue-green: $*"; }

# Prints the port of a colour.
port_of() {
  local port
  port=$(sed -n 's/^PORT=//p' "$settings/$1.env" | tail -n 1)
  [ -n "$port" ] || {
    say "$settings/$1.env does not set PORT" >&2
    return 1
  }
  echo "$port"
}

# Prints the colour that the proxy asks now; green if there was none, so that the first release is blue.
active_colour() {
  local port
  port=$(sed -n 's/^ *server 127\.0\.0\.1:\([0-9]*\);.*/\1/p' "$upstream" 2>/dev/null | head -n 1)
  if [ "$port" = "$(port_of blue)" ]; then echo blue; else echo green; fi
}

other_than() { if [ "$1" = blue ]; then echo green; else echo blue; fi; }

# Waits until a colour says that it is ready, then has it examined.
is_well() {
  local url program="$root/$1/quintet" tries=$((patience_seconds * 2))
  url="http://127.0.0.1:$(port_of "$1")"
  while ! curl --silent --fail --max-time 2 --output /dev/null "$url/health/ready"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.5
  done
  "$program" doctor --post-deploy "$url"
}

# Lets the proxy ask a colour. The file changes in one step, and only if the proxy accepts it.
switch_to() {
  local port previous
  port=$(port_of "$1")
  previous=$(cat "$upstream" 2>/dev/null || true)
  printf '# Written by blue-green.sh: %s.\nupstream quintet {\n    server 127.0.0.1:%s;\n    keepalive 32;\n}\n' "$1" "$port" >"$upstream.next"
  mv "$upstream.next" "$upstream"
  if nginx -t -q && systemctl reload nginx; then
    return
  fi
  printf '%s\n' "$previous" >"$upstream"
  say "the proxy refused the new upstream; it asks the old one" >&2
  return 1
}

# Starts a colour and switches to it. On any failure it is stopped again and the other one stays.
bring_up() {
  local colour=$1 old
  old=$(other_than "$colour")
  systemctl restart "quintet@$colour"
  if ! is_well "$colour"; then
    say "$colour is not well within $patience_seconds s; $old stays in service" >&2
    systemctl stop "quintet@$colour"
    return 1
  fi
  if ! switch_to "$colour"; then
    systemctl stop "quintet@$colour"
    return 1
  fi
  say "$colour is in service; $old is being stopped, after it has finished its work"
  systemctl stop "quintet@$old"
  systemctl disable --quiet "quintet@$old" || true
  systemctl enable --quiet "quintet@$colour"
}

active=$(active_colour)
next=$(other_than "$active")

case "${1:-}" in
  --rollback)
    [ -x "$root/$next/quintet" ] || {
      say "there is no earlier release in $root/$next" >&2
      exit 1
    }
    bring_up "$next"
    ln -sfn "$(readlink "$root/$next")" "$root/current"
    ;;
  "" | -*)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
  *)
    release=$(cd "$1" && pwd)
    [ -x "$release/quintet" ] || {
      say "$release/quintet is not a program" >&2
      exit 1
    }
    ln -sfn "$release" "$root/$next"
    # As the service's own user, with the service's own settings.
    systemd-run --quiet --wait --pipe --collect --uid=quintet --property="EnvironmentFile=$settings/quintet.env" \
      --property=StateDirectory=quintet --setenv=DATA_DIR=/var/lib/quintet --setenv=LOG_FILE_ENABLED=false "$release/quintet" migrate up
    bring_up "$next"
    ln -sfn "$release" "$root/current"
    ;;
esac

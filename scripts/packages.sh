# shellcheck shell=bash
# The Debian packages that the parts of ./test need beyond Rust, Node and a C compiler. Sourced by ./test.

# Prints the packages that part $1 needs and this machine does not have.
missing_packages() {
  case "$1" in
    postgres)
      compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo postgresql
      command -v redis-server >/dev/null || echo redis-server
      ;;
    e2e)
      command -v chromium >/dev/null || echo chromium
      [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] || echo fonts-liberation
      command -v curl >/dev/null || echo curl
      ;;
    deploy)
      command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
      command -v promtool >/dev/null || echo prometheus
      command -v shellcheck >/dev/null || echo shellcheck
      command -v systemd-analyze >/dev/null || echo systemd
      command -v openssl >/dev/null || echo openssl
      command -v curl >/dev/null || echo curl
      ;;
    nightly-fuzz-api)
      command -v python3 >/dev/null || echo python3
      python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
      command -v curl >/dev/null || echo curl
      ;;
  esac
}

# Installs what the named parts need. Somebody who is not root is told what to type.
install_packages() {
  local part missing=()
  for part in "$@"; do
    mapfile -t -O "${#missing[@]}" missing < <(missing_packages "$part")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'These tests need more programs. Type:\n  %s && %s\n' \
      "$(as_root apt-get update)" "$(as_root apt-get install -y "${missing[@]}")" >&2
    return 1
  fi
  step "installing ${missing[*]}"
  without_starting_services apt_install "${missing[@]}"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# Runs a command while Debian's packages must not start their services: the tests start their own.
without_starting_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e "$policy" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}

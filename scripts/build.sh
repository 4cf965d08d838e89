# shellcheck shell=bash
# Checks the tools of this machine and builds the console and the server. Sourced by ./run, ./test and scripts/test/*.sh.
#
# Everything that is built or downloaded lands outside the clone, except web/node_modules and web/dist.

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/quintet/target}"
export npm_config_cache="${npm_config_cache:-$HOME/.cache/quintet/npm}"

# The program that the scripts and the browser tests start.
export QUINTET_BIN="$CARGO_TARGET_DIR/debug/quintet"

oldest_rust=1.95
oldest_node=20.19

# Prints a step of the work, in bold if somebody looks.
step() {
  if [ -t 1 ]; then printf '\n\033[1m· %s\033[0m\n' "$*"; else printf '\n· %s\n' "$*"; fi
}

# Puts `sudo` before a command for people who are not root.
as_root() { if [ "$(id -u)" -eq 0 ]; then echo "$*"; else echo "sudo $*"; fi; }

# Succeeds if version $1 is at least version $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# Fails, and says what to type, if something is missing that a build needs.
check_tools() {
  local problems=() version

  if ! command -v cargo >/dev/null; then
    problems+=("Rust is missing. Install rustup (your system's package or rustup's own installer), then type: rustup default stable")
  else
    version=$(cargo --version | cut -d' ' -f2)
    at_least "$version" "$oldest_rust" ||
      problems+=("Rust $oldest_rust or newer is needed, this is $version. Type: rustup update stable && rustup default stable")
  fi

  if ! printf '#include <stdio.h>\nint main(void) { return 0; }\n' | cc -x c - -o /dev/null 2>/dev/null; then
    problems+=("A C compiler with its headers is missing. Type: $(as_root apt-get update) && $(as_root apt-get install -y gcc libc6-dev)")
  fi

  if ! command -v node >/dev/null; then
    problems+=("Node is missing. Install Node $oldest_node or newer, for instance (Debian 13): $(as_root apt-get install -y nodejs npm)")
  else
    version=$(node --version | tr -d v)
    at_least "$version" "$oldest_node" ||
      problems+=("Node $oldest_node or newer is needed, this is $version. Install a newer Node and open a new shell.")
    command -v npm >/dev/null ||
      problems+=("npm is missing. Type: $(as_root apt-get install -y npm)")
  fi

  [ ${#problems[@]} -eq 0 ] && return
  printf '%s\n' "This machine is not ready yet:" >&2
  printf '  - %s\n' "${problems[@]}" >&2
  return 1
}

# Installs the packages of the console, if the lock has changed since the last time.
install_web() {
  local stamp=web/node_modules/.quintet-lock lock
  lock=$(sha256sum <web/package-lock.json)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ]; then
    step "installing the packages of the console"
    (cd web && npm ci --no-audit --no-fund)
    echo "$lock" >"$stamp"
  fi
}

# Builds the console into web/dist, if a source is newer than the last build.
build_web() {
  local stamp=web/node_modules/.quintet-build newer
  install_web
  newer=$(find web -mindepth 1 \( -name node_modules -o -name dist -o -name e2e -o -name test-results -o -name '*.tsbuildinfo' \) -prune \
    -o -newer "$stamp" -print -quit 2>/dev/null || true)
  # The mark comes from before the build, so that a source saved meanwhile is not missed.
  if [ ! -e "$stamp" ] || [ ! -e web/dist/index.html ] || [ -n "$newer" ]; then
    step "building the console"
    touch "$stamp.next"
    (cd web && npm run --silent build)
    mv "$stamp.next" "$stamp"
  fi
}

# Builds the program `quintet` with the console inside.
build_server() {
  build_web
  step "building the server"
  cargo build --locked --package server
}

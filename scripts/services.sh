# shellcheck shell=bash
# Starts PostgreSQL, Redis and Quintet for a test, on private loopback ports, and stops them by process id at the end.
# Sourced by scripts/test/*.sh, after scripts/build.sh.

# A part that is run without ./test has a folder of its own.
if [ -z "${QUINTET_TEST_DIR:-}" ]; then
  QUINTET_TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/quintet-test.XXXXXX")
  chmod 755 "$QUINTET_TEST_DIR"
  own_test_dir=yes
fi

# What was started: "signal pid", where the signal is the one that the program understands as "stop now, but properly".
started=()

# Stops what was started, youngest first, and waits until it is gone. The status to exit with may be given.
stop_services() {
  local status=${1:-$?} index signal pid
  trap - EXIT
  for ((index = ${#started[@]} - 1; index >= 0; index--)); do
    read -r signal pid <<<"${started[index]}"
    kill "-$signal" "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
  [ -z "${own_test_dir:-}" ] || rm -rf "$QUINTET_TEST_DIR"
  exit "$status"
}
trap 'stop_services $?' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Prints a free port: the system chooses it. Somebody else may take it before it is used, so that starters try again.
free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# Prints 32 random hexadecimal digits.
random_secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# Runs a command as the user `postgres` if we are root, because initdb refuses root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

# Starts a PostgreSQL of our own and sets TEST_DATABASE_URL.
start_postgres() {
  local bin folder="$QUINTET_TEST_DIR/postgres.$$" password port shown
  bin=$(dirname "$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
  password=$(random_secret)

  mkdir -p "$folder"
  printf '%s\n' "$password" >"$folder/password"
  chmod 600 "$folder/password"
  [ "$(id -u)" -ne 0 ] || chown -R postgres: "$folder"
  (cd "$folder" && as_postgres "$bin/initdb" --pgdata="$folder/data" --username=quintet --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder.initdb.log")

  for _ in 1 2 3; do
    port=$(free_port)
    # The data are thrown away: nothing has to survive a power cut.
    if (cd "$folder" && as_postgres "$bin/pg_ctl" start --pgdata="$folder/data" --wait --timeout=60 --log="$folder/log" \
      --options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
      >/dev/null); then
      started+=("INT $(head -n 1 "$folder/data/postmaster.pid")")
      break
    fi
    port=
  done
  if [ -z "$port" ]; then
    cat "$folder/log" >&2
    return 1
  fi

  shown=$(PGPASSWORD=$password psql -X -h 127.0.0.1 -p "$port" -U quintet -d postgres -Atc 'SHOW data_directory')
  if [ "$shown" != "$folder/data" ]; then
    echo "The PostgreSQL on port $port keeps its data in $shown: it is not ours, and is left alone." >&2
    return 1
  fi
  export TEST_DATABASE_URL="postgres://quintet:$password@127.0.0.1:$port/postgres"
}

# Starts a Redis of our own, without the commands that a careful operator takes away, and sets TEST_REDIS_URL.
start_redis() {
  local folder="$QUINTET_TEST_DIR/redis" password port pid
  password=$(random_secret)
  mkdir -p "$folder"
  for _ in 1 2 3; do
    port=$(free_port)
    redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save '' --appendonly no --requirepass "$password" \
      --rename-command FLUSHALL '' --rename-command FLUSHDB '' --rename-command CONFIG '' --rename-command SHUTDOWN '' \
      >"$folder/log" 2>&1 &
    pid=$!
    for _ in $(seq 50); do
      if [ "$(REDISCLI_AUTH=$password redis-cli -h 127.0.0.1 -p "$port" PING 2>/dev/null)" = PONG ] && kill -0 "$pid" 2>/dev/null; then
        started+=("TERM $pid")
        export TEST_REDIS_URL="redis://:$password@127.0.0.1:$port/0"
        return
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  done
  cat "$folder/log" >&2
  return 1
}

# Starts the server on an empty data folder and sets QUINTET_URL. Arguments are settings, NAME=value.
start_quintet() {
  local folder="$QUINTET_TEST_DIR/quintet" port pid
  mkdir -p "$folder"
  for _ in 1 2 3; do
    port=$(free_port)
    env QUINTET_ENV_FILE=/dev/null HOST=127.0.0.1 PORT="$port" DATA_DIR="$folder/data" LOG_FILE="$folder/logs/quintet.log" "$@" \
      "$QUINTET_BIN" serve >"$folder/output" 2>&1 &
    pid=$!
    for _ in $(seq 300); do
      if curl -fsS -o /dev/null "http://127.0.0.1:$port/health/ready" 2>/dev/null && kill -0 "$pid" 2>/dev/null; then
        started+=("TERM $pid")
        export QUINTET_URL="http://127.0.0.1:$port"
        return
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    rm -rf "$folder/data"
  done
  tail -n 50 "$folder/output" >&2
  echo "The server did not become ready." >&2
  return 1
}

# Starts the server, with more settings if they are given, and signs its administrator in: sets QUINTET_USER,
# QUINTET_PASSWORD and QUINTET_TOKEN. The first password is changed, as everybody must.
start_quintet_signed_in() {
  local first
  first=$(random_secret)
  QUINTET_USER=admin@example.com
  QUINTET_PASSWORD=$(random_secret)
  start_quintet ADMIN_EMAIL="$QUINTET_USER" ADMIN_PASSWORD="$first" "$@"
  QUINTET_TOKEN=$(post_json /api/auth/login "{\"username\":\"$QUINTET_USER\",\"password\":\"$first\"}" |
    node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).access_token')
  post_json /api/auth/password "{\"current_password\":\"$first\",\"new_password\":\"$QUINTET_PASSWORD\"}" \
    --header "Authorization: Bearer $QUINTET_TOKEN"
  export QUINTET_USER QUINTET_PASSWORD QUINTET_TOKEN
}

post_json() { # path, body, more arguments of curl
  curl --silent --show-error --fail-with-body --header 'Content-Type: application/json' --data "$2" "${@:3}" "$QUINTET_URL$1"
}

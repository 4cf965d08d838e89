# shellcheck shell=bash
# Runs the shipped nginx site before a running server, on private ports with a certificate of its own, and checks what it
# promises. Sourced by scripts/test/deploy.sh, after scripts/services.sh.

# The name in the shipped site.
site=quintet.example.com

# Prints the shipped configuration with the ports and paths of this test.
proxy_configuration() { # folder, server port, http port, https port
  cat <<EOT
daemon off;
pid $1/nginx.pid;
error_log $1/error.log warn;
events {}
http {
    access_log off;
    client_body_temp_path $1/body;
    proxy_temp_path $1/proxy;
    fastcgi_temp_path $1/fastcgi;
    uwsgi_temp_path $1/uwsgi;
    scgi_temp_path $1/scgi;
EOT
  sed "s/127\.0\.0\.1:8080/127.0.0.1:$2/" deploy/nginx/quintet-upstream.conf
  sed -E -e '/listen \[::\]/d' \
    -e "s/listen 80;/listen 127.0.0.1:$3; listen 127.0.0.2:$3;/" \
    -e "s/listen 443 ssl http2;/listen 127.0.0.1:$4 ssl http2; listen 127.0.0.2:$4 ssl http2;/" \
    -e "s#/etc/letsencrypt/live/$site/#$1/#" deploy/nginx/quintet.conf
  echo '}'
}

# Starts nginx before the server at QUINTET_URL and sets proxy_http and proxy_https to its ports.
start_proxy() {
  local folder="$QUINTET_TEST_DIR/proxy" nginx pid
  nginx=$(command -v nginx || echo /usr/sbin/nginx)
  mkdir -p "$folder"
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=$site" -addext "subjectAltName=DNS:$site" \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null

  for _ in 1 2 3; do
    proxy_http=$(free_port)
    proxy_https=$(free_port)
    proxy_configuration "$folder" "${QUINTET_URL##*:}" "$proxy_http" "$proxy_https" >"$folder/nginx.conf"
    "$nginx" -t -q -p "$folder" -c "$folder/nginx.conf"
    "$nginx" -p "$folder" -c "$folder/nginx.conf" 2>"$folder/output" &
    pid=$!
    for _ in $(seq 50); do
      if through_proxy /health -o /dev/null 2>/dev/null && kill -0 "$pid" 2>/dev/null; then
        started+=("TERM $pid")
        return
      fi
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -TERM "$pid" 2>/dev/null || true
  done
  cat "$folder/output" "$folder/error.log" >&2
  echo "nginx did not start, or cannot reach the server." >&2
  return 1
}

# Asks for a path through TLS; further arguments go to curl. Fails if the certificate or the name is wrong.
through_proxy() {
  local path=$1
  shift
  curl --silent --max-time 10 --cacert "$QUINTET_TEST_DIR/proxy/fullchain.pem" \
    --resolve "$site:$proxy_https:127.0.0.1" "$@" "https://$site:$proxy_https$path"
}

# Fails with a sentence unless two texts are equal.
expect() { # what, expected, found
  if [ "$2" = "$3" ]; then return; fi
  printf 'proxy: %s: expected "%s", found "%s"\n' "$1" "$2" "$3" >&2
  return 1
}

# Checks that the answer to a request has each security header exactly once.
expect_headers() { # what, curl arguments of through_proxy …
  local what=$1 header headers
  shift
  headers=$(through_proxy "$@" --output /dev/null --dump-header - | tr -d '\r')
  for header in Strict-Transport-Security X-Frame-Options X-Content-Type-Options X-XSS-Protection Content-Security-Policy; do
    expect "$header in $what" 1 "$(grep -ic "^$header:" <<<"$headers")"
  done
}

# Checks what the shipped site promises.
check_proxy() {
  local status=(--output /dev/null --write-out '%{http_code}') found
  expect "plain HTTP" "301 https://$site/pools?a=b" "$(curl --silent --resolve "$site:$proxy_http:127.0.0.1" "${status[@]}" \
    --write-out '%{http_code} %{redirect_url}' "http://$site:$proxy_http/pools?a=b")"
  expect "HTTP version" 2 "$(through_proxy /health --output /dev/null --write-out '%{http_version}')"
  expect_headers "an answer of the server" /health
  expect_headers "an answer of the proxy itself" / --request POST --header 'Content-Length: 99999999999'

  found=$(through_proxy /health --header 'X-Request-ID: from-the-caller' --output /dev/null --dump-header - | tr -d '\r' |
    sed -n 's/^x-request-id: //Ip')
  expect "request id" from-the-caller "$found"

  expect "metrics for the monitoring" 200 "$(through_proxy /metrics "${status[@]}")"
  expect "metrics for others" 403 "$(curl --silent --insecure --interface 127.0.0.2 --resolve "$site:$proxy_https:127.0.0.2" \
    "${status[@]}" "https://$site:$proxy_https/metrics")"

  if openssl s_client -connect "127.0.0.1:$proxy_https" -tls1_1 -cipher 'ALL:@SECLEVEL=0' </dev/null >/dev/null 2>&1; then
    echo "proxy: TLS 1.1 is accepted" >&2
    return 1
  fi
}

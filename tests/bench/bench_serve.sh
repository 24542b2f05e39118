#!/bin/sh
# bench_serve.sh DIRECTORY: requests per second beside nginx that returns a constant of the same size, at 8 and 64
# connections, the server on one core and wrk on another: a constant (build/bench_serve), and the stand-in
# (build/carto-mcp api). BENCH_SECONDS (3) for each, BENCH_ROUNDS (5) of both in turn, the median ratio's row is printed.
mkdir -p "$1" && dir=$(cd "$1" && pwd) || exit 1
seconds=${BENCH_SECONDS:-3} rounds=${BENCH_ROUNDS:-5} nginx_port=${BENCH_PORT:-8799}
server=0 client=0
[ "$(nproc)" -gt 1 ] && client=1
trap 'kill $ours $theirs 2>/dev/null' EXIT

letters() { head -c "$1" /dev/zero | tr '\0' x; }

start_nginx() { # start_nginx BYTES: the text is two words, since nginx reads at most 4 KiB as one
  half=$(($1 / 2 - 1))
  cat >"$dir/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600; tcp_nodelay on;
  client_body_temp_path $dir/a; proxy_temp_path $dir/b; fastcgi_temp_path $dir/c; uwsgi_temp_path $dir/d; scgi_temp_path $dir/e;
  geo \$first { default '$(letters $half)'; } geo \$second { default '$(letters $(($1 - 2 - half)))'; }
  server { listen 127.0.0.1:$nginx_port; default_type application/json; location / { return 200 '"\$first\$second"'; } }
}
CONF
  taskset -c $server nginx -p "$dir" -c "$dir/nginx.conf" 2>/dev/null &
  theirs=$! url_theirs=http://127.0.0.1:$nginx_port/
}

start_ours() { # start_ours PATH COMMAND...
  path=$1
  shift
  rm -f "$dir/said"
  taskset -c $server "$@" >"$dir/said" 2>&1 &
  ours=$!
  for try in 1 2 3 4 5 6 7 8 9 10; do [ -s "$dir/said" ] && break; sleep 0.1; done
  url_ours=http://127.0.0.1:$(grep -o '[0-9]*$' "$dir/said" | head -1)$path
}

size() { # size URL: of its answer
  : >"$dir/answer"
  for try in 1 2 3 4 5 6 7 8 9 10; do curl -sf -o "$dir/answer" "$1" && break; sleep 0.2; done
  wc -c <"$dir/answer"
}

ask() { # ask URL CONNECTIONS: requests per second; what is no 2xx counts as none
  taskset -c $client wrk -t1 -c"$2" -d"${seconds}s" "$1" >"$dir/wrk.out" 2>&1
  if grep -q 'Non-2xx\|Socket errors' "$dir/wrk.out"; then echo 0; else awk '/^Requests\/sec/ {print $2}' "$dir/wrk.out"; fi
}

compare() { # compare WORK
  bytes=$(size "$url_ours")
  [ "$bytes" -gt 2 ] || { echo "no answer from $url_ours" >&2; exit 1; }
  start_nginx "$bytes"
  [ "$(size "$url_theirs")" = "$bytes" ] || { echo "nginx does not answer $bytes bytes" >&2; exit 1; }
  for connections in 8 64; do
    round=0
    : >"$dir/rows"
    while [ $round -lt "$rounds" ]; do
      echo "$(ask "$url_ours" $connections) $(ask "$url_theirs" $connections)" >>"$dir/rows"
      round=$((round + 1))
    done
    awk '{print $1 / $2, $1, $2}' "$dir/rows" | sort -n |
      awk -v work="$1, $bytes bytes, $connections connections" '{line[NR] = $0} END {
        split(line[int((NR + 1) / 2)], m, " ")
        printf "{\"work\":\"%s\",\"unit\":\"requests/s\",\"ours\":%.0f,\"peer\":\"nginx, a constant\",", work, m[2]
        printf "\"theirs\":%.0f,\"ratio\":%.3f,\"budget\":\">= 0.7\",\"met\":%s}\n", m[3], m[1], (m[1] < 0.7 ? "false" : "true")}'
  done
  { kill $ours $theirs; wait $ours $theirs; } 2>/dev/null
}

for bytes in 200 4096; do
  start_ours / build/bench_serve $bytes
  compare "HTTP, a constant"
done
start_ours /v3/connections build/carto-mcp --data demo=fixtures/data api --listen 127.0.0.1:0
compare "the stand-in's connections"

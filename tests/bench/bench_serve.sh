#!/bin/sh
# bench_serve.sh DIRECTORY [PROGRAM ARGUMENT...]: requests per second that are answered with a constant, beside nginx, at
# 8 and 64 connections: the server on one core, wrk on another. A PROGRAM that prints its port is asked for / instead.
dir=$1 seconds=${BENCH_SECONDS:-3} rounds=${BENCH_ROUNDS:-5}
mkdir -p "$dir" || exit 1
command -v nginx >/dev/null && command -v wrk >/dev/null || exit 1
server=0 client=0
[ "$(nproc)" -gt 1 ] && client=1
trap 'kill $ours $theirs 2>/dev/null; wait 2>/dev/null' EXIT

letters() { head -c "$1" /dev/zero | tr '\0' x; }

# nginx reads at most 4 KiB as one word of its configuration
start_nginx() { # start_nginx BYTES
  half=$(letters $(($1 / 2 - 1)))
  cat >"$dir/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600; tcp_nodelay on;
  client_body_temp_path $dir/a; proxy_temp_path $dir/b; fastcgi_temp_path $dir/c; uwsgi_temp_path $dir/d; scgi_temp_path $dir/e;
  geo \$first { default '$half'; } geo \$second { default '$half'; }
  server { listen 127.0.0.1:8799; default_type application/json; location / { return 200 '"\$first\$second"'; } }
}
CONF
  taskset -c $server nginx -p "$dir" -c "$dir/nginx.conf" &
  theirs=$!
  for try in 1 2 3 4 5 6 7 8 9 10; do curl -s -o "$dir/theirs" http://127.0.0.1:8799/ && break; sleep 0.2; done
}

start_ours() { # start_ours COMMAND...
  rm -f "$dir/port"
  taskset -c $server "$@" >"$dir/port" &
  ours=$!
  for try in 1 2 3 4 5 6 7 8 9 10; do [ -s "$dir/port" ] && break; sleep 0.1; done
  port=$(cat "$dir/port")
}

ask() { # ask PORT CONNECTIONS: requests per second; what is no 2xx counts as none
  taskset -c $client wrk -t1 -c"$2" -d"${seconds}s" "http://127.0.0.1:$1/" >"$dir/wrk.out" 2>&1
  grep -q 'Non-2xx\|Socket errors' "$dir/wrk.out" && { echo 0; return; }
  awk '/^Requests\/sec/ {print $2}' "$dir/wrk.out"
}

for bytes in 200 4096; do
  start_nginx $bytes
  start_ours build/bench_serve $bytes
  curl -s -o "$dir/ours" "http://127.0.0.1:$port/"
  [ "$(wc -c <"$dir/ours")" = $bytes ] && cmp -s "$dir/ours" "$dir/theirs" || { echo "the answers differ" >&2; exit 1; }
  for connections in 8 64; do
    : >"$dir/rows"
    round=0
    while [ $round -lt "$rounds" ]; do
      echo "$(ask "$port" $connections) $(ask 8799 $connections)" >>"$dir/rows"
      round=$((round + 1))
    done
    awk -v bytes=$bytes -v connections=$connections '{print $1 / $2, $1, $2}' "$dir/rows" | sort -n |
      awk -v bytes=$bytes -v connections=$connections '{line[NR] = $0} END {split(line[int((NR + 1) / 2)], m, " ")
        printf "{\"work\":\"HTTP, %d bytes, %d connections\",\"unit\":\"requests/s\",\"ours\":%.0f,\"peer\":\"nginx\",", bytes, connections, m[2]
        printf "\"theirs\":%.0f,\"ratio\":%.3f,\"budget\":\">= 0.7\",\"met\":%s}\n", m[3], m[1], (m[1] >= 0.7 ? "true" : "false")}'
  done
  kill $ours $theirs
  wait 2>/dev/null
done

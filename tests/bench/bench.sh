#!/bin/sh
# bench.sh [json | statistics | widgets | map | charts | jobs | tables | stdio | sql | http | serve]
# All measurements, or one group, one after the other: rows go to build/bench.jsonl and are printed as a table.
# A peer that is not installed is installed where that can be done, else its rows are left out with the reason.
cc=${CC:-cc} cxx=${CXX:-c++} only=$1
out=build/bench.jsonl
: >$out

run() { # run NAME COMMAND...
  name=$1
  shift
  echo "measuring $name ..." >&2
  "$@" >build/bench.part && cat build/bench.part >>$out || echo "skipped: $name did not finish" >&2
}

wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

have() { echo "#include <$1>" | $cxx -std=c++17 -x c++ -fsyntax-only - 2>/dev/null; }

need() { # need "HEADERS" "PACKAGES": sets missing to the headers that cannot be had
  for attempt in 1 2; do
    missing=
    for header in $1; do have $header || missing="$missing $header"; done
    if [ $attempt = 2 ] || [ -z "$missing" ]; then return; fi
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then return; fi
    apt-get update -qq >/dev/null 2>&1
    apt-get install -y -qq $2 >/dev/null 2>&1
  done
}

measure_json() {
  need "simdjson.h rapidjson/document.h cjson/cJSON.h jansson.h json-c/json.h" \
    "libsimdjson-dev rapidjson-dev libcjson-dev libjansson-dev libjson-c-dev g++"
  if [ -n "$missing" ]; then
    echo "skipped: JSON, since these are missing:$missing" >&2
  else
    $cc -std=c99 -O2 -c tests/bench/bench_json_ours.c -o build/bench_json_ours.o &&
      $cc -std=c99 -O2 -c tests/bench/bench_json_c.c -o build/bench_json_c.o &&
      $cxx -std=c++17 -O2 tests/bench/bench_json.cc build/bench_json_ours.o build/bench_json_c.o \
        -o build/bench_json -lsimdjson -lcjson -ljansson -ljson-c && run JSON build/bench_json
  fi
}

# Its peers are two programs more: bench_sql.mjs says what is skipped without them.
measure_sql() {
  need sqlite3.h libsqlite3-dev
  if [ -z "$missing" ]; then
    $cc -std=c99 -O2 tests/bench/bench_sqlite.c -o build/bench_sqlite -lsqlite3 -lm
  else
    rm -f build/bench_sqlite
  fi
  run "SQL against its peers" node tests/bench/bench_sql.mjs
}

measure_hotspots() {
  if ls /usr/lib/postgresql/*/bin/initdb /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 &&
    /usr/bin/python3 -c 'import psycopg2' 2>/dev/null; then
    PYTHONDONTWRITEBYTECODE=1 run "hotspots against PostGIS" /usr/bin/python3 tests/bench/bench_jobs.py build/bench_jobs \
      build/bench-data/jobs
  else
    echo "skipped: hotspots against PostGIS, which is not installed (make test-oracle installs it)" >&2
  fi
}

measure_serve() {
  if ! command -v nginx >/dev/null || ! command -v wrk >/dev/null || ! command -v curl >/dev/null; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null 2>&1 &&
      apt-get install -y -qq nginx-light wrk curl >/dev/null 2>&1
  fi
  if command -v nginx >/dev/null && command -v wrk >/dev/null && command -v curl >/dev/null; then
    run "the HTTP server" sh tests/bench/bench_serve.sh build/bench-data/serve
  else
    echo "skipped: the HTTP server, since nginx, wrk or curl is missing" >&2
  fi
}

# Client and server on one core, the last that there is: what is counted is work, not how fast cores wake each other.
measure_http() {
  need curl/curl.h "libcurl4-openssl-dev"
  if [ -n "$missing" ] || ! command -v taskset >/dev/null; then
    echo "skipped: HTTP beside libcurl, since curl/curl.h or taskset is missing" >&2
    return
  fi
  $cc -std=c99 -D_POSIX_C_SOURCE=200809L -O2 tests/bench/bench_http.c -o build/bench_http -lcurl -lm || return
  core=$(($(nproc) - 1))
  run "HTTP beside libcurl" taskset -c $core build/bench_http
  command -v nginx >/dev/null || { echo "skipped: HTTP beside libcurl from nginx, which is not installed" >&2; return; }
  mkdir -p build/nginx
  cat >build/nginx/conf <<CONF
worker_processes 1; daemon off; pid $PWD/build/nginx/pid; error_log /dev/null;
events { worker_connections 64; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600;
  client_body_temp_path $PWD/build/nginx/a; proxy_temp_path $PWD/build/nginx/b; fastcgi_temp_path $PWD/build/nginx/c;
  uwsgi_temp_path $PWD/build/nginx/d; scgi_temp_path $PWD/build/nginx/e;
  server { listen 127.0.0.1:8767; location / { default_type application/json; return 200 "$(printf '%0256d' 0)"; } }
}
CONF
  taskset -c $core nginx -c "$PWD/build/nginx/conf" 2>/dev/null &
  nginx=$!
  sleep 1
  run "HTTP beside libcurl, from nginx" taskset -c $core build/bench_http http://127.0.0.1:8767/v3/sql/bench/query
  kill $nginx
}

# A 100 MB answer into columns: alone, and over HTTP beside libcurl.
measure_rows() {
  need curl/curl.h libcurl4-openssl-dev
  if [ -z "$missing" ]; then
    $cc -std=c99 -O2 -DBENCH_CURL tests/bench/bench_rows.c -o build/bench_rows -lcurl -lm
  else
    echo "skipped: rows beside libcurl, since curl/curl.h is missing" >&2
    $cc -std=c99 -O2 tests/bench/bench_rows.c -o build/bench_rows -lm
  fi && run "rows of an answer" build/bench_rows
}

wanted json && measure_json
wanted http && measure_http
wanted statistics && run statistics build/bench_stats
wanted widgets && run widgets build/bench_widget
wanted map && run "map tools" build/bench_map
wanted http && measure_rows
wanted jobs && run jobs build/bench_jobs
wanted jobs && measure_hotspots
wanted serve && measure_serve
wanted sql && run SQL build/bench_sql && run "how often SQL asks" build/bench_sql asks
if command -v node >/dev/null; then
  if wanted tables || wanted sql; then
    if sh tests/npm.sh build/bench-npm tests/bench/package.json; then
      wanted tables && run tables node tests/bench/bench_table.mjs
      wanted sql && measure_sql
    fi
  fi
  mkdir -p build/bench-data
  wanted widgets && sh tests/npm.sh build/widgets-npm tests/widgets/package.json &&
    run "widgets against the JavaScript client" node --max-old-space-size=6000 tests/bench/bench_widget.mjs
  wanted charts && sh tests/npm.sh build/charts-npm tests/charts/package.json &&
    run "charts against Ajv" node tests/bench/bench_chart.mjs
  wanted stdio && sh tests/npm.sh build/mcp tests/mcp/package.json &&
    run stdio node tests/bench/bench_stdio.mjs build/carto-mcp
  node tests/bench/table.mjs $out
else
  echo "skipped: tables, SQL, widgets and charts against their peers and stdio, since node is missing" >&2
  cat $out
fi

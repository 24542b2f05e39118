#!/bin/sh
# All measurements, one after the other: rows go to build/bench.jsonl and are printed as a table. A peer that
# is not installed is installed where that can be done, else its rows are left out with the reason.
cc=${CC:-cc} cxx=${CXX:-c++}
out=build/bench.jsonl
: >$out

run() { # run NAME COMMAND...
  name=$1
  shift
  echo "measuring $name ..." >&2
  "$@" >build/bench.part && cat build/bench.part >>$out || echo "skipped: $name did not finish" >&2
}

have() { echo "#include <$1>" | $cxx -std=c++17 -x c++ -fsyntax-only - 2>/dev/null; }

peers="simdjson.h rapidjson/document.h cjson/cJSON.h jansson.h json-c/json.h"
missing=
for header in $peers; do have $header || missing="$missing $header"; done
if [ -n "$missing" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq libsimdjson-dev rapidjson-dev libcjson-dev libjansson-dev libjson-c-dev g++ >/dev/null 2>&1
  missing=
  for header in $peers; do have $header || missing="$missing $header"; done
fi
if [ -n "$missing" ]; then
  echo "skipped: JSON, since these are missing:$missing" >&2
else
  $cc -std=c99 -O2 -c tests/bench/bench_json_ours.c -o build/bench_json_ours.o &&
    $cc -std=c99 -O2 -c tests/bench/bench_json_c.c -o build/bench_json_c.o &&
    $cxx -std=c++17 -O2 tests/bench/bench_json.cc build/bench_json_ours.o build/bench_json_c.o \
      -o build/bench_json -lsimdjson -lcjson -ljansson -ljson-c && run JSON build/bench_json
fi
run statistics build/bench_stats
if command -v node >/dev/null; then
  sh tests/npm.sh build/bench-npm tests/bench/package.json && run tables node tests/bench/bench_table.mjs
  sh tests/npm.sh build/mcp tests/mcp/package.json && run stdio node tests/bench/bench_stdio.mjs build/carto-mcp
  node tests/bench/table.mjs $out
else
  echo "skipped: tables and stdio, since node is missing" >&2
  cat $out
fi

# carto_mcp: one header. The default build needs a C compiler and make, nothing else.
# Your own CC, CFLAGS and LDFLAGS are kept: they come last where programs are built, and replace nothing.

CC ?= cc
CXX ?= c++
CFLAGS ?= -O2 -g
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wundef -Wvla
CWARN = $(WARN) -Wstrict-prototypes -Wmissing-prototypes
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TESTFLAGS = -std=c99 -D_POSIX_C_SOURCE=200809L -O0 -g1 -w $(SANITIZE) -DCARTO_MCP_ASSERT=assert -include assert.h
PORTABLE = -DCARTO_MCP__NO_SIMD -DCARTO_MCP__NO_INT128
FUZZ_SECONDS ?= 30
FUZZCC ?= clang
FUZZFLAGS = -std=c99 -D_POSIX_C_SOURCE=200809L -O1 -g -w -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined

HEADER = carto_mcp.h
TESTS = base number match time json schema geo table stats widget sql style document view gazetteer local map chart rest \
  tools workflow story account_story rpc files stdio net tape http rows guard standin account serve procedures
PORTABLE_TESTS = number json geo stats widget sql rows
FUZZERS = json csv geojson geo message pipe arguments match widget sql sql_parameters map_document map_tools \
  workflow_document workflow_inputs job_store chart tape http_response url rows sql_check standin \
  http_request
HAVE_CURL := $(shell echo '\#include <curl/curl.h>' | $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
TEST_BINS = $(TESTS:%=build/test_%) $(PORTABLE_TESTS:%=build/portable_%)

all: build/carto-mcp build/minimal

help:
	@echo "make            build/carto-mcp, the server as a program"
	@echo "make CURL=1     the same with libcurl, for https"
	@echo "make run        build it and play the demo"
	@echo "make test       build and pass the tests (a C compiler is enough)"
	@echo "make check      the long form: tests, configurations, valgrind, clients, a short fuzz run"
	@echo "make test-mcp   the official MCP clients and the Inspector against the program (npm)"
	@echo "make test-oracle SQL beside PostgreSQL and PostGIS, widgets beside the JavaScript client: ORACLE_SECONDS"
	@echo "                (60) of each random (Debian packages, npm)"
	@echo "make test-client CARTO's own client and deck.gl's against the stand-in for its API: CLIENT_CASES (400) random"
	@echo "                widgets beside the client's own computation, from CLIENT_SEED (npm)"
	@echo "make test-chart CHART_MUTATIONS (6000) mutated charts beside Vega-Lite's schema in Ajv (npm)"
	@echo "make bench      measure against peers; writes build/bench.jsonl (npm, Debian packages);"
	@echo "                BENCH=GROUP: only those rows: sql, widgets, map, jobs, charts, json, statistics, tables, stdio, http, serve"
	@echo "make fuzz       each fuzz target for FUZZ_SECONDS (30); needs clang"
	@echo "make size       code size by configuration"
	@echo "make layers, make freestanding, make configs, make clean"

build:
	@mkdir -p build

# with libcurl (1) or without: newer than a program that was built the other way
build/curl: always | build
	@[ "$$(cat $@ 2>/dev/null)" = "x$(CURL)" ] || echo "x$(CURL)" >$@

build/carto-mcp: examples/carto-mcp.c examples/*.h $(HEADER) build/curl | build
	$(CC) -std=c99 $(CWARN) -DCARTO_MCP_FIXTURES='"$(CURDIR)/fixtures"' $(CURL:1=-DCARTO_MCP_USE_CURL) $(CFLAGS) -o $@ \
	  examples/carto-mcp.c $(CURL:1=-lcurl) $(LDFLAGS)

build/minimal: examples/minimal.c $(HEADER) | build
	$(CC) -std=c99 $(CWARN) $(CFLAGS) -o $@ examples/minimal.c $(LDFLAGS)

run: build/carto-mcp
	@build/carto-mcp demo

# ---- tests

build/test_%: tests/test_%.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -o $@ $< -lm $(LDFLAGS)

build/test_net: LDFLAGS += -pthread
build/curl_net: tests/test_net.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -DCARTO_MCP_USE_CURL -o $@ $< -lcurl -lm -pthread $(LDFLAGS)

build/portable_%: tests/test_%.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) $(PORTABLE) -o $@ $< -lm $(LDFLAGS)

build/replay: tests/replay.c fuzz/*.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -o $@ tests/replay.c $(LDFLAGS)

build/carto-corpus: tests/corpus.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -o $@ tests/corpus.c -lm $(LDFLAGS)

build/sql-engine: tests/sql/engine.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -O1 -o $@ $< -lm $(LDFLAGS)

build/widget-engine: tests/widgets/engine.c tests/*.h $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -O1 -o $@ $< -lm $(LDFLAGS)

build/chart-engine: tests/charts/engine.c $(HEADER) | build
	@echo "  CC $@"; $(CC) $(TESTFLAGS) -O1 -o $@ $< $(LDFLAGS)

build-tests: build/carto-mcp build/carto-corpus build/replay build/test_jobs $(TEST_BINS) $(if $(HAVE_CURL),build/curl_net)

build/tests.list: Makefile | build
	@echo "sh tests/test_examples.sh" >$@
	@for t in $(TEST_BINS); do echo $$t; done | sort -r >>$@
	@echo "build/replay fuzz/corpus fuzz/regress" >>$@
	@echo "$(if $(HAVE_CURL),build/curl_net curl,echo skipped: the carrier over libcurl)" >>$@
	@for c in jsontestsuite:json/JSONTestSuite json-numbers:json/numbers jcs:json/jcs csv:csv \
	  geojson:geojson wkt:geojson/wkt.json h3:h3 quadbin:quadbin geo-ops:geo-ops stats:stats/expected \
	  widgets:widgets map-colors:map/map-colors.jsonl map-styles:map/map-styles.jsonl mask:mask view:view \
	  charts:vega_lite/examples; do \
	  echo "build/carto-corpus $${c%%:*} tests/corpora/$${c#*:}"; done >>$@
	@echo "build/carto-corpus sql tests/sql" >>$@
	@echo "sh tests/test_program.sh build/carto-mcp" >>$@
	@echo "build/test_jobs build/carto-mcp" >>$@

test: build/tests.list
	@rm -f build/tally
	@$(MAKE) --no-print-directory -j$${JOBS:-$$(nproc 2>/dev/null || echo 1)} build-tests
	@sh tests/tally.sh --all build/tests.list
	@sh tests/tally.sh --sum

layers configs freestanding size rules: build/carto-mcp
	@CC="$(CC)" CXX="$(CXX)" WARN="$(WARN)" sh tests/configs.sh $@

check: test
	@$(MAKE) --no-print-directory check-long

# What takes long, several steps at a time, longest first; on top of the tests before it.
build/check.list: Makefile | build
	@{ echo "sh tests/cross.sh"; echo "sh tests/valgrind.sh"; echo "sh tests/configs.sh configs"; \
	echo "$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=5"; \
	echo "$(MAKE) --no-print-directory test-oracle ORACLE_SECONDS=20 ORACLE_SEED=1"; \
	echo "$(MAKE) --no-print-directory test-mcp"; \
	echo "$(MAKE) --no-print-directory test-client CLIENT_SEED=1"; \
	echo "$(MAKE) --no-print-directory test-chart CHART_SEED=1"; \
	for step in freestanding layers rules; do echo "sh tests/configs.sh $$step"; done; \
	echo "build/carto-corpus sql-prefixes tests/sql"; echo "sh tests/oracles.sh"; } >$@

check-long: build/check.list
	@CC="$(CC)" CXX="$(CXX)" WARN="$(WARN)" PREFIX_STEP=16 sh tests/tally.sh --all build/check.list
	@sh tests/tally.sh --sum

test-mcp: build/carto-mcp
	@sh tests/npm.sh build/mcp tests/mcp/package.json && node tests/mcp/run.mjs build/carto-mcp

test-client: build/carto-mcp
	@sh tests/npm.sh build/client-npm tests/client/package.json && node tests/client/run.mjs build/carto-mcp

test-oracle: build/sql-engine build/widget-engine build/test_guard
	@sh tests/sql/oracle.sh --engine build/sql-engine
	@ORACLE=guard_oracle sh tests/sql/oracle.sh build/test_guard
	@if sh tests/npm.sh build/widgets-npm tests/widgets/package.json; then \
	  node tests/widgets/oracle.mjs build/widget-engine; fi

test-chart: build/chart-engine
	@sh tests/npm.sh build/charts-npm tests/charts/package.json && node tests/charts/oracle.mjs build/chart-engine

# ---- fuzzing

build/fuzz: tests/replay.c fuzz/*.c tests/*.h $(HEADER) | build
	$(FUZZCC) $(FUZZFLAGS) -DREPLAY_FUZZES -o $@ tests/replay.c

fuzz:
	@sh tests/fuzz.sh "$(FUZZCC)" $(FUZZ_SECONDS) $(FUZZERS)

# ---- measuring

build/nothing build/startup: build/%: tests/bench/%.c | build
	$(CC) -O2 -o $@ $<

build/bench_%: tests/bench/bench_%.c $(HEADER) | build
	$(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -O2 $(CFLAGS) -o $@ $< -lm $(LDFLAGS)

bench: build/carto-mcp build/nothing build/startup build/bench_stats build/bench_table build/bench_sql \
  build/bench_widget build/bench_map build/bench_chart build/bench_jobs build/bench_serve
	@CC="$(CC)" CXX="$(CXX)" sh tests/bench/bench.sh $(BENCH)

clean:
	rm -rf build

.PHONY: always all help run test build-tests check check-long layers configs freestanding size rules test-mcp test-oracle test-chart test-client \
  fuzz bench clean test-chart
.SECONDARY:

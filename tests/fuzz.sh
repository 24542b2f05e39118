#!/bin/sh
# fuzz.sh CLANG SECONDS ENTRY...: builds the fuzzer and runs each target from its seeds. New inputs stay in
# build/corpus/; a finding is left there too and belongs into fuzz/regress/ENTRY.
cc=$1 seconds=$2
shift 2
command -v "$cc" >/dev/null || { echo "skipped: $cc is not installed"; exit 0; }
passed=0 failed=0
if ! make --no-print-directory FUZZCC="$cc" build/fuzz >build/fuzz.log 2>&1; then
  if grep -q 'libclang_rt.fuzzer' build/fuzz.log; then echo "skipped: $cc has no fuzzer runtime"; exit 0; fi
  cat build/fuzz.log
  echo "0 passed, 1 failed"
  exit 1
fi
for entry in "$@"; do
  mkdir -p "build/corpus/$entry"
  dict=
  [ -f "fuzz/$entry.dict" ] && dict=-dict=fuzz/$entry.dict
  echo "fuzz $entry: $seconds s"
  if FUZZ_TARGET=$entry build/fuzz -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
      -print_final_stats=1 -max_len=65536 $dict -artifact_prefix="build/corpus/$entry-" \
      "build/corpus/$entry" "fuzz/corpus/$entry" "fuzz/regress/$entry" >build/fuzz.log 2>&1; then
    passed=$((passed + 1))
    grep -E 'number_of_executed_units' build/fuzz.log
  else
    failed=$((failed + 1))
    tail -40 build/fuzz.log
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

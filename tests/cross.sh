#!/bin/sh
# The parts that have paths of their own for NEON, and all sizes, and what is read from outside, on other machines:
# aarch64 under an emulator, and 32-bit x86.
passed=0 failed=0 skipped=0

check() { # check LABEL RUNNER SOURCE ARGUMENTS COMPILER FLAG...
  label=$1 runner=$2 source=$3 arguments=$4
  shift 4
  case $source in # what runs long is worth an optimizer
    test_table | test_geo | test_stats | test_widget | test_map | test_sql | test_standin | corpus) optimize=-O1 ;;
    *) optimize=-O0 ;;
  esac
  if "$@" -std=c99 -D_POSIX_C_SOURCE=200809L $optimize -w -o build/cross_test "tests/$source.c" -lm 2>build/cross.log &&
      eval "$runner build/cross_test $arguments" >build/cross.log 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $label $source"
    tail -5 build/cross.log
  fi
}

run() { # run LABEL RUNNER COMPILER FLAG...
  at=$1 by=$2
  shift 2
  names="base number json geo table stats widget style document view gazetteer rpc http rows"
  [ "$at" = "32 bits" ] && names="$names tape guard rest standin" # an emulator takes its time
  for name in $names; do
    check "$at" "$by" "test_$name" "" "$@"
  done
  check "$at" "$by" test_map -allocation "$@" -DRANDOM_CALLS=1000 # all would take too long
  check "$at" "$by" corpus "sql tests/sql" "$@"
}

if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
  run aarch64 qemu-aarch64 aarch64-linux-gnu-gcc -static
else
  echo "skipped: aarch64, since its compiler or qemu-aarch64 is not installed"
fi
if echo 'int main(void) { return 0; }' | gcc -m32 -x c -o build/cross_test - 2>/dev/null; then
  set -- gcc -m32 -msse2 -mfpmath=sse -idirafter /usr/include/x86_64-linux-gnu
  run "32 bits" "" "$@"
  check "32 bits" "" test_sql "'-asked often'" "$@" # but for the test about time
else
  echo "skipped: 32 bits, since gcc -m32 does not link here"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

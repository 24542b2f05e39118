#!/bin/sh
# The tests once more under valgrind, in an ordinary optimised build: it sees what is read uninitialised.
command -v valgrind >/dev/null || { echo "skipped: valgrind is not installed"; exit 0; }
passed=0 failed=0
for name in base number json schema geo stats widget style document view gazetteer sql local map tools rpc http rows serve; do
  without=
  [ "$name" = sql ] && without="-asked often" # which is about time
  [ "$name" = map ] && without=-allocation    # which takes too long, as all the random calls would
  [ "$name" = gazetteer ] && without=-any_bytes
  [ "$name" = serve ] && without="-no descriptors" # valgrind has its own idea of them
  case $name in # what is over at once is not worth an optimizer
    base | json | schema | style | local | gazetteer | http | rows | serve) optimize=-O0 ;;
    *) optimize=-O1 ;;
  esac
  cc -std=c99 -D_POSIX_C_SOURCE=200809L -DRANDOM_CALLS=500 $optimize -g1 -w -o build/valgrind_test "tests/test_$name.c" -lm || exit 1
  if valgrind -q --error-exitcode=9 --leak-check=full build/valgrind_test ${without:+"$without"} \
    >build/valgrind.log 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED valgrind test_$name"
    tail -20 build/valgrind.log
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/sh
# test_examples.sh: builds the examples that tests can talk to, runs them, and looks at what they say.
cc=${CC:-cc}
dir=build/examples
mkdir -p $dir
passed=0 failed=0
says() { # says EXAMPLE TEXT: what it prints with --try
  if [ ! -x $dir/$1 ]; then
    $cc -std=c99 -O0 -w -fsanitize=address,undefined -o $dir/$1 examples/$1.c || { failed=$((failed + 1)); return; }
  fi
  if $dir/$1 --try 2>$dir/err | grep -qF -e "$2" && [ ! -s $dir/err ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  echo "FAILED $1: does not print $2"
  cat $dir/err
}
rm -f $dir/custom_tool $dir/sensor_gateway
says custom_tool '{\"lng\":3,\"lat\":42}'
says sensor_gateway '[3,\"2026-01-02T03:04:05.000Z\"]'
says sensor_gateway '{\"sensor\":3,\"times\":2,\"highest\":24.14}'
[ "$(wc -l <examples/custom_tool.c)" -lt 60 ] && passed=$((passed + 1)) || { failed=$((failed + 1)); echo "FAILED custom_tool.c: under 60 lines"; }
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

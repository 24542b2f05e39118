#!/bin/sh
# test_examples.sh: builds the examples that tests can talk to, runs them, and looks at what they say.
cc=${CC:-cc}
dir=build/examples
mkdir -p $dir
passed=0 failed=0
says() { # says EXAMPLE TEXT: what it prints with --try, or when it is asked
  if [ ! -x $dir/$1 ]; then
    $cc -std=c99 -O0 -w -fsanitize=address,undefined -o $dir/$1 examples/$1.c || { failed=$((failed + 1)); return; }
  fi
  $dir/$1 --try <$dir/asks >$dir/out 2>$dir/err
  if grep -qF -e "$2" $dir/out && [ ! -s $dir/err ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  echo "FAILED $1: does not print $2"
  cat $dir/err
}
cat >$dir/asks <<'END'
{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"execute_query","arguments":{"connection_name":"device","sql":"SELECT count(*), max(celsius) FROM readings"}}}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"overheated","arguments":{"limit":23}}}
END
rm -f $dir/custom_tool $dir/sensor_gateway
says custom_tool '{\"lng\":3,\"lat\":42}'
says sensor_gateway '\"rows\":[[3,24.14]]'
says sensor_gateway '{\"sensor\":3,\"times\":2,\"highest\":24.14}'
shorter() { # shorter EXAMPLE LINES
  if [ "$(wc -l <examples/$1.c)" -lt $2 ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  echo "FAILED $1.c: under $2 lines"
}
shorter custom_tool 60
shorter sensor_gateway 100
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

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
rm -f $dir/custom_tool $dir/sensor_gateway $dir/account
says custom_tool '{\"lng\":3,\"lat\":42}'
says sensor_gateway '\"rows\":[[3,24.14]]'
says sensor_gateway '{\"sensor\":3,\"times\":2,\"highest\":24.14}'
# an account, whose carrier says what is asked
cat >$dir/asks <<'END'
{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_connections","arguments":{}}}
END
if $cc -std=c99 -O0 -w -fsanitize=address,undefined -o $dir/account examples/account.c &&
  $dir/account fixtures/rest/account <$dir/asks >$dir/out 2>$dir/err && grep -qF '\"name\":\"carto_dw\"' $dir/out &&
  grep -q '^GET https://gcp-us-east1.api.carto.com/v3/connections' $dir/err; then passed=$((passed + 1))
else
  failed=$((failed + 1))
  echo "FAILED account"
  cat $dir/err
fi
# the manual: its pieces about tools and accounts compile as they stand, and its first program is whole
manual() { sed -n "/^   $1/,/^   $2/s/^       //p" carto_mcp.h; } # manual FROM TO: what is code between two headings
{ printf '#define _POSIX_C_SOURCE 200809L\n#define CARTO_MCP_IMPLEMENTATION\n#include "carto_mcp.h"\n'
  manual 'A tool of your own is' CONFIGURATION
  manual 'A CARTO ACCOUNT' PROTOCOL
  echo 'int main(void) { (void)rows; (void)open_account; (void)answers; (void)record; (void)replay; (void)stand_in; return 0; }'
} >$dir/manual.c
{ manual 'A complete server' 'A tool of your own is'; } >$dir/complete.c
for piece in manual complete; do
  if [ "$(wc -l <$dir/$piece.c)" -gt 15 ] &&
    $cc -std=c99 -O0 -Wall -Wextra -Wno-unused-parameter -Werror -I. -o $dir/$piece $dir/$piece.c 2>$dir/err; then passed=$((passed + 1)); continue; fi
  failed=$((failed + 1))
  echo "FAILED the manual's examples: $piece"
  head -20 $dir/err
done
shorter() { # shorter EXAMPLE LINES
  if [ "$(wc -l <examples/$1.c)" -lt $2 ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  echo "FAILED $1.c: under $2 lines"
}
shorter custom_tool 60
shorter sensor_gateway 100
shorter account 50
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

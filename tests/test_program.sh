#!/bin/sh
# test_program.sh PROGRAM: the program as a person meets it in a shell. Run from the project's root.
program=${1:-build/carto-mcp}
case $program in /*) ;; *) program=$PWD/$program ;; esac
[ -x "$program" ] || { echo "no program at $program"; exit 2; }
here=$PWD
dir=$(mktemp -d "${TMPDIR:-/tmp}/carto_program_XXXXXX") || exit 2
api=
trap '[ -z "$api" ] || kill $api 2>/dev/null; rm -rf "$dir"' EXIT
cd "$dir" || exit 2
passed=0 failed=0 status=

ok() { passed=$((passed + 1)); }

bad() { # bad WHAT: what was wrong, with what the program said
  failed=$((failed + 1))
  echo "FAILED $name: $1 (status $status)"
  head -c 600 out | sed 's/^/  out: /'
  head -c 600 err | sed 's/^/  err: /'
}

# try NAME ARGUMENT...: runs the program; its output, errors and status are kept for the checks below
try() {
  name=$1
  shift
  "$program" "$@" </dev/null >out 2>err
  status=$?
}

exits() { if [ "$status" -eq "$1" ]; then ok; else bad "exits $1"; fi; }
says() { if grep -qF -e "$1" out; then ok; else bad "prints $1"; fi; }
says_not() { if grep -qF -e "$1" out; then bad "does not print $1"; else ok; fi; }
tells() { if grep -qF -e "$1" err; then ok; else bad "tells on standard error: $1"; fi; }
silent() { if [ ! -s "$1" ]; then ok; else bad "nothing in $1"; fi; }
one_line() { if [ "$(wc -l <"$1")" -eq 1 ] && [ "$(wc -c <"$1")" -gt 20 ]; then ok; else bad "one line in $1"; fi; }

# Each line is one JSON value, where there is something to read it with.
is_json() {
  if [ "$(grep -cv '^[[{].*[]}]$' "$1")" -ne 0 ] || [ ! -s "$1" ]; then bad "$1 holds only JSON"; return; fi
  if command -v python3 >/dev/null; then
    if python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)' <"$1" 2>/dev/null; then ok; else bad "$1 is JSON"; fi
  else
    ok
  fi
}

result() { exits 0; one_line out; is_json out; silent err; } # of call
wrong_use() { exits 2; silent out; one_line err; tells "carto-mcp: "; }
tool_failure() { exits 1; silent out; one_line err; }

# ---- data of our own

mkdir -p data/shop/sales "d a t a/db/été" maps outside data/shop/broken
printf 'id,total,city\n1,9.5,Málaga\n2,20,東京\n3,0.25,Málaga\n' >data/shop/sales/orders.csv
printf '{"type":"FeatureCollection","features":[{"type":"Fea' >data/shop/broken/cut.geojson
printf 'a\n1\n' >"d a t a/db/été/straße.csv"
printf 'secret\n42\n' >outside/secret.csv
ln -s ../../../outside/secret.csv data/shop/sales/linked.csv
ln -s ../../outside data/shop/linked
mkfifo data/shop/sales/fifo.csv
printf '{"title":"Ours","keplerMapConfig":{}}' >maps/ours.json
printf 'no map' >maps/broken.json

# ---- help, version, wrong use

try version --version; exits 0; says "carto-mcp "; silent err
try help --help; exits 0; says "usage: carto-mcp"; says "--data [NAME=]DIR"; says "call TOOL [JSON]"; says "sql QUERY"; says "--listen"; silent err

try "unknown option" --colour; wrong_use; tells "--colour"; tells "--help"
try "unknown command" serve; wrong_use; tells "serve"
try "a lone dash" -x; wrong_use
try "empty word" ""; wrong_use
for option in --data --maps --workflows --state --tools --log; do
  try "$option alone" $option; wrong_use; tells "$option"
done
try "no such directory" --data nowhere tools; wrong_use; tells nowhere
try "a file as directory" --data data/shop/sales/orders.csv tools; wrong_use; tells "not a directory"
try "no such maps" --maps nowhere tools; wrong_use; tells nowhere
try "no such tool allowed" --data data --tools describ tools; wrong_use; tells '"describ"'; tells 'nearest: describe'
try "no such tool yet" --tools describ,describe tools; exits 0; tells '"describ"'; tells 'nearest: describe'; says describe
try "no such level" --log loud tools; wrong_use; tells loud; tells debug
try "one name twice" --data data --data "$dir/data" tools; wrong_use; tells NAME=DIR
try "call alone" call; wrong_use
try "call with too much" call describe '{}' '{}'; wrong_use
try "tools in no format" tools --yaml; wrong_use; tells --yaml; tells --markdown
try "tools with too much" tools --json --json; wrong_use
try "sql alone" sql; wrong_use; tells query
try "sql with two queries" sql "SELECT 1" "SELECT 2"; wrong_use; tells "SELECT 2"
try "sql with an unknown option" sql --yaml "SELECT 1"; wrong_use; tells --yaml
try "sql without a name" sql "SELECT 1" --connection; wrong_use; tells --connection
try "sql elsewhere" sql --connection nowhere "SELECT 1"; wrong_use; tells nowhere
try "demo with more" demo fast; wrong_use; tells fast
try "demo with a lone option" demo --carto; wrong_use; tells "--carto"
try "options behind a command" call list_connections --carto http://127.0.0.1:1; wrong_use; tells "before the command: --carto"
try "options behind sql" sql "SELECT 1" --data data; wrong_use; tells "before the command: --data"
try "options behind api" api --listen 127.0.0.1:0 --maps maps; wrong_use; tells "before the command: --maps"
try "help with more" --help me; wrong_use
many=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do many="$many --data n$i=data"; done
try "17 directories" $many tools; wrong_use; tells 16
if [ "$(id -u)" -ne 0 ]; then
  mkdir locked && chmod 0 locked
  try "a locked directory" --data locked tools; wrong_use; tells "permission denied"
  chmod 700 locked
fi

# ---- tools

try tools tools; exits 0; silent err
for tool in list_connections list_resources search_resources describe execute_query list_maps load_builder_map \
  add_marker get_map_coordinates get_spatial_filter lds_geocode set_map_center_and_zoom set_map_center_and_zoom_to_layer \
  set_spatial_filter get_active_filters add_layer set_layer_style set_layer_visibility remove_layer \
  filter_category_widget filter_histogram_widget filter_range_widget get_formula_widget get_category_widget \
  get_histogram_widget get_time_series_widget set_sql_parameter_text set_sql_parameter_date_range \
  set_sql_parameter_numeric set_sql_parameter_numeric_range add_source remove_source generate_chart \
  async_workflow_job_get_status_v1_0_0 async_workflow_job_get_results_v1_0_0 async_workflows_check_results \
  async_workflows_get_results add_source_from_workflows site_selection trade_areas hotspots; do says "$tool"; done
[ "$(wc -l <out)" -eq 41 ] && ok || bad "41 lines"
says_not add_widget; says_not async_workflow_job_cancel
try "tools of an extension" --tools extension tools; exits 0; says add_widget; says_not describe
try "tools --json" tools --json; exits 0; is_json out; one_line out; silent err
says '"name":"describe"'; says '"inputSchema"'; says '"outputSchema"'; says '"annotations"'
try "tools --markdown" tools --markdown; exits 0; says '| tool | arguments |'; says '| `describe` | `connection_name`, `table_fqn`?'
try "tools of a group" --tools maps tools; exits 0; says list_maps; says_not describe
try "tools of two names" --tools describe,list_maps tools; exits 0; says list_maps; says describe; says_not list_resources
try "a tool not allowed" --tools maps call list_connections; tool_failure; tells "Unknown tool: list_connections"

# ---- call, over the demo data

try "call without arguments" call list_connections; result; says '"status":200'; says '"name":"demo"'
try "call with an empty object" call list_connections '{}'; result
try "call search" call search_resources '{"connection_name":"demo","query":"places"}'; result; says '"fqn":"demo.world.populated_places"'
try "call describe" call describe '{"connection_name":"demo","table_fqn":"countries"}'; result; says '"rowCount":177'
try "call an older name" call get_column_stats '{"connection_name":"demo","table_fqn":"populated_places","column":"pop_max"}'
result; says '"max":35676000'; says '"sum":2363516433'
try "call list_maps" call list_maps; result; says '"total":11'

try "not JSON" call list_maps '{'; tool_failure; tells "not JSON"
try "no object" call list_maps '[1]'; tool_failure; tells "JSON object"
try "an unknown tool" call list_map; tool_failure; tells "Unknown tool: list_map"; tells "nearest: list_maps"
try "an argument too many" call list_maps '{"pages":1}'; tool_failure; tells '"page"'
try "an argument missing" call describe '{"connection_name":"demo"}'; tool_failure; tells '"table_fqn" or "query"'
try "no such table" call describe '{"connection_name":"demo","table_fqn":"demo.world.cuntries"}'; tool_failure; tells '"countries"'
try "no such connection" call list_resources '{"connection_name":"demu"}'; tool_failure; tells '"demo"'
try "describe a query" call describe '{"connection_name":"demo","query":"SELECT name, geom FROM countries"}'; result
says '{"name":"name","type":"String"},{"name":"geom","type":"Geometry"}'
try "statistics of a query" call describe '{"connection_name":"demo","query":"SELECT pop_max AS p FROM populated_places WHERE pop_max > @least","query_parameters":{"least":30000000},"column":"p"}'
result; says '"max":35676000'

# ---- sql

line() { if [ "$(sed -n "$1p" out)" = "$2" ]; then ok; else bad "line $1: $2"; fi; }
places="FROM populated_places ORDER BY pop_max DESC LIMIT"
try "sql" sql "SELECT name, pop_max, is_capital $places 3"; exits 0; silent err
line 1 'name          pop_max  is_capital'
line 2 '-----------  --------  ----------'
line 3 'Tokyo        35676000  true'
line 4 'New York     19040000  false'
line 6 '(3 rows)'
try "sql, one row" sql --connection demo "SELECT NULL AS a, 'MÃ¡laga' AS \"b c\", 1.5 AS d $places 1"; exits 0; says "(1 row)"; says "null"
try "sql, no rows" sql "SELECT name $places 0"; exits 0; says "(0 rows)"
try "sql that writes" sql "DELETE FROM countries"; exits 1; silent out; tells "only SELECT, WITH and VALUES are allowed"; tells "25006"
try "sql that is not here" sql "SELECT DISTINCT ON (continent) name FROM countries"; exits 1; silent out
tells "DISTINCT ON is not supported here (SQLSTATE 0A000)"
try "sql as JSON" sql --json "SELECT name, pop_max $places 2"; result
says '{"columns":["name","pop_max"],"rows":[["Tokyo",35676000],["New York",19040000]],"truncated":false,"returned":2,"total":2}'
try "sql, wide values" sql "SELECT geom FROM countries LIMIT 1"; exits 0; says '{"type":"Polygon","coordinates":[[['; says "..."
try "call execute_query" call execute_query "{\"connection_name\":\"demo\",\"sql\":\"SELECT name $places 1\"}"; result; says '"rows":[["Tokyo"]]'
query='SELECT name,
  popmax
FROM populated_places'
try "sql that is wrong" sql "$query"; exits 1; silent out; tells "popmax"; tells "(SQLSTATE 42703)"
if [ "$(sed -n 2,3p err)" = "    popmax
    ^" ]; then ok; else bad "marks the place"; fi
try "call with wrong sql" call execute_query '{"connection_name":"demo","sql":"SELECT popmax FROM populated_places"}'
tool_failure; tells "popmax"; tells "(SQLSTATE 42703, at byte 8, line 1)"

# ---- call, over our own

try "a named directory" --data ours=data call list_connections; result; says '"name":"ours"'; says_not '"demo"'
try "a directory's name" --data ./data/ call list_connections; result; says '"name":"data"'
try "two directories" --data a=data --data "b=d a t a" call list_connections; result; says '"name":"a"'; says '"name":"b"'
try "the second one" --data a=data --data "b=d a t a" call describe '{"connection_name":"b","table_fqn":"straße"}'
result; says '"fqn":"db.été.straße"'
try "a name that is not ASCII" --data "señal=data" call list_resources '{"connection_name":"señal","maxDepth":2}'
result; says '"id":"shop.sales"'
try "values that are not ASCII" --data ours=data call describe '{"connection_name":"ours","table_fqn":"orders","column":"city"}'
result; says '{"category":"Málaga","frequency":2},{"category":"東京","frequency":1}'
try "a broken file" --data ours=data call describe '{"connection_name":"ours","table_fqn":"cut"}'
tool_failure; tells "shop/broken/cut.geojson, line 1"
try "links" --data ours=data call list_resources '{"connection_name":"ours","maxDepth":3}'
result; says '"id":"shop.sales.orders"'; says_not linked; says_not fifo; says_not secret
try "a link by name" --data ours=data call describe '{"connection_name":"ours","table_fqn":"shop.sales.linked"}'; tool_failure
try "a path" --data ours=data call describe '{"connection_name":"ours","table_fqn":"../outside/secret"}'; tool_failure
try "maps" --maps maps call list_maps; result; says '"name":"Ours"'; says '"file":"broken.json"'
try "maps alone" --maps maps call list_connections; result; says '"data":[]'
# ---- workflows

mkdir -p flows state
cat >flows/total.json <<'END'
{"name": "total", "description": "Sums orders.", "inputs": [
  {"name": "city", "type": "String", "description": "Which city."}],
 "sql": ["SELECT sum(total) AS total", "FROM orders WHERE city = @city"]}
END
cat >flows/wrong.json <<'END'
{"name": "wrong", "description": "Wrong.",
 "sql": ["SELECT totl",
         "FROM orders"]}
END
cat >flows/sums.json <<'END'
{"name": "sums", "description": "Takes its time.", "mode": "async",
 "sql": "SELECT count(*) AS n FROM generate_series(1, 30000) AS a(x) CROSS JOIN generate_series(1, 10000) AS b(y) WHERE (x * y) % 7 = 1"}
END
try "no such workflows" --workflows nowhere tools; wrong_use; tells nowhere
try "no such state" --state nowhere tools; wrong_use; tells nowhere
try "workflows" --data data --workflows flows tools; exits 0; says total; says_not wrong
one_line err; tells 'carto-mcp: error: wrong.json:2: column "totl" does not exist; did you mean "total"?'
rm flows/wrong.json
try "a workflow" --data data --workflows flows call total '{"city":"Málaga"}'; result; says '"rows":[{"total":9.75}]'
try "a value with SQL in it" --data data --workflows flows call total '{"city":"x'"'"' OR true --"}'; result
says '"rows":[{"total":null}]'
try "an input that is missing" --data data --workflows flows call total; tool_failure; tells '"city" is missing: Which city.'
try "a job that is kept" --data data --workflows flows --state state call sums; result; says '"jobId":"job-'
job=$(sed 's/.*"jobId":"\([^"]*\)".*/\1/' out) table=$(sed 's/.*"workflowOutputTableName":"\([^"]*\)".*/\1/' out)
try "its status" --data data --state state call async_workflow_job_get_status_v1_0_0 \
  "{\"jobId\":\"$job\",\"connectionName\":\"data\"}"; result; says '"status":"success"'
try "its table" --data data --state state sql "SELECT n FROM $table"; exits 0; says 36738164
printf x >>"state/$job.rows"
try "a torn result" --data data --state state call execute_query \
  "{\"connection_name\":\"data\",\"sql\":\"SELECT n FROM $table\"}"; tool_failure; tells 'damaged'

# the workflows that come with the program, over other data: three customers at one place are three
mkdir -p else/d/s && printf 'shop,longitude,latitude\nA,0,0\nB,1,0\n' >else/d/s/shops.csv
printf 'cid,longitude,latitude,spend\n1,0.1,0,10\n2,0.1,0,10\n3,0.1,0,10\n4,0.2,0,5\n5,0.9,0,7\n' >else/d/s/clients.csv
try "workflows over other data" --data else --workflows "$here/fixtures/workflows" call trade_areas \
  '{"sites":"shops","site_name":"shop","names":["A","B"],"customers":"clients","amount":"spend","distanceKm":100}'
exits 0; says '{"site":"A","customers":4,"total":35,'; says '{"site":"B","customers":1,"total":7,'
tells 'trade_areas.json:'; tells 'no table "populated_places"'
try "an input without its default" --data else --workflows "$here/fixtures/workflows" call trade_areas; exits 1; tells '"sites" is missing'
try "tools of jobs come with workflows" --tools data,workflow tools; exits 0; says async_workflows_get_results; says_not async_workflow_job_cancel
try "all tools and extensions" --tools all,extension tools; exits 0; says async_workflow_job_cancel; says describe; says add_widget

# the disk is full, as far as files can be made so: the job has failed with the reason, and nothing half-written is there
rm -f state/*
cat >flows/many.json <<'END'
{"name": "many", "description": "Many rows.", "mode": "async", "sql": "SELECT x FROM generate_series(1, 5000) AS a(x)"}
END
name="no room for a result"
(ulimit -f 2; exec "$program" --data data --workflows flows --state state call many) </dev/null >out 2>err
status=$?
result
job=$(sed 's/.*"jobId":"\([^"]*\)".*/\1/' out)
try "its status" --data data --state state call async_workflow_job_get_status_v1_0_0 \
  "{\"jobId\":\"$job\",\"connectionName\":\"data\"}"; result; says '"status":"failure"'
says 'the result cannot be kept: cannot write '; says 'the file is too large'
if [ "$(ls state)" = "$job.job" ]; then ok; else bad "only the record is left: $(ls state)"; fi
rm flows/many.json

# a job runs while the client talks; a hangup signal reads the directory again
mkfifo pipe
name="jobs over the pipe"
"$program" --data data --workflows flows --state state <pipe >out 2>err &
pid=$!
exec 3>pipe
say() { printf '%s\n' "$1" >&3; }
waits() { # waits TEXT [COMMAND]: two minutes at most, for the machine may be busy; meanwhile COMMAND again and again
  i=100
  while [ $((i += 1)) -le 580 ] && ! grep -qF -e "$1" out; do ${2:-:}; sleep 0.25; done
  says "$1"
}
say '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
say '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"sums"}}'
waits '"id":2,"result"'
job=$(sed -n 's/.*"jobId":"\(job-[0-9a-f]*\)".*/\1/p' out | head -1)
say "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"async_workflow_job_get_status_v1_0_0\",\"arguments\":{\"jobId\":\"$job\",\"connectionName\":\"data\"}}}"
say '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"total","arguments":{"city":"x"}}}'
waits '"id":4,"result"'
if grep '"id":3,' out | grep -qE 'running|pending'; then ok; else bad "the job runs meanwhile"; fi
ask_status() {
  say "{\"jsonrpc\":\"2.0\",\"id\":$i,\"method\":\"tools/call\",\"params\":{\"name\":\"async_workflow_job_get_status_v1_0_0\",\"arguments\":{\"jobId\":\"$job\",\"connectionName\":\"data\"}}}"
}
waits '"status":"success"' ask_status
printf '{"name":"later","description":"Later.","sql":"SELECT 1 AS n"}' >flows/later.json
printf '{"name":"amiss","description":"Amiss.",\n"sql":"SELECT totl FROM orders"}' >flows/amiss.json
kill -HUP $pid
waits '"method":"notifications/tools/list_changed"'
say '{"jsonrpc":"2.0","id":21,"method":"tools/call","params":{"name":"later"}}'
waits '"id":21,"result"'
tells 'carto-mcp: error: amiss.json:2: column "totl" does not exist'
rm flows/amiss.json
name="one state, one program"
"$program" --data data --state state tools </dev/null >/dev/null 2>err2; status=$?
if [ $status -eq 2 ] && grep -q 'another program keeps its jobs' err2; then ok; else bad "refuses a state in use"; fi
name="jobs over the pipe"
exec 3>&-
wait $pid
status=$?
exits 0
rm -f pipe

try "data alone" --data data call list_maps; result; says '"maps":[]'
ln -s data linked_root
try "a link as the root" --data r=linked_root call describe '{"connection_name":"r","table_fqn":"orders"}'; result

# ---- the demo

try demo demo; exits 0; silent err
says "Person: What data do I have access to?"; says "Agent:  list_connections {}"; says "demo.world.populated_places"
says "35,676,000"; says "South America  São Paulo  18,845,000"; says "2015-12-01"; says "832f5afffffffff  Tokyo"
says "1960s   320.27   4.55"; says 'did you mean "pop_max"?'; says "Vatican City"; says "claude mcp add"; says "claude_desktop_config.json"; says ".vscode/mcp.json"; says " call describe"
if grep -q "$(printf '\033')" out; then bad "no colours in a file"; else ok; fi

# ---- the server

name="no input"
"$program" </dev/null >out 2>err; status=$?
exits 0; silent out; silent err

cat >messages <<'X'
{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"sh","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
this is no JSON
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"describe","arguments":{"connection_name":"demo","table_fqn":"nothing"}}}
{"jsonrpc":"2.0","id":4,"method":"ping"}
X
for level in none debug error; do
  name="messages, log $level"
  if [ $level = none ]; then "$program" <messages >out 2>err; else "$program" --log $level <messages >out 2>err; fi
  status=$?
  exits 0; is_json out; says '"id":4,"result":{}'; says '"code":-32700'; says '"isError":true'
  [ "$(wc -l <out)" -eq 5 ] && ok || bad "five lines"
  if [ $level = debug ]; then tells "describe failed"; else silent err; fi
done
name="a last line without its end"
printf '%s' '{"jsonrpc":"2.0","id":9,"method":"ping"}' | "$program" >out 2>err; status=$?
exits 0; is_json out

# ---- outputs that go nowhere

for what in "tools" "tools --json" "call list_connections" "demo" "--version" "--help"; do
  name="$what, closed output"
  : >out
  "$program" $what </dev/null >&- 2>err; status=$?
  exits 1
  [ -w /dev/full ] || continue
  name="$what, full output"
  "$program" $what </dev/null >/dev/full 2>err; status=$?
  exits 1
done
name="server, closed output"
: >out
"$program" <messages >&- 2>err; status=$?
exits 1
name="server, closed input"
"$program" <&- >out 2>err; status=$?
[ "$status" -le 1 ] && ok || bad "ends"
for what in "demo" "tools --json"; do
  name="$what | head -1"
  { "$program" $what </dev/null 2>err; echo $? >status; } | head -1 >out
  status=$(cat status)
  [ "$status" -le 1 ] && [ -s out ] && ok || bad "ends in order"
done
name="server | head -1"
i=0
while [ $i -lt 300 ]; do cat messages; i=$((i + 1)); done >long
{ "$program" <long 2>err; echo $? >status; } | head -1 >out
status=$(cat status)
exits 1; is_json out

# ---- a CARTO account, answered from fixtures: no token, no network

tape="$here/fixtures/rest/account" url=https://gcp-us-east1.api.carto.com
for option in --carto --token-file --ca-file --carto-connection --workspace --record --replay; do
  try "$option alone" $option; wrong_use; tells "$option"
done
try "an account twice" --carto $url --carto $url tools; wrong_use; tells "--carto may be given once"
for option in "--token-file x" "--ca-file x" "--carto-connection c=oracle" "--workspace http://x" "--record ." "--replay ." --query-sources; do
  try "$option without an account" $option tools; wrong_use; tells "go with --carto"
done
try "no workspace" --carto $url --replay "$tape" --workspace here tools; wrong_use; tells '"here" is no URL of a workspace'
named="--carto $url --replay $here/fixtures/rest/connections-403"
try "a token that may not list" $named call list_connections; tool_failure; tells "(403)"; tells "--carto-connection"
try "connections that are named" $named --carto-connection wh=snowflake --carto-connection a=b=CARTO_DW call list_connections; result
says '"name":"wh"'; says '"provider_id":"snowflake"'; says '"name":"a=b"'
try "a named one is asked" --carto $url --replay "$tape" --carto-connection carto_dw=bigquery call list_resources '{"connection_name":"carto_dw"}'
result; says '"provider":"bigquery"'
for given in wh =oracle wh= wh=mysql; do
  try "a connection named $given" $named --carto-connection $given tools; wrong_use; tells "NAME=PROVIDER"; tells "$given"
done
try "a connection named twice" $named --carto-connection a=oracle --carto-connection a=redshift tools; wrong_use; tells "named twice"
many=; for i in 0 1 2 3 4 5 6 7; do for k in 0 1 2 3 4 5 6 7; do many="$many --carto-connection c$i$k=oracle"; done; done
try "64 named connections" $named $many call list_connections; result; says '"name":"c77"'
try "65 named connections" $named $many --carto-connection c=oracle tools; wrong_use; tells "at most 64"
try "no address" --carto carto.com tools; wrong_use; tells "carto.com"; tells "https://"
try "both tapes" --carto $url --record . --replay . tools; wrong_use; tells "exclude each other"
try "no such tape" --carto $url --replay nowhere tools; wrong_use; tells nowhere
try "no such place to record" --carto http://127.0.0.1:1 --record nowhere tools; wrong_use; tells nowhere
try "an account" --carto $url --replay "$tape" call list_connections; result; says '"name":"carto_dw"'; says_not '"demo"'
try "an account and files" --data ours=data --carto $url --replay "$tape" call list_connections; result
says '"name":"ours"'; says '"name":"carto_dw"'
try "an account alone has its tools" --carto $url --replay "$tape" tools; exits 0; says describe; says list_resources
try "any address" --carto http://other.example:81/ --replay "$tape" call list_resources '{"connection_name":"carto_dw"}'
result; says '"provider":"bigquery"'
try "what the tape has not" --carto $url --replay "$tape" call list_resources '{"connection_name":"carto_dw","fqn":"no.such"}'
tool_failure; tells "the tape has no"; tells "nearest: 00"
try "sql without leave" --carto $url --replay "$tape" sql --connection carto_dw "SELECT 1"; exits 1; silent out
try "sql over it" --carto $url --replay "$tape" --query-sources sql --connection carto_dw "SELECT 1 AS unheard_of"
exits 1; silent out; tells "the tape has no"
try "sql over its first" --carto $url --replay "$tape" --query-sources sql "SELECT 1 AS unheard_of"; exits 1; tells "/v3/sql/carto_dw/query"
mkdir torn && printf '{"provenance":"recorded",\n"request' >torn/0001-x.json
try "a torn tape" --carto $url --replay torn tools; wrong_use; tells "0001-x.json, line 2"

# tokens: from a file or the environment, and in no text; nothing listens at port 1
refused() { exits 1; silent out; tells "127.0.0.1"; if grep -q TOKEN1 out err; then bad "keeps the token"; else ok; fi; }
printf 'TOKEN1234567\n' >token && chmod 600 token
try "a token file" --carto http://127.0.0.1:1 --token-file token call list_connections; refused; one_line err
chmod 644 token
try "a token that others read" --carto http://127.0.0.1:1 --token-file token call list_connections; refused; tells "others may read token"
try "no token file" --carto http://127.0.0.1:1 --token-file nowhere tools; wrong_use; tells nowhere
: >empty && chmod 600 empty
try "an empty token file" --carto http://127.0.0.1:1 --token-file empty tools; wrong_use; tells "no token in empty"
printf 'TOKEN1\nTOKEN2' >two && chmod 600 two
try "two tokens" --carto http://127.0.0.1:1 --token-file two tools; wrong_use
if grep -q TOKEN err; then bad "keeps the token"; else ok; fi
head -c 20000 /dev/zero | tr '\0' x >long && chmod 600 long
try "a long token" --carto http://127.0.0.1:1 --token-file long tools; wrong_use; tells "so long"
CARTO_API_TOKEN=TOKEN1234567; export CARTO_API_TOKEN
try "a token in the environment" --carto http://127.0.0.1:1 call list_connections; refused; one_line err
try "a token in the open" --carto http://192.0.2.1:1 tools; exits 0; tells "unencrypted"
unset CARTO_API_TOKEN
http_proxy=http://127.0.0.1:1 "$program" --carto http://service.example call list_connections >out 2>err </dev/null; status=$? name="a proxy"
exits 1; tells "127.0.0.1, port 1"
http_proxy=ftp://x "$program" --carto http://service.example tools >out 2>err </dev/null; status=$? name="a proxy that is none"; exits 2; tells http_proxy
try "a CA file without https" --carto http://127.0.0.1:1 --ca-file token tools; wrong_use; tells "for https"
mkdir tape
try "a broken connection is no exchange" --carto http://127.0.0.1:1 --record tape call list_connections; exits 1
[ -z "$(ls tape)" ] && ok || bad "an empty tape"

# ---- the API over local data

try "api with an unknown option" api --port 1; wrong_use; tells "--port"; tells "--listen"
try "api with half an option" api --listen; wrong_use; tells "--listen"
try "api at no address" api --listen here; wrong_use; tells "here is no address"
try "api for others without a token" api --listen 0.0.0.0:0; wrong_use; tells "other machines"; tells "--token-file"
try "api with no such token" api --token-file nowhere; wrong_use; tells nowhere
try "api without data" --carto $url --replay "$tape" api; wrong_use; tells "--data"

# start ARGUMENT...: starts the program as a server; its port is kept
start() {
  rm -f err out
  "$program" "$@" >out 2>err </dev/null &
  api=$! tries=0
  while ! grep -q 'answering on' err 2>/dev/null && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
  port=$(sed -n 's/^carto-mcp: answering on .*:\([0-9]*\)$/\1/p' err)
}
stop() { kill -"$1" $api; wait $api; status=$? api=; exits 0; silent out; one_line err; } # stop SIGNAL

name="api starts and ends"
start api --listen 127.0.0.1:0; tells "http://127.0.0.1:$port"; [ "${port:-0}" -gt 0 ] && ok || bad "prints its port"
busy=$port
cp err started
try "a port in use" api --listen 127.0.0.1:$busy; exits 1; tells "it is in use"
cp started err; : >out; name="api ends by INT"; stop INT
name="api ends by TERM"; start --data ours=data api --listen localhost:0; stop TERM
if command -v curl >/dev/null; then
  name="api is asked"; start --data ours=data --workflows "$here/fixtures/workflows" api --listen 127.0.0.1:0
  base=http://127.0.0.1:$port status=200
  get() { curl -s --max-time 60 "$@" >answer || echo "curl failed: $?" >answer; }
  got() { if grep -qF -e "$1" answer; then ok; else bad "answers $1, not $(head -c 300 answer)"; fi; }
  get $base/v3/connections; got '"name":"ours"'
  get -G $base/v3/sql/ours/query --data-urlencode 'q=SELECT count(*) AS n FROM shop.sales.orders'; got '"rows":[{"n":3}]'
  get $base/v3/nothing; got '"error"'
  get -o /dev/null -w '%{http_code}' -H 'Host: evil.example' $base/v3/connections; got 421
  get -I $base/v3/connections; got 'HTTP/1.1 200 OK'
  get $base/v3/connections $base/v3/connections -w '%{num_connects}'; got ']0'
  # other programs of ours are its clients, too
  try "an account that is an api" --carto $base call list_connections; result; says '"name":"ours"'
  printf 'answering\n' >err; : >out; name="api ends after work"; kill -TERM $api; wait $api; status=$? api=; exits 0

  name="jobs run meanwhile"; start api --listen 127.0.0.1:0; base=http://127.0.0.1:$port
  get -X POST -H 'Content-Type: application/json' -d '{"query":"CALL hotspots()"}' $base/v3/sql/demo/job; got '"jobId"'
  job=$(sed -n 's/.*"jobId":"\([^"]*\)".*/\1/p' answer) tries=0
  while get $base/v3/sql/demo/job/$job && ! grep -q '"success"\|"failure"' answer && [ $tries -lt 300 ]; do
    sleep 0.1; tries=$((tries + 1))
  done
  got '"status":"success"'
  stop TERM

  chmod 600 token
  name="api with a token"; start --data ours=data api --listen 127.0.0.1:0 --token-file token; base=http://127.0.0.1:$port
  get -w '%{http_code}' $base/v3/connections; got 401
  get -w '%{http_code}' -H 'Authorization: Bearer TOKEN' $base/v3/connections; got 401
  get -w '%{http_code}' -H 'Authorization: Bearer TOKEN1234567' $base/v3/connections; got 200
  if grep -q TOKEN1 out err answer; then bad "keeps the token"; else ok; fi
  stop TERM
else
  echo "skipped: curl is not there"
fi

# ---- the demo three ways: over the files, over an account that `api` stands in for, and over the tape of that

even() { sed 's/job-[0-9a-f]\{16\}/job/g; s/hotspots_[0-9a-f]\{16\}/hotspots/g' out >"$1"; } # ids are what differs
try "the demo" demo; exits 0; even demo.files
printf 'TOKEN7654321\n' >token && chmod 600 token
mkdir story
"$program" api --listen 127.0.0.1:0 --token-file token >/dev/null 2>api.err </dev/null &
api=$!
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q answering api.err 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*answering on \(.*\)/\1/p' api.err)
account="--query-sources --workflows $here/fixtures/rest/workflows"
try "the demo over an account" --carto "$url" --token-file token $account --record story demo; exits 0; silent err
even demo.account
name="the same answers over an account"
cmp -s demo.files demo.account && ok || { bad "$name"; diff demo.files demo.account | head -20; }
try "the demo over an account, as one types it" demo --carto "$url" --token-file token; exits 0; silent err; even demo.typed
cmp -s demo.files demo.typed && ok || { bad "$name"; diff demo.files demo.typed | head -20; }
try "the demo over other data" --data ours=data demo; exits 1; tells 'connection "demo"'
try "an account that is away" --data ours=data --carto http://127.0.0.1:1 call list_connections; result
says '"name":"ours"'; says '"unavailable":1'; says 'port 1: the connection was refused'
try "an account beside files" --data ours=data --carto "$url" --token-file token call list_connections; result
says '"name":"ours"'; says '"name":"demo"'
try "sql over an account" --carto "$url" --token-file token --query-sources sql "SELECT name, pop_max $places 1"; exits 0; line 3 'Tokyo  35676000'
try "sql over a named one" --data data --carto "$url" --token-file token --query-sources sql --connection demo "SELECT popmax $places 1"
exits 1; tells 'did you mean "pop_max"? (SQLSTATE 42703)'
try "without leave" --carto "$url" --token-file token sql "SELECT 1"; exits 1; silent out; tells query
printf 'TOKEN0\n' >other && chmod 600 other
try "another token" --carto "$url" --token-file other call list_resources '{"connection_name":"demo"}'; tool_failure; tells 401
kill $api
wait $api 2>/dev/null
api=
try "the demo over its tape" --carto "$url" $account --replay story demo; exits 0; silent err; even demo.tape
name="the same answers over a tape"
cmp -s demo.files demo.tape && ok || bad "$name"
if grep -rq TOKEN story; then name="a tape"; bad "keeps the token"; else ok; fi

# ---- what the README shows: its commands, and what they print; lines that end in ... are beginnings

awk -v q="'" '/^```/ {on = !on; n += on; shown = 0; open = 0; next}
  on && open {print >>file ".sh"; open = (gsub(q, q) % 2 == 0); next}
  on && /^\$ / {file = sprintf("shown%02d.%02d", n, ++shown); sub(/^\$ /, ""); print >file ".sh"; open = gsub(q, q) % 2; next}
  on && shown {print >>file ".want"}' "$here/README.md"
"$program" api --listen 127.0.0.1:0 >/dev/null 2>api.err </dev/null &
api=$!
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q answering api.err && break; sleep 0.3; done
port=$(sed -n 's/.*answering on .*:\([0-9]*\)$/\1/p' api.err)
ran=0
for want in shown*.want; do
  name="README: $(head -1 "${want%.want}.sh")"
  case $name in *'&') continue ;; "README: curl"*) command -v curl >/dev/null || continue ;; esac
  sed "s|build/carto-mcp|$program|; s|127.0.0.1:8766|127.0.0.1:$port|" "${want%.want}.sh" >shown.sh
  (cd "$here" && sh "$dir/shown.sh") >out 2>&1 </dev/null
  status=$? ran=$((ran + 1))
  awk -v want="$want" '{got = $0; if ((getline line <want) < 1) exit bad = 1}
    line ~ /\.\.\.$/ {line = substr(line, 1, length(line) - 3); got = substr(got, 1, length(line))}
    got != line {exit bad = 1}
    END {exit bad || (getline line <want) > 0}' out && ok || bad "prints what is shown"
done
[ "$ran" -ge 6 ] && ok || bad "there are commands in the README, not $ran"
kill $api; wait $api 2>/dev/null; api=

# ---- what is opened

name="files opened"
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
  strace -f -e trace=open,openat -o trace "$program" --data ours=data call describe '{"connection_name":"ours","table_fqn":"orders"}' >out 2>err
  status=$?
  exits 0
  if grep -q 'orders\.csv' trace; then ok; else bad "opens its table"; fi
  if grep -qE 'secret|linked|fifo|cut\.geojson|outside' trace; then bad "opens nothing else"; else ok; fi
  strace -f -e trace=open,openat -o trace "$program" --data ours=data call list_resources '{"connection_name":"ours","maxDepth":3}' >out 2>err
  status=$?
  exits 0
  if grep -qE '\.(csv|geojson|ndjson)"' trace; then bad "lists without opening"; else ok; fi
  strace -f -e trace=open,openat -o trace "$program" --data ours=data <messages >out 2>err
  status=$?
  exits 0
  if grep -qE '"(shop|sales|maps)"|\.csv"' trace; then bad "starts without looking at the data"; else ok; fi
else
  echo "skipped: strace is not there or not allowed"
fi

cd "$here" || exit 2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

/* The stand-in for CARTO's REST API: every route and every error, with answers worked out by hand from the few rows of
   tests/standin_world.h. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "memory_files.h"
#include "test.h"
#include "flow_world.h"
#include "standin_world.h"

/* A target in which values stand as they are: what is behind a '=' up to "; " or the end is escaped. */
static carto_str target_of(carto_buf *out, const char *text) {
  const char *mark = strchr(text, '?'), *at, *end, *equals;
  carto_buf_clear(out);
  if (!mark) return STR(text);
  carto_buf_append(out, text, (size_t)(mark + 1 - text));
  for (at = mark + 1; *at; at = *end ? end + 2 : end) {
    end = strstr(at, "; ");
    if (!end) end = at + strlen(at);
    equals = (const char *)memchr(at, '=', (size_t)(end - at));
    if (at > mark + 1) carto_buf_append(out, "&", 1);
    if (!equals) equals = end - 1;
    carto_buf_append(out, at, (size_t)(equals + 1 - at));
    carto_url_append(out, carto_str_make(equals + 1, (size_t)(end - equals - 1)));
  }
  return carto_buf_str(out);
}

typedef struct exchange {
  const char *method, *target, *body; /* body NULL: none */
  int status;
  const char *answer; /* the whole of it; with "..." in front: a part of it */
} exchange;

static void check_exchange(standin_world *w, const exchange *e) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena = test_arena();
  carto_json_doc doc;
  carto_buf target;
  carto_status status;
  int before = test_failures;
  carto_buf_init(&target, libc, 0);
  status = standin_ask(w, e->method, target_of(&target, e->target), STR(e->body), NULL);
  CHECK_INT(status, CARTO_OK);
  CHECK_INT(standin_status(w), e->status);
  if (e->status != 204) CHECK_INT(carto_json_parse(&arena, carto_buf_str(&w->body), &doc, NULL), CARTO_OK);
  if (strncmp(e->answer, "...", 3) == 0) CHECK_CONTAINS(carto_buf_str(&w->body), e->answer + 3);
  else CHECK_STR(carto_buf_str(&w->body), e->answer);
  CHECK_STR(standin_header(w, "Access-Control-Allow-Origin"), "*");
  if (test_failures != before) printf("  asked %s %s\n", e->method, e->target);
  carto_arena_free(&arena);
  carto_buf_free(&target);
}

static void check_exchanges(const exchange *list, size_t count) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  for (size_t i = 0; i < count; i++) check_exchange(&w, &list[i]);
  standin_close(&w);
}

#define CHECK_ALL(list) check_exchanges(list, MEMORY_COUNT(list))

#define LINKS(fqn) "\"_links\":{\"resources\":\"/connections/local/resources/" fqn "\"}"

static void test_catalogue(void) {
  static const exchange list[] = {
    {"GET", "/v3/connections", NULL, 200,
     "[{\"id\":\"104d16f8-baca-8c16-bfd8-82317fa33a56\",\"name\":\"local\",\"provider_id\":\"postgres\",\"privacy\":"
     "\"private\",\"carto_dw\":false,\"created_at\":\"2026-01-02T03:04:05.678Z\",\"updated_at\":"
     "\"2026-01-02T03:04:05.678Z\"}]"},
    {"HEAD", "/v3/connections", NULL, 200, "...\"name\":\"local\""},
    {"GET", "/v3/connections/local/resources", NULL, 200,
     "{\"provider\":\"postgres\",\"type\":\"connection\",\"children\":[{\"id\":\"demo\",\"name\":\"demo\",\"type\":"
     "\"database\"}],\"returnedItems\":1,\"maxItemsApplied\":30,\"truncated\":false,\"rootChildrenTruncated\":false,"
     "\"totalRootChildren\":1}"},
    {"GET", "/v3/connections/local/resources/demo?maxDepth=2; maxItems=3", NULL, 200,
     "{\"provider\":\"postgres\",\"type\":\"database\",\"id\":\"demo\",\"name\":\"demo\",\"children\":[{\"id\":"
     "\"demo.cells\",\"name\":\"cells\",\"type\":\"schema\",\"children\":[{\"id\":\"demo.cells.hexagons\",\"name\":"
     "\"hexagons\",\"type\":\"table\"}],\"childCount\":3,\"childrenTruncated\":true},{\"id\":\"demo.world\",\"name\":"
     "\"world\",\"type\":\"schema\"}],\"returnedItems\":3,\"maxItemsApplied\":3,\"truncated\":true,"
     "\"rootChildrenTruncated\":false,\"totalRootChildren\":2}"},
    {"GET", "/v3/connections/local/resources/demo%2Eworld", NULL, 200, "...\"id\":\"demo.world.quakes\""},
    {"GET", "/v3/connections/local/resources/demo?maxDepth=4", NULL, 400,
     "{\"error\":\"\\\"maxDepth\\\" must be a whole number from 1 to 3\"}"},
    {"GET", "/v3/connections/local/resources/demo.nowhere", NULL, 404, "...no schema \\\"nowhere\\\" in demo"},
    {"GET", "/v3/connections/lokal/resources", NULL, 404,
     "{\"error\":\"no connection \\\"lokal\\\"; nearest: \\\"local\\\"; use list_connections\"}"},
    {"GET", "/v3/connections/local/resources/search?query=QUA", NULL, 200,
     "{\"provider\":\"postgres\",\"results\":[{\"id\":\"demo.world.quakes\",\"name\":\"quakes\",\"type\":\"table\","
     "\"database\":\"demo\",\"schema\":\"world\",\"fqn\":\"demo.world.quakes\"," LINKS("demo.world.quakes")
     "},{\"id\":\"demo.cells.squares\",\"name\":\"squares\",\"type\":\"table\",\"database\":\"demo\",\"schema\":"
     "\"cells\",\"fqn\":\"demo.cells.squares\"," LINKS("demo.cells.squares") "}],\"returnedResults\":2,"
     "\"totalResults\":2,\"truncated\":false,\"query\":\"QUA\",\"searchedContainers\":1,\"totalContainers\":1}"},
    {"GET", "/v3/connections/local/resources/search?query=q; type=view", NULL, 200, "...\"results\":[]"},
    {"GET", "/v3/connections/local/resources/search?query=q; scopeFqn=demo.cells", NULL, 200,
     "...\"scopeFqn\":\"demo.cells\""},
    {"GET", "/v3/connections/local/resources/search?query=q; type=index", NULL, 400, "...must be table or view"},
    {"GET", "/v3/connections/local/resources/search", NULL, 400, "...\\\"query\\\" must have 1 to"},
    {"GET", "/v3/connections/local/resources/search?query=q; limit=101", NULL, 400, "...from 1 to 100"},
  };
  CHECK_ALL(list);
}

#define SCHEMA(columns) "\"schema\":[" columns "],\"meta\":{\"cacheHit\":false,\"location\":\"local\",\"totalBytesProcessed\":\"0\"}}"

static void test_sql(void) {
  static const exchange list[] = {
    {"GET", "/v3/sql/local/query?q=SELECT name, population, capital, founded, geom FROM cities WHERE population > $1 OR "
     "name = $2 ORDER BY 1; queryParameters=[3000000,\"Porto, o\"]", NULL, 200,
     "{\"rows\":[{\"name\":\"Madrid\",\"population\":3223334,\"capital\":true,\"founded\":\"0865-01-01\",\"geom\":"
     "{\"type\":\"Point\",\"coordinates\":[-3.7038,40.4168]}},{\"name\":\"Porto, o\",\"population\":231800,\"capital\":"
     "false,\"founded\":\"1123-06-15\",\"geom\":{\"type\":\"Point\",\"coordinates\":[-8.6291,41.1579]}}],"
     SCHEMA("{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"population\",\"type\":\"number\"},{\"name\":"
            "\"capital\",\"type\":\"boolean\"},{\"name\":\"founded\",\"type\":\"timestamp\"},{\"name\":\"geom\","
            "\"type\":\"geometry\"}")},
    /* parameters by name and by number, from a body, and as a text in it */
    {"POST", "/v3/sql/local/query", "{\"q\":\"SELECT @n + :m AS x\",\"queryParameters\":{\"n\":1,\"m\":2}}", 200,
     "{\"rows\":[{\"x\":3}]," SCHEMA("{\"name\":\"x\",\"type\":\"number\"}")},
    {"POST", "/v3/sql/local/query", "{\"q\":\"SELECT ? + ? AS x\",\"queryParameters\":\"[1, 2]\"}", 200,
     "...[{\"x\":3}]"},
    {"POST", "/v3/sql/local/query", "{\"q\":\"SELECT $1 + $2 AS x\",\"queryParameters\":{\"1\":1,\"2\":2}}", 200,
     "...[{\"x\":3}]"},
    {"POST", "/v3/sql/local/query?client=mine", "{\"q\":\"SELECT 1 AS x\",\"queryParameters\":null}", 200, "...[{\"x\":1}]"},
    {"GET", "/v3/sql/local/query?q=SELECT 1 AS x; queryParameters=; client=me; v=3.4", NULL, 200, "...[{\"x\":1}]"},
    /* 64 bits, of which a double would lose some; cells; JSON; names that occur twice */
    {"GET", "/v3/sql/local/query?q=SELECT * FROM demo.cells.large", NULL, 200,
     "{\"rows\":[{\"id\":9007199254740993,\"note\":\"a\"},{\"id\":1,\"note\":null}],"
     SCHEMA("{\"name\":\"id\",\"type\":\"bigint\"},{\"name\":\"note\",\"type\":\"string\"}")},
    {"GET", "/v3/sql/local/query?q=SELECT quadbin, h3 FROM squares, hexagons WHERE hexagons.visits = 5 AND "
     "squares.visits = 5", NULL, 200,
     "{\"rows\":[{\"quadbin\":5256683984082960383,\"h3\":\"8928308280fffff\"}],"
     SCHEMA("{\"name\":\"quadbin\",\"type\":\"bigint\"},{\"name\":\"h3\",\"type\":\"string\"}")},
    {"GET", "/v3/sql/local/query?q=SELECT array_agg(name ORDER BY name) AS names FROM cities WHERE country = 'PT'", NULL,
     200, "{\"rows\":[{\"names\":[\"Lisboa\",\"Porto, o\"]}]," SCHEMA("{\"name\":\"names\",\"type\":\"object\"}")},
    {"GET", "/v3/sql/local/query?q=SELECT 1 AS a, 2 AS a", NULL, 200,
     "{\"rows\":[{\"a\":2}]," SCHEMA("{\"name\":\"a\",\"type\":\"number\"}")},
    {"GET", "/v3/sql/local/query?q=SELECT name FROM cities WHERE false", NULL, 200,
     "{\"rows\":[]," SCHEMA("{\"name\":\"name\",\"type\":\"string\"}")},
    /* errors, as PostgreSQL has them */
    {"GET", "/v3/sql/local/query?q=SELECT 1 +", NULL, 400, "{\"error\":\"syntax error at end of input\",\"code\":\"42601\",\"line\":1,\"offset\":10}"},
    {"GET", "/v3/sql/local/query?q=SELECT nme FROM cities", NULL, 400, "...column \\\"nme\\\" does not exist"},
    {"GET", "/v3/sql/local/query?q=SELECT 1 FROM nothing", NULL, 400, "...nothing"},
    {"GET", "/v3/sql/local/query?q=SELECT 1/0", NULL, 400, "{\"error\":\"division by zero\",\"code\":\"22012\",\"line\":1,\"offset\":8}"},
    {"GET", "/v3/sql/local/query?q=DELETE FROM cities", NULL, 400, "...\"error\""},
    {"GET", "/v3/sql/local/query?q=SELECT $1", NULL, 400, "...\"error\""},
    {"GET", "/v3/sql/local/query?q=SELECT 1; queryParameters=7", NULL, 400,
     "{\"error\":\"\\\"queryParameters\\\" must be an object or a list\"}"},
    {"GET", "/v3/sql/local/query?q=SELECT 1; queryParameters=[1", NULL, 400, "...\\\"queryParameters\\\" is not JSON"},
    {"GET", "/v3/sql/local/query?q= ", NULL, 400, "{\"error\":\"\\\"q\\\" must be a query\"}"},
    {"GET", "/v3/sql/local/query", NULL, 400, "{\"error\":\"\\\"q\\\" must be a query\"}"},
    {"GET", "/v3/sql/other/query?q=SELECT 1", NULL, 404, "...no connection \\\"other\\\""},
    {"POST", "/v3/sql/local/query", "{\"q\":[\"SELECT 1\"]}", 400, "{\"error\":\"\\\"q\\\" must be a text\"}"},
    {"POST", "/v3/sql/local/query", "[]", 400, "{\"error\":\"the body must be a JSON object\"}"},
    {"POST", "/v3/sql/local/query", "{\"q\":", 400, "...the body is not JSON"},
  };
  CHECK_ALL(list);
}

static void test_stats(void) {
  static const exchange list[] = {
    /* quantiles have N + 1 values: ranks ceil(i * 4 / N) of 231800, 545796, 688592, 3223334 */
    {"GET", "/v3/stats/local/cities/population", NULL, 200,
     "...{\"attribute\":\"population\",\"type\":\"Number\",\"min\":231800,\"max\":3223334,\"avg\":1172380.5,\"sum\":"
     "4689522,\"quantiles\":{\"3\":[231800,545796,688592,3223334],\"4\":[231800,231800,545796,688592,3223334],\"5\":"
     "[231800,231800,545796,688592,3223334,3223334]"},
    {"GET", "/v3/stats/local/cities/country", NULL, 200,
     "{\"attribute\":\"country\",\"type\":\"String\",\"categories\":[{\"category\":\"ES\",\"frequency\":3},"
     "{\"category\":\"PT\",\"frequency\":2}]}"},
    {"GET", "/v3/stats/local/cities/capital", NULL, 200,
     "{\"attribute\":\"capital\",\"type\":\"Boolean\",\"categories\":[{\"category\":false,\"frequency\":3},"
     "{\"category\":true,\"frequency\":2}]}"},
    {"GET", "/v3/stats/local/large/note", NULL, 200,
     "{\"attribute\":\"note\",\"type\":\"String\",\"categories\":[{\"category\":\"a\",\"frequency\":1},"
     "{\"category\":null,\"frequency\":1}]}"},
    {"GET", "/v3/stats/local/quakes/at", NULL, 200,
     "{\"attribute\":\"at\",\"type\":\"Timestamp\",\"min\":\"2026-01-01T00:00:00.000Z\",\"max\":"
     "\"2026-01-01T06:30:00.000Z\"}"},
    {"GET", "/v3/stats/local/cities/geom", NULL, 200,
     "{\"attribute\":\"geom\",\"type\":\"Geometry\",\"extent\":{\"xmin\":-9.1393,\"ymin\":36.0139,\"xmax\":-3.7038,"
     "\"ymax\":41.1579}}"},
    {"GET", "/v3/stats/local/cities/geom?spatialDataType=geo; filters={\"country\":{\"in\":{\"values\":[\"PT\"]}}}", NULL,
     200, "...\"extent\":{\"xmin\":-9.1393,\"ymin\":38.7223,\"xmax\":-8.6291,\"ymax\":41.1579}}"},
    {"GET", "/v3/stats/local/cities/geom?filters={\"country\":{\"in\":{\"values\":[]}}}", NULL, 200, "...\"extent\":null"},
    {"GET", "/v3/stats/local/population?q=SELECT * FROM cities WHERE country = $1; queryParameters=[\"PT\"]", NULL, 200,
     "...\"min\":231800,\"max\":545796,\"avg\":388798,\"sum\":777596"},
    {"POST", "/v3/stats/local/cities/population", "{\"filters\":{\"population\":{\"between\":{\"values\":[[600000,null]]}}}}",
     200, "...\"min\":688592,\"max\":3223334"},
    {"GET", "/v3/stats/local/population?q=SELECT population FROM cities WHERE false", NULL, 200,
     "{\"attribute\":\"population\",\"type\":\"Number\",\"min\":null,\"max\":null,\"avg\":null,\"sum\":null,"
     "\"quantiles\":null}"},
    {"GET", "/v3/stats/local/squares/quadbin?spatialDataType=quadbin", NULL, 200, "...\"type\":\"Geometry\",\"extent\":{"},
    {"GET", "/v3/stats/local/hexagons/h3?spatialDataType=h3", NULL, 200, "...\"type\":\"Geometry\",\"extent\":{"},
    {"GET", "/v3/stats/local/hexagons/h3", NULL, 200, "...{\"category\":\"827eb7fffffffff\",\"frequency\":1}"},
    {"GET", "/v3/stats/local/cities/nope", NULL, 400, "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", "/v3/stats/local/cities/geom?filters={\"nope\":{\"in\":{\"values\":[1]}}}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", "/v3/stats/local/cities/geom?filters=[1]", NULL, 400, "...\"error\""},
    {"GET", "/v3/stats/local/cities/geom?spatialDataType=raster", NULL, 400, "...spatialDataType"},
    {"GET", "/v3/stats/local/cities/name?spatialDataType=h3", NULL, 400,
     "{\"error\":\"\\\"spatialDataType\\\": column \\\"name\\\" does not hold h3 cells\"}"},
    {"GET", "/v3/stats/local/squares/quadbin?spatialDataType=h3int", NULL, 400, "...does not hold h3int cells\"}"},
    /* cells as whole numbers and as text, whichever of the two is said */
    {"GET", "/v3/stats/local/cell?spatialDataType=h3int; q=SELECT 617700169958293503 AS cell", NULL, 200, "...\"type\":\"Geometry\""},
    {"GET", "/v3/stats/local/cell?spatialDataType=h3; q=SELECT '8928308280fffff' AS cell", NULL, 200, "...\"type\":\"Geometry\""},
    {"GET", "/v3/stats/local/citys/geom", NULL, 404, "...no table \\\"citys\\\" in connection local; nearest: "
     "\\\"demo.world.cities\\\""},
    {"GET", "/v3/stats/local/geom", NULL, 400, "{\"error\":\"\\\"q\\\" must be a query\"}"},
    {"GET", "/v3/stats/local/geom?q=SELECT 1 FROM", NULL, 400, "{\"error\":\"syntax error at end of input\",\"code\":\"42601\",\"line\":1,\"offset\":13}"},
  };
  CHECK_ALL(list);
}

#define MODEL(name) "/v3/sql/local/model/" name "?type=table; source=cities; client=x; queryParameters=; filters={}; params="
#define WEST "; spatialDataType=geo; spatialDataColumn=geom; spatialFilters={\"geom\":{\"type\":\"Polygon\",\"coordinates\":" \
             "[[[-10,38],[-8,38],[-8,42],[-10,42],[-10,38]]]}}"

static void test_models(void) {
  static const exchange list[] = {
    {"GET", MODEL("formula") "{\"column\":\"*\",\"operation\":\"count\"}", NULL, 200, "{\"rows\":[{\"value\":5}],\"metadata\":{}}"},
    {"GET", MODEL("formula") "{\"column\":\"population\",\"operation\":\"sum\"}", NULL, 200,
     "{\"rows\":[{\"value\":4689522}],\"metadata\":{}}"},
    {"GET", MODEL("formula") "{\"operation\":\"custom\",\"operationExp\":\"max(population) - min(population)\"}", NULL, 200,
     "{\"rows\":[{\"value\":2991534}]}"},
    {"GET", MODEL("formula") "{\"operation\":\"count\"}" WEST, NULL, 200, "{\"rows\":[{\"value\":2}],\"metadata\":{}}"},
    {"GET", MODEL("category") "{\"column\":\"country\",\"operation\":\"sum\",\"operationColumn\":\"population\"}", NULL, 200,
     "{\"rows\":[{\"name\":\"ES\",\"value\":3911926},{\"name\":\"PT\",\"value\":777596}],\"metadata\":{}}"},
    {"GET", MODEL("category") "{\"column\":\"name\",\"operation\":\"max\",\"operationColumn\":\"population\","
     "\"othersThreshold\":2}", NULL, 200,
     "{\"rows\":[{\"name\":\"Madrid\",\"value\":3223334},{\"name\":\"Sevilla\",\"value\":688592}],\"metadata\":{\"others\":"
     "545796}}"},
    {"GET", MODEL("category") "{\"column\":\"country\",\"operation\":\"custom\",\"operationExp\":\"count(*) * 10\","
     "\"orderBy\":\"frequency_asc\"}", NULL, 200,
     "{\"rows\":[{\"name\":\"PT\",\"value\":20},{\"name\":\"ES\",\"value\":30}]}"},
    {"GET", MODEL("histogram") "{\"column\":\"population\",\"operation\":\"count\",\"ticks\":[300000,600000,700000]}", NULL,
     200, "{\"rows\":[{\"tick\":0,\"value\":1},{\"tick\":1,\"value\":1},{\"tick\":2,\"value\":1},{\"tick\":3,\"value\":1}],"
     "\"metadata\":{}}"},
    {"GET", MODEL("histogram") "{\"column\":\"population\",\"operation\":\"sum\",\"ticks\":[0,1,600000]}", NULL, 200,
     "{\"rows\":[{\"tick\":2,\"value\":777596},{\"tick\":3,\"value\":3911926}],\"metadata\":{}}"},
    {"GET", MODEL("range") "{\"column\":\"population\"}", NULL, 200,
     "{\"rows\":[{\"min\":231800,\"max\":3223334}],\"metadata\":{}}"},
    {"GET", MODEL("range") "{\"column\":\"population\"}; filters={\"name\":{\"in\":{\"values\":[\"Tarifa\"]}}}", NULL, 200,
     "{\"rows\":[{\"min\":231800,\"max\":3223334}],\"metadata\":{}}"}, /* the first of two parameters counts */
    {"GET", MODEL("scatterplot") "{\"xAxisColumn\":\"lng\",\"yAxisColumn\":\"population\",\"limit\":500}", NULL, 200,
     "{\"rows\":[{\"x\":-3.7038,\"y\":3223334},{\"x\":-5.9845,\"y\":688592},{\"x\":-9.1393,\"y\":545796},{\"x\":-8.6291,"
     "\"y\":231800}],\"metadata\":{}}"},
    {"GET", MODEL("table") "{\"column\":[\"name\",\"population\"],\"sortBy\":\"population\",\"sortDirection\":\"desc\","
     "\"limit\":2,\"offset\":1}", NULL, 200,
     "{\"rows\":[{\"name\":\"Sevilla\",\"population\":688592},{\"name\":\"Lisboa\",\"population\":545796}],\"metadata\":"
     "{\"total\":5}}"},
    {"GET", MODEL("aggregations") "{\"aggregations\":[{\"column\":\"population\",\"operation\":\"avg\",\"alias\":\"a\"},"
     "{\"column\":\"population\",\"operation\":\"count\",\"alias\":\"n\"}]}", NULL, 200,
     "{\"rows\":[{\"a\":1172380.5,\"n\":5}],\"metadata\":{}}"},
    {"GET", MODEL("aggregations") "{\"aggregations\":\"count(*) as n, min(name) as first\"}", NULL, 200,
     "{\"rows\":[{\"n\":5,\"first\":\"Lisboa\"}]}"},
    {"GET", "/v3/sql/local/model/timeseries?type=table; source=quakes; params={\"column\":\"at\",\"stepSize\":\"hour\","
     "\"operation\":\"max\",\"operationColumn\":\"magnitude\"}", NULL, 200,
     "{\"rows\":[{\"name\":\"2026-01-01T00:00:00.000Z\",\"value\":2.5},{\"name\":\"2026-01-01T06:00:00.000Z\",\"value\":3}],"
     "\"metadata\":{\"categories\":[]}}"},
    {"GET", "/v3/sql/local/model/timeseries?type=table; source=quakes; params={\"column\":\"at\",\"stepSize\":\"day\","
     "\"operation\":\"count\",\"splitByCategory\":\"magnitude\"}", NULL, 200,
     "{\"rows\":[{\"name\":\"2026-01-01T00:00:00.000Z\",\"value\":1,\"category\":\"2.5\"},{\"name\":"
     "\"2026-01-01T00:00:00.000Z\",\"value\":1,\"category\":\"3\"}],\"metadata\":{\"categories\":[\"2.5\",\"3\"]}}"},
    {"GET", "/v3/sql/local/model/timeseries?type=table; source=quakes; params={\"column\":\"at\",\"stepSize\":\"day\","
     "\"operation\":\"custom\",\"operationExp\":\"sum(magnitude) * 2\"}", NULL, 200,
     "...{\"rows\":[{\"name\":\"2026-01-01T00:00:00.000Z\",\"value\":11.0}]"},
    /* from a body, over a query, with filters that join with or */
    {"POST", "/v3/sql/local/model/formula",
     "{\"type\":\"query\",\"source\":\"SELECT * FROM cities WHERE capital = @yes OR population > 0\",\"params\":{\"column\":"
     "\"population\",\"operation\":\"sum\"},\"queryParameters\":{\"yes\":true},\"filters\":{\"country\":{\"in\":{\"values\":"
     "[\"PT\"],\"owner\":\"w\"}},\"population\":{\"closed_open\":{\"values\":[[688592,3223334]]}}},"
     "\"filtersLogicalOperator\":\"or\"}", 200, "{\"rows\":[{\"value\":1466188}],\"metadata\":{}}"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=cities; params={\"operation\":\"count\"}; filters={\"name\":"
     "{\"stringSearch\":{\"values\":[\"SEV\",\"tar\"]}}}", NULL, 200, "{\"rows\":[{\"value\":2}],\"metadata\":{}}"},
    {"GET", "/v3/sql/local/model/range?type=table; source=cities; params={\"column\":\"population\"}; filters={\"name\":"
     "{\"in\":{\"values\":[\"none\"]}}}", NULL, 200, "{\"rows\":[{\"min\":null,\"max\":null}],\"metadata\":{}}"},
  };
  CHECK_ALL(list);
}

static void test_model_errors(void) {
  static const exchange list[] = {
    {"GET", MODEL("median") "{}", NULL, 404, "...\"error\":[\"there is no model \\\"median\\\""},
    {"GET", MODEL("formula") "{\"column\":\"nope\",\"operation\":\"sum\"}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", MODEL("scatterplot") "{\"xAxisColumn\":\"a\",\"yAxisColumn\":\"b\"}", NULL, 400,
     "{\"error\":\"Missing columns: a, b\"}"},
    {"GET", MODEL("table") "{\"column\":[\"name\",\"nope\"]}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", MODEL("table") "{\"column\":[\"name\"],\"sortBy\":\"nope\"}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", MODEL("table") "{}", NULL, 400, "...column must be a list of columns"},
    {"GET", MODEL("formula") "{\"column\":\"population\",\"operation\":\"median\"}", NULL, 400,
     "{\"error\":[\"operation: expected count, sum, avg, min or max\"],\"hint\":\"operation: expected count, sum, avg, min "
     "or max\"}"},
    {"GET", MODEL("formula") "{\"operation\":\"custom\"}", NULL, 400, "...operationExp is required"},
    {"GET", MODEL("formula") "{\"operation\":\"custom\",\"operationExp\":\"nope(population)\"}", NULL, 400, "...nope"},
    {"GET", MODEL("histogram") "{\"column\":\"population\",\"operation\":\"custom\",\"operationExp\":\"1\"}", NULL, 400,
     "...custom operations are of"},
    {"GET", MODEL("timeseries") "{\"column\":\"founded\",\"stepSize\":\"day\",\"stepMultiplier\":2,\"operation\":\"custom\","
     "\"operationExp\":\"1\"}", NULL, 400, "...no stepMultiplier"},
    {"GET", MODEL("category") "{\"column\":\"country\",\"operation\":\"custom\",\"operationExp\":\"count(*)\","
     "\"othersThreshold\":1}", NULL, 400, "...takes no othersThreshold here"},
    {"GET", MODEL("formula") "[]", NULL, 400, "...\\\"params\\\" must be an object"},
    {"GET", MODEL("formula") "{", NULL, 400, "...\\\"params\\\" is not JSON"},
    {"GET", "/v3/sql/local/model/formula?type=tileset; source=cities; params={}", NULL, 400,
     "...\\\"type\\\" must be table or query"},
    {"GET", "/v3/sql/local/model/formula?type=table; params={}", NULL, 400, "...\\\"source\\\" must be"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=towns; params={}", NULL, 404, "...no table \\\"towns\\\""},
    {"GET", "/v3/sql/none/model/formula?type=table; source=cities; params={}", NULL, 404, "...no connection"},
    {"GET", "/v3/sql/local/model/formula?type=query; source=SELECT nope FROM cities; params={}", NULL, 400,
     "...{\"error\":[\"column \\\"nope\\\" does not exist; did you mean"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=cities; params={}; filters={\"nope\":{\"in\":{\"values\":[]}}}",
     NULL, 400, "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=cities; params={}; filters={\"name\":{\"like\":{\"values\":[]}}}",
     NULL, 400, "...like"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=cities; params={}; filtersLogicalOperator=xor", NULL, 400,
     "...must be and or or"},
    {"GET", MODEL("formula") "{}; spatialFilters={\"geom\":{\"type\":\"Point\",\"coordinates\":[0,0]}}", NULL, 400,
     "...\"error\""},
    {"GET", MODEL("formula") "{}; spatialFilters={\"geom\":7}", NULL, 400, "...\\\"spatialFilters\\\": GeoJSON: expected"},
    {"GET", MODEL("formula") "{}; spatialFilters=[]", NULL, 400, "...\\\"spatialFilters\\\" must be an object"},
    {"GET", MODEL("formula") "{}; spatialFilters={\"a\":1,\"b\":2}", NULL, 400, "...must be an object with one column"},
    {"GET", MODEL("formula") "{}; spatialFilters={\"here\":{\"type\":\"Polygon\",\"coordinates\":[]}}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"here\"}"},
    {"GET", MODEL("formula") "{}; spatialFilters={\"name\":{\"type\":\"Polygon\",\"coordinates\":[]}}", NULL, 400,
     "...column \\\"name\\\" is no geometry"},
    {"GET", MODEL("formula") "{}; spatialFiltersMode=touches" WEST, NULL, 400, "...intersects, center or contains"},
    {"GET", MODEL("formula") "{\"featureIds\":[\"a\"]}", NULL, 400, "...geometryType is required"},
    {"GET", MODEL("formula") "{\"featureIds\":[7],\"geometryType\":\"points\"}", NULL, 400, "...must be texts"},
    {"GET", MODEL("pick") "{\"columns\":[\"name\"],\"dataType\":\"points\"}", NULL, 400, "...featureIds must be a list"},
    {"GET", MODEL("pick") "{\"columns\":[\"nope\"],\"dataType\":\"points\",\"featureIds\":[\"a\"]}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", MODEL("pick") "{\"columns\":[],\"dataType\":\"points\",\"featureIds\":[\"a\"],\"limit\":-1}", NULL, 400,
     "...limit must be a whole number"},
  };
  CHECK_ALL(list);
}

#define CELLS(table, type, ring, mode) "/v3/sql/local/model/formula?type=table; source=" table "; spatialDataType=" type \
  "; params={\"operation\":\"sum\",\"column\":\"visits\"}; spatialFilters={\"" type "\":" ring "}; spatialFiltersMode=" mode
#define BOX(w, s, e, n) "{\"type\":\"Polygon\",\"coordinates\":[[[" w "," s "],[" e "," s "],[" e "," n "],[" w "," n "],[" w "," s "]]]}"

/* Cells by what of them is in the area. 8928308280fffff has its centre at -122.41836, 37.77669 and is about 0.35 km across
   (h3geo.org), its vertices within 0.002 degrees of that; 827eb7fffffffff lies across the antimeridian. Of quadbins the
   level stands in bits 52 to 56: 15 in 5256683984082960383. */
static void test_cells(void) {
  static const exchange list[] = {
    {"GET", CELLS("hexagons", "h3", BOX("-122.419", "37.776", "-122.4175", "37.7775"), "center"), NULL, 200,
     "{\"rows\":[{\"value\":5}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", BOX("-122.419", "37.776", "-122.4175", "37.7775"), "contains"), NULL, 200,
     "{\"rows\":[{\"value\":null}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", BOX("-122.43", "37.77", "-122.41", "37.79"), "contains"), NULL, 200,
     "{\"rows\":[{\"value\":12}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", BOX("-122.4184", "37.7775", "-122.4180", "37.778"), "intersects"), NULL, 200,
     "{\"rows\":[{\"value\":5}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", BOX("-122.4184", "37.7775", "-122.4180", "37.778"), "center"), NULL, 200,
     "{\"rows\":[{\"value\":null}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", "{\"indexes\":[\"8928308280bffff\"],\"type\":\"h3\"}", "intersects"), NULL, 200,
     "{\"rows\":[{\"value\":7}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", "{\"indexes\":[\"872830828ffffff\"],\"type\":\"h3\"}", ""), NULL, 200,
     "{\"rows\":[{\"value\":12}],\"metadata\":{}}"}, /* their common parent */
    {"GET", CELLS("squares", "quadbin", "{\"indexes\":[5256683984082960383],\"type\":\"quadbin\"}", ""), NULL, 200,
     "{\"rows\":[{\"value\":5}],\"metadata\":{}}"},
    {"GET", CELLS("squares", "quadbin", "{\"indexes\":[],\"type\":\"quadbin\"}", ""), NULL, 200,
     "{\"rows\":[{\"value\":null}],\"metadata\":{}}"},
    {"GET", CELLS("squares", "quadbin", "{\"indexes\":[1],\"type\":\"quadbin\"}", ""), NULL, 400, "...cell 1 of the list"},
    {"GET", CELLS("squares", "quadbin", "{\"indexes\":[],\"type\":\"h3\"}", ""), NULL, 400, "...of the column's type"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=cities; params={}; spatialFilters={\"geom\":{\"indexes\":[],"
     "\"type\":\"h3\"}}", NULL, 400, "...needs a column of cells"},
    {"GET", CELLS("squares", "quadbin", BOX("-180", "-86", "180", "86"), "contains"), NULL, 200,
     "{\"rows\":[{\"value\":12}],\"metadata\":{}}"},
    {"GET", CELLS("hexagons", "h3", BOX("-180", "-90", "180", "90"), "contains"), NULL, 200,
     "{\"rows\":[{\"value\":23}],\"metadata\":{}}"},
  };
  CHECK_ALL(list);
}

/* Ids are stable, and are the same in GeoJSON, in pick and in selections. */
static void test_features(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_buf target;
  carto_json_doc doc;
  carto_arena arena = test_arena();
  char text[400];
  carto_str id;
  exchange e = {"GET", text, NULL, 200, NULL};
  carto_buf_init(&target, libc, 0);
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  CHECK_INT(standin_ask(&w, "GET", target_of(&target, "/v3/maps/local/table?name=cities; format=geojson; columns=name; "
                                                      "filters={\"country\":{\"in\":{\"values\":[\"PT\"]}}}"),
                        STR(NULL), NULL), CARTO_OK);
  CHECK_INT(carto_json_parse(&arena, carto__str_copy(&arena, carto_buf_str(&w.body)), &doc, NULL), CARTO_OK);
  CHECK_UINT(carto_json_count(carto_json_get(doc.root, "features")), 2);
  id = carto_json_string(carto_json_get(carto_json_first(carto_json_get(doc.root, "features")), "id"));
  CHECK_UINT(id.len, 16);
  CHECK_CONTAINS(carto_buf_str(&w.body), "\"geometry\":{\"type\":\"Point\",\"coordinates\":[-9.1393,38.7223]},\"properties\":"
                                         "{\"name\":\"Lisboa\"}}");
  snprintf(text, sizeof text, MODEL("pick") "{\"columns\":[\"name\",\"country\"],\"dataType\":\"points\",\"featureIds\":"
           "[\"%.*s\",\"0\"]}", (int)id.len, id.ptr);
  e.answer = "{\"rows\":[{\"name\":\"Lisboa\",\"country\":\"PT\"}],\"metadata\":{\"total\":1}}";
  check_exchange(&w, &e);
  snprintf(text, sizeof text, MODEL("formula") "{\"column\":\"population\",\"operation\":\"sum\",\"geometryType\":\"points\","
           "\"featureIds\":[\"%.*s\"]}", (int)id.len, id.ptr);
  e.answer = "{\"rows\":[{\"value\":545796}],\"metadata\":{}}";
  check_exchange(&w, &e);
  snprintf(text, sizeof text, "/v3/sql/local/model/pick?type=table; source=squares; params={\"columns\":[],\"dataType\":"
           "\"polygons\",\"featureIds\":[\"5256683984082960383\"]}");
  e.answer = "{\"rows\":[{\"quadbin\":5256683984082960383,\"visits\":5}],\"metadata\":{\"total\":1}}";
  check_exchange(&w, &e);
  standin_close(&w);
  carto_arena_free(&arena);
  carto_buf_free(&target);
}

#define DENSITY ",{\"name\":\"_carto_point_density\",\"type\":\"number\"}"

static void test_maps(void) {
  static const exchange list[] = {
    {"GET", "/v3/maps/local/table?name=cities; columns=name,population; spatialDataType=geo; spatialDataColumn=geom; "
     "client=me; v=3.4", NULL, 200,
     "...\"schema\":[{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"population\",\"type\":\"number\"},{\"name\":\"geom\","
     "\"type\":\"geometry\"}" DENSITY "],\"tilejson\":{\"url\":[\"http://here:8766/v3/maps/local/table?name=cities&columns="
     "name%2Cpopulation&spatialDataType=geo&spatialDataColumn=geom&client=me&v=3.4&format=tilejson&cache=1\"]},"
     "\"geojson\":{\"url\":[\"http://here:8766/v3/maps/local/table?name=cities&columns=name%2Cpopulation&spatialDataType=geo"
     "&spatialDataColumn=geom&client=me&v=3.4&format=geojson&cache=1\"]}}"},
    {"GET", "/v3/maps/local/table?name=cities", NULL, 200, "...{\"nrows\":5,\"size\":"},
    {"POST", "/v3/maps/local/query", "{\"q\":\"SELECT * FROM countries WHERE code = $1\",\"queryParameters\":[\"PT\"]}", 200,
     "...\"schema\":[{\"name\":\"code\",\"type\":\"string\"},{\"name\":\"geom\",\"type\":\"geometry\"}],\"tilejson\":{\"url\":["
     "\"http://here:8766/v3/maps/local/query?q=SELECT%20%2A%20FROM%20countries%20WHERE%20code%20%3D%20%241&queryParameters="
     "%5B%22PT%22%5D&format=tilejson&cache=1\"]}"},
    {"GET", "/v3/maps/local/query?q=SELECT * FROM countries WHERE code = $1; queryParameters=[\"PT\"]; format=tilejson", NULL,
     200,
     "{\"tilejson\":\"2.2.0\",\"scheme\":\"xyz\",\"tiles\":[\"http://here:8766/v3/maps/local/query/{z}/{x}/{y}?q=SELECT%20%2A"
     "%20FROM%20countries%20WHERE%20code%20%3D%20%241&queryParameters=%5B%22PT%22%5D&formatTiles=mvt\"],\"minzoom\":0,"
     "\"maxzoom\":22,\"bounds\":[-9.5,37,-6.2,42.2],\"center\":[-7.85,39.64886168283219,6.736058942540185],"
     "\"vector_layers\":[{\"id\":\"default\",\"minzoom\":0,\"maxzoom\":22,\"geometry_type\":\"Polygon\",\"fields\":{\"code\":"
     "\"String\"}}],\"tilestats\":{\"layerCount\":1,\"layers\":[{\"layer\":\"default\",\"count\":1,\"geometry\":\"Polygon\","
     "\"attributeCount\":1,\"attributes\":[{\"attribute\":\"code\",\"type\":\"String\"}]}]},\"schema\":[{\"name\":\"code\","
     "\"type\":\"string\"},{\"name\":\"geom\",\"type\":\"geometry\"}]}"},
    {"GET", "/v3/maps/local/query?q=SELECT * FROM countries WHERE code = 'PT'; format=geojson", NULL, 200,
     "...\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-9.5,37],[-6.2,37],[-6.2,42.2],[-9.5,42.2],[-9.5,37]]]},"
     "\"properties\":{\"code\":\"PT\"}}]}"},
    {"GET", "/v3/maps/local/table?name=squares; spatialDataType=quadbin; spatialDataColumn=quadbin; aggregationExp=count(*); "
     "format=tilejson", NULL, 200, "...\"minresolution\":0,\"maxresolution\":15,\"dataresolution\":15,"},
    {"GET", "/v3/maps/local/table?name=hexagons; spatialDataType=h3; spatialDataColumn=h3; aggregationExp=count(*)", NULL, 200,
     "...\"schema\":[{\"name\":\"h3\",\"type\":\"string\"},{\"name\":\"visits\",\"type\":\"number\"}],\"tilejson\":{\"url\":"},
    {"GET", "/v3/maps/local/table?name=hexagons; spatialDataType=h3; spatialDataColumn=h3; aggregationExp=count(*); "
     "format=tilejson", NULL, 200, "...\"tiles\":[\"http://here:8766/v3/maps/local/table/{i}?name=hexagons&"},
    {"GET", "/v3/maps/local/table?name=cities; spatialDataType=quadbin; aggregationExp=count(*); format=tilejson", NULL, 200,
     "...\"scheme\":\"quadbin\""},
    /* errors */
    {"GET", "/v3/maps/local/table", NULL, 400, "{\"error\":\"\\\"name\\\" must be a table\"}"},
    {"GET", "/v3/maps/local/query", NULL, 400, "{\"error\":\"\\\"q\\\" must be a query\"}"},
    {"GET", "/v3/maps/local/table?name=towns", NULL, 404, "...no table \\\"towns\\\""},
    {"GET", "/v3/maps/far/table?name=cities", NULL, 404, "...no connection \\\"far\\\""},
    {"GET", "/v3/maps/local/query?q=SELEC", NULL, 400, "...syntax error at or near"},
    {"GET", "/v3/maps/local/query?q=SELECT count(*) FROM cities", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"geom\"}"},
    {"GET", "/v3/maps/local/table?name=hexagons", NULL, 400, "{\"error\":\"column \\\"h3\\\" is no geometry\"}"},
    {"GET", "/v3/maps/local/table?name=cities; spatialDataType=h3; spatialDataColumn=name; aggregationExp=1", NULL, 400,
     "{\"error\":\"\\\"spatialDataType\\\": column \\\"name\\\" does not hold h3 cells\"}"},
    {"GET", "/v3/maps/local/table?name=hexagons; spatialDataType=h3; spatialDataColumn=h3", NULL, 400,
     "{\"error\":\"\\\"aggregationExp\\\" is required for h3\"}"},
    {"GET", "/v3/maps/local/table?name=cities; spatialDataColumn=here", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"here\"}"},
    {"GET", "/v3/maps/local/table?name=cities; columns=name,nope", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", "/v3/maps/local/table?name=cities; geo_column=geom", NULL, 400, "...\\\"geo_column\\\" is no longer taken"},
    {"GET", "/v3/maps/local/table?name=cities; format=csv", NULL, 400, "...must be tilejson or geojson"},
    {"GET", "/v3/maps/local/table?name=hexagons; format=geojson; spatialDataType=h3; aggregationExp=1", NULL, 400,
     "...needs a column of geometries"},
    {"GET", "/v3/maps/local/table?name=cities; format=geojson; filters={\"nope\":{}}", NULL, 400, "...Column not found"},
    {"GET", "/v3/maps/local/table?id=12; format=tilejson", NULL, 404, "...is gone; make it once more"},
    {"GET", "/v3/maps/local/tileset?name=cities", NULL, 400, "{\"error\":\"\\\"cities\\\" is no tileset: this server has none\"}"},
    {"GET", "/v3/maps/local/raster?name=cities", NULL, 400, "{\"error\":\"\\\"cities\\\" is no raster: this server has none\"}"},
    {"GET", "/v3/maps/far/raster?name=cities", NULL, 404, "...no connection"},
    {"GET", "/v3/maps/local/table/0/0/0?name=cities; formatTiles=mvt", NULL, 501,
     "{\"error\":\"vector tiles are not made here; take format=geojson\"}"},
    {"GET", "/v3/maps/local/table/8928308280fffff?name=hexagons", NULL, 501, "...vector tiles"},
    {"GET", "/v3/maps/local/table/0/0", NULL, 404, "{\"error\":\"Not found\"}"},
    {"GET", "/v3/maps/local/boundary?tilesetTableName=a; propertiesTableName=cities", NULL, 400, "...boundaries are tilesets"},
    /* a null of the client's is a text in a query */
    {"GET", "/v3/maps/local/table?name=cities; spatialDataType=null; tileResolution=null; filters=null", NULL, 200, "...\"nrows\":5"},
    {"GET", "/v3/maps/local/table?name=cities; tileResolution=0.25; aggregationResLevel=0; featureBbox=true; v=3.4", NULL, 200,
     "...&tileResolution=0.25&aggregationResLevel=0&featureBbox=true&v=3.4&format=tilejson"},
    {"GET", "/v3/maps/local/table?name=cities; tileResolution=3", NULL, 400, "...\\\"tileResolution\\\" must be 0.25, 0.5, 1, 2 or 4"},
    {"GET", "/v3/maps/local/table?name=cities; aggregationResLevel=27", NULL, 400, "...\\\"aggregationResLevel\\\""},
    {"GET", "/v3/maps/local/table?name=cities; filters={\"nope\":{\"in\":{\"values\":[1]}}}", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"nope\"}"},
    {"GET", "/v3/maps/local/table?name=cities; filters=7; format=tilejson", NULL, 400, "...filters: expected an object"},
    {"GET", "/v3/maps/local/table?name=cities; format=geojson; columns=name; filtersLogicalOperator=or; filters={\"name\":{\"in\":"
     "{\"values\":[\"Madrid\"]}},\"country\":{\"in\":{\"values\":[\"PT\"]}}}", NULL, 200, "...{\"name\":\"Madrid\"}}"},
    {"GET", "/v3/maps/local/table?name=cities; filtersLogicalOperator=or", NULL, 200, "...&filtersLogicalOperator=or&format=geojson"},
    /* trajectories: points that tell whose they are, and when */
    {"GET", "/v3/maps/local/table?name=quakes; spatialDataType=trajectory; trajectoryIdColumn=magnitude; timestampColumn=at; "
     "columns=lat; tileResolution=0.5; format=tilejson", NULL, 200,
     "...\"schema\":[{\"name\":\"at\",\"type\":\"timestamp\"},{\"name\":\"magnitude\",\"type\":\"number\"},{\"name\":\"lat\","
     "\"type\":\"number\"},{\"name\":\"geom\",\"type\":\"geometry\"}]}"},
    {"GET", "/v3/maps/local/table?name=quakes; spatialDataType=trajectory; trajectoryIdColumn=magnitude; timestampColumn=at", NULL,
     200, "...&spatialDataType=trajectory&trajectoryIdColumn=magnitude&timestampColumn=at&format=tilejson"},
    {"GET", "/v3/maps/local/table?name=quakes; spatialDataType=trajectory; trajectoryIdColumn=magnitude", NULL, 400,
     "{\"error\":\"\\\"timestampColumn\\\" is required for trajectory\"}"},
    {"GET", "/v3/maps/local/table?name=quakes; spatialDataType=trajectory; trajectoryIdColumn=ship; timestampColumn=at", NULL, 400,
     "{\"error\":\"Column not found\",\"column_name\":\"ship\"}"},
    {"GET", "/v3/sql/local/model/range?type=table; source=quakes; spatialDataType=trajectory; params={\"column\":\"at\"}", NULL, 200,
     "{\"rows\":[{\"min\":\"2026-01-01T00:00:00.000Z\",\"max\":\"2026-01-01T06:30:00.000Z\"}],\"metadata\":{}}"},
    {"GET", "/v3/sql/local/model/formula?type=table; source=quakes; spatialDataType=trajectory; params={}; spatialFilters={\"geom\":"
     "{\"type\":\"Polygon\",\"coordinates\":[[[-4,36],[-3,36],[-3,38],[-4,38],[-4,36]]]}}", NULL, 200, "...[{\"value\":1}]"},
    {"GET", "/v3/stats/local/quakes/geom?spatialDataType=trajectory", NULL, 200,
     "...\"extent\":{\"xmin\":-4.5,\"ymin\":36.5,\"xmax\":-3.5,\"ymax\":37.25}}"},
  };
  CHECK_ALL(list);
}

static void test_saved(void) {
  static const exchange list[] = {
    {"GET", "/maps", NULL, 200,
     "{\"items\":[{\"id\":\"stores\",\"name\":\"Stores\",\"privacy\":\"private\",\"owner\":\"local\",\"thumbnail\":null,"
     "\"views\":0,\"demo\":false,\"created_at\":\"2026-01-02T03:04:05.678Z\",\"updated_at\":\"2026-01-02T03:04:05.678Z\"},"
     "{\"id\":\"" STANDIN_MAP "\",\"name\":\"Forest fires\",\"privacy\":\"shared\",\"owner\":\"local\",\"thumbnail\":null,"
     "\"views\":7,\"demo\":false,\"created_at\":\"2025-05-01T10:00:00.000Z\",\"updated_at\":\"2025-06-01T10:00:00.000Z\"}],"
     "\"page\":1,\"page_size\":20,\"total\":2}"},
    {"GET", "/maps?page=2; page_size=1; order_by=title; order_direction=asc", NULL, 200,
     "...\"name\":\"Stores\""},
    {"GET", "/maps?page=2; page_size=1; order_by=title; order_direction=asc", NULL, 200,
     "...\"page\":2,\"page_size\":1,\"total\":2}"},
    {"GET", "/maps?page=9; search=FIRES", NULL, 200, "{\"items\":[],\"page\":9,\"page_size\":20,\"total\":1}"},
    {"GET", "/maps?privacy=public", NULL, 200, "{\"items\":[],\"page\":1,\"page_size\":20,\"total\":0}"},
    {"GET", "/maps?privacy=secret", NULL, 400, "...\\\"privacy\\\" must be private, shared or public"},
    {"GET", "/maps?mineOnly=true", NULL, 200, "...\"total\":2"},
    {"GET", "/maps?mine_only=maybe", NULL, 400, "...\\\"mine_only\\\" must be true or false"},
    {"PATCH", "/maps/stores", "{}", 501, "...saved maps are only read here"},
    {"POST", "/maps/stores/privacy", "{}", 501, "...saved maps are only read here"},
    {"GET", "/maps/stores/datasets", NULL, 501, "...saved maps are only read here"},
    {"GET", "/v3/lds/geocoding/reverse?lat=37.4; lon=-6", NULL, 400, "{\"error\":\"Unsupported provider: no reverse geocoding here\"}"},
    {"POST", "/v3/lds/geocoding/batch", "{\"addresses\":[\"Sevilla\"]}", 400, "...Unsupported provider"},
    {"GET", "/v3/lds/isolines", NULL, 400, "...Unsupported provider"},
    {"GET", "/v3/lds/isolines/h3", NULL, 400, "...Unsupported provider"},
    {"GET", "/v3/lds/routing", NULL, 400, "...Unsupported provider"},
    {"GET", "/v3/lds/stats", NULL, 400, "...Unsupported provider"},
    {"GET", "/maps?order_by=size", NULL, 400, "...\\\"order_by\\\" must be"},
    {"GET", "/maps?order_direction=up", NULL, 400, "...must be asc or desc"},
    {"GET", "/maps?page=0", NULL, 400, "...\\\"page\\\" must be a whole number"},
    {"GET", "/maps?page_size=101", NULL, 400, "...from 1 to 100"},
    {"GET", "/v3/maps/public/" STANDIN_MAP, NULL, 200,
     "{\"id\":\"" STANDIN_MAP "\",\"title\":\"Forest fires\",\"privacy\":\"shared\",\"datasets\":[],\"keplerMapConfig\":"
     "{\"version\":\"v1\",\"config\":{}},\"createdAt\":\"2025-05-01T10:00:00Z\",\"updatedAt\":\"2025-06-01T10:00:00Z\","
     "\"views\":7,\"token\":\"public\"}"},
    {"GET", "/v3/maps/public/stores", NULL, 200,
     "{\"id\":\"stores\",\"title\":\"Stores\",\"keplerMapConfig\":{\"version\":\"v1\"},\"token\":\"public\"}"},
    {"GET", "/v3/maps/public/none", NULL, 404, "{\"error\":\"Map not found\"}"},
    {"GET", "/v3/lds/geocoding/geocode?address=sevilla; country=ES; limit=1", NULL, 200,
     "[{\"value\":[{\"latitude\":37.4,\"longitude\":-5.98,\"address\":\"Sevilla, Andaluc\xC3\xAD""a, Spain\",\"name\":"
     "\"Sevilla\",\"region\":\"Andaluc\xC3\xAD""a\",\"country\":\"Spain\",\"countryCode\":\"ES\",\"population\":1212045}]}]"},
    {"GET", "/v3/lds/geocoding/geocode?address=Xyzzyx", NULL, 200, "[{\"value\":[]}]"},
    {"GET", "/v3/lds/geocoding/geocode?address=sevilla; country=Spain", NULL, 400, "...\"error\""},
    {"GET", "/v3/lds/geocoding/geocode", NULL, 400, "{\"error\":\"\\\"address\\\" must be a text\"}"},
    {"GET", "/v3/lds/geocoding/geocode?address=a; limit=0", NULL, 400, "...\\\"limit\\\""},
  };
  CHECK_ALL(list);
}

/* What has to do with HTTP rather than with a route. */
static void test_http(void) {
  static const exchange list[] = {
    {"GET", "/", NULL, 404, "{\"error\":\"Not found\"}"},
    {"GET", "", NULL, 404, "{\"error\":\"Not found\"}"},
    {"GET", "/v3/connections/", NULL, 404, "{\"error\":\"Not found\"}"},
    {"GET", "/v3/sql/local/model/", NULL, 404, "{\"error\":\"Not found\"}"},
    {"POST", "/v3/connections", NULL, 405, "{\"error\":\"Method not allowed\"}"},
    {"PATCH", "/v3/sql/local/query", NULL, 405, "{\"error\":\"Method not allowed\"}"},
    {"GET", "/v3/connections/lo%zzcal/resources", NULL, 400, "{\"error\":\"the path is not escaped UTF-8\"}"},
    {"GET", "/v3/connections/lo%ffcal/resources", NULL, 400, "{\"error\":\"the path is not escaped UTF-8\"}"},
    {"GET", "/v3/connections/lo%63al/resources", NULL, 200, "...\"provider\""},
    {"OPTIONS", "/v3/anything", NULL, 204, ""},
  };
  static const struct {
    const char *method, *path, *allow;
  } allows[] = {
    {"DELETE", "/v3/connections", "GET, HEAD, OPTIONS"},
    {"PUT", "/v3/sql/local/query", "GET, HEAD, POST, OPTIONS"},
    {"GET", "/v3/sql/local/job", "POST, OPTIONS"},
    {"POST", "/v3/sql/local/job/x", "GET, HEAD, DELETE, OPTIONS"},
    {"TRACE", "/maps", "GET, HEAD, OPTIONS"},
  };
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_buf many;
  CHECK_ALL(list);
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  for (size_t i = 0; i < MEMORY_COUNT(allows); i++) {
    CHECK_INT(standin_ask(&w, allows[i].method, STR(allows[i].path), STR(NULL), NULL), CARTO_OK);
    CHECK_INT(standin_status(&w), 405);
    CHECK_STR(standin_header(&w, "Allow"), allows[i].allow);
  }
  CHECK_INT(standin_ask(&w, "OPTIONS", STR("/v3/sql/local/query"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(standin_header(&w, "Access-Control-Allow-Headers"), "Authorization, Content-Type");
  CHECK_CONTAINS(standin_header(&w, "Access-Control-Allow-Methods"), "DELETE");
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/connections?a=%4"), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 400);
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/local/query?&&q=SELECT+1%2B1+AS+x&"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "{\"x\":2}");
  carto_buf_init(&many, libc, 0);
  carto_buf_append_text(&many, "/v3/connections?");
  for (int i = 0; i < 65; i++) carto_buf_append_text(&many, "a=1&");
  CHECK_INT(standin_ask(&w, "GET", carto_buf_str(&many), STR(NULL), NULL), CARTO_OK);
  CHECK_STR(carto_buf_str(&w.body), "{\"error\":\"there are more than 64 parameters\"}");
  carto_buf_free(&many);
  standin_close(&w);
}

static void test_tokens(void) {
  static const struct {
    const char *token, *target;
    int status;
    const char *answer;
  } rows[] = {
    {NULL, "/v3/connections", 401, "{\"error\":\"Unauthorized access\"}"},
    {NULL, "/nowhere", 401, "{\"error\":\"Unauthorized access\"}"},
    {"", "/v3/connections", 401, "{\"error\":\"Unauthorized access\"}"},
    {"sesam", "/v3/connections", 401, "{\"error\":\"Unauthorized access\"}"},
    {"sesam1", "/v3/connections", 401, "{\"error\":\"Unauthorized access\"}"},
    {"sesamesesame", "/v3/connections", 401, "{\"error\":\"Unauthorized access\"}"},
    {"sesame", "/v3/connections", 200, "\"name\":\"local\""},
    {"sesame", "/v3/maps/public/stores", 200, "\"token\":\"for-maps\"}"},
    {"for-maps", "/v3/maps/public/stores", 200, "\"title\""},
    {"for-maps", "/v3/maps/local/table?name=cities", 200, "\"nrows\":5"},
    {"for-maps", "/v3/stats/local/cities/country", 200, "\"categories\""},
    {"for-maps", "/v3/sql/local/query?q=SELECT+1+AS+x", 200, "{\"x\":1}"},
    {"for-maps", "/v3/sql/local/query?q=CALL+cities()", 403, "this token is for reading maps"},
    {"for-maps", "/v3/connections", 403, "You don't have permissions to read this resource"},
    {"for-maps", "/maps", 403, "You don't have permissions"},
    {"for-maps", "/v3/sql/jobs", 403, "You don't have permissions"},
  };
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_standin_desc desc = carto_standin_desc_default();
  desc.token = STR("sesame");
  desc.map_token = STR("for-maps");
  CHECK_INT(standin_open(&w, libc, desc), CARTO_OK);
  for (size_t i = 0; i < MEMORY_COUNT(rows); i++) {
    CHECK_INT(standin_ask(&w, "GET", STR(rows[i].target), STR(NULL), rows[i].token), CARTO_OK);
    CHECK_INT(standin_status(&w), rows[i].status);
    CHECK_CONTAINS(carto_buf_str(&w.body), rows[i].answer);
    CHECK(!test_contains(carto_buf_str(&w.body), "sesame"));
    CHECK_STR(standin_header(&w, "WWW-Authenticate"), rows[i].status == 401 ? "Bearer" : "");
    CHECK_STR(standin_header(&w, "Access-Control-Allow-Origin"), "*");
  }
  CHECK_INT(standin_ask(&w, "OPTIONS", STR("/v3/connections"), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 204);
  standin_close(&w);
  desc.map_token = STR("");
  CHECK_INT(standin_open(&w, libc, desc), CARTO_OK);
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/maps/public/stores"), STR(NULL), "sesame"), CARTO_OK);
  CHECK(!test_contains(carto_buf_str(&w.body), "token"));
  standin_close(&w);
  desc.map_token = desc.token;
  CHECK_INT(standin_open(&w, libc, desc), CARTO_ERR_ARG);
  standin_close(&w);
  memset(&desc, 1, sizeof desc);
  CHECK_INT(carto_standin_init(&w.standin, &desc, NULL), CARTO_ERR_ARG);
  CHECK_INT(carto_standin_init(&w.standin, NULL, NULL), CARTO_ERR_ARG);
}

static void test_limits(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_standin_desc desc = carto_standin_desc_default();
  carto_arena arena = test_arena();
  carto_json_doc doc;
  carto_buf long_query;
  char id[2][32];
  desc.rows = 3;
  desc.base_url = STR("https://api.example.com/");
  CHECK_INT(standin_open(&w, libc, desc), CARTO_OK);
  /* cut without a word, at the service's limit or at another */
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/local/query?q=SELECT+x+FROM+generate_series(1,9)+AS+g(x)"), STR(NULL), NULL),
            CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "{\"rows\":[{\"x\":1},{\"x\":2},{\"x\":3}],\"schema\"");
  w.standin._desc.rows = 0;
  w.body.limit = (size_t)64 << 20;
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/local/query?q=SELECT+x+FROM+generate_series(1,200001)+AS+g(x)"), STR(NULL),
                        NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), ",{\"x\":200000}],\"schema\"");
  /* an answer that is too large */
  carto_buf_free(&w.body);
  carto_buf_init(&w.body, libc, 300);
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/local/query?q=SELECT+x+FROM+generate_series(1,200)+AS+g(x)"), STR(NULL),
                        NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 413);
  CHECK_STR(carto_buf_str(&w.body), "{\"error\":\"the answer has more than 300 bytes; ask for fewer rows or columns\"}");
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/maps/local/table?name=cities&format=geojson"), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 413);
  carto_buf_free(&w.body);
  carto_buf_init(&w.body, libc, (size_t)1 << 20);
  /* what is too long for a URL has one of a few bytes, for as long as there is room */
  carto_buf_init(&long_query, libc, 0);
  for (int i = 0; i < 70; i++) {
    carto_buf_clear(&long_query);
    carto_buf_append_text(&long_query, "{\"q\":\"SELECT * FROM cities WHERE population > ");
    carto_buf_append_int(&long_query, i);
    for (int k = 0; k < 1000; k++) carto_buf_append_text(&long_query, " AND TRUE");
    carto_buf_append_text(&long_query, "\"}");
    CHECK_INT(standin_ask(&w, "POST", STR("/v3/maps/local/query"), carto_buf_str(&long_query), NULL), CARTO_OK);
    CHECK_INT(standin_status(&w), 200);
    CHECK_CONTAINS(carto_buf_str(&w.body), "[\"https://api.example.com/v3/maps/local/query?id=");
    CHECK_INT(carto_json_parse(&arena, carto_buf_str(&w.body), &doc, NULL), CARTO_OK);
    carto_str url = carto_json_string(carto_json_first(carto_json_get(carto_json_get(doc.root, "tilejson"), "url")));
    const char *from = url.ptr + strlen("https://api.example.com/v3/maps/local/query?id=");
    snprintf(id[i != 0], sizeof id[0], "%.*s", (int)strcspn(from, "&"), from);
  }
  snprintf((char *)long_query.ptr, 200, "/v3/maps/local/query?id=%s&format=geojson", id[1]);
  CHECK_INT(standin_ask(&w, "POST", STR(long_query.ptr), STR("{\"client\":\"x\"}"), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 200);
  CHECK_CONTAINS(carto_buf_str(&w.body), "Madrid");
  snprintf((char *)long_query.ptr, 200, "/v3/maps/local/query?id=%s&format=geojson", id[0]);
  CHECK_INT(standin_ask(&w, "GET", STR(long_query.ptr), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 404);
  carto_buf_free(&long_query);
  carto_arena_free(&arena);
  standin_close(&w);
}

/* ---- wrong types: each value in the place of each field in turn. What a field does not take is an error that names it. */

/* takes: n null, b boolean, d number, i whole number, s text, z empty text, e empty list, N a list of numbers, o object */
typedef struct wrong {
  const char *path, *body, *params, *field, *takes; /* params: what stands beside the field in them; NULL: it is of the body */
} wrong;

static const struct {
  const char *text;
  char kind; /* as in takes; '?': what no field takes */
} wrong_values[] = {
  {"null", 'n'}, {"true", 'b'},   {"7", 'i'},      {"0.75", 'd'},  {"-1", 'd'},  {"1e400", 'd'},   {"\"nope\"", 's'},
  {"\"\"", 'z'}, {"[]", 'e'},     {"[1]", 'N'},    {"[null]", '?'}, {"[[]]", '?'}, {"[{}]", '?'}, {"{}", 'o'}, {"{\"a\":1}", 'o'},
};

#define TABLE "\"type\":\"table\",\"source\":\"cities\""
#define MODEL_OF(name) "/v3/sql/local/model/" name
#define FORMULA MODEL_OF("formula"), TABLE ",\"params\":{}", NULL
#define TABLE_MAP "/v3/maps/local/table", "\"name\":\"cities\"", NULL
#define TEXT "nzs"

static const wrong wrong_fields[] = {
  {"/v3/sql/local/query", "\"client\":\"x\"", NULL, "q", "s"},
  {"/v3/sql/local/query", "\"q\":\"SELECT 1\"", NULL, "queryParameters", "nzeNo?"},
  {"/v3/sql/local/job", "\"client\":\"x\"", NULL, "query", "s"},
  {"/v3/sql/local/job", "\"query\":\"CALL slow_cities(1)\"", NULL, "queryParameters", "nzeNo?"},
  {"/v3/stats/local/name", "\"client\":\"x\"", NULL, "q", "s"},
  {"/v3/stats/local/name", "\"q\":\"SELECT name FROM cities\"", NULL, "queryParameters", "nzeNo?"},
  {"/v3/stats/local/cities/geom", "\"client\":\"x\"", NULL, "filters", "nzo"},
  {"/v3/stats/local/cities/geom", "\"filters\":{}", NULL, "filtersLogicalOperator", "nz"},
  {"/v3/stats/local/cities/geom", "\"filters\":{}", NULL, "spatialDataType", "nz"},
  {TABLE_MAP, "columns", TEXT},
  {TABLE_MAP, "filters", "nzo"},
  {TABLE_MAP, "filtersLogicalOperator", "nz"},
  {TABLE_MAP, "spatialDataType", "nz"},
  {TABLE_MAP, "spatialDataColumn", TEXT},
  {TABLE_MAP, "tileResolution", "nz"},
  {TABLE_MAP, "aggregationExp", TEXT},
  {TABLE_MAP, "aggregationResLevel", "nzi"},
  {TABLE_MAP, "featureBbox", "nzb"},
  {TABLE_MAP, "format", "nz"},
  {TABLE_MAP, "trajectoryIdColumn", TEXT},
  {TABLE_MAP, "timestampColumn", TEXT},
  {"/v3/maps/local/table", "\"client\":\"x\"", NULL, "name", "s"},
  {"/v3/maps/local/query", "\"client\":\"x\"", NULL, "q", "s"},
  {"/v3/maps/local/query", "\"q\":\"SELECT * FROM cities\"", NULL, "queryParameters", "nzeNo?"},
  {MODEL_OF("formula"), "\"source\":\"cities\",\"params\":{}", NULL, "type", ""},
  {MODEL_OF("formula"), "\"type\":\"table\",\"params\":{}", NULL, "source", "s"},
  {MODEL_OF("formula"), TABLE, NULL, "params", "o"},
  {MODEL_OF("formula"), "\"type\":\"query\",\"source\":\"SELECT 1 AS x\",\"params\":{}", NULL, "queryParameters", "nzeNo?"},
  {FORMULA, "filters", "nzo"},
  {FORMULA, "filtersLogicalOperator", "nz"},
  {FORMULA, "spatialDataType", "nz"},
  {FORMULA, "spatialDataColumn", TEXT},
  {FORMULA, "spatialFilters", "nzo"},
  {FORMULA, "spatialFiltersMode", "nz"},
  {MODEL_OF("formula"), TABLE, "\"operation\":\"sum\"", "column", TEXT "e"},
  {MODEL_OF("formula"), TABLE, "\"column\":\"population\"", "operation", "nz"},
  {MODEL_OF("formula"), TABLE, "\"operation\":\"custom\"", "operationExp", "s"},
  {MODEL_OF("formula"), TABLE, "\"operation\":\"count\"", "featureIds", "ne"},
  {MODEL_OF("formula"), TABLE, "\"featureIds\":[\"a\"]", "geometryType", ""},
  {MODEL_OF("category"), TABLE, "\"operation\":\"count\"", "column", "s"},
  {MODEL_OF("category"), TABLE, "\"column\":\"name\"", "operation", "nz"},
  {MODEL_OF("category"), TABLE, "\"column\":\"name\",\"operation\":\"sum\"", "operationColumn", TEXT "e"},
  {MODEL_OF("category"), TABLE, "\"column\":\"name\"", "othersThreshold", "ni"},
  {MODEL_OF("category"), TABLE, "\"column\":\"name\"", "orderBy", "nz"},
  {MODEL_OF("histogram"), TABLE, "\"ticks\":[1]", "column", "s"},
  {MODEL_OF("histogram"), TABLE, "\"column\":\"population\"", "ticks", "eN"},
  {MODEL_OF("histogram"), TABLE, "\"column\":\"population\",\"ticks\":[1]", "operation", "nz"},
  {MODEL_OF("range"), TABLE, "\"a\":1", "column", "s"},
  {MODEL_OF("scatterplot"), TABLE, "\"yAxisColumn\":\"lat\"", "xAxisColumn", "s"},
  {MODEL_OF("scatterplot"), TABLE, "\"xAxisColumn\":\"lat\"", "yAxisColumn", "s"},
  {MODEL_OF("scatterplot"), TABLE, "\"xAxisColumn\":\"lat\",\"yAxisColumn\":\"lat\"", "xAxisJoinOperation", "nz"},
  {MODEL_OF("scatterplot"), TABLE, "\"xAxisColumn\":\"lat\",\"yAxisColumn\":\"lat\"", "yAxisJoinOperation", "nz"},
  {MODEL_OF("scatterplot"), TABLE, "\"xAxisColumn\":\"lat\",\"yAxisColumn\":\"lat\"", "limit", "ni"},
  {MODEL_OF("table"), TABLE, "\"limit\":1", "column", "s"},
  {MODEL_OF("table"), TABLE, "\"column\":[\"name\"]", "sortBy", TEXT "e"},
  {MODEL_OF("table"), TABLE, "\"column\":[\"name\"]", "sortDirection", "nz"},
  {MODEL_OF("table"), TABLE, "\"column\":[\"name\"]", "limit", "ni"},
  {MODEL_OF("table"), TABLE, "\"column\":[\"name\"]", "offset", "ni"},
  {MODEL_OF("timeseries"), TABLE, "\"stepSize\":\"day\"", "column", "s"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\"", "stepSize", ""},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\"", "stepMultiplier", "ni"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\"", "operation", "nz"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\"", "operationColumn", TEXT "e"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\"", "joinOperation", "nz"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\"", "splitByCategory", TEXT},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\",\"splitByCategory\":\"name\"",
   "splitByCategoryLimit", "ni"},
  {MODEL_OF("timeseries"), TABLE, "\"column\":\"founded\",\"stepSize\":\"day\",\"splitByCategory\":\"name\"",
   "splitByCategoryValues", TEXT "e"},
  {MODEL_OF("pick"), TABLE, "\"columns\":[],\"dataType\":\"points\"", "featureIds", "e"},
  {MODEL_OF("pick"), TABLE, "\"columns\":[],\"featureIds\":[\"a\"]", "dataType", ""},
  {MODEL_OF("pick"), TABLE, "\"dataType\":\"points\",\"featureIds\":[\"a\"]", "columns", "ne"},
  {MODEL_OF("pick"), TABLE, "\"dataType\":\"points\",\"featureIds\":[\"a\"]", "limit", "ni"},
  {MODEL_OF("pick"), TABLE, "\"dataType\":\"points\",\"featureIds\":[\"a\"]", "offset", "ni"},
  {MODEL_OF("aggregations"), TABLE, "\"a\":1", "aggregations", "s"},
};

/* A body as a client has it in a query: texts as they are, all else as JSON. */
static carto_str query_of(carto_buf *out, carto_arena *arena, const char *path, const char *body) {
  carto_json_doc doc;
  carto_buf text;
  carto_json_writer json;
  carto_buf_clear(out);
  carto_buf_append_text(out, path);
  CHECK_INT(carto_json_parse(arena, STR(body), &doc, NULL), CARTO_OK);
  const carto_json *key = carto_json_first(doc.root);
  for (size_t i = 0, count = carto_json_count(doc.root); i < count; i++) {
    const carto_json *value = carto_json_value_of(key);
    carto_buf_init(&text, carto_arena_allocator(arena), 0);
    carto_json_writer_init(&json, &text);
    if (carto_json_type_of(value) == CARTO_JSON_STRING) carto_buf_append_str(&text, carto_json_string(value));
    else carto_json_write_value(&json, &doc, value);
    carto_buf_append_text(out, i == 0 ? "?" : "&");
    carto_url_append(out, carto_json_string(key));
    carto_buf_append_text(out, "=");
    carto_url_append(out, carto_buf_str(&text));
    if (i + 1 < count) key = carto_json_next(value);
  }
  return carto_buf_str(out);
}

/* In a query all is text: a field of texts takes any, and null is none. */
static void check_wrong_query(standin_world *w, const wrong *f, char kind, const char *body) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena = test_arena();
  carto_buf target;
  bool text = !f->params && strchr(f->takes, 's');
  bool none = kind == 'n' && !f->params && strcmp(f->field, "params") != 0;
  carto_buf_init(&target, libc, 0);
  CHECK_INT(standin_ask(w, "GET", query_of(&target, &arena, f->path, body), STR(NULL), NULL), CARTO_OK);
  CHECK(flow_is_json(carto_buf_str(&w->body)));
  if (text || none || strchr(f->takes, kind)) CHECK(standin_status(w) < 500);
  else {
    CHECK_INT(standin_status(w), 400);
    CHECK_CONTAINS(carto_buf_str(&w->body), f->field);
  }
  carto_buf_free(&target);
  carto_arena_free(&arena);
}

static void test_wrong_types(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  char body[600];
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  for (size_t i = 0; i < MEMORY_COUNT(wrong_fields); i++) {
    const wrong *f = &wrong_fields[i];
    for (size_t k = 0; k < MEMORY_COUNT(wrong_values); k++) {
      char kind = wrong_values[k].kind;
      bool takes = strchr(f->takes, kind) || (kind == 'i' && strchr(f->takes, 'd'));
      int before = test_failures;
      if (f->params)
        snprintf(body, sizeof body, "{%s,\"params\":{%s,\"%s\":%s}}", f->body, f->params, f->field, wrong_values[k].text);
      else snprintf(body, sizeof body, "{%s,\"%s\":%s}", f->body, f->field, wrong_values[k].text);
      CHECK_INT(standin_ask(&w, "POST", STR(f->path), STR(body), NULL), CARTO_OK);
      CHECK(flow_is_json(carto_buf_str(&w.body)));
      if (takes) CHECK(standin_status(&w) < 500);
      else CHECK_INT(standin_status(&w), 400);
      if (!takes) CHECK_CONTAINS(carto_buf_str(&w.body), f->field);
      if (!strstr(f->path, "/job")) check_wrong_query(&w, f, kind, body);
      if (test_failures != before) printf("  asked POST %s %s: %.*s\n", f->path, body, (int)w.body.len, w.body.ptr);
    }
  }
  standin_close(&w);
}

/* ---- workflows */

#define CALL(text) "{\"query\":\"" text "\"}"

static void test_calls(void) {
  static const exchange list[] = {
    {"POST", "/v3/sql/local/query", "{\"q\":\"CALL cities(600000)\"}", 200,
     "...{\"rows\":[{\"name\":\"Madrid\",\"population\":3223334,\"geom\":{\"type\":\"Point\",\"coordinates\":[-3.7038,40.4168]}},"
     "{\"name\":\"Sevilla\",\"population\":688592,\"geom\":{\"type\":\"Point\",\"coordinates\":[-5.9845,37.3891]}}],\"schema\":"},
    {"POST", "/v3/sql/local/query", "{\"q\":\"call demo.workflows_temp.wfproc_cities(least => 3e6);\"}", 200, "...[{\"name\":\"Madrid\""},
    {"POST", "/v3/sql/local/query", "{\"q\":\"CALL `my-project.carto_workspace.wfproc_mcptool_cities`(@n)\",\"queryParameters\":"
     "{\"n\":3000000}}", 200, "...[{\"name\":\"Madrid\""},
    {"POST", "/v3/sql/local/query", "{\"q\":\"-- most\\n /* of */ CALL \\\"demo\\\".\\\"x\\\".\\\"cities\\\"( $1 )\","
     "\"queryParameters\":[3000000]}", 200, "...[{\"name\":\"Madrid\""},
    {"POST", "/v3/sql/local/query", "{\"q\":\"CALL cities(?)\",\"queryParameters\":[3000000]}", 200, "...[{\"name\":\"Madrid\""},
    {"POST", "/v3/sql/local/query", "{\"q\":\"CALL cities(least := :1::numeric)\",\"queryParameters\":[3000000]}", 200,
     "...[{\"name\":\"Madrid\""},
    {"GET", "/v3/sql/local/query?q=CALL cities(null)", NULL, 200, "...{\"name\":\"Porto, o\""},
    {"GET", "/v3/sql/local/query?q=CALL cities()", NULL, 200, "...{\"name\":\"Porto, o\""},
    {"GET", "/v3/sql/local/query?q=CALL cities", NULL, 400, "...syntax error at end of input: expected ("},
    {"GET", "/v3/sql/local/query?q=CALL cities(1", NULL, 400, "...syntax error at end of input: expected , or )"},
    {"GET", "/v3/sql/local/query?q=CALL cities(1, 2)", NULL, 400, "...cities takes 1 arguments"},
    {"GET", "/v3/sql/local/query?q=CALL cities(most => 2)", NULL, 400, "...cities has no input \\\"most\\\""},
    {"GET", "/v3/sql/local/query?q=CALL cities('few')", NULL, 400, "...\\\"least\\\" must be a number"},
    {"GET", "/v3/sql/local/query?q=CALL cities(-5)", NULL, 400, "...\\\"least\\\""},
    {"GET", "/v3/sql/local/query?q=CALL cities(1+1)", NULL, 400, "...syntax error at or near \\\"+1)\\\" (byte 14)"},
    {"GET", "/v3/sql/local/query?q=CALL cities(x)", NULL, 400, "...expected a value"},
    {"GET", "/v3/sql/local/query?q=CALL cities(-x)", NULL, 400, "...expected a number"},
    {"GET", "/v3/sql/local/query?q=CALL cities($1)", NULL, 400, "...there is no parameter \\\"1\\\""},
    {"GET", "/v3/sql/local/query?q=CALL cities('a", NULL, 400, "...the end of what is quoted"},
    {"GET", "/v3/sql/local/query?q=CALL cities() x", NULL, 400, "...syntax error at or near \\\"x\\\""},
    {"GET", "/v3/sql/local/query?q=CALL towns()", NULL, 400, "...procedure \\\"towns\\\" does not exist on connection \\\"local\\\""},
    {"GET", "/v3/sql/local/query?q=CALL 1()", NULL, 400, "...procedure \\\"1\\\" does not exist"},
    {"GET", "/v3/sql/local/query?q=CALL ()", NULL, 400, "...expected a name"},
    {"GET", "/v3/sql/else/query?q=CALL cities()", NULL, 404, "...no connection"},
    {"POST", "/v3/sql/local/job", CALL("SELECT 1"), 400, "...a job here is a CALL of a workflow"},
    {"POST", "/v3/sql/local/job", CALL("CALL slow_cities(true)"), 400, "...\\\"least\\\" must be a number"},
    {"POST", "/v3/sql/else/job", CALL("CALL slow_cities()"), 404, "...no connection"},
    {"POST", "/v3/sql/local/job", "{}", 400, "...a job here is a CALL"},
    {"GET", "/v3/sql/local/job/job-0000000000000001", NULL, 404, "{\"error\":\"there is no job \\\"job-0000000000000001\\\" on "
     "connection \\\"local\\\"\"}"},
    {"DELETE", "/v3/sql/local/job/7", NULL, 404, "...there is no job \\\"7\\\""},
    {"GET", "/v3/sql/jobs", NULL, 200, "{\"items\":[],\"page\":1,\"page_size\":20,\"total\":0}"},
    {"GET", "/v3/sql/jobs?page_size=0", NULL, 400, "...page_size"},
  };
  CHECK_ALL(list);
}

/* A member of the answer, which stays in the arena. */
static carto_str job_member(carto_arena *arena, const standin_world *w, const char *name) {
  carto_json_doc doc;
  if (carto_json_parse(arena, carto__str_copy(arena, carto_buf_str(&w->body)), &doc, NULL) != CARTO_OK) return STR("");
  const carto_json *value = carto_json_get(doc.root, name);
  return carto_json_type_of(value) == CARTO_JSON_NULL ? STR("null") : carto_json_string(value);
}

/* A job from its CALL to its rows, one that fails, one that is cancelled. */
static void test_jobs(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_arena arena = test_arena();
  char target[200];
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/job"), STR(CALL("CALL slow_cities(600000)")), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 200);
  carto_str id = job_member(&arena, &w, "jobId"), table = job_member(&arena, &w, "workflowOutputTableName");
  CHECK_UINT(id.len, 20);
  CHECK_CONTAINS(table, "demo.workflows_temp.slow_cities_");
  CHECK_STR(job_member(&arena, &w, "connectionName"), "local");
  CHECK_STR(job_member(&arena, &w, "providerId"), "postgres");
  CHECK_STR(job_member(&arena, &w, "status"), "pending");
  CHECK_STR(job_member(&arena, &w, "error"), "null");
  CHECK_CONTAINS(job_member(&arena, &w, "createdAt"), "2026-01-02T03:04:05.");
  snprintf(target, sizeof target, "/v3/sql/local/query?q=SELECT+count(*)+AS+n+FROM+%.*s", (int)table.len, table.ptr);
  CHECK_INT(standin_ask(&w, "GET", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 400); /* not yet */
  CHECK_INT(carto_server_work(&w.server, NULL, NULL), CARTO_OK);
  CHECK_INT(standin_ask(&w, "GET", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "[{\"n\":2}]");
  snprintf(target, sizeof target, "/v3/sql/local/job/%.*s", (int)id.len, id.ptr);
  CHECK_INT(standin_ask(&w, "GET", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_STR(job_member(&arena, &w, "status"), "success");
  CHECK_INT(standin_ask(&w, "DELETE", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 400);
  CHECK_CONTAINS(carto_buf_str(&w.body), "is done already: success");
  /* its result is a table for all that reads tables */
  snprintf(target, sizeof target, "/v3/sql/local/model/formula?type=table&source=%.*s&params=%%7B%%22operation%%22%%3A%%22count"
           "%%22%%7D", (int)table.len, table.ptr);
  CHECK_INT(standin_ask(&w, "GET", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "[{\"value\":2}]");
  /* it fails */
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/job"), STR(CALL("CALL counting(2000)")), NULL), CARTO_OK);
  id = job_member(&arena, &w, "jobId");
  CHECK_INT(carto_server_work(&w.server, NULL, NULL), CARTO_OK);
  snprintf(target, sizeof target, "/v3/sql/local/job/%.*s", (int)id.len, id.ptr);
  CHECK_INT(standin_ask(&w, "GET", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_STR(job_member(&arena, &w, "status"), "failure");
  CHECK_STR(job_member(&arena, &w, "error"), "counts to 1000 at most");
  /* it is cancelled; a workflow that is answered at once can be a job, too */
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/job"), STR(CALL("CALL cities(1)")), NULL), CARTO_OK);
  id = job_member(&arena, &w, "jobId");
  snprintf(target, sizeof target, "/v3/sql/local/job/%.*s", (int)id.len, id.ptr);
  CHECK_INT(standin_ask(&w, "DELETE", STR(target), STR(NULL), NULL), CARTO_OK);
  CHECK_STR(job_member(&arena, &w, "status"), "cancelled");
  CHECK_INT(carto_server_work(&w.server, NULL, NULL), CARTO_ERR_NOT_FOUND);
  /* the list, the newest first */
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/jobs?page=1&page_size=2"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "{\"items\":[{\"jobId\":\"");
  CHECK_CONTAINS(carto_buf_str(&w.body), "\"page\":1,\"page_size\":2,\"total\":3}");
  CHECK_CONTAINS(carto_buf_str(&w.body), "cancelled");
  CHECK(!test_contains(carto_buf_str(&w.body), "success"));
  /* jobs of sessions are not shown: they are theirs */
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/jobs?page=2&page_size=2"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "success");
  w.server._flows->jobs->owner = 7;
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/jobs"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "\"total\":2}");
  standin_close(&w);
  carto_arena_free(&arena);
}

/* Without a server there are no workflows; with as many jobs as there may be, no more. */
static void test_no_jobs(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  w.server._desc.jobs = 1;
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/job"), STR(CALL("CALL sleepy()")), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 200);
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/job"), STR(CALL("CALL sleepy()")), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 429);
  w.standin._desc.server = NULL;
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/jobs"), STR(NULL), NULL), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&w.body), "\"total\":0}");
  CHECK_INT(standin_ask(&w, "POST", STR("/v3/sql/local/query"), STR("{\"q\":\"CALL cities()\"}"), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 400);
  CHECK_CONTAINS(carto_buf_str(&w.body), "procedure \\\"cities\\\" does not exist");
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/sql/local/job/job-0000000000000001"), STR(NULL), NULL), CARTO_OK);
  CHECK_INT(standin_status(&w), 404);
  standin_close(&w);
}

static bool never(void *user) {
  (void)user;
  return false;
}

static void test_cancelled(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_http_handler handler;
  carto_http_incoming in;
  carto_call call;
  CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
  CHECK_INT(standin_ask(&w, "GET", STR("/v3/connections"), STR(NULL), NULL), CARTO_OK); /* makes the body */
  memset(&call, 0, sizeof call);
  memset(&in, 0, sizeof in);
  memset(&w.out, 0, sizeof w.out);
  call.arena = &w.arena;
  call.checkpoint = never;
  in.method = STR("GET");
  in.path = STR("/v3/maps/local/table");
  in.query = STR("name=cities&format=geojson");
  carto_buf_clear(&w.body);
  w.out.body = &w.body;
  handler = carto_standin_handler(&w.standin);
  CHECK_INT(handler.handle(&call, handler.user, &in, &w.out, &w.error), CARTO_OK);
  CHECK_INT(w.out.status, 503);
  CHECK_CONTAINS(carto_buf_str(&w.body), "{\"error\":\"");
  standin_close(&w);
}

/* ---- memory that is refused: an answer is whole or there is none, and nothing is lost */

static const exchange memory_exchanges[] = {
  {"GET", "/v3/connections/local/resources/demo?maxDepth=2", NULL, 200, ""},
  {"GET", "/v3/connections/local/resources/search?query=q", NULL, 200, ""},
  {"GET", "/v3/sql/local/query?q=SELECT name FROM cities WHERE population > $1; queryParameters=[1]", NULL, 200, ""},
  {"POST", "/v3/sql/local/query", "{\"q\":\"CALL cities(least => 1)\"}", 200, ""},
  {"POST", "/v3/sql/local/query", "{\"q\":\"CALL cities(least => @n)\",\"queryParameters\":{\"n\":7}}", 200, ""},
  {"POST", "/v3/sql/local/job", CALL("CALL slow_cities(600000)"), 200, ""},
  {"GET", "/v3/sql/jobs", NULL, 200, ""},
  {"GET", "/v3/stats/local/cities/country?filters={\"capital\":{\"in\":{\"values\":[true]}}}", NULL, 200, ""},
  {"GET", "/v3/stats/local/population?q=SELECT population FROM cities", NULL, 200, ""},
  {"GET", MODEL("category") "{\"column\":\"country\",\"operation\":\"count\",\"othersThreshold\":1}" WEST, NULL, 200, ""},
  {"GET", MODEL("histogram") "{\"column\":\"population\",\"operation\":\"sum\",\"ticks\":[1,600000]}", NULL, 200, ""},
  {"GET", MODEL("formula") "{\"operation\":\"custom\",\"operationExp\":\"max(lng)\"}", NULL, 200, ""},
  {"GET", MODEL("pick") "{\"columns\":[],\"dataType\":\"points\",\"featureIds\":[\"a\",\"b\"]}", NULL, 200, ""},
  {"GET", CELLS("hexagons", "h3", BOX("-122.43", "37.77", "-122.41", "37.79"), "contains"), NULL, 200, ""},
  {"GET", CELLS("squares", "quadbin", "{\"indexes\":[5256683984082960383],\"type\":\"quadbin\"}", ""), NULL, 200, ""},
  {"GET", "/v3/maps/local/table?name=cities; columns=name", NULL, 200, ""},
  {"GET", "/v3/maps/local/table?name=cities; format=tilejson", NULL, 200, ""},
  {"GET", "/v3/maps/local/table?name=cities; format=geojson", NULL, 200, ""},
  {"GET", "/maps", NULL, 200, ""},
  {"GET", "/v3/maps/public/stores", NULL, 200, ""},
  {"GET", "/v3/lds/geocoding/geocode?address=sevilla", NULL, 200, ""},
  {"GET", MODEL("formula") "{\"column\":\"nope\",\"operation\":\"sum\"}", NULL, 400, ""},
};

/* An exchange with the Nth allocation refused, once or from there on; the world before it has all it needs. */
static bool memory_ask(const exchange *e, carto_str target, carto_str body, int fail_on, size_t n) {
  static standin_world w;
  test_memory m;
  carto_alloc alloc = test_alloc(&m);
  size_t workflows = test_contains(body, "CALL") ? 2 : 0; /* cities and slow_cities */
  carto_status status;
  int before = test_failures;
  bool done;
  CHECK_INT(standin_open_with(&w, alloc, carto_standin_desc_default(), workflows), CARTO_OK);
  w.arena._step = 1; /* every piece of it is an allocation */
  m.fail_at = m.calls + n;
  m.fail_on = fail_on;
  status = standin_ask(&w, e->method, target, body, NULL);
  done = m.calls < m.fail_at;
  if (status == CARTO_OK) {
    CHECK_INT(standin_status(&w), e->status);
    CHECK_CONTAINS(carto_buf_str(&w.body), e->answer);
    CHECK(flow_is_json(carto_buf_str(&w.body)));
  } else {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    CHECK(!done);
  }
  standin_close(&w);
  CHECK_UINT(m.live_count, 0);
  CHECK_UINT(m.live_bytes, 0);
  if (test_failures != before) printf("  asked %s, allocation %zu of it refused\n", e->target, n);
  return done || test_failures > 50;
}

static void test_allocation(void) {
  static const exchange kept = {"POST", "/v3/maps/local/table", NULL, 200, "?id="};
  carto_alloc libc = {NULL, NULL};
  carto_buf target, body;
  carto_buf_init(&target, libc, 0);
  carto_buf_init(&body, libc, 0);
  carto_buf_append_text(&body, "{\"name\":\"cities\",\"client\":\"");
  for (int i = 0; i < 6100; i++) carto_buf_append_text(&body, "x");
  carto_buf_append_text(&body, "\"}");
  for (int fail_on = 0; fail_on < 2; fail_on++) {
    for (size_t i = 0; i <= MEMORY_COUNT(memory_exchanges); i++) {
      const exchange *e = i < MEMORY_COUNT(memory_exchanges) ? &memory_exchanges[i] : &kept;
      size_t n = 1;
      target_of(&target, e->target);
      while (n < 5000 && !memory_ask(e, target.len ? carto_buf_str(&target) : STR(e->target),
                                     e == &kept ? carto_buf_str(&body) : STR(e->body), fail_on, n))
        n++;
      CHECK(n > 1 && n < 5000);
    }
  }
  carto_buf_free(&target);
  carto_buf_free(&body);
}

/* The same with little memory for a request, a bit more each time: either it is enough or the answer says that it is not. */
static void test_arena_limit(void) {
  static standin_world w;
  carto_alloc libc = {NULL, NULL};
  carto_buf target;
  carto_buf_init(&target, libc, 0);
  for (size_t i = 0; i < MEMORY_COUNT(memory_exchanges); i++) {
    const exchange *e = &memory_exchanges[i];
    bool enough = false;
    int before = test_failures;
    CHECK_INT(standin_open(&w, libc, carto_standin_desc_default()), CARTO_OK);
    target_of(&target, e->target);
    for (size_t cap = 48; !enough && cap < (size_t)1 << 20 && test_failures == before; cap += 48) {
      carto_arena_free(&w.arena);
      carto_arena_init(&w.arena, libc, cap);
      CHECK_INT(standin_ask(&w, e->method, target.len ? carto_buf_str(&target) : STR(e->target), STR(e->body), NULL), CARTO_OK);
      CHECK(flow_is_json(carto_buf_str(&w.body)));
      enough = standin_status(&w) == e->status;
      if (!enough) CHECK_INT(standin_status(&w), 413);
      else CHECK_CONTAINS(carto_buf_str(&w.body), e->answer);
      if (test_failures != before) printf("  asked %s with %zu bytes: %.200s\n", e->target, cap, w.body.ptr);
    }
    CHECK(enough);
    standin_close(&w);
  }
  carto_buf_free(&target);
}

static const test_case tests[] = {
  {"catalogue", test_catalogue}, {"sql", test_sql},     {"stats", test_stats},
  {"models", test_models},       {"errors", test_model_errors}, {"cells", test_cells},
  {"features", test_features},   {"maps", test_maps},   {"saved", test_saved},
  {"http", test_http},           {"tokens", test_tokens}, {"limits", test_limits},
  {"wrong_types", test_wrong_types},
  {"calls", test_calls},         {"jobs", test_jobs},   {"no_jobs", test_no_jobs},
  {"cancelled", test_cancelled}, {"allocation", test_allocation}, {"arena_limit", test_arena_limit},
};

TEST_MAIN(tests)

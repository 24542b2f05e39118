/* The connections of an account, over exchanges in fixtures/rest: nothing here opens a socket. What is expected is
   taken from those exchanges by hand, as CARTO's documentation says that they are to be read. */
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_NO_NET
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include <dirent.h>

#define TOKEN "secret-token-4711"
#define BASE "https://api.example.test"
#define WORKSPACE "https://workspace.example.test"

static const carto_alloc libc_alloc;

/* An account over a tape; each request is looked at on its way. */
typedef struct world {
  carto_tape tape;
  carto_carrier behind;
  carto_rest rest;
  const carto_driver *driver;
  carto_arena arena;
  carto_call call;
  carto_error error;
  int64_t now;
  size_t sends, waits;
  char method[8], url[9000], body[20000];
  bool safe, is_fresh; /* is_fresh: it may not come from a cache of long ago */
  uint32_t timeout_ms;
} world;

static void keep(char *to, size_t room, carto_str text) {
  size_t n = text.len < room ? text.len : room - 1;
  if (n) memcpy(to, text.ptr, n);
  to[n] = 0;
}

/* The token goes in its own place and nowhere else, and to the account's own hosts alone. */
static carto_status send_watched(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error) {
  world *w = (world *)user;
  size_t i;
  w->sends++;
  keep(w->method, sizeof w->method, carto_str_from(request->method));
  keep(w->url, sizeof w->url, request->url);
  keep(w->body, sizeof w->body, request->body);
  w->safe = request->safe;
  w->timeout_ms = request->timeout_ms;
  CHECK_STR(request->token, TOKEN);
  CHECK(strncmp(w->url, BASE "/", sizeof BASE) == 0 || strncmp(w->url, WORKSPACE "/", sizeof WORKSPACE) == 0);
  CHECK(!strstr(w->url, TOKEN) && !strstr(w->body, TOKEN));
  w->is_fresh = false;
  for (i = 0; i < request->header_count; i++) {
    if (carto__str_is(request->headers[i].name, "Cache-Control"))
      w->is_fresh = carto__str_is(request->headers[i].value, "max-age=300");
    CHECK(!test_contains(request->headers[i].value, TOKEN));
    CHECK(carto__str_compare_nocase(request->headers[i].name, STR("authorization")) != 0);
  }
  CHECK((request->body.len > 0) == (strcmp(request->method, "POST") == 0));
  return w->behind.send(call, w->behind.user, request, sink, error);
}

static carto_status wait_watched(const carto_call *call, void *user, uint32_t ms, carto_error *error) {
  (void)call;
  (void)ms;
  (void)error;
  ((world *)user)->waits++;
  return CARTO_OK;
}

static int64_t world_now(void *user) { return ((world *)user)->now; }

static carto_rest_desc desc_of(world *w) {
  carto_rest_desc desc = carto_rest_desc_default();
  desc.base_url = STR(BASE "/");
  desc.workspace_url = STR(WORKSPACE);
  desc.token = STR(TOKEN);
  desc.query_sources = true;
  desc.carrier.send = send_watched;
  desc.carrier.wait = wait_watched;
  desc.carrier.user = w;
  return desc;
}

static carto_status open_with(world *w, const char *tape, const carto_rest_desc *desc, carto_alloc alloc) {
  char path[200];
  carto_files files;
  carto_status status;
  snprintf(path, sizeof path, "fixtures/rest/%s", tape);
  files = carto_files_directory(path);
  status = carto_tape_replay(&w->tape, &files, libc_alloc, &w->error);
  if (!CHECK(status == CARTO_OK)) {
    printf("  %s: %s\n", tape, w->error.text);
    exit(2);
  }
  w->behind = carto_tape_carrier(&w->tape);
  carto_arena_init(&w->arena, alloc, 0);
  w->call.arena = &w->arena;
  w->call.now = world_now;
  w->call.user = w;
  w->now = INT64_C(1700000000000000);
  status = carto_rest_init(&w->rest, desc, &w->error);
  if (!CHECK(status == CARTO_OK)) printf("  %s\n", w->error.text);
  w->driver = carto_rest_warehouse(&w->rest).driver;
  return status;
}

static void open_world(world *w, const char *tape) {
  carto_rest_desc desc;
  memset(w, 0, sizeof *w);
  desc = desc_of(w);
  CHECK_INT(open_with(w, tape, &desc, libc_alloc), CARTO_OK);
}

static void close_world(world *w) {
  carto_rest_free(&w->rest);
  carto_rest_free(&w->rest);
  carto_tape_free(&w->tape);
  carto_arena_free(&w->arena);
}

static carto_str said(const world *w) { return carto_str_from(w->error.text); }

/* Checks that a call went well, and prints what it said when not. */
#define GOOD(w, status_)                                            \
  do {                                                              \
    if (!CHECK((status_) == CARTO_OK)) printf("  %s\n", (w)->error.text); \
  } while (0)

/* Checks a failure: its status, and what its text must hold. */
#define FAILS(w, status_, expected_, part_)            \
  do {                                                 \
    memset(&(w)->error, 0, sizeof(w)->error);          \
    CHECK_INT(status_, expected_);                     \
    CHECK_INT((w)->error.status, expected_);           \
    CHECK_CONTAINS(said(w), part_);                    \
    CHECK(!strstr((w)->error.text, TOKEN));            \
  } while (0)

static carto_source table_source(const char *connection, const char *name) {
  carto_source s;
  memset(&s, 0, sizeof s);
  s.connection = carto_str_from(connection);
  s.text = carto_str_from(name);
  return s;
}

static carto_source query_source(const char *connection, const char *sql) {
  carto_source s = table_source(connection, sql);
  s.is_query = true;
  return s;
}

static void give_parameters(world *w, carto_source *s, carto_json_doc *doc, const char *json) {
  GOOD(w, carto_json_parse(&w->arena, carto_str_from(json), doc, &w->error));
  s->parameters_doc = doc;
  s->parameters = doc->root;
}

/* ---- routes */

static void routes(void) {
  static const struct {
    const char *method, *path, *name; /* NULL: none */
    const char *values[3];
  } rows[] = {
    {"GET", "/v3/connections", "connections", {0}},
    {"GET", "/v3/connections/", NULL, {0}},
    {"GET", "/v3/connections/a%2Fb/resources", "resources", {"a%2Fb"}},
    {"GET", "/v3/connections/a/resources/x.y", "resource", {"a", "x.y"}},
    {"GET", "/v3/connections/a/resources/search", "search", {"a"}},
    {"GET", "/v3/sql/c/query", "sql", {"c"}},
    {"POST", "/v3/sql/c/query", "sql", {"c"}},
    {"PUT", "/v3/sql/c/query", NULL, {0}},
    {"POST", "/v3/sql/c/job", "job_start", {"c"}},
    {"GET", "/v3/sql/c/job/7", "job", {"c", "7"}},
    {"DELETE", "/v3/sql/c/job/7", "job_cancel", {"c", "7"}},
    {"GET", "/v3/sql/jobs", "jobs", {0}},
    {"POST", "/v3/sql/jobs", NULL, {0}},
    {"POST", "/v3/sql/c/model/formula", "model", {"c", "formula"}},
    {"GET", "/v3/stats/c/t/col", "stats_table", {"c", "t", "col"}},
    {"GET", "/v3/stats/c/col", "stats_query", {"c", "col"}},
    {"GET", "/v3/maps/public/table", "map", {"table"}},
    {"GET", "/v3/maps/x/table", "maps_table", {"x"}},
    {"POST", "/v3/maps/x/query", "maps_query", {"x"}},
    {"GET", "/v3/maps/x/tileset", "maps_tileset", {"x"}},
    {"GET", "/v3/maps/x/raster", "maps_raster", {"x"}},
    {"GET", "/maps", "map_list", {0}},
    {"GET", "/v3/lds/geocoding/geocode", "geocode", {0}},
    {"GET", "", NULL, {0}},
    {"GET", "/", NULL, {0}},
    {"GET", "/v3/sql//query", NULL, {0}},
    {"get", "/v3/connections", NULL, {0}},
  };
  static const carto_str ab[] = {{"a b/c", 5}, {"t", 1}};
  carto_buf path;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto__route route;
    carto_str values[CARTO_MCP__ROUTE_VALUES];
    size_t count, want = 0;
    bool found = carto__route_match(STR(rows[i].method), STR(rows[i].path), &route, values, &count);
    if (!CHECK(found == (rows[i].name != NULL))) printf("  %s %s\n", rows[i].method, rows[i].path);
    if (!rows[i].name || !found) continue;
    CHECK_STR(STR(carto__routes[route].name), rows[i].name);
    while (want < 3 && rows[i].values[want]) want++;
    CHECK_UINT(count, want);
    for (size_t k = 0; k < want && k < count; k++) CHECK_STR(values[k], rows[i].values[k]);
  }
  CHECK_UINT(sizeof carto__routes / sizeof *carto__routes, CARTO__ROUTE_COUNT);
  carto_buf_init(&path, libc_alloc, 0);
  carto__route_path(&path, CARTO__ROUTE_RESOURCE, STR("/of/{fqn}/in/{connection}"), ab);
  CHECK_STR(carto_buf_str(&path), "/of/t/in/a%20b%2Fc");
  carto_buf_free(&path);
}

/* ---- descriptors */

static void descriptors(void) {
  static const struct {
    const char *base, *workspace, *token, *route, *path, *part; /* part NULL: good */
  } rows[] = {
    {"https://gcp-us-east1.api.carto.com", "", "t", NULL, NULL, NULL},
    {"http://127.0.0.1:8766/", "", "", NULL, NULL, NULL},
    {"https://tenant.example.test/api/", "https://w.example.test", "a.b-c_d", "search", "/find/{connection}", NULL},
    {"https://x.test", "", "t", "resource", "/{fqn}/{connection}", NULL},
    {"", "", "t", NULL, NULL, "is no base URL"},
    {"api.carto.com", "", "t", NULL, NULL, "is no base URL"},
    {"ftp://x.test", "", "t", NULL, NULL, "is no base URL"},
    {"https://x.test/?a=1", "", "t", NULL, NULL, "is no base URL"},
    {"https://user:pass@x.test", "", "t", NULL, NULL, "is no base URL"},
    {"https://x.test", "nowhere", "t", NULL, NULL, "is no URL of a workspace"},
    {"https://x.test", "", "two words", NULL, NULL, "one word of printable"},
    {"https://x.test", "", "line\n", NULL, NULL, "one word of printable"},
    {"https://x.test", "", "t", "serch", "/a", "no route \"serch\""},
    {"https://x.test", "", "t", "search", "a", "is no path for route \"search\""},
    {"https://x.test", "", "t", "search", "/{fqn}", "is no path"},
    {"https://x.test", "", "t", "search", "/a{connection}", "is no path"},
  };
  world w;
  carto_rest rest;
  carto_rest_desc desc;
  memset(&w, 0, sizeof w);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_rest_path path;
    carto_status status;
    desc = desc_of(&w);
    desc.base_url = STR(rows[i].base);
    desc.workspace_url = STR(rows[i].workspace);
    desc.token = STR(rows[i].token);
    path.route = rows[i].route;
    path.path = rows[i].path;
    desc.paths = &path;
    desc.path_count = rows[i].route != NULL;
    status = carto_rest_init(&rest, &desc, &w.error);
    if (!CHECK((status == CARTO_OK) == (rows[i].part == NULL))) printf("  row %d: %s\n", (int)i, w.error.text);
    if (rows[i].part) {
      CHECK_INT(status, CARTO_ERR_ARG);
      CHECK_CONTAINS(said(&w), rows[i].part);
    }
    carto_rest_free(&rest);
  }
  desc = desc_of(&w);
  desc.carrier.send = NULL;
  CHECK_INT(carto_rest_init(&rest, &desc, &w.error), CARTO_ERR_ARG);
  desc = desc_of(&w);
  desc._end = 1;
  CHECK_INT(carto_rest_init(&rest, &desc, &w.error), CARTO_ERR_ARG);
  CHECK_INT(carto_rest_init(&rest, NULL, &w.error), CARTO_ERR_ARG);
}

/* ---- connections */

static void connections(void) {
  world w;
  carto_connection_list list;
  open_world(&w, "account");
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(list.count, 6);
  CHECK_STR(list.items[0].id, "a1b2c3d4-e5f6-7890-abcd-ef1234567890");
  CHECK_STR(list.items[0].name, "carto_dw");
  CHECK_STR(list.items[0].provider_id, "bigquery");
  CHECK_STR(list.items[0].privacy, "shared");
  CHECK(list.items[0].carto_dw && !list.items[1].carto_dw);
  CHECK_INT(list.items[0].created_at, INT64_C(1705314600000000));
  CHECK_STR(list.items[5].name, "ora");
  CHECK_UINT(w.sends, 1);
  CHECK_STR(STR(w.url), BASE "/v3/connections");
  CHECK(w.safe);
  CHECK_UINT(w.timeout_ms, 60000);
  w.now += INT64_C(299999999); /* just before five minutes are over */
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(w.sends, 1);
  w.now += 1;
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(w.sends, 2);
  w.now -= 2; /* a clock that goes back */
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(w.sends, 3);
  w.call.now = NULL;
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(w.sends, 3);
  CHECK_UINT(list.count, 6);
  close_world(&w);
  open_world(&w, "connections-frame");
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(list.count, 6);
  CHECK_STR(list.items[1].provider_id, "snowflake");
  close_world(&w);
}

/* A token that may not list connections can still use those that are named. */
static void connections_given(void) {
  carto_connection given;
  carto_connection_list list;
  carto_rest_desc desc;
  carto_schema_result schema;
  carto_source source = table_source("carto_dw", "p.d.areas");
  world w;
  memset(&w, 0, sizeof w);
  memset(&given, 0, sizeof given);
  desc = desc_of(&w);
  given.name = STR("carto_dw");
  given.provider_id = STR("bigquery");
  desc.connections = &given;
  desc.connection_count = 1;
  CHECK_INT(open_with(&w, "account", &desc, libc_alloc), CARTO_OK);
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  CHECK_UINT(list.count, 1);
  CHECK_UINT(w.sends, 0);
  GOOD(&w, w.driver->schema(&w.call, &w.rest, &source, &schema, &w.error));
  close_world(&w);
}

static void connections_refused(void) {
  static const struct {
    const char *tape;
    int status;
    const char *parts[3];
  } rows[] = {
    {"connections-401", CARTO_ERR_IO, {"(401)", "get a new one", "Unauthorized: Invalid token"}},
    {"connections-403", CARTO_ERR_IO, {"(403)", "an API Access Token cannot", "--carto-connection NAME=PROVIDER"}},
    {"connections-404", CARTO_ERR_NOT_FOUND, {"(404)", "another region", "a web page came"}},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    world w;
    carto_connection_list list;
    open_world(&w, rows[i].tape);
    for (size_t k = 0; k < 3; k++)
      FAILS(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error), rows[i].status, rows[i].parts[k]);
    CHECK_UINT(list.count, 0);
    close_world(&w);
  }
}

/* ---- browse and search */

static carto_status browse(world *w, const char *connection, const char *fqn, size_t depth, size_t most,
                           carto_browse_result *out) {
  carto_browse_request request;
  request.connection = STR(connection);
  request.fqn = STR(fqn);
  request.depth = depth;
  request.max_items = most;
  memset(out, 0x55, sizeof *out);
  return w->driver->browse(&w->call, &w->rest, &request, out, &w->error);
}

static void browsing(void) {
  world w;
  carto_browse_result r;
  open_world(&w, "account");
  GOOD(&w, browse(&w, "carto_dw", "", 1, 30, &r));
  CHECK_STR(r.provider_id, "bigquery");
  CHECK_UINT(r.count, 3);
  CHECK_INT(r.items[0].type, CARTO_RESOURCE_CONNECTION);
  CHECK_STR(r.items[0].name, "carto_dw");
  CHECK_UINT(r.items[0].child_count, 2);
  CHECK_STR(r.items[2].fqn, "carto-demo-data");
  CHECK_INT(r.items[2].type, CARTO_RESOURCE_DATABASE);
  CHECK(!r.items[2].expanded && !r.truncated);

  GOOD(&w, browse(&w, "carto_dw", "my_project", 2, 30, &r));
  CHECK_UINT(r.count, 7);
  CHECK(r.truncated);
  CHECK_INT(r.items[0].type, CARTO_RESOURCE_DATABASE);
  CHECK_STR(r.items[1].name, "retail_data");
  CHECK_INT(r.items[1].type, CARTO_RESOURCE_SCHEMA);
  CHECK(r.items[1].expanded);
  CHECK_UINT(r.items[1].child_count, 5);
  CHECK_UINT(r.items[1].returned, 2);
  CHECK_STR(r.items[r.items[1].first_child].fqn, "my_project.retail_data.stores");
  CHECK_INT(r.items[r.items[2].first_child].type, CARTO_RESOURCE_VIEW);
  CHECK_INT(r.items[r.items[2].first_child + 1].type, CARTO_RESOURCE_TABLE); /* a tileset */

  /* A service that takes no notice of the depth is asked again, of the number of items is cut. */
  w.sends = 0;
  GOOD(&w, browse(&w, "carto_dw", "flat", 2, 30, &r));
  CHECK_UINT(w.sends, 3);
  CHECK_UINT(r.count, 6);
  CHECK_STR(r.items[3].fqn, "flat.a.one");
  CHECK_STR(r.items[5].fqn, "flat.b.three");
  CHECK_UINT(r.items[2].first_child, 5);
  CHECK(!r.truncated);
  GOOD(&w, browse(&w, "carto_dw", "flat", 1, 2, &r));
  CHECK_UINT(r.count, 3);
  CHECK_UINT(r.items[0].returned, 2);
  CHECK_UINT(r.items[0].child_count, 4);
  CHECK(r.truncated);

  GOOD(&w, browse(&w, "pg", "", 1, 30, &r));
  CHECK_UINT(r.count, 1);
  CHECK_STR(r.provider_id, "postgres");
  FAILS(&w, browse(&w, "carto_dw", "nope", 1, 30, &r), CARTO_ERR_NOT_FOUND, "there is no \"nope\" in connection \"carto_dw\"");
  CHECK_UINT(r.count, 0);
  FAILS(&w, browse(&w, "carto_dw", "my_project.retail_data.stores", 1, 30, &r), CARTO_ERR_ARG, "is a table");
  FAILS(&w, browse(&w, "cartodw", "", 1, 30, &r), CARTO_ERR_NOT_FOUND, "no connection \"cartodw\"; nearest: \"carto_dw\"");
  close_world(&w);
}

static carto_status search(world *w, const char *connection, const char *scope, int type, size_t limit,
                           carto_search_result *out) {
  carto_search_request request;
  request.connection = STR(connection);
  request.query = STR("stores");
  request.scope_fqn = STR(scope);
  request.type = type;
  request.limit = limit;
  memset(out, 0x55, sizeof *out);
  return w->driver->search(&w->call, &w->rest, &request, out, &w->error);
}

static void searching(void) {
  static const struct {
    const char *fqn;
    int rank;
  } order[] = {{"my_project.retail_data.stores", 0}, {"other.b.stores", 0}, {"my_project.geo_data.Stores_a", 1},
               {"my_project.geo_data.stores_backup", 1}, {"my_project.old.my_stores", 2}, {"my_project.a.described", 3}};
  const carto_rest_path elsewhere = {"search", "/api/find/{connection}"};
  carto_rest_desc desc;
  carto_search_result r;
  world w;
  open_world(&w, "account");
  GOOD(&w, search(&w, "carto_dw", "", 0, 20, &r));
  CHECK_UINT(r.count, 6);
  CHECK_UINT(r.total_count, 6);
  for (size_t i = 0; i < 6 && i < r.count; i++) {
    CHECK_STR(r.items[i].fqn, order[i].fqn);
    CHECK_INT(r.items[i].rank, order[i].rank);
  }
  CHECK_STR(r.items[1].database, "other");
  CHECK_STR(r.items[1].schema, "b");
  CHECK_INT(r.items[2].type, CARTO_RESOURCE_VIEW);
  CHECK_UINT(r.searched_containers, 10);
  CHECK_UINT(r.total_containers, 12);
  GOOD(&w, search(&w, "carto_dw", "my_project.geo_data", CARTO_RESOURCE_VIEW, 1, &r));
  CHECK_UINT(r.count, 1);
  CHECK_STR(r.items[0].name, "Stores_a");
  CHECK_UINT(r.total_count, 3); /* two views came, and there are more */
  FAILS(&w, search(&w, "my_snowflake", "", 0, 20, &r), CARTO_ERR_UNSUPPORTED, "give another path for route \"search\"");
  close_world(&w);
  memset(&w, 0, sizeof w);
  desc = desc_of(&w);
  desc.paths = &elsewhere;
  desc.path_count = 1;
  CHECK_INT(open_with(&w, "account", &desc, libc_alloc), CARTO_OK);
  GOOD(&w, search(&w, "carto_dw", "", 0, 20, &r));
  CHECK_UINT(r.count, 1);
  close_world(&w);
}

/* ---- schemas */

static carto_status schema_of(world *w, const carto_source *source, carto_schema_result *out) {
  memset(out, 0x55, sizeof *out);
  w->sends = 0;
  return w->driver->schema(&w->call, &w->rest, source, out, &w->error);
}

static carto_status schema(world *w, const char *connection, const char *table, carto_schema_result *out) {
  carto_source source = table_source(connection, table);
  return schema_of(w, &source, out);
}

static void check_columns(const carto_schema_result *r, const char *const *names, const int *kinds, size_t count) {
  CHECK_UINT(r->column_count, count);
  for (size_t i = 0; i < count && i < r->column_count; i++) {
    CHECK_STR(r->columns[i].name, names[i]);
    CHECK_INT(r->columns[i].kind, kinds[i]);
  }
}

static void schemas(void) {
  enum { N = CARTO_COLUMN_NUMBER, S = CARTO_COLUMN_STRING, B = CARTO_COLUMN_BOOLEAN, T = CARTO_COLUMN_TIMESTAMP,
         G = CARTO_COLUMN_GEOMETRY };
  static const char *const names[] = {"cartodb_id", "name", "pop_max", "geom", "is_capital", "updated", "tags", "extra", "what"};
  static const int kinds[] = {N, S, N, G, B, T, S, S, S};
  carto_schema_result r;
  carto_json_doc doc;
  carto_source source;
  carto_connection_list list;
  world w;
  open_world(&w, "account");
  GOOD(&w, w.driver->connections(&w.call, &w.rest, &list, &w.error));
  GOOD(&w, schema(&w, "carto_dw", "carto-demo-data.demo_tables.populated_places", &r));
  CHECK_UINT(w.sends, 2);
  CHECK_STR(r.name, "carto-demo-data.demo_tables.populated_places");
  check_columns(&r, names, kinds, 9); /* without _carto_point_density */
  CHECK_STR(r.geom_field, "geom");
  CHECK_STR(STR(r.geometry_type), "Point");
  CHECK_STR(STR(r.spatial_data_type), "geo");
  CHECK(r.has_row_count);
  CHECK_UINT(r.row_count, 7322);

  GOOD(&w, schema(&w, "carto_dw", "p.d.foreign", &r)); /* its TileJSON is not asked for */
  CHECK_UINT(w.sends, 1);
  CHECK_STR(r.geom_field, "geom");
  CHECK(r.geometry_type == NULL);
  GOOD(&w, schema(&w, "carto_dw", "p.d.broken", &r));
  CHECK_UINT(w.sends, 2);
  CHECK_STR(r.geom_field, "geom"); /* not the first one */
  CHECK(r.geometry_type == NULL);
  GOOD(&w, schema(&w, "carto_dw", "p.d.areas", &r));
  CHECK_STR(STR(r.geometry_type), "Polygon");

  source = query_source("carto_dw", "SELECT name, geom FROM `p.d.t` WHERE pop > @least");
  give_parameters(&w, &source, &doc, "{\"least\":100}");
  GOOD(&w, schema_of(&w, &source, &r));
  CHECK_UINT(r.row_count, 12);
  CHECK_STR(STR(r.geometry_type), "LineString");
  close_world(&w);
}

/* What the Maps API does not take is asked for by SQL, its name quoted as its provider does. */
static void schemas_by_sql(void) {
  enum { N = CARTO_COLUMN_NUMBER, S = CARTO_COLUMN_STRING, B = CARTO_COLUMN_BOOLEAN, T = CARTO_COLUMN_TIMESTAMP };
  static const char *const query[] = {"name", "n"}, *const h3[] = {"H3", "POP", "SEEN"},
    *const quadbin[] = {"quadbin", "pop", "ok", "day"}, *const oracle[] = {"A", "B"};
  static const int query_kinds[] = {S, N}, h3_kinds[] = {S, N, T}, quadbin_kinds[] = {N, N, B, T}, oracle_kinds[] = {N, S};
  carto_source source = query_source(
    "carto_dw", "SELECT name, COUNT(*) AS n FROM carto-demo-data.demo_tables.populated_places GROUP BY name");
  carto_schema_result r;
  world w;
  open_world(&w, "account");
  GOOD(&w, schema_of(&w, &source, &r));
  check_columns(&r, query, query_kinds, 2);
  CHECK(r.geom_field.len == 0 && !r.has_row_count && !r.spatial_data_type);
  GOOD(&w, schema(&w, "my_snowflake", "DB.S.POP_H3", &r));
  check_columns(&r, h3, h3_kinds, 3);
  CHECK_STR(r.geom_field, "H3");
  CHECK_STR(STR(r.spatial_data_type), "h3");
  CHECK_STR(STR(r.geometry_type), "Polygon");
  GOOD(&w, schema(&w, "carto_dw", "p.d.pop_quadbin", &r));
  check_columns(&r, quadbin, quadbin_kinds, 4);
  CHECK_STR(STR(r.spatial_data_type), "quadbin");
  GOOD(&w, schema(&w, "dbx", "c.s.t", &r));
  CHECK_STR(STR(r.spatial_data_type), "h3int");
  GOOD(&w, schema(&w, "ora", "S.T", &r));
  check_columns(&r, oracle, oracle_kinds, 2);
  GOOD(&w, schema(&w, "my_snowflake", "DB.S.UPPER", &r));
  CHECK_UINT(r.column_count, 2);
  CHECK_STR(r.geom_field, "GEOM");
  CHECK(r.has_row_count && r.row_count == 12);
  FAILS(&w, schema(&w, "pg", "a.b.c", &r), CARTO_ERR_ARG, "Query has no geometry column"); /* SQL is forbidden */
  FAILS(&w, schema(&w, "pg", "a.b.gone", &r), CARTO_ERR_ARG, "relation \"a.b.gone\" does not exist");
  FAILS(&w, schema(&w, "carto_dw", "p.d.q`x", &r), CARTO_ERR_ARG, "the service refused the request: no");
  CHECK_UINT(w.sends, 1); /* a quote that BigQuery's names have not goes into no SQL */
  CHECK_UINT(r.column_count, 0);
  close_world(&w);
}

/* ---- statistics */

static carto_status stats_of(world *w, const carto_source *source, const char *column, const char *spatial, int order,
                             size_t most, carto_stats_result *out) {
  carto_stats_request request;
  request.source = *source;
  request.column = STR(column);
  request.spatial_data_type = STR(spatial);
  request.order = order;
  request.max_categories = most;
  memset(out, 0x55, sizeof *out);
  return w->driver->statistics(&w->call, &w->rest, &request, out, &w->error);
}

static carto_status stats(world *w, const char *connection, const char *table, const char *column, carto_stats_result *out) {
  carto_source source = table_source(connection, table);
  return stats_of(w, &source, column, "", CARTO_FREQUENCY_DESC, 20, out);
}

static void check_list(const carto_stats_result *r, int buckets, const double *want) {
  CHECK(!(r->quantiles_missing >> buckets & 1));
  for (int i = 0; i <= buckets; i++) CHECK_DOUBLE(r->quantiles[carto_quantile_start(buckets) + (size_t)i], want[i]);
}

static void statistics_of_numbers(void) {
  static const double inner3[] = {0, 0, 7, 7}, inner6[] = {0, 0, 0, 0, 1, 7, 7}, outer3[] = {100, 5633.33, 22233.33, 49900},
                      outer20[] = {100, 224.5, 598, 1220.5}, global3[] = {100, 1.5, 2.5, 49900},
                      global7[] = {100, 1, 2, 3, 4, 5, 6, 49900};
  carto_stats_result r;
  carto_source source;
  carto_json_doc doc;
  carto_buf sql;
  world w;
  open_world(&w, "account");
  GOOD(&w, stats(&w, "carto_dw", "cartobq.public_account.seattle_collisions", "injuries", &r));
  CHECK_INT(r.kind, CARTO_COLUMN_NUMBER);
  CHECK_DOUBLE(r.number.avg, 0.44776268477826375);
  CHECK(r.number.is_integer && r.number.sum_is_exact);
  CHECK_INT(r.number.sum_i64, 4483);
  CHECK_INT(r.number.max_i64, 7);
  check_list(&r, 3, inner3);
  check_list(&r, 6, inner6);
  CHECK_INT(r.quantiles_i64[carto_quantile_start(6) + 4], 1);
  CHECK_INT(r.quantiles_i64[carto_quantile_start(6) + 6], 7);
  CHECK_UINT(r.quantiles_missing, 0x1fff80); /* lists 7 to 20 did not come */

  GOOD(&w, stats(&w, "carto_dw", "demo.retail.stores", "revenue", &r));
  CHECK(!r.number.is_integer);
  CHECK_DOUBLE(r.number.sum, 20040600);
  CHECK_UINT(r.quantiles_missing, 0);
  check_list(&r, 3, outer3);
  for (size_t i = 0; i < 4; i++) CHECK_DOUBLE(r.quantiles[carto_quantile_start(20) + i], outer20[i]);
  CHECK_DOUBLE(r.quantiles[carto_quantile_start(20) + 20], 49900);

  GOOD(&w, stats(&w, "carto_dw", "demo.retail.tiles", "revenue", &r));
  check_list(&r, 3, global3);
  check_list(&r, 7, global7);
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.empty", "revenue", &r));
  CHECK_INT(r.kind, CARTO_COLUMN_NUMBER);
  CHECK_UINT(r.number.count, 0);
  GOOD(&w, stats(&w, "my_snowflake", "DB.S.T", "ID", &r));
  CHECK(r.number.is_integer);
  CHECK_INT(r.number.min_i64, INT64_C(-9007199254740993));
  CHECK_INT(r.number.sum_i64, INT64_C(12345678901234567));
  CHECK_INT(r.quantiles_i64[carto_quantile_start(3) + 2], INT64_C(9007199254740991));
  CHECK_INT(r.quantiles_i64[carto_quantile_start(3) + 3], INT64_C(9007199254740993));
  CHECK_DOUBLE(r.number.avg, 0.5);

  GOOD(&w, stats(&w, "my_snowflake", "DB.S.T", "POP", &r)); /* all its keys are in upper case */
  CHECK_INT(r.kind, CARTO_COLUMN_NUMBER);
  CHECK_INT(r.number.max_i64, 7);
  CHECK_INT(r.number.sum_i64, 4483);
  check_list(&r, 3, inner3);
  source = query_source("carto_dw", "SELECT * FROM demo.retail.stores WHERE revenue > @least");
  give_parameters(&w, &source, &doc, "{\"least\":100}");
  GOOD(&w, stats_of(&w, &source, "revenue", "", 0, 20, &r));
  CHECK_INT(r.number.min_i64, 101);
  CHECK_STR(STR(w.method), "GET");
  carto_buf_init(&sql, libc_alloc, 0);
  carto_buf_append_text(&sql, "SELECT revenue FROM demo.retail.stores WHERE name IN (");
  for (int i = 0; i < 400; i++) {
    char name[40];
    snprintf(name, sizeof name, "%s'store number %04d'", i ? ", " : "", i);
    carto_buf_append_text(&sql, name);
  }
  carto_buf_append(&sql, ")", 2);
  source = query_source("carto_dw", sql.ptr);
  GOOD(&w, stats_of(&w, &source, "revenue", "", 0, 20, &r));
  CHECK_STR(STR(w.method), "POST");
  CHECK(w.safe);
  carto_buf_free(&sql);
  FAILS(&w, stats(&w, "carto_dw", "demo.retail.stores", "nope", &r), CARTO_ERR_ARG, "Column not found: nope");
  CHECK(r.quantiles == NULL);
  FAILS(&w, stats(&w, "carto_dw", "demo.retail.stores", "odd", &r), CARTO_ERR_SYNTAX, "has no statistics");
  close_world(&w);
}

static void statistics_of_others(void) {
  static const char *const by_frequency[] = {"Banco Santander", "Caixabank", "\xc3\x81" "baco"},
                    *const by_name[] = {"\xc3\x81" "baco", "Caixabank", "Banco Santander"};
  carto_source source = table_source("carto_dw", "demo.retail.stores");
  carto_stats_result r;
  world w;
  open_world(&w, "account");
  GOOD(&w, stats_of(&w, &source, "name", "", CARTO_FREQUENCY_DESC, 20, &r));
  CHECK_INT(r.kind, CARTO_COLUMN_STRING);
  CHECK_UINT(r.categories.size, 3);
  CHECK_UINT(r.categories.null_count, 236730);
  CHECK_UINT(r.categories.count, 2250 + 2022 + 2022);
  for (size_t i = 0; i < 3 && i < r.categories.size; i++) CHECK_STR(r.categories.categories[i].name, by_frequency[i]);
  CHECK_UINT(r.categories.categories[0].frequency, 2250);
  GOOD(&w, stats_of(&w, &source, "name", "", CARTO_ALPHABETICAL_DESC, 2, &r));
  CHECK_UINT(r.categories.size, 2);
  CHECK_UINT(r.categories.distinct_count, 3);
  for (size_t i = 0; i < 2 && i < r.categories.size; i++) CHECK_STR(r.categories.categories[i].name, by_name[i]);
  GOOD(&w, stats(&w, "my_snowflake", "DB.S.T", "CELL", &r)); /* numbers that no double holds */
  CHECK_INT(r.kind, CARTO_COLUMN_STRING);
  CHECK_UINT(r.categories.size, 2);
  CHECK_UINT(r.categories.null_count, 1);
  if (r.categories.size == 2) {
    CHECK_STR(r.categories.categories[0].name, "5256683984082960383");
    CHECK_STR(r.categories.categories[1].name, "5256683984082960384");
  }
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.stores", "open", &r));
  CHECK_INT(r.kind, CARTO_COLUMN_BOOLEAN);
  CHECK_STR(r.categories.categories[0].name, "true");
  CHECK_UINT(r.categories.categories[0].frequency, 9);
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.stores", "geom", &r));
  CHECK_INT(r.kind, CARTO_COLUMN_GEOMETRY);
  CHECK_DOUBLE(r.extent.xmin, -9.2);
  CHECK_DOUBLE(r.extent.ymin, 37.5);
  CHECK_DOUBLE(r.extent.xmax, 1);
  CHECK_DOUBLE(r.extent.ymax, 43.5);
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.empty", "geom", &r));
  CHECK(r.extent.xmin > r.extent.xmax);
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.stores", "opened", &r));
  CHECK_INT(r.kind, CARTO_COLUMN_TIMESTAMP);
  CHECK_INT(r.number.min_i64, INT64_C(1238544000000000));
  CHECK_INT(r.number.max_i64, INT64_C(1732060800000000));
  GOOD(&w, stats(&w, "carto_dw", "demo.retail.stores", "bigtime", &r));
  CHECK_INT(r.number.min_i64, INT64_C(1577836800000000));
  CHECK_INT(r.number.max_i64, INT64_C(1580702706500000));
  source = table_source("carto_dw", "demo.retail.pop");
  GOOD(&w, stats_of(&w, &source, "quadbin", "quadbin", 0, 20, &r));
  CHECK_INT(r.kind, CARTO_COLUMN_GEOMETRY);
  CHECK_DOUBLE(r.extent.ymax, 4);
  close_world(&w);
}

/* ---- queries */

static carto_status query_of(world *w, const carto_source *source, carto_table *out) {
  memset(out, 0x55, sizeof *out);
  return w->driver->query(&w->call, &w->rest, source, libc_alloc, out, &w->error);
}

static carto_status query(world *w, const char *connection, const char *sql, carto_table *out) {
  carto_source source = query_source(connection, sql);
  return query_of(w, &source, out);
}

static void queries(void) {
  carto_source source;
  carto_json_doc doc;
  carto_table t;
  carto_buf sql;
  world w;
  open_world(&w, "account");
  GOOD(&w, query(&w, "carto_dw", "SELECT quadbin, name, pop, seen, geom FROM p.d.t", &t));
  CHECK_UINT(t.row_count, 2);
  CHECK_UINT(t.column_count, 5);
  CHECK(!t.is_cut && w.safe && w.is_fresh);
  CHECK_STR(STR(w.method), "GET");
  CHECK(t.columns[0].data.integer[0] == INT64_C(5256683984082960383)); /* exact, as cell or integer */
  CHECK_INT(t.columns[3].type, CARTO_TYPE_TIMESTAMP);
  CHECK_INT(t.columns[3].data.integer[0], INT64_C(1704164645000000));
  CHECK_INT(t.columns[4].type, CARTO_TYPE_GEOMETRY);
  CHECK(carto_column_is_null(&t.columns[1], 1));
  carto_table_free(&t);

  source = query_source("carto_dw", "SELECT 1 AS a WHERE 1 = @x");
  give_parameters(&w, &source, &doc, "{\"x\":1}");
  GOOD(&w, query_of(&w, &source, &t));
  CHECK_CONTAINS(STR(w.url), "queryParameters=%7B%22x%22%3A1%7D");
  carto_table_free(&t);
  source = query_source("pg", "SELECT 1 AS a WHERE 1 = @x");
  give_parameters(&w, &source, &doc, "{\"x\":1}");
  GOOD(&w, query_of(&w, &source, &t));
  CHECK_CONTAINS(STR(w.url), "%241"); /* $1 */
  carto_table_free(&t);
  GOOD(&w, query(&w, "my_snowflake", "SELECT 1 AS A", &t));
  CHECK_UINT(t.row_count, 1);
  carto_table_free(&t);

  carto_buf_init(&sql, libc_alloc, 0);
  carto_buf_append_text(&sql, "SELECT name FROM p.d.t WHERE name IN (");
  for (int i = 0; i < 400; i++) {
    char name[40];
    snprintf(name, sizeof name, "%s'store number %04d'", i ? ", " : "", i);
    carto_buf_append_text(&sql, name);
  }
  carto_buf_append(&sql, ")", 2);
  GOOD(&w, query(&w, "carto_dw", sql.ptr, &t));
  CHECK_STR(STR(w.method), "POST");
  CHECK(w.safe);
  carto_table_free(&t);
  carto_buf_free(&sql);

  FAILS(&w, query(&w, "carto_dw", "SELECT nope FROM p.d.t", &t), CARTO_ERR_ARG, "Unrecognized name: nope at [1:8]");
  CHECK(t.columns == NULL && t.row_count == 0);
  FAILS(&w, query(&w, "carto_dw", "SELECT 2 AS b", &t), CARTO_ERR_SYNTAX, "has no rows: it was too much");
  w.sends = 0;
  FAILS(&w, query(&w, "carto_dw", "DELETE FROM p.d.t", &t), CARTO_ERR_ARG, "");
  FAILS(&w, query(&w, "carto_dw", "SELECT 1; DROP TABLE p.d.t", &t), CARTO_ERR_ARG, "");
  CHECK_UINT(w.sends, 0); /* nothing left */
  source = query_source("carto_dw", "SELECT name, COUNT(*) AS n FROM carto-demo-data.demo_tables.populated_places GROUP BY name");
  source.columns_only = true;
  source.time_ms = 5000;
  GOOD(&w, query_of(&w, &source, &t));
  CHECK_UINT(t.row_count, 0);
  CHECK_UINT(w.timeout_ms, 5000);
  carto_table_free(&t);
  close_world(&w);
}

/* A published workflow that answers at once: never sent twice, never from a cache. */
static void procedures(void) {
  carto_source source = query_source("carto_dw", "CALL `p.carto_workspace.wfproc_mcptool_0123456789abcdef`(@km)");
  carto_json_doc doc;
  carto_table t;
  world w;
  open_world(&w, "account");
  give_parameters(&w, &source, &doc, "{\"km\":5}");
  w.rest._desc.query_sources = false;
  source.is_procedure = true;
  GOOD(&w, query_of(&w, &source, &t));
  CHECK_STR(STR(w.method), "POST");
  CHECK(!w.safe);
  CHECK_UINT(t.row_count, 1);
  CHECK_STR(carto_column_string(&t.columns[1], 0), "Madrid Centro");
  carto_table_free(&t);
  source = query_source("carto_dw", "CALL `p.carto_workspace.quiet`()");
  source.is_procedure = true;
  GOOD(&w, query_of(&w, &source, &t));
  CHECK_UINT(t.row_count, 0);
  carto_table_free(&t);
  close_world(&w);
}

/* Without leave for its own queries an agent may use tables alone; what an operator wrote still runs. */
static void queries_forbidden(void) {
  carto_rest_desc desc;
  carto_source source = query_source("carto_dw", "SELECT quadbin, name, pop, seen, geom FROM p.d.t");
  carto_schema_result s;
  carto_stats_result r;
  carto_table t;
  carto_named_table named;
  world w;
  memset(&w, 0, sizeof w);
  desc = desc_of(&w);
  desc.query_sources = false;
  CHECK_INT(open_with(&w, "account", &desc, libc_alloc), CARTO_OK);
  FAILS(&w, query_of(&w, &source, &t), CARTO_ERR_UNSUPPORTED, "--query-sources");
  FAILS(&w, schema_of(&w, &source, &s), CARTO_ERR_UNSUPPORTED, "--query-sources");
  FAILS(&w, stats_of(&w, &source, "pop", "", 0, 1, &r), CARTO_ERR_UNSUPPORTED, "--query-sources");
  GOOD(&w, schema(&w, "my_snowflake", "DB.S.POP_H3", &s)); /* SQL of our own */
  source.is_published = true;
  GOOD(&w, query_of(&w, &source, &t));
  carto_table_free(&t);
  memset(&named, 0, sizeof named);
  source.tables = &named;
  source.table_count = 1;
  FAILS(&w, query_of(&w, &source, &t), CARTO_ERR_UNSUPPORTED, "tables of this server");
  close_world(&w);
}

/* Answers with so many rows, in pieces. */
typedef struct flood {
  size_t rows;
} flood;

static carto_status flood_send(const carto_call *call, void *user, const carto_http_request *request,
                               const carto_http_sink *sink, carto_error *error) {
  const flood *f = (const flood *)user;
  carto_http_head head;
  carto_status status;
  (void)call;
  (void)request;
  memset(&head, 0, sizeof head);
  head.status = 200;
  status = sink->head(sink->user, &head, error);
  if (status == CARTO_OK) status = sink->body(sink->user, STR("{\"rows\":["), error);
  for (size_t i = 0; i < f->rows && status == CARTO_OK; i++)
    status = sink->body(sink->user, STR(i ? ",{\"a\":1}" : "{\"a\":1}"), error);
  if (status == CARTO_OK) status = sink->body(sink->user, STR("],\"schema\":[{\"name\":\"a\",\"type\":\"number\"}]}"), error);
  return status;
}

static carto_rest_desc flood_desc(flood *f, carto_connection *connection) {
  carto_rest_desc desc = carto_rest_desc_default();
  memset(connection, 0, sizeof *connection);
  connection->name = STR("c");
  connection->provider_id = STR("bigquery");
  desc.base_url = STR(BASE);
  desc.token = STR(TOKEN);
  desc.query_sources = true;
  desc.carrier.send = flood_send;
  desc.carrier.user = f;
  desc.connections = connection;
  desc.connection_count = 1;
  return desc;
}

static void row_cap(void) {
  static const size_t counts[] = {199999, 200000, 200001};
  carto_connection connection;
  flood f;
  carto_rest_desc desc = flood_desc(&f, &connection);
  carto_table t;
  world w;
  memset(&w, 0, sizeof w);
  w.arena = test_arena();
  w.call.arena = &w.arena;
  CHECK_INT(carto_rest_init(&w.rest, &desc, &w.error), CARTO_OK);
  w.driver = carto_rest_warehouse(&w.rest).driver;
  for (size_t i = 0; i < 3; i++) {
    f.rows = counts[i];
    GOOD(&w, query(&w, "c", "SELECT a FROM t", &t));
    CHECK_UINT(t.row_count, counts[i]);
    CHECK(t.is_cut == (counts[i] == 200000));
    carto_table_free(&t);
  }
  w.rest._desc.result_bytes = 10000; /* of the columns */
  FAILS(&w, query(&w, "c", "SELECT a FROM t", &t), CARTO_ERR_LIMIT, "");
  carto_rest_free(&w.rest);
  carto_arena_free(&w.arena);
}

/* ---- widgets */

static carto_widget_request widget_request(const carto_widget_spec *spec, const char *connection, const char *table) {
  carto_widget_request r;
  memset(&r, 0, sizeof r);
  r.source = table_source(connection, table);
  r.spec = spec;
  return r;
}

static carto_status widget_of(world *w, const carto_widget_request *request, carto_widget_result *out) {
  memset(out, 0x55, sizeof *out);
  return w->driver->widget(&w->call, &w->rest, request, out, &w->error);
}

/* A model with parameters as CARTO's client has them; the answer as the client's own JSON. */
static carto_str widget(world *w, const char *connection, const char *table, const char *model, const char *params) {
  carto_json_doc doc;
  carto_widget_spec spec;
  carto_widget_request request;
  carto_widget_result r;
  carto_json_writer writer;
  carto_buf out;
  GOOD(w, carto_json_parse(&w->arena, STR(params), &doc, &w->error));
  GOOD(w, carto_widget_read_spec(&w->arena, STR(model), doc.root, &spec, &w->error));
  request = widget_request(&spec, connection, table);
  request.expression = carto_json_string(carto_json_get(doc.root, "operationExp"));
  carto_buf_init(&out, carto_arena_allocator(&w->arena), 0);
  carto_json_writer_init(&writer, &out);
  if (widget_of(w, &request, &r) != CARTO_OK) {
    CHECK(r.rows == NULL && r.table == NULL && r.numbers == NULL);
    return said(w);
  }
  carto_widget_write(&r, &writer);
  return carto_buf_str(&out);
}

static void widgets(void) {
  static const struct {
    const char *connection, *table, *model, *params, *want;
  } rows[] = {
    {"carto_dw", "demo.retail.stores", "formula", "{\"operation\":\"count\"}", "{\"value\":123}"},
    {"carto_dw", "demo.retail.stores", "formula", "{\"column\":\"revenue\",\"operation\":\"max\"}", "{\"value\":null}"},
    {"carto_dw", "demo.retail.stores", "formula",
     "{\"column\":\"revenue\",\"operation\":\"custom\",\"operationExp\":\"SUM(revenue) / 2\"}", "{\"value\":61.5}"},
    {"my_snowflake", "DB.S.STORES", "formula", "{\"column\":\"REVENUE\",\"operation\":\"sum\"}", "{\"value\":20040600}"},
    {"carto_dw", "demo.retail.stores", "categories", "{\"column\":\"storetype\",\"operation\":\"count\"}",
     "[{\"name\":\"retail\",\"value\":16},{\"name\":\"grocery\",\"value\":2},{\"name\":\"gas\",\"value\":1}]"},
    {"carto_dw", "demo.retail.pop", "categories", "{\"column\":\"cell\",\"operation\":\"count\"}",
     "[{\"name\":\"5256683984082960383\",\"value\":16},{\"name\":\"-9007199254740993\",\"value\":2},{\"name\":12,\"value\":1}]"},
    {"carto_dw", "demo.retail.stores", "categories",
     "{\"column\":\"storetype\",\"operation\":\"sum\",\"operationColumn\":\"revenue\",\"othersThreshold\":2,"
     "\"orderBy\":\"alphabetical_asc\"}",
     "[{\"name\":\"gas\",\"value\":1},{\"name\":null,\"value\":2},{\"name\":\"_carto_others\",\"value\":150}]"},
    {"carto_dw", "demo.retail.stores", "histogram", "{\"column\":\"revenue\",\"operation\":\"count\",\"ticks\":[50,100,200]}",
     "[10,5,15,12]"},
    {"carto_dw", "demo.retail.stores", "histogram", "{\"column\":\"revenue\",\"operation\":\"count\",\"ticks\":[1,2,3,4]}",
     "[3,0,700,0,497]"},
    {"carto_dw", "demo.retail.stores", "histogram", "{\"column\":\"none\",\"operation\":\"count\",\"ticks\":[1]}", "[]"},
    {"carto_dw", "demo.retail.stores", "range", "{\"column\":\"revenue\"}", "{\"min\":5,\"max\":25}"},
    {"carto_dw", "demo.retail.stores", "range", "{\"column\":\"none\"}", "null"},
    {"carto_dw", "demo.retail.stores", "timeSeries", "{\"column\":\"opened\",\"stepSize\":\"day\",\"operation\":\"count\"}",
     "{\"rows\":[{\"name\":1704067200000,\"value\":16},{\"name\":1704153600000,\"value\":2},{\"name\":1704240000000,\"value\":1}]}"},
    {"carto_dw", "demo.retail.stores", "timeSeries",
     "{\"column\":\"opened\",\"stepSize\":\"month\",\"stepMultiplier\":3,\"operation\":\"sum\",\"operationColumn\":\"revenue\","
     "\"splitByCategory\":\"storetype\",\"splitByCategoryLimit\":2,\"splitByCategoryValues\":[\"retail\",\"gas\"]}",
     "{\"rows\":[{\"name\":1704067200000,\"value\":16,\"category\":\"retail\"},{\"name\":1704067200000,\"value\":3,"
     "\"category\":\"gas\"},{\"name\":1711929600000,\"value\":2,\"category\":\"retail\"}],\"categories\":[\"retail\",\"gas\"]}"},
    {"carto_dw", "demo.retail.stores", "timeSeries",
     "{\"column\":\"opened\",\"stepSize\":\"year\",\"series\":[{\"operation\":\"avg\",\"operationColumn\":\"revenue\"},"
     "{\"operation\":\"count\",\"operationColumn\":\"opened\"}]}",
     "{\"rows\":[{\"name\":1672531200000,\"value\":1.5,\"category\":\"revenue\"},{\"name\":1704067200000,\"value\":2.5,"
     "\"category\":\"revenue\"},{\"name\":1672531200000,\"value\":7,\"category\":\"count of records\"}],"
     "\"categories\":[\"revenue\",\"count of records\"]}"},
    {"carto_dw", "demo.retail.stores", "timeSeries",
     "{\"column\":\"opened\",\"stepSize\":\"hour\",\"operation\":\"count\",\"timeRange\":[1704067200,1704153600]}", "{\"rows\":[]}"},
    {"carto_dw", "demo.retail.stores", "timeSeries", "{\"column\":\"name\",\"stepSize\":\"day\",\"operation\":\"count\"}",
     "the service's time \"soon\" cannot be read as one"},
    {"carto_dw", "demo.retail.stores", "timeSeries", "{\"column\":\"note\",\"stepSize\":\"day\",\"operation\":\"count\"}",
     "the service's time \"*****************\" cannot be read as one"},
    {"carto_dw", "demo.retail.stores", "table",
     "{\"columns\":[\"name\",\"revenue\"],\"sortBy\":[\"revenue\"],\"sortDirection\":\"desc\",\"limit\":2,\"offset\":10}",
     "{\"rows\":[{\"name\":\"A\",\"revenue\":5256683984082960383},{\"name\":\"B\",\"revenue\":2}],\"totalCount\":3}"},
    {"my_snowflake", "DB.S.STORES", "table", "{\"columns\":[\"NAME\"]}",
     "{\"rows\":[{\"NAME\":\"a\"},{\"NAME\":\"b\"}],\"totalCount\":12}"},
    {"carto_dw", "demo.retail.stores", "scatter", "{\"xAxisColumn\":\"size\",\"yAxisColumn\":\"revenue\"}",
     "[[1,2],[3,4],[5,6]]"},
    {"carto_dw", "demo.retail.stores", "aggregations",
     "{\"aggregations\":[{\"column\":\"revenue\",\"operation\":\"sum\",\"alias\":\"total\"},{\"column\":\"*\",\"operation\":"
     "\"count\",\"alias\":\"n\"}]}",
     "{\"rows\":[{\"total\":20040600,\"n\":16}]}"},
  };
  world w;
  open_world(&w, "account");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_STR(widget(&w, rows[i].connection, rows[i].table, rows[i].model, rows[i].params), rows[i].want);
    CHECK(w.safe);
  }
  close_world(&w);
}

static carto_filter filter_of(const char *column, int type, const carto_scalar *values, size_t count) {
  carto_filter f;
  memset(&f, 0, sizeof f);
  f.column = STR(column);
  f.type = type;
  f.values = values;
  f.value_count = count;
  return f;
}

static void widgets_filtered(void) {
  carto_scalar texts[2], between[2], open[2], shop[1];
  carto_filter filters[3], name;
  const carto_str columns[] = {{"name", 4}};
  carto_widget_spec spec;
  carto_widget_request request;
  carto_widget_result r;
  carto_json_doc doc;
  carto_buf sql;
  world w;
  open_world(&w, "account");
  texts[0] = carto_scalar_of_text(STR("retail"));
  texts[1] = carto_scalar_of_text(STR("gas"));
  between[0] = carto_scalar_of_number(1);
  between[1] = carto_scalar_of_number(5);
  open[0] = carto_scalar_of_number(10);
  open[1] = carto_scalar_of_number(20);
  filters[0] = filter_of("storetype", CARTO_FILTER_IN, texts, 2);
  filters[1] = filter_of("revenue", CARTO_FILTER_BETWEEN, between, 2);
  filters[2] = filter_of("revenue", CARTO_FILTER_CLOSED_OPEN, open, 2);
  memset(&spec, 0, sizeof spec);
  spec.op = CARTO_WIDGET_OP_FORMULA;
  request = widget_request(&spec, "carto_dw", "demo.retail.stores");
  request.filters.items = filters;
  request.filters.count = 3;
  request.filters.any = true;
  GOOD(&w, carto_geom_from_wkt(&w.arena, STR("POLYGON((0 0,0 2,2 2,2 0,0 0))"), &request.area, &w.error));
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 4);
  request.source.text = STR("demo.retail.pop");
  request.filters.count = 0;
  request.filters.any = false;
  request.spatial_column = STR("quadbin");
  request.spatial_data_type = "quadbin";
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 5);
  CHECK_CONTAINS(STR(w.url), "&spatialFiltersMode=intersects");
  /* cells of H3 by their centers, as the client's own computation has them */
  request.source.text = STR("demo.retail.hexagons");
  request.spatial_column = STR("h3");
  request.spatial_data_type = "h3";
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 8);
  CHECK_CONTAINS(STR(w.url), "&spatialFiltersMode=center");
  request.spatial_data_type = "h3int";
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 9);
  CHECK_CONTAINS(STR(w.url), "&spatialFiltersMode=center");
  request.area.size = 0; /* without a filter there is no mode of one */
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 10);
  CHECK(!strstr(w.url, "spatial"));

  request = widget_request(&spec, "carto_dw", "");
  request.source = query_source("carto_dw", "SELECT * FROM demo.retail.stores WHERE revenue > @least");
  give_parameters(&w, &request.source, &doc, "{\"least\":100}");
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 6);
  CHECK_STR(STR(w.method), "GET");
  carto_buf_init(&sql, libc_alloc, 0);
  carto_buf_append_text(&sql, "SELECT * FROM demo.retail.stores WHERE name IN (");
  for (int i = 0; i < 100; i++) {
    char text[40];
    snprintf(text, sizeof text, "%s'store number %04d'", i ? ", " : "", i);
    carto_buf_append_text(&sql, text);
  }
  carto_buf_append(&sql, ")", 2);
  request.source = query_source("carto_dw", sql.ptr);
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_DOUBLE(r.value.number, 7);
  CHECK_STR(STR(w.method), "POST");
  carto_buf_free(&sql);

  /* An expression is SQL, too: it only reads, or nothing is sent. */
  {
    static const char *const writes[] = {"1; DROP TABLE t", "sum(x)) FROM t; DELETE FROM t --", "1) FROM t, (SELECT 1",
                                         "(DELETE FROM t)", "EXTERNAL_QUERY('c', 'DELETE FROM t')", "sum(x) /*", "1;", "'a"};
    size_t sent = w.sends;
    spec.operation = CARTO_AGG_CUSTOM;
    request = widget_request(&spec, "carto_dw", "demo.retail.stores");
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
      request.expression = STR(writes[i]);
      FAILS(&w, widget_of(&w, &request, &r), CARTO_ERR_ARG, "no expression that only reads");
    }
    CHECK_UINT(w.sends, sent);
    memset(&spec, 0, sizeof spec);
  }

  /* A search becomes a filter beside the others; where one of them is enough, it cannot. */
  shop[0] = carto_scalar_of_text(STR("Corner shop"));
  name = filter_of("name", CARTO_FILTER_IN, shop, 1);
  spec.op = CARTO_WIDGET_OP_TABLE;
  spec.columns = columns;
  spec.column_count = 1;
  spec.search_column = STR("name");
  spec.search_text = STR("shop");
  request = widget_request(&spec, "carto_dw", "demo.retail.stores");
  request.filters.items = &name;
  request.filters.count = 1;
  GOOD(&w, widget_of(&w, &request, &r));
  CHECK_UINT(r.total, 1);
  request.filters.any = true;
  FAILS(&w, widget_of(&w, &request, &r), CARTO_ERR_UNSUPPORTED, "cannot search");
  name.type = CARTO_FILTER_STRING_SEARCH;
  request.filters.any = false;
  FAILS(&w, widget_of(&w, &request, &r), CARTO_ERR_UNSUPPORTED, "cannot search");
  close_world(&w);
}

/* ---- places, maps, jobs */

static void places(void) {
  carto_place *found;
  size_t count;
  world w;
  open_world(&w, "account");
  GOOD(&w, w.driver->geocode(&w.call, &w.rest, STR("Gran Via 1"), STR("ES"), 5, &found, &count, &w.error));
  CHECK_UINT(count, 2);
  CHECK_DOUBLE(found[0].lat, 40.42);
  CHECK_DOUBLE(found[0].lng, -3.7);
  CHECK_STR(found[0].address, "Gran Via 1, Madrid");
  CHECK_DOUBLE(found[1].lng, -4);
  CHECK_STR(found[1].address, "Gran Via 1");
  GOOD(&w, w.driver->geocode(&w.call, &w.rest, STR("Nowhere"), STR(""), 5, &found, &count, &w.error));
  CHECK_UINT(count, 0);
  FAILS(&w, w.driver->geocode(&w.call, &w.rest, STR("Somewhere"), STR(""), 5, &found, &count, &w.error),
        CARTO_ERR_UNSUPPORTED, "the account's provider cannot do this: Unsupported provider");
  close_world(&w);
}

static carto_maps_request maps_request(size_t page, size_t size) {
  carto_maps_request r;
  memset(&r, 0, sizeof r);
  r.page = page;
  r.page_size = size;
  return r;
}

static void saved_maps(void) {
  carto_maps_request request = maps_request(1, 20);
  carto_maps_result r;
  carto_json_doc doc;
  world w;
  open_world(&w, "account");
  GOOD(&w, w.driver->maps(&w.call, &w.rest, &request, &r, &w.error));
  CHECK(strncmp(w.url, WORKSPACE "/maps?", strlen(WORKSPACE) + 6) == 0);
  CHECK_UINT(r.count, 2);
  CHECK_UINT(r.total_count, 41);
  CHECK_STR(r.items[0].title, "Map 3");
  CHECK_STR(r.items[0].owner, "ana@example.test");
  CHECK_STR(r.items[0].thumbnail, "https://img.example.test/3.png");
  CHECK_STR(r.items[1].owner, "ben");
  CHECK_STR(r.items[1].privacy, "public");
  CHECK_UINT(r.items[0].views, 3);
  CHECK_INT(r.items[0].created_at, INT64_C(1740819600000000));
  request = maps_request(2, 5);
  request.order = CARTO_MAPS_BY_TITLE;
  request.ascending = request.mine_only = true;
  request.search = STR("shop");
  request.privacy = STR("shared");
  GOOD(&w, w.driver->maps(&w.call, &w.rest, &request, &r, &w.error));
  CHECK_UINT(r.count, 1);
  CHECK_UINT(r.total_count, 6);
  CHECK_STR(r.items[0].title, "My shop");
  CHECK_STR(r.items[0].owner, "u");
  /* All there are, whatever was asked for: found, ordered and cut here. */
  request = maps_request(2, 2);
  request.search = STR("map");
  GOOD(&w, w.driver->maps(&w.call, &w.rest, &request, &r, &w.error));
  CHECK_UINT(r.total_count, 4);
  CHECK_UINT(r.count, 2);
  CHECK_STR(r.items[0].title, "Map 3");
  CHECK_STR(r.items[1].title, "Map 1");
  request = maps_request(9, 20);
  FAILS(&w, w.driver->maps(&w.call, &w.rest, &request, &r, &w.error), CARTO_ERR_NOT_FOUND, "route \"map_list\"");
  GOOD(&w, w.driver->map_document(&w.call, &w.rest, STR("aaaaaaaa-0000-4000-8000-000000000002"), &doc, &w.error));
  CHECK_STR(carto_json_string(carto_json_get(doc.root, "title")), "Made by a program");
  CHECK(carto_json_get(doc.root, "token") == NULL);
  CHECK_UINT(carto_json_count(carto_json_get(doc.root, "datasets")), 1);
  FAILS(&w, w.driver->map_document(&w.call, &w.rest, STR("nope"), &doc, &w.error), CARTO_ERR_NOT_FOUND, "use list_maps");
  FAILS(&w, w.driver->map_document(&w.call, &w.rest, STR("odd"), &doc, &w.error), CARTO_ERR_SYNTAX, "has no keplerMapConfig");
  CHECK(doc.root == NULL);
  close_world(&w);
}

static void jobs(void) {
  enum { PENDING, RUNNING, SUCCESS, FAILURE, CANCELLED };
  static const struct {
    const char *sql, *id, *table;
    int state;
  } starts[] = {{"CALL `p.carto_workspace.wf_flat`(@km)", "abc-123", "p.results.flat", PENDING},
                {"CALL `p.carto_workspace.wf_table`()", "abc-124", "p.results.table", PENDING},
                {"CALL `p.carto_workspace.wf_metadata`()", "abc-125", "p.results.metadata", RUNNING},
                {"CALL `p.carto_workspace.wf_external`()", "ext-126", "", PENDING}};
  static const struct {
    const char *id;
    int state;
    const char *failure;
  } states[] = {{"abc-123", PENDING, ""}, {"abc-123", RUNNING, ""}, {"abc-123", SUCCESS, ""}, {"abc-123", SUCCESS, ""},
                {"abc-124", FAILURE, "Division by zero: 1 / 0"}, {"abc-125", CANCELLED, ""}, {"w-done", SUCCESS, ""},
                {"w-completed", SUCCESS, ""}, {"w-failed", FAILURE, "it broke"}, {"w-error", FAILURE, "it broke"},
                {"9007199254740993", RUNNING, ""}, {"w-thinking", RUNNING, ""}};
  carto_source source;
  carto_json_doc doc;
  carto_job job;
  world w;
  open_world(&w, "account");
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
    source = query_source("carto_dw", starts[i].sql);
    source.is_procedure = true;
    if (i == 0) give_parameters(&w, &source, &doc, "{\"km\":5}");
    GOOD(&w, w.driver->job_start(&w.call, &w.rest, &source, &job, &w.error));
    CHECK_STR(job.id, starts[i].id);
    CHECK_STR(job.output_table, starts[i].table);
    CHECK_INT(job.state, starts[i].state);
    CHECK(!w.safe);
    CHECK_STR(STR(w.method), "POST");
  }
  source = query_source("carto_dw", "CALL `p.carto_workspace.wf_odd`()");
  source.is_procedure = true;
  FAILS(&w, w.driver->job_start(&w.call, &w.rest, &source, &job, &w.error), CARTO_ERR_SYNTAX, "has no id of a job");
  source = query_source("carto_dw", "INSERT INTO t VALUES (1)");
  FAILS(&w, w.driver->job_start(&w.call, &w.rest, &source, &job, &w.error), CARTO_ERR_ARG, "");
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
    GOOD(&w, w.driver->job_state(&w.call, &w.rest, STR("carto_dw"), STR(states[i].id), &job, &w.error));
    CHECK_STR(job.id, states[i].id);
    CHECK_INT(job.state, states[i].state);
    CHECK_STR(job.failure, states[i].failure);
    CHECK(w.safe);
  }
  CHECK_DOUBLE(job.progress, 0.45);
  FAILS(&w, w.driver->job_state(&w.call, &w.rest, STR("carto_dw"), STR("gone"), &job, &w.error), CARTO_ERR_NOT_FOUND,
        "there is no job \"gone\" on connection \"carto_dw\"");
  GOOD(&w, w.driver->job_cancel(&w.call, &w.rest, STR("carto_dw"), STR("abc-123"), &job, &w.error));
  CHECK_INT(job.state, CANCELLED);
  CHECK_STR(STR(w.method), "DELETE");
  CHECK(!w.safe);
  GOOD(&w, w.driver->job_cancel(&w.call, &w.rest, STR("carto_dw"), STR("abc-124"), &job, &w.error));
  CHECK_INT(job.state, CANCELLED);
  CHECK_STR(job.id, "abc-124");
  close_world(&w);
}

/* ---- errors */

static void refusals(void) {
  static const struct {
    const char *table;
    int status;
    const char *text; /* all of it, or with a blank in front a part */
  } rows[] = {
    {"text", CARTO_ERR_ARG, "the service refused the request: Bad filter"},
    {"list", CARTO_ERR_ARG, "the service refused the request: Invalid operation; Invalid column"},
    {"hint", CARTO_ERR_ARG, "the service refused the request: Use a column that exists"},
    {"hint-too", CARTO_ERR_ARG, "the service refused the request: Bad column; Use another"},
    {"column", CARTO_ERR_ARG, "the service refused the request: Column not found: nope"},
    {"missing-columns", CARTO_ERR_ARG, "the service refused the request: Invalid query. Missing columns: a, b"},
    {"custom", CARTO_ERR_ARG, "the service refused the request: CustomError"},
    {"mcp", CARTO_ERR_IO, " it is wrong or has expired; get a new one and start again with it: Unauthorized: jwt expired"},
    {"forbidden", CARTO_ERR_IO, " (403): it lacks the grant for the Maps API or the connection, or is not accepted at all: You don't have permissions"},
    {"referer", CARTO_ERR_IO, " bound to other web origins (403)"},
    {"missing", CARTO_ERR_NOT_FOUND, " (404): look with list_resources, or the base URL is of another region"},
    {"conflict", CARTO_ERR_ARG, "the service has it in use (409): Connection in use"},
    {"many", CARTO_ERR_IO, "too many requests (429): wait half a minute, then ask again and less often: Too many requests"},
    {"broken", CARTO_ERR_IO, " or its warehouse failed: try again later, or ask for less: Internal error"},
    {"gateway", CARTO_ERR_IO, " failed: try again later, or ask for less: a web page came, not JSON"},
    {"late", CARTO_ERR_LIMIT, " longer than the service allows (504): ask for less at a time: Timeout"},
    {"page", CARTO_ERR_IO, " base URL is not that of CARTO's API, or a proxy answers in its place: a web page came"},
    {"page-unsaid", CARTO_ERR_IO, " base URL is not that of CARTO's API"},
    {"plain", CARTO_ERR_ARG, "the service refused the request: upstream said no"},
    {"torn", CARTO_ERR_SYNTAX, " the service's answer is no JSON"},
    {"nothing", CARTO_ERR_IO, "the service or its warehouse failed: try again later, or ask for less"},
    {"elsewhere", CARTO_ERR_SYNTAX, " "},
    {"echo", CARTO_ERR_ARG, "the service refused the request: no grant for ***************** here: Bearer *****************"},
    {"method", CARTO_ERR_IO, " (405): check the base URL, and paths that were given in place of its own: Method not allowed"},
    {"teapot", CARTO_ERR_ARG, "the service refused the request: short and stout"},
    {"quota", CARTO_ERR_IO, "the account's plan or quota does not cover this (402): Quota exceeded"},
  };
  carto_stats_result r;
  world w;
  open_world(&w, "errors");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_status status = stats(&w, "carto_dw", rows[i].table, "c", &r);
    if (!CHECK(status == (carto_status)rows[i].status && w.error.status == status))
      printf("  %s: %s\n", rows[i].table, w.error.text);
    if (rows[i].text[0] == ' ') CHECK_CONTAINS(said(&w), rows[i].text + 1);
    else CHECK_STR(said(&w), rows[i].text);
    CHECK(!strstr(w.error.text, TOKEN));
    CHECK(r.quantiles == NULL && r.kind == 0);
  }
  FAILS(&w, stats(&w, "carto_dw", "long", "c", &r), CARTO_ERR_ARG, "\xc3\xa9...");
  CHECK_UINT(carto__utf8_check(w.error.text, strlen(w.error.text)), strlen(w.error.text));
  CHECK(strlen(w.error.text) < 200);
  /* Busy, then not: what is safe is sent again, and waited for. */
  w.sends = w.waits = 0;
  GOOD(&w, stats(&w, "carto_dw", "busy", "c", &r));
  CHECK_UINT(w.sends, 2);
  CHECK_UINT(w.waits, 1);
  CHECK_DOUBLE(r.number.max, 2);
  w.sends = 0;
  FAILS(&w, stats(&w, "carto_dw", "many", "c", &r), CARTO_ERR_IO, "(429)");
  CHECK_UINT(w.sends, 4); /* and three times again */
  w.sends = 0;
  w.rest._desc.retries = 0;
  FAILS(&w, stats(&w, "carto_dw", "many", "c", &r), CARTO_ERR_IO, "(429)");
  CHECK_UINT(w.sends, 1);
  close_world(&w);
}

/* A carrier of a host's own that tells more than it should. */
static carto_status leaky_send(const carto_call *call, void *user, const carto_http_request *request,
                               const carto_http_sink *sink, carto_error *error) {
  (void)call;
  (void)user;
  (void)request;
  (void)sink;
  return carto__fail(error, CARTO_ERR_IO, 0, "cannot send Bearer " TOKEN " to the host");
}

/* A carrier whose connections break, or that is answered 503: before and after the request got there look the same. */
typedef struct breaking {
  bool answers;
  size_t sends;
} breaking;

static carto_status breaking_send(const carto_call *call, void *user, const carto_http_request *request,
                                  const carto_http_sink *sink, carto_error *error) {
  breaking *b = (breaking *)user;
  carto_http_head head;
  (void)call;
  (void)request;
  b->sends++;
  memset(&head, 0, sizeof head);
  head.status = 503;
  return b->answers ? sink->head(sink->user, &head, error) : carto__fail(error, CARTO_ERR_IO, 0, "the connection broke");
}

/* What may change something goes out once, whatever becomes of it; what only asks, once and three times again, but what
   is paid for once again. */
static void sent_once(void) {
  carto_connection connection;
  carto_rest_desc desc = flood_desc(NULL, &connection);
  carto_source source = query_source("c", "CALL p.d.f()");
  carto_table t;
  carto_job job;
  carto_place *places;
  size_t count;
  breaking b;
  world w;
  memset(&w, 0, sizeof w);
  w.arena = test_arena();
  w.call.arena = &w.arena;
  desc.carrier.send = breaking_send;
  desc.carrier.user = &b;
  CHECK_INT(carto_rest_init(&w.rest, &desc, &w.error), CARTO_OK);
  w.driver = carto_rest_warehouse(&w.rest).driver;
  for (int answers = 0; answers < 2; answers++) {
    b.answers = answers != 0;
    source = query_source("c", "CALL p.d.f()");
    source.is_procedure = true;
    b.sends = 0;
    CHECK_INT(query_of(&w, &source, &t), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 1);
    CHECK_INT(w.driver->job_start(&w.call, &w.rest, &source, &job, &w.error), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 2);
    CHECK_INT(w.driver->job_cancel(&w.call, &w.rest, STR("c"), STR("id"), &job, &w.error), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 3);
    CHECK_INT(w.driver->geocode(&w.call, &w.rest, STR("x"), STR(""), 1, &places, &count, &w.error), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 5);
    CHECK_INT(w.driver->job_state(&w.call, &w.rest, STR("c"), STR("id"), &job, &w.error), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 9);
    source = query_source("c", "SELECT 1");
    CHECK_INT(query_of(&w, &source, &t), CARTO_ERR_IO);
    CHECK_UINT(b.sends, 13);
  }
  carto_rest_free(&w.rest);
  carto_arena_free(&w.arena);
}

static void leaks(void) {
  carto_connection connection;
  carto_rest_desc desc = flood_desc(NULL, &connection);
  carto_table t;
  world w;
  memset(&w, 0, sizeof w);
  w.arena = test_arena();
  w.call.arena = &w.arena;
  desc.carrier.send = leaky_send;
  desc.retries = UINT32_MAX;
  CHECK_INT(carto_rest_init(&w.rest, &desc, &w.error), CARTO_OK);
  w.driver = carto_rest_warehouse(&w.rest).driver;
  FAILS(&w, query(&w, "c", "SELECT a FROM t", &t), CARTO_ERR_IO, "cannot send Bearer *****************");
  carto_rest_free(&w.rest);
  carto_arena_free(&w.arena);
}

/* Every file says where it comes from, and none claims to be a recording; no file has a secret but the one that
   shows what a service may repeat. */
static void fixtures(void) {
  static const char *const tapes[] = {"account", "errors", "connections-401", "connections-403", "connections-404",
                                      "connections-frame", "routes"};
  size_t files = 0, echoes = 0, seen[CARTO__ROUTE_COUNT], k;
  memset(seen, 0, sizeof seen);
  for (size_t i = 0; i < sizeof tapes / sizeof *tapes; i++) {
    char path[600];
    struct dirent *entry;
    DIR *dir;
    snprintf(path, sizeof path, "fixtures/rest/%s", tapes[i]);
    dir = opendir(path);
    if (!CHECK(dir != NULL)) continue;
    while ((entry = readdir(dir)) != NULL) {
      size_t len;
      char *text;
      carto_arena arena = test_arena();
      carto_json_doc doc;
      carto_error error;
      carto_str origin;
      if (entry->d_name[0] == '.') continue;
      snprintf(path, sizeof path, "fixtures/rest/%s/%s", tapes[i], entry->d_name);
      text = test_read_file(path, &len);
      CHECK_INT(carto_json_parse(&arena, carto_str_make(text, len), &doc, &error), CARTO_OK);
      origin = carto_json_string(carto_json_get(doc.root, "provenance"));
      CHECK(carto__str_starts(origin, STR("documented: ")) || carto__str_starts(origin, STR("constructed: ")));
      CHECK(!test_contains(carto_str_make(text, len), "uthorization\""));
      if (test_contains(carto_str_make(text, len), TOKEN)) echoes++;
      {
        const carto_json *request = carto_json_get(doc.root, "request");
        carto_str url = carto_json_string(carto_json_get(request, "url")), values[CARTO_MCP__ROUTE_VALUES];
        carto__route route;
        if (carto__route_match(carto_json_string(carto_json_get(request, "method")), carto__str_cut(&url, '?'), &route,
                               values, &k))
          seen[route]++;
      }
      files++;
      carto_arena_free(&arena);
      free(text);
    }
    closedir(dir);
  }
  CHECK(files >= 150);
  for (k = 0; k < CARTO__ROUTE_COUNT; k++) /* all that the client and the stand-in know */
    if (!CHECK(seen[k] > 0)) printf("  no exchange of route %s\n", carto__routes[k].name);
  CHECK_UINT(echoes, 2);
}

/* Those of other routes are a tape, too. */
static void other_routes(void) {
  world w;
  open_world(&w, "routes");
  close_world(&w);
}

/* ---- through the tools */

typedef struct bench {
  world w;
  carto_server server;
  carto_warehouse warehouse;
  carto_buf out;
} bench;

static void open_bench(bench *b, const char *tape) {
  carto_server_desc desc = carto_server_desc_default();
  memset(b, 0, sizeof *b);
  open_world(&b->w, tape);
  b->warehouse = carto_rest_warehouse(&b->w.rest);
  desc.warehouses = &b->warehouse;
  desc.warehouse_count = 1;
  CHECK_INT(carto_server_init(&b->server, &desc, &b->w.error), CARTO_OK);
  carto_buf_init(&b->out, libc_alloc, 0);
}

static void close_bench(bench *b) {
  carto_server_free(&b->server);
  carto_buf_free(&b->out);
  close_world(&b->w);
}

/* A tool's answer, which must fit its schema; or what it says went wrong. */
static carto_str tool(bench *b, const char *name, const char *arguments) {
  carto_json_writer writer;
  carto_json_doc doc;
  size_t count;
  const carto_tool *tools = carto_tools(&count);
  carto_buf_clear(&b->out);
  carto_json_writer_init(&writer, &b->out);
  memset(&b->w.error, 0, sizeof b->w.error);
  if (carto_server_call(&b->server, &b->w.call, STR(name), STR(arguments), &writer, &b->w.error) != CARTO_OK) return said(&b->w);
  GOOD(&b->w, carto_json_parse(&b->w.arena, carto_buf_str(&b->out), &doc, &b->w.error));
  for (size_t i = 0; i < count; i++)
    if (strcmp(tools[i].name, name) == 0)
      GOOD(&b->w, carto_schema_check(tools[i].results, tools[i].result_count, true, doc.root, &b->w.error));
  return carto_buf_str(&b->out);
}

static void tools(void) {
  bench b;
  open_bench(&b, "account");
  CHECK_CONTAINS(tool(&b, "list_connections", "{}"),
                 "{\"status\":200,\"data\":[{\"id\":\"a1b2c3d4-e5f6-7890-abcd-ef1234567890\",\"name\":\"carto_dw\",\"provider_id\":"
                 "\"bigquery\",\"privacy\":\"shared\",\"carto_dw\":true,\"created_at\":\"2024-01-15T10:30:00.000Z\","
                 "\"updated_at\":\"2024-06-20T14:22:00.000Z\"},");
  CHECK_STR(tool(&b, "list_resources", "{\"connection_name\":\"carto_dw\",\"fqn\":\"my_project\",\"maxDepth\":2}"),
            "{\"status\":200,\"data\":{\"provider\":\"bigquery\",\"type\":\"database\",\"id\":\"my_project\",\"name\":\"my_project\","
            "\"children\":[{\"id\":\"my_project.retail_data\",\"name\":\"retail_data\",\"type\":\"schema\",\"children\":["
            "{\"id\":\"my_project.retail_data.stores\",\"name\":\"stores\",\"type\":\"table\"},"
            "{\"id\":\"my_project.retail_data.sales_regions\",\"name\":\"sales_regions\",\"type\":\"table\"}],"
            "\"childCount\":5,\"childrenTruncated\":true},{\"id\":\"my_project.geo_data\",\"name\":\"geo_data\",\"type\":\"schema\","
            "\"children\":[{\"id\":\"my_project.geo_data.stores_view\",\"name\":\"stores_view\",\"type\":\"view\"},"
            "{\"id\":\"my_project.geo_data.roads\",\"name\":\"roads\",\"type\":\"table\"}],\"childCount\":2,\"childrenTruncated\":false}],"
            "\"returnedItems\":6,\"maxItemsApplied\":30,\"truncated\":true,\"rootChildrenTruncated\":false,\"totalRootChildren\":2}}");
  CHECK_CONTAINS(tool(&b, "search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"stores\"}"),
                 "\"results\":[{\"id\":\"my_project.retail_data.stores\",\"name\":\"stores\",\"type\":\"table\",\"database\":"
                 "\"my_project\",\"schema\":\"retail_data\",\"fqn\":\"my_project.retail_data.stores\",\"_links\":{\"resources\":"
                 "\"/connections/carto_dw/resources/my_project.retail_data.stores\"}},");
  CHECK_CONTAINS(tool(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"carto-demo-data.demo_tables.populated_places\"}"),
                 "\"geomField\":\"geom\",\"geometryType\":\"Point\",\"spatialDataType\":\"geo\",\"rowCount\":7322}");
  CHECK_STR(tool(&b, "describe",
                 "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"cartobq.public_account.seattle_collisions\",\"column\":\"injuries\"}"),
            "{\"type\":\"Number\",\"min\":0,\"max\":7,\"avg\":0.44776268477826375,\"sum\":4483,\"quantiles\":{\"3\":[0,0,7,7],"
            "\"4\":[0,0,0,7,7],\"5\":[0,0,0,1,7,7],\"6\":[0,0,0,0,1,7,7]}}");
  CHECK_STR(tool(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"demo.retail.stores\",\"column\":\"name\",\"max_categories\":1}"),
            "{\"type\":\"String\",\"categories\":[{\"category\":\"Banco Santander\",\"frequency\":2250}],\"truncated\":true,"
            "\"returned\":1,\"total\":3}");
  CHECK_STR(tool(&b, "execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":\"SELECT 1 AS a WHERE 1 = @x\",\"query_parameters\":{\"x\":1}}"),
            "{\"columns\":[\"a\"],\"rows\":[[1]],\"truncated\":false,\"returned\":1,\"total\":1}");
  /* what stands in places: by name for describe, which takes objects alone */
  CHECK_CONTAINS(tool(&b, "describe", "{\"connection_name\":\"pg\",\"query\":\"SELECT name, geom FROM d.t WHERE pop > $1\","
                                      "\"query_parameters\":{\"1\":100}}"),
                 "\"name\":\"name\",\"type\":\"String\"");
  CHECK_STR(tool(&b, "describe", "{\"connection_name\":\"rs\",\"query\":\"SELECT name, pop FROM d.t WHERE pop > $1\","
                                 "\"query_parameters\":{\"1\":100},\"column\":\"pop\"}"),
            "{\"type\":\"Number\",\"min\":101,\"max\":300,\"avg\":200,\"sum\":600,\"quantiles\":{}}");
  CHECK_STR(tool(&b, "execute_query", "{\"connection_name\":\"pg\",\"sql\":\"SELECT name FROM d.t WHERE pop > $1\","
                                      "\"query_parameters\":{\"1\":100}}"),
            "{\"columns\":[\"name\"],\"rows\":[[\"a\"]],\"truncated\":false,\"returned\":1,\"total\":1}");
  CHECK_STR(tool(&b, "execute_query", "{\"connection_name\":\"pg\",\"sql\":\"SELECT name FROM d.t WHERE pop > $1\","
                                      "\"query_parameters\":[100]}"),
            "{\"columns\":[\"name\"],\"rows\":[[\"a\"]],\"truncated\":false,\"returned\":1,\"total\":1}");
  CHECK_STR(tool(&b, "execute_query", "{\"connection_name\":\"my_snowflake\",\"sql\":\"SELECT NAME FROM T WHERE POP > @least AND "
                                      "KIND = {{kind}}\",\"query_parameters\":{\"least\":100,\"kind\":\"shop\"}}"),
            "{\"columns\":[\"NAME\"],\"rows\":[[\"a\"]],\"truncated\":false,\"returned\":1,\"total\":1}");
  CHECK_CONTAINS(tool(&b, "execute_query", "{\"connection_name\":\"dbx\",\"sql\":\"SELECT TRANSFORM(a) USING {{x}} AS (b) FROM t\","
                                           "\"query_parameters\":{\"x\":\"id\"}}"), "a script cannot be run");
  CHECK_CONTAINS(tool(&b, "execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":\"SELECT quadbin, name, pop, seen, geom FROM p.d.t\"}"),
                 "\"rows\":[[5256683984082960383,\"a\",1.5,\"2024-01-02T03:04:05.000Z\",{\"type\":\"Point\",\"coordinates\":[1,2]}],"
                 "[5256684166837174271,null,2,null,null]]");
  CHECK_CONTAINS(tool(&b, "list_maps", "{}"),
                 "{\"id\":\"aaaaaaaa-0000-4000-8000-000000000003\",\"name\":\"Map 3\",\"description\":\"third\",\"privacy\":\"private\","
                 "\"owner\":\"ana@example.test\",\"thumbnail\":\"https://img.example.test/3.png\",\"views\":3,\"demo\":false,"
                 "\"created_at\":\"2025-03-01T09:00:00.000Z\",\"updated_at\":\"2025-03-03T16:30:00.000Z\"}");
  CHECK_CONTAINS(tool(&b, "list_resources", "{\"connection_name\":\"nobody\"}"), "no connection \"nobody\"");
  b.w.rest._desc.query_sources = false;
  CHECK_CONTAINS(tool(&b, "execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":\"SELECT 1\"}"), "--query-sources");
  close_bench(&b);
}

/* Where exactly the most rows came, the answer says that there may be more. */
static void tools_row_cap(void) {
  static const char *const sql = "{\"connection_name\":\"c\",\"sql\":\"SELECT a FROM t\"}";
  carto_connection connection;
  flood f;
  bench b;
  carto_rest_desc rest = flood_desc(&f, &connection);
  carto_server_desc desc = carto_server_desc_default();
  memset(&b, 0, sizeof b);
  b.w.arena = test_arena();
  b.w.call.arena = &b.w.arena;
  CHECK_INT(carto_rest_init(&b.w.rest, &rest, &b.w.error), CARTO_OK);
  b.warehouse = carto_rest_warehouse(&b.w.rest);
  desc.warehouses = &b.warehouse;
  desc.warehouse_count = 1;
  CHECK_INT(carto_server_init(&b.server, &desc, &b.w.error), CARTO_OK);
  carto_buf_init(&b.out, libc_alloc, 0);
  f.rows = 3;
  CHECK_STR(tool(&b, "execute_query", sql), "{\"columns\":[\"a\"],\"rows\":[[1],[1],[1]],\"truncated\":false,\"returned\":3,\"total\":3}");
  f.rows = 200000;
  CHECK_CONTAINS(tool(&b, "execute_query", sql), "\"total\":200000,\"notice\":\"exactly as many rows came");
  CHECK_CONTAINS(tool(&b, "execute_query", sql), "\"truncated\":true");
  carto_server_free(&b.server);
  carto_buf_free(&b.out);
  carto_rest_free(&b.w.rest);
  carto_arena_free(&b.w.arena);
}

/* ---- faults */

static bool never(void *user) {
  (void)user;
  return false;
}

static void cancelled(void) {
  carto_browse_result r;
  world w;
  open_world(&w, "account");
  w.call.checkpoint = never;
  FAILS(&w, browse(&w, "carto_dw", "", 1, 30, &r), CARTO_ERR_CANCELLED, "cancelled");
  CHECK_UINT(r.count, 0);
  close_world(&w);
}

static world shared; /* its tape is read once: what is tested is not the tape */
static int what;
static bool is_garbled;
static carto_status send_garbled(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error);

static int one_call(carto_alloc alloc) {
  carto_rest_desc desc = desc_of(&shared);
  carto_browse_result browsed;
  carto_search_result found;
  carto_schema_result described;
  carto_stats_result summed;
  carto_table t;
  carto_maps_request request = maps_request(2, 2);
  carto_maps_result maps;
  carto_json_doc doc;
  carto_job job;
  carto_place *places_found;
  carto_widget_result shown;
  carto_widget_spec spec;
  carto_widget_request asked;
  const carto_str columns[] = {{"NAME", 4}};
  carto_source source;
  size_t count;
  carto_status status;
  world *w = &shared;
  desc.alloc = alloc;
  if (is_garbled) desc.carrier.send = send_garbled;
  CHECK_INT(carto_rest_init(&w->rest, &desc, &w->error), CARTO_OK);
  carto_arena_init(&w->arena, alloc, 0);
  memset(&w->error, 0, sizeof w->error);
  memset(&spec, 0, sizeof spec);
  switch (what) {
  case 0: status = browse(w, "carto_dw", "my_project", 2, 30, &browsed); break;
  case 1: status = search(w, "carto_dw", "", 0, 20, &found); break;
  case 2: status = schema(w, "carto_dw", "carto-demo-data.demo_tables.populated_places", &described); break;
  case 3: status = schema(w, "my_snowflake", "DB.S.POP_H3", &described); break;
  case 4: status = stats(w, "carto_dw", "demo.retail.stores", "name", &summed); break;
  case 5: status = stats(w, "carto_dw", "demo.retail.stores", "revenue", &summed); break;
  case 6:
    source = query_source("carto_dw", "SELECT quadbin, name, pop, seen, geom FROM p.d.t");
    status = w->driver->query(&w->call, &w->rest, &source, alloc, &t, &w->error);
    carto_table_free(&t);
    break;
  case 7:
    request.search = STR("map");
    status = w->driver->maps(&w->call, &w->rest, &request, &maps, &w->error);
    break;
  case 8:
    status = w->driver->map_document(&w->call, &w->rest, STR("aaaaaaaa-0000-4000-8000-000000000002"), &doc, &w->error);
    break;
  case 9: status = w->driver->job_state(&w->call, &w->rest, STR("carto_dw"), STR("abc-124"), &job, &w->error); break;
  case 10:
    status = w->driver->geocode(&w->call, &w->rest, STR("Gran Via 1"), STR("ES"), 5, &places_found, &count, &w->error);
    break;
  case 11:
    spec.op = CARTO_WIDGET_OP_TABLE;
    spec.columns = columns;
    spec.column_count = 1;
    asked = widget_request(&spec, "my_snowflake", "DB.S.STORES");
    status = widget_of(w, &asked, &shown);
    break;
  default:
    status = stats(w, "carto_dw", "demo.retail.stores", "nope", &summed); /* an error that is read */
    if (status == CARTO_ERR_ARG) status = CARTO_OK;
    break;
  }
  if (!CHECK(status == CARTO_OK || is_garbled || status == CARTO_ERR_NOMEM)) printf("  call %d: %s\n", what, w->error.text);
  CHECK(status == CARTO_OK || what == 12 || (w->error.status == status && w->error.text[0]));
  CHECK(!strstr(w->error.text, TOKEN));
  CHECK_UINT(carto__utf8_check(w->error.text, strlen(w->error.text)), strlen(w->error.text));
  carto_arena_free(&w->arena);
  carto_rest_free(&w->rest);
  return status == CARTO_OK;
}

/* Passes answers on with some of their bytes changed, or without their ends. */
typedef struct garble {
  const carto_http_sink *sink;
  carto_buf text;
} garble;

static carto_status garble_head(void *user, const carto_http_head *head, carto_error *error) {
  return ((garble *)user)->sink->head(((garble *)user)->sink->user, head, error);
}

static carto_status garble_body(void *user, carto_str piece, carto_error *error) {
  (void)error;
  carto_buf_append_str(&((garble *)user)->text, piece);
  return CARTO_OK;
}

static carto_status send_garbled(const carto_call *call, void *user, const carto_http_request *request,
                                 const carto_http_sink *sink, carto_error *error) {
  static const char letters[] = "{}[]:,\"0123456789-.eEtfnul \\\xc3\xa9<";
  const world *w = (const world *)user;
  carto_http_sink between;
  garble g;
  carto_status status;
  g.sink = sink;
  carto_buf_init(&g.text, libc_alloc, 0);
  between.head = garble_head;
  between.body = garble_body;
  between.user = &g;
  status = w->behind.send(call, w->behind.user, request, &between, error);
  if (g.text.len && test_random(4) != 0) {
    for (size_t n = test_random(6); n > 0; n--)
      g.text.ptr[test_random(g.text.len)] = letters[test_random(sizeof letters - 1)];
    if (test_random(6) == 0) g.text.len = (size_t)test_random(g.text.len);
  }
  for (size_t at = 0, n; at < g.text.len && status == CARTO_OK; at += n) {
    n = (size_t)test_random(200) + 1;
    if (n > g.text.len - at) n = g.text.len - at;
    status = sink->body(sink->user, carto_str_make(g.text.ptr + at, n), error);
  }
  carto_buf_free(&g.text);
  return status;
}

/* Whatever a service answers, it is a result or an error. */
static void garbled(void) {
  open_world(&shared, "account");
  carto_arena_free(&shared.arena);
  carto_rest_free(&shared.rest);
  is_garbled = true;
  for (what = 0; what <= 12; what++)
    for (int i = 0; i < 150; i++) (void)one_call(libc_alloc);
  is_garbled = false;
  carto_tape_free(&shared.tape);
}

static void no_memory(void) {
  open_world(&shared, "account");
  carto_arena_free(&shared.arena);
  carto_rest_free(&shared.rest);
  for (what = 0; what <= 12; what++) test_every_allocation(one_call, 3000);
  carto_tape_free(&shared.tape);
}

static const test_case cases[] = {
  {"routes", routes},
  {"descriptors", descriptors},
  {"connections", connections},
  {"connections given", connections_given},
  {"connections refused", connections_refused},
  {"browsing", browsing},
  {"searching", searching},
  {"schemas", schemas},
  {"schemas by sql", schemas_by_sql},
  {"statistics of numbers", statistics_of_numbers},
  {"statistics of others", statistics_of_others},
  {"queries", queries},
  {"procedures", procedures},
  {"queries forbidden", queries_forbidden},
  {"row cap", row_cap},
  {"widgets", widgets},
  {"widgets filtered", widgets_filtered},
  {"places", places},
  {"saved maps", saved_maps},
  {"jobs", jobs},
  {"refusals", refusals},
  {"leaks", leaks},
  {"sent once", sent_once},
  {"fixtures", fixtures},
  {"other routes", other_routes},
  {"tools", tools},
  {"tools row cap", tools_row_cap},
  {"cancelled", cancelled},
  {"garbled", garbled},
  {"no memory", no_memory},
};

TEST_MAIN(cases)

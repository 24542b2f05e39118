/* The local driver over directories in memory: names, places, budgets, faults. What the tools make of its
   answers is the business of test_tools.c. */
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "memory_files.h"

static const carto_alloc libc_alloc;

static carto_status fail_with(carto_error *error, carto_status status, const char *text) {
  if (!error) return status;
  memset(error, 0, sizeof *error);
  error->status = status;
  strcpy(error->text, text);
  return status;
}

/* One warehouse over rows, and a call on it. */
typedef struct world {
  memory_files data, maps;
  const char *sealed;   /* a directory that cannot be listed, or NULL */
  int sealed_status;
  carto_local local;
  carto_warehouse warehouse;
  carto_arena arena;
  carto_call call;
  carto_error error;
  size_t asked, stop_at;   /* checkpoints so far; the one that says no, 0: none */
} world;

static bool ask(void *user) {
  world *w = (world *)user;
  return ++w->asked != w->stop_at;
}

static carto_status list_sealed(const carto_call *call, void *user, carto_str path, carto_file **out,
                                size_t *count, carto_error *error) {
  world *w = (world *)user;
  if (w->sealed && carto__str_is(path, w->sealed)) {
    *out = NULL;
    *count = 0;
    return fail_with(error, (carto_status)w->sealed_status, "sealed");
  }
  return memory_list(call, &w->data, path, out, count, error);
}

static carto_status read_data(const carto_call *call, void *user, carto_str path, carto_buf *out,
                              carto_error *error) {
  return memory_read(call, &((world *)user)->data, path, out, error);
}

static void open_world(world *w, const memory_file *rows, size_t count, carto_alloc alloc) {
  carto_local_desc desc = carto_local_desc_default();
  memset(w, 0, sizeof *w);
  (void)memory_files_of(&w->data, rows, count);
  desc.name = carto_str_from("here");
  desc.data.list = list_sealed;
  desc.data.read = read_data;
  desc.data.user = w;
  desc.maps = memory_files_of(&w->maps, memory_maps, MEMORY_COUNT(memory_maps));
  desc.created_at = 1;
  desc.updated_at = MEMORY_TIME;
  desc.alloc = alloc;
  CHECK_INT(carto_local_init(&w->local, &desc, &w->error), CARTO_OK);
  w->warehouse = carto_local_warehouse(&w->local);
  carto_arena_init(&w->arena, alloc, 0);
  w->call.arena = &w->arena;
  w->call.checkpoint = ask;
  w->call.user = w;
}

static void close_world(world *w) {
  carto_arena_free(&w->arena);
  carto_local_free(&w->local);
  carto_local_free(&w->local); /* harmless */
}

#define WORLD(w, rows) open_world(w, rows, MEMORY_COUNT(rows), libc_alloc)

static carto_str text_of(const world *w) { return carto_str_from(w->error.text); }

static carto_status browse(world *w, carto_str fqn, size_t depth, size_t most, carto_browse_result *out) {
  carto_browse_request request;
  request.connection = carto_str_from("here");
  request.fqn = fqn;
  request.depth = depth;
  request.max_items = most;
  memset(out, 0x55, sizeof *out);
  return w->warehouse.driver->browse(&w->call, w->warehouse.state, &request, out, &w->error);
}

static carto_status search(world *w, const char *query, const char *scope, int type, size_t limit,
                           carto_search_result *out) {
  carto_search_request request;
  request.connection = carto_str_from("here");
  request.query = carto_str_from(query);
  request.scope_fqn = carto_str_from(scope);
  request.type = type;
  request.limit = limit;
  memset(out, 0x55, sizeof *out);
  return w->warehouse.driver->search(&w->call, w->warehouse.state, &request, out, &w->error);
}

static carto_status schema_str(world *w, carto_str table, carto_schema_result *out) {
  carto_source source;
  memset(&source, 0, sizeof source);
  source.connection = carto_str_from("here");
  source.text = table;
  memset(out, 0x55, sizeof *out);
  return w->warehouse.driver->schema(&w->call, w->warehouse.state, &source, out, &w->error);
}

static carto_status schema(world *w, const char *table, carto_schema_result *out) {
  return schema_str(w, carto_str_from(table), out);
}

static carto_status statistics(world *w, const char *table, const char *column, const char *spatial,
                               carto_stats_result *out) {
  carto_stats_request request;
  memset(&request, 0, sizeof request);
  request.source.text = carto_str_from(table);
  request.column = carto_str_from(column);
  request.spatial_data_type = carto_str_from(spatial);
  request.max_categories = 20;
  memset(out, 0x55, sizeof *out);
  return w->warehouse.driver->statistics(&w->call, w->warehouse.state, &request, out, &w->error);
}

static carto_status maps(world *w, const char *find, carto_maps_result *out) {
  carto_maps_request request;
  memset(&request, 0, sizeof request);
  request.search = carto_str_from(find);
  request.page = 1;
  request.page_size = 20;
  memset(out, 0x55, sizeof *out);
  return w->warehouse.driver->maps(&w->call, w->warehouse.state, &request, out, &w->error);
}

static int is_zero(const void *ptr, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (((const unsigned char *)ptr)[i] != 0) return 0;
  return 1;
}

/* Finds a child of a node by name. */
static const carto_resource *child(const carto_browse_result *r, const carto_resource *parent, const char *name) {
  for (size_t i = 0; parent->expanded && i < parent->returned; i++)
    if (carto__str_is(r->items[parent->first_child + i].name, name)) return &r->items[parent->first_child + i];
  return NULL;
}

/* ---- the descriptor */

static void test_init(void) {
  static const char *const bad[] = {".", ".hidden", "a/b", "a\\b", "a\nb", "\xff", "\xed\xa0\x80"};
  carto_local local;
  carto_local_desc desc = carto_local_desc_default();
  carto_error error;
  char name[300];
  CHECK(is_zero(&desc, sizeof desc));
  CHECK_INT(carto_local_init(&local, NULL, &error), CARTO_ERR_ARG);
  desc._end = 1;
  CHECK_INT(carto_local_init(&local, &desc, &error), CARTO_ERR_ARG);
  CHECK_CONTAINS(carto_str_from(error.text), "carto_local_desc_default");
  CHECK(is_zero(&local, sizeof local));
  desc._end = 0;
  desc._start = 7;
  CHECK_INT(carto_local_init(&local, &desc, NULL), CARTO_ERR_ARG);
  desc._start = 0;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    desc.name = carto_str_from(bad[i]);
    CHECK_INT(carto_local_init(&local, &desc, &error), CARTO_ERR_ARG);
  }
  memset(name, 'n', sizeof name);
  desc.name = carto_str_make(name, CARTO_MCP_MAX_NAME + 1);
  CHECK_INT(carto_local_init(&local, &desc, &error), CARTO_ERR_ARG);
  desc.name = carto_str_make(name, CARTO_MCP_MAX_NAME);
  CHECK_INT(carto_local_init(&local, &desc, &error), CARTO_OK);
  CHECK_UINT(strlen(local._id), 36);
  carto_local_free(&local);
  CHECK(is_zero(&local, sizeof local));
}

/* The id is a UUID of version 8, the same in every run, another for every name. */
static void test_connections(void) {
  static const char *const names[] = {"", "here", "herf", "a b", "\xc3\xa9t\xc3\xa9"};
  char ids[5][37];
  world w;
  carto_connection_list list;
  for (size_t i = 0; i < 5; i++) {
    carto_local local;
    carto_local_desc desc = carto_local_desc_default();
    desc.name = carto_str_from(names[i]);
    CHECK_INT(carto_local_init(&local, &desc, NULL), CARTO_OK);
    memcpy(ids[i], local._id, 37);
    CHECK(ids[i][8] == '-' && ids[i][13] == '-' && ids[i][18] == '-' && ids[i][23] == '-');
    CHECK(ids[i][14] == '8' && strchr("89ab", ids[i][19]) != NULL);
    CHECK_UINT(strspn(ids[i], "0123456789abcdef-"), 36);
    for (size_t k = 0; k < i; k++) CHECK(strcmp(ids[i], ids[k]) != 0);
    carto_local_free(&local);
  }
  WORLD(&w, memory_data);
  CHECK_INT(w.warehouse.driver->connections(&w.call, w.warehouse.state, &list, &w.error), CARTO_OK);
  CHECK_UINT(list.count, 1);
  CHECK_STR(list.items[0].id, ids[1]);
  CHECK_STR(list.items[0].name, "here");
  CHECK_STR(list.items[0].provider_id, "postgres");
  CHECK_STR(list.items[0].privacy, "private");
  CHECK(!list.items[0].carto_dw);
  CHECK_INT(list.items[0].created_at, 1);
  CHECK_INT(list.items[0].updated_at, MEMORY_TIME);
  w.local._desc.data.list = NULL; /* without data there is no connection */
  CHECK_INT(w.warehouse.driver->connections(&w.call, w.warehouse.state, &list, &w.error), CARTO_OK);
  CHECK_UINT(list.count, 0);
  close_world(&w);
}

/* ---- browse */

static void test_browse(void) {
  world w;
  carto_browse_result r;
  const carto_resource *n;
  WORLD(&w, memory_data);
  CHECK_INT(browse(&w, carto_str_from(""), 1, 30, &r), CARTO_OK);
  CHECK_STR(r.provider_id, "postgres");
  CHECK_UINT(r.count, 3);
  CHECK(!r.truncated);
  CHECK_INT(r.items[0].type, CARTO_RESOURCE_CONNECTION);
  CHECK_STR(r.items[0].name, "here");
  CHECK_STR(r.items[0].fqn, "");
  CHECK_UINT(r.items[0].child_count, 2);
  CHECK_STR(r.items[1].name, "demo");
  CHECK_STR(r.items[1].fqn, "demo");
  CHECK_INT(r.items[1].type, CARTO_RESOURCE_DATABASE);
  CHECK(!r.items[1].expanded);
  CHECK_STR(r.items[2].name, "shop");

  CHECK_INT(browse(&w, carto_str_from(""), 3, 30, &r), CARTO_OK);
  CHECK_UINT(r.count, 1 + 2 + 4 + 6);
  CHECK(!r.truncated);
  n = child(&r, child(&r, &r.items[0], "demo"), "world");
  CHECK_STR(n->fqn, "demo.world");
  CHECK_INT(n->type, CARTO_RESOURCE_SCHEMA);
  CHECK_UINT(n->child_count, 3);
  n = child(&r, n, "quakes");
  CHECK_STR(n->fqn, "demo.world.quakes");
  CHECK_INT(n->type, CARTO_RESOURCE_TABLE);
  CHECK(!n->expanded);
  n = child(&r, child(&r, &r.items[0], "shop"), "staging"); /* empty, but looked at */
  CHECK(n->expanded && n->child_count == 0 && n->returned == 0);

  CHECK_INT(browse(&w, carto_str_from("shop.sales"), 3, 30, &r), CARTO_OK);
  CHECK_UINT(r.count, 2);
  CHECK_INT(r.items[0].type, CARTO_RESOURCE_SCHEMA);
  CHECK_STR(r.items[0].fqn, "shop.sales");
  CHECK_STR(r.items[0].name, "sales");
  CHECK_STR(r.items[1].fqn, "shop.sales.orders");
  CHECK_INT(w.data.reads, 0);

  CHECK_INT(browse(&w, carto_str_from("shop.sales.orders"), 1, 30, &r), CARTO_ERR_ARG);
  CHECK_STR(text_of(&w), "shop.sales.orders is a table: there is nothing below it; use describe to see its columns");
  CHECK(is_zero(&r, sizeof r));
  CHECK_INT(browse(&w, carto_str_from("dem"), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "no database \"dem\" in here; nearest: \"demo\"; use list_resources");
  CHECK(is_zero(&r, sizeof r));
  CHECK_INT(browse(&w, carto_str_from("demo.wrld.x"), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "no schema \"wrld\" in demo; nearest: \"world\"; use list_resources");
  CHECK_INT(browse(&w, carto_str_from("elsewhere"), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "no database \"elsewhere\" in here; use list_resources");
  CHECK_INT(browse(&w, carto_str_from("shop.sales.orders.id"), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "shop.sales.orders is a table and has nothing below it");
  close_world(&w);
}

/* A budget is spent level by level; what is left out is counted. */
static void test_browse_budget(void) {
  world w;
  carto_browse_result r;
  const carto_resource *n;
  WORLD(&w, memory_data);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 1, &r), CARTO_OK);
  CHECK_UINT(r.count, 2);
  CHECK(r.truncated);
  CHECK_UINT(r.items[0].child_count, 2);
  CHECK_UINT(r.items[0].returned, 1);
  CHECK(!r.items[1].expanded); /* not even looked up */

  CHECK_INT(browse(&w, carto_str_from(""), 2, 3, &r), CARTO_OK);
  CHECK_UINT(r.count, 4);
  CHECK(r.truncated);
  n = child(&r, &r.items[0], "demo");
  CHECK(n->expanded && n->child_count == 2 && n->returned == 1);
  CHECK(!child(&r, &r.items[0], "shop")->expanded);

  CHECK_INT(browse(&w, carto_str_from(""), 2, 6, &r), CARTO_OK);
  CHECK_UINT(r.count, 7);
  CHECK(!r.truncated);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 6, &r), CARTO_OK);
  CHECK(r.truncated);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 12, &r), CARTO_OK);
  CHECK_UINT(r.count, 13);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 11, &r), CARTO_OK);
  CHECK(r.truncated && r.count == 12);
  CHECK_INT(browse(&w, carto_str_from(""), 3, SIZE_MAX, &r), CARTO_ERR_LIMIT);
  CHECK(is_zero(&r, sizeof r));
  close_world(&w);
}

/* ---- names */

#define N50 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
#define N251 N50 N50 N50 N50 N50 "n"
#define CSV "a\n1\n"

static const memory_file odd_names[] = {
  {"db/s/plain.csv", CSV, 0, 0},
  {"db/s/v1.2.csv", CSV, 0, 0},
  {"db/s/it's \"quoted\".csv", CSV, 0, 0},
  {"db/s/\xc3\xa9t\xc3\xa9 \xe6\x9d\xb1\xe4\xba\xac \xf0\x9f\x97\xba.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":[]}", 0, 0},
  {"db/s/-rf *.ndjson", "{\"a\":1}\n", 0, 0},
  {"db/s/" N251 ".csv", CSV, 0, 0},          /* 255 bytes: the most that a name has */
  {"my.db/a.b c/t.csv", CSV, 0, 0},
  /* what is no table */
  {"db/s/" N251 "n.csv", CSV, 0, 0},
  {"db/s/.hidden.csv", CSV, 0, 0},
  {"db/s/.csv", CSV, 0, 0},
  {"db/s/README.md", CSV, 0, 0},
  {"db/s/UPPER.CSV", CSV, 0, 0},
  {"db/s/noending", CSV, 0, 0},
  {"db/s/back\\slash.csv", CSV, 0, 0},
  {"db/s/tab\there.csv", CSV, 0, 0},
  {"db/s/bad\xff.csv", CSV, 0, 0},
  {"db/s/directory.csv/inner.csv", CSV, 0, 0},
  {"db/s/deeper/and/deeper/x.csv", CSV, 0, 0},
  {"db/.git/config.csv", CSV, 0, 0},
  {"db/loose.csv", CSV, 0, 0},
  {"loose.csv", CSV, 0, 0},
  {".trash/s/x.csv", CSV, 0, 0},
};

/* Every name that a listing or a search gives out is taken back by describe. */
static void test_names(void) {
  world w;
  carto_browse_result r;
  carto_search_result found;
  carto_schema_result info;
  WORLD(&w, odd_names);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 500, &r), CARTO_OK);
  CHECK_UINT(r.items[0].child_count, 2);
  CHECK_UINT(r.count, 1 + 2 + 2 + 7);
  CHECK(child(&r, child(&r, &r.items[0], "my.db"), "a.b c") != NULL);
  CHECK_INT(search(&w, "", "", 0, 100, &found), CARTO_OK);
  CHECK_UINT(found.total_count, 7);
  CHECK_UINT(found.count, 7);
  CHECK_INT(w.data.reads, 0);
  for (size_t i = 0; i < found.count; i++) {
    CHECK_INT(schema_str(&w, found.items[i].fqn, &info), CARTO_OK);
    CHECK(carto_str_equal(info.name, found.items[i].fqn));
  }
  for (size_t i = 1; i < r.count; i++) {
    if (r.items[i].type != CARTO_RESOURCE_TABLE) CHECK_INT(browse(&w, r.items[i].fqn, 1, 30, &(carto_browse_result){0}), CARTO_OK);
    else CHECK_INT(schema_str(&w, r.items[i].fqn, &info), CARTO_OK);
  }
  CHECK_INT(w.data.reads, 7); /* once each */
  CHECK_INT(browse(&w, carto_str_from("my.db.a.b c"), 1, 30, &r), CARTO_OK);
  CHECK_STR(r.items[0].fqn, "my.db.a.b c");
  CHECK_INT(search(&w, "t", "my.db.a.b c", 0, 30, &found), CARTO_OK);
  CHECK_UINT(found.count, 1);
  CHECK_STR(found.items[0].database, "my.db");
  CHECK_STR(found.items[0].schema, "a.b c");
  CHECK_STR(found.items[0].name, "t");
  CHECK_STR(found.items[0].fqn, "my.db.a.b c.t");
  close_world(&w);
}

/* Where a full name can be taken apart in two ways, the table that there is is found. */
static void test_names_with_dots(void) {
  static const memory_file rows[] = {
    {"sales/old/t.csv", "a\n1\n", 0, 0},
    {"sales.old/x/u.csv", "b\n1\n", 0, 0},
    {"sales.old/x/v.w.csv", "c\n1\n", 0, 0},
    {"sales.old/x/w.csv", "d\n1\n", 0, 0},
    {"sales/old/v.w.csv", "e\n1\n", 0, 0},
  };
  world w;
  carto_schema_result info;
  WORLD(&w, rows);
  CHECK_INT(schema(&w, "sales.old.t", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "a");
  CHECK_INT(schema(&w, "sales.old.x.u", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "b");
  CHECK_INT(schema(&w, "sales.old.x.v.w", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "c");
  CHECK_INT(schema(&w, "x.w", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "d");
  CHECK_INT(schema(&w, "old.v.w", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "e");
  CHECK_INT(schema(&w, "v.w", &info), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "\"v.w\" is ambiguous: sales.old.v.w or sales.old.x.v.w");
  close_world(&w);
}

/* Only names that a listing has shown are opened. */
static void test_names_outside(void) {
  static const char *const names[] = {
    "", ".", "..", "../..", "/", "/etc/passwd", "demo/world/cities", "demo.world/cities", "demo..world.cities",
    "demo.world..cities", ".demo.world.cities", "demo.world.cities.csv", "demo.world.../cut", "demo.world.\xff",
    "demo.broken.../world/cities", "DEMO.WORLD.CITIES", "demo.world.cities ", "%2e%2e", "C:\\x", "demo.world.", "."};
  world w;
  carto_schema_result info;
  carto_browse_result r;
  carto_search_result found;
  size_t size = 10 << 20;
  char *large = (char *)malloc(size);
  WORLD(&w, memory_data);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CHECK_INT(schema(&w, names[i], &info), CARTO_ERR_NOT_FOUND);
    CHECK(is_zero(&info, sizeof info));
    CHECK(w.error.text[0] != 0);
  }
  CHECK_INT(schema_str(&w, carto_str_make("demo\0world", 10), &info), CARTO_ERR_NOT_FOUND);
  CHECK_INT(schema_str(&w, carto_str_make("demo.world.cities\0", 18), &info), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "no table \"cities?\" in demo.world; nearest: \"cities\"; use search_resources");
  memset(large, 'x', size);
  CHECK_INT(schema_str(&w, carto_str_make(large, size), &info), CARTO_ERR_NOT_FOUND);
  CHECK_INT(browse(&w, carto_str_make(large, size), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  memset(large, '.', size);
  CHECK_INT(schema_str(&w, carto_str_make(large, size), &info), CARTO_ERR_NOT_FOUND);
  memcpy(large, "demo.world.", 11);
  CHECK_INT(schema_str(&w, carto_str_make(large, size), &info), CARTO_ERR_NOT_FOUND);
  CHECK_INT(browse(&w, carto_str_make(large, size), 1, 30, &r), CARTO_ERR_NOT_FOUND);
  CHECK_INT(search(&w, "cities", "../demo", 0, 20, &found), CARTO_ERR_NOT_FOUND);
  CHECK(is_zero(&found, sizeof found));
  CHECK_INT(w.data.reads, 0);
  free(large);
  close_world(&w);
}

/* ---- short names */

static const memory_file twins[] = {
  {"a/one/stores.csv", CSV, 0, 0},  {"a/one/regions.csv", CSV, 0, 0}, {"a/two/stores.csv", CSV, 0, 0},
  {"a/two/a.csv", CSV, 0, 0},       {"b/one/stores.csv", CSV, 0, 0},  {"b/one/people.csv", CSV, 0, 0},
  {"c/one/stores.csv", CSV, 0, 0},  {"one/b/people.csv", CSV, 0, 0},  {"d/e/superstores.csv", CSV, 0, 0},
};

static void test_short_names(void) {
  static const struct {
    const char *name, *full, *wrong;
  } all[] = {
    {"regions", "a.one.regions", NULL},
    {"one.regions", "a.one.regions", NULL},
    {"two.stores", "a.two.stores", NULL},
    {"superstores", "d.e.superstores", NULL},
    {"b.people", "one.b.people", NULL},   /* b is a database too, but holds no schema people */
    {"one.people", "b.one.people", NULL}, /* one is a database too */
    {"a", "a.two.a", NULL},               /* a is a database too, but a table is asked for */
    {"people", NULL, "\"people\" is ambiguous: b.one.people or one.b.people"},
    {"stores", NULL, "\"stores\" is ambiguous: a.one.stores, a.two.stores, b.one.stores, ..."},
    {"one.stores", NULL, "\"one.stores\" is ambiguous: a.one.stores, b.one.stores, c.one.stores"},
    {"tores", NULL, "no table \"tores\" in connection here; nearest: \"a.one.stores\"; use search_resources"},
    {"region", NULL, "no table \"region\" in connection here; nearest: \"a.one.regions\"; use search_resources"},
    {"REGIONS", NULL, "no table \"REGIONS\" in connection here; nearest: \"a.one.regions\"; use search_resources"},
    {"x.y.peopel", NULL, "no table \"x.y.peopel\" in connection here; nearest: \"b.one.people\"; use search_resources"},
    {"nothing_like_it", NULL, "no table \"nothing_like_it\" in connection here; use search_resources"},
    {"a.one.store", NULL, "no table \"store\" in a.one; nearest: \"stores\"; use search_resources"},
    {"a.one.zzz", NULL, "no table \"zzz\" in a.one; use search_resources"},
    {"a.on.stores", NULL, "no schema \"on\" in a; nearest: \"one\"; use list_resources"},
    {"b", NULL, "\"b\" is a database, not a table; list_resources shows what is in it"},
    {"a.one", NULL, "\"a.one\" is a schema, not a table; list_resources shows what is in it"},
    {"", NULL, "\"\" is a connection, not a table; list_resources shows what is in it"},
    {"a.one.stores.id", NULL, "a.one.stores is a table and has nothing below it"},
  };
  world w;
  carto_schema_result info;
  WORLD(&w, twins);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    carto_status status = schema(&w, all[i].name, &info);
    CHECK_INT(status, all[i].full ? CARTO_OK : CARTO_ERR_NOT_FOUND);
    if (status == CARTO_OK && all[i].full) CHECK_STR(info.name, all[i].full);
    if (status != CARTO_OK) CHECK_STR(text_of(&w), all[i].wrong ? all[i].wrong : "");
  }
  close_world(&w);
}

/* ---- search */

static void test_search(void) {
  static const memory_file rows[] = {
    {"geo/raw/Stores.csv", CSV, 0, 0},         {"geo/raw/stores_2.csv", CSV, 0, 0},
    {"geo/raw/old_stores.csv", CSV, 0, 0},     {"retail/main/stores.geojson", CSV, 0, 0},
    {"retail/main/stores_1.ndjson", CSV, 0, 0}, {"retail/main/STORESX.csv", CSV, 0, 0},
    {"retail/main/bookstores.csv", CSV, 0, 0}, {"retail/main/regions.csv", CSV, 0, 0},
  };
  static const char *const best[] = {"geo.raw.Stores",      "retail.main.stores",     "retail.main.stores_1",
                                     "geo.raw.stores_2",    "retail.main.STORESX",    "retail.main.bookstores",
                                     "geo.raw.old_stores"};
  static const int ranks[] = {0, 0, 1, 1, 1, 2, 2};
  world w;
  carto_search_result r;
  WORLD(&w, rows);
  for (size_t limit = 0; limit <= 9; limit++) { /* a limit cuts, it does not change the order */
    CHECK_INT(search(&w, "sToReS", "", 0, limit, &r), CARTO_OK);
    CHECK_UINT(r.total_count, 7);
    CHECK_UINT(r.count, limit < 7 ? limit : 7);
    CHECK_UINT(r.searched_containers, 2);
    CHECK_UINT(r.total_containers, 2);
    CHECK_STR(r.provider_id, "postgres");
    for (size_t i = 0; i < r.count; i++) {
      CHECK_STR(r.items[i].fqn, best[i]);
      CHECK_INT(r.items[i].rank, ranks[i]);
      CHECK_INT(r.items[i].type, CARTO_RESOURCE_TABLE);
    }
  }
  CHECK_STR(r.items[6].database, "geo");
  CHECK_STR(r.items[6].schema, "raw");
  CHECK_STR(r.items[6].name, "old_stores");
  CHECK_INT(search(&w, "stores", "retail", CARTO_RESOURCE_TABLE, 20, &r), CARTO_OK);
  CHECK_UINT(r.count, 4);
  CHECK_UINT(r.searched_containers, 1);
  CHECK_UINT(r.total_containers, 1);
  CHECK_INT(search(&w, "stores", "geo.raw", 0, 20, &r), CARTO_OK);
  CHECK_UINT(r.count, 3);
  CHECK_STR(r.items[0].database, "geo"); /* the database of a schema scope */
  CHECK_STR(r.items[0].schema, "raw");
  CHECK_INT(search(&w, "stores", "", CARTO_RESOURCE_VIEW, 20, &r), CARTO_OK);
  CHECK_UINT(r.count, 0);
  CHECK_UINT(r.total_count, 0);
  CHECK_UINT(r.total_containers, 2);
  CHECK_INT(search(&w, "zzz", "", 0, 20, &r), CARTO_OK);
  CHECK_UINT(r.count, 0);
  CHECK_INT(search(&w, "stores", "geo.rawx", 0, 20, &r), CARTO_ERR_NOT_FOUND);
  CHECK_STR(text_of(&w), "no schema \"rawx\" in geo; nearest: \"raw\"; use list_resources");
  CHECK_INT(search(&w, "stores", "geo.raw.Stores", 0, 20, &r), CARTO_ERR_ARG);
  CHECK_STR(text_of(&w), "\"scopeFqn\" must be a database or a schema; geo.raw.Stores is a table");
  CHECK(is_zero(&r, sizeof r));
  CHECK_INT(search(&w, "s", "", 0, SIZE_MAX, &r), CARTO_ERR_LIMIT);
  CHECK_INT(w.data.reads, 0);
  close_world(&w);
}

/* ---- faults */

static void test_unreadable_directory(void) {
  static const int statuses[] = {CARTO_ERR_IO, CARTO_ERR_LIMIT};
  world w;
  carto_browse_result r;
  carto_search_result found;
  carto_schema_result info;
  for (size_t i = 0; i < 2; i++) {
    WORLD(&w, memory_data);
    w.sealed_status = statuses[i];
    w.sealed = "demo/broken";
    CHECK_INT(browse(&w, carto_str_from(""), 3, 500, &r), CARTO_OK);
    CHECK(r.truncated);
    CHECK(!child(&r, child(&r, &r.items[0], "demo"), "broken")->expanded);
    CHECK_UINT(child(&r, child(&r, &r.items[0], "demo"), "world")->returned, 3);
    CHECK_INT(browse(&w, carto_str_from("demo.broken"), 1, 500, &r), statuses[i]);
    CHECK_STR(text_of(&w), "sealed");
    CHECK_INT(search(&w, "o", "", 0, 20, &found), CARTO_OK);
    CHECK_UINT(found.count, 2); /* countries, orders */
    CHECK_UINT(found.searched_containers, 1);
    CHECK_UINT(found.total_containers, 2);
    CHECK_INT(search(&w, "o", "demo.broken", 0, 20, &found), statuses[i]);
    CHECK_INT(schema(&w, "orders", &info), CARTO_OK);
    CHECK_INT(schema(&w, "demo.world.cities", &info), CARTO_OK);
    w.sealed = "demo";
    CHECK_INT(browse(&w, carto_str_from(""), 2, 500, &r), CARTO_OK);
    CHECK(r.truncated);
    CHECK_INT(search(&w, "o", "", 0, 20, &found), CARTO_OK);
    CHECK_UINT(found.count, 1);
    CHECK_UINT(found.searched_containers, 1);
    w.sealed = "";
    CHECK_INT(browse(&w, carto_str_from(""), 1, 500, &r), statuses[i]);
    CHECK_INT(search(&w, "o", "", 0, 20, &found), statuses[i]);
    CHECK_INT(schema(&w, "demo.world.countries", &info), statuses[i]);
    CHECK_INT(schema(&w, "demo.world.cities", &info), CARTO_OK); /* in memory already */
    close_world(&w);
  }
}

static void test_unreadable_files(void) {
  world w;
  carto_schema_result info;
  WORLD(&w, memory_data);
  for (int again = 0; again < 2; again++) {
    CHECK_INT(schema(&w, "demo.broken.cut", &info), CARTO_ERR_SYNTAX);
    CHECK_CONTAINS(text_of(&w), "demo/broken/cut.geojson, line 1");
    CHECK_UINT(w.error.line, 1);
    CHECK_INT(schema(&w, "demo.broken.gone", &info), CARTO_ERR_IO);
    CHECK_STR(text_of(&w), "there is no file demo/broken/gone.csv");
    CHECK_INT(schema(&w, "demo.world.cities", &info), CARTO_OK);
  }
  CHECK_INT(w.data.reads, 5);
  close_world(&w);
}

static void test_two_formats(void) {
  static const memory_file rows[] = {
    {"db/s/t.csv", CSV, 0, 0}, {"db/s/t.ndjson", "{\"b\":1}\n", 0, 0}, {"db/s/t.geojson", "{}", 0, 0},
    {"db/s/u.csv", CSV, 0, 0}};
  world w;
  carto_schema_result info;
  carto_browse_result r;
  carto_search_result found;
  WORLD(&w, rows);
  CHECK_INT(browse(&w, carto_str_from("db.s"), 1, 30, &r), CARTO_OK);
  CHECK_UINT(r.count, 3);
  CHECK_INT(search(&w, "t", "", 0, 30, &found), CARTO_OK);
  CHECK_UINT(found.count, 1);
  CHECK_INT(schema(&w, "db.s.t", &info), CARTO_ERR_ARG);
  CHECK_STR(text_of(&w), "there are several files for db.s.t; keep one of them");
  CHECK_INT(schema(&w, "t", &info), CARTO_ERR_ARG);
  CHECK_INT(schema(&w, "u", &info), CARTO_OK);
  CHECK_INT(w.data.reads, 1);
  close_world(&w);
}

/* A table is what it was when it was first read. */
static void test_changes(void) {
  memory_file rows[] = {{"db/s/t.csv", "a,b\n1,2\n3,4\n", 0, 0}, {"db/s/u.csv", CSV, 0, 0}};
  world w;
  carto_schema_result info;
  carto_stats_result stats;
  WORLD(&w, rows);
  CHECK_INT(schema(&w, "t", &info), CARTO_OK);
  CHECK_UINT(info.row_count, 2);
  rows[0].text = "c\nx\n";
  CHECK_INT(schema(&w, "db.s.t", &info), CARTO_OK);
  CHECK_UINT(info.column_count, 2);
  rows[0].text = NULL; /* listed, but gone */
  CHECK_INT(statistics(&w, "s.t", "b", "", &stats), CARTO_OK);
  CHECK_INT(stats.number.sum_i64, 6);
  rows[0].path = "db/s/moved.csv";
  CHECK_INT(statistics(&w, "db.s.t", "b", "", &stats), CARTO_OK);
  CHECK_INT(schema(&w, "db.s.moved", &info), CARTO_ERR_IO);
  rows[0].text = "d\n1\n";
  CHECK_INT(schema(&w, "db.s.moved", &info), CARTO_OK);
  CHECK_STR(info.columns[0].name, "d");
  close_world(&w);
}

static void test_table_bytes(void) {
  static const memory_file rows[] = {
    {"db/s/t.csv", "a,b\n1,2\n3,4\n", 0, 0}, {"db/s/u.csv", "a,b\n1,2\n3,4\n", 0, 0}, {"db/s/v.csv", CSV, 0, 0}};
  world w;
  carto_schema_result info;
  test_memory memory;
  size_t one, live;
  char text[200];
  WORLD(&w, rows);
  CHECK_INT(schema(&w, "t", &info), CARTO_OK);
  one = w.local._loaded_bytes;
  CHECK(one > 0);
  close_world(&w);
  open_world(&w, rows, 3, test_alloc(&memory));
  w.local._desc.table_bytes = one + one / 2;
  CHECK_INT(schema(&w, "t", &info), CARTO_OK);
  live = memory.live_count;
  carto_arena_reset(&w.arena);
  CHECK_INT(schema(&w, "u", &info), CARTO_ERR_LIMIT);
  snprintf(text, sizeof text, "table db.s.u needs %zu bytes; the limit for all tables is %zu, and %zu are in use",
           one, one + one / 2, one);
  CHECK_STR(text_of(&w), text);
  CHECK(is_zero(&info, sizeof info));
  carto_arena_free(&w.arena);
  CHECK(memory.live_count <= live);
  close_world(&w);
  CHECK_UINT(memory.live_count, 0);
  WORLD(&w, rows);
  w.local._desc.table_bytes = one; /* to the byte */
  CHECK_INT(schema(&w, "t", &info), CARTO_OK);
  CHECK_INT(schema(&w, "v", &info), CARTO_ERR_LIMIT);
  close_world(&w);
  WORLD(&w, rows);
  w.local._desc.table_bytes = one - 1;
  CHECK_INT(schema(&w, "t", &info), CARTO_ERR_LIMIT);
  CHECK_INT(schema(&w, "v", &info), CARTO_OK);
  CHECK_INT(schema(&w, "t", &info), CARTO_ERR_LIMIT);
  close_world(&w);
}

/* ---- empty, missing and many */

static void test_empty(void) {
  static const memory_file none[] = {{"hollow/", NULL, 0, 0}};
  world w;
  carto_browse_result r;
  carto_search_result found;
  carto_schema_result info;
  open_world(&w, none, 0, libc_alloc);
  CHECK_INT(browse(&w, carto_str_from(""), 3, 30, &r), CARTO_OK);
  CHECK_UINT(r.count, 1);
  CHECK(r.items[0].expanded && r.items[0].child_count == 0 && !r.truncated);
  CHECK_INT(search(&w, "x", "", 0, 30, &found), CARTO_OK);
  CHECK_UINT(found.count + found.total_count + found.searched_containers + found.total_containers, 0);
  CHECK_INT(schema(&w, "x", &info), CARTO_ERR_NOT_FOUND);
  close_world(&w);
  WORLD(&w, none);
  CHECK_INT(browse(&w, carto_str_from("hollow"), 3, 30, &r), CARTO_OK);
  CHECK_UINT(r.count, 1);
  CHECK_INT(search(&w, "x", "hollow", 0, 30, &found), CARTO_OK);
  CHECK_UINT(found.total_containers, 1);
  close_world(&w);
}

static void test_many(void) {
  enum { DATABASES = 3, SCHEMAS = 4, TABLES = 60 };
  static char paths[DATABASES * SCHEMAS * TABLES][40];
  static memory_file rows[DATABASES * SCHEMAS * TABLES];
  size_t n = 0, seen = 0;
  world w;
  carto_browse_result r;
  carto_search_result found;
  for (int d = 0; d < DATABASES; d++)
    for (int s = 0; s < SCHEMAS; s++)
      for (int t = 0; t < TABLES; t++, n++) {
        snprintf(paths[n], sizeof paths[n], "db%d/s%d/table_%03d.csv", d, s, TABLES - t);
        rows[n].path = paths[n];
        rows[n].text = CSV;
      }
  open_world(&w, rows, n, libc_alloc);
  for (size_t most = 1; most <= 800; most = most * 3 / 2 + 1) {
    CHECK_INT(browse(&w, carto_str_from(""), 3, most, &r), CARTO_OK);
    CHECK_UINT(r.count, 1 + (most < 735 ? most : 735));
    CHECK_INT(r.truncated, most < 735);
    seen = 0;
    for (size_t i = 0; i < r.count; i++) {
      const carto_resource *node = &r.items[i];
      if (i > 0) CHECK(r.items[i - 1].type <= node->type); /* level by level */
      if (!node->expanded) continue;
      CHECK(node->returned <= node->child_count && node->first_child + node->returned <= r.count);
      CHECK_UINT(node->child_count, node->type == CARTO_RESOURCE_CONNECTION ? DATABASES
                                    : node->type == CARTO_RESOURCE_DATABASE ? SCHEMAS
                                                                            : TABLES);
      for (size_t k = 1; k < node->returned; k++)
        CHECK(carto_str_compare(r.items[node->first_child + k - 1].name, r.items[node->first_child + k].name) < 0);
      seen += node->returned;
    }
    CHECK_UINT(seen, r.count - 1);
    carto_arena_reset(&w.arena);
  }
  CHECK_INT(search(&w, "table_05", "", 0, 100, &found), CARTO_OK);
  CHECK_UINT(found.total_count, 120);
  CHECK_UINT(found.count, 100);
  for (size_t i = 1; i < found.count; i++)
    CHECK(carto__local_match_order(&found.items[i - 1], &found.items[i]) < 0);
  CHECK_STR(found.items[0].fqn, "db0.s0.table_050");
  CHECK_STR(found.items[11].fqn, "db2.s3.table_050");
  CHECK_STR(found.items[12].fqn, "db0.s0.table_051");
  CHECK_INT(search(&w, "table_060", "db1", 0, 100, &found), CARTO_OK);
  CHECK_UINT(found.count, 4);
  CHECK_INT(found.items[3].rank, 0);
  CHECK_INT(w.data.reads, 0);
  close_world(&w);
}

/* ---- map documents */

static void test_maps(void) {
  world w;
  carto_maps_result r;
  WORLD(&w, memory_data);
  CHECK_INT(maps(&w, "", &r), CARTO_OK);
  CHECK_UINT(r.count, 2);
  CHECK_UINT(r.total_count, 2);
  CHECK_STR(r.items[0].title, "Stores"); /* edited last: the file's time stands in */
  CHECK_STR(r.items[0].id, "stores");
  CHECK_STR(r.items[0].privacy, "private");
  CHECK_STR(r.items[0].owner, "local");
  CHECK(r.items[0].mine && !r.items[0].demo && r.items[0].views == 0 && r.items[0].thumbnail.len == 0);
  CHECK_INT(r.items[0].updated_at, MEMORY_TIME);
  CHECK_INT(r.items[0].created_at, MEMORY_TIME);
  CHECK_STR(r.items[1].id, "b5a8f3a0-0000-4000-8000-000000000001");
  CHECK_UINT(r.items[1].views, 7);
  CHECK_INT(r.items[1].created_at, INT64_C(1746093600000000));
  CHECK_INT(r.items[1].updated_at, INT64_C(1748772000000000));
  CHECK_UINT(r.problem_count, 1);
  CHECK_STR(r.problems[0].file, "cut.json");
  CHECK_CONTAINS(r.problems[0].text, "not JSON: ");
  CHECK_CONTAINS(r.problems[0].text, "(byte 13)");
  CHECK_INT(maps(&w, "FIRE", &r), CARTO_OK);
  CHECK_UINT(r.count, 1);
  CHECK_INT(w.data.lists + w.data.reads, 0);
  w.local._desc.maps.list = NULL;
  CHECK_INT(maps(&w, "", &r), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(text_of(&w), "connection here has no maps");
  CHECK(is_zero(&r, sizeof r));
  close_world(&w);
}

/* ---- cancelling and running out of memory: every operation, at every point */

/* One operation of each kind; a name of its own so that a failure says which. */
static carto_status run_operation(world *w, int which, void *out, size_t *size) {
  static const char *const columns[] = {"population", "country", "capital", "founded", "geom"};
  carto_source source;
  switch (which) {
    case 0: *size = sizeof(carto_browse_result); return browse(w, carto_str_from(""), 3, 30, (carto_browse_result *)out);
    case 1: *size = sizeof(carto_search_result); return search(w, "c", "", 0, 20, (carto_search_result *)out);
    case 2: *size = sizeof(carto_schema_result); return schema(w, "demo.world.cities", (carto_schema_result *)out);
    case 3: *size = sizeof(carto_schema_result); return schema(w, "orders", (carto_schema_result *)out);
    case 4: *size = sizeof(carto_maps_result); return maps(w, "", (carto_maps_result *)out);
    case 5: *size = sizeof(carto_stats_result); return statistics(w, "places_h3", "h3", "", (carto_stats_result *)out);
    case 6: *size = sizeof(carto_stats_result); return statistics(w, "cells_text", "cell", "quadbin", (carto_stats_result *)out);
    case 7:
      *size = sizeof(carto_schema_result);
      memset(&source, 0, sizeof source);
      source.is_query = true;
      source.text = carto_str_from("SELECT name, population FROM cities WHERE capital");
      return w->warehouse.driver->schema(&w->call, w->warehouse.state, &source, (carto_schema_result *)out, &w->error);
    default:
      *size = sizeof(carto_stats_result);
      return statistics(w, "demo.world.cities", columns[which - 8], "", (carto_stats_result *)out);
  }
}

#define OPERATIONS 13

static const memory_file work_rows[] = {
  {"demo/world/cities.csv",
   "name,country,population,capital,founded,lng,lat\n"
   "Madrid,ES,3223334,true,0865-01-01,-3.7038,40.4168\n"
   "Sevilla,ES,688592,false,,-5.9845,37.3891\n", 0, 0},
  {"demo/cells/places_h3.csv", "h3,n\n83006efffffffff,1\n830093fffffffff,2\n83006efffffffff,3\n", 0, 0},
  {"demo/cells/cells_text.csv", "cell,n\n\"5215347588890361855\",1\n,2\n", 0, 0},
  {"shop/sales/orders.csv", "id,total\n1,9.5\n2,20\n3,0.25\n", 0, 0},
};

static void test_cancel(void) {
  size_t total = 0;
  for (int which = 0; which < OPERATIONS; which++) {
    size_t stop;
    for (stop = 1; stop < 200; stop++) {
      world w;
      unsigned char out[512];
      size_t size;
      carto_status status;
      WORLD(&w, work_rows);
      w.stop_at = stop;
      status = run_operation(&w, which, out, &size);
      if (w.asked < stop) {
        CHECK_INT(status, CARTO_OK);
        close_world(&w);
        break;
      }
      CHECK_INT(status, CARTO_ERR_CANCELLED);
      CHECK_STR(text_of(&w), w.error.line ? w.error.text : "cancelled");
      CHECK_CONTAINS(text_of(&w), "cancelled");
      CHECK(is_zero(out, size));
      CHECK_UINT(w.asked, stop); /* nothing more is done */
      CHECK_INT(run_operation(&w, which, out, &size), CARTO_OK); /* the next one is unharmed */
      close_world(&w);
    }
    CHECK(stop > 1); /* it asks at all */
    total += stop - 1;
  }
  CHECK(total > 20);
}

static int current;

static int run_with(carto_alloc alloc) {
  world w;
  unsigned char out[512];
  size_t size;
  carto_status status;
  int done;
  open_world(&w, work_rows, MEMORY_COUNT(work_rows), alloc);
  status = run_operation(&w, current, out, &size);
  done = status == CARTO_OK;
  if (!done) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    CHECK_CONTAINS(text_of(&w), "memory");
    CHECK(is_zero(out, size));
  }
  close_world(&w);
  return done;
}

static void test_allocation(void) {
  for (current = 0; current < OPERATIONS; current++) test_every_allocation(run_with, 400);
}

/* A small arena is a limit, not a crash. */
static void test_arena_limit(void) {
  for (int which = 0; which < OPERATIONS; which++) {
    size_t cap;
    for (cap = 256; cap < 4 << 20; cap = cap * 5 / 4) {
      world w;
      unsigned char out[512];
      size_t size;
      carto_status status;
      WORLD(&w, work_rows);
      carto_arena_init(&w.arena, libc_alloc, cap);
      status = run_operation(&w, which, out, &size);
      close_world(&w);
      if (status == CARTO_OK) break;
      CHECK_INT(status, CARTO_ERR_LIMIT);
      CHECK(is_zero(out, size));
    }
    CHECK(cap < 4 << 20);
  }
}

static const test_case tests[] = {
  {"init", test_init},
  {"connections", test_connections},
  {"browse", test_browse},
  {"browse_budget", test_browse_budget},
  {"names", test_names},
  {"names_with_dots", test_names_with_dots},
  {"names_outside", test_names_outside},
  {"short_names", test_short_names},
  {"search", test_search},
  {"unreadable_directory", test_unreadable_directory},
  {"unreadable_files", test_unreadable_files},
  {"two_formats", test_two_formats},
  {"changes", test_changes},
  {"table_bytes", test_table_bytes},
  {"empty", test_empty},
  {"many", test_many},
  {"maps", test_maps},
  {"cancel", test_cancel},
  {"allocation", test_allocation},
  {"arena_limit", test_arena_limit},
};

TEST_MAIN(tests)

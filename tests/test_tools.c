/* The tools, called through a server over data in memory and over fixtures/. Shapes are those of the
   examples in CARTO's tool reference; expected statistics come from Python and from
   corpora/stats/expected, or are computed here the slow and plain way. */
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

/* ---- a warehouse that answers every query with what it is told to */

typedef struct teller {
  carto_error failure;      /* status CARTO_OK: none */
  size_t rows, width;       /* of the answer to "rows": how many, and of how many bytes */
  size_t columns;           /* of the answer to "columns" */
  char parameters[200];     /* as they came with the last query, as JSON */
  size_t tables;            /* made so far */
} teller;

static carto_connection teller_connection;

static carto_status teller_connections(const carto_call *work, void *state, carto_connection_list *out,
                                       carto_error *error) {
  (void)work;
  (void)state;
  (void)error;
  teller_connection.name = carto_str_from("teller");
  out->items = &teller_connection;
  out->count = 1;
  return CARTO_OK;
}

/* Every type of column: a row of values, a row of others, a row of nulls. */
static carto_status teller_values(carto_alloc alloc, carto_table *out, carto_error *error) {
  static const struct {
    const char *name;
    int type;
  } columns[] = {
    {"number", CARTO_TYPE_NUMBER}, {"integer", CARTO_TYPE_INTEGER}, {"text", CARTO_TYPE_STRING},
    {"list", CARTO_TYPE_STRING}, {"flag", CARTO_TYPE_BOOLEAN}, {"time", CARTO_TYPE_TIMESTAMP},
    {"day", CARTO_TYPE_TIMESTAMP}, {"point", CARTO_TYPE_GEOMETRY}, {"geom", CARTO_TYPE_GEOMETRY},
    {"h3", CARTO_TYPE_H3}, {"h3int", CARTO_TYPE_H3}, {"quadbin", CARTO_TYPE_QUADBIN}, {"qbtext", CARTO_TYPE_QUADBIN}};
  static const double numbers[] = {-0.1, 1e300};
  static const int64_t integers[] = {INT64_MAX, INT64_MIN};
  static const char *const texts[] = {"a \"b\"\n", ""}, *const lists[] = {"[1,null,\"x\"]", "[]"};
  static const int64_t times[] = {MEMORY_TIME, -1}, days[] = {0, INT64_C(-62135596800000000)};
  static const carto_lnglat points[] = {{-3.5, 40}, {0, -90}};
  static const char *const shapes[] = {"POLYGON((0 0,1 0,1 1,0 0))", "POINT Z (1 2 3)"};
  carto_table_builder t;
  carto_arena arena;
  carto_geom geom;
  carto_status status;
  carto_arena_init(&arena, alloc, 0);
  carto_table_builder_init(&t, alloc, 3);
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    carto_table_builder_add_column(&t, carto_str_from(columns[i].name), columns[i].type);
  for (int i = 0; i < 2; i++) {
    carto_table_builder_set_number(&t, 0, numbers[i]);
    carto_table_builder_set_integer(&t, 1, integers[i]);
    carto_table_builder_set_string(&t, 2, carto_str_from(texts[i]));
    carto_table_builder_set_string(&t, 3, carto_str_from(lists[i]));
    carto_table_builder_set_bool(&t, 4, i == 0);
    carto_table_builder_set_time(&t, 5, times[i]);
    carto_table_builder_set_time(&t, 6, days[i]);
    carto_table_builder_set_point(&t, 7, points[i]);
    if (carto_geom_from_wkt(&arena, carto_str_from(shapes[i]), &geom, NULL) == CARTO_OK)
      carto_table_builder_set_geom(&t, 8, geom);
    carto_table_builder_set_cell(&t, 9, UINT64_C(0x8928308280fffff));
    carto_table_builder_set_cell(&t, 10, UINT64_C(0x8928308280fffff));
    carto_table_builder_set_cell(&t, 11, UINT64_C(5299728214473011679));
    carto_table_builder_set_cell(&t, 12, UINT64_C(5201657569612922879));
    carto_table_builder_end_row(&t);
  }
  carto_table_builder_end_row(&t);
  status = arena.status ? (carto_status)arena.status : CARTO_OK;
  carto_arena_free(&arena);
  if (status != CARTO_OK) {
    carto_table_builder_free(&t);
    return fail_with(error, status, "out of memory");
  }
  status = carto_table_builder_end(&t, out, error);
  if (status != CARTO_OK) return status;
  out->columns[3].json = true;
  out->columns[6].date_only = true;
  out->columns[10].cell_text = false;
  out->columns[12].cell_text = true;
  return CARTO_OK;
}

/* Numbers that JSON has no words for. */
static carto_status teller_numbers(carto_alloc alloc, carto_table *out, carto_error *error) {
  double zero = 0, numbers[4] = {1 / zero, -1 / zero, 0, 1.5};
  carto_table_builder t;
  numbers[2] = numbers[0] + numbers[1];
  carto_table_builder_init(&t, alloc, 4);
  carto_table_builder_add_column(&t, carto_str_from("n"), CARTO_TYPE_NUMBER);
  for (int i = 0; i < 4; i++) {
    carto_table_builder_set_number(&t, 0, numbers[i]);
    carto_table_builder_end_row(&t);
  }
  return carto_table_builder_end(&t, out, error);
}

/* Rows of a number and a text that is all quotes, or one row of many columns. */
static carto_status teller_rows(const teller *s, carto_alloc alloc, bool wide, carto_table *out,
                                carto_error *error) {
  size_t columns = wide ? s->columns : 2, rows = wide ? 1 : s->rows;
  char *text = (char *)malloc(s->width + 40);
  carto_table_builder t;
  carto_table_builder_init(&t, alloc, rows);
  for (size_t i = 0; i < columns; i++) {
    sprintf(text, "%s%d", wide ? "a rather long name " : "c", (int)i);
    carto_table_builder_add_column(&t, carto_str_from(text), i == 0 ? CARTO_TYPE_INTEGER : CARTO_TYPE_STRING);
  }
  memset(text, '"', s->width);
  for (size_t i = 0; i < rows; i++) {
    carto_table_builder_set_integer(&t, 0, (int64_t)i);
    if (!wide) carto_table_builder_set_string(&t, 1, carto_str_make(text, s->width));
    carto_table_builder_end_row(&t);
  }
  free(text);
  return carto_table_builder_end(&t, out, error);
}

/* Two rows: a line of many points, and nothing. */
static carto_status teller_line(const teller *s, carto_alloc alloc, carto_table *out, carto_error *error) {
  size_t size = 9 + s->width * 16;
  unsigned char *wkb = (unsigned char *)calloc(size, 1);
  carto_table_builder t;
  carto_geom geom;
  wkb[0] = 1;
  wkb[1] = CARTO_GEOM_LINESTRING;
  for (int i = 0; i < 4; i++) wkb[5 + i] = (unsigned char)(s->width >> 8 * i);
  geom.wkb = wkb;
  geom.size = size;
  carto_table_builder_init(&t, alloc, 2);
  carto_table_builder_add_column(&t, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  carto_table_builder_set_geom(&t, 0, geom);
  carto_table_builder_end_row(&t);
  carto_table_builder_end_row(&t);
  free(wkb);
  return carto_table_builder_end(&t, out, error);
}

static carto_status teller_fail(const teller *s, carto_error *error) {
  *error = s->failure;
  return (carto_status)s->failure.status;
}

static carto_status teller_query(const carto_call *work, void *state, const carto_source *source, carto_alloc alloc,
                                 carto_table *out, carto_error *error) {
  teller *s = (teller *)state;
  carto_status status = CARTO_OK;
  carto_buf json;
  carto_json_writer writer;
  memset(out, 0, sizeof *out);
  CHECK(source->is_query && carto_str_equal(source->connection, carto_str_from("teller")));
  carto_buf_init(&json, libc_alloc, 0);
  carto_json_writer_init(&writer, &json);
  if (source->parameters) carto_json_write_value(&writer, source->parameters_doc, source->parameters);
  snprintf(s->parameters, sizeof s->parameters, "%.*s", (int)json.len, json.len ? json.ptr : "");
  carto_buf_free(&json);
  if (!carto_arena_alloc(work->arena, 8)) status = fail_with(error, CARTO_ERR_NOMEM, "out of memory");
  else if (s->failure.status != CARTO_OK) return teller_fail(s, error);
  else if (test_contains(source->text, "values")) status = teller_values(alloc, out, error);
  else if (test_contains(source->text, "line")) status = teller_line(s, alloc, out, error);
  else if (test_contains(source->text, "numbers")) status = teller_numbers(alloc, out, error);
  else status = teller_rows(s, alloc, test_contains(source->text, "columns"), out, error);
  if (status == CARTO_OK) s->tables++;
  return status;
}

static carto_status teller_schema(const carto_call *work, void *state, const carto_source *source,
                                  carto_schema_result *out, carto_error *error) {
  (void)work;
  (void)source;
  memset(out, 0, sizeof *out);
  return teller_fail((const teller *)state, error);
}

static carto_status teller_statistics(const carto_call *work, void *state, const carto_stats_request *request,
                                      carto_stats_result *out, carto_error *error) {
  (void)work;
  (void)request;
  memset(out, 0, sizeof *out);
  return teller_fail((const teller *)state, error);
}

static const carto_driver teller_driver = {"teller", teller_connections, NULL, NULL, teller_schema, teller_statistics,
                                           teller_query, NULL, NULL, NULL, NULL, NULL, NULL, NULL};

/* ---- a server, a call, its result */

typedef struct bench {
  memory_files data, maps;
  carto_local local;
  teller teller;
  carto_warehouse warehouses[3];
  carto_server server;
  carto_arena arena;
  carto_call call;
  carto_buf out;        /* the result as text */
  carto_arena reading;
  carto_json_doc doc;   /* the same, parsed   */
  carto_error error;
} bench;

typedef struct setup {
  const memory_file *data, *maps;
  size_t data_count, map_count;
  size_t message_bytes, arena_bytes;
  bool teller;          /* the second connection */
  carto_alloc alloc;
} setup;

static carto_status open_with(bench *b, const setup *s) {
  carto_local_desc local = carto_local_desc_default();
  carto_server_desc desc = carto_server_desc_default();
  carto_status status;
  memset(b, 0, sizeof *b);
  local.name = carto_str_from("carto_dw");
  local.owner = carto_str_from("ana@example.com");
  if (s->data) local.data = memory_files_of(&b->data, s->data, s->data_count);
  if (s->maps) local.maps = memory_files_of(&b->maps, s->maps, s->map_count);
  local.created_at = INT64_C(1705314600000000); /* 2024-01-15T10:30:00Z */
  local.updated_at = MEMORY_TIME;
  local.alloc = s->alloc;
  carto_arena_init(&b->arena, s->alloc, s->arena_bytes);
  carto_buf_init(&b->out, libc_alloc, 0);
  carto_arena_init(&b->reading, libc_alloc, 0);
  b->call.arena = &b->arena;
  status = carto_local_init(&b->local, &local, &b->error);
  if (status != CARTO_OK) return status;
  b->warehouses[0] = carto_local_warehouse(&b->local);
  b->warehouses[1].driver = &teller_driver;
  b->warehouses[1].state = &b->teller;
  desc.warehouses = b->warehouses;
  desc.warehouse_count = s->teller ? 2 : 1;
  desc.message_bytes = s->message_bytes;
  desc.alloc = s->alloc;
  return carto_server_init(&b->server, &desc, &b->error);
}

static setup setup_of(const memory_file *data, size_t count) {
  setup s;
  memset(&s, 0, sizeof s);
  s.data = data;
  s.data_count = count;
  s.maps = memory_maps;
  s.map_count = MEMORY_COUNT(memory_maps);
  return s;
}

static void open_bench(bench *b, const memory_file *data, size_t count) {
  setup s = setup_of(data, count);
  CHECK_INT(open_with(b, &s), CARTO_OK);
}

static void close_bench(bench *b) {
  carto_server_free(&b->server);
  carto_local_free(&b->local);
  carto_arena_free(&b->arena);
  carto_arena_free(&b->reading);
  carto_buf_free(&b->out);
}

#define OPEN(b, data) open_bench(b, data, MEMORY_COUNT(data))

/* A result must fit its tool's outputSchema, here with nothing that the schema does not name. */
static void check_fits(bench *b, const char *name) {
  size_t count;
  const carto_tool *tools = carto_tools(&count);
  carto_error error;
  if (strcmp(name, "get_column_stats") == 0) name = "describe";
  for (size_t i = 0; i < count; i++) {
    if (strcmp(tools[i].name, name) != 0) continue;
    if (!CHECK(carto_schema_check(tools[i].results, tools[i].result_count, true, b->doc.root, &error) == CARTO_OK))
      printf("  %s: %s\n", name, error.text);
    return;
  }
  CHECK(!"a tool of that name");
}

static carto_status call(bench *b, const char *tool, const char *arguments) {
  carto_json_writer writer;
  carto_status status;
  carto_arena_reset(&b->arena);
  carto_arena_reset(&b->reading);
  carto_buf_clear(&b->out);
  carto_json_writer_init(&writer, &b->out);
  memset(&b->error, 0, sizeof b->error);
  status = carto_server_call(&b->server, &b->call, carto_str_from(tool), carto_str_from(arguments), &writer,
                             &b->error);
  memset(&b->doc, 0, sizeof b->doc);
  if (status != CARTO_OK) {
    CHECK_INT(b->error.status, status);
    CHECK(b->error.text[0] != 0);
    CHECK_UINT(b->out.len, 0);
    return status;
  }
  CHECK_INT(carto_json_parse(&b->reading, carto_buf_str(&b->out), &b->doc, &b->error), CARTO_OK);
  check_fits(b, tool);
  return status;
}

/* Calls what must succeed. */
static void get(bench *b, const char *tool, const char *arguments) {
  if (!CHECK(call(b, tool, arguments) == CARTO_OK)) printf("  %s %s\n  %s\n", tool, arguments, b->error.text);
}

/* What is at a path like data.children.0.name. */
static const carto_json *at(const bench *b, const char *path) {
  const carto_json *value = b->doc.root;
  while (*path && value) {
    size_t len = strcspn(path, ".");
    if (carto_json_type_of(value) == CARTO_JSON_ARRAY) {
      size_t index = (size_t)atoi(path);
      const carto_json *item = index < carto_json_count(value) ? carto_json_first(value) : NULL;
      while (item && index-- > 0) item = carto_json_next(item);
      value = item;
    } else {
      value = carto_json_find(value, carto_str_make(path, len));
    }
    path += len + (path[len] == '.');
  }
  return value;
}

static carto_str text_at(const bench *b, const char *path) { return carto_json_string(at(b, path)); }
static double number_at(const bench *b, const char *path) {
  CHECK(carto_json_is_number(at(b, path)));
  return carto_json_double(at(b, path));
}
static size_t count_at(const bench *b, const char *path) { return carto_json_count(at(b, path)); }
static int type_at(const bench *b, const char *path) { return carto_json_type_of(at(b, path)); }
static carto_str digits_at(const bench *b, const char *path) {
  return carto_json_number_text(&b->doc, at(b, path));
}

#define CHECK_TRUE_AT(b, path) CHECK_INT(type_at(b, path), CARTO_JSON_TRUE)
#define CHECK_FALSE_AT(b, path) CHECK_INT(type_at(b, path), CARTO_JSON_FALSE)
#define CHECK_RESULT(b, json) CHECK_STR(carto_buf_str(&(b)->out), json)

/* Every member of a document's example is there, of the same type and in the same order. */
static void same_shape(const carto_json *example, const carto_json *actual, const char *where) {
  int wanted = carto_json_is_number(example) ? -2 : carto_json_type_of(example);
  int found = carto_json_is_number(actual) ? -2 : carto_json_type_of(actual);
  char path[400];
  if (wanted == CARTO_JSON_FALSE) wanted = CARTO_JSON_TRUE;
  if (found == CARTO_JSON_FALSE) found = CARTO_JSON_TRUE;
  if (!CHECK(wanted == found)) {
    printf("  at %s: type %d, in the document %d\n", where, found, wanted);
    return;
  }
  if (found == CARTO_JSON_ARRAY) {
    const carto_json *item = carto_json_first(actual);
    CHECK(carto_json_count(actual) > 0);
    for (size_t i = 0; i < carto_json_count(actual); i++, item = carto_json_next(item)) {
      snprintf(path, sizeof path, "%s.%d", where, (int)i);
      same_shape(carto_json_first(example), item, path);
    }
  } else if (found == CARTO_JSON_OBJECT) {
    const carto_json *key = carto_json_first(example), *other = carto_json_first(actual);
    size_t left = carto_json_count(actual);
    for (size_t i = carto_json_count(example); i > 0; i--, key = carto_json_next(carto_json_value_of(key))) {
      carto_str name = carto_json_string(key);
      while (left > 0 && !carto_str_equal(carto_json_string(other), name)) {
        other = carto_json_next(carto_json_value_of(other));
        left--;
      }
      snprintf(path, sizeof path, "%s.%.*s", where, (int)name.len, name.ptr);
      if (!CHECK(left > 0)) {
        printf("  %s is missing, or stands elsewhere\n", path);
        return;
      }
      same_shape(carto_json_value_of(key), carto_json_value_of(other), path);
    }
  }
}

static void check_shape(bench *b, const char *example) {
  carto_json_doc doc;
  CHECK_INT(carto_json_parse(&b->reading, carto_str_from(example), &doc, &b->error), CARTO_OK);
  same_shape(doc.root, b->doc.root, "result");
}

/* ---- the documents' examples (spec/seeds/platform-tools.md), values as there */

static const char connections_example[] =
  "{\"status\":200,\"data\":[{\"id\":\"a1b2c3d4-e5f6-7890-abcd-ef1234567890\",\"name\":\"carto_dw\","
  "\"provider_id\":\"bigquery\",\"privacy\":\"shared\",\"carto_dw\":true,"
  "\"created_at\":\"2024-01-15T10:30:00.000Z\",\"updated_at\":\"2024-06-20T14:22:00.000Z\"}]}";

static const char resources_example[] =
  "{\"status\":200,\"data\":{\"provider\":\"bigquery\",\"type\":\"connection\",\"children\":[{\"id\":\"my_project\","
  "\"name\":\"my_project\",\"type\":\"database\",\"children\":[{\"id\":\"my_project.retail_data\","
  "\"name\":\"retail_data\",\"type\":\"schema\",\"children\":[{\"id\":\"my_project.retail_data.stores\","
  "\"name\":\"stores\",\"type\":\"table\"}],\"childCount\":2,\"childrenTruncated\":false}],\"childCount\":5,"
  "\"childrenTruncated\":true}],\"returnedItems\":8,\"maxItemsApplied\":30,\"truncated\":false,"
  "\"rootChildrenTruncated\":false,\"totalRootChildren\":1}}";

static const char search_example[] =
  "{\"status\":200,\"data\":{\"provider\":\"bigquery\",\"results\":[{\"id\":\"my_project.retail_data.stores\","
  "\"name\":\"stores\",\"type\":\"table\",\"database\":\"my_project\",\"schema\":\"retail_data\","
  "\"fqn\":\"my_project.retail_data.stores\",\"_links\":{\"resources\":"
  "\"/connections/carto_dw/resources/my_project.retail_data.stores\"}}],\"returnedResults\":2,"
  "\"truncated\":false,\"query\":\"stores\",\"scopeFqn\":\"my_project.retail_data\",\"searchedContainers\":1,"
  "\"totalContainers\":1}}";

static const char schema_example[] =
  "{\"source\":{\"type\":\"table\",\"fqn\":\"...\"},\"schema\":[{\"name\":\"pop_max\",\"type\":\"Number\"}],"
  "\"geomField\":\"geom\",\"geometryType\":\"Point\",\"rowCount\":12345}";

static const memory_file retail[] = {
  {"my_project/retail_data/stores.csv", "id,lng,lat\n1,2,3\n", 0, 0},
  {"my_project/retail_data/sales_regions.csv", "id\n1\n", 0, 0},
  {"my_project/geo_data/stores_backup.csv", "id\n1\n", 0, 0},
};

static void test_shapes(void) {
  bench b;
  OPEN(&b, retail);
  get(&b, "list_connections", "{}");
  check_shape(&b, connections_example);
  get(&b, "list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":3}");
  check_shape(&b, resources_example);
  get(&b, "search_resources",
      "{\"connection_name\":\"carto_dw\",\"query\":\"stores\",\"scopeFqn\":\"my_project.retail_data\"}");
  check_shape(&b, search_example);
  get(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"my_project.retail_data.stores\"}");
  check_shape(&b, schema_example);
  get(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"stores\",\"column\":\"id\"}");
  check_shape(&b, "{\"type\":\"Number\",\"min\":0,\"max\":3,\"avg\":1.5,\"sum\":4,\"quantiles\":{\"3\":[0,1,2,3],"
                  "\"4\":[0],\"5\":[0],\"6\":[0],\"7\":[0],\"8\":[0],\"9\":[0],\"10\":[0],\"11\":[0],\"12\":[0],"
                  "\"13\":[0],\"14\":[0],\"15\":[0],\"16\":[0],\"17\":[0],\"18\":[0],\"19\":[0],\"20\":[0]}}");
  get(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"stores\",\"column\":\"geom\"}");
  check_shape(&b, "{\"type\":\"Geometry\",\"extent\":{\"xmin\":-9.2,\"ymin\":37.5,\"xmax\":1.0,\"ymax\":43.5}}");
  close_bench(&b);
}

/* Whole results, byte for byte. */
static void test_results(void) {
  bench b;
  char text[600];
  OPEN(&b, retail);
  get(&b, "list_connections", "");
  snprintf(text, sizeof text,
           "{\"status\":200,\"data\":[{\"id\":\"%s\",\"name\":\"carto_dw\",\"provider_id\":\"postgres\","
           "\"privacy\":\"private\",\"carto_dw\":false,\"created_at\":\"2024-01-15T10:30:00.000Z\","
           "\"updated_at\":\"2026-01-02T03:04:05.678Z\"}]}", b.local._id);
  CHECK_RESULT(&b, text);
  get(&b, "list_resources", "{\"connection_name\":\"carto_dw\"}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":{\"provider\":\"postgres\",\"type\":\"connection\",\"children\":["
                   "{\"id\":\"my_project\",\"name\":\"my_project\",\"type\":\"database\"}],\"returnedItems\":1,"
                   "\"maxItemsApplied\":30,\"truncated\":false,\"rootChildrenTruncated\":false,"
                   "\"totalRootChildren\":1}}");
  get(&b, "list_resources",
      "{\"connection_name\":\"carto_dw\",\"fqn\":\"my_project\",\"maxDepth\":2,\"maxItems\":3}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":{\"provider\":\"postgres\",\"type\":\"database\",\"id\":\"my_project\","
                   "\"name\":\"my_project\",\"children\":["
                   "{\"id\":\"my_project.geo_data\",\"name\":\"geo_data\",\"type\":\"schema\",\"children\":["
                   "{\"id\":\"my_project.geo_data.stores_backup\",\"name\":\"stores_backup\",\"type\":\"table\"}],"
                   "\"childCount\":1,\"childrenTruncated\":false},"
                   "{\"id\":\"my_project.retail_data\",\"name\":\"retail_data\",\"type\":\"schema\"}],"
                   "\"returnedItems\":3,\"maxItemsApplied\":3,\"truncated\":true,"
                   "\"rootChildrenTruncated\":false,\"totalRootChildren\":2}}");
  get(&b, "search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"STORES\",\"limit\":1}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":{\"provider\":\"postgres\",\"results\":[{\"id\":"
                   "\"my_project.retail_data.stores\",\"name\":\"stores\",\"type\":\"table\",\"database\":\"my_project\","
                   "\"schema\":\"retail_data\",\"fqn\":\"my_project.retail_data.stores\",\"_links\":{\"resources\":"
                   "\"/connections/carto_dw/resources/my_project.retail_data.stores\"}}],\"returnedResults\":1,"
                   "\"totalResults\":2,\"truncated\":true,\"query\":\"STORES\",\"searchedContainers\":1,"
                   "\"totalContainers\":1}}");
  get(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"retail_data.stores\"}");
  CHECK_RESULT(&b, "{\"source\":{\"type\":\"table\",\"fqn\":\"my_project.retail_data.stores\"},\"schema\":["
                   "{\"name\":\"id\",\"type\":\"Number\"},{\"name\":\"lng\",\"type\":\"Number\"},"
                   "{\"name\":\"lat\",\"type\":\"Number\"},{\"name\":\"geom\",\"type\":\"Geometry\"}],"
                   "\"geomField\":\"geom\",\"geometryType\":\"Point\",\"spatialDataType\":\"geo\",\"rowCount\":1}");
  get(&b, "describe",
      "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"retail_data.stores\",\"column\":\"geom\"}");
  CHECK_RESULT(&b, "{\"type\":\"Geometry\",\"extent\":{\"xmin\":2,\"ymin\":3,\"xmax\":2,\"ymax\":3}}");
  b.maps.count = 2; /* without the broken one */
  get(&b, "list_maps", "{\"page_size\":1}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":{\"maps\":[{\"id\":\"stores\",\"name\":\"Stores\",\"privacy\":\"private\","
                   "\"owner\":\"ana@example.com\",\"thumbnail\":null,\"views\":0,\"demo\":false,"
                   "\"created_at\":\"2026-01-02T03:04:05.678Z\",\"updated_at\":\"2026-01-02T03:04:05.678Z\"}],"
                   "\"page\":1,\"page_size\":1,\"returned\":1,\"total\":2,\"truncated\":false}}");
  close_bench(&b);
}

/* ---- describe */

static const memory_file typed[] = {
  {"db/s/types.csv",
   "n,price,txt,flag,day,at,lng,lat,h3,qb,nothing\n"
   "1,0.5,red,true,2024-02-29,2024-02-29T12:30:00Z,-3.7,40.4,8928308280fffff,5299728214473011679,\n"
   "-2,,green,false,2023-01-01,2024-03-01T00:00:00.250+02:00,2.17,41.38,,5201657569612922879,\n"
   "9007199254740993,-1.25,red,,2024-12-31,,,,8001fffffffffff,,\n"
   "4,8,\"a \"\"b\"\", c\",true,,1999-12-31 23:59:59,-8.61,41.15,8928308280fffff,5299728214473011679,\n"
   "-9007199254740995,2.75,green,true,2023-06-30,2024-02-29T12:30:00.000001Z,-5.98,37.38,8005fffffffffff,"
   "5299728214473011679,\n"
   "6,1024.125,blue,false,2023-01-01,,0,0,,,\n", 0, 0},
  {"db/s/header.csv", "a,b\n", 0, 0},
  {"db/s/loose.ndjson", /* cells that the reader does not take for cells: not every value is one */
   "{\"h\":\"8538766bfffffff\",\"q\":5201657569612922879,\"mixed\":\"8001fffffffffff\",\"x\":1.5}\n"
   "{\"h\":null,\"q\":null,\"mixed\":\"none\",\"x\":2}\n", 0, 0},
  {"db/s/cells.csv", /* the first two go by their names, the others are plain numbers and text */
   "h3,quadbin,a,b,c,d,big\n"
   "599972050748047359,482fffffffffffff,599972050748047359,5201657569612922879,\"599972050748047359\","
   "482FFFFFFFFFFFFF,18446744073709551615\n,,,,,,\n", 0, 0},
  {"db/s/shapes.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
   "[[[0,0],[4,0],[4,3],[0,0]]]}},"
   "{\"type\":\"Feature\",\"properties\":{\"a\":2},\"geometry\":null},"
   "{\"type\":\"Feature\",\"properties\":{\"a\":3},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":"
   "[[[[-7,5],[-6,5],[-6,6],[-7,5]]]]}}]}", 0, 0},
  {"db/s/mixed.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}},"
   "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}}]}",
   0, 0},
  {"db/s/lines.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":["
   "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}},"
   "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"MultiLineString\",\"coordinates\":"
   "[[[0,0],[1,-1]]]}}]}", 0, 0},
  {"db/s/nowhere.geojson",
   "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"a\":null},"
   "\"geometry\":null}]}", 0, 0},
};

static carto_status describe(bench *b, const char *table, const char *rest) {
  char arguments[1000];
  snprintf(arguments, sizeof arguments, "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"%s\"%s}", table, rest);
  return call(b, "describe", arguments);
}

static void test_schema(void) {
  static const struct {
    const char *table, *field, *geometry, *spatial;
    int rows;
  } all[] = {
    {"types", "geom", "Point", "geo", 6},       {"header", NULL, NULL, NULL, 0},
    {"shapes", "geom", "Polygon", "geo", 3},    {"mixed", "geom", NULL, "geo", 2},
    {"lines", "geom", "LineString", "geo", 2},  {"nowhere", "geom", NULL, "geo", 1},
  };
  bench b;
  OPEN(&b, typed);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK_INT(describe(&b, all[i].table, ""), CARTO_OK);
    CHECK_STR(text_at(&b, "geomField"), all[i].field);
    CHECK_STR(text_at(&b, "geometryType"), all[i].geometry);
    CHECK_STR(text_at(&b, "spatialDataType"), all[i].spatial);
    CHECK_DOUBLE(number_at(&b, "rowCount"), all[i].rows);
    CHECK_INT(at(&b, "geomField") != NULL, all[i].field != NULL);
  }
  CHECK_INT(describe(&b, "types", ""), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&b.out),
                 "\"schema\":[{\"name\":\"n\",\"type\":\"Number\"},{\"name\":\"price\",\"type\":\"Number\"},"
                 "{\"name\":\"txt\",\"type\":\"String\"},{\"name\":\"flag\",\"type\":\"Boolean\"},"
                 "{\"name\":\"day\",\"type\":\"Timestamp\"},{\"name\":\"at\",\"type\":\"Timestamp\"},"
                 "{\"name\":\"lng\",\"type\":\"Number\"},{\"name\":\"lat\",\"type\":\"Number\"},"
                 "{\"name\":\"h3\",\"type\":\"String\"},{\"name\":\"qb\",\"type\":\"Number\"},"
                 "{\"name\":\"nothing\",\"type\":\"String\"},{\"name\":\"geom\",\"type\":\"Geometry\"}]");
  CHECK(at(&b, "truncated") == NULL);
  close_bench(&b);
}

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* N + 1 values for N buckets, from the definition. */
static void test_quantiles(void) {
  static const int64_t n[] = {1, -2, INT64_C(9007199254740993), 4, INT64_C(-9007199254740995), 6};
  int64_t sorted[6];
  bench b;
  char path[40];
  memcpy(sorted, n, sizeof n);
  qsort(sorted, 6, sizeof *sorted, by_value);
  OPEN(&b, typed);
  CHECK_INT(describe(&b, "types", ",\"column\":\"n\""), CARTO_OK);
  CHECK_UINT(count_at(&b, "quantiles"), 18);
  for (int buckets = 3; buckets <= 20; buckets++) {
    snprintf(path, sizeof path, "quantiles.%d", buckets);
    CHECK_UINT(count_at(&b, path), (size_t)buckets + 1);
    for (int i = 0; i <= buckets; i++) {
      int rank = (i * 6 + buckets - 1) / buckets;
      int64_t value = 0;
      snprintf(path, sizeof path, "quantiles.%d.%d", buckets, i);
      CHECK(carto_json_int64(at(&b, path), &value));
      CHECK_INT(value, sorted[rank ? rank - 1 : 0]);
    }
  }
  close_bench(&b);
}

/* Values of Python. */
static void test_numbers(void) {
  bench b;
  OPEN(&b, typed);
  CHECK_INT(describe(&b, "types", ",\"column\":\"n\""), CARTO_OK);
  CHECK_STR(text_at(&b, "type"), "Number");
  CHECK_STR(digits_at(&b, "min"), "-9007199254740995"); /* beyond doubles, to the digit */
  CHECK_STR(digits_at(&b, "max"), "9007199254740993");
  CHECK_STR(digits_at(&b, "sum"), "7");
  CHECK_STR(digits_at(&b, "avg"), "1.1666666666666667");
  CHECK_INT(describe(&b, "types", ",\"column\":\"price\""), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&b.out),
                 "{\"type\":\"Number\",\"min\":-1.25,\"max\":1024.125,\"avg\":206.825,\"sum\":1034.125,"
                 "\"quantiles\":{\"3\":[-1.25,0.5,8,1024.125],\"4\":[-1.25,0.5,2.75,8,1024.125],"
                 "\"5\":[-1.25,-1.25,0.5,2.75,8,1024.125],\"6\":[-1.25,-1.25,0.5,2.75,8,1024.125,1024.125],");
  CHECK_CONTAINS(carto_buf_str(&b.out),
                 "\"20\":[-1.25,-1.25,-1.25,-1.25,-1.25,0.5,0.5,0.5,0.5,2.75,2.75,2.75,2.75,8,8,8,8,1024.125,"
                 "1024.125,1024.125,1024.125]}}");
  CHECK_INT(describe(&b, "types", ",\"column\":\"qb\""), CARTO_OK);
  CHECK_STR(text_at(&b, "type"), "Number");
  CHECK_STR(digits_at(&b, "min"), "5201657569612922879");
  CHECK_STR(digits_at(&b, "max"), "5299728214473011679");
  CHECK_DOUBLE(number_at(&b, "sum"), 21100842213031957916.0); /* past 64 bits */
  CHECK_DOUBLE(number_at(&b, "avg"), 5275210553257989479.0);
  CHECK_STR(digits_at(&b, "quantiles.3.1"), "5299728214473011679");
  CHECK_STR(digits_at(&b, "quantiles.4.1"), "5201657569612922879");
  CHECK_INT(describe(&b, "loose", ",\"column\":\"x\""), CARTO_OK);
  CHECK_STR(digits_at(&b, "sum"), "3.5");
  close_bench(&b);
}

static void test_categories(void) {
  static const struct {
    const char *rest, *categories;
    int truncated, returned;
  } all[] = {
    {"", "{\"category\":\"green\",\"frequency\":2},{\"category\":\"red\",\"frequency\":2},"
         "{\"category\":\"a \\\"b\\\", c\",\"frequency\":1},{\"category\":\"blue\",\"frequency\":1}", 0, 4},
    {",\"categories_order_by\":\"frequency_desc\",\"max_categories\":3",
     "{\"category\":\"green\",\"frequency\":2},{\"category\":\"red\",\"frequency\":2},"
     "{\"category\":\"a \\\"b\\\", c\",\"frequency\":1}", 1, 3},
    {",\"categories_order_by\":\"frequency_asc\"",
     "{\"category\":\"a \\\"b\\\", c\",\"frequency\":1},{\"category\":\"blue\",\"frequency\":1},"
     "{\"category\":\"green\",\"frequency\":2},{\"category\":\"red\",\"frequency\":2}", 0, 4},
    {",\"categories_order_by\":\"alphabetical_asc\",\"max_categories\":2",
     "{\"category\":\"a \\\"b\\\", c\",\"frequency\":1},{\"category\":\"blue\",\"frequency\":1}", 1, 2},
    {",\"categories_order_by\":\"alphabetical_desc\",\"max_categories\":4",
     "{\"category\":\"red\",\"frequency\":2},{\"category\":\"green\",\"frequency\":2},"
     "{\"category\":\"blue\",\"frequency\":1},{\"category\":\"a \\\"b\\\", c\",\"frequency\":1}", 0, 4},
  };
  bench b;
  OPEN(&b, typed);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char rest[200], text[600];
    snprintf(rest, sizeof rest, ",\"column\":\"txt\"%s", all[i].rest);
    CHECK_INT(describe(&b, "types", rest), CARTO_OK);
    snprintf(text, sizeof text,
             "{\"type\":\"String\",\"categories\":[%s],\"truncated\":%s,\"returned\":%d,\"total\":4}",
             all[i].categories, all[i].truncated ? "true" : "false", all[i].returned);
    CHECK_RESULT(&b, text);
  }
  CHECK_INT(describe(&b, "types", ",\"column\":\"flag\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"Boolean\",\"categories\":[{\"category\":true,\"frequency\":3},"
                   "{\"category\":false,\"frequency\":2}],\"truncated\":false,\"returned\":2,\"total\":2}");
  CHECK_INT(describe(&b, "types", ",\"column\":\"h3\",\"max_categories\":1"), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"String\",\"categories\":[{\"category\":\"8928308280fffff\",\"frequency\":2}],"
                   "\"truncated\":true,\"returned\":1,\"total\":3}");
  close_bench(&b);
}

static void test_times(void) {
  bench b;
  OPEN(&b, typed);
  CHECK_INT(describe(&b, "types", ",\"column\":\"day\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"Timestamp\",\"min\":\"2023-01-01T00:00:00.000Z\","
                   "\"max\":\"2024-12-31T00:00:00.000Z\"}");
  CHECK_INT(describe(&b, "types", ",\"column\":\"at\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"Timestamp\",\"min\":\"1999-12-31T23:59:59.000Z\","
                   "\"max\":\"2024-02-29T22:00:00.250Z\"}");
  close_bench(&b);
}

/* Where there are no values, the answers are nulls and empty lists, not numbers. */
static void test_no_values(void) {
  bench b;
  carto_stats_result none;
  carto_buf out;
  carto_json_writer writer;
  OPEN(&b, typed);
  CHECK_INT(describe(&b, "types", ",\"column\":\"nothing\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"String\",\"categories\":[],\"truncated\":false,\"returned\":0,\"total\":0}");
  CHECK_INT(describe(&b, "header", ",\"column\":\"b\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"String\",\"categories\":[],\"truncated\":false,\"returned\":0,\"total\":0}");
  CHECK_INT(describe(&b, "nowhere", ",\"column\":\"geom\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"Geometry\",\"extent\":null}");
  CHECK_INT(describe(&b, "types", ",\"column\":\"nothing\",\"spatial_data_type\":\"h3\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"Geometry\",\"extent\":null}");
  for (int kind = CARTO_COLUMN_NUMBER; kind <= CARTO_COLUMN_GEOMETRY; kind++) {
    static const char *const wanted[] = {
      "{\"type\":\"Number\",\"min\":null,\"max\":null,\"avg\":null,\"sum\":null,\"quantiles\":null}",
      "{\"type\":\"String\",\"categories\":[],\"truncated\":false,\"returned\":0,\"total\":0}",
      "{\"type\":\"Boolean\",\"categories\":[],\"truncated\":false,\"returned\":0,\"total\":0}",
      "{\"type\":\"Timestamp\",\"min\":null,\"max\":null}", "{\"type\":\"Geometry\",\"extent\":null}"};
    memset(&none, 0, sizeof none);
    none.kind = kind;
    none.extent = carto_box_empty();
    carto_buf_init(&out, libc_alloc, 0);
    carto_json_writer_init(&writer, &out);
    carto__write_stats(&none, 1000, &writer);
    CHECK_STR(carto_buf_str(&out), wanted[kind]);
    CHECK_INT(carto_json_parse(&b.reading, carto_buf_str(&out), &b.doc, &b.error), CARTO_OK);
    check_fits(&b, "describe");
    carto_buf_free(&out);
  }
  close_bench(&b);
}

static void check_extent(bench *b, double xmin, double ymin, double xmax, double ymax) {
  CHECK_STR(text_at(b, "type"), "Geometry");
  CHECK_NEAR(number_at(b, "extent.xmin"), xmin, 1e-9);
  CHECK_NEAR(number_at(b, "extent.ymin"), ymin, 1e-9);
  CHECK_NEAR(number_at(b, "extent.xmax"), xmax, 1e-9);
  CHECK_NEAR(number_at(b, "extent.ymax"), ymax, 1e-9);
}

/* Boundaries of cells are those of corpora/h3 (upstream's) and of Python's arithmetic for quadbin. */
static void test_extents(void) {
  static const char *const wrong[][2] = {
    {"txt", "h3"},     {"n", "quadbin"}, {"price", "h3int"}, {"flag", "h3"}, {"day", "quadbin"}, {"geom", "h3"},
    {"geom", "quadbin"}, {"qb", "h3"},   {"h3", "quadbin"}};
  bench b;
  OPEN(&b, typed);
  CHECK_INT(describe(&b, "types", ",\"column\":\"geom\""), CARTO_OK);
  check_extent(&b, -8.61, 0, 2.17, 41.38);
  CHECK_INT(describe(&b, "types", ",\"column\":\"geom\",\"spatial_data_type\":\"geo\""), CARTO_OK);
  check_extent(&b, -8.61, 0, 2.17, 41.38);
  CHECK_INT(describe(&b, "shapes", ",\"column\":\"geom\""), CARTO_OK);
  check_extent(&b, -7, 0, 4, 6);
  CHECK_INT(describe(&b, "types", ",\"column\":\"qb\",\"spatial_data_type\":\"quadbin\""), CARTO_OK);
  check_extent(&b, 47.10368871688843, -85.0511287798066, 180, -40.756912475185146);
  CHECK_INT(describe(&b, "loose", ",\"column\":\"q\",\"spatial_data_type\":\"quadbin\""), CARTO_OK);
  check_extent(&b, 90, -85.0511287798066, 180, -66.51326044311186);
  for (int i = 0; i < 2; i++) { /* how a cell is written makes no difference */
    CHECK_INT(describe(&b, "loose", i ? ",\"column\":\"h\",\"spatial_data_type\":\"h3int\""
                                      : ",\"column\":\"h\",\"spatial_data_type\":\"h3\""), CARTO_OK);
    check_extent(&b, 3.720514277, 34.685562126, 3.920065535, 34.868487621);
  }
  for (size_t i = 0; i < 8; i++) {
    static const char *const cells[][2] = {{"h3", "h3int"}, {"h3", "h3"},    {"a", "h3int"}, {"c", "h3"},
                                           {"quadbin", "quadbin"}, {"b", "quadbin"}, {"d", "quadbin"}, {"a", "h3"}};
    char rest[100];
    snprintf(rest, sizeof rest, ",\"column\":\"%s\",\"spatial_data_type\":\"%s\"", cells[i][0], cells[i][1]);
    CHECK_INT(describe(&b, "cells", rest), CARTO_OK);
    if (cells[i][1][0] == 'q') check_extent(&b, 90, -85.0511287798066, 180, -66.51326044311186);
    else check_extent(&b, 3.720514277, 34.685562126, 3.920065535, 34.868487621);
  }
  CHECK_INT(describe(&b, "cells", ",\"column\":\"big\",\"spatial_data_type\":\"h3int\""), CARTO_ERR_ARG);
  CHECK_INT(describe(&b, "cells", ""), CARTO_OK);
  CHECK_STR(text_at(&b, "geomField"), "h3");
  CHECK_STR(text_at(&b, "spatialDataType"), "h3int");
  CHECK_STR(text_at(&b, "schema.0.type"), "Number");
  CHECK_STR(text_at(&b, "schema.1.type"), "String");
  CHECK_INT(describe(&b, "cells", ",\"column\":\"h3\""), CARTO_OK);
  CHECK_STR(digits_at(&b, "max"), "599972050748047359");
  CHECK_INT(describe(&b, "cells", ",\"column\":\"quadbin\""), CARTO_OK);
  CHECK_STR(text_at(&b, "categories.0.category"), "482fffffffffffff");
  CHECK_INT(describe(&b, "loose", ",\"column\":\"mixed\",\"spatial_data_type\":\"h3\""), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(b.error.text), "column \"mixed\" does not hold h3 cells; leave out "
                                          "\"spatial_data_type\" for plain statistics");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char rest[100];
    snprintf(rest, sizeof rest, ",\"column\":\"%s\",\"spatial_data_type\":\"%s\"", wrong[i][0], wrong[i][1]);
    CHECK_INT(describe(&b, "types", rest), CARTO_ERR_ARG);
    CHECK_CONTAINS(carto_str_from(b.error.text), wrong[i][0]);
  }
  CHECK_INT(describe(&b, "types", ",\"column\":\"h3\",\"spatial_data_type\":\"geo\""), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(b.error.text),
            "column \"h3\" is no geometry; give h3, h3int or quadbin for cells, or leave out "
            "\"spatial_data_type\" for plain statistics");
  close_bench(&b);
}

static void test_describe_errors(void) {
  static const struct {
    const char *rest, *wrong;
    int status;
  } all[] = {
    {"\"table_fqn\":\"types\",\"column\":\"prise\"", "no column \"prise\" in types; did you mean \"price\"?",
     CARTO_ERR_NOT_FOUND},
    {"\"table_fqn\":\"types\",\"column\":\"population\"",
     "no column \"population\" in types; describe without \"column\" lists them", CARTO_ERR_NOT_FOUND},
    {"\"table_fqn\":\"types\",\"column\":\"\"",
     "no column \"\" in types; did you mean \"n\"?", CARTO_ERR_NOT_FOUND},
    {"\"table_fqn\":\"db.s.tipes\"", "no table \"tipes\" in db.s; nearest: \"types\"; use search_resources",
     CARTO_ERR_NOT_FOUND},
    {"\"query\":\"SELECT nn FROM types\"",
     "column \"nn\" does not exist; did you mean \"n\"? (SQLSTATE 42703, at byte 8, line 1)", CARTO_ERR_ARG},
    {"\"query\":\"SELECT @a AS x\",\"query_parameters\":{\"b\":1},\"column\":\"x\"",
     "there is no parameter @a; give it in query_parameters (SQLSTATE 42P02, at byte 8, line 1)",
     CARTO_ERR_ARG},
    {"\"query\":\"SELECT 1 AS x\",\"column\":\"y\"", "no column \"y\" in SELECT 1 AS x; did you mean \"x\"?",
     CARTO_ERR_NOT_FOUND},
    {"\"query\":\"SELECT 1\",\"table_fqn\":\"types\"",
     "Invalid arguments for describe: give only one of \"table_fqn\" and \"query\"", CARTO_ERR_ARG},
    {"\"column\":\"x\"", "Invalid arguments for describe: give \"table_fqn\" or \"query\"", CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"query_parameters\":{}",
     "Invalid arguments for describe: \"query_parameters\" is only valid together with \"query\"", CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"max_categories\":5",
     "Invalid arguments for describe: \"max_categories\" is only valid together with \"column\"", CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"spatial_data_type\":\"h3\"",
     "Invalid arguments for describe: \"spatial_data_type\" is only valid together with \"column\"", CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"categories_order_by\":\"frequency_asc\"",
     "Invalid arguments for describe: \"categories_order_by\" is only valid together with \"column\"",
     CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"column\":\"txt\",\"categories_order_by\":\"size\"",
     "Invalid arguments for describe: \"categories_order_by\" must be one of "
     "frequency_desc|frequency_asc|alphabetical_asc|alphabetical_desc, not \"size\"", CARTO_ERR_ARG},
    {"\"table_fqn\":\"types\",\"column\":\"txt\",\"max_categories\":0",
     "Invalid arguments for describe: \"max_categories\" must be 1 to 1000, not 0", CARTO_ERR_ARG},
    {"\"table_fqn\":null", "Invalid arguments for describe: \"table_fqn\" must be a string, not null; leave it "
                           "out instead", CARTO_ERR_ARG},
    {"\"table\":\"types\"", "Invalid arguments for describe: there is no \"table\"; it takes connection_name, "
                            "table_fqn, query, query_parameters, column, max_categories, categories_order_by, "
                            "spatial_data_type", CARTO_ERR_ARG},
  };
  bench b;
  OPEN(&b, typed);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char arguments[600];
    snprintf(arguments, sizeof arguments, "{\"connection_name\":\"carto_dw\",%s}", all[i].rest);
    CHECK_INT(call(&b, "describe", arguments), all[i].status);
    CHECK_STR(carto_str_from(b.error.text), all[i].wrong);
  }
  CHECK_INT(call(&b, "get_column_stats", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"types\",\"column\":\"n\"}"),
            CARTO_OK);
  CHECK_STR(digits_at(&b, "sum"), "7");
  close_bench(&b);
}

/* ---- over fixtures/ */

static const char *const fixture_paths[] = {
  "demo/cells/places_h3.csv",       "demo/cells/places_quadbin.csv",   "demo/climate/mauna_loa_co2.csv",
  "demo/climate/seattle_weather.csv", "demo/world/countries.geojson",  "demo/world/populated_places.csv",
  "demo/world/rivers.geojson",      "demo/world/us_states.geojson"};

#define FIXTURE_COUNT (sizeof fixture_paths / sizeof *fixture_paths)

static void open_fixtures(bench *b, memory_file *rows, char **texts) {
  for (size_t i = 0; i < FIXTURE_COUNT; i++) {
    char path[200];
    snprintf(path, sizeof path, "fixtures/data/%s", fixture_paths[i]);
    memset(&rows[i], 0, sizeof rows[i]);
    rows[i].path = fixture_paths[i];
    rows[i].text = texts[i] = test_read_file(path, &rows[i].len);
  }
  open_bench(b, rows, FIXTURE_COUNT);
}

static void check_numbers(bench *b, const carto_json_doc *doc, const carto_json *wanted) {
  static const char *const names[] = {"min", "max"};
  const carto_json *lists = carto_json_get(wanted, "quantiles_disc"), *key = carto_json_first(lists);
  double sum = carto_json_double(carto_json_get(wanted, "sum")), avg = carto_json_double(carto_json_get(wanted, "avg"));
  for (int i = 0; i < 2; i++)
    CHECK(carto_str_equal(digits_at(b, names[i]), carto_json_number_text(doc, carto_json_get(wanted, names[i]))));
  CHECK_NEAR(number_at(b, "sum"), sum, (sum < 0 ? -sum : sum) * 1e-14);
  CHECK_NEAR(number_at(b, "avg"), avg, (avg < 0 ? -avg : avg) * 1e-14);
  CHECK_UINT(carto_json_count(lists), 18);
  for (size_t i = 0; i < carto_json_count(lists); i++, key = carto_json_next(carto_json_value_of(key))) {
    const carto_json *list = carto_json_value_of(key), *value = carto_json_first(list);
    char path[60];
    snprintf(path, sizeof path, "quantiles.%.*s", (int)carto_json_string(key).len, carto_json_string(key).ptr);
    const carto_json *found = carto_json_first(at(b, path));
    CHECK_UINT(count_at(b, path), carto_json_count(list));
    for (size_t k = carto_json_count(list); k > 0; k--, value = carto_json_next(value), found = carto_json_next(found))
      CHECK_DOUBLE(carto_json_double(found), carto_json_double(value));
  }
}

static void test_fixture_statistics(void) {
  static const char *const orders[] = {"frequency_desc", "frequency_asc", "alphabetical_asc", "alphabetical_desc"};
  memory_file rows[FIXTURE_COUNT];
  char *texts[FIXTURE_COUNT], *text;
  carto_arena arena;
  carto_json_doc doc;
  bench b;
  size_t len;
  open_fixtures(&b, rows, texts);
  carto_arena_init(&arena, libc_alloc, 0);
  text = test_read_file("tests/corpora/stats/expected/column_stats_sample.json", &len);
  CHECK_INT(carto_json_parse(&arena, carto_str_make(text, len), &doc, &b.error), CARTO_OK);
  const carto_json *entry = carto_json_first(doc.root);
  CHECK_UINT(carto_json_count(doc.root), 11);
  for (size_t i = carto_json_count(doc.root); i > 0; i--, entry = carto_json_next(entry)) {
    carto_str file = carto_json_string(carto_json_get(entry, "file"));
    carto_str column = carto_json_string(carto_json_get(entry, "column"));
    carto_str type = carto_json_string(carto_json_get(entry, "type"));
    const char *table = test_contains(file, "populated_places") ? "demo.world.populated_places"
                                                                : "demo.climate.seattle_weather";
    char rest[200];
    snprintf(rest, sizeof rest, ",\"column\":\"%.*s\"", (int)column.len, column.ptr);
    CHECK_INT(describe(&b, table, rest), CARTO_OK);
    CHECK(carto_str_equal(text_at(&b, "type"), type));
    if (carto__str_is(type, "Number")) check_numbers(&b, &doc, entry);
    if (carto__str_is(type, "Timestamp")) {
      /* the expectation has days, the tool says times */
      CHECK(carto__str_starts(text_at(&b, "min"), carto_str_make(carto_json_string(carto_json_get(entry, "min")).ptr, 10)));
      CHECK(carto__str_starts(text_at(&b, "max"), carto_str_make(carto_json_string(carto_json_get(entry, "max")).ptr, 10)));
    }
    if (carto__str_is(type, "String") || carto__str_is(type, "Boolean")) {
      const carto_json *wanted = carto_json_get(entry, "categories");
      CHECK_DOUBLE(number_at(&b, "total"), carto_json_double(carto_json_get(entry, "distinct")));
      CHECK_UINT(count_at(&b, "categories"), number_at(&b, "total") < 20 ? (size_t)number_at(&b, "total") : 20);
      for (int k = 0; k < 4; k++) {
        snprintf(rest, sizeof rest, ",\"column\":\"%.*s\",\"max_categories\":1000,\"categories_order_by\":\"%s\"",
                 (int)column.len, column.ptr, orders[k]);
        CHECK_INT(describe(&b, table, rest), CARTO_OK);
        CHECK_FALSE_AT(&b, "truncated");
        const carto_json *item = carto_json_first(at(&b, "categories"));
        double count = 0, last = 0;
        carto_str last_name = carto_str_make("", 0);
        for (size_t c = 0; c < count_at(&b, "categories"); c++, item = carto_json_next(item)) {
          double frequency = carto_json_double(carto_json_get(item, "frequency"));
          carto_str name = carto_json_string(carto_json_get(item, "category"));
          count += frequency;
          if (c > 0 && k == 0) CHECK(frequency <= last);
          if (c > 0 && k == 1) CHECK(frequency >= last);
          if (c > 0 && k == 2 && name.len) CHECK(carto_str_compare(name, last_name) > 0);
          if (c > 0 && k == 3 && name.len) CHECK(carto_str_compare(name, last_name) < 0);
          last = frequency;
          last_name = name;
        }
        CHECK_DOUBLE(count, carto_json_double(carto_json_get(entry, "count")));
      }
      CHECK(wanted != NULL);
    }
  }
  free(text);
  carto_arena_free(&arena);
  close_bench(&b);
  for (size_t i = 0; i < FIXTURE_COUNT; i++) free(texts[i]);
}

/* Values of Python (integers without rounding, Web Mercator in doubles) and of the fixtures' README. */
static void test_fixture_tables(void) {
  static const struct {
    const char *table, *field, *geometry, *spatial;
    int rows;
  } all[] = {
    {"demo.cells.places_h3", "h3", "Polygon", "h3", 4868},
    {"demo.cells.places_quadbin", "quadbin", "Polygon", "quadbin", 902},
    {"demo.climate.mauna_loa_co2", NULL, NULL, NULL, 741},
    {"demo.climate.seattle_weather", NULL, NULL, NULL, 1461},
    {"demo.world.countries", "geom", "Polygon", "geo", 177},
    {"demo.world.populated_places", "geom", "Point", "geo", 7343},
    {"demo.world.rivers", "geom", "LineString", "geo", 13},
    {"demo.world.us_states", "geom", "Polygon", "geo", 51},
  };
  memory_file rows[FIXTURE_COUNT];
  char *texts[FIXTURE_COUNT];
  bench b;
  open_fixtures(&b, rows, texts);
  get(&b, "list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":3}");
  CHECK_DOUBLE(number_at(&b, "data.returnedItems"), 12);
  CHECK_INT(b.data.reads, 0);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    CHECK_INT(describe(&b, all[i].table, ""), CARTO_OK);
    CHECK_STR(text_at(&b, "source.fqn"), all[i].table);
    CHECK_STR(text_at(&b, "geomField"), all[i].field);
    CHECK_STR(text_at(&b, "geometryType"), all[i].geometry);
    CHECK_STR(text_at(&b, "spatialDataType"), all[i].spatial);
    CHECK_DOUBLE(number_at(&b, "rowCount"), all[i].rows);
  }
  CHECK_INT(describe(&b, "places_quadbin", ",\"column\":\"quadbin\""), CARTO_OK);
  CHECK_STR(digits_at(&b, "min"), "5215347588890361855");
  CHECK_STR(digits_at(&b, "max"), "5219524633564282879");
  CHECK_DOUBLE(number_at(&b, "sum"), 4705780422532411686010.0);
  CHECK_DOUBLE(number_at(&b, "avg"), 5217051466222185000.0);
  CHECK_STR(digits_at(&b, "quantiles.3.1"), "5216776954006470655");
  CHECK_STR(digits_at(&b, "quantiles.3.2"), "5217221156704092159");
  CHECK_STR(digits_at(&b, "quantiles.4.1"), "5216208506494910463");
  CHECK_STR(digits_at(&b, "quantiles.4.3"), "5217345401518030847");
  CHECK_INT(describe(&b, "places_quadbin", ",\"column\":\"quadbin\",\"spatial_data_type\":\"quadbin\""), CARTO_OK);
  check_extent(&b, -180, -81.92318632602198, 180, 82.67628497834903);
  CHECK_INT(describe(&b, "places_h3", ",\"column\":\"h3\",\"categories_order_by\":\"alphabetical_asc\","
                                      "\"max_categories\":3"), CARTO_OK);
  CHECK_STR(text_at(&b, "categories.0.category"), "83006efffffffff");
  CHECK_STR(text_at(&b, "categories.1.category"), "830093fffffffff");
  CHECK_STR(text_at(&b, "categories.2.category"), "830096fffffffff");
  CHECK_DOUBLE(number_at(&b, "total"), 4868);
  CHECK_INT(b.data.reads, 8); /* each file once, however often its table is described */
  close_bench(&b);
  for (size_t i = 0; i < FIXTURE_COUNT; i++) free(texts[i]);
}

/* ---- budgets */

/* maxItems counts all nodes below the root; what is left out shows in every field that tells of it. */
static void test_item_budget(void) {
  bench b;
  char arguments[200];
  OPEN(&b, memory_data);
  for (int most = 1; most <= 14; most++) {
    double children = 0, returned;
    bool cut = most < 13; /* with 12 the last schema, which is empty, is not looked at any more */
    snprintf(arguments, sizeof arguments, "{\"connection_name\":\"carto_dw\",\"maxDepth\":3,\"maxItems\":%d}", most);
    get(&b, "list_resources", arguments);
    returned = number_at(&b, "data.returnedItems");
    CHECK_DOUBLE(returned, most < 12 ? most : 12);
    CHECK_DOUBLE(number_at(&b, "data.maxItemsApplied"), most);
    CHECK_INT(type_at(&b, "data.truncated"), cut ? CARTO_JSON_TRUE : CARTO_JSON_FALSE);
    CHECK_INT(type_at(&b, "data.rootChildrenTruncated"), most < 2 ? CARTO_JSON_TRUE : CARTO_JSON_FALSE);
    CHECK_DOUBLE(number_at(&b, "data.totalRootChildren"), 2);
    for (carto_str rest = carto_buf_str(&b.out); test_contains(rest, "\"id\":"); children++) {
      while (!carto__str_starts(rest, carto_str_from("\"id\":"))) rest = carto__str_skip(rest, 1);
      rest = carto__str_skip(rest, 1);
    }
    CHECK_DOUBLE(children, returned);
  }
  close_bench(&b);
}

/* Makes a table of many columns with long names, or of many long categories. */
static char *wide_table(int columns, int rows, size_t *len) {
  char *text = (char *)malloc((size_t)columns * 64 + (size_t)rows * (size_t)columns * 220 + 1), *p = text;
  for (int c = 0; c < columns; c++) p += sprintf(p, "%s\"column_%04d \"\"q\"\" \\\"", c ? "," : "", c);
  p += sprintf(p, "\n");
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) {
      p += sprintf(p, "\"%04d ", r);
      for (int k = 0; k < 48; k++) p += sprintf(p, "\"\"\\");
      p += sprintf(p, "\"%s", c + 1 < columns ? "," : "\n");
    }
  *len = (size_t)(p - text);
  return text;
}

static size_t last_reply;
static bool keep_size(void *user, carto_str message) {
  (void)user;
  last_reply = message.len;
  CHECK(test_contains(message, "\"structuredContent\":"));
  CHECK(!test_contains(message, "\"isError\""));
  return true;
}

/* The whole reply to the same call fits a message. */
static void check_reply(bench *b, const char *tool, const char *arguments) {
  static const char meta[] = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                             "\"io.modelcontextprotocol/clientCapabilities\":{}}";
  carto_session session;
  carto_peer peer = {keep_size, NULL, NULL};
  char message[1200];
  memset(&session, 0, sizeof session);
  last_reply = 0;
  snprintf(message, sizeof message,
           "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s,%s}}", tool,
           arguments, meta);
  CHECK_INT(carto_server_handle(&b->server, &session, &peer, carto_str_from(message)), CARTO_OK);
  CHECK(last_reply > 0 && last_reply <= b->server._desc.message_bytes);
}

static void test_reply_budget(void) {
  static const size_t sizes[] = {3000, 8192, 20000, 65536, 0};
  static char paths[300][80];
  static memory_file rows[302];
  static char map_texts[40][1400], map_paths[40][20];
  memory_file map_rows[42];
  size_t len[2];
  char *wide = wide_table(200, 1, &len[0]), *tall = wide_table(1, 300, &len[1]);
  memset(rows, 0, sizeof rows);
  memset(map_rows, 0, sizeof map_rows);
  for (int i = 0; i < 300; i++) {
    snprintf(paths[i], sizeof paths[i], "db_%d/schema_%d/table \"%d\" of many \"\"\"\".csv", i % 3, i % 7, i);
    rows[i].path = paths[i];
    rows[i].text = "a\n1\n";
  }
  rows[300].path = "wide/s/wide.csv";
  rows[300].text = wide;
  rows[300].len = len[0];
  rows[301].path = "wide/s/tall.csv";
  rows[301].text = tall;
  rows[301].len = len[1];
  for (int i = 0; i < 40; i++) {
    char *p = map_texts[i];
    p += sprintf(p, i % 4 == 3 ? "{\"title\":\"cut" : "{\"keplerMapConfig\":{},\"title\":\"Map %d\",\"description\":\"", i);
    for (int k = 0; k < 300; k++) p += sprintf(p, "\\\"");
    if (i % 4 != 3) sprintf(p, "\"}");
    snprintf(map_paths[i], sizeof map_paths[i], "map%02d.json", i);
    map_rows[i].path = map_paths[i];
    map_rows[i].text = map_texts[i];
  }
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    static const char *const calls[][2] = {
      {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":3,\"maxItems\":500}"},
      {"list_resources", "{\"connection_name\":\"carto_dw\",\"fqn\":\"db_0\",\"maxDepth\":2,\"maxItems\":500}"},
      {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"many\",\"limit\":100}"},
      {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"wide\"}"},
      {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"tall\",\"column\":\"column_0000 \\\"q\\\" \\\\\","
                   "\"max_categories\":1000}"},
      {"list_maps", "{\"page_size\":40}"}};
    static const char *const lists[] = {"data.children", "data.children", "data.results", "schema", "categories",
                                        "data.maps"};
    static const char *const returned[] = {"data.returnedItems", "data.returnedItems", "data.returnedResults",
                                           "returned", "returned", "data.returned"};
    static const int totals[] = {328, 107, 300, 200, 300, 30};
    setup s = setup_of(rows, 302);
    bench b;
    s.maps = map_rows;
    s.map_count = 40;
    s.message_bytes = sizes[i];
    CHECK_INT(open_with(&b, &s), CARTO_OK);
    for (size_t k = 0; k < 6; k++) {
      size_t budget = b.server._desc.message_bytes / 4;
      bool in_data = strncmp(returned[k], "data.", 5) == 0;
      const char *truncated = in_data ? "data.truncated" : "truncated";
      double count;
      get(&b, calls[k][0], calls[k][1]);
      CHECK(b.out.len <= budget + 600);
      check_reply(&b, calls[k][0], calls[k][1]);
      get(&b, calls[k][0], calls[k][1]);
      if (!at(&b, returned[k])) { /* only a schema that is whole does not count */
        CHECK(k == 3);
        CHECK_UINT(count_at(&b, "schema"), 200);
        continue;
      }
      count = number_at(&b, returned[k]);
      if (k > 1) CHECK_DOUBLE(count, (double)count_at(&b, lists[k]));
      CHECK_INT(type_at(&b, truncated), count < totals[k] ? CARTO_JSON_TRUE : CARTO_JSON_FALSE);
      if (sizes[i] == 0 && k != 2) CHECK_DOUBLE(count, totals[k]);
      if (sizes[i] == 3000) CHECK(count < totals[k]);
      if (k == 5) CHECK_DOUBLE(number_at(&b, "data.unreadable_total"), 10);
      if (k == 5) CHECK(count_at(&b, "data.unreadable") <= 10);
    }
    close_bench(&b);
  }
  free(wide);
  free(tall);
}

/* One element that is larger than any reply is left out and counted, and the rest can be had. */
static void test_huge_element(void) {
  size_t size = 3 << 20;
  char *csv = (char *)malloc(size + 100), *map = (char *)malloc(size + 200);
  size_t at_csv = (size_t)sprintf(csv, "t,n\nshort,1\nshort,2\n"), at_map;
  memory_file data[] = {{"db/s/t.csv", csv, 0, 0}};
  memory_file maps[] = {{"a.json", "{\"title\":\"A\",\"keplerMapConfig\":{}}", 0, 3}, {"b.json", map, 0, 2},
                        {"c.json", "{\"title\":\"C\",\"keplerMapConfig\":{}}", 0, 1}};
  setup s = setup_of(data, 1);
  bench b;
  memset(csv + at_csv, 'x', size);
  sprintf(csv + at_csv + size, ",3\n");
  at_map = (size_t)sprintf(map, "{\"keplerMapConfig\":{},\"title\":\"B\",\"description\":\"");
  memset(map + at_map, 'y', size);
  sprintf(map + at_map + size, "\"}");
  s.maps = maps;
  s.map_count = 3;
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  CHECK_INT(describe(&b, "t", ",\"column\":\"t\",\"categories_order_by\":\"frequency_asc\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"String\",\"categories\":[],\"truncated\":true,\"returned\":0,\"total\":2}");
  CHECK_INT(describe(&b, "t", ",\"column\":\"t\""), CARTO_OK);
  CHECK_RESULT(&b, "{\"type\":\"String\",\"categories\":[{\"category\":\"short\",\"frequency\":2}],\"truncated\":true,"
                   "\"returned\":1,\"total\":2}");
  get(&b, "list_maps", "{}");
  CHECK_DOUBLE(number_at(&b, "data.returned"), 1);
  CHECK_DOUBLE(number_at(&b, "data.total"), 3);
  CHECK_TRUE_AT(&b, "data.truncated");
  get(&b, "list_maps", "{\"page_size\":1,\"page\":3}");
  CHECK_STR(text_at(&b, "data.maps.0.name"), "C");
  check_reply(&b, "list_maps", "{}");
  close_bench(&b);
  free(csv);
  free(map);
}

/* A result that cannot be cut says so instead. */
static void test_too_small(void) {
  setup s = setup_of(typed, MEMORY_COUNT(typed));
  bench b;
  s.message_bytes = 2048;
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  CHECK_INT(describe(&b, "types", ",\"column\":\"n\""), CARTO_ERR_LIMIT);
  CHECK_STR(carto_str_from(b.error.text), "the result does not fit a message of 2048 bytes: ask for less at a time");
  close_bench(&b);
}

/* ---- execute_query */

#define SQL(text) "{\"connection_name\":\"teller\",\"sql\":\"" text "\"}"

static void open_teller(bench *b, size_t message_bytes) {
  setup s = setup_of(typed, 1);
  s.teller = true;
  s.message_bytes = message_bytes;
  CHECK_INT(open_with(b, &s), CARTO_OK);
}

static void test_query_values(void) {
  bench b;
  open_teller(&b, 0);
  get(&b, "execute_query", SQL("values"));
  CHECK_RESULT(&b, "{\"columns\":[\"number\",\"integer\",\"text\",\"list\",\"flag\",\"time\",\"day\",\"point\",\"geom\","
                   "\"h3\",\"h3int\",\"quadbin\",\"qbtext\"],\"rows\":["
                   "[-0.1,9223372036854775807,\"a \\\"b\\\"\\n\",[1,null,\"x\"],true,\"2026-01-02T03:04:05.678Z\","
                   "\"1970-01-01\",{\"type\":\"Point\",\"coordinates\":[-3.5,40]},{\"type\":\"Polygon\",\"coordinates\":"
                   "[[[0,0],[1,0],[1,1],[0,0]]]},\"8928308280fffff\",617700169958293503,5299728214473011679,"
                   "\"482fffffffffffff\"],"
                   "[1e+300,-9223372036854775808,\"\",[],false,\"1969-12-31T23:59:59.999999Z\",\"0001-01-01\","
                   "{\"type\":\"Point\",\"coordinates\":[0,-90]},{\"type\":\"Point\",\"coordinates\":[1,2,3]},"
                   "\"8928308280fffff\",617700169958293503,5299728214473011679,\"482fffffffffffff\"],"
                   "[null,null,null,null,null,null,null,null,null,null,null,null,null]],"
                   "\"truncated\":false,\"returned\":3,\"total\":3}");
  check_reply(&b, "execute_query", SQL("values"));
  get(&b, "execute_query", SQL("numbers"));
  CHECK_RESULT(&b, "{\"columns\":[\"n\"],\"rows\":[[\"Infinity\"],[\"-Infinity\"],[\"NaN\"],[1.5]],\"truncated\":false,"
                   "\"returned\":4,\"total\":4}");
  get(&b, "execute_query", SQL("rows")); /* none of them */
  CHECK_RESULT(&b, "{\"columns\":[\"c0\",\"c1\"],\"rows\":[],\"truncated\":false,\"returned\":0,\"total\":0}");
  CHECK_STR(carto_str_from(b.teller.parameters), "");
  get(&b, "execute_query",
      "{\"connection_name\":\"teller\",\"sql\":\"rows\",\"query_parameters\":{\"a\":1.50,\"1\":null}}");
  CHECK_STR(carto_str_from(b.teller.parameters), "{\"a\":1.50,\"1\":null}");
  get(&b, "execute_query", "{\"connection_name\":\"teller\",\"sql\":\"rows\",\"query_parameters\":[1,\"x\",true]}");
  CHECK_STR(carto_str_from(b.teller.parameters), "[1,\"x\",true]");
  CHECK_INT(call(&b, "execute_query", "{\"connection_name\":\"tellr\",\"sql\":\"rows\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(carto_str_from(b.error.text), "no connection \"tellr\"; nearest: \"teller\"; use list_connections");
  close_bench(&b);
}

/* What does not fit is left out by whole rows; a row that never fits too; columns are not cut. */
static void test_query_budget(void) {
  static const size_t sizes[] = {2048, 3000, 20000, 0};
  bench b;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    open_teller(&b, sizes[i]);
    b.teller.rows = 40000;
    for (b.teller.width = 0; b.teller.width < 200; b.teller.width += 37) {
      double returned;
      get(&b, "execute_query", SQL("rows"));
      CHECK(b.out.len <= b.server._desc.message_bytes / 4 + 100);
      returned = number_at(&b, "returned");
      CHECK(returned > 0 && returned < 40000);
      CHECK_DOUBLE(returned, (double)count_at(&b, "rows"));
      CHECK_DOUBLE(number_at(&b, "total"), 40000);
      CHECK_TRUE_AT(&b, "truncated");
      check_reply(&b, "execute_query", SQL("rows"));
    }
    b.teller.rows = 2;
    b.teller.width = b.server._desc.message_bytes * 3;
    get(&b, "execute_query", SQL("rows"));
    CHECK_RESULT(&b, "{\"columns\":[\"c0\",\"c1\"],\"rows\":[],\"truncated\":true,\"returned\":0,\"total\":2}");
    check_reply(&b, "execute_query", SQL("rows"));
    for (b.teller.width = 2; b.teller.width < 3000000; b.teller.width *= 3) { /* 6 bytes of text a point */
      bool fits = b.teller.width * 6 + 80 < b.server._desc.message_bytes / 4;
      get(&b, "execute_query", SQL("line"));
      CHECK_DOUBLE(number_at(&b, "returned"), fits ? 2 : 0);
      CHECK_DOUBLE(number_at(&b, "total"), 2);
    }
    check_reply(&b, "execute_query", SQL("line"));
    b.teller.columns = 20;
    get(&b, "execute_query", SQL("columns"));
    check_reply(&b, "execute_query", SQL("columns"));
    b.teller.columns = 1000;
    if (sizes[i]) CHECK_INT(call(&b, "execute_query", SQL("columns")), CARTO_ERR_LIMIT);
    if (sizes[i]) CHECK_CONTAINS(carto_str_from(b.error.text), "does not fit a message");
    close_bench(&b);
  }
}

typedef struct patience {
  int asked, most;
} patience;

static bool ask_patience(void *user) {
  patience *p = (patience *)user;
  return p->asked++ < p->most;
}

/* A reply that is no longer wanted stops in the middle of its rows, and the table is given back. */
static void test_query_cancelled(void) {
  setup s = setup_of(typed, 1);
  patience p = {0, 3};
  test_memory m;
  bench b;
  s.teller = true;
  s.alloc = test_alloc(&m);
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  b.teller.rows = 1000;
  b.call.checkpoint = ask_patience;
  b.call.user = &p;
  CHECK_INT(call(&b, "execute_query", SQL("rows")), CARTO_ERR_CANCELLED);
  CHECK_INT(p.asked, 4);
  CHECK_UINT(b.teller.tables, 1);
  p.most = 1000;
  get(&b, "execute_query", SQL("rows"));
  CHECK_DOUBLE(number_at(&b, "returned"), 1000);
  close_bench(&b);
  CHECK_UINT(m.live_count, 0);
}

static void test_query_errors(void) {
  static const struct {
    const char *sql, *text, *code;
    size_t offset, line;
    const char *wanted; /* NULL: the text as it is */
  } all[] = {
    {"SELECT popmax FROM t", "column \"popmax\" does not exist; did you mean \"pop_max\"?", "42703", 7, 1,
     "column \"popmax\" does not exist; did you mean \"pop_max\"? (SQLSTATE 42703, at byte 8, line 1)"},
    {"SELECT 1\\n, x\\nFROM y", "no table \"y\"", "42P01", 18, 3, "no table \"y\" (SQLSTATE 42P01, at byte 19, line 3)"},
    {"SELECT 1\\n", "ends", "42601", 9, 2, "ends (SQLSTATE 42601, at byte 10, line 2)"},
    {"SELEC", "syntax error at \"SELEC\"", "42601", 0, 1, "syntax error at \"SELEC\" (SQLSTATE 42601, at byte 1, line 1)"},
    {"x", "behind the end", "42601", 99, 1, "behind the end (SQLSTATE 42601, at byte 100, line 1)"},
    {"x", "division by zero", "22012", 0, 0, "division by zero (SQLSTATE 22012)"},
    {"x", "demo/world/cities.csv, line 3: \"ab\" is not closed", "", 44, 3, NULL},
  };
  bench b;
  char arguments[300], text[CARTO_MCP_ERROR_TEXT];
  open_teller(&b, 0);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    static const char *const calls[][2] = {{"execute_query", "\"sql\""}, {"describe", "\"query\""},
                                           {"describe", "\"column\":\"c\",\"query\""}};
    fail_with(&b.teller.failure, CARTO_ERR_ARG, all[i].text);
    strcpy(b.teller.failure.code, all[i].code);
    b.teller.failure.offset = all[i].offset;
    b.teller.failure.line = all[i].line;
    for (size_t k = 0; k < 3; k++) {
      snprintf(arguments, sizeof arguments, "{\"connection_name\":\"teller\",%s:\"%s\"}", calls[k][1], all[i].sql);
      CHECK_INT(call(&b, calls[k][0], arguments), CARTO_ERR_ARG);
      CHECK_STR(carto_str_from(b.error.text), all[i].wanted ? all[i].wanted : all[i].text);
      CHECK_STR(carto_str_from(b.error.code), all[i].code);
      CHECK_UINT(b.error.offset, all[i].offset);
    }
  }
  /* a text of any length: what is cut is the text, not the code and the place */
  strcpy(b.teller.failure.code, "42703");
  b.teller.failure.offset = 7;
  b.teller.failure.line = 1;
  for (size_t len = 0; len < sizeof text; len++) {
    memset(b.teller.failure.text, 0, sizeof text);
    for (size_t i = 0; i < len; i++) b.teller.failure.text[i] = "\xc3\xa9"[i % 2];
    if (len % 2) b.teller.failure.text[len - 1] = '.';
    if (len == 0) continue;
    CHECK_INT(call(&b, "execute_query", SQL("SELECT popmax")), CARTO_ERR_ARG);
    CHECK_CONTAINS(carto_str_from(b.error.text), " (SQLSTATE 42703, at byte 8, line 1)");
    CHECK(carto__utf8_check(b.error.text, strlen(b.error.text)) == strlen(b.error.text));
    if (len < 200) CHECK(memcmp(b.error.text, b.teller.failure.text, len) == 0);
    if (len > 230) CHECK_CONTAINS(carto_str_from(b.error.text), "... (SQLSTATE");
  }
  close_bench(&b);
}

/* ---- list_maps */

#define MAP(members) "{\"keplerMapConfig\":{\"version\":\"v1\"}," members "}"

static const memory_file documents[] = {
  {"m1.json", MAP("\"id\":\"1\",\"title\":\"Stores of Madrid\",\"privacy\":\"public\",\"owner\":\"ana@example.com\","
                  "\"createdAt\":\"2025-01-01T00:00:00Z\",\"updatedAt\":\"2025-05-01T00:00:00Z\",\"views\":5,"
                  "\"description\":\"All \\\"ours\\\"\",\"thumbnailUrl\":\"https://example.com/1.png\""), 0, 0},
  {"m2.json", MAP("\"id\":\"2\",\"title\":\"stores of Lisboa\",\"privacy\":\"shared\",\"owner\":\"rui@example.com\","
                  "\"createdAt\":\"2025-02-01T00:00:00Z\",\"updatedAt\":\"2025-04-01T00:00:00Z\",\"views\":50"), 0, 0},
  {"m3.json", MAP("\"id\":\"3\",\"title\":\"Rivers\",\"privacy\":\"private\",\"createdAt\":\"2025-03-01T00:00:00Z\","
                  "\"updatedAt\":\"2025-03-01T00:00:00Z\",\"views\":0,\"demo\":true"), 0, 0},
  {"m4.json", MAP("\"id\":\"4\",\"title\":\"alps\",\"privacy\":\"private\",\"ownerId\":\"rui@example.com\","
                  "\"created_at\":\"2025-04-01T00:00:00Z\",\"updated_at\":\"2025-02-01T00:00:00Z\",\"views\":9,"
                  "\"thumbnail\":\"t.png\""), 0, 0},
  {"untitled map.json", MAP("\"views\":\"many\",\"demo\":1,\"createdAt\":\"yesterday\""), 0,
   INT64_C(1735689600000000)}, /* 2025-01-01 */
  {"list.json", "[]", 0, 0},
  {"no map.json", "{\"title\":\"x\"}", 0, 0},
  {"cut.json", "{\"title\":", 0, 0},
  {"gone.json", NULL, 0, 0},
  {"README.md", "no document", 0, 0},
  {".hidden.json", MAP("\"id\":\"h\""), 0, 0},
  {"sub/inner.json", MAP("\"id\":\"i\""), 0, 0},
};

static void test_maps(void) {
  static const struct {
    const char *arguments, *ids;
    int total;
  } all[] = {
    {"{}", "1 2 3 4 untitled map", 5},
    {"{\"order_direction\":\"asc\"}", "untitled map 4 3 2 1", 5},
    {"{\"order_by\":\"updated_at\",\"order_direction\":\"desc\"}", "1 2 3 4 untitled map", 5},
    {"{\"order_by\":\"created_at\"}", "4 3 2 1 untitled map", 5},
    {"{\"order_by\":\"created_at\",\"order_direction\":\"asc\"}", "1 untitled map 2 3 4", 5},
    {"{\"order_by\":\"title\",\"order_direction\":\"asc\"}", "4 3 2 1 untitled map", 5},
    {"{\"order_by\":\"title\"}", "untitled map 1 2 3 4", 5},
    {"{\"order_by\":\"views\"}", "2 4 1 3 untitled map", 5},
    {"{\"order_by\":\"views\",\"order_direction\":\"asc\"}", "3 untitled map 1 4 2", 5},
    {"{\"order_by\":\"demo\"}", "3 1 2 4 untitled map", 5},
    {"{\"order_by\":\"demo\",\"order_direction\":\"asc\"}", "1 2 4 untitled map 3", 5},
    {"{\"search\":\"STORES OF\"}", "1 2", 2},
    {"{\"search\":\"\"}", "1 2 3 4 untitled map", 5},
    {"{\"search\":\"nothing\"}", "", 0},
    {"{\"privacy\":\"private\"}", "3 4 untitled map", 3},
    {"{\"privacy\":\"shared\"}", "2", 1},
    {"{\"privacy\":\"public\",\"search\":\"stores\"}", "1", 1},
    {"{\"mine_only\":true}", "1 3 untitled map", 3},
    {"{\"mine_only\":false}", "1 2 3 4 untitled map", 5},
    {"{\"mine_only\":true,\"page_size\":2,\"page\":2}", "untitled map", 3},
    {"{\"page_size\":2}", "1 2", 5},
    {"{\"page_size\":2,\"page\":2}", "3 4", 5},
    {"{\"page_size\":2,\"page\":3}", "untitled map", 5},
    {"{\"page_size\":2,\"page\":4}", "", 5},
    {"{\"page_size\":100,\"page\":1000000}", "", 5},
  };
  setup s = setup_of(memory_data, MEMORY_COUNT(memory_data));
  bench b;
  s.maps = documents;
  s.map_count = MEMORY_COUNT(documents);
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char ids[200] = "";
    get(&b, "list_maps", all[i].arguments);
    const carto_json *item = carto_json_first(at(&b, "data.maps"));
    for (size_t k = count_at(&b, "data.maps"); k > 0; k--, item = carto_json_next(item)) {
      carto_str id = carto_json_string(carto_json_get(item, "id"));
      if (*ids) strcat(ids, " ");
      strncat(ids, id.ptr, id.len);
    }
    CHECK_STR(carto_str_from(ids), all[i].ids);
    CHECK_DOUBLE(number_at(&b, "data.total"), all[i].total);
    CHECK_DOUBLE(number_at(&b, "data.returned"), (double)count_at(&b, "data.maps"));
    CHECK_FALSE_AT(&b, "data.truncated");
    CHECK_UINT(count_at(&b, "data.unreadable"), 4);
  }
  get(&b, "list_maps", "{\"search\":\"madrid\"}");
  CHECK_CONTAINS(carto_buf_str(&b.out),
    "{\"status\":200,\"data\":{\"maps\":[{\"id\":\"1\",\"name\":\"Stores of Madrid\",\"description\":\"All \\\"ours\\\"\","
    "\"privacy\":\"public\",\"owner\":\"ana@example.com\",\"thumbnail\":\"https://example.com/1.png\",\"views\":5,"
    "\"demo\":false,\"created_at\":\"2025-01-01T00:00:00.000Z\",\"updated_at\":\"2025-05-01T00:00:00.000Z\"}],"
    "\"page\":1,\"page_size\":20,\"returned\":1,\"total\":1,\"truncated\":false,\"unreadable\":[");
  CHECK_STR(text_at(&b, "data.unreadable.0.file"), "cut.json");
  CHECK_CONTAINS(text_at(&b, "data.unreadable.0.error"), "not JSON: ");
  CHECK_CONTAINS(text_at(&b, "data.unreadable.0.error"), "(byte 9)");
  CHECK_CONTAINS(carto_buf_str(&b.out),
    "{\"file\":\"gone.json\",\"error\":\"there is no file gone.json\"},"
    "{\"file\":\"list.json\",\"error\":\"a map document is an object\"},"
    "{\"file\":\"no map.json\",\"error\":\"a map document has a \\\"keplerMapConfig\\\"\"}],\"unreadable_total\":4}}");
  get(&b, "list_maps", "{\"page\":3,\"page_size\":2}");
  CHECK_STR(text_at(&b, "data.maps.0.name"), "untitled map");
  CHECK_STR(text_at(&b, "data.maps.0.created_at"), "2025-01-01T00:00:00.000Z");
  CHECK_FALSE_AT(&b, "data.maps.0.demo");
  CHECK_DOUBLE(number_at(&b, "data.maps.0.views"), 0);
  CHECK_INT(call(&b, "list_maps", "{\"page\":0}"), CARTO_ERR_ARG);
  CHECK_STR(carto_str_from(b.error.text), "Invalid arguments for list_maps: \"page\" must be 1 to 1000000, not 0");
  CHECK_INT(call(&b, "list_maps", "{\"order_by\":\"name\"}"), CARTO_ERR_ARG);
  CHECK_INT(call(&b, "list_maps", "{\"mine_only\":\"true\"}"), CARTO_ERR_ARG);
  CHECK_INT(b.data.lists + b.data.reads, 0);
  close_bench(&b);
}

/* A document that is far too large is not even opened. */
static void test_large_map(void) {
  memory_file rows[] = {{"large.json", documents[0].text, ((size_t)16 << 20) + 1, 0}, documents[0]};
  setup s = setup_of(memory_data, MEMORY_COUNT(memory_data));
  bench b;
  s.maps = rows;
  s.map_count = 2;
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  get(&b, "list_maps", "{}");
  CHECK_DOUBLE(number_at(&b, "data.total"), 1);
  CHECK_STR(text_at(&b, "data.unreadable.0.error"), "has 16777217 bytes; the limit for a map document is 16777216");
  CHECK_INT(b.maps.reads, 1);
  close_bench(&b);
}

/* The map documents of the fixtures all can be listed. */
static void test_fixture_maps(void) {
  static const char *const names[] = {
    "builder-map-a-minimal",  "builder-map-b-h3-query",        "builder-map-c1-daterange-parameter",
    "builder-map-c2-category-and-daterange", "builder-map-d-widgets-gallery", "builder-map-e-split-map",
    "builder-map-f-layer-groups", "saved-map-full", "saved-map-minimal", "saved-map-split-masked"};
  memory_file rows[10];
  char paths[10][80], *texts[10], file[120];
  setup s = setup_of(memory_data, MEMORY_COUNT(memory_data));
  bench b;
  for (int i = 0; i < 10; i++) {
    memset(&rows[i], 0, sizeof rows[i]);
    snprintf(paths[i], sizeof paths[i], "%s.json", names[i]);
    snprintf(file, sizeof file, "fixtures/maps/%s.json", names[i]);
    rows[i].path = paths[i];
    rows[i].text = texts[i] = test_read_file(file, &rows[i].len);
  }
  s.maps = rows;
  s.map_count = 10;
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  get(&b, "list_maps", "{}");
  CHECK_DOUBLE(number_at(&b, "data.total"), 10);
  CHECK(at(&b, "data.unreadable") == NULL);
  get(&b, "list_maps", "{\"search\":\"harbour\",\"privacy\":\"public\"}");
  CHECK_STR(text_at(&b, "data.maps.0.id"), "aaaaaaaa-0000-4000-8000-000000000001");
  CHECK_STR(text_at(&b, "data.maps.0.updated_at"), "2025-03-05T16:30:00.000Z");
  close_bench(&b);
  for (int i = 0; i < 10; i++) free(texts[i]);
}

/* ---- connections */

static carto_status no_connections(const carto_call *work, void *state, carto_connection_list *out,
                                   carto_error *error) {
  (void)work;
  memset(out, 0, sizeof *out);
  if (!state) return CARTO_OK;
  return fail_with(error, CARTO_ERR_IO, "the account does not answer");
}

static carto_status no_maps(const carto_call *work, void *state, const carto_maps_request *request, carto_maps_result *out,
                            carto_error *error) {
  (void)work;
  (void)state;
  (void)request;
  memset(out, 0, sizeof *out);
  return fail_with(error, CARTO_ERR_IO, "the account has no maps to tell of");
}

static carto_connection bare_connection;

static carto_status one_connection(const carto_call *work, void *state, carto_connection_list *out,
                                   carto_error *error) {
  (void)work;
  (void)state;
  (void)error;
  bare_connection.name = carto_str_from("bare");
  out->items = &bare_connection;
  out->count = 1;
  return CARTO_OK;
}

static void test_drivers(void) {
  static const memory_file other_data[] = {{"db/s/there.csv", "a\n1\n", 0, 0}};
  static const memory_file other_maps[] = {{"m.json", MAP("\"title\":\"Other\""), 0, 0}};
  carto_driver broken, bare;
  carto_local other;
  carto_local_desc desc = carto_local_desc_default();
  memory_files data, maps;
  carto_files here;
  int state;
  bench b;
  memset(&broken, 0, sizeof broken);
  broken.connections = no_connections;
  broken.maps = no_maps;
  memset(&bare, 0, sizeof bare);
  bare.connections = one_connection;
  desc.name = carto_str_from("other");
  desc.data = memory_files_of(&data, other_data, 1);
  desc.maps = memory_files_of(&maps, other_maps, 1);
  CHECK_INT(carto_local_init(&other, &desc, NULL), CARTO_OK);
  OPEN(&b, retail);
  b.warehouses[1] = carto_local_warehouse(&other);
  b.server._desc.warehouse_count = 2;
  get(&b, "list_connections", "{}");
  CHECK_UINT(count_at(&b, "data"), 2);
  CHECK_STR(text_at(&b, "data.1.name"), "other");
  get(&b, "describe", "{\"connection_name\":\"other\",\"table_fqn\":\"there\"}");
  CHECK_INT(call(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"there\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_INT(call(&b, "list_resources", "{\"connection_name\":\"carto-dw\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(carto_str_from(b.error.text), "no connection \"carto-dw\"; nearest: \"carto_dw\"; use list_connections");
  CHECK_INT(call(&b, "list_resources", "{\"connection_name\":\"elsewhere\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(carto_str_from(b.error.text), "no connection \"elsewhere\"; use list_connections");

  /* one list of maps, of all warehouses that have some */
  get(&b, "list_maps", "{}");
  CHECK_DOUBLE(number_at(&b, "data.total"), 3);
  CHECK_UINT(count_at(&b, "data.maps"), 3);
  get(&b, "list_maps", "{\"search\":\"other\"}");
  CHECK_DOUBLE(number_at(&b, "data.total"), 1);
  CHECK_STR(text_at(&b, "data.maps.0.name"), "Other");
  here = b.local._desc.maps;
  b.local._desc.maps.list = NULL;
  get(&b, "list_maps", "{\"search\":\"other\"}");
  CHECK_DOUBLE(number_at(&b, "data.total"), 1);
  other._desc.maps.list = NULL;
  get(&b, "list_maps", "{}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":{\"maps\":[],\"page\":1,\"page_size\":20,\"returned\":0,\"total\":0,"
                   "\"truncated\":false}}");

  /* a warehouse that is out of order does not take the others with it */
  b.warehouses[1].driver = &broken;
  b.warehouses[1].state = &state;
  b.warehouses[2] = b.warehouses[0];
  b.warehouses[0] = b.warehouses[1];
  b.server._desc.warehouse_count = 3;
  get(&b, "describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"stores\"}");
  CHECK_INT(call(&b, "describe", "{\"connection_name\":\"far\",\"table_fqn\":\"stores\"}"), CARTO_ERR_IO);
  CHECK_STR(carto_str_from(b.error.text), "the account does not answer");
  get(&b, "list_connections", "{}");
  CHECK_DOUBLE(number_at(&b, "unavailable"), 2);
  CHECK_STR(text_at(&b, "reason"), "the account does not answer");
  CHECK_INT(call(&b, "list_maps", "{}"), CARTO_ERR_IO); /* none has maps that can be listed */
  CHECK_STR(carto_str_from(b.error.text), "the account has no maps to tell of");
  b.local._desc.maps.list = here.list;
  get(&b, "list_maps", "{}");
  CHECK_DOUBLE(number_at(&b, "data.unavailable"), 2);
  CHECK_STR(text_at(&b, "data.reason"), "the account has no maps to tell of");

  /* what a driver lacks is an answer */
  b.warehouses[0].driver = &bare;
  b.server._desc.warehouse_count = 1;
  CHECK_INT(call(&b, "list_resources", "{\"connection_name\":\"bare\"}"), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(b.error.text), "connection \"bare\" cannot be browsed");
  CHECK_INT(call(&b, "search_resources", "{\"connection_name\":\"bare\",\"query\":\"x\"}"), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(b.error.text), "connection \"bare\" cannot be searched");
  CHECK_INT(call(&b, "describe", "{\"connection_name\":\"bare\",\"table_fqn\":\"x\"}"), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(b.error.text), "connection \"bare\" cannot be described");
  CHECK_INT(call(&b, "describe", "{\"connection_name\":\"bare\",\"table_fqn\":\"x\",\"column\":\"y\"}"),
            CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(b.error.text), "connection \"bare\" cannot give statistics");
  CHECK_INT(call(&b, "execute_query", "{\"connection_name\":\"bare\",\"sql\":\"x\"}"), CARTO_ERR_UNSUPPORTED);
  CHECK_STR(carto_str_from(b.error.text), "connection \"bare\" cannot run queries");
  CHECK_INT(call(&b, "list_resources", "{\"connection_name\":\"far\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(carto_str_from(b.error.text), "no connection \"far\"; nearest: \"bare\"; use list_connections");
  b.warehouses[0].driver = &broken;
  b.warehouses[0].state = NULL;
  CHECK_INT(call(&b, "list_resources", "{\"connection_name\":\"far\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(carto_str_from(b.error.text), "this server has no connections; its operator has to add one");
  get(&b, "list_connections", "{}");
  CHECK_RESULT(&b, "{\"status\":200,\"data\":[]}");
  close_bench(&b);
  carto_local_free(&other);
}

/* ---- arguments */

static void test_arguments(void) {
  static const struct {
    const char *tool, *arguments, *wrong;
  } all[] = {
    {"list_connections", "{\"x\":1}", "Invalid arguments for list_connections: there is no \"x\"; it takes nothing"},
    {"list_connections", "[]", "the arguments must be a JSON object"},
    {"list_connections", "{", "the arguments are not JSON: "},
    {"list_connection", "{}", "Unknown tool: list_connection; nearest: list_connections"},
    {"make_coffee", "{}", "Unknown tool: make_coffee"},
    {"list_resources", "{}", "Invalid arguments for list_resources: \"connection_name\" is missing: Name of the "
                             "connection (from list_connections)."},
    {"list_resources", "{\"connection_name\":null}",
     "Invalid arguments for list_resources: \"connection_name\" must be a string, not null"},
    {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":4}",
     "Invalid arguments for list_resources: \"maxDepth\" must be 1 to 3, not 4"},
    {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxItems\":501}",
     "Invalid arguments for list_resources: \"maxItems\" must be 1 to 500, not 501"},
    {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxdepth\":1}",
     "Invalid arguments for list_resources: there is no \"maxdepth\"; did you mean \"maxDepth\"?"},
    {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":\"2\"}",
     "Invalid arguments for list_resources: \"maxDepth\" must be an integer, not a string"},
    {"search_resources", "{\"connection_name\":\"carto_dw\"}",
     "Invalid arguments for search_resources: \"query\" is missing: Search string to match against table/view "
     "names (case-insensitive)."},
    {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"\"}",
     "Invalid arguments for search_resources: \"query\" must be 1 to 255 characters long, not 0"},
    {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"x\",\"type\":\"schema\"}",
     "Invalid arguments for search_resources: \"type\" must be one of table|view, not \"schema\""},
    {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"x\",\"limit\":100.5}",
     "Invalid arguments for search_resources: \"limit\" must be an integer, not a fraction"},
    {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"x\",\"limit\":1e99}",
     "Invalid arguments for search_resources: \"limit\" must be 1 to 100, not 1e+99"},
    {"execute_query", "{\"connection_name\":\"carto_dw\"}",
     "Invalid arguments for execute_query: \"sql\" is missing: The SQL query to execute (SELECT statements only)."},
    {"execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":[\"SELECT 1\"]}",
     "Invalid arguments for execute_query: \"sql\" must be a string, not an array"},
    {"execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":\"SELECT 1\",\"query_parameters\":1}",
     "Invalid arguments for execute_query: \"query_parameters\" must be an array or an object, not a number"},
    {"execute_query", "{\"connection_name\":\"carto_dw\",\"sql\":\"SELECT 1\",\"query_parameters\":[1,{}]}",
     "Invalid arguments for execute_query: \"query_parameters[1]\" must be a string or a number or a boolean or null, "
     "not an object"},
    {"execute_query", "{\"connection_name\":\"carto_dw\",\"query\":\"SELECT 1\"}",
     "Invalid arguments for execute_query: there is no \"query\"; it takes connection_name, sql, query_parameters"},
    {"describe", "{\"connection_name\":\"carto_dw\",\"query\":\"SELECT 1\",\"query_parameters\":[1]}",
     "Invalid arguments for describe: \"query_parameters\" must be an object, not an array"},
  };
  bench b;
  OPEN(&b, retail);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    carto_status status = call(&b, all[i].tool, all[i].arguments);
    CHECK(status != CARTO_OK);
    if (all[i].arguments[1] == 0 && all[i].arguments[0] == '{') CHECK_CONTAINS(carto_str_from(b.error.text), all[i].wrong);
    else CHECK_STR(carto_str_from(b.error.text), all[i].wrong);
  }
  get(&b, "list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":2.0,\"maxItems\":5e1}");
  CHECK_DOUBLE(number_at(&b, "data.maxItemsApplied"), 50);
  get(&b, "search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"s\",\"type\":\"view\"}");
  CHECK_UINT(count_at(&b, "data.results"), 0);
  get(&b, "search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"s\",\"type\":\"table\"}");
  CHECK_UINT(count_at(&b, "data.results"), 3);
  close_bench(&b);
}

/* A link is a path of a URL, whatever the names hold. */
static void test_links(void) {
  static const memory_file rows[] = {{"d b/\xc3\xa9/t?a#%.csv", "a\n1\n", 0, 0}};
  bench b;
  OPEN(&b, rows);
  get(&b, "search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"t\"}");
  CHECK_STR(text_at(&b, "data.results.0._links.resources"), "/connections/carto_dw/resources/d%20b.%C3%A9.t%3Fa%23%25");
  CHECK_STR(text_at(&b, "data.results.0.fqn"), "d b.\xc3\xa9.t?a#%");
  close_bench(&b);
}

/* Every schema that is listed is JSON, names what it requires, and its defaults fit itself. */
static void test_listed_schemas(void) {
  size_t count;
  const carto_tool *tools = carto_tools(&count);
  carto_arena arena;
  carto_arena_init(&arena, libc_alloc, 0);
  CHECK_UINT(count, 41);
  for (size_t i = 0; i < count; i++) {
    carto_buf out;
    carto_json_writer writer;
    carto_json_doc doc, fallback;
    carto_error error;
    carto_buf_init(&out, libc_alloc, 0);
    carto_json_writer_init(&writer, &out);
    carto__tool_write(&writer, &tools[i], true, true, i % 2 == 0);
    CHECK_INT(carto_json_parse(&arena, carto_buf_str(&out), &doc, &error), CARTO_OK);
    CHECK(carto_json_type_of(carto_json_get(doc.root, "inputSchema")) == CARTO_JSON_OBJECT);
    CHECK(carto_json_type_of(carto_json_get(doc.root, "outputSchema")) == CARTO_JSON_OBJECT);
    for (size_t k = 0; k < tools[i].param_count; k++) {
      const carto_param *p = &tools[i].params[k];
      char text[100];
      CHECK(p->description && p->name[0]);
      if (!p->fallback) continue;
      snprintf(text, sizeof text, "{\"%s\":%s}", p->name, p->fallback);
      CHECK_INT(carto_json_parse(&arena, carto_str_from(text), &fallback, &error), CARTO_OK);
      CHECK_INT(carto_schema_check(p, 1, true, fallback.root, &error), CARTO_OK);
    }
    for (size_t k = 0; k < tools[i].rule_count; k++) {
      int found = 0;
      for (size_t n = 0; n < tools[i].param_count; n++)
        found += strcmp(tools[i].params[n].name, tools[i].rules[k].first) == 0 ||
                 strcmp(tools[i].params[n].name, tools[i].rules[k].second) == 0;
      CHECK_INT(found, 2);
    }
    carto_buf_free(&out);
  }
  carto_arena_free(&arena);
}

/* ---- memory */

static const char *const memory_calls[][2] = {
  {"list_connections", "{}"},
  {"list_resources", "{\"connection_name\":\"carto_dw\",\"maxDepth\":3}"},
  {"search_resources", "{\"connection_name\":\"carto_dw\",\"query\":\"s\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"types\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"types\",\"column\":\"n\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"types\",\"column\":\"txt\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"types\",\"column\":\"h3\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"shapes\",\"column\":\"geom\"}"},
  {"describe", "{\"connection_name\":\"carto_dw\",\"table_fqn\":\"loose\",\"column\":\"q\","
               "\"spatial_data_type\":\"quadbin\"}"},
  {"execute_query", "{\"connection_name\":\"teller\",\"sql\":\"values\",\"query_parameters\":{\"a\":1}}"},
  {"list_maps", "{}"},
};

static size_t current;

static int call_with(carto_alloc alloc) {
  setup s = setup_of(typed, MEMORY_COUNT(typed));
  bench b;
  carto_status status;
  s.alloc = alloc;
  s.teller = true;
  status = open_with(&b, &s);
  if (status == CARTO_OK) status = call(&b, memory_calls[current][0], memory_calls[current][1]);
  if (status != CARTO_OK) {
    CHECK_INT(status, CARTO_ERR_NOMEM);
    CHECK_CONTAINS(carto_str_from(b.error.text), "memory");
  }
  if (status != CARTO_OK && b.server._tools) {
    size_t fail_at = ((test_memory *)alloc.user)->fail_at;
    ((test_memory *)alloc.user)->fail_at = 0; /* the same server, once there is memory again */
    get(&b, memory_calls[current][0], memory_calls[current][1]);
    ((test_memory *)alloc.user)->fail_at = fail_at;
  }
  close_bench(&b);
  return status == CARTO_OK;
}

static void test_allocation(void) {
  for (current = 0; current < sizeof memory_calls / sizeof *memory_calls; current++)
    test_every_allocation(call_with, 500);
}

/* All of it in one block of memory, and nothing is left behind from call to call. */
static void test_fixed_block(void) {
  static unsigned char memory[512 * 1024];
  carto_block block;
  setup s = setup_of(typed, MEMORY_COUNT(typed));
  bench b;
  size_t used = 0;
  carto_block_init(&block, memory, sizeof memory);
  s.alloc = carto_block_alloc(&block);
  s.teller = true;
  CHECK_INT(open_with(&b, &s), CARTO_OK);
  for (int round = 0; round < 6; round++) {
    for (size_t i = 0; i < sizeof memory_calls / sizeof *memory_calls; i++)
      get(&b, memory_calls[i][0], memory_calls[i][1]);
    carto_arena_free(&b.arena);
    carto_arena_init(&b.arena, s.alloc, 0);
    if (round == 1) used = block._used;
    if (round > 1) CHECK_UINT(block._used, used);
  }
  close_bench(&b);
  CHECK_UINT(block._used, 0);
}

static const test_case tests[] = {
  {"shapes", test_shapes},
  {"results", test_results},
  {"schema", test_schema},
  {"quantiles", test_quantiles},
  {"numbers", test_numbers},
  {"categories", test_categories},
  {"times", test_times},
  {"no_values", test_no_values},
  {"extents", test_extents},
  {"describe_errors", test_describe_errors},
  {"fixture_statistics", test_fixture_statistics},
  {"fixture_tables", test_fixture_tables},
  {"item_budget", test_item_budget},
  {"reply_budget", test_reply_budget},
  {"huge_element", test_huge_element},
  {"too_small", test_too_small},
  {"query_values", test_query_values},
  {"query_budget", test_query_budget},
  {"query_cancelled", test_query_cancelled},
  {"query_errors", test_query_errors},
  {"maps", test_maps},
  {"large_map", test_large_map},
  {"fixture_maps", test_fixture_maps},
  {"drivers", test_drivers},
  {"arguments", test_arguments},
  {"links", test_links},
  {"listed_schemas", test_listed_schemas},
  {"allocation", test_allocation},
  {"fixed_block", test_fixed_block},
};

TEST_MAIN(tests)

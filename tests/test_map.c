/* >>map and its tools: by name, with what each refuses; documents there and back; maps of sessions; changes that are
   told; memory. Expected values are worked out by hand over the few rows of map_world.h. */
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"
#include "map_calls.h"

static const carto_alloc libc_alloc;

static void open_world(map_world *w) {
  CHECK_INT(map_world_open(w, carto_server_desc_default()), CARTO_OK);
}

/* A result must fit its tool's outputSchema, here with nothing that the schema does not name. */
static void check_fits(map_world *w, const char *name) {
  size_t count;
  const carto_tool *tools = carto_tools(&count);
  carto_error error;
  carto_json_doc doc;
  carto_arena arena;
  carto_arena_init(&arena, libc_alloc, 0);
  CHECK_INT(carto_json_parse(&arena, carto_buf_str(&w->out), &doc, NULL), CARTO_OK);
  if (strcmp(name, "set_sql_numeric_parameter") == 0) name = "set_sql_parameter_numeric";
  for (size_t i = 0; i < count; i++) {
    const carto_param *rows = tools[i].results;
    if (strcmp(tools[i].name, name) != 0) continue;
    if (tools[i].flags & CARTO_TOOL_VALUE) {
      if (!CHECK(carto__schema_check(rows, rows + 1, tools[i].result_count - 1, doc.root, NULL, &error) == CARTO_OK))
        printf("  %s: %s\n", name, error.text);
    } else if (!CHECK(carto_schema_check(rows, tools[i].result_count, true, doc.root, &error) == CARTO_OK)) {
      printf("  %s: %s\n", name, error.text);
    }
    carto_arena_free(&arena);
    return;
  }
  CHECK(!"a tool of that name");
}

static void get(map_world *w, const char *tool, const char *arguments) {
  if (!CHECK(map_world_call(w, tool, arguments) == CARTO_OK))
    printf("  %s %s\n  %s\n", tool, arguments, w->error.text);
  else check_fits(w, tool);
}

#define GET(w, tool, arguments, want)              \
  do {                                             \
    get(w, tool, arguments);                       \
    CHECK_STR(carto_buf_str(&(w)->out), want);     \
  } while (0)

#define DONE "{\"success\":true}"
#define READ(w, tool, id, want) GET(w, "get_" tool "_widget", "{\"widgetId\":\"" id "\"}", want)
#define SHOP "\"connection\":\"shop\",\"provider\":\"postgres\""

/* The map as a document, owned by the caller. */
static carto_buf document_of(map_world *w, bool temporary) {
  carto__map *map = map_world_map(w);
  carto_json_writer writer;
  carto_buf out;
  carto_arena_reset(&w->arena);
  carto_buf_init(&out, libc_alloc, 0);
  carto_json_writer_init(&writer, &out);
  if (map && !CHECK(carto__map_write(&w->call, &map->now, temporary, &writer, &w->error) == CARTO_OK))
    printf("  %s\n", w->error.text);
  return out;
}

/* The map's document, read again. */
typedef struct opened_map {
  carto_arena arena;
  carto_json_doc doc;
  carto_map_document map;
  carto_buf text, one;
} opened_map;

static opened_map read_map(map_world *w) {
  opened_map o;
  carto_call call;
  carto_error error;
  memset(&o, 0, sizeof o);
  memset(&call, 0, sizeof call);
  o.text = document_of(w, true);
  carto_buf_init(&o.one, libc_alloc, 0);
  carto_arena_init(&o.arena, libc_alloc, 0);
  call.arena = &o.arena;
  CHECK_INT(carto_json_parse(&o.arena, carto_buf_str(&o.text), &o.doc, NULL), CARTO_OK);
  CHECK_INT(carto_map_document_read(&call, &o.doc, &o.map, &error), CARTO_OK);
  return o;
}

static void close_map(opened_map *o) {
  carto_arena_free(&o->arena);
  carto_buf_free(&o->text);
  carto_buf_free(&o->one);
}

static carto_str json_text(opened_map *o, const carto_json *value) {
  carto_json_writer out;
  carto_buf_clear(&o->one);
  carto_json_writer_init(&out, &o->one);
  carto_json_write_value(&out, &o->doc, value);
  return carto_buf_str(&o->one);
}

/* What must fail, saying so, and leave the map as it was: the value's bytes, and what it writes. */
static void refuse(map_world *w, const char *tool, const char *arguments, const char *says) {
  carto__map *map = map_world_begin(w);
  carto__map_state before = map->now;
  uint64_t version = map->version;
  carto_buf was = document_of(w, true), is;
  if (!CHECK(map_world_call(w, tool, arguments) != CARTO_OK)) printf("  %s %s\n", tool, arguments);
  if (!CHECK(test_contains(carto_str_from(w->error.text), says)))
    printf("  %s %s\n  got  %s\n  want %s\n", tool, arguments, w->error.text, says);
  CHECK(memcmp(&before, &map->now, sizeof before) == 0);
  CHECK(map->version == version);
  is = document_of(w, true);
  CHECK(carto_str_equal(carto_buf_str(&was), carto_buf_str(&is)));
  carto_buf_free(&was);
  carto_buf_free(&is);
}

/* Loads a document into the caller's map. */
static carto_status load_text(map_world *w, carto_str text) {
  carto_map_document read;
  carto_json_doc doc;
  carto_status status;
  carto_arena_reset(&w->arena);
  status = carto_json_parse(&w->arena, text, &doc, &w->error);
  return status == CARTO_OK ? carto__map_load(&w->call, map_world_map(w), &doc, &read, &w->error) : status;
}

/* What is written and read is written the same again. */
static void check_round_trip(map_world *w) {
  carto_buf first = document_of(w, true), second;
  if (!CHECK(load_text(w, carto_buf_str(&first)) == CARTO_OK)) printf("  %s\n", w->error.text);
  second = document_of(w, true);
  if (!CHECK(carto_str_equal(carto_buf_str(&first), carto_buf_str(&second))))
    for (size_t i = 0; i < first.len; i++)
      if (i >= second.len || first.ptr[i] != second.ptr[i]) {
        printf("  first  %.100s\n  second %.100s\n", first.ptr + (i < 50 ? 0 : i - 50), second.ptr + (i < 50 ? 0 : i - 50));
        break;
      }
  carto_buf_free(&first);
  carto_buf_free(&second);
}

/* The saved map with one text in place of another. */
static carto_buf saved_with(const char *was, const char *is) {
  const char *at = strstr(map_saved, was);
  carto_buf text;
  carto_buf_init(&text, libc_alloc, 0);
  if (!CHECK(at != NULL)) return text;
  carto_buf_append(&text, map_saved, (size_t)(at - map_saved));
  carto_buf_append_text(&text, is);
  carto_buf_append_text(&text, at + strlen(was));
  return text;
}

static void load_changed(map_world *w, const char *was, const char *is) {
  carto_buf text = saved_with(was, is);
  map_world_begin(w);
  if (!CHECK(load_text(w, carto_buf_str(&text)) == CARTO_OK)) printf("  %s\n", w->error.text);
  carto_buf_free(&text);
}

/* ---- the view */

static void test_view(void) {
  map_world w;
  open_world(&w);
  GET(&w, "get_map_coordinates", "{}", "{\"latitude\":0,\"longitude\":0,\"zoom\":1}");
  GET(&w, "set_map_center_and_zoom", "{\"center\":[43.6532,-79.3832],\"zoom\":12}", DONE);
  GET(&w, "get_map_coordinates", "{}", "{\"latitude\":43.6532,\"longitude\":-79.3832,\"zoom\":12}");
  /* 1,024 px at zoom 2, where the world has 1,024, are all of it */
  get(&w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":2}");
  GET(&w, "get_spatial_filter", "{}",
      "{\"type\":\"viewport\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-180,-79.17133464081944],"
      "[180,-79.17133464081944],[180,79.17133464081945],[-180,79.17133464081945],[-180,-79.17133464081944]]]}}");
  /* at zoom 4 they are 90 degrees: 134 to 224 */
  get(&w, "set_map_center_and_zoom", "{\"center\":[0,179],\"zoom\":4}");
  get(&w, "get_spatial_filter", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "\"type\":\"MultiPolygon\",\"coordinates\":[[[[134,-");
  CHECK_CONTAINS(carto_buf_str(&w.out), "]]],[[[-180,-");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[91,0],\"zoom\":2}", "latitude must be -90 to 90, not 91");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,181],\"zoom\":2}", "the longitude must be -180 to 180, not 181");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":40}", "\"zoom\" must be 0 to 22, not 40");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":-1}", "\"zoom\" must be 0 to 22, not -1");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":\"NaN\"}", "\"zoom\" must be a number, not a string");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,0],\"zoom\":1e999}", "not a number so large");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0],\"zoom\":1}", "2 elements long, not 1");
  refuse(&w, "set_map_center_and_zoom", "{\"center\":[0,null],\"zoom\":1}", "\"center[1]\" must be a number, not null");
  map_world_close(&w);
}

static void test_markers(void) {
  map_world w;
  carto_buf many;
  open_world(&w);
  GET(&w, "add_marker", "{\"markers\":[{\"latitude\":40.4,\"longitude\":\"-3.7\",\"label\":\"Madrid\"},"
                        "{\"latitude\":\"1e1\",\"longitude\":20,\"label\":\"\"}]}", DONE);
  CHECK_UINT(map_world_map(&w)->now.marker_count, 2);
  CHECK_DOUBLE(map_world_map(&w)->now.markers[0].longitude.value, -3.7);
  CHECK_STR(map_world_map(&w)->now.markers[0].label, "Madrid");
  CHECK_DOUBLE(map_world_map(&w)->now.markers[1].latitude.value, 10);
  GET(&w, "add_marker", "{\"markers\":[]}", DONE);
  /* the second is wrong: neither is added */
#define PAIR(lat, lng) "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"x\"}," \
                       "{\"latitude\":" lat ",\"longitude\":" lng ",\"label\":\"y\"}]}"
  refuse(&w, "add_marker", PAIR("91", "0"), "\"markers[1].latitude\" must be -90 to 90, not 91");
  refuse(&w, "add_marker", PAIR("0", "\"181\""), "\"markers[1].longitude\" must be -180 to 180, not 181");
  refuse(&w, "add_marker", PAIR("0", "\"NaN\""), "must be a number or the text of one, not \"NaN\"");
  refuse(&w, "add_marker", PAIR("0", "\"Infinity\""), "not \"Infinity\"");
  refuse(&w, "add_marker", PAIR("0", "\"1e999\""), "must be -180 to 180, not 1e999");
  refuse(&w, "add_marker", PAIR("0", "\" 1\""), "not \" 1\"");
  refuse(&w, "add_marker", PAIR("0", "\"\""), "not \"\"");
  refuse(&w, "add_marker", PAIR("null", "0"), "\"markers[1].latitude\" must be");
  refuse(&w, "add_marker", PAIR("0", "[]"), "\"markers[1].longitude\" must be");
  refuse(&w, "add_marker", "{\"markers\":[{\"latitude\":0,\"longitude\":0}]}", "\"markers[0].label\" is missing");
  refuse(&w, "add_marker", "{\"markers\":[{\"latitude\":0,\"longitude\":0,\"label\":\"x\",\"lable\":1}]}",
         "there is no \"markers[0].lable\"; did you mean \"label\"?");
  carto_buf_init(&many, libc_alloc, 0);
  carto_buf_append_text(&many, "{\"markers\":[");
  for (int i = 0; i < 1000000; i++)
    carto_buf_append_text(&many, i ? ",{\"latitude\":0,\"longitude\":0,\"label\":\"\"}"
                                   : "{\"latitude\":0,\"longitude\":0,\"label\":\"\"}");
  carto_buf_append(&many, "]}", 3);
  refuse(&w, "add_marker", many.ptr, "a map has at most 10000 markers; it has 2, and 1000000 more do not fit");
  carto_buf_free(&many);
  map_world_close(&w);
}

/* ---- the spatial filter */

#define SQUARE "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}"

static void test_spatial_filter(void) {
  map_world w;
  open_world(&w);
  GET(&w, "set_spatial_filter", "{\"geometry\":" SQUARE "}", DONE);
  GET(&w, "get_spatial_filter", "{}", "{\"type\":\"mask\",\"geometry\":" SQUARE "}");
  GET(&w, "get_active_filters", "{}",
      "{\"spatialFilter\":{\"type\":\"mask\",\"geometry\":" SQUARE "},\"widgets\":[],\"parameters\":[]}");
#define GEOMETRY(type, coordinates) "{\"geometry\":{\"type\":\"" type "\",\"coordinates\":" coordinates "}}"
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[[[0,0],[10,10],[10,0],[0,10],[0,0]]]"), "[5, 5]");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[[[0,0],[10,0],[10,10],[0,10]]]"), "\"geometry\": ");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[[[0,0],[190,0],[10,10],[0,0]]]"), "190");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[[[0,0],[9,95],[10,10],[0,0]]]"), "95");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[]"), "\"geometry\": ");
  refuse(&w, "set_spatial_filter", GEOMETRY("Point", "[0,0]"), "\"geometry\": ");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygone", "[[[0,0],[10,0],[10,10],[0,0]]]"), "\"geometry\": ");
  refuse(&w, "set_spatial_filter", GEOMETRY("Polygon", "[[[0,0],[\"10\",0],[10,10],[0,0]]]"), "\"geometry\": ");
  refuse(&w, "set_spatial_filter", "{\"geometry\":{}}", "\"geometry\": ");
  refuse(&w, "set_spatial_filter", "{\"geometry\":\"POLYGON EMPTY\"}", "must be an object or null, not a string");
  refuse(&w, "set_spatial_filter", "{}", "\"geometry\" is missing");
  GET(&w, "set_spatial_filter", "{\"geometry\":null}", DONE);
  get(&w, "get_spatial_filter", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "{\"type\":\"viewport\"");
  GET(&w, "set_spatial_filter", "{\"geometry\":null}", DONE); /* there is none: as well */
  map_world_close(&w);
}

/* ---- sources and layers */

#define SOURCE(type, text) "{\"type\":\"" type "\",\"source\":\"" text "\"," SHOP "}"

static void test_sources(void) {
  map_world w;
  open_world(&w);
  GET(&w, "add_source", SOURCE("table", "areas"),
      "{\"id\":\"s1\",\"source\":\"demo.shop.areas\",\"label\":\"areas\",\"connectionName\":\"shop\","
      "\"provider\":\"postgres\",\"type\":\"table\",\"schema\":[{\"name\":\"district\",\"type\":\"String\"},"
      "{\"name\":\"people\",\"type\":\"Number\"},{\"name\":\"geom\",\"type\":\"Geometry\"}],\"geoColumn\":\"geom\"}");
  GET(&w, "add_source", SOURCE("query", "SELECT a * 2 AS twice FROM plain"),
      "{\"id\":\"s2\",\"source\":\"SELECT a * 2 AS twice FROM plain\",\"label\":\"Query\",\"connectionName\":\"shop\","
      "\"provider\":\"postgres\",\"type\":\"query\",\"schema\":[{\"name\":\"twice\",\"type\":\"Number\"}]}");
  refuse(&w, "add_source", SOURCE("table", "area"), "areas");
  refuse(&w, "add_source", SOURCE("query", "SELECT x FROM plain"), "SQLSTATE 42703");
  refuse(&w, "add_source", SOURCE("query", "DELETE FROM plain"), "");
  refuse(&w, "add_source", SOURCE("query", "SELECT a FROM plain WHERE a = {{nobody}}"),
         "there is no parameter nobody; the map has no SQL parameters");
  refuse(&w, "add_source", SOURCE("tileset", "t"), "has no tilesets and no rasters");
  refuse(&w, "add_source", SOURCE("raster", "t"), "has no tilesets and no rasters");
  refuse(&w, "add_source", SOURCE("view", "t"), "\"type\" must be one of table|query|tileset|raster, not \"view\"");
  refuse(&w, "add_source", SOURCE("table", ""), "\"source\" must be 1 to");
  refuse(&w, "add_source", "{\"type\":\"table\",\"source\":\"areas\",\"connection\":\"shopp\",\"provider\":\"postgres\"}",
         "no connection \"shopp\"; nearest: \"shop\"");
  refuse(&w, "add_source", "{\"type\":\"table\",\"source\":\"areas\",\"connection\":\"shop\",\"provider\":\"bigquery\"}",
         "\"provider\": connection \"shop\" is \"postgres\", not \"bigquery\"");
  refuse(&w, "add_source", "{\"type\":\"table\",\"source\":\"areas\"," SHOP ",\"geoColumn\":\"geo\"}",
         "\"geoColumn\": there is no column \"geo\"; nearest: geom");
  refuse(&w, "add_source", "{\"type\":\"table\",\"source\":\"areas\"," SHOP ",\"geoColumn\":\"people\"}",
         "\"geoColumn\": column \"people\" is Number, not Geometry, and holds no H3 or quadbin cells; rows are placed by \"geom\"");
  refuse(&w, "remove_source", "{\"datasetId\":\"s3\"}", "there is no dataset \"s3\"; nearest: \"s1\", \"s2\"");
  refuse(&w, "add_layer", "{\"datasetId\":\"s2\",\"label\":\"x\"}", "has no geometry, H3 or quadbin column");
  GET(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\"}", "{\"layerId\":\"l1\",\"type\":\"polygon\"}");
  refuse(&w, "remove_source", "{\"datasetId\":\"s1\"}", "dataset \"s1\" is still used by layer \"l1\"");
  GET(&w, "remove_source", "{\"datasetId\":\"s2\"}", DONE);
  GET(&w, "remove_layer", "{\"layerId\":\"l1\"}", DONE);
  GET(&w, "remove_source", "{\"datasetId\":\"s1\"}", DONE);
  refuse(&w, "remove_source", "{\"datasetId\":\"s1\"}", "there is no dataset \"s1\": the map has none; add_source");
  get(&w, "add_source", SOURCE("table", "one")); /* ids do not come again */
  CHECK_CONTAINS(carto_buf_str(&w.out), "{\"id\":\"s3\",");
  map_world_close(&w);
}

/* A column of cells may be named as add_source names it, or as saved maps do. */
static void test_cell_sources(void) {
  static const char *const good[][3] = {
    {"\"type\":\"table\",\"source\":\"cells_h3\"", "h3", "h3"},
    {"\"type\":\"table\",\"source\":\"cells_h3\"", "h3:h3", "h3"},
    {"\"type\":\"table\",\"source\":\"cells_h3\"", "hexid:h3", "h3"}, /* no index is named so: the column counts */
    {"\"type\":\"table\",\"source\":\"cells_quadbin\"", "quadbin", "quadbin"},
    {"\"type\":\"table\",\"source\":\"cells_quadbin\"", "quadbin:quadbin", "quadbin"},
    {"\"type\":\"query\",\"source\":\"SELECT h3 AS cell, visits FROM cells_h3\"", "cell", "h3"},
    {"\"type\":\"query\",\"source\":\"SELECT h3 AS cell, visits FROM cells_h3\"", "h3:cell", "h3"},
    {"\"type\":\"table\",\"source\":\"stores\"", "h3:geom", "point"}};
  map_world w;
  char text[300];
  open_world(&w);
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    snprintf(text, sizeof text, "{%s," SHOP ",\"geoColumn\":\"%s\"}", good[i][0], good[i][1]);
    get(&w, "add_source", text);
    snprintf(text, sizeof text, "\"geoColumn\":\"%s\"}", good[i][1]);
    CHECK_CONTAINS(carto_buf_str(&w.out), text);
    snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"label\":\"x\"}", (int)i + 1);
    get(&w, "add_layer", text);
    snprintf(text, sizeof text, "\"type\":\"%s\"}", good[i][2]);
    CHECK_CONTAINS(carto_buf_str(&w.out), text);
  }
#define CELLS(table, column) "{\"type\":\"table\",\"source\":\"" table "\"," SHOP ",\"geoColumn\":\"" column "\"}"
  refuse(&w, "add_source", CELLS("cells_h3", "quadbin:h3"), "\"geoColumn\": column \"h3\" holds H3 cells, not quadbin");
  refuse(&w, "add_source", CELLS("cells_quadbin", "h3:quadbin"), "column \"quadbin\" holds quadbin cells, not H3");
  refuse(&w, "add_source", CELLS("cells_h3", "visits"), "column \"visits\" is Number, not Geometry, and holds no H3 or quadbin cells; "
                                                        "rows are placed by \"h3\"");
  refuse(&w, "add_source", CELLS("cells_h3", "geom"), "there is no column \"geom\"; rows are placed by \"h3\"");
  refuse(&w, "add_source", CELLS("plain", "a"), "column \"a\" is Number, not Geometry, and holds no H3 or quadbin cells");
  map_world_close(&w);
}

/* A saved dataset places its rows by the column that it names, or not at all. */
static void test_geo_column(void) {
#define PLACED(by) "\"id\":\"d-all\"," by "\"type\":\"table\""
  map_world w;
  open_world(&w);
  load_changed(&w, PLACED(""), PLACED("\"geoColumn\":\"nope\","));
  refuse(&w, "add_layer", "{\"datasetId\":\"d-all\",\"label\":\"x\"}",
         "dataset \"d-all\": its geoColumn \"nope\" names no column of it; nearest: \"geom\"");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-near\"}", "its geoColumn \"nope\" names no column of it");
  READ(&w, "formula", "wid-sum", "550"); /* a global one needs no place */
  load_changed(&w, PLACED(""), PLACED("\"geoColumn\":\"kind\","));
  refuse(&w, "add_layer", "{\"datasetId\":\"d-all\",\"label\":\"x\"}", "its geoColumn \"kind\" holds neither geometry nor cells");
  load_changed(&w, PLACED(""), PLACED("\"geoColumn\":\"geom\","));
  READ(&w, "formula", "wid-near", "2");
  map_world_close(&w);
}

/* Of two columns that place the rows, masks and views go by the dataset's: one widget of each over the same table. */
static void test_two_places(void) {
#define NAMED(id, want) READ(&w, "category", id, want)
  map_world w;
  open_world(&w);
  get(&w, "add_source", "{\"type\":\"table\",\"source\":\"moved\"," SHOP ",\"geoColumn\":\"h3\"}");
  get(&w, "add_source", "{\"type\":\"table\",\"source\":\"moved\"," SHOP ",\"geoColumn\":\"geom\"}");
  get(&w, "add_source", "{\"type\":\"query\",\"source\":\"SELECT name, staff, ST_Point(lng, lat) AS first, "
                        "ST_Point(lng + 132.42, lat + 12.225) AS second FROM moved\"," SHOP ",\"geoColumn\":\"second\"}");
  for (int i = 1; i <= 3; i++) {
    char text[200];
    snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"type\":\"formula\",\"operation\":\"sum\",\"column\":\"staff\"}", i);
    get(&w, "add_widget", text);
    snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"type\":\"category\",\"column\":\"name\"}", i);
    get(&w, "add_widget", text);
  }
  for (int round = 0; round < 4; round++) { /* a mask, then the view; and both again */
    if (round % 2 == 0)
      get(&w, "set_spatial_filter", "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-123,37],[-122,37],[-122,38],[-123,38],[-123,37]]]}}");
    else get(&w, "set_spatial_filter", "{\"geometry\":null}");
    get(&w, "set_map_center_and_zoom", "{\"center\":[37.775,-122.42],\"zoom\":9}");
    READ(&w, "formula", "w1", "1");
    READ(&w, "formula", "w3", "2");
    READ(&w, "formula", "w1", "1");
    READ(&w, "formula", "w5", "null"); /* Bob's second place is at 10, 50 */
    NAMED("w2", "[{\"name\":\"Ann\",\"value\":1}]");
    NAMED("w4", "[{\"name\":\"Bob\",\"value\":1}]");
    get(&w, "filter_category_widget", "{\"widgetId\":\"w2\",\"categories\":[\"Bob\"]}");
    READ(&w, "formula", "w1", "null");
    READ(&w, "formula", "w3", "2");
    get(&w, "filter_category_widget", "{\"widgetId\":\"w2\",\"categories\":[]}");
    get(&w, "set_map_center_and_zoom", "{\"center\":[50,10],\"zoom\":9}");
    if (round % 2 == 0) continue;
    READ(&w, "formula", "w1", "null");
    READ(&w, "formula", "w3", "5");
    READ(&w, "formula", "w5", "2");
  }
  map_world_close(&w);
}

static void test_layers(void) {
  static const char *const tables[][2] = {{"stores", "point"}, {"roads", "line"}, {"areas", "polygon"},
                                          {"cells_h3", "h3"}, {"cells_quadbin", "quadbin"}};
  map_world w;
  char text[200];
  open_world(&w);
  for (int i = 0; i < 5; i++) {
    snprintf(text, sizeof text, SOURCE("table", "%s"), tables[i][0]);
    get(&w, "add_source", text);
    snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"label\":\"L\"}", i + 1);
    get(&w, "add_layer", text);
    snprintf(text, sizeof text, "{\"layerId\":\"l%d\",\"type\":\"%s\"}", i + 1, tables[i][1]);
    CHECK_STR(carto_buf_str(&w.out), text);
  }
  refuse(&w, "add_layer", "{\"datasetId\":\"s9\",\"label\":\"x\"}", "nearest: \"s1\", \"s2\", \"s3\", \"s4\", \"s5\"");
  refuse(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"nam\"]}",
         "\"hooverColumns\": there is no column \"nam\"; nearest: \"name\"");
  refuse(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}",
         "\"hooverColumns\" must be 0 to 5 elements long, not 6");
  refuse(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"name\"],"
                          "\"hooverColumnsAggregation\":{\"staff\":\"sum\"}}", "is not among \"hooverColumns\"");
  refuse(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"name\"],"
                          "\"hooverColumnsAggregation\":{\"name\":\"total\"}}", "must be one of count|sum");
  refuse(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"staff\",\"name\"],"
                          "\"hooverColumnsAggregation\":{\"name\":\"average\"}}",
         "\"hooverColumnsAggregation\": column \"name\" holds no numbers");
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\",\"hooverColumns\":[\"name\",\"staff\"],"
                       "\"hooverColumnsAggregation\":{\"staff\":\"average\"}}");
  CHECK_UINT(map_world_map(&w)->now.layers[0].hover_count, 2); /* it lies on top */
  CHECK_STR(map_world_map(&w)->now.layers[0].hover[1].aggregation, "avg");
  GET(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l1\",\"visibility\":false},"
                                  "{\"layerId\":\"l2\",\"visibility\":true}]}", DONE);
  refuse(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":false},"
                                     "{\"layerId\":\"l7\",\"visibility\":true}]}", "there is no layer \"l7\"; nearest: ");
  refuse(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":false,\"mapIndex\":1}]}",
         "this map is not split");
  refuse(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":\"no\"}]}", "must be a boolean");
  refuse(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":true,\"mapIndex\":2}]}",
         "must be 0 to 1, not 2");
  refuse(&w, "remove_layer", "{\"layerId\":\"l9\"}", "there is no layer \"l9\"");
  GET(&w, "remove_layer", "{\"layerId\":\"l6\"}", DONE);
  map_world_close(&w);
}

static void test_styles(void) {
  map_world w;
  const carto__map_layer *l;
  open_world(&w);
  get(&w, "add_source", SOURCE("table", "stores"));
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Stores\"}");
  GET(&w, "set_layer_style", "{\"layerId\":\"l1\",\"opacity\":0.5,\"fillColor\":\"#FF0000\",\"radius\":7,"
                             "\"outlineColor\":\"white\",\"outlineWidth\":2}", DONE);
  l = &map_world_map(&w)->now.layers[0];
  CHECK_DOUBLE(l->opacity.value, 0.5);
  CHECK_INT(l->fill.color.r, 255);
  CHECK_INT(l->outline.color.b, 255);
  CHECK_DOUBLE(l->radius.value, 7);
  CHECK_DOUBLE(l->outline_width.value, 2);
  GET(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"revenue\",\"radiusColumn\":\"staff\"}", DONE);
  l = &map_world_map(&w)->now.layers[0];
  CHECK_STR(l->fill_column, "revenue");
  CHECK_STR(l->fill_scale, "quantile");
  CHECK_STR(l->radius_column, "staff");
  CHECK_DOUBLE(l->radius.value, 7); /* what is not named stays */
  GET(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"Sunset\"}", DONE);
  l = &map_world_map(&w)->now.layers[0];
  CHECK_STR(l->fill_palette, "Sunset");
  CHECK_STR(l->fill_column, "revenue");
  GET(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"kind\"}", DONE);
  CHECK_STR(map_world_map(&w)->now.layers[0].fill_scale, "ordinal");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColor\":\"bluish\"}", "\"fillColor\" must be a colour");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"outlineColor\":\"#12345\"}", "\"outlineColor\" must be a colour");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"opacity\":1.5}", "\"opacity\" must be 0 to 1, not 1.5");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"radius\":2.5}", "\"radius\" must be an integer, not a fraction");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"radius\":-1}", "\"radius\" must be 0 to 1000, not -1");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"radius\":9,\"radiusColumn\":\"kind\"}",
         "\"radiusColumn\": column \"kind\" holds no numbers");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"radiusColumn\":\"stuff\"}", "nearest: \"staff\"");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"opened\"}", "holds neither numbers nor texts");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"kinds\"}",
         "\"fillColorColumn\": there is no column \"kinds\"; nearest: \"kind\"");
  refuse(&w, "set_layer_style", "{\"layerId\":\"l2\",\"radius\":1}", "there is no layer \"l2\"; nearest: \"l1\"");
  map_world_close(&w);
}

/* Zoom levels as Google Maps has them: the world is 256 px at zoom 0. */
static void test_zoom_to_layer(void) {
  map_world w;
  const carto__map_state *s;
  open_world(&w);
  get(&w, "add_source", SOURCE("table", "one"));
  get(&w, "add_source", SOURCE("table", "areas"));
  get(&w, "add_source", SOURCE("query", "SELECT name, geom FROM stores WHERE name IN ('Faro', 'Gent')"));
  get(&w, "add_source", SOURCE("query", "SELECT name, geom FROM stores WHERE false"));
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"one\"}");
  get(&w, "add_layer", "{\"datasetId\":\"s2\",\"label\":\"areas\"}");
  get(&w, "add_layer", "{\"datasetId\":\"s3\",\"label\":\"two\"}");
  get(&w, "add_layer", "{\"datasetId\":\"s4\",\"label\":\"none\"}");
  GET(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l1\"}", DONE);
  s = &map_world_map(&w)->now;
  CHECK_NEAR(s->latitude.value, 45, 1e-9);
  CHECK_NEAR(s->longitude.value, 5, 1e-9);
  CHECK_DOUBLE(s->zoom.value, 15);
  GET(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l2\"}", DONE);
  CHECK_NEAR(s->latitude.value, 0, 1e-9);
  CHECK_NEAR(s->longitude.value, 10, 1e-9);
  /* 768 - 80 px for the height of +-30 degrees: ln(tan(60 deg)) / pi = 0.174850... of the world */
  CHECK_NEAR(s->zoom.value, 3.942078550, 1e-8);
  GET(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l3\"}", DONE); /* 178 to -178 */
  CHECK_NEAR(carto__abs(s->longitude.value), 180, 1e-9);
  CHECK(s->zoom.value > 5);
  refuse(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l4\"}", "layer \"l4\" is empty");
  refuse(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l5\"}", "there is no layer \"l5\"");
  map_world_close(&w);
}

/* ---- places */

static void test_geocode(void) {
  map_world w;
  open_world(&w);
  GET(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", "[{\"latitude\":37.4,\"longitude\":-5.98,\"address\":\"Sevilla, Andaluc\xC3\xAD""a, Spain\"}]");
  GET(&w, "lds_geocode", "{\"address\":\"cordoba\",\"limit\":1}", "[{\"latitude\":-31.4,\"longitude\":-64.18,\"address\":\"C\xC3\xB3rdoba, Argentina\"}]");
  GET(&w, "lds_geocode", "{\"address\":\"cordoba\",\"country_code\":\"ES\"}", "[{\"latitude\":37.88,\"longitude\":-4.77,\"address\":\"C\xC3\xB3rdoba, Andaluc\xC3\xAD""a, Spain\"}]");
  GET(&w, "lds_geocode", "{\"address\":\"Atlantis\"}", "[]");
  CHECK_INT(map_world_call(&w, "lds_geocode", "{\"address\":\"Sevilla\",\"country_code\":\"ESP\"}"), CARTO_ERR_ARG);
  CHECK_INT(map_world_call(&w, "lds_geocode", "{\"address\":\"Sevilla\",\"limit\":0}"), CARTO_ERR_ARG);
  CHECK_INT(map_world_call(&w, "lds_geocode", "{\"address\":\"\"}"), CARTO_ERR_ARG);
  CHECK_INT(map_world_call(&w, "lds_geocode", "{}"), CARTO_ERR_ARG);
  CHECK(map_world_map(&w) == NULL); /* it needs no map */
  w.local._desc.places = carto_str_from("nowhere");
  carto_gazetteer_free(&w.local._places);
  CHECK_INT(map_world_call(&w, "lds_geocode", "{\"address\":\"Sevilla\"}"), CARTO_ERR_UNSUPPORTED);
  CHECK_CONTAINS(carto_str_from(w.error.text), "connection shop has no table \"nowhere\"");
  map_world_close(&w);
}

/* ---- saved maps */

#define LOAD "{\"mapId\":\"" MAP_ID "\"}"

static void test_saved(void) {
  map_world w;
  const carto__map_state *s;
  open_world(&w);
  GET(&w, "load_builder_map", LOAD,
      "{\"success\":true,\"mapId\":\"" MAP_ID "\",\"name\":\"Shops\",\"datasets\":[{\"id\":\"d-stores\",\"label\":"
      "\"Stores\"},{\"id\":\"d-areas\",\"label\":\"Areas\"},{\"id\":\"d-all\",\"label\":\"All stores\"}],\"layers\":["
      "{\"id\":\"lay-stores\",\"label\":\"Stores\"},{\"id\":\"lay-areas\",\"label\":\"Areas\"}],\"widgets\":["
      "{\"id\":\"wid-sum\",\"title\":\"Revenue\",\"type\":\"formula\"},{\"id\":\"wid-kind\",\"title\":\"Kinds\","
      "\"type\":\"category\"},{\"id\":\"wid-hist\",\"title\":\"Staff\",\"type\":\"histogram\"},{\"id\":\"wid-range\","
      "\"title\":\"Revenue\",\"type\":\"range\"},{\"id\":\"wid-time\",\"title\":\"Opened\",\"type\":\"timeseries\"},"
      "{\"id\":\"wid-near\",\"title\":\"Here\",\"type\":\"formula\"},{\"id\":\"wid-query\",\"title\":\"Chosen\","
      "\"type\":\"formula\"},{\"id\":\"wid-wrong\","
      "\"title\":\"Wrong\",\"type\":\"formula\"}],\"parameters\":[{\"id\":\"par-kinds\",\"name\":\"Kinds\",\"type\":"
      "\"Category\"},{\"id\":\"par-least\",\"name\":\"Least\",\"type\":\"Numeric\"},{\"id\":\"par-days\",\"name\":"
      "\"Days\",\"type\":\"DateRange\"},{\"id\":\"par-staff\",\"name\":\"Staff\",\"type\":\"NumericRange\"},"
      "{\"id\":\"par-one\",\"name\":\"One\",\"type\":\"Category\"}],\"notLoaded\":[{\"kind\":\"layer\",\"id\":\"lay-old\","
      "\"problem\":\"layers of type \\\"hexagon\\\" are outdated\"},{\"kind\":\"widget\",\"id\":\"wid-lost\","
      "\"problem\":\"there is no dataset \\\"gone\\\" in this map\"}]}");
  s = &map_world_map(&w)->now;
  GET(&w, "get_map_coordinates", "{}", "{\"latitude\":50,\"longitude\":11,\"zoom\":4}");
  CHECK_UINT(s->layer_count, 2);
  CHECK_INT(s->layers[0].sides[0], CARTO_FLAG_TRUE);
  CHECK_INT(s->layers[0].sides[1], CARTO_FLAG_FALSE); /* not listed there */
  CHECK_INT(s->layers[1].sides[1], CARTO_FLAG_TRUE);
  CHECK_INT(s->layers[1].visible, CARTO_FLAG_FALSE);
  GET(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"lay-stores\",\"visibility\":true,\"mapIndex\":1}]}", DONE);
  CHECK_INT(s->layers[0].sides[1], CARTO_FLAG_TRUE);
  refuse(&w, "remove_layer", "{\"layerId\":\"lay-stores\"}", "layer \"lay-stores\" is part of the saved map");
  refuse(&w, "set_layer_style", "{\"layerId\":\"lay-stores\",\"radius\":3}", "layer \"lay-stores\" is part of the saved");
  refuse(&w, "remove_source", "{\"datasetId\":\"d-all\"}", "dataset \"d-all\" is part of the saved map");
  refuse(&w, "remove_layer", "{\"layerId\":\"lay-store\"}", "nearest: \"lay-stores\", \"lay-areas\"");
  get(&w, "add_layer", "{\"datasetId\":\"d-all\",\"label\":\"mine\"}");
  GET(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"lay-areas\"}", DONE);
  refuse(&w, "load_builder_map", "{\"mapId\":\"empt\"}", "no map \"empt\"; nearest: empty");
  refuse(&w, "load_builder_map", "{\"mapId\":\"newer\"}", "map \"newer\" cannot be loaded: Only support Kepler v1");
  refuse(&w, "load_builder_map", "{\"mapId\":\"cut\"}", "map \"cut\" cannot be loaded: cut.json: not JSON: ");
  refuse(&w, "load_builder_map", "{\"mapId\":\"bare\"}",
         "map \"bare\" cannot be loaded: bare.json: a map document has a \"keplerMapConfig\"");
  refuse(&w, "load_builder_map", "{\"mapId\":\"nothing\"}", "no map \"nothing\"; use list_maps");
  get(&w, "load_builder_map", "{\"mapId\":\"empty\"}");
  CHECK_UINT(s->layer_count + s->source_count + s->widget_count + s->parameter_count + s->filter_count, 0);
  map_world_close(&w);
}

/* Each element that cannot be taken is told with its reason; what can is not among them. */
static void test_not_loaded(void) {
  map_world w;
  open_world(&w);
  get(&w, "load_builder_map", "{\"mapId\":\"partly\"}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "\"layers\":[{\"id\":\"good\",\"label\":\"Good\"}],\"widgets\":[],\"parameters\":[],"
    "\"notLoaded\":[{\"kind\":\"layer\",\"id\":\"lost\",\"problem\":\"there is no dataset \\\"nope\\\" in this map\"},"
    "{\"kind\":\"layer\",\"id\":\"old\",\"problem\":\"layers of type \\\"point\\\" are outdated\"},"
    "{\"kind\":\"layer\",\"id\":\"new\",\"problem\":\"layers of type \\\"zzz\\\" are not known\"},"
    "{\"kind\":\"widget\",\"id\":\"odd\",\"problem\":\"widgets of type \\\"gauge\\\" are not known\"},"
    "{\"kind\":\"filters\",\"id\":\"nope\",\"problem\":\"there is no dataset of this id in this map\"}]}");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"odd\"}", "widgets of type \"gauge\" are not known");
  get(&w, "load_builder_map", "{\"mapId\":\"empty\"}");
  CHECK(!test_contains(carto_buf_str(&w.out), "notLoaded"));
  map_world_close(&w);
}

/* A layer that is to be seen shows, though its group was hidden; nothing else does. */
static void test_hidden_group(void) {
  static const char group[] = "\"layerGrouping\":[{\"type\":\"group\",\"id\":\"g\",\"name\":\"G\",\"isVisible\":false,"
    "\"children\":[{\"type\":\"layer\",\"layerId\":\"lay-stores\"},{\"type\":\"layer\",\"layerId\":\"lay-areas\"}]}],"
    "\"spatialFilter\":null";
  map_world w;
  opened_map saved;
  open_world(&w);
  load_changed(&w, "\"spatialFilter\":null", group);
  saved = read_map(&w);
  CHECK(!carto_map_layer_is_visible(&saved.map, 0, 0) && !carto_map_layer_is_visible(&saved.map, 2, 1));
  close_map(&saved);
  GET(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"lay-areas\",\"visibility\":false}]}", DONE);
  saved = read_map(&w);
  CHECK(saved.map.groups[0].is_visible == CARTO_FLAG_FALSE); /* to hide shows nothing */
  close_map(&saved);
  GET(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"lay-areas\",\"visibility\":true,\"mapIndex\":1}]}", DONE);
  saved = read_map(&w);
  CHECK(carto_map_layer_is_visible(&saved.map, 2, 1) && !carto_map_layer_is_visible(&saved.map, 2, 0));
  CHECK(!carto_map_layer_is_visible(&saved.map, 0, 0) && !carto_map_layer_is_visible(&saved.map, 0, 1));
  close_map(&saved);
  check_round_trip(&w);
  GET(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"lay-stores\",\"visibility\":true}]}", DONE);
  saved = read_map(&w);
  CHECK(carto_map_layer_is_visible(&saved.map, 0, 0) && carto_map_layer_is_visible(&saved.map, 0, 1));
  CHECK(carto_map_layer_is_visible(&saved.map, 2, 1)); /* it was seen before, and is */
  close_map(&saved);
  map_world_close(&w);
}

/* A connection may be named by its id alone, which is then looked for. */
static void test_connection_id(void) {
  static const char was[] = "\"id\":\"d-all\",\"type\":\"table\",\"source\":\"demo.shop.stores\",\"connectionName\":\"shop\"";
#define NAMED(id) "\"id\":\"d-all\",\"type\":\"table\",\"source\":\"demo.shop.stores\"" id
  map_world w;
  carto_connection_list list;
  char text[300];
  open_world(&w);
  carto_arena_reset(&w.arena);
  CHECK_INT(w.warehouse.driver->connections(&w.call, w.warehouse.state, &list, &w.error), CARTO_OK);
  snprintf(text, sizeof text, NAMED(",\"connectionId\":\"%.*s\""), (int)list.items[0].id.len, list.items[0].id.ptr);
  load_changed(&w, was, text);
  READ(&w, "formula", "wid-sum", "550");
  check_round_trip(&w);
  READ(&w, "formula", "wid-sum", "550");
  load_changed(&w, was, NAMED(",\"connectionId\":\"shop\""));
  READ(&w, "formula", "wid-sum", "550");
  load_changed(&w, was, NAMED(",\"connectionId\":\"<connection-id>\""));
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}",
         "dataset \"d-all\" names no connection, and none has its connectionId \"<connection-id>\"; use list_connections");
  load_changed(&w, was, NAMED(""));
  refuse(&w, "add_layer", "{\"datasetId\":\"d-all\",\"label\":\"x\"}", "dataset \"d-all\" names no connection; use list_connections");
  map_world_close(&w);
}

/* What is exported as bound is what the parameters are now. */
static void test_bound(void) {
  map_world w;
  opened_map saved;
  const carto_json *bound;
  open_world(&w);
  load_changed(&w, "\"providerId\":\"postgres\",\"geoColumn\":\"geom\",\"label\":\"Stores\"",
               "\"queryParameters\":{\"least\":100,\"other\":2.50,\"kinds\":[\"Old\"]},\"providerId\":\"postgres\","
               "\"geoColumn\":\"geom\",\"label\":\"Stores\"");
  get(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":250}");
  get(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\",\"it's\"]}");
  get(&w, "add_source", SOURCE("query", "SELECT * FROM stores WHERE revenue > {{least}}"));
  get(&w, "add_source", SOURCE("query", "SELECT * FROM stores"));
  saved = read_map(&w);
  bound = saved.map.datasets[0].query_parameters;
  CHECK_STR(json_text(&saved, bound), "{\"least\":250,\"other\":2.50,\"kinds\":[\"Gas\",\"it's\"],\"from_day\":"
                                      "\"2020-01-01\",\"to_day\":\"2020-12-31\",\"few\":0,\"many\":100}");
  CHECK_STR(json_text(&saved, saved.map.datasets[3].query_parameters), "{\"least\":250}");
  CHECK(saved.map.datasets[1].query_parameters == NULL && saved.map.datasets[4].query_parameters == NULL);
  close_map(&saved);
  check_round_trip(&w);
  /* a list has them in the order of the placeholders */
  load_changed(&w, "\"providerId\":\"postgres\",\"geoColumn\":\"geom\",\"label\":\"Stores\"",
               "\"queryParameters\":[[\"Old\"],7,\"a\",\"b\",1,2],\"providerId\":\"postgres\","
               "\"geoColumn\":\"geom\",\"label\":\"Stores\"");
  get(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":251}");
  saved = read_map(&w);
  CHECK_STR(json_text(&saved, saved.map.datasets[0].query_parameters),
            "[[\"Market\",\"Drugstore\"],251,\"2020-01-01\",\"2020-12-31\",0,100]");
  close_map(&saved);
  load_changed(&w, "\"providerId\":\"postgres\",\"geoColumn\":\"geom\",\"label\":\"Stores\"",
               "\"queryParameters\":[1,2],\"providerId\":\"postgres\",\"geoColumn\":\"geom\",\"label\":\"Stores\"");
  saved = read_map(&w);
  CHECK_STR(json_text(&saved, saved.map.datasets[0].query_parameters), "[1,2]");
  close_map(&saved);
  map_world_close(&w);
}

static void test_parameters(void) {
  map_world w;
  open_world(&w);
  get(&w, "load_builder_map", LOAD);
#define VALUES(kinds, least, days, staff) \
  "\"parameters\":[{\"id\":\"par-kinds\",\"type\":\"Category\",\"value\":" kinds "},{\"id\":\"par-least\",\"type\":" \
  "\"Numeric\",\"value\":" least "},{\"id\":\"par-days\",\"type\":\"DateRange\",\"value\":" days "},{\"id\":" \
  "\"par-staff\",\"type\":\"NumericRange\",\"value\":" staff "},{\"id\":\"par-one\",\"type\":\"Category\"," \
  "\"value\":[\"a\"]}]}"
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), VALUES("[\"Market\",\"Drugstore\"]", "100",
    "{\"min\":\"2020-01-01\",\"max\":\"2020-12-31\"}", "{\"min\":0,\"max\":100}"));
  GET(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\"]}", DONE);
  GET(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":50.5}", DONE);
  GET(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"min\":\"2020-02-29\"}", DONE);
  GET(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":1,\"max\":2}", DONE);
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), VALUES("[\"Gas\"]", "50.5",
    "{\"min\":\"2020-02-29\",\"max\":\"2020-12-31\"}", "{\"min\":1,\"max\":2}"));
  GET(&w, "set_sql_numeric_parameter", "{\"parameterId\":\"par-least\",\"value\":7}", DONE);
  GET(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"max\":9}", DONE);
  GET(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[]}", DONE);
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), VALUES("[]", "7", "{\"min\":\"2020-02-29\",\"max\":\"2020-12-31\"}",
    "{\"min\":1,\"max\":9}"));
  refuse(&w, "add_source", SOURCE("query", "SELECT {{lest}} AS x"),
         "there is no parameter lest; the map has the SQL parameters kinds, least, from_day, to_day, few, many, one");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kind\",\"values\":[]}", "there is no SQL parameter \"par-kind\"; nearest: \"par-kinds\"");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-least\",\"values\":[]}", "use set_sql_parameter_numeric");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[1]}", "\"values[0]\" must be a string, not a number");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":null}", "\"values\" must be an array");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-one\",\"values\":[\"a\",\"b\"]}", "takes one value, not 2");
  refuse(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\",\"Markt\"]}",
         "\"values[1]\": \"Markt\" is no choice of SQL parameter \"par-kinds\"; nearest: \"Market\"");
  GET(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-one\",\"values\":[\"any\"]}", DONE); /* it has no choices */
  refuse(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":-1}", "\"value\" must be at least 0, not -1");
  refuse(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":1001}", "\"value\" must be at most 1000, not 1001");
  refuse(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":\"7\"}", "\"value\" must be a number, not a string");
  refuse(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-days\",\"value\":7}", "use set_sql_parameter_date_range");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"max\":\"2024-02-30\"}",
         "\"max\" must be a date of the calendar as YYYY-MM-DD, not \"2024-02-30\"");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"min\":\"2020-02-01T00:00:00Z\"}", "\"min\" must be a date");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"min\":\"yesterday\"}", "\"min\" must be a date");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"min\":\"2020-03-02\",\"max\":\"2020-03-01\"}",
         "\"min\" must not be above \"max\"");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"max\":\"2020-02-28\"}", "\"max\" would be on the wrong side");
  refuse(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\"}", "give \"min\" or \"max\", or both");
  refuse(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":3,\"max\":2}", "\"min\" must not be above \"max\"");
  refuse(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":10}", "\"min\" would be on the wrong side");
  refuse(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":-1}", "\"min\" must be at least 0, not -1");
  refuse(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-kinds\",\"min\":1}", "use set_sql_parameter_text");
  map_world_close(&w);
}

/* ---- widgets */


static void test_widgets(void) {
  map_world w;
  open_world(&w);
  get(&w, "load_builder_map", LOAD);
  READ(&w, "formula", "wid-sum", "550");
  READ(&w, "category", "wid-kind", "[{\"name\":\"Market\",\"value\":3},{\"name\":\"Gas\",\"value\":1}]");
  READ(&w, "histogram", "wid-hist", "{\"bins\":[1,4,7,10],\"frequencies\":[0,2,1]}");
  READ(&w, "time_series", "wid-time", "{\"categories\":[],\"values\":[{\"name\":1577836800000,\"value\":2},"
                                      "{\"name\":1583020800000,\"value\":1}]}");
  GET(&w, "get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[1577836800,1580515199]}",
      "{\"categories\":[],\"values\":[{\"name\":1577836800000,\"value\":2}]}");
  READ(&w, "formula", "wid-near", "2"); /* Gent is out of sight */
  get(&w, "set_map_center_and_zoom", "{\"center\":[20,180],\"zoom\":4}");
  READ(&w, "formula", "wid-near", "1");
  READ(&w, "formula", "wid-sum", "550");
  /* a filter counts for the others, and for itself it does not */
  GET(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[100,200]}", DONE);
  READ(&w, "formula", "wid-sum", "250");
  READ(&w, "category", "wid-kind", "[{\"name\":\"Market\",\"value\":2}]");
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "\"widgets\":[{\"id\":\"wid-kind\",\"column\":\"kind\",\"type\":\"category\","
    "\"value\":[\"Market\"]},{\"id\":\"wid-range\",\"column\":\"revenue\",\"type\":\"range\",\"value\":[[100,200]]}]");
  GET(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[null,150]}", DONE);
  READ(&w, "formula", "wid-sum", "250");
  GET(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[150,null]}", DONE);
  READ(&w, "formula", "wid-sum", "450");
  GET(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":null}", DONE);
  READ(&w, "formula", "wid-sum", "550");
  GET(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[4,4],[8,null]]}", DONE);
  READ(&w, "formula", "wid-sum", "400");
  READ(&w, "histogram", "wid-hist", "{\"bins\":[1,4,7,10],\"frequencies\":[0,2,1]}");
  GET(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[4,4],[null,null]]}", DONE);
  READ(&w, "formula", "wid-sum", "550"); /* open on both sides: no filter, as in a range */
  get(&w, "get_active_filters", "{}");
  CHECK(!test_contains(carto_buf_str(&w.out), "wid-hist"));
  refuse(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[null,null],[4,3]]}", "\"intervals[1]\" is upside down");
  GET(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[]}", DONE);
  GET(&w, "filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[\"Gas\"]}", DONE);
  READ(&w, "formula", "wid-sum", "50");
  GET(&w, "filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":null}", DONE);
  READ(&w, "formula", "wid-sum", "600"); /* of names with e */
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "\"widgets\":[]");
  /* a mask counts for all, global ones too */
  get(&w, "set_spatial_filter", "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[9,49],[12.5,49],[12.5,52.5],[9,52.5],[9,49]]]}}");
  READ(&w, "formula", "wid-sum", "400");
  READ(&w, "formula", "wid-near", "2");
  get(&w, "set_spatial_filter", "{\"geometry\":null}");
  READ(&w, "formula", "wid-sum", "600");
  map_world_close(&w);
}

/* Parameters decide what a query's widgets count. */
static void test_widget_of_query(void) {
  map_world w;
  open_world(&w);
  get(&w, "load_builder_map", LOAD);
  READ(&w, "formula", "wid-query", "300");
  get(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Drugstore\"]}");
  READ(&w, "formula", "wid-query", "200");
  get(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Market\",\"Gas\"]}");
  get(&w, "set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"max\":5}");
  READ(&w, "formula", "wid-query", "150");
  get(&w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"max\":\"2020-02-28\"}");
  READ(&w, "formula", "wid-query", "100");
  get(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":101}");
  READ(&w, "formula", "wid-query", "null");
  get(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":0}");
  READ(&w, "formula", "wid-query", "100");
  get(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[]}");
  READ(&w, "formula", "wid-query", "null");
  get(&w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"it's\"]}"); /* bound, not pasted */
  READ(&w, "formula", "wid-query", "null");
  CHECK(w.data.reads == 1);
  map_world_close(&w);
}

static void test_widget_errors(void) {
  map_world w;
  open_world(&w);
  get(&w, "load_builder_map", LOAD);
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-lost\"}", "widget \"wid-lost\" has no data: there is no dataset \"gone\"");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-wrong\"}", "InvalidColumnError: Missing column(s): revenu; nearest: \"revenue\"");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-summ\"}", "there is no widget \"wid-summ\"; nearest: \"wid-sum\"");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-kind\"}", "widget \"wid-kind\" is of type category, not formula; use get_category_widget");
  refuse(&w, "get_category_widget", "{\"widgetId\":\"wid-sum\"}", "use get_formula_widget");
  refuse(&w, "get_histogram_widget", "{\"widgetId\":\"wid-time\"}", "use get_time_series_widget");
  refuse(&w, "get_time_series_widget", "{\"widgetId\":\"wid-hist\"}", "use get_histogram_widget");
  refuse(&w, "get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[2,1]}", "\"timeRange\" is upside down");
  refuse(&w, "get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[2]}", "2 elements long, not 1");
  refuse(&w, "get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[\"NaN\",1]}", "\"timeRange[0]\" must be a number");
  refuse(&w, "filter_category_widget", "{\"widgetId\":\"wid-hist\",\"categories\":[\"x\"]}", "use filter_histogram_widget");
  refuse(&w, "filter_category_widget", "{\"widgetId\":\"wid-sum\",\"categories\":[\"x\"]}", "widget \"wid-sum\" is of type formula, not category or pie");
  refuse(&w, "filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[\"x\",7]}", "\"categories[1]\": column \"kind\" holds texts");
  refuse(&w, "filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":\"x\"}", "must be an array or null, not a string");
  refuse(&w, "filter_category_widget", "{\"widgetId\":\"wid-kind\"}", "\"categories\" is missing");
  refuse(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[1,2],[4,3]]}", "\"intervals[1]\" is upside down");
  refuse(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[1]]}", "\"intervals[0]\" must be 2 elements");
  refuse(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[1,\"2\"]]}", "\"intervals[0][1]\" must be");
  refuse(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[5,1]}", "\"range\" is upside down");
  refuse(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[5]}", "\"range\" must be [min, max], or null");
  refuse(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[1,2,3]}", "0 to 2 elements long, not 3");
  refuse(&w, "filter_range_widget", "{\"widgetId\":\"wid-kind\",\"range\":[1,2]}", "use filter_category_widget");
  map_world_close(&w);
}

/* A saved widget that computes with a column of words says so; texts that are numbers are numbers. */
static void test_widget_of_words(void) {
#define SUM_OF(column) "\"title\":\"Revenue\",\"dataSource\":\"d-all\",\"column\":\"" column "\",\"operation\":\"sum\""
#define KIND_BY(more) "\"column\":\"kind\",\"operation\":" more ",\"global\":true"
  map_world w;
  open_world(&w);
  load_changed(&w, SUM_OF("revenue"), SUM_OF("name"));
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}", "\"widgetId\": column \"name\" holds no numbers");
  load_changed(&w, KIND_BY("\"count\""), KIND_BY("\"average\",\"operationColumn\":\"name\""));
  refuse(&w, "get_category_widget", "{\"widgetId\":\"wid-kind\"}", "column \"name\" holds no numbers");
  load_changed(&w, KIND_BY("\"count\""), KIND_BY("\"average\",\"operationColumn\":\"nam\""));
  refuse(&w, "get_category_widget", "{\"widgetId\":\"wid-kind\"}", "Missing column(s): nam; nearest: \"name\"");
  load_changed(&w, "\"title\":\"Staff\",\"dataSource\":\"d-all\",\"column\":\"staff\"",
               "\"title\":\"Staff\",\"dataSource\":\"d-all\",\"column\":\"name\"");
  refuse(&w, "get_histogram_widget", "{\"widgetId\":\"wid-hist\"}", "column \"name\" holds no numbers");
  load_changed(&w, "\"type\":\"table\",\"source\":\"demo.shop.stores\"",
               "\"type\":\"query\",\"source\":\"SELECT geom, kind, name, '' || staff AS revenue FROM stores\"");
  READ(&w, "formula", "wid-sum", "17"); /* '4', '8' and '5' of the Markets */
  map_world_close(&w);
}

static void test_add_widget(void) {
  map_world w;
  open_world(&w);
  get(&w, "add_source", SOURCE("table", "stores"));
  GET(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\"}", "{\"widgetId\":\"w1\",\"type\":\"formula\"}");
  READ(&w, "formula", "w1", "7");
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"column\":\"staff\",\"operation\":\"avg\"}");
  READ(&w, "formula", "w2", "5.142857142857143");
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"kind\",\"operation\":\"max\","
                        "\"operationColumn\":\"staff\",\"orderBy\":\"alphabetical_asc\"}");
  READ(&w, "category", "w3", "[{\"name\":\"Drugstore\",\"value\":6},{\"name\":\"Gas\",\"value\":1},{\"name\":\"Market\","
                             "\"value\":8},{\"name\":\"null\",\"value\":10}]");
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"active\"}");
  GET(&w, "filter_category_widget", "{\"widgetId\":\"w4\",\"categories\":[\"true\"]}", DONE); /* as it is named */
  READ(&w, "formula", "w1", "5");
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"staff\"}");
  GET(&w, "filter_category_widget", "{\"widgetId\":\"w5\",\"categories\":[\"4\",10]}", DONE);
  READ(&w, "formula", "w1", "2");
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"timeseries\",\"column\":\"opened\",\"stepSize\":\"week\"}");
  READ(&w, "time_series", "w6", "{\"categories\":[],\"values\":[{\"name\":1578268800000,\"value\":1},"
                                "{\"name\":1583107200000,\"value\":1}]}");
  refuse(&w, "remove_source", "{\"datasetId\":\"s1\"}", "dataset \"s1\" is still used by widget \"w1\", \"w2\", \"w3\", \"w4\", \"w5\" and 1 more");
  refuse(&w, "add_widget", "{\"datasetId\":\"s2\",\"type\":\"formula\"}", "there is no dataset \"s2\"");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"table\"}", "\"type\" must be one of");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\"}",
         "\"column\" is missing: a widget of type histogram shows one; only a formula that counts rows needs none");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"operation\":\"count\"}", "a widget of type category shows one");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"operation\":\"sum\"}",
         "\"column\" is missing: a widget of type formula needs one to sum; only a formula that counts rows needs none");
#define OF_TYPE(type, more) "{\"datasetId\":\"s1\",\"type\":\"" type "\",\"column\":\"staff\"," more "}"
  refuse(&w, "add_widget", OF_TYPE("category", "\"stepSize\":\"day\""), "\"stepSize\" is for widgets of type timeseries, not category: leave it out");
  refuse(&w, "add_widget", OF_TYPE("histogram", "\"orderBy\":\"frequency_asc\""), "\"orderBy\" is for widgets of type category, not histogram");
  refuse(&w, "add_widget", OF_TYPE("range", "\"buckets\":4"), "\"buckets\" is for widgets of type histogram, not range");
  refuse(&w, "add_widget", OF_TYPE("formula", "\"operationColumn\":\"staff\""), "\"operationColumn\" is for widgets of type category and timeseries, not formula");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"column\":\"kind\",\"operation\":\"sum\"}", "column \"kind\" holds no numbers");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"kind\"}", "column \"kind\" holds no numbers");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"timeseries\",\"column\":\"kind\"}", "column \"kind\" holds no dates");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"geom\"}", "holds geometry");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"kinds\"}", "nearest: \"kind\"");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"kind\",\"operation\":\"sum\"}", "\"operationColumn\" is missing");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"kind\",\"operation\":\"sum\",\"operationColumn\":\"name\"}",
         "\"operationColumn\": column \"name\" holds no numbers");
  refuse(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"staff\",\"buckets\":0}", "\"buckets\" must be 1 to 5000");
  check_round_trip(&w);
  READ(&w, "formula", "w1", "2");
  refuse(&w, "remove_widget", "{\"widgetId\":\"w9\"}", "there is no widget \"w9\"; nearest: \"w1\"");
  GET(&w, "remove_widget", "{\"widgetId\":\"w5\"}", DONE); /* and what it filtered by */
  READ(&w, "formula", "w1", "5");
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"x\"}");
  refuse(&w, "remove_source", "{\"datasetId\":\"s1\"}", "dataset \"s1\" is still used by layer \"l1\" and widget \"w1\", \"w2\", "
                              "\"w3\", \"w4\", \"w6\"; use remove_layer and remove_widget first");
  get(&w, "remove_layer", "{\"layerId\":\"l1\"}");
  for (int i = 1; i <= 6; i++) {
    char text[40];
    snprintf(text, sizeof text, "{\"widgetId\":\"w%d\"}", i);
    if (i != 5) GET(&w, "remove_widget", text, DONE);
  }
  CHECK_UINT(map_world_map(&w)->now.filter_count, 0);
  GET(&w, "remove_source", "{\"datasetId\":\"s1\"}", DONE);
  get(&w, "load_builder_map", LOAD);
  refuse(&w, "remove_widget", "{\"widgetId\":\"wid-sum\"}", "widget \"wid-sum\" is part of the saved map");
  map_world_close(&w);
  { /* what no filter can select is said where filters are described */
    size_t count;
    const carto_tool *tools = carto_tools(&count);
    for (size_t i = 0; i < count; i++) {
      if (strcmp(tools[i].name, "filter_category_widget") == 0)
        CHECK_CONTAINS(carto_str_from(tools[i].params[1].description), "lists as null, pass no filter");
      if (strcmp(tools[i].name, "get_category_widget") == 0)
        CHECK_CONTAINS(carto_str_from(tools[i].results[0].description), "null: rows without a value; no filter can select these");
    }
  }
  { /* off unless it is asked for */
    carto_server_desc desc = carto_server_desc_default();
    carto_server server;
    CHECK_INT(carto_server_init(&server, &desc, NULL), CARTO_OK);
    CHECK(!carto__tool_named(&server, carto_str_from("add_widget")));
    CHECK(!carto__tool_named(&server, carto_str_from("remove_widget")));
    CHECK(carto__tool_named(&server, carto_str_from("get_formula_widget")) != NULL);
    carto_server_free(&server);
    desc.allow = "add_widget";
    CHECK_INT(carto_server_init(&server, &desc, NULL), CARTO_OK);
    CHECK(carto__tool_named(&server, carto_str_from("add_widget")) != NULL);
    carto_server_free(&server);
  }
}

/* ---- documents */

static void build_map(map_world *w) {
  get(w, "load_builder_map", LOAD);
  get(w, "add_source", SOURCE("table", "stores"));
  get(w, "add_source", SOURCE("query", "SELECT * FROM stores WHERE revenue > {{least}}"));
  get(w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Mine\",\"hooverColumns\":[\"name\",\"staff\"],"
                      "\"hooverColumnsAggregation\":{\"staff\":\"avg\"}}");
  get(w, "add_layer", "{\"datasetId\":\"s2\",\"label\":\"Other \\\"one\\\"\"}");
  get(w, "set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"revenue\",\"opacity\":0.25,\"outlineColor\":\"#0102\"}");
  get(w, "set_layer_style", "{\"layerId\":\"l2\",\"fillColor\":\"#102030\",\"radiusColumn\":\"staff\",\"radius\":4}");
  get(w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":false,\"mapIndex\":0},"
                                 "{\"layerId\":\"lay-areas\",\"visibility\":true}]}");
  get(w, "add_marker", "{\"markers\":[{\"latitude\":40.4,\"longitude\":\"-3.7\",\"label\":\"Madrid \\u00e9\"}]}");
  get(w, "set_spatial_filter", "{\"geometry\":" SQUARE "}");
  get(w, "set_map_center_and_zoom", "{\"center\":[0.1,0.2],\"zoom\":5.5}");
  get(w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"staff\",\"buckets\":4,\"title\":\"Staff\"}");
  get(w, "filter_histogram_widget", "{\"widgetId\":\"w1\",\"intervals\":[[1,5],[7,null]]}");
  get(w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[null,200]}");
  get(w, "set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\"]}");
  get(w, "set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"max\":\"2020-06-01\"}");
}

static void test_round_trip(void) {
  map_world w;
  carto_buf saved, text;
  open_world(&w);
  map_world_begin(&w);
  check_round_trip(&w); /* an empty map */
  build_map(&w);
  check_round_trip(&w);
  CHECK_UINT(map_world_map(&w)->now.source_count, 5);
  CHECK_STR(map_world_map(&w)->now.layers[0].id, "l2");
  get(&w, "add_source", SOURCE("table", "one"));
  CHECK_CONTAINS(carto_buf_str(&w.out), "{\"id\":\"s3\"");
  check_round_trip(&w);
  text = document_of(&w, true);
  CHECK_CONTAINS(carto_buf_str(&text), "\"extra\":{\"kept\":[1,2.50]}"); /* unknown members, as they were */
  CHECK_CONTAINS(carto_buf_str(&text), "\"unknown\":7");
  CHECK_CONTAINS(carto_buf_str(&text), "\"lay-old\"");
  CHECK_CONTAINS(carto_buf_str(&text), "\"mustStart\":false");
  carto_buf_free(&text);
  /* without what was made here it is a saved map like any other */
  saved = document_of(&w, false);
  CHECK(!test_contains(carto_buf_str(&saved), "cartoMcp") && !test_contains(carto_buf_str(&saved), "\"l1\"") &&
        !test_contains(carto_buf_str(&saved), "\"s1\"") && !test_contains(carto_buf_str(&saved), "Madrid"));
  CHECK_CONTAINS(carto_buf_str(&saved), "\"value\":[\"Gas\"]");
  CHECK_INT(load_text(&w, carto_buf_str(&saved)), CARTO_OK);
  CHECK_UINT(map_world_map(&w)->now.source_count, 3);
  CHECK_UINT(map_world_map(&w)->now.marker_count, 0);
  text = document_of(&w, false);
  CHECK(carto_str_equal(carto_buf_str(&saved), carto_buf_str(&text)));
  carto_buf_free(&text);
  carto_buf_free(&saved);
  map_world_close(&w);
}

/* Writes a document with one of its values replaced. */
static void write_changed(carto_json_writer *out, const carto_json_doc *doc, const carto_json *value,
                          const carto_json *target, const char *text) {
  const carto_json *item = carto_json_first(value);
  int type = carto_json_type_of(value);
  if (value == target) {
    carto_json_write_raw(out, carto_str_from(text));
  } else if (type == CARTO_JSON_OBJECT) {
    carto_json_begin_object(out);
    for (size_t i = carto_json_count(value); i > 0; i--, item = carto_json_next(carto_json_value_of(item))) {
      carto_json_key_str(out, carto_json_string(item));
      write_changed(out, doc, carto_json_value_of(item), target, text);
    }
    carto_json_end_object(out);
  } else if (type == CARTO_JSON_ARRAY) {
    carto_json_begin_array(out);
    for (size_t i = carto_json_count(value); i > 0; i--, item = carto_json_next(item))
      write_changed(out, doc, item, target, text);
    carto_json_end_array(out);
  } else {
    carto_json_write_value(out, doc, value);
  }
}

static bool is_key(const carto_json_doc *doc, const carto_json *value) {
  for (size_t node = 0; node < doc->count; node++) {
    const carto_json *object = &doc->root[node], *key = carto_json_first(object);
    if (carto_json_type_of(object) != CARTO_JSON_OBJECT) continue;
    for (size_t i = carto_json_count(object); i > 0; i--, key = carto_json_next(carto_json_value_of(key)))
      if (key == value) return true;
  }
  return false;
}

/* Each value of a document replaced by one of another kind, in turn: what is loaded is written and read the same; what
   is not says why, and the map is as it was. */
static void test_wrong_documents(void) {
  static const char *const wrong[] = {"null", "true", "-7.5", "\"?\"", "[[null]]", "{\"id\":{}}"};
  map_world w, other;
  carto_arena arena;
  carto_json_doc doc;
  carto_buf whole, before;
  size_t loaded = 0, refused = 0;
  open_world(&w);
  open_world(&other);
  build_map(&w);
  get(&other, "load_builder_map", "{\"mapId\":\"empty\"}");
  whole = document_of(&w, true);
  before = document_of(&other, true);
  carto_arena_init(&arena, libc_alloc, 0);
  CHECK_INT(carto_json_parse(&arena, carto_buf_str(&whole), &doc, NULL), CARTO_OK);
  for (size_t node = 0; node < doc.count; node++) {
    if (is_key(&doc, &doc.root[node])) continue;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
      carto_json_writer writer;
      carto_buf text;
      carto_buf_init(&text, libc_alloc, 0);
      carto_json_writer_init(&writer, &text);
      write_changed(&writer, &doc, doc.root, &doc.root[node], wrong[k]);
      memset(&other.error, 0, sizeof other.error);
      if (load_text(&other, carto_buf_str(&text)) == CARTO_OK) {
        loaded++;
        check_round_trip(&other);
        CHECK_INT(load_text(&other, carto_buf_str(&before)), CARTO_OK);
      } else {
        carto_error why = other.error;
        carto_buf after = document_of(&other, true);
        refused++;
        if (!CHECK(why.text[0] != 0)) printf("  node %zu: %s\n", node, wrong[k]);
        CHECK(carto_str_equal(carto_buf_str(&before), carto_buf_str(&after)));
        carto_buf_free(&after);
      }
      carto_buf_free(&text);
    }
  }
  CHECK(loaded > 100 && refused > 100);
  carto_arena_free(&arena);
  carto_buf_free(&whole);
  carto_buf_free(&before);
  map_world_close(&w);
  map_world_close(&other);
}

/* A saved mask that was drawn across the antimeridian stays as it is, and lets pass what lies on both sides. */
static void test_mask_across(void) {
  static const char mask[] = "\"spatialFilter\":{\"type\":\"Polygon\",\"coordinates\":"
                             "[[[170,15],[190,15],[190,25],[170,25],[170,15]]]}}}}";
  const char *end = strstr(map_saved, "\"spatialFilter\":null}}}");
  char text[sizeof map_saved + sizeof mask];
  map_world w;
  if (!CHECK(end != NULL)) return;
  snprintf(text, sizeof text, "%.*s%s", (int)(end - map_saved), map_saved, mask);
  open_world(&w);
  get(&w, "load_builder_map", "{\"mapId\":\"empty\"}");
  CHECK_INT(load_text(&w, carto_str_from(text)), CARTO_OK);
  GET(&w, "get_spatial_filter", "{}", "{\"type\":\"mask\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                                      "[[[170,15],[190,15],[190,25],[170,25],[170,15]]]}}");
  get(&w, "add_source", SOURCE("table", "stores"));
  get(&w, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"column\":\"revenue\",\"operation\":\"sum\"}");
  READ(&w, "formula", "w1", "550"); /* Faro at 178 and Gent at -178 */
  check_round_trip(&w);
  map_world_close(&w);
}

/* ---- maps of sessions, and what is told of them */

/* A client of the world's server. */
typedef struct client {
  map_world *world;
  carto_session session;
  carto_peer peer;
  carto_buf said;   /* in answer to the last message, one message a line */
} client;

static bool client_write(void *user, carto_str message) {
  client *c = (client *)user;
  if (c->said.len) carto_buf_append(&c->said, "\n", 1);
  carto_buf_append_str(&c->said, message);
  return true;
}

static void client_open(client *c, map_world *w) {
  memset(c, 0, sizeof *c);
  c->world = w;
  c->peer.write = client_write;
  c->peer.user = c;
  carto_buf_init(&c->said, libc_alloc, 0);
}

static carto_str ask(client *c, const char *message) {
  carto_buf_clear(&c->said);
  CHECK_INT(carto_server_handle(&c->world->server, &c->session, &c->peer, carto_str_from(message)), CARTO_OK);
  return carto_buf_str(&c->said);
}

#define PARAMS(id, method, params) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\",\"params\":{" params "}}"
#define CALL(id, tool, arguments) PARAMS(id, "tools/call", "\"name\":\"" tool "\",\"arguments\":" arguments)
#define HELLO PARAMS("0", "initialize", "\"protocolVersion\":\"2025-06-18\",\"capabilities\":{}," \
                     "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}")
#define META "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"," \
             "\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define MODERN(id, method, params) PARAMS(id, method, params "," META)
#define MOVE(lat, more) "{\"center\":[" lat ",0],\"zoom\":3" more "}"
#define AT(lat) "{\\\"latitude\\\":" lat ",\\\"longitude\\\":0,\\\"zoom\\\":"

/* Each session has its own map; those without one share theirs; named ones are everyone's. */
static void test_sessions(void) {
  map_world w;
  client one, two;
  open_world(&w);
  client_open(&one, &w);
  client_open(&two, &w);
  CHECK_CONTAINS(ask(&one, HELLO), "\"resources\":{\"subscribe\":true}");
  ask(&two, HELLO);
  CHECK_CONTAINS(ask(&one, CALL("1", "set_map_center_and_zoom", MOVE("10", ""))), "\"structuredContent\":{\"success\":true}");
  CHECK_CONTAINS(ask(&two, CALL("1", "get_map_coordinates", "{}")), AT("0") "1}");
  CHECK_CONTAINS(ask(&one, CALL("2", "get_map_coordinates", "{}")), AT("10") "3}");
  CHECK_CONTAINS(ask(&one, CALL("2", "get_map_coordinates", "{\"map\":\"default\"}")), AT("10") "3}");
  CHECK_CONTAINS(ask(&two, CALL("3", "set_map_center_and_zoom", MOVE("20", ",\"map\":\"shared\""))), "true");
  CHECK_CONTAINS(ask(&one, CALL("4", "get_map_coordinates", "{\"map\":\"shared\"}")), AT("20") "3}");
  CHECK_CONTAINS(ask(&one, MODERN("5", "tools/call", "\"name\":\"set_map_center_and_zoom\",\"arguments\":" MOVE("30", ""))), "true");
  CHECK_CONTAINS(ask(&two, MODERN("6", "tools/call", "\"name\":\"get_map_coordinates\"")), AT("30") "3}");
  GET(&w, "get_map_coordinates", "{}", "{\"latitude\":30,\"longitude\":0,\"zoom\":3}");
  /* a map is not made by looking at it, and another session's own is nobody's */
  CHECK_CONTAINS(ask(&one, CALL("7", "get_map_coordinates", "{\"map\":\"share\"}")), "there is no map \\\"share\\\"; nearest: shared");
  CHECK_CONTAINS(ask(&two, CALL("8", "get_map_coordinates", "{\"map\":\"session-1\"}")), "belongs to another session");
  CHECK_CONTAINS(ask(&one, CALL("9", "get_map_coordinates", "{\"map\":\"session-1\"}")), AT("10") "3}");
  CHECK_CONTAINS(ask(&one, CALL("9", "get_map_coordinates", "{\"map\":\"a/b\"}")), "must be 1 to 64 of A-Z a-z 0-9 - _");
  carto_buf_free(&one.said);
  carto_buf_free(&two.said);
  map_world_close(&w);
}

static int64_t clock_at;
static int64_t clock_now(void *user) {
  (void)user;
  return clock_at;
}

static void test_how_many_maps(void) {
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  desc.maps = 3;
  desc.map_age_s = 60;
  desc.now = clock_now;
  clock_at = MEMORY_TIME;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  get(&w, "set_map_center_and_zoom", MOVE("1", ",\"map\":\"a\""));
  get(&w, "set_map_center_and_zoom", MOVE("2", ",\"map\":\"b\""));
  get(&w, "set_map_center_and_zoom", MOVE("3", ",\"map\":\"c\""));
  get(&w, "get_map_coordinates", "{\"map\":\"a\"}");
  get(&w, "set_map_center_and_zoom", MOVE("4", ",\"map\":\"d\"")); /* b was unused the longest */
  CHECK_INT(map_world_call(&w, "get_map_coordinates", "{\"map\":\"b\"}"), CARTO_ERR_NOT_FOUND);
  GET(&w, "get_map_coordinates", "{\"map\":\"a\"}", "{\"latitude\":1,\"longitude\":0,\"zoom\":3}");
  clock_at += 59 * INT64_C(1000000);
  GET(&w, "get_map_coordinates", "{\"map\":\"d\"}", "{\"latitude\":4,\"longitude\":0,\"zoom\":3}");
  clock_at += 2 * INT64_C(1000000);
  CHECK_INT(map_world_call(&w, "get_map_coordinates", "{\"map\":\"a\"}"), CARTO_ERR_NOT_FOUND);
  GET(&w, "get_map_coordinates", "{\"map\":\"d\"}", "{\"latitude\":4,\"longitude\":0,\"zoom\":3}");
  map_world_close(&w);
}

/* Where there is no room, others go before anybody's own map; who made room is told, and whose map it was. */
static void test_evicted(void) {
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  client one, two;
  char text[200];
  desc.maps = 4;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  get(&w, "add_source", SOURCE("table", "stores")); /* on the own map, which is then unused */
  for (int i = 0; i < 9; i++) {
    snprintf(text, sizeof text, "{\"center\":[1,2],\"zoom\":3,\"map\":\"m%d\"}", i);
    get(&w, "set_map_center_and_zoom", text);
    snprintf(text, sizeof text, "{\"success\":true,\"evictedMap\":\"m%d\"}", i - 3);
    CHECK_STR(carto_buf_str(&w.out), i < 3 ? DONE : text);
  }
  GET(&w, "set_map_center_and_zoom", MOVE("1", ",\"map\":\"m8\""), DONE); /* it is told once */
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"still there\"}");
  CHECK_INT(map_world_call(&w, "set_map_center_and_zoom", MOVE("1", ",\"map\":\"m5\"")), CARTO_ERR_NOT_FOUND);
  CHECK_CONTAINS(carto_str_from(w.error.text), "map \"m5\" is gone with all that was on it: this server keeps 4 maps");
  GET(&w, "set_map_center_and_zoom", MOVE("1", ",\"map\":\"m5\""), "{\"success\":true,\"evictedMap\":\"m6\"}");
  CHECK_INT(map_world_call(&w, "get_map_coordinates", "{\"map\":\"m6\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_CONTAINS(carto_str_from(w.error.text), "is gone");
  CHECK_INT(map_world_call(&w, "get_map_coordinates", "{\"map\":\"m6\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_CONTAINS(carto_str_from(w.error.text), "there is no map \"m6\"");
  /* own maps, when there are no others: the one unused the longest, whose session is told */
  client_open(&one, &w);
  ask(&one, HELLO);
  CHECK_CONTAINS(ask(&one, CALL("1", "set_map_center_and_zoom", MOVE("1", ""))), "\"evictedMap\":\"m7\"");
  for (int i = 0; i < 4; i++) {
    client_open(&two, &w);
    ask(&two, HELLO);
    CHECK_CONTAINS(ask(&two, CALL("1", "set_map_center_and_zoom", MOVE("1", ""))), "\"success\":true");
    carto_buf_free(&two.said);
  }
  CHECK_CONTAINS(ask(&one, CALL("2", "get_map_coordinates", "{}")), "map \\\"session-1\\\" is gone with all that was on it");
  CHECK_CONTAINS(ask(&one, CALL("3", "get_map_coordinates", "{}")), AT("0") "1}");
  CHECK_INT(map_world_call(&w, "get_map_coordinates", "{}"), CARTO_ERR_NOT_FOUND);
  CHECK_CONTAINS(carto_str_from(w.error.text), "map \"default\" is gone");
  carto_buf_free(&one.said);
  map_world_close(&w);
}

#define READ_MAP(id, map) PARAMS(id, "resources/read", "\"uri\":\"carto://map/" map "\"")
#define MAP_IS(place) (carto_str_from(w.server._maps place ->name))

/* A new name makes a map when the call succeeds and changes something; no other call makes one, or has one go. */
static void test_new_names(void) {
  static const char *const fails[][2] = {
    {"remove_layer", "{\"layerId\":\"nope\",\"map\":\"brandnew\"}"},
    {"load_builder_map", "{\"mapId\":\"nothing\",\"map\":\"brandnew\"}"},
    {"load_builder_map", "{\"mapId\":\"cut\",\"map\":\"brandnew\"}"},
    {"add_source", "{\"type\":\"table\",\"source\":\"nowhere\"," SHOP ",\"map\":\"brandnew\"}"},
    {"set_map_center_and_zoom", MOVE("91", ",\"map\":\"brandnew\"")},
    {"filter_range_widget", "{\"widgetId\":\"w1\",\"range\":[1,2],\"map\":\"brandnew\"}"},
    {"get_map_coordinates", "{\"map\":\"brandnew\"}"},
    {"get_active_filters", "{\"map\":\"brandnew\"}"},
    {"remove_layer", "{\"layerId\":\"nope\"}"}, /* the caller's own, which is not there either */
    {"set_map_center_and_zoom", MOVE("91", "")},
  };
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  client c;
  desc.maps = 2;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  client_open(&c, &w);
  ask(&c, HELLO);
  for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
    CHECK_INT(map_world_call(&w, fails[i][0], fails[i][1]) != CARTO_OK, 1);
    CHECK(w.server._maps == NULL);
  }
  CHECK_CONTAINS(ask(&c, READ_MAP("1", "brandnew")), "\"code\":-32002");
  get(&w, "set_map_center_and_zoom", MOVE("1", ",\"map\":\"a\""));
  get(&w, "set_map_center_and_zoom", MOVE("2", ",\"map\":\"b\""));
  for (size_t i = 0; i < sizeof fails / sizeof *fails; i++) {
    CHECK_INT(map_world_call(&w, fails[i][0], fails[i][1]) != CARTO_OK, 1);
    CHECK_STR(MAP_IS(), "b");
    CHECK_STR(MAP_IS(->next), "a");
    CHECK(w.server._maps->next->next == NULL);
  }
  /* one's own map is there to be read before it is made, and that has none go */
  CHECK_CONTAINS(ask(&c, CALL("2", "get_map_coordinates", "{}")), AT("0") "1}");
  CHECK_CONTAINS(ask(&c, READ_MAP("3", "default")), "\"text\":\"{");
  CHECK_CONTAINS(ask(&c, PARAMS("4", "resources/subscribe", "\"uri\":\"carto://map/default\"")), "\"result\":{}");
  CHECK_STR(MAP_IS(->next), "a");
  /* a call that fails is no use of a map */
  CHECK_INT(map_world_call(&w, "remove_layer", "{\"layerId\":\"l1\",\"map\":\"a\"}"), CARTO_ERR_NOT_FOUND);
  CHECK_STR(MAP_IS(), "b");
  CHECK_CONTAINS(ask(&c, PARAMS("5", "resources/subscribe", "\"uri\":\"carto://map/b\"")), "\"result\":{}");
  GET(&w, "get_map_coordinates", "{\"map\":\"a\"}", "{\"latitude\":1,\"longitude\":0,\"zoom\":3}");
  CHECK_STR(MAP_IS(), "a");
  /* what is made and what goes is told to who watches it */
  CHECK_CONTAINS(ask(&c, CALL("6", "set_map_center_and_zoom", MOVE("5", ""))), "\"evictedMap\":\"b\"");
  CHECK_CONTAINS(carto_buf_str(&c.said), "updated\",\"params\":{\"uri\":\"carto://map/default\"");
  CHECK_CONTAINS(carto_buf_str(&c.said), "updated\",\"params\":{\"uri\":\"carto://map/b\"");
  CHECK_CONTAINS(ask(&c, READ_MAP("7", "b")), "\"code\":-32002");
  CHECK(!test_contains(ask(&c, PARAMS("8", "ping", "")), "updated"));
  /* another of its name is another map, however often it was changed */
  CHECK_INT(map_world_call(&w, "set_map_center_and_zoom", MOVE("2", ",\"map\":\"b\"")), CARTO_ERR_NOT_FOUND); /* told */
  get(&w, "set_map_center_and_zoom", MOVE("2", ",\"map\":\"b\""));
  CHECK_CONTAINS(ask(&c, PARAMS("9", "ping", "")), "updated\",\"params\":{\"uri\":\"carto://map/b\"");
  carto_buf_free(&c.said);
  map_world_close(&w);
}

/* What a session leaves behind when it ends: nothing of its own, all that is everyone's. */
static void test_session_ends(void) {
  map_world w;
  client one, two;
  open_world(&w);
  client_open(&one, &w);
  client_open(&two, &w);
  ask(&one, HELLO);
  ask(&two, HELLO);
  ask(&one, CALL("1", "set_map_center_and_zoom", MOVE("10", "")));
  ask(&two, CALL("1", "set_map_center_and_zoom", MOVE("20", "")));
  ask(&one, CALL("2", "set_map_center_and_zoom", MOVE("30", ",\"map\":\"shared\"")));
  CHECK_INT(carto_server_end(&w.server, &one.session, &one.peer), CARTO_OK);
  CHECK_STR(MAP_IS(), "shared");
  CHECK_STR(MAP_IS(->next), "session-2");
  CHECK(w.server._maps->next->next == NULL);
  CHECK_CONTAINS(ask(&two, CALL("3", "get_map_coordinates", "{}")), AT("20") "3}");
  CHECK_INT(carto_server_end(&w.server, &one.session, &one.peer), CARTO_OK); /* and again */
  CHECK_CONTAINS(ask(&two, CALL("4", "get_map_coordinates", "{\"map\":\"shared\"}")), AT("30") "3}");
  carto_buf_free(&one.said);
  carto_buf_free(&two.said);
  map_world_close(&w);
}

#define UPDATED(uri) "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":{\"uri\":\"" uri "\""

/* What is read is the document that loads to the same map. */
static void check_read(map_world *w, client *c) {
  carto_buf document = document_of(w, true);
  carto_arena arena;
  carto_json_doc doc;
  carto_arena_init(&arena, libc_alloc, 0);
  ask(c, MODERN("5", "resources/read", "\"uri\":\"carto://map/default\""));
  CHECK_INT(carto_json_parse(&arena, carto_buf_str(&c->said), &doc, NULL), CARTO_OK);
  CHECK(carto_str_equal(carto_json_string(carto_json_get(
    carto_json_first(carto_json_get(carto_json_get(doc.root, "result"), "contents")), "text")), carto_buf_str(&document)));
  carto_arena_free(&arena);
  carto_buf_free(&document);
}

static void test_resource(void) {
  map_world w;
  client c, other;
  open_world(&w);
  client_open(&c, &w);
  client_open(&other, &w);
  ask(&c, HELLO);
  ask(&other, HELLO);
  CHECK_CONTAINS(ask(&c, PARAMS("1", "resources/templates/list", "")), "\"uriTemplate\":\"carto://map/{map}\"");
  CHECK_CONTAINS(ask(&c, PARAMS("2", "resources/read", "\"uri\":\"carto://map/default\"")), "\"mimeType\":\"application/json\",\"text\":\"{");
  CHECK_CONTAINS(ask(&c, PARAMS("3", "resources/read", "\"uri\":\"carto://map/nobody\"")), "\"error\":{\"code\":-32002,\"message\":\"Resource not found: carto://map/nobody\"");
  CHECK_CONTAINS(ask(&c, PARAMS("3", "resources/read", "\"uri\":\"carto://map/a%20b\"")), "\"code\":-32002");
  CHECK_CONTAINS(ask(&c, MODERN("4", "resources/read", "\"uri\":\"carto://map/default\"")), "\"ttlMs\":0,\"cacheScope\":\"private\"");
  CHECK_CONTAINS(ask(&c, MODERN("4", "resources/read", "\"uri\":\"carto://map/nobody\"")), "\"code\":-32602");
  build_map(&w);
  check_read(&w, &c);
  /* subscriptions: told once a change, whoever made it, and only while they last */
  CHECK_STR(ask(&c, PARAMS("6", "resources/subscribe", "\"uri\":\"carto://map/default\"")), "{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":{}}");
  CHECK_CONTAINS(ask(&c, PARAMS("7", "resources/subscribe", "\"uri\":\"carto://map/shared\"")), "\"code\":-32002");
  CHECK_STR(ask(&c, PARAMS("7", "resources/subscribe", "\"uri\":\"carto://sql/reference\"")), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}");
  CHECK_CONTAINS(ask(&c, PARAMS("7", "resources/subscribe", "\"uri\":\"carto://sql/nothing\"")), "\"code\":-32002");
  CHECK_CONTAINS(ask(&c, PARAMS("7", "resources/subscribe", "\"uri\":7")), "\"code\":-32602");
  CHECK_CONTAINS(ask(&c, CALL("8", "set_map_center_and_zoom", MOVE("10", ""))), UPDATED("carto://map/default") "}}\n{\"jsonrpc\":\"2.0\",\"id\":8,");
  CHECK(!test_contains(ask(&c, CALL("9", "get_map_coordinates", "{}")), "updated"));
  CHECK(!test_contains(ask(&c, CALL("9", "set_map_center_and_zoom", MOVE("91", ""))), "updated"));
  ask(&other, CALL("1", "set_map_center_and_zoom", MOVE("1", ",\"map\":\"shared\"")));
  ask(&c, PARAMS("10", "resources/subscribe", "\"uri\":\"carto://map/shared\""));
  ask(&other, CALL("1", "set_map_center_and_zoom", MOVE("2", ",\"map\":\"shared\"")));
  CHECK_CONTAINS(ask(&c, PARAMS("11", "ping", "")), UPDATED("carto://map/shared") "}}\n");
  ask(&c, PARAMS("12", "resources/unsubscribe", "\"uri\":\"carto://map/shared\""));
  ask(&other, CALL("1", "set_map_center_and_zoom", MOVE("3", ",\"map\":\"shared\"")));
  CHECK(!test_contains(ask(&c, PARAMS("13", "ping", "")), "updated"));
  for (int i = 0; i < CARTO_MCP_MAX_WATCHES; i++) {
    char text[300];
    snprintf(text, sizeof text, CALL("1", "set_map_center_and_zoom", MOVE("3", ",\"map\":\"m%d\"")), i);
    ask(&other, text);
    snprintf(text, sizeof text, PARAMS("14", "resources/subscribe", "\"uri\":\"carto://map/m%d\""), i);
    CHECK_CONTAINS(ask(&c, text), i + 1 < CARTO_MCP_MAX_WATCHES ? "\"result\":{}" : "a client may watch 16 resources");
  }
  carto_buf_free(&c.said);
  carto_buf_free(&other.said);
  map_world_close(&w);
}

#define LISTEN(id, uris) MODERN(id, "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true,\"resourceSubscriptions\":[" uris "]}")
#define SUBSCRIPTION(id) "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":" id "}"
#define MODERN_MOVE(id, lat, more) MODERN(id, "tools/call", "\"name\":\"set_map_center_and_zoom\",\"arguments\":" MOVE(lat, more))

static void test_listen(void) {
  map_world w;
  client c;
  open_world(&w);
  client_open(&c, &w);
  CHECK_STR(ask(&c, LISTEN("\"a\"", "\"carto://map/default\",\"carto://map/nobody\",\"carto://sql/reference\",7")),
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"notifications\":"
            "{\"resourceSubscriptions\":[\"carto://map/default\",\"carto://sql/reference\"]}," SUBSCRIPTION("\"a\"") "}}");
  CHECK_CONTAINS(ask(&c, MODERN_MOVE("1", "10", "")), UPDATED("carto://map/default") "," SUBSCRIPTION("\"a\"") "}}\n");
  CHECK_CONTAINS(ask(&c, LISTEN("2", "\"carto://map/default\"")), SUBSCRIPTION("2"));
  ask(&c, MODERN_MOVE("3", "20", ""));
  CHECK_CONTAINS(carto_buf_str(&c.said), SUBSCRIPTION("\"a\""));
  CHECK_CONTAINS(carto_buf_str(&c.said), SUBSCRIPTION("2"));
  CHECK_CONTAINS(ask(&c, LISTEN("2", "")), "\"code\":-32600");
  CHECK_STR(ask(&c, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"a\"}}"), "");
  ask(&c, MODERN_MOVE("4", "30", ""));
  CHECK(!test_contains(carto_buf_str(&c.said), SUBSCRIPTION("\"a\"")));
  CHECK_CONTAINS(carto_buf_str(&c.said), SUBSCRIPTION("2"));
  CHECK_CONTAINS(ask(&c, MODERN("5", "subscriptions/listen", "\"notifications\":[]")), "\"code\":-32602");
  CHECK_CONTAINS(ask(&c, MODERN("5", "resources/subscribe", "\"uri\":\"carto://map/default\"")), "\"code\":-32601");
  CHECK_CONTAINS(ask(&c, LISTEN("6", "")), SUBSCRIPTION("6"));
  CHECK_CONTAINS(ask(&c, LISTEN("7", "")), SUBSCRIPTION("7"));
  CHECK_CONTAINS(ask(&c, LISTEN("8", "")), SUBSCRIPTION("8"));
  CHECK_CONTAINS(ask(&c, LISTEN("9", "")), "too many requests listen");
  carto_buf_clear(&c.said);
  CHECK_INT(carto_server_end(&w.server, &c.session, &c.peer), CARTO_OK);
  CHECK_CONTAINS(carto_buf_str(&c.said), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"resultType\":\"complete\"," SUBSCRIPTION("2") "}}");
  CHECK_CONTAINS(carto_buf_str(&c.said), "{\"jsonrpc\":\"2.0\",\"id\":8,");
  carto_buf_clear(&c.said);
  CHECK_INT(carto_server_end(&w.server, &c.session, &c.peer), CARTO_OK);
  CHECK_STR(carto_buf_str(&c.said), "");
  carto_buf_free(&c.said);
  map_world_close(&w);
}

/* ---- memory */

static void add_text(map_world *w, const char *tool, const char *format, int i) {
  char text[400];
  snprintf(text, sizeof text, format, i, i);
  get(w, tool, text);
}

/* 100 layers, 100 widgets and 1,000 markers take less than 1 MiB, at any time. */
static void test_size(void) {
  carto_server_desc desc = carto_server_desc_default();
  test_memory memory, maps;
  map_world w;
  carto__map *map;
  (void)memory;
  desc.map_bytes = (size_t)1 << 20;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  map = map_world_begin(&w);
  carto__map_free(map);
  carto__map_init(map, test_alloc(&maps), desc.map_bytes);
  for (int i = 0; i < 100; i++) {
    add_text(&w, "add_source", "{\"type\":\"query\",\"source\":\"SELECT name, staff, geom FROM stores WHERE revenue > "
                               "%d AND opened >= '2020-01-01'\"," SHOP "}", i);
    add_text(&w, "add_layer", "{\"datasetId\":\"s%d\",\"label\":\"A layer with a name of ordinary length\","
                              "\"hooverColumns\":[\"name\",\"staff\"]}", i + 1);
    add_text(&w, "set_layer_style", "{\"layerId\":\"l%d\",\"fillColorColumn\":\"staff\",\"outlineColor\":\"#123456\"}", i + 1);
#ifdef MAP_WIDGETS
    add_text(&w, "add_widget", "{\"datasetId\":\"s%d\",\"type\":\"category\",\"column\":\"name\",\"operation\":\"sum\","
                               "\"operationColumn\":\"staff\",\"title\":\"A widget of ordinary length\"}", i + 1);
#endif
    for (int k = 0; k < 10; k++)
      add_text(&w, "add_marker", "{\"markers\":[{\"latitude\":1.5,\"longitude\":\"2.5\",\"label\":\"Marker number %d\"}]}",
               i * 10 + k);
  }
  CHECK_UINT(map->now.layer_count, 100);
  CHECK_UINT(map->now.marker_count, 1000);
  if (!CHECK(maps.peak_bytes <= (size_t)1 << 20)) printf("  %zu bytes at the most, %zu now\n", maps.peak_bytes, maps.live_bytes);
  check_round_trip(&w);
  map_world_close(&w);
}

/* A map that may take little is full at some time, stays whole, and has room again when something goes. */
static void test_full(void) {
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  int added = 0;
  carto_status status = CARTO_OK;
  desc.map_bytes = 96 * 1024;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  get(&w, "add_source", SOURCE("table", "one"));
  while (status == CARTO_OK && added < 10000) {
    status = map_world_call(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"one more\"}");
    if (status == CARTO_OK) added++;
  }
  CHECK_INT(status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(w.error.text), "the map is full: it may take 98304 bytes; remove something first");
  CHECK(added > 20);
  CHECK_UINT(map_world_map(&w)->now.layer_count, (size_t)added);
  check_round_trip(&w);
  for (int i = 1; i <= 10; i++) add_text(&w, "remove_layer", "{\"layerId\":\"l%d\"}", i);
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"one more\"}");
  map_world_close(&w);
}

/* A map that could not be read whole in a message is not made: here, one of 64 KiB. */
static void test_heavy(void) {
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  client c;
  carto_buf long_label, document;
  int added = 0;
  carto_status status = CARTO_OK;
  desc.message_bytes = 64 * 1024;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  client_open(&c, &w);
  get(&w, "load_builder_map", LOAD);
  get(&w, "add_source", SOURCE("query", "SELECT * FROM stores WHERE kind IN {{kinds}} AND '\\u0001\\\"\\n\\\\' <> ''"));
  while (status == CARTO_OK && added < 1000) {
    status = map_world_call(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"\\u0001\\\"one\\\" more\",\"hooverColumns\":[\"name\",\"kind\"]}");
    if (status == CARTO_OK) added++;
  }
  CHECK_INT(status, CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(w.error.text), "the map is full: its document may take ");
  CHECK_CONTAINS(carto_str_from(w.error.text), " bytes of a message, which has room for 64512; remove something first");
  CHECK(added >= 8);
  do status = map_world_call(&w, "add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"x\"}]}");
  while (status == CARTO_OK);
  CHECK_INT(status, CARTO_ERR_LIMIT);
  /* what makes it larger is not done, whatever it is; all else is, and it can be read */
  for (int i = 1; i <= added; i++) {
    char text[300];
    snprintf(text, sizeof text, "{\"layerId\":\"l%d\",\"opacity\":0.1234567890123456,\"fillColor\":\"#01020304\","
             "\"outlineColor\":\"#f1f2f3f4\",\"outlineWidth\":1000,\"radius\":999}", i);
    refuse(&w, "set_layer_style", text, "the map is full: its document may take ");
  }
  get(&w, "set_layer_visibility", "{\"layers\":[{\"layerId\":\"l1\",\"visibility\":false}]}");
  get(&w, "set_map_center_and_zoom", "{\"center\":[-12.345678901234567,-123.45678901234567],\"zoom\":12.345678901234567}");
  refuse(&w, "add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"a label that is not short: there is no room for "
         "it, though there may be for others; a label that is not short: there is no room for it, though there may be for others; a "
         "label that is not short: there is no room for it, though there may be for others; a label that is not short: there is no room "
         "for it, though there may be for others; a label that is not short: there is no room for it, though there may be for others; "
         "a label that is not short: there is no room for it, though there may be for others; a label that is not short: there is no "
         "room for it, though there may be for others; a label that is not short: there is no room for it, though there may be for "
         "others; a label that is not short: there is no room for it, though there may be for others; a label that is not short: there "
         "is no room for it, though there may be for others; a label that is not short: there is no room for it\"},"
         "{\"latitude\":1,\"longitude\":\"2\",\"label\":\"\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001"
         "\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001"
         "\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001\\u0001"
         "\"}]}", "the map is full");
  document = document_of(&w, true);
  CHECK(map_in_message(carto_buf_str(&document)) <= map_world_map(&w)->now.weight);
  CHECK(map_in_message(carto_buf_str(&document)) > 64 * 1024 / 2); /* the weight is not idle */
  CHECK_UINT(map_world_map(&w)->now.weight, carto__map_weight(&map_world_map(&w)->now));
  carto_buf_free(&document);
  check_read(&w, &c);
  add_text(&w, "remove_layer", "{\"layerId\":\"l%d\"}", added);
  add_text(&w, "remove_layer", "{\"layerId\":\"l%d\"}", added - 1);
  get(&w, "set_layer_style", "{\"layerId\":\"l1\",\"opacity\":0.5,\"fillColorColumn\":\"staff\"}");
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"one\"}");
  /* a saved map that is too large is not loaded */
  carto_buf_init(&long_label, libc_alloc, 0);
  carto_buf_append_text(&long_label, "\"title\":\"");
  for (int i = 0; i < 70000; i++) carto_buf_append_text(&long_label, "x");
  carto_buf_append(&long_label, "\"", 2);
  document = saved_with("\"title\":\"Shops\"", long_label.ptr);
  CHECK_INT(load_text(&w, carto_buf_str(&document)), CARTO_ERR_LIMIT);
  CHECK_CONTAINS(carto_str_from(w.error.text), "the document is too large: it may take ");
  carto_buf_free(&document);
  carto_buf_free(&long_label);
  carto_buf_free(&c.said);
  map_world_close(&w);
}

/* A circle of so many corners. */
static char *circle(size_t corners) {
  char *text = (char *)malloc(corners * 60 + 100);
  size_t len, i;
  if (!text) exit(2);
  len = (size_t)sprintf(text, "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
  for (i = 0; i <= corners; i++) {
    double angle = 6.283185307179586 * (double)(i % corners) / (double)corners;
    len += (size_t)sprintf(text + len, "%s[%.17g,%.17g]", i ? "," : "", 10 * cos(angle), 10 * sin(angle));
  }
  strcpy(text + len, "]]}}");
  return text;
}

/* A mask that is taken can be read, and comes back with a saved map. */
static void test_large_masks(void) {
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  client c;
  desc.message_bytes = 64 * 1024;
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  client_open(&c, &w);
  get(&w, "load_builder_map", LOAD);
  for (size_t corners = 300; corners <= 1200; corners += 300) {
    char *text = circle(corners);
    carto_buf document;
    if (corners > 600) refuse(&w, "set_spatial_filter", text, "\"geometry\": its text has ");
    else get(&w, "set_spatial_filter", text);
    free(text);
    get(&w, "get_spatial_filter", "{}");
    get(&w, "get_active_filters", "{}");
    document = document_of(&w, true);
    CHECK(map_in_message(carto_buf_str(&document)) <= map_world_map(&w)->now.weight);
    CHECK_INT(load_text(&w, carto_buf_str(&document)), CARTO_OK);
    CHECK_UINT(map_world_map(&w)->now.weight, carto__map_weight(&map_world_map(&w)->now));
    carto_buf_free(&document);
  }
  carto_buf_free(&c.said);
  map_world_close(&w);
}

/* All markers that a map can have come back with it. */
static void test_many_markers(void) {
  map_world w;
  carto_buf text;
  open_world(&w);
  carto_buf_init(&text, libc_alloc, 0);
  carto_buf_append_text(&text, "{\"markers\":[");
  for (int i = 0; i < 1500; i++)
    carto_buf_append_text(&text, i ? ",{\"latitude\":1,\"longitude\":2,\"label\":\"m\"}" : "{\"latitude\":1,\"longitude\":2,\"label\":\"m\"}");
  carto_buf_append(&text, "]}", 3);
  get(&w, "add_marker", text.ptr);
  check_round_trip(&w);
  CHECK_UINT(map_world_map(&w)->now.marker_count, 1500);
  carto_buf_free(&text);
  map_world_close(&w);
}

/* Filters of a saved map that no widget has are told, too; intervals need numbers. */
static void test_filters_of_nobody(void) {
  map_world w;
  open_world(&w);
  load_changed(&w, "\"filters\":{\"d-all\":{", "\"filters\":{\"d-all\":{\"staff\":{\"between\":{\"values\":[[1,5]]}},");
  get(&w, "get_active_filters", "{}");
  CHECK_CONTAINS(carto_buf_str(&w.out), "\"otherFilters\":[{\"datasetId\":\"d-all\",\"column\":\"staff\",\"type\":\"between\",\"value\":[[1,5]]}");
  load_changed(&w, "\"dataSource\":\"d-all\",\"column\":\"staff\"", "\"dataSource\":\"d-all\",\"column\":\"name\"");
  refuse(&w, "filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[1,2]]}", "column \"name\" holds no numbers");
  refuse(&w, "remove_layer", "{\"layerId\":\"l1\",\"map\":\"zzz\"}", "there is no map \"zzz\" yet");
  refuse(&w, "set_spatial_filter", "{\"geometry\":{\"type\":\"polygon\",\"coordinates\":[]}}",
         "a spatial filter is a Polygon or a MultiPolygon, not a polygon");
  map_world_close(&w);
}

#define HUNDRED 100

/* What a map is taken for against what it takes: its weight against its document in a message, the bytes of its memory
   against those that were asked of the allocator. Both may be a tenth more, and never less. */
static void test_weight(void) {
  static const char *const kinds[][4] = {
    {"markers", "add_marker", "{\"markers\":[{\"latitude\":12.345678,\"longitude\":\"-123.456789\",\"label\":\"Marker %d\"}]}"},
    {"bare markers", "add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"\"}]}"},
    {"sources", "add_source", "{\"type\":\"table\",\"source\":\"stores\"," SHOP "}"},
    {"queries", "add_source", "{\"type\":\"query\",\"source\":\"SELECT \\\"name\\\", geom FROM stores WHERE staff > %d\"," SHOP "}"},
    {"plain layers", "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Layer %d\"}"},
    {"hover layers", "add_layer", "{\"datasetId\":\"s1\",\"label\":\"A layer\",\"hooverColumns\":[\"name\",\"kind\",\"staff\"],"
                                  "\"hooverColumnsAggregation\":{\"staff\":\"sum\"}}"},
    {"styled layers", "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Layer %d\"}",
     "{\"layerId\":\"l%d\",\"fillColor\":\"#010203\",\"outlineColor\":\"red\",\"opacity\":0.5,\"radius\":8,\"outlineWidth\":2}"},
    {"driven layers", "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Layer %d\"}",
     "{\"layerId\":\"l%d\",\"fillColorColumn\":\"staff\",\"radiusColumn\":\"revenue\"}"},
    {"sums", "add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"operation\":\"sum\",\"column\":\"staff\"}"},
    {"categories", "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"name\",\"operation\":\"sum\","
                                 "\"operationColumn\":\"staff\",\"title\":\"A widget\"}"},
    {"histograms", "add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"staff\",\"buckets\":7}"},
  };
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    carto_server_desc desc = carto_server_desc_default();
    test_memory maps;
    map_world w;
    carto__map *map;
    carto_buf document;
    size_t text;
    CHECK_INT(map_world_open(&w, desc), CARTO_OK);
    map = map_world_begin(&w);
    carto__map_free(map);
    carto__map_init(map, test_alloc(&maps), (size_t)4 << 20);
    get(&w, "add_source", SOURCE("table", "stores"));
    for (int i = 1; i <= HUNDRED; i++) {
      add_text(&w, kinds[k][1], kinds[k][2], i);
      if (kinds[k][3]) add_text(&w, "set_layer_style", kinds[k][3], i);
    }
    document = document_of(&w, true);
    text = map_in_message(carto_buf_str(&document));
    CHECK_INT(carto__map_move(map, &map->now), CARTO_OK);
    if (!CHECK(map->now.weight >= text && map->now.weight <= text + text / 10))
      printf("  %s: a weight of %zu for %zu bytes\n", kinds[k][0], map->now.weight, text);
    if (!CHECK(maps.live_bytes >= map->arena._used && maps.live_bytes <= map->arena._used + map->arena._used / 10))
      printf("  %s: %zu bytes counted of %zu\n", kinds[k][0], map->arena._used, maps.live_bytes);
    carto_buf_free(&document);
    map_world_close(&w);
  }
}

/* What each tool does when there is no memory: says so, and the map is as it was; with memory it works. */
static const char *const memory_calls[][2] = {
  {"add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"x\"}]}"},
  {"lds_geocode", "{\"address\":\"Sevilla\"}"},
  {"get_map_coordinates", "{}"},
  {"get_spatial_filter", "{}"},
  {"get_active_filters", "{}"},
  {"set_map_center_and_zoom", "{\"center\":[1,2],\"zoom\":3}"},
  {"set_spatial_filter", "{\"geometry\":" SQUARE "}"},
  {"load_builder_map", LOAD},
  {"set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\",\"Market\"]}"},
  {"set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"min\":\"2020-02-01\"}"},
  {"set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":3}"},
  {"set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":1,\"max\":9}"},
  {"add_source", SOURCE("query", "SELECT * FROM stores WHERE revenue > {{least}}")},
  {"add_layer", "{\"datasetId\":\"d-stores\",\"label\":\"x\",\"hooverColumns\":[\"name\"]}"},
  {"list_maps", "{}"},
  {"set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"name\",\"radius\":3}"},
  {"set_layer_style", "{\"layerId\":\"l1\",\"fillColor\":\"red\",\"radiusColumn\":\"lng\"}"},
  {"remove_layer", "{\"layerId\":\"l1\"}"},
  {"remove_source", "{\"datasetId\":\"s2\"}"},
  {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"lay-areas\"}"},
  {"set_layer_visibility", "{\"layers\":[{\"layerId\":\"lay-areas\",\"visibility\":true}]}"},
  {"add_widget", "{\"datasetId\":\"d-all\",\"type\":\"category\",\"column\":\"kind\"}"},
  {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[\"Gas\"]}"},
  {"filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[1,5]]}"},
  {"filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[1,500]}"},
  {"get_formula_widget", "{\"widgetId\":\"wid-query\"}"},
  {"get_category_widget", "{\"widgetId\":\"wid-kind\"}"},
  {"get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"},
  {"get_time_series_widget", "{\"widgetId\":\"wid-time\"}"},
  {"get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[1577836800,1580515200]}"},
  {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[]}"},
  {"set_spatial_filter", "{\"geometry\":null}"},
  {"execute_query", "{\"connection_name\":\"shop\",\"sql\":\"SELECT name FROM stores\"}"},
  {"set_map_center_and_zoom", MOVE("1", ",\"map\":\"fresh\"")},
};

static size_t memory_call;

static int memory_round(carto_alloc alloc) {
  test_memory *m = (test_memory *)alloc.user;
  size_t fail_at = m->fail_at, calls;
  carto_server_desc desc = carto_server_desc_default();
  map_world w;
  carto_status status;
  desc.alloc = alloc;
  m->fail_at = 0; /* the map is there; then memory fails */
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  CHECK_INT(map_world_call(&w, "load_builder_map", LOAD), CARTO_OK);
  CHECK_INT(map_world_call(&w, "add_source", SOURCE("table", "one")), CARTO_OK);
  CHECK_INT(map_world_call(&w, "add_source", SOURCE("table", "roads")), CARTO_OK);
  CHECK_INT(map_world_call(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"mine\"}"), CARTO_OK);
  {
    carto__map_state before = map_world_map(&w)->now;
    carto_buf was = document_of(&w, true), is;
    carto_arena_free(&w.arena); /* its blocks too are asked for anew */
    carto_arena_init(&w.arena, alloc, 0);
    m->calls = 0;
    m->fail_at = fail_at;
    status = map_world_call(&w, memory_calls[memory_call][0], memory_calls[memory_call][1]);
    calls = m->calls;
    m->fail_at = 0;
    if (status != CARTO_OK) {
      CHECK_INT(status, CARTO_ERR_NOMEM);
      CHECK_CONTAINS(carto_str_from(w.error.text), "memory");
      CHECK(memcmp(&before, &map_world_map(&w)->now, sizeof before) == 0);
      CHECK(w.server._maps->next == NULL);
      is = document_of(&w, true);
      CHECK(carto_str_equal(carto_buf_str(&was), carto_buf_str(&is)));
      carto_buf_free(&is);
      CHECK_INT(map_world_call(&w, memory_calls[memory_call][0], memory_calls[memory_call][1]), CARTO_OK);
    }
    carto_buf_free(&was);
    check_round_trip(&w);
  }
  map_world_close(&w);
  m->calls = calls;
  return status == CARTO_OK;
}

static void test_allocation(void) {
  for (memory_call = 0; memory_call < sizeof memory_calls / sizeof *memory_calls; memory_call++)
    test_every_allocation(memory_round, 400);
}

/* A session with its map in one block of 256 KiB: nothing is asked of anyone else. */
static void test_block(void) {
  static unsigned char memory[256 * 1024];
  static const char *const messages[] = {
    HELLO, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", CALL("2", "set_map_center_and_zoom", MOVE("10", "")),
    CALL("3", "add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"x\"}]}"),
    CALL("4", "set_spatial_filter", "{\"geometry\":" SQUARE "}"), CALL("5", "get_active_filters", "{}"),
    PARAMS("6", "resources/read", "\"uri\":\"carto://map/default\"")};
  carto_server_desc desc = carto_server_desc_default();
  carto_block block;
  map_world w;
  client c;
  memset(&w, 0, sizeof w);
  carto_block_init(&block, memory, sizeof memory);
  desc.alloc = carto_block_alloc(&block);
  CHECK_INT(carto_server_init(&w.server, &desc, NULL), CARTO_OK);
  client_open(&c, &w);
  for (int round = 0; round < 200; round++)
    for (size_t i = round ? 1 : 0; i < sizeof messages / sizeof *messages; i++)
      CHECK(test_contains(ask(&c, messages[i]), "\"result\":{") && !test_contains(carto_buf_str(&c.said), "\"isError\""));
  carto_buf_free(&c.said);
  carto_server_free(&w.server);
  CHECK_UINT(block._used, 0);
}

/* ---- thousands of calls */

#ifndef RANDOM_CALLS
#define RANDOM_CALLS 2500
#endif

static void test_random_calls(void) {
  map_world w;
  char arguments[2000];
  const char *tool, *wrong;
  uint64_t seed = 20260701;
  size_t done = 0, failed = 0, evicted = 0;
  uint8_t bytes[12];
  carto_server_desc desc = carto_server_desc_default();
  desc.maps = 4; /* there are more names */
  CHECK_INT(map_world_open(&w, desc), CARTO_OK);
  for (int i = 0; i < RANDOM_CALLS; i++) {
    map_bytes b;
    for (size_t k = 0; k < sizeof bytes; k++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      bytes[k] = (uint8_t)(seed >> 40);
    }
    b.data = bytes;
    b.size = sizeof bytes;
    wrong = map_play(&w, &b, arguments, &tool);
    if (!CHECK(wrong == NULL)) {
      printf("  call %d: %s %s: %s (%s)\n", i, tool, arguments, wrong, w.error.text);
      break;
    }
    if (w.error.text[0]) failed++;
    else done++;
    evicted += map_says(carto_buf_str(&w.out), "evictedMap");
  }
  CHECK(evicted > RANDOM_CALLS / 100);
  CHECK(done > RANDOM_CALLS / 7);
  CHECK(failed > RANDOM_CALLS / 7);
  map_world_close(&w);
}

static const test_case tests[] = {
  {"random", test_random_calls},
  {"sessions", test_sessions},
  {"how_many_maps", test_how_many_maps},
  {"resource", test_resource},
  {"listen", test_listen},
  {"size", test_size},
  {"full", test_full},
  {"heavy", test_heavy},
  {"weight", test_weight},
  {"large masks", test_large_masks},
  {"many markers", test_many_markers},
  {"filters of nobody", test_filters_of_nobody},
  {"mask_across", test_mask_across},
  {"block", test_block},
  {"allocation", test_allocation},
  {"view", test_view},
  {"markers", test_markers},
  {"spatial_filter", test_spatial_filter},
  {"sources", test_sources},
  {"layers", test_layers},
  {"styles", test_styles},
  {"zoom_to_layer", test_zoom_to_layer},
  {"geocode", test_geocode},
  {"saved", test_saved},
  {"not_loaded", test_not_loaded},
  {"hidden_group", test_hidden_group},
  {"connection_id", test_connection_id},
  {"bound", test_bound},
  {"cell_sources", test_cell_sources},
  {"geo_column", test_geo_column},
  {"widget_of_words", test_widget_of_words},
  {"evicted", test_evicted},
  {"two_places", test_two_places},
  {"new_names", test_new_names},
  {"session_ends", test_session_ends},
  {"parameters", test_parameters},
  {"widgets", test_widgets},
  {"widget_of_query", test_widget_of_query},
  {"widget_errors", test_widget_errors},
  {"add_widget", test_add_widget},
  {"round_trip", test_round_trip},
  {"wrong_documents", test_wrong_documents},
};

TEST_MAIN(tests)

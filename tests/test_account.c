/* Tools over a connection whose driver has no tables in memory, as an account's has none: beside the same over the local
   warehouse that it computes from. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

#include "conversation.h"
#include "demo_world.h"
#include "map_calls.h"
#include "remote_driver.h"

/* ---- two worlds: the same data and maps, the second one's elsewhere */

typedef struct worlds {
  map_world here, there;
  remote remote;
  memory_files data, maps;
  int64_t clock; /* of the second */
} worlds;

static int64_t worlds_now(void *user) { return ((worlds *)user)->clock; }

static carto_status worlds_open(worlds *w, carto_server_desc desc) {
  carto_local_desc local = carto_local_desc_default();
  carto_status status;
  memset(w, 0, sizeof *w);
  w->clock = MEMORY_TIME;
  status = map_world_open(&w->here, desc);
  desc.now = worlds_now;
  desc.user = w;
  if (status == CARTO_OK) status = map_world_open(&w->there, desc);
  local.name = STR("shop");
  local.data = memory_files_of(&w->data, map_data, MEMORY_COUNT(map_data));
  local.maps = memory_files_of(&w->maps, map_documents, MEMORY_COUNT(map_documents));
  local.created_at = local.updated_at = MEMORY_TIME;
  local.alloc = desc.alloc;
  if (status == CARTO_OK) status = remote_init(&w->remote, &local, &w->there.error);
  if (status == CARTO_OK) w->there.warehouse = remote_warehouse(&w->remote);
  return status;
}

static void worlds_close(worlds *w) {
  map_world_close(&w->here);
  map_world_close(&w->there);
  carto_local_free(&w->remote.local);
}

/* Calls a tool of both; true when they say the same. */
static bool worlds_call(worlds *w, const char *tool, const char *arguments) {
  carto_status here = map_world_call(&w->here, tool, arguments);
  carto_status there = map_world_call(&w->there, tool, arguments);
  bool same = here == there && strcmp(w->here.error.text, w->there.error.text) == 0 &&
              (here != CARTO_OK || carto_str_equal(carto_buf_str(&w->here.out), carto_buf_str(&w->there.out)));
  if (!CHECK(same))
    printf("  %s %s\n  here  %.*s %s\n  there %.*s %s\n", tool, arguments,
           (int)(w->here.out.len < 600 ? w->here.out.len : 600), w->here.out.ptr ? w->here.out.ptr : "",
           w->here.error.text, (int)(w->there.out.len < 600 ? w->there.out.len : 600),
           w->there.out.ptr ? w->there.out.ptr : "", w->there.error.text);
  return same;
}

/* The same, where they are to succeed. */
static void both(worlds *w, const char *tool, const char *arguments) {
  if (worlds_call(w, tool, arguments) && !CHECK(w->here.error.text[0] == 0))
    printf("  %s %s\n  %s\n", tool, arguments, w->here.error.text);
}

/* The same, where they are to fail. */
static void neither(worlds *w, const char *tool, const char *arguments, const char *why) {
  worlds_call(w, tool, arguments);
  if (!test_contains(STR(w->there.error.text), why)) {
    CHECK(false);
    printf("  %s %s\n  got  %s\n  want %s\n", tool, arguments, w->there.error.text, why);
  }
}

#define LOAD "{\"mapId\":\"" MAP_ID "\"}"
#define SOURCE(type, text) \
  "{\"type\":\"" type "\",\"source\":\"" text "\",\"connection\":\"shop\",\"provider\":\"postgres\"}"

/* Whether both maps are the same, as documents. */
static void check_maps(worlds *w) {
  carto_arena arena = test_arena();
  CHECK(carto_str_equal(map_as_text(&arena, &map_world_map(&w->here)->now),
                        map_as_text(&arena, &map_world_map(&w->there)->now)));
  carto_arena_free(&arena);
}

static void test_map_tools(void) {
  static const char *const calls[][2] = {
    {"list_connections", "{}"},
    {"list_resources", "{\"connection_name\":\"shop\",\"maxDepth\":3}"},
    {"search_resources", "{\"connection_name\":\"shop\",\"query\":\"store\"}"},
    {"describe", "{\"connection_name\":\"shop\",\"table_fqn\":\"stores\"}"},
    {"describe", "{\"connection_name\":\"shop\",\"table_fqn\":\"stores\",\"column\":\"revenue\"}"},
    {"describe", "{\"connection_name\":\"shop\",\"query\":\"SELECT kind FROM stores WHERE staff > @n\","
                 "\"query_parameters\":{\"n\":3},\"column\":\"kind\"}"},
    {"describe", "{\"connection_name\":\"shop\",\"table_fqn\":\"cells_h3\",\"column\":\"h3\",\"spatial_data_type\":\"h3\"}"},
    {"execute_query", "{\"connection_name\":\"shop\",\"sql\":\"SELECT name FROM stores ORDER BY 1 LIMIT $1\","
                      "\"query_parameters\":[2]}"},
    {"list_maps", "{}"},
    {"lds_geocode", "{\"address\":\"cordoba\"}"},
    {"lds_geocode", "{\"address\":\"Atlantis\"}"},
    {"load_builder_map", LOAD},
    {"get_map_coordinates", "{}"},
    {"get_active_filters", "{}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-near\"}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-query\"}"},
    {"get_category_widget", "{\"widgetId\":\"wid-kind\"}"},
    {"get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"},
    {"get_time_series_widget", "{\"widgetId\":\"wid-time\"}"},
    {"get_time_series_widget", "{\"widgetId\":\"wid-time\",\"timeRange\":[1578000000,1581000000]}"},
    {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[\"Market\",\"Drugstore\"]}"},
    {"get_category_widget", "{\"widgetId\":\"wid-kind\"}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"},
    {"filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[[2,5],[6,null]]}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[100,300]}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"get_active_filters", "{}"},
    {"filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":null}"},
    {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[]}"},
    {"filter_histogram_widget", "{\"widgetId\":\"wid-hist\",\"intervals\":[]}"},
    {"set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\",\"it's\"]}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-query\"}"},
    {"set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Market\"]}"},
    {"set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":120}"},
    {"set_sql_parameter_numeric_range", "{\"parameterId\":\"par-staff\",\"min\":5}"},
    {"set_sql_parameter_date_range", "{\"parameterId\":\"par-days\",\"max\":\"2020-02-28\"}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-query\"}"},
    {"set_spatial_filter", "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[10.5,40],[12.5,40],[12.5,60],[10.5,60],"
                           "[10.5,40]]]}}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"get_category_widget", "{\"widgetId\":\"wid-kind\"}"},
    {"get_spatial_filter", "{}"},
    {"set_spatial_filter", "{\"geometry\":null}"},
    {"add_source", SOURCE("table", "stores")},
    {"add_source", SOURCE("table", "demo.shop.areas")},
    {"add_source", SOURCE("table", "roads")},
    {"add_source", SOURCE("table", "cells_h3")},
    {"add_source", SOURCE("table", "cells_quadbin")},
    {"add_source", SOURCE("table", "plain")},
    {"add_source", SOURCE("query", "SELECT name, revenue, geom FROM stores WHERE revenue > {{least}}")},
    {"add_source", "{\"type\":\"table\",\"source\":\"one\",\"connection\":\"shop\",\"provider\":\"postgres\",\"geoColumn\":"
                   "\"geom\"}"},
    {"add_layer", "{\"datasetId\":\"s1\",\"label\":\"Points\",\"hooverColumns\":[\"name\",\"staff\"],"
                  "\"hooverColumnsAggregation\":{\"staff\":\"avg\"}}"},
    {"add_layer", "{\"datasetId\":\"s2\",\"label\":\"Polygons\"}"},
    {"add_layer", "{\"datasetId\":\"s3\",\"label\":\"Lines\"}"},
    {"add_layer", "{\"datasetId\":\"s4\",\"label\":\"H3\"}"},
    {"add_layer", "{\"datasetId\":\"s5\",\"label\":\"Quadbin\"}"},
    {"add_layer", "{\"datasetId\":\"s7\",\"label\":\"Query\"}"},
    {"add_layer", "{\"datasetId\":\"s8\",\"label\":\"One\"}"},
    {"set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"revenue\",\"opacity\":0.25}"},
    {"set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"Sunset\"}"},
    {"set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"kind\",\"radiusColumn\":\"staff\"}"},
    {"set_layer_style", "{\"layerId\":\"l6\",\"fillColorColumn\":\"name\"}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l2\"}"},
    {"get_map_coordinates", "{}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l3\"}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l4\"}"},
    {"get_map_coordinates", "{}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l5\"}"},
    {"get_map_coordinates", "{}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l7\"}"},
    {"get_map_coordinates", "{}"},
    {"set_layer_visibility", "{\"layers\":[{\"layerId\":\"l2\",\"visibility\":false}]}"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"formula\",\"operation\":\"avg\",\"column\":\"revenue\",\"global\":true}"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"kind\",\"operation\":\"sum\",\"operationColumn\":"
                   "\"revenue\",\"global\":true,\"orderBy\":\"alphabetical_asc\"}"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"revenue\",\"buckets\":4,\"global\":true}"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"timeseries\",\"column\":\"opened\",\"stepSize\":\"week\",\"global\":true}"},
    {"add_widget", "{\"datasetId\":\"s7\",\"type\":\"range\",\"column\":\"revenue\"}"},
    {"add_widget", "{\"datasetId\":\"s4\",\"type\":\"formula\",\"operation\":\"sum\",\"column\":\"visits\"}"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"active\",\"global\":true}"},
    {"get_formula_widget", "{\"widgetId\":\"w1\"}"},
    {"get_category_widget", "{\"widgetId\":\"w2\"}"},
    {"get_histogram_widget", "{\"widgetId\":\"w3\"}"},
    {"get_time_series_widget", "{\"widgetId\":\"w4\"}"},
    {"filter_range_widget", "{\"widgetId\":\"w5\",\"range\":[150,250]}"},
    {"set_map_center_and_zoom", "{\"center\":[37.77,-122.42],\"zoom\":10}"},
    {"get_formula_widget", "{\"widgetId\":\"w6\"}"},
    {"set_map_center_and_zoom", "{\"center\":[0,179],\"zoom\":3}"},
    {"get_formula_widget", "{\"widgetId\":\"wid-near\"}"},
    {"get_formula_widget", "{\"widgetId\":\"w6\"}"},
    {"get_category_widget", "{\"widgetId\":\"w7\"}"},
    {"filter_category_widget", "{\"widgetId\":\"w7\",\"categories\":[\"true\"]}"},
    {"filter_category_widget", "{\"widgetId\":\"w2\",\"categories\":[\"Gas\"]}"},
    {"get_category_widget", "{\"widgetId\":\"w7\"}"},
    {"remove_widget", "{\"widgetId\":\"w3\"}"},
    {"remove_layer", "{\"layerId\":\"l7\"}"},
    {"remove_source", "{\"datasetId\":\"s8\"}"},
    {"add_marker", "{\"markers\":[{\"latitude\":1,\"longitude\":\"2\",\"label\":\"Here\"}]}"},
    {"get_active_filters", "{}"},
    {"load_builder_map", "{\"mapId\":\"empty\"}"},
  };
  static const char *const failures[][3] = {
    {"load_builder_map", LOAD, ""},
    {"get_formula_widget", "{\"widgetId\":\"wid-wrong\"}", "nearest: \"revenue\""},
    {"get_formula_widget", "{\"widgetId\":\"wid-lost\"}", "has no data"},
    {"add_source", SOURCE("table", "store"), "stores"},
    {"add_source", SOURCE("query", "SELECT * FROM stores WHERE kind = {{kind}}"), "the map has the SQL parameters"},
    {"add_source", SOURCE("query", "SELEC"), "SQLSTATE"},
    {"add_source", SOURCE("tileset", "stores"), "no tilesets"},
    {"add_source", "{\"type\":\"table\",\"source\":\"stores\",\"connection\":\"shop\",\"provider\":\"bigquery\"}", "postgres"},
    {"add_source", "{\"type\":\"table\",\"source\":\"stores\",\"connection\":\"shop\",\"provider\":\"postgres\",\"geoColumn\":"
                   "\"name\"}", "is String, not Geometry"},
    {"add_source", "{\"type\":\"table\",\"source\":\"cells_h3\",\"connection\":\"shop\",\"provider\":\"postgres\",\"geoColumn\":"
                   "\"quadbin:h3\"}", "holds H3 cells"},
    {"add_source", SOURCE("table", "stores"), ""},
    {"add_source", SOURCE("table", "plain"), ""},
    {"add_layer", "{\"datasetId\":\"s2\",\"label\":\"None\"}", "has no geometry"},
    {"add_layer", "{\"datasetId\":\"s1\",\"label\":\"None\",\"hooverColumns\":[\"nam\"]}", "nearest: \"name\""},
    {"add_layer", "{\"datasetId\":\"s1\",\"label\":\"None\",\"hooverColumns\":[\"name\"],\"hooverColumnsAggregation\":{\"name\":"
                  "\"avg\"}}", "holds no numbers"},
    {"add_layer", "{\"datasetId\":\"s1\",\"label\":\"One\"}", ""},
    {"set_layer_style", "{\"layerId\":\"l1\",\"fillColorColumn\":\"opened\"}", "neither numbers nor texts"},
    {"set_layer_style", "{\"layerId\":\"l1\",\"radiusColumn\":\"kind\"}", "holds no numbers"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"timeseries\",\"column\":\"name\"}", "holds no dates"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"geom\"}", "holds geometry"},
    {"add_widget", "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"kind\"}", "holds no numbers"},
    {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[5]}", "holds texts"},
    {"describe", "{\"connection_name\":\"shop\",\"table_fqn\":\"store\"}", "stores"},
    {"execute_query", "{\"connection_name\":\"shop\",\"sql\":\"SELECT x FROM stores\"}", "SQLSTATE"},
    {"list_resources", "{\"connection_name\":\"shops\"}", "nearest: \"shop\""},
  };
  worlds w;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    both(&w, calls[i][0], calls[i][1]);
    if (map_world_map(&w.here)) check_maps(&w);
  }
  for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
    if (failures[i][2][0]) neither(&w, failures[i][0], failures[i][1], failures[i][2]);
    else both(&w, failures[i][0], failures[i][1]);
    check_maps(&w);
  }
  worlds_close(&w);
}

/* Of two columns that place the rows, the dataset's is asked by. */
static void test_two_places(void) {
  static const char *const columns[] = {"h3", "geom"}, *const asked[] = {"h3:h3", "geom:geo"}, *const sums[] = {"1", "2"};
  worlds w;
  char text[300];
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  both(&w, "set_map_center_and_zoom", "{\"center\":[37.775,-122.42],\"zoom\":9}");
  for (int i = 0; i < 2; i++) {
    snprintf(text, sizeof text, "{\"type\":\"table\",\"source\":\"moved\",\"connection\":\"shop\",\"provider\":\"postgres\","
             "\"geoColumn\":\"%s\"}", columns[i]);
    both(&w, "add_source", text);
    snprintf(text, sizeof text, "{\"datasetId\":\"s%d\",\"type\":\"formula\",\"operation\":\"sum\",\"column\":\"staff\"}", i + 1);
    both(&w, "add_widget", text);
  }
  for (int i = 0; i < 4; i++) {
    if (i == 2)
      both(&w, "set_spatial_filter", "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-123,37],[-122,37],[-122,38],[-123,38],[-123,37]]]}}");
    snprintf(text, sizeof text, "{\"widgetId\":\"w%d\"}", i % 2 + 1);
    both(&w, "get_formula_widget", text);
    CHECK_STR(carto_buf_str(&w.there.out), sums[i % 2]);
    CHECK_STR(STR(w.remote.spatial_room), asked[i % 2]);
  }
  worlds_close(&w);
}

/* ---- any calls at all */

static void test_random_calls(void) {
  worlds w;
  uint8_t bytes[64];
  char arguments[2000];
  size_t said = 0;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  both(&w, "load_builder_map", LOAD);
  for (int i = 0; i < 10000; i++) {
    map_bytes b = {bytes, sizeof bytes};
    const char *tool;
    for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (uint8_t)test_random(256);
    tool = map_next_call(&b, &map_world_map(&w.here)->now, arguments);
    /* What fails only when its rows are made cannot be known from the columns, nor which geometry there is where
       there are no rows. */
    if (test_contains(STR(arguments), "1/0") || test_contains(STR(arguments), "WHERE false")) continue;
    if (test_contains(STR(arguments), "\"cut\"")) continue; /* a file that cannot be read is here alone */
    if (strcmp(tool, "set_map_center_and_zoom_to_layer") == 0) {
      carto__map *here, *there;
      if (test_contains(STR(arguments), "\"map\"")) continue;
      CHECK_INT(map_world_call(&w.there, tool, arguments), map_world_call(&w.here, tool, arguments));
      here = map_world_map(&w.here);
      there = map_world_map(&w.there); /* an extent knows no antimeridian */
      CHECK_INT(carto__map_set_view(there, here->now.longitude.value, here->now.latitude.value, here->now.zoom.value,
                                    NULL),
                CARTO_OK);
    } else if (!worlds_call(&w, tool, arguments)) {
      break;
    }
    said += w.there.error.text[0] == 0;
    check_maps(&w);
  }
  if (!CHECK(said > 1000 && w.remote.counts.widget > 50)) printf("  %zu %d\n", said, w.remote.counts.widget);
  worlds_close(&w);
}

/* ---- the demo's story */

/* What only workflows can answer is left out, and what is about their results. */
static bool story_has(carto_str message) {
  static const char *const others[] = {"site_selection", "trade_areas", "hotspots", "async_", "job", "\"s2\"", "\"w1\"",
                                       "workflows"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (test_contains(message, others[i])) return false;
  return true;
}

static void test_story(void) {
  carto_alloc libc = {NULL, NULL};
  carto_session sessions[2];
  carto_buf said[2];
  conversation talk;
  demo_world here, there;
  remote far;
  carto_local_desc data = demo_data(&there);
  carto_error error;
  size_t answers = 0;
  memset(sessions, 0, sizeof sessions);
  demo_open(&here, NULL);
  CHECK_INT(remote_init(&far, &data, &error), CARTO_OK);
  demo_serve(&there, remote_warehouse(&far), NULL);
  conversation_open(&talk, "fixtures/mcp/all-tools.jsonl");
  for (size_t k = 0; k < 2; k++) carto_buf_init(&said[k], libc, 0);
  for (size_t i = 0; i < talk.count; i++) {
    if (talk.turns[i].dir != '>' || !story_has(talk.turns[i].text)) continue;
    for (size_t k = 0; k < 2; k++) {
      carto_peer peer = {conversation_hear, NULL, &said[k]};
      carto_buf_clear(&said[k]);
      CHECK_INT(carto_server_handle(k ? &there.server : &here.server, &sessions[k], &peer, talk.turns[i].text), CARTO_OK);
    }
    if (!CHECK(carto_str_equal(carto_buf_str(&said[0]), carto_buf_str(&said[1]))))
      printf("  %.*s\n  here  %.*s\n  there %.*s\n", (int)talk.turns[i].text.len, talk.turns[i].text.ptr,
             (int)said[0].len, said[0].ptr, (int)said[1].len, said[1].ptr);
    /* and it is what the story says; but for the list of tools, which has no workflows here */
    if (i + 1 < talk.count && talk.turns[i + 1].dir == '<' && test_contains(talk.turns[i].text, "tools/call")) {
      if (!CHECK(carto_str_equal(carto_buf_str(&said[1]), talk.turns[i + 1].text)))
        printf("  line %zu: %.*s\n", i + 2, (int)said[1].len, said[1].ptr);
      answers++;
    }
  }
  CHECK(answers >= 30);
  for (size_t k = 0; k < 2; k++) carto_buf_free(&said[k]);
  conversation_close(&talk);
  demo_close(&here);
  carto_server_free(&there.server);
  carto_local_free(&far.local);
}

/* ---- what is asked, and how often */

static size_t tables_kept(const map_world *w) {
  const carto__map_table *t = w->server._map_tables;
  size_t count = 0;
  for (; t; t = t->next) count++;
  return count;
}

static void get(worlds *w, const char *tool, const char *arguments) {
  if (!CHECK(map_world_call(&w->there, tool, arguments) == CARTO_OK)) printf("  %s %s\n  %s\n", tool, arguments, w->there.error.text);
}

#define GET(w, tool, arguments, want)                 \
  do {                                                \
    get(w, tool, arguments);                          \
    CHECK_STR(carto_buf_str(&(w)->there.out), want);  \
  } while (0)

static void refuse(worlds *w, const char *tool, const char *arguments, const char *why) {
  CHECK(map_world_call(&w->there, tool, arguments) != CARTO_OK);
  if (!CHECK(strcmp(w->there.error.text, why) == 0)) printf("  got  %s\n  want %s\n", w->there.error.text, why);
}

/* Columns are asked once, until they are too old; widgets each time. */
static void test_requests(void) {
  worlds w;
  remote_counts *n = &w.remote.counts;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  get(&w, "load_builder_map", LOAD);
  CHECK_INT(n->schema + n->widget + n->statistics + n->query, 0);
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}");
  get(&w, "get_category_widget", "{\"widgetId\":\"wid-kind\"}");
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}");
  CHECK_INT(n->schema, 1);
  CHECK_INT(n->widget, 3);
  get(&w, "get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"); /* its range, then its bins */
  CHECK_INT(n->widget, 5);
  get(&w, "filter_range_widget", "{\"widgetId\":\"wid-range\",\"range\":[1,2]}");
  CHECK_INT(n->schema, 1);
  CHECK_INT(n->widget, 5);
  w.clock += INT64_C(300000000);
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}");
  CHECK_INT(n->schema, 1);
  w.clock += 1;
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}");
  CHECK_INT(n->schema, 2);
  /* another value of a parameter may have other columns */
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-query\"}");
  CHECK_INT(n->schema, 3);
  CHECK(w.remote.published); /* a saved map's query is not the agent's */
  get(&w, "set_sql_parameter_numeric", "{\"parameterId\":\"par-least\",\"value\":5}");
  get(&w, "get_formula_widget", "{\"widgetId\":\"wid-query\"}");
  CHECK_INT(n->schema, 4);
  get(&w, "add_source", SOURCE("query", "SELECT * FROM stores"));
  CHECK(!w.remote.published);
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"A\"}");
  CHECK(!w.remote.published);
  CHECK_INT(n->query, 0); /* nothing brings rows but execute_query */
  CHECK_INT(n->statistics, 0);
  get(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l1\"}");
  CHECK_INT(n->statistics, 1);
  { /* no more are kept than there is room for, and a clock is not needed */
    map_world *there = &w.there;
    char arguments[300];
    there->server._desc.now = NULL;
    for (int i = 0; i < 100; i++) {
      snprintf(arguments, sizeof arguments, SOURCE("query", "SELECT %d AS one, geom FROM stores"), i);
      get(&w, "add_source", arguments);
      snprintf(arguments, sizeof arguments, "{\"datasetId\":\"s%d\",\"label\":\"A\"}", i + 2);
      get(&w, "add_layer", arguments);
    }
    CHECK_UINT(tables_kept(there), CARTO_MCP__MAP_TABLES);
  }
  worlds_close(&w);
}

/* ---- what a connection is asked of a widget */

static const char saved_custom[] =
  "{\"id\":\"custom\",\"title\":\"Custom\",\"datasets\":["
  "{\"id\":\"d-h3\",\"type\":\"table\",\"source\":\"cells_h3\",\"connectionName\":\"shop\",\"geoColumn\":\"h3\"},"
  "{\"id\":\"d-named\",\"type\":\"table\",\"source\":\"plain\",\"connectionName\":\"shop\",\"geoColumn\":\"quadbin:a\"},"
  "{\"id\":\"d-texts\",\"type\":\"table\",\"source\":\"plain\",\"connectionName\":\"shop\",\"geoColumn\":\"h3:b\"},"
  "{\"id\":\"d-wrong\",\"type\":\"table\",\"source\":\"stores\",\"connectionName\":\"shop\",\"geoColumn\":\"h3:nam\"},"
  "{\"id\":\"d-id\",\"type\":\"table\",\"source\":\"stores\",\"connectionId\":\"shop\"}],"
  "\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{\"widgets\":["
  "{\"id\":\"h3\",\"type\":\"formula\",\"dataSource\":\"d-h3\",\"operation\":\"count\"},"
  "{\"id\":\"named\",\"type\":\"formula\",\"dataSource\":\"d-named\",\"operation\":\"custom\",\"operationExp\":"
  "\"SUM(a) / 2\"},"
  "{\"id\":\"texts\",\"type\":\"formula\",\"dataSource\":\"d-texts\",\"operation\":\"custom\",\"operationExp\":\"1\"},"
  "{\"id\":\"wrong\",\"type\":\"formula\",\"dataSource\":\"d-wrong\",\"operation\":\"count\"},"
  "{\"id\":\"by-id\",\"type\":\"formula\",\"dataSource\":\"d-id\",\"operation\":\"count\",\"global\":true},"
  "{\"id\":\"empty\",\"type\":\"formula\",\"dataSource\":\"d-id\",\"operation\":\"custom\",\"global\":true},"
  "{\"id\":\"all\",\"type\":\"formula\",\"dataSource\":\"d-id\",\"operation\":\"custom\",\"operationExp\":"
  "\"COUNT(*)\",\"global\":true}]}}}";

static void test_widget_requests(void) {
  static const memory_file documents[] = {{"custom.json", saved_custom, 0, 0}};
  worlds w;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  memory_files_of(&w.maps, documents, 1);
  memory_files_of(&w.here.maps, documents, 1);
  get(&w, "load_builder_map", "{\"mapId\":\"custom\"}");
  GET(&w, "get_formula_widget", "{\"widgetId\":\"h3\"}", "2");
  CHECK_STR(STR(w.remote.spatial_room), "h3:h3");
  /* the source says that a column holds cells, of which the connection knows nothing */
  GET(&w, "get_formula_widget", "{\"widgetId\":\"named\"}", "42");
  CHECK_STR(STR(w.remote.spatial_room), "a:quadbin");
  CHECK_STR(STR(w.remote.expression_room), "SUM(a) / 2");
  GET(&w, "get_formula_widget", "{\"widgetId\":\"texts\"}", "42");
  CHECK_STR(STR(w.remote.spatial_room), "b:h3");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wrong\"}",
         "dataset \"d-wrong\": its geoColumn \"h3:nam\" names no column of it; nearest: \"geom\"");
  GET(&w, "get_formula_widget", "{\"widgetId\":\"by-id\"}", "7");
  CHECK_STR(STR(w.remote.spatial_room), "geom:geo");
  GET(&w, "get_formula_widget", "{\"widgetId\":\"all\"}", "42");
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"empty\"}",
         "widget \"empty\" has a custom operation, but no operationExp");
  get(&w, "add_layer", "{\"datasetId\":\"d-named\",\"label\":\"Cells\"}");
  CHECK_STR(carto_buf_str(&w.there.out), "{\"layerId\":\"l1\",\"type\":\"quadbin\"}");
  get(&w, "add_source", "{\"type\":\"table\",\"source\":\"plain\",\"connection\":\"shop\",\"provider\":\"postgres\","
                        "\"geoColumn\":\"h3:b\"}");
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Cells\"}");
  CHECK_STR(carto_buf_str(&w.there.out), "{\"layerId\":\"l2\",\"type\":\"h3\"}");
  refuse(&w, "add_source", "{\"type\":\"table\",\"source\":\"stores\",\"connection\":\"shop\",\"provider\":\"postgres\","
                           "\"geoColumn\":\"h3:opened\"}",
         "\"geoColumn\": column \"opened\" is Timestamp, not Geometry, and holds no H3 or quadbin cells; rows are placed by "
         "\"geom\"");
  /* here an expression is refused, since nobody computes it */
  CHECK_INT(map_world_call(&w.here, "load_builder_map", "{\"mapId\":\"custom\"}"), CARTO_OK);
  CHECK_INT(map_world_call(&w.here, "get_formula_widget", "{\"widgetId\":\"all\"}"), CARTO_ERR_UNSUPPORTED);
  worlds_close(&w);
}

/* ---- what goes wrong there */

static void test_faults(void) {
  static const char *const calls[][2] = {
    {"get_formula_widget", "{\"widgetId\":\"wid-sum\"}"},
    {"get_category_widget", "{\"widgetId\":\"wid-kind\"}"},
    {"get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"},
    {"get_time_series_widget", "{\"widgetId\":\"wid-time\"}"},
    {"filter_category_widget", "{\"widgetId\":\"wid-kind\",\"categories\":[\"Gas\"]}"},
    {"add_source", SOURCE("table", "stores")},
    {"add_layer", "{\"datasetId\":\"d-all\",\"label\":\"A\"}"},
    {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"lay-stores\"}"},
    {"execute_query", "{\"connection_name\":\"shop\",\"sql\":\"SELECT 1\"}"},
    {"list_maps", "{}"},
    {"load_builder_map", LOAD},
    {"lds_geocode", "{\"address\":\"Sevilla\"}"},
    {"list_connections", "{}"},
  };
  worlds w;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  get(&w, "load_builder_map", LOAD);
  both(&w, "load_builder_map", LOAD);
  w.remote.fails = CARTO_ERR_IO;
  w.remote.fails_why = "403: the token may not read this; ask for the grant (SQLSTATE none)";
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    CHECK_INT(map_world_call(&w.there, calls[i][0], calls[i][1]), CARTO_ERR_IO);
    CHECK_STR(STR(w.there.error.text), w.remote.fails_why);
    check_maps(&w);
  }
  w.remote.fails = CARTO_ERR_CANCELLED;
  CHECK_INT(map_world_call(&w.there, calls[0][0], calls[0][1]), CARTO_ERR_CANCELLED);
  w.remote.fails = CARTO_OK;
  both(&w, calls[0][0], calls[0][1]);
  /* what a driver lacks is an answer */
  w.remote.driver.widget = NULL;
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}", "connection \"shop\" cannot compute widgets");
  both(&w, "get_formula_widget", "{\"widgetId\":\"wid-query\"}"); /* of a query its rows will do */
  CHECK_INT(w.remote.counts.query, 1);
  get(&w, "add_layer", "{\"datasetId\":\"d-all\",\"label\":\"A\"}");
  w.remote.driver.statistics = NULL;
  refuse(&w, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l1\"}", "connection \"shop\" cannot give statistics");
  w.remote.driver.schema = NULL;
  w.clock += INT64_C(900000000);
  refuse(&w, "get_formula_widget", "{\"widgetId\":\"wid-sum\"}", "connection \"shop\" cannot hold tables");
  worlds_close(&w);
}

/* ---- several warehouses */

static void test_places(void) {
  carto_warehouse warehouses[2];
  worlds w;
  static const char seville[] = "[{\"latitude\":37.4,\"longitude\":-5.98,\"address\":\"Sevilla, Andaluc\xC3\xAD" "a, Spain\"}]";
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  warehouses[0] = w.here.warehouse;
  warehouses[1] = w.there.warehouse;
  w.there.server._desc.warehouses = warehouses;
  w.there.server._desc.warehouse_count = 2;
  /* the service first, wherever it stands */
  GET(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", seville);
  CHECK_INT(w.remote.counts.geocode, 1);
  warehouses[0] = w.there.warehouse;
  warehouses[1] = w.here.warehouse;
  GET(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", seville);
  CHECK_INT(w.remote.counts.geocode, 2);
  /* the gazetteer where it finds nothing, or fails; the failure is told when nobody finds anything */
  w.remote.no_places = true;
  GET(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", seville);
  GET(&w, "lds_geocode", "{\"address\":\"Atlantis\"}", "[]");
  w.remote.no_places = false;
  w.remote.places_fail = true;
  GET(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", seville);
  refuse(&w, "lds_geocode", "{\"address\":\"Atlantis\"}", "the quota is used up");
  w.there.server._desc.warehouse_count = 1;
  refuse(&w, "lds_geocode", "{\"address\":\"Sevilla\"}", "the quota is used up");
  w.remote.driver.geocode = NULL;
  refuse(&w, "lds_geocode", "{\"address\":\"Sevilla\"}",
         "this server has no connection that finds places; give coordinates instead");
  w.there.server._desc.warehouses = &w.there.warehouse;
  worlds_close(&w);
}

#define MERGED 130

/* Maps of two warehouses are one list: any page of it is that of the list as a whole. */
static void test_maps_of_several(void) {
  static char texts[2 * MERGED][200], paths[2 * MERGED][32];
  static memory_file rows[2 * MERGED];
  static const char *const orders[] = {"\"title\",\"order_direction\":\"asc\"", "\"created_at\"",
                                       "\"updated_at\",\"order_direction\":\"asc\"", "\"views\""};
  carto_warehouse warehouses[2];
  memory_files all;
  char arguments[300];
  worlds w;
  CHECK_INT(worlds_open(&w, carto_server_desc_default()), CARTO_OK);
  for (int i = 0; i < 2 * MERGED; i++) {
    snprintf(paths[i], sizeof paths[i], "m%03d.json", i);
    snprintf(texts[i], sizeof texts[i],
             "{\"id\":\"id-%03d\",\"title\":\"T %d\",\"datasets\":[],\"views\":%d,\"createdAt\":\"2025-%02d-%02dT00:00:00Z\","
             "\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{}}}",
             i, (int)test_random(10000), (int)test_random(20), (int)test_random(12) + 1, (int)test_random(28) + 1);
    rows[i].path = paths[i];
    rows[i].text = texts[i];
    rows[i].modified_at = MEMORY_TIME + (int64_t)test_random(1000) * 1000000;
  }
  memory_files_of(&w.data, map_data, MEMORY_COUNT(map_data));
  memory_files_of(&all, rows, 2 * MERGED);
  w.here.local._desc.maps.user = &all; /* all of them in one */
  w.remote.local._desc.maps = memory_files_of(&w.maps, rows, MERGED - 30);
  warehouses[0] = w.there.warehouse;
  { /* and in two */
    carto_local_desc local = carto_local_desc_default();
    carto_local other;
    memory_files rest;
    local.name = STR("other");
    local.maps = memory_files_of(&rest, rows + MERGED - 30, MERGED + 30);
    CHECK_INT(carto_local_init(&other, &local, NULL), CARTO_OK);
    warehouses[1] = carto_local_warehouse(&other);
    w.there.server._desc.warehouses = warehouses;
    w.there.server._desc.warehouse_count = 2;
    for (size_t o = 0; o < 4; o++)
      for (int page = 1; page <= 11; page += o ? 5 : 1) {
        snprintf(arguments, sizeof arguments, "{\"page_size\":25,\"page\":%d,\"order_by\":%s}", page, orders[o]);
        both(&w, "list_maps", arguments);
      }
    both(&w, "list_maps", "{\"page\":1000000,\"page_size\":100}");
    both(&w, "list_maps", "{\"search\":\"T 1\",\"page\":2,\"page_size\":7}");
    get(&w, "load_builder_map", "{\"mapId\":\"id-003\"}");
    get(&w, "load_builder_map", "{\"mapId\":\"id-203\"}");
    neither(&w, "load_builder_map", "{\"mapId\":\"nothing\"}", "no map \"nothing\"; use list_maps");
    /* one that does not answer does not hide the other */
    w.remote.fails = CARTO_ERR_IO;
    get(&w, "list_maps", "{\"page_size\":1}");
    CHECK_CONTAINS(carto_buf_str(&w.there.out), "\"total\":160,\"truncated\":false,\"unavailable\":1,\"reason\":\"the service does not answer\"}}");
    get(&w, "load_builder_map", "{\"mapId\":\"id-203\"}");
    refuse(&w, "load_builder_map", "{\"mapId\":\"id-003\"}", "the service does not answer");
    other._desc.maps.list = NULL;
    refuse(&w, "list_maps", "{}", "the service does not answer");
    w.there.server._desc.warehouses = &w.there.warehouse;
    w.there.server._desc.warehouse_count = 1;
    carto_local_free(&other);
  }
  worlds_close(&w);
}

/* ---- charts, over columns that are elsewhere */

#define CHART(data, field, datasets)                                                                               \
  "{\"spec\":{\"mark\":\"bar\",\"data\":{\"name\":\"" data "\"},\"encoding\":{\"x\":{\"field\":\"" field               \
  "\",\"type\":\"nominal\"}}}" datasets "}"

static void test_charts(void) {
  carto_server_desc desc = carto_server_desc_default();
  worlds w;
  desc.allow = MAP_TOOLS ",insights";
  CHECK_INT(worlds_open(&w, desc), CARTO_OK);
  both(&w, "load_builder_map", LOAD);
  both(&w, "generate_chart", CHART("d-stores", "kind", ""));
  both(&w, "generate_chart", CHART("d-all", "kind", ""));
  neither(&w, "generate_chart", CHART("d-all", "kin", ""), "kind");
  both(&w, "generate_chart", CHART("t", "district", ",\"datasets\":[{\"name\":\"t\",\"connection_name\":\"shop\",\"table_fqn\":"
                                                    "\"areas\"}]"));
  both(&w, "generate_chart", CHART("q", "n", ",\"datasets\":[{\"name\":\"q\",\"connection_name\":\"shop\",\"sql\":"
                                             "\"SELECT 1 AS n\"}]"));
  CHECK(!w.remote.published);
  neither(&w, "generate_chart", CHART("t", "x", ",\"datasets\":[{\"name\":\"t\",\"connection_name\":\"shop\",\"table_fqn\":"
                                                "\"nowhere\"}]"), "nowhere");
  CHECK_INT(w.remote.counts.query, 0);
  worlds_close(&w);
}

/* ---- memory */

static const char *const memory_calls[][2] = {
  {"load_builder_map", LOAD},
  {"get_formula_widget", "{\"widgetId\":\"wid-near\"}"},
  {"get_histogram_widget", "{\"widgetId\":\"wid-hist\"}"},
  {"add_source", SOURCE("query", "SELECT * FROM cells_h3")},
  {"add_layer", "{\"datasetId\":\"s1\",\"label\":\"A\"}"},
  {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"l1\"}"},
  {"list_maps", "{\"page\":1}"},
};

static int play_in(carto_alloc alloc) {
  carto_server_desc desc = carto_server_desc_default();
  static worlds w;
  carto_status status;
  int done = 0;
  desc.alloc = alloc;
  status = worlds_open(&w, desc);
  for (size_t i = 0; i < sizeof memory_calls / sizeof *memory_calls && status == CARTO_OK; i++)
    status = map_world_call(&w.there, memory_calls[i][0], memory_calls[i][1]);
  done = status == CARTO_OK;
  CHECK(done || status == CARTO_ERR_NOMEM || status == CARTO_ERR_LIMIT);
  worlds_close(&w);
  return done;
}

static void test_no_memory(void) { test_every_allocation(play_in, 5000); }

static const test_case cases[] = {
  {"map_tools", test_map_tools},
  {"two_places", test_two_places},
  {"random_calls", test_random_calls},
  {"story", test_story},
  {"requests", test_requests},
  {"widget_requests", test_widget_requests},
  {"faults", test_faults},
  {"places", test_places},
  {"maps_of_several", test_maps_of_several},
  {"charts", test_charts},
  {"no_memory", test_no_memory},
};

TEST_MAIN(cases)

/* Builder map documents: what is read, what is written, what is refused. The documents are those of
   fixtures/maps; what must be in them is taken from the files themselves. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "test.h"

static carto_str str(const char *text) { return carto_str_from(text); }

static const char *const files[] = {
  "builder-map-a-minimal",       "builder-map-b-h3-query",  "builder-map-c1-daterange-parameter",
  "builder-map-c2-category-and-daterange", "builder-map-d-widgets-gallery", "builder-map-e-split-map",
  "builder-map-f-layer-groups",  "saved-map-full",          "saved-map-minimal",
  "saved-map-split-masked",      "world-places",
};
#define FILE_COUNT (sizeof files / sizeof *files)

/* A document with all that it lives in. */
typedef struct opened {
  carto_arena arena;
  carto_call call;
  carto_json_doc doc;
  carto_map_document map;
  carto_error error;
  carto_status status;
  char *text;
} opened;

static void open_text(opened *o, carto_alloc alloc, carto_str text) {
  o->text = NULL;
  carto_arena_init(&o->arena, alloc, 0);
  memset(&o->call, 0, sizeof o->call);
  o->call.arena = &o->arena;
  memset(&o->map, 0, sizeof o->map);
  o->status = carto_json_parse(&o->arena, text, &o->doc, &o->error);
  if (o->status == CARTO_OK) o->status = carto_map_document_read(&o->call, &o->doc, &o->map, &o->error);
}

static char *read_map(const char *name, size_t *len) {
  char path[200];
  snprintf(path, sizeof path, "fixtures/maps/%s.json", name);
  return test_read_file(path, len);
}

static void open_file(opened *o, const char *name) {
  carto_alloc libc = {NULL, NULL};
  size_t len;
  char *text = read_map(name, &len);
  open_text(o, libc, carto_str_make(text, len));
  o->text = text;
  CHECK_INT(o->status, CARTO_OK);
  if (o->status != CARTO_OK) printf("  %s: %s\n", name, o->error.text);
}

static void close_map(opened *o) {
  carto_arena_free(&o->arena);
  free(o->text);
}

static carto_buf write_map(const carto_map_document *map) {
  carto_alloc libc = {NULL, NULL};
  carto_json_writer writer;
  carto_buf buf;
  carto_buf_init(&buf, libc, 0);
  carto_json_writer_init(&writer, &buf);
  carto_map_document_write(map, &writer);
  CHECK_INT(buf.status, CARTO_OK);
  return buf;
}

/* ---- written and read again */

static int same(const carto_json *a, const carto_json *b) {
  const carto_json *x = carto_json_first(a), *y = carto_json_first(b);
  size_t left = carto_json_count(a);
  if (carto_json_is_number(a) && carto_json_is_number(b)) return carto_json_double(a) == carto_json_double(b);
  if (carto_json_type_of(a) != carto_json_type_of(b) || left != carto_json_count(b)) return 0;
  if (carto_json_type_of(a) == CARTO_JSON_STRING)
    return carto_str_equal(carto_json_string(a), carto_json_string(b));
  for (; left > 0; left--) {
    if (carto_json_type_of(a) == CARTO_JSON_OBJECT) {
      if (!same(carto_json_value_of(x), carto_json_find(b, carto_json_string(x)))) return 0;
      x = carto_json_next(carto_json_value_of(x));
    } else {
      if (!same(x, y)) return 0;
      x = carto_json_next(x);
      y = carto_json_next(y);
    }
  }
  return 1;
}

/* All that a document holds is in the written one, but for what the service assigns and the names of
   operations, which are written in full. Members may be added: defaults made explicit. */
static void check_kept(const carto_json *was, const carto_json *now, const char *path) {
  const carto_json *x = carto_json_first(was), *y = carto_json_first(now);
  size_t left = carto_json_count(was), i;
  char here[400];
  if (carto_json_type_of(was) < CARTO_JSON_ARRAY || !now) {
    if (!test_report(same(was, now), __FILE__, __LINE__, "kept")) printf("  at %s\n", path);
    return;
  }
  if (carto_json_type_of(was) == CARTO_JSON_ARRAY) {
    if (left == 0 && strstr(path, ".textLabel")) return;
    if (!test_report(left == carto_json_count(now), __FILE__, __LINE__, "as many elements"))
      printf("  at %s\n", path);
    for (i = 0; i < left && y; i++, x = carto_json_next(x), y = carto_json_next(y)) {
      snprintf(here, sizeof here, "%s[%d]", path, (int)i);
      check_kept(x, y, here);
    }
    return;
  }
  for (; left > 0; left--, x = carto_json_next(carto_json_value_of(x))) {
    carto_str key = carto_json_string(x);
    const carto_json *value = carto_json_value_of(x);
    snprintf(here, sizeof here, "%s.%.*s", path, (int)key.len, key.ptr);
    if (!strcmp(here, ".createdAt") || !strcmp(here, ".token")) {
      CHECK(carto_json_find(now, key) == NULL);
      continue;
    }
    check_kept(value, carto_json_find(now, key), here);
  }
}

static void test_round_trip(void) {
  size_t i;
  for (i = 0; i < FILE_COUNT; i++) {
    carto_alloc libc = {NULL, NULL};
    opened first, second;
    carto_buf once, twice;
    open_file(&first, files[i]);
    once = write_map(&first.map);
    open_text(&second, libc, carto_buf_str(&once));
    CHECK_INT(second.status, CARTO_OK);
    check_kept(first.doc.root, second.doc.root, "");
    twice = write_map(&second.map);
    CHECK_STR(carto_buf_str(&twice), once.ptr ? (carto_buf_append(&once, "", 1), once.len--, once.ptr) : "");
    close_map(&second);
    close_map(&first);
    carto_buf_free(&once);
    carto_buf_free(&twice);
  }
}

/* ---- what is read, from the files as they are written */

static const carto_map_layer *layer_of(const opened *o, const char *id) {
  size_t at = carto_map_find_layer(&o->map, str(id));
  CHECK(at < o->map.layer_count);
  return &o->map.layers[at < o->map.layer_count ? at : 0];
}

static void test_full(void) {
  opened o;
  const carto_map_layer *l;
  const carto_map_widget *w;
  open_file(&o, "saved-map-full");
  CHECK_STR(o.map.title, "Harbour stores");
  CHECK_UINT(o.map.dataset_count, 3);
  CHECK_INT(o.map.datasets[0].type, CARTO_DATASET_QUERY);
  CHECK_UINT(o.map.datasets[0].columns.count, 6);
  CHECK_DOUBLE(o.map.datasets[2].aggregation_res_level.value, 4);
  CHECK_UINT(carto_json_count(o.map.datasets[0].query_parameters), 4);
  CHECK_DOUBLE(o.map.latitude.value, 42.35);
  CHECK_STR(o.map.basemap, "voyager");
  CHECK_INT(o.map.basemap_groups[2], CARTO_FLAG_FALSE);
  CHECK_INT(o.map.basemap_groups[5], CARTO_FLAG_TRUE);
  CHECK_UINT(o.map.layer_count, 3);
  CHECK_STR(o.map.layers[0].id, "l-stores"); /* the top one */
  l = layer_of(&o, "l-stores");
  CHECK_INT(l->type, CARTO_LAYER_TILESET);
  CHECK_UINT(l->dataset, 0);
  CHECK_STR(l->channels[CARTO_CHANNEL_FILL].field.name, "storetype");
  CHECK_INT(l->channels[CARTO_CHANNEL_FILL].scale, CARTO_SCALE_ORDINAL);
  CHECK_INT(l->channels[CARTO_CHANNEL_RADIUS].scale, CARTO_SCALE_SQRT);
  CHECK_UINT(l->channels[CARTO_CHANNEL_WIDTH].field.name.len, 0);
  CHECK_UINT(l->style.color_range.stops.count, 3);
  CHECK_STR(l->style.color_range.stops.items[1].color, "#11A579");
  CHECK_DOUBLE(l->style.radius_range.to, 30);
  CHECK_INT(l->color.color.b, 141);
  CHECK_UINT(l->color_domain.count, 3);
  l = layer_of(&o, "l-footfall");
  CHECK_DOUBLE(l->min_zoom.value, 3);
  CHECK_DOUBLE(l->max_zoom.value, 16);
  CHECK_INT(l->style.enable_3d, CARTO_FLAG_TRUE);
  CHECK_STR(l->channels[CARTO_CHANNEL_HEIGHT].aggregation, "sum");
  CHECK_INT(l->is_visible, CARTO_FLAG_FALSE);
  l = layer_of(&o, "l-districts");
  CHECK_STR(l->labels[0].field.name, "district");
  CHECK_INT(l->style.color_range.stops.items[2].value.kind, CARTO_SCALAR_NULL);
  CHECK_DOUBLE(l->style.color_range.stops.items[1].value.number, 40000);
  CHECK_UINT(o.map.widget_count, 7);
  w = &o.map.widgets[1];
  CHECK_INT(w->type, CARTO_WIDGET_CATEGORY);
  CHECK_STR(w->operation, "avg"); /* average in the file */
  CHECK_UINT(w->dataset, 0);
  CHECK_DOUBLE(o.map.widgets[5].step_multiplier.value, 3);
  CHECK_UINT(o.map.widgets[6].column_count, 2);
  CHECK_STR(o.map.widgets[6].columns[1].format, ",.0f");
  CHECK_UINT(o.map.parameter_count, 4);
  CHECK_INT(o.map.parameters[0].type, CARTO_PARAMETER_CATEGORY);
  CHECK_UINT(o.map.parameters[0].item.value.count, 2);
  CHECK_INT(o.map.parameters[0].item.value.shape, CARTO_VALUES_LIST);
  CHECK_STR(o.map.parameters[1].end.sql_name, "opened_to");
  CHECK_INT(o.map.parameters[2].item.value.shape, CARTO_VALUES_ONE);
  CHECK_DOUBLE(o.map.parameters[2].step.value, 500);
  CHECK_UINT(o.map.filter_count, 1);
  CHECK_UINT(o.map.filters[0].column_count, 2);
  CHECK_STR(o.map.filters[0].columns[0].column, "revenue");
  CHECK_STR(o.map.filters[0].columns[0].filters[0].type, "between");
  CHECK_STR(o.map.filters[0].columns[0].filters[0].owner, "w-range");
  CHECK_INT(o.map.filters[0].columns[0].filters[0].values.shape, CARTO_VALUES_PAIRS);
  CHECK_DOUBLE(o.map.filters[0].columns[0].filters[0].values.items[1].number, 50000);
  CHECK_UINT(o.map.popup_count, 2);
  CHECK_STR(o.map.popups[0].hover.fields[1].custom_name, "Revenue");
  CHECK_UINT(o.map.group_count, 2);
  CHECK_STR(carto_map_group_of(&o.map, str("l-districts"))->name, "Context");
  CHECK(carto_map_group_of(&o.map, str("l-stores")) == NULL);
  CHECK(carto_map_layer_is_visible(&o.map, 0, 0));
  CHECK(!carto_map_layer_is_visible(&o.map, 1, 0));
  CHECK_UINT(o.map.mask.size, 0);
  close_map(&o);
}

static void test_left_out(void) {
  opened o;
  carto_buf buf;
  open_file(&o, "saved-map-minimal");
  CHECK_UINT(o.map.layer_count, 3);
  CHECK_UINT(o.map.layers[0].problem.len, 0);
  CHECK_STR(o.map.layers[1].problem, "layers of type \"geojson\" are outdated");
  CHECK_STR(o.map.layers[2].problem, "there is no dataset \"gone\" in this map");
  CHECK(carto_map_layer_is_visible(&o.map, 0, 0));
  CHECK(!carto_map_layer_is_visible(&o.map, 1, 0) && !carto_map_layer_is_visible(&o.map, 2, 0));
  buf = write_map(&o.map); /* they are kept, for whoever can load them */
  CHECK_CONTAINS(carto_buf_str(&buf), "\"type\":\"geojson\"");
  carto_buf_free(&buf);
  close_map(&o);
}

static void test_split(void) {
  opened o;
  open_file(&o, "saved-map-split-masked");
  CHECK_INT(o.map.is_split, CARTO_FLAG_TRUE);
  CHECK_UINT(o.map.side_count, 2);
  CHECK(carto_map_layer_is_visible(&o.map, 0, 0) && !carto_map_layer_is_visible(&o.map, 0, 1));
  CHECK(carto_map_layer_is_visible(&o.map, 2, 0) && carto_map_layer_is_visible(&o.map, 2, 1));
  CHECK(!carto_map_layer_is_visible(&o.map, 2, 2) && !carto_map_layer_is_visible(&o.map, 3, 0));
  CHECK_INT(carto_geom_type_of(o.map.mask), CARTO_GEOM_POLYGON);
  CHECK_DOUBLE(carto_geom_box(o.map.mask).xmin, -71.1);
  close_map(&o);
}

static void test_references(void) {
  opened o;
  open_file(&o, "builder-map-e-split-map"); /* by $ref */
  CHECK_UINT(o.map.layers[1].dataset, 1);
  close_map(&o);
  open_file(&o, "builder-map-f-layer-groups"); /* by name */
  CHECK_UINT(o.map.layers[2].dataset, 2);
  CHECK_UINT(o.map.layers[2].problem.len, 0);
  close_map(&o);
}

/* ---- every member wrong in turn */

/* Writes a tree with the node at `at` replaced; a member without a replacement is left out. */
static void write_changed(carto_json_writer *out, const carto_json_doc *doc, const carto_json *value,
                          const carto_json *at, const char *replacement) {
  const carto_json *x = carto_json_first(value);
  size_t left = carto_json_count(value);
  if (value == at) {
    carto_json_write_raw(out, str(replacement));
    return;
  }
  if (carto_json_type_of(value) < CARTO_JSON_ARRAY) {
    carto_json_write_value(out, doc, value);
    return;
  }
  if (carto_json_type_of(value) == CARTO_JSON_ARRAY) {
    carto_json_begin_array(out);
    for (; left > 0; left--, x = carto_json_next(x)) write_changed(out, doc, x, at, replacement);
    carto_json_end_array(out);
    return;
  }
  carto_json_begin_object(out);
  for (; left > 0; left--, x = carto_json_next(carto_json_value_of(x))) {
    if (carto_json_value_of(x) == at && !replacement) continue;
    carto_json_key_str(out, carto_json_string(x));
    write_changed(out, doc, carto_json_value_of(x), at, replacement);
  }
  carto_json_end_object(out);
}

/* "a.b[2].c", from the root; NULL when it is not there. */
static const carto_json *node_at(const carto_json_doc *doc, const char *path) {
  const carto_json *value = doc->root;
  while (*path && value) {
    size_t n = strcspn(path, ".[");
    if (*path == '[') {
      int index = atoi(path + 1);
      for (value = carto_json_first(value); index > 0; index--) value = carto_json_next(value);
      path = strchr(path, ']') + 1;
    } else {
      value = carto_json_find(value, carto_str_make(path, n));
      path += n;
    }
    if (*path == '.') path++;
  }
  return value;
}

typedef struct wrong_row {
  const char *path, *replacement, *text;
} wrong_row;

#define CONFIG "keplerMapConfig.config."
#define LAYER CONFIG "visState.layers[0]."

static const wrong_row wrongs[] = {
  {"", "7", "the value"},
  {"datasets", "{}", "\"datasets\" must be an array"},
  {"datasets", NULL, "\"datasets\" is missing"},
  {"datasets[1]", "5", "\"datasets[1]\" must be an object"},
  {"datasets[1].id", "5", "\"datasets[1].id\" must be a string"},
  {"datasets[1].id", NULL, "\"datasets[1].id\" is missing"},
  {"datasets[1].id", "\"11111111-1111-4111-8111-111111111111\"", "\"datasets[1]\" has the id"},
  {"datasets[0].type", "\"view\"", "\"datasets[0].type\" must be one of table|query"},
  {"datasets[0].columns[2]", "false", "\"datasets[0].columns[2]\" must be a string"},
  {"datasets[2].aggregationResLevel", "99", "\"datasets[2].aggregationResLevel\" must be 0 to 30, not 99"},
  {"datasets[0].queryParameters", "7", "\"datasets[0].queryParameters\" must be"},
  {"keplerMapConfig", NULL, "\"keplerMapConfig\" is missing"},
  {"keplerMapConfig.config", "[]", "\"keplerMapConfig.config\" must be an object"},
  {CONFIG "mapState.latitude", "91", "config.mapState.latitude\" must be -90 to 90, not 91"},
  {CONFIG "mapState.zoom", "40", "config.mapState.zoom\" must be 0 to 30, not 40"},
  {CONFIG "mapState.zoom", "1e999", "a number so large"},
  {CONFIG "mapState.zoom", "\"12\"", "config.mapState.zoom\" must be a number"},
  {CONFIG "basemapConfig.visibleLayerGroups.road", "1", "visibleLayerGroups.road\" must be"},
  {CONFIG "visState.layers", "{}", "visState.layers\" must be an array"},
  {CONFIG "visState.layerBlending", "\"multiply\"", "layerBlending\" must be one of normal|additive|subtractive"},
  {CONFIG "visState.splitMaps", "[{}]", "\"splitMaps\" must be two"},
  {CONFIG "visState.splitMaps", "[{\"layers\":{\"a\":1}},{}]", "splitMaps[0].layers.a\" must be"},
  {LAYER "id", NULL, "layers[0].id\" is missing"},
  {LAYER "id", "\"l-districts\"", "has the id \"l-districts\""},
  {LAYER "type", "5", "layers[0].type\" must be a string"},
  {LAYER "config.color", "\"red\"", "layers[0].config.color\" must be an array"},
  {LAYER "config.color", "[1,2]", "layers[0].config.color\" must be [red, green, blue]"},
  {LAYER "config.color[1]", "256", "layers[0].config.color[1]\" must be 0 to 255, not 256"},
  {LAYER "config.textLabel[0].anchor", "\"left\"", "textLabel[0].anchor\" must be one of"},
  {LAYER "config.textLabel[0].field", "\"name\"", "textLabel[0].field\" must be an object"},
  {LAYER "config.textLabel[0].offset", "[1]", "textLabel[0].offset\" must be a pair of numbers"},
  {LAYER "config.visConfig.opacity", "1.5", "visConfig.opacity\" must be 0 to 1, not 1.5"},
  {LAYER "config.visConfig.radius", "-1", "visConfig.radius\" must be 0 to 1000000, not -1"},
  {LAYER "config.visConfig.radiusRange[0]", "\"a\"", "radiusRange[0]\" must be a number"},
  {LAYER "config.visConfig.colorRange.colors[1]", "\"#12\"", "colorRange.colors[1]\" must be a color"},
  {LAYER "config.visConfig.colorRange.colorMap[0]", "[1]", "colorRange.colorMap[0]\" must be [value, color]"},
  {LAYER "config.visConfig.colorRange.colorMap[0][1]", "\"nocolor\"", "colorMap[0]\" must be [value, color]"},
  {LAYER "visualChannels.colorField", "\"storetype\"", "visualChannels.colorField\" must be an object"},
  {LAYER "visualChannels.colorField.name", NULL, "colorField.name\" is missing"},
  {LAYER "visualChannels.radiusScale", "\"cubic\"", "radiusScale\" must be one of linear|sqrt|log"},
  {LAYER "visualChannels.colorDomain", "{}", "colorDomain\" must be a value or a list of values"},
  {LAYER "visualChannels.colorDomain[1]", "{}", "colorDomain[1]\" must be a single value"},
  {CONFIG "filters", "[]", "config.filters\" must be an object"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue.between.values[0]", "7", "revenue.between.values\" must be a list of pairs"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue.between.values[0]", "[1,2,3]", "between.values[0]\" must be a pair"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue.between.values[0]", "[5,1]", "between.values\" has a pair upside down"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue.between.values[0]", "[\"a\",1]", "between.values\" must be pairs of numbers"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue", "{\"above\":{\"values\":[1]}}", "revenue.above\" is none of the filters"},
  {CONFIG "filters.11111111-1111-4111-8111-111111111111.revenue", "7", "revenue\" must be an object"},
  {CONFIG "widgets[0].id", "\"w-cat\"", "has the id \"w-cat\""},
  {CONFIG "widgets[0].operation", "\"median\"", "widgets[0].operation\" must be one of count|sum"},
  {CONFIG "widgets[3].buckets", "0", "widgets[3].buckets\" must be 1 to 5000, not 0"},
  {CONFIG "widgets[3].min", "60000", "\"widgets[3].min\" is above \"max\""},
  {CONFIG "widgets[6].columns[0]", "\"name\"", "widgets[6].columns[0]\" must be an object"},
  {CONFIG "widgets[5].chartType", "\"pie\"", "chartType\" must be one of line|area|bar"},
  {CONFIG "sqlParameters[0].type", "\"Text\"", "sqlParameters[0].type\" must be one of Category|Numeric"},
  {CONFIG "sqlParameters[0].item.sqlName", "\"1a\"", "\"sqlParameters[0].item.sqlName\" must be letters"},
  {CONFIG "sqlParameters[0].item", NULL, "\"sqlParameters[0].item.sqlName\" must be letters"},
  {CONFIG "sqlParameters[0].item.value[0]", "7", "\"sqlParameters[0].item.value\" must be a list of strings"},
  {CONFIG "sqlParameters[1].start.value", "\"2024-02-30\"", "\"sqlParameters[1].start.value\" must be a date"},
  {CONFIG "sqlParameters[1].start.value", "\"2024-02-03T10:00\"", "must be a date, YYYY-MM-DD"},
  {CONFIG "sqlParameters[1].start.value", "\"2025-01-01\"", "\"sqlParameters[1].end.value\" must not be less"},
  {CONFIG "sqlParameters[2].item.value", "\"7\"", "\"sqlParameters[2].item.value\" must be a number"},
  {CONFIG "sqlParameters[0].selectionMode", "\"single\"", "\"sqlParameters[0].item.value\" must be one value"},
  {CONFIG "visState.layers[0].config.isVisible", "true,\"visibilityByZoom\":{\"min\":9,\"max\":3}", "visibilityByZoom.min\" is above \"max\""},
  {CONFIG "sqlParameters[2].item.value", "[]", "\"sqlParameters[2].item.value\" must be a number"},
  {CONFIG "sqlParameters[1].start.value", "[]", "\"sqlParameters[1].start.value\" must be a date"},
  {CONFIG "sqlParameters[2].id", "\"\"", "\"sqlParameters[2].id\" must be 1 character long or more"},
  {"datasets[0].queryTemplate", "\"SELECT 1 WHERE a = {{ nosuch }}\"",
   "\"datasets[0].queryTemplate\": Invalid sql parameter placeholder {{nosuch}}"},
  {CONFIG "sqlParameters", "[]", "Invalid sql parameter placeholder {{storetype}}"},
  {CONFIG "sqlParameters[2].min", "1e9", "\"sqlParameters[2].min\" is above \"max\""},
  {CONFIG "sqlParameters[3].end.sqlName", "\"score_from\"", "the sqlName \"score_from\" is used twice"},
  {CONFIG "widgets[1].orderBy", "\"zzz\"", "widgets[1].orderBy\" must be one of frequency_desc|frequency_asc"},
  {CONFIG "widgets[5].stepSize", "\"quarter\"", "widgets[5].stepSize\" must be one of second|minute|hour|day|week|month|year, not \"quarter\""},
  {CONFIG "sqlParameters[0].values", "5", "\"sqlParameters[0].values\" must be a list of strings"},
  {CONFIG "sqlParameters[0].values", "true", "\"sqlParameters[0].values\" must be a list of strings"},
  {CONFIG "sqlParameters[0].values", "\"a\"", "\"sqlParameters[0].values\" must be a list of strings"},
  {CONFIG "sqlParameters[0].values", "[1,2]", "\"sqlParameters[0].values\" must be a list of strings"},
  {CONFIG "sqlParameters[0].values", "[[\"a\",\"b\"]]", "\"sqlParameters[0].values\" must be a list of strings"},
  {CONFIG "sqlParameters[2].defaultValue", "\"7\"", "\"sqlParameters[2].defaultValue\" must be a number"},
  {CONFIG "sqlParameters[2].defaultValue", "[7,8]", "\"sqlParameters[2].defaultValue\" must be a number"},
  {CONFIG "sqlParameters[2].item.value", "-7", "\"sqlParameters[2].item.value\" must be at least 0, its \"min\", not -7"},
  {CONFIG "sqlParameters[2].item.value", "50001", "\"sqlParameters[2].item.value\" must be at most 50000, its \"max\", not 50001"},
  {"datasets", "null", "\"datasets\" must be an array, not null"},
  {CONFIG "sqlParameters[0].type", "null", "sqlParameters[0].type\" must be a string, not null"},
  {CONFIG "popupSettings.layers.l-stores.hover.style", "\"blue\"", "hover.style\" must be one of light"},
  {CONFIG "popupSettings.layers.l-stores.hover.fields",
   "[{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"a\"},{\"name\":\"a\"}]",
   "\"popupSettings.layers.l-stores.hover.fields\" has 6 fields; 5 are allowed"},
  {CONFIG "layerGrouping[1].type", "\"folder\"", "layerGrouping[1].type\" must be one of layer|group"},
  {CONFIG "layerGrouping[1].children", "{}", "layerGrouping[1].children\" must be an array"},
  {CONFIG "spatialFilter", "{\"type\":\"Point\",\"coordinates\":[0,0]}", "spatialFilter\": a spatial filter is a Polygon"},
  {CONFIG "spatialFilter", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}",
   "spatialFilter\": the outer ring crosses itself at [1, 1]"},
  {CONFIG "spatialFilter", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,2],[2,0]]]}", "is not closed"},
  {CONFIG "spatialFilter", "{\"type\":\"Polygon\",\"coordinates\":[[[170,0],[190,9],[190,0],[170,9],[170,0]]]}",
   "spatialFilter\": the outer ring crosses itself at [180, 4.5]"},
  {CONFIG "spatialFilter", "{\"type\":\"Polygon\",\"coordinates\":[[[170,0],[4000,0],[190,9],[170,0]]]}",
   "spatialFilter\": the outer ring goes too often round the world: [4000, 0]"},
  {CONFIG "spatialFilter", "{\"type\":\"Polygon\",\"coordinates\":[[[170,0],[190,0],[190,91],[170,0]]]}", "latitude outside"},
  {CONFIG "mapSettings.sqlParameterControls", "\"yes\"", "sqlParameterControls\" must be"},
};

static carto_buf changed(const carto_json_doc *doc, const carto_json *at, const char *replacement) {
  carto_alloc libc = {NULL, NULL};
  carto_json_writer writer;
  carto_buf buf;
  carto_buf_init(&buf, libc, 0);
  carto_json_writer_init(&writer, &buf);
  write_changed(&writer, doc, doc->root, at, replacement);
  return buf;
}

static void test_wrong(void) {
  carto_alloc libc = {NULL, NULL};
  opened good;
  size_t i;
  open_file(&good, "saved-map-full");
  for (i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
    const carto_json *at = node_at(&good.doc, wrongs[i].path);
    carto_buf buf = changed(&good.doc, at, wrongs[i].replacement);
    opened bad;
    carto_map_document none;
    memset(&none, 0, sizeof none);
    CHECK(at != NULL);
    open_text(&bad, libc, carto_buf_str(&buf));
    CHECK_INT(bad.status, CARTO_ERR_ARG);
    CHECK_CONTAINS(str(bad.error.text), wrongs[i].text);
    CHECK(memcmp(&none, &bad.map, sizeof none) == 0);
    close_map(&bad);
    carto_buf_free(&buf);
  }
  close_map(&good);
}

/* What cannot be left out is not said to be. */
static void test_null(void) {
  static const char *const needed[] = {"datasets", "keplerMapConfig", "keplerMapConfig.config", LAYER "id", LAYER "type",
                                       CONFIG "widgets[0].id", CONFIG "sqlParameters[0].type"};
  carto_alloc libc = {NULL, NULL};
  opened good;
  size_t i;
  open_file(&good, "saved-map-full");
  for (i = 0; i < sizeof needed / sizeof *needed; i++) {
    carto_buf buf = changed(&good.doc, node_at(&good.doc, needed[i]), "null");
    opened bad;
    open_text(&bad, libc, carto_buf_str(&buf));
    CHECK_INT(bad.status, CARTO_ERR_ARG);
    CHECK_CONTAINS(str(bad.error.text), ", not null");
    CHECK(!test_contains(str(bad.error.text), "leave it out"));
    close_map(&bad);
    carto_buf_free(&buf);
  }
  close_map(&good);
}

static void test_version(void) {
  carto_alloc libc = {NULL, NULL};
  opened o;
  open_text(&o, libc, str("{\"datasets\":[],\"keplerMapConfig\":{\"version\":\"v2\",\"config\":{}}}"));
  CHECK_INT(o.status, CARTO_ERR_UNSUPPORTED);
  CHECK_STR(str(o.error.text), "Only support Kepler v1");
  close_map(&o);
  open_text(&o, libc, str("{\"datasets\":[],\"keplerMapConfig\":{\"config\":{}}}"));
  CHECK_INT(o.status, CARTO_ERR_ARG);
  close_map(&o);
  open_text(&o, libc, str("{\"datasets\":[],\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{}}}"));
  CHECK_INT(o.status, CARTO_OK);
  CHECK_STR(o.map.basemap, "positron");
  close_map(&o);
}

/* Every node of every file replaced by every kind of value: it is read, and then what is written reads
   the same again; or it is refused with a reason, and nothing is left. */
static void test_all_changed(void) {
  static const char *const replacements[] = {"null", "7",   "-1.5", "\"x\"", "true", "[]",
                                             "{}",   "[7]", "{\"a\":7}", "[[1,2]]", NULL};
  carto_alloc libc = {NULL, NULL};
  size_t f, i, k, read = 0, refused = 0;
  for (f = 0; f < FILE_COUNT; f++) {
    opened good;
    open_file(&good, files[f]);
    for (i = 0; i < good.doc.count; i++) {
      for (k = 0; k < sizeof replacements / sizeof *replacements; k++) {
        carto_buf buf, once, twice;
        opened next, again;
        if ((i * 11 + k) % 13) continue; /* a part of all, to be quick; the rest is for the fuzzer */
        buf = changed(&good.doc, good.doc.root + i, replacements[k] ? replacements[k] : i ? NULL : "0");
        open_text(&next, libc, carto_buf_str(&buf));
        if (next.status == CARTO_OK) {
          read++;
          once = write_map(&next.map);
          open_text(&again, libc, carto_buf_str(&once));
          CHECK_INT(again.status, CARTO_OK);
          if (again.status != CARTO_OK) printf("  %s\n  %s\n", again.error.text, buf.ptr);
          twice = write_map(&again.map);
          CHECK(carto_str_equal(carto_buf_str(&once), carto_buf_str(&twice)) || again.status != CARTO_OK);
          carto_buf_free(&twice);
          carto_buf_free(&once);
          close_map(&again);
        } else {
          refused++;
          CHECK(next.status == CARTO_ERR_ARG || next.status == CARTO_ERR_UNSUPPORTED || next.status == CARTO_ERR_SYNTAX);
          CHECK(next.error.text[0] && !next.map.json);
        }
        close_map(&next);
        carto_buf_free(&buf);
      }
    }
    close_map(&good);
  }
  CHECK(read > 300 && refused > 1000);
}

/* ---- limits */

static void test_limits(void) {
  carto_alloc libc = {NULL, NULL};
  opened o;
  carto_buf buf;
  size_t i, n;
  for (n = CARTO_MCP_MAX_MAP_ITEMS; n <= CARTO_MCP_MAX_MAP_ITEMS + 1; n++) {
    carto_buf_init(&buf, libc, 0);
    carto_buf_append_text(&buf, "{\"keplerMapConfig\":{\"version\":\"v1\",\"config\":{}},\"datasets\":[");
    for (i = 0; i < n; i++) {
      carto_buf_append_text(&buf, i ? ",{\"id\":\"" : "{\"id\":\"");
      carto_buf_append_uint(&buf, i);
      carto_buf_append_text(&buf, "\"}");
    }
    carto_buf_append_text(&buf, "]}");
    open_text(&o, libc, carto_buf_str(&buf));
    CHECK_INT(o.status, n > CARTO_MCP_MAX_MAP_ITEMS ? CARTO_ERR_LIMIT : CARTO_OK);
    if (o.status != CARTO_OK) CHECK_STR(str(o.error.text), "\"datasets\" has 1001 elements; 1000 are allowed");
    close_map(&o);
    carto_buf_free(&buf);
  }
}

static bool never(void *user) { return (void)user, false; }

static void test_cancelled(void) {
  opened o;
  carto_map_document map;
  carto_json_writer writer;
  carto_alloc libc = {NULL, NULL};
  carto_buf buf;
  open_file(&o, "saved-map-full");
  carto_buf_init(&buf, libc, 0);
  carto_json_writer_init(&writer, &buf);
  o.call.checkpoint = never;
  CHECK_INT(carto_map_document_read(&o.call, &o.doc, &map, &o.error), CARTO_ERR_CANCELLED);
  CHECK_INT(carto_map_document_draw(&o.call, &o.map, &writer, &o.error), CARTO_ERR_CANCELLED);
  carto_buf_free(&buf);
  close_map(&o);
}

/* ---- made here, without a document */

static void test_made(void) {
  carto_alloc libc = {NULL, NULL};
  carto_map_document map;
  carto_map_dataset dataset;
  carto_map_layer layer;
  opened o;
  carto_buf buf;
  memset(&map, 0, sizeof map);
  memset(&dataset, 0, sizeof dataset);
  memset(&layer, 0, sizeof layer);
  map.title = str("Made");
  map.basemap = str("dark-matter");
  map.zoom.is_set = true;
  map.zoom.value = 3.5;
  map.datasets = &dataset;
  map.dataset_count = 1;
  map.layers = &layer;
  map.layer_count = 1;
  dataset.id = str("d");
  dataset.type = CARTO_DATASET_TABLE;
  dataset.source = str("demo.world.countries");
  layer.id = str("l");
  layer.type = CARTO_LAYER_TILESET;
  layer.data_id = str("d");
  layer.channels[CARTO_CHANNEL_FILL].field.name = str("pop_est");
  layer.channels[CARTO_CHANNEL_FILL].scale = CARTO_SCALE_QUANTILE;
  layer.channels[CARTO_CHANNEL_FILL].aggregation = str("avg");
  buf = write_map(&map);
  CHECK_CONTAINS(carto_buf_str(&buf), "\"version\":\"v1\"");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"styleType\":\"dark-matter\"");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"styleId\":\"dark-matter\"");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"colorAggregation\":\"average\"");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"strokeColorField\":null");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"filled\":true");
  CHECK_CONTAINS(carto_buf_str(&buf), "\"textLabel\":[{\"field\":null");
  open_text(&o, libc, carto_buf_str(&buf));
  CHECK_INT(o.status, CARTO_OK);
  CHECK_DOUBLE(o.map.zoom.value, 3.5);
  CHECK_UINT(o.map.layers[0].dataset, 0);
  CHECK_INT(o.map.layers[0].channels[CARTO_CHANNEL_FILL].scale, CARTO_SCALE_QUANTILE);
  CHECK_STR(o.map.layers[0].channels[CARTO_CHANNEL_FILL].aggregation, "avg");
  close_map(&o);
  carto_buf_free(&buf);
}

/* What a change makes of the written document; the rest stays. */
static void test_changed_here(void) {
  carto_alloc libc = {NULL, NULL};
  opened o, next;
  carto_buf buf;
  open_file(&o, "saved-map-full");
  o.map.layers[0].is_visible = CARTO_FLAG_FALSE;
  o.map.layers[0].channels[CARTO_CHANNEL_RADIUS].field.name = carto_str_make(NULL, 0);
  o.map.layers[0].channels[CARTO_CHANNEL_RADIUS].field.type = carto_str_make(NULL, 0);
  o.map.filter_count = 0;
  o.map.description = carto_str_make(NULL, 0);
  buf = write_map(&o.map);
  open_text(&next, libc, carto_buf_str(&buf));
  CHECK_INT(next.status, CARTO_OK);
  CHECK_INT(next.map.layers[0].is_visible, CARTO_FLAG_FALSE);
  CHECK_UINT(next.map.layers[0].channels[CARTO_CHANNEL_RADIUS].field.name.len, 0);
  CHECK_UINT(next.map.filter_count, 0);
  CHECK_UINT(next.map.description.len, 0);
  CHECK_UINT(next.map.widget_count, 7);
  CHECK(carto_json_get(carto_json_get(next.doc.root, "agent"), "config") != NULL);
  close_map(&next);
  close_map(&o);
  carto_buf_free(&buf);
}

/* The scales of a saved layer's channels, over what is known of their columns. */
static void test_channel_scales(void) {
  opened o;
  carto_attribute attribute;
  carto_color_scale colors;
  carto_size_scale sizes;
  carto_str column;
  const carto_map_layer *l;
  open_file(&o, "saved-map-full");
  memset(&attribute, 0, sizeof attribute);
  attribute.has_range = true;
  attribute.max = 100;
  l = layer_of(&o, "l-stores");
  CHECK(carto_map_channel_is_driven(l, CARTO_CHANNEL_FILL, &column));
  CHECK_STR(column, "storetype");
  CHECK_INT(carto_map_channel_colors(&o.arena, l, CARTO_CHANNEL_FILL, NULL, &colors, &o.error), CARTO_OK);
  CHECK_INT(carto_color_scale_apply(&colors, carto_scalar_of_text(str("Drugstore"))).g, 0xa5);
  CHECK_INT(carto_color_scale_apply(&colors, carto_scalar_of_text(str("Drugstore"))).a, 243); /* as in s011 */
  CHECK_INT(carto_color_scale_apply(&colors, carto_scalar_of_text(str("Kiosk"))).r, 0x86);
  CHECK(carto_map_channel_is_driven(l, CARTO_CHANNEL_RADIUS, &column));
  sizes = carto_map_channel_sizes(l, CARTO_CHANNEL_RADIUS, &attribute);
  CHECK_NEAR(carto_size_scale_apply(&sizes, 25), 2 + 28 * 0.5, 1e-12); /* the root, from 2 to 30 */
  CHECK(!carto_map_channel_is_driven(l, CARTO_CHANNEL_STROKE, &column));
  CHECK(!carto_map_channel_is_driven(l, CARTO_CHANNEL_HEIGHT, &column));
  l = layer_of(&o, "l-footfall");
  CHECK(carto_map_channel_is_driven(l, CARTO_CHANNEL_HEIGHT, &column));
  CHECK_STR(column, "visits");
  close_map(&o);
}

/* Where a placeholder is one, and where it is text. */
static void test_placeholders(void) {
  static const struct {
    const char *sql, *names;
  } rows[] = {
    {"SELECT {{a}}, {{ b_1 }} FROM t", "a b_1 "},
    {"SELECT '{{a}}', \"{{b}}\", `{{c}}` -- {{d}}\n/* {{e}} */ {{f}}", "f "},
    {"SELECT 'it''s {{a}}' {{b}} 'open {{c}}", "b "},
    {"{{1a}} {{}} {{a b}} {{a} {a}} {{{a}}}", "a "},
    {"a / b * {{c}} /* open {{d}}", "c "},
    {"-- {{a}}", ""},
    {"", ""},
    {"{{", ""},
    {"{{a", ""},
    {"{{a}", ""},
    {"'", ""},
    {"/*", ""},
    {"/*/ {{a}} */{{b}}", "b "},
  };
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    char names[100] = "";
    size_t at = 0;
    carto_str name;
    while (carto__sql_placeholder(str(rows[i].sql), &at, &name)) {
      strncat(names, name.ptr, name.len);
      strcat(names, " ");
    }
    CHECK_STR(str(names), rows[i].names);
  }
}

/* Section 10.1: name, name_agg, name_AGG, and the alias of a custom expression (a vector's). */
static void test_channel_column(void) {
  carto_map_channel channel;
  carto_column columns[5];
  carto_table table;
  const char *const names[] = {"other", "v_SUM", "v_avg", "w_sum", "custom_agg_e929245f"};
  size_t i;
  memset(&channel, 0, sizeof channel);
  memset(columns, 0, sizeof columns);
  memset(&table, 0, sizeof table);
  for (i = 0; i < 5; i++) columns[i].name = str(names[i]);
  table.columns = columns;
  table.column_count = 5;
  channel.field.name = str("other");
  CHECK(carto_map_channel_column(&channel, &table) == &columns[0]);
  channel.field.name = str("v");
  CHECK(carto_map_channel_column(&channel, &table) == NULL);
  channel.aggregation = str("sum");
  CHECK(carto_map_channel_column(&channel, &table) == &columns[1]);
  channel.aggregation = str("avg");
  CHECK(carto_map_channel_column(&channel, &table) == &columns[2]);
  channel.aggregation = str("max");
  CHECK(carto_map_channel_column(&channel, &table) == NULL);
  channel.aggregation = str("custom");
  channel.aggregation_exp = str("sum(a)/count(*)");
  CHECK(carto_map_channel_column(&channel, &table) == &columns[4]);
}

/* ---- memory */

static char *full_text;
static size_t full_size;

static int document_body(carto_alloc alloc) {
  opened o;
  carto_json_writer writer;
  carto_buf buf;
  int done = 0;
  open_text(&o, alloc, carto_str_make(full_text, full_size));
  CHECK(o.status == CARTO_OK || o.status == CARTO_ERR_NOMEM);
  CHECK(o.status == CARTO_OK || !o.map.json);
  carto_buf_init(&buf, alloc, 0);
  carto_json_writer_init(&writer, &buf);
  if (o.status == CARTO_OK && carto_map_document_draw(&o.call, &o.map, &writer, &o.error) == CARTO_OK &&
      buf.status == CARTO_OK) {
    carto_buf_clear(&buf);
    carto_map_document_write(&o.map, &writer);
    done = buf.status == CARTO_OK;
  }
  carto_buf_free(&buf);
  o.text = NULL;
  close_map(&o);
  return done;
}

static void test_memory_runs_out(void) {
  full_text = read_map("saved-map-split-masked", &full_size);
  test_every_allocation(document_body, 500);
  free(full_text);
}

/* 100 layers, 100 widgets: at most a mebibyte beside the text. */
static void test_size(void) {
  CHECK(sizeof(carto_map_layer) < 4096);
  CHECK(100 * (sizeof(carto_map_layer) + sizeof(carto_map_widget)) < 512 * 1024);
}

static const test_case cases[] = {
  {"round_trip", test_round_trip}, {"full", test_full},       {"left_out", test_left_out},
  {"split", test_split},           {"references", test_references}, {"wrong", test_wrong},
  {"version", test_version}, {"null", test_null},       {"all_changed", test_all_changed}, {"limits", test_limits},
  {"cancelled", test_cancelled},   {"made", test_made},       {"changed_here", test_changed_here},
  {"channel_scales", test_channel_scales}, {"placeholders", test_placeholders}, {"channel_column", test_channel_column},
  {"memory_runs_out", test_memory_runs_out}, {"size", test_size},
};

TEST_MAIN(cases)

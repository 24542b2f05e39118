/* Sequences of calls of map tools made from bytes, and what must hold after each. For the random test, where the bytes
   are random, and for the fuzz target. Include after the implementation. */
#ifndef MAP_CALLS_H
#define MAP_CALLS_H

#include "map_world.h"

/* Bytes to choose by; 0 when there are no more. */
typedef struct map_bytes {
  const uint8_t *data;
  size_t size;
} map_bytes;

static size_t map_choose(map_bytes *b, size_t count) {
  size_t value = b->size ? b->data[0] : 0;
  if (b->size) b->data++, b->size--;
  return value % count;
}

/* What stands for a letter behind % in a template. */
static const struct {
  char letter;
  const char *values[16];
  size_t count;
} map_words[] = {
  {'s', {"s1", "s2", "s3", "s4", "s5", "d-all", "d-stores", "d-areas", "", "S1", "s1 ", "wid-sum"}, 12},
  {'l', {"l1", "l2", "l3", "l4", "l5", "l6", "lay-stores", "lay-areas", "lay-old", "", "s1"}, 11},
  {'w', {"w1", "w2", "w3", "wid-kind", "wid-hist", "wid-range", "wid-time", "wid-sum", "wid-near", "wid-query",
         "wid-lost", "wid-wrong", ""}, 13},
  {'p', {"par-kinds", "par-least", "par-days", "par-staff", "par-one", "par"}, 6},
  {'n', {"0", "1", "-1", "2.5", "90", "5", "1", "0.5", "181", "22", "40", "1e308", "1e999", "null", "\"7\"", "10"}, 16},
  {'q', {"\"1\"", "\"-180\"", "12", "\"181\"", "\"NaN\"", "\"\"", "null", "[]"}, 8},
  {'c', {"name", "kind", "revenue", "staff", "opened", "active", "geom", "people", "h3", "visits", "revenu", ""}, 12},
  {'k', {"#ff0000", "red", "#12", "bluish", "#01020304", "", "PurpOr"}, 7},
  {'b', {"true", "false", "null", "1"}, 4},
  {'d', {"2020-02-01", "2020-02-30", "2020-12-31", "2019-01-01", "", "now", "2020-2-1"}, 7},
  {'t', {"Market", "Drugstore", "Gas", "", "\\u00e9\\ud83d\\ude00", "\\\"", "1"}, 7},
  {'f', {"stores", "areas", "roads", "cells_h3", "cells_quadbin", "one", "plain", "nowhere"}, 8},
  {'y', {"SELECT * FROM stores", "SELECT name, geom FROM stores WHERE revenue > {{least}}", "SELECT 1 AS one",
         "SELECT * FROM stores WHERE kind IN {{kinds}}", "SELECT", "SELECT * FROM areas WHERE false",
         "SELECT {{nobody}} AS x", "SELECT 1/0 AS x, geom FROM one"}, 8},
  {'g', {"null", "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[20,0],[20,60],[0,60],[0,0]]]}",
         "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,9],[9,0],[0,9],[0,0]]]}",
         "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[170,0],[180,0],[180,40],[170,0]]],[[[-180,0],[-170,0],[-180,40],[-180,0]]]]}",
         "{\"type\":\"Point\",\"coordinates\":[0,0]}", "{}"}, 6},
  {'m', {MAP_ID, "empty", "newer", "cut", "nothing"}, 5},
  {'a', {"", "", "", "", "", "", ",\"map\":\"other\"", ",\"map\":\"default\"", ",\"map\":\"a b\"", ",\"map\":\"n1\"",
         ",\"map\":\"n2\"", ",\"map\":\"n3\"", ",\"map\":\"n4\"", ",\"map\":\"n5\"", ",\"map\":\"session-1\""}, 15},
};

static const char *const map_templates[][2] = {
  {"add_marker", "{\"markers\":[{\"latitude\":%n,\"longitude\":%q,\"label\":\"%t\"}]%a}"},
  {"set_map_center_and_zoom", "{\"center\":[%n,%n],\"zoom\":%n%a}"},
  {"set_map_center_and_zoom_to_layer", "{\"layerId\":\"%l\"%a}"},
  {"set_spatial_filter", "{\"geometry\":%g%a}"},
  {"get_active_filters", "{}"},
  {"get_spatial_filter", "{}"},
  {"get_map_coordinates", "{\"map\":\"n1\"}"},
  {"get_active_filters", "{\"map\":\"n4\"}"},
  {"set_map_center_and_zoom", "{\"center\":[1,2],\"zoom\":3%a}"},
  {"set_spatial_filter", "{\"geometry\":null%a}"},
  {"add_source", "{\"type\":\"table\",\"source\":\"%f\"," "\"connection\":\"shop\",\"provider\":\"postgres\"%a}"},
  {"add_source", "{\"type\":\"query\",\"source\":\"%y\"," "\"connection\":\"shop\",\"provider\":\"postgres\"%a}"},
  {"remove_source", "{\"datasetId\":\"%s\"%a}"},
  {"add_layer", "{\"datasetId\":\"%s\",\"label\":\"a\"%a}"},
  {"add_layer", "{\"datasetId\":\"%s\",\"label\":\"%t\",\"hooverColumns\":[\"%c\",\"%c\"]%a}"},
  {"remove_layer", "{\"layerId\":\"%l\"%a}"},
  {"set_layer_style", "{\"layerId\":\"%l\",\"opacity\":%n,\"radius\":%n%a}"},
  {"set_layer_style", "{\"layerId\":\"%l\",\"fillColor\":\"%k\",\"outlineColor\":\"%k\"%a}"},
  {"set_layer_style", "{\"layerId\":\"%l\",\"fillColorColumn\":\"%c\"%a}"},
  {"set_layer_style", "{\"layerId\":\"%l\",\"radiusColumn\":\"%c\",\"fillColorColumn\":\"%k\"%a}"},
  {"set_layer_visibility", "{\"layers\":[{\"layerId\":\"%l\",\"visibility\":%b},{\"layerId\":\"%l\",\"visibility\":%b}]%a}"},
  {"set_layer_visibility", "{\"layers\":[{\"layerId\":\"%l\",\"visibility\":%b,\"mapIndex\":%n}]%a}"},
  {"set_sql_parameter_text", "{\"parameterId\":\"%p\",\"values\":[\"%t\",\"%t\"]%a}"},
  {"set_sql_parameter_text", "{\"parameterId\":\"par-kinds\",\"values\":[\"Gas\",\"it's\"]%a}"},
  {"set_sql_parameter_numeric", "{\"parameterId\":\"%p\",\"value\":%n%a}"},
  {"set_sql_parameter_numeric_range", "{\"parameterId\":\"%p\",\"min\":%n,\"max\":%n%a}"},
  {"set_sql_parameter_date_range", "{\"parameterId\":\"%p\",\"min\":\"%d\",\"max\":\"%d\"%a}"},
  {"set_sql_parameter_date_range", "{\"parameterId\":\"%p\",\"max\":\"%d\"%a}"},
  {"load_builder_map", "{\"mapId\":\"%m\"%a}"},
#ifdef MAP_WIDGETS
  {"add_widget", "{\"datasetId\":\"%s\",\"type\":\"formula\",\"operation\":\"sum\",\"column\":\"%c\"%a}"},
  {"add_widget", "{\"datasetId\":\"%s\",\"type\":\"category\",\"column\":\"%c\",\"global\":%b%a}"},
  {"add_widget", "{\"datasetId\":\"%s\",\"type\":\"histogram\",\"column\":\"%c\",\"buckets\":%n%a}"},
  {"filter_category_widget", "{\"widgetId\":\"%w\",\"categories\":[\"%t\",%n]%a}"},
  {"filter_category_widget", "{\"widgetId\":\"%w\",\"categories\":[]%a}"},
  {"remove_widget", "{\"widgetId\":\"%w\"%a}"},
  {"filter_histogram_widget", "{\"widgetId\":\"%w\",\"intervals\":[[%n,%n]]%a}"},
  {"filter_range_widget", "{\"widgetId\":\"%w\",\"range\":[%n,%n]%a}"},
  {"filter_range_widget", "{\"widgetId\":\"%w\",\"range\":null%a}"},
  {"get_formula_widget", "{\"widgetId\":\"%w\"%a}"},
  {"get_category_widget", "{\"widgetId\":\"%w\"%a}"},
  {"get_histogram_widget", "{\"widgetId\":\"%w\"%a}"},
  {"get_time_series_widget", "{\"widgetId\":\"%w\",\"timeRange\":[%n,%n]%a}"},
#endif
};

#define MAP_TEMPLATES (sizeof map_templates / sizeof *map_templates)

/* An id that there is, three times out of four; empty: none was chosen. */
static carto_str map_choose_id(map_bytes *b, const carto__map_state *s, char letter) {
  carto__map_list list;
  if (letter == 's') list = carto__map_sources(s);
  else if (letter == 'l') list = carto__map_layers(s);
  else if (letter == 'w') list = carto__map_widgets(s);
  else return carto_str_make(NULL, 0);
  if (list.count == 0 || map_choose(b, 4) == 0) return carto_str_make(NULL, 0);
  return carto__map_id(&list, map_choose(b, list.count));
}

/* The next call; arguments has room for 2,000 bytes. */
static const char *map_next_call(map_bytes *b, const carto__map_state *s, char *arguments) {
  const char *const *row = map_templates[map_choose(b, MAP_TEMPLATES)];
  char *to = arguments;
  for (const char *p = row[1]; *p; p++) {
    if (*p != '%') {
      *to++ = *p;
      continue;
    }
    carto_str id = map_choose_id(b, s, *++p);
    if (id.len > 0 && id.len < 200) {
      memcpy(to, id.ptr, id.len);
      to += id.len;
      continue;
    }
    for (size_t i = 0; i < sizeof map_words / sizeof *map_words; i++) {
      const char *word;
      if (map_words[i].letter != *p) continue;
      word = map_words[i].values[map_choose(b, map_words[i].count)];
      memcpy(to, word, strlen(word));
      to += strlen(word);
    }
  }
  *to = 0;
  return row[0];
}

/* The map as a document, in an arena. */
static carto_str map_as_text(carto_arena *arena, const carto__map_state *s) {
  carto_call call = {arena, NULL, NULL, NULL, NULL};
  carto_json_writer writer;
  carto_buf text;
  carto_buf_init(&text, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, &text);
  if (carto__map_write(&call, s, true, &writer, NULL) != CARTO_OK) return carto_str_make(NULL, 0);
  return carto_buf_str(&text);
}

/* Bytes of a document as a text in a message. */
static size_t map_in_message(carto_str text) {
  size_t count = text.len;
  for (size_t i = 0; i < text.len; i++) count += text.ptr[i] == '"' || text.ptr[i] == '\\';
  return count;
}

static bool map_has(const carto__map_list *list, carto_str id) { return carto__map_find(list, id) != SIZE_MAX; }

/* What is wrong with a value, NULL: nothing. */
static const char *map_wrong(const carto__map_state *s) {
  const carto__map_list lists[3] = {carto__map_sources(s), carto__map_layers(s), carto__map_widgets(s)};
  for (size_t k = 0; k < 3; k++) {
    if (lists[k].count > CARTO_MCP_MAX_MAP_ITEMS) return "too many elements";
    for (size_t i = 0; i < lists[k].count; i++)
      if (carto__map_find(&lists[k], carto__map_id(&lists[k], i)) != i) return "an id comes twice";
  }
  for (size_t i = 0; i < s->layer_count; i++) {
    const carto__map_layer *l = &s->layers[i];
    if (!map_has(&lists[0], l->source)) return "a layer's dataset is gone";
    if (l->hover_count > 5) return "more than 5 hover columns";
    if (l->opacity.is_set && !(l->opacity.value >= 0 && l->opacity.value <= 1)) return "opacity";
  }
  for (size_t i = 0; i < s->widget_count; i++)
    if (!s->widgets[i].is.problem.len && !map_has(&lists[0], s->widgets[i].is.data_source))
      return "a widget's dataset is gone";
  for (size_t i = 0; i < s->filter_count; i++) {
    if (!map_has(&lists[0], s->filters[i].source)) return "a filter's dataset is gone";
    if (s->filters[i].owner.len && !map_has(&lists[2], s->filters[i].owner)) return "a filter's widget is gone";
  }
  if (!(s->zoom.value >= 0 && s->zoom.value <= 30)) return "zoom";
  if (!(s->latitude.value >= -90 && s->latitude.value <= 90)) return "latitude";
  if (!(s->longitude.value >= -360 && s->longitude.value <= 360)) return "longitude";
  return NULL;
}

#define MAP_SEEN 24

/* The server's maps as they are, the one used last first. */
typedef struct map_seen {
  struct {
    const carto__map *map;
    char name[CARTO_MCP_MAP_NAME + 1];
    uint64_t version;
    carto_str text;
  } maps[MAP_SEEN];
  size_t count;
} map_seen;

static bool map_see(carto_arena *arena, const carto_server *server, map_seen *out) {
  out->count = 0;
  for (const carto__map_slot *slot = server->_maps; slot; slot = slot->next) {
    if (out->count == MAP_SEEN) return false;
    memcpy(out->maps[out->count].name, slot->name, sizeof slot->name);
    out->maps[out->count].map = &slot->map;
    out->maps[out->count].version = slot->map.version;
    out->maps[out->count++].text = map_as_text(arena, &slot->map.now);
  }
  return true;
}

static size_t map_seen_find(const map_seen *all, const char *name) {
  size_t i = 0;
  while (i < all->count && strcmp(all->maps[i].name, name) != 0) i++;
  return i;
}

static bool map_says(carto_str text, const char *what) {
  size_t len = strlen(what);
  for (size_t i = 0; i + len <= text.len; i++)
    if (memcmp(text.ptr + i, what, len) == 0) return true;
  return false;
}

/* What is wrong with a map that a call has changed. */
static const char *map_changed_wrong(carto_arena *arena, const carto__map *map, carto_str is) {
  carto_alloc libc = {NULL, NULL};
  carto_call call = {arena, NULL, NULL, NULL, NULL};
  carto__map again;
  carto_map_document read;
  carto_json_doc doc;
  carto_error why;
  const char *wrong = map_wrong(&map->now);
  if (map_in_message(is) > map->now.weight) wrong = "the document takes more than the map weighs";
  if (map->now.weight != carto__map_weight(&map->now)) wrong = "what changes weigh is not what the map weighs";
  if (wrong) return wrong;
  carto__map_init(&again, libc, map->most);
  if (is.len == 0 || carto_json_parse(arena, is, &doc, NULL) != CARTO_OK ||
      carto__map_load(&call, &again, &doc, &read, &why) != CARTO_OK) {
    wrong = "what was written cannot be loaded";
  } else {
    carto_str second = map_as_text(arena, &again.now);
    if (!carto_str_equal(is, second)) wrong = "what was loaded is written differently";
    else if (map_in_message(second) > again.now.weight) wrong = "the document takes more than the loaded map weighs";
    else wrong = map_wrong(&again.now);
  }
  carto__map_free(&again);
  return wrong;
}

/* What is wrong with the maps after a call that failed. */
static const char *map_failed_wrong(const map_seen *was, const map_seen *is) {
  if (was->count != is->count) return "a failed call made or gave up a map";
  for (size_t i = 0; i < was->count; i++) {
    if (strcmp(was->maps[i].name, is->maps[i].name) != 0) return "a failed call changed the order of maps";
    if (was->maps[i].version != is->maps[i].version || !carto_str_equal(was->maps[i].text, is->maps[i].text))
      return "a failed call changed a map";
  }
  return NULL;
}

/* What is wrong with the maps after a call that was done: only the one that it named may be another, which comes first,
   and only a new one takes another's place, which is told. */
static const char *map_done_wrong(map_world *w, carto_arena *arena, const char *tool, const char *name, const map_seen *was,
                                  const map_seen *is) {
  const char *wrong = NULL;
  size_t at = map_seen_find(is, name), full = w->server._desc.maps, gone = 0;
  bool made = map_seen_find(was, name) == was->count && at < is->count;
  char told[128] = "";
  if (is->count > full) return "more maps than there may be";
  if (made && strncmp(tool, "get_", 4) == 0) return "a map was made by reading it";
  if (!made && at == is->count && strncmp(tool, "get_", 4) != 0) return "a change made no map";
  if (at > 0 && at < is->count) return "the map used last is not the first";
  for (size_t i = 0; i < was->count; i++) {
    size_t to = map_seen_find(is, was->maps[i].name);
    if (to == is->count) {
      gone++;
      snprintf(told, sizeof told, "\"evictedMap\":\"%s\"", was->maps[i].name);
      if (strcmp(was->maps[i].name, "default") == 0 && full > 1) return "the caller's own map was given up";
      continue;
    }
    if (is->maps[to].version == was->maps[i].version && !carto_str_equal(is->maps[to].text, was->maps[i].text))
      return "a change without a new version";
    if (to != at && is->maps[to].version != was->maps[i].version) return "a map changed that the call did not name";
  }
  if (gone != (made && was->count == full)) return "a map was given up without need, or none with need";
  if (gone ? !map_says(carto_buf_str(&w->out), told) : map_says(carto_buf_str(&w->out), "evictedMap"))
    return "what was given up is not told";
  if (at < is->count && (made || is->maps[at].version != was->maps[map_seen_find(was, name)].version))
    wrong = map_changed_wrong(arena, is->maps[at].map, is->maps[at].text);
  return wrong;
}

/* Plays one call: NULL when all held. Ids are those of the caller's own map. */
static const char *map_play(map_world *w, map_bytes *b, char *arguments, const char **tool) {
  carto_alloc libc = {NULL, NULL};
  carto__map *map = map_world_map(w);
  carto__map_state empty;
  char name[CARTO_MCP_MAP_NAME + 1] = "default";
  const char *asked;
  static map_seen was, is;
  carto_arena arena;
  carto_json_doc doc;
  const char *wrong = NULL;
  carto_status status;
  carto_arena_init(&arena, libc, 0);
  carto__map_defaults(&empty);
  *tool = map_next_call(b, map ? &map->now : &empty, arguments);
  if ((asked = strstr(arguments, "\"map\":\""))) sscanf(asked, "\"map\":\"%64[^\"]", name);
  if (!map_see(&arena, &w->server, &was)) wrong = "more maps than there are names";
  status = map_world_call(w, *tool, arguments);
  if (!map_see(&arena, &w->server, &is)) wrong = "more maps than there are names";
  if (w->server._map_now) wrong = "a map of a call that has ended";
  else if (status != CARTO_OK && !w->error.text[0]) wrong = "an error without a text";
  else if (status == CARTO_OK && carto_json_parse(&arena, carto_buf_str(&w->out), &doc, NULL) != CARTO_OK) wrong = "no JSON";
  if (!wrong)
    wrong = status == CARTO_OK ? map_done_wrong(w, &arena, *tool, name, &was, &is) : map_failed_wrong(&was, &is);
  carto_arena_free(&arena);
  return wrong;
}

#endif

/* The demo: a conversation played through the real server, message by message, formatted for reading.
   Included by carto-mcp.c, after the implementation. */
#ifndef DEMO_H
#define DEMO_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* All, and add_widget, since there is no saved map to read widgets of. */
#define DEMO_TOOLS "data,maps,map,layer,widget,parameter,extension,insights,job,workflow"

#define WORLD "\"connection_name\":\"demo\",\"table_fqn\":\"demo.world."

static bool demo_in_color;

static const char *demo_style(const char *escape) { return demo_in_color ? escape : ""; }

static carto_str demo_text(const carto_json *object, const char *key) {
  return carto_json_string(carto_json_get(object, key));
}

static bool demo_is_whole(double value) { return value == (double)(int64_t)value; }

/* A number with its thousands apart and so many digits behind the point, in room. */
static const char *demo_digits(double value, int digits, char room[40]) {
  char plain[40];
  int len = snprintf(plain, sizeof plain, "%.*f", digits, value), at = 0;
  int whole = (int)strcspn(plain, ".");
  for (int i = 0; i < len; i++) {
    bool apart = i > 0 && i < whole && (whole - i) % 3 == 0 && plain[i - 1] != '-';
    if (apart) room[at++] = ',';
    room[at++] = plain[i];
  }
  room[at] = 0;
  return room;
}

static const char *demo_number(double value, char room[40]) {
  return demo_digits(value, demo_is_whole(value) ? 0 : 2, room);
}

static int demo_width(carto_str text) {
  int width = 0;
  for (size_t i = 0; i < text.len; i++) width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
  return width;
}

static void demo_bar(double share) {
  for (int i = 0; i < (int)(share * 30 + 0.5); i++) fputs("#", stdout);
}

/* ---- answers, one function a shape */

static void demo_connections(const carto_json *result) {
  const carto_json *data = carto_json_get(result, "data"), *item = carto_json_first(data);
  for (size_t i = carto_json_count(data); i > 0; i--, item = carto_json_next(item)) {
    carto_str name = demo_text(item, "name"), provider = demo_text(item, "provider_id");
    printf("    %.*s (speaks %.*s)\n", (int)name.len, name.ptr, (int)provider.len, provider.ptr);
  }
}

static void demo_children(const carto_json *node, int indent) {
  const carto_json *children = carto_json_get(node, "children"), *item = carto_json_first(children);
  for (size_t i = carto_json_count(children); i > 0; i--, item = carto_json_next(item)) {
    carto_str name = demo_text(item, "name"), type = demo_text(item, "type");
    printf("    %*s%.*s %s%.*s%s\n", indent, "", (int)name.len, name.ptr, demo_style("\033[2m"),
           (int)type.len, type.ptr, demo_style("\033[0m"));
    demo_children(item, indent + 2);
  }
}

static void demo_resources(const carto_json *result) { demo_children(carto_json_get(result, "data"), 0); }

static void demo_matches(const carto_json *result) {
  const carto_json *list = carto_json_get(carto_json_get(result, "data"), "results");
  const carto_json *item = carto_json_first(list);
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str fqn = demo_text(item, "fqn");
    printf("    %.*s\n", (int)fqn.len, fqn.ptr);
  }
}

static void demo_columns(const carto_json *result) {
  const carto_json *list = carto_json_get(result, "schema"), *item = carto_json_first(list);
  carto_str geom = demo_text(result, "geomField"), kind = demo_text(result, "geometryType");
  char room[40];
  int column = 0;
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str name = demo_text(item, "name"), type = demo_text(item, "type");
    printf("%s%-13.*s %s%-10.*s%s%s", column == 0 ? "    " : "", (int)name.len, name.ptr,
           demo_style("\033[2m"), (int)type.len, type.ptr, demo_style("\033[0m"), column == 2 ? "\n" : "");
    column = (column + 1) % 3;
  }
  printf("%s    %s rows", column ? "\n" : "",
         demo_number(carto_json_double(carto_json_get(result, "rowCount")), room));
  if (geom.len) printf(", placed by %.*s (%.*s)", (int)geom.len, geom.ptr, (int)kind.len, kind.ptr);
  printf("\n");
}

static void demo_numbers(const carto_json *result) {
  const carto_json *list = carto_json_get(carto_json_get(result, "quantiles"), "5");
  const carto_json *item = carto_json_first(list);
  char room[40];
  printf("    average %s", demo_number(carto_json_double(carto_json_get(result, "avg")), room));
  printf(", sum %s\n    fifths:", demo_number(carto_json_double(carto_json_get(result, "sum")), room));
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item))
    printf(" %s%s", demo_number(carto_json_double(item), room), i > 1 ? " |" : "\n");
}

static void demo_categories(const carto_json *result) {
  const carto_json *list = carto_json_get(result, "categories"), *item = carto_json_first(list);
  double most = 1;
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    double frequency = carto_json_double(carto_json_get(item, "frequency"));
    if (frequency > most) most = frequency;
  }
  item = carto_json_first(list);
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str name = demo_text(item, "category");
    double frequency = carto_json_double(carto_json_get(item, "frequency"));
    printf("    %-24.*s %5.0f ", (int)name.len, name.ptr, frequency);
    demo_bar(frequency / most);
    printf("\n");
  }
}

static void demo_range(const carto_json *result) {
  carto_str from = demo_text(result, "min"), to = demo_text(result, "max");
  printf("    from %.*s to %.*s\n", (int)carto__min_size(from.len, 10), from.ptr,
         (int)carto__min_size(to.len, 10), to.ptr);
}

static void demo_extent(const carto_json *result) {
  const carto_json *extent = carto_json_get(result, "extent");
  printf("    longitude %.2f to %.2f, latitude %.2f to %.2f\n",
         carto_json_double(carto_json_get(extent, "xmin")), carto_json_double(carto_json_get(extent, "xmax")),
         carto_json_double(carto_json_get(extent, "ymin")), carto_json_double(carto_json_get(extent, "ymax")));
}

static void demo_maps(const carto_json *result) {
  const carto_json *list = carto_json_get(carto_json_get(result, "data"), "maps");
  const carto_json *item = carto_json_first(list);
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str name = demo_text(item, "name"), privacy = demo_text(item, "privacy");
    printf("    %.*s%*s  %s%.*s%s\n", (int)name.len, name.ptr, 34 - demo_width(name), "", demo_style("\033[2m"),
           (int)privacy.len, privacy.ptr, demo_style("\033[0m"));
  }
}

static carto_str demo_cell(const carto_json *value, int digits, char room[40]) {
  if (carto_json_is_number(value)) return carto_str_from(demo_digits(carto_json_double(value), digits, room));
  return carto_json_type_of(value) == CARTO_JSON_STRING ? carto_json_string(value) : carto_str_from("-");
}

/* The element of a row, or of the names of the columns. */
static const carto_json *demo_item(const carto_json *array, size_t index) {
  const carto_json *item = carto_json_first(array);
  while (index-- > 0) item = carto_json_next(item);
  return item;
}

/* Columns side by side, as wide as their widest value, numbers to the right and with as many digits: looked at,
   measured, printed. */
static void demo_rows(const carto_json *result) {
  const carto_json *names = carto_json_get(result, "columns"), *rows = carto_json_get(result, "rows"), *row;
  size_t columns = carto_json_count(names);
  int widths[8] = {0}, digits[8] = {0};
  bool right[8] = {false};
  char room[40];
  if (columns > 8) columns = 8;
  for (size_t pass = 0; pass < 3; pass++) {
    row = names;
    for (size_t r = 0; r <= carto_json_count(rows); r++) {
      if (pass == 2) printf("    %s", demo_style(r ? "" : "\033[2m"));
      for (size_t i = 0; i < columns; i++) {
        const carto_json *value = demo_item(row, i);
        carto_str text = demo_cell(value, digits[i], room);
        int width = demo_width(text);
        if (carto_json_is_number(value)) right[i] = true;
        if (right[i] && !pass && !demo_is_whole(carto_json_double(value))) digits[i] = 2;
        if (pass && width > widths[i]) widths[i] = width;
        if (pass < 2) continue;
        printf("%*s%.*s%*s", right[i] ? widths[i] - width : 0, "", (int)text.len, text.ptr,
               i + 1 == columns ? 0 : right[i] ? 2 : widths[i] - width + 2, "");
      }
      if (pass == 2) printf("%s\n", demo_style(r ? "" : "\033[0m"));
      row = r ? carto_json_next(row) : carto_json_first(rows);
    }
  }
}

static void demo_done(const carto_json *result) {
  printf("    %s\n", carto_json_bool(carto_json_get(result, "success")) ? "done" : "not done");
}

static void demo_ids(const carto_json *result) {
  static const char *const keys[] = {"id", "layerId", "widgetId", "type", "label"};
  printf("   ");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    carto_str text = demo_text(result, keys[i]);
    if (text.len) printf(" %.*s", (int)text.len, text.ptr);
  }
  printf("\n");
}

static void demo_value(const carto_json *result) {
  char room[40];
  printf("    %s\n", demo_number(carto_json_double(carto_json_get(result, "result")), room));
}

/* Categories of a widget, or bins of a histogram. */
static void demo_bars(const carto_json *result) {
  const carto_json *list = carto_json_get(result, "result"), *item;
  double most = 1;
  char room[40];
  size_t pass, i;
  for (pass = 0; pass < 2; pass++) {
    item = carto_json_first(list);
    for (i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
      carto_str name = demo_text(item, "name");
      double value = carto_json_double(carto_json_get(item, "value"));
      if (value > most) most = value;
      if (pass == 0) continue;
      printf("    %-24.*s %6s ", (int)name.len, name.ptr, demo_number(value, room));
      demo_bar(value / most);
      printf("\n");
    }
  }
}

static void demo_bins(const carto_json *result) {
  const carto_json *bins = carto_json_get(result, "bins"), *bin = carto_json_first(bins);
  const carto_json *counts = carto_json_get(result, "frequencies"), *count = carto_json_first(counts);
  char from[40], to[40], many[40];
  for (size_t i = carto_json_count(counts); i > 0; i--, count = carto_json_next(count)) {
    const carto_json *next = carto_json_next(bin);
    printf("    %12s to %12s: %s\n", demo_digits(carto_json_double(bin), 0, from),
           demo_digits(carto_json_double(next), 0, to), demo_number(carto_json_double(count), many));
    bin = next;
  }
}

static void demo_places(const carto_json *result) {
  const carto_json *list = carto_json_get(result, "result"), *item = carto_json_first(list);
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str address = demo_text(item, "address");
    printf("    %.*s at %.4f, %.4f\n", (int)address.len, address.ptr,
           carto_json_double(carto_json_get(item, "latitude")), carto_json_double(carto_json_get(item, "longitude")));
  }
}

static void demo_coordinates(const carto_json *result) {
  printf("    latitude %.4f, longitude %.4f, zoom %.2f\n", carto_json_double(carto_json_get(result, "latitude")),
         carto_json_double(carto_json_get(result, "longitude")), carto_json_double(carto_json_get(result, "zoom")));
}

static void demo_filters(const carto_json *result) {
  const carto_json *list = carto_json_get(result, "widgets"), *item = carto_json_first(list);
  carto_str kind = demo_text(carto_json_get(result, "spatialFilter"), "type");
  printf("    within the %.*s", (int)kind.len, kind.ptr);
  for (size_t i = carto_json_count(list); i > 0; i--, item = carto_json_next(item)) {
    carto_str column = demo_text(item, "column"), type = demo_text(item, "type");
    printf("; by %.*s (%.*s)", (int)column.len, column.ptr, (int)type.len, type.ptr);
  }
  printf("\n");
}

/* What a workflow has found: some of its columns. */
static void demo_found(const carto_json *result) {
  const carto_json *list = carto_json_get(carto_json_get(result, "data"), "rows"), *row = carto_json_first(list);
  size_t most = carto_json_count(list) < 5 ? carto_json_count(list) : 5;
  for (size_t i = 0; i < most; i++, row = carto_json_next(row)) {
    const carto_json *key = carto_json_first(row);
    printf("    ");
    for (size_t k = carto_json_count(row); k > 0; k--) {
      const carto_json *value = carto_json_value_of(key);
      carto_str name = carto_json_string(key), text = carto_json_string(value);
      char number[40];
      if (carto_json_is_number(value))
        printf("%.*s %s  ", (int)name.len, name.ptr, demo_number(carto_json_double(value), number));
      else if (text.ptr && text.len < 20) printf("%.*s  ", (int)text.len, text.ptr);
      key = carto_json_next(value);
    }
    printf("\n");
  }
}

/* The job that was started last, for the calls that ask for it. */
static char demo_job[64], demo_table[256];

static void demo_remember(const carto_json *result) {
  const carto_json *data = carto_json_get(result, "data");
  carto_str id = demo_text(data, "jobId"), table = demo_text(data, "workflowOutputTableName");
  snprintf(demo_job, sizeof demo_job, "%.*s", (int)id.len, id.ptr);
  snprintf(demo_table, sizeof demo_table, "%.*s", (int)table.len, table.ptr);
}

static void demo_started(const carto_json *result) {
  demo_remember(result);
  printf("    job %s, which makes %s\n", demo_job, demo_table);
}

static void demo_status(const carto_json *result) {
  carto_str status = demo_text(carto_json_get(result, "data"), "status");
  printf("    %.*s\n", (int)status.len, status.ptr);
}

static void demo_drawn(const carto_json *result) {
  carto_str text = carto_json_string(carto_json_get(result, "result"));
  printf("    %.*s\n", (int)text.len, text.ptr);
}

typedef struct demo_step {
  const char *question;   /* what a person asks; NULL: still the one before */
  const char *tool;
  const char *arguments;  /* as JSON, $job and $table stand for the last job's; of execute_query, the SQL */
  void (*answer)(const carto_json *result);
} demo_step;

#define DEMO_MONTH "\"x\":{\"field\":\"date\",\"timeUnit\":\"month\",\"type\":\"temporal\"}"
#define DEMO_RAIN \
  "\"datasets\":[{\"name\":\"rain\",\"connection_name\":\"demo\",\"table_fqn\":\"demo.climate.seattle_weather\"}]"

static const demo_step demo_steps[] = {
  {"What data do I have access to?", "list_connections", "{}", demo_connections},
  {"What is in there?", "list_resources", "{\"connection_name\":\"demo\",\"maxDepth\":3}", demo_resources},
  {"Is there anything about places?", "search_resources",
   "{\"connection_name\":\"demo\",\"query\":\"places\"}", demo_matches},
  {"What does the table of places hold?", "describe", "{" WORLD "populated_places\"}", demo_columns},
  {"How many people live in these places?", "describe",
   "{" WORLD "populated_places\",\"column\":\"pop_max\"}", demo_numbers},
  {"What kinds of places are there?", "describe",
   "{" WORLD "populated_places\",\"column\":\"featurecla\",\"max_categories\":5}", demo_categories},
  {"How many countries has each continent?", "describe", "{" WORLD "countries\",\"column\":\"continent\"}",
   demo_categories},
  {"Where do the rivers run?", "describe", "{" WORLD "rivers\",\"column\":\"geom\"}", demo_extent},
  {"And which years does the weather cover?", "describe",
   "{\"connection_name\":\"demo\",\"table_fqn\":\"seattle_weather\",\"column\":\"date\"}", demo_range},
  {"What is the largest city of each continent?", "execute_query",
   "\nSELECT continent, name, pop_max FROM (\n"
   "  SELECT c.continent, p.name, p.pop_max,\n"
   "         row_number() OVER (PARTITION BY c.continent ORDER BY p.pop_max DESC) AS place\n"
   "  FROM countries c JOIN populated_places p ON ST_Contains(c.geom, p.geom)) AS ranked\n"
   "WHERE place = 1 AND pop_max > 1000000 ORDER BY pop_max DESC", demo_rows},
  {"Which were the wettest months in Seattle?", "execute_query",
   "\nSELECT CAST(date_trunc('month', date) AS date) AS month, sum(precipitation) AS millimetres,\n"
   "       count(*) FILTER (WHERE precipitation > 0) AS wet_days\n"
   "FROM seattle_weather GROUP BY month ORDER BY millimetres DESC LIMIT 5", demo_rows},
  {"In which H3 cells do most people live?", "execute_query",
   "\nSELECT h3, largest_place, places, pop_sum FROM places_h3 ORDER BY pop_sum DESC LIMIT 5", demo_rows},
  {"How fast does the carbon dioxide in the air rise?", "execute_query",
   "\nSELECT decade, co2, co2 - lag(co2) OVER (ORDER BY decade) AS rise FROM (\n"
   "  SELECT CAST(floor(extract(year FROM \"Date\") / 10) * 10 AS text) || 's' AS decade, avg(\"CO2\") AS co2\n"
   "  FROM mauna_loa_co2 GROUP BY 1) AS decades\n"
   "ORDER BY decade", demo_rows},
  {"Which capitals have fewer than 1,000 people? (the agent mistypes a name)", "execute_query",
   "\nSELECT name, popmax FROM populated_places WHERE is_capital AND popmax < 1000", demo_rows},
  {"(the agent reads the answer and asks again)", "execute_query",
   "\nSELECT name, adm0name, pop_max FROM populated_places WHERE is_capital AND pop_max BETWEEN 0 AND 1000\n"
   "ORDER BY pop_max", demo_rows},
  {"Which of our saved maps show New York?", "list_maps",
   "{\"order_by\":\"title\",\"order_direction\":\"asc\",\"search\":\"nyc\"}", demo_maps},
  {"Show me the places on a map, colored by how many people live there.", "add_source",
   "{\"type\":\"table\",\"source\":\"demo.world.populated_places\",\"connection\":\"demo\",\"provider\":\"postgres\"}",
   demo_ids},
  {NULL, "add_layer",
   "{\"datasetId\":\"s1\",\"label\":\"Places\",\"hooverColumns\":[\"name\",\"pop_max\"]}", demo_ids},
  {NULL, "set_layer_style",
   "{\"layerId\":\"l1\",\"fillColorColumn\":\"pop_max\",\"radius\":4,\"outlineColor\":\"#ffffff\"}", demo_done},
  {"How many people are on this map, and in what kinds of places?", "add_widget",
   "{\"datasetId\":\"s1\",\"type\":\"formula\",\"column\":\"pop_max\",\"operation\":\"sum\",\"title\":\"People\"}",
   demo_ids},
  {NULL, "add_widget", "{\"datasetId\":\"s1\",\"type\":\"category\",\"column\":\"featurecla\"}", demo_ids},
  {NULL, "get_formula_widget", "{\"widgetId\":\"w1\"}", demo_value},
  {NULL, "get_category_widget", "{\"widgetId\":\"w2\"}", demo_bars},
  {"Only the capitals, please.", "filter_category_widget",
   "{\"widgetId\":\"w2\",\"categories\":[\"Admin-0 capital\"]}", demo_done},
  {NULL, "get_formula_widget", "{\"widgetId\":\"w1\"}", demo_value},
  {"And of those, the ones in West Africa?", "set_spatial_filter",
   "{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-18,4],[-7,4],[16,4],[16,24],[-18,24],[-18,4]]]}}",
   demo_done},
  {NULL, "get_formula_widget", "{\"widgetId\":\"w1\"}", demo_value},
  {NULL, "add_widget",
   "{\"datasetId\":\"s1\",\"type\":\"histogram\",\"column\":\"pop_max\",\"buckets\":4}", demo_ids},
  {NULL, "get_histogram_widget", "{\"widgetId\":\"w3\"}", demo_bins},
  {"What am I filtering by now?", "get_active_filters", "{}", demo_filters},
  {"Where is Dakar? Take me there.", "lds_geocode", "{\"address\":\"Dakar, Senegal\",\"limit\":1}", demo_places},
  {NULL, "add_marker",
   "{\"markers\":[{\"latitude\":14.7158,\"longitude\":\"-17.4731\",\"label\":\"Dakar\"}]}", demo_done},
  {NULL, "set_map_center_and_zoom", "{\"center\":[14.7158,-17.4731],\"zoom\":10}", demo_done},
  {"Show me everything again.", "set_spatial_filter", "{\"geometry\":null}", demo_done},
  {NULL, "filter_category_widget", "{\"widgetId\":\"w2\",\"categories\":[]}", demo_done},
  {NULL, "set_map_center_and_zoom_to_layer", "{\"layerId\":\"l1\"}", demo_done},
  {NULL, "get_map_coordinates", "{}", demo_coordinates},
  {"How many people are in view now? (all but the station at the South Pole, which no such map reaches)",
   "get_formula_widget", "{\"widgetId\":\"w1\"}", demo_value},
  {"Where in Spain and Portugal would a new site do best? (a workflow that the team has published)", "site_selection",
   "{\"count\":3}", demo_found},
  {"Where on Earth do people cluster more than chance explains? (one that takes its time)", "hotspots",
   "{\"resolution\":2,\"significance\":0.001}", demo_started},
  {NULL, "async_workflow_job_get_status_v1_0_0", "{\"jobId\":\"$job\",\"connectionName\":\"demo\"}", demo_status},
  {NULL, "async_workflow_job_get_results_v1_0_0",
   "{\"jobId\":\"$job\",\"connectionName\":\"demo\",\"providerId\":\"postgres\",\"workflowOutputTableName\":\"$table\"}",
   demo_found},
  {"Put them on the map.", "add_source_from_workflows", "{\"source\":\"$table\",\"connection\":\"demo\"}", demo_ids},
  {"Draw the wettest months. (the agent mistypes a field, then mends it)", "generate_chart",
   "{\"spec\":{\"data\":{\"name\":\"rain\"},\"mark\":\"bar\",\"encoding\":{" DEMO_MONTH ","
   "\"y\":{\"field\":\"precipitaton\",\"aggregate\":\"sum\",\"type\":\"quantitative\"}}}," DEMO_RAIN "}", demo_drawn},
  {NULL, "generate_chart",
   "{\"spec\":{\"data\":{\"name\":\"rain\"},\"mark\":\"bar\",\"encoding\":{" DEMO_MONTH ","
   "\"y\":{\"field\":\"precipitation\",\"aggregate\":\"sum\",\"type\":\"quantitative\"}}}," DEMO_RAIN "}", demo_drawn},
};

typedef struct demo_reader {
  carto_arena arena;
  carto_json_doc doc;
  bool ok;
} demo_reader;

static bool demo_receive(void *user, carto_str message) {
  demo_reader *reader = (demo_reader *)user;
  carto_arena_reset(&reader->arena);
  char *copy = (char *)carto_arena_alloc(&reader->arena, message.len);
  if (copy) memcpy(copy, message.ptr, message.len);
  reader->ok = copy && carto_json_parse(&reader->arena, carto_str_make(copy, message.len), &reader->doc,
                                        NULL) == CARTO_OK;
  return true;
}

/* Sends one request and returns its result, NULL when there is none. */
static const carto_json *demo_ask(carto_server *server, carto_session *session, demo_reader *reader,
                                  const char *method, const char *params) {
  static int id;
  char message[2048];
  carto_peer peer = {demo_receive, NULL, reader};
  int len = snprintf(message, sizeof message, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}",
                     ++id, method, params);
  reader->ok = false;
  if (len < 0 || (size_t)len >= sizeof message) return NULL;
  if (carto_server_handle(server, session, &peer, carto_str_make(message, (size_t)len)) != CARTO_OK) return NULL;
  return reader->ok ? carto_json_get(reader->doc.root, "result") : NULL;
}

/* The arguments, with what stands for the last job's. */
static void demo_fill(const char *arguments, char *out, size_t size) {
  static const struct {
    const char *name, *value;
  } words[] = {{"$job", demo_job}, {"$table", demo_table}};
  size_t len = 0;
  while (*arguments && len + sizeof demo_table < size) {
    size_t k;
    for (k = 0; k < 2 && strncmp(arguments, words[k].name, strlen(words[k].name)) != 0; k++) {
    }
    if (k < 2) {
      len += (size_t)snprintf(out + len, size - len, "%s", words[k].value);
      arguments += strlen(words[k].name);
    } else {
      out[len++] = *arguments++;
    }
  }
  out[len] = 0;
}

/* The call's params; SQL is quoted. */
static void demo_params(const demo_step *step, const char *arguments, char *out, size_t size) {
  carto_alloc alloc = {NULL, NULL};
  carto_buf sql;
  carto_json_writer writer;
  carto_buf_init(&sql, alloc, 0);
  carto_json_writer_init(&writer, &sql);
  carto_json_write_text(&writer, arguments);
  if (strcmp(step->tool, "execute_query") == 0)
    snprintf(out, size, "{\"name\":\"execute_query\",\"arguments\":{\"connection_name\":\"demo\",\"sql\":%.*s}}",
             (int)sql.len, sql.ptr);
  else snprintf(out, size, "{\"name\":\"%s\",\"arguments\":%s}", step->tool, arguments);
  carto_buf_free(&sql);
}

/* Whether a job is to be asked for again, after a while: one that a service runs takes its time. */
static bool demo_waits(const demo_step *step, const carto_json *result, int *left) {
  const struct timespec while_it_runs = {0, 500000000};
  carto_str status = demo_text(carto_json_get(carto_json_get(result, "structuredContent"), "data"), "status");
  if (step->answer != demo_status || (*left)-- == 0) return false;
  if (!carto__str_is(status, "pending") && !carto__str_is(status, "running")) return false;
  nanosleep(&while_it_runs, NULL);
  return true;
}

static bool demo_play_step(carto_server *server, carto_session *session, demo_reader *reader,
                           const demo_step *step) {
  char params[1536], arguments[1280];
  const carto_json *result;
  carto_str text;
  int left = 120;
  demo_fill(step->arguments, arguments, sizeof arguments);
  demo_params(step, arguments, params, sizeof params);
  if (step->question)
    printf("%s%sPerson:%s %s\n", step == demo_steps ? "" : "\n", demo_style("\033[1m"), demo_style("\033[0m"),
           step->question);
  printf("%sAgent:  %s%s", demo_style("\033[2m"), step->tool, arguments[0] == '\n' ? "" : " ");
  for (const char *p = arguments; *p; p++) printf("%c%s", *p, *p == '\n' ? "        " : "");
  printf("%s\n", demo_style("\033[0m"));
  do result = demo_ask(server, session, reader, "tools/call", params);
  while (demo_waits(step, result, &left));
  if (!result) return false;
  text = demo_text(carto_json_first(carto_json_get(result, "content")), "text");
  if (carto_json_bool(carto_json_get(result, "isError"))) {
    printf("    %s%.*s%s\n", demo_style("\033[33m"), (int)text.len, text.ptr, demo_style("\033[0m"));
    if (!step->question || !strstr(step->question, "mistypes")) return false;
  } else {
    step->answer(carto_json_get(result, "structuredContent"));
  }
  while (carto_server_has_work(server)) /* the agent waits a little */
    if (carto_server_work(server, NULL, NULL) != CARTO_OK) return false;
  return true;
}

/* How to connect: the same program, by its full path. */
static void demo_connect(void) {
  char *here = realpath("build/carto-mcp", NULL);
  const char *path = here ? here : "carto-mcp";
  printf("%sConnect your own agent%s (add --data DIR for your own files)\n\n", demo_style("\033[1m"),
         demo_style("\033[0m"));
  printf("  Claude Code      claude mcp add carto -- %s\n\n", path);
  printf("  Claude Desktop   in claude_desktop_config.json (Settings, Developer, Edit Config):\n"
         "                   {\"mcpServers\": {\"carto\": {\"command\": \"%s\"}}}\n\n", path);
  printf("  VS Code          in .vscode/mcp.json:\n"
         "                   {\"servers\": {\"carto\": {\"type\": \"stdio\", \"command\": \"%s\"}}}\n\n", path);
  printf("  A plain shell    %s call describe \\\n"
         "                     '{\"connection_name\":\"demo\",\"table_fqn\":\"demo.world.countries\"}'\n"
         "                   %s sql 'SELECT name, pop_est FROM countries LIMIT 5'\n", path, path);
  free(here);
}

static int play_demo(carto_server *server) {
  demo_reader reader;
  carto_session session;
  carto_alloc alloc = {NULL, NULL};
  bool ok = true;
  demo_in_color = isatty(1);
  memset(&session, 0, sizeof session);
  carto_arena_init(&reader.arena, alloc, 0);
  const carto_json *hello = demo_ask(server, &session, &reader, "initialize",
                                     "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                                     "\"clientInfo\":{\"name\":\"demo\",\"version\":\"1\"}}");
  carto_str revision = demo_text(hello, "protocolVersion");
  printf("An agent has connected (MCP %.*s). Everything below goes through the real server.\n\n",
         (int)revision.len, revision.ptr);
  for (size_t i = 0; i < sizeof demo_steps / sizeof *demo_steps && ok; i++)
    ok = demo_play_step(server, &session, &reader, &demo_steps[i]);
  carto_arena_free(&reader.arena);
  printf("\n");
  if (!ok) {
    fprintf(stderr, "carto-mcp: the demo ends here: its story is of the data in fixtures, as connection \"demo\"\n");
    return 1;
  }
  demo_connect();
  return 0;
}

#endif

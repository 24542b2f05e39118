/* Widgets over 1 million rows with a category filter, a range filter and a mask of 100 vertices, against
   streaming the columns that each touches once; and again with the selection kept. Prints one JSON object a
   line for each measurement.
     cc -O2 bench_widget.c -o bench_widget -lm
   bench_widget data FILE writes the columns for the peer; bench_widget reads prints what each widget shows,
   and the milliseconds of both reads. Each figure is the median of repetitions that take turns. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"

#define ROWS ((size_t)1000000)
#define REPEAT 15
#define KINDS 20
#define CITIES 1000

enum { KIND = 1, CITY = 2, VALUE = 4, AMOUNT = 8, TIME = 16, POINT = 32 };
#define FILTERED (KIND | AMOUNT | POINT)

static const struct {
  const char *name, *model, *params;
  unsigned touched; /* beside what the filters touch */
} widgets[] = {
  {"formula, average", "formula", "{\"column\":\"value\",\"operation\":\"avg\"}", VALUE},
  {"categories of 20, sum", "categories",
   "{\"column\":\"kind\",\"operation\":\"sum\",\"operationColumn\":\"value\"}", VALUE},
  {"categories of 1,000, count", "categories", "{\"column\":\"city\",\"operation\":\"count\"}", CITY},
  {"histogram of 30 bins", "histogram",
   "{\"column\":\"value\",\"operation\":\"count\",\"ticks\":[3,6,9,12,15,18,21,24,27,30,33,36,39,42,45,48,51,54,"
   "57,60,63,66,69,72,75,78,81,84,87]}", VALUE},
  {"range", "range", "{\"column\":\"value\"}", VALUE},
  {"scatter", "scatter", "{\"xAxisColumn\":\"value\",\"yAxisColumn\":\"amount\"}", VALUE},
  {"table, sorted by a number", "table",
   "{\"columns\":[\"value\",\"kind\"],\"sortBy\":\"value\",\"sortDirection\":\"desc\",\"sortByColumnType\":"
   "\"number\"}", VALUE},
  {"time series by week, sum", "timeSeries",
   "{\"column\":\"time\",\"stepSize\":\"week\",\"operation\":\"sum\",\"operationColumn\":\"value\"}",
   VALUE | TIME},
  {"aggregations, two", "aggregations",
   "{\"aggregations\":[{\"column\":\"value\",\"operation\":\"max\",\"alias\":\"a\"},"
   "{\"column\":\"amount\",\"operation\":\"avg\",\"alias\":\"b\"}]}", VALUE},
};

#define WIDGETS (sizeof widgets / sizeof *widgets)

static const char filters_text[] =
  "{\"kind\":{\"in\":{\"values\":[\"kind 2\",\"kind 3\",\"kind 5\",\"kind 7\",\"kind 11\",\"kind 13\"]}},"
  "\"amount\":{\"between\":{\"values\":[[250,750]]}}}";

static void fail(const char *what, const carto_error *error) {
  fprintf(stderr, "%s: %s\n", what, error->text);
  exit(1);
}

/* ---- data */

static uint32_t *kinds, *cities;
static double *values, *amounts, *points;
static int64_t *times;
static carto_table table;

static void make_data(void) {
  carto_alloc libc;
  carto_table_builder b;
  carto_error error;
  size_t i;
  memset(&libc, 0, sizeof libc);
  kinds = (uint32_t *)malloc(ROWS * 4);
  cities = (uint32_t *)malloc(ROWS * 4);
  values = (double *)malloc(ROWS * 8);
  amounts = (double *)malloc(ROWS * 8);
  times = (int64_t *)malloc(ROWS * 8);
  points = (double *)malloc(ROWS * 16);
  if (!kinds || !cities || !values || !amounts || !times || !points) exit(1);
  carto_table_builder_init(&b, libc, ROWS);
  carto_table_builder_add_column(&b, carto_str_from("kind"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("city"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("value"), CARTO_TYPE_NUMBER);
  carto_table_builder_add_column(&b, carto_str_from("amount"), CARTO_TYPE_NUMBER);
  carto_table_builder_add_column(&b, carto_str_from("time"), CARTO_TYPE_TIMESTAMP);
  carto_table_builder_add_column(&b, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  for (i = 0; i < ROWS; i++) {
    char name[32];
    carto_lnglat p;
    kinds[i] = (uint32_t)(random_word() % KINDS);
    cities[i] = (uint32_t)(random_unit() * random_unit() * CITIES);
    values[i] = floor(random_unit() * 9000) / 100;
    amounts[i] = random_unit() * 1000;
    times[i] = 1577836800000 + (int64_t)(random_word() % 63072000000); /* two years, milliseconds */
    p.lng = points[2 * i] = random_unit() * 20 - 10;
    p.lat = points[2 * i + 1] = random_unit() * 20 + 30;
    snprintf(name, sizeof name, "kind %u", (unsigned)kinds[i]);
    carto_table_builder_set_string(&b, 0, carto_str_from(name));
    snprintf(name, sizeof name, "city %u", (unsigned)cities[i]);
    carto_table_builder_set_string(&b, 1, carto_str_from(name));
    carto_table_builder_set_number(&b, 2, values[i]);
    carto_table_builder_set_number(&b, 3, amounts[i]);
    carto_table_builder_set_time(&b, 4, times[i] * 1000);
    carto_table_builder_set_point(&b, 5, p);
    carto_table_builder_end_row(&b);
  }
  if (carto_table_builder_end(&b, &table, &error) != CARTO_OK) fail("table", &error);
}

/* A star of 100 vertices over about a third of the points. */
static void put_mask(carto_json_writer *out) {
  size_t i;
  carto_json_begin_object(out);
  carto_json_key(out, "type");
  carto_json_write_text(out, "Polygon");
  carto_json_key(out, "coordinates");
  carto_json_begin_array(out);
  carto_json_begin_array(out);
  for (i = 0; i <= 100; i++) {
    double turn = 6.283185307179586 * (double)(i % 100) / 100, r = i % 2 ? 5 : 8;
    carto_json_begin_array(out);
    carto_json_write_double(out, r * cos(turn));
    carto_json_write_double(out, 40 + r * sin(turn));
    carto_json_end_array(out);
  }
  carto_json_end_array(out);
  carto_json_end_array(out);
  carto_json_end_object(out);
}

static void write_data(const char *path) {
  carto_alloc libc;
  carto_buf text;
  carto_json_writer out;
  FILE *f = fopen(path, "wb");
  size_t i;
  if (!f) exit(1);
  fwrite(values, 8, ROWS, f);
  fwrite(amounts, 8, ROWS, f);
  fwrite(times, 8, ROWS, f);
  fwrite(points, 16, ROWS, f);
  fwrite(kinds, 4, ROWS, f);
  fwrite(cities, 4, ROWS, f);
  fclose(f);
  memset(&libc, 0, sizeof libc);
  carto_buf_init(&text, libc, 0);
  carto_json_writer_init(&out, &text);
  carto_json_begin_object(&out);
  carto_json_key(&out, "rows");
  carto_json_write_uint(&out, ROWS);
  carto_json_key(&out, "filters");
  carto_json_write_raw(&out, carto_str_from(filters_text));
  carto_json_key(&out, "mask");
  put_mask(&out);
  carto_json_key(&out, "widgets");
  carto_json_begin_array(&out);
  for (i = 0; i < WIDGETS; i++) {
    carto_json_begin_object(&out);
    carto_json_key(&out, "name");
    carto_json_write_text(&out, widgets[i].name);
    carto_json_key(&out, "model");
    carto_json_write_text(&out, widgets[i].model);
    carto_json_key(&out, "params");
    carto_json_write_raw(&out, carto_str_from(widgets[i].params));
    carto_json_end_object(&out);
  }
  carto_json_end_array(&out);
  carto_json_end_object(&out);
  printf("%.*s\n", (int)text.len, text.ptr);
  carto_buf_free(&text);
}

/* ---- reading */

static carto_arena setup_arena, arena;
static carto_call call;
static carto_filters filters;
static carto_geom mask;

static void set_up(void) {
  carto_alloc libc;
  carto_json_doc doc;
  carto_error error;
  carto_geom geom;
  carto_buf text;
  carto_json_writer out;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  carto_arena_init(&setup_arena, libc, 0);
  carto_arena_init(&arena, libc, 0);
  call.arena = &arena;
  if (carto_json_parse(&setup_arena, carto_str_from(filters_text), &doc, &error) != CARTO_OK ||
      carto_filters_read(&setup_arena, doc.root, &filters, &error) != CARTO_OK)
    fail("filters", &error);
  carto_buf_init(&text, carto_arena_allocator(&setup_arena), 0);
  carto_json_writer_init(&out, &text);
  put_mask(&out);
  if (carto_json_parse(&setup_arena, carto_buf_str(&text), &doc, &error) != CARTO_OK ||
      carto_geom_from_geojson(&setup_arena, doc.root, &geom, &error) != CARTO_OK ||
      carto_area_of_geom(&setup_arena, geom, &mask, &error) != CARTO_OK)
    fail("mask", &error);
}

static void select_rows(carto_selection *selection) {
  carto_alloc libc;
  carto_error error;
  memset(&libc, 0, sizeof libc);
  if (carto_select(&call, libc, &table, filters, mask, selection, &error) != CARTO_OK) fail("select", &error);
}

/* What a tool does: parameters, widget, JSON. */
static void read_widget(size_t i, const carto_selection *selection, carto_buf *text) {
  carto_json_doc doc;
  carto_widget_spec spec;
  carto_widget_result result;
  carto_json_writer out;
  carto_error error;
  if (carto_json_parse(&arena, carto_str_from(widgets[i].params), &doc, &error) != CARTO_OK ||
      carto_widget_read_spec(&arena, carto_str_from(widgets[i].model), doc.root, &spec, &error) != CARTO_OK ||
      carto_widget_read(&call, &table, selection, &spec, &result, &error) != CARTO_OK)
    fail(widgets[i].name, &error);
  carto_buf_clear(text);
  carto_json_writer_init(&out, text);
  carto_widget_write(&result, &out);
}

static void stream(unsigned touched) {
  if (touched & KIND) stream_words(kinds, ROWS * 4);
  if (touched & CITY) stream_words(cities, ROWS * 4);
  if (touched & VALUE) stream_doubles(values, ROWS);
  if (touched & AMOUNT) stream_doubles(amounts, ROWS);
  if (touched & TIME) stream_words(times, ROWS * 8);
  if (touched & POINT) stream_doubles(points, 2 * ROWS);
}

typedef struct figures {
  double streaming, first, second;
} figures;

static figures measure(size_t w, carto_buf *text) {
  double streaming[REPEAT], first[REPEAT], second[REPEAT];
  figures f;
  size_t i;
  for (i = 0; i < REPEAT; i++) {
    carto_selection selection;
    double start = now_ms();
    stream(FILTERED | widgets[w].touched);
    streaming[i] = now_ms() - start;
    start = now_ms();
    select_rows(&selection);
    read_widget(w, &selection, text);
    first[i] = now_ms() - start;
    carto_arena_reset(&arena);
    start = now_ms();
    read_widget(w, &selection, text);
    second[i] = now_ms() - start;
    carto_arena_reset(&arena);
    carto_selection_free(&selection);
  }
  f.streaming = median(streaming, REPEAT);
  f.first = median(first, REPEAT);
  f.second = median(second, REPEAT);
  return f;
}

int main(int argc, char **argv) {
  carto_alloc libc;
  carto_buf text;
  char work[100];
  size_t i;
  memset(&libc, 0, sizeof libc);
  carto_buf_init(&text, libc, 0);
  make_data();
  if (argc > 2 && strcmp(argv[1], "data") == 0) {
    write_data(argv[2]);
    return 0;
  }
  set_up();
  for (i = 0; i < WIDGETS; i++) {
    figures f = measure(i, &text);
    if (argc > 1) {
      printf("{\"first\":%.3f,\"second\":%.3f,\"result\":%.*s}\n", f.first, f.second, (int)text.len, text.ptr);
      continue;
    }
    (void)snprintf(work, sizeof work, "widget: %s", widgets[i].name);
    report(work, "ms", f.first, "streaming the touched columns once", f.streaming, 8);
    report(work, "ms", f.second, "its first read", f.first, 1.0 / 3);
  }
  return 0;
}

/* Statistics of columns of 10 million rows against streaming the same column once: adding it up, with the
   widest loads every machine of the kind has. Prints one JSON object a line for each measurement.
     cc -O2 bench_stats.c -o bench_stats -lm
   Each figure is the median of repetitions in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS ((size_t)10000000)
#define REPEAT 7

static void stream_numbers(const void *column) { stream_doubles((const double *)column, ROWS); }
static void stream_integers(const void *column) { stream_words(column, ROWS * 8); }
static void stream_codes(const void *column) { stream_words(column, ROWS * 4); }

static void fail(const char *what, carto_status status) {
  fprintf(stderr, "%s: %s\n", what, carto_status_text(status));
  exit(1);
}

static void number(const carto_call *call, const carto_column *column, const uint64_t *rows) {
  carto_stats_number out;
  carto_status status = carto_stats_of_number(call, column, ROWS, rows, &out);
  if (status != CARTO_OK) fail("number", status);
  sink += out.count;
}

static void quantiles(const carto_call *call, const carto_column *column, const uint64_t *rows) {
  double out[CARTO_QUANTILES_SIZE];
  uint64_t count;
  carto_status status = carto_stats_of_quantiles(call, column, ROWS, rows, out, NULL, &count);
  if (status != CARTO_OK) fail("quantiles", status);
  sink += count;
}

static void categories(const carto_call *call, const carto_column *column, const uint64_t *rows) {
  carto_stats_categories out;
  carto_status status = carto_stats_of_categories(call, column, ROWS, rows, CARTO_FREQUENCY_DESC, 20, &out);
  if (status != CARTO_OK) fail("categories", status);
  sink += out.size;
}

static void extent(const carto_call *call, const carto_column *column, const uint64_t *rows) {
  carto_box out;
  carto_status status = carto_stats_of_extent(call, column, ROWS, rows, &out);
  if (status != CARTO_OK) fail("extent", status);
  sink += out.xmin < out.xmax;
}

typedef void (*work_fn)(const carto_call *call, const carto_column *column, const uint64_t *rows);
typedef void (*stream_fn)(const void *column);

/* budget 0: none is set. */
static void measure(const char *what, work_fn work, const carto_column *column, const uint64_t *rows,
                    stream_fn stream, double budget) {
  double ours[REPEAT], theirs[REPEAT];
  carto_arena arena;
  carto_alloc alloc;
  carto_call call;
  size_t i;
  memset(&alloc, 0, sizeof alloc);
  memset(&call, 0, sizeof call);
  carto_arena_init(&arena, alloc, 0);
  call.arena = &arena;
  for (i = 0; i < REPEAT; i++) {
    double start = now_ms(), middle;
    stream(column->data.number);
    middle = now_ms();
    work(&call, column, rows);
    ours[i] = now_ms() - middle;
    theirs[i] = middle - start;
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
  report(what, "ms", median(ours, REPEAT), "streaming the column once", median(theirs, REPEAT), budget);
}

static double *values;

/* A budget of 0: not measured for the number, none for the quantiles. */
static void measure_doubles(const char *name, double number_budget, double quantile_budget) {
  char what[100];
  carto_column column;
  memset(&column, 0, sizeof column);
  column.type = CARTO_TYPE_NUMBER;
  column.data.number = values;
  if (number_budget > 0) {
    snprintf(what, sizeof what, "min, max, avg, sum of 10 M doubles, %s", name);
    measure(what, number, &column, NULL, stream_numbers, number_budget);
  }
  snprintf(what, sizeof what, "all quantiles of 10 M doubles, %s", name);
  measure(what, quantiles, &column, NULL, stream_numbers, quantile_budget);
}

static void bench_doubles(void) {
  size_t i;
  for (i = 0; i < ROWS; i++) values[i] = random_unit();
  measure_doubles("uniform", 2, 10);
  qsort(values, ROWS, sizeof *values, by_value);
  measure_doubles("uniform and sorted", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = random_unit() * 360 - 180;
  measure_doubles("longitudes", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = exp(2 * random_normal());
  measure_doubles("lognormal", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = random_normal();
  measure_doubles("normal", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = (double)(random_word() % 15);
  measure_doubles("15 distinct", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = (double)(random_word() % 5000) / 10;
  measure_doubles("5,000 distinct", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = random_word() % 10 < 3 ? 0 : exp(random_normal());
  measure_doubles("lognormal, 3 in 10 zero", 0, 10);
  for (i = 0; i < ROWS; i++) values[i] = 42.5;
  measure_doubles("all equal", 2, 10);
  for (i = 0; i < ROWS; i++) values[i] = (double)(random_word() % 100) + 1e-9 * random_unit();
  measure_doubles("100 tight clusters", 0, 0);
  for (i = 0; i < ROWS; i++) values[i] = i == 77 ? 1e300 : 1000 + 1e-6 * random_unit();
  measure_doubles("narrow but for one", 0, 10);
}

static void bench_integers(void) {
  int64_t *integers = (int64_t *)(void *)values;
  carto_column column;
  size_t i;
  memset(&column, 0, sizeof column);
  column.type = CARTO_TYPE_TIMESTAMP;
  column.data.integer = integers;
  for (i = 0; i < ROWS; i++) integers[i] = 1400000000000000 + (int64_t)(random_word() % 100000000000000);
  measure("min, max, avg, sum of 10 M timestamps", number, &column, NULL, stream_integers, 2);
  measure("all quantiles of 10 M timestamps", quantiles, &column, NULL, stream_integers, 10);
}

static void bench_selected(void) {
  uint64_t *bits = (uint64_t *)malloc((ROWS / 64 + 1) * 8), *valid = (uint64_t *)malloc((ROWS / 64 + 1) * 8);
  carto_column column;
  size_t i;
  if (!bits || !valid) exit(1);
  memset(&column, 0, sizeof column);
  column.type = CARTO_TYPE_NUMBER;
  column.data.number = values;
  column.valid = valid;
  for (i = 0; i < ROWS; i++) values[i] = random_unit();
  for (i = 0; i <= ROWS / 64; i++) {
    valid[i] = random_word() | random_word() | random_word();
    bits[i] = random_word();
  }
  measure("min, max, avg, sum of 10 M doubles, 1 in 8 null", number, &column, NULL, stream_numbers, 0);
  measure("all quantiles of 10 M doubles, 1 in 8 null", quantiles, &column, NULL, stream_numbers, 0);
  measure("the same, half of the rows selected", quantiles, &column, bits, stream_numbers, 0);
  free(bits);
  free(valid);
}

static void bench_categories(void) {
  uint32_t *codes = (uint32_t *)(void *)values, starts[1001];
  char names[4000];
  carto_column column;
  size_t i;
  memset(&column, 0, sizeof column);
  column.type = CARTO_TYPE_STRING;
  column.data.code = codes;
  column.bytes = names;
  column.dict_start = starts;
  column.dict_count = 1000;
  for (i = 0; i <= 1000; i++) starts[i] = (uint32_t)(4 * i);
  for (i = 0; i < 4000; i++) names[i] = (char)('a' + random_word() % 26);
  for (i = 0; i < ROWS; i++) codes[i] = (uint32_t)(random_word() % 1000);
  measure("top 20 of 1,000 categories in 10 M rows", categories, &column, NULL, stream_codes, 3.5);
  for (i = 0; i < ROWS; i++) codes[i] = (uint32_t)(i / 10000);
  measure("top 20 of 1,000 categories in 10 M sorted rows", categories, &column, NULL, stream_codes, 3.5);
}

static void bench_points(void) {
  carto_column column;
  size_t i;
  memset(&column, 0, sizeof column);
  column.type = CARTO_TYPE_GEOMETRY;
  column.data.point = values;
  for (i = 0; i < 2 * ROWS; i++) values[i] = random_unit() * 90;
  measure("extent of 10 M points (streaming: half of the bytes)", extent, &column, NULL, stream_numbers, 0);
}

int main(void) {
  values = (double *)malloc(2 * ROWS * sizeof *values);
  if (!values) return 1;
  bench_doubles();
  bench_integers();
  bench_selected();
  bench_categories();
  bench_points();
  free(values);
  return 0;
}

/* Corpus runner for column statistics: an array of {file, column, rows, nulls, type, count, min, max, avg,
   sum, quantiles_disc, distinct, categories}. A file is looked for beside the folder of the JSON, then
   among the demo's tables. */
#ifndef CORPUS_STATS_H
#define CORPUS_STATS_H

#include "corpus.h"

#include <math.h>

/* The text of a table's file, NULL when it is nowhere. */
static char *stats_read(const char *path, carto_str file, size_t *len) {
  static const char *const demo[] = {"fixtures/data/demo/world/", "fixtures/data/demo/climate/"};
  const char *slash = strrchr(path, '/'), *base = file.ptr + file.len;
  size_t room = strlen(path) + file.len + 64, i;
  char *name = (char *)malloc(room), *text = NULL, *at;
  if (!name) exit(2);
  while (base > file.ptr && base[-1] != '/') base--;
  for (i = 0; i < 3 && !text; i++) {
    FILE *found;
    if (i == 0) {
      snprintf(name, room, "%.*s../%.*s", slash ? (int)(slash - path) + 1 : 0, path, (int)file.len,
               file.ptr);
    } else {
      snprintf(name, room, "%s%.*s", demo[i - 1], (int)(file.ptr + file.len - base), base);
      for (at = name; *at; at++)
        if (*at == '-') *at = '_';
    }
    found = fopen(name, "rb");
    if (!found) continue;
    fclose(found);
    text = test_read_file(name, len);
  }
  free(name);
  return text;
}

static int stats_load(corpus *c, const char *path, long at, carto_str file, carto_table *table) {
  size_t len = 0;
  char *text = stats_read(path, file, &len);
  int is_csv = file.len > 4 && memcmp(file.ptr + file.len - 4, ".csv", 4) == 0;
  carto_status status = CARTO_ERR_NOT_FOUND;
  carto_alloc libc;
  carto_call call;
  carto_error error;
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  memset(&error, 0, sizeof error);
  if (text)
    status = (is_csv ? carto_table_read_csv : carto_table_read_geojson)(
        &call, libc, file, carto_str_make(text, len), table, &error);
  if (status != CARTO_OK)
    corpus_fail(c, path, at, "%.*s: %s", (int)file.len, file.ptr, text ? error.text : "not found");
  free(text);
  return status == CARTO_OK;
}

/* Sums of the corpus may be off by a unit in the last place. */
static int stats_near(double a, const carto_json *b) {
  double want = carto_json_double(b);
  return fabs(a - want) <= fabs(want) * DBL_EPSILON;
}

/* An expected least or greatest value: a number, or a date as text. */
static int stats_equal(const carto_column *column, double f64, int64_t i64, const carto_json *want) {
  int64_t exact;
  if (column->type == CARTO_TYPE_NUMBER) return f64 == carto_json_double(want);
  if (carto_json_type_of(want) == CARTO_JSON_STRING)
    return carto_time_parse(carto_json_string(want), &exact, NULL) && exact == i64;
  return carto_json_int64(want, &exact) && exact == i64;
}

static const char *stats_check_quantiles(const carto_call *call, const carto_table *table,
                                         const carto_column *column, const carto_json *want) {
  double out[CARTO_QUANTILES_SIZE];
  int64_t out_i64[CARTO_QUANTILES_SIZE];
  uint64_t count;
  int buckets, i;
  if (!want) return NULL;
  if (carto_stats_of_quantiles(call, column, table->row_count, NULL, out, out_i64, &count) != CARTO_OK)
    return "quantiles fail";
  for (buckets = CARTO_QUANTILES_MIN; buckets <= CARTO_QUANTILES_MAX; buckets++) {
    size_t at = carto_quantile_start(buckets);
    char key[12];
    const carto_json *list, *value;
    sprintf(key, "%d", buckets);
    list = carto_json_get(want, key);
    if (!list) continue;
    if (carto_json_count(list) != (size_t)buckets + 1) return "a list of quantiles has another length";
    for (i = 0, value = carto_json_first(list); i <= buckets; i++, at++, value = carto_json_next(value))
      if (!stats_equal(column, out[at], out_i64[at], value)) return "a quantile differs";
  }
  return NULL;
}

static const char *stats_check_numbers(const carto_call *call, const carto_table *table,
                                       const carto_column *column, const carto_json *entry) {
  const carto_json *avg = carto_json_get(entry, "avg"), *sum = carto_json_get(entry, "sum");
  carto_stats_number s;
  if (carto_stats_of_number(call, column, table->row_count, NULL, &s) != CARTO_OK) return "number fails";
  if ((double)s.count != carto_json_double(carto_json_get(entry, "count"))) return "count differs";
  if ((double)s.null_count != carto_json_double(carto_json_get(entry, "nulls"))) return "nulls differ";
  if (!stats_equal(column, s.min, s.min_i64, carto_json_get(entry, "min"))) return "min differs";
  if (!stats_equal(column, s.max, s.max_i64, carto_json_get(entry, "max"))) return "max differs";
  if (avg && !stats_near(s.avg, avg)) return "avg differs";
  if (sum && !stats_near(s.sum, sum)) return "sum differs";
  return stats_check_quantiles(call, table, column, carto_json_get(entry, "quantiles_disc"));
}

static const char *stats_check_categories(const carto_call *call, const carto_table *table,
                                          const carto_column *column, const carto_json *entry) {
  const carto_json *list = carto_json_get(entry, "categories"), *want = carto_json_first(list);
  carto_stats_categories s;
  size_t i;
  if (carto_stats_of_categories(call, column, table->row_count, NULL, CARTO_FREQUENCY_DESC,
                                carto_json_count(list), &s) != CARTO_OK)
    return "categories fail";
  if ((double)s.count != carto_json_double(carto_json_get(entry, "count"))) return "count differs";
  if ((double)s.null_count != carto_json_double(carto_json_get(entry, "nulls"))) return "nulls differ";
  if ((double)s.distinct_count != carto_json_double(carto_json_get(entry, "distinct")))
    return "distinct differs";
  if (s.size != carto_json_count(list)) return "there are fewer categories";
  for (i = 0; i < s.size; i++, want = carto_json_next(want)) {
    carto_str name = carto_json_string(carto_json_get(want, "category"));
    double frequency = carto_json_double(carto_json_get(want, "frequency"));
    if (!carto_str_equal(s.categories[i].name, name) || (double)s.categories[i].frequency != frequency)
      return "a category differs";
  }
  return NULL;
}

static void stats_run_entry(corpus *c, const char *path, long at, const carto_json *entry,
                            carto_arena *arena) {
  carto_str name = carto_json_string(carto_json_get(entry, "column"));
  const carto_column *column;
  const char *wrong = NULL;
  carto_table table;
  carto_call call;
  memset(&call, 0, sizeof call);
  call.arena = arena;
  if (!stats_load(c, path, at, carto_json_string(carto_json_get(entry, "file")), &table)) return;
  column = carto_table_find(&table, name);
  if (!column) wrong = "no such column";
  else if ((double)table.row_count != carto_json_double(carto_json_get(entry, "rows"))) wrong = "rows differ";
  else if (carto_json_get(entry, "categories")) wrong = stats_check_categories(&call, &table, column, entry);
  else wrong = stats_check_numbers(&call, &table, column, entry);
  if (wrong) corpus_fail(c, path, at, "%.*s: %s", (int)name.len, name.ptr, wrong);
  else corpus_pass(c);
  carto_table_free(&table);
}

static void corpus_stats(corpus *c, const char *path, carto_str text) {
  carto_alloc libc;
  carto_arena tree, work;
  carto_json_doc doc;
  const carto_json *entry;
  size_t i, count;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&tree, libc, 0);
  carto_arena_init(&work, libc, 0);
  if (carto_json_parse(&tree, text, &doc, NULL) != CARTO_OK) {
    corpus_fail(c, path, 0, "not JSON");
  } else {
    count = carto_json_type_of(doc.root) == CARTO_JSON_ARRAY ? carto_json_count(doc.root) : 0;
    for (entry = carto_json_first(doc.root), i = 0; i < count; i++, entry = carto_json_next(entry)) {
      stats_run_entry(c, path, (long)i + 1, entry, &work);
      carto_arena_reset(&work);
    }
  }
  carto_arena_free(&work);
  carto_arena_free(&tree);
}

#endif

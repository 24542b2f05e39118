/* Loading files of a million CSV rows and of 200,000 GeoJSON points, reading the file included.
     cc -O2 bench_table.c -o bench_table -lm
     bench_table make | csv | geojson
   The files are made under build/bench-data, the same bytes every time. Prints one JSON object a
   line: milliseconds of one load, and the bytes of the table and of its columns' values alone. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define CSV_FILE "build/bench-data/points.csv"
#define GEOJSON_FILE "build/bench-data/points.geojson"

/* 0 to count - 1 */
static unsigned random_below(unsigned count) { return (unsigned)((random_word() >> 32) % count); }

static double random_between(double low, double high) {
  return low + (high - low) * random_below(1u << 30) / (1u << 30);
}

static const char *random_category(void) {
  static const char *const names[] = {"retail",    "food & drink", "transport",  "health",
                                      "education", "leisure",      "finance",    "public services",
                                      "parks",     "industry",     "residential"};
  static char text[32];
  snprintf(text, sizeof text, "%s %u", names[random_below(11)], random_below(20));
  return text;
}

static const char *random_time(void) {
  static char text[32];
  snprintf(text, sizeof text, "20%02u-%02u-%02uT%02u:%02u:%02uZ", 10 + random_below(15),
           1 + random_below(12), 1 + random_below(28), random_below(24), random_below(60),
           random_below(60));
  return text;
}

static void make_csv(FILE *f) {
  int i;
  fprintf(f, "lon,lat,category,value,timestamp\n");
  for (i = 0; i < 1000000; i++) {
    fprintf(f, "%.6f,%.6f,", random_between(-180, 180), random_between(-85, 85));
    fprintf(f, "%s,%.2f,", random_category(), random_between(0, 10000));
    fprintf(f, "%s\n", random_time());
  }
}

static void make_geojson(FILE *f) {
  int i;
  fprintf(f, "{\"type\":\"FeatureCollection\",\"name\":\"points\",\"features\":[\n");
  for (i = 0; i < 200000; i++) {
    fprintf(f, "%s{\"type\":\"Feature\",\"properties\":{\"id\":%d,\"name\":\"place %u\",",
            i ? ",\n" : "", i, random_below(50000));
    fprintf(f, "\"category\":\"%s\",\"value\":%.2f,\"open\":%s,", random_category(),
            random_between(0, 10000),
            random_below(2)   ? "true"
            : random_below(2) ? "false"
                              : "null");
    fprintf(f, "\"updated\":\"%s\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[%.6f,%.6f]}}",
            random_time(), random_between(-180, 180), random_between(-85, 85));
  }
  fprintf(f, "\n]}\n");
}

static int make(const char *path, void (*write)(FILE *f)) {
  struct stat st;
  FILE *f;
  if (stat(path, &st) == 0 && st.st_size > 0) return 0;
  f = fopen(path, "wb");
  if (!f) return 1;
  write(f);
  return fclose(f) != 0;
}

static char *read_file(const char *path, size_t *len) {
  FILE *f = fopen(path, "rb");
  struct stat st;
  char *text;
  if (!f || fstat(fileno(f), &st) != 0) exit(1);
  text = (char *)malloc((size_t)st.st_size);
  if (!text || fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size) exit(1);
  fclose(f);
  *len = (size_t)st.st_size;
  return text;
}

/* What the values alone take: the width of each type, one bit where there are nulls, and
   dictionaries. */
static size_t raw_size(const carto_table *table) {
  static const size_t widths[] = {8, 8, 4, 1, 8, 16, 8, 8};
  size_t size = 0, i;
  for (i = 0; i < table->column_count; i++) {
    const carto_column *c = &table->columns[i];
    size += table->row_count * widths[c->type] + (c->valid ? table->row_count / 8 : 0);
    if (c->type == CARTO_TYPE_STRING)
      size += c->dict_start[c->dict_count] + 4 * ((size_t)c->dict_count + 1);
  }
  return size;
}

static int load(const char *path, carto_status (*read)(const carto_call *, carto_alloc, carto_str,
                                                       carto_str, carto_table *, carto_error *)) {
  double start = now_ms(), ms;
  carto_alloc libc;
  carto_call call;
  carto_table table;
  carto_error error;
  size_t len;
  char *text = read_file(path, &len);
  memset(&libc, 0, sizeof libc);
  memset(&call, 0, sizeof call);
  if (read(&call, libc, carto_str_from(path), carto_str_make(text, len), &table, &error) !=
      CARTO_OK) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }
  free(text);
  ms = now_ms() - start;
  printf(
    "{\"work\":\"load %s\",\"unit\":\"ms\",\"ours\":%.1f,\"rows\":%zu,\"bytes\":%zu,\"raw\":%zu}\n",
    path, ms, table.row_count, table.memory_bytes, raw_size(&table));
  carto_table_free(&table);
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "csv") == 0) return load(CSV_FILE, carto_table_read_csv);
  if (strcmp(what, "geojson") == 0) return load(GEOJSON_FILE, carto_table_read_geojson);
  (void)mkdir("build", 0777);
  (void)mkdir("build/bench-data", 0777);
  if (make(CSV_FILE, make_csv) || make(GEOJSON_FILE, make_geojson)) return 1;
  if (strcmp(what, "make") == 0) return 0;
  return load(CSV_FILE, carto_table_read_csv) || load(GEOJSON_FILE, carto_table_read_geojson);
}

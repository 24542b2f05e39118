/* carto-corpus KIND PATH...: runs a corpus of a kind over files or directories, prints each failure and
   the count line. Exit status 0 when all passed and there was at least one case. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
/* The tables are small: what needs many rows is to be met all the same. */
#define CARTO_MCP__BATCH ((size_t)256)
#define CARTO_MCP__STEPS_AFTER 300
#include "../carto_mcp.h"
#include "corpus.h"
#include "corpus_json.h"
#include "corpus_geo.h"
#include "corpus_table.h"
#include "corpus_stats.h"
#include "corpus_sql.h"
#include "corpus_style.h"
#include "corpus_widgets.h"
#include "corpus_chart.h"

#include <dirent.h>
#include <sys/stat.h>

static const corpus_kind kinds[] = {
  {"jsontestsuite", "json", "one text a file; y_* must be accepted, n_* refused, i_* either",
   corpus_jsontestsuite},
  {"json-numbers", "csv txt", "lines 'hex bits,text' (double to text) or '16 hex digits, text' (text to double)",
   corpus_json_numbers},
  {"jcs", "json", "documents in input/ with their canonical form in output/", corpus_jcs},
  {"csv", "csv", "CSV files in csvs/ with the JSON they become in json/", corpus_csv},
  {"geojson", "geojson", "documents in good/ must be accepted; those in bad/ have a .result beside them",
   corpus_geojson},
  {"wkt", "json", "an array of {wkt, parses, type, empty, coord_dim, wkt_2d, geojson}", corpus_wkt},
  {"h3", "jsonl", "lines with h3 and lat, lng, res, center, parent, boundary, valid", corpus_h3},
  {"quadbin", "jsonl", "lines with lng, lat, res, quadbin, hex, tile, boundary, parent", corpus_quadbin},
  {"geo-ops", "jsonl", "lines with two geometries, a and b, and what PostGIS answers to each operation", corpus_geo_ops},
  {"mask", "jsonl", "lines with a polygon as wkt, and whether it is valid", corpus_mask},
  {"view", "jsonl", "lines with a box, a map's size, and the view that shows the box in it", corpus_view},
  {"stats", "json", "an array of {file, column, count, nulls, min, max, avg, sum, quantiles_disc, ...}",
   corpus_stats},
  {"map-colors", "jsonl", "lines with a declarative color style, values, and the color of each", corpus_map_colors},
  {"map-styles", "jsonl", "lines with an operation of saved styles or maps, its parameters and its result",
   corpus_map_styles},
  {"widgets", "jsonl", "lines with rows, filters, spatialFilter, op, params and what is expected", corpus_widgets},
  {"charts", "json", "Vega-Lite specifications, all of which must be accepted", corpus_chart},
  {"sql", "jsonl", "lines with sql and columns, types, rows, ordered, or an error's SQLSTATE", corpus_sql},
  {"sql-prefixes", "sql", "queries, cut off after every byte: each ends with rows or with a whole error",
   corpus_sql_prefixes},
};

static int has_ending(const char *path, const char *endings) {
  const char *dot = strrchr(path, '.');
  size_t n;
  if (!*endings) return 1;
  if (!dot) return 0;
  dot++;
  n = strlen(dot);
  while (*endings) {
    size_t k = strcspn(endings, " ");
    if (k == n && strncmp(endings, dot, n) == 0) return 1;
    endings += k + (endings[k] == ' ');
  }
  return 0;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of a directory in byte order, so that runs are alike everywhere. */
static char **list_directory(const char *path, size_t *count) {
  DIR *dir = opendir(path);
  struct dirent *entry;
  char **names = NULL;
  *count = 0;
  if (!dir) return NULL;
  while ((entry = readdir(dir)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    names = (char **)realloc(names, (*count + 1) * sizeof *names);
    if (!names || !(names[*count] = strdup(entry->d_name))) exit(2);
    ++*count;
  }
  closedir(dir);
  if (*count) qsort(names, *count, sizeof *names, by_name);
  return names;
}

static void run_path(corpus *c, const corpus_kind *kind, const char *path, int depth) {
  struct stat st;
  if (stat(path, &st) != 0) {
    corpus_fail(c, path, 0, "no such file or directory");
  } else if (S_ISDIR(st.st_mode)) {
    size_t count, i;
    char **names = list_directory(path, &count);
    for (i = 0; i < count; i++) {
      size_t room = strlen(path) + strlen(names[i]) + 2;
      char *child = (char *)malloc(room);
      if (!child) exit(2);
      snprintf(child, room, "%s/%s", path, names[i]);
      if (depth < 16 && (has_ending(child, kind->endings) || (stat(child, &st) == 0 && S_ISDIR(st.st_mode))))
        run_path(c, kind, child, depth + 1);
      free(child);
      free(names[i]);
    }
    free(names);
  } else {
    size_t len;
    char *text = test_read_file(path, &len);
    kind->run(c, path, carto_str_make(text, len));
    free(text);
  }
}

int main(int argc, char **argv) {
  const size_t kind_count = sizeof kinds / sizeof *kinds;
  corpus c = {0, 0};
  size_t k;
  int i;
  for (k = 0; argc > 1 && k < kind_count; k++)
    if (strcmp(kinds[k].name, argv[1]) == 0) break;
  if (argc < 3 || k == kind_count) {
    fprintf(stderr, "usage: carto-corpus KIND PATH...\n");
    for (k = 0; k < kind_count; k++) fprintf(stderr, "  %-14s %s\n", kinds[k].name, kinds[k].help);
    return 2;
  }
  for (i = 2; i < argc; i++) run_path(&c, &kinds[k], argv[i], 0);
  printf("%ld passed, %ld failed\n", c.passed, c.failed);
  return c.failed != 0 || c.passed == 0;
}

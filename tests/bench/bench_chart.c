/* bench_chart: checking the example specifications of Vega-Lite, each once a round, as parsed trees, with
   the fields of their data; for bench_chart.mjs. Prints {"ms": median of a round, "init_ms": of reading the rules, "specs": how many}. */
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "bench.h"

#include <dirent.h>

#define DIRECTORY "tests/corpora/vega_lite/examples"
#define MOST 500
#define ROUNDS 101

static carto_json_doc docs[MOST];

static carto_str read_file(const char *name) {
  char path[600];
  long size;
  char *text;
  FILE *f;
  (void)snprintf(path, sizeof path, DIRECTORY "/%s", name);
  f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) exit(1);
  rewind(f);
  text = (char *)malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, f) != (size_t)size) exit(1);
  fclose(f);
  return carto_str_make(text, (size_t)size);
}

int main(void) {
  carto_alloc libc = {NULL, NULL};
  carto_arena texts, work;
  carto_chart chart;
  carto_error error;
  double rounds[ROUNDS], reading[ROUNDS];
  size_t count = 0, i;
  int r;
  DIR *dir = opendir(DIRECTORY);
  struct dirent *entry;
  carto_arena_init(&texts, libc, 0);
  carto_arena_init(&work, libc, 0);
  while (dir && count < MOST && (entry = readdir(dir)) != NULL) {
    if (!strstr(entry->d_name, ".json")) continue;
    if (carto_json_parse(&texts, read_file(entry->d_name), &docs[count++], &error) != CARTO_OK) return 1;
  }
  if (count == 0) return 1;
  closedir(dir);
  for (r = 0; r < ROUNDS; r++) {
    double start = now_ms();
    if (carto_chart_init(&chart, libc, &error) != CARTO_OK) return 1;
    reading[r] = now_ms() - start;
    if (r < ROUNDS - 1) carto_chart_free(&chart);
  }
  for (r = 0; r < ROUNDS; r++) {
    double start = now_ms();
    for (i = 0; i < count; i++)
      if (carto_chart_check(&chart, &work, docs[i].root, &error) != CARTO_OK ||
          carto_chart_check_fields(&work, docs[i].root, NULL, &error) != CARTO_OK)
        return 1;
    rounds[r] = now_ms() - start;
  }
  printf("{\"ms\":%.4f,\"init_ms\":%.3f,\"specs\":%zu}\n", median(rounds, ROUNDS), median(reading, ROUNDS), count);
  carto_chart_free(&chart);
  carto_arena_free(&work);
  carto_arena_free(&texts);
  return 0;
}

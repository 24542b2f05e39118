/* Checks Vega-Lite specifications, one a line from the standard input, for oracle.mjs: a line for each, empty
   when it is accepted, else what is wrong; "fields: ..." where only a field is that the data does not have. With "rules": the sizes of the rules and of their index. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include <stdio.h>
#include <string.h>

static void tell_rules(const struct carto__chart_index *x) {
  size_t i, bytes = 0;
  for (i = 0; i < sizeof carto__chart_rules / sizeof carto__chart_rules[0]; i++)
    bytes += strlen(carto__chart_rules[i]);
  printf("rules %zu bytes, index %zu bytes: %zu entries, %zu rows, %zu types, %zu terms, %zu mixes, %zu "
         "conditions, %zu bytes of words%s\n",
         bytes, sizeof *x, x->entry_count, x->row_count, x->type_count, x->term_count, x->mix_count,
         x->condition_count, x->pool_used, x->broken ? "; BROKEN" : "");
}

int main(int count, char **arguments) {
  static char line[1 << 22];
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_chart chart;
  carto_error error;
  if (carto_chart_init(&chart, libc, &error) != CARTO_OK) return 1;
  if (count > 1 && strcmp(arguments[1], "rules") == 0) {
    tell_rules(chart._index);
    carto_chart_free(&chart);
    return 0;
  }
  carto_arena_init(&arena, libc, 0);
  while (fgets(line, sizeof line, stdin)) {
    carto_json_doc doc;
    carto_status status = carto_json_parse(&arena, carto_str_from(line), &doc, &error);
    if (status == CARTO_OK) status = carto_chart_check(&chart, &arena, doc.root, &error);
    if (status != CARTO_OK) puts(error.text);
    else if (carto_chart_check_fields(&arena, doc.root, NULL, &error) != CARTO_OK)
      printf("fields: %s\n", error.text);
    else puts("");
    carto_arena_reset(&arena);
  }
  carto_arena_free(&arena);
  carto_chart_free(&chart);
  return 0;
}

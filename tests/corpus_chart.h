/* Corpus runner for charts: Vega-Lite specifications, each of which has to be accepted. */
#ifndef CORPUS_CHART_H
#define CORPUS_CHART_H

#include "corpus.h"

static void corpus_chart(corpus *c, const char *path, carto_str text) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_chart chart;
  carto_json_doc doc;
  carto_error error;
  carto_status status = carto_chart_init(&chart, libc, &error);
  carto_arena_init(&arena, libc, 0);
  if (status == CARTO_OK) status = carto_json_parse(&arena, text, &doc, &error);
  if (status == CARTO_OK) status = carto_chart_check(&chart, &arena, doc.root, &error);
  if (status == CARTO_OK) status = carto_chart_check_fields(&arena, doc.root, NULL, &error);
  if (status == CARTO_OK) corpus_pass(c);
  else corpus_fail(c, path, 0, "refused: %s", error.text);
  carto_arena_free(&arena);
  carto_chart_free(&chart);
}

#endif

/* Corpus runner for widgets and filters: lines with rows, filters, spatialFilter, op, params, expected; the
   format is in tests/corpora/widgets/README.md. Each case runs over mixed columns, and once more with typed
   columns where all values of a column are of one type. */
#ifndef CORPUS_WIDGETS_H
#define CORPUS_WIDGETS_H

#include "corpus.h"
#include "widget_case.h"

/* ---- comparing */

static int widgets_same(const carto_json *want, const carto_json *got);

static int widgets_same_list(const carto_json *want, const carto_json *got) {
  size_t n = carto_json_count(want), i;
  const carto_json *a = carto_json_first(want), *b = carto_json_first(got);
  if (carto_json_count(got) != n) return 0;
  for (i = 0; i < n; i++, a = carto_json_next(a), b = carto_json_next(b))
    if (!widgets_same(a, b)) return 0;
  return 1;
}

static int widgets_same_object(const carto_json *want, const carto_json *got) {
  size_t n = carto_json_count(want), i, present = 0;
  const carto_json *key = carto_json_first(want);
  for (i = 0; i < n; i++) {
    const carto_json *value = carto_json_value_of(key);
    if (!widgets_is_absent(value)) {
      present++;
      if (!widgets_same(value, carto_json_find(got, carto_json_string(key)))) return 0;
    }
    key = carto_json_next(value);
  }
  return carto_json_count(got) == present;
}

static int widgets_same(const carto_json *want, const carto_json *got) {
  int type = carto_json_type_of(want);
  if (!got) return 0;
  if (carto_json_get(want, "$big")) {
    uint64_t a, b;
    return carto_uint_parse(carto_json_string(carto_json_get(want, "$big")), &a) &&
           carto_json_uint64(got, &b) && a == b;
  }
  if (carto_json_is_number(want)) {
    double a = carto_json_double(want), b = carto_json_double(got);
    if (!carto_json_is_number(got)) return 0;
    return a == floor(a) ? a == b : fabs(a - b) <= 1e-12 * fabs(a);
  }
  if (type != carto_json_type_of(got)) return 0;
  if (type == CARTO_JSON_STRING) return carto_str_equal(carto_json_string(want), carto_json_string(got));
  if (type == CARTO_JSON_ARRAY) return widgets_same_list(want, got);
  return type != CARTO_JSON_OBJECT || widgets_same_object(want, got);
}

/* 1 when the case passes; got is what came instead. */
static int widgets_run_case(widgets_case *w, const carto_json_doc *doc, carto_str *got) {
  const carto_json *expected = carto_json_get(doc->root, "expected"), *fault = carto_json_get(expected, "error");
  carto_json_doc answer;
  carto_status status;
  status = widgets_answer(w, doc);
  *got = status == CARTO_OK ? carto_buf_str(&w->out) : carto_str_from(w->error.text);
  if (fault) return status != CARTO_OK && carto_str_equal(carto_json_string(fault), *got);
  return status == CARTO_OK && carto_json_parse(w->arena, *got, &answer, NULL) == CARTO_OK &&
         widgets_same(expected, answer.root);
}

static void corpus_widgets(corpus *c, const char *path, carto_str text) {
  carto_alloc libc;
  carto_arena arena;
  long at = 0;
  memset(&libc, 0, sizeof libc);
  carto_arena_init(&arena, libc, 0);
  while (text.len > 0) {
    carto_str line = carto__str_cut(&text, '\n'), got;
    int typed;
    at++;
    if (line.len == 0) continue;
    for (typed = 0; typed < 2; typed++) {
      carto_json_doc doc;
      widgets_case w;
      memset(&w, 0, sizeof w);
      w.arena = &arena;
      w.typed = typed;
      if (carto_json_parse(&arena, line, &doc, NULL) != CARTO_OK) {
        corpus_fail(c, path, at, "not JSON");
        break;
      }
      if (!widgets_run_case(&w, &doc, &got)) {
        carto_str id = carto_json_string(carto_json_get(doc.root, "id"));
        corpus_fail(c, path, at, "%.*s, %s columns: %.*s", (int)id.len, id.ptr, typed ? "typed" : "mixed",
                    (int)got.len, got.ptr);
        break;
      }
      carto_arena_reset(&arena);
    }
    carto_arena_reset(&arena);
    if (typed == 2) corpus_pass(c);
  }
  carto_arena_free(&arena);
}

#endif

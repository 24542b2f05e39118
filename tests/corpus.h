/* What the corpus runners of tests/corpus_*.h share. A runner gets one file at a time and reports every
   case in it; corpus.c walks the paths, prints the failures and the count line. */
#ifndef CORPUS_H
#define CORPUS_H

#include "test.h"

#include <stdarg.h>

typedef struct corpus {
  long passed, failed;
} corpus;

static void corpus_pass(corpus *c) { c->passed++; }

/* One failing case: where (the path, and a 1-based line or index; 0 for none) and what was wrong. */
static void corpus_fail(corpus *c, const char *path, long at, const char *fmt, ...) {
  va_list args;
  c->failed++;
  printf("FAILED %s", path);
  if (at) printf(":%ld", at);
  printf(": ");
  va_start(args, fmt);
  vprintf(fmt, args);
  va_end(args);
  printf("\n");
}

/* A kind of corpus: its name on the command line, the file endings it reads (space separated; "" for any),
   and the runner. Other files in a directory are passed over. */
typedef struct corpus_kind {
  const char *name;
  const char *endings;
  const char *help;
  void (*run)(corpus *c, const char *path, carto_str text);
} corpus_kind;

#endif

/* >>guard: which queries only read, in each provider's dialect; parameters in the form each takes. The cases
   follow the providers' language references; what PostgreSQL itself says of them: tests/sql/guard_oracle.py. */
#define CARTO_MCP_NO_SQL
#define CARTO_MCP_NO_MAP
#define CARTO_MCP_NO_CHART
#define CARTO_MCP_NO_WORKFLOW
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "guard_cases.h"
#include "test.h"

/* A text in memory that ends where it does. */
static carto_str exact_copy(carto_str text) {
  char *copy = (char *)malloc(text.len ? text.len : 1);
  if (!copy) exit(2);
  if (text.len) memcpy(copy, text.ptr, text.len);
  return carto_str_make(copy, text.len);
}

static void free_copy(carto_str copy) { free((void *)(uintptr_t)copy.ptr); }

static void check(const char *provider, carto_str sql, long offset, const char *words) {
  carto_str copy = exact_copy(sql);
  carto_error error;
  carto_status status;
  memset(&error, 0, sizeof error);
  status = carto_sql_check_reading(STR(provider), copy, &error);
  if (!words) {
    if (!test_report(status == CARTO_OK, __FILE__, __LINE__, "passes"))
      printf("  %s: %.*s\n  %s\n", provider, (int)sql.len, sql.ptr, error.text);
  } else if (!test_report(status == CARTO_ERR_ARG && (offset < 0 || error.offset == (size_t)offset) &&
                            error.offset <= sql.len && test_contains(STR(error.text), words),
                          __FILE__, __LINE__, "is refused")) {
    printf("  %s: %.*s\n  want byte %ld, %s\n  got %d, byte %zu, %s\n", provider, (int)sql.len, sql.ptr, offset,
           words, (int)status, error.offset, status ? error.text : "passes");
  }
  free_copy(copy);
}

static void test_cases(void) {
  size_t i, k;
  for (i = 0; i < sizeof guard_cases / sizeof *guard_cases; i++) {
    carto_str providers = STR(guard_cases[i].providers);
    for (k = 0; k < providers.len; k++) {
      const char *provider = guard_provider(providers.ptr[k]);
      if (!provider) exit(2);
      check(provider, STR(guard_cases[i].sql), guard_cases[i].offset, guard_cases[i].words);
    }
  }
}

/* Bytes that cannot be in a table of C strings. */
static void test_bytes(void) {
  static const char nul[] = "SELECT 'a\0b'", bell[] = "SELECT 1 \a", del[] = "SELECT 'x\x7f'", bad[] = "SELECT '\xff'";
  static const char *const providers = "bspdroo?";
  size_t k, n = (size_t)2 << 20;
  char *lots = (char *)malloc(n);
  for (k = 0; providers[k]; k++) {
    const char *p = guard_provider(providers[k]);
    check(p, carto_str_make(nul, sizeof nul - 1), 9, "control character");
    check(p, STR(bell), 9, "control character");
    check(p, STR(del), 9, "control character");
    check(p, STR(bad), 8, "UTF-8");
    check(p, carto_str_make(NULL, 0), 0, "SELECT");
    if (!lots) exit(2);
    memset(lots, ' ', n);
    memcpy(lots, "SELECT 1", 8);
    check(p, carto_str_make(lots, n), -1, "too long");
    check(p, carto_str_make(lots, (size_t)1 << 20), 0, NULL);
    memset(lots, '(', n);
    check(p, carto_str_make(lots, (size_t)1 << 20), 199, "nested too deeply");
  }
  free(lots);
}

/* Every text cut off anywhere ends in an answer. Where a text passes, one with a change behind it does not. */
static void test_cut(void) {
  size_t i, k;
  for (i = 0; i < sizeof guard_cases / sizeof *guard_cases; i++) {
    carto_str sql = STR(guard_cases[i].sql);
    const char *provider = guard_provider(guard_cases[i].providers[0]);
    for (k = 0; k <= sql.len; k++) {
      carto_str copy = exact_copy(carto_str_make(sql.ptr, k));
      carto_error error;
      if (carto_sql_check_reading(STR(provider), copy, &error) != CARTO_OK)
        CHECK(error.offset <= k && error.text[0] && error.status == CARTO_ERR_ARG);
      free_copy(copy);
    }
    if (!guard_cases[i].words) {
      static const char *const tails[] = {"\n;DROP TABLE t", "\n;\n;", "\n;SELECT 1", "\nINTO t", "\nDELETE FROM t", "\n)"};
      for (k = 0; k < sizeof tails / sizeof *tails; k++) {
        char text[4096];
        if (strchr(guard_cases[i].sql, ';')) break;
        snprintf(text, sizeof text, "%s%s", guard_cases[i].sql, tails[k]);
        CHECK(carto_sql_check_reading(STR(provider), STR(text), NULL) == CARTO_ERR_ARG);
      }
    }
  }
}

/* The queries of the local engine's corpus: a statement ends with a semicolon at the end of a line. */
static void check_corpus_file(const char *path, int *passed) {
  size_t len, at = 0;
  char *text = test_read_file(path, &len);
  while (at < len) {
    char *stop = strstr(text + at, ";\n");
    size_t end = stop ? (size_t)(stop - text) + 1 : len;
    carto_str sql = carto_str_make(text + at, end - at);
    carto_error error;
    const char *p = text + at, *word;
    while (p < text + end && (*p == ' ' || *p == '\n' || *p == '-' || *p == '('))
      if (*p == '-') while (p < text + end && *p != '\n') p++;
      else p++;
    word = p;
    at = end;
    while (at < len && text[at] == '\n') at++;
    if ((size_t)(text + end - word) < 6) continue;
    if (strncmp(word, "SELECT", 6) != 0 && strncmp(word, "WITH", 4) != 0 && strncmp(word, "VALUES", 6) != 0 &&
        strncmp(word, "select", 6) != 0)
      continue;
    if (carto_sql_check_reading(STR("postgres"), sql, &error) == CARTO_OK) {
      ++*passed;
    } else if (!test_contains(sql, "INTO") && !test_contains(sql, "FOR UPDATE")) {
      size_t i;
      int known = 0;
      for (i = 0; i < sizeof guard_corpus_refused / sizeof *guard_corpus_refused; i++)
        known = known || test_contains(sql, guard_corpus_refused[i]);
      if (!test_report(known, __FILE__, __LINE__, "the corpus passes"))
        printf("  %s: %.*s\n  %s\n", path, (int)sql.len, sql.ptr, error.text);
    }
  }
  free(text);
}

static void test_corpus(void) {
  static const char *const files[] = {
    "aggregates", "analytics", "binding", "case", "cast", "cells", "dates", "dates_text", "differences",
    "differences_more", "errors", "expressions", "functions", "functions_more", "geography_text", "group", "having",
    "intervals", "join", "like_regex", "limit", "more", "names", "null_logic", "numbers", "order", "other_names",
    "parameters", "regex_more", "select", "series", "set_operations", "space_area", "space_geography",
    "space_geometry", "steps", "strings", "subqueries", "to_char", "to_char_more", "where", "window", "with"};
  char path[200];
  int passed = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "tests/sql/%s.sql", files[i]);
    check_corpus_file(path, &passed);
  }
  if (!CHECK(passed > 2200)) printf("  %d\n", passed);
}

/* ---- parameters */

typedef struct bound {
  const char *provider, *sql, *parameters; /* NULL: none */
  const char *want, *values;               /* want NULL: the words of the error are in values */
} bound;

static const bound bounds[] = {
  {"bigquery", "SELECT @a", NULL, "SELECT @a", ""},
  {"bigquery", "SELECT @a", "null", "SELECT @a", ""},
  {"bigquery", "SELECT 1", "{\"a\":1}", "SELECT 1", ""},
  {"bigquery", "SELECT @a, :b, {{c}}, {{ a }}", "{\"a\":1,\"b\":\"x\",\"c\":[1,2]}", "SELECT @a, @b, @c, @a",
   "{\"a\":1,\"b\":\"x\",\"c\":[1,2]}"},
  {"databricks", "SELECT @a, :b, {{c}}, {{ a }}", "{\"a\":1,\"b\":\"x\",\"c\":[1,2]}", "SELECT :a, :b, :c, :a",
   "{\"a\":1,\"b\":\"x\",\"c\":[1,2]}"},
  {"postgres", "SELECT @a, :b, {{c}}, {{ a }}", "{\"a\":1,\"b\":\"x\",\"c\":[1,2]}", "SELECT $1, $2, $3, $1",
   "[1,\"x\",[1,2]]"},
  {"redshift", "SELECT :b, @a", "{\"a\":1,\"b\":\"x\"}", "SELECT $1, $2", "[\"x\",1]"},
  {"snowflake", "SELECT :b, @a", "{\"a\":1,\"b\":\"x\"}", "SELECT :1, :2", "[\"x\",1]"},
  {"oracle", "SELECT :b FROM dual WHERE x = @a", "{\"a\":1,\"b\":null}", "SELECT :1 FROM dual WHERE x = :2", "[null,1]"},
  {"carto_dw", "SELECT ?, ?", "[1,2]", "SELECT @p1, @p2", "{\"p1\":1,\"p2\":2}"},
  {"bigquery", "SELECT $2, $1, $2", "[1,2]", "SELECT @p2, @p1, @p2", "{\"p2\":2,\"p1\":1}"},
  {"postgres", "SELECT $2, $1, $2", "[10,20]", "SELECT $1, $2, $1", "[20,10]"},
  {"postgres", "SELECT ?, ? WHERE x = ? LIMIT ?", "[1,2,3,4]", "SELECT $1, $2 WHERE x = $3 LIMIT $4", "[1,2,3,4]"},
  {"snowflake", "SELECT ?, :2, $1", "[7,8]", "SELECT :1, :2, :1", "[7,8]"},
  /* places by name, for where only an object can be given */
  {"postgres", "SELECT $2, $1, $2", "{\"1\":10,\"2\":20}", "SELECT $1, $2, $1", "[20,10]"},
  {"redshift", "SELECT * FROM t WHERE a = $1", "{\"1\":\"x\"}", "SELECT * FROM t WHERE a = $1", "[\"x\"]"},
  {"postgres", "SELECT $1 FROM t WHERE a IN $2", "{\"1\":1,\"2\":[3,4]}", "SELECT $1 FROM t WHERE a IN ($2, $3)", "[1,3,4]"},
  {"postgres", "SELECT :a, $1", "{\"1\":10,\"a\":20}", "SELECT $1, $2", "[20,10]"},
  {"postgres", "SELECT ? FROM t WHERE a = ?", "{\"1\":10,\"2\":20}", "SELECT $1 FROM t WHERE a = $2", "[10,20]"},
  {"postgres", "SELECT j ? 'key' FROM t WHERE b = :a", "{\"a\":1}", "SELECT j ? 'key' FROM t WHERE b = $1", "[1]"},
  {"snowflake", "SELECT :1, :2, ?", "{\"1\":7,\"2\":8}", "SELECT :1, :2, :1", "[7,8]"},
  {"snowflake", "SELECT $1, $3 FROM t", "{\"1\":7}", "SELECT :1, $3 FROM t", "[7]"},
  {"oracle", "SELECT :1, :2 FROM dual", "{\"1\":7,\"2\":8}", "SELECT :1, :2 FROM dual", "[7,8]"},
  {"bigquery", "SELECT ?, $2", "{\"1\":7,\"2\":8}", "SELECT @p1, @p2", "{\"p1\":7,\"p2\":8}"},
  {"databricks", "SELECT ?, :2", "{\"1\":7,\"2\":8}", "SELECT :p1, :p2", "{\"p1\":7,\"p2\":8}"},
  {"postgres", "SELECT $2", "{\"1\":10}", NULL, "no value for the parameter \"2\"; given: 1"},
  /* made names beside those that are there, which are alike in any case */
  {"databricks", "SELECT 1 FROM t WHERE a IN :l AND b = :l_1", "{\"l\":[1,2],\"l_1\":3}",
   "SELECT 1 FROM t WHERE a IN (:l_1, :l_2) AND b = :l_1_3", "{\"l_1\":1,\"l_2\":2,\"l_1_3\":3}"},
  {"bigquery", "SELECT @p1, $1", "{\"p1\":1,\"1\":2}", "SELECT @p1, @p1_2", "{\"p1\":1,\"p1_2\":2}"},
  {"bigquery", "SELECT @a, @A, @a", "{\"a\":1,\"A\":2}", "SELECT @a, @A_2, @a", "{\"a\":1,\"A_2\":2}"},
  /* numbers as they were written */
  {"bigquery", "SELECT @a", "{\"a\":18446744073709551617.10}", "SELECT @a", "{\"a\":18446744073709551617.10}"},
  {"bigquery", "SELECT @a", "{\"a\":\"it's \\\"; DROP\"}", "SELECT @a", "{\"a\":\"it's \\\"; DROP\"}"},
  /* inside quotes and comments nothing is touched */
  {"postgres", "SELECT '@a :a {{a}} $1 ?', \"@a\", $$ :a $$, E'\\':a' -- :a\n/* :a */ , :a", "{\"a\":1}",
   "SELECT '@a :a {{a}} $1 ?', \"@a\", $$ :a $$, E'\\':a' -- :a\n/* :a */ , $1", "[1]"},
  {"bigquery", "SELECT \"@a\", '''@a\n'@a''', `@a`, r'\\'@a' # @a\n, @a", "{\"a\":1}",
   "SELECT \"@a\", '''@a\n'@a''', `@a`, r'\\'@a' # @a\n, @a", "{\"a\":1}"},
  {"oracle", "SELECT q'[:a']', :a FROM dual", "{\"a\":1}", "SELECT q'[:a']', :1 FROM dual", "[1]"},
  /* what only looks like a placeholder */
  {"postgres", "SELECT a::text, b[1:2], :x::int, f(y := :x)", "{\"x\":1}", "SELECT a::text, b[1:2], $1::int, f(y := $1)",
   "[1]"},
  {"snowflake", "SELECT v:name, v:a.b::string, :x, t.$1", "{\"x\":1,\"1\":2}", "SELECT v:name, v:a.b::string, :1, t.$1",
   "[1]"},
  {"postgres", "SELECT{{a}}FROM t WHERE x={{a}}AND(:a)", "{\"a\":1}", "SELECT $1 FROM t WHERE x= $1 AND($1)", "[1]"},
  {"databricks", "SELECT v:name, :x", "{\"x\":1}", "SELECT v:name, :x", "{\"x\":1}"},
  {"bigquery", "SELECT @@project_id, @x", "{\"x\":1}", "SELECT @@project_id, @x", "{\"x\":1}"},
  {"postgres", "SELECT j ? 'key', j ?| array['a'], j ?& :x FROM t", "{\"x\":[\"a\"]}",
   "SELECT j ? 'key', j ?| array['a'], j ?& $1 FROM t", "[[\"a\"]]"},
  {"postgres", "SELECT j ? 'key' FROM t WHERE a = ? AND b <> ?", "[1,2]", "SELECT j ? 'key' FROM t WHERE a = $1 AND b <> $2",
   "[1,2]"},
  {"postgres", "SELECT j ? $1 FROM t", "[\"a\"]", "SELECT j ? $1 FROM t", "[\"a\"]"},
  {"postgres", "SELECT a @> b, a <@ b, @ x FROM t WHERE y = @z", "{\"z\":1}", "SELECT a @> b, a <@ b, @ x FROM t WHERE y = $1",
   "[1]"},
  /* lists */
  {"bigquery", "SELECT 1 FROM t WHERE a IN @l AND b NOT IN {{l}}", "{\"l\":[1,2]}",
   "SELECT 1 FROM t WHERE a IN UNNEST(@l) AND b NOT IN UNNEST(@l)", "{\"l\":[1,2]}"},
  {"bigquery", "SELECT 1 FROM t WHERE a IN UNNEST(@l)", "{\"l\":[]}", "SELECT 1 FROM t WHERE a IN UNNEST(@l)", "{\"l\":[]}"},
  {"postgres", "SELECT 1 FROM t WHERE a IN :l AND b NOT IN :l AND c = ANY(:l)", "{\"l\":[\"x\",\"y\"]}",
   "SELECT 1 FROM t WHERE a IN ($1, $2) AND b NOT IN ($1, $2) AND c = ANY($3)", "[\"x\",\"y\",[\"x\",\"y\"]]"},
  {"databricks", "SELECT 1 FROM t WHERE a IN :l", "{\"l\":[\"x\",\"y\"]}", "SELECT 1 FROM t WHERE a IN (:l_1, :l_2)",
   "{\"l_1\":\"x\",\"l_2\":\"y\"}"},
  {"snowflake", "SELECT 1 FROM t WHERE a IN ?", "[[3,4]]", "SELECT 1 FROM t WHERE a IN (:1, :2)", "[3,4]"},
  {"postgres", "SELECT 1 FROM t WHERE a IN :l", "{\"l\":[]}", "SELECT 1 FROM t WHERE a IN (NULL)", ""},
  {"postgres", "SELECT 1 FROM t WHERE a NOT IN :l", "{\"l\":[]}", NULL, "NOT IN is empty"},
  /* errors */
  {"bigquery", "SELECT @b", "{\"a\":1,\"c\":2}", NULL, "no value for the parameter \"b\"; given: a, c"},
  {"bigquery", "SELECT @b", "{}", NULL, "given: none"},
  {"postgres", "SELECT $3", "[1,2]", NULL, "no value for the parameter \"3\"; given: 2 by place"},
  {"postgres", "SELECT $0", "[1,2]", NULL, "parameter \"0\""},
  {"postgres", "SELECT ?, ?", "[1]", NULL, "parameter \"2\""},
  {"postgres", "SELECT :a", "[1]", NULL, "parameter \"a\""},
  {"postgres", "SELECT :a", "7", NULL, "must be an object"},
  {"mysql", "SELECT :a", "{\"a\":1}", NULL, "mysql"},
  {"postgres", "SELECT 'a", "{\"a\":1}", NULL, "never closed"},
};

static void bind_one(const bound *row, carto_alloc alloc, carto_status *status, carto_error *error) {
  carto_arena arena;
  carto_json_doc doc;
  carto_str sql, values, copy = exact_copy(STR(row->sql));
  carto_arena_init(&arena, alloc, 0);
  memset(&doc, 0, sizeof doc);
  memset(error, 0, sizeof *error);
  *status = row->parameters ? carto_json_parse(&arena, STR(row->parameters), &doc, error) : CARTO_OK;
  if (*status == CARTO_OK)
    *status = carto__guard_bind(&arena, STR(row->provider), copy, &doc, doc.root, &sql, &values, error);
  if (*status == CARTO_OK && row->want) {
    CHECK_STR(sql, row->want);
    CHECK_STR(values, row->values);
  }
  carto_arena_free(&arena);
  free_copy(copy);
}

static void test_bind(void) {
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    carto_alloc libc = {NULL, NULL};
    carto_status status;
    carto_error error;
    bind_one(&bounds[i], libc, &status, &error);
    if (!test_report((status == CARTO_OK) == (bounds[i].want != NULL), __FILE__, __LINE__, "binds") ||
        (status != CARTO_OK && !test_report(test_contains(STR(error.text), bounds[i].values), __FILE__, __LINE__, "says")))
      printf("  %s: %s %s\n  %s\n", bounds[i].provider, bounds[i].sql, bounds[i].parameters, error.text);
  }
}

static size_t bind_at;

static int bind_body(carto_alloc alloc) {
  carto_status status;
  carto_error error;
  bind_one(&bounds[bind_at], alloc, &status, &error);
  CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM);
  return status == CARTO_OK;
}

static void test_bind_memory(void) {
  for (bind_at = 0; bind_at < sizeof bounds / sizeof *bounds; bind_at++)
    if (bounds[bind_at].want) test_every_allocation(bind_body, 50);
}

/* What is bound is still one that only reads. */
static void test_bind_checked(void) {
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    carto_error error;
    if (!bounds[i].want || strstr(bounds[i].sql, "IN {{l}}")) continue;
    if (!test_report(carto_sql_check_reading(STR(bounds[i].provider), STR(bounds[i].want), &error) == CARTO_OK, __FILE__,
                     __LINE__, "passes"))
      printf("  %s: %s\n  %s\n", bounds[i].provider, bounds[i].want, error.text);
  }
}

/* What stands behind the statement does not go into a query around it. */
static void test_statement(void) {
  static const struct {
    const char *provider, *sql, *want;
  } rows[] = {{"postgres", " SELECT 1 ", "SELECT 1"},
              {"postgres", "SELECT ';' AS a ; -- done; really\n/* ; */", "SELECT ';' AS a"},
              {"bigquery", "SELECT 1 # ;\n, 2; # x", "SELECT 1 # ;\n, 2"},
              {"snowflake", "SELECT $$;$$;", "SELECT $$;$$"},
              {"oracle", "SELECT q'[;]' FROM dual\n;\n", "SELECT q'[;]' FROM dual"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_INT(carto_sql_check_reading(STR(rows[i].provider), STR(rows[i].sql), NULL), CARTO_OK);
    CHECK_STR(carto__guard_statement(STR(rows[i].provider), STR(rows[i].sql)), rows[i].want);
  }
}

static const test_case cases[] = {
  {"statement", test_statement},
  {"cases", test_cases},        {"bytes", test_bytes},           {"cut", test_cut},
  {"corpus", test_corpus},      {"bind", test_bind},             {"bind_memory", test_bind_memory},
  {"bind_checked", test_bind_checked},
};

/* --ask: for each query, which a NUL ends, 1 when it passes for PostgreSQL, else 0. */
static int ask(void) {
  static char text[1 << 20];
  size_t len = 0;
  int c;
  while ((c = getchar()) != EOF) {
    if (c) {
      if (len < sizeof text) text[len++] = (char)c;
      continue;
    }
    putchar(carto_sql_check_reading(STR("postgres"), carto_str_make(text, len), NULL) == CARTO_OK ? '1' : '0');
    len = 0;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--ask") == 0) return ask();
  return test_main(argc, argv, cases, sizeof cases / sizeof *cases);
}

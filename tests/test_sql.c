/* >>sql and >>engine through carto_sql_query and carto_sql_describe: limits, cancelling, memory, batches, parameters,
   refusals. What queries answer is compared with PostgreSQL in tests/sql; here, with plain loops. */
#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <time.h>

static uint64_t ask_every = (uint64_t)1 << 17;

#define CARTO_MCP__ASK_EVERY ask_every
#define CARTO_MCP__ASK_STEPS 128
#define CARTO_MCP__STEPS_AFTER 1000
#define HUGE_MANY "5000"
#define CARTO_MCP__LANE_FULL 1000
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "huge_shapes.h"
#include "small_tables.h"
#include "test.h"

#define OFTEN ((uint64_t)1 << 17)

/* ---- the host: tables, a checkpoint that stops at one ask, a clock that steps when it is read */

static small_tables small;
static carto_table many; /* the table "many" */
static carto_table *many_of; /* NULL: there is none */
static huge_shapes huge;     /* the table "huge", while it has vertices */
static carto_alloc libc_alloc;

static struct {
  uint64_t asked, stop_at; /* 0: never */
  int64_t now, step;
  uint64_t told, told_of;
} host;

static bool host_checkpoint(void *user) {
  (void)user;
  return ++host.asked != host.stop_at;
}

static int64_t host_now(void *user) {
  (void)user;
  return host.now += host.step;
}

static void host_progress(void *user, uint64_t done, uint64_t total, const char *what) {
  (void)user;
  CHECK(done >= host.told && done <= total && what[0]);
  host.told = done;
  host.told_of = total;
}

static carto_status host_table(const carto_call *call, void *user, carto_str name, const carto_table **out,
                               carto_error *error) {
  if (many_of && carto_str_equal(name, carto_str_from("many"))) *out = many_of;
  else if (huge.vertices && carto_str_equal(name, carto_str_from("huge"))) *out = &huge.table;
  else if (carto_str_equal(name, carto_str_from("a.t"))) return small_find(call, user, carto_str_from("countries"), out, error);
  else if (carto_str_equal(name, carto_str_from("b.t"))) return small_find(call, user, carto_str_from("rivers"), out, error);
  else return small_find(call, user, name, out, error);
  return CARTO_OK;
}

static carto_call call;
static carto_sql_desc desc;
static carto_error error;

static void begin(void) {
  if (!small.tables[0].columns && small_open(&small, libc_alloc) != CARTO_OK) exit(2);
  memset(&host, 0, sizeof host);
  memset(&call, 0, sizeof call);
  memset(&desc, 0, sizeof desc);
  call.checkpoint = host_checkpoint;
  call.now = host_now;
  call.progress = host_progress;
  host.now = INT64_C(1767323045678000);
  desc.table = host_table;
  desc.user = &small;
  ask_every = OFTEN;
}

static carto_status ask_with(carto_alloc alloc, const char *sql, carto_table *out) {
  host.told = 0;
  memset(&error, 'x', sizeof error);
  memset(out, 'x', sizeof *out);
  return carto_sql_query(&call, &desc, carto_str_from(sql), alloc, out, &error);
}

static carto_status ask(const char *sql, carto_table *out) { return ask_with(libc_alloc, sql, out); }

static int is_zero(const carto_table *table) {
  static const carto_table zero;
  return table->row_count == zero.row_count && table->column_count == 0 && !table->columns && !table->_pieces &&
         table->memory_bytes == 0;
}

/* ---- reading results */

#define NONE INT64_MIN /* a null */

static int64_t whole(const carto_table *t, size_t column, size_t row) {
  const carto_column *c = &t->columns[column];
  if (carto_column_is_null(c, row)) return NONE;
  switch (c->type) {
  case CARTO_TYPE_NUMBER: return (int64_t)c->data.number[row];
  case CARTO_TYPE_BOOLEAN: return c->data.boolean[row];
  default: return c->data.integer[row];
  }
}

/* All cells, | between them and \n behind a row. Lives until the next call. */
static carto_str show(const carto_table *t) {
  static char room[1 << 16];
  size_t at = 0;
  for (size_t row = 0; row < t->row_count; row++)
    for (size_t i = 0; i < t->column_count && at < sizeof room - 400; i++) {
      const carto_column *c = &t->columns[i];
      char *to = room + at;
      if (carto_column_is_null(c, row)) to += sprintf(to, "null");
      else if (c->type == CARTO_TYPE_STRING)
        to += sprintf(to, "%.*s", (int)carto__min_size(carto_column_string(c, row).len, 300),
                      carto_column_string(c, row).ptr);
      else if (c->type == CARTO_TYPE_NUMBER) to += sprintf(to, "%.15g", c->data.number[row]);
      else if (c->type == CARTO_TYPE_BOOLEAN) to += sprintf(to, c->data.boolean[row] ? "true" : "false");
      else if (c->type == CARTO_TYPE_GEOMETRY) to += sprintf(to, "geometry");
      else to += sprintf(to, "%" PRId64, c->data.integer[row]);
      *to++ = i + 1 < t->column_count ? '|' : '\n';
      at = (size_t)(to - room);
    }
  return carto_str_make(room, at);
}

static void check_answer(const char *sql, const char *want) {
  carto_table t;
  if (!CHECK(ask(sql, &t) == CARTO_OK)) printf("  %s\n  %s %s\n", sql, error.code, error.text);
  CHECK_STR(show(&t), want);
  carto_table_free(&t);
}

/* Fails with a status, a code and a text that holds a part; leaves nothing behind; and the same descriptor then
   answers another query. */
static void check_refused(const char *sql, carto_status status, const char *code, const char *part) {
  test_memory m;
  carto_alloc alloc = test_alloc(&m);
  carto_sql_desc before = desc;
  carto_table t;
  carto_status got = ask_with(alloc, sql, &t);
  if (!CHECK(got == status && strcmp(error.code, code) == 0))
    printf("  %.200s\n  got %d %s %s\n", sql, got, got == CARTO_OK ? "" : error.code, got == CARTO_OK ? "" : error.text);
  if (got == CARTO_OK) carto_table_free(&t);
  CHECK_INT(error.status, status);
  CHECK_CONTAINS(carto_str_from(error.text), part);
  CHECK(is_zero(&t));
  CHECK_UINT(m.live_count, 0);
  CHECK_UINT(m.live_bytes, 0);
  CHECK(memcmp(&before, &desc, sizeof desc) == 0);
  host.asked = host.stop_at = 0;
  host.step = 0;
  CHECK_INT(ask_with(alloc, "SELECT 1 + 1", &t), CARTO_OK);
  CHECK_STR(show(&t), "2\n");
  carto_table_free(&t);
  CHECK_UINT(m.live_bytes, 0);
}

/* ---- the table "many": rows that a loop can work on as well */

typedef struct many_row {
  int64_t id, k; /* k may be NONE */
  int g;         /* 0 to 6, or -1 */
  double v;      /* negative: null */
  int b;         /* 0, 1, or -1 */
} many_row;

static many_row *many_rows;
static size_t many_count;

static uint32_t next_random(uint32_t *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}

static void many_close(void) {
  carto_table_free(&many);
  free(many_rows);
  many_rows = NULL;
  many_of = NULL;
}

static void many_open(size_t count) {
  static const char *const groups[] = {"red", "green", "blue", "", "long enough to be no short text", "z", "\xc3\xa9"};
  uint32_t seed = 42 + (uint32_t)count;
  carto_table_builder b;
  many_close();
  many_count = count;
  many_rows = (many_row *)malloc((count + 1) * sizeof *many_rows);
  if (!many_rows) exit(2);
  carto_table_builder_init(&b, libc_alloc, count);
  carto_table_builder_add_column(&b, carto_str_from("id"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&b, carto_str_from("g"), CARTO_TYPE_STRING);
  carto_table_builder_add_column(&b, carto_str_from("v"), CARTO_TYPE_NUMBER);
  carto_table_builder_add_column(&b, carto_str_from("k"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&b, carto_str_from("b"), CARTO_TYPE_BOOLEAN);
  for (size_t i = 0; i < count; i++) {
    many_row *r = &many_rows[i];
    r->id = (int64_t)i;
    r->g = next_random(&seed) % 10 == 0 ? -1 : (int)(next_random(&seed) % 7);
    r->v = next_random(&seed) % 10 == 0 ? -1 : (double)(next_random(&seed) % 1000) / 10;
    r->k = next_random(&seed) % 10 == 0 ? NONE : (int64_t)(next_random(&seed) % (count / 2 + 1));
    r->b = (int)(next_random(&seed) % 3) - 1;
    carto_table_builder_set_integer(&b, 0, r->id);
    if (r->g >= 0) carto_table_builder_set_string(&b, 1, carto_str_from(groups[r->g]));
    if (r->v >= 0) carto_table_builder_set_number(&b, 2, r->v);
    if (r->k != NONE) carto_table_builder_set_integer(&b, 3, r->k);
    if (r->b >= 0) carto_table_builder_set_bool(&b, 4, r->b);
    carto_table_builder_end_row(&b);
  }
  if (carto_table_builder_end(&b, &many, NULL) != CARTO_OK) exit(2);
  many_of = &many;
}

/* ---- queries over the small tables that between them use every operator */

static const char *const all_queries[] = {
  "SELECT * FROM populated_places",
  "SELECT name, pop_max * 2 FROM populated_places WHERE pop_max > 2000000 AND name LIKE '%o%'",
  "SELECT name || ', ' || upper(adm0name) FROM populated_places WHERE is_capital OR pop_min IS NULL",
  "SELECT name FROM populated_places WHERE name ~ '^[A-M].*[a-z]$' AND timezone ILIKE '%/m%'",
  "SELECT p.name, c.name FROM populated_places p JOIN countries c ON p.iso_a2 = c.iso_a2",
  "SELECT p.name, c.name FROM populated_places p LEFT JOIN countries c ON p.iso_a2 = c.iso_a2 AND c.pop_est > 20000000",
  "SELECT p.name, c.name FROM populated_places p RIGHT JOIN countries c USING (iso_a2)",
  "SELECT p.name, c.name FROM populated_places p FULL JOIN countries c ON p.adm0name = c.name AND p.pop_max > 1300000",
  "SELECT count(*) FROM populated_places a CROSS JOIN populated_places b, countries c",
  "SELECT a.name, b.name FROM populated_places a JOIN populated_places b ON a.pop_max < b.pop_max",
  "SELECT a.name, b.name FROM rivers a LEFT JOIN populated_places b ON a.id + 3 < b.id AND a.name <> b.name",
  "SELECT adm0name, count(*), avg(pop_max), min(name), max(name), stddev(pop_max) FROM populated_places GROUP BY adm0name",
  "SELECT count(*), count(DISTINCT iso_a2), sum(DISTINCT rank_max), array_agg(DISTINCT timezone) FROM populated_places",
  "SELECT iso_a2, string_agg(name, '; ' ORDER BY pop_max DESC), string_agg(DISTINCT timezone, ',') FROM populated_places "
  "GROUP BY 1",
  "SELECT adm0name, percentile_cont(0.5) WITHIN GROUP (ORDER BY pop_max), percentile_disc(0.9) WITHIN GROUP (ORDER BY name)"
  " FROM populated_places GROUP BY adm0name",
  "SELECT percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY temp_max) FROM seattle_weather",
  "SELECT adm0name, count(*) FILTER (WHERE is_capital) FROM populated_places GROUP BY adm0name HAVING count(*) > 1",
  "SELECT bool_and(is_capital), bool_or(is_capital), var_pop(pop_min), any_value(1) FROM populated_places",
  "SELECT name FROM populated_places ORDER BY pop_max DESC NULLS LAST, name",
  "SELECT name, length(name) AS n FROM populated_places ORDER BY n, name LIMIT 3 OFFSET 1",
  "SELECT DISTINCT adm0name, is_capital FROM populated_places ORDER BY 1, 2",
  "SELECT name, row_number() OVER (PARTITION BY adm0name ORDER BY pop_max DESC), rank() OVER (ORDER BY rank_max), "
  "dense_rank() OVER (ORDER BY rank_max), ntile(3) OVER (ORDER BY id) FROM populated_places",
  "SELECT name, lag(name) OVER w, lead(pop_max, 2, 0) OVER w, first_value(name) OVER w, last_value(name) OVER w FROM "
  "populated_places WINDOW w AS (PARTITION BY adm0name ORDER BY id)",
  "SELECT id, sum(pop_max) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), max(name) OVER (PARTITION BY iso_a2)"
  " FROM populated_places",
  "SELECT iso_a2 FROM countries UNION SELECT iso_a2 FROM populated_places ORDER BY 1",
  "SELECT iso_a2 FROM countries UNION ALL SELECT iso_a2 FROM populated_places",
  "SELECT iso_a2 FROM countries INTERSECT SELECT iso_a2 FROM populated_places",
  "SELECT iso_a2 FROM populated_places INTERSECT ALL SELECT iso_a2 FROM populated_places WHERE id > 2",
  "SELECT iso_a2 FROM countries EXCEPT SELECT iso_a2 FROM populated_places WHERE iso_a2 IS NOT NULL",
  "SELECT adm0name FROM populated_places EXCEPT ALL SELECT name FROM countries",
  "SELECT name FROM populated_places WHERE pop_max = (SELECT max(pop_max) FROM populated_places)",
  "SELECT name FROM populated_places WHERE iso_a2 IN (SELECT iso_a2 FROM countries WHERE continent = 'Europe')",
  "SELECT name FROM countries c WHERE EXISTS (SELECT 1 FROM populated_places p WHERE p.iso_a2 = c.iso_a2)",
  "SELECT name, (SELECT count(*) FROM populated_places p WHERE p.iso_a2 = c.iso_a2) FROM countries c WHERE NOT EXISTS "
  "(SELECT 1 FROM rivers r WHERE r.name = c.name)",
  "WITH e AS (SELECT * FROM countries WHERE continent = 'Europe'), f AS (SELECT iso_a2, count(*) AS n FROM populated_places "
  "GROUP BY 1) SELECT e.name, f.n FROM e JOIN f ON e.iso_a2 = f.iso_a2 WHERE f.n >= (SELECT avg(n) FROM f)",
  "WITH a AS (SELECT id FROM populated_places) SELECT x.id, y.id FROM a x, a y WHERE x.id < y.id ORDER BY 1 DESC, 2",
  "SELECT u FROM unnest(ARRAY['b', 'a', NULL, 'c']) AS u ORDER BY u",
  "SELECT g, g % 3 FROM generate_series(1, 300) AS g WHERE g % 7 = 0 ORDER BY 2, 1",
  "SELECT column1, column2 FROM (VALUES (1, 'x'), (2, 'y'), (NULL, NULL)) AS v",
  "SELECT CASE WHEN pop_max > 2000000 THEN 'big' WHEN pop_max IS NULL THEN NULL ELSE lower(name) END, "
  "COALESCE(timezone, iso_a2, '-'), pop_max IN (1212045, 5567000) FROM populated_places",
  "SELECT date_trunc('month', date), count(*), to_char(min(date), 'DD Mon YYYY'), max(date) + INTERVAL '1 day' "
  "FROM seattle_weather GROUP BY 1 ORDER BY 1",
  "SELECT c.name, count(*), ST_AsText(ST_Extent(p.geom)) FROM countries c JOIN populated_places p ON "
  "ST_Intersects(c.geom, p.geom) GROUP BY c.name",
  "SELECT name, round(ST_Area(geom::geography) / 1e6), ST_AsText(ST_Centroid(geom)), ST_AsGeoJSON(ST_Envelope(geom)), "
  "ST_Distance(geom, ST_Point(0, 40)) FROM countries",
  "SELECT h3, H3_TOPARENT(h3, 1), QUADBIN_FROMLONGLAT(1, 2, 5) FROM places_h3",
};

#define QUERIES (sizeof all_queries / sizeof all_queries[0])

/* ---- tests */

static void test_queries_run(void) {
  begin();
  for (size_t i = 0; i < QUERIES; i++) {
    test_memory m;
    carto_alloc alloc = test_alloc(&m);
    carto_table t, columns;
    if (!CHECK(ask_with(alloc, all_queries[i], &t) == CARTO_OK)) {
      printf("  %s\n  %s %s\n", all_queries[i], error.code, error.text);
      continue;
    }
    CHECK(t.row_count > 0);
    CHECK_UINT(m.live_bytes, t.memory_bytes); /* nothing else is left, and the table knows what it holds */
    CHECK_INT(carto_sql_describe(&call, &desc, carto_str_from(all_queries[i]), alloc, &columns, &error), CARTO_OK);
    CHECK_UINT(columns.row_count, 0);
    CHECK_UINT(columns.column_count, t.column_count);
    for (size_t k = 0; k < t.column_count && k < columns.column_count; k++) {
      CHECK_INT(columns.columns[k].type, t.columns[k].type);
      CHECK(carto_str_equal(columns.columns[k].name, t.columns[k].name));
    }
    carto_table_free(&columns);
    carto_table_free(&t);
    CHECK_UINT(m.live_count, 0);
    CHECK_UINT(m.live_bytes, 0);
  }
}

static const char *alloc_sql;
static int alloc_describes;

static int alloc_body(carto_alloc alloc) {
  carto_table t;
  carto_status status;
  memset(&t, 'x', sizeof t);
  status = alloc_describes ? carto_sql_describe(&call, &desc, carto_str_from(alloc_sql), alloc, &t, &error)
                           : ask_with(alloc, alloc_sql, &t);
  if (status == CARTO_OK) {
    carto_table_free(&t);
    return 1;
  }
  if (!CHECK(status == CARTO_ERR_NOMEM && error.status == status && error.text[0] && is_zero(&t)))
    printf("  %s\n  %d %s %s\n", alloc_sql, status, error.code, error.text);
  return 0;
}

static void test_out_of_memory(void) {
  begin();
  for (size_t i = 0; i < QUERIES; i++)
    for (alloc_describes = 0; alloc_describes < 2; alloc_describes++) {
      int before = test_failures;
      alloc_sql = all_queries[i];
      test_every_allocation(alloc_body, 3000);
      if (test_failures != before) printf("  %s\n", alloc_sql);
    }
}

/* Stopped at the first ask, at the second, and so on until it gets through. */
static void check_cancelling(const char *sql, uint64_t most) {
  uint64_t n;
  for (n = 1; n <= most; n++) {
    test_memory m;
    carto_alloc alloc = test_alloc(&m);
    carto_table t;
    carto_status status;
    host.asked = 0;
    host.stop_at = n;
    status = ask_with(alloc, sql, &t);
    if (status == CARTO_OK) {
      CHECK(host.asked < n);
      carto_table_free(&t);
      CHECK_UINT(m.live_bytes, 0);
      break;
    }
    CHECK_INT(status, CARTO_ERR_CANCELLED);
    CHECK_INT(error.status, CARTO_ERR_CANCELLED);
    CHECK_UINT(host.asked, n); /* it is not asked again once it has said no */
    CHECK(is_zero(&t));
    CHECK_UINT(m.live_count, 0);
    CHECK_UINT(m.live_bytes, 0);
  }
  if (!CHECK(n > 1 && n <= most)) printf("  %s\n", sql);
}

static void test_cancelled(void) {
  begin();
  for (size_t i = 0; i < QUERIES; i++) {
    int before = test_failures;
    ask_every = 1;
    check_cancelling(all_queries[i], 5000);
    if (test_failures != before) printf("  %s\n", all_queries[i]);
  }
  host.stop_at = 0;
}

/* ---- limits */

static void test_memory_limit(void) {
  static const char *const hungry[] = {
    "SELECT * FROM many ORDER BY v",
    "SELECT count(*) FROM (SELECT DISTINCT id, g FROM many) AS d",
    "SELECT a.id, b.id FROM many a JOIN many b ON a.k = b.k",
    "SELECT string_agg(g, ',') FROM many",
    "SELECT count(DISTINCT v), array_agg(id) FROM many",
    "SELECT id, row_number() OVER (ORDER BY v) FROM many",
    "SELECT id FROM many EXCEPT SELECT k FROM many",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FROM many",
    "WITH w AS (SELECT id, g FROM many) SELECT count(*) FROM w x JOIN w y ON x.id = y.id",
    "SELECT repeat('x', 10000000)",
    "SELECT repeat(g, 1000) FROM many",
  };
  begin();
  many_open(5000);
  for (size_t i = 0; i < sizeof hungry / sizeof *hungry; i++) {
    size_t refused = 0, cap;
    for (cap = 4096; cap < (size_t)64 << 20; cap += cap / 3) {
      test_memory m;
      carto_alloc alloc = test_alloc(&m);
      carto_table t;
      carto_status status;
      desc.limits.memory_bytes = cap;
      status = ask_with(alloc, hungry[i], &t);
      CHECK(m.peak_bytes <= cap);
      if (status == CARTO_OK) {
        carto_table_free(&t);
        CHECK_UINT(m.live_bytes, 0);
        break;
      }
      refused++;
      if (!CHECK(status == CARTO_ERR_LIMIT && strcmp(error.code, "53200") == 0))
        printf("  %s\n  with %zu: %d %s %s\n", hungry[i], cap, status, error.code, error.text);
      CHECK_CONTAINS(carto_str_from(error.text), "memory limit");
      CHECK(is_zero(&t));
      CHECK_UINT(m.live_bytes, 0);
    }
    CHECK(refused > 0 && cap < (size_t)64 << 20);
  }
  desc.limits.memory_bytes = 1 << 16;
  check_refused(hungry[0], CARTO_ERR_LIMIT, "53200", "memory limit, 65536 bytes");
  desc.limits.memory_bytes = 1 << 20;
  check_refused("SELECT repeat('x', 2000000)", CARTO_ERR_LIMIT, "53200", "memory limit, 1048576 bytes");
  many_close();
}

static void test_result_limits(void) {
  begin();
  many_open(5000);
  desc.limits.result_bytes = 10000;
  check_refused("SELECT * FROM many", CARTO_ERR_LIMIT, "54000", "10000");
  check_refused("SELECT repeat('x', 20000)", CARTO_ERR_LIMIT, "54000", "result");
  check_refused("SELECT id FROM many ORDER BY v", CARTO_ERR_LIMIT, "54000", "result");
  check_answer("SELECT count(*) FROM (SELECT * FROM many ORDER BY v) AS x", "5000\n");
  desc.limits.result_bytes = 0;
  desc.limits.rows = 100;
  check_refused("SELECT id FROM many", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT id FROM many ORDER BY v", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT id FROM many LIMIT 101", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT id FROM many ORDER BY v LIMIT 101", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT generate_series FROM generate_series(1, 101)", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT DISTINCT id FROM many", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT id FROM many UNION SELECT k FROM many", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("SELECT id, rank() OVER (ORDER BY v) FROM many", CARTO_ERR_LIMIT, "54000", "100 rows");
  check_refused("WITH w AS (SELECT id FROM many) SELECT a.id FROM w a JOIN w b ON a.id = b.id", CARTO_ERR_LIMIT, "54000",
                "100 rows");
  check_answer("SELECT count(*) FROM (SELECT id FROM many ORDER BY v) AS x", "5000\n");
  check_answer("SELECT id FROM many WHERE id = 4999 LIMIT 100", "4999\n");
  check_answer("SELECT count(*) FROM (SELECT id FROM many LIMIT 100) AS x", "100\n");
  many_close();
}

/* BEFORE so often, MIDDLE, AFTER so often. */
static char *nested(const char *before, const char *middle, const char *after, size_t levels) {
  char *text = (char *)malloc((strlen(before) + strlen(after)) * levels + strlen(middle) + 1), *to = text;
  if (!text) exit(2);
  for (size_t i = 0; i < levels; i++) to += sprintf(to, "%s", before);
  to += sprintf(to, "%s", middle);
  for (size_t i = 0; i < levels; i++) to += sprintf(to, "%s", after);
  return text;
}

static void test_depth_limit(void) {
  static const struct {
    const char *before, *middle, *after;
  } nests[] = {
    {"SELECT (", "SELECT 1", ")"},
    {"SELECT * FROM (", "SELECT 1 AS a", ") AS x"},
    {"WITH w AS (", "SELECT 1 AS a", ") SELECT * FROM w"},
    {"SELECT 1 WHERE 1 IN (", "SELECT 1", ")"},
    {"SELECT 1 WHERE EXISTS (", "SELECT 1", ")"},
  };
  static const struct {
    const char *before, *after;
  } inner[] = {
    {"(", ")"},     {"- ", ""},    {"- -(", ")"}, {"abs(", ")"},  {"CASE WHEN true THEN ", " END"}, {"CAST(", " AS int)"},
    {"1+(", ")"},   {"+ ", ""},    {"COALESCE(", ", 1)"}, {"(1)*(", ")"}, {"nullif(1, ", ")"},
  };
  begin();
  desc.limits.depth = 8;
  for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
    char *deep = nested(nests[i].before, nests[i].middle, nests[i].after, 9);
    char *deeper = nested(nests[i].before, nests[i].middle, nests[i].after, 20000);
    char *good = nested(nests[i].before, nests[i].middle, nests[i].after, 3);
    check_refused(deep, CARTO_ERR_LIMIT, "54001", "8 levels");
    check_refused(deeper, CARTO_ERR_LIMIT, "54001", "8 levels");
    check_answer(good, "1\n");
    free(deep);
    free(deeper);
    free(good);
  }
  for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
    char *deep = nested(inner[i].before, "1", inner[i].after, 20000), *query = nested("SELECT ", deep, "", 1);
    check_refused(query, CARTO_ERR_LIMIT, "54001", "8 levels");
    desc.limits.depth = 0;
    check_refused(query, CARTO_ERR_LIMIT, "54001", "64 levels");
    desc.limits.depth = SIZE_MAX; /* the C stack has its own bound */
    check_refused(query, CARTO_ERR_LIMIT, "54001", "256 levels");
    desc.limits.depth = 8;
    free(deep);
    free(query);
  }
  desc.limits.depth = 0;
  check_answer("SELECT ((((((((((1))))))))))", "1\n");
}

/* Long, not deep: a thousand terms, items, branches, joins. */
static void test_long_texts(void) {
  static const struct {
    const char *first, *more, *end, *sure; /* sure: it has to pass */
  } longs[] = {
    {"SELECT 1", "+1", "", "1001\n"},
    {"SELECT 'a'", "||'a'", "", NULL},
    {"SELECT true", " AND true", "", "true\n"},
    {"SELECT false", " OR false", "", "false\n"},
    {"SELECT 1 IN (1", ",2", ")", "true\n"},
    {"SELECT CASE WHEN false THEN 0", " WHEN false THEN 1", " ELSE 7 END", "7\n"},
    {"SELECT coalesce(NULL", ",NULL", ", 5)", NULL},
    {"SELECT count(*) FROM (SELECT 1", " UNION ALL SELECT 2", ") AS x", NULL},
    {"SELECT count(*) FROM (VALUES (1)", ",(2)", ") AS x", "1001\n"},
    {"SELECT count(*) FROM (SELECT 1) AS a", ", (SELECT 1) AS b", "", NULL},
    {"SELECT 1", ",1", "", NULL},
    {"SELECT 1 ORDER BY 1", ",1", "", NULL},
    {"SELECT 1 WHERE true", " AND EXISTS (SELECT 1)", "", NULL},
    {"SELECT 1 = 1", " = true", "", NULL},
    {"SELECT 'x'", "::text", "", NULL},
    {"SELECT 1 WHERE NOT true", " OR NOT false", "", NULL},
  };
  begin();
  for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
    char *more = nested(longs[i].more, "", "", 1000);
    char *text = (char *)malloc(strlen(longs[i].first) + strlen(more) + strlen(longs[i].end) + 1);
    carto_table t;
    if (!text) exit(2);
    sprintf(text, "%s%s%s", longs[i].first, more, longs[i].end);
    if (ask(text, &t) == CARTO_OK) {
      if (longs[i].sure) CHECK_STR(show(&t), longs[i].sure);
      carto_table_free(&t);
    } else if (!CHECK(!longs[i].sure && error.code[0] != 0)) {
      printf("  %.60s... %s %s\n", text, error.code, error.text);
    }
    free(more);
    free(text);
  }
}

#define BILLIONS "SELECT count(*) FROM many a, many b, many c WHERE a.v + b.v + c.v < 0"

static void test_time_limit(void) {
  begin();
  many_open(10000);
  desc.limits.time_ms = 500;
  host.step = 10000; /* each look at the clock is 10 ms later */
  check_refused(BILLIONS, CARTO_ERR_LIMIT, "57014", "limit, 500 ms");
  host.step = 10000;
  {
    carto_table t;
    CHECK_INT(ask(BILLIONS, &t), CARTO_ERR_LIMIT);
    CHECK(host.asked >= 45 && host.asked <= 60);
    host.asked = 0;
    host.step = 1000000;
    desc.limits.time_ms = 0;
    CHECK_INT(ask(BILLIONS, &t), CARTO_ERR_LIMIT); /* a minute */
    CHECK_CONTAINS(carto_str_from(error.text), "60000 ms");
    CHECK(host.asked >= 59 && host.asked <= 62);
    call.now = NULL; /* no clock, no limit */
    host.asked = 0;
    host.stop_at = 100;
    CHECK_INT(ask(BILLIONS, &t), CARTO_ERR_CANCELLED);
    host.stop_at = 0;
  }
  many_close();
}

/* ---- names, by their buckets */

/* What the index of functions should hold, written where it does not: rows of a name follow each
   other, and names come in order of their first rows. */
static void test_functions_found(void) {
  static uint16_t first[256], next[CARTO_MCP__FUN_COUNT];
  size_t row, at, i;
  bool good;
  for (row = 0; row < CARTO_MCP__FUN_COUNT; row++) {
    carto_str name = carto_str_from(carto__funs[row].name);
    size_t last = 0;
    if (!carto__funs[row].args) continue;
    for (at = first[carto__name_bucket(name)]; at; at = next[at] / 2) {
      last = at;
      if (carto__str_is(name, carto__funs[at].name) && next[at] % 2 == 0) break;
    }
    if (last == 0) {
      first[carto__name_bucket(name)] = (uint16_t)row;
      continue;
    }
    at = next[last];
    next[last] = (uint16_t)(2 * row + carto__str_is(name, carto__funs[last].name));
    next[row] = (uint16_t)at;
  }
  good = memcmp(first, carto__fun_first, sizeof first) == 0 &&
         memcmp(next, carto__fun_next, sizeof next) == 0;
  if (!CHECK(good)) {
    for (i = 0; i < 256; i++) printf(i ? ", %u" : "carto__fun_first: %u", first[i]);
    for (i = 0; i < CARTO_MCP__FUN_COUNT; i++) printf(i ? ", %u" : "\ncarto__fun_next: %u", next[i]);
    printf("\n");
  }
  for (row = 0; row < CARTO_MCP__FUN_COUNT; row++) { /* all rows of a name, and no others */
    carto_str name = carto_str_from(carto__funs[row].name);
    const carto__fun *fun = carto__fun_named(name);
    if (!carto__funs[row].args) continue;
    for (i = 0; i < CARTO_MCP__FUN_COUNT; i++) {
      if (!carto__funs[i].args || !carto__str_is(name, carto__funs[i].name)) continue;
      CHECK(fun == &carto__funs[i]);
      if (fun) fun = carto__fun_after(fun);
    }
    CHECK(!fun);
    name.len--;
    fun = carto__fun_named(name);
    CHECK(!fun || carto__str_is(name, fun->name));
  }
  CHECK(!carto__fun_named(carto_str_from("Comparison"))); /* a title */
}

/* The words of the grammar are sorted, and each is found, however it is written. */
static void test_words(void) {
  const size_t count = sizeof carto__sql_words / sizeof carto__sql_words[0];
  static unsigned char first[256], next[sizeof carto__sql_words / sizeof carto__sql_words[0]];
  for (size_t i = count; i-- > 0;) { /* the right ones are written where these are not */
    size_t bucket = carto__name_bucket(carto_str_from(carto__sql_words[i] + 2));
    next[i] = first[bucket];
    first[bucket] = (unsigned char)(i + 1);
  }
  if (!CHECK(sizeof carto__word_next == count && memcmp(first, carto__word_first, sizeof first) == 0 &&
             memcmp(next, carto__word_next, count) == 0)) {
    for (size_t i = 0; i < 256; i++) printf(i ? ", %u" : "carto__word_first: %u", first[i]);
    for (size_t i = 0; i < count; i++) printf(i ? ", %u" : "\ncarto__word_next: %u", next[i]);
    printf("\n");
  }
  for (size_t i = 0; i < count; i++) {
    const char *word = carto__sql_words[i] + 2;
    size_t len = strlen(word), k;
    carto_str shorter = carto_str_make(word, len - 1);
    char other[20];
    for (k = 0; k <= len; k++)
      other[k] = (char)(k % 2 && word[k] != '_' ? toupper(word[k]) : word[k]);
    CHECK(carto__word_of(carto_str_from(word)) == word);
    CHECK(carto__word_of(carto_str_from(other)) == word);
    CHECK(i == 0 || strcmp(carto__sql_words[i - 1] + 2, word) < 0);
    CHECK(word[-2] >= '0' && word[-2] <= '2' &&
          (word[-1] == '-' || strchr("123456789abcdef", word[-1])));
    for (k = 0; k < count && !carto__str_is(shorter, carto__sql_words[k] + 2);) k++;
    CHECK((carto__word_of(shorter) != NULL) == (k < count));
    other[len - 1] = '~';
    CHECK(!carto__word_of(carto_str_from(other)));
  }
  CHECK(!carto__word_of(carto_str_from("current\x7f"
                                       "date"))); /* _ with another bit */
}

/* ---- how long it works between two asks, in its own time */

static int64_t work_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t asked_at, longest_gap, asked_until;

static bool timed_checkpoint(void *user) {
  int64_t now = work_time();
  (void)user;
  if (now - asked_at > longest_gap) longest_gap = now - asked_at;
  asked_at = now;
  return now < asked_until;
}

#define HUGE_TEXT "SELECT count(*) FROM (SELECT repeat('ab', 30000000) AS t FROM many LIMIT 1) s WHERE "

static void test_asked_often(void) {
#ifdef __OPTIMIZE__
  const int64_t most = 50000, rows = 1000000; /* what cancelling may take */
#else
  const int64_t most = 400000, rows = 100000; /* unoptimised, and with sanitizers */
#endif
  static const char *const queries[] = {
    BILLIONS,
    "SELECT count(*) FROM many a, many b, many c",
    "SELECT sum(a.v * b.v) FROM many a, many b",
    "SELECT * FROM many a JOIN many b ON a.v < b.v ORDER BY a.id LIMIT 10",
    "SELECT count(*) FROM many a JOIN many b ON a.g = b.g",
    "SELECT count(*) FROM many a LEFT JOIN many b ON a.g = b.g AND a.v > b.v + 1000",
    "SELECT * FROM many ORDER BY v, g, id",
    "SELECT id FROM many ORDER BY v",
    "SELECT g FROM many ORDER BY g DESC",
    "SELECT repeat(g, 3) || id::text FROM many ORDER BY 1",
    "SELECT DISTINCT g || id::text FROM many",
    "SELECT k, count(*), sum(v), string_agg(g, ',') FROM many GROUP BY k",
    "SELECT string_agg(g || id::text, ',' ORDER BY v) FROM many",
    "SELECT array_agg(id::text) FROM many",
    "SELECT count(DISTINCT id), count(DISTINCT v), count(DISTINCT g || id::text) FROM many",
    "SELECT percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY v + id) FROM many",
    "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY g || id::text) FROM many",
    "SELECT mode() WITHIN GROUP (ORDER BY id) FROM many",
    "SELECT id, row_number() OVER (PARTITION BY k ORDER BY v), sum(v) OVER (ORDER BY id) FROM many",
    "SELECT id, sum(v) OVER (ORDER BY id ROWS BETWEEN 1000 PRECEDING AND 1000 FOLLOWING), max(v) OVER (ORDER BY id ROWS "
    "BETWEEN 5000 PRECEDING AND CURRENT ROW) FROM many",
    "SELECT id FROM many EXCEPT SELECT k FROM many",
    "SELECT id, g FROM many UNION SELECT k, g FROM many",
    "SELECT v FROM many INTERSECT ALL SELECT v FROM many",
    "SELECT count(*) FROM many WHERE g || id::text ~ '(a|b|e)*[0-9]+5.*7$'",
    "SELECT count(*) FROM many WHERE repeat(g, 20) LIKE '%e%e%e%e%e%x%'",
    "SELECT max(length(regexp_replace(repeat(g, 100), 'e', 'xyz', 'g'))) FROM many",
    "SELECT max(length(replace(repeat('ab', 10000), 'a', id::text))) FROM many",
    "SELECT max(upper(repeat('ab', 1000000))) FROM many WHERE id < 100",
    "SELECT max(length(repeat(g, 10000))) FROM many WHERE id < 1000",
    HUGE_TEXT "t LIKE '%b%a%c%'",
    HUGE_TEXT "t ILIKE '%b%a%c%' OR t > 'b'",
    HUGE_TEXT "t ~ '(a|b)*c'",
    HUGE_TEXT "regexp_replace(t, '[ac]+b?', 'x', 'g') > 'b'",
    HUGE_TEXT "upper(t) > 'a'",
    HUGE_TEXT "reverse(t) > 'b'",
    HUGE_TEXT "split_part(t, 'b', -7) > 'b' OR strpos(t, 'abc') > 7 OR length(t) < 5 OR lpad(t, 61000000) = 'x'",
    "SELECT to_char(TIMESTAMP '2020-01-01' + id * INTERVAL '1 day', 'FMDay, DD Month YYYY') FROM many",
    "SELECT sum(length(to_char(TIMESTAMP '2020-01-01' + id * INTERVAL '1 minute', 'FMDay, DD Month YYYY'))) FROM many",
    "SELECT count(*) FROM generate_series(1, 10000000)",
    "SELECT count(*) FROM generate_series(1, 5000000) AS g WHERE g % 3 = 0",
    "SELECT max(id) FROM many WHERE k IN (SELECT id FROM many WHERE v > 50)",
    "SELECT count(*) FROM many m WHERE EXISTS (SELECT 1 FROM many n WHERE n.k = m.id)",
    "SELECT sum((SELECT count(*) FROM many n WHERE n.k = m.id)) FROM many m",
    "SELECT sum(ST_Distance(ST_Point(v, v / 2)::geography, ST_Point(id % 180, 1)::geography)) FROM many",
    "SELECT count(*) FROM many m, countries c WHERE ST_Intersects(ST_Point(m.v, m.id % 90), c.geom)",
    "SELECT sum(ST_Area(ST_MakeEnvelope(v, v / 2, v + 1, v / 2 + 1, 4326)::geography)) FROM many",
    "SELECT count(H3_FROMLONGLAT(v, v / 2, 9)), count(DISTINCT QUADBIN_FROMLONGLAT(v, v / 2, 15)) FROM many",
    "SELECT length(ST_AsText(ST_Collect(ST_Point(v, 1)))) FROM many GROUP BY g",
    "SELECT ST_NPoints(ST_Collect(ST_Point(v, v / 2))) FROM many",
    "WITH w AS (SELECT id, g, v FROM many) SELECT count(*) FROM w x JOIN w y ON x.id = y.id AND x.v = y.v",
    "SELECT id, lag(g, 3) OVER (PARTITION BY b ORDER BY v) FROM many ORDER BY g, id LIMIT 1000 OFFSET 5000",
  };
  begin();
  many_open((size_t)rows);
  call.checkpoint = timed_checkpoint;
  call.now = NULL;
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
    carto_table t;
    carto_status status;
    longest_gap = 0;
    asked_at = work_time();
    asked_until = asked_at + 2000000;
    if (most > 50000) asked_until = asked_at + 100000;
    status = ask(queries[i], &t);
    (void)timed_checkpoint(NULL);
    if (!CHECK(status == CARTO_OK || status == CARTO_ERR_CANCELLED))
      printf("  %s\n  %s %s\n", queries[i], error.code, error.text);
    if (!CHECK(longest_gap <= most)) printf("  %s\n  %.1f ms\n", queries[i], (double)longest_gap / 1000);
    carto_table_free(&t);
    (void)timed_checkpoint(NULL);
  }
  many_close();
}

/* One value that takes long: each pass over its vertices asks as often as their number says, and a no ends the query
   at once, but for asks while memory is given back. */
static void test_asked_within_values(void) {
  const size_t vertices = 1500, step = CARTO_MCP__ASK_STEPS;
  begin();
  ask_every = step;
  CHECK_INT(huge_open(&huge, libc_alloc, vertices), CARTO_OK);
  for (size_t i = 0; i < HUGE_QUERIES; i++) {
    const huge_query *q = &huge_queries[i];
    uint64_t least = (uint64_t)q->passes * vertices / step / 2, all;
    carto_table t;
    host.asked = host.stop_at = 0;
    if (!CHECK(ask(q->sql, &t) == CARTO_OK)) printf("  %s\n  %s %s\n", q->sql, error.code, error.text);
    carto_table_free(&t);
    all = host.asked;
    if (!CHECK(all >= least)) printf("  %s\n  asked %d times of %d\n", q->sql, (int)all, (int)least);
    for (int part = 1; part < 4 && q->passes; part++) {
      host.asked = 0;
      host.stop_at = all * (uint64_t)part / 4 + 1;
      if (!CHECK(ask(q->sql, &t) == CARTO_ERR_CANCELLED && is_zero(&t))) printf("  %s\n", q->sql);
      if (!CHECK(host.asked <= host.stop_at + 64))
        printf("  %s\n  asked %d times after %d\n", q->sql, (int)host.asked, (int)host.stop_at);
    }
  }
  carto_table_free(&huge.table);
  memset(&huge, 0, sizeof huge);
}

/* ---- the borders of batches: against plain loops */

static int row_order_descending(const void *a, const void *b) { /* v DESC NULLS LAST, id */
  const many_row *x = (const many_row *)a, *y = (const many_row *)b;
  if (x->v != y->v) return x->v < y->v ? 1 : -1; /* nulls are -1 */
  return x->id < y->id ? -1 : 1;
}

static int row_order_grouped(const void *a, const void *b) { /* g, v NULLS FIRST, id */
  const many_row *x = (const many_row *)a, *y = (const many_row *)b;
  if (x->g != y->g) return x->g - y->g;
  if (x->v != y->v) return x->v < y->v ? -1 : 1;
  return x->id < y->id ? -1 : 1;
}

static const size_t borders[] = {0, 1, 63, 64, 65, 127, 128, 2047, 2048, 2049, 4096, 5000};

#define BORDERS (sizeof borders / sizeof borders[0])

/* The ids of a result's first column are those wanted, in order. */
static void check_ids(const char *sql, const int64_t *want, size_t count) {
  carto_table t;
  size_t i;
  if (!CHECK(ask(sql, &t) == CARTO_OK)) {
    printf("  %s\n  %s %s\n", sql, error.code, error.text);
    return;
  }
  if (CHECK(t.row_count == count)) {
    for (i = 0; i < count && whole(&t, 0, i) == want[i]; i++) continue;
    if (!CHECK(i == count))
      printf("  %s\n  over %zu rows: row %zu is %" PRId64 ", want %" PRId64 "\n", sql, many_count, i, whole(&t, 0, i), want[i]);
  } else {
    printf("  %s\n  over %zu rows: %zu rows, want %zu\n", sql, many_count, t.row_count, count);
  }
  carto_table_free(&t);
}

static int64_t *room_for(size_t count) {
  int64_t *room = (int64_t *)malloc((count + 1) * sizeof *room);
  if (!room) exit(2);
  return room;
}

static void test_filters(void) {
  begin();
  for (size_t n = 0; n < BORDERS; n++) {
    int64_t *want = room_for(borders[n]);
    size_t count, i;
    many_open(borders[n]);
    for (i = count = 0; i < many_count; i++)
      if (many_rows[i].v >= 20 && many_rows[i].v < 50) want[count++] = (int64_t)i;
    check_ids("SELECT id FROM many WHERE v >= 20 AND v < 50", want, count);
    for (i = count = 0; i < many_count; i++)
      if (many_rows[i].v < 0 || many_rows[i].g == 1 || many_rows[i].b == 1) want[count++] = (int64_t)i;
    check_ids("SELECT id FROM many WHERE v IS NULL OR g = 'green' OR b", want, count);
    for (i = count = 0; i < many_count; i++)
      if (many_rows[i].b == 0 && many_rows[i].g >= 0 && many_rows[i].g != 2) want[count++] = (int64_t)i;
    check_ids("SELECT id FROM (SELECT * FROM many WHERE NOT b) AS x WHERE g <> 'blue'", want, count);
    for (i = count = 0; i < many_count; i++)
      if (many_rows[i].k != NONE && many_rows[i].k % 2 == 0) want[count++] = many_rows[i].k * 2;
    check_ids("SELECT k * 2 FROM many WHERE k % 2 = 0", want, count);
    for (i = 0; i < many_count; i++) want[i] = many_rows[i].b == 1 ? NONE : many_rows[i].k == NONE ? -1 : many_rows[i].k;
    check_ids("SELECT CASE WHEN b THEN NULL ELSE coalesce(k, -1) END FROM many", want, many_count);
    check_ids("SELECT id FROM many WHERE false", want, 0);
    check_ids("SELECT id FROM many WHERE v < -5 OR NULL", want, 0);
    for (i = 0; i < many_count; i++) want[i] = (int64_t)i;
    check_ids("SELECT id FROM many WHERE id >= 0", want, many_count);
    free(want);
  }
  many_close();
}

static void test_groups(void) {
  static const char *const names[] = {"red", "green", "blue", "", "long enough to be no short text", "z", "\xc3\xa9"};
  begin();
  for (size_t n = 0; n < BORDERS; n++) {
    carto_table t;
    size_t rows = 0;
    many_open(borders[n]);
    CHECK_INT(ask("SELECT g, count(*), count(v), sum(k), min(id), max(id), sum(v), count(DISTINCT k), bool_or(b) FROM many "
                  "GROUP BY g", &t), CARTO_OK);
    for (int g = -1; g < 7; g++) {
      int64_t count = 0, values = 0, sum = NONE, min = NONE, max = NONE, distinct = 0, any = NONE;
      unsigned char *seen = (unsigned char *)calloc(many_count + 1, 1);
      double v = 0;
      size_t row;
      if (!seen) exit(2);
      for (size_t i = 0; i < many_count; i++) {
        const many_row *r = &many_rows[i];
        if (r->g != g) continue;
        count++;
        if (r->v >= 0) values++, v += r->v;
        if (r->k != NONE) sum = (sum == NONE ? 0 : sum) + r->k, distinct += !seen[r->k], seen[r->k] = 1;
        if (r->b >= 0 && any != 1) any = r->b;
        min = min == NONE ? r->id : min;
        max = r->id;
      }
      free(seen);
      if (!count) continue;
      rows++;
      for (row = 0; row < t.row_count; row++)
        if (g < 0 ? carto_column_is_null(&t.columns[0], row)
                  : !carto_column_is_null(&t.columns[0], row) &&
                      carto_str_equal(carto_column_string(&t.columns[0], row), carto_str_from(names[g])))
          break;
      if (!CHECK(row < t.row_count)) continue;
      CHECK_INT(whole(&t, 1, row), count);
      CHECK_INT(whole(&t, 2, row), values);
      CHECK_INT(whole(&t, 3, row), sum);
      CHECK_INT(whole(&t, 4, row), min);
      CHECK_INT(whole(&t, 5, row), max);
      if (values) CHECK_NEAR(t.columns[6].data.number[row], v, 1e-6);
      CHECK_INT(carto_column_is_null(&t.columns[6], row), values == 0);
      CHECK_INT(whole(&t, 7, row), distinct);
      CHECK_INT(whole(&t, 8, row), any);
    }
    CHECK_UINT(t.row_count, rows);
    carto_table_free(&t);
    CHECK_INT(ask("SELECT count(*), count(k), sum(k), max(v) FROM many", &t), CARTO_OK);
    CHECK_UINT(t.row_count, 1);
    CHECK_INT(whole(&t, 0, 0), (int64_t)many_count);
    carto_table_free(&t);
  }
  many_close();
}

static void test_joins(void) {
  static const char *const kinds[] = {"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"};
  begin();
  for (size_t n = 0; n < BORDERS; n++) {
    int64_t *here; /* rows with id = k, at most one; and rows with a k */
    many_open(borders[n]);
    here = room_for(many_count);
    memset(here, 0, (many_count + 1) * sizeof *here);
    for (size_t i = 0; i < many_count; i++)
      if (many_rows[i].k != NONE) here[many_rows[i].k]++;
    for (int kind = 0; kind < 4; kind++) {
      int64_t count = 0, left = NONE, right = NONE; /* sums of ids */
      char sql[200];
      carto_table t;
      /* every a with the b whose id is its k; then a's without one, b's without one; b.v < 50 is part of ON */
      for (size_t i = 0; i < many_count; i++) {
        const many_row *a = &many_rows[i];
        const many_row *b = a->k != NONE && (size_t)a->k < many_count ? &many_rows[a->k] : NULL;
        int met = b && b->v >= 0 && b->v < 50;
        if (!met && kind != 1 && kind != 3) continue;
        count++;
        left = (left == NONE ? 0 : left) + a->id;
        if (met) right = (right == NONE ? 0 : right) + b->id;
      }
      for (size_t i = 0; i < many_count && kind >= 2; i++) {
        const many_row *b = &many_rows[i];
        if (here[i] && b->v >= 0 && b->v < 50) continue;
        count++;
        right = (right == NONE ? 0 : right) + b->id;
      }
      sprintf(sql, "SELECT count(*), sum(a.id), sum(b.id) FROM many a %s many b ON a.k = b.id AND b.v < 50", kinds[kind]);
      if (!CHECK(ask(sql, &t) == CARTO_OK)) {
        printf("  %s\n  %s %s\n", sql, error.code, error.text);
        continue;
      }
      CHECK_INT(whole(&t, 0, 0), count);
      CHECK_INT(whole(&t, 1, 0), left);
      CHECK_INT(whole(&t, 2, 0), right);
      carto_table_free(&t);
    }
    { /* many to many, by a text and a number; and by an inequality */
      int64_t pairs = 0, less = 0;
      carto_table t;
      for (size_t i = 0; i < many_count; i++)
        for (size_t k = 0; k < many_count; k++) {
          const many_row *a = &many_rows[i], *b = &many_rows[k];
          pairs += a->g >= 0 && a->g == b->g && a->k != NONE && a->k == b->k;
          less += i < 50 && a->v >= 0 && b->v > a->v;
        }
      CHECK_INT(ask("SELECT count(*) FROM many a JOIN many b ON a.g = b.g AND a.k = b.k", &t), CARTO_OK);
      CHECK_INT(whole(&t, 0, 0), pairs);
      carto_table_free(&t);
      CHECK_INT(ask("SELECT count(*) FROM many a, many b WHERE a.id < 50 AND a.v < b.v", &t), CARTO_OK);
      CHECK_INT(whole(&t, 0, 0), less);
      carto_table_free(&t);
      CHECK_INT(ask("SELECT count(*) FROM many a CROSS JOIN many b", &t), CARTO_OK);
      CHECK_INT(whole(&t, 0, 0), (int64_t)(many_count * many_count));
      carto_table_free(&t);
    }
    free(here);
  }
  many_close();
}

static void test_sorts_and_windows(void) {
  begin();
  for (size_t n = 0; n < BORDERS; n++) {
    int64_t *want = room_for(borders[n]);
    many_row *rows;
    carto_table t;
    size_t i, count;
    many_open(borders[n]);
    rows = (many_row *)malloc((many_count + 1) * sizeof *rows);
    if (!rows) exit(2);
    memcpy(rows, many_rows, many_count * sizeof *rows);
    qsort(rows, many_count, sizeof *rows, row_order_descending);
    for (i = 0; i < many_count; i++) want[i] = rows[i].id;
    check_ids("SELECT id FROM many ORDER BY v DESC NULLS LAST, id", want, many_count);
    check_ids("SELECT id FROM many ORDER BY v DESC NULLS LAST, id LIMIT 10", want, many_count < 10 ? many_count : 10);
    count = many_count < 70 ? 0 : many_count - 70;
    check_ids("SELECT id FROM many ORDER BY v DESC NULLS LAST, id LIMIT 3000 OFFSET 70", want + (count ? 70 : many_count),
              count < 3000 ? count : 3000);
    memcpy(rows, many_rows, many_count * sizeof *rows);
    qsort(rows, many_count, sizeof *rows, row_order_grouped);
    if (CHECK(ask("SELECT id, row_number() OVER (PARTITION BY g ORDER BY v NULLS FIRST, id), sum(id) OVER (PARTITION BY g "
                  "ORDER BY v NULLS FIRST, id), count(*) OVER (PARTITION BY g), lag(id) OVER (PARTITION BY g ORDER BY v "
                  "NULLS FIRST, id) FROM many ORDER BY id", &t) == CARTO_OK) && CHECK(t.row_count == many_count)) {
      int64_t number = 0, sum = 0, size = 0;
      for (i = 0; i < many_count; i++) {
        size_t row = (size_t)rows[i].id, k;
        int first = i == 0 || rows[i].g != rows[i - 1].g;
        if (first) {
          number = sum = size = 0;
          for (k = i; k < many_count && rows[k].g == rows[i].g; k++) size++;
        }
        sum += rows[i].id;
        if (!(whole(&t, 0, row) == rows[i].id && whole(&t, 1, row) == ++number && whole(&t, 2, row) == sum &&
              whole(&t, 3, row) == size && whole(&t, 4, row) == (first ? NONE : rows[i - 1].id))) {
          CHECK(!"a window's row");
          printf("  over %zu rows: row %zu\n", many_count, row);
          break;
        }
      }
      carto_table_free(&t);
    }
    free(rows);
    free(want);
  }
  many_close();
}

static void test_distinct_and_limit(void) {
  begin();
  for (size_t n = 0; n < BORDERS; n++) {
    int64_t *want = room_for(2 * borders[n] + 1);
    unsigned char *seen = (unsigned char *)calloc(borders[n] + 2, 1);
    size_t i, k, count = 0;
    int lacks = 0;
    many_open(borders[n]);
    if (!seen) exit(2);
    for (i = 0; i < many_count; i++) {
      if (many_rows[i].k == NONE) lacks = 1;
      else seen[many_rows[i].k] = 1;
    }
    for (i = 0; i <= many_count; i++)
      if (seen[i]) want[count++] = (int64_t)i;
    if (lacks) want[count++] = NONE;
    check_ids("SELECT DISTINCT k FROM many ORDER BY k", want, count);
    check_ids("SELECT k FROM many UNION SELECT k FROM many ORDER BY k", want, count);
    check_ids("SELECT k FROM many INTERSECT SELECT k FROM many ORDER BY k", want, count);
    check_ids("SELECT k FROM many GROUP BY k ORDER BY k NULLS LAST", want, count);
    check_ids("SELECT k FROM many EXCEPT ALL SELECT k FROM many", want, 0);
    for (i = count = 0; i < many_count; i++)
      if (!seen[i]) want[count++] = (int64_t)i;
    check_ids("SELECT id FROM many EXCEPT SELECT k FROM many ORDER BY 1", want, count);
    if (!lacks || !many_count) check_ids("SELECT id FROM many WHERE id NOT IN (SELECT k FROM many) ORDER BY id", want, count);
    else check_ids("SELECT id FROM many WHERE id NOT IN (SELECT k FROM many)", want, 0);
    check_ids("SELECT id FROM many m WHERE NOT EXISTS (SELECT 1 FROM many n WHERE n.k = m.id) ORDER BY id", want, count);
    for (i = 0; i < 2 * many_count; i++) want[i] = (int64_t)(i % many_count);
    check_ids("SELECT id FROM many UNION ALL SELECT id FROM many", want, 2 * many_count);
    for (i = 0; i < BORDERS; i++)
      for (k = 0; k < BORDERS; k += 2) {
        size_t first = borders[k] < many_count ? borders[k] : many_count, rest = many_count - first;
        char sql[100];
        sprintf(sql, "SELECT id FROM many LIMIT %zu OFFSET %zu", borders[i], borders[k]);
        check_ids(sql, want + first, borders[i] < rest ? borders[i] : rest);
        sprintf(sql, "SELECT id FROM (SELECT id FROM many ORDER BY id OFFSET %zu) AS x LIMIT %zu", borders[k], borders[i]);
        check_ids(sql, want + first, borders[i] < rest ? borders[i] : rest);
      }
    for (i = 0; i < many_count; i++) want[i] = 1 + 3 * (int64_t)i;
    {
      char sql[100];
      sprintf(sql, "SELECT * FROM generate_series(1, %ld, 3) AS s", (long)many_count * 3);
      check_ids(sql, want, many_count);
    }
    free(seen);
    free(want);
  }
  many_close();
}

/* ---- errors have a place */

static void test_places(void) {
  static const struct {
    const char *sql, *code, *at; /* at: where the text begins that the offset points to; NULL: nowhere */
    size_t line;
    const char *text;
  } rows[] = {
    {"SELECT name,\n  popmax\nFROM populated_places", "42703", "popmax", 2, "pop_max"},
    {"SELECT * FROM\n\n contries", "42P01", "contries", 3, "contries"},
    {"SELECT 1 +", "42601", "", 1, "end"},
    {"SELEC 1", "42601", "SELEC", 1, "SELEC"},
    {"", "42601", "", 1, ""},
    {"SELECT lowercase(name)\nFROM countries", "42883", "lowercase", 1, "lowercase"},
    {"SELECT 1,\n\n\n 1 / 0", "22012", "/ 0", 4, "division by zero"},
    {"SELECT 'abc'::int", "22P02", "", 1, "abc"},
    {"SELECT id FROM countries c JOIN rivers r\nON true", "42702", "id", 1, "ambiguous"},
    {"SELECT name, count(*)\nFROM countries", "42803", "name", 1, "GROUP BY"},
    {"SELECT *\r\nFROM countries\r\nWHERE nam = 'x'", "42703", "nam ", 3, "name"},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_table t;
    carto_status status = ask(rows[i].sql, &t);
    size_t len = strlen(rows[i].sql);
    CHECK_INT(status, CARTO_ERR_ARG);
    if (!CHECK(strcmp(error.code, rows[i].code) == 0 && error.line == rows[i].line && error.offset <= len &&
               strncmp(rows[i].sql + error.offset, rows[i].at, strlen(rows[i].at)) == 0))
      printf("  %s\n  %s at %zu, line %zu: %s\n", rows[i].sql, error.code, error.offset, error.line, error.text);
    CHECK_CONTAINS(carto_str_from(error.text), rows[i].text);
    CHECK(is_zero(&t));
    status = carto_sql_describe(&call, &desc, carto_str_from(rows[i].sql), libc_alloc, &t, &error);
    if (status == CARTO_OK) CHECK(rows[i].code[0] == '2'); /* a value's fault, seen only when it is computed */
    carto_table_free(&t);
    CHECK_INT(carto_sql_query(&call, &desc, carto_str_from(rows[i].sql), libc_alloc, &t, NULL), CARTO_ERR_ARG);
  }
}

/* ---- nothing but reading */

static void test_refused(void) {
  static const struct {
    const char *sql, *code, *text;
  } rows[] = {
    {"INSERT INTO countries VALUES (1)", "", "INSERT"},
    {"UPDATE countries SET name = 'x'", "", "UPDATE"},
    {"DELETE FROM countries", "", "DELETE"},
    {"MERGE INTO countries USING rivers ON true WHEN MATCHED THEN DELETE", "", "MERGE"},
    {"TRUNCATE countries", "", "TRUNCATE"},
    {"DROP TABLE countries", "", "DROP"},
    {"CREATE TABLE x AS SELECT 1", "", "CREATE"},
    {"CREATE TEMP VIEW x AS SELECT 1", "", "CREATE"},
    {"ALTER TABLE countries ADD x int", "", "ALTER"},
    {"GRANT ALL ON countries TO public", "", "GRANT"},
    {"REVOKE ALL ON countries FROM public", "", "REVOKE"},
    {"COPY countries TO '/tmp/x'", "", "COPY"},
    {"COPY (SELECT 1) TO PROGRAM 'id'", "", "COPY"},
    {"SET work_mem = '1GB'", "", "SET"},
    {"RESET ALL", "", "RESET"},
    {"SHOW work_mem", "", "SHOW"},
    {"BEGIN", "", "BEGIN"},
    {"COMMIT", "", "COMMIT"},
    {"ROLLBACK", "", "ROLLBACK"},
    {"LOCK countries", "", "LOCK"},
    {"VACUUM", "", "VACUUM"},
    {"ANALYZE countries", "", "ANALYZE"},
    {"EXPLAIN SELECT 1", "", "EXPLAIN"},
    {"EXPLAIN ANALYZE DELETE FROM countries", "", "EXPLAIN"},
    {"DO $$BEGIN END$$", "", "DO"},
    {"CALL f()", "", "CALL"},
    {"EXECUTE p", "", "EXECUTE"},
    {"PREPARE p AS SELECT 1", "", "PREPARE"},
    {"DECLARE c CURSOR FOR SELECT 1", "", "DECLARE"},
    {"LISTEN x", "", "LISTEN"},
    {"NOTIFY x", "", "NOTIFY"},
    {"LOAD 'x'", "", "LOAD"},
    {"REFRESH MATERIALIZED VIEW x", "", "REFRESH"},
    {"COMMENT ON TABLE countries IS 'x'", "", "COMMENT"},
    {"IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z", "", "IMPORT"},
    {"TABLE countries; DELETE FROM countries", "", ""},
    {"SELECT 1; SELECT 2", "", ""},
    {"SELECT 1;; DROP TABLE countries", "", ""},
    {"/* SELECT */ DELETE FROM countries", "", "DELETE"},
    {"-- x\nDELETE FROM countries", "", "DELETE"},
    {"(DELETE FROM countries)", "", "DELETE"},
    {"WITH x AS (DELETE FROM countries RETURNING *) SELECT * FROM x", "", "DELETE"},
    {"WITH x AS (INSERT INTO countries VALUES (1) RETURNING *) SELECT * FROM x", "", "INSERT"},
    {"WITH x AS (UPDATE countries SET id = 1 RETURNING *) SELECT * FROM x", "", "UPDATE"},
    {"WITH x AS (SELECT 1) DELETE FROM countries", "", "DELETE"},
    {"WITH x AS (SELECT 1) INSERT INTO countries SELECT * FROM x", "", "INSERT"},
    {"SELECT * INTO x FROM countries", "", "INTO"},
    {"SELECT * FROM countries FOR UPDATE", "", "FOR"},
    {"SELECT * FROM countries FOR SHARE", "", "FOR"},
    {"SELECT * FROM (DELETE FROM countries RETURNING *) AS x", "42601", "FROM"},
    {"SELECT pg_read_file('/etc/passwd')", "0A000", "pg_read_file"},
    {"SELECT pg_ls_dir('/')", "0A000", "pg_ls_dir"},
    {"SELECT pg_sleep(10)", "0A000", "pg_sleep"},
    {"SELECT lo_import('/etc/passwd')", "0A000", "lo_import"},
    {"SELECT set_config('a', 'b', false)", "0A000", "set_config"},
    {"SELECT current_setting('x')", "0A000", "current_setting"},
    {"SELECT dblink('x', 'y')", "42883", "dblink"},
    {"SELECT nextval('s')", "0A000", "nextval"},
    {"SELECT clock_timestamp()", "", "clock_timestamp"},
    {"SELECT random()", "", "random"},
    {"SELECT pg_terminate_backend(1)", "0A000", "pg_terminate_backend"},
    {"SELECT * FROM pg_catalog.pg_tables", "0A000", "pg_catalog"},
    {"SELECT * FROM information_schema.tables", "0A000", "information_schema"},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_table t;
    carto_status status = ask(rows[i].sql, &t);
    if (!CHECK(status == CARTO_ERR_ARG || status == CARTO_ERR_UNSUPPORTED)) printf("  %s: %d\n", rows[i].sql, status);
    if (status == CARTO_OK) {
      carto_table_free(&t);
      continue;
    }
    CHECK_UINT(strlen(error.code), 5);
    if (rows[i].code[0] && !CHECK(strcmp(error.code, rows[i].code) == 0)) printf("  %s: %s\n", rows[i].sql, error.code);
    if (!CHECK(test_contains(carto_str_from(error.text), rows[i].text))) printf("  %s\n  %s\n", rows[i].sql, error.text);
    CHECK(is_zero(&t));
  }
  check_answer("SELECT count(*) FROM countries;", "4\n"); /* one semicolon at the end is a habit */
}

/* ---- parameters */

static carto_status ask_bound(const char *json, const char *sql, carto_table *out) {
  static carto_arena arena;
  carto_json_doc doc;
  carto_status status;
  carto_arena_init(&arena, libc_alloc, 0);
  if (carto_json_parse(&arena, carto_str_from(json), &doc, NULL) != CARTO_OK) exit(2);
  desc.parameters_doc = &doc;
  desc.parameters = doc.root;
  status = ask(sql, out);
  desc.parameters_doc = NULL;
  desc.parameters = NULL;
  carto_arena_free(&arena);
  return status;
}

static void test_parameters(void) {
  static const struct {
    const char *json, *sql, *want; /* an answer, or a SQLSTATE and what the text holds */
    const char *text;
  } rows[] = {
    {"[\"ES\"]", "SELECT name FROM countries WHERE iso_a2 = $1", "Spain\n", NULL},
    {"[\"ES\", 3]", "SELECT name FROM countries WHERE iso_a2 = ? OR id = ? ORDER BY 1", "Japan\nSpain\n", NULL},
    {"[3, \"ES\"]", "SELECT name FROM countries WHERE iso_a2 = $2 OR id = $1 ORDER BY 1", "Japan\nSpain\n", NULL},
    {"{\"a\": \"ES\"}", "SELECT name FROM countries WHERE iso_a2 = @a AND iso_a2 = :a AND iso_a2 = {{a}}", "Spain\n", NULL},
    {"{\"a\": [1, 3]}", "SELECT name FROM countries WHERE id IN {{a}} ORDER BY 1", "Japan\nSpain\n", NULL},
    {"{\"a\": [1, 3]}", "SELECT name FROM countries WHERE id IN (@a) ORDER BY 1", "Japan\nSpain\n", NULL},
    {"{\"a\": [\"ES\", \"PT\"]}", "SELECT name FROM countries WHERE iso_a2 NOT IN (:a)", "Japan\n", NULL},
    {"[[\"ES\", \"PT\"]]", "SELECT count(*) FROM countries WHERE iso_a2 IN ($1)", "2\n", NULL},
    {"[[\"ES\", \"PT\"], 1]", "SELECT count(*) FROM countries WHERE iso_a2 IN ? AND id = ?", "1\n", NULL},
    {"{\"a\": []}", "SELECT count(*) FROM countries WHERE id IN (@a)", "0\n", NULL},
    {"{\"a\": [null, 1]}", "SELECT count(*) FROM countries WHERE id IN (@a)", "1\n", NULL},
    {"{\"a\": [1, 2]}", "SELECT count(*) FROM countries WHERE id = ANY(@a)", "2\n", NULL},
    {"[null, true, 1, 2.5, \"x\"]", "SELECT $1 IS NULL, NOT $2, $3 + 1, $4 * 2, $5 || 'y'", "true|false|2|5|xy\n", NULL},
    {"[\"'; DROP TABLE countries; --\"]", "SELECT count(*) FROM countries WHERE name = $1", "0\n", NULL},
    {"[\"1 OR true\"]", "SELECT count(*) FROM countries WHERE name = $1 AND '$1' <> ''", "0\n", NULL},
    {"{\"a\": 1}", "SELECT ':a', \"id\" FROM countries WHERE id = :a -- :b", ":a|1\n", NULL},
    {"[9223372036854775807]", "SELECT $1", "9223372036854775807\n", NULL},
    {"[2, 1]", "SELECT id FROM countries ORDER BY id LIMIT $1 OFFSET $2", "2\n3\n", NULL},
    {"[\"2012-02-29\"]", "SELECT weather FROM seattle_weather WHERE date = $1", "rain\n", NULL},
    {"[1]", "SELECT $1::text || 'x', 5 AS b", "1x|5\n", NULL},
    {"{\"n\": \"ES\", \"i\": 1}", "SELECT id FROM countries WHERE iso_a2=@n AND id>=@i AND id<>-@i AND 'ES'||@n<>@n", "1\n", NULL},
    {"{\"n\": 3}", "SELECT 7-@n, 7+-@n, -@n, 2<@n, 2>=@n, @n=@n, 'a'||@n", "4|4|-3|true|false|true|a3\n", NULL},
    {"[3, 3, 4]", "SELECT 7-?, 3=?, 3<>?", "4|true|true\n", NULL},
    {"[1]", "SELECT $2", "42P02", "$2"},
    {"[1]", "SELECT $0", "42P02", "$0"},
    {"[1]", "SELECT $99999999999999999999", "42", ""},
    {"[1]", "SELECT ?, ?", "42P02", ""},
    {"[1]", "SELECT @a", "42P02", "a"},
    {"{\"a\": 1}", "SELECT :b", "42P02", "b"},
    {"{\"a\": 1}", "SELECT {{b}}", "42P02", "b"},
    {"{\"a\": 1}", "SELECT ?", "42P02", ""},
    {"{\"a\": 1}", "SELECT $1", "42P02", ""},
    {"{\"a\": [1, 2]}", "SELECT 1 + @a", "0A000", "list"},
    {"{\"a\": {\"b\": 1}}", "SELECT @a", "", ""},
    {"{\"a\": [[1], [2]]}", "SELECT 1 IN (@a)", "", ""},
    {"{\"a\": \"x\"}", "SELECT name FROM countries WHERE id = @a", "22P02", "x"},
    {"{\"a\": 1}", "SELECT {{a", "42601", ""},
    {"{\"a\": 1}", "SELECT {{}}", "42", ""},
    {"{\"a\": \"countries\"}", "SELECT * FROM @a", "42601", ""},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_table t;
    carto_status status = ask_bound(rows[i].json, rows[i].sql, &t);
    int before = test_failures;
    if (rows[i].text) {
      CHECK(status != CARTO_OK && strncmp(error.code, rows[i].want, strlen(rows[i].want)) == 0 && strlen(error.code) == 5);
      if (status != CARTO_OK) CHECK_CONTAINS(carto_str_from(error.text), rows[i].text);
    } else if (CHECK(status == CARTO_OK)) {
      CHECK_STR(show(&t), rows[i].want);
    }
    if (test_failures != before)
      printf("  %s with %s\n  %s %s\n", rows[i].sql, rows[i].json, status ? error.code : show(&t).ptr, status ? error.text : "");
    carto_table_free(&t);
  }
  {
    carto_table t;
    CHECK_INT(ask("SELECT $1", &t), CARTO_ERR_ARG);
    CHECK(strcmp(error.code, "42P02") == 0);
    CHECK_INT(ask("SELECT @a", &t), CARTO_ERR_ARG);
    CHECK_INT(ask("SELECT {{a}}", &t), CARTO_ERR_ARG);
    CHECK(strcmp(error.code, "42P02") == 0);
  }
}

/* ---- in half a megabyte, and no more */

static void test_fixed_block(void) {
  static char room[1 << 19];
  begin();
  for (size_t i = 0; i < QUERIES; i++) {
    carto_block block;
    carto_table t;
    carto_block_init(&block, room, sizeof room);
    if (!CHECK(ask_with(carto_block_alloc(&block), all_queries[i], &t) == CARTO_OK))
      printf("  %s\n  %s %s\n", all_queries[i], error.code, error.text);
    carto_table_free(&t);
  }
}

static void test_progress(void) {
  carto_table t;
  begin();
  many_open(5000);
  ask_every = 1000;
  CHECK_INT(ask("SELECT count(*) FROM many a JOIN many b ON a.id = b.id", &t), CARTO_OK);
  CHECK(host.told > 5000 && host.told <= 10000);
  CHECK_UINT(host.told_of, 10000);
  carto_table_free(&t);
  many_close();
}

/* Pairs of rows that no key joins are counted too, also where no table is read. */
static void test_progress_of_pairs(void) {
  carto_table t;
  begin();
  ask_every = 1000;
  CHECK_INT(ask("SELECT count(*) FROM generate_series(1, 300) a, generate_series(1, 2000) b WHERE a * 3 > b * 2 + 1", &t), CARTO_OK);
  CHECK(host.told > 500000 && host.told <= 600000);
  CHECK_UINT(host.told_of, 600000);
  carto_table_free(&t);
}

/* Tables of one name in two schemas: as PostgreSQL 15 has it. */
static void test_schemas(void) {
  static const struct {
    const char *sql, *code;
  } wrong[] = {
    {"SELECT t.name FROM a.t, b.t", "42P09"},    {"SELECT t.scalerank FROM a.t, b.t", "42P09"},
    {"SELECT t.* FROM a.t, b.t", "42P09"},       {"SELECT * FROM a.t, a.t", "42712"},
    {"SELECT c.t.name FROM a.t", "42P01"},       {"SELECT a.t.name FROM a.t, b.t t", "42712"},
    {"SELECT a.t.scalerank FROM a.t, b.t", "42703"}, {"SELECT name FROM a.t, b.t", "42702"},
  };
  begin();
  check_answer("SELECT a.t.name, b.t.name FROM a.t, b.t WHERE a.t.id = b.t.id ORDER BY a.t.id", "Spain|Ebro\nPortugal|Tejo\n");
  check_answer("SELECT scalerank FROM a.t JOIN b.t ON a.t.id = b.t.id WHERE b.t.id = 1", "2\n");
  check_answer("SELECT x.scalerank FROM (SELECT b.t.* FROM a.t JOIN b.t USING (id)) x ORDER BY 1", "2\n4\n");
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    carto_table t;
    if (!CHECK(ask(wrong[i].sql, &t) != CARTO_OK && strcmp(error.code, wrong[i].code) == 0))
      printf("  %s: %s %s\n", wrong[i].sql, error.code, error.text);
  }
}

/* ---- keys that are steps of doubles */

#define STEP_ROWS 60000

static double step_value(int kind, size_t i) {
  uint32_t word = (uint32_t)(i * 2654435761u) ^ (uint32_t)(i >> 7) * 40503u;
  double x = (double)word / 4294967296.0 * 100, edge = (double)(word % 21) * 5;
  switch (kind) {
  case 0: return i % 3 == 0 ? edge : i % 3 == 1 && edge > 0 ? nextafter(edge, 1000) : x;
  case 1: return i % 700 == 3 ? 0 : i % 700 == 9 ? x * 1e-300 : i % 5 == 0 && edge > 0 ? nextafter(edge, 0) : x;
  case 2: return (double)i / 100; /* ever larger */
  case 3: return i > 40000 ? -x : x;
  case 4: return i % 900 == 1 ? -0.0 : i % 1100 == 1 ? NAN : i % 1300 == 1 ? INFINITY : i % 1700 == 1 ? -INFINITY : x;
  case 5: return i % 2 ? 0 : x; /* mostly below the octaves */
  case 6: return x * 1e-22;
  case 7: return i % 30000 == 29999 ? 1e308 : x;
  case 8: return i < 30000 ? x - 50 : x;
  default: return i > 20000 ? x * 1e-6 : x; /* falls below them */
  }
}
#define STEP_KINDS 10

static bool same_key(double a, double b) { return a == b || (a != a && b != b); }

/* The keys of all rows and how often each occurs, against plain loops. */
static void check_steps(const double *x, bool has_least, const carto_table *t) {
  size_t rows = 0, total = 0;
  for (size_t row = 0; row < t->row_count; row++) {
    double key = t->columns[0].data.number[row], least = INFINITY;
    size_t count = 0;
    for (size_t i = 0; i < STEP_ROWS; i++) {
      if (!same_key(floor(x[i] / 5), key)) continue;
      count++;
      if (x[i] < least) least = x[i];
    }
    total += (size_t)whole(t, 1, row);
    rows += count == (size_t)whole(t, 1, row);
    if (has_least && key == key) CHECK(t->columns[2].data.number[row] == least);
  }
  CHECK_UINT(rows, t->row_count);
  CHECK_UINT(total, STEP_ROWS);
}

static void test_steps_of_doubles(void) {
  static double values[STEP_ROWS];
  static carto_column column;
  begin();
  memset(&many, 0, sizeof many);
  memset(&column, 0, sizeof column);
  column.name = carto_str_from("v");
  column.type = CARTO_TYPE_NUMBER;
  column.data.number = values;
  many.columns = &column;
  many.column_count = 1;
  many.row_count = STEP_ROWS;
  many_of = &many;
  for (int kind = 0; kind < STEP_KINDS; kind++) {
    carto_table t;
    for (size_t i = 0; i < STEP_ROWS; i++) values[i] = step_value(kind, i);
    CHECK_INT(ask("SELECT floor(v / 5), count(*) FROM many GROUP BY 1", &t), CARTO_OK);
    check_steps(values, false, &t);
    carto_table_free(&t);
    CHECK_INT(ask("SELECT floor(v / 5), count(*), min(v) FROM many GROUP BY 1", &t), CARTO_OK);
    check_steps(values, true, &t);
    carto_table_free(&t);
  }
  many_of = NULL;
  memset(&many, 0, sizeof many);
}

#define SORT_ROWS 300000

/* Values that are spread, equal, dense at every scale, in a few tight places, in order already. */
static double sort_value(int kind, size_t i) {
  uint64_t word = (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15);
  double x = (double)(word >> 11) * 0x1p-53;
  switch (kind) {
  case 0: return x * 100;
  case 1: return (double)(word >> 40) - 8388608;
  case 2: return (double)(word % 5) - 2;
  case 3: return 7.5;
  case 4: return ldexp(x - 0.5, (int)(word % 2000) - 1000);
  case 5: return (double)(word % 3) + ldexp((double)(word % 64), -50);
  case 6: return i % 1000 == 0 ? x : 1 + ldexp((double)(word % 8), -52);
  case 7: return (double)i;
  case 8: return -(double)i;
  default: return i % 100 == 1 ? NAN : i % 100 == 2 ? -INFINITY : i % 100 == 3 ? INFINITY : i % 2 ? -0.0 : 0.0;
  }
}
#define SORT_KINDS 10

static int by_number(const void *a, const void *b) {
  double x, y;
  memcpy(&x, a, 8);
  memcpy(&y, b, 8);
  if (x != x || y != y) return (x != x) - (y != y); /* NaN is the greatest, as in PostgreSQL */
  return (x > y) - (x < y);
}

static void test_sorts_of_numbers(void) {
  static double values[SORT_ROWS], sorted[SORT_ROWS];
  static int64_t ids[SORT_ROWS];
  static carto_column columns[2];
  carto_table t;
  begin();
  memset(&many, 0, sizeof many);
  memset(columns, 0, sizeof columns);
  columns[0].name = carto_str_from("v");
  columns[0].type = CARTO_TYPE_NUMBER;
  columns[0].data.number = values;
  columns[1].name = carto_str_from("id");
  columns[1].type = CARTO_TYPE_INTEGER;
  columns[1].data.integer = ids;
  many.columns = columns;
  many.column_count = 2;
  many.row_count = SORT_ROWS;
  many_of = &many;
  for (int kind = 0; kind < SORT_KINDS; kind++) {
    size_t wrong = 0;
    for (size_t i = 0; i < SORT_ROWS; i++) sorted[i] = values[i] = sort_value(kind, i), ids[i] = (int64_t)i;
    qsort(sorted, SORT_ROWS, sizeof *sorted, by_number);
    CHECK_INT(ask("SELECT v FROM many ORDER BY v", &t), CARTO_OK);
    CHECK_UINT(t.row_count, SORT_ROWS);
    for (size_t i = 0; i < t.row_count; i++) wrong += !same_key(t.columns[0].data.number[i], sorted[i]);
    CHECK_UINT(wrong, 0);
    carto_table_free(&t);
    CHECK_INT(ask("SELECT id FROM many ORDER BY v DESC", &t), CARTO_OK);
    CHECK_UINT(t.row_count, SORT_ROWS);
    for (size_t i = 0; i < t.row_count; i++) { /* equal ones in the order of the rows */
      int64_t id = whole(&t, 0, i);
      wrong += !same_key(values[id], sorted[SORT_ROWS - 1 - i]);
      wrong += i > 0 && same_key(values[id], values[whole(&t, 0, i - 1)]) && id < whole(&t, 0, i - 1);
    }
    CHECK_UINT(wrong, 0);
    carto_table_free(&t);
  }
  many_of = NULL;
  memset(&many, 0, sizeof many);
}

/* The nearest name is only told when it is near; other dialects' names are told in PostgreSQL's. */
static void test_hints(void) {
  static const struct {
    const char *sql, *code, *text, *lacks;
  } rows[] = {
    {"SELECT year(now())", "42883", "extract(year FROM x)", "mean"},
    {"SELECT median(id) FROM countries", "42883", "percentile_cont", "mean"},
    {"SELECT len('a')", "42883", "length", "mean"},
    {"SELECT getdate()", "42883", "now()", "mean"},
    {"SELECT foo(1)", "42883", "foo(integer)", "mean"},
    {"SELECT lenth('a')", "42883", "did you mean \"length\"?", "reference"},
    {"SELECT st_distnce(1, 2)", "42883", "did you mean \"st_distance\"?", "reference"},
    {"SELECT H3_CENTER('zz')", "22P02", "H3 cell", "type text"},
    {"SELECT * FROM foo(1)", "42883", "foo(integer)", "supported"},
    {"SELECT * FROM json_each('{}')", "0A000", "json_each", "exist"},
  };
  begin();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    carto_table t;
    if (CHECK(ask(rows[i].sql, &t) != CARTO_OK && strcmp(error.code, rows[i].code) == 0)) {
      CHECK_CONTAINS(carto_str_from(error.text), rows[i].text);
      CHECK(!test_contains(carto_str_from(error.text), rows[i].lacks));
    } else {
      printf("  %s: %s %s\n", rows[i].sql, error.code, error.text);
    }
  }
}

static const test_case cases[] = {
  {"queries run", test_queries_run},
  {"out of memory", test_out_of_memory},
  {"cancelled", test_cancelled},
  {"memory limit", test_memory_limit},
  {"result limits", test_result_limits},
  {"depth limit", test_depth_limit},
  {"long texts", test_long_texts},
  {"time limit", test_time_limit},
  {"functions_found", test_functions_found},
  {"words", test_words},
  {"asked often", test_asked_often},
  {"asked within values", test_asked_within_values},
  {"filters", test_filters},
  {"groups", test_groups},
  {"joins", test_joins},
  {"sorts and windows", test_sorts_and_windows},
  {"sorts of numbers", test_sorts_of_numbers},
  {"distinct and limit", test_distinct_and_limit},
  {"places", test_places},
  {"refused", test_refused},
  {"parameters", test_parameters},
  {"fixed block", test_fixed_block},
  {"progress", test_progress},
  {"progress of pairs", test_progress_of_pairs},
  {"schemas", test_schemas},
  {"hints", test_hints},
  {"steps of doubles", test_steps_of_doubles},
};

TEST_MAIN(cases)

/* SQL over a table of 10 million rows: against streaming the columns that a query touches once, and
   the memory that it takes beside the table.
     cc -O2 bench_sql.c -o bench_sql -lm
     bench_sql [TEXT]   the queries whose names hold TEXT, or all: one JSON object a line for each
     bench_sql asks     the longest time between two asks whether to go on, of queries with huge values
     bench_sql serve    runs each query named in a line of the input once, for bench_sql.mjs
   Each figure is the median of repetitions in which both sides take turns. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"
#include "../huge_shapes.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define ROWS ((size_t)10000000)
#define POINTS ((size_t)1000000)
#define DIM_ROWS 1000
#define SMALL_ROWS 100
#define VERTICES 100
#define REPEAT 7
#define DESCRIBES 1000 /* in one repetition of the planning row */
#define HUGE_VERTICES 1000000
#define LONGEST_QUERY 3000 /* ms after which a query with huge values is stopped */

static void give_up(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

/* ---- memory that is counted */

typedef struct counter {
  size_t now, peak;
} counter;

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
  counter *c = (counter *)user;
  void *p = NULL;
  if (new_size == 0) {
    free(ptr);
  } else {
    p = realloc(ptr, new_size);
    if (!p) return NULL;
  }
  c->now += new_size;
  c->now -= ptr ? old_size : 0;
  if (c->now > c->peak) c->peak = c->now;
  return p;
}

/* ---- the tables */

enum { V, W, CAT, K, TS, LNG, LAT, COLUMNS };

static carto_column columns[COLUMNS];
static carto_column point_columns[1], dim_columns[3], shop_columns[4], sale_columns[4];
static carto_table bench_table, points_table, dim_table, shops_table, sales_table;
static huge_shapes huge;

static void *room(size_t size) {
  void *p = malloc(size);
  if (!p) give_up("out of memory");
  return p;
}

static carto_column column_of(const char *name, int type) {
  carto_column c;
  memset(&c, 0, sizeof c);
  c.name = carto_str_from(name);
  c.type = type;
  return c;
}

static carto_column numbers(const char *name, size_t rows, double (*value)(void)) {
  carto_column c = column_of(name, CARTO_TYPE_NUMBER);
  double *x = (double *)room(rows * sizeof *x);
  size_t i;
  for (i = 0; i < rows; i++) x[i] = value();
  c.data.number = x;
  return c;
}

static carto_column integers(const char *name, int type, size_t rows,
                             int64_t (*value)(size_t row)) {
  carto_column c = column_of(name, type);
  int64_t *x = (int64_t *)room(rows * sizeof *x);
  size_t i;
  for (i = 0; i < rows; i++) x[i] = value(i);
  c.data.integer = x;
  return c;
}

/* A dictionary of count texts made by text(i, buffer), and codes by code(row). */
static carto_column texts(const char *name, size_t rows, uint32_t count,
                          void (*text)(uint32_t i, char *out), uint32_t (*code)(size_t row)) {
  carto_column c = column_of(name, CARTO_TYPE_STRING);
  uint32_t *codes = (uint32_t *)room(rows * sizeof *codes), *starts;
  char *bytes = (char *)room((size_t)count * 16);
  size_t i;
  starts = (uint32_t *)room((count + (size_t)1) * sizeof *starts);
  starts[0] = 0;
  for (i = 0; i < count; i++) {
    text((uint32_t)i, bytes + starts[i]);
    starts[i + 1] = starts[i] + (uint32_t)strlen(bytes + starts[i]);
  }
  for (i = 0; i < rows; i++) codes[i] = code(i);
  c.data.code = codes;
  c.bytes = bytes;
  c.dict_start = starts;
  c.dict_count = count;
  return c;
}

/* All different, in no order: the factor and 26 * 26 * 26 * 26 have no common divisor. */
static void category_text(uint32_t i, char *out) {
  uint32_t n = i * 16909 % 456976;
  out[0] = (char)('a' + n / 17576);
  out[1] = (char)('a' + n / 676 % 26);
  out[2] = (char)('a' + n / 26 % 26);
  out[3] = (char)('a' + n % 26);
  out[4] = 0;
}

/* dim holds the same names, in another order. */
static void name_text(uint32_t i, char *out) { category_text(DIM_ROWS - 1 - i, out); }

static void region_text(uint32_t i, char *out) {
  static const char *const names[] = {"north", "north-east", "east", "south-east",
                                      "south", "south-west", "west", "north-west"};
  strcpy(out, names[i]);
}

static double value_v(void) { return 100 * random_unit(); }
static double value_w(void) { return exp(2 * random_normal()); }
static double value_lng(void) { return 360 * random_unit() - 180; }
static double value_lat(void) { return 170 * random_unit() - 85; }
static uint32_t any_category(size_t row) { return (void)row, (uint32_t)(random_word() % DIM_ROWS); }
static int64_t any_key(size_t row) { return (void)row, (int64_t)(random_word() % DIM_ROWS); }
static int64_t any_time(size_t row) {
  return (void)row, 1400000000000000 + (int64_t)(random_word() % 315360000000000);
}
static int64_t row_number(size_t row) { return (int64_t)row; }
static uint32_t row_code(size_t row) { return (uint32_t)row; }
static uint32_t row_region(size_t row) { return (uint32_t)(row % 8); }
static int64_t any_shop(size_t row) { return (void)row, (int64_t)(random_word() % SMALL_ROWS); }

static void set_table(carto_table *table, carto_column *list, size_t count, size_t rows) {
  memset(table, 0, sizeof *table);
  table->columns = list;
  table->column_count = count;
  table->row_count = rows;
}

static void make_bench(void) {
  columns[V] = numbers("v", ROWS, value_v);
  columns[W] = numbers("w", ROWS, value_w);
  columns[CAT] = texts("cat", ROWS, DIM_ROWS, category_text, any_category);
  columns[K] = integers("k", CARTO_TYPE_INTEGER, ROWS, any_key);
  columns[TS] = integers("ts", CARTO_TYPE_TIMESTAMP, ROWS, any_time);
  columns[LNG] = numbers("lng", ROWS, value_lng);
  columns[LAT] = numbers("lat", ROWS, value_lat);
  set_table(&bench_table, columns, COLUMNS, ROWS);
}

static void make_points(void) {
  double *xy = (double *)room(POINTS * 16);
  size_t i;
  for (i = 0; i < 2 * POINTS; i++) xy[i] = 20 * random_unit() - 10;
  point_columns[0] = column_of("pt", CARTO_TYPE_GEOMETRY);
  point_columns[0].geom_types = 1u << CARTO_GEOM_POINT;
  point_columns[0].data.point = xy;
  set_table(&points_table, point_columns, 1, POINTS);
}

static void make_dim(void) {
  dim_columns[0] = integers("k", CARTO_TYPE_INTEGER, DIM_ROWS, row_number);
  dim_columns[1] = texts("region", DIM_ROWS, 8, region_text, row_region);
  dim_columns[2] = texts("name", DIM_ROWS, DIM_ROWS, name_text, row_code);
  set_table(&dim_table, dim_columns, 3, DIM_ROWS);
}

static void make_small(void) {
  shop_columns[0] = integers("shop_id", CARTO_TYPE_INTEGER, SMALL_ROWS, row_number);
  shop_columns[1] = texts("city", SMALL_ROWS, SMALL_ROWS, category_text, row_code);
  shop_columns[2] = texts("region", SMALL_ROWS, 8, region_text, row_region);
  shop_columns[3] = numbers("area", SMALL_ROWS, value_v);
  set_table(&shops_table, shop_columns, 4, SMALL_ROWS);
  sale_columns[0] = integers("sale_id", CARTO_TYPE_INTEGER, SMALL_ROWS, row_number);
  sale_columns[1] = integers("shop_id", CARTO_TYPE_INTEGER, SMALL_ROWS, any_shop);
  sale_columns[2] = integers("sold_at", CARTO_TYPE_TIMESTAMP, SMALL_ROWS, any_time);
  sale_columns[3] = numbers("amount", SMALL_ROWS, value_v);
  set_table(&sales_table, sale_columns, 4, SMALL_ROWS);
}

static carto_status find_table(const carto_call *call, void *user, carto_str name,
                               const carto_table **out, carto_error *error) {
  static const struct {
    const char *name;
    const carto_table *table;
  } tables[] = {{"t", &bench_table},
                {"points", &points_table},
                {"dim", &dim_table},
                {"shops", &shops_table},
                {"sales", &sales_table},
                {"huge", &huge.table}};
  size_t i;
  (void)call, (void)user, (void)error;
  for (i = 0; i < sizeof tables / sizeof *tables; i++) {
    if (!carto_str_equal(name, carto_str_from(tables[i].name))) continue;
    *out = tables[i].table;
    return CARTO_OK;
  }
  return CARTO_ERR_NOT_FOUND;
}

/* ---- streaming */

/* Streams a column once, or only counts its bytes. */
static size_t stream_column(const carto_column *c, size_t rows, bool read) {
  switch (c->type) {
  case CARTO_TYPE_NUMBER:
    if (read) stream_doubles(c->data.number, rows);
    return 8 * rows;
  case CARTO_TYPE_STRING:
    if (read) stream_words(c->data.code, 4 * rows);
    return 4 * rows;
  case CARTO_TYPE_GEOMETRY:
    if (read) stream_doubles(c->data.point, 2 * rows);
    return 16 * rows;
  default:
    if (read) stream_words(c->data.integer, 8 * rows);
    return 8 * rows;
  }
}

/* ---- the queries */

#define PERCENTS                                                                                   \
  "0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, " \
  "0.9, 0.95"
#define PERCENTILE(p) "percentile_disc(" p ") WITHIN GROUP (ORDER BY v)"

typedef struct query {
  const char *name; /* what bench_sql.mjs calls it */
  const char *work;
  const char *sql; /* %s: the polygon */
  const carto_column *touched[2];
  double budget; /* multiples of streaming; 0: none */
  size_t rows;   /* of the result */
} query;

static const query queries[] = {
  {"aggregate",
   "min, max, avg, sum of 10 M doubles",
   "SELECT min(v), max(v), avg(v), sum(v) FROM t",
   {&columns[V], NULL},
   2,
   1},
  {"filter",
   "count of a range, 30 % of 10 M",
   "SELECT count(*) FROM t WHERE v >= 20 AND v < 50",
   {&columns[V], NULL},
   2,
   1},
  {"group",
   "GROUP BY 1,000 categories, avg, 10 M",
   "SELECT cat, avg(v) FROM t GROUP BY cat",
   {&columns[CAT], &columns[V]},
   3,
   DIM_ROWS},
  {"top",
   "top 20 of 1,000 categories, 10 M",
   "SELECT cat, count(*) AS n FROM t GROUP BY cat ORDER BY n DESC, cat LIMIT 20",
   {&columns[CAT], NULL},
   3.5,
   20},
  {"histogram",
   "20-bin histogram by expression, 10 M",
   "SELECT floor(v / 5) AS bin, count(*) FROM t GROUP BY 1 ORDER BY 1",
   {&columns[V], NULL},
   6,
   20},
  {"month",
   "count by month, 10 M",
   "SELECT date_trunc('month', ts) AS month, count(*) FROM t GROUP BY 1 ORDER BY 1",
   {&columns[TS], NULL},
   4,
   121},
  {"contains",
   "1 M points in a 100-vertex polygon",
   "SELECT count(*) FROM points WHERE ST_Contains(ST_GeomFromText('%s'), pt)",
   {&point_columns[0], NULL},
   15,
   1},
  {"quantiles",
   "exact list of 19 quantiles, 10 M",
   "SELECT percentile_disc(ARRAY[" PERCENTS "]) WITHIN GROUP (ORDER BY v) FROM t",
   {&columns[V], NULL},
   10,
   1},
  {"quantiles5",
   "5 exact quantiles, each called for, 10 M",
   "SELECT " PERCENTILE("0.05") ", " PERCENTILE("0.25") ", " PERCENTILE("0.5") ", "
   PERCENTILE("0.75") ", " PERCENTILE("0.95") " FROM t",
   {&columns[V], NULL},
   10,
   1},
  {"join_k",
   "join of 10 M with 1,000 on an integer, group",
   "SELECT d.region, count(*), avg(t.v) FROM t JOIN dim d ON t.k = d.k GROUP BY d.region "
   "ORDER BY d.region",
   {&columns[K], &columns[V]},
   8,
   8},
  {"join_cat",
   "join of 10 M with 1,000 on text, group",
   "SELECT d.region, count(*), avg(t.v) FROM t JOIN dim d ON t.cat = d.name GROUP BY d.region "
   "ORDER BY d.region",
   {&columns[CAT], &columns[V]},
   8,
   8},
  {"first",
   "ORDER BY a double LIMIT 100, 10 M",
   "SELECT v FROM t ORDER BY v LIMIT 100",
   {&columns[V], NULL},
   3,
   100},
  {"sort", "sort of 10 M doubles", "SELECT v FROM t ORDER BY v", {&columns[V], NULL}, 0, ROWS},
};
#define QUERIES (sizeof queries / sizeof *queries)

static const char planned[] =
  "SELECT s.region, count(*) AS sales, sum(a.amount) AS revenue, avg(a.amount) AS average "
  "FROM sales a JOIN shops s ON s.shop_id = a.shop_id "
  "WHERE a.amount > 10 AND a.sold_at >= '2016-01-01' AND s.city <> 'aaaa' "
  "GROUP BY s.region HAVING count(*) > 1 ORDER BY revenue DESC LIMIT 10";

static char polygon[VERTICES * 48 + 64];

/* A star around 0 0: every second vertex nearer. */
static void make_polygon(void) {
  size_t i, len = (size_t)sprintf(polygon, "POLYGON((");
  for (i = 0; i <= VERTICES; i++) {
    double angle = 6.283185307179586 * (double)(i % VERTICES) / VERTICES, radius = i % 2 ? 5 : 9;
    len += (size_t)sprintf(polygon + len, "%s%.6f %.6f", i ? ", " : "", radius * cos(angle),
                           radius * sin(angle));
  }
  strcpy(polygon + len, "))");
}

typedef struct outcome {
  double ours, theirs; /* ms */
  size_t peak, result; /* bytes */
} outcome;

static void sql_text(const query *q, char *out, size_t size) {
  (void)snprintf(out, size, q->sql, polygon);
}

static size_t stream_touched(const query *q, bool read) {
  size_t bytes = 0, i, rows = q->touched[0] == &point_columns[0] ? POINTS : ROWS;
  for (i = 0; i < 2 && q->touched[i]; i++) bytes += stream_column(q->touched[i], rows, read);
  return bytes;
}

/* What a query needs of its host; its memory comes from alloc. */
typedef struct host {
  carto_sql_desc desc;
  carto_arena arena;
  carto_call call;
  carto_error error;
} host;

static void host_open(host *h, carto_alloc alloc) {
  memset(h, 0, sizeof *h);
  h->desc.table = find_table;
  carto_arena_init(&h->arena, alloc, 0);
  h->call.arena = &h->arena;
}

/* All that a query takes comes from the counter: working memory, the request's arena, the result. */
static outcome run(const query *q) {
  static char text[sizeof polygon + 1000];
  carto_alloc alloc;
  carto_table table;
  counter count;
  outcome o;
  host h;
  double start, middle;
  memset(&count, 0, sizeof count);
  alloc.fn = counted;
  alloc.user = &count;
  host_open(&h, alloc);
  sql_text(q, text, sizeof text);
  start = now_ms();
  (void)stream_touched(q, true);
  middle = now_ms();
  if (carto_sql_query(&h.call, &h.desc, carto_str_from(text), alloc, &table, &h.error) != CARTO_OK) {
    fprintf(stderr, "%s: %s\n", q->name, h.error.text);
    exit(1);
  }
  o.ours = now_ms() - middle;
  o.theirs = middle - start;
  o.peak = count.peak;
  o.result = table.memory_bytes;
  if (table.row_count != q->rows) {
    fprintf(stderr, "%s: %lu rows\n", q->name, (unsigned long)table.row_count);
    exit(1);
  }
  carto_table_free(&table);
  carto_arena_free(&h.arena);
  return o;
}

/* Microseconds of parsing and planning, each time anew. */
static double plan(void) {
  carto_alloc libc;
  carto_table table;
  host h;
  double start = now_ms();
  size_t i;
  memset(&libc, 0, sizeof libc);
  host_open(&h, libc);
  for (i = 0; i < DESCRIBES; i++) {
    if (carto_sql_describe(&h.call, &h.desc, carto_str_from(planned), libc, &table, &h.error) != CARTO_OK)
      give_up(h.error.text);
    carto_table_free(&table);
    carto_arena_reset(&h.arena);
  }
  carto_arena_free(&h.arena);
  return (now_ms() - start) * 1e3 / DESCRIBES;
}

/* ---- reporting */

static void measure(const query *q) {
  char work[100];
  double ours[REPEAT], theirs[REPEAT];
  outcome o = run(q); /* to warm up */
  size_t i;
  for (i = 0; i < REPEAT; i++) {
    o = run(q);
    ours[i] = o.ours;
    theirs[i] = o.theirs;
  }
  (void)snprintf(work, sizeof work, "SQL: %s", q->work);
  report(work, "ms", median(ours, REPEAT), "streaming what it touches once", median(theirs, REPEAT),
         q->budget);
  report(work, "MB", (double)o.peak / 1e6, "1.5 x what it touches, and the result",
         (1.5 * (double)stream_touched(q, false) + (double)o.result) / 1e6, 1);
}

static void make_tables(void) {
  make_bench();
  make_points();
  make_dim();
  make_small();
  make_polygon();
}

static void print_text(const char *name, const char *work, const char *sql) {
  printf("{\"name\":\"%s\",\"work\":\"SQL: %s\",\"sql\":\"%s\"}\n", name, work, sql);
}

/* Names and texts of all queries, an empty line, then an answer for each line. */
static void serve(void) {
  static char text[sizeof polygon + 1000];
  char line[100];
  size_t i;
  for (i = 0; i < QUERIES; i++) {
    sql_text(&queries[i], text, sizeof text);
    print_text(queries[i].name, queries[i].work, text);
  }
  print_text("plan", "parse and plan a join with filter, groups, order", planned);
  printf("\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    for (i = 0; i < QUERIES && strcmp(line, queries[i].name) != 0; i++) continue;
    if (i < QUERIES) printf("{\"ms\":%.4f}\n", run(&queries[i]).ours);
    else if (strcmp(line, "plan") == 0) printf("{\"us\":%.4f}\n", plan());
    else give_up("no such query");
    fflush(stdout);
  }
}

/* ---- cancelling: in its own time, since others use the machine too */

static struct {
  double began, asked, longest;
} asks;

static double own_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool asked(void *user) {
  double now = own_ms();
  (void)user;
  if (now - asks.asked > asks.longest) asks.longest = now - asks.asked;
  asks.asked = now;
  return now - asks.began < LONGEST_QUERY;
}

/* The longest time between asks, until the query has ended or been stopped. */
static double longest_ask(const char *sql) {
  carto_alloc libc;
  carto_table table;
  carto_status status;
  host h;
  memset(&libc, 0, sizeof libc);
  host_open(&h, libc);
  h.desc.limits.memory_bytes = (size_t)2 << 30;
  h.call.checkpoint = asked;
  asks.longest = 0;
  asks.began = asks.asked = own_ms();
  status = carto_sql_query(&h.call, &h.desc, carto_str_from(sql), libc, &table, &h.error);
  (void)asked(NULL);
  if (status != CARTO_OK && status != CARTO_ERR_CANCELLED) fprintf(stderr, "%s\n%s\n", sql, h.error.text);
  carto_table_free(&table);
  carto_arena_free(&h.arena);
  return asks.longest;
}

static void report_asks(const char *wanted) {
  double longest = 0;
  carto_alloc libc;
  size_t i;
  memset(&libc, 0, sizeof libc);
  if (huge_open(&huge, libc, HUGE_VERTICES) != CARTO_OK) give_up("out of memory");
  for (i = 0; i < HUGE_QUERIES; i++) {
    double ms;
    if (!strstr(huge_queries[i].sql, wanted)) continue;
    ms = longest_ask(huge_queries[i].sql);
    if (ms > longest) longest = ms;
    fprintf(stderr, "%6.1f ms  %s\n", ms, huge_queries[i].sql);
  }
  carto_table_free(&huge.table);
  report("SQL: longest work between two asks, a million vertices", "ms", longest, "what cancelling may take", 50, 1);
}

int main(int argc, char **argv) {
  const char *wanted = argc > 1 ? argv[1] : "";
  size_t i;
  if (strcmp(wanted, "asks") == 0) {
    report_asks(argc > 2 ? argv[2] : "");
    return 0;
  }
  make_tables();
  if (strcmp(wanted, "serve") == 0) {
    serve();
    return 0;
  }
  for (i = 0; i < QUERIES; i++)
    if (strstr(queries[i].name, wanted)) measure(&queries[i]);
  return 0;
}

/* bench_jobs [DIRECTORY]: workflows that are jobs: what launching one costs beside a call without data, what 1,000 of
   them cost beside their SQL alone while they are polled, and hotspots over points, whose peer is bench_jobs.py's
   PostGIS; with DIRECTORY its points are written there as CSV. */
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_IMPLEMENTATION
#include "../../carto_mcp.h"

#include "bench.h"

#define POINTS 1000000
#define ROUNDS 5

static carto_table points;

static int64_t clock_us(void *user) {
  (void)user;
  return (int64_t)(now_ms() * 1e3) + INT64_C(1767323045000000);
}

/* Towns: half a million points around 400 centres, as many spread out, over 14 by 14 degrees. */
static void make_points(const char *directory) {
  const carto_alloc libc = {NULL, NULL};
  carto_table_builder build;
  double centers[400][2];
  char path[400];
  FILE *file = NULL;
  for (int i = 0; i < 400; i++)
    for (int k = 0; k < 2; k++) centers[i][k] = 14 * random_unit() + (k ? 36 : -7);
  if (directory) {
    snprintf(path, sizeof path, "%s/points.csv", directory);
    file = fopen(path, "w");
  }
  carto_table_builder_init(&build, libc, POINTS);
  carto_table_builder_add_column(&build, carto_str_from("weight"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&build, carto_str_from("geom"), CARTO_TYPE_GEOMETRY);
  for (int i = 0; i < POINTS; i++) {
    const double *center = centers[random_word() % 400];
    carto_lnglat at;
    int64_t weight = (int64_t)(random_word() % 100);
    at.lng = i % 2 ? center[0] + random_normal() / 8 : 14 * random_unit() - 7;
    at.lat = i % 2 ? center[1] + random_normal() / 8 : 14 * random_unit() + 36;
    carto_table_builder_set_integer(&build, 0, weight);
    carto_table_builder_set_point(&build, 1, at);
    carto_table_builder_end_row(&build);
    if (file) fprintf(file, "%d,%d,%.17g,%.17g\n", i, (int)weight, at.lng, at.lat);
  }
  if (file) fclose(file);
  if (carto_table_builder_end(&build, &points, NULL) != CARTO_OK) exit(1);
}

static int by_cell(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* The grid that the peer has precomputed: the cells with their outlines, and which are neighbours. */
static void write_grid(const char *directory) {
  uint64_t *cells = (uint64_t *)malloc(POINTS * sizeof *cells), around[7];
  size_t count = 0;
  char path[400], text[17], other[17];
  FILE *outlines, *pairs;
  snprintf(path, sizeof path, "%s/cells.csv", directory);
  outlines = fopen(path, "w");
  snprintf(path, sizeof path, "%s/pairs.csv", directory);
  pairs = fopen(path, "w");
  if (!cells || !outlines || !pairs) exit(1);
  for (size_t i = 0; i < POINTS; i++) {
    carto_lnglat at;
    at.lng = points.columns[1].data.point[2 * i];
    at.lat = points.columns[1].data.point[2 * i + 1];
    cells[i] = carto_h3_from_point(at, 6);
  }
  qsort(cells, POINTS, sizeof *cells, by_cell);
  for (size_t i = 0; i < POINTS; i++)
    if (i == 0 || cells[i] != cells[count - 1]) cells[count++] = cells[i];
  for (size_t i = 0; i < count; i++) {
    carto_lnglat ring[10];
    size_t corners = carto_h3_boundary(cells[i], ring), near = carto__h3_disk(cells[i], 1, around, 7);
    carto_h3_text(cells[i], text);
    fprintf(outlines, "%s,\"POLYGON((", text);
    for (size_t k = 0; k <= corners; k++)
      fprintf(outlines, "%s%.17g %.17g", k ? "," : "", ring[k % corners].lng, ring[k % corners].lat);
    fprintf(outlines, "))\"\n");
    for (size_t k = 0; k < near; k++) {
      carto_h3_text(around[k], other);
      fprintf(pairs, "%s,%s\n", text, other);
    }
  }
  fprintf(stderr, "%u cells\n", (unsigned)count);
  fclose(outlines);
  fclose(pairs);
  free(cells);
}

/* ---- a warehouse with that table */

static carto_status connections(const carto_call *call, void *state, carto_connection_list *out, carto_error *error) {
  static carto_connection c;
  (void)call, (void)state, (void)error;
  c.name = carto_str_from("bench");
  c.provider_id = carto_str_from("postgres");
  out->items = &c;
  out->count = 1;
  return CARTO_OK;
}

static carto_status table_of(const carto_call *call, void *user, carto_str name, const carto_table **out,
                             carto_error *error) {
  const carto_source *source = (const carto_source *)user;
  (void)call, (void)error, (void)name;
  *out = &points;
  for (size_t i = 0; i < source->table_count; i++)
    if (carto_str_equal(source->tables[i].name, name)) *out = source->tables[i].table;
  return CARTO_OK;
}

static carto_status query(const carto_call *call, void *state, const carto_source *source, carto_alloc alloc,
                          carto_table *out, carto_error *error) {
  carto_sql_desc desc;
  (void)state;
  memset(&desc, 0, sizeof desc);
  desc.table = table_of;
  desc.user = (void *)(uintptr_t)source;
  desc.parameters_doc = source->parameters_doc;
  desc.parameters = source->parameters;
  return (source->columns_only ? carto_sql_describe : carto_sql_query)(call, &desc, source->text, alloc, out, error);
}

static void lend(void *state, const carto_lender *lender) { (void)state, (void)lender; }

#define SMALL "SELECT count(*) AS n, sum(x) AS total FROM (SELECT weight AS x FROM points LIMIT 200000) AS p"

static const carto_workflow_step small_steps[] = {{NULL, SMALL, NULL, NULL, NULL}};
static const carto_workflow_step spot_steps[] = {
  {"cells", "SELECT h3_fromgeogpoint(geom, 6) AS h3, CAST(sum(weight) AS double precision) AS value FROM points GROUP BY 1",
   NULL, NULL, NULL},
  {NULL, NULL, carto__flow_getis_ord, "{\"table\":\"cells\",\"cell\":\"h3\",\"value\":\"value\",\"size\":1}", NULL}};
static const carto_workflow workflows[] = {
  {"small", NULL, "Small.", NULL, true, NULL, 0, small_steps, 1, NULL, NULL, 0},
  {"spots", NULL, "Spots.", NULL, true, NULL, 0, spot_steps, 2, NULL, NULL, 0}};

static carto_server server;
static carto_session session;
static char said[1 << 16];

static bool hear(void *user, carto_str message) {
  (void)user;
  snprintf(said, sizeof said, "%.*s", (int)(message.len < 4000 ? message.len : 4000), message.ptr);
  return true;
}

static void say(const char *tool, const char *arguments) {
  carto_peer peer = {hear, NULL, NULL};
  char message[500];
  int len = snprintf(message, sizeof message,
                     "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s}}",
                     tool, arguments);
  if (carto_server_handle(&server, &session, &peer, carto_str_make(message, (size_t)len)) != CARTO_OK) exit(1);
}

/* Polls the last job 200 times a second while another runs. */
static char poll_arguments[200];
static double next_poll;
static long polls;

static bool poll_jobs(void *user) {
  (void)user;
  while (now_ms() >= next_poll) {
    say("async_workflow_job_get_status_v1_0_0", poll_arguments);
    polls++;
    next_poll += 5;
  }
  return true;
}

static void remember(void) {
  const char *id = strstr(said, "job-");
  if (!id) exit(1);
  snprintf(poll_arguments, sizeof poll_arguments, "{\"jobId\":\"%.20s\",\"connectionName\":\"bench\"}", id);
}

static void measure_launch(void) {
  double ours[ROUNDS], theirs[ROUNDS];
  for (int r = 0; r < ROUNDS; r++) {
    double start = now_ms();
    for (int i = 0; i < 900; i++) say("list_connections", "{}");
    theirs[r] = (now_ms() - start) * 1e3 / 900;
    start = now_ms();
    for (int i = 0; i < 900; i++) say("small", "{}");
    ours[r] = (now_ms() - start) * 1e3 / 900;
    while (carto_server_work(&server, NULL, NULL) == CARTO_OK) {
    }
  }
  report("launching a job", "us", median(ours, ROUNDS), "tools/call list_connections", median(theirs, ROUNDS), 2);
}

static void run_alone(const char *sql) {
  const carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_call call;
  carto_source source;
  carto_table out;
  carto_arena_init(&arena, libc, 0);
  memset(&call, 0, sizeof call);
  memset(&source, 0, sizeof source);
  call.arena = &arena;
  source.text = carto_str_from(sql);
  if (query(&call, NULL, &source, libc, &out, NULL) != CARTO_OK) exit(1);
  carto_table_free(&out);
  carto_arena_free(&arena);
}

static void measure_many(void) {
  double ours[ROUNDS], theirs[ROUNDS];
  for (int r = 0; r < ROUNDS; r++) {
    double start = now_ms();
    for (int i = 0; i < 1000; i++) run_alone(SMALL);
    theirs[r] = now_ms() - start;
    start = next_poll = now_ms();
    for (int i = 0; i < 1000; i++) say("small", "{}");
    remember();
    while (carto_server_work(&server, poll_jobs, NULL) == CARTO_OK) poll_jobs(NULL);
    ours[r] = now_ms() - start;
  }
  report("1,000 jobs, 200 polls a second", "ms", median(ours, ROUNDS), "the SQL alone", median(theirs, ROUNDS), 1.1);
}

static double measure_spots(void) {
  double ours[3];
  for (int r = 0; r < 3; r++) {
    double start = now_ms();
    say("spots", "{}");
    remember();
    if (carto_server_work(&server, NULL, NULL) != CARTO_OK) exit(1);
    ours[r] = now_ms() - start;
    say("async_workflow_job_get_status_v1_0_0", poll_arguments);
    if (!strstr(said, "success")) exit(1);
  }
  return median(ours, 3);
}

int main(int argc, char **argv) {
  carto_driver driver;
  carto_warehouse warehouse;
  carto_server_desc desc = carto_server_desc_default();
  double spots;
  memset(&driver, 0, sizeof driver);
  driver.connections = connections;
  driver.query = query;
  driver.lend = lend;
  warehouse.driver = &driver;
  warehouse.state = NULL;
  desc.warehouses = &warehouse;
  desc.warehouse_count = 1;
  desc.workflows = workflows;
  desc.workflow_count = 2;
  desc.now = clock_us;
  make_points(argc > 1 ? argv[1] : NULL);
  if (carto_server_init(&server, &desc, NULL) != CARTO_OK || carto_server_problem_count(&server)) return 1;
  spots = measure_spots();
  if (argc > 1) { /* for bench_jobs.py */
    write_grid(argv[1]);
    printf("%.3f\n", spots);
  } else {
    measure_launch();
    measure_many();
  }
  carto_server_free(&server);
  carto_table_free(&points);
  return 0;
}

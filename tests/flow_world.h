/* A server with workflows over a small warehouse in memory, and a store.
   Include after the implementation, memory_files.h and test.h. */
#ifndef FLOW_WORLD_H
#define FLOW_WORLD_H

#include "memory_store.h"

/* ---- the server */

static const carto_workflow_input flow_inputs[] = {
  {"least", CARTO_INPUT_NUMBER, false, false, "People at the least.", "0", NULL, 0, 1e9, 0, 0, NULL, NULL, NULL, NULL},
};
static const carto_workflow_step flow_sleepy_steps[] = {
  {"numbers", "SELECT x FROM generate_series(1, 300000) AS g(x)", NULL, NULL, NULL},
  {NULL, "SELECT count(*) AS n, sum(x) AS total FROM numbers WHERE x > @least", NULL, NULL, NULL},
};
static const carto_workflow_step flow_late_steps[] = {
  {"numbers", "SELECT x FROM generate_series(1, 1000000) AS g(x)", NULL, NULL, NULL},
  {"shares", "SELECT x, 1 / (x - 1000000) AS share FROM numbers", NULL, NULL, NULL},
  {NULL, "SELECT count(share) AS n FROM shares", NULL, NULL, NULL},
};
static const carto_workflow_step flow_city_steps[] = {
  {NULL, "SELECT name, population, geom FROM demo.world.cities WHERE population > @least ORDER BY name", NULL, NULL,
   NULL},
};
static const carto_workflow_column flow_city_columns[] = {
  {"name", "String", "What it is called."},
  {"population", "Number", NULL},
  {"geom", "Geometry", NULL},
};

/* A function in the place of SQL: the numbers below the input. */
static carto_status flow_count(const carto_workflow_call *call, carto_alloc alloc, carto_table *out,
                               carto_error *error) {
  double least = carto_json_double(carto_json_get(call->inputs, "least"));
  carto_table_builder build;
  if (!call->columns_only && least > 1000) return memory_fail(error, CARTO_ERR_ARG, "counts to 1000 at most", STR(""));
  carto_table_builder_init(&build, alloc, 0);
  carto_table_builder_add_column(&build, STR("n"), CARTO_TYPE_INTEGER);
  for (int i = 0; i < least && !call->columns_only; i++) {
    carto_table_builder_set_integer(&build, 0, i);
    carto_table_builder_end_row(&build);
  }
  return carto_table_builder_end(&build, out, error);
}

static const carto_workflow_step flow_count_steps[] = {{NULL, NULL, flow_count, NULL, NULL}};

static const carto_workflow flow_rows[] = {
  {"cities", "Cities", "Cities by people.", NULL, false, flow_inputs, 1, flow_city_steps, 1, "Cities.",
   flow_city_columns, 3},
  {"slow_cities", "Cities, as a job", "Cities by people.", NULL, true, flow_inputs, 1, flow_city_steps, 1, "Cities.",
   flow_city_columns, 3},
  {"sleepy", "Sums", "Sums numbers.", "local", true, flow_inputs, 1, flow_sleepy_steps, 2, NULL, NULL, 0},
  {"late", "Fails late", "Divides by zero in the millionth row.", NULL, true, NULL, 0, flow_late_steps, 3, NULL, NULL,
   0},
  {"counting", "Counts", "Counts in C.", NULL, true, flow_inputs, 1, flow_count_steps, 1, NULL, NULL, 0},
};

typedef struct flow_world {
  memory_server m;
  memory_files files;
  int64_t clock; /* microseconds since 1970 */
  carto_arena arena;
  carto_error error;
} flow_world;

static int64_t flow_now(void *user) { return ((flow_world *)user)->clock += 10; }

static carto_status flow_open(flow_world *w, carto_server_desc desc) {
  memset(w, 0, sizeof *w);
  w->clock = MEMORY_TIME;
  w->arena = test_arena();
  if (!desc.workflows) {
    desc.workflows = flow_rows;
    desc.workflow_count = MEMORY_COUNT(flow_rows);
  }
  desc.now = flow_now;
  desc.user = w;
  return memory_server_open(&w->m, desc, &w->error);
}

static void flow_close(flow_world *w) {
  memory_server_close(&w->m);
  carto_arena_free(&w->arena);
}

/* Calls a tool; its result or its error stays in the arena. */
static carto_status flow_call(flow_world *w, const char *tool, const char *arguments, carto_str *result) {
  carto_call call;
  carto_json_writer writer;
  carto_buf out;
  carto_status status;
  memset(&call, 0, sizeof call);
  memset(&w->error, 0, sizeof w->error);
  call.arena = &w->arena;
  call.now = flow_now;
  call.user = w;
  carto_buf_init(&out, carto_arena_allocator(&w->arena), 0);
  carto_json_writer_init(&writer, &out);
  status = carto_server_call(&w->m.server, &call, STR(tool), STR(arguments), &writer, &w->error);
  *result = status == CARTO_OK ? carto_buf_str(&out) : STR(w->error.text);
  return status;
}

/* ---- for fuzzers */

/* Little, so that no input takes long. */
static carto_status flow_open_small(flow_world *w, carto_server_desc desc) {
  memory_limits.memory_bytes = (size_t)4 << 20;
  memory_limits.result_bytes = (size_t)1 << 20;
  memory_limits.rows = 2000;
  memory_limits.depth = 16;
  desc.arena_bytes = (size_t)4 << 20;
  return flow_open(w, desc);
}

/* Whether a text is one JSON value. */
static bool flow_is_json(carto_str text) {
  carto_arena arena = test_arena();
  carto_json_doc doc;
  bool one = carto_json_parse(&arena, text, &doc, NULL) == CARTO_OK;
  carto_arena_free(&arena);
  return one;
}

#endif

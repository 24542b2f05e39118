/* A device that serves its readings as a table, and a workflow over it, in one fixed block: no files, no malloc.
   cc -O2 -o sensor_gateway examples/sensor_gateway.c && ./sensor_gateway <messages */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#define CARTO_MCP_NO_FILES
#define CARTO_MCP_NO_MALLOC
#include "../carto_mcp.h"

#include <stdio.h>
#include <time.h>

typedef struct reading {
  int64_t at; /* microseconds since 1970 */
  int sensor;
  double celsius;
} reading;

static reading readings[256]; /* the newest of them, in a ring */
static unsigned taken;

static int64_t now(void *user) { return (void)user, (int64_t)time(NULL) * 1000000; }

static void read_sensors(void) { /* yours talks to the bus */
  for (int i = 1; i <= 3; i++, taken++)
    readings[taken % 256] = (reading){now(NULL), i, 20 + i + (double)((taken + 1) * 7919 % 100) / 50};
}

/* A warehouse with one connection and one table. */
static carto_status connections(const carto_call *call, void *state, carto_connection_list *out, carto_error *error) {
  static carto_connection device = {.name = {"device", 6}, .provider_id = {"postgres", 8}};
  (void)call, (void)state, (void)error;
  *out = (carto_connection_list){&device, 1};
  return CARTO_OK;
}

/* The readings as a table; it goes with the request. */
static carto_status table_of(const carto_call *call, void *user, carto_str name, const carto_table **out,
                             carto_error *error) {
  unsigned count = taken < 256 ? taken : 256;
  carto_table *table = (carto_table *)carto_arena_alloc(call->arena, sizeof *table);
  carto_table_builder build;
  (void)user;
  *out = table;
  if (!table) return CARTO_ERR_NOMEM;
  if (!carto_str_equal(name, carto_str_from("readings"))) {
    snprintf(error->text, sizeof error->text, "there is one table here: readings");
    return CARTO_ERR_NOT_FOUND;
  }
  carto_table_builder_init(&build, carto_arena_allocator(call->arena), count);
  carto_table_builder_add_column(&build, carto_str_from("at"), CARTO_TYPE_TIMESTAMP);
  carto_table_builder_add_column(&build, carto_str_from("sensor"), CARTO_TYPE_INTEGER);
  carto_table_builder_add_column(&build, carto_str_from("celsius"), CARTO_TYPE_NUMBER);
  for (unsigned i = taken - count; i < taken; i++) {
    const reading *r = &readings[i % 256];
    carto_table_builder_set_time(&build, 0, r->at);
    carto_table_builder_set_integer(&build, 1, r->sensor);
    carto_table_builder_set_number(&build, 2, r->celsius);
    carto_table_builder_end_row(&build);
  }
  return carto_table_builder_end(&build, table, error);
}

static carto_status query(const carto_call *call, void *state, const carto_source *source, carto_alloc alloc,
                          carto_table *out, carto_error *error) {
  carto_sql_desc desc = {.table = table_of, .user = state, .limits = {.memory_bytes = 192 * 1024},
                         .parameters_doc = source->parameters_doc, .parameters = source->parameters};
  if (!source->columns_only) read_sensors();
  return (source->columns_only ? carto_sql_describe : carto_sql_query)(call, &desc, source->text, alloc, out, error);
}

static const carto_driver driver = {.name = "device", .connections = connections, .query = query};

static const carto_workflow_input limit = {
  .name = "limit", .type = CARTO_INPUT_NUMBER, .description = "Degrees Celsius.", .fallback = "22.5", .min = -50, .max = 90};
static const carto_workflow_step step = {
  .sql = "SELECT sensor, count(*) AS times, max(celsius) AS highest FROM readings WHERE celsius > @limit GROUP BY 1 ORDER BY 1"};
static const carto_workflow workflow = {
  .name = "overheated", .title = "Overheated sensors", .description = "Which sensors were too hot, and how often.",
  .inputs = &limit, .input_count = 1, .steps = &step, .step_count = 1};

int main(void) {
  static unsigned char block[1024 * 1024];
  static carto_server server;
  carto_warehouse warehouse = {&driver, NULL};
  carto_block memory;
  carto_server_desc desc = carto_server_desc_default();
  carto_error error;
  carto_block_init(&memory, block, sizeof block);
  desc.alloc = carto_block_alloc(&memory);
  desc.message_bytes = 32 * 1024;
  desc.allow = "list_connections,execute_query,workflow";
  desc.warehouses = &warehouse;
  desc.workflows = &workflow;
  desc.warehouse_count = desc.workflow_count = 1;
  desc.now = now;
  if (carto_server_init(&server, &desc, &error) == CARTO_OK && carto_serve_stdio(&server, 0, 1, &error) == CARTO_OK)
    return 0;
  return fprintf(stderr, "%s\n", error.text), 1;
}

/* A device that serves its own readings: a table that is made anew for each query, and a workflow over it. All of it
   runs in one fixed block: no files, no malloc.
   cc -O2 -o sensor_gateway examples/sensor_gateway.c && ./sensor_gateway
   With --try it takes some readings, asks about them and prints the answers. */
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
static unsigned reading_count;

static int64_t now(void *user) {
  return user ? *(int64_t *)user : (int64_t)time(NULL) * 1000000;
}

static void read_sensors(int64_t at) { /* yours talks to the bus */
  for (int sensor = 1; sensor <= 3; sensor++) {
    reading *r = &readings[reading_count++ % 256];
    r->at = at;
    r->sensor = sensor;
    r->celsius = 20 + sensor + (double)(reading_count * 7919 % 100) / 50;
  }
}

/* ---- a warehouse with one connection and one table */

static carto_status connections(const carto_call *call, void *state, carto_connection_list *out, carto_error *error) {
  static carto_connection device;
  (void)call, (void)state, (void)error;
  device.id = carto_str_from("00000000-0000-8000-8000-000000000001");
  device.name = carto_str_from("device");
  device.provider_id = carto_str_from("postgres");
  device.privacy = carto_str_from("private");
  out->items = &device;
  out->count = 1;
  return CARTO_OK;
}

/* The table as it is now; it goes with the request. */
static carto_status table_of(const carto_call *call, void *user, carto_str name, const carto_table **out,
                             carto_error *error) {
  unsigned count = reading_count < 256 ? reading_count : 256;
  carto_table *table = (carto_table *)carto_arena_alloc(call->arena, sizeof *table);
  carto_table_builder build;
  carto_status status;
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
  for (unsigned i = reading_count - count; i < reading_count; i++) {
    carto_table_builder_set_time(&build, 0, readings[i % 256].at);
    carto_table_builder_set_integer(&build, 1, readings[i % 256].sensor);
    carto_table_builder_set_number(&build, 2, readings[i % 256].celsius);
    carto_table_builder_end_row(&build);
  }
  status = carto_table_builder_end(&build, table, error);
  return status;
}

static carto_status query(const carto_call *call, void *state, const carto_source *source, carto_alloc alloc,
                          carto_table *out, carto_error *error) {
  carto_sql_desc desc = {0};
  desc.table = table_of;
  desc.user = state;
  desc.parameters_doc = source->parameters_doc;
  desc.parameters = source->parameters;
  desc.limits.memory_bytes = 192 * 1024;
  return (source->columns_only ? carto_sql_describe : carto_sql_query)(call, &desc, source->text, alloc, out, error);
}

static const carto_driver driver = {.name = "device", .connections = connections, .query = query};

/* ---- a workflow over it */

static const carto_workflow_input inputs[] = {
  {.name = "limit", .type = CARTO_INPUT_NUMBER, .description = "Degrees Celsius.", .fallback = "22.5", .min = -50, .max = 90}};
static const carto_workflow_step steps[] = {
  {.sql = "SELECT sensor, count(*) AS times, max(celsius) AS highest FROM readings WHERE celsius > @limit "
          "GROUP BY sensor ORDER BY sensor"}};
static const carto_workflow workflows[] = {
  {.name = "overheated", .title = "Overheated sensors", .description = "Which sensors were too hot, and how often.",
   .inputs = inputs, .input_count = 1, .steps = steps, .step_count = 1}};

static bool show(void *user, carto_str message) {
  return fwrite(message.ptr, 1, message.len, (FILE *)user) == message.len && fputc('\n', (FILE *)user) == '\n';
}

static int try_it(carto_server *server) {
  static const char *const asks[] = {
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"execute_query\",\"arguments\":{"
    "\"connection_name\":\"device\",\"sql\":\"SELECT count(*), min(at) FROM readings\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":\"overheated\",\"arguments\":{\"limit\":23}}}"};
  carto_session session = {0};
  carto_peer peer = {show, NULL, stdout};
  for (int i = 0; i < 2; i++) {
    read_sensors(INT64_C(1767323045000000) + i * INT64_C(60000000));
    if (carto_server_handle(server, &session, &peer, carto_str_from(asks[i])) != CARTO_OK) return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  static unsigned char block[1024 * 1024];
  static carto_server server;
  carto_block memory;
  carto_warehouse warehouse = {&driver, NULL};
  carto_server_desc desc = carto_server_desc_default();
  carto_error error;
  carto_block_init(&memory, block, sizeof block);
  desc.alloc = carto_block_alloc(&memory);
  desc.message_bytes = 32 * 1024;
  desc.allow = "list_connections,execute_query,workflow";
  desc.warehouses = &warehouse;
  desc.warehouse_count = 1;
  desc.workflows = workflows;
  desc.workflow_count = 1;
  desc.now = now;
  if (carto_server_init(&server, &desc, &error) != CARTO_OK) return fprintf(stderr, "%s\n", error.text), 1;
  for (size_t i = 0; i < carto_server_problem_count(&server); i++)
    fprintf(stderr, "%.*s\n", (int)carto_server_problem(&server, i).text.len, carto_server_problem(&server, i).text.ptr);
  if (argc > 1) return try_it(&server) || !argv[1];
  read_sensors(now(NULL));
  return carto_serve_stdio(&server, 0, 1, &error) != CARTO_OK;
}

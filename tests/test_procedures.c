/* Workflows on an account: stored procedures that answer at once, and jobs that its service runs. The service is the
   driver of remote_driver.h, whose jobs are in the states that a test gives them. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "test.h"

#include "memory_files.h"
#include "flow_world.h"
#include "remote_driver.h"

#define SECOND INT64_C(1000000)

static const carto_workflow_input area_inputs[] = {
  {"least", CARTO_INPUT_NUMBER, false, false, "At the least.", "3", NULL, 0, 1e9, 0, 0, NULL, NULL, NULL, NULL},
  {"names", CARTO_INPUT_STRING, true, true, "Which.", NULL, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL},
  {"tbl", CARTO_INPUT_TABLE, false, false, "A table.", "\"proj.ds.shops\"", NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL},
  {"col", CARTO_INPUT_COLUMN, false, true, "A column.", NULL, NULL, 0, 0, 0, 0, NULL, NULL, "tbl", "Number"},
};
static const carto_workflow_step area_steps[] = {
  {NULL, "-- as it was published\nCALL `proj.ds.wfproc_1`(@least, @names, @tbl, @col)", NULL, NULL, NULL, true},
};
static const carto_workflow_step mixed_steps[] = {
  {"far", "CALL far(@least)", NULL, NULL, "account", true},
  {NULL, "SELECT count(*) AS n, max(population) AS most FROM far WHERE population >= @least", NULL, NULL, NULL, false},
};
static const carto_workflow_step select_steps[] = {
  {NULL, "SELECT name FROM demo.world.cities WHERE population > @least ORDER BY 1", NULL, NULL, "account", false},
};
static const carto_workflow_step local_steps[] = {
  {NULL, "SELECT @least AS n", NULL, NULL, NULL, false},
};

static const carto_workflow procedure_rows[] = {
  {"areas", "Areas", "At once.", "account", false, area_inputs, 4, area_steps, 1, NULL, NULL, 0},
  {"reach", "Reach", "As a job.", "account", true, area_inputs, 4, area_steps, 1, NULL, NULL, 0},
  {"mixed", "Mixed", "Here and there.", "local", false, area_inputs, 1, mixed_steps, 2, NULL, NULL, 0},
  {"chosen", "Chosen", "A query elsewhere.", "account", false, area_inputs, 1, select_steps, 1, NULL, NULL, 0},
  {"near", "Near", "A job here.", "local", true, area_inputs, 1, local_steps, 1, NULL, NULL, 0},
};

#define MANY 6000

typedef struct world {
  memory_files data, other, files;
  memory_file rows[2];
  char *many;
  carto_local local;
  remote remote;
  carto_warehouse warehouses[2];
  carto_server server;
  carto_session sessions[2];
  int64_t clock;
  carto_arena arena;
  carto_error error;
  carto_str said;
  memory_store *store;
} world;

static int64_t world_now(void *user) { return ((world *)user)->clock; }

static char *many_rows(void) {
  char *text = (char *)malloc(MANY * 16 + 64), *to = text;
  to += sprintf(to, "n\n");
  for (int i = 0; i < MANY; i++) to += sprintf(to, "%d\n", i);
  return text;
}

static carto_status world_start(world *w, carto_server_desc desc) {
  if (!desc.workflows && !desc.workflow_files.list) {
    desc.workflows = procedure_rows;
    desc.workflow_count = MEMORY_COUNT(procedure_rows);
  }
  if (!desc.allow) desc.allow = "data,job,workflow,map,widget,layer,extension";
  if (!desc.now) desc.now = world_now;
  desc.user = w;
  if (w->store) desc.store = store_of(w->store);
  desc.warehouses = w->warehouses;
  desc.warehouse_count = 2;
  return carto_server_init(&w->server, &desc, &w->error);
}

static carto_status world_open_with(world *w, carto_server_desc desc, memory_store *store) {
  carto_local_desc local = carto_local_desc_default();
  carto_status status;
  memset(w, 0, sizeof *w);
  w->clock = MEMORY_TIME;
  w->store = store;
  w->arena = test_arena();
  local.data = memory_files_of(&w->data, memory_data, MEMORY_COUNT(memory_data));
  local.created_at = local.updated_at = MEMORY_TIME;
  local.alloc = desc.alloc;
  status = carto_local_init(&w->local, &local, &w->error);
  local.name = STR("account");
  w->many = many_rows();
  w->rows[0].path = "demo/world/many.csv";
  w->rows[0].text = w->many;
  w->rows[1] = memory_data[0];
  local.data = memory_files_of(&w->other, w->rows, 2);
  if (status == CARTO_OK) status = remote_init(&w->remote, &local, &w->error);
  w->remote.rows_sql = "SELECT name, population FROM demo.world.cities ORDER BY 1";
  w->warehouses[0] = carto_local_warehouse(&w->local);
  w->warehouses[1] = remote_warehouse(&w->remote);
  return status == CARTO_OK ? world_start(w, desc) : status;
}

static void world_open(world *w) { CHECK_INT(world_open_with(w, carto_server_desc_default(), NULL), CARTO_OK); }

static void world_close(world *w) {
  carto_server_free(&w->server);
  carto_local_free(&w->local);
  carto_local_free(&w->remote.local);
  carto_arena_free(&w->arena);
  free(w->many);
}

/* Calls a tool in a session's name (0: nobody's); the result or the error is in w->said. */
static carto_status call_as(world *w, size_t session, const char *tool, const char *arguments) {
  const carto_tool *row = carto__tool_named(&w->server, STR(tool));
  carto_json_writer writer;
  carto_json_doc doc;
  carto_call work;
  carto_buf out;
  carto_status status;
  carto_arena_reset(&w->arena);
  memset(&work, 0, sizeof work);
  memset(&w->error, 0, sizeof w->error);
  work.arena = &w->arena;
  carto_buf_init(&out, carto_arena_allocator(&w->arena), 0);
  carto_json_writer_init(&writer, &out);
  if (session == 0) {
    status = carto_server_call(&w->server, &work, STR(tool), STR(arguments), &writer, &w->error);
  } else {
    CHECK(row && carto_json_parse(&w->arena, STR(arguments), &doc, NULL) == CARTO_OK);
    status = carto__call_tool(&w->server, &w->sessions[session - 1], &work, row, &doc, doc.root, &out, &w->error);
  }
  w->said = status == CARTO_OK ? carto_buf_str(&out) : STR(w->error.text);
  return status;
}

static carto_str get_as(world *w, size_t session, const char *tool, const char *arguments) {
  if (!CHECK(call_as(w, session, tool, arguments) == CARTO_OK))
    printf("  %s %s\n  %s\n", tool, arguments, w->error.text);
  return w->said;
}

static carto_str get(world *w, const char *tool, const char *arguments) { return get_as(w, 0, tool, arguments); }

static void refuse(world *w, const char *tool, const char *arguments, const char *why) {
  if (!CHECK(call_as(w, 0, tool, arguments) != CARTO_OK && strcmp(w->error.text, why) == 0))
    printf("  %s %s\n  got  %.*s\n  want %s\n", tool, arguments, (int)w->said.len, w->said.ptr, why);
}

/* The text of a member of what was said. */
static void member(world *w, const char *name, char *to, size_t room) {
  carto_json_doc doc;
  carto_str value = carto_str_make("", 0);
  if (CHECK(carto_json_parse(&w->arena, w->said, &doc, NULL) == CARTO_OK))
    value = carto_json_string(carto_json_get(carto_json_get(doc.root, "data"), name));
  snprintf(to, room, "%.*s", (int)value.len, value.ptr ? value.ptr : "");
}

typedef struct launched {
  char id[64], status[200], results[600], table[200];
} launched;

static launched launch_as(world *w, size_t session, const char *arguments) {
  launched l;
  memset(&l, 0, sizeof l);
  get_as(w, session, "reach", arguments);
  member(w, "jobId", l.id, sizeof l.id);
  member(w, "workflowOutputTableName", l.table, sizeof l.table);
  snprintf(l.status, sizeof l.status, "{\"jobId\":\"%s\",\"connectionName\":\"account\"}", l.id);
  snprintf(l.results, sizeof l.results,
           "{\"jobId\":\"%s\",\"connectionName\":\"account\",\"providerId\":\"postgres\",\"workflowOutputTableName\":"
           "\"%s\"}", l.id, l.table[0] ? l.table : "demo.world.cities");
  return l;
}

static launched launch(world *w) { return launch_as(w, 0, "{}"); }

static void check_state(world *w, const launched *l, const char *state) {
  char got[20];
  get(w, "async_workflow_job_get_status_v1_0_0", l->status);
  member(w, "status", got, sizeof got);
  if (!CHECK(strcmp(got, state) == 0)) printf("  got %s, want %s\n", got, state);
}

/* ---- publishing */

static void test_documents(void) {
#define DOC(more) "{\"name\":\"doc\",\"description\":\"d\"," more "}"
  static const struct {
    const char *text, *problem; /* NULL: none */
  } all[] = {
    {DOC("\"connection\":\"account\",\"procedure\":\"CALL a.b()\""), NULL},
    {DOC("\"connection\":\"account\",\"procedure\":[\"/* x */ call\",\" a.b(@n);\"],\"mode\":\"async\",\"inputs\":["
         "{\"name\":\"n\",\"type\":\"Number\",\"description\":\"d\"}]"), NULL},
    {DOC("\"connection\":\"account\",\"steps\":[{\"name\":\"one\",\"procedure\":\"CALL a.b()\"},{\"sql\":\"SELECT 1\"}]"), NULL},
    {DOC("\"connection\":\"account\",\"sql\":\"SELECT 1 FROM wherever\""), NULL}, /* it is not planned */
    {DOC("\"connection\":\"local\",\"procedure\":\"CALL a.b()\""),
     "connection \"local\" has no stored procedures: give \"sql\""},
    {DOC("\"procedure\":\"CALL a.b()\""), "connection \"local\" has no stored procedures: give \"sql\""},
    {DOC("\"connection\":\"account\",\"procedure\":\"SELECT 1\""),
     "a \"procedure\" is the CALL of one, such as CALL schema.name(@input)"},
    {DOC("\"connection\":\"account\",\"procedure\":\"-- CALL x()\\nDROP TABLE t\""),
     "a \"procedure\" is the CALL of one, such as CALL schema.name(@input)"},
    {DOC("\"connection\":\"account\",\"procedure\":\"CALL\""),
     "a \"procedure\" is the CALL of one, such as CALL schema.name(@input)"},
    {DOC("\"connection\":\"account\",\"procedure\":\"CALL a(@nobody)\""), "there is no input \"nobody\""},
    {DOC("\"connection\":\"account\",\"procedure\":\"CALL a()\",\"sql\":\"SELECT 1\""),
     "give \"sql\", \"procedure\" or \"steps\", one of them"},
    {DOC("\"connection\":\"account\""), "give \"sql\", \"procedure\" or \"steps\""},
    {DOC("\"connection\":\"account\",\"steps\":[{\"procedure\":\"CALL a()\",\"sql\":\"SELECT 1\"}]"),
     "a step has \"sql\" or a \"procedure\", not both"},
    {DOC("\"connection\":\"account\",\"procedure\":7"), "\"procedure\" must be"},
    {DOC("\"connection\":\"account\",\"procedure\":[7]"), "SQL is a string, or a list of lines"},
    {DOC("\"connection\":\"account\",\"procedure\":\"CALL a()\",\"inputs\":[{\"name\":\"n\",\"type\":\"Number\",\"description\":"
         "\"d\"}]"), "no step reads the input \"n\""},
    {DOC("\"connection\":\"account\",\"mode\":\"async\",\"sql\":\"SELECT 1\""),
     "a job on connection \"account\" is one step, a \"procedure\""},
    {DOC("\"connection\":\"account\",\"mode\":\"async\",\"steps\":[{\"name\":\"a\",\"procedure\":\"CALL a()\"},{\"procedure\":"
         "\"CALL b()\"}]"), "a job on connection \"account\" is one step, a \"procedure\""},
    {DOC("\"connection\":\"account\",\"sql\":\"SELECT * FROM tbl\",\"inputs\":[{\"name\":\"tbl\",\"type\":\"Table\",\"description\":"
         "\"d\"}]"), "on connection \"account\" only a \"procedure\" takes the input \"tbl\" of type Table"},
    {DOC("\"connection\":\"accoun\",\"procedure\":\"CALL a()\""), "no connection \"accoun\"; nearest: \"account\""},
    {DOC("\"steps\":[{\"connection\":\"accoun\",\"procedure\":\"CALL a()\"}]"), "no connection \"accoun\"; nearest: \"account\""},
  };
  memory_file row = {"doc.json", NULL, 0, 0};
  memory_files files;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    carto_server_desc desc = carto_server_desc_default();
    world w;
    row.text = all[i].text;
    desc.workflow_files = memory_files_of(&files, &row, 1);
    CHECK_INT(world_open_with(&w, desc, NULL), CARTO_OK);
    if (carto_server_problem_count(&w.server) != (all[i].problem != NULL)) {
      CHECK(false);
      for (size_t k = 0; k < carto_server_problem_count(&w.server); k++)
        printf("  %zu: %.*s\n", i, (int)carto_server_problem(&w.server, k).text.len, carto_server_problem(&w.server, k).text.ptr);
    }
    CHECK((carto__tool_named(&w.server, STR("doc")) != NULL) == !all[i].problem);
    if (carto_server_problem_count(&w.server) && (!all[i].problem || !test_contains(carto_server_problem(&w.server, 0).text, all[i].problem))) {
      CHECK(false);
      printf("  %s\n  got  %.*s\n  want %s\n", all[i].text, (int)carto_server_problem(&w.server, 0).text.len,
             carto_server_problem(&w.server, 0).text.ptr, all[i].problem ? all[i].problem : "nothing");
    }
    /* the service was asked for nothing but its connections */
    CHECK_INT(w.remote.counts.query + w.remote.counts.schema + w.remote.counts.starts, 0);
    world_close(&w);
  }
}

/* The document that the description of the form has. */
static void test_example(void) {
  carto_server_desc desc = carto_server_desc_default();
  memory_file row = {"example.json", NULL, 0, 0};
  memory_files files;
  world w;
  size_t len;
  char *text = test_read_file("fixtures/workflows/README.md", &len), *json = strstr(text, "```json\n"), *end, *at;
  if (!CHECK(json && (end = strstr(json + 8, "```")) != NULL)) exit(1);
  *end = 0;
  at = strstr(json, "\"carto_dw\"");
  if (!CHECK(at != NULL)) exit(1);
  memcpy(at, " \"account\"", 10);
  row.text = json + 8;
  desc.workflow_files = memory_files_of(&files, &row, 1);
  CHECK_INT(world_open_with(&w, desc, NULL), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.server), 0);
  get(&w, "trade_area_report", "{\"store_id\":\"a'b\"}");
  CHECK_STR(STR(w.remote.text), "CALL `my-project.carto_workspace.wfproc_mcptool_0123456789abcdef`(@store_id, @radius)");
  CHECK_STR(STR(w.remote.parameters), "{\"store_id\":\"a'b\",\"radius\":1000.0}");
  world_close(&w);
  free(text);
}

/* An account that is away when the server starts has its workflows all the same. */
static void test_away(void) {
  carto_server_desc desc = carto_server_desc_default();
  world w;
  launched l;
  CHECK_INT(world_open_with(&w, desc, NULL), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&w.server), 0);
  carto_server_free(&w.server);
  w.remote.fails = CARTO_ERR_IO;
  memset(&w.remote.counts, 0, sizeof w.remote.counts);
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  CHECK_UINT(w.remote.counts.connections, 1); /* once, not for each of them: somebody waits for the start */
  CHECK(carto__tool_named(&w.server, STR("reach")) != NULL);
  CHECK(carto__tool_named(&w.server, STR("mixed")) != NULL);
  CHECK_UINT(carto_server_problem_count(&w.server), 3); /* areas, reach, chosen */
  CHECK_STR(carto_server_problem(&w.server, 0).text,
            "its connection cannot be looked up now: the service does not answer");
  refuse(&w, "reach", "{}", "the service does not answer");
  refuse(&w, "areas", "{}", "the service does not answer");
  w.remote.fails = CARTO_OK;
  l = launch(&w);
  CHECK_CONTAINS(w.said, "\"connectionName\":\"account\",\"providerId\":\"postgres\"");
  check_state(&w, &l, "pending");
  world_close(&w);
}

static int64_t *silent_clock;

/* Waits until it is told not to, by a clock that goes on meanwhile. */
static carto_status silent_connections(const carto_call *call, void *state, carto_connection_list *out,
                                       carto_error *error) {
  (void)state;
  (void)out;
  for (int i = 0; i < 60; i++) {
    *silent_clock += SECOND;
    if (call->checkpoint && !call->checkpoint(call->user)) return carto__fail(error, CARTO_ERR_CANCELLED, 0, "cancelled");
  }
  return carto__fail(error, CARTO_ERR_LIMIT, 0, "60 s were not enough");
}

static void test_silent(void) {
  carto_server_desc desc = carto_server_desc_default();
  carto_driver silent;
  int64_t before;
  world w;
  CHECK_INT(world_open_with(&w, desc, NULL), CARTO_OK);
  carto_server_free(&w.server);
  silent = *w.warehouses[1].driver;
  silent.connections = silent_connections;
  w.warehouses[1].driver = &silent;
  silent_clock = &w.clock;
  before = w.clock;
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  CHECK_INT((w.clock - before) / SECOND, 5);
  CHECK_STR(carto_server_problem(&w.server, 0).text, "its connection cannot be looked up now: no answer within 5 s");
  CHECK(carto__tool_named(&w.server, STR("reach")) != NULL);
  CHECK(carto__tool_named(&w.server, STR("near")) != NULL);
  world_close(&w);
}

/* ---- at once */

static void test_at_once(void) {
  world w;
  world_open(&w);
  get(&w, "areas", "{\"least\":5,\"names\":[\"a\",\"it's\"],\"col\":\"x\"}");
  CHECK_STR(w.said, "{\"status\":200,\"data\":{\"rows\":[{\"name\":\"Lisboa\",\"population\":545796},{\"name\":\"Madrid\","
                    "\"population\":3223334},{\"name\":\"Porto, o\",\"population\":231800},{\"name\":\"Sevilla\",\"population\":"
                    "688592},{\"name\":\"Tarifa\",\"population\":null}],\"schema\":[{\"name\":\"name\",\"type\":\"STRING\"},{\"name\":"
                    "\"population\",\"type\":\"INT64\"}],\"truncated\":false,\"returned\":5,\"total\":5,\"connectionName\":\"account\","
                    "\"providerId\":\"postgres\"}}");
  CHECK(w.remote.procedure && w.remote.published);
  CHECK_STR(STR(w.remote.text), "-- as it was published\nCALL `proj.ds.wfproc_1`(@least, @names, @tbl, @col)");
  CHECK_STR(STR(w.remote.parameters), "{\"least\":5.0,\"names\":[\"a\",\"it's\"],\"tbl\":\"proj.ds.shops\",\"col\":\"x\"}");
  get(&w, "areas", "{}");
  CHECK_STR(STR(w.remote.parameters), "{\"least\":3.0,\"names\":null,\"tbl\":\"proj.ds.shops\",\"col\":null}");
  CHECK_INT(w.remote.counts.schema + w.remote.counts.starts, 0);
  /* a query elsewhere; a step there and one here, which reads its rows */
  get(&w, "chosen", "{\"least\":600000}");
  CHECK_CONTAINS(w.said, "\"rows\":[{\"name\":\"Madrid\"},{\"name\":\"Sevilla\"}]");
  CHECK(!w.remote.procedure && w.remote.published);
  get(&w, "mixed", "{\"least\":500000}");
  CHECK_CONTAINS(w.said, "\"rows\":[{\"n\":3,\"most\":3223334}]");
  CHECK(w.remote.procedure);
  w.remote.rows_sql = "SELECT nothing";
  refuse(&w, "mixed", "{}", "step far: column \"nothing\" does not exist (SQLSTATE 42703)");
  w.remote.fails = CARTO_ERR_LIMIT;
  w.remote.fails_why = "429: too many requests; wait 30 s";
  refuse(&w, "areas", "{}", "429: too many requests; wait 30 s");
  world_close(&w);
}

/* ---- jobs */

static void test_life(void) {
  static const int waits[] = {1, 2, 4, 8, 16, 30, 30, 30};
  world w;
  launched l;
  remote_job *job;
  world_open(&w);
  CHECK_CONTAINS(get(&w, "reach", "{\"least\":1}"), "\"connectionName\":\"account\",\"providerId\":\"postgres\","
                                                    "\"workflowOutputTableName\":\"demo.world.cities\"}}");
  CHECK_STR(STR(w.remote.parameters), "{\"least\":1.0,\"names\":null,\"tbl\":\"proj.ds.shops\",\"col\":null}");
  CHECK(w.remote.procedure && w.remote.published);
  CHECK(!carto_server_has_work(&w.server)); /* nothing is to be run here */
  l = launch(&w);
  job = &w.remote.jobs[1];
  CHECK_INT(w.remote.counts.starts, 2);
  CHECK_INT(w.remote.counts.states, 0);
  for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
    w.clock += waits[i] * SECOND - 1; /* what was said still holds */
    check_state(&w, &l, i < 3 ? "pending" : "running");
    CHECK_INT(w.remote.counts.states, (int)i);
    if (i == 2) job->state = 1;
    if (i == 2) job->progress = 0.25;
    w.clock++;
    check_state(&w, &l, i < 2 ? "pending" : "running");
    CHECK_INT(w.remote.counts.states, (int)i + 1);
  }
  {
    char arguments[300];
    snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\"}", l.id);
    get(&w, "async_workflows_check_results", arguments);
    CHECK_CONTAINS(w.said, "\"status\":\"running\",\"progress\":0.25}");
    snprintf(arguments, sizeof arguments, "job %s is running, there is no result yet; poll "
             "async_workflow_job_get_status_v1_0_0 until it is success", l.id);
    refuse(&w, "async_workflow_job_get_results_v1_0_0", l.results, arguments);
    CHECK_INT(call_as(&w, 0, "add_source_from_workflows", "{\"source\":\"demo.world.cities\",\"connection\":\"account\"}"),
              CARTO_ERR_ARG);
    CHECK_CONTAINS(w.said, "there is no result yet");
  }
  w.clock += 30 * SECOND;
  job->state = 2;
  check_state(&w, &l, "success");
  CHECK_CONTAINS(w.said, "\"error\":null,\"createdAt\":\"2026-01-02T03:04:05.678Z\"");
  {
    int asked = w.remote.counts.states;
    w.clock += 1000 * SECOND;
    check_state(&w, &l, "success"); /* what is done stays so */
    CHECK_INT(w.remote.counts.states, asked);
  }
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  CHECK_STR(STR(w.remote.text), "SELECT * FROM demo.world.cities LIMIT 5000");
  CHECK(!w.remote.procedure && w.remote.published);
  CHECK_CONTAINS(w.said, "{\"status\":200,\"data\":{\"rows\":[{\"name\":\"Madrid\",\"country\":\"ES\",\"population\":3223334,");
  CHECK_CONTAINS(w.said, "\"truncated\":false,\"returned\":5,\"total\":5}}");
  {
    char arguments[200];
    snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\",\"connection\":\"account\"}", l.id);
    CHECK_STR(get(&w, "async_workflows_get_results", arguments),
              "{\"workflowOutputTableName\":\"demo.world.cities\",\"connectionName\":\"account\",\"providerId\":\"postgres\"}");
    snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\"}", l.id);
    CHECK_CONTAINS(get(&w, "async_workflows_check_results", arguments), "\"status\":\"completed\",\"progress\":1}");
  }
  get(&w, "add_source_from_workflows", "{\"source\":\"demo.world.cities\",\"connection\":\"account\"}");
  CHECK_CONTAINS(w.said, "{\"id\":\"s1\",\"source\":\"demo.world.cities\",\"label\":\"cities\",\"connectionName\":\"account\"");
  get(&w, "add_layer", "{\"datasetId\":\"s1\",\"label\":\"Result\"}");
  refuse(&w, "async_workflow_job_get_results_v1_0_0",
         "{\"jobId\":\"job-0000000000000001\",\"connectionName\":\"account\",\"providerId\":\"postgres\","
         "\"workflowOutputTableName\":\"x\"}",
         "\"jobId\": there is no job \"job-0000000000000001\"; a workflow tool that runs as a job returns the id");
  world_close(&w);
}

/* A result that does not fit is counted. */
static void test_large_result(void) {
  world w;
  launched l;
  world_open(&w);
  get(&w, "reach", "{}");
  l = launch(&w);
  snprintf(w.remote.jobs[1].table, sizeof w.remote.jobs[1].table, "demo.world.many");
  w.remote.jobs[1].state = 2;
  w.clock += SECOND;
  check_state(&w, &l, "success");
  snprintf(l.results, sizeof l.results, "{\"jobId\":\"%s\",\"connectionName\":\"account\",\"providerId\":\"postgres\","
           "\"workflowOutputTableName\":\"demo.world.many\"}", l.id);
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  CHECK_STR(STR(w.remote.text), "SELECT COUNT(*) AS n FROM demo.world.many");
  CHECK_CONTAINS(w.said, "\"truncated\":true,\"returned\":5000,\"total\":6000}}");
  world_close(&w);
}

static void test_failures_of_jobs(void) {
  world w;
  launched l;
  char why[300];
  world_open(&w);
  /* it fails, and says why */
  l = launch(&w);
  w.remote.jobs[0].state = 3;
  snprintf(w.remote.jobs[0].failure, sizeof w.remote.jobs[0].failure, "Division by zero in node 7");
  w.clock += SECOND;
  check_state(&w, &l, "failure");
  CHECK_CONTAINS(w.said, "\"error\":\"Division by zero in node 7\"");
  snprintf(why, sizeof why, "job %s failed and has no result: Division by zero in node 7; run reach again, with other "
           "inputs if these are the reason", l.id);
  refuse(&w, "async_workflow_job_get_results_v1_0_0", l.results, why);
  /* a state that nobody knows is not the end */
  l = launch(&w);
  w.remote.jobs[1].state = 77;
  w.clock += SECOND;
  check_state(&w, &l, "running");
  w.remote.jobs[1].state = -1;
  w.clock += 2 * SECOND;
  check_state(&w, &l, "running");
  /* while the service does not answer, its job is as it was; it is not asked again at once */
  w.remote.fails = CARTO_ERR_IO;
  w.clock += 4 * SECOND;
  refuse(&w, "async_workflow_job_get_status_v1_0_0", l.status, "the service does not answer");
  w.clock += SECOND;
  w.remote.fails = CARTO_OK;
  {
    int asked = w.remote.counts.states;
    check_state(&w, &l, "running");
    CHECK_INT(w.remote.counts.states, asked);
  }
  w.remote.jobs[1].state = 2;
  w.clock += 8 * SECOND;
  check_state(&w, &l, "success");
  /* a job that the service does not know: at first that may be too early to tell */
  l = launch(&w);
  w.remote.jobs[2].id[0] = 'x';
  for (int i = 0; i < 2; i++) {
    w.clock += 30 * SECOND;
    refuse(&w, "async_workflow_job_get_status_v1_0_0", l.status, "there is no job \"service-3\"");
  }
  w.remote.jobs[2].id[0] = 's';
  w.clock += 30 * SECOND;
  check_state(&w, &l, "pending");
  w.remote.jobs[2].id[0] = 'x';
  for (int i = 0; i < 2; i++) {
    w.clock += 30 * SECOND;
    refuse(&w, "async_workflow_job_get_status_v1_0_0", l.status, "there is no job \"service-3\"");
  }
  w.clock += 30 * SECOND;
  check_state(&w, &l, "failure");
  CHECK_CONTAINS(w.said, "\"error\":\"there is no job \\\"service-3\\\"\"");
  /* longer than a job may run */
  l = launch(&w);
  w.remote.jobs[3].state = 1;
  w.clock += 3600 * SECOND;
  check_state(&w, &l, "running");
  w.clock += 30 * SECOND;
  check_state(&w, &l, "failure");
  CHECK_CONTAINS(w.said, "took longer than a job may");
  CHECK_INT(w.remote.counts.cancels, 1);
  /* what the service cannot start is no job */
  w.remote.fails = CARTO_ERR_ARG;
  w.remote.fails_why = "400: Procedure not found: wfproc_1";
  refuse(&w, "reach", "{}", "400: Procedure not found: wfproc_1");
  CHECK_UINT(w.server._flows->job_count, 4);
  world_close(&w);
}

static void test_cancel(void) {
  world w;
  launched l;
  char why[300];
  world_open(&w);
  l = launch(&w);
  get(&w, "async_workflow_job_cancel", l.status);
  CHECK_CONTAINS(w.said, "\"status\":\"cancelled\",\"error\":null");
  CHECK_INT(w.remote.counts.cancels, 1);
  CHECK_INT(w.remote.counts.states, 0);
  snprintf(why, sizeof why, "job %s is done already: cancelled", l.id);
  refuse(&w, "async_workflow_job_cancel", l.status, why);
  snprintf(why, sizeof why, "job %s was cancelled and has no result; run reach again", l.id);
  refuse(&w, "async_workflow_job_get_results_v1_0_0", l.results, why);
  CHECK_INT(w.remote.counts.cancels, 1);
  /* a service that takes its time, and then calls it a failure */
  l = launch(&w);
  w.remote.driver.job_cancel = NULL;
  refuse(&w, "async_workflow_job_cancel", l.status, "connection \"account\" cannot cancel jobs");
  w.remote.driver.job_cancel = remote_job_state;
  w.remote.jobs[1].state = 1;
  get(&w, "async_workflow_job_cancel", l.status);
  CHECK_CONTAINS(w.said, "\"status\":\"running\"");
  w.remote.jobs[1].state = 3;
  w.clock += SECOND;
  check_state(&w, &l, "cancelled");
  /* one that was done before it could be cancelled */
  l = launch(&w);
  w.remote.jobs[2].state = 2;
  get(&w, "async_workflow_job_cancel", l.status);
  CHECK_CONTAINS(w.said, "\"status\":\"success\"");
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  /* a service that does not answer */
  l = launch(&w);
  w.remote.fails = CARTO_ERR_IO;
  refuse(&w, "async_workflow_job_cancel", l.status, "the service does not answer");
  w.remote.fails = CARTO_OK;
  w.remote.driver.job_cancel = remote_job_cancel;
  CHECK_INT(carto_server_cancel_job(&w.server, STR(l.id), &w.error), CARTO_OK); /* the host */
  check_state(&w, &l, "cancelled");
  world_close(&w);
}

static void test_output_table(void) {
  world w;
  launched l;
  char why[300], arguments[200];
  world_open(&w);
  w.remote.no_output = true;
  l = launch(&w);
  CHECK_STR(STR(l.table), "");
  CHECK(!test_contains(w.said, "workflowOutputTableName"));
  w.remote.jobs[0].state = 2;
  w.clock += SECOND;
  check_state(&w, &l, "success");
  snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\",\"connection\":\"account\"}", l.id);
  snprintf(why, sizeof why, "connection \"account\" has told no output table of job %s", l.id);
  refuse(&w, "async_workflows_get_results", arguments, why);
  /* told while it runs, told again, told otherwise */
  l = launch(&w);
  for (int i = 0; i < 3; i++) {
    snprintf(w.remote.jobs[1].table, sizeof w.remote.jobs[1].table, i < 2 ? "demo.world.nothing" : "demo.world.cities");
    w.clock += 30 * SECOND;
    check_state(&w, &l, "pending");
  }
  w.remote.jobs[1].state = 2;
  w.clock += 30 * SECOND;
  check_state(&w, &l, "success");
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  CHECK_CONTAINS(w.said, "Madrid");
  snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\",\"connectionName\":\"local\"}", l.id);
  snprintf(why, sizeof why, "\"connectionName\": job %s runs on \"account\", not on \"local\"", l.id);
  refuse(&w, "async_workflow_job_get_status_v1_0_0", arguments, why);
  world_close(&w);
}

/* ---- whose they are */

static void test_foreign(void) {
  world w;
  launched mine, other;
  char why[300];
  world_open(&w);
  mine = launch_as(&w, 1, "{}");
  other = launch_as(&w, 2, "{}");
  snprintf(why, sizeof why, "\"jobId\": job %s belongs to another session; run the workflow yourself", mine.id);
  CHECK_INT(call_as(&w, 2, "async_workflow_job_get_status_v1_0_0", mine.status), CARTO_ERR_NOT_FOUND);
  CHECK_STR(w.said, why);
  CHECK_INT(call_as(&w, 2, "async_workflow_job_cancel", mine.status), CARTO_ERR_NOT_FOUND);
  CHECK_INT(w.remote.counts.states + w.remote.counts.cancels, 0);
  /* the service's own ids are not ours */
  refuse(&w, "async_workflow_job_get_status_v1_0_0", "{\"jobId\":\"service-1\",\"connectionName\":\"account\"}",
         "\"jobId\": there is no job \"service-1\"; a workflow tool that runs as a job returns the id");
  /* both have a table of the same name: each its own */
  w.remote.jobs[1].state = 2;
  w.clock += SECOND;
  CHECK_INT(call_as(&w, 1, "add_source_from_workflows", "{\"source\":\"demo.world.cities\",\"connection\":\"account\"}"),
            CARTO_ERR_ARG);
  CHECK_CONTAINS(w.said, "there is no result yet");
  get_as(&w, 2, "add_source_from_workflows", "{\"source\":\"demo.world.cities\",\"connection\":\"account\"}");
  get_as(&w, 2, "async_workflow_job_get_results_v1_0_0", other.results);
  CHECK_INT(call_as(&w, 1, "add_source_from_workflows", "{\"source\":\"demo.world.citie\",\"connection\":\"account\"}"),
            CARTO_ERR_NOT_FOUND);
  world_close(&w);
}

/* ---- with a store */

static void test_restart(void) {
  carto_server_desc desc = carto_server_desc_default();
  memory_store store;
  world w;
  launched l, gone, here;
  memset(&store, 0, sizeof store);
  CHECK_INT(world_open_with(&w, desc, &store), CARTO_OK);
  l = launch(&w);
  gone = launch(&w);
  w.remote.jobs[0].state = 1;
  w.clock += SECOND;
  check_state(&w, &l, "running");
  get(&w, "near", "{}");
  memset(&here, 0, sizeof here);
  member(&w, "jobId", here.id, sizeof here.id);
  CHECK(carto_server_has_work(&w.server));
  CHECK_UINT(store.count, 3);
  carto_server_free(&w.server);
  /* hours later; what is to be run here is still to be run, what runs there is asked for again */
  w.clock += 7200 * SECOND;
  w.remote.counts.states = w.remote.counts.connections = 0;
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  CHECK_INT(w.remote.counts.states, 0); /* not before somebody wants to know */
  CHECK(carto_server_has_work(&w.server));
  CHECK_INT(carto_server_work(&w.server, NULL, NULL), CARTO_OK);
  CHECK(!carto_server_has_work(&w.server));
  w.remote.jobs[0].state = 2;
  check_state(&w, &l, "success");
  CHECK_INT(w.remote.counts.states, 1);
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  CHECK_CONTAINS(w.said, "Madrid");
  get(&w, "add_source_from_workflows", "{\"source\":\"demo.world.cities\",\"connection\":\"account\"}");
  /* one that still runs has had its time */
  w.remote.jobs[1].state = 1;
  check_state(&w, &gone, "failure");
  carto_server_free(&w.server);
  /* what is done is known without the service */
  w.remote.fails = CARTO_ERR_IO;
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  check_state(&w, &l, "success");
  check_state(&w, &gone, "failure");
  CHECK_CONTAINS(w.said, "took longer than a job may");
  refuse(&w, "async_workflow_job_get_results_v1_0_0", l.results, "the service does not answer");
  carto_server_free(&w.server);
  /* nor does the workflow have to be there any more */
  w.remote.fails = CARTO_OK;
  desc.workflows = procedure_rows + 4;
  desc.workflow_count = 1;
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  get(&w, "async_workflow_job_get_results_v1_0_0", l.results);
  world_close(&w);
  store_clear(&store);
}

/* Old ones go; those that nobody asks for, too. */
static void test_age(void) {
  carto_server_desc desc = carto_server_desc_default();
  memory_store store;
  world w;
  launched l, asked;
  char why[300];
  memset(&store, 0, sizeof store);
  CHECK_INT(world_open_with(&w, desc, &store), CARTO_OK);
  l = launch(&w);
  asked = launch(&w);
  w.remote.jobs[1].state = 2;
  w.clock += 50000 * SECOND;
  check_state(&w, &asked, "success");
  w.clock += 40000 * SECOND;
  launch(&w);
  snprintf(why, sizeof why, "\"jobId\": job %s has expired, and its result is gone; run the workflow again", l.id);
  refuse(&w, "async_workflow_job_get_status_v1_0_0", l.status, why);
  check_state(&w, &asked, "success");
  CHECK_UINT(store.count, 2);
  world_close(&w);
  store_clear(&store);
}

static void test_no_room(void) {
  carto_server_desc desc = carto_server_desc_default();
  memory_store store;
  world w;
  memset(&store, 0, sizeof store);
  desc.jobs = 2;
  CHECK_INT(world_open_with(&w, desc, &store), CARTO_OK);
  launch(&w);
  launch(&w);
  refuse(&w, "reach", "{}", "there are 2 jobs, of which 0 wait; no more are taken until one is done");
  CHECK_INT(w.remote.counts.starts, 2);
  carto_server_free(&w.server);
  desc.jobs = 0;
  CHECK_INT(world_start(&w, desc), CARTO_OK);
  store.fail_at = store.writes + 1; /* one that cannot be kept is not left running */
  CHECK_INT(call_as(&w, 0, "reach", "{}"), CARTO_ERR_IO);
  CHECK_CONTAINS(w.said, "the job cannot be kept: no space is left for ");
  CHECK_INT(w.remote.counts.cancels, 1);
  CHECK_INT(w.remote.jobs[2].state, 4);
  CHECK_UINT(w.server._flows->job_count, 2);
  world_close(&w);
  store_clear(&store);
}

/* Without a clock each call asks, and there is an end to it. */
static void test_no_clock(void) {
  carto_server_desc desc = carto_server_desc_default();
  world w;
  launched l;
  CHECK_INT(world_open_with(&w, desc, NULL), CARTO_OK);
  w.server._desc.now = NULL;
  l = launch(&w);
  for (int i = 1; i < CARTO_MCP__JOB_ASKED; i++) {
    char state[20];
    if (call_as(&w, 0, "async_workflow_job_get_status_v1_0_0", l.status) != CARTO_OK) break;
    member(&w, "status", state, sizeof state);
    if (!CHECK(strcmp(state, "pending") == 0)) break;
  }
  CHECK_INT(w.remote.counts.states, CARTO_MCP__JOB_ASKED - 1);
  check_state(&w, &l, "failure");
  world_close(&w);
}

/* ---- names of tables */

static void test_names(void) {
  static const struct {
    const char *provider, *name, *want;
  } all[] = {
    {"bigquery", "carto-dw.ds.t", "`carto-dw.ds.t`"},
    {"bigquery", "p.ds.t", "`p.ds.t`"},
    {"bigquery", "`p`.ds.t", "`p`.ds.t"},
    {"databricks", "main.s.t_1", "main.s.t_1"},
    {"databricksRest", "main.s-1.t", "`main`.`s-1`.`t`"},
    {"snowflake", "DB.WF.T1", "DB.WF.T1"},
    {"snowflake", "DB.\"wf\".T1", "DB.\"wf\".T1"},
    {"snowflake", "DB.w f.T1", "\"DB\".\"w f\".\"T1\""},
    {"postgres", "db.workflows_temp.t", "db.workflows_temp.t"},
    {"postgres", "db.workflows_temp.T", "\"db\".\"workflows_temp\".\"T\""},
    {"redshift", "S.t", "\"S\".\"t\""},
    {"oracle", "WF.T1", "WF.T1"},
    {"", "a.b", "a.b"},
  };
  carto_alloc libc = {NULL, NULL};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    carto_buf out;
    carto_buf_init(&out, libc, 0);
    carto__flow_put_table(&out, STR(all[i].provider), STR(all[i].name));
    CHECK_STR(carto_buf_str(&out), all[i].want);
    carto_buf_free(&out);
  }
}

/* ---- memory */

static int play_in(carto_alloc alloc) {
  static world w;
  static memory_store store;
  carto_server_desc desc = carto_server_desc_default();
  carto_job job;
  carto_status status;
  memset(&store, 0, sizeof store);
  desc.alloc = alloc;
  desc.workflows = procedure_rows;
  desc.workflow_count = 2;
  status = world_open_with(&w, desc, &store);
  if (status == CARTO_OK) status = call_as(&w, 0, "areas", "{}");
  if (status == CARTO_OK) status = call_as(&w, 0, "reach", "{}");
  if (status == CARTO_OK) {
    char arguments[300], id[64];
    member(&w, "jobId", id, sizeof id);
    snprintf(w.remote.jobs[0].table, sizeof w.remote.jobs[0].table, "world.cities");
    w.remote.jobs[0].state = 2;
    w.clock += SECOND;
    snprintf(arguments, sizeof arguments, "{\"jobId\":\"%s\",\"connectionName\":\"account\",\"providerId\":\"postgres\","
             "\"workflowOutputTableName\":\"world.cities\"}", id);
    status = call_as(&w, 0, "async_workflow_job_get_results_v1_0_0", arguments);
    CHECK_INT(carto_server_job(&w.server, STR(id), &job), CARTO_OK);
    CHECK_INT(job.state, 2);
  }
  /* a name that there was no memory for is the old one still */
  CHECK(status == CARTO_OK || status == CARTO_ERR_NOMEM || status == CARTO_ERR_ARG);
  world_close(&w);
  store_clear(&store);
  return status == CARTO_OK;
}

static void test_no_memory(void) { test_every_allocation(play_in, 5000); }

static const test_case cases[] = {
  {"documents", test_documents},
  {"example", test_example},
  {"away", test_away},
  {"silent", test_silent},
  {"at_once", test_at_once},
  {"life", test_life},
  {"large_result", test_large_result},
  {"failures_of_jobs", test_failures_of_jobs},
  {"cancel", test_cancel},
  {"output_table", test_output_table},
  {"foreign", test_foreign},
  {"restart", test_restart},
  {"age", test_age},
  {"no_room", test_no_room},
  {"no_clock", test_no_clock},
  {"names", test_names},
  {"no_memory", test_no_memory},
};

TEST_MAIN(cases)

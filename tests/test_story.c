/* Every tool there is, in one conversation over the demo's data, maps and workflows: fixtures/mcp/all-tools.jsonl. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "conversation.h"

#define ALL_TOOLS "fixtures/mcp/all-tools.jsonl"

/* ---- the demo's directories, whose files are as old everywhere */

static carto_status dated_list(const carto_call *call, void *user, carto_str path, carto_file **out, size_t *count,
                               carto_error *error) {
  const carto_files *files = (const carto_files *)user;
  carto_status status = files->list(call, files->user, path, out, count, error);
  for (size_t i = 0; status == CARTO_OK && i < *count; i++) (*out)[i].modified_at = MEMORY_TIME;
  return status;
}

static carto_status dated_read(const carto_call *call, void *user, carto_str path, carto_buf *out,
                               carto_error *error) {
  const carto_files *files = (const carto_files *)user;
  return files->read(call, files->user, path, out, error);
}

static carto_files dated(carto_files *real, const char *directory) {
  carto_files files;
  *real = carto_files_directory(directory);
  files.list = dated_list;
  files.read = dated_read;
  files.user = real;
  return files;
}

typedef struct demo {
  carto_files data, maps, workflows; /* as they are */
  carto_local local;
  carto_warehouse warehouse;
  carto_server server;
} demo;

static int64_t still_now(void *user) {
  (void)user;
  return MEMORY_TIME;
}

static void demo_open(demo *d) {
  carto_local_desc local = carto_local_desc_default();
  carto_server_desc desc = carto_server_desc_default();
  carto_error error;
  local.name = STR("demo");
  local.data = dated(&d->data, "fixtures/data");
  local.maps = dated(&d->maps, "fixtures/maps");
  local.created_at = local.updated_at = MEMORY_TIME;
  CHECK_INT(carto_local_init(&d->local, &local, &error), CARTO_OK);
  d->warehouse = carto_local_warehouse(&d->local);
  desc.warehouses = &d->warehouse;
  desc.warehouse_count = 1;
  desc.workflow_files = dated(&d->workflows, "fixtures/workflows");
  desc.allow = "data,maps,map,layer,widget,parameter,insights,job,workflow,extension";
  desc.version = "1.0.0";
  desc.now = still_now;
  CHECK_INT(carto_server_init(&d->server, &desc, &error), CARTO_OK);
  CHECK_UINT(carto_server_problem_count(&d->server), 0);
}

static void demo_close(demo *d) {
  carto_server_free(&d->server);
  carto_local_free(&d->local);
}

/* ---- the tests */

static void test_answers(void) {
  demo d;
  demo_open(&d);
  conversation_hold(&d.server, ALL_TOOLS);
  demo_close(&d);
}

/* Whether the conversation has a call of the tool that did not fail. */
static bool called(const conversation *talk, const char *tool) {
  char name[128];
  snprintf(name, sizeof name, "\"params\":{\"name\":\"%s\",", tool);
  for (size_t i = 0; i + 1 < talk->count; i++)
    if (talk->turns[i].dir == '>' && test_contains(talk->turns[i].line, name) && talk->turns[i + 1].dir == '<' &&
        !test_contains(talk->turns[i + 1].line, "\"isError\":true"))
      return true;
  return false;
}

static void test_every_tool(void) {
  demo d;
  conversation talk;
  demo_open(&d);
  conversation_open(&talk, ALL_TOOLS);
  CHECK(carto_server_tool_count(&d.server) >= 37);
  for (size_t i = 0; i < carto_server_tool_count(&d.server); i++) {
    const char *name = carto_server_tool(&d.server, i)->name;
    if (!CHECK(called(&talk, name))) printf("  %s\n", name);
  }
  conversation_close(&talk);
  demo_close(&d);
}

static const test_case cases[] = {
  {"answers", test_answers},
  {"every_tool", test_every_tool},
};

TEST_MAIN(cases)

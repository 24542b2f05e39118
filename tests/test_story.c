/* Every tool there is, in one conversation over the demo's data, maps and workflows: fixtures/mcp/all-tools.jsonl. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_NO_STDIO
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

#include "conversation.h"
#include "demo_world.h"

#define ALL_TOOLS "fixtures/mcp/all-tools.jsonl"

/* ---- the tests */

static void test_answers(void) {
  demo_world d;
  demo_open(&d, "fixtures/workflows");
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
  demo_world d;
  conversation talk;
  demo_open(&d, "fixtures/workflows");
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

/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_workflow_document.c && ./a.out -dict=fuzz/workflow_document.dict
   The input as a workflow document: what is published is a tool whose schemas are JSON, and which can be called. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/test.h"
#include "../tests/memory_files.h"
#include "../tests/flow_world.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static flow_world w;
  static memory_files files;
  memory_file row = {"fuzz.json", NULL, 0, 0};
  carto_server_desc desc = carto_server_desc_default();
  char *text = (char *)malloc(size + 1);
  carto_str result;
  memcpy(text, data, size);
  text[size] = 0;
  row.text = text;
  row.len = size;
  desc.workflow_files = memory_files_of(&files, &row, 1);
  desc.workflows = flow_rows;
  desc.workflow_count = 1;
  if (flow_open_small(&w, desc) != CARTO_OK) __builtin_trap();
  for (size_t i = carto_server_tool_count(&w.m.server); i > 0; i--) {
    const carto_tool *tool = carto_server_tool(&w.m.server, i - 1);
    if (!tool->group || strcmp(tool->group, "workflow") != 0 || strcmp(tool->name, "cities") == 0) continue;
    if (flow_call(&w, tool->name, "{}", &result) == CARTO_OK && !flow_is_json(result)) __builtin_trap();
    while (carto_server_work(&w.m.server, NULL, NULL) == CARTO_OK) {
    }
  }
  flow_close(&w);
  free(text);
  return 0;
}

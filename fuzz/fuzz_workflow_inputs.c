/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_workflow_inputs.c && ./a.out -dict=fuzz/workflow_inputs.dict
   The input as the arguments of a workflow: what it takes is bound to its SQL, whatever is in it, and comes out whole. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/test.h"
#include "../tests/memory_files.h"
#include "../tests/flow_world.h"
#include "../tests/typed_document.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static flow_world w;
  static memory_files files;
  carto_server_desc desc = carto_server_desc_default();
  char *text = (char *)malloc(size + 1);
  carto_str result;
  desc.workflow_files = memory_files_of(&files, typed_documents, MEMORY_COUNT(typed_documents));
  desc.workflows = flow_rows;
  desc.workflow_count = 2;
  if (!w.m.server._tools && flow_open_small(&w, desc) != CARTO_OK) __builtin_trap();
  if (carto_server_problem_count(&w.m.server)) __builtin_trap();
  memcpy(text, data, size);
  text[size] = 0;
  for (size_t i = 0; i < MEMORY_COUNT(typed_names); i++)
    if (flow_call(&w, typed_names[i], text, &result) == CARTO_OK && !flow_is_json(result)) __builtin_trap();
  while (carto_server_work(&w.m.server, NULL, NULL) == CARTO_OK) {
  }
  carto_arena_reset(&w.arena);
  free(text);
  return 0;
}

/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_map_tools.c && ./a.out -dict=fuzz/map_tools.dict
   A sequence of calls of map tools, chosen by bytes: what must hold of a map holds after each. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/map_calls.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static map_world w;
  map_bytes bytes;
  char arguments[2000];
  const char *tool;
  bytes.data = data;
  bytes.size = size < 400 ? size : 400;
  if (!w.server._tools && map_world_open(&w, carto_server_desc_default()) != CARTO_OK) __builtin_trap();
  if (map_world_call(&w, "load_builder_map", "{\"mapId\":\"empty\"}") != CARTO_OK) __builtin_trap();
  while (bytes.size > 0)
    if (map_play(&w, &bytes, arguments, &tool)) __builtin_trap();
  return 0;
}

/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_arguments.c && ./a.out -dict=fuzz/arguments.dict
   The first byte picks a tool, the rest are its arguments: the result is one JSON value, or an error has a text. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/memory_files.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static memory_server m;
  static carto_arena arena;
  carto_alloc libc = {NULL, NULL};
  carto_call call = {&arena, NULL, NULL, NULL, NULL};
  carto_buf buf;
  carto_json_writer out;
  carto_json_doc doc;
  carto_error error;
  const carto_tool *tool;
  if (!m.data.rows && memory_server_open(&m, carto_server_desc_default(), NULL) != CARTO_OK) __builtin_trap();
  carto_arena_init(&arena, libc, 0);
  carto_buf_init(&buf, carto_arena_allocator(&arena), 0);
  carto_json_writer_init(&out, &buf);
  tool = carto_server_tool(&m.server, size ? data[0] % carto_server_tool_count(&m.server) : 0);
  if (carto_server_call(&m.server, &call, carto_str_from(tool->name),
                        carto_str_make((const char *)data + 1, size ? size - 1 : 0), &out, &error) != CARTO_OK) {
    if (!error.text[0]) __builtin_trap();
  } else if (carto_json_parse(&arena, carto_buf_str(&buf), &doc, NULL) != CARTO_OK) {
    __builtin_trap();
  }
  carto_arena_free(&arena);
  return 0;
}

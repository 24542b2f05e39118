/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_standin.c && ./a.out -dict=fuzz/standin.dict
   A request to the stand-in: a method by the first byte, the allocation that is refused by the second, a target, a line
   end, a body. Whatever it is, the answer is one JSON value with a status that the service has. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/test.h"
#include "../tests/memory_files.h"
#include "../tests/flow_world.h"
#include "../tests/standin_world.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const methods[] = {"GET", "POST", "DELETE", "OPTIONS", "PUT", "HEAD", "GET", "GET"};
  static const int statuses[] = {200, 204, 400, 401, 403, 404, 405, 413, 429, 501, 503};
  static standin_world w;
  static test_memory memory;
  carto_str target, body;
  carto_status status;
  size_t i;
  if (size < 2) return 0;
  if (!w.server._tools) {
    memory_limits.memory_bytes = (size_t)4 << 20;
    memory_limits.result_bytes = (size_t)1 << 20;
    memory_limits.rows = 2000;
    memory_limits.depth = 16;
    if (standin_open_with(&w, test_alloc(&memory), carto_standin_desc_default(), 2) != CARTO_OK) __builtin_trap();
    w.arena._cap = (size_t)4 << 20;
    w.arena._step = 1;
  }
  body = target = carto_str_make((const char *)data + 2, size - 2);
  target = carto__str_cut(&body, '\n');
  memory.fail_at = data[1] ? memory.calls + data[1] : 0;
  status = standin_ask(&w, methods[data[0] & 7], target, body, NULL);
  memory.fail_at = 0;
  if (status != CARTO_OK && (status != CARTO_ERR_NOMEM || !data[1])) __builtin_trap();
  for (i = 0; i < sizeof statuses / sizeof *statuses && standin_status(&w) != statuses[i]; i++) {
  }
  if (status == CARTO_OK && (i == sizeof statuses / sizeof *statuses ||
                             (w.body.len > 0 ? !flow_is_json(carto_buf_str(&w.body)) : w.out.status != 204)))
    __builtin_trap();
  while (carto_server_work(&w.server, NULL, NULL) == CARTO_OK) {
  }
  return 0;
}

/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_pipe.c && ./a.out -dict=fuzz/pipe.dict
   A pipe of messages, in packets; the first three bytes are the size of a packet, the limit of a message, and the
   allocation from which on memory is refused. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/memory_files.h"
#include "../tests/test.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static FILE *said;
  carto_server_desc desc = carto_server_desc_default();
  memory_server m;
  test_memory memory;
  size_t at, step = size > 3 ? data[0] + 1u + size / 100 : 1;
  int pair[2];
  if (size < 4 || size > 16384 || (!said && !(said = tmpfile()))) return 0;
  desc.message_bytes = 1024 + data[1] * 8u;
  desc.alloc = test_alloc(&memory);
  if (memory_server_open(&m, desc, NULL) != CARTO_OK || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0) return 0;
  memory.fail_on = 1;
  memory.fail_at = data[2] ? memory.calls + data[2] : 0;
  for (at = 3; at < size; at += step) (void)!send(pair[1], data + at, size - at < step ? size - at : step, MSG_DONTWAIT);
  close(pair[1]);
  rewind(said);
  if (carto_serve_stdio(&m.server, pair[0], fileno(said), NULL) != CARTO_OK && !memory.fail_at) __builtin_trap();
  close(pair[0]);
  memory_server_close(&m);
  if (memory.live_count != 0) __builtin_trap();
  return 0;
}

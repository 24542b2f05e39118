/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_message.c && ./a.out -dict=fuzz/message.dict
   One message, after a byte for the session's state. Answers are JSON, also when it comes again while in hand. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/memory_files.h"
static memory_server m;
static carto_session session;
static carto_arena arena;
static bool check(void *user, carto_str reply) {
  carto_json_doc doc;
  if (memchr(reply.ptr, '\n', reply.len)) __builtin_trap();
  if (carto_json_parse(&arena, reply, &doc, NULL) != CARTO_OK) __builtin_trap();
  carto_arena_reset(&arena);
  return user != NULL;
}
static bool again(void *user) {
  carto_peer peer = {check, NULL, user};
  return carto_server_urgent(&m.server, &session, &peer, *(carto_str *)user) || true;
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_str message = carto_str_make((const char *)data + 1, size - 1);
  carto_peer peer = {check, again, &message};
  if (!m.data.rows && memory_server_open(&m, carto_server_desc_default(), NULL) != CARTO_OK) __builtin_trap();
  if (!arena._cap) carto_arena_init(&arena, m.local._desc.alloc, 0);
  session._revision = size ? data[0] % 5 : 0; /* of those with a handshake */
  session._log_level = size ? data[0] / 5 % 10 : 0;
  if (size && carto_server_handle(&m.server, &session, &peer, message) != CARTO_OK) __builtin_trap();
  return 0;
}

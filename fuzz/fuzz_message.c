/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_message.c && ./a.out -dict=fuzz/message.dict
   One message, after a byte for the session's state. Answers are JSON, also when it comes again while in hand. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/memory_files.h"
static memory_server message_m;
static carto_session message_session;
static carto_arena message_arena;
static bool message_check(void *user, carto_str reply) {
  carto_json_doc doc;
  if (memchr(reply.ptr, '\n', reply.len)) __builtin_trap();
  if (carto_json_parse(&message_arena, reply, &doc, NULL) != CARTO_OK) __builtin_trap();
  carto_arena_reset(&message_arena);
  return user != NULL;
}
static bool message_again(void *user) {
  carto_peer peer = {message_check, NULL, user};
  return carto_server_urgent(&message_m.server, &message_session, &peer, *(carto_str *)user) || true;
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_str message = carto_str_make((const char *)data + 1, size - 1);
  carto_peer peer = {message_check, message_again, &message};
  if (!message_m.data.rows && memory_server_open(&message_m, carto_server_desc_default(), NULL)) __builtin_trap();
  if (!message_arena._cap) carto_arena_init(&message_arena, message_m.local._desc.alloc, 0);
  message_session._revision = size ? data[0] % 5 : 0; /* of those with a handshake */
  message_session._log_level = size ? data[0] / 5 % 10 : 0;
  if (size && carto_server_handle(&message_m.server, &message_session, &peer, message)) __builtin_trap();
  return 0;
}

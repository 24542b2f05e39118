/* clang -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_tape.c && ./a.out -dict=fuzz/tape.dict
   By the first byte: the input is a tape's file, which answers what it was recorded for or is told to be wrong; or it is a
   request and an answer in which a token occurs, and the file that is recorded has no token and answers that request. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/test.h"
#include "../tests/memory_files.h"
#include "../tests/memory_store.h"
#ifndef FUZZ_TAPE
#define FUZZ_TAPE
typedef struct fuzz_wire { carto_str answer; carto_header header; int status; carto_buf got; } fuzz_wire;
static carto_status fuzz_wire_send(const carto_call *call, void *user, const carto_http_request *request,
                                   const carto_http_sink *sink, carto_error *error) {
  fuzz_wire *w = (fuzz_wire *)user;
  carto_http_head head = {w->status, &w->header, 1};
  carto_status status = sink->head(sink->user, &head, error);
  size_t half = w->answer.len / 2;
  (void)call, (void)request;
  if (status == CARTO_OK) status = sink->body(sink->user, carto_str_make(w->answer.ptr, half), error);
  return status != CARTO_OK ? status : sink->body(sink->user, carto_str_make(w->answer.ptr + half, w->answer.len - half), error);
}
static carto_status fuzz_wire_head(void *user, const carto_http_head *head, carto_error *error) {
  (void)error;
  ((fuzz_wire *)user)->status = head->status;
  return CARTO_OK;
}
static carto_status fuzz_wire_body(void *user, carto_str piece, carto_error *error) {
  (void)error;
  carto_buf_append_str(&((fuzz_wire *)user)->got, piece);
  return CARTO_OK;
}
/* The answer to a request, in w->got. */
static carto_status fuzz_wire_ask(carto_carrier carrier, const carto_http_request *request, fuzz_wire *w) {
  carto_http_sink sink = {fuzz_wire_head, fuzz_wire_body, w};
  carto_arena arena = test_arena();
  carto_call call;
  carto_status status;
  memset(&call, 0, sizeof call);
  call.arena = &arena;
  carto_buf_clear(&w->got);
  status = carrier.send(&call, carrier.user, request, &sink, NULL);
  carto_arena_free(&arena);
  return status;
}
/* A file as a tape: its own request is answered by it. */
static void fuzz_tape_file(carto_files from, fuzz_wire *wire) {
  static char method[80], url[1 << 17];
  carto_alloc libc = {NULL, NULL};
  carto_http_request request;
  carto_tape tape;
  carto_str verb, path;
  carto_status status;
  const carto_json *asked;
  if (carto_tape_replay(&tape, &from, libc, NULL) != CARTO_OK) return;
  asked = carto_json_get(tape._exchanges[0].doc.root, "request");
  verb = carto_json_string(carto_json_get(asked, "method"));
  path = carto_json_string(carto_json_get(asked, "url"));
  memset(&request, 0, sizeof request);
  memcpy(method, verb.ptr, verb.len), method[verb.len] = 0;
  request.method = method;
  request.url = carto_str_make(url, (size_t)snprintf(url, sizeof url, "http://h%.*s", (int)path.len, path.ptr));
  request.body = tape._exchanges[0].asked.body;
  status = fuzz_wire_ask(carto_tape_carrier(&tape), &request, wire);
  if (status != CARTO_OK && status != CARTO_ERR_LIMIT && strlen(method) == verb.len) __builtin_trap();
  carto_tape_free(&tape);
}

#define FUZZ_TOKEN "ToKeNtOkEn"

/* Lines: path and query, a header's value, the request's body; then the answer. Recorded, then replayed. */
static void fuzz_tape_exchange(memory_store *store, carto_files from, carto_str input, bool post, fuzz_wire *again) {
  static char url[1 << 17];
  carto_alloc libc = {NULL, NULL};
  carto_str path = carto__str_cut(&input, '\n');
  carto_store to = store_of(store);
  carto_http_request request;
  fuzz_wire wire = *again;
  carto_carrier inner = {fuzz_wire_send, NULL, &wire};
  carto_tape tape;
  memset(&request, 0, sizeof request);
  request.method = post ? "POST" : "GET";
  request.url = carto_str_make(url, (size_t)snprintf(url, sizeof url, "http://h/%.*s", (int)path.len, path.ptr));
  request.token = STR(FUZZ_TOKEN);
  wire.status = 200;
  wire.header.name = STR("Location");
  wire.header.value = carto__str_cut(&input, '\n');
  request.body = carto__str_cut(&input, '\n');
  wire.answer = input;
  if (carto_tape_record(&tape, &inner, &to, libc, NULL) != CARTO_OK) __builtin_trap();
  if (fuzz_wire_ask(carto_tape_carrier(&tape), &request, again) != CARTO_OK || store->count != 1) __builtin_trap();
  carto_tape_free(&tape);
  if (test_contains(carto_str_make(store->files[0].text, store->files[0].len), FUZZ_TOKEN)) __builtin_trap();
  if (carto_tape_replay(&tape, &from, libc, NULL) != CARTO_OK) __builtin_trap();
  if (fuzz_wire_ask(carto_tape_carrier(&tape), &request, again) != CARTO_OK || again->status != 200) __builtin_trap();
  carto_tape_free(&tape);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static memory_store store;
  carto_alloc libc = {NULL, NULL};
  carto_str input = carto_str_make((const char *)data + 1, size - 1);
  carto_files from = {store_list, store_read, &store};
  fuzz_wire wire;
  if (size < 1 || size > 65536) return 0;
  memset(&wire, 0, sizeof wire);
  carto_buf_init(&wire.got, libc, 0);
  if (data[0] == '{') input = carto_str_make((const char *)data, size);
  if (data[0] == '{') (void)store_write(NULL, &store, STR("1.json"), &input, 1, NULL), fuzz_tape_file(from, &wire);
  else fuzz_tape_exchange(&store, from, input, data[0] & 1, &wire);
  carto_buf_free(&wire.got);
  store_clear(&store);
  memset(&store, 0, sizeof store);
  return 0;
}

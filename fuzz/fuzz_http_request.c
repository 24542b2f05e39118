/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_http_request.c && ./a.out -dict=fuzz/http_request.dict
   What one client sends, after a byte for the size of its pieces: whole and in pieces it is answered alike. */
#define _POSIX_C_SOURCE 200809L
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
static carto_serve request_serve;
static carto_status request_echo(const carto_call *call, void *user, const carto_http_incoming *in,
                                 carto_http_outgoing *out, carto_error *error) {
  (void)call, (void)error, ++*(int *)user;
  carto_buf_append_str(out->body, in->path);
  carto_buf_append_str(out->body, in->query);
  carto_buf_append_str(out->body, in->body);
  out->status = in->query.len == 3 ? 204 : 200;
  return CARTO_OK;
}
static int request_count;
static void request_run(const char *ptr, size_t size, size_t piece, carto_buf *got) {
  int pair[2], quiet = 0;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) __builtin_trap();
  carto__serve_adopt(&request_serve, pair[1]);
  carto__serve_prepare(pair[0]);
  while (quiet < 4) {
    ssize_t put = size ? send(pair[0], ptr, carto__min_size(piece, size), CARTO_MCP__NET_SEND) : 0, n;
    if (put > 0) ptr += put, size -= (size_t)put;
    if (carto_serve_poll(&request_serve, 0, NULL) != CARTO_OK || !carto__buf_room(got, 65536)) __builtin_trap();
    n = recv(pair[0], got->ptr + got->len, got->cap - got->len, 0);
    if (n > 0) got->len += (size_t)n;
    quiet = put > 0 || n > 0 ? 0 : quiet + 1;
  }
  close(pair[0]);
  while (request_serve._client_count > 0) (void)carto_serve_poll(&request_serve, 10, NULL);
  for (size_t i = 0; i + 37 <= got->len; i++)
    if (memcmp(got->ptr + i, "\r\nDate: ", 8) == 0) memset(got->ptr + i + 8, '#', 29);
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const carto_alloc libc = {NULL, NULL};
  carto_serve_desc desc = carto_serve_desc_default();
  carto_buf whole, pieces;
  int count;
  if (size < 2) return 0;
  desc.listen = "127.0.0.1:0", desc.handler.handle = request_echo, desc.handler.user = &request_count;
  desc.head_bytes = 2000, desc.body_bytes = 3000, desc.reply_bytes = 2500;
  if (!request_serve._polls && carto_serve_open(&request_serve, &desc, NULL) != CARTO_OK) __builtin_trap();
  request_serve._port = 8766;
  carto_buf_init(&whole, libc, 0), carto_buf_init(&pieces, libc, 0);
  request_count = 0;
  request_run((const char *)data + 1, size - 1, SIZE_MAX, &whole);
  count = request_count, request_count = 0;
  request_run((const char *)data + 1, size - 1, 1 + data[0] + size / 64, &pieces);
  if (count != request_count || !carto_str_equal(carto_buf_str(&whole), carto_buf_str(&pieces))) __builtin_trap();
  carto_buf_free(&whole), carto_buf_free(&pieces);
  return 0;
}

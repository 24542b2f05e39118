/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_http_response.c && ./a.out -dict=fuzz/http_response.dict
   An answer, after a byte for how it comes: its pieces change nothing, not even where it is refused. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
typedef struct response_seen {
  uint64_t sum;
  int heads;
} response_seen;
static carto_status response_head(void *user, const carto_http_head *head, carto_error *error) {
  response_seen *seen = (response_seen *)user;
  if (seen->heads++ || head->status < 200 || head->header_count > CARTO_MCP__HTTP_HEADERS) __builtin_trap();
  for (size_t i = 0; i < head->header_count; i++) {
    carto_str value = head->headers[i].value;
    seen->sum = seen->sum * 31 + carto__hash(value.ptr, value.len) + head->headers[i].name.len;
    if (!head->headers[i].name.len || memchr(value.ptr, '\r', value.len) || memchr(value.ptr, 0, value.len)) __builtin_trap();
  }
  return error ? CARTO_OK : CARTO_ERR_ARG;
}
static carto_status response_body(void *user, carto_str piece, carto_error *error) {
  for (size_t i = 0; i < piece.len; i++) ((response_seen *)user)->sum = ((response_seen *)user)->sum * 31 + (unsigned char)piece.ptr[i];
  return piece.len && error ? CARTO_OK : CARTO_ERR_ARG;
}
static carto_status response_read(carto__http_parser *p, carto_str text, size_t step, response_seen *seen, carto_error *error) {
  carto_http_sink sink = {response_head, response_body, seen};
  carto_status status = CARTO_OK;
  memset(seen, 0, sizeof *seen), memset(error, 0, sizeof *error);
  for (size_t at = 0, used = 0; at < text.len && status == CARTO_OK && !p->done; at += used)
    status = carto__http_feed(p, carto_str_make(text.ptr + at, carto__min_size(step, text.len - at)), &used, &sink, error);
  if (status == CARTO_OK) status = carto__http_closed(p, &sink, error);
  if ((status == CARTO_OK) != p->done || p->received > text.len || error->offset > text.len) __builtin_trap();
  return status;
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto__http_parser whole, cut;
  response_seen first, second;
  carto_error one, two;
  carto_str text = carto_str_make((const char *)data + 1, size ? size - 1 : 0);
  carto__http_init(&whole, libc, false, 2048), carto__http_init(&cut, libc, false, 2048);
  carto__http_begin(&whole, size && data[0] & 1), carto__http_begin(&cut, size && data[0] & 1);
  if (response_read(&whole, text, SIZE_MAX, &first, &one) != response_read(&cut, text, 1 + (size ? data[0] >> 1 : 0), &second, &two) ||
      memcmp(&one, &two, sizeof one) || first.sum != second.sum || first.heads != second.heads ||
      (whole.done && whole.received != cut.received) || whole.close != cut.close || whole.length != cut.length)
    __builtin_trap();
  carto__http_free(&whole), carto__http_free(&cut);
  return 0;
}

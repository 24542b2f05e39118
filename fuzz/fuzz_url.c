/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_url.c && ./a.out -dict=fuzz/url.dict
   A URL, a line feed, a reference to resolve. A URL that is read can be sent, and what was sent is read as the same
   target and host; what is resolved keeps no dots and is its own resolution; escapes go both ways. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
static void url_send(carto_arena *arena, carto_str text, const carto__url *url) {
  carto_http_request request;
  carto__http_parser p;
  carto_buf out;
  size_t used, slash = url->target.ptr[0] != '/';
  memset(&request, 0, sizeof request), request.method = "GET", request.url = text;
  carto_buf_init(&out, carto_arena_allocator(arena), 0);
  carto__http_write_request(&out, &request, url, false, true);
  carto__http_init(&p, carto_arena_allocator(arena), true, (size_t)1 << 20);
  if (carto__http_feed(&p, carto_buf_str(&out), &used, NULL, NULL) || !p.done || used != out.len) __builtin_trap();
  if (!carto_str_equal(carto__str_skip(p.target, slash), url->target)) __builtin_trap();
  if (carto__str_find_nocase(p.headers[0].value, url->host) == SIZE_MAX) __builtin_trap();
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_str rest = carto_str_make((const char *)data, size), base = carto__str_cut(&rest, '\n'), made, text, again;
  carto__url url, to;
  carto_buf escaped;
  carto_arena_init(&arena, libc, 0);
  if (carto__url_parse(base, &url)) {
    if (!carto__url_same_origin(&url, &url) || url.port == 0 || url.host.len == 0) __builtin_trap();
    url_send(&arena, base, &url);
  }
  made = carto__url_resolve(&arena, base, rest);
  if (carto__url_parse(made, &to)) {
    carto_str path = carto_str_make(to.target.ptr, carto__str_index(to.target, '?'));
    url_send(&arena, made, &to);
    if (!carto_str_equal(carto__url_resolve(&arena, made, carto_str_make(NULL, 0)), made)) __builtin_trap();
    if (carto__str_find_nocase(path, carto_str_from("/./")) != SIZE_MAX ||
        carto__str_find_nocase(path, carto_str_from("/../")) != SIZE_MAX || carto__str_ends(path, carto_str_from("/..")))
      __builtin_trap();
  }
  if (carto__url_decode(&arena, rest, size & 1, &text)) {
    carto_buf_init(&escaped, carto_arena_allocator(&arena), 0);
    carto_url_append(&escaped, text);
    if (!carto__url_decode(&arena, carto_buf_str(&escaped), true, &again) || !carto_str_equal(text, again)) __builtin_trap();
  }
  carto_arena_free(&arena);
  return 0;
}

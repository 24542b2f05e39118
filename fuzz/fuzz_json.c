/* clang -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_json.c && ./a.out fuzz/corpus/json
   JSON: what is read and written reads as the same tree, and is written again as the same bytes. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
static void write_tree(carto_arena *arena, const carto_json_doc *doc, carto_buf *out) {
  carto_json_writer writer;
  carto_buf_init(out, carto_arena_allocator(arena), 0);
  carto_json_writer_init(&writer, out);
  carto_json_write_value(&writer, doc, doc->root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_str text = carto_str_make((const char *)data, size);
  carto_json_doc first, second, prefix;
  carto_buf once, twice;
  carto_arena arena;
  size_t used = 0;
  carto_arena_init(&arena, libc, size % 5 == 0 ? 4096 + size : 0); /* a small cap for some */
  (void)carto_json_parse_prefix(&arena, text, &used, &prefix, NULL);
  if (carto_json_parse(&arena, text, &first, NULL) == CARTO_OK) {
    write_tree(&arena, &first, &once);
    if (arena.status == CARTO_OK && carto_json_parse(&arena, carto_buf_str(&once), &second, NULL) == CARTO_OK)
      write_tree(&arena, &second, &twice);
    if (arena.status == CARTO_OK && (used != size || first.count != second.count || once.len != twice.len ||
                                     memcmp(once.ptr, twice.ptr, once.len) != 0)) __builtin_trap();
  }
  carto_arena_free(&arena);
  return 0;
}

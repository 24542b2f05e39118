/* clang -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_match.c -o fuzz_match && ./fuzz_match -dict=fuzz/match.dict fuzz/corpus/match
   The first byte holds options; up to a newline the pattern, behind it the text, for LIKE and for a regular expression. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_str text = carto_str_make((const char *)data + (size > 0), size - (size > 0)), pattern;
  size_t at, start, end, again, groups[20], i;
  carto_arena arena;
  carto__ask ask = {NULL, NULL, 0};
  carto__regex *re;
  const char *why;
  bool bad;
  if (size == 0) return 0;
  pattern = carto__str_cut(&text, '\n');
  carto_arena_init(&arena, libc, (size_t)16 << 20);
  if (carto__like(text, pattern, data[0] & 2 ? '\\' : 0, data[0] & 1, &ask, &bad) && bad) __builtin_trap();
  if (carto__regex_compile(&arena, pattern, data[0] & 1, &re, &why, &at) != CARTO_OK) {
    if (re || !why || at > pattern.len) __builtin_trap();
  } else if (carto__regex_find(re, text, 0, &start, &end, groups)) {
    if (start > end || end > text.len || groups[0] != start || groups[1] != end) __builtin_trap();
    for (i = 2; i < 20 && i / 2 <= re->groups; i += 2)
      if (groups[i + 1] != SIZE_MAX && (groups[i] < start || groups[i] > groups[i + 1] || groups[i + 1] > end)) __builtin_trap();
    if (!carto__regex_find(re, text, start, &start, &again, NULL) || again != end) __builtin_trap();
  }
  carto_arena_free(&arena);
  return 0;
}

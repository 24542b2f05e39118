/* clang -std=c99 -O1 -g -fsanitize=fuzzer,address,undefined fuzz/fuzz_widget.c && ./a.out -dict=fuzz/widget.dict
   A case of tests/corpora/widgets, as text: whatever it asks, the answer is JSON or an error that says why. The first
   byte: columns typed or mixed, little memory, few checkpoints. */
#define CARTO_MCP_IMPLEMENTATION
#include "../carto_mcp.h"
#include "../tests/widget_case.h"
static bool a_few_times(void *user) { return ++*(int *)user < 20; }
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  carto_alloc libc = {NULL, NULL};
  carto_arena arena;
  carto_json_doc doc, answer;
  widgets_case w;
  carto_status status;
  int asked = 0;
  if (size == 0) return 0;
  memset(&w, 0, sizeof w);
  carto_arena_init(&arena, libc, data[0] & 2 ? (size_t)64 << 10 : (size_t)256 << 20);
  w.arena = &arena;
  w.typed = data[0] & 1;
  w.call.user = &asked;
  if (data[0] & 4) w.call.checkpoint = a_few_times;
  if (carto_json_parse(&arena, carto_str_make((const char *)data + 1, size - 1), &doc, NULL) == CARTO_OK) {
    status = widgets_answer(&w, &doc);
    if (status != CARTO_OK && !w.error.text[0] && w.out.status == CARTO_OK && arena.status == CARTO_OK) __builtin_trap();
    if (status == CARTO_OK && carto_json_parse(&arena, carto_buf_str(&w.out), &answer, NULL) == CARTO_ERR_SYNTAX)
      __builtin_trap();
  }
  return carto_arena_free(&arena), 0;
}
